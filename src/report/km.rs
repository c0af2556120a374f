//! How long a wait takes when some waits are not over yet: the Kaplan-Meier estimate with right censoring.
//!
//! E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", J. Am. Stat. Assoc. 53 (1958).

/// Survival within this of a level counts as having reached it: products of fractions are not exact.
const ROUNDING: f64 = 1e-9;

/// One wait, as far as it was observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Seconds from its beginning to the answer, or to the last moment at which there was none.
    pub seconds: u64,
    /// It ended with an answer; otherwise it is censored there.
    pub answered: bool,
}

/// A time at which somebody was answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Seconds since the beginning of the wait.
    pub at: u64,
    /// How many were still waiting and observed just before.
    pub at_risk: usize,
    /// How many were answered at that time.
    pub answered: usize,
    /// S(at): the estimated share that waits longer than `at`, 0 to 1.
    pub survival: f64,
}

/// The estimated share that is still waiting after a time: S(t) = product over answers at times u <= t of
/// (1 - answered(u) / at risk(u)).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survival {
    steps: Vec<Step>,
    largest: Option<u64>,
    censored: bool,
}

impl Survival {
    /// The estimate from these waits. Whoever is censored at the time of an answer was still waiting at that answer.
    pub fn of(waits: impl IntoIterator<Item = Wait>) -> Self {
        let mut waits: Vec<Wait> = waits.into_iter().collect();
        waits.sort_unstable_by_key(|w| w.seconds);
        let mut steps = Vec::new();
        // Between two censorings the product telescopes to (left / left at the first), which is exact for a single
        // fraction: with nothing censored S is a plain k/n and its quantiles have no rounding.
        let (mut base, mut base_left, mut left) = (1.0, waits.len(), waits.len());
        for same in waits.chunk_by(|a, b| a.seconds == b.seconds) {
            let answered = same.iter().filter(|w| w.answered).count();
            let at_risk = left;
            left -= answered;
            let survival = base * ratio(left, base_left);
            if answered > 0 {
                steps.push(Step { at: same[0].seconds, at_risk, answered, survival });
            }
            if answered < same.len() {
                left = at_risk - same.len();
                (base, base_left) = (survival, left);
            }
        }
        Self { steps, largest: waits.last().map(|w| w.seconds), censored: waits.iter().any(|w| !w.answered) }
    }

    /// The times at which somebody was answered, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The longest observed time in seconds, answered or not; `None` without any wait.
    pub fn largest(&self) -> Option<u64> {
        self.largest
    }

    /// S(t) for `t` in seconds, 0 to 1. Beyond the longest observed time it is the last known value.
    pub fn at(&self, t: u64) -> f64 {
        match self.steps.partition_point(|s| s.at <= t) {
            0 => 1.0,
            n => self.steps[n - 1].survival,
        }
    }

    /// The estimated share that is answered within `limit` seconds (inclusive): 1 - S(limit). `None` if nobody was
    /// observed that long and somebody still waits, so that it cannot be known yet.
    pub fn share_within(&self, limit: u64) -> Option<f64> {
        let largest = self.largest?;
        let survival = self.at(limit);
        (limit <= largest || (survival <= ROUNDING && !self.censored)).then_some(1.0 - survival)
    }

    /// The `q`-quantile in seconds: the smallest time t with S(t) <= 1 - q. `None` if it is not reached: then it is more
    /// than the longest observed time ([`Survival::largest`]).
    pub fn quantile(&self, q: f64) -> Option<u64> {
        self.steps.iter().find(|s| s.survival <= 1.0 - q + ROUNDING).map(|s| s.at)
    }
}

/// `part / whole`, 0 if there is no whole.
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}
