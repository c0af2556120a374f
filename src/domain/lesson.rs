//! What the handling of a mention by people says about how it was judged: what the classifier learns from.

use super::{Kind, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What somebody said or did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// `kind`: that it is this.
    Kind(Kind),
    /// `done spam`: nobody's voice.
    Spam,
    /// `done notus`: about somebody else.
    NotUs,
    /// Answered or closed without a word about its kind: it was right, probably.
    LeftAlone,
}

/// What is learned from one mention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// What was said.
    pub said: Said,
    /// The kind that it was taken for before anybody said anything.
    pub was: Kind,
    /// Who.
    pub by: PersonId,
    /// When, by the desk's clock.
    pub at: Timestamp,
}
