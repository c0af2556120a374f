//! What every chat says of a card, in our own words and without markup.

use super::measure::{cut, short};
use super::sanitise;
use super::words::{count, done, duration, ordinal};
use crate::domain::{Card, CardState, Colour, Kind, PersonId, ResponseSource, Text, language_name};
use jiff::Timestamp;

/// Longest quote, in lines as written: a flood of line feeds must not push everything else off the screen.
const QUOTE_LINES: usize = 20;

/// What it is, in a word, and whether that is only suggested.
pub fn kind(card: &Card) -> &'static str {
    match (card.kind, card.kind_by.is_some(), card.unsure) {
        (Kind::Question, false, false) => "Question",
        (Kind::Complaint, false, false) => "Complaint",
        (Kind::Praise, false, false) => "Praise",
        (Kind::Other, false, false) => "Other",
        (Kind::Question, false, true) => "Question?",
        (Kind::Complaint, false, true) => "Complaint?",
        (Kind::Praise, false, true) => "Praise?",
        (Kind::Other, false, true) => "Other?",
        (Kind::Question, true, _) => "Question (suggested)",
        (Kind::Complaint, true, _) => "Complaint (suggested)",
        (Kind::Praise, true, _) => "Praise (suggested)",
        (Kind::Other, true, _) => "Other (suggested)",
    }
}

/// What whoever reads it should know before anything else, a line each: that it cannot wait, that it may be nothing.
pub fn flags(card: &Card) -> Vec<String> {
    let urgent = card.urgent.iter().map(|why| format!("🚨 Urgent: {}", short(why, 60)));
    urgent.chain(card.doubt.iter().map(|why| format!("❔ {}", short(why, 200)))).collect()
}

/// What it says in the language of the staff, of which as much as takes so many bytes in JSON, and who says so.
pub fn translation(card: &Card, limit: usize) -> Option<Text> {
    let translation = card.translation.as_ref()?;
    let (words, more) = quote(&translation.text, limit);
    let text = Text::new().bold(translated(card)?).line().quote(words);
    Some(if more { text.line().say("(the translation goes on: `show` has it whole)") } else { text })
}

/// Who translated it from what; `None` if nobody has.
pub fn translated(card: &Card) -> Option<String> {
    let translation = card.translation.as_ref()?;
    let from = translation.from.as_deref().map(language_name).map(|from| format!(" from {}", short(from, 20)));
    Some(format!("Translated{} by {}", from.unwrap_or_default(), short(&translation.model, 40)))
}

/// The beginning of what was said that takes so many bytes in JSON, and whether it goes on.
pub fn quote(text: &str, limit: usize) -> (String, bool) {
    let safe = sanitise::block(text);
    let mut rows = safe.trim_matches('\n').split('\n');
    let kept = rows.by_ref().take(QUOTE_LINES).collect::<Vec<_>>().join("\n");
    let begin = cut(&kept, limit);
    let more = rows.next().is_some() || begin != kept;
    (begin, more)
}

/// Who said it, how many hear them, and how often they said something before.
pub fn author(card: &Card) -> String {
    let mut said = called(card);
    if let Some(reach) = card.reach {
        said = format!("{said}, reach {}", count(reach));
    }
    if card.nth > 1 {
        said = format!("{said}, {} mention", ordinal(card.nth));
    }
    said
}

/// What its author is called; never empty.
pub fn called(card: &Card) -> String {
    let (name, handle) = (short(&card.author, 60), short(&card.handle, 60));
    match (name.is_empty(), handle.is_empty()) {
        (true, true) => "somebody without a name".to_owned(),
        (false, true) => name,
        (true, false) => format!("@{handle}"),
        (false, false) => format!("{name} (@{handle})"),
    }
}

/// Why it is here: what matched, in which language, and its tags.
pub fn why(card: &Card) -> String {
    let mut about = Vec::new();
    if !card.matched.is_empty() {
        about.push(format!("matched {}", few(&card.matched)));
    }
    if let Some(language) = &card.language {
        about.push(format!("language {}", short(language, 12)));
    }
    if let Some(model) = &card.kind_by {
        about.push(format!("kind suggested by {}", short(model, 40)));
    }
    if !card.tags.is_empty() {
        about.push(format!("tags {}", few(&card.tags)));
    }
    about.join(", ")
}

/// The first of many words.
fn few(all: &[String]) -> String {
    let mut said = all.iter().take(5).map(|one| short(one, 40)).collect::<Vec<_>>().join(" / ");
    if all.len() > 5 {
        said = format!("{said} and {} more", all.len() - 5);
    }
    said
}

