//! Cards, texts and answers as lines. Pure: the moment, the zone and the names are handed in.
//!
//! Only three things ever stand at the left edge of the screen: the prompt, a card's first line and a card's new state.
//! Everything else is indented and every row of a quote carries a mark, so that no text from outside can pass for one of
//! them.

use super::layout::{Line, Style};
use crate::chat::card::{copies, flags};
use crate::chat::sanitise;
use crate::chat::words::{Words, count, duration, ordinal};
use crate::domain::{Button, Card, CardState, Colour, Refusal, Span, Text, language_name, shorten};

/// What every row of somebody else's words begins with.
pub const QUOTE_MARK: &str = "| ";
/// Longest quote, in lines as written: a flood of line feeds must not push everything else off the screen.
const QUOTE_LINES: usize = 20;
/// Longest translation that is said where a card has changed, in graphemes; `show` has it whole.
const TRANSLATED: usize = 300;

/// The first line of a card. `channel` is named if it is not the one that is typed in.
pub fn card_head(card: &Card, channel: Option<&str>) -> Line {
    let kind = crate::chat::card::kind(card);
    let direct = if card.direct { "direct" } else { "indirect" };
    let mut rest =
        format!(" · {kind} · {} · {direct} · {}", sanitise::name(&card.network, 30), sanitise::name(&card.brand, 40));
    if let Some(channel) = channel {
        rest = format!("{rest} · in {}", sanitise::name(channel, 40));
    }
    Line::of(Style::Bold, card.no.to_string()).add(Style::Plain, rest)
}

/// The rest of a card: author, text, times, state, buttons.
pub fn card_body(card: &Card, words: &Words<'_>) -> Vec<Line> {
    let mut lines: Vec<Line> =
        flags(card).into_iter().map(|flag| Line::of(Style::Colour(Colour::Red), sanitise::name(&flag, 300))).collect();
    lines.push(Line::of(Style::Plain, author(card)));
    let (mut quote, more) = quote(&card.quote);
    lines.append(&mut quote);
    if card.cut || more {
        lines.push(Line::of(Style::Dim, "(the text goes on: open the post)"));
    }
    lines.extend(translation(card));
    lines.push(Line::of(Style::Dim, times(card, words)));
    lines.push(state(card, words));
    if !matches!(card.state, CardState::Unknown(_))
        && let Some(trouble) = &card.trouble
    {
        lines.push(Line::of(Style::Colour(Colour::Red), format!("! {}", sanitise::name(trouble, 400))));
    }
    if let Some(acts) = words.acts(card) {
        lines.push(Line::of(Style::Dim, acts));
    }
    lines.extend(copies(card).map(|said| Line::of(Style::Bold, said)));
    if let Some(notice) = &card.notice {
        lines.push(Line::of(Style::Colour(Colour::Red), format!("! {}", sanitise::name(notice, 200))));
    }
    if card.read_only && !matches!(card.state, CardState::Replied { .. } | CardState::Done(_)) {
        let how = format!("Read-only: answer at the post itself, then /done {} answered", card.no.0);
        lines.push(Line::of(Style::Dim, how));
    }
    lines.extend(buttons(&card.buttons));
    lines
}

