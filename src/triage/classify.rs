//! What kind of post it is: question, complaint, praise or other.

use super::cues::Cues;
use super::lexicon::Lexicon;
use super::tokens::{Signs, Token, tokens};
use crate::domain::{Kind, Odds};

/// What a classifier makes of a post.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Classified {
    /// The kind.
    pub kind: Kind,
    /// How sure it is of the kind, 0 to 1.
    pub confidence: f32,
    /// How the author feels, from -1 (furious) to 1 (delighted), whatever the kind.
    pub score: f32,
    /// How likely each kind is, if that was counted.
    pub odds: Option<Odds>,
    /// Somebody waits for an answer.
    pub needs_reply: bool,
    /// Praise that is sure enough for the digest.
    pub sure_praise: bool,
    /// The kind is a guess: another language than the classifier's.
    pub unsure: bool,
}

/// Tells the kind of a post.
pub trait Classifier: Send + Sync {
    /// Judges a text; `language` is its ISO 639-1 code if it could be determined.
    fn classify(&self, text: &str, language: Option<&str>) -> Classified;
}

/// Rules and word lists: no training, the same answer every time, and every answer can be explained. Made for English;
/// German, French, Spanish, Portuguese, Italian and Dutch have short lists, and any other language is judged by emoji
/// and question marks alone. Everything but English is marked with low confidence.
#[derive(Debug)]
pub struct RulesClassifier {
    lexicons: Vec<(&'static str, Lexicon)>,
    cues: Cues,
    signs: Signs,
}

/// From this score on a post is praise. Chosen on the development set, where the test measures.
const PRAISE: f32 = 0.45;
/// From this score down a post is a complaint.
const COMPLAINT: f32 = -0.25;
/// A question must be clearly unhappy to be a complaint instead: an answer is owed either way.
const UNHAPPY_QUESTION: f32 = -0.65;
/// Confidence outside English never exceeds this.
const FOREIGN: f32 = 0.45;

/// How far a negation reaches, in words.
const NEGATION_REACH: u8 = 5;
/// What one complaint cue weighs, in the unit of the word lists.
const CUE: f32 = 1.3;
/// More cues than this say nothing new.
const MOST_CUES: usize = 3;
/// What a word of another language than the text's must weigh to be believed.
const STRONG: f32 = 1.8;
/// The square of the sum at which a post counts as seven tenths decided.
const SPREAD: f32 = 12.0;

impl Default for RulesClassifier {
    fn default() -> Self {
        Self::new()
    }
}

/// What the rules found in a post.
#[derive(Clone, Copy, Debug, Default)]
struct Reading {
    feeling: f32,
    /// Words, signs or cues that said something.
    evidence: usize,
    asks: bool,
}

impl RulesClassifier {
    /// Reads the word lists that are part of the program.
    pub fn new() -> Self {
        Self { lexicons: Lexicon::all(), cues: Cues::shipped(), signs: Signs::parse(include_str!("lexicon/emoji.txt")) }
    }

    /// Reads a text with the list of its language. Guesses of the language are often wrong on short texts, so where
    /// that list finds nothing English is asked, and all are if there was no guess.
    fn read(&self, tokens: &[Token], language: Option<&str>) -> (Reading, bool) {
        let own = self.lexicons.iter().find(|(code, _)| language == Some(code));
        let first = own.or_else(|| if language.is_none() { self.lexicons.first() } else { None });
        let read = |(code, lexicon): &(&'static str, Lexicon)| {
            let english = *code == "en";
            (self.read_with(tokens, lexicon, english), english)
        };
        let known = first.map(read);
        if let Some(known) = known
            && (known.0.evidence > 0 || known.0.asks)
        {
            return known;
        }
        // A word of one language is an article or a name in another ("die", "legal"), so only strong ones count here.
        let others = self.lexicons.iter().filter(|(code, _)| match language {
            Some(language) => *code == "en" && language != "en",
            None => true,
        });
        let strong = others.map(read).filter(|(r, _)| r.feeling.abs() >= STRONG || r.asks);
        let best = strong.reduce(|best, next| if next.0.evidence > best.0.evidence { next } else { best });
        let (reading, _) = best.or(known).unwrap_or_default();
        (reading, language == Some("en"))
    }

    fn read_with(&self, tokens: &[Token], lexicon: &Lexicon, english: bool) -> Reading {
        let mut read = feeling(tokens, lexicon);
        if english {
            let cues = self.cues.count(tokens, MOST_CUES);
            read.evidence += cues;
            // At most three, so the conversion is exact.
            read.feeling -= CUE * f32::from(u8::try_from(cues).unwrap_or(u8::MAX));
            if cues > 0 {
                read.feeling -= SARCASM * lone_praise(tokens, lexicon);
            }
        }
        let sentences =
            tokens.split(|t| matches!(t, Token::Stop(c) if !matches!(c, ',' | ':')) || matches!(t, Token::Sign(_)));
        read.asks = sentences.into_iter().any(|s| lexicon.asks(s));
        read
    }
}

impl Classifier for RulesClassifier {
    fn classify(&self, text: &str, language: Option<&str>) -> Classified {
        let tokens = tokens(text, &self.signs);
        let (read, english) = self.read(&tokens, language);
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
        let confidence = if english { sure } else { (sure * 0.6).min(FOREIGN) };
        let needs_reply = matches!(kind, Kind::Question | Kind::Complaint);
        let sure_praise = english && kind == Kind::Praise;
        Classified { kind, confidence, score, odds: None, needs_reply, sure_praise, unsure: !english }
    }
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
/// The strongest word of praise that stands alone in its sentence: "You lost my bag. Brilliant."
fn lone_praise(tokens: &[Token], lexicon: &Lexicon) -> f32 {
    tokens
        .split(|t| matches!(t, Token::Stop(_)))
        .filter_map(|sentence| if let [Token::Word { word, .. }] = sentence { lexicon.weight(word) } else { None })
        .fold(0.0, f32::max)
}

/// How much of a lone word of praise beside a complaint is taken back; more than all of it, because it is meant as blame.
const SARCASM: f32 = 1.5;
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
