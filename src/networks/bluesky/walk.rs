//! Lists that can only be read backwards, the newest first: notifications, a feed, a search. What is new since a mark is
//! read page by page; where that is interrupted, it goes on from there the next time.

use crate::domain::Post;
use crate::networks::{CallError, First};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Lists are in the order of what posts say of their time, and are filled late: what is so much older than the newest
/// that was seen may still come, in milliseconds.
const OVERLAP: i64 = 10 * 60 * 1_000;
/// When a watch begins, what is so much older than the newest is noted as seen, so that what appears among it later is
/// new, in milliseconds.
const SLACK: i64 = 60 * 60 * 1_000;
/// Pages at one go.
const PAGES: usize = 30;
/// So many ids are remembered.
const SEEN: usize = 2_000;

/// Where a list has got to. Moments are in milliseconds since 1970, by the network's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The newest that was seen.
    at: i64,
    /// Nothing before this is wanted,
    floor: i64,
    /// unless its key was made after this: who says that a post is years old puts it among the old ones.
    #[serde(default)]
    began: i64,
    /// What was handed in or noted, as short hashes, with its moment.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    seen: BTreeMap<u64, i64>,
    /// Where to go on, and how far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    back: Option<Back>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Back {
    cursor: String,
    until: i64,
}

impl Mark {
    /// From a moment on, in milliseconds since 1970.
    pub(super) fn since(at: i64) -> Self {
        Self { at, floor: at, began: at, ..Self::default() }
    }

    fn note(&mut self, id: &str, at: i64) -> bool {
        let hash = Sha256::digest(id);
        let short = hash.iter().take(8).fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
        self.seen.insert(short, at).is_none()
    }

    /// Forgets the oldest of what is too much to remember.
    fn prune(&mut self) {
        if self.seen.len() > SEEN {
            let mut moments: Vec<i64> = self.seen.values().copied().collect();
            moments.sort_unstable_by_key(|at| std::cmp::Reverse(*at));
            let oldest = moments.get(SEEN).copied().unwrap_or(i64::MIN);
            self.seen.retain(|_, at| *at > oldest);
        }
    }
}

/// One entry.
pub(super) struct Item {
    pub(super) id: String,
    /// Its place in the list's order, in milliseconds since 1970.
    pub(super) at: i64,
    /// When its key was made, as far as that can be told, in milliseconds since 1970.
    pub(super) made: i64,
    /// The post, if it is one that matters.
    pub(super) post: Option<Post>,
}

/// One page, the newest first.
pub(super) struct Page {
    pub(super) items: Vec<Item>,
    /// Where the next, older one is.
    pub(super) cursor: Option<String>,
}

/// A list, page by page.
#[async_trait]
pub(super) trait List: Send + Sync {
    /// The page at that place; the newest without one.
    async fn page(&self, cursor: Option<String>) -> Result<Page, CallError>;
}

/// What a walk brought.
pub(super) struct Walked {
    pub(super) fresh: Vec<Post>,
    /// It is not at its end yet, and may go on at once.
    pub(super) more: bool,
    /// It was interrupted, and goes on another time.
    pub(super) trouble: Option<CallError>,
}

