//! Many strings in one pass over a text, by the words that they contain.
//!
//! Whatever ends where a word ends contains that word whole. So each needle is filed under the hash of one of its words,
//! and a text asks for each of its own words: nearly all of them are answered by one bit. What is found under a word is
//! compared in full. The few needles without a word (pictures, names in scripts without spaces) go into an automaton.
//! The answers are those of a plain overlapping Aho-Corasick automaton with the same boundaries.

use super::boundary::{Edge, is_part};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// The strings cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the terms of the brands are too many or too long to be searched for together: {0}; remove some terms")]
pub struct MatcherError(String);

/// Where a needle stands in a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which needle, in the order in which they were given.
    pub needle: u32,
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// An automaton of terms, with each one's number and boundary.
type Rest = (AhoCorasick, Box<[(u32, Edge)]>);

/// Strings with their boundaries, compiled. Building takes milliseconds for 10,000.
#[derive(Debug)]
pub struct Search {
    /// All needles, one after the other.
    letters: Box<[u8]>,
    /// The needles that have a word, those with the same word side by side.
    filed: Box<[Filed]>,
    /// Two bits for each hash, both in one of these: where they are not both set, no needle has it.
    bits: Box<[u64]>,
    /// Open addressing: the first of `filed` with a hash.
    slots: Box<[Slot]>,
    /// The needles without a word, and which they are.
    rest: Option<Rest>,
}

#[derive(Clone, Copy, Debug)]
struct Filed {
    needle: u32,
    /// Where it begins among the letters, and its length.
    at: u32,
    length: u32,
    /// Where in it its word begins.
    word: u32,
    edge: Edge,
    /// The next one has the same word.
    more: bool,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    /// The hash's last half.
    tag: u32,
    /// An index into `filed`; [`FREE`] if there is none.
    first: u32,
}

const FREE: u32 = u32::MAX;

