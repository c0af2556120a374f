//! What word lists say about a text, as features: sums, counts, the first and the last word that says something.

use super::features::{Bag, REACH, Space};
use super::math::real;
use super::tables::{PictureNames, Valences};
use super::text::{Kind, Token, cut_runs};
use super::wordlist::Wordlist;
use std::sync::LazyLock;

/// Words that strengthen the next one, and those that weaken it.
const STRONGER: [&str; 24] = [
    "absolutely",
    "amazingly",
    "completely",
    "deeply",
    "entirely",
    "especially",
    "extremely",
    "fucking",
    "highly",
    "hugely",
    "incredibly",
    "insanely",
    "most",
    "particularly",
    "purely",
    "really",
    "seriously",
    "so",
    "such",
    "super",
    "totally",
    "truly",
    "utterly",
    "very",
];
const WEAKER: [&str; 11] =
    ["almost", "barely", "fairly", "kinda", "kind", "partly", "rather", "slightly", "somewhat", "sorta", "scarcely"];
/// What they add or take, in VADER's unit.
const STRENGTH: f32 = 0.293;
/// A word in capitals among others that are not.
const SHOUT: f32 = 0.733;
/// What "not good" is worth of "good".
const TURNED: f32 = -0.74;

/// What the lexicon says along a text.
#[derive(Default)]
struct Tally {
    sum: f32,
    /// Since the last "but".
    tail: f32,
    best: f32,
    worst: f32,
    opens: f32,
    closes: f32,
    good: usize,
    bad: usize,
    turned: usize,
}

impl Tally {
    fn take(&mut self, says: f32) {
        self.sum += says;
        self.tail += says;
        self.closes = says;
        if self.opens == 0.0 {
            self.opens = says;
        }
        self.best = self.best.max(says);
        self.worst = self.worst.min(says);
        if says > 0.0 {
            self.good += 1;
        } else {
            self.bad += 1;
        }
    }

    /// What follows a "but" counts more.
    fn turn(&mut self) {
        self.sum *= 0.5;
        self.tail = 0.0;
    }

    fn show(&self, space: Space, bag: &mut Bag) {
        for (name, value) in [(1, self.sum), (2, self.tail), (3, self.best), (4, self.worst)] {
            let step = STEPS.iter().filter(|s| value.abs() >= **s).count();
            bag.thermometer(space, name << 4 | u64::from(value < 0.0), step);
        }
        bag.thermometer(space, 5 << 4, self.good.min(4));
        bag.thermometer(space, 6 << 4, self.bad.min(4));
        bag.thermometer(space, 7 << 4, self.turned.min(3));
        bag.add(space, 8 << 12 | polarity(self.closes));
        bag.add(space, 9 << 12 | polarity(self.opens));
        bag.add(space, 10 << 12 | polarity(self.sum) << 4 | polarity(self.closes));
    }
}

/// What the lexicon says, as features: signed sums, how many words, the first and the last of them. Returns
/// how many words said something.
pub(super) fn feeling(tokens: &[Token], valences: &Valences, pictures: &PictureNames, bag: &mut Bag) -> usize {
    let all_loud = !tokens.iter().any(|t| t.kind == Kind::Word && !t.loud);
    let mut tally = Tally::default();
    let (mut reach, mut boost) = (0, 0.0);
    for token in tokens {
        if token.kind == Kind::Mark {
            (reach, boost) = (0, 0.0);
            continue;
        }
        let word = token.word().unwrap_or_default();
        if token.negates {
            reach = REACH;
        } else if word == "but" {
            reach = 0;
            tally.turn();
        } else if let Some(valence) = valence(token, valences, pictures).filter(|v| *v != 0.0) {
            let strength = boost + if token.loud && !all_loud { SHOUT } else { 0.0 };
            let mut says = if valence > 0.0 { (valence + strength).max(0.1) } else { (valence - strength).min(-0.1) };
            if reach > 0 {
                says *= TURNED;
                tally.turned += 1;
            }
            tally.take(says);
        }
        boost = match word {
            word if STRONGER.contains(&word) => STRENGTH,
            word if WEAKER.contains(&word) => -STRENGTH,
            _ => 0.0,
        };
        if !token.negates {
            reach = reach.saturating_sub(1);
        }
    }
    tally.show(Space::Feeling, bag);
    tally.good + tally.bad
}

/// Our own list, for the feature specification.
pub(super) const OWN_FILE: &str = include_str!("../lexicon/en.txt");

static OWN: LazyLock<Wordlist> = LazyLock::new(|| Wordlist::parse(OWN_FILE));

/// The same of our own list.
pub(super) fn own(tokens: &[Token], bag: &mut Bag) -> usize {
    let mut tally = Tally::default();
    let (mut reach, mut boost) = (0_usize, 0.0);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let rest = tokens.get(at..).unwrap_or_default();
        at += 1;
        if token.kind == Kind::Mark {
            (reach, boost) = (0, 0.0);
            continue;
        }
        let word = token.word().unwrap_or_default();
        let entry = if token.kind == Kind::Sign { Some((token.mood, 1)) } else { OWN.at(rest) };
        match entry {
            Some((weight, length)) if length > 1 || !token.negates => {
                at += length - 1;
                if weight != 0.0 {
                    let says = if weight > 0.0 { weight + boost } else { weight - boost };
                    let turned = reach > 0 && length == 1;
                    tally.turned += usize::from(turned);
                    tally.take(if turned { says * TURNED } else { says });
                }
                boost = 0.0;
                reach = reach.saturating_sub(length);
            }
            _ if token.negates => reach = REACH,
            _ => {
                if word == "but" {
                    reach = 0;
                    tally.turn();
                }
                boost = if STRONGER.contains(&word) { STRENGTH } else { 0.0 };
                reach = reach.saturating_sub(1);
            }
        }
    }
    tally.show(Space::Own, bag);
    tally.good + tally.bad
}

/// What the lexicon says about one token.
fn valence(token: &Token, valences: &Valences, pictures: &PictureNames) -> Option<f32> {
    match token.kind {
        Kind::Word | Kind::Tag => valences
            .of(token.text.trim_start_matches('#'))
            .or_else(|| token.long.then(|| valences.of(&cut_runs(&token.text, 1))).flatten()),
        Kind::Sign if token.mood != 0.0 => Some(token.mood * 0.8),
        Kind::Sign => valences.of(&token.text).or_else(|| picture(pictures.of(&token.text), valences)),
        _ => None,
    }
}

/// Where the thermometers of feeling have their marks.
const STEPS: [f32; 12] = [0.05, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.5, 8.0, 10.0];

fn polarity(value: f32) -> u64 {
    match value {
        v if v >= 1.5 => 4,
        v if v > 0.01 => 3,
        v if v > -0.01 => 0,
        v if v > -1.5 => 1,
        _ => 2,
    }
}

/// What the words of a picture's name say together.
fn picture(words: &[u32], valences: &Valences) -> Option<f32> {
    let said: Vec<f32> = words.iter().filter_map(|w| valences.of_key(*w)).collect();
    (!said.is_empty()).then(|| said.iter().sum::<f32>() / real(said.len()))
}
