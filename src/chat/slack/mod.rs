//! Slack: cards, commands, modals, App Home.

mod answer;
mod client;
mod emoji;
mod envelopes;
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

use crate::chat::troubles::About;
use crate::chat::{ChatState, Door, Front, FrontDesk};
use crate::domain::{ChatName, Person, Role};
use async_trait::async_trait;
use client::{Api, Failed};
use envelopes::Envelopes;
use find::Posts;
use identity::Identity;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{error, info, warn};

/// The desk, as this chat sees it.
type Desk = Arc<dyn FrontDesk>;

/// So many events are remembered, to act once on one that comes twice.
const EVENTS: usize = 5_000;
/// What is in hand when we are told to stop gets so long.
const GRACE: Duration = Duration::from_secs(5);
/// Between the first two tries to reach Slack at the start; then twice as long, and so on.
const RETRY: Duration = Duration::from_secs(1);
/// But never longer than this.
const LAST_RETRY: Duration = Duration::from_mins(1);

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
    /// Events that were taken, the oldest first.
    events: Mutex<(HashSet<String>, VecDeque<String>)>,
    /// What was acknowledged over sockets.
    envelopes: Envelopes,
    /// Who has opened their own page.
    homes: Mutex<HashSet<String>>,
    /// What goes on after its acknowledgement.
    working: Mutex<JoinSet<()>>,
}

#[derive(Default)]
struct State {
    /// Slack knows the token.
    known: bool,
    /// When the last request of Slack's came in, by HTTP.
    heard: Option<Timestamp>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
            events: Mutex::default(),
            envelopes: Envelopes::default(),
            homes: Mutex::default(),
            working: Mutex::default(),
            config,
        }))
    }

    /// Asks who we are, until Slack says so.
    async fn greet(self: Arc<Self>) {
        let mut wait = RETRY;
        let mut said = String::new();
        loop {
            match self.api.post("auth.test", &json!({})).await {
                Ok(answer) => {
                    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                    info!(workspace = text("team"), user = text("user"), "Slack knows us");
                    self.identity.at_home(text("team_id"));
                    let me = text("user_id");
                    if !me.is_empty() {
                        self.me.get_or_init(|| me);
                    }
                    self.api.troubles.mended(&About::Token);
                    lock(&self.state).known = true;
                    return;
                }
                Err(failed) => {
                    let why = failed.say();
                    self.api.troubles.add(About::Token, why.clone());
                    if why != said {
                        error!(why, "Slack does not let us in; trying again");
                        said = why;
                    }
                    let asked = if let Failed::Limited(asked) = failed { asked } else { Duration::ZERO };
                    tokio::time::sleep(wait.max(asked)).await;
                    wait = wait.saturating_mul(2).min(LAST_RETRY);
                }
            }
        }
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

    /// Something is wrong with what goes out; it is said until something has gone out.
    fn trouble(&self, why: impl Into<String>) {
        self.api.troubles.add(About::Out, why);
    }

    /// What goes out goes out again.
    fn mended(&self) {
        self.api.troubles.mended(&About::Out);
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
        match self.api.troubles.say() {
            Some(why) => ChatState { ready, say: format!("{say}; {why}") },
            None => ChatState { ready, say },
        }
    }

    /// Goes on with something after its acknowledgement.
    fn go_on(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut working = lock(&self.working);
        while working.try_join_next().is_some() {}
        working.spawn(work);
    }

    /// True the first time that an event is seen.
    fn first_time(&self, event: &str) -> bool {
        if event.is_empty() {
            return true;
        }
        let mut events = lock(&self.events);
        if !events.0.insert(event.to_owned()) {
            return false;
        }
        events.1.push_back(event.to_owned());
        if events.1.len() > EVENTS
            && let Some(oldest) = events.1.pop_front()
        {
            events.0.remove(&oldest);
        }
        true
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
        tokio::select! {
            () = async { Arc::clone(&self).greet().await; std::future::pending().await } => {}
            // An error means that nobody is left to say stop, which is a stop as well.
            _ = stop.wait_for(|stop| *stop) => {}
        }
        // What came over a socket is finished, acknowledged and answered before the socket is closed.
        while sockets.join_next().await.is_some() {}
        self.finish().await;
    }

    async fn finish(&self) {
        let finish = async {
            loop {
                let mut working = std::mem::take(&mut *lock(&self.working));
                if working.is_empty() {
                    break;
                }
                while working.join_next().await.is_some() {}
            }
        };
        if tokio::time::timeout(GRACE, finish).await.is_err() {
            warn!("an answer to somebody in Slack did not get out in time");
        }
    }

    fn door(self: Arc<Self>, desk: Arc<dyn FrontDesk>) -> Option<Arc<dyn Door>> {
        http::SlackDoor::new(&self, desk).map(|door| Arc::new(door) as Arc<dyn Door>)
    }
}