/// What an edited card has to say: one line, or nothing if nothing that people see is different.
pub fn card_change(before: Option<&Card>, card: &Card, words: &Words<'_>) -> Option<Line> {
    let head = Line::of(Style::Bold, format!("{} ", card.no));
    let stated = before.is_some_and(|b| {
        (&b.state, b.draft, b.overdue, &b.trouble) == (&card.state, card.draft, card.overdue, &card.trouble)
    });
    if !stated {
        let mut line = head.add(Style::Colour(card.colour), words.state(card));
        if let Some(notice) = card.notice.as_ref().filter(|_| before.is_none_or(|b| b.notice != card.notice)) {
            line = line.add(Style::Colour(Colour::Red), format!(" ! {}", sanitise::name(notice, 200)));
        }
        if !matches!(card.state, CardState::Unknown(_))
            && let Some(trouble) = &card.trouble
        {
            line = line.add(Style::Colour(Colour::Red), format!(" ! {}", sanitise::name(trouble, 400)));
        }
        if let Some(acts) = words.acts(card).filter(|_| before.is_some_and(|b| b.acts != card.acts)) {
            line = line.add(Style::Plain, format!(", {acts}"));
        }
        if let Some(copies) = copies(card).filter(|_| before.is_some_and(|b| b.copies != card.copies)) {
            line = line.add(Style::Plain, format!(", {copies}"));
        }
        if matches!(card.state, CardState::Waiting(..) | CardState::Unknown(_)) {
            for said in card.buttons.iter().filter(|b| b.url.is_none()).filter_map(button) {
                line = line.add(Style::Plain, " ").add_whole(Style::Code, said);
            }
        }
        return Some(line);
    }
    let before = before?;
    let mut news = Vec::new();
    if before.notice != card.notice {
        news.push(card.notice.as_ref().map_or_else(|| "goes on".to_owned(), |notice| sanitise::name(notice, 200)));
    }
    if before.acts != card.acts {
        news.push(words.acts(card).unwrap_or_else(|| "taken back".to_owned()));
    }
    if before.copies != card.copies {
        news.push(copies(card).unwrap_or_else(|| "nobody else says it on this card any more".to_owned()));
    }
    if let Some(model) = card.kind_by.as_ref().filter(|_| before.kind_by != card.kind_by) {
        news.push(format!("may be {}, says {}", card.kind.word(), sanitise::name(model, 40)));
    } else if before.kind != card.kind {
        news.push(format!("is now {}", card.kind.word()));
    }
    if let Some(translation) = card.translation.as_ref().filter(|_| before.translation != card.translation) {
        let (text, _) = shorten(&sanitise::line(&translation.text), TRANSLATED);
        news.push(format!(
            "translated by {}: “{}”",
            sanitise::name(&translation.model, 40),
            text.replace(['“', '”'], "\"")
        ));
    }
    if before.due_at != card.due_at {
        news.push(card.due_at.map_or_else(|| "is not due any more".to_owned(), |at| format!("due {}", words.time(at))));
    }
    if before.tags != card.tags {
        news.push(if card.tags.is_empty() { "no tags".to_owned() } else { format!("tags {}", few(&card.tags)) });
    }
    if (&before.quote, &before.author, &before.handle) != (&card.quote, &card.author, &card.handle) {
        news.push("the author's name or text changed".to_owned());
    }
    if news.is_empty() { None } else { Some(head.add(Style::Plain, news.join(", "))) }
}

fn author(card: &Card) -> String {
    let (name, handle) = (sanitise::name(&card.author, 60), sanitise::name(&card.handle, 60));
    let mut said = match (name.is_empty(), handle.is_empty()) {
        (true, true) => "somebody without a name".to_owned(),
        (false, true) => name,
        (true, false) => format!("@{handle}"),
        (false, false) => format!("{name} (@{handle})"),
    };
    if let Some(reach) = card.reach {
        said = format!("{said}, reach {}", count(reach));
    }
    if card.nth > 1 {
        said = format!("{said}, {} mention", ordinal(card.nth));
    }
    said
}

/// What it says in the language of the staff, and who says so.
fn translation(card: &Card) -> Vec<Line> {
    let Some(translation) = &card.translation else { return Vec::new() };
    let from = translation.from.as_deref().map(|from| format!(" from {}", sanitise::name(language_name(from), 20)));
    let (from, by) = (from.unwrap_or_default(), sanitise::name(&translation.model, 40));
    let mut lines = vec![Line::of(Style::Dim, format!("Translated{from} by {by}:"))];
    lines.append(&mut quote(&translation.text).0);
    lines
}

fn times(card: &Card, words: &Words<'_>) -> String {
    let seen = card.seen_at.as_second() - card.posted_at.as_second();
    let mut said = format!("posted {}, seen +{}", words.time(card.posted_at), duration(seen));
    if let Some(due) = card.due_at {
        said = format!("{said}, due {}", words.time(due));
    }
    if !card.matched.is_empty() {
        said = format!("{said}, matched {}", few(&card.matched));
    }
    if let Some(language) = &card.language {
        said = format!("{said}, language {}", sanitise::name(language, 12));
    }
    if let Some(model) = &card.kind_by {
        said = format!("{said}, kind suggested by {}", sanitise::name(model, 40));
    }
    if !card.tags.is_empty() {
        said = format!("{said}, tags {}", few(&card.tags));
    }
    said
}

fn few(all: &[String]) -> String {
    let mut said = all.iter().take(5).map(|one| sanitise::name(one, 40)).collect::<Vec<_>>().join(" / ");
    if all.len() > 5 {
        said = format!("{said} and {} more", all.len() - 5);
    }
    said
}

