//! What a person reads, as one string.

use hearback::domain::{Button, Span as Piece, Text};

/// The words of an answer and its buttons, each on a line of its own.
pub fn words(text: &Text, buttons: &[Button]) -> String {
    let mut all: String = text
        .0
        .iter()
        .map(|piece| match piece {
            Piece::Plain(s) | Piece::Bold(s) | Piece::Quote(s) | Piece::Code(s) => s.clone(),
            Piece::Person(who) => who.0.clone(),
            Piece::Time(at) => at.to_string(),
            Piece::Link { label, url } => format!("{label} {url}"),
            Piece::Break => "\n".to_owned(),
        })
        .collect();
    for button in buttons {
        let Button { label, command, .. } = button;
        all = format!("{all}\n[{label}: {command}]");
    }
    all
}
