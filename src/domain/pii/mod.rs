//! Personal data, found by shape and check digits, without knowing anybody: e-mail addresses, payment cards, bank
//! accounts, telephone numbers, IP addresses, US social security numbers, order and tracking numbers, and what the
//! workspace itself has patterns for. Names, postal addresses and dates of birth are out of reach of rules.
//!
//! Every hit says whether it is sure. What is only likely is masked, since a number too many hidden on a card costs a
//! click, but it stops no reply: a warning that is always there is read by nobody.

mod email;
mod glyphs;
mod iban;
mod ip;
mod mask;
mod numbers;
mod orders;
mod own;
mod phone;
mod shapes;
mod words;

pub use mask::{Masked, mask};
pub use own::{Pattern, Patterns};

use glyphs::{Looked, glyphs};
use std::borrow::Cow;
use std::sync::Arc;

/// What sort of personal data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PiiKind {
    /// A payment card: 12 to 19 digits with a valid Luhn check digit, as its issuer writes them.
    Card,
    /// An account: an IBAN with valid check digits (ISO 13616, mod 97).
    Iban,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// An IP address, version 4 or 6.
    Ip,
    /// A social security number of the United States.
    Ssn,
    /// An order or tracking number.
    Order,
    /// What a pattern of the workspace found, by the pattern's name.
    Own(Arc<str>),
}

impl PiiKind {
    /// In words, with its article.
    pub fn words(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            PiiKind::Card => "a card number",
            PiiKind::Iban => "a bank account number",
            PiiKind::Email => "an e-mail address",
            PiiKind::Phone => "a phone number",
            PiiKind::Ip => "an IP address",
            PiiKind::Ssn => "a social security number",
            PiiKind::Order => "an order or tracking number",
            PiiKind::Own(name) => {
                let article = if name.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
                return Cow::Owned(format!("{article} {name}"));
            }
        })
    }

    /// What stands in its place where it is masked, without the brackets.
    pub fn mark(&self) -> &str {
        match self {
            PiiKind::Card => "card",
            PiiKind::Iban => "bank account",
            PiiKind::Email => "e-mail",
            PiiKind::Phone => "phone",
            PiiKind::Ip => "IP address",
            PiiKind::Ssn => "social security number",
            PiiKind::Order => "order number",
            PiiKind::Own(name) => name,
        }
    }
}

/// Something that looks like personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PiiHit {
    /// What sort.
    pub kind: PiiKind,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The text that looks so, folded: plain digits, without invisible characters.
    pub text: String,
    /// Its check digits, its shape or the words before it leave little doubt. Otherwise it is only likely.
    pub sure: bool,
}

/// Finds personal data in a text, in the order of the text; no hit overlaps another.
pub fn find(text: &str) -> Vec<PiiHit> {
    find_with(text, &Patterns::none())
}

/// The same, and what the workspace has patterns for.
pub fn find_with(text: &str, own: &Patterns) -> Vec<PiiHit> {
    let all = glyphs(text);
    let mut finder = Finder { seen: Looked { all: &all }, taken: vec![false; all.len()], hits: Vec::new() };
    own::find(&mut finder, text, own);
    email::find(&mut finder);
    iban::find(&mut finder);
    ip::find_v6(&mut finder);
    let links = words::links(&finder.seen);
    orders::find_shapes(&mut finder, &links);
    let runs = numbers::runs(&finder.seen, &links);
    numbers::find_exact(&mut finder, &runs);
    orders::find_named(&mut finder, &links);
    phone::find(&mut finder, &runs);
    finder.hits.sort_by_key(|hit| hit.start);
    finder.hits
}

/// What was found so far, and where.
struct Finder<'t> {
    seen: Looked<'t>,
    /// By glyph: part of a hit already.
    taken: Vec<bool>,
    hits: Vec<PiiHit>,
}

impl Finder<'_> {
    /// None of these glyphs is part of a hit.
    fn free(&self, from: usize, to: usize) -> bool {
        self.taken.get(from..to).is_some_and(|taken| !taken.contains(&true))
    }

    /// Adds a hit over these glyphs, unless one is taken.
    fn hit(&mut self, kind: PiiKind, from: usize, to: usize, sure: bool) -> bool {
        let glyphs = self.seen.all;
        let (Some(first), Some(last)) = (glyphs.get(from), to.checked_sub(1).and_then(|i| glyphs.get(i))) else {
            return false;
        };
        if from >= to || !self.free(from, to) {
            return false;
        }
        let Some(taken) = self.taken.get_mut(from..to) else { return false };
        taken.fill(true);
        let (start, end) = (first.start, last.end);
        self.hits.push(PiiHit { kind, start, end, text: self.seen.said(from, to), sure });
        true
    }
}
