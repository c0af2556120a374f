//! What a workspace teaches the classifier by handling mentions: additions to the shipped weights, made anew from all
//! lessons whenever there are new ones. Pure: the same lessons give the same additions. Why it is done so, and what was
//! measured: docs/triage.md.

mod columns;
mod example;
mod fit;
mod guard;
mod weigh;
mod words;

pub use example::{Doubt, Example, Target, as_read};
pub use words::{Moved, moved, words};

use super::model::{Delta, Features, Reading};
use crate::domain::PersonId;
use columns::Columns;
use fit::{Fitted, Options, Sample, fit};
use guard::Trial;
use std::collections::BTreeMap;

/// What was learned, ready to be used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learned {
    /// What is added to the shipped weights.
    pub delta: Delta,
    /// What looks like spam, or not about the brand.
    pub doubts: Doubts,
    /// How it came about.
    pub report: Report,
}

/// How something learned came about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Corrections that were used.
    pub corrections: usize,
    /// Posts that were handled without a correction and used.
    pub silent: usize,
    /// Corrections by person.
    pub by: BTreeMap<PersonId, usize>,
    /// Whose corrections agree with nothing, not even with themselves, and were left out.
    pub left_out: Vec<PersonId>,
    /// How feelings were told on what was kept back.
    pub feeling: Held,
    /// How questions were told on what was kept back.
    pub question: Held,
    /// How many posts were called spam or not about the brand.
    pub doubts: usize,
    /// That was enough to mark others like them.
    pub marks: bool,
}

/// How well something was told on what was kept back.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Held {
    /// Mean recall of the shipped model, 0 to 1.
    pub before: f32,
    /// Mean recall of what was learned, 0 to 1, at the strength that is used, or, if none is, at the full one.
    pub after: f32,
    /// How much of what was learned is used: 1 all of it, 0 nothing.
    pub strength: f32,
    /// Examples.
    pub examples: usize,
}

impl Held {
    /// It was worse than the shipped model on what was kept back, and is not used.
    pub fn reverted(&self) -> bool {
        self.examples > 0 && self.strength == 0.0
    }
}

/// Tells what looks like spam, or not about the brand. By default nothing does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Doubts {
    rows: BTreeMap<u32, [f32; 3]>,
    bias: [f32; 3],
}

const FEELING: Options = Options { hold: 0.7, hold_bias: 10.0, balance: 0.75 };
/// Where nearly nothing but mistakes is known: what is rare among mistakes need not be rare.
const MISTAKES: Options = Options { hold: 1.0, hold_bias: 30.0, balance: 1.0 };
/// Below this weight of examples that were told rightly, beside those that were not.
const FEW_RIGHT: f32 = 0.25;
const QUESTION: Options = Options { hold: 1.0, hold_bias: 20.0, balance: 0.75 };
const DOUBT: Options = Options { hold: 0.15, hold_bias: 10.0, balance: 0.5 };

/// What was learned may be worse by so much on what was kept back: half a point.
const TOLERATED: f32 = 0.005;
/// Before anything is learned, so much is no customer's voice.
const USUAL_DOUBT: [f32; 3] = [0.9, 0.05, 0.05];
/// From here on a post is marked.
const MARK: f32 = 0.5;
/// Fewer say nothing about others.
const FEWEST_DOUBTS: usize = 3;

/// A post that was looked at.
pub type Look = (Features, Reading);

/// Learns from examples. `look` says what the shipped model makes of a text.
pub fn learn(examples: &[Example], look: &dyn Fn(&str) -> Look) -> Learned {
    let weighed = weigh::weighed(examples);
    let looks: Vec<Look> = weighed.iter().map(|(e, _)| look(&e.text)).collect();
    let columns = Columns::of(looks.iter().map(|(features, _)| features));
    let by = weigh::voices(&weighed);
    let people: Vec<&PersonId> = by.keys().collect();
    let voice = |e: &Example| if e.spoken { people.iter().position(|p| **p == e.by) } else { None };
    let sample = |e: &Example, (features, _): &Look, weight, voice| Plain {
        columns: columns.columns(features),
        scale: features.scale(),
        weight,
        voice,
        doubt: e.target.doubt,
    };
    let (mut feelings, mut questions, mut doubts) = (Vec::new(), Vec::new(), Vec::new());
    for ((example, weight), look) in weighed.iter().zip(&looks) {
        let plain = sample(example, look, *weight, voice(example));
        if let Some((label, worth)) = example.target.feeling {
            feelings.push(plain.sample(look.1.feeling, label, worth));
        }
        if let Some((asks, worth)) = example.target.question {
            let share = look.1.question;
            questions.push(plain.sample([1.0 - share, share], usize::from(asks), worth));
        }
        doubts.push(plain.sample(USUAL_DOUBT, plain.label(), 1.0));
    }

    let options = feeling_options(&feelings);
    let random = random_voices(&feelings, columns.len(), options);
    let trusted = |voice: Option<usize>| voice.is_none_or(|v| !random.contains(&v));
    feelings.retain(|s| trusted(s.voice));
    questions.retain(|s| trusted(s.voice));
    doubts.retain(|s| trusted(s.voice));

    let (feeling, held_feeling) = guarded(&feelings, columns.len(), options);
    let (question, held_question) = guarded(&questions, columns.len(), QUESTION);
    let called = doubts.iter().filter(|s| s.label != 0).count();
    let marks = called >= FEWEST_DOUBTS && tells_doubts(&doubts, columns.len());
    let rows = |fitted: &Fitted<3>| -> BTreeMap<u32, [f32; 3]> {
        columns.with(&fitted.rows).filter(|(_, row)| says(row)).map(|(index, row)| (index, *row)).collect()
    };
    let mut learned = Learned::default();
    if let Some(fitted) = feeling {
        learned.delta.feeling = rows(&fitted);
        learned.delta.feeling_bias = fitted.bias;
    }
    if let Some(fitted) = question {
        let more = |row: &[f32; 2]| row[1] - row[0];
        let rows = columns.with(&fitted.rows).filter(|(_, row)| says(row));
        learned.delta.question = rows.map(|(index, row)| (index, more(row))).collect();
        learned.delta.question_bias = more(&fitted.bias);
    }
    if marks {
        let fitted = fit(&doubts.iter().collect::<Vec<_>>(), columns.len(), DOUBT);
        learned.doubts = Doubts { rows: rows(&fitted), bias: fitted.bias };
    }
    let left_out: Vec<PersonId> = random.iter().filter_map(|v| people.get(*v)).map(|p| (*p).clone()).collect();
    let used = weighed.iter().filter(|(e, _)| !e.spoken || !left_out.contains(&e.by));
    let corrections = used.clone().filter(|(e, _)| e.spoken).count();
    learned.report = Report {
        corrections,
        silent: used.count() - corrections,
        by,
        left_out,
        feeling: held_feeling,
        question: held_question,
        doubts: called,
        marks,
    };
    learned
}

