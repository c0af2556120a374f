//! Which examples count, and how much.

use super::Example;
use crate::domain::{PersonId, fold};
use std::collections::BTreeMap;

/// Only so many of the newest count.
const MOST: usize = 2000;
/// What being left alone weighs beside being corrected.
const SILENT: f32 = 0.4;
/// What one author wrote weighs at most as much as so many posts: a campaign teaches no more than that.
const PER_AUTHOR: f32 = 5.0;
/// A person may always count as much as so many corrections, whatever the others said.
const PER_PERSON: f32 = 20.0;

/// The examples that count, the oldest first, each with its weight. Of several about the same words the newest one
/// counts, and what was said before what was not.
pub(super) fn weighed(examples: &[Example]) -> Vec<(&Example, f32)> {
    let mut order: Vec<&Example> = examples.iter().collect();
    order.sort_by_key(|e| e.at);
    let order = order.split_off(order.len().saturating_sub(MOST));
    let mut newest: BTreeMap<String, usize> = BTreeMap::new();
    for (at, example) in order.iter().enumerate() {
        let place = newest.entry(fold(&example.text)).or_insert(at);
        let spoken_before = order.get(*place).is_some_and(|e| e.spoken);
        if example.spoken || !spoken_before {
            *place = at;
        }
    }
    let mut kept: Vec<usize> = newest.into_values().collect();
    kept.sort_unstable();
    let mut all: Vec<(&Example, f32)> =
        kept.iter().filter_map(|at| order.get(*at)).map(|e| (*e, if e.spoken { 1.0 } else { SILENT })).collect();
    cap(&mut all, |e| (!e.author.is_empty()).then_some(e.author.as_str()), |_, _| PER_AUTHOR);
    // Nobody alone outweighs all the others, if there are others.
    let voice = |e: &Example| e.spoken.then(|| e.by.clone());
    let voices = sums(&all, voice).len();
    cap(&mut all, voice, |sum, total| if voices > 1 { (total - sum).max(PER_PERSON) } else { f32::INFINITY });
    all
}

fn sums<'e, K: Ord>(all: &[(&'e Example, f32)], key: impl Fn(&'e Example) -> Option<K>) -> BTreeMap<K, f32> {
    let mut sums = BTreeMap::new();
    for (example, weight) in all {
        if let Some(key) = key(example) {
            *sums.entry(key).or_insert(0.0) += weight;
        }
    }
    sums
}

/// Lets those with the same key weigh no more together than `most` says, given their sum and everybody's.
fn cap<'e, K: Ord>(
    all: &mut [(&'e Example, f32)],
    key: impl Fn(&'e Example) -> Option<K>,
    most: impl Fn(f32, f32) -> f32,
) {
    let sums = sums(all, &key);
    let total: f32 = sums.values().sum();
    for (example, weight) in all {
        if let Some(sum) = key(example).and_then(|key| sums.get(&key)) {
            *weight *= (most(*sum, total) / sum).min(1.0);
        }
    }
}

/// How many corrections of whom.
pub(super) fn voices(all: &[(&Example, f32)]) -> BTreeMap<PersonId, usize> {
    let mut counts = BTreeMap::new();
    for (example, _) in all.iter().filter(|(e, _)| e.spoken) {
        *counts.entry(example.by.clone()).or_default() += 1;
    }
    counts
}
