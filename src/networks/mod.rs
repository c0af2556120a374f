//! Watching and answering: one file or folder per network, each behind [`Network`], each with its capabilities declared.

/// RSS, Atom and JSON Feed: conditional, read-only.
pub mod feed;
/// Hacker News by its public search: read-only.
pub mod hackernews;
mod http;
mod plain;
/// Mentions in and replies out over signed webhooks.
pub mod webhook;

use crate::domain::{Capabilities, Cursor, LengthRule, Post, SourceName};
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
    /// It is there.
    There,
    /// It is gone; the reason in words.
    Gone(String),
    /// A brand account answered it already.
    Answered(Sent),
}

/// One configured source.
#[async_trait]
pub trait Network: Send + Sync {
    /// The configured name.
    fn source(&self) -> &SourceName;
    /// The kind of network in words, as on the card.
    fn network(&self) -> &str;
    /// What it can do.
    fn capabilities(&self) -> Capabilities;
    /// How long a reply may be.
    fn length(&self) -> LengthRule;
    /// How often to poll; `None` if posts arrive by themselves.
    fn interval(&self) -> Option<Duration>;

    /// What was said since `cursor`; without a cursor, where to begin. `now` is the desk's clock.
    async fn poll(&self, cursor: Option<&Cursor>, first: First, now: Timestamp) -> Result<Batch, CallError>;

    /// Looks at a post again, just before it is answered. Only called with [`Capabilities::look`].
    async fn look(&self, post: &Post) -> Result<Look, CallError>;

    /// Sends a reply. Only called with [`Capabilities::reply`].
    async fn reply(&self, reply: &Outgoing, now: Timestamp) -> Result<Sent, CallError>;

    /// Looks whether a reply whose outcome is unknown is there. Only called with [`crate::domain::Idempotency::Look`].
    async fn find_reply(&self, reply: &Outgoing) -> Result<Option<Sent>, CallError>;
}
