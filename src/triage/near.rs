//! How far apart two places of a text are, in words.

use super::boundary::is_unspaced;

/// Where the words of a folded text begin. A word is what stands between white space; in scripts that put none, every
/// letter counts as one.
pub(super) struct Spans(Vec<usize>);

impl Spans {
    pub(super) fn of(text: &str) -> Self {
        let mut inside = false;
        let begins = |(at, c): (usize, char)| {
            let unspaced = is_unspaced(c);
            let begins = c != ' ' && (unspaced || !inside);
            inside = c != ' ' && !unspaced;
            begins.then_some(at)
        };
        Self(text.char_indices().filter_map(begins).collect())
    }

    /// The numbers of the first and the last word that some bytes belong to, counted from 1.
    pub(super) fn of_bytes(&self, start: usize, end: usize) -> (usize, usize) {
        (self.0.partition_point(|begin| *begin <= start), self.0.partition_point(|begin| *begin < end))
    }
}
