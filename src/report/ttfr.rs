//! Time to first response: the figures of a set of waits.
//!
//! A wait begins when the customer wrote and ends with the first public reply by a person, both by the network's clock.
//! Who is not answered yet is censored at the moment of asking, who was closed without an answer at the closing; spam
//! and "not us" are counted apart and belong to no other figure.

use super::km::{Survival, Wait, ratio};
use crate::domain::Calendar;
use crate::domain::{Ending, Fact, ResponseSource};
use jiff::Timestamp;

/// An hour, in seconds.
const HOUR: u64 = 3600;
/// A day of 24 hours, in seconds.
const DAY: u64 = 24 * HOUR;

/// A share that is answered within a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// The estimate, 0 to 1: 1 - S(limit) of Kaplan-Meier. `None` if nobody was observed that long and somebody waits.
    pub estimate: Option<f64>,
    /// Plain count: answered within the limit (inclusive).
    pub answered: usize,
    /// Plain count: those of whom it is known, that is answered within the limit or observed for longer.
    pub known: usize,
}

/// How long the waits took, in seconds of one clock (calendar or business hours).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Times {
    /// Kaplan-Meier median; `None` if it is not reached, that is more than `longest`.
    pub median: Option<u64>,
    /// Kaplan-Meier 90 % quantile; `None` if it is not reached, that is more than `longest`.
    pub p90: Option<u64>,
    /// The longest observed wait, answered or not; `None` without any wait.
    pub longest: Option<u64>,
    /// Answered within 3600 seconds.
    pub within_1h: Share,
    /// Answered within 86400 seconds.
    pub within_24h: Share,
}

impl Times {
    fn of(waits: &[Wait]) -> Self {
        let survival = Survival::of(waits.iter().copied());
        let share = |limit: u64| {
            let answered = waits.iter().filter(|w| w.answered && w.seconds <= limit).count();
            let longer = waits.iter().filter(|w| w.seconds > limit || (!w.answered && w.seconds == limit)).count();
            Share { estimate: survival.share_within(limit), answered, known: answered + longer }
        };
        Self {
            median: survival.quantile(0.5),
            p90: survival.quantile(0.9),
            longest: survival.largest(),
            within_1h: share(HOUR),
            within_24h: share(DAY),
        }
    }
}

/// How the responses are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Sent by hearback.
    pub sent: usize,
    /// Sent by a brand account in the network's own app.
    pub native: usize,
    /// Stated by a member of staff; the time is when they said it, an upper bound.
    pub stated: usize,
}

/// One part of the way to the response, over those waits that have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// How many have it.
    pub n: usize,
    /// Their median in calendar seconds: the smallest value that at least half of them do not exceed.
    pub median: Option<u64>,
}

impl Part {
    fn of(seconds: impl Iterator<Item = Option<u32>>) -> Self {
        let mut all: Vec<u32> = seconds.flatten().collect();
        all.sort_unstable();
        let median = all.len().checked_sub(1).map(|last| u64::from(all[last / 2]));
        Self { n: all.len(), median }
    }
}

/// The parts of the way to the response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Post to card.
    pub detection: Part,
    /// Card to claim.
    pub pickup: Part,
    /// Claim to response.
    pub handling: Part,
    /// Asking for approval to approval; within handling.
    pub approval: Part,
}

/// The figures of a set of waits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Waits, without the excluded: the denominator.
    pub n: usize,
    /// Answered.
    pub answered: usize,
    /// Still waiting: censored at the moment of asking.
    pub waiting: usize,
    /// Closed without a response: censored at the closing.
    pub closed: usize,
    /// Spam and "not us": outside `n`.
    pub excluded: usize,
    /// How the responses are known.
    pub sources: Sources,
    /// By the calendar, around the clock.
    pub calendar: Times,
    /// In business hours, if any were given.
    pub business: Option<Times>,
    /// Parts of the way, in calendar seconds.
    pub parts: Parts,
}

