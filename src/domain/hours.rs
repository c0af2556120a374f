//! Business hours: weekly open spans in an IANA zone, without holidays, exact over daylight-saving changes.

use super::wall::first_at;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

const MINUTES_A_DAY: u16 = 24 * 60;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
/// So far from a change of the clocks, local times need no second look.
const CLEAR_MS: i64 = 2 * DAY_MS;

/// Why hours cannot be used; the sentence says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct HoursError(pub String);

/// An open span of a weekday, in local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenSpan {
    /// Minutes after local midnight, 0 to 1439.
    from: u16,
    /// Minutes after local midnight, 1 to 1440; not after `from` means on the next day.
    to: u16,
}

impl OpenSpan {
    /// Reads `09:00-17:30`. `24:00` is the end of the day; `22:00-06:00` goes on into the next day.
    pub fn parse(text: &str) -> Result<Self, HoursError> {
        let wrong = || HoursError(format!("\"{text}\" is not a span of hours; write it as 09:00-17:30"));
        let (from, to) = text.split_once('-').ok_or_else(wrong)?;
        let from = minutes(from.trim()).ok_or_else(wrong)?;
        let to = minutes(to.trim()).ok_or_else(wrong)?;
        if from == MINUTES_A_DAY || from == to {
            return Err(HoursError(format!("\"{text}\" is empty; write all day as 00:00-24:00")));
        }
        Ok(Self { from, to })
    }
}

fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit()) && (1..=2).contains(&s.len());
    if !digits(hour) || !digits(minute) || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let all = hour * 60 + minute;
    (minute < 60 && all <= MINUTES_A_DAY).then_some(all)
}

/// When somebody is there to answer. A local time that is skipped counts as the moment after the gap; one that comes
/// twice counts as the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    zone: TimeZone,
    /// Monday first; sorted, without overlaps, each within its day.
    week: [Vec<OpenSpan>; 7],
    holidays: BTreeSet<Date>,
}

impl Default for Hours {
    fn default() -> Self {
        Self::always()
    }
}

impl Hours {
    /// Around the clock, every day.
    pub fn always() -> Self {
        let day = vec![OpenSpan { from: 0, to: MINUTES_A_DAY }];
        Self { zone: TimeZone::UTC, week: std::array::from_fn(|_| day.clone()), holidays: BTreeSet::new() }
    }

    /// Weekly hours, Monday first, in an IANA zone; closed on whole local dates (`holidays`). Spans may overlap and be in any
    /// order. The part of an overnight span after midnight belongs to the next date.
    pub fn new(
        zone: &str,
        week: [Vec<OpenSpan>; 7],
        holidays: impl IntoIterator<Item = Date>,
    ) -> Result<Self, HoursError> {
        let zone = TimeZone::get(zone)
            .map_err(|_| HoursError(format!("\"{zone}\" is not a time zone; write one such as Europe/London")))?;
        let mut days: [Vec<OpenSpan>; 7] = Default::default();
        for (day, spans) in week.into_iter().enumerate() {
            for span in spans {
                if span.from < span.to {
                    days[day].push(span);
                } else {
                    days[day].push(OpenSpan { from: span.from, to: MINUTES_A_DAY });
                    if span.to > 0 {
                        days[(day + 1) % 7].push(OpenSpan { from: 0, to: span.to });
                    }
                }
            }
        }
        if days.iter().all(Vec::is_empty) {
            return Err(HoursError("the week has no open hours; leave the hours out for around the clock".to_owned()));
        }
        Ok(Self { zone, week: days.map(merged), holidays: holidays.into_iter().collect() })
    }

    /// True for every moment: business time is calendar time.
    pub fn is_always(&self) -> bool {
        let whole = |day: &Vec<OpenSpan>| day[..] == [OpenSpan { from: 0, to: MINUTES_A_DAY }];
        self.holidays.is_empty() && self.week.iter().all(whole)
    }

