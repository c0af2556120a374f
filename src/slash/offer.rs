//! What could be meant by what has been typed of one option, in chats that complete it: each with what people read, which
//! says what it stands for, and the value. Pure; who knows the workspace says what there is.

use super::when::{parse_range, parse_when};
use super::words::Words;
use super::{Spec, authorise, clock};
use crate::domain::{OpenRow, Person, PersonId, Role, State};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::HashSet;
use unicode_segmentation::UnicodeSegmentation;

/// So many are offered (Discord, "Autocomplete": 25 choices).
pub const OFFERS: usize = 25;
/// The longest label, and the longest value, in UTF-16 units (Discord, "Application Command Option Choice": 100
/// characters, counted in the strictest way).
const LONGEST: usize = 100;
/// The longest name of an author or colleague in a label.
const NAME: usize = 30;

/// Something that could be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What people read; possibly with text from outside in it.
    pub label: String,
    /// What is given for the option then.
    pub value: String,
}

impl Offer {
    fn new(label: impl AsRef<str>, value: impl Into<String>) -> Self {
        Self { label: fit(label.as_ref(), LONGEST), value: value.into() }
    }
}

/// At most so many UTF-16 units on one line, whole characters, the last one `…` where something is left off.
fn fit(text: &str, units: usize) -> String {
    let mut line = String::new();
    let (mut size, mut shorter) = (0, 0);
    for grapheme in text.graphemes(true) {
        let grapheme = if grapheme.chars().any(|c| c.is_control() || c.is_whitespace()) { " " } else { grapheme };
        size += grapheme.encode_utf16().count();
        if size > units {
            line.truncate(shorter);
            return line.trim_end().to_owned() + "…";
        }
        line.push_str(grapheme);
        if size < units {
            shorter = line.len();
        }
    }
    line
}

/// Those that can be given as a value, none twice, and no more than there may be.
pub fn fits(offers: Vec<Offer>) -> Vec<Offer> {
    let mut kept: Vec<Offer> = Vec::new();
    for offer in offers {
        let usable = !offer.value.is_empty() && offer.value.encode_utf16().count() <= LONGEST;
        if usable && kept.len() < OFFERS && kept.iter().all(|other| other.value != offer.value) {
            kept.push(offer);
        }
    }
    kept
}

/// Every word that was typed is in it.
fn has_words(text: &str, typed: &str) -> bool {
    if typed.trim().is_empty() {
        return true;
    }
    let text = text.to_lowercase();
    typed.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

/// Those of the mentions that can be meant by that: by the number, the author, or words of the text; each once, and no
/// more than there may be.
pub fn mentions<'r>(
    rows: impl IntoIterator<Item = &'r OpenRow>,
    typed: &str,
    who: &Person,
    now: Timestamp,
    name: impl Fn(&PersonId) -> String,
) -> Vec<Offer> {
    let typed = typed.trim();
    let bare = typed.strip_prefix('#').unwrap_or(typed);
    let number = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit());
    let meant = |row: &&OpenRow| {
        let by_number = number && row.no.0.to_string().starts_with(bare);
        by_number || has_words(&format!("{} {}", row.author, row.excerpt), typed)
    };
    let not_exact = |row: &&OpenRow| !(number && row.no.0.to_string() == bare);
    let mut rows: Vec<&OpenRow> = rows.into_iter().filter(meant).collect();
    rows.sort_by_key(not_exact);
    // Labels are made for those alone that are shown.
    let (mut seen, zone) = (HashSet::new(), zone_of(who));
    let shown = rows.into_iter().filter(|row| seen.insert(row.no)).take(OFFERS);
    shown.map(|row| mention(row, who, now, &zone, &name)).collect()
}

