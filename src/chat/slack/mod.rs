//! Slack: cards, commands, modals, App Home.

mod answer;
mod client;
mod emoji;
mod find;
mod front;
mod http;
mod identity;
pub mod manifest;
mod outbound;
pub mod probe;
pub mod render;
mod socket;
mod wire;

pub use crate::chat::Token;

use crate::chat::inflight::{Inflight, greet};
use crate::chat::latest::Latest;
use crate::chat::troubles::About;
use crate::chat::{ChatState, Door, Front, FrontDesk, lock};
use crate::domain::{ChatName, Person, Role};
use async_trait::async_trait;
use client::{Api, Failed};
use find::Posts;
use identity::Identity;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use tokio::sync::{OnceCell, watch};
use tokio::task::JoinSet;
use tracing::{info, warn};

/// The desk, as this chat sees it.
type Desk = Arc<dyn FrontDesk>;

/// So many events are remembered, to act once on one that comes twice.
const EVENTS: usize = 5_000;
/// So many envelopes are remembered; Slack gives up on each after three seconds.
const ENVELOPES: usize = 1_000;

/// What an envelope was acknowledged with, once that is known. Whoever comes second waits there for what the first one has.
type Acknowledged = Arc<OnceCell<Option<Value>>>;

/// How commands come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Socket Mode: we call Slack; no public address is needed. The app-level token, `xapp-…`.
    Socket(Token),
    /// HTTP: Slack calls us at the listener. The signing secret.
    Http(Token),
}

/// Who may do what, by what Slack says of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlackStaff {
    /// By member id, such as `U012AB3CD`: the staff that the configuration names.
    pub named: BTreeMap<String, Person>,
    /// By user group id, such as `S0614TZR7`: what its members may do.
    pub groups: BTreeMap<String, Role>,
    /// By channel id: what those may do who act there.
    pub channels: BTreeMap<String, Role>,
    /// What every other full member of the workspace may do; `None`: nothing.
    pub others: Option<Role>,
    /// The IANA zone of those for whom Slack knows none.
    pub zone: String,
}

/// What the Slack front end needs.
#[derive(Clone)]
pub struct SlackConfig {
    /// The Web API without a trailing slash: `https://slack.com/api`.
    pub api: String,
    /// The bot token, `xoxb-…`.
    pub bot_token: Token,
    /// How commands come in.
    pub transport: Transport,
    /// What stands before every slash command, possibly empty: `/acme-claim`.
    pub prefix: String,
    /// What an emoji on a card does: its name without colons, and a command that does not send.
    pub reactions: BTreeMap<String, String>,
    /// Who may do what.
    pub staff: SlackStaff,
    /// The time, by the desk's clock.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// The Slack front end: cards and digests out ([`crate::chat::Chat`]), commands in.
pub struct Slack {
    config: SlackConfig,
    name: ChatName,
    api: Arc<Api>,
    identity: Identity,
    /// Our own member id, once Slack has said it.
    me: OnceLock<String>,
    posts: Posts,
    /// Sockets that Slack has greeted.
    sockets: AtomicI64,
    /// What is known of the connection.
    state: Mutex<State>,
    /// Events that were taken.
    events: Latest<()>,
    /// What came over sockets: what comes over two of them, or again after one was lost, is acted on once and acknowledged
    /// each time with the same.
    envelopes: Latest<Acknowledged>,
    /// Who has opened their own page.
    homes: Mutex<HashSet<String>>,
    /// What goes on after its acknowledgement.
    working: Inflight,
}

#[derive(Default)]
struct State {
    /// Slack knows the token.
    known: bool,
    /// When the last request of Slack's came in, by HTTP.
    heard: Option<Timestamp>,
}

impl Slack {
    /// Makes the front end. Nothing is asked of Slack before [`Slack::serve`] or the first card.
    ///
    /// # Errors
    /// A sentence: this machine cannot make safe connections.
    pub fn new(config: SlackConfig) -> Result<Arc<Slack>, String> {
        let api = Api::new(&config.api, &config.bot_token, Arc::clone(&config.now))?;
        Ok(Arc::new(Slack {
            name: ChatName::new("slack"),
            api: Arc::new(api),
            identity: Identity::new(&config),
            me: OnceLock::new(),
            posts: Posts::default(),
            sockets: AtomicI64::new(0),
            state: Mutex::default(),
            events: Latest::new(EVENTS),
            envelopes: Latest::new(ENVELOPES),
            homes: Mutex::default(),
            working: Inflight::default(),
            config,
        }))
    }

