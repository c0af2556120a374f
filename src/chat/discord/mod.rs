//! Discord: cards, commands with options, modals, forum channels.

mod answer;
mod ask;
mod channels;
mod client;
mod find;
mod front;
mod gateway;
mod http;
mod identity;
pub mod invite;
pub mod link;
mod outbound;
mod plainly;
pub mod probe;
pub mod register;
pub mod render;
mod rights;
mod wire;

pub use crate::chat::Token;

use crate::chat::find::Posts;
use crate::chat::inflight::{Inflight, greet};
use crate::chat::latest::Latest;
use crate::chat::{ChatState, Door, Front, FrontDesk, lock};
use crate::domain::{ChatName, Person, Role};
use async_trait::async_trait;
use channels::Channels;
use client::{Api, Failed};
use identity::Identity;
use jiff::Timestamp;
use serde_json::Value;
use serenity::http::Route;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::info;

/// The desk, as this chat sees it.
type Desk = Arc<dyn FrontDesk>;

/// So many interactions are remembered, to act once on one that comes twice.
const INTERACTIONS: usize = 5_000;
/// The commands in the menu of a message (docs "Message Commands"): how they are called, and the verb.
pub const MESSAGE_COMMANDS: [(&str, &str); 3] =
    [("Claim mention", "claim"), ("Reply to mention", "reply"), ("Note on mention", "note")];

/// The commands that may send something out in public, or let it out again: they are done only once Discord has taken a first
/// answer.
pub const MAY_SEND: [&str; 9] = ["send", "reply", "approve", "thanks", "like", "repost", "follow", "retract", "resume"];

/// Where Discord's API is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// At discord.com.
    #[default]
    Discord,
    /// Through a proxy that keeps Discord's rate limits for several programs, such as `http://127.0.0.1:3000`.
    Proxy(String),
    /// At another address that shows a certificate for discord.com, signed by this authority (PEM): a relay, or what
    /// stands in for Discord in tests. Discord's rate limits are kept as always.
    Relay(SocketAddr, String),
}

/// How commands come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// The gateway: we call Discord; no public address and no privileged intent is needed.
    Gateway,
    /// HTTP: Discord calls us at the listener. The application's public key, by which it signs.
    Http([u8; 32]),
}

/// Who may do what, by what Discord says of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiscordStaff {
    /// By user id: the staff that the configuration names.
    pub named: BTreeMap<String, Person>,
    /// By role id: what those may do who have it.
    pub roles: BTreeMap<String, Role>,
    /// By channel id: what those may do who act there, or in a thread of it.
    pub channels: BTreeMap<String, Role>,
    /// What every other member of the server may do, possibly the public; `None`: nothing.
    pub others: Option<Role>,
    /// The IANA zone of those who have none of their own: Discord knows of no zones.
    pub zone: String,
}

/// To whom the commands are shown, and by which names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The permissions, as Discord's bits, without which a member is not shown the commands. `None`: everybody sees them;
    /// 0: administrators alone. It only hides: who may do what is decided by the roles, each time.
    pub to: Option<u64>,
    /// What a command is called for people who use Discord in a language: by Discord's name of the language, then by the
    /// command.
    pub names: BTreeMap<String, BTreeMap<String, String>>,
}

