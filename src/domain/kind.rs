//! What a mention is, and why it may be closed.

use serde::{Deserialize, Serialize};

/// What a mention is, which decides who should see it and how soon it should be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// They ask something.
    Question,
    /// They are unhappy (negative).
    Complaint,
    /// They are happy (positive).
    Praise,
    /// Anything else (neutral).
    Other,
}

impl Kind {
    /// All kinds, in the order of the tables.
    pub const ALL: [Kind; 4] = [Kind::Question, Kind::Complaint, Kind::Praise, Kind::Other];

    /// The word in commands, configuration and figures.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Question => "question",
            Kind::Complaint => "complaint",
            Kind::Praise => "praise",
            Kind::Other => "other",
        }
    }
}

/// How likely each kind is: four shares that sum to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Odds {
    /// They ask something.
    pub question: f32,
    /// They are unhappy.
    pub complaint: f32,
    /// They are happy.
    pub praise: f32,
    /// Anything else.
    pub other: f32,
}

impl Odds {
    /// All of it for one kind: what a person said.
    pub fn certain(kind: Kind) -> Self {
        let mut odds = Self::default();
        *odds.slot(kind) = 1.0;
        odds
    }

    /// The share of a kind, 0 to 1.
    pub fn of(&self, kind: Kind) -> f32 {
        match kind {
            Kind::Question => self.question,
            Kind::Complaint => self.complaint,
            Kind::Praise => self.praise,
            Kind::Other => self.other,
        }
    }

    /// The likeliest kind; of equal ones the first in the order of the tables.
    pub fn best(&self) -> Kind {
        let mut best = Kind::Question;
        for kind in Kind::ALL {
            if self.of(kind) > self.of(best) {
                best = kind;
            }
        }
        best
    }

    /// The share of a kind, to be set.
    pub fn slot(&mut self, kind: Kind) -> &mut f32 {
        match kind {
            Kind::Question => &mut self.question,
            Kind::Complaint => &mut self.complaint,
            Kind::Praise => &mut self.praise,
            Kind::Other => &mut self.other,
        }
    }
}

/// Why a mention was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoneReason {
    /// Answered; if hearback did not send it, a person says so.
    Answered,
    /// No answer needed.
    None,
    /// Not a customer's voice.
    Spam,
    /// Another brand or another meaning of the word.
    NotUs,
    /// The same matter as another mention.
    Duplicate,
    /// Answered outside hearback.
    Elsewhere,
}

impl DoneReason {
    /// All reasons, in the order of the help.
    pub const ALL: [DoneReason; 6] = [
        DoneReason::Answered,
        DoneReason::None,
        DoneReason::Spam,
        DoneReason::NotUs,
        DoneReason::Duplicate,
        DoneReason::Elsewhere,
    ];

    /// The word in commands and figures.
    pub fn word(self) -> &'static str {
        match self {
            DoneReason::Answered => "answered",
            DoneReason::None => "none",
            DoneReason::Spam => "spam",
            DoneReason::NotUs => "notus",
            DoneReason::Duplicate => "duplicate",
            DoneReason::Elsewhere => "elsewhere",
        }
    }

    /// Leaves the denominator of the figures.
    pub fn excluded(self) -> bool {
        matches!(self, DoneReason::Spam | DoneReason::NotUs)
    }
}
