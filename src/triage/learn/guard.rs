//! Whether what was learned holds for what it was not learned from: each fifth of the examples is kept back in turn.

use super::fit::{Fitted, Options, Sample, best, fit};
use crate::triage::model::math::real;

/// The examples are kept back in so many parts, one after the other.
const PARTS: usize = 5;

/// Fits to all but each fifth.
pub(super) struct Trial<'s, const K: usize> {
    samples: Vec<&'s Sample<K>>,
    fitted: Vec<Fitted<K>>,
}

impl<'s, const K: usize> Trial<'s, K> {
    pub(super) fn new(samples: Vec<&'s Sample<K>>, columns: usize, options: Options) -> Self {
        let part = |part: usize| -> Vec<&'s Sample<K>> {
            samples.iter().enumerate().filter(|(i, _)| i % PARTS != part).map(|(_, s)| *s).collect()
        };
        let fitted = (0..PARTS).map(|n| fit(&part(n), columns, options)).collect();
        Self { samples, fitted }
    }

    /// Each example, and what was made of it while it was kept back.
    fn read(&self, strength: f32) -> impl Iterator<Item = (&'s Sample<K>, [f32; K])> {
        self.samples.iter().enumerate().filter_map(move |(i, sample)| {
            let fitted = self.fitted.get(i % PARTS)?;
            Some((*sample, fitted.read(sample, strength)))
        })
    }

    /// The mean recall of the labels that occur: of the shipped model, and of what was learned at that strength.
    pub(super) fn recalls(&self, strength: f32) -> (f32, f32) {
        let (mut before, mut after) = (Recall::default(), Recall::default());
        for (sample, read) in self.read(strength) {
            before.count(sample.label, sample.shown());
            after.count(sample.label, best(&read));
        }
        (before.mean(), after.mean())
    }

    /// Of those that `flags` marks: how many, and how many rightly.
    pub(super) fn flagged(&self, flags: impl Fn(&[f32; K]) -> bool, right: impl Fn(usize) -> bool) -> (usize, usize) {
        let flagged = self.read(1.0).filter(|(_, read)| flags(read));
        flagged.fold((0, 0), |(all, good), (sample, _)| (all + 1, good + usize::from(right(sample.label))))
    }
}

impl Trial<'_, 3> {
    /// The voices that correct at random: of the two labels that a corrected post was not taken for, theirs is not the
    /// likelier one by what everybody's other corrections say.
    pub(super) fn random_voices(&self) -> Vec<usize> {
        let mut hits: Vec<(usize, usize)> = Vec::new();
        for (sample, read) in self.read(1.0) {
            let Some(voice) = sample.voice.filter(|_| sample.label != sample.shown()) else { continue };
            let share = |label: usize| read.get(label).copied().unwrap_or_default();
            let other = (0..3).find(|label| *label != sample.label && *label != sample.shown()).unwrap_or_default();
            if hits.len() <= voice {
                hits.resize(voice + 1, (0, 0));
            }
            if let Some((hit, n)) = hits.get_mut(voice) {
                *hit += usize::from(share(sample.label) > share(other));
                *n += 1;
            }
        }
        let random = |(hit, n): (usize, usize)| n >= TELLING && real(hit) < wanted(real(n));
        hits.into_iter().enumerate().filter(|(_, h)| random(*h)).map(|(voice, _)| voice).collect()
    }
}

/// With fewer corrections nobody can be told from chance, and they do little.
const TELLING: usize = 12;

/// So many hits of n tell a voice from chance: half, and the more beyond, in standard deviations, the more there are.
fn wanted(n: f32) -> f32 {
    0.5 * n + (0.6 + n / 100.0).min(2.0) * 0.5 * n.sqrt()
}

/// Counts hits by label.
#[derive(Default)]
struct Recall(Vec<(usize, usize)>);

impl Recall {
    fn count(&mut self, label: usize, read: usize) {
        if self.0.len() <= label {
            self.0.resize(label + 1, (0, 0));
        }
        if let Some((hit, n)) = self.0.get_mut(label) {
            *hit += usize::from(label == read);
            *n += 1;
        }
    }

    fn mean(&self) -> f32 {
        let there = self.0.iter().filter(|(_, n)| *n > 0);
        let sum: f32 = there.clone().map(|(hit, n)| real(*hit) / real(*n)).sum();
        sum / real(there.count().max(1))
    }
}
