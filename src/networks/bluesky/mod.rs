//! Bluesky (atproto): mentions, replies and quotes by the account's notifications, keywords by search or by Jetstream;
//! answers as real replies under a record key of our own, so that a repeated try writes nothing twice. Without an account
//! it only reads.

mod act;
mod facets;
mod health;
mod lists;
mod poll;
mod post;
mod read;
mod session;
mod sift;
mod stream;
mod tid;
mod walk;
mod write;
mod xrpc;

pub use poll::read;
pub use sift::{Sifted, Wanted, sift, sift_plainly};
pub use stream::from_stream;

use super::{Batch, CallError, Deed, First, Look, Network, Outgoing, Sent, Tools};
use crate::domain::{Author, Capabilities, Cursor, Idempotency, LengthRule, Post, SourceName};
use async_trait::async_trait;
use jiff::Timestamp;
use session::{Login, Session, Sessions};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use xrpc::{Answer, Call, Fail, Xrpc};

/// The word on the card.
pub(crate) const NETWORK: &str = "bluesky";
/// Posts that are asked for at once.
const POSTS_OF_A_PAGE: usize = 100;
/// Graphemes and bytes of a post (`app.bsky.feed.post`, `text`).
const LENGTH: LengthRule = LengthRule::GraphemesAndBytes { graphemes: 300, bytes: 3_000 };

/// An app password. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// As Bluesky hands it out.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// The stream of all posts, which is read instead of searching.
#[derive(Clone)]
pub struct Jetstream {
    /// Its address: `wss://HOST/subscribe`.
    pub url: String,
    /// Whether a text matters: everything else is dropped at once.
    pub wanted: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// A stream on which nothing was heard for so long is dead: 60 seconds.
    pub silence: Duration,
}

/// One watch on Bluesky.
#[derive(Clone)]
pub struct BlueskyConfig {
    /// The configured name of the source.
    pub name: SourceName,
    /// The account's handle; without one there is only the search or the stream.
    pub handle: Option<String>,
    /// Its app password; without one nothing is answered.
    pub password: Option<Password>,
    /// The account's server: [`BlueskyConfig::SERVICE`], another PDS, or a stand-in.
    pub service: String,
    /// Who is asked without an account: [`BlueskyConfig::APPVIEW`], or a stand-in.
    pub appview: String,
    /// What is searched for, one query each.
    pub queries: Vec<String>,
    /// The stream, instead of the search.
    pub jetstream: Option<Jetstream>,
    /// How often to poll.
    pub every: Duration,
    /// One call may take so long.
    pub timeout: Duration,
}

impl BlueskyConfig {
    /// Where most accounts log in.
    pub const SERVICE: &'static str = "https://bsky.social";
    /// Who answers without a log-in.
    pub const APPVIEW: &'static str = "https://public.api.bsky.app";

    /// A watch on the public network without an account, with the usual limits.
    pub fn new(name: impl Into<String>, queries: Vec<String>) -> Self {
        Self {
            name: SourceName::new(name),
            handle: None,
            password: None,
            service: Self::SERVICE.to_owned(),
            appview: Self::APPVIEW.to_owned(),
            queries,
            jetstream: None,
            every: Duration::from_secs(30),
            timeout: Duration::from_secs(20),
        }
    }
}

/// What is remembered while the program runs.
#[derive(Default)]
struct Known {
    /// Accounts that were looked up.
    people: BTreeMap<String, post::Profile>,
    /// Why keywords are not found at the moment.
    search: Option<String>,
    /// When everything besides the stream was last asked.
    asked: Option<Timestamp>,
    /// What went wrong when it was.
    trouble: Option<CallError>,
    /// The position that was handed on last: if the next poll comes with another one, it was not kept.
    handed: Option<Cursor>,
    /// The allowance is used up: nothing more before.
    rest: Option<Duration>,
}

