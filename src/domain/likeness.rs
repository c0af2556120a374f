//! How alike two texts are, whatever was put before or behind them, cut off or changed by a word: minhash with one
//! permutation over short runs of letters. Pure, and the same on every machine.
//!
//! What reads the same is folded to the same letters first. Of all runs of five letters, 64 bins each keep the least
//! hash; the share of bins that two texts have in common estimates the share of runs that they have in common
//! (Jaccard). Why and how well: docs/decisions/0011-copies.md, docs/performance.md.

use super::fold;

/// Bins of a signature.
const BINS: usize = 64;
/// How much a run of letters must weigh: five letters of an alphabet, two of a script whose letters are words.
const RUN: u32 = 10;
/// Texts that share at least so much are alike.
pub const ALIKE: f32 = 0.6;
/// Shorter texts, in letters, have too few runs to be compared: they are alike if they are the same.
const SHORT: usize = 40;
/// The same words, and still two people's own, if there are fewer letters than this and no link.
const OWN_WORDS: usize = 24;
/// Longest text that is looked at, in letters; the rest changes nothing.
const LONGEST: usize = 4_000;
/// Bands of a signature: whoever shares one is compared in full.
pub const BANDS: usize = 16;
/// Bins of a band.
const ROWS: usize = 3;

/// What is kept of a text to compare it by: 144 bytes, from which no word can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    bins: [u16; BINS],
    /// Which bins hold a run of their own; the others borrow their neighbour's.
    filled: u64,
    /// All of it, the addresses of links as well.
    whole: u64,
    short: bool,
}

impl Likeness {
    /// The likeness of a text; `None` if it has too few words to say that one repeats another: two people thank each in
    /// their own name.
    pub fn of(text: &str) -> Option<Likeness> {
        let read = Read::of(text);
        let short = read.weight < SHORT;
        if short && read.weight < OWN_WORDS && !read.links {
            return None;
        }
        let (bins, filled) = bins(&read.letters);
        Some(Likeness { bins, filled, whole: read.whole, short })
    }

    /// The share of what both say, 0 to 1; 1 if they are the same. Symmetric.
    pub fn share(&self, other: &Likeness) -> f32 {
        if self.whole == other.whole {
            return 1.0;
        }
        if self.short || other.short {
            return 0.0;
        }
        let same = self.bins.iter().zip(&other.bins).rev().fold(0u64, |bits, (a, b)| bits << 1 | u64::from(a == b));
        let both = (same & self.filled & other.filled).count_ones();
        let any = (self.filled | other.filled).count_ones();
        f32::from(u8::try_from(both).unwrap_or(0)) / f32::from(u8::try_from(any.max(1)).unwrap_or(1))
    }

    /// The two say the same.
    pub fn is_like(&self, other: &Likeness) -> bool {
        self.share(other) >= ALIKE
    }

    /// The two have that band in common.
    pub fn same_band(&self, other: &Likeness, band: usize) -> bool {
        let rows = band * ROWS..(band + 1) * ROWS;
        self.bins.get(rows.clone()) == other.bins.get(rows)
    }

    /// One number for each band: texts that are alike have one in common, nearly always.
    pub fn bands(&self) -> [u32; BANDS] {
        let mut bands = [0; BANDS];
        for (band, rows) in bands.iter_mut().zip(self.bins.chunks_exact(ROWS)) {
            let rows = rows.iter().fold(0u64, |all, row| all << 16 | u64::from(*row));
            *band = (mix(rows) >> 32) as u32;
        }
        bands
    }
}

/// A text as it is compared.
struct Read {
    /// Letters, digits, pictures and the marks of names, with a blank between words.
    letters: Vec<char>,
    /// How many letters that is worth.
    weight: usize,
    links: bool,
    whole: u64,
}

impl Read {
    fn of(text: &str) -> Read {
        let folded = fold(text);
        let mut read =
            Read { letters: Vec::with_capacity(folded.len().min(LONGEST)), weight: 0, links: false, whole: 0 };
        let mut words = folded.split(' ').peekable();
        // Who it was taken from is not what it says.
        while words.next_if_eq(&"rt").is_some() {
            words.next_if(|word| word.starts_with('@'));
        }
        for word in words {
            if read.letters.len() >= LONGEST {
                break;
            }
            if is_link(word) {
                read.links = true;
                read.whole = word.chars().fold(mix(read.whole + 1), step);
                continue;
            }
            let before = read.letters.len();
            for c in word.chars().filter(|c| c.is_alphanumeric() || matches!(c, '#' | '@' | '\u{1F000}'..='\u{1FAFF}'))
            {
                read.letters.push(c);
                read.weight += if is_dense(c) { 3 } else { 1 };
            }
            if read.letters.len() > before {
                read.letters.push(' ');
                read.weight += 1;
            }
        }
        read.letters.pop();
        read.weight = read.weight.saturating_sub(1);
        read.whole = mix(read.letters.iter().copied().fold(mix(read.whole), step));
        read
    }
}

/// An address: the same post has another one wherever it is shortened.
fn is_link(word: &str) -> bool {
    ["http://", "https://", "www."].iter().any(|begin| word.starts_with(begin))
}

/// A letter of a script in which one or two are a word.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The finaliser of splitmix64: every bit of a number into every bit.
fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ x >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ x >> 31
}

fn step(hash: u64, c: char) -> u64 {
    (hash ^ u64::from(u32::from(c))).wrapping_mul(0x9FB2_1C65_1E98_DF25).rotate_left(23)
}

/// The least hash of each bin, and which bins have one of their own.
fn bins(letters: &[char]) -> ([u16; BINS], u64) {
    let mut least = [u64::MAX; BINS];
    let weigh = |c: char| if is_dense(c) { 5 } else { 2 };
    let (mut end, mut weight) = (0, 0);
    for start in 0..letters.len() {
        while weight < RUN
            && let Some(c) = letters.get(end)
        {
            weight += weigh(*c);
            end += 1;
        }
        // What is left is the end of the last run.
        if weight < RUN && start > 0 {
            break;
        }
        let run = letters.get(start..end).unwrap_or_default();
        let hash = mix(run.iter().copied().fold(0, step));
        if let Some(least) = least.get_mut((hash >> 58) as usize) {
            *least = (*least).min(hash << 6);
        }
        weight -= run.first().map_or(0, |c| weigh(*c));
    }
    let filled = least.iter().rev().fold(0, |bits, least| bits << 1 | u64::from(*least != u64::MAX));
    // An empty bin borrows from the next one that is not, in the round, so that short texts fill their bands, too.
    let mut bins = [0; BINS];
    let (mut from, mut away) = (0, 0);
    for i in (0..BINS).chain(0..BINS).rev() {
        match least.get(i) {
            Some(own) if *own != u64::MAX => (from, away) = (*own, 0),
            _ => away += 1,
        }
        if let Some(bin) = bins.get_mut(i) {
            *bin = (mix(from ^ away) >> 48) as u16;
        }
    }
    (bins, filled)
}
