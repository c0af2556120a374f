//! Time in a story: it passes only when it is told to.

use super::World;
use hearback::desk::Clock;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo, Timestamp};
use std::time::Duration;

impl World {
    /// Does everything that is due.
    pub async fn settles(&self) {
        self.desk().tick().await.unwrap();
        self.desk().settle().await.unwrap();
        // In a chat that is paced, what waits for its turn goes out second by second.
        let mut turns = 0;
        while self.is_limited() && !self.desk().store().due_effects(self.now(), 1).await.unwrap().is_empty() {
            turns += 1;
            assert!(turns < 600, "what is due does not go out");
            self.clock().advance(Duration::from_secs(1));
            self.desk().settle().await.unwrap();
        }
    }

    /// Second by second, until nothing is left to do.
    pub async fn settles_all(&self) {
        for _ in 0..20_000 {
            self.settles().await;
            let rushes = self.desk().store().settings("overflow:").await.unwrap();
            let left = self.desk().store().lanes(Timestamp::MAX).await.unwrap();
            if left.is_empty() && rushes.is_empty() {
                return;
            }
            self.clock().advance(Duration::from_secs(1));
        }
        panic!("there is no end to it: {:#?}", self.desk().store().due_effects(Timestamp::MAX, 5).await.unwrap());
    }

    /// A second passes, and what follows from it is done.
    pub async fn a_second_passes(&self) {
        self.clock().advance(Duration::from_secs(1));
        self.settles().await;
    }

    /// Time passes, in steps of half a minute.
    pub async fn waits(&self, how_long: &str) {
        let mut left = duration(how_long);
        while !left.is_zero() {
            let step = left.min(Duration::from_secs(30));
            self.clock().advance(step);
            left -= step;
            self.settles().await;
        }
    }

    /// Time passes at once, as for a machine that slept.
    pub async fn sleeps(&self, how_long: &str) {
        self.clock().advance(duration(how_long));
        self.settles().await;
    }

    /// Somebody sets the machine's clock back.
    pub async fn jumps_back(&self, how_far: &str) {
        self.clock().set(self.now() - duration(how_far));
        self.settles().await;
    }

    /// Time passes until then, in one go.
    pub async fn waits_until(&self, then: &str) {
        self.clock().set(then.parse().unwrap());
        self.settles().await;
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.clock().now()
    }

    /// The date in a zone.
    pub fn local_date(&self, zone: &str) -> Date {
        self.now().to_zoned(TimeZone::get(zone).unwrap()).date()
    }
}

fn duration(text: &str) -> Duration {
    let span: Span = text.parse().unwrap();
    Duration::try_from(span.to_duration(SpanRelativeTo::days_are_24_hours()).unwrap()).unwrap()
}