/// What is the same for all that is learned from an example.
struct Plain {
    columns: Vec<u32>,
    scale: f32,
    weight: f32,
    voice: Option<usize>,
    doubt: Doubt,
}

impl Plain {
    fn sample<const K: usize>(&self, base: [f32; K], label: usize, worth: f32) -> Sample<K> {
        let (columns, weight) = (self.columns.clone(), self.weight * worth);
        Sample { columns, scale: self.scale, base, label, weight, voice: self.voice }
    }

    fn label(&self) -> usize {
        match self.doubt {
            Doubt::None => 0,
            Doubt::Spam => 1,
            Doubt::NotUs => 2,
        }
    }
}

fn feeling_options(feelings: &[Sample<3>]) -> Options {
    let sum =
        |right: bool| -> f32 { feelings.iter().filter(|s| (s.label == s.shown()) == right).map(|s| s.weight).sum() };
    if sum(true) < FEW_RIGHT * sum(false) { MISTAKES } else { FEELING }
}

/// Too little to matter is not kept.
fn says<const K: usize>(row: &[f32; K]) -> bool {
    row.iter().any(|w| w.abs() > 1e-4)
}

/// The voices that are not listened to. Once they are gone, others may turn out to be like them.
fn random_voices(feelings: &[Sample<3>], columns: usize, options: Options) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::new();
    loop {
        let rest = feelings.iter().filter(|s| s.voice.is_none_or(|v| !out.contains(&v))).collect();
        let more = Trial::new(rest, columns, options).random_voices();
        if more.is_empty() {
            return out;
        }
        out.extend(more);
    }
}

/// Fits at the greatest strength at which what is kept back is told no worse than by the shipped model.
fn guarded<const K: usize>(samples: &[Sample<K>], columns: usize, options: Options) -> (Option<Fitted<K>>, Held) {
    let all: Vec<&Sample<K>> = samples.iter().collect();
    // Without a word from anybody there is nothing new in what was left alone.
    if !all.iter().any(|s| s.voice.is_some()) {
        return (None, Held::default());
    }
    let trial = Trial::new(all.clone(), columns, options);
    let (before, full) = trial.recalls(1.0);
    for strength in [1.0, 0.5, 0.25] {
        let (_, after) = trial.recalls(strength);
        if after >= before - TOLERATED {
            let mut fitted = fit(&all, columns, options);
            let scaled = |row: &mut [f32; K]| row.iter_mut().for_each(|w| *w *= strength);
            fitted.rows.iter_mut().for_each(scaled);
            scaled(&mut fitted.bias);
            return (Some(fitted), Held { before, after, strength, examples: all.len() });
        }
    }
    (None, Held { before, after: full, strength: 0.0, examples: all.len() })
}

/// Whether two of three marks on what was kept back would be right.
fn tells_doubts(samples: &[Sample<3>], columns: usize) -> bool {
    let trial = Trial::new(samples.iter().collect(), columns, DOUBT);
    let (marked, rightly) = trial.flagged(|read| read[1] + read[2] >= MARK, |label| label != 0);
    rightly > 0 && rightly * 3 >= marked * 2
}

impl Doubts {
    /// What a post looks like.
    pub fn of(&self, features: &Features) -> Doubt {
        if self.rows.is_empty() {
            return Doubt::None;
        }
        let known: Vec<u32> = self.rows.keys().copied().collect();
        let columns = features.indices().iter().filter_map(|i| known.binary_search(i).ok());
        let columns = columns.filter_map(|at| u32::try_from(at).ok()).collect();
        let fitted = Fitted { rows: self.rows.values().copied().collect(), bias: self.bias };
        let sample = Sample { columns, scale: features.scale(), base: USUAL_DOUBT, label: 0, weight: 0.0, voice: None };
        let [_, spam, not_us] = fitted.read(&sample, 1.0);
        if spam + not_us < MARK {
            return Doubt::None;
        }
        if spam > not_us { Doubt::Spam } else { Doubt::NotUs }
    }
}
