//! A chat message that is not a card: the digest, a notice, a list.

use super::{Button, Text};

/// Words and what can be done about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The words.
    pub text: Text,
    /// What can be done.
    pub buttons: Vec<Button>,
}

/// A message in parts, each with its own buttons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// From top to bottom.
    pub parts: Vec<Part>,
}

impl Message {
    /// A message of words alone.
    pub fn say(text: impl Into<Text>) -> Self {
        Self { parts: vec![Part { text: text.into(), buttons: Vec::new() }] }
    }

    /// The same message with one more part.
    #[must_use]
    pub fn and(mut self, text: impl Into<Text>, buttons: Vec<Button>) -> Self {
        self.parts.push(Part { text: text.into(), buttons });
        self
    }

    /// All words, one part below the other, and all buttons.
    pub fn flat(&self) -> (Text, Vec<Button>) {
        let mut text = Text::new();
        for (i, part) in self.parts.iter().enumerate() {
            if i > 0 {
                text = text.line();
            }
            text = text.then(part.text.clone());
        }
        (text, self.parts.iter().flat_map(|part| part.buttons.clone()).collect())
    }
}
