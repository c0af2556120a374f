//! A text as characters that know where they stand in it: digits of other forms as ASCII digits, dashes and blanks as one
//! of each, invisible characters left out. A card number is one however it is written.

/// A character of the folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glyph {
    /// The character, folded.
    pub c: char,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// The folded characters of a text.
pub(super) fn glyphs(text: &str) -> Vec<Glyph> {
    let placed = text.char_indices().map(|(start, c)| (c, start, start + c.len_utf8()));
    placed.filter(|(c, ..)| !invisible(*c)).map(|(c, start, end)| Glyph { c: folded(c), start, end }).collect()
}

fn invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{20E3}' | '\u{FEFF}' | '\u{00AD}')
}

/// The zeros of the digits that people write numbers with.
const ZEROS: [u32; 6] = [0xFF10, 0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50];

fn folded(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let code = u32::from(c);
    let digit = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|d| *d < 10));
    match (digit.and_then(|d| char::from_digit(d, 10)), c) {
        (Some(digit), _) => digit,
        (None, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}' | '\u{30FC}') => '-',
        (None, '\u{FF20}') => '@',
        (None, '\u{FF0B}') => '+',
        (None, '\u{FF08}') => '(',
        (None, '\u{FF09}') => ')',
        (None, '\u{FF0E}' | '\u{3002}' | '\u{FF61}') => '.',
        (None, '\u{FF0F}') => '/',
        (None, '\u{FF1A}') => ':',
        (None, '\u{FF03}') => '#',
        (None, '\u{00B7}' | '\u{2022}' | '\u{2027}' | '\u{30FB}') => '·',
        (None, '\u{2028}' | '\u{2029}' | '\u{0085}') => '\n',
        (None, c) if c.is_whitespace() => ' ',
        (None, c) => c,
    }
}

/// Letters of scripts that put no space between words: beside them a number may begin or end.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1100}'..='\u{11FF}' | '\u{1780}'..='\u{17FF}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{3100}'..='\u{318F}' | '\u{3400}'..='\u{9FFF}'
        | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FFDC}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// Part of a word, so that what stands beside it is only a piece of something longer.
pub(super) fn glued(c: char) -> bool {
    (c.is_alphanumeric() || c == '_') && !is_unspaced(c)
}

/// The folded text, and how to look around in it.
#[derive(Clone, Copy)]
pub(super) struct Looked<'t> {
    /// Its characters.
    pub all: &'t [Glyph],
}

impl Looked<'_> {
    /// The character at an index; a blank beyond the ends.
    pub fn at(&self, i: usize) -> char {
        self.all.get(i).map_or(' ', |g| g.c)
    }
    /// The character before an index; a blank before the first.
    pub fn before(&self, i: usize) -> char {
        i.checked_sub(1).map_or(' ', |i| self.at(i))
    }
    /// The character two before an index.
    pub fn second_before(&self, i: usize) -> char {
        i.checked_sub(2).map_or(' ', |i| self.at(i))
    }
    /// The characters between two indexes.
    pub fn between(&self, from: usize, to: usize) -> impl DoubleEndedIterator<Item = char> + Clone + '_ {
        self.all.get(from..to).unwrap_or_default().iter().map(|g| g.c)
    }
    /// The same as a string.
    pub fn said(&self, from: usize, to: usize) -> String {
        self.between(from, to).collect()
    }
    /// The last few words before an index, the nearest first, in lower case and without what is not alphanumeric. Looks
    /// back over at most 60 characters, and not over the end of a line.
    pub fn words_before(&self, i: usize, most: usize) -> Vec<String> {
        let mut words = Vec::new();
        let mut word: Vec<char> = Vec::new();
        for c in self.between(i.saturating_sub(60), i).rev().chain([' ']) {
            if c.is_alphanumeric() {
                word.push(c);
            } else {
                if !word.is_empty() {
                    words.push(word.drain(..).rev().flat_map(char::to_lowercase).collect());
                }
                if words.len() >= most || c == '\n' {
                    break;
                }
            }
        }
        words
    }
    /// The next word after an index, in lower case.
    pub fn word_after(&self, i: usize) -> String {
        let rest = self.between(i, self.all.len().min(i + 30));
        let rest = rest.skip_while(|c| matches!(c, ' ' | '-' | '(' | '+'));
        rest.take_while(|c| c.is_alphanumeric() || matches!(c, '%' | '€' | '$' | '£' | '¥' | '°'))
            .flat_map(char::to_lowercase)
            .collect()
    }
}
