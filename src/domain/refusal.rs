//! Understood, and no: the exact sentence that a person reads, which says what to do next.

use super::Button;

/// Why a command did nothing. A refusal changes nothing, ever.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{say}")]
pub struct Refusal {
    /// The sentence that the person reads.
    pub say: String,
    /// What they may do instead, ready to click or to type.
    pub offers: Vec<Button>,
}

impl Refusal {
    /// A refusal with its sentence.
    pub fn new(say: impl Into<String>) -> Self {
        Self { say: say.into(), offers: Vec::new() }
    }

    /// The same refusal with something to do instead.
    #[must_use]
    pub fn offering(mut self, label: impl Into<String>, command: impl Into<String>) -> Self {
        self.offers.push(Button::new(label, command));
        self
    }
}
