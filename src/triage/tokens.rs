//! A post as the classifier reads it: words, signs (emoji and emoticons) and stops.

use super::boundary::is_word;
use super::{fold, fold_keeping_case};
use std::collections::HashMap;

/// A piece of a post.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A word, folded, with runs of three and more equal letters cut to two.
    Word {
        /// The word.
        word: String,
        /// It was written in capitals.
        loud: bool,
    },
    /// An emoji or emoticon, with what it says.
    Sign(f32),
    /// Punctuation that ends a clause.
    Stop(char),
}

impl Token {
    /// The word, if it is one.
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Token::Word { word, .. } => Some(word),
            _ => None,
        }
    }
}

/// What emoji and emoticons say, by sign.
#[derive(Debug)]
pub(super) struct Signs {
    weights: HashMap<String, f32>,
    longest: usize,
}

impl Signs {
    /// Reads `weight: sign sign …` lines; the file is our own and tested.
    pub(super) fn parse(file: &str) -> Self {
        let mut weights = HashMap::new();
        for line in file.lines().filter(|l| !l.starts_with('#')) {
            if let Some((weight, signs)) = line.split_once(": ")
                && let Ok(weight) = weight.trim().parse::<f32>()
            {
                weights.extend(signs.split(' ').filter(|s| !s.is_empty()).map(|s| (fold_keeping_case(s), weight)));
            }
        }
        let longest = weights.keys().map(|s| s.chars().count()).max().unwrap_or(0);
        Self { weights, longest }
    }

    fn of(&self, sign: &str) -> Option<f32> {
        self.weights.get(sign).copied()
    }

    /// The emoticon at the end of a chunk (`great:)`) and what stands before it.
    fn at_end<'t>(&self, chunk: &'t str) -> Option<(&'t str, f32)> {
        let ends: Vec<usize> = chunk.char_indices().rev().take(self.longest).map(|(at, _)| at).collect();
        ends.into_iter().rev().find_map(|at| {
            let (before, sign) = chunk.split_at_checked(at)?;
            let weight = self.of(sign)?;
            // Letters and digits glued to letters are words ("XD" in "HDXD"), not faces.
            let own = before.is_empty() || (sign.chars().count() > 1 && !sign.starts_with(is_word));
            own.then_some((before, weight))
        })
    }
}

/// No opinion needs more than this, and hostile text may be huge. Chunks between blanks.
const MOST_CHUNKS: usize = 1500;
/// Longer than any word that people write. Bytes.
const LONGEST_CHUNK: usize = 400;

/// Takes a text apart. Links, handles and the marks of hashtags are left out.
pub(super) fn tokens(text: &str, signs: &Signs) -> Vec<Token> {
    let mut list = Vec::new();
    let plain = fold_keeping_case(&unescape(text));
    for chunk in plain.split(' ').take(MOST_CHUNKS) {
        if chunk.contains("://") || chunk.starts_with("www.") || chunk == "RT" || chunk.len() > LONGEST_CHUNK {
            continue;
        }
        if chunk.starts_with('@') {
            list.extend(chunk.chars().rev().take_while(|c| matches!(c, '?' | '!')).take(3).map(Token::Stop));
            continue;
        }
        if let Some(tag) = chunk.strip_prefix('#') {
            split(&camel(tag), signs, &mut list);
            continue;
        }
        let trimmed = chunk.trim_end_matches(['.', ',', '!', '?']);
        match signs.at_end(chunk).or_else(|| signs.at_end(trimmed)) {
            Some((before, weight)) => {
                split(before, signs, &mut list);
                list.push(Token::Sign(weight));
            }
            None => split(chunk, signs, &mut list),
        }
    }
    list
}

/// The words of a phrase, folded: how phrases of the word lists are read, so that they meet the text's tokens.
pub(super) fn words(phrase: &str) -> Vec<String> {
    let mut list = Vec::new();
    let none = Signs { weights: HashMap::new(), longest: 0 };
    for chunk in fold(phrase).split(' ') {
        split(chunk, &none, &mut list);
    }
    list.into_iter().filter_map(|t| if let Token::Word { word, .. } = t { Some(word) } else { None }).collect()
}

/// The same word with every run of a letter cut to one: what is left of `looove` if `loove` is not known.
pub(super) fn single_letters(word: &str) -> String {
    cut_runs(word, 1)
}

fn split(chunk: &str, signs: &Signs, list: &mut Vec<Token>) {
    let mut word = String::new();
    let mut chars = chunk.chars().peekable();
    while let Some(c) = chars.next() {
        let inner = matches!(c, '\'') || (matches!(c, '.' | ',') && word.ends_with(|w: char| w.is_ascii_digit()));
        if is_word(c) || (inner && !word.is_empty() && chars.peek().is_some_and(|n| n.is_alphanumeric())) {
            word.push(c);
            continue;
        }
        flush(&mut word, list);
        if let Some(weight) = signs.of(c.encode_utf8(&mut [0; 4])) {
            list.push(Token::Sign(weight));
        } else {
            match c {
                '؟' | '？' => list.push(Token::Stop('?')),
                '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '。' | '¡' | '¿' => list.push(Token::Stop(c)),
                _ => {}
            }
        }
    }
    flush(&mut word, list);
}

fn flush(word: &mut String, list: &mut Vec<Token>) {
    if word.is_empty() {
        return;
    }
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let loud = letters > 1 && word.chars().all(|c| !c.is_lowercase());
    list.push(Token::Word { word: cut_runs(&fold(word), 2), loud });
    word.clear();
}

fn cut_runs(word: &str, most: usize) -> String {
    let mut out = String::with_capacity(word.len());
    let (mut last, mut run) = ('\0', 0);
    for c in word.chars() {
        run = if c == last { run + 1 } else { 1 };
        last = c;
        if run <= most || c.is_numeric() {
            out.push(c);
        }
    }
    out
}

/// `NeverAgain` as `Never Again`.
fn camel(tag: &str) -> String {
    let mut out = String::with_capacity(tag.len() + 8);
    let mut last_lower = false;
    for c in tag.chars() {
        if last_lower && c.is_uppercase() {
            out.push(' ');
        }
        last_lower = c.is_lowercase();
        out.push(if c == '_' { ' ' } else { c });
    }
    out
}

/// Networks hand in plain text, but many feeds escape twice.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}
