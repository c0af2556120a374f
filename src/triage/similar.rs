//! Which answered mentions are about the same thing as another one: an index in memory, made anew at every start.
//!
//! Posts are compared by their words, pairs of words and topics (`lexicon/topics.txt`: "parcel" and "courier" are about the
//! same thing); rare ones count more, those that stand in posts about everything count nothing, nor do names, links and
//! numbers. Better none than nonsense: below a floor nothing is near.

use super::{model, neutral};
use crate::domain::{Kind, MentionNo};
use jiff::Timestamp;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

/// So many answered mentions of a brand are kept; then the oldest goes.
const MOST: usize = 20_000;
/// What a pair of words counts beside a word or topic.
const PAIR: f32 = 0.5;
/// What the words of the answer count beside those of the mention.
const ANSWER: f32 = 0.3;
/// Words are compared by so many letters: endings differ.
const STEM: usize = 6;
/// Only one word of several in common may be chance.
const CHANCE: f32 = 0.5;
/// What an answer in another language is worth.
const FOREIGN: f32 = 0.6;
/// From this on an answer is shown to a question, a complaint or praise (tuned on invented posts: nine of ten that have an
/// answer find it, nine of ten that have none find nothing).
const FLOOR: f32 = 0.115;
/// The same for a mention that neither asks nor complains: most of those want no answer.
const FLOOR_OTHER: f32 = 0.17;
/// So many of those that share something are compared in full.
const COMPARED: usize = 256;
/// A word that was never seen weighs no more than this: it may be a slip of the finger.
const UNSEEN: f32 = 3.0;

static SILENT: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("lexicon/silent.txt").lines().filter(|l| !l.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

static TOPICS: LazyLock<Topics> = LazyLock::new(Topics::read);

/// Words and beginnings of words, and what they are about.
#[derive(Default)]
struct Topics {
    whole: HashMap<&'static str, Vec<usize>>,
    begins: HashMap<&'static str, Vec<usize>>,
}

impl Topics {
    fn read() -> Self {
        let mut topics = Self::default();
        let lines = include_str!("lexicon/topics.txt").lines().filter(|l| !l.starts_with('#'));
        for (topic, (_, words)) in lines.filter_map(|l| l.split_once(':')).enumerate() {
            for word in words.split_whitespace() {
                let (list, word) = match word.strip_suffix('*') {
                    Some(begin) => (&mut topics.begins, begin),
                    None => (&mut topics.whole, word),
                };
                list.entry(word).or_default().push(topic);
            }
        }
        topics
    }

    fn of<'t>(&'t self, word: &'t str) -> impl Iterator<Item = usize> + 't {
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
        let begins = ends.filter_map(move |end| self.begins.get(word.get(..end)?));
        self.whole.get(word).into_iter().chain(begins).flatten().copied()
    }
}

/// What a text is about, in a form that can be compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gist {
    /// Features and what they count, each once.
    features: Vec<(u64, f32)>,
    /// What each word may be met by: itself, or a topic.
    words: Vec<Vec<u64>>,
}

impl Gist {
    /// Of what somebody asks. `names` are the brand's own words, which say nothing.
    pub fn of(text: &str, names: &[String]) -> Self {
        let mut features = BTreeMap::new();
        let mut words = collect(text, names, 1.0, &mut features);
        words.sort_unstable();
        words.dedup();
        Self { features: features.into_iter().collect(), words }
    }

    /// The same with what was answered, which is mostly about the same thing.
    #[must_use]
    pub fn answered(self, answer: &str, names: &[String]) -> Self {
        let mut features = self.features.into_iter().collect();
        collect(answer, names, ANSWER, &mut features);
        Self { features: features.into_iter().collect(), ..self }
    }

    /// It is about nothing that can be compared.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }
}

/// Puts the features of a text among the others; returns what each word may be met by.
fn collect(text: &str, names: &[String], counts: f32, all: &mut BTreeMap<u64, f32>) -> Vec<Vec<u64>> {
    let mut put = |feature: u64, counts: f32| {
        let known = all.entry(feature).or_default();
        *known = known.max(counts);
    };
    let mut words = Vec::new();
    let mut before: Option<String> = None;
    for word in spelt(text, names).iter().filter(|w| !SILENT.contains(w.as_str())) {
        let stem = stem(word);
        let mut met = vec![hashed(&("word", &stem))];
        met.extend(TOPICS.of(word).map(|topic| hashed(&("topic", topic))));
        for feature in &met {
            put(*feature, counts);
        }
        words.push(met);
        if let Some(before) = before.replace(stem.clone()) {
            put(hashed(&("pair", &before, &stem)), PAIR * counts);
        }
    }
    words
}

/// The words of a text, without names, links and numbers. Where words are written together, pairs of letters stand for them.
fn spelt(text: &str, names: &[String]) -> Vec<String> {
    let mut words = Vec::new();
    for word in model::words(&neutral::without_names(text, names)) {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() > 2 && letters.iter().any(|c| is_unspaced(*c)) {
            words.extend(letters.windows(2).map(|two| two.iter().collect::<String>()));
        } else {
            words.push(word.strip_suffix("'s").unwrap_or(&word).to_owned());
        }
    }
    words
}

/// Kana and Han.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// A word without its ending.
fn stem(word: &str) -> String {
    let long = word.chars().count() > 3 && !word.ends_with("ss");
    let singular = word.strip_suffix('s').filter(|_| long).unwrap_or(word);
    singular.chars().take(STEM).collect()
}

