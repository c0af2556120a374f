//! Reading a list of the newest first, back to what is known, and where that has got to.
//!
//! Every server pages backwards by `max_id`, also over what moves meanwhile; `min_id` and `since_id` are ignored by some,
//! so nothing here relies on them. Ids are not compared, only met again. A list that is longer than one walk leaves a
//! hole, which is filled by the next ones: it is stored, so that it is not forgotten.

use super::api::{Api, Failed, Page};
use super::wire::{Found, Notification, Status};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Items of a page.
const PAGE: &str = "40";
/// Pages of one walk.
const PAGES: usize = 25;
/// Items that are remembered: those that were handed in last.
const KNOWN: usize = 200;
/// Where everything that is remembered was deleted, a list is read back so many seconds before the newest of it: moments
/// of posts from other servers come late and out of order.
const OVERLAP: i64 = 3_600;
/// So many seconds below the newest are always read again: in a rush some entries appear below others that were handed
/// in already.
const LATE: i64 = 90;
/// Posts of other servers come later, and stand where they say that they were posted.
const LATE_FROM_AFAR: i64 = 10 * 60;
/// A search finds what was posted at most so many seconds before the watch began: a day, as it is indexed late.
const INDEXED: i64 = 24 * 3_600;

/// A list that is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Feed {
    /// Notifications of mentions, and of quotes where the server knows them.
    Mentions {
        /// With quotes.
        quotes: bool,
    },
    /// What the account itself posted: answers made in the network's own app.
    Own(String),
    /// A hashtag's timeline.
    Tag(String),
    /// The public timeline; of this server alone, or of all that it knows.
    Timeline {
        /// Of this server alone.
        local: bool,
    },
    /// A search for posts.
    Search(String),
}

impl Feed {
    /// Its name in the position.
    pub(super) fn key(&self) -> String {
        match self {
            Feed::Mentions { .. } => "mentions".to_owned(),
            Feed::Own(_) => "own".to_owned(),
            Feed::Tag(tag) => format!("#{tag}"),
            Feed::Timeline { local: true } => "local".to_owned(),
            Feed::Timeline { local: false } => "public".to_owned(),
            Feed::Search(term) => format!("?{term}"),
        }
    }

    /// What it is, in words.
    pub(super) fn say(&self) -> String {
        match self {
            Feed::Mentions { .. } => "the notifications".to_owned(),
            Feed::Own(_) => "the account's own posts".to_owned(),
            Feed::Tag(tag) => format!("the hashtag #{tag}"),
            Feed::Timeline { local: true } => "the local timeline".to_owned(),
            Feed::Timeline { local: false } => "the public timeline".to_owned(),
            Feed::Search(term) => format!("a search for \"{term}\""),
        }
    }

    /// Without it the source is none: what it says no to is no small matter.
    pub(super) fn is_vital(&self) -> bool {
        matches!(self, Feed::Mentions { .. })
    }

    fn overlap(&self) -> i64 {
        if matches!(self, Feed::Search(_)) { INDEXED } else { OVERLAP }
    }

    /// Rings ask for the newest only; once in an interval it is read further down.
    fn late(&self, whole: bool) -> i64 {
        if whole && matches!(self, Feed::Tag(_) | Feed::Timeline { .. }) { LATE_FROM_AFAR } else { LATE }
    }

    async fn page(&self, api: &Api, below: Option<&str>) -> Result<Page<Item>, Failed> {
        let mut query = vec![("limit", PAGE)];
        query.extend(below.map(|id| ("max_id", id)));
        let statuses =
            |page: Page<Status>| Page { items: page.items.into_iter().map(Item::of).collect(), next: page.next };
        match self {
            Feed::Mentions { quotes } => {
                query.push(("types[]", "mention"));
                query.extend(quotes.then_some(("types[]", "quote")));
                let page: Page<Notification> = api.page(&["api", "v1", "notifications"], &query).await?;
                Ok(Page { items: page.items.into_iter().map(Item::notified).collect(), next: page.next })
            }
            Feed::Own(me) => {
                query.push(("exclude_reblogs", "true"));
                api.page(&["api", "v1", "accounts", me, "statuses"], &query).await.map(statuses)
            }
            Feed::Tag(tag) => api.page(&["api", "v1", "timelines", "tag", tag], &query).await.map(statuses),
            Feed::Timeline { local } => {
                query.extend(local.then_some(("local", "true")));
                api.page(&["api", "v1", "timelines", "public"], &query).await.map(statuses)
            }
            Feed::Search(term) => {
                let query = [("q", term.as_str()), ("type", "statuses"), ("limit", PAGE)];
                let found: Found = api.get(&["api", "v2", "search"], &query).await?;
                Ok(Page { items: found.statuses.into_iter().map(Item::of).collect(), next: None })
            }
        }
    }
}

/// One entry of a list.
#[derive(Clone, Debug)]
pub(super) struct Item {
    id: String,
    /// When the post was last edited, as stated; empty if never.
    edited: String,
    /// Seconds since 1970, by the network's clock.
    at: i64,
    pub(super) status: Option<Status>,
}

impl Item {
    fn of(status: Status) -> Self {
        let edited = status.edited_at.clone().unwrap_or_default();
        Self { id: status.id.clone(), edited, at: status.created_at.as_second(), status: Some(status) }
    }

    /// Of a server that ignores the kinds that were asked for, the others are only passed by.
    fn notified(note: Notification) -> Self {
        let status = note.status.filter(|_| matches!(note.kind.as_str(), "mention" | "quote"));
        let edited = status.as_ref().and_then(|s| s.edited_at.clone()).unwrap_or_default();
        Self { id: note.id, edited, at: note.created_at.as_second(), status }
    }
}

