//! What the forms of commands have in common: the mention that they are about, what people see before they write, and the
//! usual fields.

use super::{Call, Filled, Opt, Optional, author, speaks_as};
use crate::domain::{Field, FieldKind, LengthRule, Mention, Mode, Query, Refusal, Text, fold, guard, shorten};

/// Longest quote above a form, in graphemes.
const QUOTE: usize = 600;
/// What the line of a form calls the text that is typed.
const TEXT: &str = "text";

/// For a form that needs to know nothing besides the mention.
pub fn no_query(_: &Call<'_>) -> Result<Query, Refusal> {
    Ok(Query::Nothing)
}

/// The mention that a form is about.
pub fn meant(m: Option<&Mention>) -> Result<&Mention, Refusal> {
    m.ok_or_else(|| Refusal::new("Which mention? Name it by the number on its card, such as `show 142`."))
}

/// What was typed, if it is more than spaces.
pub fn typed(call: &Call<'_>, option: &Opt<Optional<String>>) -> Option<String> {
    call.args.get(option).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// For a text that comes from a form: what cannot be sent is refused where the form is still open; where it is closed by
/// now, only a text that is not there, which must not become the last draft.
pub fn in_form(call: &Call<'_>, m: &Mention, typed: Option<&str>) -> Result<(), Refusal> {
    let text = typed.unwrap_or_default();
    match call.filled {
        Filled::No => Ok(()),
        Filled::Closed if !fold(text).trim().is_empty() => Ok(()),
        Filled::Open | Filled::Closed => guard::in_form(call.rules, m, text),
    }
}

/// Who said what: what everybody reads who is about to write something about it.
pub fn said(m: &Mention) -> Text {
    let mut words = Text::new().bold(author(m)).say(format!(" on {}", m.post.network)).line().quote(cut(&m.post.text));
    if let Some(last) = m.follow_ups.last() {
        words = words.line().say("and, most recently,").line().quote(cut(&last.text));
    }
    words
}

fn cut(text: &str) -> String {
    let (mut head, more) = shorten(text, QUOTE);
    if more {
        head.push('…');
    }
    head
}

/// Who said what, and what becomes of the text that is asked for: where it goes, as whom, after whose look.
pub fn asks(call: &Call<'_>, m: &Mention) -> Text {
    let source = call.rules.source(m);
    let words = said(m).line();
    if !source.can.reply {
        let network = &m.post.network;
        return words.say(format!("Replies to {network} cannot be sent from here: answer it there with this text."));
    }
    let words =
        words.say(format!("Goes out as {} on {}, {}. ", speaks_as(call, m), m.post.network, source.length.rule()));
    let words = match m.post.native.visibility {
        Some(_) => words.say(format!("Who sees it: {}. ", m.post.answer_seen_by())),
        None => words,
    };
    let words = match call.rules.mode(m) {
        Mode::Confirm => words.say("Nothing is sent before you have seen a preview."),
        Mode::Approve => words.say("Nothing is sent before somebody else has approved it."),
        Mode::Direct => words.say("`Send` sends it at once, without a preview."),
    };
    if call.rules.paused.is_some() {
        return words.line().say("Everything outgoing is paused: the text is kept, and can be sent after `resume`.");
    }
    words
}

/// The field of a text that may go out, under the network's own length rule.
pub fn public(call: &Call<'_>, m: &Mention, label: &str, initial: String) -> Field {
    let source = call.rules.source(m);
    let more = if source.can.thread { " More can be split." } else { "" };
    let hint = match source.length {
        LengthRule::Unlimited => String::new(),
        length => format!("{} takes {}.{more}", m.post.network.chars().take(30).collect::<String>(), length.rule()),
    };
    let label = if m.post.is_private() { label.replace("Public", "Private") } else { label.to_owned() };
    Field { initial, hint, ..text(&label, source.length) }
}

/// The field of a text for colleagues only.
pub fn internal(label: &str, hint: &str, optional: bool) -> Field {
    Field { hint: hint.to_owned(), optional, ..text(label, LengthRule::Unlimited) }
}

fn text(label: &str, length: LengthRule) -> Field {
    Field {
        name: TEXT,
        label: label.to_owned(),
        kind: FieldKind::Text { lines: true, length },
        initial: String::new(),
        optional: false,
        hint: String::new(),
    }
}

/// The field of a choice: what people read, and the word that it stands for.
pub fn choice(name: &'static str, label: &str, initial: &str, all: Vec<(String, String)>) -> Field {
    Field {
        name,
        label: label.to_owned(),
        kind: FieldKind::Choice(all),
        initial: initial.to_owned(),
        optional: false,
        hint: String::new(),
    }
}
