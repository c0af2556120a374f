//! A Discord on 127.0.0.1, as strict as Discord's documentation (docs.discord.com/developers): the REST API with permissions,
//! limits and error codes, the gateway, interactions and the people who use them. Everything that depends on time follows
//! the clock that is handed in, but for the three seconds in which an interaction must be answered: those are real.
//!
//! Where the documentation leaves a question open, the fake takes the answer that is worse for the app.
//!
//! A story does what people do, reads what people read (`room_text`, `news`), and ends with `ends()`, which fails if the app
//! broke one of Discord's rules.

mod gateway;
mod gateway_line;
mod gateway_trouble;
mod gateway_words;
mod http_mode;
mod interactions;
mod interactions_first;
mod interactions_later;
mod interactions_modal;
mod limits;
mod payload;
mod payload_options;
mod person;
mod person_modal;
mod person_said;
mod record;
mod rest;
mod rest_app;
mod rest_call;
mod rest_channels;
mod rest_commands;
mod rest_guild;
mod rest_http;
mod rest_messages;
mod rest_parts;
mod rest_threads;
mod rules_commands;
mod rules_components;
mod rules_embeds;
mod rules_message;
pub mod said;
mod said_markdown;
mod said_pings;
mod schema;
mod state;
mod state_json;
mod state_messages;
pub mod state_rights;
mod state_world;
pub mod story;
mod tls;

pub use gateway::{Moment, Step, Trouble};
pub use http_mode::Forgery;
pub use interactions::{First, Interaction};
pub use interactions_modal::check as check_modal;
pub use limits::Limits;
pub use payload::Place;
pub use payload_options::Refusal;
pub use person::{Done, component};
pub use person_said::{NO_ANSWER, Said};
pub use record::{Event, Fail, Ping, Seen};
pub use rest_call::{ApiError, Call, File, Form, Reply};
pub use schema::is_there as has_schema;
pub use state::State;
pub use state_rights as rights;
pub use state_world::*;

use jiff::Timestamp;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Tells the time of the story.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How long a test waits for what must come.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// What the servers and the drivers share.
pub struct Inner {
    pub state: Mutex<State>,
    pub now: Now,
    /// `http://127.0.0.1:PORT`.
    pub origin: String,
    /// Where the TLS front listens, and its certificate.
    pub relay: (SocketAddr, String),
    pub gateway: gateway::Gateway,
    pub book: interactions::Book,
    /// Delivers interactions by HTTP; connections are kept.
    pub caller: reqwest::Client,
    looked: Mutex<BTreeMap<String, usize>>,
    /// When it began: by the machine's clock, and by the story's in seconds since 1970.
    began: (Instant, f64),
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl Inner {
    pub fn state(&self) -> MutexGuard<'_, State> {
        // A driver that panics because of a wrong story may hold it; the story has failed then anyway.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn gateway_url(&self) -> String {
        self.gateway.url()
    }

    /// Waits until the app has been still for a moment: no request in flight, no answer to an interaction awaited.
    pub async fn quiet(&self) {
        let began = Instant::now();
        let look = || {
            let state = self.state();
            (state.requests.len(), state.events.len(), state.in_flight)
        };
        let (mut before, mut still) = (look(), 0);
        while still < 6 {
            assert!(began.elapsed() < DEADLINE, "the app is not still after {DEADLINE:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
            let now = look();
            still = if now == before && now.2 == 0 && self.book.waiting() == 0 { still + 1 } else { 0 };
            before = now;
        }
    }
}

/// The servers' tasks; they end with the last handle of the fake.
struct Running(Mutex<Vec<JoinHandle<()>>>);

impl Drop for Running {
    fn drop(&mut self) {
        for task in self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
    }
}

/// The running fake.
#[derive(Clone)]
pub struct FakeDiscord {
    pub inner: Arc<Inner>,
    running: Arc<Running>,
}

impl std::fmt::Debug for FakeDiscord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.inner.fmt(f)
    }
}

impl FakeDiscord {
    /// Starts with a small server (see `State::new`), a good token, all rights that the bot needs, rate limits off.
    pub async fn start(now: Now) -> Self {
        let http = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let tls = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = |tcp: &TcpListener| tcp.local_addr().expect("it is bound");
        let plain = address(&http);
        let (front, pem) = tls::Front::new();
        let (gateway, listeners) = gateway::Gateway::bind().await;
        let began = (Instant::now(), now().duration_since(Timestamp::UNIX_EPOCH).as_secs_f64());
        let inner = Arc::new(Inner {
            state: Mutex::new(State::new(Arc::clone(&now))),
            now,
            origin: format!("http://{plain}"),
            relay: (address(&tls), pem),
            gateway,
            book: interactions::Book::default(),
            caller: reqwest::Client::new(),
            looked: Mutex::default(),
            began,
        });
        let mut tasks =
            vec![tokio::spawn(rest_http::serve(Arc::clone(&inner), http)), tokio::spawn(front.serve(tls, plain))];
        tasks.extend(gateway::serve(&inner, listeners));
        Self { inner, running: Arc::new(Running(Mutex::new(tasks))) }
    }

    /// A task that ends with the fake.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.running.0.lock().unwrap_or_else(PoisonError::into_inner).push(tokio::spawn(task));
    }

    /// The address of the API without TLS; paths begin with `/api/v10`.
    pub fn api(&self) -> String {
        self.inner.origin.clone()
    }

    /// Where the API is reached as discord.com, and the certificate that it shows there (PEM).
    pub fn relay(&self) -> (SocketAddr, String) {
        self.inner.relay.clone()
    }
}
