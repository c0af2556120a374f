//! Slack: cards, commands, modals, App Home.

mod answer;
mod client;
mod envelopes;
mod find;
mod front;
mod http;
mod identity;
pub mod manifest;
mod outbound;
mod pace;
pub mod probe;
pub mod render;
mod socket;
mod wire;

use crate::chat::{ChatState, Door, FrontDesk};
use crate::domain::{ChatName, Person, Role};
use client::Api;
use envelopes::Envelopes;
use find::Posts;
use identity::Identity;
use jiff::Timestamp;
use pace::Pace;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
/// Between two tries to reach Slack at the start.
const RETRY: Duration = Duration::from_secs(5);

/// A token or signing secret; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Keeps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

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
    /// What is wrong, and what to do.
    trouble: Option<String>,
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
        let api = Api::new(&config.api, &config.bot_token, Pace::new(Arc::clone(&config.now)))?;
        Ok(Arc::new(Slack {
            name: ChatName::new("slack"),
            api: Arc::new(api),
            identity: Identity::new(&config),
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

    /// Takes commands until `stop` turns true, then finishes what is in hand.
    pub async fn serve(self: Arc<Self>, desk: Arc<dyn FrontDesk>, mut stop: watch::Receiver<bool>) {
        self.identity.learn(desk.people().await);
        let mut sockets = JoinSet::new();
        if let Transport::Socket(token) = &self.config.transport {
            match Api::new(&self.config.api, token, Pace::new(Arc::clone(&self.config.now))) {
                Ok(api) => {
                    sockets.spawn(socket::serve(Arc::clone(&self), Arc::clone(&desk), Arc::new(api), stop.clone()));
                }
                Err(why) => self.trouble(why),
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

    /// Lets answers that are still on their way get out; for what came in by HTTP, after the listener has finished.
    pub async fn finish(&self) {
        let mut working = std::mem::take(&mut *lock(&self.working));
        let finish = async { while working.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, finish).await.is_err() {
            warn!("an answer to somebody in Slack did not get out in time");
        }
    }

    /// Where Slack's requests come in, if they come by HTTP.
    pub fn door(self: &Arc<Self>, desk: Arc<dyn FrontDesk>) -> Option<Arc<dyn Door>> {
        http::SlackDoor::new(self, desk).map(|door| Arc::new(door) as Arc<dyn Door>)
    }

    /// Asks who we are, until Slack says so.
    async fn greet(self: Arc<Self>) {
        loop {
            match self.api.post("auth.test", &json!({})).await {
                Ok(answer) => {
                    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                    info!(workspace = text("team"), user = text("user"), "Slack knows us");
                    self.identity.at_home(text("team_id"));
                    let mut state = lock(&self.state);
                    state.known = true;
                    state.trouble = None;
                    return;
                }
                Err(failed) => {
                    error!(why = failed.say(), "Slack does not let us in; trying again");
                    self.trouble(failed.say());
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }

    /// A socket was greeted (1), or is gone (-1).
    fn connected(&self, change: i64) {
        let now = self.sockets.fetch_add(change, Ordering::Relaxed) + change;
        if change > 0 {
            lock(&self.state).trouble = None;
        } else if now <= 0 {
            warn!("no socket to Slack is open");
        }
    }

    /// Something is wrong; it is said until it is mended.
    fn trouble(&self, why: impl Into<String>) {
        lock(&self.state).trouble = Some(why.into());
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
        match &state.trouble {
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
