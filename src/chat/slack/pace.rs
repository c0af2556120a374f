//! How fast Slack may be asked: what its limits leave, and what it asked for itself with 429.
//!
//! Docs, "Rate limits": `chat.postMessage` takes about one message a second and channel; `chat.update` is of tier 3,
//! fifty a minute and more. A 429 names the seconds to wait for that method.

use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Posts a new message.
pub(super) const POST: &str = "chat.postMessage";
/// Edits a message.
pub(super) const UPDATE: &str = "chat.update";

/// Between two messages to one channel.
const APART: Duration = Duration::from_millis(1_010);
/// Edits in any minute, a little below tier 3.
const EDITS: usize = 48;
/// The minute of the tiers.
const MINUTE: Duration = Duration::from_mins(1);

/// The longest rest that is believed.
pub(super) const LONGEST: Duration = Duration::from_hours(1);

/// The moments that matter, by the clock that was handed in.
pub(super) struct Pace {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    state: Mutex<State>,
}

/// A rest that Slack asked for: the method, and the channel where it is of one channel only.
type Resting = (&'static str, Option<String>);

#[derive(Default)]
struct State {
    posted: HashMap<String, Timestamp>,
    edited: VecDeque<Timestamp>,
    /// Since when, and how long.
    rests: HashMap<Resting, (Timestamp, Duration)>,
}

impl Pace {
    pub(super) fn new(now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self { now, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A call is being made.
    pub(super) fn took(&self, method: &'static str, channel: &str) {
        let now = (self.now)();
        let mut state = self.state();
        match method {
            POST => {
                state.posted.insert(channel.to_owned(), now);
            }
            UPDATE => {
                state.edited.push_back(now);
                while state.edited.len() > EDITS {
                    state.edited.pop_front();
                }
            }
            _ => {}
        }
    }

    /// Slack asks to wait.
    pub(super) fn rest(&self, method: &'static str, channel: &str, wait: Duration) {
        let now = (self.now)();
        let asked = (now, wait.min(LONGEST));
        let mut state = self.state();
        let rest = state.rests.entry(resting(method, channel)).or_insert(asked);
        if left(*rest, now) < Some(asked.1) {
            *rest = asked;
        }
    }

    /// How long until the next call of this method about this channel; zero: now.
    pub(super) fn wait(&self, method: &'static str, channel: &str) -> Duration {
        let now = (self.now)();
        let mut state = self.state();
        state.forget(now);
        let limit = match method {
            POST => state.posted.get(channel).and_then(|at| left((*at, APART), now)),
            UPDATE if state.edited.len() >= EDITS => state.edited.front().and_then(|at| left((*at, MINUTE), now)),
            _ => None,
        };
        let rest = state.rests.get(&resting(method, channel)).and_then(|rest| left(*rest, now));
        limit.max(rest).unwrap_or_default()
    }
}

impl State {
    /// Drops what is over.
    fn forget(&mut self, now: Timestamp) {
        self.posted.retain(|_, at| left((*at, APART), now).is_some());
        self.edited.retain(|at| left((*at, MINUTE), now).is_some());
        self.rests.retain(|_, rest| left(*rest, now).is_some());
    }
}

/// Posting is limited by channel, all else for the whole workspace.
fn resting(method: &'static str, channel: &str) -> Resting {
    (method, (method == POST).then(|| channel.to_owned()))
}

/// What is left of a time that began then; `None` once it is over, and where it begins in the future: the clock was set
/// back, so nobody knows how much is left, and what waits must not wait for ever.
fn left((since, long): (Timestamp, Duration), now: Timestamp) -> Option<Duration> {
    let gone = Duration::try_from(now.duration_since(since)).ok()?;
    long.checked_sub(gone).filter(|left| !left.is_zero())
}
