//! What a command decides. Doing it is the shell's business.

use super::{Button, DoneReason, Effect, EventKind, Form, Text};

/// What the person reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The words.
    pub text: Text,
    /// What they may do next, ready to click or to type.
    pub buttons: Vec<Button>,
    /// What they are asked to fill in; only for chats that have forms.
    pub form: Option<Box<Form>>,
}

impl Answer {
    /// An answer in words.
    pub fn new(text: impl Into<Text>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The same answer with something to do next.
    #[must_use]
    pub fn offering(mut self, label: impl Into<String>, command: impl Into<String>) -> Self {
        self.buttons.push(Button::new(label, command));
        self
    }
}

/// What happens to one mention, and what the person reads. Cards, threads and sending follow from the events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// What happens, in order. Empty if nothing changes.
    pub events: Vec<EventKind>,
    /// What the person reads.
    pub answer: Answer,
    /// Its open copies are closed as well, and why.
    pub copies: Option<DoneReason>,
}

impl Decision {
    /// Something happens.
    pub fn new(events: Vec<EventKind>, answer: Answer) -> Self {
        Self { events, answer, copies: None }
    }
}

/// What a command about the workspace decides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ruling {
    /// What the person reads.
    pub answer: Answer,
    /// Settings to write; `None` removes.
    pub settings: Vec<(String, Option<String>)>,
    /// What goes out.
    pub effects: Vec<Effect>,
}

impl Ruling {
    /// Words only.
    pub fn say(answer: impl Into<Text>) -> Self {
        Self { answer: Answer::new(answer), ..Self::default() }
    }
}
