//! The daily digest of a channel: praise that nobody thanked for first, then what is late, then the figures.

use super::lines::{duration, one_line, percent};
use super::stats::headline;
use super::ttfr::{Figures, answered_share, figures};
use crate::domain::{Button, DigestInput, Facts, Kind, Message, OpenPage, OpenRow, Text};
use jiff::Timestamp;

/// Lines of praise, each with three buttons.
const PRAISE: usize = 10;
/// Lines of every other list.
const LINES: usize = 5;
/// Longest name of an author, in graphemes.
const NAME: usize = 40;
/// Longest excerpt, in graphemes.
const EXCERPT: usize = 80;

/// The digest: each line of praise, at most ten, is a part with its own buttons, Thanks and Claim.
pub fn digest_message(input: &DigestInput) -> Message {
    let lists = [&input.praise, &input.overdue, &input.idle, &input.approval];
    let quiet = input.maybe_praise == 0 && lists.iter().all(|page| page.total == 0);
    let title = Text::new().bold(format!("Digest for {}", input.date.strftime("%A %-d %B %Y")));
    let yesterday = figures(&input.yesterday.rows, input.now, None);
    if quiet && input.open == 0 && input.failing.is_empty() && input.paused.is_none() {
        let text = title.say(": nothing is waiting, everybody has been heard.");
        let text = if yesterday.n == 0 { text } else { text.line().then(figures_line(input, &yesterday)) };
        return Message::say(text);
    }
    let mut head = title;
    if quiet {
        head = match input.open {
            0 => head.line().say("Nothing is waiting."),
            n => head.line().say(format!("Nothing is late; open: {n}. ")).code("queue"),
        };
    }
    let mut message = praise(input, Message::say(head));
    let now = input.now;
    let holder = |row: &OpenRow| match &row.holder {
        Some(person) => Text::new().person(person),
        None => Text::plain("somebody"),
    };
    let lists = [
        list("Overdue questions and complaints", &input.overdue, "queue overdue", |row| {
            let late = row.due_at.map_or_else(String::new, |due| format!(", due {} ago", since(due, now)));
            let words = Text::plain(format!("{}{late}", row.kind.word()));
            if row.holder.is_some() { words.say(", ").then(holder(row)).say(" has it") } else { words }
        }),
        list("Claimed but idle", &input.idle, "queue all", |row| {
            let long = row.claimed_at.map_or_else(String::new, |at| format!(" for {}", since(at, now)));
            Text::plain(format!("{}, ", row.kind.word())).then(holder(row)).say(format!(" has it{long}"))
        }),
        list("Waiting for approval", &input.approval, "queue approval", |row| {
            let posted = format!(", posted {} ago", since(row.started_at, now));
            let words = Text::plain(row.kind.word());
            let words = if row.holder.is_some() { words.say(", by ").then(holder(row)) } else { words };
            words.say(posted)
        }),
    ];
    for part in lists.into_iter().flatten() {
        message = message.and(part, Vec::new());
    }
    let mut text = figures_line(input, &yesterday);
    for source in &input.failing {
        text = text.line().bold("Source in trouble: ").say(one_line(source, 300));
    }
    if let Some(paused) = &input.paused {
        text = text.line().bold("Paused: ").say(one_line(paused, 300));
    }
    message.and(text, Vec::new())
}

fn praise(input: &DigestInput, message: Message) -> Message {
    let page = &input.praise;
    let maybe = match input.maybe_praise {
        0 => None,
        n => Some(Text::plain(format!("{n} more may be praise: ")).code("queue praise")),
    };
    if page.total == 0 {
        return maybe.into_iter().fold(message, |message, maybe| message.and(maybe, Vec::new()));
    }
    let oldest = input.praise_since.or_else(|| page.rows.iter().map(|r| r.started_at).min());
    let age = oldest.map_or_else(String::new, |at| format!(" (oldest {})", since(at, input.now)));
    let head = Text::new().bold(format!("Unanswered praise: {}", page.total)).say(age);
    let mut message = message.and(head, Vec::new());
    for row in page.rows.iter().take(PRAISE) {
        let no = row.no.0;
        let mut buttons = Vec::new();
        if row.can_reply {
            buttons.push(Button::new(format!("Thanks #{no}"), format!("thanks {no}")));
        } else if row.can_like {
            buttons.push(Button::new(format!("Like #{no}"), format!("like {no}")));
        }
        buttons.push(Button::new(format!("Claim #{no}"), format!("claim {no}")));
        buttons.push(Button::new(format!("Not praise #{no}"), format!("kind {no} other")));
        let age = Text::plain(format!("{} ago", since(row.started_at, input.now)));
        message = message.and(line(row, age), buttons);
    }
    let more = more(page.total, page.rows.len().min(PRAISE), "queue praise");
    more.into_iter().chain(maybe).fold(message, |message, text| message.and(text, Vec::new()))
}

fn list(title: &str, page: &OpenPage, queue: &str, about: impl Fn(&OpenRow) -> Text) -> Option<Text> {
    if page.total == 0 {
        return None;
    }
    let mut text = Text::new().bold(format!("{title}: {}", page.total));
    for row in page.rows.iter().take(LINES) {
        text = text.line().then(line(row, about(row)));
    }
    Some(match more(page.total, page.rows.len().min(LINES), queue) {
        Some(more) => text.line().then(more),
        None => text,
    })
}

/// `#12 Jo on mastodon, 3 d ago: "what they said"`.
fn line(row: &OpenRow, about: Text) -> Text {
    let author = match one_line(&row.author, NAME) {
        name if name.is_empty() => "somebody".to_owned(),
        name => name,
    };
    let network = one_line(&row.network, NAME);
    let text = Text::plain(format!("{} {author} on {network}, ", row.no)).then(about);
    match one_line(&row.excerpt, EXCERPT) {
        excerpt if excerpt.is_empty() => text,
        excerpt => text.say(": ").quote(excerpt),
    }
}

fn more(total: usize, shown: usize, queue: &str) -> Option<Text> {
    match total.saturating_sub(shown) {
        0 => None,
        n => Some(Text::plain(format!("+{n} more: ")).code(queue)),
    }
}

/// Yesterday against the last seven days.
fn figures_line(input: &DigestInput, yesterday: &Figures) -> Text {
    let week = figures(&input.week.rows, input.now, None);
    let day = if yesterday.n == 0 { "nothing came in".to_owned() } else { headline(yesterday) };
    let text = Text::new().bold("Yesterday: ").say(format!("{day}{}", split(&input.yesterday)));
    if week.n == 0 {
        return text;
    }
    text.line().bold("Last seven days: ").say(format!("{}{}", headline(&week), split(&input.week)))
}

/// How praise fares beside complaints, where there was any.
fn split(facts: &Facts) -> String {
    let of = |kind: Kind, word: &str| {
        let share = answered_share(facts.rows.iter().filter(|f| f.kind == kind))?;
        Some(format!("{word} answered {}", percent(Some(share))))
    };
    let parts: Vec<String> =
        [of(Kind::Praise, "praise"), of(Kind::Complaint, "complaints")].into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!("; {}", parts.join(", ")) }
}

fn since(then: Timestamp, now: Timestamp) -> String {
    duration(u64::try_from(now.as_second() - then.as_second()).unwrap_or(0))
}
