//! Where each list has got to. X gives lists newest first: what was reached is kept as the newest id, and what a failure
//! left unread below it as a gap that is read first next time, so that nothing is lost and little is paid for twice.

use super::post::moment;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Posts may turn up in a list this much later than their ids say, in milliseconds.
const OVERLAP: u64 = 60_000;
/// Ids of today have at least so many digits; shorter ones are compared as texts by some servers.
pub const SNOWFLAKE: u64 = 100_000_000_000_000_000;

/// The position of a source, as JSON in its cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// In the account's mentions.
    #[serde(default)]
    pub mentions: Option<Mark>,
    /// In the account's own posts.
    #[serde(default)]
    pub own: Option<Mark>,
    /// In each search, by its query.
    #[serde(default)]
    pub searches: BTreeMap<String, Mark>,
}

/// Where one list has got to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Nothing before this moment is wanted: where the watch began.
    pub floor: Timestamp,
    /// Everything up to this moment was handed in, by the network's clock: when the newest was posted, or the floor.
    pub at: Timestamp,
    /// The newest id that was seen.
    #[serde(default)]
    pub id: Option<u64>,
    /// What lies below it and was not read.
    #[serde(default)]
    pub gap: Option<Gap>,
    /// Ids that were handed in and that the next look overlaps.
    #[serde(default)]
    pub seen: BTreeSet<u64>,
    /// What turned up late was looked for as well: nothing is read twice for it any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub settled: bool,
}

/// Posts that were not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Newer than what is newer than this.
    pub range: Range,
    /// And older than this id.
    pub until: u64,
}

/// From where a list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// Above this id, if one is known.
    pub above: Option<u64>,
    /// Or else from this moment on.
    pub from: Timestamp,
    /// And in no case before this one.
    pub floor: Timestamp,
}

impl Mark {
    /// A list of which nothing before that moment is wanted.
    pub fn begin(at: Timestamp) -> Self {
        Self { floor: at, at, id: None, gap: None, seen: BTreeSet::new(), settled: false }
    }

    /// What to read for what is new.
    pub fn range(&self) -> Range {
        Range { above: self.id.map(|id| id.saturating_sub(self.overlap(id))), from: self.at, floor: self.floor }
    }

    /// Ids carry their moment, unless a server makes them up.
    fn overlap(&self, id: u64) -> u64 {
        if self.settled {
            return 0;
        }
        let stated = moment(id).map(|m| m.duration_since(self.at).abs());
        if stated.is_some_and(|apart| apart < SignedDuration::from_mins(10)) { OVERLAP << 22 } else { 0 }
    }

    /// Notes a post that was handed in, or passed over.
    pub fn note(&mut self, id: u64, at: Timestamp) {
        if self.id.is_none_or(|newest| newest < id) {
            self.id = Some(id);
            self.at = at;
        }
        self.settled = false;
        self.seen.insert(id);
        let from = self.range().above.unwrap_or(0);
        // Of what is below, the gap needs none: it ends where it was left.
        self.seen.retain(|id| *id > from);
    }
}

impl Mark {
    /// The list was read to its end at that moment, the overlap included.
    pub fn read_at(&mut self, now: Timestamp) {
        let late = SignedDuration::from_secs(120);
        self.settled |= self.id.is_some() && now.duration_since(self.at) >= late;
    }
}

impl Range {
    /// The parameter that says it.
    pub fn parameter(&self, now: Timestamp) -> (&'static str, String) {
        match self.above {
            Some(id) if id >= SNOWFLAKE => ("since_id", id.to_string()),
            _ => ("start_time", start(self.from, now)),
        }
    }

    /// Whether a post lies in it: a server may give more than it was asked for.
    pub fn holds(&self, id: u64, at: Option<Timestamp>) -> bool {
        self.above.is_none_or(|above| id > above) && at.is_none_or(|at| at >= self.floor)
    }
}

/// A moment as X takes it: whole seconds, and not within the last minute, which search does not have yet.
pub fn start(from: Timestamp, now: Timestamp) -> String {
    let latest = now.checked_sub(SignedDuration::from_secs(60)).unwrap_or(now);
    from.min(latest).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
