//! Moments, durations and the state of a card, in words.

use crate::domain::{Card, CardState, DoneReason, PersonId, ResponseSource};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What is needed to say when and who.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    /// The moment of saying it.
    pub now: Timestamp,
    /// The reader's zone.
    pub zone: &'a TimeZone,
    /// Say the zone as well: the reader's is not the screen's.
    pub name_zone: bool,
    /// What colleagues are called; whoever is missing is called by their id.
    pub people: &'a BTreeMap<PersonId, String>,
}

impl Words<'_> {
    /// `14:05` today, `Mon 14:05` within six days, `2026-03-02 14:05` otherwise.
    pub fn time(&self, at: Timestamp) -> String {
        let then = at.to_zoned(self.zone.clone());
        let today = self.now.to_zoned(self.zone.clone()).date();
        let days = then.date().since(today).map_or(i32::MAX, |span| span.get_days());
        let mut said = match days {
            0 => then.strftime("%H:%M").to_string(),
            -6..=6 => then.strftime("%a %H:%M").to_string(),
            _ => then.strftime("%Y-%m-%d %H:%M").to_string(),
        };
        if self.name_zone {
            said = format!("{said} {}", then.strftime("%Z"));
        }
        said
    }

    /// What a colleague is called.
    pub fn person(&self, id: &PersonId) -> String {
        let name = self.people.get(id).unwrap_or(&id.0);
        super::sanitise::name(name, 40)
    }

    /// What was done besides answering, on one line; `None` if nothing was.
    pub fn acts(&self, card: &Card) -> Option<String> {
        let acts: Vec<_> = card.acts.iter().map(|act| format!("{} by {}", act.what, self.person(&act.by))).collect();
        (!acts.is_empty()).then(|| acts.join(", "))
    }

    /// The state of a card, on one line.
    pub fn state(&self, card: &Card) -> String {
        let mut said = match &card.state {
            CardState::Open => "Open".to_owned(),
            CardState::Claimed(by, at) => format!("Claimed by {} {}", self.person(by), self.time(*at)),
            CardState::Waiting(version, by) => {
                format!("Draft v{version} by {} waits for approval", self.person(by))
            }
            CardState::Sending(by) => format!("Reply by {} is on its way", self.person(by)),
            CardState::Unknown(why) if why.is_empty() => "Unknown, please check whether the reply is there".to_owned(),
            CardState::Unknown(why) => format!("Unknown, please check: {}", super::sanitise::name(why, 300)),
            CardState::Replied { by, at, after_s, source } => self.replied(by.as_ref(), *at, *after_s, *source),
            CardState::Snoozed(until) => format!("Snoozed until {}", self.time(*until)),
            CardState::Done(reason) => format!("Done: {}", done(*reason)),
        };
        if let Some(version) = card.draft {
            said = format!("{said}, draft v{version}");
        }
        if card.overdue {
            said = format!("{said}, overdue");
        }
        said
    }

    fn replied(&self, by: Option<&PersonId>, at: Timestamp, after_s: i64, source: ResponseSource) -> String {
        let at = self.time(at);
        let after = duration(after_s);
        let by = by.map(|id| self.person(id));
        match (source, by) {
            (ResponseSource::Sent, Some(by)) => format!("Replied {at} by {by}, after {after}"),
            (ResponseSource::Stated, Some(by)) => format!("Answered, as {by} said {at}, after {after} at most"),
            (ResponseSource::Stated, None) => format!("Answered, as was said {at}, after {after} at most"),
            (ResponseSource::Native, Some(by)) => format!("Replied {at} by {by} on the network itself, after {after}"),
            (ResponseSource::Native, None) => {
                format!("Replied {at} by the brand's account on the network itself, after {after}")
            }
            (ResponseSource::Sent, None) => format!("Replied {at}, after {after}"),
        }
    }
}

/// Why something is closed.
pub fn done(reason: DoneReason) -> &'static str {
    match reason {
        DoneReason::Answered => "answered",
        DoneReason::None => "no answer needed",
        DoneReason::Spam => "spam",
        DoneReason::NotUs => "not us",
        DoneReason::Duplicate => "duplicate",
        DoneReason::Elsewhere => "answered elsewhere",
    }
}

/// Seconds in words: `40 s`, `29 min`, `1 h 36 min`, `36 h`, `5 days`. Never negative.
pub fn duration(seconds: i64) -> String {
    let s = seconds.max(0);
    let (minutes, hours) = (s / 60, s / 3600);
    match s {
        0..60 => format!("{s} s"),
        60..3600 => format!("{minutes} min"),
        3600..36_000 if minutes % 60 > 0 => format!("{hours} h {} min", minutes % 60),
        3600..259_200 => format!("{hours} h"),
        _ => format!("{} days", s / 86_400),
    }
}

/// Thousands set apart: `1,204`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1st`, `2nd`, `3rd`, `4th`.
pub fn ordinal(n: u32) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}
