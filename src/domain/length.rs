//! How long a reply may be, as the network counts.

mod fediverse;
mod links;
mod weighted;

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
    /// At most so many, as Mastodon counts: graphemes, a link as a fixed number, of a mention only the name.
    Fediverse {
        /// Characters of a post.
        limit: usize,
        /// What a link counts, however long it is.
        link: usize,
    },
    /// At most so many weighted characters, as X counts them: see `length/weighted.rs`.
    Weighted(usize),
}

impl LengthRule {
    /// The length of `text` as the network counts it, and the limit, if there is one.
    pub fn measure(self, text: &str) -> (usize, Option<usize>) {
        match self {
            LengthRule::Unlimited => (text.chars().count(), None),
            LengthRule::Chars(limit) => (text.chars().count(), Some(limit)),
            LengthRule::GraphemesAndBytes { graphemes, .. } => (text.graphemes(true).count(), Some(graphemes)),
            LengthRule::Fediverse { limit, link } => (fediverse::count(text, link), Some(limit)),
            LengthRule::Weighted(limit) => (weighted::count(text), Some(limit)),
        }
    }

    /// Whether `text` may be sent.
    pub fn fits(self, text: &str) -> bool {
        self.excess(text).is_none()
    }

    /// The rule in words, such as `at most 300 characters`.
    pub fn rule(self) -> String {
        match self {
            LengthRule::Unlimited => "of any length".to_owned(),
            LengthRule::Chars(limit) => format!("at most {limit} characters"),
            LengthRule::Fediverse { limit, link } => format!("at most {limit} characters, a link counting {link}"),
            LengthRule::Weighted(limit) => {
                format!("at most {limit} characters; an emoji or a Chinese character counts as 2, a link as 23")
            }
            LengthRule::GraphemesAndBytes { graphemes, bytes } => {
                format!("at most {graphemes} characters and {bytes} bytes")
            }
        }
    }

    /// By how much `text` is too long, in words: `312 of 300 characters, 12 too many`. `None` if it fits.
    pub fn excess(self, text: &str) -> Option<String> {
        let over = |n: usize, limit: usize, what: &str| {
            (n > limit).then(|| format!("{n} of {limit} {what}, {} too many", n - limit))
        };
        match self {
            LengthRule::Unlimited => None,
            LengthRule::Fediverse { limit, link } => over(fediverse::count(text, link), limit, "characters"),
            LengthRule::Chars(limit) => over(text.chars().count(), limit, "characters"),
            LengthRule::Weighted(limit) => over(weighted::count(text), limit, "characters"),
            LengthRule::GraphemesAndBytes { graphemes, bytes } => {
                over(text.graphemes(true).count(), graphemes, "characters").or_else(|| over(text.len(), bytes, "bytes"))
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
