//! What is wrong with bot.toml, said the way a compiler says it.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file as the person named it.
    pub file: String,
    /// Line and column, both from 1, the column in characters; `None` if the file as a whole is meant.
    pub at: Option<(usize, usize)>,
    /// The key path such as `brand.acme.terms`; empty if the problem is not about a key.
    pub key: String,
    /// What is wrong and what to do next. Never contains the value of a secret.
    pub say: String,
    /// Worth knowing, but no reason to stop.
    pub warning: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some((line, column)) = self.at {
            write!(f, ":{line}:{column}")?;
        }
        if self.warning {
            f.write_str(": warning")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.say)
    }
}

/// Everything that is wrong, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Whether anything is worse than a warning.
    pub fn is_fatal(&self) -> bool {
        self.0.iter().any(|p| !p.warning)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Turns byte offsets of a text into lines and columns.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Self { text, starts }
    }

    /// The line and column of an offset, both from 1. A byte order mark takes no column.
    pub(super) fn locate(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.text.char_indices().skip_while(|(i, _)| *i < start).take_while(|(i, _)| *i < offset);
        (line, column.filter(|(_, c)| *c != '\u{feff}').count() + 1)
    }

    /// The text of a line, numbered from 1.
    pub(super) fn text_of(&self, line: usize) -> &'a str {
        self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default()
    }

    /// The line on which a span begins.
    pub(super) fn line(&self, span: &Range<usize>) -> usize {
        self.locate(span.start).0
    }
}

/// `; did you mean "terms"?` if a valid name is near enough, or else nothing.
pub(super) fn did_you_mean<'n>(typed: &str, valid: impl IntoIterator<Item = &'n str>) -> String {
    nearest(typed, valid).map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default()
}

/// The valid name that somebody who typed `typed` most likely meant.
pub(super) fn nearest<'n>(typed: &str, valid: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let folded = typed.to_lowercase();
    let room = 1 + folded.chars().count() / 4;
    valid
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&folded, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= room && *distance < name.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// `one of "a", "b" or "c"`-style list of valid names.
pub(super) fn one_of<'n>(valid: impl IntoIterator<Item = &'n str>) -> String {
    let mut names: Vec<String> = valid.into_iter().map(|name| format!("\"{name}\"")).collect();
    match names.pop() {
        None => "nothing".to_owned(),
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} or {last}", names.join(", ")),
    }
}
