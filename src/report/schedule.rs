//! When a channel gets its digest: once per channel and local date, at its local hour in its IANA zone.
//!
//! A local time that is skipped fires right after the gap; one that comes twice fires at the first. Whoever was away at
//! the hour sends late, as long as it is the same date. Days that were missed whole are not made up for. A clock that
//! jumps back, or a move to a zone further west, never sends a date again.

use crate::domain::DigestPlan;
use crate::domain::first_at;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// Longest way to the next digest in days: a week, and a few dates that a zone may have left out.
const AHEAD: usize = 16;
/// A last date so many days ahead can only come from a clock that was wrong: zones differ by less.
const AHEAD_DAYS: i64 = 2;

/// A plan whose words were understood.
struct Plan {
    zone: TimeZone,
    at: Time,
}

fn understood(plan: &DigestPlan) -> Result<Plan, String> {
    let zone = TimeZone::get(&plan.zone)
        .map_err(|_| format!("\"{}\" is not a time zone; write one such as Europe/London", plan.zone))?;
    let wrong = || format!("\"{}\" is not a time of day; write it as 09:00", plan.at);
    let (hour, minute) = plan.at.split_once(':').ok_or_else(wrong)?;
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || !digits(minute) || !(1..=2).contains(&hour.len()) || minute.len() != 2 {
        return Err(wrong());
    }
    let (hour, minute) = (hour.parse().map_err(|_| wrong())?, minute.parse().map_err(|_| wrong())?);
    Ok(Plan { zone, at: Time::new(hour, minute, 0, 0).map_err(|_| wrong())? })
}

/// When the digest of a local date fires by a plan; `None` for a date that the zone leaves out or a plan that is not
/// understood.
pub fn fires(plan: &DigestPlan, date: Date) -> Option<Timestamp> {
    understood(plan).ok()?.fires(date)
}

/// What is wrong with a plan, as a sentence that says what to write instead; `None` if nothing is.
pub fn plan_problem(plan: &DigestPlan) -> Option<String> {
    if let Some(day) = plan.days.iter().find(|d| !(1..=7).contains(*d)) {
        return Some(format!("{day} is not a weekday; Monday is 1 and Sunday is 7"));
    }
    understood(plan).err()
}

impl Plan {
    fn starts(&self, date: Date) -> Option<Timestamp> {
        first_at(&self.zone, date.to_datetime(Time::midnight()))
    }

    /// When the digest of a date fires; `None` for a date that the zone leaves out.
    fn fires(&self, date: Date) -> Option<Timestamp> {
        let next = date.tomorrow().ok()?;
        (self.starts(date)? < self.starts(next)?).then(|| first_at(&self.zone, date.to_datetime(self.at))).flatten()
    }

    /// Until when it may fire late: the end of the date. Where the hour is skipped together with the rest of the date, it
    /// fires when the next date begins, and may be late until that one's own digest.
    fn ends(&self, date: Date) -> Option<Timestamp> {
        let next = date.tomorrow().ok()?;
        let end = self.starts(next)?;
        if self.fires(date)? < end { Some(end) } else { self.fires(next) }
    }
}

fn wanted(plan: &DigestPlan, date: Date, last: Option<Date>) -> bool {
    plan.days.iter().any(|d| i8::try_from(*d) == Ok(date.weekday().to_monday_one_offset()))
        && last.is_none_or(|last| last < date)
}

/// The local date whose digest is to be sent now, if any. `last_sent` is the date of the newest digest of the channel; a
/// new channel hands in the date on which it was set up, or `None` to get today's digest even if its hour has passed.
/// A plan that is not understood is never due: see [`plan_problem`].
pub fn digest_due(plan: &DigestPlan, last_sent: Option<Date>, now: Timestamp) -> Option<Date> {
    if plan.off {
        return None;
    }
    let words = understood(plan).ok()?;
    let today = words.zone.to_datetime(now).date();
    let open = |date: &Date| {
        words.fires(*date).is_some_and(|fires| fires <= now) && words.ends(*date).is_some_and(|ends| now < ends)
    };
    [Some(today), today.yesterday().ok()]
        .into_iter()
        .flatten()
        .find(|date| wanted(plan, *date, last_sent) && open(date))
}

/// The next moment at which a digest is due: `now` if one is due already. `None` if it is off, has no days, or is not
/// understood.
pub fn next_digest(plan: &DigestPlan, last: Option<Date>, now: Timestamp) -> Option<Timestamp> {
    if plan.off {
        return None;
    }
    if digest_due(plan, last, now).is_some() {
        return Some(now);
    }
    let words = understood(plan).ok()?;
    let today = words.zone.to_datetime(now).date();
    let from = last.and_then(|l| l.tomorrow().ok()).map_or(today, |l| l.max(today));
    let from = from.yesterday().unwrap_or(from);
    from.series(jiff::Span::new().days(1))
        .take(AHEAD)
        .filter(|date| wanted(plan, *date, last))
        .filter_map(|date| words.fires(date))
        .find(|fires| *fires > now)
}

/// The date to remember instead of `last`, if `last` lies so far ahead that only a clock that was wrong can have written it:
/// today, so that the digests go on tomorrow instead of standing still until that date.
pub fn mend_last(plan: &DigestPlan, last: Date, now: Timestamp) -> Option<Date> {
    let today = understood(plan).ok()?.zone.to_datetime(now).date();
    (today.duration_until(last).as_hours() > AHEAD_DAYS * 24).then_some(today)
}
