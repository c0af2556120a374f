//! `[triage]`: what is made of posts that matter.

use super::reader::Section;
use super::schema::{self, Key, Table};
use super::values;
use std::time::Duration;

const COMPLAINT_CUES: Key = Key::optional("complaint_cues", "patterns such as [\"parcel|order never came\"]");
const FOLD_COPIES: Key = Key::optional("fold_copies", "true or false");
const COPIES_WITHIN: Key = Key::with_default("copies_within", "a duration such as \"48h\"", "48h");

/// What is made of posts.
pub const TABLE: Table = Table { title: "[triage]", keys: &[&COMPLAINT_CUES, &FOLD_COPIES, &COPIES_WITHIN] };

/// What is made of posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriageSettings {
    /// How customers of these brands complain, besides the shipped patterns.
    pub complaint_cues: Vec<String>,
    /// What repeats a mention that was seen no longer ago is counted on its card; `None`: every post has a card of its own.
    pub copies_within: Option<Duration>,
}

pub(super) fn read(root: &Section<'_>) -> TriageSettings {
    let section = root.table(&schema::TRIAGE, &TABLE);
    let within = section.parsed(&COPIES_WITHIN, values::duration);
    TriageSettings {
        complaint_cues: section.list(&COMPLAINT_CUES, values::pattern),
        copies_within: section.flag(&FOLD_COPIES).unwrap_or(true).then_some(within),
    }
}
