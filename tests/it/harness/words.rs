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

/// What a room shows, without the marks of what is emphasised in it.
pub fn unmarked(room: &str) -> String {
    let mut out = String::with_capacity(room.len());
    let mut rest = room;
    while let Some((before, after)) = rest.split_once("[[bold: ") {
        let (bold, tail) = after.split_once("]]").unwrap_or((after, ""));
        out.extend([before, bold]);
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// A typed line as the options that Discord asks for one by one; `None` if nothing can be made of it.
pub fn options(line: &str) -> Option<(String, Vec<(String, String)>)> {
    let (spec, args) = hearback::slash::parse_partly(hearback::commands::ALL, line).ok()?;
    let given = args.iter().map(|(name, _)| {
        let typed = hearback::slash::typed_words(spec, &args, &[name]);
        let number = typed.strip_prefix("version ").unwrap_or(&typed);
        (name.to_owned(), number.trim_start_matches('@').to_owned())
    });
    let control = hearback::commands::CONTROL.contains(&spec.name);
    let name = if control { format!("hearback {}", spec.name) } else { spec.name.to_owned() };
    Some((name, given.collect()))
}
