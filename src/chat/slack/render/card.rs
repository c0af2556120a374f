//! The card of a mention, as Slack shows it.

use super::rich::{block, flat, when_markup};
use super::text::{cut, label, short};
use super::{Names, Room, Shown, action, put_key};
use crate::chat::card::{author, called, kind, quote, stands, state, translation, why};
use crate::chat::words::duration;
use crate::domain::{Button, Card, Text};
use slack_morphism::prelude::{SlackBlock, SlackBlockMarkDownText, SlackContextBlock, SlackContextBlockElement};

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
    let text = if card.cut || more { text.line().say("(the text goes on: open the post)") } else { text };
    match translation(card, limit) {
        Some(translation) => text.line().then(translation),
        None => text,
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
    let about = why(card);
    if !about.is_empty() {
        elements.push(label(&cut(&about, ABOUT), ABOUT).into());
    }
    SlackContextBlock::new(elements).into()
}

/// Two short lines: what and where it stands; who said what. The second begins with a word of ours, so that no text from
/// outside stands where it could begin a quote.
fn notification(card: &Card, names: &Names) -> String {
    let network = short(&card.network, 30);
    let what = Text::plain(format!("{} {} on {network}: ", card.no, kind(card))).then(stands(card));
    let who = Text::plain(format!("by {}: ", called(card))).quote(short(&card.quote, EXCERPT));
    format!("{}\n{}", flat(&what, names), flat(&who, names))
}