/// A stretch of a list that was not read yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Hole {
    /// It begins below this id.
    below: String,
    /// It ends at one of these.
    until: Vec<String>,
    /// Or at this moment.
    floor: i64,
}

/// How far a list was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// What was handed in last, the newest first, with when it was edited.
    seen: Vec<(String, String)>,
    /// The moment of the newest, by the network's clock; before there was any, of the beginning, by ours.
    at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hole: Option<Hole>,
}

/// What a walk brought.
pub(super) struct Walked {
    pub(super) fresh: Vec<Item>,
    pub(super) mark: Mark,
    pub(super) more: bool,
}

/// What one way through a list met.
struct Way {
    items: Vec<Item>,
    fresh: Vec<Item>,
    /// Where it would go on, unless it reached what is known.
    next: Option<String>,
}

/// Goes back from `below`, or from the top, until something of `known` is met from before `settled`, or everything is
/// older than `floor`.
async fn way(
    api: &Api,
    feed: &Feed,
    below: Option<String>,
    known: &[(String, String)],
    floor: i64,
    settled: i64,
) -> Result<Way, Failed> {
    let mut way = Way { items: Vec::new(), fresh: Vec::new(), next: None };
    let mut met: BTreeSet<String> = BTreeSet::new();
    let (mut below, mut met_known) = (below, false);
    for _ in 0..PAGES {
        let page = feed.page(api, below.as_deref()).await?;
        let is_known = |item: &Item| known.iter().any(|(id, _)| *id == item.id);
        let is_same = |item: &Item| known.iter().any(|(id, edited)| *id == item.id && *edited == item.edited);
        let last_known = page.items.iter().rposition(is_known);
        let older = page.items.last().is_some_and(|item| item.at < floor);
        let empty = page.items.is_empty();
        // What is remembered lies above: what is not is older.
        if met_known && last_known.is_none() && !empty {
            return Ok(way);
        }
        met_known |= last_known.is_some();
        let arrived = last_known.is_some() && page.items.last().is_some_and(|item| item.at < settled);
        let next = page.next.or_else(|| page.items.last().map(|item| item.id.clone()));
        let mut news = false;
        for (n, item) in page.items.into_iter().enumerate() {
            // A server that does not page shows the same again.
            if !met.insert(item.id.clone()) {
                continue;
            }
            news = true;
            let wanted = match last_known {
                // What came late stands between what is known; what stands below it was there before.
                Some(last) => n <= last && !is_same(&item),
                None => item.at >= floor,
            };
            if wanted {
                way.fresh.push(item.clone());
            }
            way.items.push(item);
        }
        let end = matches!(feed, Feed::Search(_)) || next.is_none() || next == below;
        // A page may be empty where what stood on it is hidden; one that is not, but says nothing new, is no page.
        if arrived || older || end || !(news || empty) {
            return Ok(way);
        }
        below = next;
    }
    way.next = below;
    Ok(way)
}

fn remembered(items: &[Item], before: &[(String, String)]) -> Vec<(String, String)> {
    let mut seen: Vec<(String, String)> = items.iter().map(|item| (item.id.clone(), item.edited.clone())).collect();
    let met: BTreeSet<&str> = items.iter().map(|item| item.id.as_str()).collect();
    seen.extend(before.iter().filter(|(id, _)| !met.contains(id.as_str())).cloned());
    seen.truncate(KNOWN);
    seen
}

/// Where a list that was never read begins: at its newest, so that nothing is handed in.
pub(super) async fn begin(api: &Api, feed: &Feed, now: i64) -> Result<Mark, Failed> {
    let page = feed.page(api, None).await?;
    let at = page.items.iter().map(|item| item.at).max().unwrap_or(now);
    Ok(Mark { seen: remembered(&page.items, &[]), at: at.min(now), hole: None })
}

/// Where a list that was never read begins if its history since a moment is wanted.
pub(super) fn since(feed: &Feed, moment: i64) -> Mark {
    Mark { seen: Vec::new(), at: moment.saturating_add(feed.overlap()), hole: None }
}

/// Reads what is new since the mark, and what was edited of the newest; first what an earlier walk left out.
pub(super) async fn walk(api: &Api, feed: &Feed, mark: &Mark, now: i64, whole: bool) -> Result<Walked, Failed> {
    if let Some(hole) = &mark.hole {
        let until: Vec<(String, String)> = hole.until.iter().map(|id| (id.clone(), String::new())).collect();
        let mut way = way(api, feed, Some(hole.below.clone()), &until, hole.floor, i64::MAX).await?;
        way.fresh.retain(|item| !hole.until.contains(&item.id));
        let hole = way.next.map(|below| Hole { below, ..hole.clone() });
        return Ok(Walked { fresh: way.fresh, mark: Mark { hole, ..mark.clone() }, more: true });
    }
    let floor = mark.at.saturating_sub(feed.overlap());
    let mut way = way(api, feed, None, &mark.seen, floor, mark.at.saturating_sub(feed.late(whole))).await?;
    if matches!(feed, Feed::Search(_)) {
        // In no certain order.
        let same = |item: &Item| mark.seen.iter().any(|(id, edited)| *id == item.id && *edited == item.edited);
        way.fresh = way.items.iter().filter(|item| item.at >= floor && !same(item)).cloned().collect();
    }
    let newest = way.items.iter().map(|item| item.at).max().unwrap_or(mark.at);
    let hole = way.next.map(|below| Hole {
        below,
        until: mark.seen.iter().take(50).map(|(id, _)| id.clone()).collect(),
        floor,
    });
    let more = hole.is_some();
    // A post from a far future (a fault over there) must not make us overlook everything until then.
    let at = newest.min(now).max(mark.at);
    Ok(Walked { fresh: way.fresh, mark: Mark { seen: remembered(&way.items, &mark.seen), at, hole }, more })
}
