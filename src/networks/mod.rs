//! Watching and answering: one file or folder per network, each behind [`Network`], each with its capabilities declared.

/// Bluesky: notifications, search or Jetstream; replies, likes, reposts, follows, direct messages.
pub mod bluesky;
/// RSS, Atom and JSON Feed: conditional, read-only.
pub mod feed;
/// Hacker News by its public search: read-only.
pub mod hackernews;
mod http;
mod keep;
/// Mastodon, `GoToSocial`, Mitra and whatever speaks the same API.
pub mod mastodon;
mod plain;
/// Reddit, with the customer's own approved app.
pub mod reddit;
/// Mentions in and replies out over signed webhooks.
pub mod webhook;
/// X by its API: mentions, search, the filtered stream, replies; a budget for what reading costs.
pub mod x;

pub use keep::{FileKeep, Keep, MemoryKeep, Tools};

use crate::domain::{Act, Author, Capabilities, Cursor, LengthRule, Post, SourceName};
use async_trait::async_trait;
use jiff::Timestamp;
use std::time::Duration;

/// The outside failed, in the three ways that the desk tells apart. Adapters translate status codes here and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// It certainly did not happen, and may work later.
    #[error("{why}")]
    Later {
        /// What went wrong, for people.
        why: String,
        /// Not before, if the other side said so.
        after: Option<Duration>,
    },
    /// It certainly did not happen, and will not.
    #[error("{why}")]
    Never {
        /// What went wrong and what to do next, for people.
        why: String,
    },
    /// It may or may not have happened.
    #[error("{why}")]
    Unknown {
        /// What went wrong, for people.
        why: String,
    },
}

/// What a source has heard since a position, oldest first, and its new position.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// The posts; may contain some that were handed in before.
    pub posts: Vec<Post>,
    /// The position after them; stored together with them.
    pub cursor: Option<Cursor>,
    /// There is more to fetch at once (a page of a longer list).
    pub more: bool,
    /// Ask again not before, if the other side said so.
    pub rest: Option<Duration>,
}

/// From where a source that was never polled begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// From now on: mark the position, hand in nothing.
    Now,
    /// With the history since then, as far as the network gives it.
    Since(Timestamp),
}

/// A reply to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The stable key of this reply: the same for every try.
    pub key: String,
    /// The post that is answered.
    pub post: Post,
    /// The text.
    pub text: String,
    /// The short number, for networks that report it back.
    pub no: u64,
    /// Who pressed Send: the name colleagues read. For the customer's own systems only, never for public text.
    pub by: String,
    /// When Send was pressed, by the desk's clock: the same for every try.
    pub at: Timestamp,
    /// The part before this one, if this goes on with a numbered thread: then it answers that, not the post.
    pub after: Option<Sent>,
    /// Own posts that are known to be others than this one, by the network's ids: a look for this one passes them over.
    pub known: Vec<String>,
}

/// Something else to do at a post, or to undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// What.
    pub act: Act,
    /// The stable key: the same for every try.
    pub key: String,
    /// When somebody asked for it, by the desk's clock: the same for every try.
    pub at: Timestamp,
    /// The post that it is about.
    pub post: Post,
    /// For [`Act::Message`]: what to say in private. Otherwise empty.
    pub text: String,
    /// For an undo: the network's id of what was done. For [`Act::Retract`]: the ids of the own posts to delete, the
    /// last one first.
    pub targets: Vec<String>,
    /// Take it back instead of doing it.
    pub undo: bool,
}

/// A reply that the network confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The network's id of the reply.
    pub external_id: String,
    /// Where to see it.
    pub url: Option<String>,
    /// When, by the network's clock.
    pub posted_at: Timestamp,
}

/// What a look at a post just before answering it showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// It is there, and can be answered.
    There(View),
    /// It cannot be answered: it is deleted or hidden, or its author does not let us; the reason in words.
    Gone(String),
}

/// A post as it is now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    /// Its text by now, as [`Network::poll`] would hand it in; `None` if the network does not tell.
    pub text: Option<String>,
    /// What is said right below it, by anybody, as far as the network tells: among it may be an answer of ours.
    pub answers: Vec<Post>,
}

/// One configured source.
#[async_trait]
pub trait Network: Send + Sync {
    /// The configured name.
    fn source(&self) -> &SourceName;
    /// The kind of network in words, as on the card.
    fn network(&self) -> &str;
    /// What it can do, as far as it is known by now: a tier, a missing token, an instance's rules may narrow it.
    fn capabilities(&self) -> Capabilities;
    /// How long a reply may be, as far as it is known by now.
    fn length(&self) -> LengthRule;
    /// How often to poll; `None` if posts arrive by themselves.
    fn interval(&self) -> Option<Duration>;
    /// The account that it watches and answers as, once that is known.
    fn account(&self) -> Option<Author> {
        None
    }
    /// What somebody who asks for the health should know, a sentence each: what was spent of a budget, when a token
    /// expires.
    fn notes(&self, _now: Timestamp) -> Vec<String> {
        Vec::new()
    }
    /// After an outcome that is unknown, so long passes before a look may be trusted: what was under way has arrived by
    /// then.
    fn settles(&self) -> Duration {
        Duration::from_secs(30)
    }

    /// What was said since `cursor`; without a cursor, where to begin. `now` is the desk's clock. A source that streams
    /// connects here if it is not connected, and hands in what has arrived; a stream that ended is an error here, so that
    /// there is one place that backs off.
    async fn poll(&self, cursor: Option<&Cursor>, first: First, now: Timestamp) -> Result<Batch, CallError>;

    /// Returns when a poll would bring something before the interval is over; never, for a source that only polls.
    async fn ready(&self) {
        std::future::pending::<()>().await;
    }

    /// Looks at a post again, just before it is answered. Only called with [`Capabilities::look`].
    async fn look(&self, post: &Post) -> Result<Look, CallError>;

    /// Sends a reply. Only called with [`Capabilities::reply`].
    async fn reply(&self, reply: &Outgoing, now: Timestamp) -> Result<Sent, CallError>;

    /// Looks whether a reply whose outcome is unknown is there. Only called with [`crate::domain::Idempotency::Look`].
    async fn find_reply(&self, reply: &Outgoing) -> Result<Option<Sent>, CallError>;

    /// The conversation above a post, its beginning first; at most some twenty posts, the nearest ones. Only called with
    /// [`Capabilities::context`].
    async fn context(&self, _post: &Post) -> Result<Vec<Post>, CallError> {
        Err(not_here("show a conversation"))
    }

    /// Does something else at a post, or undoes it. Doing it twice is as doing it once, except for [`Act::Message`], whose
    /// unknown outcome stays unknown. Only called for what [`Network::capabilities`] says.
    async fn act(&self, _deed: &Deed, _now: Timestamp) -> Result<Sent, CallError> {
        Err(not_here("do that"))
    }

    /// What `hearback check` asks without changing anything: who it answers as, what it may do, what it will cost; a
    /// sentence each.
    ///
    /// # Errors
    /// What is wrong, and what to do next.
    async fn check(&self, _now: Timestamp) -> Result<Vec<String>, CallError> {
        Ok(Vec::new())
    }
}

/// A call that the desk does not make, since the capabilities do not say it.
fn not_here(what: &str) -> CallError {
    CallError::Never { why: format!("this source cannot {what}; open the post and do it there") }
}
