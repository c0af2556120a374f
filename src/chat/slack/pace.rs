//! How fast Slack may be asked: what its limits leave, and what it asked for itself with 429.
//!
//! Docs, "Rate limits": `chat.postMessage` takes about one message a second and channel; `chat.update` is of tier 3,
//! fifty a minute and more. A 429 names the seconds to wait for that method.

use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Posts a new message.
pub(super) const POST: &str = "chat.postMessage";
/// Edits a message.
pub(super) const UPDATE: &str = "chat.update";

/// Between two messages to one channel.
const APART: SignedDuration = SignedDuration::from_millis(1_010);
/// Edits in any minute, a little below tier 3.
const EDITS: usize = 48;
/// The minute of the tiers.
const MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// The longest rest that is believed.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// The moments that matter, by the clock that was handed in.
pub(super) struct Pace {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    posted: HashMap<String, Timestamp>,
    edited: VecDeque<Timestamp>,
    rests: HashMap<(&'static str, String), Timestamp>,
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
        let until = (self.now)().checked_add(wait).unwrap_or(Timestamp::MAX);
        let mut state = self.state();
        let rest = state.rests.entry((method, channel.to_owned())).or_insert(until);
        *rest = (*rest).max(until);
    }

    /// How long until the next call of this method about this channel; zero: now.
    pub(super) fn wait(&self, method: &'static str, channel: &str) -> Duration {
        let now = (self.now)();
        let mut state = self.state();
        state.rests.retain(|_, until| *until > now);
        let left = |at: Timestamp, within: SignedDuration| {
            // Never longer than the limit itself: a clock that was set back must not hold everything up.
            later(at, within).duration_since(now).clamp(SignedDuration::ZERO, within)
        };
        let limit = match method {
            POST => state.posted.get(channel).map(|at| left(*at, APART)),
            UPDATE if state.edited.len() >= EDITS => state.edited.front().map(|at| left(*at, MINUTE)),
            _ => None,
        };
        let rest = state.rests.get(&(method, channel.to_owned())).map(|until| until.duration_since(now).min(LONGEST));
        let wait = limit.into_iter().chain(rest).max().unwrap_or_default();
        Duration::try_from(wait).unwrap_or_default()
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
