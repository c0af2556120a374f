//! Reads what an assistant answered: leniently, since models differ, and as text from outside, since strangers may have made
//! it say whatever they like.

use crate::domain::{Kind, shorten};
use serde_json::Value;

/// Longest translation that is kept, in graphemes.
const TRANSLATION: usize = 4_000;
/// Longest suggestion of a reply that is kept, in graphemes.
const DRAFT: usize = 2_000;

/// One of the four kinds; `None` if the answer is anything else.
pub fn kind(said: &str) -> Option<Kind> {
    let word = match object(said) {
        Some(object) => object.get("kind")?.as_str()?.to_owned(),
        None => bare(said).to_owned(),
    };
    let word = word.trim().trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    Kind::ALL.into_iter().find(|kind| kind.word() == word)
}

/// The translation; `None` if there is none.
pub fn translation(said: &str) -> Option<String> {
    text(said, "translation", TRANSLATION)
}

/// The reply; `None` if there is none. What was taken out before it was asked stands in it as a placeholder that has to be
/// filled in, so that nobody sends it.
pub fn draft(said: &str) -> Option<String> {
    Some(placeholders(&text(said, "reply", DRAFT)?))
}

/// The links, handles, addresses and numbers in a text that none of ours has.
pub fn strange(text: &str, ours: &[String]) -> Vec<String> {
    let ours: Vec<String> = ours.iter().map(|text| text.to_lowercase()).collect();
    let edge = |c: char| !c.is_alphanumeric() && !matches!(c, '@' | '/' | '+');
    let mut found: Vec<String> = Vec::new();
    for word in text.split_whitespace().map(|word| word.trim_matches(edge)) {
        let known = || ours.iter().any(|text| text.contains(&word.to_lowercase()));
        if telling(word) && !known() && !found.iter().any(|f| f == word) {
            found.push(shorten(word, 80).0);
        }
    }
    found
}

/// It leads somewhere, or calls somebody.
fn telling(word: &str) -> bool {
    let labels: Vec<&str> = word.split('/').next().unwrap_or_default().split('.').collect();
    let named = labels.iter().all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'));
    let ending = labels.last().is_some_and(|last| last.chars().count() > 1 && last.chars().all(char::is_alphabetic));
    let domain = labels.len() > 1 && named && ending;
    let digits = word.chars().filter(|c| c.is_numeric()).count();
    let handle = word.starts_with('@') && word.chars().count() > 1;
    domain || handle || word.contains("://") || (word.contains('@') && word.chars().count() > 1) || digits >= 5
}

fn text(said: &str, name: &str, most: usize) -> Option<String> {
    let text = match object(said) {
        Some(object) => object.get(name)?.as_str()?.to_owned(),
        // Some models answer with the words alone; half an object is no answer.
        None => Some(bare(said)).filter(|bare| !bare.starts_with(['{', '[']))?.to_owned(),
    };
    let (text, cut) = shorten(clean(&text).trim(), most);
    let text = if cut { format!("{text}…") } else { text };
    text.chars().any(char::is_alphanumeric).then_some(text)
}

/// Without what cannot be seen: control characters but line feeds, marks of direction, tags.
fn clean(text: &str) -> String {
    let unseen = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
    };
    text.replace("\r\n", "\n").chars().filter(|c| !unseen(*c)).collect()
}

/// What the model thought aloud, and the fences around its answer, left out.
fn bare(said: &str) -> &str {
    let said = said.rsplit_once("</think>").map_or(said, |(_, answer)| answer).trim();
    let said = said.strip_prefix("```").map_or(said, |rest| rest.split_once('\n').map_or(rest, |(_, rest)| rest));
    said.trim_end_matches("```").trim()
}

/// The JSON object in an answer, with whatever stands around it.
fn object(said: &str) -> Option<serde_json::Map<String, Value>> {
    let bare = bare(said);
    let (from, to) = (bare.find('{')?, bare.rfind('}')?);
    match serde_json::from_str(bare.get(from..=to)?) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// `[e-mail]` becomes `{e-mail}`.
fn placeholders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        match after.split_once(']') {
            Some((name, tail)) if is_sign(name) => {
                out.extend(["{", name, "}"]);
                rest = tail;
            }
            _ => {
                out.push('[');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn is_sign(name: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | ' ');
    name.chars().next().is_some_and(char::is_alphabetic) && name.chars().count() <= 32 && name.chars().all(fits)
}