/// `#142 bob: is the app down? (yours, due 14:05)`.
fn mention(row: &OpenRow, who: &Person, now: Timestamp, zone: &TimeZone, name: impl Fn(&PersonId) -> String) -> Offer {
    let mut notes = Vec::new();
    match (&row.holder, row.state) {
        (_, state) if state.is_closed() => notes.push("closed".to_owned()),
        (_, State::Waiting) => notes.push("waits for approval".to_owned()),
        (_, State::Sending) => notes.push("on its way".to_owned()),
        (_, State::Unknown) => notes.push("please check".to_owned()),
        (Some(holder), _) if *holder == who.id => notes.push("yours".to_owned()),
        (Some(holder), _) => notes.push(format!("held by {}", fit(&name(holder), NAME))),
        (None, _) => {}
    }
    match (row.state, row.due_at) {
        (State::Snoozed(until), _) => notes.push(format!("back {}", clock(until, now, zone))),
        (state, Some(due)) if !state.is_closed() => {
            let word = if due <= now { "was due" } else { "due" };
            notes.push(format!("{word} {}", clock(due, now, zone)));
        }
        _ => {}
    }
    let tail = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
    let author = fit(&row.author, NAME);
    let head = if author.is_empty() { format!("{} ", row.no) } else { format!("{} {author}: ", row.no) };
    let taken = head.encode_utf16().count() + tail.encode_utf16().count();
    let label = format!("{head}{}{tail}", fit(&row.excerpt, LONGEST.saturating_sub(taken)));
    Offer::new(label, row.no.0.to_string())
}

fn zone_of(who: &Person) -> TimeZone {
    TimeZone::get(&who.zone).unwrap_or(TimeZone::UTC)
}

/// Colleagues whom work can be given to: whoever is meant by the beginning of a name first.
pub fn people<'p>(people: impl IntoIterator<Item = &'p Person>, typed: &str) -> Vec<Offer> {
    let typed = typed.trim().trim_start_matches('@');
    let label = |person: &Person| {
        if person.name == person.id.0 { person.name.clone() } else { format!("{} ({})", person.name, person.id) }
    };
    let can = |person: &&Person| person.role >= Role::Responder && !person.id.0.contains(char::is_whitespace);
    let mut all: Vec<&Person> =
        people.into_iter().filter(can).filter(|person| has_words(&label(person), typed)).collect();
    let begins = |text: &str| text.to_lowercase().starts_with(&typed.to_lowercase());
    all.sort_by_key(|person| (!begins(&person.name) && !begins(&person.id.0), person.name.to_lowercase()));
    all.into_iter().map(|person| Offer::new(label(person), person.id.0.clone())).collect()
}

/// Texts by their names, such as saved replies, with the beginning of each.
pub fn texts<'s>(saved: impl IntoIterator<Item = (&'s str, &'s str)>, typed: &str) -> Vec<Offer> {
    let mut all: Vec<(&str, &str)> =
        saved.into_iter().filter(|(name, text)| has_words(&format!("{name} {text}"), typed)).collect();
    let typed = typed.trim().to_lowercase();
    all.sort_by_key(|(name, _)| !name.to_lowercase().starts_with(&typed));
    let one_line = |text: &str| text.split_whitespace().take(LONGEST).collect::<Vec<_>>().join(" ");
    all.into_iter().map(|(name, text)| Offer::new(format!("{name}: {}", one_line(text)), name)).collect()
}

/// Moments, with what they mean for somebody in that zone.
pub fn moments(typed: &str, who: &Person, now: Timestamp) -> Vec<Offer> {
    let typed = typed.trim();
    let zone = zone_of(who);
    let number = (!typed.is_empty() && typed.chars().all(|c| c.is_ascii_digit())).then_some(typed);
    let counted = number.into_iter().flat_map(|n| ["h", "d", "m", "w"].map(|unit| format!("{n}{unit}")));
    let often = ["30m", "1h", "2h", "4h", "tomorrow", "mon", "fri", "2d", "1w"];
    let begins = |word: &&str| word.starts_with(&typed.to_lowercase());
    let words =
        std::iter::once(typed.to_owned()).chain(counted).chain(often.into_iter().filter(begins).map(str::to_owned));
    let offer = |word: String| {
        let (when, rest) = parse_when(Words::new(&word))?;
        let at = when.resolve(now, &zone).ok().filter(|_| rest.is_empty())?;
        Some(Offer::new(format!("{word} — {}", day_and_time(at, now, &zone)), word))
    };
    words.filter_map(offer).collect()
}

/// `today 14:05`, `tomorrow 09:00`, `Mon 9 Mar 09:00`.
fn day_and_time(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let shape = match (at.date() - now.date()).get_days() {
        0 => "today %H:%M",
        1 => "tomorrow %H:%M",
        _ if at.year() == now.year() => "%a %-d %b %H:%M",
        _ => "%a %-d %b %Y %H:%M",
    };
    at.strftime(shape).to_string()
}