/// What the Discord front end needs.
#[derive(Clone)]
pub struct DiscordConfig {
    /// Where the API is.
    pub reach: Reach,
    /// The bot token.
    pub token: Token,
    /// How commands come in.
    pub transport: Transport,
    /// The server ("guild") whose members are staff: its id.
    pub guild: String,
    /// The application that the token belongs to: its id.
    pub application: String,
    /// How the commands are shown.
    pub commands: Shown,
    /// Who may do what.
    pub staff: DiscordStaff,
    /// The time, by the desk's clock.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// The Discord front end: cards and digests out ([`crate::chat::Chat`]), commands in.
pub struct Discord {
    config: DiscordConfig,
    name: ChatName,
    api: Arc<Api>,
    identity: Identity,
    channels: Channels,
    /// What is known of messages that may be there.
    posts: Posts,
    /// Our own user id, once Discord has said it.
    me: OnceLock<String>,
    /// The gateway has greeted us on the connection that there is.
    greeted: AtomicBool,
    /// When the last request of Discord's came in, by HTTP.
    heard: Mutex<Option<Timestamp>>,
    /// Interactions that were taken.
    taken: Latest<()>,
    /// Whose turn it is to write to somebody directly.
    direct: tokio::sync::Mutex<()>,
    /// What goes on after its first answer.
    working: Inflight,
}

impl Discord {
    /// Makes the front end. Nothing is asked of Discord before [`Discord::serve`] or the first card.
    ///
    /// # Errors
    /// A sentence: what of the configuration cannot be used on this machine.
    pub fn new(config: DiscordConfig) -> Result<Arc<Discord>, String> {
        Ok(Arc::new(Discord {
            name: ChatName::new("discord"),
            api: Arc::new(Api::new(&config)?),
            identity: Identity::new(&config),
            channels: Channels::new(Arc::clone(&config.now)),
            posts: Posts::default(),
            me: OnceLock::new(),
            greeted: AtomicBool::new(false),
            heard: Mutex::default(),
            taken: Latest::new(INTERACTIONS),
            direct: tokio::sync::Mutex::default(),
            working: Inflight::default(),
            config,
        }))
    }

    /// Our own user id (docs "Get Current User").
    async fn who_are_we(&self) -> Result<&str, Failed> {
        if let Some(me) = self.me.get() {
            return Ok(me);
        }
        let answer = self.api.get(Route::UserMe, &[]).await?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        if text("id").is_empty() {
            return Err(Failed::Unsure("it does not say who we are".to_owned()));
        }
        info!(user = text("username"), "Discord knows us");
        Ok(self.me.get_or_init(|| text("id")))
    }

    /// How it is connected, in words.
    fn now_state(&self) -> ChatState {
        let known = self.me.get().is_some();
        let (ready, say) = match (&self.config.transport, *lock(&self.heard)) {
            (Transport::Gateway, _) if self.greeted.load(Ordering::Relaxed) => (true, "connected".to_owned()),
            (Transport::Gateway, _) => (false, "not connected".to_owned()),
            (Transport::Http(_), _) if !known => (false, "not known to Discord yet".to_owned()),
            (Transport::Http(_), Some(at)) => (true, format!("by HTTP, last request {}", at.strftime("%F %H:%M UTC"))),
            (Transport::Http(_), None) => (true, "by HTTP, no request yet".to_owned()),
        };
        self.api.troubles.state(ready, say)
    }
}

#[async_trait]
impl Front for Discord {
    async fn serve(self: Arc<Self>, desk: Arc<dyn FrontDesk>, mut stop: watch::Receiver<bool>) {
        self.identity.learn(&desk.people().await);
        let mut line = JoinSet::new();
        if self.config.transport == Transport::Gateway {
            line.spawn(gateway::serve(Arc::clone(&self), Arc::clone(&desk), stop.clone()));
        }
        let known = || {
            let discord = Arc::clone(&self);
            async move { discord.who_are_we().await.map(|_| ()).map_err(|failed| failed.shut()) }
        };
        tokio::select! {
            () = async { greet("Discord", &self.api.troubles, known).await; std::future::pending().await } => {}
            // An error means that nobody is left to say stop, which is a stop as well.
            _ = stop.wait_for(|stop| *stop) => {}
        }
        while line.join_next().await.is_some() {}
        self.finish().await;
    }

    async fn finish(&self) {
        self.working.finish("Discord").await;
    }

    fn door(self: Arc<Self>, desk: Arc<dyn FrontDesk>) -> Option<Arc<dyn Door>> {
        http::DiscordDoor::new(&self, desk).map(|door| Arc::new(door) as Arc<dyn Door>)
    }
}
