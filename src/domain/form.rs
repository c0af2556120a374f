//! What a command asks a person to fill in, in chats that have forms.

use super::{LengthRule, Text};

/// The longest title, in characters (Slack, "Modals": 24; Discord: 45).
const TITLE: usize = 24;

/// A form: what is asked, and the line that its answers make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What it is about; at most 24 characters.
    pub title: String,
    /// What whoever fills it in must see: the mention, what was said last.
    pub about: Text,
    /// The command line that it stands for, with `{name}` where the value of that field goes: `reply 142 {text}`.
    pub line: String,
    /// What is asked; one to five, free text last.
    pub fields: Vec<Field>,
    /// What the button says that hands it in; at most 24 characters.
    pub submit: String,
}

/// One thing that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in [`Form::line`]: lower-case ASCII.
    pub name: &'static str,
    /// What people read; at most 45 characters.
    pub label: String,
    /// How it is asked.
    pub kind: FieldKind,
    /// What stands in it at first: a text, or the value of a choice.
    pub initial: String,
    /// It may be left empty.
    pub optional: bool,
    /// A word of help; at most 100 characters, possibly empty.
    pub hint: String,
}

/// How something is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Free text.
    Text {
        /// More than one line.
        lines: bool,
        /// How long it may be where it goes. A form takes longer texts; the command refuses them.
        length: LengthRule,
    },
    /// One of these: what people read (at most 75 characters) and its value (one word, at most 75); at most 25.
    Choice(Vec<(String, String)>),
}

impl Form {
    /// A form of one text. `line` has `{text}` in it.
    pub fn text(title: impl Into<String>, line: impl Into<String>, field: Field) -> Self {
        let title: String = title.into();
        Self {
            title: title.chars().take(TITLE).collect(),
            about: Text::new(),
            line: line.into(),
            fields: vec![field],
            submit: "Save".to_owned(),
        }
    }

    /// The line with these values in it; what has no value is left out. What stands in a value is never looked at.
    pub fn fill<'v>(line: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
        let mut filled = String::with_capacity(line.len());
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            if let Some((name, tail)) = after.split_once('}') {
                filled.push_str(value(name).unwrap_or_default());
                rest = tail;
            } else {
                filled.push('{');
                rest = after;
            }
        }
        filled.push_str(rest);
        filled
    }
}
