//! What of the stream matters, without reading most of it: nearly all messages are likes and follows, and nearly all posts
//! name no brand. Only what may matter is read as JSON; whatever looks unusual is, too.

use super::post::{POSTS, at, calls, extras, of, text};
use crate::domain::{Extra, ExtraKind};
use crate::networks::plain;
use serde_json::Value;
use std::borrow::Cow;

/// Whether a text matters.
pub type Wanted<'w> = &'w dyn Fn(&str) -> bool;

/// What a message comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sifted {
    /// When the stream brought it, in microseconds since 1970; `None` if it does not say.
    pub at: Option<i64>,
    /// The whole message, if it is a new post that matters.
    pub post: Option<Value>,
}

/// Bytes of a text that is looked at as it came; longer ones are read with everything else.
const LONGEST: usize = 2_000;
/// Whether what stands under a name is searched; what has no name of its own is searched anyway.
fn is_searched(name: &str) -> bool {
    matches!(name, "text" | "uri" | "tag" | "title" | "description" | "alt")
}

/// Sifts a message. `me` is the account that watches: what calls or answers it matters, whatever it says.
///
/// The same as [`sift_plainly`] for every message whose objects have no name twice.
pub fn sift(message: &str, me: Option<&str>, wanted: Wanted<'_>) -> Sifted {
    match head(message) {
        Some(Head { at, created: None }) => Sifted { at: Some(at), post: None },
        Some(Head { at, created: Some(rest) }) if may_matter(rest, me, wanted) == Some(false) => {
            Sifted { at: Some(at), post: None }
        }
        _ => sift_plainly(message, me, wanted),
    }
}

/// The same by reading all of the message.
pub fn sift_plainly(message: &str, me: Option<&str>, wanted: Wanted<'_>) -> Sifted {
    let Ok(read) = serde_json::from_str::<Value>(message) else { return Sifted::default() };
    let at = read.get("time_us").and_then(Value::as_i64);
    let created =
        self::at(&read, "/commit/operation") == Some("create") && self::at(&read, "/commit/collection") == Some(POSTS);
    let record = read.pointer("/commit/record").filter(|record| created && record.is_object());
    let matters = record.is_some_and(|record| matters(record, me, wanted));
    Sifted { at, post: matters.then_some(read) }
}

fn matters(record: &Value, me: Option<&str>, wanted: Wanted<'_>) -> bool {
    let to_us = |me| calls(record, me) || self::at(record, "/reply/parent/uri").is_some_and(|uri| of(uri, me));
    wanted(&text(record))
        || extras(record).iter().map(Extra::searched).any(|extra| wanted(&extra))
        || me.is_some_and(to_us)
}

/// The beginning of a message, as the stream writes it.
struct Head<'m> {
    at: i64,
    /// What follows, if it is about a new post.
    created: Option<&'m str>,
}

/// Reads the beginning; `None` if it is not just as expected.
fn head(message: &str) -> Option<Head<'_>> {
    let (_, rest) = quoted(message.strip_prefix("{\"did\":\"")?)?;
    let rest = rest.strip_prefix(",\"time_us\":")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at_checked(digits)?;
    let at = number.parse().ok().filter(|_| !number.starts_with('0'))?;
    let (_, rest) = quoted(rest.strip_prefix(",\"kind\":\"commit\",\"commit\":{\"rev\":\"")?)?;
    let (operation, rest) = quoted(rest.strip_prefix(",\"operation\":\"")?)?;
    let (collection, rest) = quoted(rest.strip_prefix(",\"collection\":\"")?)?;
    Some(Head { at, created: (operation == "create" && collection == POSTS).then_some(rest) })
}

/// What stands before the next quote, if that is all of a text, and what follows it.
fn quoted(rest: &str) -> Option<(&str, &str)> {
    let (inside, rest) = rest.split_at_checked(rest.bytes().position(|b| matches!(b, b'"' | b'\\'))?)?;
    Some((inside, rest.strip_prefix('"')?))
}