/// Where it stands, in words beside a colour, and what whoever reads it must know.
pub fn state(card: &Card) -> Text {
    let circle = match card.colour {
        Colour::Blue => "🔵",
        Colour::Red => "🔴",
        Colour::Amber => "🟠",
        Colour::Grey => "⚪",
        Colour::Green => "🟢",
    };
    let mut text = Text::new();
    for flag in flags(card) {
        text = text.bold(flag).line();
    }
    let mut text = text.say(format!("{circle} ")).then(stands(card));
    if !matches!(card.state, CardState::Unknown(_))
        && let Some(trouble) = &card.trouble
    {
        text = text.line().say(format!("⚠️ {}", short(trouble, 400)));
    }
    if let Some(acts) = acts(card) {
        text = text.line().then(acts);
    }
    if let Some(copies) = copies(card) {
        text = text.line().say(copies);
    }
    if let Some(notice) = &card.notice {
        text = text.line().say(format!("⚠️ {}", short(notice, 200)));
    }
    if card.read_only && !matches!(card.state, CardState::Replied { .. } | CardState::Done(_)) {
        let how = format!("done {} answered", card.no.0);
        text = text.line().say("Read-only: answer at the post itself, then ").code(how);
    }
    text
}

/// How many say the same, if anybody does: `+41 more like this by 39 authors, reach 120k`.
pub fn copies(card: &Card) -> Option<String> {
    let all = card.copies;
    if all.total == 0 {
        return card.copy_of.map(|first| format!("Says the same as {first}"));
    }
    let authors = match all.authors {
        0 => String::new(),
        1 => " by 1 author".to_owned(),
        n => format!(" by {n} authors"),
    };
    let reach = if all.reach > 0 { format!(", reach {}", count(all.reach)) } else { String::new() };
    Some(format!("+{} more like this{authors}{reach}", all.total))
}

/// What was done besides answering: `liked by Ana, handed off by Ben`.
fn acts(card: &Card) -> Option<Text> {
    let mut text = Text::new();
    for (i, act) in card.acts.iter().enumerate() {
        let comma = if i > 0 { ", " } else { "" };
        text = text.say(format!("{comma}{} by ", act.what)).person(&act.by);
    }
    (!card.acts.is_empty()).then_some(text)
}

/// The state in words. Whatever is a moment is shown in the reader's zone.
pub fn stands(card: &Card) -> Text {
    let text = match &card.state {
        CardState::Open => Text::new().bold("Open"),
        CardState::Claimed(by, at) => Text::new().bold("Claimed").say(" by ").person(by).say(", ").time(*at),
        CardState::Waiting(version, by) => {
            Text::new().bold(format!("Draft v{version}")).say(" by ").person(by).say(" waits for approval")
        }
        CardState::Sending(by) => Text::plain("Reply by ").person(by).say(" is on its way"),
        CardState::Unknown(why) if why.is_empty() => {
            Text::new().bold("Unknown").say(", please check whether the reply is there")
        }
        CardState::Unknown(why) => Text::new().bold("Unknown").say(format!(", please check: {}", short(why, 300))),
        CardState::Replied { by, at, after_s, source } => replied(by.as_ref(), *at, *after_s, *source),
        CardState::Snoozed(until) => Text::new().bold("Snoozed").say(" until ").time(*until),
        CardState::Done(reason) => Text::new().bold("Done").say(format!(": {}", done(*reason))),
    };
    let text = match card.draft {
        Some(version) => text.say(format!(", draft v{version}")),
        None => text,
    };
    if card.overdue { text.say(", ").bold("overdue") } else { text }
}

fn replied(by: Option<&PersonId>, at: Timestamp, after_s: i64, source: ResponseSource) -> Text {
    let after = duration(after_s);
    let sent = || Text::new().bold("Replied").say(" ").time(at);
    let said = || Text::new().bold("Answered");
    match (source, by) {
        (ResponseSource::Sent, Some(by)) => sent().say(" by ").person(by).say(format!(", after {after}")),
        (ResponseSource::Sent, None) => sent().say(format!(", after {after}")),
        (ResponseSource::Stated, Some(by)) => {
            said().say(", as ").person(by).say(" said ").time(at).say(format!(", after {after} at most"))
        }
        (ResponseSource::Stated, None) => said().say(", as was said ").time(at).say(format!(", after {after} at most")),
        (ResponseSource::Native, Some(by)) => {
            sent().say(" by ").person(by).say(format!(" on the network itself, after {after}"))
        }
        (ResponseSource::Native, None) => {
            sent().say(format!(" by the brand's account on the network itself, after {after}"))
        }
    }
}
