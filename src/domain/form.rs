//! What a command asks a person to fill in, in chats that have forms.

use super::{LengthRule, Refusal, Text};

/// The longest title, in characters (Slack, "Modals": 24; Discord: 45).
const TITLE: usize = 24;

/// The longest text that a field can hold, in characters (Slack, "Plain-text input element": 3000; Discord: 4000).
const HOLDS: usize = 3_000;

/// A form: what is asked, and the line that its answers make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What it is about; at most 24 characters.
    pub title: String,
    /// What whoever fills it in must see: the mention, what was said last.
    pub about: Text,
    /// The command line that it stands for, with `{name}` where the value of that field goes: `reply 142 -- {text}`.
    /// `{typed|chosen}` is the first of these fields that is not empty.
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
        for piece in pieces(line) {
            match piece {
                Piece::Words(words) => filled.push_str(words),
                Piece::Names(names) => {
                    let mut values = names.split('|').filter_map(&value);
                    filled.push_str(values.find(|v| !v.trim().is_empty()).unwrap_or_default());
                }
            }
        }
        filled
    }

    /// Refuses a form whose text would be cut off: whoever hands it in would lose the rest without seeing it.
    ///
    /// # Errors
    /// A text that stands in it at first is too long for a form.
    pub fn whole(self) -> Result<Self, Refusal> {
        // Counted as JavaScript does, the strictest reading of "characters": most emoji are two.
        if self.fields.iter().all(|field| field.initial.encode_utf16().count() <= HOLDS) {
            return Ok(self);
        }
        Err(Refusal::new(format!(
            "The text that is there is longer than the {HOLDS} characters that a form holds. Type the whole new text after the \
             command instead, such as `draft 142 …`."
        )))
    }

    /// The names in [`Form::line`], in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        pieces(&self.line)
            .flat_map(|piece| match piece {
                Piece::Words(_) => "".split('|'),
                Piece::Names(names) => names.split('|'),
            })
            .filter(|name| !name.is_empty())
    }
}

/// A piece of a line.
enum Piece<'l> {
    /// As it is.
    Words(&'l str),
    /// What stood in braces.
    Names(&'l str),
}

/// The line in pieces. A brace without its partner is a word like others.
fn pieces(line: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = line;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(after) = rest.strip_prefix('{')
            && let Some((names, tail)) = after.split_once('}')
        {
            rest = tail;
            return Some(Piece::Names(names));
        }
        let brace = rest.char_indices().skip(1).find(|(_, c)| *c == '{').map_or(rest.len(), |(at, _)| at);
        let (words, tail) = rest.split_at_checked(brace).unwrap_or((rest, ""));
        rest = tail;
        Some(Piece::Words(words))
    })
}
