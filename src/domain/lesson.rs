//! What the handling of a mention by people says about how it was judged: what the classifier learns from.

use super::{Kind, Mention, MentionNo, PersonId, ResponseSource};
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

/// A mention from whose handling something can be had: a lesson, or an answer of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    /// Which.
    pub no: MentionNo,
    /// What its handling says about how it was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lesson: Option<Lesson>,
    /// A reply went out from here, and its words are kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answered: bool,
}

impl Handled {
    /// What can be had from a mention; `None` if nothing, and if its author was erased.
    pub fn of(m: &Mention) -> Option<Self> {
        let ours = m.cycles.iter().flat_map(super::Cycle::responses).any(|r| r.source == ResponseSource::Sent);
        let answered = ours && m.drafts.iter().any(|draft| draft.sent);
        let some = !m.erased && (answered || m.lesson.is_some());
        some.then(|| Self { no: m.no, lesson: m.lesson.clone(), answered })
    }
}
