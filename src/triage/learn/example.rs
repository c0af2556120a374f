//! What people's handling of a post says about what it is.

use crate::domain::{Kind, Lesson, PersonId, Said};
use crate::triage::neutral::without_names;
use jiff::Timestamp;

/// A post and what was said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Its words, as the classifier gets them.
    pub text: String,
    /// What it is.
    pub target: Target,
    /// It was said in words; else the post was only left as it was.
    pub spoken: bool,
    /// Who handled it.
    pub by: PersonId,
    /// Who wrote it: an id of the network, or empty if it has none.
    pub author: String,
    /// When it was handled.
    pub at: Timestamp,
}

/// What a post is said to be, as far as anything is said.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Target {
    /// 0 negative, 1 neutral, 2 positive, and what saying so weighs.
    pub feeling: Option<(usize, f32)>,
    /// Whether it asks, and what saying so weighs.
    pub question: Option<(bool, f32)>,
    /// Why it is no customer's voice; `Some(Doubt::None)`: it is one.
    pub doubt: Doubt,
}

/// Why a post may be of no concern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// It is of concern.
    #[default]
    None,
    /// It looks like what was called spam.
    Spam,
    /// It looks like what was called not about the brand.
    NotUs,
}

impl Target {
    /// What saying that a post is of a kind says about it.
    pub fn of(kind: Kind) -> Self {
        let (feeling, question) = match kind {
            // Neither here nor there: most questions are, and one that was taken for a complaint should be less of it.
            Kind::Question => ((1, 0.3), (true, 1.0)),
            // It may well ask as well, but that is not what matters.
            Kind::Complaint => ((0, 1.0), (false, 0.5)),
            Kind::Praise => ((2, 1.0), (false, 1.0)),
            Kind::Other => ((1, 1.0), (false, 1.0)),
        };
        Self { feeling: Some(feeling), question: Some(question), doubt: Doubt::None }
    }

    /// What saying how a post feels says about it: 0 negative, 1 neutral, 2 positive.
    pub fn feels(label: usize) -> Self {
        Self { feeling: Some((label, 1.0)), ..Self::default() }
    }
}

impl Example {
    /// What is learned from how a mention was handled.
    pub fn of(text: String, author: String, lesson: &Lesson) -> Self {
        let doubt = |doubt| Target { doubt, ..Target::default() };
        let target = match lesson.said {
            Said::Kind(kind) => Target::of(kind),
            Said::LeftAlone => Target::of(lesson.was),
            Said::Spam => doubt(Doubt::Spam),
            Said::NotUs => doubt(Doubt::NotUs),
        };
        let spoken = lesson.said != Said::LeftAlone;
        Self { text, target, spoken, by: lesson.by.clone(), author, at: lesson.at }
    }
}

impl Doubt {
    /// Words for the card.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Doubt::None => None,
            Doubt::Spam => Some("looks like what you called spam"),
            Doubt::NotUs => Some("looks like what you called not us"),
        }
    }
}

/// The text as the classifier gets it: without the names of the brands.
pub fn as_read(text: &str, names: &[String]) -> String {
    without_names(text, names)
}
