//! The card of a mention, as Discord shows it, and what its thread or forum post is called.

use super::action::{card_rows, words as said_of};
use super::markdown::{markdown, when, words};
use super::text::{cut, label, short, units};
use super::{AUTHOR, DESCRIPTION, Names, allowed, built, mark};
use crate::chat::card::{author, called, kind, quote, state, translation, why};
use crate::chat::sanitise;
use crate::chat::words::duration;
use crate::domain::{Button, Card, CardState, Colour, Kind, Text};
use serde_json::{Value, json};
use serenity::builder::{CreateEmbed, CreateEmbedAuthor};

/// How much of the quote is tried, in bytes, until the whole fits.
const STEPS: [usize; 9] = [11_000, 8_000, 6_000, 4_000, 3_000, 1_500, 700, 300, 100];
/// Most of what matched, the language and the tags, in bytes.
const ABOUT: usize = 600;
/// Longest name of a thread, in units (Discord, "Channel Object": 1 to 100 characters).
const NAME: usize = 100;
/// Longest address of an embed, in units (so says the specification that Discord publishes).
const ADDRESS: usize = 2_048;

/// A mention's card, for a new message and for an edit: what it is, who said what, when, where it stands, what can be done.
/// `more` is what stands in the menu below the buttons. `key` is what the message is found by.
pub fn card(card: &Card, more: &[Button], names: &Names, key: &str) -> Value {
    let direct = if card.direct { "direct" } else { "indirect" };
    let (network, brand) = (short(&card.network, 30), short(&card.brand, 40));
    let head = format!("{} · {} · {network} · {direct} · {brand}", card.no, kind(card));
    let embed = CreateEmbed::new().url(mark(key)).colour(colour(card.colour));
    // The name of an embed's author is shown in bold and read as plain text. Without an address of its own it would be a link
    // to the embed's (discord-api-docs, issue 376), which is the key.
    let embed = match card.url.as_deref().and_then(sanitise::address).filter(|url| units(url) <= ADDRESS) {
        Some(post) => embed
            .author(CreateEmbedAuthor::new(label(&head, AUTHOR)).url(post))
            .description(description(card, names, None)),
        None => embed.description(description(card, names, Some(&label(&head, AUTHOR)))),
    };
    json!({
        "content": "",
        "embeds": [built(&embed)],
        "components": built(&card_rows(&card.buttons, more)),
        "allowed_mentions": allowed(None),
    })
}

/// As much of the quote as fits beside the rest. The state stands last, above the buttons.
fn description(card: &Card, names: &Names, above: Option<&str>) -> String {
    let above = above.map(|above| Text::new().bold(above).line());
    let left_out: Vec<Text> = card.buttons.iter().filter_map(said_of).collect();
    let mut said = String::new();
    for limit in STEPS {
        let text = above.clone().unwrap_or_default().then(head(card, limit));
        let text = left_out.iter().fold(text, |text, line| text.line().then(line.clone()));
        let about = if limit > 100 { ABOUT } else { 0 };
        said = format!(
            "{}\n{}\n{}",
            markdown(&text, names, None),
            times(card, about),
            markdown(&state(card), names, None)
        );
        if units(&said) <= DESCRIPTION {
            break;
        }
    }
    said
}

/// Who said it, and what was said.
fn head(card: &Card, limit: usize) -> Text {
    let (who, about) = (called(card), author(card));
    let text = Text::new().bold(&who).say(about.strip_prefix(&who).unwrap_or_default());
    let (quote, more) = quote(&card.quote, limit);
    let text = if quote.is_empty() { text } else { text.line().quote(quote) };
    let text = if card.cut || more { text.line().say("(the text goes on: open the post)") } else { text };
    match translation(card, limit) {
        Some(translation) => text.line().then(translation),
        None => text,
    }
}

/// When, and why it is here, in small letters (Discord, "Markdown Text 101", subtext).
fn times(card: &Card, about: usize) -> String {
    let seen = card.seen_at.as_second() - card.posted_at.as_second();
    let mut said = format!("-# posted {}, seen +{}", when(card.posted_at, 'f'), duration(seen));
    // What is answered is not late, and not soon due.
    let closed = matches!(card.state, CardState::Replied { .. } | CardState::Done(_));
    if let Some(due) = card.due_at.filter(|_| !closed) {
        said = format!("{said}, due {}", when(due, 'R'));
    }
    let why = words(&cut(&why(card), about));
    if why.is_empty() { said } else { format!("{said} · {why}") }
}

fn colour(of: Colour) -> u32 {
    match of {
        Colour::Blue => 0x0034_98db,
        Colour::Red => 0x00e0_4f5f,
        Colour::Amber => 0x00f0_9c2e,
        Colour::Grey => 0x0095_a5a6,
        Colour::Green => 0x002e_b67d,
    }
}

/// What the thread of a card, or its post in a forum, is called: never empty, at most 100 characters (Discord, "Channel
/// Object").
pub fn thread_name(card: &Card) -> String {
    let quote = short(&card.quote, NAME);
    let words = if quote.is_empty() { String::new() } else { format!(": {quote}") };
    label(&format!("{} {} by {}{words}", card.no, kind(card), called(card)), NAME)
}

/// How a post stands, as tags of a forum say.
mod stands {
    pub const OPEN: &str = "open";
    pub const CLAIMED: &str = "claimed";
    pub const WAITING: &str = "waiting";
    pub const REPLIED: &str = "replied";
    pub const SNOOZED: &str = "snoozed";
    pub const DONE: &str = "done";
    pub const UNKNOWN: &str = "unknown";
    /// Each of them.
    pub const ALL: [&str; 7] = [OPEN, CLAIMED, WAITING, REPLIED, SNOOZED, DONE, UNKNOWN];
}

/// Every tag that a post may be given, by its name.
pub fn all_tags() -> Vec<&'static str> {
    Kind::ALL.iter().map(|kind| kind.word()).chain(stands::ALL).collect()
}

/// The kind and the state of a card, each in a word: a forum's tags of the same names are put on its post.
pub fn tags(card: &Card) -> Vec<String> {
    let state = match card.state {
        CardState::Open => stands::OPEN,
        CardState::Claimed(..) | CardState::Sending(_) => stands::CLAIMED,
        CardState::Waiting(..) => stands::WAITING,
        CardState::Unknown(_) => stands::UNKNOWN,
        CardState::Replied { .. } => stands::REPLIED,
        CardState::Snoozed(_) => stands::SNOOZED,
        CardState::Done(_) => stands::DONE,
    };
    vec![card.kind.word().to_owned(), state.to_owned()]
}
