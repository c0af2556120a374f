//! Text from outside, made safe to show on a terminal.
//!
//! A terminal obeys what it is sent, so nothing that it could obey gets through: control characters (C0, DEL and C1, of
//! which ESC, BEL and U+009B begin commands: ECMA-48) are shown as pictures; characters that reorder, hide or tag the
//! text around them (Unicode TR 36 §2, Trojan Source) are left out; combining marks are limited. All functions are
//! idempotent: what is safe stays as it is.

use std::iter::Peekable;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
use url::Url;

/// Most zero-width marks on one base character: enough for every living script.
const MARKS: usize = 4;

/// A text of several lines: line feeds stay, but never more than one blank line in a row.
pub fn block(text: &str) -> String {
    clean(text, true)
}

/// A text on one line: line feeds become spaces.
pub fn line(text: &str) -> String {
    clean(text, false)
}

/// A name on one line: runs of spaces become one, and it is at most `columns` columns wide.
pub fn name(text: &str, columns: usize) -> String {
    let flat = line(text);
    let flat = flat.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
    fit(&flat, columns)
}

/// The beginning of a text that fits into so many columns, with an ellipsis if something was left off.
pub fn fit(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut head = String::new();
    for grapheme in text.graphemes(true) {
        if head.width() + grapheme.width() + 1 > columns {
            break;
        }
        head.push_str(grapheme);
    }
    head.push('…');
    head
}

/// The address of a link as it may be shown: only http and https, as ASCII (a look-alike domain shows its `xn--` form),
/// without a user name that could pass for a host. `None` for anything else.
pub fn address(url: &str) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return None;
    }
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    // The path may hold non-ASCII only in percent-encoded form; this holds for every Url that was parsed.
    Some(line(url.as_str()))
}

/// True for a code point that must never reach a terminal inside outside text, in whatever context. Line feeds are
/// judged by the caller.
pub fn is_forbidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{9}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'          // C0 but line feed, DEL, C1
        | '\u{ad}' | '\u{34f}' | '\u{61c}'                                  // soft hyphen, grapheme joiner, Arabic mark
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'                 // Hangul fillers: wide and invisible
        | '\u{17b4}' | '\u{17b5}'                                           // invisible Khmer vowels
        | '\u{180b}'..='\u{180f}'                                           // Mongolian selectors
        | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}'                 // zero-width, left-to-right, right-to-left
        | '\u{2028}'..='\u{202e}'                                           // separators, embeddings, overrides
        | '\u{2060}'..='\u{206f}'                                           // invisible operators, isolates
        | '\u{fe00}'..='\u{fe0d}'                                           // selectors other than text and emoji
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}'                              // byte-order mark, interlinear
        | '\u{1d173}'..='\u{1d17a}'                                         // invisible musical controls
        | '\u{e0000}'..='\u{e0fff}')                                        // tags, more selectors
        || (u32::from(c) & 0xfffe) == 0xfffe // not characters
}

fn clean(text: &str, keep_lines: bool) -> String {
    let mut out = Cleaned { text: String::with_capacity(text.len()), last: None, before: None, marks: 0, feeds: 0 };
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                if c == '\r' && chars.peek() == Some(&'\n') {
                    continue;
                }
                out.feed(keep_lines);
            }
            '\t' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => out.push(' '),
            '\u{200d}' => out.joiner(&mut chars),
            '\u{fe0e}' | '\u{fe0f}' => out.selector(c),
            '\0'..='\u{1f}' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
            '\u{7f}' => out.push('\u{2421}'),
            '\u{80}'..='\u{9f}' => out.push('\u{fffd}'),
            c if (u32::from(c) & 0xfffe) == 0xfffe => out.push('\u{fffd}'),
            c if is_forbidden(c) => {}
            c if c.width().unwrap_or(0) == 0 => out.mark(c),
            c => out.push(c),
        }
    }
    out.text
}

/// What has been let through so far.
struct Cleaned {
    text: String,
    last: Option<char>,
    before: Option<char>,
    marks: usize,
    feeds: usize,
}

impl Cleaned {
    fn keep(&mut self, c: char) {
        self.text.push(c);
        self.before = self.last;
        self.last = Some(c);
        self.feeds = 0;
    }

    fn push(&mut self, c: char) {
        self.keep(c);
        self.marks = 0;
    }

    fn mark(&mut self, c: char) {
        if self.marks < MARKS {
            self.keep(c);
            self.marks += 1;
        }
    }

    fn feed(&mut self, keep_lines: bool) {
        if !keep_lines {
            return self.push(' ');
        }
        if self.feeds < 2 {
            let feeds = self.feeds + 1;
            self.push('\n');
            self.feeds = feeds;
        }
    }

    /// A joiner stays only between two pictures, where it makes one emoji of them.
    fn joiner(&mut self, rest: &mut Peekable<std::str::Chars<'_>>) {
        let base = if self.last == Some('\u{fe0f}') { self.before } else { self.last };
        if base.is_some_and(is_picture) && rest.peek().copied().is_some_and(is_picture) {
            self.keep('\u{200d}');
        }
    }

    /// A selector stays only right after something that has two looks.
    fn selector(&mut self, c: char) {
        if self.last.is_some_and(|l| is_picture(l) || matches!(l, '0'..='9' | '#' | '*')) {
            self.keep(c);
        }
    }
}

/// Pictographs and the arrows and symbols that become emoji; generous, for it only decides about joiners.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}'
        | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}
