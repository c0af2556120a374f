//! `[triage]`: what is made of posts that matter.

use super::reader::Section;
use super::schema::{self, Key, Table};
use super::values;

const COMPLAINT_CUES: Key = Key::optional("complaint_cues", "patterns such as [\"parcel|order never came\"]");

/// What is made of posts.
pub const TABLE: Table = Table { title: "[triage]", keys: &[&COMPLAINT_CUES] };

/// What is made of posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriageSettings {
    /// How customers of these brands complain, besides the shipped patterns.
    pub complaint_cues: Vec<String>,
}

pub(super) fn read(root: &Section<'_>) -> TriageSettings {
    let section = root.table(&schema::TRIAGE, &TABLE);
    TriageSettings { complaint_cues: section.list(&COMPLAINT_CUES, values::pattern) }
}