/// Whether anything in some JSON may matter; `None` if it cannot be told without reading it.
fn may_matter(json: &str, me: Option<&str>, wanted: Wanted<'_>) -> Option<bool> {
    if me.is_some_and(|me| json.contains(me)) {
        return Some(true);
    }
    let escapes = json.contains('\\');
    let mut quotes = Quotes::of(json);
    let (mut named, mut faceted) = (None, false);
    // Inside the list of languages, which every post has.
    let (mut languages, mut behind) = (false, 0);
    while let Some(open) = quotes.next() {
        let close = quotes.end(escapes)?;
        let string = json.get(open + 1..close)?;
        let coded = escapes && string.contains('\\');
        let next = close + 1 + blanks(json, close + 1);
        if json.as_bytes().get(next) == Some(&b':') {
            if coded {
                return None;
            }
            faceted |= string == "facets";
            named = Some((string, next + 1));
            continue;
        }
        // What stands right behind a name is its value. Everything else is in a list.
        let (value, from) = named.take().map_or((None, behind), |(name, from)| (Some(name), from));
        let between = json.get(from..open)?.trim_ascii();
        languages = match value {
            Some(name) => name == "langs" && between == "[",
            None => languages && between == ",",
        };
        behind = close + 1;
        let name = value.filter(|_| between.is_empty());
        let searched = name.is_none_or(is_searched) && !languages;
        if !searched && coded {
            return None;
        }
        if searched && !string.starts_with("at://") {
            if string.len() > LONGEST {
                return None;
            }
            let read = as_kept(string, coded)?;
            let tagged = || name.is_none_or(|name| name == "tag") && wanted(&tag(&read));
            if coded && me.is_some_and(|me| read.contains(me)) || wanted(&read) || tagged() {
                return Some(true);
            }
        }
    }
    // A shortened address in a text is replaced by the whole one, which makes another text of it.
    let shortened = || json.contains('…') || json.contains("...") || (escapes && json.contains("\\u"));
    if faceted && shortened() { None } else { Some(false) }
}

/// How much white space there is from a place on.
fn blanks(json: &str, from: usize) -> usize {
    let rest = json.as_bytes().get(from..).unwrap_or_default();
    rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count()
}

/// Where the quotes in some JSON are.
struct Quotes<'j> {
    bytes: &'j [u8],
    blocks: std::slice::Chunks<'j, u8>,
    /// Those of a block that are still to come, a bit each.
    here: u64,
    /// Where the block begins, and the next one.
    base: usize,
    next: usize,
}

impl<'j> Quotes<'j> {
    fn of(json: &'j str) -> Self {
        let bytes = json.as_bytes();
        Self { bytes, blocks: bytes.chunks(64), here: 0, base: 0, next: 0 }
    }

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.here == 0 {
            self.here = quotes(self.blocks.next()?);
            self.base = self.next;
            self.next += 64;
        }
        let at = self.base + self.here.trailing_zeros() as usize;
        self.here &= self.here - 1;
        Some(at)
    }

    /// The next one that ends a text.
    fn end(&mut self, escapes: bool) -> Option<usize> {
        loop {
            let at = self.next()?;
            let before = self.bytes.get(..at).unwrap_or_default();
            if !escapes || before.iter().rev().take_while(|b| **b == b'\\').count().is_multiple_of(2) {
                return Some(at);
            }
        }
    }
}

/// One bit for each of up to 64 bytes that is a quote.
fn quotes(block: &[u8]) -> u64 {
    let (eights, rest) = block.as_chunks::<8>();
    let whole = (0u32..).zip(eights).fold(0, |all, (i, eight)| all | eight_quotes(*eight) << (8 * i));
    let base = 8 * eights.len();
    (base..).zip(rest).fold(whole, |all, (i, b)| all | u64::from(*b == b'"') << i)
}

/// The same for eight bytes at once, in the low eight bits.
fn eight_quotes(bytes: [u8; 8]) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = 0x7F * EACH;
    // A byte is zero here where a quote stands; exactly then none of this sets its high bit.
    let other = u64::from_le_bytes(bytes) ^ (u64::from(b'"') * EACH);
    let zero = !(((other & LOW) + LOW) | other | LOW);
    // Brings the eight high bits side by side.
    (zero >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// What is kept of a text in quotes.
fn as_kept(string: &str, escaped: bool) -> Option<Cow<'_, str>> {
    // The only characters that make a difference when they go, since comparing goes by white space and by what can be seen.
    let odd = |text: &str| text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    if escaped {
        let read: String = serde_json::from_str(&format!("\"{string}\"")).ok()?;
        return Some(if odd(&read) { plain::clean(&read) } else { read }.into());
    }
    // Control characters are a byte of ASCII, or two of which the first is this.
    let controls = string.bytes().fold(0, |any, b| any | u8::from(b == 0x7F) | u8::from(b == 0xC2)) != 0;
    Some(if controls && odd(string) { plain::clean(string).into() } else { string.into() })
}

fn tag(name: &str) -> String {
    Extra { what: ExtraKind::Tag, text: name.to_owned() }.searched().into_owned()
}
