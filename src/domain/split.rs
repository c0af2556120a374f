//! A long text as a numbered thread: several posts, one below the other. Only on purpose.

use super::LengthRule;
use unicode_segmentation::UnicodeSegmentation;

/// More posts than this are no answer any more.
pub const MOST_PARTS: usize = 12;
/// A post ends after a sentence if that leaves it at least so full, in hundredths.
const FULL: usize = 55;

/// The text in parts that each fit, with ` (1/3)` at the end of each. Between words, after a sentence where one ends late
/// enough; a word that fits no part is cut between graphemes, an address never. `None` if one post is enough, if it would
/// be more than [`MOST_PARTS`], or if it cannot be done.
pub fn split(text: &str, rule: LengthRule) -> Option<Vec<String>> {
    let text = text.trim();
    if rule.fits(text) {
        return None;
    }
    let mut count = 2;
    while count <= MOST_PARTS {
        let parts = fill(text, rule, count)?;
        if parts.len() <= count {
            let all = parts.len();
            return Some(parts.iter().enumerate().map(|(i, part)| format!("{part}{}", suffix(i + 1, all))).collect());
        }
        count = parts.len();
    }
    None
}

fn suffix(number: usize, all: usize) -> String {
    format!(" ({number}/{all})")
}

/// The parts without their numbers, if there are about so many of them.
fn fill(text: &str, rule: LengthRule, all: usize) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        // No number is longer than the last one.
        let tail = suffix(all.max(parts.len() + 1), all);
        let end = part(rest, |begin| rule.fits(&format!("{begin}{tail}")))?;
        let (begin, next) = rest.split_at_checked(end)?;
        parts.push(begin.trim_end().to_owned());
        rest = next.trim_start();
        if parts.len() > MOST_PARTS {
            break;
        }
    }
    Some(parts)
}

/// Where the first part of the text ends, as a byte that begins a character.
fn part(text: &str, fits: impl Fn(&str) -> bool) -> Option<usize> {
    let begin = |end: usize| text.get(..end).unwrap_or_default();
    let mut ends: Vec<usize> = Vec::new();
    for end in word_ends(text) {
        if !fits(begin(end)) {
            break;
        }
        ends.push(end);
    }
    let Some(last) = ends.last().copied() else { return within_a_word(text, fits) };
    if last == text.trim_end().len() {
        return Some(last);
    }
    let length = |end: usize| begin(end).chars().count();
    let full = length(last) * FULL / 100;
    let ended = |end: &&usize| ends_a_sentence(begin(**end), text.get(**end..).unwrap_or_default());
    let sentence = ends.iter().rev().find(ended).filter(|end| length(**end) >= full);
    Some(sentence.copied().unwrap_or(last))
}

/// Where words end.
fn word_ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    let mut before = ' ';
    let inner = text.char_indices().filter_map(move |(at, c)| {
        let end = c.is_whitespace() && !before.is_whitespace();
        before = c;
        end.then_some(at)
    });
    inner.chain(std::iter::once(text.trim_end().len()))
}

fn ends_a_sentence(begin: &str, rest: &str) -> bool {
    let closed = begin.trim_end_matches(['"', '\'', ')', ']', '”', '’', '»']);
    let paragraph = rest.chars().take_while(|c| c.is_whitespace()).any(|c| c == '\n');
    paragraph || closed.ends_with(['.', '!', '?', '…', '。', '！', '？'])
}

/// For a word that is longer than a post: as much of it as fits.
fn within_a_word(text: &str, fits: impl Fn(&str) -> bool) -> Option<usize> {
    let word = text.split_whitespace().next()?;
    if word.contains("://") {
        return None;
    }
    let ends = word.grapheme_indices(true).map(|(at, grapheme)| at + grapheme.len());
    let mut best = None;
    for end in ends {
        if !fits(text.get(..end)?) {
            break;
        }
        best = Some(end);
    }
    best
}
