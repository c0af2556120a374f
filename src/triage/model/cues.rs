//! How customers complain or thank, whatever words of feeling they use: patterns over the words of an English post.
//!
//! One pattern a line, its words separated by blanks. `a|b` takes either word, `ab*` any word that begins so, `*` any one
//! word, number or name, `#` any number. Punctuation ends a clause, and no pattern reaches over it.

use super::text::{Kind, Token, cut_runs};
use crate::domain::fold;
use std::collections::HashMap;

/// Patterns, compiled.
#[derive(Clone, Debug, Default)]
pub struct Cues {
    patterns: Vec<Vec<Step>>,
    /// Patterns by the words of their first step that names whole words only, and how many steps stand before it.
    by_word: HashMap<String, Vec<(usize, usize)>>,
    /// Patterns without such a step.
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
    /// The patterns of a file: one a line; `#` at the beginning of a line makes it a comment.
    ///
    /// # Errors
    /// The first line that is no pattern.
    pub fn parse(file: &str) -> Result<Self, BadCue> {
        let mut cues = Self::default();
        for line in file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
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
        let anchor = steps.iter().enumerate().find_map(|(before, step)| match step {
            Step::OneOf { whole, stems } if stems.is_empty() => Some((before, whole)),
            _ => None,
        });
        match anchor {
            Some((before, whole)) => {
                for word in whole {
                    self.by_word.entry(word.clone()).or_default().push((index, before));
                }
            }
            None => self.open.push(index),
        }
        self.patterns.push(steps);
        Ok(())
    }

    /// How many different patterns occur, at most `most`.
    pub(super) fn count(&self, tokens: &[Token], most: usize) -> usize {
        self.count_where(tokens, most, |_| true)
    }

    /// The same, of those that may begin after what stands before them.
    pub(super) fn count_where(&self, tokens: &[Token], most: usize, may: impl Fn(&[Token]) -> bool) -> usize {
        let mut seen: Vec<usize> = Vec::new();
        let mut look = |index: usize, at: usize| {
            let Some((before, rest)) = tokens.split_at_checked(at) else { return };
            let fits = self.patterns.get(index).is_some_and(|steps| fits(steps, rest));
            if fits && !seen.contains(&index) && may(before) {
                seen.push(index);
            }
        };
        for (at, token) in tokens.iter().enumerate() {
            let known = token.word().and_then(|word| self.by_word.get(word));
            for (index, steps_before) in known.into_iter().flatten() {
                if let Some(begin) = at.checked_sub(*steps_before) {
                    look(*index, begin);
                }
            }
            for index in &self.open {
                look(*index, at);
            }
        }
        seen.len().min(most)
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
            Step::Any => matches!(token.kind, Kind::Word | Kind::Number | Kind::Name),
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
