//! From a clock on a wall to a moment, over daylight-saving changes.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// The first moment at which a clock in `zone` shows `at`; where that local time is skipped, the moment right after the
/// gap. `None` only outside the years that a [`Timestamp`] can hold.
pub fn first_at(zone: &TimeZone, at: DateTime) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(at).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(at).ok(),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(at).ok(),
        AmbiguousOffset::Gap { after, .. } => {
            // Read with the later offset, a skipped time lies just before the change that skips it.
            let before_change = after.to_timestamp(at).ok()?;
            zone.following(before_change).next().map(|change| change.timestamp())
        }
    }
}
