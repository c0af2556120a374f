//! The workspace's own patterns, such as its order numbers.

use super::{Finder, PiiKind};
use regex::{Regex, RegexBuilder};
use std::sync::Arc;

/// A longer pattern is a mistake. Characters.
const LONGEST: usize = 400;
/// A pattern may need so many bytes once it is made ready.
const LARGEST: usize = 1 << 20;
/// Ordinary words that no pattern may find: it would stop every reply.
const ORDINARY: &str = "Thank you for your patience, we are sorry to hear that and look into it at once.";

/// A pattern with the name that people read, such as `order number`.
#[derive(Clone, Debug)]
pub struct Pattern {
    name: Arc<str>,
    regex: Regex,
}

impl Pattern {
    /// Reads a pattern: a regular expression that is found as a whole word, in any case.
    ///
    /// # Errors
    /// What is wrong with it, and what to write instead.
    pub fn new(name: &str, pattern: &str) -> Result<Pattern, String> {
        if pattern.chars().count() > LONGEST {
            return Err(format!("is longer than {LONGEST} characters; write it as several patterns"));
        }
        let whole = format!(r"\b{{start-half}}(?:{pattern})\b{{end-half}}");
        let build = |text: &str| RegexBuilder::new(text).case_insensitive(true).size_limit(LARGEST).build();
        // Read alone first, so that what is said about it is about what was written.
        let regex = build(pattern).and_then(|_| build(&whole)).map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "needs too much room; repeat less, such as \\d{6,12}".to_owned(),
            error => {
                let said = error.to_string();
                let last = said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                format!("is no pattern: {last}; write one such as 'AC-\\d{{6}}'")
            }
        })?;
        if regex.is_match("") || regex.is_match(ORDINARY) {
            return Err(
                "finds ordinary words, so it would stop every reply; name what only such a number has, such as \
                        'AC-\\d{6}'"
                    .to_owned(),
            );
        }
        Ok(Pattern { name: name.into(), regex })
    }

    /// What people read for it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.name == other.name && self.regex.as_str() == other.regex.as_str()
    }
}

impl Eq for Pattern {}

/// The workspace's patterns, in the order in which they are tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patterns(Arc<Vec<Pattern>>);

impl Patterns {
    /// None.
    pub fn none() -> Patterns {
        Patterns::default()
    }

    /// What people read for each.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Pattern::name)
    }
}

impl FromIterator<Pattern> for Patterns {
    fn from_iter<I: IntoIterator<Item = Pattern>>(patterns: I) -> Patterns {
        Patterns(Arc::new(patterns.into_iter().collect()))
    }
}

pub(super) fn find(finder: &mut Finder<'_>, text: &str, own: &Patterns) {
    for pattern in own.0.iter() {
        for found in pattern.regex.find_iter(text) {
            // Invisible characters have no place of their own.
            let from = finder.seen.all.partition_point(|g| g.end <= found.start());
            let to = finder.seen.all.partition_point(|g| g.start < found.end());
            finder.hit(PiiKind::Own(Arc::clone(&pattern.name)), from, to, true);
        }
    }
}
