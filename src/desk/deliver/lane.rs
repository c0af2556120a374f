//! What is remembered of each destination between two looks: whether it is worked on, and until when it rests.

use super::super::{Desk, lock};
use super::overflow::Rush;
use super::{LAST_RETRY, doubled};
use crate::chat::Sending;
use crate::domain::{ChatName, EffectId, Lane, May};
use jiff::Timestamp;
use std::collections::HashMap;
use std::time::Duration;
use tracing::warn;

/// However often a chat has failed in a row, one thing is tried this often.
const LONGEST_REST: Duration = Duration::from_mins(1);

/// Between two edits that nobody waits for, in all channels of a chat that has limits: so the limit is not used up when
/// a person does something. Forty a minute; the strictest limit that is known is fifty (Slack's docs, "Rate limits",
/// tier 3: `chat.update`).
const TOLD_APART: Duration = Duration::from_millis(1500);

/// A destination.
#[derive(Debug, Default)]
pub(in crate::desk) struct LaneMind {
    /// Somebody is at work there.
    pub(super) busy: bool,
    posts: Rest,
    edits: Rest,
    /// What was tried since when, and the outcome is not recorded yet.
    pub(super) tried: HashMap<EffectId, Timestamp>,
    /// What the chat was seen to let wait.
    pub(super) paced: Paced,
    /// So many cards were posted since the last time that none waited.
    pub(super) shown: u64,
    /// More wait than the channel can show at once.
    pub(super) rush: Option<Rush>,
    /// The channel does not take the message about a rush.
    pub(super) no_overflow: bool,
}

/// What a chat was seen to let wait.
#[derive(Debug, Default)]
pub(super) struct Paced {
    /// New messages.
    pub(super) posts: bool,
    /// Edits.
    edits: bool,
}

/// Nothing of one kind goes for a while.
#[derive(Debug, Default)]
struct Rest {
    /// Since when and how long: a clock that is set back ends it.
    during: Option<(Timestamp, Duration)>,
    /// So often in a row the chat could not.
    failures: u32,
}

impl Rest {
    fn left(&self, now: Timestamp) -> Duration {
        let Some((from, long)) = self.during else { return Duration::ZERO };
        Duration::try_from(now.duration_since(from)).map_or(Duration::ZERO, |gone| long.saturating_sub(gone))
    }
}

impl LaneMind {
    /// A channel where an earlier process left a rush behind.
    pub(super) fn in_rush(rush: Rush) -> Self {
        Self { rush: Some(rush), ..Self::default() }
    }

    fn rest(&mut self, what: Sending) -> &mut Rest {
        match what {
            Sending::Post => &mut self.posts,
            Sending::Edit => &mut self.edits,
        }
    }
}

impl Desk {
    /// Lets a destination rest altogether.
    pub(super) fn rest_lane(&self, lane: &Lane, long: Duration) {
        let now = self.clock.now();
        let mut minds = lock(&self.lanes);
        let mind = minds.entry(lane.clone()).or_default();
        for what in [Sending::Post, Sending::Edit] {
            mind.rest(what).during = Some((now, long));
        }
    }

    /// The chat could not: the same wall stands before everything of that kind.
    pub(super) fn hit_a_wall(&self, lane: &Lane, what: Sending, asked: Option<Duration>) {
        let now = self.clock.now();
        let mut minds = lock(&self.lanes);
        let rest = minds.entry(lane.clone()).or_default().rest(what);
        // No time at all is no answer: it would be the same wall at once.
        let asked = asked.filter(|asked| !asked.is_zero());
        let long = asked.unwrap_or_else(|| self.chance.jitter(doubled(rest.failures)).min(LONGEST_REST));
        rest.failures += 1;
        rest.during = Some((now, long));
    }

    /// The chat answered.
    pub(super) fn went_through(&self, lane: &Lane, what: Sending) {
        lock(&self.lanes).entry(lane.clone()).or_default().rest(what).failures = 0;
    }

    /// How long until something of that kind may go.
    fn lane_wait(&self, lane: &Lane, what: Sending, now: Timestamp) -> Duration {
        let asked = match lane {
            Lane::Network(_) | Lane::Reading(_) | Lane::Assistant { .. } => Duration::ZERO,
            Lane::Chat(place) => self.asked_to_wait(place, what).unwrap_or_else(|| {
                self.no_chat(lane, now);
                Duration::ZERO
            }),
        };
        let mut minds = lock(&self.lanes);
        let mind = minds.entry(lane.clone()).or_default();
        match what {
            Sending::Post => mind.paced.posts |= !asked.is_zero(),
            Sending::Edit => mind.paced.edits |= !asked.is_zero(),
        }
        asked.max(mind.rest(what).left(now))
    }

    /// Says once in a while that a chat is missing for which something waits.
    fn no_chat(&self, lane: &Lane, now: Timestamp) {
        let resting = lock(&self.lanes).entry(lane.clone()).or_default().posts.left(now);
        if let (Lane::Chat(place), true) = (lane, resting.is_zero()) {
            warn!(%place, "this chat is not configured any more: its messages wait");
            self.rest_lane(lane, LAST_RETRY);
        }
    }

    /// An edit went out that nobody waits for.
    pub(super) fn told(&self, chat: &ChatName) {
        lock(&self.told).insert(chat.clone(), self.clock.now());
    }

    /// How long until an edit may go that nobody waits for.
    fn told_wait(&self, lane: &Lane, now: Timestamp) -> Duration {
        let edit = self.lane_wait(lane, Sending::Edit, now);
        let limited = lock(&self.lanes).get(lane).is_some_and(|mind| mind.paced.posts || mind.paced.edits);
        let (Lane::Chat(place), true) = (lane, limited) else { return edit };
        let last = lock(&self.told).get(&place.chat).copied();
        let since = last.and_then(|last| Duration::try_from(now.duration_since(last)).ok());
        edit.max(since.map_or(Duration::ZERO, |since| TOLD_APART.saturating_sub(since)))
    }

    /// What may go to a destination now.
    pub(super) fn may(&self, lane: &Lane, now: Timestamp) -> May {
        May {
            post: self.lane_wait(lane, Sending::Post, now).is_zero(),
            edit: self.lane_wait(lane, Sending::Edit, now).is_zero(),
            told: self.told_wait(lane, now).is_zero(),
        }
    }

    /// What a destination may go on with now, of what is due; if nothing: when that may be different.
    pub(super) fn look(&self, lane: &Lane, due: May, now: Timestamp) -> (May, Option<Timestamp>) {
        let rush = lock(&self.lanes).get(lane).and_then(|mind| mind.rush.as_ref().map(|rush| rush.wants(now)));
        let wanted = |what: Sending, due: bool| match rush {
            _ if due => Some(now),
            Some((wants, at)) if wants == what => Some(at),
            _ => None,
        };
        let when = |wanted: Option<Timestamp>, wait: Duration| Some(wanted?.max(now.checked_add(wait).unwrap_or(now)));
        let post = when(wanted(Sending::Post, due.post), self.lane_wait(lane, Sending::Post, now));
        let edit = when(wanted(Sending::Edit, due.edit), self.lane_wait(lane, Sending::Edit, now));
        let told = when(due.told.then_some(now), self.told_wait(lane, now));
        let is_now = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        let may = May { post: is_now(post), edit: is_now(edit), told: is_now(told) };
        (may, [post, edit, told].into_iter().flatten().min())
    }
}
