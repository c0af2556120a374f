//! How customers complain or thank, whatever words of feeling they use: patterns over the words of an English post.
//!
//! One pattern a line, its words separated by blanks. `a|b` takes either word, `ab*` any word that begins so, `*` any one
//! word or number, `#` any number. Punctuation ends a clause, and no pattern reaches over it.

use super::text::{Kind, Token, cut_runs};
use crate::domain::fold;
use std::collections::BTreeMap;

/// Patterns, compiled.
#[derive(Clone, Debug, Default)]
pub struct Cues {
    patterns: Vec<Vec<Step>>,
    /// Patterns by a word they begin with.
    by_first: BTreeMap<String, Vec<usize>>,
    /// Patterns that begin with an open ending, any word or a number.
    open: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Step {
    Any,
    Number,
    OneOf { whole: Vec<String>, stems: Vec<String> },
}

/// Why a pattern is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadCue(String);

/// Longer patterns never fit a post. Words.
const MOST_STEPS: usize = 8;

impl Cues {
    /// The patterns of a file: one a line, `#` at the beginning of a line starts a comment.
    ///
    /// # Errors
    /// The first line that is no pattern.
    pub fn parse(file: &str) -> Result<Self, BadCue> {
        let mut cues = Self::default();
        for line in file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("# ") && *l != "#") {
            cues.add(line)?;
        }
        Ok(cues)
    }

    /// Adds one pattern.
    ///
    /// # Errors
    /// Why it is none.
    pub fn add(&mut self, pattern: &str) -> Result<(), BadCue> {
        let steps: Vec<Step> = pattern.split_whitespace().map(Step::parse).collect::<Result<_, _>>()?;
        if !steps.iter().any(|s| matches!(s, Step::OneOf { .. })) {
            return Err(BadCue(format!("{pattern:?} names no word; write words as customers write them")));
        }
        if steps.len() > MOST_STEPS {
            return Err(BadCue(format!("{pattern:?} has more than {MOST_STEPS} words; write a shorter one")));
        }
        let index = self.patterns.len();
        match steps.first() {
            Some(Step::OneOf { whole, stems }) if stems.is_empty() => {
                for word in whole {
                    self.by_first.entry(word.clone()).or_default().push(index);
                }
            }
            _ => self.open.push(index),
        }
        self.patterns.push(steps);
        Ok(())
    }

    /// How many different patterns occur, at most `most`.
    pub(super) fn count(&self, tokens: &[Token], most: usize) -> usize {
        let mut seen: Vec<usize> = Vec::new();
        for at in 0..tokens.len() {
            let rest = tokens.get(at..).unwrap_or_default();
            let known = rest.first().and_then(Token::word).and_then(|word| self.by_first.get(word));
            for index in known.into_iter().flatten().chain(&self.open) {
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
    fn parse(step: &str) -> Result<Self, BadCue> {
        match step {
            "*" => return Ok(Step::Any),
            "#" => return Ok(Step::Number),
            _ => {}
        }
        let (mut whole, mut stems) = (Vec::new(), Vec::new());
        for word in step.split('|') {
            let (word, list) = match word.strip_suffix('*') {
                Some(beginning) => (beginning, &mut stems),
                None => (word, &mut whole),
            };
            if word.is_empty() || !word.chars().all(|c| c.is_alphanumeric() || c == '\'') {
                let say =
                    format!("{step:?} is no word; a word has letters, digits and apostrophes, | stands between words");
                return Err(BadCue(say));
            }
            // As the words of posts are written by then.
            let folded: String = fold(word).chars().map(|c| if c.is_numeric() { '0' } else { c }).collect();
            list.push(cut_runs(&folded, 2));
        }
        Ok(Step::OneOf { whole, stems })
    }

    fn takes(&self, token: &Token) -> bool {
        match self {
            Step::Any => matches!(token.kind, Kind::Word | Kind::Number),
            Step::Number => token.kind == Kind::Number,
            Step::OneOf { whole, stems } => token.word().is_some_and(|word| {
                whole.iter().any(|w| w == word) || stems.iter().any(|s| word.starts_with(s.as_str()))
            }),
        }
    }
}

fn fits(steps: &[Step], tokens: &[Token]) -> bool {
    tokens.len() >= steps.len() && steps.iter().zip(tokens).all(|(step, token)| step.takes(token))
}
