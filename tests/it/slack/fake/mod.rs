//! A Slack on 127.0.0.1, as strict as Slack's documentation (docs.slack.dev): Web API, Socket Mode, Events API over HTTP,
//! `response_url`, Block Kit, tokens and scopes, rate limits. Everything that depends on time follows the clock that is
//! handed in, but for the three seconds in which an acknowledgement must come: those are real.
//!
//! A story does what people do (`slash`, `click`, `submit`, `mention`, …), reads what people read (`room_text`, `news`, what a
//! person was `Said`), and ends with `ends()`, which fails if the app broke one of Slack's rules.

mod api;
mod blocks;
mod call;
mod chat;
mod content;
mod deliver;
mod elements;
mod escape;
mod events;
mod hooks;
mod http;
mod limits;
mod line;
mod lists;
mod modal;
mod payload;
mod people;
mod person;
mod pings;
mod record;
mod render;
mod rich_text;
mod said;
mod schema;
mod sign;
mod state;
mod trouble;
mod views;
mod world;

pub use deliver::Target;
pub use line::Fate;
pub use modal::Submitted;
pub use record::{Fail, Ping, Seen};
pub use schema::is_there as has_schema;
pub use sign::signature;
pub use state::TokenState;
pub use trouble::Forgery;
pub use world::{Channel, Message, Standing, User};

use jiff::Timestamp;
use line::Line;
use serde_json::Value;
use state::State;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Tells the time of the story.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the servers and the driver share.
pub struct Core {
    state: Mutex<State>,
    now: Now,
    /// `http://127.0.0.1:PORT`.
    origin: String,
    line: Line,
    target: Mutex<Option<Target>>,
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl Core {
    fn state(&self) -> MutexGuard<'_, State> {
        // A driver that panics because of a wrong story may hold it; the story has failed then anyway.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn target(&self) -> Option<Target> {
        self.target.lock().expect("no test panics while it holds this").clone()
    }

    fn saw(&self, seen: Seen) {
        self.state().requests.push(seen);
    }
}

/// The running fake; it ends with the value.
pub struct FakeSlack {
    core: Arc<Core>,
    last_event: Mutex<Option<Value>>,
    looked: Mutex<std::collections::BTreeMap<String, usize>>,
    servers: Vec<JoinHandle<()>>,
}

impl Drop for FakeSlack {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

impl FakeSlack {
    /// Starts with a small workspace (see `State::new`), complete tokens and scopes, rate limits on.
    pub async fn start(now: Now) -> Self {
        let http = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = |tcp: &TcpListener| tcp.local_addr().expect("it is bound");
        let core = Arc::new(Core {
            state: Mutex::new(State::new()),
            now,
            origin: format!("http://{}", address(&http)),
            line: Line::new(format!("ws://{}", address(&socket))),
            target: Mutex::new(None),
        });
        let servers = vec![
            tokio::spawn(http::serve(Arc::clone(&core), http)),
            tokio::spawn(line::serve(Arc::clone(&core), socket)),
        ];
        Self { core, last_event: Mutex::new(None), looked: Mutex::default(), servers }
    }

    /// The base address of the Web API, without a slash at the end.
    pub fn api(&self) -> String {
        format!("{}/api", self.core.origin)
    }

    pub fn bot_token(&self) -> String {
        self.core.state().tokens.bot.clone()
    }

    pub fn app_token(&self) -> String {
        self.core.state().tokens.app.clone()
    }

    pub fn signing_secret(&self) -> String {
        self.core.state().tokens.secret.clone()
    }

    /// From now on people's actions go to this address by HTTP instead of over Socket Mode.
    pub fn http_target(&self, base_url: &str, path: &str) {
        let target = Target { url: format!("{base_url}{path}"), client: reqwest::Client::new() };
        *self.core.target.lock().expect("no test panics while it holds this") = Some(target);
    }

    /// The messages of a channel, in order; replies too.
    pub fn channel(&self, id: &str) -> Vec<Message> {
        self.core.state().channel(id).messages.iter().filter(|m| !m.tombstone).cloned().collect()
    }

    /// What a person reads in a channel, from its first message to its last.
    pub fn room_text(&self, channel: &str) -> String {
        render::room(&self.core.state(), channel)
    }

    /// What is new or changed in a channel since the last look.
    pub fn news(&self, channel: &str) -> String {
        let state = self.core.state();
        let mut looked = self.looked.lock().expect("no test panics while it holds this");
        let since = looked.insert(channel.to_owned(), state.events.len()).unwrap_or(0);
        render::news(&state, channel, since)
    }

    /// Every request of the app, in order.
    pub fn requests(&self) -> Vec<Seen> {
        self.core.state().requests.clone()
    }

    /// The requests to one method.
    pub fn requests_to(&self, method: &str) -> Vec<Seen> {
        self.requests().into_iter().filter(|r| r.method == method).collect()
    }

    /// The rules that the app broke.
    pub fn violations(&self) -> Vec<String> {
        self.core.state().violations.clone()
    }

    /// Takes the violations away: for a story that breaks rules on purpose.
    pub fn forgive(&self) -> Vec<String> {
        self.core.line.forgive();
        std::mem::take(&mut self.core.state().violations)
    }

    /// Who would have been notified.
    pub fn pings(&self) -> Vec<Ping> {
        self.core.state().pings.clone()
    }

    /// The addresses that Slack would have unfolded under a message.
    pub fn unfurls(&self) -> Vec<String> {
        self.core.state().unfurls.clone()
    }

    /// Texts of replies whose thread was not there, so that they landed in the channel for all to see.
    pub fn leaked(&self) -> Vec<String> {
        self.core.state().leaked.clone()
    }

    /// Channels that were given by name instead of by id.
    pub fn by_name(&self) -> Vec<String> {
        self.core.state().by_name.clone()
    }

    /// Waits until the app has been still for a moment.
    pub async fn quiet(&self) {
        self.core.quiet().await;
    }

    /// Waits until this holds: for work that goes on after an acknowledgement.
    pub async fn until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(began.elapsed() < Duration::from_secs(30), "{what} did not happen");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until so many sockets are open.
    pub async fn connected(&self, sockets: usize) {
        self.until(&format!("{sockets} open sockets"), || self.core.line.open().len() >= sockets).await;
    }

    /// How long acknowledgements took, and which were late, missing or lost with their connection.
    pub fn acks(&self) -> Vec<(String, Fate)> {
        self.core.line.acks().into_iter().map(|a| (a.what, a.fate)).collect()
    }

    /// The end of a story: nothing was broken, no acknowledgement is late or missing, no request hangs.
    pub fn ends(&self) {
        let state = self.core.state();
        let bad: Vec<String> = (self.core.line.acks().into_iter())
            .filter(|a| matches!(a.fate, Fate::Late(_) | Fate::Missing))
            .map(|a| format!("the acknowledgement of {} was {:?}", a.what, a.fate))
            .collect();
        assert!(state.violations.is_empty(), "rules of Slack were broken:\n{}", state.violations.join("\n"));
        assert!(bad.is_empty(), "{}", bad.join("\n"));
        assert_eq!(state.hangs, 0, "a request still waits for an answer that never comes");
    }
}
