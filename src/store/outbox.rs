//! The effects that wait, in memory, in the order in which they may go.

use crate::domain::{Effect, EffectId, Lane, MentionNo};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Effects of one mention to one destination go one after the other.
type Queue = (MentionNo, Lane);

/// The outbox.
#[derive(Debug, Default)]
pub struct Outbox {
    effects: HashMap<u64, Effect>,
    places: HashMap<EffectId, u64>,
    queues: HashMap<Queue, BTreeSet<u64>>,
    /// Those that nothing holds up, by destination and due time: one destination's backlog hides no other's.
    ready: BTreeMap<Lane, BTreeSet<(Timestamp, u64)>>,
}

fn queue(effect: &Effect) -> Option<Queue> {
    effect.mention().map(|no| (no, effect.lane()))
}

impl Outbox {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.effects.len()
    }

    /// All of them, in the order of their queueing.
    pub fn all(&self) -> Vec<Effect> {
        let mut all: Vec<_> = self.effects.iter().collect();
        all.sort_unstable_by_key(|(place, _)| **place);
        all.into_iter().map(|(_, e)| e.clone()).collect()
    }

    /// Queues an effect at its place in the order; replaces the one with its key.
    pub fn put(&mut self, place: u64, effect: Effect) {
        self.remove(&effect.id);
        let lane = effect.lane();
        if let Some(q) = queue(&effect) {
            let waiting = self.queues.entry(q).or_default();
            let old_head = waiting.first().copied();
            waiting.insert(place);
            if waiting.first() == Some(&place) {
                if let Some(held_up) = old_head.and_then(|h| self.effects.get(&h).map(|e| (e.due_at, h))) {
                    self.no_longer_ready(&lane, held_up);
                }
                self.ready.entry(lane).or_default().insert((effect.due_at, place));
            }
        } else {
            self.ready.entry(lane).or_default().insert((effect.due_at, place));
        }
        self.places.insert(effect.id.clone(), place);
        self.effects.insert(place, effect);
    }

    /// Removes an effect; the next one of its mention and destination may go.
    pub fn remove(&mut self, id: &EffectId) {
        let Some(place) = self.places.remove(id) else { return };
        let Some(effect) = self.effects.remove(&place) else { return };
        let lane = effect.lane();
        self.no_longer_ready(&lane, (effect.due_at, place));
        let Some(q) = queue(&effect) else { return };
        if let Some(waiting) = self.queues.get_mut(&q) {
            waiting.remove(&place);
            match waiting.first().and_then(|next| self.effects.get(next).map(|e| (e.due_at, *next))) {
                Some(next) => {
                    self.ready.entry(lane).or_default().insert(next);
                }
                None => {
                    self.queues.remove(&q);
                }
            }
        }
    }

    fn no_longer_ready(&mut self, lane: &Lane, effect: (Timestamp, u64)) {
        if let Some(ready) = self.ready.get_mut(lane) {
            ready.remove(&effect);
            if ready.is_empty() {
                self.ready.remove(lane);
            }
        }
    }

    /// Those that are due and may go: for each destination in order, at most `limit`.
    pub fn due(&self, now: Timestamp, limit: usize) -> Vec<Effect> {
        self.ready
            .values()
            .flat_map(|ready| ready.iter().take_while(|(due, _)| *due <= now).take(limit))
            .filter_map(|(_, place)| self.effects.get(place))
            .cloned()
            .collect()
    }

    /// When the next one that may go is due.
    pub fn next(&self) -> Option<Timestamp> {
        self.ready.values().filter_map(|ready| ready.first()).map(|(due, _)| *due).min()
    }
}