fn hashed(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// What an answered mention is besides its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Which.
    pub no: MentionNo,
    /// When it was answered.
    pub at: Timestamp,
    /// What it was taken for.
    pub kind: Kind,
    /// ISO 639-1 code, if it is known.
    pub language: Option<String>,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The mention itself, which is not like itself.
    pub no: MentionNo,
    /// What it is about.
    pub gist: &'a Gist,
    /// What it is.
    pub kind: Kind,
    /// ISO 639-1 code, if it is known.
    pub language: Option<&'a str>,
}

/// An answered mention about the same thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Which.
    pub no: MentionNo,
    /// How near: 1 is the same.
    pub score: f32,
}

/// The answered mentions of one brand.
#[derive(Debug, Default)]
pub struct Similar {
    /// The rows of features.
    rows: HashMap<u64, Vec<(u32, f32)>>,
    kept: BTreeMap<u32, (Entry, Vec<(u64, f32)>)>,
    places: HashMap<MentionNo, u32>,
    /// The next free place.
    next: u32,
    free: Vec<u32>,
}

impl Similar {
    /// How many are kept.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// None is kept.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Keeps an answered mention, in the place of what was known of it.
    pub fn add(&mut self, entry: Entry, gist: Gist) {
        self.remove(entry.no);
        if gist.is_empty() {
            return;
        }
        if self.len() >= MOST
            && let Some(oldest) = self.kept.values().min_by_key(|(e, _)| e.at).map(|(e, _)| e.no)
        {
            self.remove(oldest);
        }
        let place = self.free.pop().unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        });
        for (feature, counts) in &gist.features {
            self.rows.entry(*feature).or_default().push((place, *counts));
        }
        self.places.insert(entry.no, place);
        self.kept.insert(place, (entry, gist.features));
    }

    /// Forgets one.
    pub fn remove(&mut self, no: MentionNo) {
        let Some(place) = self.places.remove(&no) else { return };
        let Some((_, features)) = self.kept.remove(&place) else { return };
        for (feature, _) in features {
            if let Some(row) = self.rows.get_mut(&feature) {
                row.retain(|(other, _)| *other != place);
                if row.is_empty() {
                    self.rows.remove(&feature);
                }
            }
        }
        self.free.push(place);
    }

    /// How much a feature says: the rarer, the more.
    fn says(&self, feature: u64) -> f32 {
        let having = self.rows.get(&feature).map_or(0, Vec::len);
        let says = ((real(self.len()) + 8.0) / (real(having) + 1.0)).ln().max(0.1);
        if having == 0 { says.min(UNSEEN) / 2.0_f32.sqrt() } else { says }
    }

    /// The nearest ones, the nearest first, of equally near ones the newest; at most `most`. Thank-yous answer nothing but
    /// praise, and praise nothing but them.
    pub fn nearest(&self, asked: &Asked<'_>, most: usize) -> Vec<Near> {
        let mut dots = vec![0.0_f32; usize::try_from(self.next).unwrap_or_default()];
        let mut length = 0.0;
        for (feature, counts) in &asked.gist.features {
            let says = self.says(*feature);
            length += (counts * says).powi(2);
            for (place, theirs) in self.rows.get(feature).into_iter().flatten() {
                if let Some(dot) = usize::try_from(*place).ok().and_then(|at| dots.get_mut(at)) {
                    *dot += counts * theirs * says * says;
                }
            }
        }
        let fits = |e: &Entry| e.no != asked.no && (e.kind == Kind::Praise) == (asked.kind == Kind::Praise);
        let mut found: Vec<(f32, f32, u32)> = (0..)
            .zip(&dots)
            .filter(|(_, dot)| **dot > 0.0)
            .filter_map(|(place, dot)| {
                let (entry, features) = self.kept.get(&place)?;
                fits(entry).then(|| (dot / real(features.len()).sqrt(), *dot, place))
            })
            .collect();
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
        found.truncate(COMPARED);
        let floor = if asked.kind == Kind::Other { FLOOR_OTHER } else { FLOOR };
        let mut near: Vec<(f32, &Entry)> = found
            .into_iter()
            .filter_map(|(_, dot, place)| {
                let (entry, features) = self.kept.get(&place)?;
                let theirs: f32 = features.iter().map(|(f, counts)| (counts * self.says(*f)).powi(2)).sum();
                let has: HashSet<u64> = features.iter().map(|(f, _)| *f).collect();
                let met = asked.gist.words.iter().filter(|word| word.iter().any(|f| has.contains(f))).count();
                let chance = if met > 1 || asked.gist.words.len() == 1 { 1.0 } else { CHANCE };
                let foreign = matches!((asked.language, &entry.language), (Some(a), Some(b)) if a != b);
                let score = dot / (theirs * length).sqrt() * chance * if foreign { FOREIGN } else { 1.0 };
                (score >= floor).then_some((score, entry))
            })
            .collect();
        near.sort_by(|(a, one), (b, other)| {
            let step = |score: f32| (score * 50.0).round();
            step(*b).total_cmp(&step(*a)).then(other.at.cmp(&one.at)).then(other.no.cmp(&one.no))
        });
        near.into_iter().take(most).map(|(score, entry)| Near { no: entry.no, score }).collect()
    }
}

/// A count that is not huge.
fn real(n: usize) -> f32 {
    f32::from(u16::try_from(n).unwrap_or(u16::MAX))
}
