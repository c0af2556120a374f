//! The one place that reads the time.

use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// Tells the time, and waits.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Returns when it is that time, or somewhat later.
    async fn sleep_until(&self, at: Timestamp);
}

/// The machine's clock. A clock that is set while the program runs is followed at once; whoever schedules by it must
/// cope with that (the digest does).
#[derive(Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the place")]
        Timestamp::now()
    }

    async fn sleep_until(&self, at: Timestamp) {
        // In steps of at most a minute, so that a clock that was set is noticed.
        loop {
            let left = Duration::try_from(at.duration_since(self.now())).unwrap_or_default();
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(Duration::from_mins(1))).await;
        }
    }
}

/// A clock that moves only when told: for the demo and for tests.
#[derive(Debug)]
pub struct ManualClock {
    now_ms: AtomicI64,
    moved: Notify,
}

impl ManualClock {
    /// A clock that stands at a moment.
    pub fn at(now: Timestamp) -> Self {
        Self { now_ms: AtomicI64::new(now.as_millisecond()), moved: Notify::new() }
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.now_ms.fetch_add(by, Ordering::SeqCst);
        self.moved.notify_waiters();
    }

    /// Sets it, forward or back.
    pub fn set(&self, to: Timestamp) {
        self.now_ms.store(to.as_millisecond(), Ordering::SeqCst);
        self.moved.notify_waiters();
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now_ms.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    async fn sleep_until(&self, at: Timestamp) {
        loop {
            let moved = self.moved.notified();
            if self.now() >= at {
                return;
            }
            moved.await;
        }
    }
}
