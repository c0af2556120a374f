//! A post as the model reads it: normalised text, taken apart into tokens.

use super::super::neutral::STAND_IN;
use super::signs::{Signs, is_picture};
use crate::domain::{fold, fold_keeping_case};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word, folded, runs of three and more equal letters cut to two.
    Word,
    /// Anything made of digits; its text is always `0`.
    Number,
    /// A handle, or the brand; its text is always `@`.
    Name,
    /// A link; its text is always `/`.
    Link,
    /// A hashtag as a whole; its parts follow as words.
    Tag,
    /// An emoji or emoticon.
    Sign,
    /// A run of one punctuation mark, at most three.
    Mark,
}

/// A piece of a post.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// Its normal form.
    pub text: String,
    /// What it is.
    pub kind: Kind,
    /// A word in capitals.
    pub loud: bool,
    /// A word with a letter three times in a row.
    pub long: bool,
    /// What an emoji or emoticon says, -3 to 3.
    pub mood: f32,
    /// A word that turns the next ones round.
    pub negates: bool,
}

impl Token {
    fn new(text: &str, kind: Kind) -> Self {
        Self { text: text.to_owned(), kind, loud: false, long: false, mood: 0.0, negates: false }
    }

    /// The word, if it is one.
    pub(super) fn word(&self) -> Option<&str> {
        (self.kind == Kind::Word).then_some(self.text.as_str())
    }

    /// Whether it is a run of this mark.
    pub(super) fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark && self.text.starts_with(mark)
    }
}

/// No opinion needs more than this, and hostile text may be huge. Bytes before normalisation.
const LONGEST_TEXT: usize = 8_000;
/// The same in tokens.
pub(super) const MOST_TOKENS: usize = 400;
/// Longer than any word that people write. Characters.
const LONGEST_WORD: usize = 40;
/// Punctuation runs are cut to this.
const LONGEST_RUN: usize = 3;

/// Takes a text apart.
pub(super) fn tokens(text: &str, signs: &Signs) -> Vec<Token> {
    let end = text.floor_char_boundary(LONGEST_TEXT);
    let text = text.get(..end).unwrap_or(text);
    let plain = fold_keeping_case(&unescape(text));
    let mut list = Vec::with_capacity(plain.len() / 4);
    for chunk in plain.split(' ').filter(|c| !c.is_empty()) {
        if list.len() >= MOST_TOKENS {
            break;
        }
        self::chunk(chunk, signs, &mut list);
    }
    list.truncate(MOST_TOKENS);
    list
}

/// What stands between two blanks.
fn chunk(chunk: &str, signs: &Signs, list: &mut Vec<Token>) {
    let lower = chunk.to_ascii_lowercase();
    if lower == "rt" && list.is_empty() {
        return;
    }
    if lower.contains("://") || lower.starts_with("www.") || lower.starts_with("http") || lower.starts_with("pic.") {
        list.push(Token::new("/", Kind::Link));
        return;
    }
    if let Some((before, sign, after, mood)) = signs.emoticon(chunk) {
        pieces(before, signs, list);
        list.push(Token { mood, ..Token::new(sign, Kind::Sign) });
        pieces(after, signs, list);
        return;
    }
    pieces(chunk, signs, list);
}

/// Words, names, tags, pictures and punctuation that stick together.
fn pieces(chunk: &str, signs: &Signs, list: &mut Vec<Token>) {
    let mut rest = chunk;
    while let Some(c) = rest.chars().next() {
        let after = rest.strip_prefix(c).unwrap_or_default();
        let (token_end, kind) = match c {
            '@' | '#' if after.starts_with(is_inner) => {
                let name = after.find(|c| !is_inner(c)).unwrap_or(after.len());
                (1 + name, if c == '@' { Kind::Name } else { Kind::Tag })
            }
            c if is_inner(c) => (word_end(rest), Kind::Word),
            c if is_picture(c) => (c.len_utf8(), Kind::Sign),
            c => (rest.find(|d| d != c).unwrap_or(rest.len()), Kind::Mark),
        };
        let (token, left) = rest.split_at_checked(token_end).unwrap_or((rest, ""));
        rest = left;
        match kind {
            Kind::Name => list.push(Token::new("@", Kind::Name)),
            Kind::Tag => tag(token, list),
            Kind::Word => word(token, list),
            Kind::Sign => list.push(Token { mood: signs.mood(token), ..Token::new(token, Kind::Sign) }),
            _ => {
                let run: String = token.chars().take(LONGEST_RUN).collect();
                // Skin tones and stray selectors say nothing.
                if !token.starts_with(is_modifier) {
                    list.push(Token::new(&run, Kind::Mark));
                }
            }
        }
        if list.len() >= MOST_TOKENS {
            return;
        }
    }
}

