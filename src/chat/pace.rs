//! How fast a chat may be asked: what its limits leave, and what it asked for itself.

use super::Sending;
use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The longest rest that is believed.
pub(in crate::chat) const LONGEST: Duration = Duration::from_hours(1);

/// A limit of a chat's.
#[derive(Clone, Copy, Debug)]
pub(in crate::chat) struct Limit {
    /// So many …
    pub count: usize,
    /// … in any stretch of this length.
    pub per: Duration,
    /// It holds for each channel by itself.
    pub by_channel: bool,
}

/// The moments that matter, by the clock that was handed in.
pub(in crate::chat) struct Pace {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    post: Limit,
    edit: Limit,
    state: Mutex<State>,
}

/// What a limit holds for: a kind of request, and the channel where it is of one channel only.
type Key = (Sending, Option<String>);

#[derive(Default)]
struct State {
    /// When it was asked, the oldest first; as many as the limit allows.
    asked: HashMap<Key, VecDeque<Timestamp>>,
    /// Rests that the chat asked for: since when, and how long.
    rests: HashMap<Key, (Timestamp, Duration)>,
}

impl Pace {
    pub(in crate::chat) fn new(now: Arc<dyn Fn() -> Timestamp + Send + Sync>, post: Limit, edit: Limit) -> Self {
        Self { now, post, edit, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn limit(&self, what: Sending) -> Limit {
        match what {
            Sending::Post => self.post,
            Sending::Edit => self.edit,
        }
    }

    fn key(&self, what: Sending, channel: &str) -> Key {
        (what, self.limit(what).by_channel.then(|| channel.to_owned()))
    }

    /// It is being asked.
    pub(in crate::chat) fn took(&self, what: Sending, channel: &str) {
        let (now, limit) = ((self.now)(), self.limit(what));
        let mut state = self.state();
        let asked = state.asked.entry(self.key(what, channel)).or_default();
        asked.push_back(now);
        while asked.len() > limit.count {
            asked.pop_front();
        }
    }

    /// The chat asks to wait.
    pub(in crate::chat) fn rest(&self, what: Sending, channel: &str, wait: Duration) {
        let now = (self.now)();
        let asked = (now, wait.min(LONGEST));
        let mut state = self.state();
        let rest = state.rests.entry(self.key(what, channel)).or_insert(asked);
        if left(*rest, now) < Some(asked.1) {
            *rest = asked;
        }
    }

    /// How long until the next one of this kind to this channel; zero: now.
    pub(in crate::chat) fn wait(&self, what: Sending, channel: &str) -> Duration {
        let (now, limit, key) = ((self.now)(), self.limit(what), self.key(what, channel));
        let mut state = self.state();
        state.forget(now, |what| self.limit(what).per);
        let full = state.asked.get(&key).filter(|asked| asked.len() >= limit.count).and_then(VecDeque::front);
        let full = full.and_then(|at| left((*at, limit.per), now));
        let rest = state.rests.get(&key).and_then(|rest| left(*rest, now));
        full.max(rest).unwrap_or_default()
    }
}

impl State {
    /// Drops what is over.
    fn forget(&mut self, now: Timestamp, per: impl Fn(Sending) -> Duration) {
        for ((what, _), asked) in &mut self.asked {
            asked.retain(|at| left((*at, per(*what)), now).is_some());
        }
        self.asked.retain(|_, asked| !asked.is_empty());
        self.rests.retain(|_, rest| left(*rest, now).is_some());
    }
}

/// What is left of a time that began then; `None` once it is over, and where it begins in the future: the clock was set
/// back, so nobody knows how much is left, and what waits must not wait for ever.
fn left((since, long): (Timestamp, Duration), now: Timestamp) -> Option<Duration> {
    let gone = Duration::try_from(now.duration_since(since)).ok()?;
    long.checked_sub(gone).filter(|left| !left.is_zero())
}
