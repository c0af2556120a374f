//! Weighted characters, as X counts a post (docs.x.com/fundamentals/counting-characters): composed form, 1 for most
//! alphabets and punctuation, 2 for everything else, 2 for an emoji however it is put together, 23 for a link. Where it is
//! not certain what X makes of a text, the larger count is taken: a reply that passes here is never too long there.

use super::links::{self, Link};
use icu_normalizer::ComposingNormalizerBorrowed;
use unicode_segmentation::UnicodeSegmentation;

/// What a link counts, however long it is.
const LINK: usize = 23;
/// What an emoji counts.
const EMOJI: usize = 2;
/// Emoji of later versions of Unicode than this may be unknown to X: then their parts are counted.
const UNICODE: u32 = 13;

/// The weighted length of a text. Handles in it count like everything else: X does not count those that it puts in front
/// of a reply by itself, and those are not in the text.
pub(super) fn count(text: &str) -> usize {
    let text = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    let mut total = 0;
    let mut rest: &str = &text;
    let mut before = None;
    while let Some(at) = links::next(rest, before) {
        let (ahead, tail) = rest.split_at_checked(at.start).unwrap_or((rest, ""));
        let (link, after) = tail.split_at_checked(at.length).unwrap_or((tail, ""));
        total += plain(ahead) + of_link(link, &at);
        before = link.chars().last();
        rest = after;
    }
    total + plain(rest)
}

fn of_link(text: &str, link: &Link) -> usize {
    if link.sure { LINK } else { LINK.max(plain(text)) + link.foreign }
}

/// A text without links.
fn plain(text: &str) -> usize {
    text.graphemes(true).map(grapheme).sum()
}

fn grapheme(text: &str) -> usize {
    let parts = text.chars().map(weight).sum();
    match emojis::get(text) {
        Some(emoji) if emoji.unicode_version().major() <= UNICODE && emoji.as_str() == text => EMOJI,
        Some(_) => EMOJI.max(parts),
        None => parts,
    }
}

/// The weight of one character, by the table that the documentation refers to (version 3 of X's configuration).
fn weight(c: char) -> usize {
    match u32::from(c) {
        0..=4_351 | 8_192..=8_205 | 8_208..=8_223 | 8_242..=8_247 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn the_examples_of_the_documentation() {
        for (text, weight) in [
            ("Hello, world! 👋", 16),
            ("👾", 2),
            ("🙋🏽", 2),
            ("👨‍🎤", 2),
            ("👨‍👩‍👧‍👦", 2),
            ("https://example.com", 23),
            ("https://example.com/very/long/path/that/goes/on/and/on", 23),
            ("cafe\u{301}", 4),
            ("日本語", 6),
        ] {
            assert_eq!(count(text), weight, "{text}");
        }
    }

    #[test]
    fn links_in_their_surroundings() {
        for (text, weight) in [
            ("see https://acme.example.com/a?b=c&d=e#f.", 28),
            ("(https://acme.com/help)", 25),
            ("https://acme.com, http://acme.de", 48),
            ("acme.com", 23),
            ("acme.co", 23),
            ("me@acme.com", 11),
            ("great.Thanks", 23),
            ("日本語acme.comです", 33),
            ("v1.2.3", 6),
            ("ACME.COM/HELP", 23),
            ("a.com.", 24),
        ] {
            assert_eq!(count(text), weight, "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_counts_as_the_longer() {
        let long = format!("https://acme.nosuchend/{}", "x".repeat(100));
        assert_eq!(count(&long), long.len());
        assert_eq!(count("acme.nosuchend/x"), 23);
        assert_eq!(count("https://acme.nosuchend"), 23);
        assert_eq!(count("https://t.co/abc"), 23);
        // A newer emoji may be unknown there.
        assert_eq!(count("🐦‍🔥"), 5);
    }
}
