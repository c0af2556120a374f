//! Moments, durations and ranges: how they are typed, and what they mean on a calendar.

use super::parse::digits;
use super::words::Words;
use super::{Range, When};
use crate::domain::Refusal;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// The hour that a day means if none is typed.
const MORNING: i8 = 9;
/// The furthest that something can be put off, in seconds.
const FURTHEST: i64 = 366 * 86_400;
/// The longest range of figures, in days.
const LONGEST_RANGE: u32 = 3_660;

const WEEKDAYS: [&[&str]; 7] = [
    &["mon", "monday"],
    &["tue", "tues", "tuesday"],
    &["wed", "weds", "wednesday"],
    &["thu", "thur", "thurs", "thursday"],
    &["fri", "friday"],
    &["sat", "saturday"],
    &["sun", "sunday"],
];

/// The number of a weekday by its name or short name, Monday = 1.
pub fn weekday(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    WEEKDAYS.iter().zip(1..).find(|(names, _)| names.contains(&word.as_str())).map(|(_, n)| n)
}

/// The short name of a weekday, Monday = 1.
pub fn weekday_name(number: i8) -> &'static str {
    let index = usize::try_from(number.clamp(1, 7) - 1).unwrap_or(0);
    WEEKDAYS.get(index).and_then(|names| names.first()).copied().unwrap_or("mon")
}

fn unit(word: &str) -> Option<i64> {
    match word.to_lowercase().as_str() {
        "m" | "min" | "mins" | "minute" | "minutes" => Some(60),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(3_600),
        "d" | "day" | "days" => Some(86_400),
        "w" | "week" | "weeks" => Some(604_800),
        _ => None,
    }
}

/// True for `2 hours`: a number that is no mention, because a unit of time comes next.
pub(super) fn unit_follows(word: &str, rest: Words<'_>) -> bool {
    digits(word).is_some() && rest.peek().is_some_and(|next| next.chars().count() > 1 && unit(next).is_some())
}

/// `2h`, `1d12h`, `90min`: seconds.
fn compound(word: &str) -> Option<i64> {
    let (mut total, mut number, mut letters) = (0_i64, String::new(), String::new());
    let add = |total: i64, number: &str, letters: &str| {
        total.checked_add(number.parse::<i64>().ok()?.checked_mul(unit(letters)?)?)
    };
    for c in word.chars() {
        if c.is_ascii_digit() {
            if !letters.is_empty() {
                total = add(total, &number, &letters)?;
                number.clear();
                letters.clear();
            }
            number.push(c);
        } else {
            letters.push(c);
        }
    }
    add(total, &number, &letters)
}

/// `9:00`, `21:30`, `9am`, `9:30pm`.
fn time_of_day(word: &str) -> Option<(i8, i8)> {
    let lower = word.to_lowercase();
    let (body, half) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(body), _) => (body, Some(0)),
        (_, Some(body)) => (body, Some(12)),
        _ => (lower.as_str(), None),
    };
    let (hour, minute) = match (body.split_once(':'), half) {
        (Some((hour, minute)), _) if minute.len() == 2 => (digits(hour)?, digits(minute)?),
        (None, Some(_)) => (digits(body)?, 0),
        _ => return None,
    };
    let hour = match half {
        Some(_) if hour == 0 || hour > 12 => return None,
        Some(add) => hour % 12 + add,
        None => hour,
    };
    (hour < 24 && minute < 60).then_some(())?;
    Some((i8::try_from(hour).ok()?, i8::try_from(minute).ok()?))
}

/// An optional `at`, then a time of day.
fn at_time(words: Words<'_>) -> Option<((i8, i8), Words<'_>)> {
    let (word, rest) = words.next()?;
    if word.eq_ignore_ascii_case("at") {
        let (word, rest) = rest.next()?;
        return Some((time_of_day(word)?, rest));
    }
    Some((time_of_day(word)?, rest))
}

/// Reads a moment or duration, which may be several words.
pub(super) fn parse_when(words: Words<'_>) -> Option<(When, Words<'_>)> {
    let (word, rest) = words.next()?;
    let lower = word.to_lowercase();
    if lower == "in" {
        return after(rest);
    }
    let (in_days, day) = match lower.as_str() {
        "today" => (Some(0), None),
        "tomorrow" => (Some(1), None),
        other => (None, weekday(other)),
    };
    if in_days.is_some() || day.is_some() {
        let timed = at_time(rest);
        if in_days == Some(0) && timed.is_none() {
            return None;
        }
        let ((hour, minute), rest) = timed.unwrap_or(((MORNING, 0), rest));
        return Some((When::At { hour, minute, in_days, weekday: day }, rest));
    }
    if let Some(((hour, minute), rest)) = at_time(words) {
        return Some((When::At { hour, minute, in_days: None, weekday: None }, rest));
    }
    after(words)
}

