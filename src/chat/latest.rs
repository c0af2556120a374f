//! The latest of what came in, by its id: what is delivered twice is done once.

use super::lock;
use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

/// The latest ids, with what is kept of each.
pub(in crate::chat) struct Latest<V> {
    most: usize,
    /// By id; and the ids, the oldest first.
    known: Mutex<(HashMap<String, V>, VecDeque<String>)>,
}

impl<V: Clone + Default> Latest<V> {
    /// Remembers so many.
    pub(in crate::chat) fn new(most: usize) -> Self {
        Self { most, known: Mutex::default() }
    }

    /// What is kept of that id, and whether this is the first time that it is seen.
    fn seen(&self, id: &str) -> (V, bool) {
        let (known, order) = &mut *lock(&self.known);
        if let Some(kept) = known.get(id) {
            return (kept.clone(), false);
        }
        order.push_back(id.to_owned());
        if order.len() > self.most
            && let Some(oldest) = order.pop_front()
        {
            known.remove(&oldest);
        }
        (known.entry(id.to_owned()).or_default().clone(), true)
    }

    /// What is kept of that id: the same for whoever comes second.
    #[cfg(feature = "slack")]
    pub(in crate::chat) fn kept(&self, id: &str) -> V {
        self.seen(id).0
    }

    /// True the first time that this id is seen.
    pub(in crate::chat) fn first_time(&self, id: &str) -> bool {
        self.seen(id).1
    }
}