fn state(card: &Card, words: &Words<'_>) -> Line {
    Line::of(Style::Colour(card.colour), words.state(card))
}

fn quote(text: &str) -> (Vec<Line>, bool) {
    let safe = sanitise::block(text);
    let mut rows = safe.trim_matches('\n').split('\n');
    let lines: Vec<Line> =
        rows.by_ref().take(QUOTE_LINES).map(|row| Line { mark: QUOTE_MARK, ..Line::of(Style::Plain, row) }).collect();
    (lines, rows.next().is_some())
}

/// Buttons as what to type: `[Claim: /claim 142]`. One that would open a form wants a text: `[Reply: /reply 142 TEXT]`.
pub fn buttons(all: &[Button]) -> Option<Line> {
    let mut line = Line::new();
    for (i, said) in all.iter().filter_map(button).enumerate() {
        if i > 0 {
            line = line.add(Style::Plain, " ");
        }
        line = line.add_whole(Style::Code, said);
    }
    Some(line).filter(|l| !l.is_empty())
}

fn button(button: &Button) -> Option<String> {
    let label = sanitise::name(&button.label, 75);
    if let Some(url) = &button.url {
        return Some(format!("[{label}: {}]", sanitise::address(url)?));
    }
    let command = sanitise::line(&button.command.replace('\n', "\\n"));
    Some(match label.strip_suffix('…') {
        Some(label) => format!("[{label}: /{command} TEXT]"),
        None => format!("[{label}: /{command}]"),
    })
}

/// A refusal: the sentence after an exclamation mark, then what to do instead.
pub fn refusal(refusal: &Refusal, words: &Words<'_>) -> Vec<Line> {
    let mut lines = text(&Text::plain(&refusal.say), words);
    if let Some(first) = lines.first_mut() {
        let mut marked = Line::of(Style::Colour(Colour::Red), "! ");
        marked.runs.append(&mut first.runs);
        *first = marked;
    }
    lines.extend(buttons(&refusal.offers));
    lines
}

/// Spans as lines. Quotes stand on rows of their own unless they follow something on their line and are one line.
pub fn text(text: &Text, words: &Words<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut now = Line::new();
    let mut after_quote = false;
    for span in &text.0 {
        let quoted = std::mem::take(&mut after_quote);
        now = match span {
            Span::Plain(said) => now.add(Style::Plain, sanitise::line(said)),
            Span::Bold(said) => now.add(Style::Bold, sanitise::line(said)),
            Span::Time(at) => now.add_whole(Style::Plain, words.time(*at)),
            Span::Person(who) => now.add(Style::Plain, words.person(who)),
            Span::Code(said) if said.contains('\n') => {
                flush(&mut lines, now);
                let safe = sanitise::block(said);
                lines.extend(
                    safe.trim_end_matches('\n')
                        .split('\n')
                        .map(|row| Line { verbatim: true, ..Line::of(Style::Plain, row) }),
                );
                after_quote = true;
                Line::new()
            }
            Span::Code(said) => now.add_whole(Style::Code, format!("`{}`", sanitise::line(said))),
            Span::Quote(said) if !now.is_empty() && !said.contains(['\n', '\r']) => {
                let safe = sanitise::line(said).replace(['“', '”'], "\"");
                now.add(Style::Plain, format!("“{safe}”"))
            }
            Span::Quote(said) => {
                flush(&mut lines, now);
                lines.extend(quote(said).0);
                after_quote = true;
                Line::new()
            }
            Span::Link { label, url } => link(now, label, url),
            // The row after a quote or table begins anew anyway.
            Span::Break if quoted => now,
            Span::Break => {
                lines.push(now);
                Line::new()
            }
        };
    }
    flush(&mut lines, now);
    lines
}

fn flush(lines: &mut Vec<Line>, line: Line) {
    if !line.is_empty() {
        lines.push(line);
    }
}

fn link(line: Line, label: &str, url: &str) -> Line {
    let said = sanitise::name(label, 200);
    match sanitise::address(url) {
        Some(address) if said.is_empty() || label == url || said == address => line.add_whole(Style::Plain, address),
        Some(address) => line.add(Style::Plain, format!("{said} ")).add_whole(Style::Plain, format!("({address})")),
        None => line.add(Style::Plain, format!("{said} (its address is not a web page and is left out)")),
    }
}
