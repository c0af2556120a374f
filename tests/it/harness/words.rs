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

/// A typed line as the options that Discord asks for one by one; `None` if nothing can be made of it.
pub fn options(line: &str) -> Option<(String, Vec<(String, String)>)> {
    let (spec, args) = hearback::slash::parse_partly(hearback::commands::ALL, line).ok()?;
    let given = args.iter().map(|(name, _)| {
        let typed = hearback::slash::typed_words(spec, &args, &[name]);
        let number = typed.strip_prefix("version ").unwrap_or(&typed);
        (name.to_owned(), number.trim_start_matches('@').to_owned())
    });
    Some((spec.name.to_owned(), given.collect()))
}
