//! Messages that are not cards: the digest, lines in a thread, answers.

use super::rich::{block, fitting, flat};
use super::{Names, Room, STEPS, Shown, action, put_key};
use crate::chat::Outcome;
use crate::chat::measure::shorten;
use crate::domain::{Message, Part, PersonId, Text};
use slack_morphism::prelude::SlackBlock;

/// Most of the buttons of one part, in bytes of JSON.
const BUTTONS: usize = 8_000;

/// A message in a channel. `key` is what it is found by.
pub fn message(message: &Message, names: &Names, key: &str) -> Shown {
    let mut blocks = parts(message, names, Room::MESSAGE);
    put_key(&mut blocks, key);
    Shown { blocks, text: flat(&message.flat().0, names) }
}

/// A line in the thread of a card. Whoever is named as `ping` is notified, once, if Slack knows them.
pub fn thread(text: &Text, names: &Names, ping: Option<&PersonId>, key: &str) -> Shown {
    let mut blocks = fitting(text, names, ping, Room::MESSAGE);
    if blocks.is_empty() {
        blocks = nothing(names);
    }
    put_key(&mut blocks, key);
    Shown { blocks, text: flat(text, names) }
}

/// What a command answers, to one person alone: an answer or a refusal, and what they may do next.
pub fn answer(outcome: &Outcome, names: &Names) -> Shown {
    let message = said(outcome);
    let blocks = parts(&message, names, Room::MESSAGE);
    Shown { blocks, text: flat(&message.flat().0, names) }
}

/// An answer or a refusal as a message.
pub(super) fn said(outcome: &Outcome) -> Message {
    let part = match outcome {
        Ok(answer) => Part { text: answer.text.clone(), buttons: answer.buttons.clone() },
        Err(refusal) => Part { text: Text::plain(&refusal.say), buttons: refusal.offers.clone() },
    };
    Message { parts: vec![part] }
}

/// The blocks of a message that fit: first the longest texts become shorter, all by the same rule, then parts are left off
/// at the end and counted. Never empty.
pub(super) fn parts(message: &Message, names: &Names, room: Room) -> Vec<SlackBlock> {
    let all = &message.parts;
    let mut kept = all.len().min(room.blocks);
    loop {
        for limit in STEPS {
            let mut blocks: Vec<SlackBlock> = all.iter().take(kept).flat_map(|p| part(p, names, limit)).collect();
            if kept < all.len() {
                let more = Text::plain(format!("+{} more, which did not fit here: ", all.len() - kept)).code("queue");
                blocks.extend(block(&more, names, None));
            }
            if blocks.is_empty() {
                return nothing(names);
            }
            // The last words alone always fit.
            if room.holds(&blocks) || kept == 0 {
                return blocks;
            }
        }
        // In steps, for a message of very many parts; one by one when it is close.
        kept -= 1 + kept / 16;
    }
}

fn part(part: &Part, names: &Names, limit: usize) -> Vec<SlackBlock> {
    let (text, _) = shorten(&part.text, limit);
    [block(&text, names, None), action::actions(&part.buttons, &[], BUTTONS)].into_iter().flatten().collect()
}

fn nothing(names: &Names) -> Vec<SlackBlock> {
    block(&Text::plain("Nothing to show."), names, None).into_iter().collect()
}
