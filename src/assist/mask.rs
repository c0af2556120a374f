//! Takes out of a text what the assistant must not see: personal data by the rules that masks have elsewhere, names, and then
//! whatever has so many digits, an at sign or an address, whether or not it is anybody's. One mistake too many is better
//! here than one too few.

use crate::domain::pii::{Patterns, mask};

/// A word with so many digits is a number of somebody's.
const DIGITS: usize = 5;
/// So are several words of digits that have so many together.
const TOGETHER: usize = 7;
/// A shorter part of a name is too common a word to be taken out.
const PART: usize = 3;

/// What is taken out besides what can be recognised by its form: names.
#[derive(Clone, Debug, Default)]
pub struct Mask {
    names: Vec<String>,
    own: Patterns,
}

impl Mask {
    /// One that takes out the workspace's own order and tracking numbers as well.
    pub fn of(own: &Patterns) -> Mask {
        Mask { own: own.clone(), ..Mask::default() }
    }

    /// One that takes out these names and handles as well.
    #[must_use]
    pub fn with<S: AsRef<str>>(&self, names: &[S]) -> Mask {
        let more = names.iter().map(|name| name.as_ref().trim().trim_start_matches('@').to_owned());
        let more = more.filter(|name| name.chars().any(char::is_alphanumeric));
        Mask { names: self.names.iter().cloned().chain(more).collect(), own: self.own.clone() }
    }

    /// The text without handles, addresses, links, long numbers, personal data that has a form, and the names.
    pub fn masked(&self, text: &str) -> String {
        let text = self.nameless(&mask(text, &self.own).text);
        let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
        let mut out = String::with_capacity(text.len());
        let mut i = 0;
        while let Some(chunk) = words.get(i) {
            let run = run(words.get(i..).unwrap_or_default());
            if run > 0 {
                out.push_str("[number]");
                let last = words.get(i + run - 1).copied().unwrap_or_default();
                out.push_str(after(last));
                i += run;
                continue;
            }
            let word = chunk.trim_end_matches(char::is_whitespace);
            match stands_for(word) {
                Some(sign) => {
                    out.push_str(sign);
                    out.push_str(after(chunk));
                }
                None => out.push_str(chunk),
            }
            i += 1;
        }
        out
    }

    fn nameless(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for name in &self.names {
            text = without(&text, name, false);
            for part in name.split_whitespace().filter(|part| part.chars().count() >= PART) {
                text = without(&text, part, true);
            }
        }
        text
    }
}

/// The white space at the end of a word, and what ends a sentence before it.
fn after(chunk: &str) -> &str {
    let kept =
        chunk.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | '!' | '?' | ';' | ')' | '"'));
    chunk.strip_prefix(kept).unwrap_or_default()
}

fn digits(word: &str) -> usize {
    word.chars().filter(|c| c.is_numeric()).count()
}

/// What stands in place of a word; `None` for one that may stay.
fn stands_for(word: &str) -> Option<&'static str> {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | '＠' | '#' | '+'));
    let bare_at = bare.replace('＠', "@");
    let bare = bare_at.as_str();
    let dotted = bare.split('.').filter(|part| !part.is_empty()).count() > 1;
    if bare.contains("://")
        || bare.to_lowercase().starts_with("www.")
        || (dotted && bare.contains('/') && !is_date(bare))
    {
        return Some("[link]");
    }
    if bare.starts_with('@') && bare.chars().count() > 1 {
        return Some("[handle]");
    }
    if bare.chars().next_back().is_some_and(char::is_alphanumeric) && bare.contains('@') {
        return Some("[e-mail]");
    }
    (digits(bare) >= DIGITS && !is_date(bare)).then_some("[number]")
}

/// How many of these words, from the first on, are one number that is written in groups; 0 if none.
fn run(words: &[&str]) -> usize {
    let group = |word: &&&str| {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        let plain = word.trim_matches(|c: char| c.is_whitespace() || matches!(c, '!' | '?' | ';' | '"' | '\'' | '*'));
        let digits = digits(plain);
        let fits = plain.chars().all(|c| c.is_alphanumeric() || "+-–./()#,:".contains(c));
        digits > 0 && letters <= digits && fits && !is_date(plain)
    };
    let run = words.iter().take_while(group).count();
    let all: usize = words.iter().take(run).map(|word| digits(word)).sum();
    if run > 1 && all >= TOGETHER { run } else { 0 }
}

/// A date such as 12.05.2026 or 2026-05-12.
fn is_date(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let parts: Vec<&str> = word.split(['.', '/', '-']).collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let numbers = parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    numbers && matches!(lengths.as_slice(), [1 | 2, 1 | 2, 2 | 4] | [4, 1 | 2, 1 | 2])
}

/// The text without a name where it stands as a word of its own.
fn without(text: &str, name: &str, same_case: bool) -> String {
    let (text, name): (Vec<char>, Vec<char>) = (text.chars().collect(), name.chars().collect());
    let same = |a: &char, b: &char| a == b || (!same_case && a.to_lowercase().eq(b.to_lowercase()));
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while let Some(c) = text.get(i) {
        let rest = text.get(i..).unwrap_or_default();
        let begins = i == 0 || text.get(i - 1).is_none_or(|c| !c.is_alphanumeric());
        let there = begins && rest.len() >= name.len() && rest.iter().zip(&name).all(|(a, b)| same(a, b));
        if there && rest.get(name.len()).is_none_or(|c| !c.is_alphanumeric()) {
            out.push_str("[name]");
            i += name.len();
        } else {
            out.push(*c);
            i += 1;
        }
    }
    out
}
