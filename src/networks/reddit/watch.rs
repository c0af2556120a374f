//! What is new, list by list: the inbox, what the account itself says, watched subreddits, searches.
//!
//! Reddit's lists have the newest first, pages of at most 100, and end after some 1,000. `before` is of no use as a mark: if
//! that one thing is deleted, the answer is an empty list for ever. So each poll goes down from the top (`after`) until it
//! meets the time of the mark, and passes over what it has seen. <https://www.reddit.com/dev/api/#listings>

use super::api::{Api, Call};
use super::shape::{self, Listing, Thing};
use crate::domain::{Cursor, Post};
use crate::networks::{Batch, CallError, First};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{MutexGuard, PoisonError};

/// Things of a page: the most that Reddit gives.
const PAGE: usize = 100;
/// Pages of a list: there are no more than 1,000 things in it, and some pages are asked for twice.
const PAGES: usize = 16;
/// A thing may be so far ahead of our clock and still move the mark, in seconds.
const DAY: i64 = 24 * 3600;
/// So long a list that is refused is left alone.
const ALONE: SignedDuration = SignedDuration::from_mins(15);

/// One list, the newest first.
pub(super) struct List {
    /// Its name in the position.
    key: String,
    call: Call,
    /// Things may come into the list so much later than they were written, in seconds.
    overlap: i64,
    /// What is in it answers the account or names it.
    addressed: bool,
}

impl List {
    fn new(key: impl Into<String>, call: Call, overlap: i64) -> Self {
        Self { key: key.into(), call, overlap, addressed: false }
    }

    /// What the account itself says.
    pub fn is_own(&self) -> bool {
        self.key == "own"
    }
}

/// How far one list was read. Seconds are since 1970, by Reddit's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// Everything up to this second was handed in.
    at: i64,
    /// Nothing before this second is wanted.
    floor: i64,
    /// What was handed in or passed over in the overlap, with its second.
    #[serde(default)]
    seen: BTreeMap<String, i64>,
}

/// The position, as JSON in the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Position {
    lists: BTreeMap<String, Mark>,
}

impl Api {
    /// The lists of this source.
    pub(super) fn lists(&self, handle: &str) -> Vec<List> {
        let mut lists = Vec::new();
        if self.may("privatemessages") {
            lists.push(List { addressed: true, ..List::new("inbox", Call::new("/message/inbox"), 600) });
        }
        if self.may("history") {
            let own = Call::new(format!("/user/{handle}/comments")).with("sort", "new");
            lists.push(List::new("own", own, 600));
        }
        if !self.config.subreddits.is_empty() {
            let subreddits = self.config.subreddits.join("+");
            for which in ["comments", "new"] {
                lists.push(List::new(
                    format!("{which}:{subreddits}"),
                    Call::new(format!("/r/{subreddits}/{which}")),
                    300,
                ));
            }
        }
        for query in &self.config.queries {
            let call = Call::new("/search").with("q", query).with("sort", "new").with("t", "all").with("type", "link");
            lists.push(List::new(format!("search:{query}"), call, 3_600));
        }
        lists
    }

    async fn page(&self, list: &List, after: Option<&String>) -> Result<Listing, CallError> {
        let mut call = Call::new(&list.call.path).with("limit", PAGE.to_string());
        call.fields.extend(list.call.fields.iter().cloned());
        call.fields.extend(after.map(|after| ("after", after.clone())));
        let value = self.get(&call).await?;
        shape::listing(&value)
            .ok_or_else(|| CallError::Later { why: "Reddit sent something that is no list".to_owned(), after: None })
    }

    /// The top of a list, down to that second (without one: down to the overlap), the newest first. `false`: it ended
    /// before.
    pub(super) async fn top(&self, list: &List, down_to: Option<i64>) -> Result<(Vec<Thing>, bool), CallError> {
        let mut things: Vec<Thing> = Vec::new();
        let mut bound = down_to;
        // Where the next page may begin, the best last.
        let mut begins: Vec<String> = Vec::new();
        for _ in 0..PAGES {
            let page = self.page(list, begins.last()).await?;
            if page.things.is_empty() && page.after.is_none() && !begins.is_empty() {
                // Either the list ended with the page before, or what it ended with is gone since: then the one before
                // that is still there.
                begins.pop();
                if begins.is_empty() {
                    return Ok((things, false));
                }
                continue;
            }
            let newest = page.things.iter().map(Thing::second).max();
            let bound = *bound.get_or_insert_with(|| newest.unwrap_or_default() - list.overlap);
            let reached = page.things.last().is_some_and(|last| last.second() < bound);
            begins = page.things.iter().rev().take(3).map(|thing| thing.name.clone()).collect();
            begins.reverse();
            begins.extend(page.after.clone().filter(|after| begins.last() != Some(after)));
            things.extend(page.things);
            if reached || page.after.is_none() {
                return Ok((things, reached));
            }
        }
        Ok((things, false))
    }

    /// A list that was never looked at: where it stands now.
    async fn mark(&self, list: &List, now: Timestamp) -> Result<Mark, CallError> {
        let (things, _) = self.top(list, None).await?;
        let newest = things.iter().map(Thing::second).max();
        let at = newest.unwrap_or(now.as_second() - DAY).min(now.as_second() + DAY);
        let floor = at - list.overlap;
        let seen = things.iter().filter(|t| t.second() >= floor).map(|t| (t.name.clone(), t.second())).collect();
        Ok(Mark { at, floor, seen })
    }

