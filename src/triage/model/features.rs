//! What the model looks at in a post. This file and `text.rs` are the feature specification: [`spec_hash`] changes with what they
//! do, and weights that were trained for another specification are refused.

use super::math::{hash, join, real};
use super::signs::Signs;
use super::tables::{PictureNames, Valences, word_key};
use super::text::{Kind, Token, cut_runs, tokens};
use std::sync::LazyLock;

/// Bits of a feature's number.
pub const BITS: u32 = 17;
/// How many features there are: names of features are hashed into so many.
pub const BUCKETS: usize = 1 << BITS;

/// Kinds of features, so that the word "no" and the pair of words never meet but by chance.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Space {
    Word = 1,
    Negated,
    Pair,
    Letters,
    First,
    Last,
    Flag,
    Count,
    Described,
    Feeling,
    Own,
}

/// Collects features.
struct Bag(Vec<u32>);

impl Bag {
    fn add(&mut self, space: Space, of: u64) {
        let h = join(space as u64, of);
        // The upper bits are the best mixed.
        self.0.push(u32::try_from(h >> (64 - BITS)).unwrap_or_default());
    }

    /// The first `n` of a row of features that stand for "at least so much".
    fn thermometer(&mut self, space: Space, name: u64, n: usize) {
        for step in 1..=n {
            self.add(space, name << 8 | u64::try_from(step).unwrap_or_default());
        }
    }
}

/// Words after a negation that it reaches.
const REACH: usize = 5;

/// Words that turn the next ones round; those that end in `n't` do as well.
const NEGATIONS: [&str; 27] = [
    "no", "not", "never", "none", "nobody", "nothing", "neither", "nor", "nowhere", "without", "hardly", "barely",
    "cannot", "cant", "dont", "doesnt", "didnt", "wont", "wouldnt", "couldnt", "shouldnt", "isnt", "wasnt", "arent",
    "havent", "hasnt", "aint",
];

fn negates(word: &str) -> bool {
    word.ends_with("n't") || NEGATIONS.contains(&word)
}

/// Whether no negation reaches over what stands before: for short phrases, three words.
pub(super) fn asserted(before: &[Token]) -> bool {
    before.iter().rev().take(3).take_while(|t| t.kind != Kind::Mark).all(|t| !t.word().is_some_and(negates))
}

/// The features of a text that was taken apart: sorted, each once.
pub(super) fn features(tokens: &[Token], valences: &Valences, pictures: &PictureNames) -> Vec<u32> {
    let mut bag = Bag(Vec::with_capacity(tokens.len() * 8));
    let hashes: Vec<u64> = tokens.iter().map(|t| hash(t.text.as_bytes())).collect();
    let mut reach = 0;
    let mut before = hash(b"^");
    for (token, own) in tokens.iter().zip(&hashes) {
        bag.add(Space::Word, *own);
        bag.add(Space::Pair, join(before, *own));
        before = *own;
        match token.kind {
            Kind::Word => {
                if reach > 0 {
                    bag.add(Space::Negated, *own);
                }
                letters(&token.text, &mut bag);
                reach = match token.text.as_str() {
                    word if negates(word) => REACH,
                    "but" => 0,
                    _ => reach.saturating_sub(1),
                };
            }
            Kind::Mark => reach = 0,
            Kind::Sign => {
                for word in pictures.of(&token.text) {
                    bag.add(Space::Described, u64::from(*word));
                }
            }
            _ => {}
        }
        // A picture's name meets the same words of a text.
        if token.kind == Kind::Word {
            bag.add(Space::Described, u64::from(word_key(*own)));
        }
    }
    bag.add(Space::Pair, join(before, hash(b"$")));
    if let (Some(first), Some(last)) = (hashes.first(), hashes.last()) {
        bag.add(Space::First, *first);
        bag.add(Space::Last, *last);
    }
    flags(tokens, &mut bag);
    feeling(tokens, valences, pictures, &mut bag);
    own(tokens, &mut bag);
    let mut list = bag.0;
    list.sort_unstable();
    list.dedup();
    list
}

/// All four letters in a row of `^word$`.
fn letters(word: &str, bag: &mut Bag) {
    let mut window = ['\0', '\0', '\0', '^'];
    let mut seen = 1;
    for c in word.chars().chain(['$']) {
        let [_, b, c1, d] = window;
        window = [b, c1, d, c];
        seen += 1;
        if seen >= 4 {
            let [a, b, c, d] = window.map(|c| u64::from(u32::from(c)));
            bag.add(Space::Letters, a << 48 ^ b << 32 ^ c << 16 ^ d);
        }
    }
}

