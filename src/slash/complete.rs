//! What could come next: for the console's Tab key and for autocomplete. Pure.

use super::parse::{scan, verb};
use super::words::Words;
use super::{OptKind, OptSpec, Spec, find_spec};
use crate::domain::{MentionNo, PersonId};

/// What the workspace has to offer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Open mentions, the most urgent first.
    pub open: Vec<MentionNo>,
    /// People.
    pub people: Vec<PersonId>,
    /// Names of saved replies.
    pub canned: Vec<String>,
}

/// The words that could stand from `start` on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// Where the word being typed begins, in bytes of the line.
    pub start: usize,
    /// Whole words, the likeliest first; at most 25 (Discord's limit).
    pub words: Vec<String>,
}

/// What could come at the cursor (in bytes of the line).
pub fn complete(table: &'static [&'static Spec], line: &str, cursor: usize, hints: &Hints) -> Completions {
    let typed = line.get(..cursor).unwrap_or(line);
    let start =
        typed.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(i, c)| i + c.len_utf8()).next_back().unwrap_or(0);
    let (before, word) = typed.split_at_checked(start).unwrap_or((typed, ""));
    let mut words = match verb(before) {
        None => verbs(table, word),
        Some((verb, rest)) => {
            find_spec(table, &verb).map_or_else(Vec::new, |spec| options(table, spec, rest, word, hints))
        }
    };
    let lower = word.to_lowercase();
    words.retain(|w| w.to_lowercase().starts_with(&lower));
    let mut unique = Vec::new();
    for word in words {
        if !unique.contains(&word) && unique.len() < 25 {
            unique.push(word);
        }
    }
    Completions { start, words: unique }
}

fn verbs(table: &[&Spec], word: &str) -> Vec<String> {
    let slash = if word.starts_with('/') { "/" } else { "" };
    table.iter().map(|s| format!("{slash}{}", s.name)).collect()
}

fn options(table: &[&Spec], spec: &'static Spec, words: Words<'_>, word: &str, hints: &Hints) -> Vec<String> {
    let scan = scan(spec, words);
    if !scan.rest.is_empty() {
        return Vec::new();
    }
    let mut all = Vec::new();
    let last = scan.args.iter().last().and_then(|(name, _)| spec.options.iter().position(|o| o.name == name));
    let open = spec.options.iter().enumerate().filter(|(i, _)| last.is_none_or(|last| *i > last));
    for (_, option) in open.filter(|(_, o)| o.applies(&scan.args)) {
        all.extend(values(table, option, word, hints));
        if option.required {
            break;
        }
    }
    all
}

fn values(table: &[&Spec], option: &OptSpec, word: &str, hints: &Hints) -> Vec<String> {
    let own = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    match option.kind {
        OptKind::Mention => {
            let hash = if word.starts_with('#') { "#" } else { "" };
            hints.open.iter().map(|no| format!("{hash}{}", no.0)).chain(own(&["last", "mine"])).collect()
        }
        OptKind::Person => hints.people.iter().map(|p| format!("@{p}")).chain(own(&["@me"])).collect(),
        OptKind::When => own(&["30m", "2h", "1d", "tomorrow", "mon"]),
        OptKind::Choice(words) => own(words),
        OptKind::Range => own(&["7d", "30d", "24h", "today", "yesterday"]),
        OptKind::Word if option.name == "name" => hints.canned.clone(),
        OptKind::Word if option.name == "command" => table.iter().map(|s| s.name.to_owned()).collect(),
        OptKind::Count | OptKind::Word | OptKind::Tags | OptKind::Text => Vec::new(),
    }
}