/// Times of day.
pub fn times(typed: &str) -> Vec<Offer> {
    let typed = typed.trim();
    let read = parse_when(Words::new(typed)).filter(|(_, rest)| rest.is_empty());
    let own = read.map(|_| typed.to_owned());
    let hours = (6..=20).map(|hour| format!("{hour:02}:00"));
    let meant = |time: &String| time.starts_with(typed) || time.trim_start_matches('0').starts_with(typed);
    own.into_iter().chain(hours.filter(meant)).map(|time| Offer::new(&time, time.clone())).collect()
}

/// Stretches of time, with what they mean.
pub fn ranges(typed: &str, who: &Person, now: Timestamp) -> Vec<Offer> {
    let typed = typed.trim();
    let zone = zone_of(who);
    let number = (!typed.is_empty() && typed.chars().all(|c| c.is_ascii_digit())).then_some(typed);
    let counted = number.into_iter().flat_map(|n| ["d", "h", "w"].map(|unit| format!("{n}{unit}")));
    let often = ["7d", "today", "yesterday", "24h", "30d", "90d", "365d"];
    let begins = |word: &&str| word.starts_with(&typed.to_lowercase());
    let words =
        std::iter::once(typed.to_owned()).chain(counted).chain(often.into_iter().filter(begins).map(str::to_owned));
    let offer = |word: String| {
        let (from, to) = parse_range(&word)?.resolve(now, &zone).ok()?;
        let shape = "%a %-d %b %Y %H:%M";
        let from = from.to_zoned(zone.clone()).strftime(shape).to_string();
        let until = if to == now { "now".to_owned() } else { to.to_zoned(zone.clone()).strftime(shape).to_string() };
        Some(Offer::new(format!("{word} — {from} to {until}"), word))
    };
    words.filter_map(offer).collect()
}

/// Labels that a mention has, to be removed, after those that stand there already.
pub fn labels<'t>(used: impl IntoIterator<Item = &'t str>, typed: &str) -> Vec<Offer> {
    let typed = typed.trim_start();
    let (before, word) = typed.rsplit_once(char::is_whitespace).map_or(("", typed), |(before, word)| (before, word));
    let before = before.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted = word.trim_start_matches(['-', '+']).to_lowercase();
    let there = |change: &str| before.split(' ').any(|other| other == change);
    let line = |change: &str| if before.is_empty() { change.to_owned() } else { format!("{before} {change}") };
    let mut all = Vec::new();
    if !wanted.is_empty() && !word.starts_with('-') {
        let change = line(&format!("+{wanted}"));
        all.push(Offer::new(format!("{change} — adds {wanted}"), change));
    }
    if !word.starts_with('+') {
        let removed = used.into_iter().filter(|label| label.to_lowercase().starts_with(&wanted));
        for label in removed.filter(|label| !there(&format!("-{label}"))) {
            let change = line(&format!("-{label}"));
            all.push(Offer::new(format!("{change} — removes {label}"), change));
        }
    }
    all
}

/// Commands that this person may use, with what they do.
pub fn verbs(table: &[&Spec], who: &Person, typed: &str) -> Vec<Offer> {
    let typed = typed.trim().trim_start_matches('/').to_lowercase();
    let may = table.iter().filter(|spec| authorise(spec, who).is_ok());
    let meant = may.filter(|spec| spec.name.contains(&typed) || has_words(spec.summary, &typed));
    let mut all: Vec<_> = meant.collect();
    all.sort_by_key(|spec| !spec.name.starts_with(&typed));
    all.into_iter().map(|spec| Offer::new(format!("{} — {}", spec.name, spec.summary), spec.name)).collect()
}

/// Days of the week, as the digest takes them.
pub fn weekdays(typed: &str) -> Vec<Offer> {
    let all = [("mon-fri", "Monday to Friday"), ("daily", "every day"), ("weekends", "Saturday and Sunday")];
    let more = [("mon-sat", "Monday to Saturday"), ("mon,wed,fri", "these three days")];
    let typed = typed.trim().to_lowercase();
    let meant = all.into_iter().chain(more).filter(|(word, _)| word.starts_with(&typed));
    meant.map(|(word, means)| Offer::new(format!("{word} — {means}"), word)).collect()
}