    /// True if that moment is within business hours.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.open_ms(at.as_millisecond(), at.as_millisecond() + 1) > 0
    }

    /// Whole seconds of business hours from `from` to `to`; 0 if `to` is not later.
    pub fn business_seconds(&self, from: Timestamp, to: Timestamp) -> u64 {
        seconds(self.open_ms(from.as_millisecond(), to.as_millisecond()))
    }

    /// The first moment at which so many seconds of business hours have passed since `from`: when something is due. `from`
    /// itself for 0 seconds. `None` if that is later than the year 9999.
    pub fn add_business(&self, from: Timestamp, seconds: u64) -> Option<Timestamp> {
        if seconds == 0 {
            return Some(from);
        }
        let start = from.as_millisecond();
        let mut left = i64::try_from(seconds).ok()?.checked_mul(1000)?;
        if self.is_always() {
            return Timestamp::from_millisecond(start.checked_add(left)?).ok();
        }
        let mut due = None;
        self.each_open(start, i64::MAX, |open, close| {
            let open = open.max(start);
            let here = (close - open).max(0);
            if left <= here {
                due = Some(open + left);
                return false;
            }
            left -= here;
            true
        });
        Timestamp::from_millisecond(due?).ok()
    }

    /// A table of the open spans from `from` to `to`, for many questions within that range.
    pub fn calendar(&self, from: Timestamp, to: Timestamp) -> Calendar {
        if self.is_always() {
            return Calendar { spans: None };
        }
        let mut spans: Vec<(i64, i64, i64)> = Vec::new();
        let mut before = 0;
        self.each_open(from.as_millisecond(), to.as_millisecond(), |open, close| {
            match spans.last_mut() {
                Some(last) if last.1 == open => last.1 = close,
                _ => spans.push((open, close, before)),
            }
            before += close - open;
            true
        });
        Calendar { spans: Some(spans) }
    }

    fn open_ms(&self, from: i64, to: i64) -> i64 {
        if self.is_always() {
            return (to - from).max(0);
        }
        let mut sum = 0;
        self.each_open(from, to, |open, close| {
            sum += (close.min(to) - open.max(from)).max(0);
            true
        });
        sum
    }

    /// Calls `visit` with each open span that may touch `from..to`, in order, until it says false.
    fn each_open(&self, from: i64, to: i64, mut visit: impl FnMut(i64, i64) -> bool) {
        let Ok(first) = Timestamp::from_millisecond(from) else { return };
        let mut date = self.zone.to_datetime(first).date();
        date = date.yesterday().unwrap_or(date);
        let mut calm = Calm::around(&self.zone, first);
        loop {
            let local = local_ms(date);
            if local - CLEAR_MS > to {
                return;
            }
            if !self.holidays.contains(&date) {
                let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
                for span in &self.week[weekday] {
                    let (Some(open), Some(close)) =
                        (calm.at(&self.zone, date, local, span.from), calm.at(&self.zone, date, local, span.to))
                    else {
                        return;
                    };
                    if close > open && close > from && open < to && !visit(open, close) {
                        return;
                    }
                }
            }
            let Ok(next) = date.tomorrow() else { return };
            date = next;
        }
    }
}

/// A stretch of time without a change of the clocks, where local times are plain sums.
struct Calm {
    from: i64,
    until: i64,
    offset_ms: i64,
}

impl Calm {
    fn around(zone: &TimeZone, at: Timestamp) -> Self {
        // `preceding` looks strictly before: a change at this very moment still counts as before it.
        let just_after = Timestamp::from_nanosecond(at.as_nanosecond() + 1).unwrap_or(at);
        Self {
            from: zone.preceding(just_after).next().map_or(i64::MIN / 2, |t| t.timestamp().as_millisecond()),
            until: zone.following(at).next().map_or(i64::MAX / 2, |t| t.timestamp().as_millisecond()),
            offset_ms: i64::from(zone.to_offset(at).seconds()) * 1000,
        }
    }

    /// The moment of so many minutes after midnight of a date.
    fn at(&mut self, zone: &TimeZone, date: Date, local: i64, minutes: u16) -> Option<i64> {
        let local = local + i64::from(minutes) * MINUTE_MS;
        let guess = local - self.offset_ms;
        if guess > self.from + CLEAR_MS && guess < self.until - CLEAR_MS {
            return Some(guess);
        }
        if guess >= self.until + CLEAR_MS {
            *self = Self::around(zone, Timestamp::from_millisecond(guess).ok()?);
        }
        Some(first_at(zone, wall(date, minutes)?)?.as_millisecond())
    }
}

fn wall(date: Date, minutes: u16) -> Option<DateTime> {
    if minutes == MINUTES_A_DAY {
        return Some(date.tomorrow().ok()?.to_datetime(Time::midnight()));
    }
    let hour = i8::try_from(minutes / 60).ok()?;
    let minute = i8::try_from(minutes % 60).ok()?;
    Some(date.to_datetime(Time::new(hour, minute, 0, 0).ok()?))
}

/// Milliseconds from 1970-01-01 00:00 to 00:00 of the date, both on the same wall.
fn local_ms(date: Date) -> i64 {
    let since = Date::constant(1970, 1, 1).duration_until(date);
    since.as_secs() * 1000
}

fn merged(mut spans: Vec<OpenSpan>) -> Vec<OpenSpan> {
    spans.sort_unstable();
    let mut all: Vec<OpenSpan> = Vec::new();
    for span in spans {
        match all.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => all.push(span),
        }
    }
    all
}

fn seconds(ms: i64) -> u64 {
    u64::try_from(ms / 1000).unwrap_or(0)
}

/// The open spans of a range, by which business seconds are two look-ups.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// Opening, closing, open milliseconds before it; `None`: always open.
    spans: Option<Vec<(i64, i64, i64)>>,
}

impl Calendar {
    /// Whole seconds of business hours between two moments in milliseconds since 1970, both within the calendar's range.
    pub fn seconds_between(&self, from_ms: i64, to_ms: i64) -> u64 {
        seconds(self.before(to_ms) - self.before(from_ms).min(self.before(to_ms)))
    }

    fn before(&self, ms: i64) -> i64 {
        let Some(spans) = &self.spans else { return ms };
        match spans.partition_point(|s| s.0 <= ms) {
            0 => 0,
            n => {
                let (open, close, before) = spans[n - 1];
                before + ms.min(close) - open
            }
        }
    }
}
