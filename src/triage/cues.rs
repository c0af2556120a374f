//! How customers complain, whatever words of feeling they use: patterns over the words of an English post.

use super::tokens::Token;
use std::collections::HashMap;

/// The patterns of lexicon/cues.txt.
#[derive(Debug)]
pub(super) struct Cues {
    patterns: Vec<Vec<Step>>,
    /// Patterns by a word they begin with.
    by_first: HashMap<String, Vec<usize>>,
    /// Patterns that begin with any word or an open ending.
    open: Vec<usize>,
}

#[derive(Debug)]
enum Step {
    Any,
    OneOf(Vec<String>, Vec<String>),
}

impl Cues {
    /// The shipped patterns.
    pub(super) fn shipped() -> Self {
        Self::parse(include_str!("lexicon/cues.txt"))
    }

    fn parse(file: &str) -> Self {
        let lines = file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let patterns: Vec<Vec<Step>> = lines.map(|l| l.split(' ').map(Step::parse).collect()).collect();
        let mut by_first: HashMap<String, Vec<usize>> = HashMap::new();
        let mut open = Vec::new();
        for (index, pattern) in patterns.iter().enumerate() {
            match pattern.first() {
                Some(Step::OneOf(whole, stems)) if stems.is_empty() => {
                    for word in whole {
                        by_first.entry(word.clone()).or_default().push(index);
                    }
                }
                _ => open.push(index),
            }
        }
        Self { patterns, by_first, open }
    }

    /// How many different patterns occur, at most `most`.
    pub(super) fn count(&self, tokens: &[Token], most: usize) -> usize {
        let mut seen: Vec<usize> = Vec::new();
        for at in 0..tokens.len() {
            let rest = tokens.get(at..).unwrap_or_default();
            let Some(word) = rest.first().and_then(Token::word) else { continue };
            let known = self.by_first.get(word).map(Vec::as_slice).unwrap_or_default();
            for index in known.iter().chain(&self.open) {
                let fits = self.patterns.get(*index).is_some_and(|steps| fits(steps, rest));
                if fits && !seen.contains(index) {
                    seen.push(*index);
                    if seen.len() >= most {
                        return most;
                    }
                }
            }
        }
        seen.len()
    }
}

impl Step {
    fn parse(step: &str) -> Self {
        if step == "*" {
            return Step::Any;
        }
        let (stems, whole): (Vec<&str>, Vec<&str>) = step.split('|').partition(|w| w.ends_with('*'));
        let own = |words: Vec<&str>| words.into_iter().map(|w| w.trim_end_matches('*').to_owned()).collect();
        Step::OneOf(own(whole), own(stems))
    }

    fn takes(&self, word: &str) -> bool {
        match self {
            Step::Any => true,
            Step::OneOf(whole, stems) => {
                whole.iter().any(|w| w == word) || stems.iter().any(|s| word.starts_with(s.as_str()))
            }
        }
    }
}

fn fits(steps: &[Step], tokens: &[Token]) -> bool {
    tokens.len() >= steps.len()
        && steps.iter().zip(tokens).all(|(step, token)| token.word().is_some_and(|word| step.takes(word)))
}
