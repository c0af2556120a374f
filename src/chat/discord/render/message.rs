//! Messages that are not cards: the digest, lines in a thread, answers.

use super::action::{kept, rows, words};
use super::markdown::{fitting, markdown};
use super::text::{clip, unfenced, units};
use super::{CONTENT, DESCRIPTION, EMBEDS, EPHEMERAL, Names, SUPPRESS_EMBEDS, allowed, built, mark};
use crate::chat::Outcome;
use crate::domain::{Message, Part, PersonId, Span, Text};
use serde_json::{Value, json};
use serenity::builder::{CreateActionRow, CreateButton, CreateEmbed};
use serenity::model::application::ButtonStyle;

/// Most of one part, in units, until the whole fits.
const STEPS: [usize; 6] = [4_000, 2_000, 1_000, 700, 500, 400];
/// Most parts that are looked at: each takes at least a line.
const PARTS: usize = 500;
/// Most buttons of a message that stand as buttons; an answer has them all, for it is soon gone.
const BUTTONS: usize = 10;
const ALL: usize = 25;

/// A message in a channel, for a new one and for an edit. `key` is what it is found by.
pub fn message(message: &Message, names: &Names, key: &str) -> Value {
    let mut kept = message.parts.len().min(PARTS);
    loop {
        let parts = message.parts.get(..kept).unwrap_or_default();
        let (components, left) = rows(parts, names, BUTTONS);
        let mut tail = Text::new();
        if kept < message.parts.len() {
            let more = message.parts.len() - kept;
            tail = tail.say(format!("+{more} more, which did not fit here: ")).code("queue");
        } else if left > 0 {
            tail = tail.say(format!("+{left} more buttons, which did not fit here: ")).code("queue");
        }
        for limit in STEPS {
            let said = parts.iter().map(|part| part_text(part, names, limit)).chain([markdown(&tail, names, None)]);
            // The last words alone always fit.
            if let Some(descriptions) = packed(said) {
                return in_embeds(&descriptions, &components, key);
            }
        }
        // In steps, for a message of very many parts; one by one when it is close.
        kept = kept.saturating_sub(1 + kept / 16);
    }
}

fn in_embeds(descriptions: &[String], components: &[CreateActionRow], key: &str) -> Value {
    let embeds = descriptions.iter().enumerate().map(|(i, said)| {
        let embed = CreateEmbed::new().description(said);
        built(&if i == 0 { embed.url(mark(key)) } else { embed })
    });
    json!({
        "content": "",
        "embeds": embeds.collect::<Vec<_>>(),
        "components": built(&components),
        "allowed_mentions": allowed(None),
    })
}

/// A part with what cannot be clicked said in words. A heading stands a line below what came before.
fn part_text(part: &Part, names: &Names, limit: usize) -> String {
    let text = part.buttons.iter().filter_map(words).fold(part.text.clone(), |text, line| text.line().then(line));
    let said = fitting(&text, names, None, limit);
    if matches!(part.text.0.first(), Some(Span::Bold(_))) { format!("\n{said}") } else { said }
}

/// One part below the other, in as many embeds as it takes. `None` if it takes more than fits. Never empty.
fn packed(said: impl Iterator<Item = String>) -> Option<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for said in said.filter(|said| !said.trim().is_empty()) {
        match all.last_mut() {
            Some(last) if units(last) + 1 + units(&said) <= DESCRIPTION => last.extend(["\n", &said]),
            _ => all.push(said.trim().to_owned()),
        }
    }
    if all.is_empty() {
        all.push("Nothing to show.".to_owned());
    }
    let whole: usize = all.iter().map(|said| units(said)).sum();
    Some(all).filter(|_| whole <= EMBEDS)
}

/// A line in the thread of a card. `key` is what it is found by. Whoever is named as `ping` is notified, once, if Discord
/// knows them.
pub fn thread(text: &Text, names: &Names, ping: Option<&PersonId>, key: &str) -> Value {
    let user = ping.and_then(|who| names.user(who));
    // A mention in an embed notifies nobody, so that stands above it.
    let content = user.map(|user| format!("<@{user}>")).unwrap_or_default();
    let said = fitting(text, names, ping.filter(|_| user.is_none()), DESCRIPTION);
    let said = if said.is_empty() { "Nothing to show.".to_owned() } else { said };
    json!({
        "content": content,
        "embeds": [built(&CreateEmbed::new().description(said).url(mark(key)))],
        "components": [],
        "allowed_mentions": allowed(user),
        "flags": 0,
    })
}

/// What a command answers, to one person alone: an answer or a refusal, and what they may do next.
pub fn answer(outcome: &Outcome, names: &Names) -> Value {
    told(outcome, names, DESCRIPTION, Vec::new(), None)
}

/// What a command answers to what somebody wrote, with that, so that nothing of it is lost; and, if it was kept under a key,
/// a button that opens its form again.
pub fn again(outcome: &Outcome, names: &Names, wrote: &str, key: Option<&str>) -> Value {
    let embed = self::wrote(wrote);
    let taken = units(embed["description"].as_str().unwrap_or_default());
    let button = key.map(|key| CreateButton::new(kept(key)).label("Edit again…").style(ButtonStyle::Primary));
    told(outcome, names, DESCRIPTION.min(EMBEDS - taken), vec![embed], button)
}

fn told(outcome: &Outcome, names: &Names, limit: usize, beside: Vec<Value>, first: Option<CreateButton>) -> Value {
    let (text, buttons) = match outcome {
        Ok(answer) => (answer.text.clone(), answer.buttons.clone()),
        Err(refusal) => (Text::plain(&refusal.say), refusal.offers.clone()),
    };
    let text = buttons.iter().filter_map(words).fold(text, |text, line| text.line().then(line));
    let part = Part { text, buttons };
    let said = said(&part.text, names, limit);
    let most = if first.is_some() { ALL - 5 } else { ALL };
    let (mut components, _) = rows(&[part], names, most);
    if let Some(button) = first {
        components.truncate(4);
        components.insert(0, CreateActionRow::Buttons(vec![button]));
    }
    let embeds: Vec<Value> = said.embed.into_iter().chain(beside).collect();
    let flags = if embeds.is_empty() { EPHEMERAL | SUPPRESS_EMBEDS } else { EPHEMERAL };
    json!({
        "content": said.content,
        "embeds": embeds,
        "components": built(&components),
        "flags": flags,
        "allowed_mentions": allowed(None),
    })
}

/// A text as `content`, or, if it is longer than that may be, as an embed.
struct Said {
    content: String,
    embed: Option<Value>,
}

fn said(text: &Text, names: &Names, limit: usize) -> Said {
    let whole = fitting(text, names, None, limit);
    if units(&whole) <= CONTENT {
        let content = if whole.is_empty() { "Nothing to show.".to_owned() } else { whole };
        return Said { content, embed: None };
    }
    Said { content: String::new(), embed: Some(built(&CreateEmbed::new().description(whole))) }
}

/// An embed with what somebody wrote, exactly as they did, ready to be copied.
pub fn wrote(text: &str) -> Value {
    const TAIL: &str = "\n(the rest does not fit here)";
    let safe = unfenced(text);
    let block = |said: &str| format!("You wrote:\n```\n{said}\n```");
    let room = DESCRIPTION - units(&block(""));
    let said = match units(&safe) {
        _ if text.trim().is_empty() => "You wrote nothing.".to_owned(),
        length if length <= room => block(&safe),
        _ => format!("{}{TAIL}", block(&clip(&safe, room - units(TAIL)))),
    };
    built(&CreateEmbed::new().description(said))
}
