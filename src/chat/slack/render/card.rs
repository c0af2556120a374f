//! The card of a mention, as Slack shows it.

use super::rich::{block, flat, when_markup};
use super::text::{cut, label, short};
use super::{Names, Room, Shown, action, put_key};
use crate::chat::sanitise;
use crate::chat::words::{count, done, duration, ordinal};
use crate::domain::{Button, Card, CardState, Colour, Kind, PersonId, ResponseSource, Text};
use jiff::Timestamp;
use slack_morphism::prelude::{SlackBlock, SlackBlockMarkDownText, SlackContextBlock, SlackContextBlockElement};

/// Longest quote, in lines as written: a flood of line feeds must not push everything else off the screen.
const QUOTE_LINES: usize = 20;
/// Most of what matched, the language and the tags, in bytes.
const ABOUT: usize = 1_000;
/// Most of the buttons, in bytes of JSON.
const BUTTONS: usize = 4_000;
/// Most of the quote that a notification says, in columns.
const EXCERPT: usize = 120;

/// A mention's card: what it is, who said what, when, where it stands, what can be done. `more` is what stands in the menu
/// behind the buttons. `key` is what the message is found by.
pub fn card(card: &Card, more: &[Button], names: &Names, key: &str) -> Shown {
    let actions = action::actions(&card.buttons, more, BUTTONS);
    let mut blocks = Room::MESSAGE.fit(|limit| {
        let head = block(&head(card, limit), names, None);
        let state = block(&state(card), names, None);
        [head, Some(times(card)), state, actions.clone()].into_iter().flatten().collect()
    });
    put_key(&mut blocks, key);
    Shown { blocks, text: notification(card, names) }
}

fn kind(card: &Card) -> &'static str {
    match card.kind {
        Kind::Question => "Question",
        Kind::Complaint => "Complaint",
        Kind::Praise => "Praise",
        Kind::Other => "Other",
    }
}

/// What it is, who said it, and what was said, of which as much as fits.
fn head(card: &Card, limit: usize) -> Text {
    let direct = if card.direct { "direct" } else { "indirect" };
    let (network, brand) = (short(&card.network, 30), short(&card.brand, 40));
    let text = Text::new()
        .bold(format!("{} · {}", card.no, kind(card)))
        .say(format!(" · {network} · {direct} · {brand}"))
        .line()
        .say(author(card));
    let (quote, more) = quote(&card.quote, limit);
    let text = if quote.is_empty() { text } else { text.line().quote(quote) };
    if card.cut || more { text.line().say("(the text goes on: open the post)") } else { text }
}

fn quote(text: &str, limit: usize) -> (String, bool) {
    let safe = sanitise::block(text);
    let mut rows = safe.trim_matches('\n').split('\n');
    let kept = rows.by_ref().take(QUOTE_LINES).collect::<Vec<_>>().join("\n");
    let begin = cut(&kept, limit);
    let more = rows.next().is_some() || begin != kept;
    (begin, more)
}

fn author(card: &Card) -> String {
    let mut said = called(card);
    if let Some(reach) = card.reach {
        said = format!("{said}, reach {}", count(reach));
    }
    if card.nth > 1 {
        said = format!("{said}, {} mention", ordinal(card.nth));
    }
    said
}

fn called(card: &Card) -> String {
    let (name, handle) = (short(&card.author, 60), short(&card.handle, 60));
    match (name.is_empty(), handle.is_empty()) {
        (true, true) => "somebody without a name".to_owned(),
        (false, true) => name,
        (true, false) => format!("@{handle}"),
        (false, false) => format!("{name} (@{handle})"),
    }
}

/// When, in markup of which every word is ours, and then why it is here, as plain text.
fn times(card: &Card) -> SlackBlock {
    let seen = card.seen_at.as_second() - card.posted_at.as_second();
    let mut said = format!("posted {}, seen +{}", when_markup(card.posted_at), duration(seen));
    if let Some(due) = card.due_at {
        said = format!("{said}, due {}", when_markup(due));
    }
    let markup = SlackBlockMarkDownText::new(said).with_verbatim(true);
    let mut elements: Vec<SlackContextBlockElement> = vec![markup.into()];
    let mut about = Vec::new();
    if !card.matched.is_empty() {
        about.push(format!("matched {}", few(&card.matched)));
    }
    if let Some(language) = &card.language {
        about.push(format!("language {}", short(language, 12)));
    }
    if !card.tags.is_empty() {
        about.push(format!("tags {}", few(&card.tags)));
    }
    if !about.is_empty() {
        elements.push(label(&cut(&about.join(", "), ABOUT), ABOUT).into());
    }
    SlackContextBlock::new(elements).into()
}

fn few(all: &[String]) -> String {
    let mut said = all.iter().take(5).map(|one| short(one, 40)).collect::<Vec<_>>().join(" / ");
    if all.len() > 5 {
        said = format!("{said} and {} more", all.len() - 5);
    }
    said
}

/// Where it stands, in words beside a colour, and what whoever reads it must know.
fn state(card: &Card) -> Text {
    let circle = match card.colour {
        Colour::Blue => "🔵",
        Colour::Red => "🔴",
        Colour::Amber => "🟠",
        Colour::Grey => "⚪",
        Colour::Green => "🟢",
    };
    let mut text = Text::plain(format!("{circle} ")).then(stands(card));
    if !matches!(card.state, CardState::Unknown(_))
        && let Some(trouble) = &card.trouble
    {
        text = text.line().say(format!("⚠️ {}", short(trouble, 400)));
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

/// The state in words. Whatever is a moment is shown in the reader's zone.
fn stands(card: &Card) -> Text {
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

/// Two short lines: what and where it stands; who said what. The second begins with a word of ours, so that no text from
/// outside stands where it could begin a quote.
fn notification(card: &Card, names: &Names) -> String {
    let network = short(&card.network, 30);
    let what = Text::plain(format!("{} {} on {network}: ", card.no, kind(card))).then(stands(card));
    let who = Text::plain(format!("by {}: ", called(card))).quote(short(&card.quote, EXCERPT));
    format!("{}\n{}", flat(&what, names), flat(&who, names))
}
