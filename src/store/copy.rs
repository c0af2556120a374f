//! Whether a post repeats what somebody said before, and what the first one's card is told of it.

use super::alike::Alike;
use super::fault::Fault;
use super::group::Group;
use super::rows::AuthorRow;
use crate::domain::{EventKind, Like, Likeness, Mention, MentionNo, Seen};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What repeats spam is spam only if it is nearly the same: nobody's words go unread on thin evidence.
const SURE: f32 = 0.8;

/// What a post repeats, if that may be counted on another one's card. If not, others may repeat the post.
pub fn of(
    group: &mut Group<'_>,
    alike: &mut Alike,
    seen: &Seen,
    author: &AuthorRow,
    at: Timestamp,
) -> Result<Option<Like>, Fault> {
    let Some(within) = alike.within.filter(|_| may_be(seen)) else { return Ok(None) };
    let Some(likeness) = Likeness::of(&seen.post.text) else { return Ok(None) };
    let since = at.checked_sub(within).unwrap_or(Timestamp::MIN);
    let (index, next) = (group.index(), group.next_no);
    let window = alike.window(index, next, since)?;
    for found in window.find(&seen.verdict.brand, since, &likeness) {
        let Some(lead) = group.mention(found.no)? else { continue };
        if counts(lead, seen) && (!lead.closes_copies() || found.share >= SURE) {
            let again = said_before(group, author, found.no)?;
            return Ok(Some(Like { of: found.no, again, apart: false }));
        }
    }
    window.add(MentionNo(next), &seen.verdict.brand, at, likeness);
    Ok(None)
}

/// What is private is nobody else's, and what has no card counts nothing and is counted nowhere.
fn may_be(seen: &Seen) -> bool {
    !seen.post.is_private() && seen.verdict.signals.aside.is_none()
}

/// Whether the card of that mention may stand for the post: whoever should see the one sees the other, and nothing that
/// is more urgent hides behind it.
fn counts(lead: &Mention, seen: &Seen) -> bool {
    let verdict = &seen.verdict;
    !lead.erased
        && lead.signals.aside.is_none()
        && lead.like.is_none()
        && lead.brand == verdict.brand
        && (lead.direct || !verdict.direct)
        && (lead.signals.urgent.is_some() || verdict.signals.urgent.is_none())
        && seen.places.iter().all(|place| lead.places.contains(place))
}

/// Whether the author said the first one, or one of its copies.
fn said_before(group: &mut Group<'_>, author: &AuthorRow, lead: MentionNo) -> Result<bool, Fault> {
    for no in &author.recent {
        let said = group.mention(*no)?.is_some_and(|m| m.no == lead || m.like.is_some_and(|like| like.of == lead));
        if said {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a copy still says the same after its author changed it.
pub fn is_still(first: &str, now: &str) -> bool {
    Likeness::of(first).zip(Likeness::of(now)).is_some_and(|(first, now)| first.is_like(&now))
}

/// What the cards of some mentions have to be told.
#[derive(Debug, Default)]
pub struct Told(BTreeMap<MentionNo, Copied>);

#[derive(Debug, Default)]
struct Copied {
    nos: Vec<MentionNo>,
    authors: u64,
    reach: u64,
}

impl Told {
    /// One more copy.
    pub fn add(&mut self, like: Like, no: MentionNo, reach: Option<u64>) {
        let copied = self.0.entry(like.of).or_default();
        copied.nos.push(no);
        if !like.again {
            copied.authors += 1;
            copied.reach = copied.reach.saturating_add(reach.unwrap_or(0));
        }
    }

    /// What happens to that mention; nothing if there is nothing to tell.
    pub fn take(&mut self, lead: MentionNo) -> Option<EventKind> {
        let Copied { nos, authors, reach } = self.0.remove(&lead)?;
        Some(EventKind::Repeated { nos, authors, reach })
    }

    /// A mention that has something to be told.
    pub fn next(&self) -> Option<MentionNo> {
        self.0.keys().next().copied()
    }
}
