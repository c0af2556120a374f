//! Our own English word list (lexicon/en.txt): words, beginnings of words and phrases of how people speak about brands.

use super::text::{Token, cut_runs};
use crate::domain::fold;
use std::collections::HashMap;

/// Weights of words and phrases, -4 to 4.
#[derive(Debug, Default)]
pub(super) struct Wordlist {
    words: HashMap<String, f32>,
    /// By first word, the longest first.
    phrases: HashMap<String, Vec<(Vec<String>, f32)>>,
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
        for phrases in list.phrases.values_mut() {
            phrases.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
        }
        list
    }

    fn add(&mut self, entry: &str, weight: f32) {
        if let Some(stem) = entry.strip_suffix('*') {
            self.stems.push((fold(stem), weight));
            return;
        }
        let mut words: Vec<String> = fold(entry)
            .split([' ', '-'])
            .map(|w| cut_runs(&w.chars().map(|c| if c.is_numeric() { '0' } else { c }).collect::<String>(), 2))
            .collect();
        if let [one] = words.as_mut_slice() {
            self.words.insert(std::mem::take(one), weight);
        } else if let Some(first) = words.first().cloned() {
            self.phrases.entry(first).or_default().push((words, weight));
        }
    }

    /// The longest entry that begins at a token: its weight and its number of words.
    pub(super) fn at(&self, tokens: &[Token]) -> Option<(f32, usize)> {
        let word = tokens.first()?.word()?;
        let phrases = self.phrases.get(word).map(Vec::as_slice).unwrap_or_default();
        let fits = |phrase: &[String]| {
            tokens.len() >= phrase.len() && phrase.iter().zip(tokens).all(|(w, t)| t.word() == Some(w))
        };
        if let Some((phrase, weight)) = phrases.iter().find(|(phrase, _)| fits(phrase)) {
            return Some((*weight, phrase.len()));
        }
        let known = self.words.get(word).or_else(|| {
            let stem = |(stem, weight)| word.starts_with(String::as_str(stem)).then_some(weight);
            self.stems.iter().find_map(|(s, w)| stem((s, w)))
        });
        known.map(|weight| (*weight, 1))
    }
}