fn is_inner(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Skin tones.
fn is_modifier(c: char) -> bool {
    ('\u{1F3FB}'..='\u{1F3FF}').contains(&c)
}

/// Where a word ends that begins a text: apostrophes and the points of numbers may stand inside it.
fn word_end(text: &str) -> usize {
    let mut last = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, n)| *n);
        let glued = match c {
            '\'' => next.is_some_and(char::is_alphabetic),
            '.' | ',' | ':' | '/' => last.is_ascii_digit() && next.is_some_and(|n| n.is_ascii_digit()),
            c => is_inner(c),
        };
        if !glued {
            return at;
        }
        last = c;
    }
    text.len()
}

/// A word, or a number.
fn word(written: &str, list: &mut Vec<Token>) {
    if written == STAND_IN || written == "Thisbrand's" {
        list.push(Token::new("@", Kind::Name));
        return;
    }
    if !written.contains(char::is_alphabetic) {
        let kind = if written.contains(|c: char| c.is_numeric()) { Kind::Number } else { Kind::Mark };
        list.push(Token::new(if kind == Kind::Number { "0" } else { "_" }, kind));
        return;
    }
    let short: String = written.chars().take(LONGEST_WORD).collect();
    let letters = short.chars().filter(|c| c.is_alphabetic()).count();
    let loud = letters > 1 && !short.contains(char::is_lowercase);
    let folded: String = fold(&short).chars().map(|c| if c.is_numeric() { '0' } else { c }).collect();
    let cut = cut_runs(&folded, 2);
    let long = cut.len() < folded.len();
    list.push(Token { loud, long, negates: negates(&cut), ..Token::new(&cut, Kind::Word) });
}

/// A hashtag as a whole, then the words in it: `#NeverAgain`.
fn tag(written: &str, list: &mut Vec<Token>) {
    let whole: String = fold(written).chars().take(LONGEST_WORD).collect();
    list.push(Token::new(&whole, Kind::Tag));
    let mut part = String::new();
    let mut previous = ' ';
    for c in written.chars().skip(1).take(LONGEST_WORD) {
        let new = (previous.is_lowercase() && c.is_uppercase())
            || (previous.is_numeric() != c.is_numeric() && previous != ' ')
            || c == '_';
        if new && !part.is_empty() {
            word(&part, list);
            part.clear();
        }
        if c != '_' {
            part.push(c);
        }
        previous = c;
    }
    if !part.is_empty() {
        word(&part, list);
    }
}

/// Every run of a letter cut to `most`.
pub(super) fn cut_runs(word: &str, most: usize) -> String {
    let mut out = String::with_capacity(word.len());
    let (mut last, mut run) = ('\0', 0);
    for c in word.chars() {
        run = if c == last { run + 1 } else { 1 };
        last = c;
        if run <= most {
            out.push(c);
        }
    }
    out
}

/// Networks hand in plain text, but many feeds escape, some twice.
fn unescape(text: &str) -> String {
    let mut now = text.to_owned();
    for _ in 0..2 {
        if !now.contains('&') {
            break;
        }
        now = now.replace("&amp;", "&");
        for (name, plain) in ENTITIES {
            now = now.replace(name, plain);
        }
    }
    now
}

const ENTITIES: [(&str, &str); 10] = [
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&#039;", "'"),
    ("&apos;", "'"),
    ("&rsquo;", "'"),
    ("&hellip;", "..."),
    ("&nbsp;", " "),
];

/// Words that turn the next ones round; those that end in `n't` do as well.
const NEGATIONS: [&str; 27] = [
    "no", "not", "never", "none", "nobody", "nothing", "neither", "nor", "nowhere", "without", "hardly", "barely",
    "cannot", "cant", "dont", "doesnt", "didnt", "wont", "wouldnt", "couldnt", "shouldnt", "isnt", "wasnt", "arent",
    "havent", "hasnt", "aint",
];

/// Whether a word turns the next ones round.
fn negates(word: &str) -> bool {
    word.ends_with("n't") || NEGATIONS.contains(&word)
}
