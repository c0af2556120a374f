//! What was learned, in words that people can read.

use super::Learned;
use crate::domain::fold;
use crate::triage::model::Features;
use crate::triage::model::math::real;
use std::collections::{BTreeMap, BTreeSet};

/// How far a word moved the judgement.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The word.
    pub word: String,
    /// What it adds for negative, neutral and positive.
    pub feeling: [f32; 3],
    /// What it adds for a question.
    pub question: f32,
}

/// So many words are looked at: those that occur in the most posts.
const MOST: usize = 3000;
/// A word that occurs in fewer posts says nothing that people would recognise.
const FEWEST: usize = 2;

/// The words of posts that may have moved: they are kept beside what was learned, since features have no names.
pub fn words<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for text in texts {
        let folded = fold(text);
        let words = folded.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '#'));
        let words: BTreeSet<&str> = words.map(|w| w.trim_matches('\'')).filter(|w| w.chars().count() > 1).collect();
        for word in words {
            *counts.entry(word.to_owned()).or_default() += 1;
        }
    }
    let mut often: Vec<(String, usize)> = counts.into_iter().filter(|(_, n)| *n >= FEWEST).collect();
    often.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    often.into_iter().take(MOST).map(|(word, _)| word).collect()
}

/// How far each word moved the judgement. `features` says what the model looks at in a text.
pub fn moved(learned: &Learned, words: &[String], features: &dyn Fn(&str) -> Features) -> Vec<Moved> {
    // What every lone word has, such as being short, says nothing about this one.
    let common: BTreeSet<u32> = features("qzxj").indices().iter().copied().collect();
    let other: BTreeSet<u32> = features("vwkq").indices().iter().copied().collect();
    let one = |word: &String| {
        let all = features(word);
        let own: Vec<u32> =
            all.indices().iter().copied().filter(|i| !(common.contains(i) && other.contains(i))).collect();
        let scale = 1.0 / real(own.len().max(1)).sqrt();
        let bias = learned.delta.feeling_bias;
        let sums = learned.delta.feeling_of(&own, scale);
        let mut feeling = [0.0; 3];
        for ((out, sum), bias) in feeling.iter_mut().zip(sums).zip(bias) {
            *out = sum - bias;
        }
        let question = learned.delta.question_of(&own, scale) - learned.delta.question_bias;
        Moved { word: word.clone(), feeling, question }
    };
    words.iter().map(one).collect()
}
