//! The word lists of lexicon/, one file a language, read once.

use super::tokens::{Token, single_letters, words};
use std::collections::{HashMap, HashSet};

/// What is known about the words of a language.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    words: HashMap<String, f32>,
    stems: HashMap<String, f32>,
    /// By first word, the longest first.
    phrases: HashMap<String, Vec<(Vec<String>, f32)>>,
    boosters: HashMap<String, f32>,
    negations: HashSet<String>,
    turns: HashSet<String>,
    /// By first word.
    questions: HashMap<String, Vec<Vec<String>>>,
    asks: HashSet<String>,
}

/// The languages with a list of their own.
const FILES: [(&str, &str); 6] = [
    ("de", include_str!("lexicon/de.txt")),
    ("fr", include_str!("lexicon/fr.txt")),
    ("es", include_str!("lexicon/es.txt")),
    ("pt", include_str!("lexicon/pt.txt")),
    ("it", include_str!("lexicon/it.txt")),
    ("nl", include_str!("lexicon/nl.txt")),
];

impl Lexicon {
    /// All lists by language code.
    pub(super) fn all() -> Vec<(&'static str, Lexicon)> {
        FILES.iter().map(|(code, file)| (*code, Lexicon::parse(file))).collect()
    }

    fn parse(file: &str) -> Self {
        let mut lexicon = Lexicon::default();
        let mut section = "";
        for line in file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                section = name;
                continue;
            }
            let (weight, list) = match line.split_once(": ") {
                Some((weight, list)) => (weight.parse().unwrap_or(0.0), list),
                None => (0.0, line),
            };
            for entry in list.split(',').map(str::trim).filter(|e| !e.is_empty()) {
                lexicon.add(section, entry, weight);
            }
        }
        for list in lexicon.phrases.values_mut() {
            list.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
        }
        lexicon
    }

    fn add(&mut self, section: &str, entry: &str, weight: f32) {
        let stem = entry.ends_with('*');
        let mut parts = words(entry);
        let Some(first) = parts.first().cloned() else { return };
        match (section, parts.len()) {
            ("sentiment", 1) if stem => drop(self.stems.insert(parts.remove(0), weight)),
            ("sentiment", 1) => drop(self.words.insert(parts.remove(0), weight)),
            ("sentiment", _) => self.phrases.entry(first).or_default().push((parts, weight)),
            ("booster", _) => drop(self.boosters.insert(parts.join(" "), weight)),
            ("negation", _) => drop(self.negations.insert(parts.join(" "))),
            ("turn", _) => drop(self.turns.insert(parts.join(" "))),
            ("question", _) => self.questions.entry(first).or_default().push(parts),
            ("asks", _) => drop(self.asks.insert(parts.join(" "))),
            _ => {}
        }
    }

    /// The weight of a word, if it says anything.
    pub(super) fn weight(&self, word: &str) -> Option<f32> {
        self.exact(word)
            .or_else(|| self.exact(&single_letters(word)))
            // l'excellent, dell'ottimo
            .or_else(|| word.split_once('\'').and_then(|(_, rest)| self.exact(rest)))
    }

    fn exact(&self, word: &str) -> Option<f32> {
        if let Some(weight) = self.words.get(word) {
            return Some(*weight);
        }
        let ends = word.char_indices().skip(SHORTEST_STEM).take(LONGEST_STEM).map(|(at, _)| at);
        ends.chain(std::iter::once(word.len())).find_map(|end| self.stems.get(word.get(..end)?)).copied()
    }

    /// The longest phrase that begins at a token: its weight and its number of words.
    pub(super) fn phrase(&self, at: &[Token]) -> Option<(f32, usize)> {
        let candidates = self.phrases.get(at.first()?.word()?)?;
        candidates.iter().find(|(phrase, _)| begins(at, phrase)).map(|(phrase, weight)| (*weight, phrase.len()))
    }

    /// How much a word strengthens (above 1) or weakens (below 1) the next one.
    pub(super) fn boost(&self, word: &str) -> Option<f32> {
        self.boosters.get(word).copied()
    }

    /// Whether a word turns the next ones into their opposite.
    pub(super) fn negates(&self, word: &str) -> bool {
        self.negations.contains(word) || word.ends_with("n't")
    }

    /// Whether a word says that what follows counts more than what came before.
    pub(super) fn turns(&self, word: &str) -> bool {
        self.turns.contains(word)
    }

    /// Whether a sentence that begins so asks something: by an opening of several words, or by a question word and
    /// one that makes it a question.
    pub(super) fn asks(&self, sentence: &[Token]) -> bool {
        let Some(first) = sentence.first().and_then(Token::word) else { return false };
        let Some(openings) = self.questions.get(first) else { return false };
        openings.iter().any(|opening| {
            begins(sentence, opening)
                && (opening.len() > 1
                    || first.contains('\'')
                    || sentence.get(1).and_then(Token::word).is_some_and(|next| self.asks.contains(next)))
        })
    }
}

const SHORTEST_STEM: usize = 3;
const LONGEST_STEM: usize = 16;

fn begins(tokens: &[Token], phrase: &[String]) -> bool {
    tokens.len() >= phrase.len() && phrase.iter().zip(tokens).all(|(word, token)| token.word() == Some(word))
}
