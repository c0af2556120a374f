//! Text on its way to a chat, without that chat's markup.
//!
//! Every string in a [`Span`] is data: an adapter escapes all of it and produces markup only from the span's kind. So
//! text from outside cannot ping, forge links or break the layout, whoever wrote the command.

use super::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A piece of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// As it is.
    Plain(String),
    /// Emphasised.
    Bold(String),
    /// Somebody else's words, set apart from ours.
    Quote(String),
    /// To be typed or copied exactly.
    Code(String),
    /// A moment, shown in the reader's zone.
    Time(Timestamp),
    /// A member of staff, shown by the name that colleagues read. Never a ping.
    Person(PersonId),
    /// A link that we vouch for only as text: adapters show it so that the target is visible.
    Link {
        /// What is shown.
        label: String,
        /// Where it leads; adapters accept only http and https.
        url: String,
    },
    /// The next line.
    Break,
}

/// Text as spans, built left to right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub Vec<Span>);

impl Text {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
    /// Plain text; line feeds become breaks.
    pub fn plain(text: impl AsRef<str>) -> Self {
        Self::new().say(text)
    }
    /// Appends plain text; line feeds become breaks.
    #[must_use]
    pub fn say(mut self, text: impl AsRef<str>) -> Self {
        for (i, line) in text.as_ref().split('\n').enumerate() {
            if i > 0 {
                self.0.push(Span::Break);
            }
            if !line.is_empty() {
                self.0.push(Span::Plain(line.to_owned()));
            }
        }
        self
    }
    /// Appends emphasised text.
    #[must_use]
    pub fn bold(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Bold(text.into()));
        self
    }
    /// Appends somebody else's words.
    #[must_use]
    pub fn quote(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Quote(text.into()));
        self
    }
    /// Appends something to type.
    #[must_use]
    pub fn code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Code(text.into()));
        self
    }
    /// Appends a member of staff.
    #[must_use]
    pub fn person(mut self, who: &PersonId) -> Self {
        self.0.push(Span::Person(who.clone()));
        self
    }
    /// Appends a moment.
    #[must_use]
    pub fn time(mut self, at: Timestamp) -> Self {
        self.0.push(Span::Time(at));
        self
    }
    /// Appends a link.
    #[must_use]
    pub fn link(mut self, label: impl Into<String>, url: impl Into<String>) -> Self {
        self.0.push(Span::Link { label: label.into(), url: url.into() });
        self
    }
    /// Starts the next line.
    #[must_use]
    pub fn line(mut self) -> Self {
        self.0.push(Span::Break);
        self
    }
    /// Appends another text.
    #[must_use]
    pub fn then(mut self, other: Text) -> Self {
        self.0.extend(other.0);
        self
    }
    /// True if there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text::plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text::plain(text)
    }
}