/// How it is written.
fn flags(tokens: &[Token], bag: &mut Bag) {
    let count = |of: &dyn Fn(&Token) -> bool| tokens.iter().filter(|t| of(t)).count();
    let words = count(&|t| t.kind == Kind::Word);
    let loud = count(&|t| t.loud);
    let flags = [
        (1, loud > 0 && loud < words),
        (2, loud > 2 && loud == words),
        (3, tokens.iter().any(|t| t.long)),
        (4, tokens.iter().any(|t| t.mood >= 2.5)),
        (5, tokens.iter().any(|t| t.mood > 0.0)),
        (6, tokens.iter().any(|t| t.mood < 0.0)),
        (7, tokens.iter().any(|t| t.mood <= -2.5)),
        (8, tokens.last().is_some_and(|t| t.mood > 0.0)),
        (9, tokens.last().is_some_and(|t| t.mood < 0.0)),
    ];
    for (flag, _) in flags.iter().filter(|(_, set)| *set) {
        bag.add(Space::Flag, *flag);
    }
    let cries = tokens.iter().filter(|t| t.is_mark('!')).map(|t| t.text.len()).sum::<usize>();
    bag.thermometer(Space::Count, 1, cries.min(4));
    bag.thermometer(Space::Count, 2, count(&|t| t.is_mark('?')).min(3));
    bag.thermometer(Space::Count, 3, (words / 4).min(7));
    bag.thermometer(Space::Count, 4, count(&|t| t.kind == Kind::Name).min(3));
    bag.thermometer(Space::Count, 5, count(&|t| t.kind == Kind::Link).min(2));
    bag.thermometer(Space::Count, 6, count(&|t| t.kind == Kind::Tag).min(3));
    bag.thermometer(Space::Count, 7, count(&|t| t.kind == Kind::Number).min(3));
}

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

/// What the lexicon says, as features: signed sums, how many words, the first and the last of them.
fn feeling(tokens: &[Token], valences: &Valences, pictures: &PictureNames, bag: &mut Bag) {
    let all_loud = !tokens.iter().any(|t| t.kind == Kind::Word && !t.loud);
    let mut tally = Tally::default();
    let (mut reach, mut boost) = (0, 0.0);
    for token in tokens {
        if token.kind == Kind::Mark {
            (reach, boost) = (0, 0.0);
            continue;
        }
        let word = token.word().unwrap_or_default();
        let negation = negates(word);
        if negation {
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
        if !negation {
            reach = reach.saturating_sub(1);
        }
    }
    tally.show(Space::Feeling, bag);
}

static OWN: LazyLock<super::wordlist::Wordlist> =
    LazyLock::new(|| super::wordlist::Wordlist::parse(include_str!("../lexicon/en.txt")));

/// The same of our own list.
fn own(tokens: &[Token], bag: &mut Bag) {
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
            Some((weight, length)) if length > 1 || !negates(word) => {
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
            _ if negates(word) => reach = REACH,
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

/// One number for the feature specification: what it makes of texts that use all of it. It changes with any change of the
/// features, so that weights for others are refused.
pub fn spec_hash() -> u64 {
    *SPEC
}

static SPEC: LazyLock<u64> = LazyLock::new(|| {
    let valences = Valences::parse("good\t1.9\nbad\t-2.5\n:)\t2.0\npouting\t-2\n");
    let pictures = PictureNames::parse("😡\tpouting face\n🚀\trocket\n");
    let signs = Signs::parse(include_str!("../lexicon/emoji.txt"));
    let mut h = u64::from(BITS);
    for text in PROBES {
        for index in features(&tokens(text, &signs), &valences, &pictures) {
            h = join(h, u64::from(index));
        }
    }
    h
});

/// Texts that use every part of the specification.
const PROBES: [&str; 12] = [
    "Thisbrand is good, really GOOD!!! but not bad?? :) #NeverAgain2day &amp;amp; I don\u{2019}t\u{2026}",
    "@someone https://example.org/a RT soooo baaad 😡🚀❤️👍🏽 12:30 3.5% half-price",
    "NOT GOOD AT ALL",
    "never very good without kind of bad hardly good",
    "Ünïcödé 𝓌𝑜𝓇𝒹𝓈 ｗｉｄｅ 東京 متى",
    "GOOD bad GOOD good good good so bad bad bad bad :( :-) XD </3 =/ ):",
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen",
    "@a @b @c #x #y #z 1 2 3 4 www.example.org http://example.org",
    "who? what?? where??? ... ,,, ;; -- \"quoted\" (bracket) [x] &lt;3",
    "it's can't cannot nobody's a_b under_score C3PO 2nd 9/11",
    "?",
    "",
];
