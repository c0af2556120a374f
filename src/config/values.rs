//! The forms that a text in bot.toml can have. Each `Err` is the sentence that the person reads.

use super::problem::{did_you_mean, one_of};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::time::Duration;
use url::Url;

/// Longest accepted duration.
const LONGEST: u64 = 366 * 86_400;

/// Any text with something in it, trimmed.
pub(super) fn text(typed: &str) -> Result<String, String> {
    let text = typed.trim();
    if text.is_empty() {
        return Err("empty; write something or leave the key out".to_owned());
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err("contains a control character; type it without".to_owned());
    }
    Ok(text.to_owned())
}

/// A short name: what people type and what stands in links.
pub(super) fn name(typed: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    let begins = typed.chars().next().is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if begins && typed.len() <= 40 && typed.chars().all(fits) {
        return Ok(typed.to_owned());
    }
    Err(format!(
        "{typed:?} is not a short name; use up to 40 of a-z, 0-9, \"-\", \"_\" and \".\", beginning with a letter or digit"
    ))
}

/// A duration such as `90s`, `5m`, `2h`, `1d`, `1h30m`; more than nothing, at most a year.
///
/// # Errors
/// The sentence for the person.
pub fn duration(typed: &str) -> Result<Duration, String> {
    let wrong =
        || format!("{typed:?} is not a duration; write it such as \"90s\", \"5m\", \"2h\", \"1d\" or \"1h30m\"");
    let mut seconds: u64 = 0;
    let mut number: Option<u64> = None;
    for c in typed.trim().chars() {
        if let Some(digit) = c.to_digit(10) {
            let so_far = number.unwrap_or(0).checked_mul(10).and_then(|n| n.checked_add(u64::from(digit)));
            number = Some(so_far.ok_or_else(wrong)?);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return Err(wrong()),
        };
        let part = number.take().and_then(|n| n.checked_mul(unit)).ok_or_else(wrong)?;
        seconds = seconds.checked_add(part).ok_or_else(wrong)?;
    }
    if number.is_some() || seconds == 0 {
        return Err(wrong());
    }
    if seconds > LONGEST {
        return Err(format!("{typed:?} is longer than a year; write a shorter duration"));
    }
    Ok(Duration::from_secs(seconds))
}

/// A size such as `256MiB` or `1GB`, in bytes.
pub(super) fn bytes(typed: &str) -> Result<u64, String> {
    let wrong = || format!("{typed:?} is not a size; write it such as \"256MiB\" or \"1GiB\"");
    let typed_trimmed = typed.trim();
    let unit_at = typed_trimmed.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = typed_trimmed.split_at_checked(unit_at).ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let factor = match unit.trim() {
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err(wrong()),
    };
    number.checked_mul(factor).ok_or_else(wrong)
}

/// Minutes since midnight of a local time such as `9:00`; `24:00` is the end of the day.
pub(super) fn minutes(typed: &str) -> Option<u16> {
    let (hour, rest) = typed.trim().split_once(':')?;
    // TOML's own local time carries seconds.
    let minute = rest.strip_suffix(":00").unwrap_or(rest);
    if hour.len() > 2 || minute.len() != 2 || !hour.chars().chain(minute.chars()).all(|c| c.is_ascii_digit()) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let all = hour * 60 + minute;
    (minute < 60 && all <= 24 * 60).then_some(all)
}

/// A local time of day, as `HH:MM`.
///
/// # Errors
/// The sentence for the person.
pub fn local_time(typed: &str) -> Result<String, String> {
    match minutes(typed) {
        Some(all) if all < 24 * 60 => Ok(format!("{:02}:{:02}", all / 60, all % 60)),
        _ => Err(format!("{typed:?} is not a time of day; write it such as \"09:00\" or \"17:30\"")),
    }
}

/// An IANA time zone, in its canonical spelling.
///
/// # Errors
/// The sentence for the person, with the nearest zone.
pub fn zone(typed: &str) -> Result<String, String> {
    if let Ok(zone) = TimeZone::get(typed)
        && let Some(name) = zone.iana_name()
    {
        return Ok(name.to_owned());
    }
    let all: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    let mut near = did_you_mean(typed, all.iter().map(String::as_str));
    if near.is_empty() {
        // People write the city alone.
        let city = typed.trim().replace(' ', "_").to_lowercase();
        let found = all.iter().find(|zone| zone.rsplit('/').next().is_some_and(|last| last.to_lowercase() == city));
        near = match found {
            Some(zone) => format!("; did you mean \"{zone}\"?"),
            None => "; write an IANA zone such as \"Europe/London\", \"America/New_York\" or \"UTC\"".to_owned(),
        };
    }
    Err(format!("{typed:?} is not a time zone{near}"))
}

