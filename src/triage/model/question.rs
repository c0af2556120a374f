//! How questions begin, and how people ask without a question mark.

use super::text::{Kind, Token};
use std::collections::{HashMap, HashSet};

/// What in a post asks, apart from its other words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Asks {
    /// Nothing.
    #[default]
    No,
    /// A sentence that begins as questions do, or asks in other words.
    Words,
    /// A question mark.
    Mark,
    /// Both.
    Both,
}

impl Asks {
    /// What asks in these tokens.
    pub(super) fn of(tokens: &[Token], openings: &Openings) -> Self {
        match (tokens.iter().any(|t| t.is_mark('?')), openings.ask(tokens)) {
            (true, true) => Asks::Both,
            (true, false) => Asks::Mark,
            (false, true) => Asks::Words,
            (false, false) => Asks::No,
        }
    }
}

/// The lists of lexicon/questions.txt.
#[derive(Debug, Default)]
pub(super) struct Openings {
    /// Openings that ask by themselves, by first word; some may stand anywhere.
    phrases: HashMap<String, Vec<(Vec<String>, bool)>>,
    /// What must follow a lone question word.
    follow: HashSet<String>,
    /// Lone question words.
    words: HashSet<String>,
}

impl Openings {
    /// Reads the file; it is our own and tested.
    pub(super) fn parse(file: &str) -> Self {
        let mut lists = Self::default();
        let mut section = "";
        for line in file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                section = name;
                continue;
            }
            for entry in line.split(',').map(str::trim).filter(|e| !e.is_empty()) {
                let mut words = entry.split(' ').map(str::to_owned);
                let Some(first) = words.next() else { continue };
                match section {
                    "word" => drop(lists.words.insert(first)),
                    "follow" => drop(lists.follow.insert(first)),
                    _ => {
                        let all: Vec<String> = std::iter::once(first.clone()).chain(words).collect();
                        lists.phrases.entry(first).or_default().push((all, section == "anywhere"));
                    }
                }
            }
        }
        lists
    }

    /// Whether a post asks something by its words.
    pub(super) fn ask(&self, tokens: &[Token]) -> bool {
        let mut begins = true;
        for at in 0..tokens.len() {
            let rest = tokens.get(at..).unwrap_or_default();
            let Some(first) = rest.first() else { break };
            let Some(word) = first.word() else {
                // After a name, a sign, a tag or a stop a sentence may begin; commas only after a greeting, which is one.
                begins = first.kind != Kind::Number && !matches!(first.text.as_str(), "'" | "\"" | "-" | "/");
                continue;
            };
            let phrases = self.phrases.get(word).map(Vec::as_slice).unwrap_or_default();
            if phrases.iter().any(|(phrase, anywhere)| (begins || *anywhere) && starts(rest, phrase)) {
                return true;
            }
            let next = rest.get(1).and_then(Token::word);
            if begins && self.words.contains(word) && next.is_some_and(|n| self.follow.contains(n)) {
                return true;
            }
            // These lead into a sentence.
            begins = begins && LEADS.contains(&word);
        }
        false
    }
}

fn starts(tokens: &[Token], phrase: &[String]) -> bool {
    tokens.len() >= phrase.len() && phrase.iter().zip(tokens).all(|(word, token)| token.word() == Some(word))
}

/// Words that lead into a sentence.
const LEADS: [&str; 16] = [
    "so", "and", "but", "hi", "hey", "hello", "please", "pls", "ok", "also", "yo", "dear", "guys", "just", "um", "well",
];