impl Figures {
    /// Answered out of `n`, 0 to 1; `None` if there was nothing to answer.
    pub fn answered_share(&self) -> Option<f64> {
        (self.n > 0).then(|| ratio(self.answered, self.n))
    }
}

/// Answered out of all but the excluded, 0 to 1; `None` if there was nothing to answer.
pub(super) fn answered_share<'a, N: 'a>(facts: impl Iterator<Item = &'a Fact<N>>) -> Option<f64> {
    let (mut n, mut answered) = (0, 0);
    for fact in facts.filter(|f| f.ending != Ending::Excluded) {
        n += 1;
        answered += usize::from(matches!(fact.ending, Ending::Answered(_)));
    }
    (n > 0).then(|| ratio(answered, n))
}

/// When a wait stopped being observed, in milliseconds since 1970.
pub(super) fn observed_until<N>(fact: &Fact<N>, now: Timestamp) -> i64 {
    match fact.ending {
        Ending::Waiting => now.as_millisecond(),
        Ending::Answered(_) | Ending::Closed | Ending::Excluded => fact.end_ms,
    }
}

/// The business hours in which a wait is counted: those of its brand.
pub(super) type Pick<'c, N> = &'c dyn Fn(&Fact<N>) -> &'c Calendar;

/// Whether a wait that began at so many milliseconds since 1970 began at or after `from` and before `to`. Facts hold
/// milliseconds: the one in which `from` lies is in, as in the store.
pub(super) fn begins_within(started_ms: i64, from: Option<Timestamp>, to: Option<Timestamp>) -> bool {
    let ns = i128::from(started_ms) * 1_000_000;
    from.is_none_or(|from| ns + 999_999 >= from.as_nanosecond()) && to.is_none_or(|to| ns < to.as_nanosecond())
}

/// The figures of these waits at the moment `now`. Business hours are counted with `calendar`, which must reach from the
/// first beginning to the last end or `now`.
pub fn figures<'a, N: 'a>(
    facts: impl IntoIterator<Item = &'a Fact<N>>,
    now: Timestamp,
    calendar: Option<&Calendar>,
) -> Figures {
    match calendar {
        None => figures_by(facts, now, None),
        Some(calendar) => figures_by(facts, now, Some(&|_: &Fact<N>| calendar)),
    }
}

/// [`figures`] with the business hours picked wait by wait.
pub(super) fn figures_by<'a, N: 'a>(
    facts: impl IntoIterator<Item = &'a Fact<N>>,
    now: Timestamp,
    business: Option<Pick<'_, N>>,
) -> Figures {
    let mut f = Figures::default();
    let mut counted = Vec::new();
    for fact in facts {
        match fact.ending {
            Ending::Excluded => {
                f.excluded += 1;
                continue;
            }
            Ending::Waiting => f.waiting += 1,
            Ending::Closed => f.closed += 1,
            Ending::Answered(source) => {
                f.answered += 1;
                *match source {
                    ResponseSource::Sent => &mut f.sources.sent,
                    ResponseSource::Native => &mut f.sources.native,
                    ResponseSource::Stated => &mut f.sources.stated,
                } += 1;
            }
        }
        counted.push(fact);
    }
    f.n = counted.len();
    let times = |seconds: &dyn Fn(&Fact<N>, i64) -> u64| {
        let wait = |fact: &&Fact<N>| Wait {
            seconds: seconds(fact, observed_until(fact, now)),
            answered: matches!(fact.ending, Ending::Answered(_)),
        };
        Times::of(&counted.iter().map(wait).collect::<Vec<_>>())
    };
    f.calendar = times(&|fact, to| u64::try_from((to - fact.started_ms) / 1000).unwrap_or(0));
    f.business = business.map(|pick| times(&|fact, to| pick(fact).seconds_between(fact.started_ms, to)));
    f.parts = Parts {
        detection: Part::of(counted.iter().map(|x| x.detection_s)),
        pickup: Part::of(counted.iter().map(|x| x.pickup_s)),
        handling: Part::of(counted.iter().map(|x| x.handling_s)),
        approval: Part::of(counted.iter().map(|x| x.approval_s)),
    };
    f
}
