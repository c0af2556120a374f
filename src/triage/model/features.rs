//! What the model looks at in a post. This file, `text.rs` and `feeling.rs` are the feature specification: [`spec_hash`] changes with what they
//! do, and weights that were trained for another specification are refused.

use super::feeling::{OWN_FILE, feeling, own};
use super::math::{hash, join};
use super::tables::{PictureNames, Valences, word_key};
use super::text::{Kind, Token, tokens};
use std::sync::LazyLock;

/// Bits of a feature's number.
pub const BITS: u32 = 17;
/// How many features there are: names of features are hashed into so many.
pub const BUCKETS: usize = 1 << BITS;

/// Kinds of features, so that the word "no" and the pair of words never meet but by chance.
#[derive(Clone, Copy)]
#[repr(u64)]
pub(super) enum Space {
    Word = 1,
    Negated,
    Pair,
    Letters,
    First,
    Last,
    Flag,
    Count,
    Feeling,
    Own,
}

/// Collects features.
pub(super) struct Bag(Vec<u32>);

impl Bag {
    pub(super) fn add(&mut self, space: Space, of: u64) {
        let h = join(space as u64, of);
        // The upper bits are the best mixed.
        self.0.push(u32::try_from(h >> (64 - BITS)).unwrap_or_default());
    }

    /// The first `n` of a row of features that stand for "at least so much".
    pub(super) fn thermometer(&mut self, space: Space, name: u64, n: usize) {
        for step in 1..=n {
            self.add(space, name << 8 | u64::try_from(step).unwrap_or_default());
        }
    }
}

/// Words after a negation that it reaches.
pub(super) const REACH: usize = 5;

/// Whether no negation reaches over what stands before: for short phrases, three words.
pub(super) fn asserted(before: &[Token]) -> bool {
    before.iter().rev().take(3).take_while(|t| t.kind != Kind::Mark).all(|t| !t.negates)
}

/// The features of a text that was taken apart: sorted, each once; and how many of its words and signs the word lists know.
pub(super) fn features(tokens: &[Token], valences: &Valences, pictures: &PictureNames) -> (Vec<u32>, usize) {
    let mut bag = Bag(Vec::with_capacity(tokens.len() * 8));
    let hashes: Vec<u64> = tokens.iter().map(|t| hash(t.text.as_bytes())).collect();
    let mut reach = 0;
    let mut before = hash(b"^");
    for (token, own) in tokens.iter().zip(&hashes) {
        bag.add(Space::Word, u64::from(word_key(*own)));
        bag.add(Space::Pair, join(before, *own));
        before = *own;
        match token.kind {
            Kind::Word => {
                if reach > 0 {
                    bag.add(Space::Negated, *own);
                }
                letters(&token.text, &mut bag);
                reach = match token.text.as_str() {
                    _ if token.negates => REACH,
                    "but" => 0,
                    _ => reach.saturating_sub(1),
                };
            }
            Kind::Mark => reach = 0,
            Kind::Sign => {
                // A picture's name meets the same words of a text.
                for word in pictures.of(&token.text) {
                    bag.add(Space::Word, u64::from(*word));
                }
            }
            _ => {}
        }
    }
    bag.add(Space::Pair, join(before, hash(b"$")));
    if let (Some(first), Some(last)) = (hashes.first(), hashes.last()) {
        bag.add(Space::First, *first);
        bag.add(Space::Last, *last);
    }
    flags(tokens, &mut bag);
    let known = feeling(tokens, valences, pictures, &mut bag) + own(tokens, &mut bag);
    let mut list = bag.0;
    list.sort_unstable();
    list.dedup();
    (list, known)
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

/// One number for the feature specification: what it makes of texts that use all of it. It changes with any change of the
/// features, so that weights for others are refused.
pub fn spec_hash() -> u64 {
    *SPEC
}

static SPEC: LazyLock<u64> = LazyLock::new(|| {
    let valences = Valences::parse("good\t1.9\nbad\t-2.5\n:)\t2.0\npouting\t-2\n");
    let pictures = PictureNames::parse("😡\tpouting face\n🚀\trocket\n");
    let signs = super::shipped_signs();
    let mut h = join(u64::from(BITS), join(hash(OWN_FILE.as_bytes()), hash(super::SIGNS_FILE.as_bytes())));
    for text in PROBES {
        for index in features(&tokens(text, &signs), &valences, &pictures).0 {
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
