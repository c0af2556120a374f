//! What was typed, as typed values.

use super::{OptKind, OptSpec, Spec};
use crate::domain::{MentionNo, PersonId};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// A reference to a mention, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MentionRef {
    /// `142` or `#142`.
    No(MentionNo),
    /// The post's or the card's address.
    Url(String),
    /// The mention that this person touched last.
    Last,
    /// This person's only claimed mention.
    Mine,
}

/// A moment or a duration, as typed; read in the person's zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// After so many seconds.
    After(i64),
    /// The next time that it is this local time, today or later; on that weekday (Monday = 1) or in so many days.
    At {
        /// Hour, 0 to 23.
        hour: i8,
        /// Minute, 0 to 59.
        minute: i8,
        /// So many days from today; `None` if a weekday or nothing is given.
        in_days: Option<i32>,
        /// The weekday, Monday = 1.
        weekday: Option<i8>,
    },
}

/// A stretch of time for figures, as typed; days are local days of the person's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// The last so many hours, up to now: `24h`.
    Hours(u32),
    /// The last so many days, up to now: `7d`.
    Days(u32),
    /// `today`.
    Today,
    /// `yesterday`.
    Yesterday,
    /// From the first date up to and including the last: `2026-01-01..2026-01-31`.
    Dates(Date, Date),
}

/// One word, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word(pub String);

/// Labels to add and to remove, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// To add.
    pub add: Vec<String>,
    /// To remove.
    pub remove: Vec<String>,
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A mention.
    Mention(MentionRef),
    /// A person.
    Person(PersonId),
    /// A moment or duration.
    When(When),
    /// One of the declared words.
    Choice(&'static str),
    /// A stretch of time.
    Range(Range),
    /// A number.
    Count(u64),
    /// A word.
    Word(String),
    /// Labels to add and to remove.
    Tags {
        /// To add.
        add: Vec<String>,
        /// To remove.
        remove: Vec<String>,
    },
    /// Free text.
    Text(String),
}

/// The values by the names of their options.
#[derive(Clone, Debug, Default)]
pub struct Args {
    values: Vec<(&'static str, Value)>,
    /// What nothing took, for a form to show it again.
    unread: String,
    reads: Option<Reads>,
}

/// Which options were read, for whoever wants to know: a command that lists an option and never reads it is wrong.
#[derive(Clone, Debug, Default)]
pub struct Reads(Arc<Mutex<BTreeSet<&'static str>>>);

impl Reads {
    /// The names read so far.
    pub fn names(&self) -> BTreeSet<&'static str> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl PartialEq for Args {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values && self.unread == other.unread
    }
}

impl Eq for Args {}

impl Args {
    /// The values by the names of their options.
    pub fn new(values: Vec<(&'static str, Value)>) -> Self {
        Self { values, ..Self::default() }
    }

    /// The same values, noting in `reads` which of them are asked for.
    #[must_use]
    pub fn watched(self, reads: &Reads) -> Self {
        Self { reads: Some(reads.clone()), ..self }
    }

    /// The same values about that mention, whichever they name; for a command that takes one.
    #[must_use]
    pub fn about(&self, spec: &Spec, no: MentionNo) -> Self {
        let value = |option: &OptSpec| match option.kind {
            OptKind::Mention => option.applies(self).then_some(Value::Mention(MentionRef::No(no))),
            _ => self.value(option.name).cloned(),
        };
        let values = spec.options.iter().filter_map(|option| Some((option.name, value(option)?))).collect();
        Self { unread: self.unread.clone(), ..Self::new(values) }
    }

    /// What was typed after them and is none of them: something that a form is to put right. Empty, except in what
    /// [`super::parse_wanted`] reads.
    pub fn unread(&self) -> &str {
        &self.unread
    }

    pub(super) fn with_unread(self, unread: &str) -> Self {
        Self { unread: unread.to_owned(), ..self }
    }

    /// All values, as typed.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.values.iter().map(|(name, value)| (*name, value))
    }

    /// The value of the option of that name.
    pub fn value(&self, name: &'static str) -> Option<&Value> {
        if let Some(reads) = &self.reads {
            reads.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
        }
        self.values.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// The reference to a mention that was typed, if any.
    pub fn mention(&self) -> Option<&MentionRef> {
        self.values.iter().find_map(|(_, value)| match value {
            Value::Mention(mention) => Some(mention),
            _ => None,
        })
    }

    pub(super) fn put(&mut self, name: &'static str, value: Value) {
        self.values.push((name, value));
    }
}
