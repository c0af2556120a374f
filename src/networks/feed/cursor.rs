//! Where a feed has got to: the validators of the last answer and the items that were seen.

use crate::domain::Cursor;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Keys that are kept beyond those of the items that are in the feed now: what left a feed may come back.
const KEPT: usize = 1_000;

/// The position, as JSON in the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// A short hash of the configured address.
    #[serde(default)]
    pub feed: String,
    /// The `ETag` of the last answer, sent back as `If-None-Match`.
    #[serde(default)]
    pub etag: Option<String>,
    /// The `Last-Modified` of the last answer, sent back as `If-Modified-Since`.
    #[serde(default)]
    pub modified: Option<String>,
    /// Short hashes of the keys of seen items, the most recently seen last.
    #[serde(default)]
    pub seen: Vec<String>,
}

impl Position {
    /// Reads a stored position.
    pub fn read(cursor: &Cursor) -> Option<Self> {
        serde_json::from_str(&cursor.0).ok()
    }

    /// Writes it.
    pub fn write(&self) -> Cursor {
        Cursor(serde_json::to_string(self).unwrap_or_default())
    }

    /// The hashes of the keys of seen items.
    pub fn known(&self) -> HashSet<&str> {
        self.seen.iter().map(String::as_str).collect()
    }

    /// Whether this is the first sight of this feed: never polled, or another address was configured since and nothing
    /// of what is there was ever seen. What only moved is recognised by its items.
    pub fn is_new_feed(&self, feed: &str, now_there: &[String]) -> bool {
        self.feed != feed && {
            let known = self.known();
            !now_there.iter().any(|k| known.contains(k.as_str()))
        }
    }

    /// Takes over an answer. Items that are in the feed now are always remembered, of the others the latest.
    pub fn note(&mut self, feed: &str, etag: Option<String>, modified: Option<String>, now_there: &[String]) {
        feed.clone_into(&mut self.feed);
        self.etag = etag;
        self.modified = modified;
        let current: HashSet<&String> = now_there.iter().collect();
        let mut seen: Vec<String> = self.seen.iter().filter(|k| !current.contains(k)).cloned().collect();
        seen.drain(..seen.len().saturating_sub(KEPT));
        let mut unique = HashSet::new();
        seen.extend(now_there.iter().filter(|k| unique.insert(*k)).cloned());
        self.seen = seen;
    }
}