    /// What came into a list since its mark, and its next mark.
    async fn advance(&self, list: &List, mark: &Mark, now: Timestamp) -> Result<(Vec<Thing>, Mark), CallError> {
        let bound = (mark.at - list.overlap).max(mark.floor);
        let (things, reached) = self.top(list, Some(bound)).await?;
        if !reached && things.len() >= 900 {
            tracing::warn!(source = %self.source, list = list.key, "more was said than Reddit lists; the oldest of it is not shown");
        }
        let newest = things.iter().map(Thing::second).max().unwrap_or(mark.at);
        // A thing from a far future must not make us overlook everything until then.
        let at = newest.min(now.as_second() + DAY).max(mark.at);
        let mut seen = mark.seen.clone();
        let fresh = |t: &Thing| t.second() >= bound;
        let fresh: Vec<Thing> =
            things.into_iter().filter(fresh).filter(|t| seen.insert(t.name.clone(), t.second()).is_none()).collect();
        seen.retain(|_, second| *second >= at - list.overlap);
        Ok((fresh, Mark { at, floor: mark.floor, seen }))
    }

    fn not_shown_lists(&self) -> MutexGuard<'_, BTreeMap<String, (String, Timestamp)>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why lists are not shown, a sentence each.
    pub(super) fn not_shown(&self) -> Vec<String> {
        self.not_shown_lists().values().map(|(why, _)| why.clone()).collect()
    }

    fn is_left_alone(&self, list: &List, now: Timestamp) -> bool {
        self.not_shown_lists().get(&list.key).is_some_and(|(_, until)| now < *until)
    }

    /// A list that Reddit refuses must not keep back the others: that is said once, and it is asked again after a while.
    fn leave_alone(&self, list: &List, why: &str, now: Timestamp) {
        let until = now.checked_add(ALONE).unwrap_or(now);
        if self.not_shown_lists().insert(list.key.clone(), (why.to_owned(), until)).is_none() {
            tracing::warn!(source = %self.source, list = list.key, "{why}");
        }
    }

    /// One poll: every list, as far as Reddit lets us.
    pub(super) async fn poll(&self, cursor: Option<&Cursor>, first: First, now: Timestamp) -> Result<Batch, CallError> {
        let stored = cursor.and_then(|c| serde_json::from_str::<Position>(&c.0).ok());
        if stored.is_none() && cursor.is_some() {
            tracing::warn!(source = %self.source, "the stored position is not readable; starting from now");
        }
        let account = self.whoami().await?;
        let lists = self.lists(&account.handle);
        let mut position = stored.clone().unwrap_or_default();
        // What left the configuration leaves the position; what comes later begins when it comes.
        position.lists.retain(|key, _| lists.iter().any(|list| list.key == *key));
        self.not_shown_lists().retain(|key, _| lists.iter().any(|list| list.key == *key));
        if let (First::Since(since), None) = (first, cursor) {
            let floor = since.min(now).as_second();
            let mark = || Mark { at: floor, floor, seen: BTreeMap::new() };
            position.lists = lists.iter().map(|list| (list.key.clone(), mark())).collect();
        }
        let mut posts: BTreeMap<String, Post> = BTreeMap::new();
        let mut trouble = None;
        for list in &lists {
            if self.is_left_alone(list, now) {
                continue;
            }
            let known: BTreeSet<String> = position.lists.values().flat_map(|m| m.seen.keys().cloned()).collect();
            let outcome = match position.lists.get(&list.key) {
                Some(mark) => self.advance(list, mark, now).await,
                None => self.mark(list, now).await.map(|mark| (Vec::new(), mark)),
            };
            match outcome {
                Ok((fresh, mark)) => {
                    self.not_shown_lists().remove(&list.key);
                    position.lists.insert(list.key.clone(), mark);
                    // What another list brought before comes again where it calls the account: only here it says so.
                    let new = fresh.iter().filter(|thing| list.addressed || !known.contains(&thing.name));
                    let new = new.filter_map(|thing| thing.post(&self.source, list.addressed, now));
                    posts.extend(new.map(|post| (post.external_id.clone(), post)));
                }
                Err(CallError::Never { why }) if !list.addressed && lists.len() > 1 => {
                    self.leave_alone(list, &why, now);
                }
                Err(error) => {
                    trouble = Some(error);
                    break;
                }
            }
        }
        let mut batch = Batch { rest: self.rest(now), ..Batch::default() };
        match trouble {
            // What other lists brought is handed in first; a trouble that stays shows in the next poll, at once.
            Some(CallError::Later { why, after }) if !posts.is_empty() => {
                tracing::warn!(source = %self.source, "{why}");
                batch.rest = after.or(batch.rest);
                batch.more = batch.rest.is_none();
            }
            Some(error) => return Err(error),
            None => {}
        }
        batch.posts = posts.into_values().collect();
        batch.posts.sort_by(|a, b| (a.posted_at, &a.external_id).cmp(&(b.posted_at, &b.external_id)));
        batch.cursor =
            (stored.as_ref() != Some(&position)).then(|| Cursor(serde_json::to_string(&position).unwrap_or_default()));
        Ok(batch)
    }
}