/// Reads what is new.
///
/// # Errors
/// Not even the first page could be read; the mark is as it was.
pub(super) async fn walk(
    mark: &mut Option<Mark>,
    first: First,
    now: Timestamp,
    list: &dyn List,
) -> Result<Walked, CallError> {
    let mut new = match (mark.clone(), first) {
        (Some(mark), _) => mark,
        (None, First::Since(since)) => Mark::since(since.as_millisecond()),
        (None, First::Now) => {
            *mark = Some(begin(list, now).await?);
            return Ok(Walked { fresh: Vec::new(), more: false, trouble: None });
        }
    };
    let mut walked = Walked { fresh: Vec::new(), more: false, trouble: None };
    let older = new.back.take();
    // While it is still catching up, the overlap can wait: else one that is interrupted often would never get further.
    let overlap = if older.is_some() { 0 } else { OVERLAP };
    let until = new.at.saturating_sub(overlap).max(new.floor);
    let mut pages = 0;
    match down(list, &mut new, None, until, &mut pages, &mut walked.fresh).await {
        Ok(None) => {}
        Ok(Some(cursor)) => {
            walked.more = true;
            new.back = Some(Back { cursor, until: older.as_ref().map_or(until, |o| o.until.min(until)) });
        }
        Err((None, error)) => return Err(error),
        Err((Some(cursor), error)) => {
            walked.trouble = Some(error);
            new.back = Some(Back { cursor, until: older.as_ref().map_or(until, |o| o.until.min(until)) });
        }
    }
    if let (Some(back), None) = (older, &new.back) {
        match down(list, &mut new, Some(back.cursor.clone()), back.until, &mut pages, &mut walked.fresh).await {
            Ok(None) => {}
            Ok(Some(cursor)) => {
                walked.more = true;
                new.back = Some(Back { cursor, ..back });
            }
            // A place that the other side does not know any more: from the top again, as far as it was missing.
            Err((None, CallError::Never { .. })) => {
                new.at = new.at.min(back.until.saturating_add(OVERLAP));
                walked.more = true;
            }
            Err((cursor, error)) => {
                walked.trouble = Some(error);
                new.back = Some(Back { cursor: cursor.unwrap_or(back.cursor), until: back.until });
            }
        }
    }
    new.prune();
    *mark = Some(new);
    Ok(walked)
}

/// Notes what is there already.
async fn begin(list: &dyn List, now: Timestamp) -> Result<Mark, CallError> {
    let mut mark = Mark { began: now.as_millisecond(), ..Mark::default() };
    let (mut cursor, mut pages) = (None, 0);
    loop {
        let page = list.page(cursor).await?;
        pages += 1;
        if let Some(newest) = page.items.iter().map(|i| i.at).max().filter(|at| *at > mark.at) {
            mark.at = newest;
            mark.floor = newest.saturating_sub(SLACK);
        }
        let oldest = page.items.iter().map(|i| i.at).min().unwrap_or(i64::MAX);
        for item in page.items {
            mark.note(&item.id, item.at);
        }
        cursor = page.cursor;
        if cursor.is_none() || oldest < mark.floor || pages >= PAGES {
            mark.prune();
            return Ok(mark);
        }
    }
}

/// Pages down from `from` to `until`. The next place if there were too many, or if it was interrupted after something.
async fn down(
    list: &dyn List,
    mark: &mut Mark,
    from: Option<String>,
    until: i64,
    pages: &mut usize,
    fresh: &mut Vec<Post>,
) -> Result<Option<String>, (Option<String>, CallError)> {
    let mut here = from;
    let (mut first, mut plainly) = (true, false);
    loop {
        // Where the place is a moment, what has the same moment as the last entry of a page may be on no page: so the
        // next one begins a millisecond before, unless that led nowhere.
        let before = here.as_deref().filter(|_| !plainly).and_then(sooner);
        let nudged = before.is_some();
        let page = match list.page(before.or_else(|| here.clone())).await {
            Ok(page) => page,
            Err(error) => return Err((here.filter(|_| !first), error)),
        };
        first = false;
        *pages += 1;
        let oldest = page.items.iter().map(|i| i.at).min();
        for item in page.items {
            mark.at = mark.at.max(item.at);
            if (item.at >= mark.floor || item.made >= mark.began) && mark.note(&item.id, item.at) {
                fresh.extend(item.post);
            }
        }
        let Some(next) = page.cursor.filter(|_| oldest.is_none_or(|oldest| oldest >= until)) else { return Ok(None) };
        let same = here.as_ref() == Some(&next);
        if same && !nudged {
            return Ok(None);
        }
        if *pages >= PAGES {
            return Ok(Some(next));
        }
        plainly = same;
        here = Some(next);
    }
}

/// A millisecond before that place, for whoever goes backwards from there; `None` if it is no moment.
fn sooner(cursor: &str) -> Option<String> {
    let at: Timestamp = cursor.parse().ok()?;
    let at = at.checked_add(SignedDuration::from_millis(1)).ok()?;
    Some(at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}