    /// Asks who we are (docs "auth.test").
    async fn who_are_we(&self) -> Result<(), Failed> {
        let answer = self.api.post("auth.test", &json!({})).await?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        info!(workspace = text("team"), user = text("user"), "Slack knows us");
        self.identity.at_home(text("team_id"));
        let me = text("user_id");
        if !me.is_empty() {
            self.me.get_or_init(|| me);
        }
        lock(&self.state).known = true;
        Ok(())
    }

    /// A socket was greeted (1), or is gone (-1).
    fn connected(&self, change: i64) {
        let now = self.sockets.fetch_add(change, Ordering::Relaxed) + change;
        if change > 0 {
            self.api.troubles.mended(&About::Sockets);
        } else if now <= 0 {
            warn!("no socket to Slack is open");
        }
    }

    /// A request of Slack's came in.
    fn heard(&self, at: Timestamp) {
        lock(&self.state).heard = Some(at);
    }

    /// How it is connected, in words.
    fn now_state(&self) -> ChatState {
        let state = lock(&self.state);
        let (ready, say) = match (&self.config.transport, self.sockets.load(Ordering::Relaxed)) {
            (Transport::Socket(_), sockets @ 1..) => (true, format!("connected, {sockets} sockets")),
            (Transport::Socket(_), _) => (false, "not connected".to_owned()),
            (Transport::Http(_), _) if state.known => match state.heard {
                Some(at) => (true, format!("by HTTP, last request {}", at.strftime("%F %H:%M UTC"))),
                None => (true, "by HTTP, no request yet".to_owned()),
            },
            (Transport::Http(_), _) => (false, "not known to Slack yet".to_owned()),
        };
        self.api.troubles.state(ready, say)
    }
}

#[async_trait]
impl Front for Slack {
    async fn serve(self: Arc<Self>, desk: Arc<dyn FrontDesk>, mut stop: watch::Receiver<bool>) {
        self.identity.learn(&desk.people().await);
        let mut sockets = JoinSet::new();
        if let Transport::Socket(token) = &self.config.transport {
            match Api::new(&self.config.api, token, Arc::clone(&self.config.now)) {
                Ok(api) => {
                    sockets.spawn(socket::serve(Arc::clone(&self), Arc::clone(&desk), Arc::new(api), stop.clone()));
                }
                Err(why) => self.api.troubles.add(About::Sockets, why),
            }
        }
        let known = || {
            let slack = Arc::clone(&self);
            async move { slack.who_are_we().await.map_err(|failed| failed.shut()) }
        };
        tokio::select! {
            () = async { greet("Slack", &self.api.troubles, known).await; std::future::pending().await } => {}
            // An error means that nobody is left to say stop, which is a stop as well.
            _ = stop.wait_for(|stop| *stop) => {}
        }
        // What came over a socket is finished, acknowledged and answered before the socket is closed.
        while sockets.join_next().await.is_some() {}
        self.finish().await;
    }

    async fn finish(&self) {
        self.working.finish("Slack").await;
    }

    fn door(self: Arc<Self>, desk: Arc<dyn FrontDesk>) -> Option<Arc<dyn Door>> {
        http::SlackDoor::new(&self, desk).map(|door| Arc::new(door) as Arc<dyn Door>)
    }
}
