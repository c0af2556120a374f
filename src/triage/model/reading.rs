//! What the model makes of a text.

use super::math::{logistic, softmax};
use super::question::Asks;
use super::weights::{ROWS, Weights};
use super::{Delta, Features};
use crate::domain::Odds;

/// What the model makes of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Shares of negative, neutral, positive; they sum to 1.
    pub feeling: [f32; 3],
    /// How likely it asks something, 0 to 1.
    pub question: f32,
    /// How likely it wants a reply, 0 to 1.
    pub needs_reply: f32,
    /// How many complaint cues were found, at most 3.
    pub complaint_cues: u8,
}

/// What each complaint cue adds to the logit of negative.
const CUE: f32 = 0.7;
/// What each praise cue adds to the logit of positive.
const PRAISE_CUE: f32 = 0.6;

pub(super) fn read(weights: &Weights, features: &Features, delta: &Delta) -> Reading {
    let [negative, positive, asks] = sums(weights, features.indices(), features.scale());
    let hints = &features.hints;
    let more = delta.feeling_of(features.indices(), features.scale());
    let cues = CUE * f32::from(hints.complaints);
    let thanks = PRAISE_CUE * f32::from(hints.praises);
    let feeling = softmax([negative + cues + more[0], more[1], positive + thanks + more[2]]);
    let taught = delta.question_of(features.indices(), features.scale());
    let question = logistic(question_logit(asks, hints.asks) + taught);
    let [negative, neutral, _] = feeling;
    // Who asks or is unhappy waits for an answer; who says something to somebody may.
    let told = if hints.calls { neutral } else { 0.0 };
    let needs_reply = 1.0 - (1.0 - question) * (1.0 - (negative + told).min(1.0));
    Reading { feeling, question, needs_reply, complaint_cues: hints.complaints }
}

/// The sums of the rows. Steps are added as whole numbers, so the order does not matter.
fn sums(weights: &Weights, indices: &[u32], scale: f32) -> [f32; ROWS] {
    let mut steps = [0_i32; ROWS];
    for row in indices.iter().filter_map(|i| weights.steps.get(*i as usize)) {
        for (sum, step) in steps.iter_mut().zip(row) {
            *sum += i32::from(*step);
        }
    }
    let mut out = weights.biases;
    for ((out, sum), worth) in out.iter_mut().zip(steps).zip(weights.scales) {
        *out += exact(sum) * worth * scale;
    }
    out
}

/// A sum of at most some thousand steps as a number: exact.
fn exact(sum: i32) -> f32 {
    let clamped = i16::try_from(sum).unwrap_or(if sum < 0 { i16::MIN } else { i16::MAX });
    f32::from(clamped)
}

/// The question mark, the way the sentence begins, and what the words say.
fn question_logit(words: f32, asks: Asks) -> f32 {
    let base = match asks {
        Asks::Both => 3.5,
        Asks::Mark => 2.5,
        Asks::Words => 1.0,
        Asks::No => -2.0,
    };
    base + 0.5 * words.clamp(-4.0, 4.0)
}

/// The four kinds: a question is a question even when it is unhappy, unless it is clearly so; what asks nothing is what it feels.
pub fn odds(reading: &Reading) -> Odds {
    let [negative, neutral, positive] = reading.feeling;
    let clear = ((negative - UNHAPPY) / (1.0 - UNHAPPY)).clamp(0.0, 1.0);
    let question = reading.question * (1.0 - clear);
    let rest = 1.0 - reading.question;
    Odds {
        question,
        complaint: rest * negative + reading.question * clear,
        praise: rest * positive,
        other: rest * neutral,
    }
}

/// From this share of negative on a question begins to be a complaint.
const UNHAPPY: f32 = 0.8;
