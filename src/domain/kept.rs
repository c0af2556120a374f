//! A line that was refused and could not stay in its form, kept so that its text can be put right.

use super::{MentionNo, PersonId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// So long it is kept.
const LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The setting of such a line: this, and its key.
pub const KEPT: &str = "kept:";

/// A line that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Whose it is: nobody else gets it.
    pub who: PersonId,
    /// Since when.
    pub at: Timestamp,
    /// The mention that it is about, where the line or what its author did last says which: it goes when that is erased.
    pub no: Option<MentionNo>,
    /// As it was handed in.
    pub line: String,
}

impl Kept {
    /// True for seven days.
    pub fn lasts(&self, now: Timestamp) -> bool {
        now.duration_since(self.at) < LASTS
    }

    /// True if nothing of it may stay when these mentions are erased: it is about one of them, or nobody can say about
    /// which one it is.
    pub fn goes_with(&self, erased: &[MentionNo]) -> bool {
        self.no.is_none_or(|no| erased.contains(&no))
    }
}
