//! The one source of randomness, seeded, so that a run can be repeated.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A seeded generator.
#[derive(Debug)]
pub struct Chance(Mutex<fastrand::Rng>);

impl Chance {
    /// The same seed gives the same run.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(fastrand::Rng::with_seed(seed)))
    }

    /// Seeded by the operating system.
    pub fn from_os() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the place")]
        Self(Mutex::new(fastrand::Rng::new()))
    }

    /// A number.
    pub fn number(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).u64(..)
    }

    /// A duration between 80 % and 120 % of `around`, so that many waiters do not come back together.
    pub fn jitter(&self, around: Duration) -> Duration {
        let factor = 0.8 + 0.4 * self.0.lock().unwrap_or_else(PoisonError::into_inner).f64();
        around.mul_f64(factor)
    }
}
