//! Counting hits: a table of labels against what was read, and what follows from it.

use serde::Serialize;

/// How often each label was read as each.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// The names of the labels.
    pub names: Vec<&'static str>,
    /// By label, then by what was read.
    pub counts: Vec<Vec<usize>>,
}

/// How well one label is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// Of those read so, the share that are, 0 to 1.
    pub precision: f64,
    /// Of those that are, the share read so, 0 to 1.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
    /// How many are.
    pub n: usize,
}

impl Score {
    /// From counts: rightly found, found in all, there in all.
    pub fn of(hit: usize, found: usize, there: usize) -> Self {
        let (precision, recall) = (share(hit, found), share(hit, there));
        let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        Self { precision, recall, f1, n: there }
    }
}

/// A part of a whole, 0 to 1; 0 of nothing.
pub fn share(part: usize, whole: usize) -> f64 {
    let real = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { real(part) / real(whole) }
}

impl Table {
    /// Nothing counted yet.
    pub fn new(names: &[&'static str]) -> Self {
        Self { names: names.to_vec(), counts: vec![vec![0; names.len()]; names.len()] }
    }

    /// One more.
    pub fn count(&mut self, label: usize, read: usize) {
        if let Some(cell) = self.counts.get_mut(label).and_then(|row| row.get_mut(read)) {
            *cell += 1;
        }
    }

    /// How many were counted.
    pub fn n(&self) -> usize {
        self.counts.iter().flatten().sum()
    }

    /// The share that was read rightly.
    pub fn accuracy(&self) -> f64 {
        let hits = self.counts.iter().enumerate().filter_map(|(i, row)| row.get(i)).sum();
        share(hits, self.n())
    }

    /// Each label that occurs, and how well it is told.
    pub fn scores(&self) -> Vec<(&'static str, Score)> {
        let score = |(i, name): (usize, &&'static str)| {
            let row = self.counts.get(i)?;
            let found = self.counts.iter().filter_map(|row| row.get(i)).sum();
            let there = row.iter().sum();
            (there > 0).then(|| (*name, Score::of(row.get(i).copied().unwrap_or_default(), found, there)))
        };
        self.names.iter().enumerate().filter_map(score).collect()
    }

    /// The mean F1 of the labels that occur.
    pub fn macro_f1(&self) -> f64 {
        self.mean(|s| s.f1)
    }

    /// The mean recall of the labels that occur.
    pub fn macro_recall(&self) -> f64 {
        self.mean(|s| s.recall)
    }

    fn mean(&self, of: impl Fn(&Score) -> f64) -> f64 {
        let scores = self.scores();
        let sum: f64 = scores.iter().map(|(_, s)| of(s)).sum();
        sum / f64::from(u32::try_from(scores.len().max(1)).unwrap_or(1))
    }
}
