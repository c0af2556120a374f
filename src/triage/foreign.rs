//! Feeling and questions by word lists, for languages other than English: no training, and little confidence.

use super::lexicon::Lexicon;
use super::tokens::{Signs, Token, tokens};
use crate::domain::Kind;

/// Word lists and rules. German, French, Spanish, Portuguese, Italian and Dutch have short lists; any other language is
/// judged by emoji and question marks alone.
#[derive(Debug)]
pub(super) struct Foreign {
    lexicons: Vec<(&'static str, Lexicon)>,
    none: Lexicon,
    signs: Signs,
}

/// What the rules make of a post.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Guess {
    /// The kind.
    pub kind: Kind,
    /// How sure that is, at most [`FOREIGN`].
    pub confidence: f32,
    /// How the author feels, from -1 to 1.
    pub score: f32,
}

/// From this score on a post is praise.
const PRAISE: f32 = 0.45;
/// From this score down a post is a complaint.
const COMPLAINT: f32 = -0.25;
/// A question must be clearly unhappy to be a complaint instead: an answer is owed either way.
const UNHAPPY_QUESTION: f32 = -0.65;
/// Confidence outside English never exceeds this.
pub(super) const FOREIGN: f32 = 0.45;

/// How far a negation reaches, in words.
const NEGATION_REACH: u8 = 5;
/// What a word must weigh to be believed where the language is not known.
const STRONG: f32 = 1.8;
/// The square of the sum at which a post counts as seven tenths decided.
const SPREAD: f32 = 12.0;

/// What the rules found in a post.
#[derive(Clone, Copy, Debug, Default)]
struct Reading {
    feeling: f32,
    /// Words and signs that said something.
    evidence: usize,
    asks: bool,
}

impl Foreign {
    /// Reads the word lists that are part of the program.
    pub(super) fn new() -> Self {
        let signs = Signs::parse(include_str!("lexicon/emoji.txt"));
        Self { lexicons: Lexicon::all(), none: Lexicon::default(), signs }
    }

    /// Judges a text in a language by its code; `None` if no word or sign of it says anything.
    pub(super) fn judge(&self, text: &str, language: &str) -> Option<Guess> {
        let tokens = tokens(text, &self.signs);
        let own = self.lexicons.iter().find(|(code, _)| *code == language).map_or(&self.none, |(_, lexicon)| lexicon);
        let read = read(&tokens, own);
        let guess = decide(read, &tokens);
        (read.evidence > 0 || guess.kind == Kind::Question).then_some(guess)
    }

    /// Judges a text whose language is not known, by the list that says most. A word of one language is an article or a
    /// name in another ("die", "legal"), so only strong ones count.
    pub(super) fn judge_any(&self, text: &str) -> Option<Guess> {
        let tokens = tokens(text, &self.signs);
        let reads = self.lexicons.iter().map(|(_, lexicon)| read(&tokens, lexicon));
        let strong = reads.filter(|r| r.feeling.abs() >= STRONG || r.asks);
        let best = strong.reduce(|best, next| if next.evidence > best.evidence { next } else { best })?;
        Some(decide(best, &tokens))
    }
}

fn read(tokens: &[Token], lexicon: &Lexicon) -> Reading {
    let mut read = feeling(tokens, lexicon);
    let sentences =
        tokens.split(|t| matches!(t, Token::Stop(c) if !matches!(c, ',' | ':')) || matches!(t, Token::Sign(_)));
    read.asks = sentences.into_iter().any(|s| lexicon.asks(s));
    read
}

fn decide(read: Reading, tokens: &[Token]) -> Guess {
    let score = read.feeling / (read.feeling * read.feeling + SPREAD).sqrt();
    let marked = tokens.iter().any(|t| matches!(t, Token::Stop('?')));
    let asks = marked || read.asks;
    let kind = match score {
        s if s <= UNHAPPY_QUESTION || (s <= COMPLAINT && !asks) => Kind::Complaint,
        _ if asks => Kind::Question,
        s if s >= PRAISE => Kind::Praise,
        _ => Kind::Other,
    };
    let sure = match kind {
        Kind::Question if marked => 0.85,
        Kind::Question => 0.65,
        Kind::Complaint | Kind::Praise => 0.35 + 0.6 * score.abs(),
        Kind::Other => 0.7 - score.abs(),
    };
    Guess { kind, confidence: (sure * 0.6).min(FOREIGN), score }
}

/// Adds up what the words and signs say.
fn feeling(tokens: &[Token], lexicon: &Lexicon) -> Reading {
    let (mut sum, mut evidence) = (0.0_f32, 0);
    let (mut negated, mut boost) = (0_u8, 1.0_f32);
    let all_loud = tokens.iter().all(|t| !matches!(t, Token::Word { loud: false, .. }));
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let rest = tokens.get(at..).unwrap_or_default();
        at += 1;
        let (word, loud) = match token {
            Token::Stop(_) => {
                (negated, boost) = (0, 1.0);
                continue;
            }
            Token::Sign(weight) => {
                sum += weight;
                evidence += 1;
                continue;
            }
            Token::Word { word, loud } => (word, *loud && !all_loud),
        };
        if let Some((weight, length)) = lexicon.phrase(rest) {
            at += length - 1;
            sum += weight;
            evidence += usize::from(weight != 0.0);
            (negated, boost) = (0, 1.0);
            continue;
        }
        if lexicon.turns(word) {
            sum *= BEFORE_BUT;
            (negated, boost) = (0, 1.0);
            continue;
        }
        if lexicon.negates(word) {
            negated = NEGATION_REACH;
            sum += DENIAL;
            continue;
        }
        let next_says = || rest.get(1).and_then(Token::word).is_some_and(|next| lexicon.weight(next).is_some());
        if let Some(more) = lexicon.boost(word)
            && (lexicon.weight(word).is_none() || next_says())
        {
            boost = more;
            continue;
        }
        if let Some(weight) = lexicon.weight(word).filter(|w| *w != 0.0) {
            let weight = weight * boost * if loud { SHOUTED } else { 1.0 };
            sum += match (negated > 0, weight > 0.0) {
                (false, _) => weight,
                (true, true) => weight * NOT_GOOD,
                (true, false) => weight * NOT_BAD,
            };
            evidence += 1;
        }
        boost = 1.0;
        negated = negated.saturating_sub(1);
    }
    let cries = tokens.iter().filter(|t| matches!(t, Token::Stop('!'))).take(MOST_CRIES).count();
    // At most three, so the conversion is exact.
    sum *= 1.0 + CRY * f32::from(u8::try_from(cries).unwrap_or(u8::MAX));
    Reading { feeling: sum, evidence, asks: false }
}

/// What a negation says by itself: people deny more when they are unhappy.
const DENIAL: f32 = -0.4;
/// What "not good" is worth of "good".
const NOT_GOOD: f32 = -0.7;
/// What "not bad" is worth of "bad".
const NOT_BAD: f32 = -0.3;
/// What is left of the words before a "but".
const BEFORE_BUT: f32 = 0.7;
/// A word in capitals among others that are not.
const SHOUTED: f32 = 1.25;
/// What each exclamation mark adds.
const CRY: f32 = 0.08;
/// More exclamation marks say nothing new.
const MOST_CRIES: usize = 3;
