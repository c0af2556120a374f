//! What all tables share while a file is read: where it is, how secrets are looked up, and what is wrong with it.

use super::problem::{Lines, Problem, Problems};
use std::cell::RefCell;
use std::ops::Range;
use std::path::Path;

/// Looks up an environment variable.
pub type Env<'e> = &'e dyn Fn(&str) -> Option<String>;

/// What all sections share.
pub(super) struct Ctx<'a> {
    pub(super) file: String,
    /// Relative paths in the file start here.
    pub(super) folder: &'a Path,
    /// `None`: whether secrets are there is not looked at.
    pub(super) env: Option<Env<'a>>,
    lines: Lines<'a>,
    found: RefCell<Vec<Noted>>,
}

/// A problem, and how it came about.
struct Noted {
    problem: Problem,
    offset: usize,
    /// Says that something is not there, which a mistake in the syntax elsewhere may have hidden.
    absence: bool,
}

impl<'a> Ctx<'a> {
    pub(super) fn new(file: &str, text: &'a str, folder: &'a Path, env: Option<Env<'a>>) -> Self {
        Self { file: file.to_owned(), folder, env, lines: Lines::new(text), found: RefCell::default() }
    }

    pub(super) fn note(&self, at: &Range<usize>, key: &str, say: String, warning: bool, absence: bool) {
        let problem = Problem {
            file: self.file.clone(),
            at: Some(self.lines.locate(at.start)),
            key: key.to_owned(),
            say,
            warning,
        };
        self.found.borrow_mut().push(Noted { problem, offset: at.start, absence });
    }

    /// Everything noted, in the order of the file. Where the syntax is broken, whatever may only follow from that is
    /// left out.
    pub(super) fn finish(self, syntax: &[toml::de::Error]) -> Problems {
        let mut all = self.found.into_inner();
        if !syntax.is_empty() {
            let spans: Vec<Range<usize>> = syntax.iter().map(|e| e.span().unwrap_or(0..0)).collect();
            let broken: Vec<usize> = spans.iter().map(|span| self.lines.line(span)).collect();
            // Below a broken heading the keys belong to no known table.
            let heading = broken.iter().any(|line| self.lines.text_of(*line).trim_start().starts_with('['));
            let stands = |n: &Noted| n.problem.at.is_none_or(|(line, _)| !broken.contains(&line));
            all.retain(|n| !heading && !n.absence && stands(n));
            for (error, span) in syntax.iter().zip(&spans) {
                let say = match error.message() {
                    "duplicate key" => "this key or table is in the file already; keep one of the two".to_owned(),
                    message => format!("not valid TOML: {}", message.replace('\n', "; ")),
                };
                let problem = Problem {
                    file: self.file.clone(),
                    at: Some(self.lines.locate(span.start)),
                    key: String::new(),
                    say,
                    warning: false,
                };
                all.push(Noted { problem, offset: span.start, absence: false });
            }
        }
        all.sort_by_key(|n| n.offset);
        let mut problems: Vec<Problem> = all.into_iter().map(|n| n.problem).collect();
        problems.dedup();
        Problems(problems)
    }
}
