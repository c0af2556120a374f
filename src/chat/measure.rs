//! How long a text is, and its beginning that fits. Every chat counts in its own way.

use super::sanitise;
use crate::domain::{Span, Text};
use unicode_segmentation::UnicodeSegmentation;

/// What a piece of a text costs in markup besides its words, about, in bytes.
const OVERHEAD: usize = 60;

/// A name or another short text on one line, at most so many columns wide, and at most four bytes for each: a single
/// emoji of ten thousand joined parts is two columns wide.
pub fn short(text: &str, columns: usize) -> String {
    cut(&sanitise::name(text, columns), 4 * columns)
}

/// How JavaScript counts a text's length: two units for most emoji. The strictest reading of "characters".
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The beginning of a text that fits into so many units, with an ellipsis if something was left off.
pub fn clip(text: &str, limit: usize) -> String {
    head(text, limit, units)
}

/// The beginning of a text that takes so many bytes in JSON, with an ellipsis if something was left off.
pub fn cut(text: &str, limit: usize) -> String {
    head(text, limit, weight)
}

/// How many bytes a text takes inside a JSON string. What is escaped here is what serde escapes in safe text.
pub fn weight(text: &str) -> usize {
    text.len() + text.chars().filter(|c| matches!(c, '"' | '\\' | '\n')).count()
}

fn head(text: &str, limit: usize, measure: fn(&str) -> usize) -> String {
    if measure(text) <= limit {
        return text.to_owned();
    }
    let left = limit.saturating_sub(measure("…"));
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        used += measure(grapheme);
        if used > left {
            break;
        }
        out.push_str(grapheme);
    }
    if limit > 0 {
        out.push('…');
    }
    out
}

/// The beginning of a text that takes about so many bytes in JSON, and whether anything was left off.
pub fn shorten(text: &Text, limit: usize) -> (Text, bool) {
    let mut kept = Text::new();
    let mut left = limit;
    for span in &text.0 {
        let said = match span {
            Span::Plain(said) | Span::Bold(said) | Span::Code(said) | Span::Quote(said) => weight(said),
            Span::Link { label, url } => weight(label) + 2 * weight(url),
            Span::Time(_) => OVERHEAD,
            Span::Person(_) => 40,
            Span::Break => 2,
        };
        let cost = said + if matches!(span, Span::Plain(_) | Span::Break) { 0 } else { OVERHEAD };
        if cost <= left {
            left -= cost;
            kept.0.push(span.clone());
            continue;
        }
        let room = left.saturating_sub(OVERHEAD);
        kept.0.push(match span {
            Span::Plain(said) => Span::Plain(cut(said, left)),
            Span::Bold(said) if room > 0 => Span::Bold(cut(said, room)),
            Span::Code(said) if room > 0 => Span::Code(cut(said, room)),
            Span::Quote(said) if room > 0 => Span::Quote(cut(said, room)),
            _ => Span::Plain("…".to_owned()),
        });
        return (kept, true);
    }
    (kept, false)
}