/// `2h`, `2 hours`, `3 days at 9:00`.
fn after(words: Words<'_>) -> Option<(When, Words<'_>)> {
    let (word, mut rest) = words.next()?;
    let seconds = if let Some(number) = digits(word) {
        let (name, after) = rest.next()?;
        rest = after;
        i64::try_from(number).ok()?.checked_mul(unit(name)?)?
    } else {
        compound(word)?
    };
    if seconds % 86_400 == 0
        && let Some(((hour, minute), rest)) = at_time(rest)
    {
        let in_days = Some(i32::try_from(seconds / 86_400).ok()?);
        return Some((When::At { hour, minute, in_days, weekday: None }, rest));
    }
    Some((When::After(seconds), rest))
}

/// Reads a range of figures.
pub(super) fn parse_range(word: &str) -> Option<Range> {
    let lower = word.to_lowercase();
    match lower.as_str() {
        "today" => return Some(Range::Today),
        "yesterday" => return Some(Range::Yesterday),
        _ => {}
    }
    if let Some((from, to)) = lower.split_once("..") {
        let (from, to): (Date, Date) = (strict_date(from)?, strict_date(to)?);
        return (from <= to).then_some(Range::Dates(from, to));
    }
    if let Some(date) = strict_date(&lower) {
        return Some(Range::Dates(date, date));
    }
    let number = |suffix: char| digits(lower.strip_suffix(suffix)?).and_then(|n| u32::try_from(n).ok());
    if let Some(hours) = number('h') {
        return (1..=LONGEST_RANGE * 24).contains(&hours).then_some(Range::Hours(hours));
    }
    let days = number('d').or_else(|| number('w').and_then(|w| w.checked_mul(7)))?;
    (1..=LONGEST_RANGE).contains(&days).then_some(Range::Days(days))
}

/// `2026-01-31` and nothing else.
fn strict_date(word: &str) -> Option<Date> {
    let plain = word.len() == 10 && word.chars().all(|c| c.is_ascii_digit() || c == '-');
    plain.then(|| word.parse().ok()).flatten()
}

impl When {
    /// The moment or duration that is written so, and nothing else.
    pub fn read(text: &str) -> Option<Self> {
        parse_when(Words::new(text)).filter(|(_, rest)| rest.is_empty()).map(|(when, _)| when)
    }

    /// The moment that is meant, for somebody in `zone`. Refuses the past and what is more than a year away. A local
    /// time that the clock skips is taken just after the gap; one that happens twice, at its next time.
    pub fn resolve(&self, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Refusal> {
        let far =
            || Refusal::new("That is more than a year away. Choose something nearer, such as `2d` or `mon 9:00`.");
        let at = match *self {
            When::After(seconds) => {
                now.checked_add(SignedDuration::from_secs(seconds.min(2 * FURTHEST))).map_err(|_| far())?
            }
            When::At { hour, minute, in_days, weekday } => {
                let today = now.to_zoned(zone.clone()).date();
                let on = |date: Date| next_local(date.at(hour, minute, 0, 0), now, zone);
                let plus = |days: i64| today.checked_add(days.days()).map_err(|_| far());
                match (in_days, weekday) {
                    (Some(days), _) => on(plus(i64::from(days.clamp(0, 800)))?).ok_or_else(far)?,
                    (None, Some(day)) => {
                        let ahead = i64::from((day - today.weekday().to_monday_one_offset()).rem_euclid(7));
                        let first = on(plus(ahead)?).ok_or_else(far)?;
                        if first > now { first } else { on(plus(ahead + 7)?).ok_or_else(far)? }
                    }
                    (None, None) => {
                        let first = on(today).ok_or_else(far)?;
                        if first > now { first } else { on(plus(1)?).ok_or_else(far)? }
                    }
                }
            }
        };
        if at <= now {
            return Err(Refusal::new("That moment has passed. Choose a later one, such as `2h` or `tomorrow 9:00`."));
        }
        if at.as_second() - now.as_second() > FURTHEST {
            return Err(far());
        }
        Ok(at)
    }
}

/// The instant of a local time: of two, the next one; of none, just after the gap.
fn next_local(local: DateTime, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let first = zone.to_ambiguous_timestamp(local).compatible().ok()?;
    if first > now {
        return Some(first);
    }
    zone.to_ambiguous_timestamp(local).later().ok()
}

impl Range {
    /// From when to when, the end not included: hours and days back from now, or whole local days.
    pub fn resolve(&self, now: Timestamp, zone: &TimeZone) -> Result<(Timestamp, Timestamp), Refusal> {
        let far =
            || Refusal::new("That range is too far from now. Choose one such as `7d` or `2026-01-01..2026-01-31`.");
        let start = |date: Date| zone.to_ambiguous_timestamp(date.at(0, 0, 0, 0)).compatible().map_err(|_| far());
        let day = |date: Date, days: i64| date.checked_add(days.days()).map_err(|_| far());
        let today = now.to_zoned(zone.clone()).date();
        let back = |hours: i64| now.checked_sub(SignedDuration::from_hours(hours)).map_err(|_| far());
        match *self {
            Range::Hours(hours) => Ok((back(i64::from(hours))?, now)),
            Range::Days(days) => Ok((back(i64::from(days) * 24)?, now)),
            Range::Today => Ok((start(today)?, now)),
            Range::Yesterday => Ok((start(day(today, -1)?)?, start(today)?)),
            Range::Dates(from, to) => Ok((start(from)?, start(day(to, 1)?)?)),
        }
    }
}
