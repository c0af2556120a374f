//! What was typed, as typed values.

use crate::domain::{MentionNo, PersonId};

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args(pub Vec<(&'static str, Value)>);
