//! Copies: what somebody says after somebody else said the same. Each is a mention of its own, with its author, its
//! clock and its answer; but while nobody takes it up it has no card of its own: the first one's card counts it.
//! Why: docs/decisions/0011-copies.md.

use super::{Commit, Event, EventKind, Mention, MentionNo, State};
use serde::{Deserialize, Serialize};

/// What a mention repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Like {
    /// The first that said it; never a copy itself.
    pub of: MentionNo,
    /// Its author had said it before, so that they are counted already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    /// Taken out: it has a card of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub apart: bool,
}

/// What a mention's card counts: its copies without a card of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeats {
    /// How many.
    pub total: u64,
    /// By how many authors, without its own.
    pub authors: u64,
    /// How many people hear these authors, all together, as far as the networks say.
    #[serde(default)]
    pub reach: u64,
    /// How many of them came since it was last answered or closed.
    #[serde(default)]
    pub since: u64,
}

impl Repeats {
    /// Nobody repeats it.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Which copies of a mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopiesQuery {
    /// The first that said it.
    pub of: MentionNo,
    /// Only those that are not closed.
    pub open: bool,
    /// Skip so many.
    pub offset: usize,
    /// At most so many.
    pub limit: usize,
}

/// Copies of a mention that have no card of their own, by number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Copies {
    /// Of which mention.
    pub of: Option<MentionNo>,
    /// How many there are in all.
    pub total: usize,
    /// How many of those are not closed.
    pub open: usize,
    /// Those that were asked for.
    pub mentions: Vec<Mention>,
}

impl Mention {
    /// The mention whose card counts this one; `None` if it has a card of its own.
    pub fn lead(&self) -> Option<MentionNo> {
        self.like.filter(|like| !like.apart).map(|like| like.of)
    }

    /// The mention whose card counts this one, if it gets a card of its own by these events: somebody takes it up, or its
    /// author goes on.
    pub fn parts_from(&self, events: &[Event]) -> Option<MentionNo> {
        let takes_up = |event: &Event| {
            matches!(
                event.what,
                EventKind::Parted
                    | EventKind::Claimed { .. }
                    | EventKind::Drafted { .. }
                    | EventKind::HandOffDrafted { .. }
                    | EventKind::SendQueued { .. }
                    | EventKind::DeedQueued { .. }
                    | EventKind::Noted { .. }
                    | EventKind::Snoozed { .. }
                    | EventKind::FollowedUp { .. }
                    | EventKind::Addressed { .. }
            )
        };
        self.lead().filter(|_| !self.erased && events.iter().any(takes_up))
    }

    pub(super) fn repeated(&mut self, count: u64, authors: u64, reach: u64) {
        let all = &mut self.repeats;
        all.total += count;
        all.authors += authors;
        all.reach = all.reach.saturating_add(reach);
        if self.state.is_closed() {
            all.since += count;
        }
    }

    pub(super) fn left(&mut self, author: bool, reach: u64) {
        let all = &mut self.repeats;
        all.total = all.total.saturating_sub(1);
        all.authors = all.authors.saturating_sub(u64::from(author)).min(all.total);
        all.reach = all.reach.saturating_sub(reach);
        all.since = all.since.min(all.total);
    }

    /// New copies are said in its thread from here on, once.
    pub(super) fn counts_anew(&mut self) {
        self.repeats.since = 0;
    }

    /// Copies of it are nobody's voice either, or not about the brand.
    pub fn closes_copies(&self) -> bool {
        matches!(self.state, State::Done(reason) if reason.excluded())
    }
}

impl Commit {
    /// Adds what happens to a mention, as [`Commit::happen`] does; if it is a copy that gets a card of its own by it, the
    /// first one's card (`lead`, as it is now) counts one less.
    pub fn happen_apart(&mut self, before: &Mention, mut events: Vec<Event>, lead: Option<&Mention>) -> Mention {
        if before.parts_from(&events).is_some()
            && let Some(first) = events.first().cloned()
        {
            if first.what != EventKind::Parted {
                events.insert(0, Event { what: EventKind::Parted, ..first.clone() });
            }
            if let Some(lead) = lead {
                let new = before.like.is_some_and(|like| !like.again);
                let reach = before.post.author.reach.filter(|_| new).unwrap_or(0);
                let what = EventKind::CopyLeft { no: before.no, author: new, reach };
                self.happen(lead, vec![Event { what, ..first }]);
            }
        }
        self.happen(before, events)
    }
}
