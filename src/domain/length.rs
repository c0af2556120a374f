//! How long a reply may be, as the network counts.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// A network's own length rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LengthRule {
    /// No limit that we know of.
    Unlimited,
    /// At most this many Unicode scalar values ("characters").
    Chars(usize),
    /// At most this many graphemes and this many bytes of UTF-8.
    GraphemesAndBytes {
        /// Graphemes, by Unicode's extended grapheme clusters.
        graphemes: usize,
        /// Bytes of UTF-8.
        bytes: usize,
    },
}

impl LengthRule {
    /// The length of `text` as the network counts it, and the limit, if there is one.
    pub fn measure(self, text: &str) -> (usize, Option<usize>) {
        match self {
            LengthRule::Unlimited => (text.chars().count(), None),
            LengthRule::Chars(limit) => (text.chars().count(), Some(limit)),
            LengthRule::GraphemesAndBytes { graphemes, .. } => (text.graphemes(true).count(), Some(graphemes)),
        }
    }

    /// Whether `text` may be sent.
    pub fn fits(self, text: &str) -> bool {
        match self {
            LengthRule::Unlimited => true,
            LengthRule::Chars(limit) => text.chars().count() <= limit,
            LengthRule::GraphemesAndBytes { graphemes, bytes } => {
                text.len() <= bytes && text.graphemes(true).count() <= graphemes
            }
        }
    }

    /// The length in words, such as `112 of 300`.
    pub fn describe(self, text: &str) -> String {
        match self.measure(text) {
            (n, None) => format!("{n} characters"),
            (n, Some(limit)) => format!("{n} of {limit}"),
        }
    }
}
