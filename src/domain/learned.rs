//! What the classifier has learned, as people ask about it.

use super::{Kind, MentionNo, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The setting that says since when lessons count.
pub const MODEL_RESET: &str = "model:reset";
/// The setting that says what [`MODEL_RESET`] was before.
pub const MODEL_RESET_BEFORE: &str = "model:reset_before";
/// The setting that keeps [`ModelState`].
pub const MODEL_STATE: &str = "model:state";

/// Lessons before a moment do not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelReset {
    /// The moment.
    pub at: Timestamp,
    /// Who said so.
    pub by: PersonId,
}

/// What was learned, and how it came about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelState {
    /// The classifier can learn.
    pub learns: bool,
    /// When it learned last.
    pub at: Option<Timestamp>,
    /// Corrections that are used.
    pub corrections: usize,
    /// Mentions that were handled without a correction and are used.
    pub silent: usize,
    /// Corrections by person.
    pub by: BTreeMap<PersonId, usize>,
    /// Whose corrections are left out: they look random.
    pub left_out: Vec<PersonId>,
    /// How feelings are told on what was kept back.
    pub feeling: KeptBack,
    /// How questions are told on what was kept back.
    pub question: KeptBack,
    /// Mentions that were called spam or not us.
    pub doubts: usize,
    /// That is enough to mark others like them.
    pub marks: bool,
    /// Since when lessons count, and who said so.
    pub reset: Option<ModelReset>,
    /// For each kind the words that speak more for it than before, and those that speak less for it.
    #[serde(skip)]
    pub words: Vec<(Kind, Vec<String>, Vec<String>)>,
    /// Mentions that would be judged otherwise now: which, its words, what it was taken for, and what it would be.
    #[serde(skip)]
    pub different: Vec<(MentionNo, String, Kind, Kind)>,
}

/// How something is told on examples that were kept back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeptBack {
    /// Mean recall of the shipped model, 0 to 1.
    pub before: f32,
    /// Mean recall of what was learned, 0 to 1.
    pub after: f32,
    /// How much of what was learned is used, 0 to 1.
    pub strength: f32,
    /// How many examples.
    pub examples: usize,
}