impl Search {
    /// Compiles needles, which must be folded. An empty one is never found.
    pub fn new<'n>(needles: impl IntoIterator<Item = (&'n str, Edge)>) -> Result<Self, MatcherError> {
        let needles: Vec<(&str, Edge)> = needles.into_iter().collect();
        let too_long = |_| MatcherError("more than 4 GiB".to_owned());
        let (mut letters, mut first) = (Vec::new(), 0);
        let mut keyed: Vec<(u64, Filed)> = Vec::with_capacity(needles.len());
        let (mut wordless, mut rest) = (Vec::new(), Vec::new());
        let counts = Counts::of(&needles);
        for (needle, (text, edge)) in (0u32..).zip(needles) {
            match counts.as_ref().and_then(|counts| counts.rarest_word(text, edge)) {
                Some((start, hash)) => {
                    let at = u32::try_from(letters.len()).map_err(too_long)?;
                    let length = u32::try_from(text.len()).map_err(too_long)?;
                    let word = u32::try_from(start).map_err(too_long)?;
                    letters.extend_from_slice(text.as_bytes());
                    keyed.push((hash, Filed { needle, at, length, word, edge, more: false }));
                }
                None if text.is_empty() => {}
                None => {
                    wordless.push(text);
                    rest.push((needle, edge));
                }
            }
        }
        keyed.sort_unstable_by_key(|(hash, filed)| (*hash, filed.needle));
        let mut search = Self {
            letters: letters.into(),
            bits: vec![0; (keyed.len() / 4).next_power_of_two()].into(),
            slots: vec![Slot { tag: 0, first: FREE }; (keyed.len() * 2).next_power_of_two()].into(),
            filed: Box::default(),
            rest: automaton(&wordless)?.map(|automaton| (automaton, rest.into())),
        };
        for same in keyed.chunk_by(|a, b| a.0 == b.0) {
            search.file(same, first);
            first += u32::try_from(same.len()).map_err(too_long)?;
        }
        let next = keyed.iter().skip(1).map(|(hash, _)| Some(*hash)).chain([None]);
        let filed = keyed.iter().zip(next).map(|((hash, filed), next)| Filed { more: next == Some(*hash), ..*filed });
        search.filed = filed.collect();
        Ok(search)
    }

    /// Files the needles that have one word, which are to be found from `first`.
    fn file(&mut self, same: &[(u64, Filed)], first: u32) {
        let Some((hash, _)) = same.first().copied() else { return };
        let block = index(hash >> 32) & (self.bits.len() - 1);
        if let Some(block) = self.bits.get_mut(block) {
            *block |= two_bits(hash);
        }
        let mask = self.slots.len() - 1;
        let mut at = index(hash >> 12) & mask;
        while let Some(slot) = self.slots.get_mut(at) {
            if slot.first == FREE {
                *slot = Slot { tag: tag(hash), first };
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// There is nothing to search for.
    pub fn is_empty(&self) -> bool {
        self.filed.is_empty() && self.rest.is_none()
    }

    /// Hands in every place of every needle, those inside others as well, in no particular order. `text` must be folded.
    pub fn each(&self, text: &str, mut found: impl FnMut(Place)) {
        if !self.filed.is_empty() {
            words(text, |start, end, hash| {
                let mut look = |hash| {
                    let two = two_bits(hash);
                    if self.bits.get(index(hash >> 32) & (self.bits.len() - 1)).is_some_and(|block| block & two == two)
                    {
                        self.under(hash, text, start, &mut found);
                    }
                };
                look(hash);
                let (before, after) = signs(text.as_bytes(), start, end);
                if let Some(sign) = before {
                    look(with_sign(hash, sign, Side::Before));
                }
                if let Some(sign) = after {
                    look(with_sign(hash, sign, Side::After));
                }
            });
        }
        let Some((automaton, needles)) = &self.rest else { return };
        for m in automaton.find_overlapping_iter(text) {
            if let Some((needle, edge)) = needles.get(m.pattern().as_usize())
                && edge.fits(text, m.start(), m.end())
            {
                found(Place { needle: *needle, start: m.start(), end: m.end() });
            }
        }
    }

    /// What is filed under the hash of the word that stands there, as far as the rest of it stands around it.
    fn under(&self, hash: u64, text: &str, word: usize, found: &mut impl FnMut(Place)) {
        let mask = self.slots.len() - 1;
        let mut at = index(hash >> 12) & mask;
        while let Some(slot) = self.slots.get(at).filter(|slot| slot.first != FREE) {
            if slot.tag == tag(hash) {
                for filed in self.filed.get(slot.first as usize..).unwrap_or_default() {
                    if let Some(start) = word.checked_sub(filed.word as usize) {
                        let end = start + filed.length as usize;
                        let letters = self.letters.get(filed.at as usize..(filed.at + filed.length) as usize);
                        if text.as_bytes().get(start..end) == letters && filed.edge.fits(text, start, end) {
                            found(Place { needle: filed.needle, start, end });
                        }
                    }
                    if !filed.more {
                        break;
                    }
                }
            }
            at = (at + 1) & mask;
        }
    }
}

fn automaton(needles: &[&str]) -> Result<Option<AhoCorasick>, MatcherError> {
    if needles.is_empty() {
        return Ok(None);
    }
    // Overlapping matches need the standard kind. Leftmost-longest would hide one brand's term inside another's.
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::Standard);
    if needles.len() > SMALL {
        builder.kind(Some(AhoCorasickKind::ContiguousNFA));
    }
    builder.build(needles).map(Some).map_err(|e| MatcherError(e.to_string()))
}

/// Up to so many needles make one small full automaton, which is faster than words are.
const SMALL: usize = 100;

/// How many needles have a word, about: words with the same last bits of their hash are counted together.
struct Counts(Vec<u32>);

impl Counts {
    /// `None`: there are so few needles that none needs a word.
    fn of(needles: &[(&str, Edge)]) -> Option<Self> {
        let mut counts = Self(vec![0; (needles.len() * 4).next_power_of_two()]);
        (needles.len() > SMALL).then_some(())?;
        for (needle, edge) in needles {
            words(needle, |start, end, hash| {
                let at = counts.at(filed_under(needle, *edge, start, end, hash));
                if let Some(count) = counts.0.get_mut(at) {
                    *count += 1;
                }
            });
        }
        Some(counts)
    }

    fn at(&self, hash: u64) -> usize {
        index(hash) & (self.0.len() - 1)
    }

    /// Where the word of a needle begins that the fewest needles have, the longest of those; and what it is filed under.
    fn rarest_word(&self, needle: &str, edge: Edge) -> Option<(usize, u64)> {
        let mut best: Option<((u32, usize), (usize, u64))> = None;
        words(needle, |start, end, hash| {
            let hash = filed_under(needle, edge, start, end, hash);
            let rank = (self.0.get(self.at(hash)).copied().unwrap_or_default(), usize::MAX - (end - start));
            if best.is_none_or(|(least, _)| rank < least) {
                best = Some((rank, (start, hash)));
            }
        });
        best.map(|(_, word)| word)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "any bits of a hash do")]
fn index(hash: u64) -> usize {
    hash as usize
}

/// On which side of a word a sign stands.
#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

/// The signs of ASCII right beside a word, as in `#acme` or `acme.com`. A needle that has one is filed under both together,
/// or else every `acme` would have to look at it.
#[inline]
fn signs(text: &[u8], start: usize, end: usize) -> (Option<u8>, Option<u8>) {
    let sign = |b: &&u8| b.is_ascii_punctuation();
    let before = start.checked_sub(1).and_then(|before| text.get(before)).filter(sign);
    (before.copied(), text.get(end).filter(sign).copied())
}

/// The hash of a word with a sign beside it. Before the name of an account there may be `@` or `/`.
fn with_sign(hash: u64, sign: u8, side: Side) -> u64 {
    let sign = u64::from(if sign == b'/' { b'@' } else { sign }) << 1;
    mix(u128::from(hash), index(sign | u64::from(matches!(side, Side::After))))
}

/// What a needle is filed under that has this word.
fn filed_under(needle: &str, edge: Edge, start: usize, end: usize, hash: u64) -> u64 {
    match signs(needle.as_bytes(), start, end) {
        (Some(sign), _) => with_sign(hash, sign, Side::Before),
        (None, _) if start == 0 && edge == Edge::Account => with_sign(hash, b'@', Side::Before),
        (None, Some(sign)) => with_sign(hash, sign, Side::After),
        (None, None) => hash,
    }
}

fn two_bits(hash: u64) -> u64 {
    1 << (hash & 63) | 1 << (hash >> 6 & 63)
}

#[expect(clippy::cast_possible_truncation, reason = "half of the hash is what is kept")]
fn tag(hash: u64) -> u32 {
    hash as u32
}

/// Every word of a text with its hash: its longest runs of characters that are [`is_part`].
#[inline]
fn words(text: &str, mut word: impl FnMut(usize, usize, u64)) {
    let bytes = text.as_bytes();
    if text.is_ascii() {
        runs(bytes, |start, end| word(start, end, hash_at(bytes, start, end)));
        return;
    }
    runs(bytes, |start, end| match head(bytes, start, end) {
        Some(letters) if letters & NOT_ASCII == 0 => word(start, end, mix(letters, end - start)),
        _ => pieces(text, start, end, &mut word),
    });
}

/// The words of a run that is not all ASCII: outside of it, anything may be in a run.
#[inline(never)]
fn pieces(text: &str, start: usize, end: usize, word: &mut dyn FnMut(usize, usize, u64)) {
    let mut begun = None;
    let run = text.get(start..end).unwrap_or_default();
    for (at, c) in run.char_indices().map(|(at, c)| (start + at, Some(c))).chain([(end, None)]) {
        if c.is_some_and(is_part) {
            begun.get_or_insert(at);
        } else if let Some(from) = begun.take() {
            word(from, at, hash_at(text.as_bytes(), from, at));
        }
    }
}

/// Every run of bytes that [`parts`] takes for parts of words.
#[inline]
fn runs(bytes: &[u8], mut run: impl FnMut(usize, usize)) {
    let (mut before, mut open, mut start) = (0, false, 0);
    // 64 bytes at a time as 64 bits; after the last ones nothing, where a last run ends.
    for (block, base) in bytes.chunks(64).chain([&[][..]]).zip((0..).step_by(64)) {
        let part = parts(block);
        let shifted = part << 1 | before;
        let (mut starts, mut ends) = (part & !shifted, shifted & !part);
        before = part >> 63;
        while ends != 0 {
            if !open {
                start = base + starts.trailing_zeros() as usize;
                starts &= starts.wrapping_sub(1);
            }
            open = false;
            run(start, base + ends.trailing_zeros() as usize);
            ends &= ends - 1;
        }
        if starts != 0 {
            open = true;
            start = base + starts.trailing_zeros() as usize;
        }
    }
}

/// One bit for each byte of up to 64: a letter or digit of ASCII, or part of a character outside ASCII.
fn parts(block: &[u8]) -> u64 {
    let (eights, rest) = block.as_chunks::<8>();
    let whole = (0u32..).zip(eights).fold(0, |all, (i, eight)| all | eight_parts(*eight) << (8 * i));
    (0u32..).zip(rest).fold(whole, |all, (i, b)| {
        let part = !b.is_ascii() || b.is_ascii_alphanumeric();
        all | u64::from(part) << (8 * eights.len() + i as usize)
    })
}

/// The same for eight bytes at once, in the low eight bits.
fn eight_parts(bytes: [u8; 8]) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let eight = u64::from_le_bytes(bytes);
    let low = eight & !HIGH;
    // Adding carries into a byte's high bit where it is at least so much.
    let at_least = |value: u64, least: u8| value + u64::from(0x80 - least) * EACH;
    let small = low | (0x20 * EACH);
    let letter = at_least(small, b'a') & !at_least(small, b'z' + 1);
    let digit = at_least(low, b'0') & !at_least(low, b'9' + 1);
    let part = (letter | digit | eight) & HIGH;
    // Brings the eight high bits side by side.
    (part >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The high bits of all bytes.
const NOT_ASCII: u128 = 0x8080_8080_8080_8080_8080_8080_8080_8080;

/// A word of up to 16 bytes, which nearly all are, read in one go together with what follows; `None` at the end of a text.
#[inline]
fn head(bytes: &[u8], start: usize, end: usize) -> Option<u128> {
    let length = end - start;
    let sixteen = bytes.get(start..).and_then(<[u8]>::first_chunk::<16>).filter(|_| length <= 16)?;
    Some(u128::from_le_bytes(*sixteen) & u128::MAX >> (128 - 8 * length))
}

/// The hash of the word `start..end`.
#[inline]
fn hash_at(bytes: &[u8], start: usize, end: usize) -> u64 {
    match head(bytes, start, end) {
        Some(letters) => mix(letters, end - start),
        None => bytes.get(start..end).map_or(0, hash),
    }
}

fn hash(word: &[u8]) -> u64 {
    let mut chunks = word.chunks(16).map(|chunk| {
        let mut sixteen = [0; 16];
        sixteen.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
        u128::from_le_bytes(sixteen)
    });
    let first = chunks.next().unwrap_or_default();
    let all = chunks.fold(first, |all, next| u128::from(mix(all, 0)) ^ next.rotate_left(29));
    mix(all, word.len())
}

#[expect(clippy::cast_possible_truncation, reason = "the two halves")]
#[inline]
fn mix(letters: u128, length: usize) -> u64 {
    const MANY: u64 = 0x9E37_79B9_7F4A_7C15;
    let (low, high) = (letters as u64, (letters >> 64) as u64);
    let all =
        (low ^ (length as u64) << 56).wrapping_mul(MANY) ^ high.wrapping_mul(0xD6E8_FEB8_6659_FD93).rotate_left(23);
    (all ^ all >> 32).wrapping_mul(MANY)
}
