//! How answers that were given before are shown to whoever is about to write one.

use super::{Call, ago};
use crate::domain::{Button, Mention, Past, Query, Refusal, Text, shorten};

/// How much of an answer is shown, in graphemes: three of them must leave room for the form.
const EXCERPT: usize = 140;

/// What must be known for it.
pub fn like_it(call: &Call<'_>) -> Result<Query, Refusal> {
    Ok(call.no.map_or(Query::Nothing, |no| Query::Similar { no, of: None }))
}

/// One line each, under a heading; nothing if there are none.
pub fn past_lines(call: &Call<'_>, past: &[Past]) -> Text {
    let mut words = Text::new();
    if past.is_empty() {
        return words;
    }
    words = words.line().bold("Answered before");
    for past in past {
        words = words.line().say(line(call, past));
    }
    words
}

/// The same for a form, which has no buttons for them.
pub fn past_about(call: &Call<'_>, m: &Mention, past: &[Past]) -> Text {
    let words = past_lines(call, past);
    if words.is_empty() {
        return words;
    }
    words.line().say("To begin with one of these: ").code(format!("past {}", m.no.0))
}

/// The same in plain words, to stand behind a sentence.
pub fn past_words(call: &Call<'_>, past: &[Past]) -> String {
    let lines: Vec<String> = past.iter().map(|past| format!("\n{}", line(call, past))).collect();
    if lines.is_empty() { String::new() } else { format!(" Answered before:{}", lines.concat()) }
}

/// A button for each, which begins a draft with it.
pub fn past_offers(m: &Mention, past: &[Past]) -> Vec<Button> {
    let offer =
        |past: &Past| Button::new(format!("Use #{}'s answer…", past.no.0), format!("past {} {}", m.no.0, past.no.0));
    past.iter().map(offer).collect()
}

/// `#88 (21 d ago, Ana): “where is my parcel” -> “Hello …”`.
fn line(call: &Call<'_>, past: &Past) -> String {
    let answer: Vec<&str> = past.answer.split_whitespace().collect();
    let (mut answer, cut) = shorten(&answer.join(" "), EXCERPT);
    if cut {
        answer.push('…');
    }
    let (when, who) = (ago(past.at, call.at), call.rules.person_name(&past.by));
    format!("{} ({when} ago, {who}): “{}” -> “{answer}”", past.no, past.asked)
}
