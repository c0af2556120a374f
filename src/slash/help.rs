//! Help, derived from the declarations.

use super::{OptKind, OptSpec, Spec};
use crate::domain::{Person, Text};

/// How a command is typed: `snooze [mention] [until]`.
pub fn usage(spec: &Spec) -> String {
    let mut line = spec.name.to_owned();
    for option in spec.options {
        line.push(' ');
        line.push_str(&shape(option));
    }
    line
}

fn shape(option: &OptSpec) -> String {
    let name = match option.kind {
        OptKind::Choice(words) => words.join(" / "),
        OptKind::Person => format!("@{}", option.name),
        OptKind::Tags => "+a -b".to_owned(),
        _ => option.name.to_owned(),
    };
    if option.required { name } else { format!("[{name}]") }
}

/// All commands that this person may use, one line each.
pub fn help_text(table: &[&Spec], person: &Person) -> Text {
    let mut text =
        Text::new().bold("Commands").say(" (a mention is `142`, `#142`, the post's address, `last` or `mine`)");
    for spec in table.iter().filter(|s| person.role >= s.role) {
        text = text.line().code(usage(spec)).say(format!("  {}", spec.summary));
    }
    text.line()
        .say("More about one: ")
        .code("help reply")
        .say(". A text that begins with a number follows ")
        .code("--")
        .say(".")
}

/// Everything about one command.
pub fn help_of(spec: &Spec) -> Text {
    let mut text = Text::new().code(usage(spec)).say(format!("  {}", spec.summary));
    for option in spec.options {
        text = text.line().say("  ").bold(option.name).say(format!(": {}", option.about));
        if let OptKind::Choice(words) = option.kind {
            text = text.say(format!(" ({})", words.join(", ")));
        }
    }
    if !spec.aliases.is_empty() {
        text = text.line().say(format!("Also: {}", spec.aliases.join(", ")));
    }
    text = text.line().say(format!("Role: {}. For example:", spec.role.word()));
    for sample in spec.samples {
        text = text.line().say("  ").code(*sample);
    }
    text
}

/// The table of commands for the README, in Markdown.
pub fn readme_table(table: &[&Spec]) -> String {
    let rows = table.iter().map(|spec| {
        let typed = usage(spec).replace('|', "\\|");
        format!("| `{typed}` | {} | {} |\n", spec.summary, spec.role.word())
    });
    std::iter::once("| command | does | role |\n|---|---|---|\n".to_owned()).chain(rows).collect()
}
