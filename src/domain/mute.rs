//! Authors whose posts come without a card.

use super::{Aside, DoneReason, MentionNo, PersonId, Post};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A muted author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Muted {
    /// How they are called: handle, name or id.
    pub called: String,
    /// The kind of network.
    pub network: String,
    /// The mention by which they were muted.
    pub no: MentionNo,
    /// Who muted them.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// Until when; `None`: for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What the settings of muted authors begin with.
pub const MUTED: &str = "muted:";

impl Muted {
    /// The setting of an author; `None` if the network gave them no id.
    pub fn key(network: &str, id: &str) -> Option<String> {
        (!id.is_empty()).then(|| format!("{MUTED}{network}:{id}"))
    }

    /// The setting of a post's author.
    pub fn key_of(post: &Post) -> Option<String> {
        Self::key(&post.network, &post.author.id)
    }

    /// Whether it still holds.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// What becomes of their posts.
    pub fn aside(&self) -> Aside {
        Aside { reason: DoneReason::Spam, why: format!("its author was muted by {}", self.by) }
    }
}