/// Bluesky, ready to be polled and to answer.
pub struct Bluesky {
    config: BlueskyConfig,
    xrpc: Xrpc,
    sessions: Option<Sessions>,
    known: Mutex<Known>,
    stream: stream::Slot,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Bluesky {
    /// A watch by its configuration, with the session that was kept, if there is one.
    ///
    /// # Errors
    /// [`CallError::Never`] with a sentence if an address is not one of the web.
    pub fn new(config: BlueskyConfig, tools: Tools) -> Result<Self, CallError> {
        let mut config = config;
        for (what, address) in [("service", &mut config.service), ("appview", &mut config.appview)] {
            let good = url::Url::parse(address).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
            if !good {
                let why = format!("the {what} of \"{}\" must begin with http:// or https://", config.name);
                return Err(CallError::Never { why });
            }
            *address = address.trim_end_matches('/').to_owned();
        }
        let client = || Xrpc::new(config.timeout, Arc::clone(&tools.now));
        let xrpc = client()?;
        let clock = Arc::clone(&tools.now);
        let sessions = match (&config.handle, &config.password) {
            (Some(handle), Some(password)) => {
                let handle = handle.trim().trim_start_matches('@').to_owned();
                let login = Login { service: config.service.clone(), handle, password: password.clone() };
                Some(Sessions::new(client()?, login, tools))
            }
            _ => None,
        };
        let stream = stream::Slot::default();
        Ok(Self { config, xrpc, sessions, known: Mutex::default(), stream, clock })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session, if there is one by now.
    fn session(&self) -> Option<Session> {
        self.sessions.as_ref().and_then(Sessions::known)
    }

    /// The account's sessions.
    ///
    /// # Errors
    /// There is no account, and what to do.
    fn sessions(&self) -> Result<&Sessions, CallError> {
        self.sessions.as_ref().ok_or_else(|| CallError::Never {
            why: format!(
                "\"{}\" has no app password, so it can only read; open the post and answer there, or set handle and \
                 app_password in bot.toml",
                self.config.name
            ),
        })
    }

    /// Asks as the account, or, without one, whoever answers everybody.
    async fn ask(&self, call: &Call<'_>) -> Result<Answer, Fail> {
        match &self.sessions {
            Some(sessions) => sessions.call(call).await,
            None => self.xrpc.send(&self.config.appview, call, None).await,
        }
    }
}

#[async_trait]
impl Network for Bluesky {
    fn source(&self) -> &SourceName {
        &self.config.name
    }

    fn network(&self) -> &str {
        NETWORK
    }

    fn capabilities(&self) -> Capabilities {
        if self.sessions.is_none() {
            return Capabilities { context: true, ..Capabilities::READ_ONLY };
        }
        Capabilities {
            reply: true,
            look: true,
            like: true,
            repost: true,
            follow: true,
            retract: true,
            direct_message: self.session().and_then(|s| s.may_message()) == Some(true),
            idempotency: Idempotency::Key,
            context: true,
            thread: true,
            undo: true,
            summoned_only: false,
        }
    }

    fn length(&self) -> LengthRule {
        LENGTH
    }

    fn interval(&self) -> Option<Duration> {
        Some(self.config.every)
    }

    fn account(&self) -> Option<Author> {
        let session = self.session()?;
        Some(post::author(&post::Profile { did: session.did, handle: session.handle, ..post::Profile::default() }))
    }

    fn notes(&self, now: Timestamp) -> Vec<String> {
        self.health_notes(now)
    }

    async fn poll(&self, cursor: Option<&Cursor>, first: First, now: Timestamp) -> Result<Batch, CallError> {
        self.poll_all(cursor, first, now).await
    }

    async fn ready(&self) {
        self.stream.ready().await;
    }

    async fn look(&self, post: &Post) -> Result<Look, CallError> {
        self.look_at(post).await
    }

    async fn reply(&self, reply: &Outgoing, _now: Timestamp) -> Result<Sent, CallError> {
        self.answer(reply).await
    }

    async fn find_reply(&self, reply: &Outgoing) -> Result<Option<Sent>, CallError> {
        // The record key makes a repeated try harmless; there is nothing to look for.
        let why = format!("a reply is sent again under its own key, not looked for: {}", reply.key);
        Err(CallError::Never { why })
    }

    async fn context(&self, post: &Post) -> Result<Vec<Post>, CallError> {
        self.above(post).await
    }

    async fn act(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        self.do_deed(deed, now).await
    }

    async fn check(&self, now: Timestamp) -> Result<Vec<String>, CallError> {
        self.check_all(now).await
    }
}
