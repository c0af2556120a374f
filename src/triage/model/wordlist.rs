//! Our own English word list (lexicon/en.txt): words, beginnings of words and phrases of how people speak about brands.

use super::text::{Token, cut_runs};
use crate::domain::fold;
use std::collections::HashMap;

/// What begins with a word.
#[derive(Debug, Default)]
struct Known {
    /// The word alone.
    weight: Option<f32>,
    /// Phrases, the longest first.
    phrases: Vec<(Vec<String>, f32)>,
}

/// Weights of words and phrases, -4 to 4.
#[derive(Debug, Default)]
pub(super) struct Wordlist {
    by_word: HashMap<String, Known>,
    /// Beginnings of words.
    stems: Vec<(String, f32)>,
}

impl Wordlist {
    /// Reads the section `[sentiment]`: a weight, a colon, entries with commas between. The file is our own and tested.
    pub(super) fn parse(file: &str) -> Self {
        let mut list = Self::default();
        let mut within = false;
        for line in file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            if line.starts_with('[') {
                within = line == "[sentiment]";
                continue;
            }
            let Some((weight, entries)) = line.split_once(": ").filter(|_| within) else { continue };
            let Ok(weight) = weight.parse::<f32>() else { continue };
            for entry in entries.split(',').map(str::trim).filter(|e| !e.is_empty()) {
                list.add(entry, weight);
            }
        }
        for known in list.by_word.values_mut() {
            known.phrases.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
        }
        list
    }

    fn add(&mut self, entry: &str, weight: f32) {
        if let Some(stem) = entry.strip_suffix('*') {
            self.stems.push((fold(stem), weight));
            return;
        }
        let words: Vec<String> = fold(entry)
            .split([' ', '-'])
            .map(|w| cut_runs(&w.chars().map(|c| if c.is_numeric() { '0' } else { c }).collect::<String>(), 2))
            .collect();
        let Some(first) = words.first() else { return };
        let known = self.by_word.entry(first.clone()).or_default();
        if words.len() == 1 {
            known.weight = Some(weight);
        } else {
            known.phrases.push((words, weight));
        }
    }

    /// The longest entry that begins at a token: its weight and its number of words.
    pub(super) fn at(&self, tokens: &[Token]) -> Option<(f32, usize)> {
        let word = tokens.first()?.word()?;
        let fits = |phrase: &[String]| {
            tokens.len() >= phrase.len() && phrase.iter().zip(tokens).all(|(w, t)| t.word() == Some(w))
        };
        let known = self.by_word.get(word);
        if let Some((phrase, weight)) = known.and_then(|k| k.phrases.iter().find(|(phrase, _)| fits(phrase))) {
            return Some((*weight, phrase.len()));
        }
        let stem = || self.stems.iter().find(|(stem, _)| word.starts_with(stem.as_str())).map(|(_, weight)| *weight);
        known.and_then(|k| k.weight).or_else(stem).map(|weight| (weight, 1))
    }
}
