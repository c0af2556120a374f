//! Word lists in the weights file as hashes: the valences of the VADER lexicon and the names of emoji. Their words are
//! not in the project as text; what a hash stands for can only be asked.

use super::bytes::{Reader, Writer};
use super::math::{hash, upper};
use super::weights::Broken;

/// How people rate words and emoticons, from -4 to 4: the valences of VADER (Hutto and Gilbert, 2014).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Valences {
    /// By hash, sorted; the valence in tenths.
    entries: Vec<(u32, i8)>,
}

impl Valences {
    /// Reads the lexicon's own file: a word, a tab, its mean valence, more. Lines that are not so are left out.
    pub fn parse(file: &str) -> Self {
        let mut entries: Vec<(u32, i8)> = file
            .lines()
            .filter_map(|line| {
                let mut parts = line.split('\t');
                let (word, valence) = (parts.next()?, parts.next()?.trim().parse::<f64>().ok()?);
                let tenths = (valence * 10.0).round();
                // At most 40 either way by the lexicon's definition.
                let tenths = (-128_i8..=127).find(|t| (f64::from(*t) - tenths).abs() < 0.5)?;
                Some((key(word), tenths))
            })
            .collect();
        entries.sort_unstable();
        entries.dedup_by_key(|(key, _)| *key);
        Self { entries }
    }

    /// The valence of a word or emoticon, -4 to 4.
    pub(super) fn of(&self, word: &str) -> Option<f32> {
        self.of_key(key(word))
    }

    /// The same by the hash of the word.
    pub(super) fn of_key(&self, key: u32) -> Option<f32> {
        let at = self.entries.binary_search_by_key(&key, |(k, _)| *k).ok()?;
        self.entries.get(at).map(|(_, tenths)| f32::from(*tenths) / 10.0)
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn write(&self, out: &mut Writer) {
        out.length(self.entries.len());
        for (key, _) in &self.entries {
            out.u32(*key);
        }
        for (_, tenths) in &self.entries {
            out.u8(tenths.to_le_bytes()[0]);
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Broken> {
        let count = from.length()?;
        let keys: Vec<u32> = (0..count).map(|_| from.u32()).collect::<Result<_, _>>()?;
        let tenths: Vec<i8> =
            (0..count).map(|_| from.u8().map(|byte| i8::from_le_bytes([byte]))).collect::<Result<_, _>>()?;
        if !keys.is_sorted() {
            return Err(Broken::Content("the word list is not in order"));
        }
        Ok(Self { entries: keys.into_iter().zip(tenths).collect() })
    }
}

/// The words that describe a picture: `😡` is a pouting face.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PictureNames {
    /// By code point, sorted; the hashes of the words of its name.
    entries: Vec<(u32, Vec<u32>)>,
}

/// Words of names that say nothing.
const PLAIN: [&str; 8] = ["with", "of", "the", "and", "in", "a", "face", "button"];

impl PictureNames {
    /// Reads VADER's own file: a picture, a tab, its name. Only pictures of one code point are kept (without selectors and
    /// skin tones, which are left out of texts as well): the others are made of them.
    pub fn parse(file: &str) -> Self {
        let mut entries: Vec<(u32, Vec<u32>)> = file
            .lines()
            .filter_map(|line| {
                let (picture, name) = line.split_once('\t')?;
                let mut chars = picture.chars().filter(|c| *c != '\u{FE0F}');
                let (only, None) = (chars.next()?, chars.next()) else { return None };
                let words = name.split([' ', '-', ':']).map(str::to_lowercase);
                let words = words.filter(|w| !w.is_empty() && !PLAIN.contains(&w.as_str()));
                Some((u32::from(only), words.take(MOST_WORDS).map(|w| key(&w)).collect()))
            })
            .collect();
        entries.sort_unstable();
        entries.dedup_by_key(|(picture, _)| *picture);
        Self { entries }
    }

    /// The hashes of the words of its name, which are those of [`word_key`].
    pub(super) fn of(&self, picture: &str) -> &[u32] {
        let Some(first) = picture.chars().next() else { return &[] };
        let found = self.entries.binary_search_by_key(&u32::from(first), |(p, _)| *p);
        found.ok().and_then(|at| self.entries.get(at)).map(|(_, words)| words.as_slice()).unwrap_or_default()
    }

    pub(super) fn write(&self, out: &mut Writer) {
        let mut words: Vec<u32> = self.entries.iter().flat_map(|(_, words)| words.iter().copied()).collect();
        words.sort_unstable();
        words.dedup();
        out.length(words.len());
        for word in &words {
            out.u32(*word);
        }
        out.length(self.entries.len());
        for (picture, of) in &self.entries {
            out.u32(*picture);
            out.length(of.len());
            for word in of {
                out.length(words.binary_search(word).unwrap_or_default());
            }
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Broken> {
        let count = from.length()?;
        let words: Vec<u32> = (0..count).map(|_| from.u32()).collect::<Result<_, _>>()?;
        let count = from.length()?;
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            let picture = from.u32()?;
            let length = from.length()?;
            let mut of = Vec::with_capacity(length);
            for _ in 0..length {
                let word = words.get(from.length()?).ok_or(Broken::Content("a picture's name has an unknown word"))?;
                of.push(*word);
            }
            entries.push((picture, of));
        }
        if !entries.is_sorted() {
            return Err(Broken::Content("the pictures are not in order"));
        }
        Ok(Self { entries })
    }
}

/// Words of a picture's name that are kept.
const MOST_WORDS: usize = 6;

/// By which a word is found.
fn key(word: &str) -> u32 {
    word_key(hash(word.as_bytes()))
}

/// The 32 bits of a word's hash by which the tables know it.
pub(super) fn word_key(hash: u64) -> u32 {
    upper(hash)
}
