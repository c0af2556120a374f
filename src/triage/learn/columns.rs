//! Numbers the features that occur in the examples, so that a fit needs no more room than they do.

use crate::triage::model::Features;

/// The features that occur, in order: the place of each is its column.
#[derive(Debug)]
pub(super) struct Columns(Vec<u32>);

impl Columns {
    pub(super) fn of<'f>(all: impl Iterator<Item = &'f Features>) -> Self {
        let mut indices: Vec<u32> = all.flat_map(|f| f.indices().iter().copied()).collect();
        indices.sort_unstable();
        indices.dedup();
        Self(indices)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The columns of a text; what occurs in no example has none.
    pub(super) fn columns(&self, features: &Features) -> Vec<u32> {
        let place = |index| self.0.binary_search(index).ok().and_then(|at| u32::try_from(at).ok());
        features.indices().iter().filter_map(place).collect()
    }

    /// Each feature with what stands in its column.
    pub(super) fn with<'r, T>(&self, rows: &'r [T]) -> impl Iterator<Item = (u32, &'r T)> {
        self.0.iter().copied().zip(rows)
    }
}
