//! Where everything is kept: one atomic [`Commit`] at a time, durable before it is acknowledged.
//!
//! [`Store`] says what the desk needs; `Embedded` keeps it in a journal of our own (the truth, fdatasync'd) with sled
//! as the rebuildable index behind it. Why: docs/decisions/0001-journal.md.

pub mod admin;
mod alike;
mod blocks;
mod board;
mod copy;
mod embedded;
mod engine;
mod fault;
mod folder;
mod group;
mod hear;
mod idem;
mod index;
pub mod journal;
mod lock;
mod options;
mod outbox;
pub mod record;
mod recover;
mod rows;
mod snapshot;
pub mod window;

pub use embedded::Embedded;
pub use fault::Fault;
pub use options::{Options, Progress};

use crate::domain::{
    ChatName, Commit, Copies, CopiesQuery, Cursor, Effect, EffectId, Event, Facts, Handled, Health, IdemKey, Ingested,
    Intake, Lane, LaneState, May, Mention, MentionNo, NextEffect, OpenPage, OpenQuery, Place, SourceName, Unshown,
};
use async_trait::async_trait;
use jiff::Timestamp;

/// Why the store did not do it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed the mention first: load it and decide again.
    #[error("{0} was changed by somebody else at the same moment")]
    Conflict(MentionNo),
    /// The idempotency key was committed before: the same command or hook was delivered twice.
    #[error("this was already done")]
    Repeated,
    /// Another process has the folder.
    #[error("{0}")]
    Busy(String),
    /// The disk, a damaged file, or a bug: the sentence says what to do next.
    #[error("{0}")]
    Broken(String),
}

/// Everything the desk needs of a store. All calls may be made from async code.
#[async_trait]
pub trait Store: Send + Sync {
    /// Takes in what a source heard: numbers new mentions, skips known posts, attaches follow-ups and native answers,
    /// queues what follows, and moves the source's cursor, all in one durable commit.
    async fn ingest(&self, intake: Intake) -> Result<Vec<Ingested>, StoreError>;

    /// Makes a commit durable and visible, or refuses it whole.
    async fn commit(&self, commit: Commit) -> Result<(), StoreError>;

    /// A mention.
    async fn mention(&self, no: MentionNo) -> Result<Option<Mention>, StoreError>;
    /// Everything that happened to it, oldest first.
    async fn history(&self, no: MentionNo) -> Result<Vec<Event>, StoreError>;
    /// The mention that a post on a network is (or follows up).
    async fn by_post(&self, network: &str, external_id: &str) -> Result<Option<MentionNo>, StoreError>;
    /// The mention whose post is at that address.
    async fn by_url(&self, url: &str) -> Result<Option<MentionNo>, StoreError>;
    /// The mention whose card is that message.
    async fn by_card(&self, chat: &ChatName, message: &str) -> Result<Option<MentionNo>, StoreError>;
    /// A page of open mentions. Its cost does not depend on how many are closed.
    async fn open(&self, query: &OpenQuery) -> Result<OpenPage, StoreError>;
    /// Copies of a mention that its card counts, by number.
    async fn copies(&self, query: &CopiesQuery) -> Result<Copies, StoreError>;
    /// The newest mentions whose text, author or tags contain `needle` (folded), newest first; looks at most at the
    /// `depth` newest mentions.
    async fn find(&self, needle: &str, limit: usize, depth: usize) -> Result<Vec<Mention>, StoreError>;
    /// The facts of the waits that began at or after `from` and before `to`.
    async fn facts(&self, from: Timestamp, to: Timestamp) -> Result<Facts, StoreError>;
    /// Mentions by number from `from` on, at most `limit`: for exports.
    async fn scan(&self, from: MentionNo, limit: usize) -> Result<Vec<Mention>, StoreError>;

    /// What can be had from how mentions were handled, the newest mention first, before that one if it is given, at most
    /// `limit`. Its cost does not depend on how many mentions there are.
    async fn handled(&self, before: Option<MentionNo>, limit: usize) -> Result<Vec<Handled>, StoreError>;

    /// Where a source has got to.
    async fn cursor(&self, source: &SourceName) -> Result<Option<Cursor>, StoreError>;
    /// A setting of the workspace.
    async fn setting(&self, key: &str) -> Result<Option<String>, StoreError>;
    /// All settings whose key begins so, by key.
    async fn settings(&self, prefix: &str) -> Result<Vec<(String, String)>, StoreError>;
    /// Whether that key was committed in the last 48 hours.
    async fn done_before(&self, key: &IdemKey) -> Result<bool, StoreError>;

    /// Effects that are due: for each destination in order, at most `limit`. An effect is left out while an earlier one of the same mention
    /// waits for the same destination.
    async fn due_effects(&self, now: Timestamp, limit: usize) -> Result<Vec<Effect>, StoreError>;
    /// When the next effect is due.
    async fn next_effect(&self) -> Result<Option<Timestamp>, StoreError>;
    /// The destinations for which something waits that nothing holds up.
    async fn lanes(&self, now: Timestamp) -> Result<Vec<LaneState>, StoreError>;
    /// What matters most of what is due for a destination and may go: what is said of cards that stand there (first
    /// what a person waits for) before new cards; of those the ones that are due first, direct before indirect, then by
    /// number, and at last what is closed already. Its cost does not depend on how many wait.
    async fn next_in(&self, lane: &Lane, now: Timestamp, may: May) -> Result<NextEffect, StoreError>;
    /// Everything that waits for a destination about one mention, in order.
    async fn queued(&self, no: MentionNo, lane: &Lane) -> Result<Vec<Effect>, StoreError>;
    /// An effect as it is now; `None` if it is done.
    async fn effect(&self, id: &EffectId) -> Result<Option<Effect>, StoreError>;
    /// The mentions that wait to be shown in a channel.
    async fn unshown(&self, place: &Place, now: Timestamp) -> Result<Unshown, StoreError>;

    /// How it is doing.
    async fn health(&self) -> Result<Health, StoreError>;
    /// Finishes what is in hand and marks the shutdown as clean. Later calls fail.
    async fn close(&self) -> Result<(), StoreError>;
}
