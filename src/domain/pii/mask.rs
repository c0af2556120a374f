//! The same text without its personal data.

use super::{Patterns, PiiHit, find_with};

/// A piece of text that still shows something new after so many looks is left out as a whole.
const LOOKS: usize = 6;

/// A text with personal data masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The text: what was found is replaced by its kind in brackets, such as `[card]`.
    pub text: String,
    /// So much was masked.
    pub count: usize,
}

/// Masks what looks like personal data. Masking again changes nothing.
pub fn mask(text: &str, own: &Patterns) -> Masked {
    let mut masked = Masked { text: String::with_capacity(text.len()), count: 0 };
    // What is masked already stays, and is no part of what stands beside it.
    let mut rest = text;
    while let Some((before, mark, after)) = next_mark(rest, own) {
        add(&mut masked, before, own, LOOKS);
        masked.text.push_str(mark);
        rest = after;
    }
    add(&mut masked, rest, own, LOOKS);
    masked
}

/// The first mark in a text, with what stands before and after it.
fn next_mark<'t>(text: &'t str, own: &Patterns) -> Option<(&'t str, &'t str, &'t str)> {
    let mut from = 0;
    loop {
        let open = from + text.get(from..)?.find('[')?;
        let close = open + text.get(open..)?.char_indices().take(80).find(|(_, c)| *c == ']').map_or(0, |(i, _)| i + 1);
        if close > open && is_mark(text.get(open + 1..close - 1)?, own) {
            return Some((text.get(..open)?, text.get(open..close)?, text.get(close..)?));
        }
        from = open + 1;
    }
}

const LEFT_OUT: &str = "left out";

fn is_mark(word: &str, own: &Patterns) -> bool {
    use super::PiiKind::{Card, Email, Iban, Ip, Order, Phone, Ssn};
    [Card, Email, Iban, Ip, Order, Phone, Ssn].iter().any(|kind| kind.mark() == word)
        || word == LEFT_OUT
        || own.names().any(|name| name == word)
}

/// Adds a piece of text that has no mark in it. What is left between the hits is looked at again, since a number may
/// only be seen once its neighbour is gone.
fn add(masked: &mut Masked, piece: &str, own: &Patterns, looks: usize) {
    let hits = find_with(piece, own);
    if hits.is_empty() {
        masked.text.push_str(piece);
        return;
    }
    masked.count += hits.len();
    if looks == 0 {
        put(masked, LEFT_OUT);
        return;
    }
    let mut from = 0;
    for PiiHit { kind, start, end, .. } in &hits {
        add(masked, piece.get(from..*start).unwrap_or_default(), own, looks - 1);
        put(masked, kind.mark());
        from = *end;
    }
    add(masked, piece.get(from..).unwrap_or_default(), own, looks - 1);
}

fn put(masked: &mut Masked, mark: &str) {
    masked.text.push('[');
    masked.text.push_str(mark);
    masked.text.push(']');
}