/// A web address without a password in it.
///
/// # Errors
/// The sentence for the person.
pub fn url(typed: &str) -> Result<Url, String> {
    // The address is not repeated in these messages: it may carry a password.
    let url = Url::parse(typed.trim())
        .map_err(|e| format!("not a web address ({e}); write it in full, such as \"https://example.com/feed.xml\""))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("\"{}:\" addresses cannot be used here; write one with https:// or http://", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("has a user name or password in it; a secret must not be written here, use an address without one"
            .to_owned());
    }
    Ok(url)
}

/// A date such as `2026-12-25`.
pub(super) fn date(typed: &str) -> Result<Date, String> {
    typed.trim().parse().map_err(|_| format!("{typed:?} is not a date; write it such as \"2026-12-25\""))
}

/// The days of the week as bot.toml names them, Monday first.
pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// One weekday or a range such as `mon-fri`; Monday = 1 … Sunday = 7.
pub(super) fn weekdays(typed: &str) -> Result<Vec<u8>, String> {
    let wrong = || format!("{typed:?} is not a weekday; write {}, or a range such as \"mon-fri\"", one_of(DAYS));
    let number = |day: &str| (1u8..).zip(DAYS).find(|(_, name)| *name == day.trim()).map(|(n, _)| n).ok_or_else(wrong);
    let (first, last) = match typed.split_once('-') {
        Some((first, last)) => (number(first)?, number(last)?),
        None => (number(typed)?, number(typed)?),
    };
    let ends = if first <= last { last } else { last + 7 };
    Ok((first..=ends).map(|day| (day - 1) % 7 + 1).collect())
}

/// A language as ISO 639-1.
pub(super) fn language(typed: &str) -> Result<String, String> {
    if typed.len() == 2 && typed.chars().all(|c| c.is_ascii_lowercase()) {
        return Ok(typed.to_owned());
    }
    Err(format!("{typed:?} is not a language; write its two letters, such as \"en\", \"de\" or \"ja\""))
}

/// A pattern of words, as triage reads them: `a|b` is either word, `ab*` any word that begins so, `*` any one word, `#`
/// any number.
pub(super) fn pattern(typed: &str) -> Result<String, String> {
    /// Longer ones never fit a post. Words.
    const LONGEST: usize = 8;
    let steps: Vec<&str> = typed.split_whitespace().collect();
    let plain = |word: &str| {
        let word = word.strip_suffix('*').unwrap_or(word);
        !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '\'')
    };
    if let Some(bad) = steps.iter().find(|step| !matches!(**step, "*" | "#") && !step.split('|').all(plain)) {
        return Err(format!(
            "{bad:?} is no word; write letters, digits and apostrophes, | between words that count alike, * for any ending"
        ));
    }
    if steps.iter().all(|step| matches!(*step, "*" | "#")) || steps.len() > LONGEST {
        return Err(format!("{typed:?} needs at least one word, and at most {LONGEST}"));
    }
    Ok(steps.join(" "))
}

/// One of some words, each of which stands for something.
pub(super) fn word<T: Copy>(typed: &str, words: &[(&'static str, T)]) -> Result<T, String> {
    words.iter().find(|(word, _)| *word == typed).map(|(_, meaning)| *meaning).ok_or_else(|| {
        let valid = || words.iter().map(|(word, _)| *word);
        let near = did_you_mean(typed, valid());
        if near.is_empty() {
            format!("{typed:?} is none of {}", one_of(valid()))
        } else {
            format!("{typed:?} is unknown{near}")
        }
    })
}

/// One of the names that stand elsewhere in the file.
pub(super) fn known(typed: &str, what: &str, names: &[String]) -> Result<String, String> {
    if names.iter().any(|name| name == typed) {
        return Ok(typed.to_owned());
    }
    let near = did_you_mean(typed, names.iter().map(String::as_str));
    if near.is_empty() && !names.is_empty() {
        return Err(format!("there is no {what} {typed:?}; there is {}", one_of(names.iter().map(String::as_str))));
    }
    Err(format!("there is no {what} {typed:?}{near}"))
}
