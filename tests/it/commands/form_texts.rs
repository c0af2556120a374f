//! Whatever is typed into a form: it arrives as it is, and nowhere else.

use super::conformance::answered_before;
use super::forms::{ASKED, line_of};
use super::world::World;
use hearback::commands::ALL;
use hearback::domain::{Field, FieldKind, Form, Mode};
use hearback::slash::{Args, MentionRef, Value, parse_line};
use proptest::prelude::*;

fn texts(form: &Form) -> impl Iterator<Item = &Field> {
    form.fields.iter().filter(|f| matches!(f.kind, FieldKind::Text { .. }))
}

fn text_of(args: &Args) -> Option<&str> {
    args.iter().find_map(|(_, value)| match value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

#[test]
fn what_is_filled_in_is_never_looked_at() {
    let values = |name: &str| match name {
        "a" => Some("{b}"),
        "b" => Some("{a} }{"),
        "empty" => Some(" "),
        _ => None,
    };
    for (line, filled) in [
        ("x {a} {b}", "x {b} {a} }{"),
        ("x {empty|a}", "x {b}"),
        ("x {missing|empty}!", "x !"),
        ("x {missing}", "x "),
        ("{ {a", "{ {a"),
        ("x } {a}{b}", "x } {b}{a} }{"),
        ("日{a}本", "日{b}本"),
        ("", ""),
    ] {
        assert_eq!(Form::fill(line, values), filled, "{line}");
    }
}

/// What nobody types, and somebody does.
pub fn hostile() -> impl Strategy<Value = String> {
    let word = proptest::sample::select(
        &[
            "--",
            "-- --",
            "#7",
            "142",
            "7 hours",
            "@ana",
            "last",
            "mine",
            "cancel",
            "spam",
            "{text}",
            "{name}",
            "{",
            "}",
            "`",
            "“q”",
            "\"",
            "'",
            "\\n",
            "\n\n",
            "\t",
            " ",
            "/reply 7",
            "reply 7 hi",
            "https://a.example/1",
            "+a -b",
            "é",
            "👩‍👩‍👧",
            "<!channel>",
            "hearback",
            "\u{202e}",
            "\u{2028}",
            "=1+1",
        ][..],
    );
    prop_oneof![
        3 => proptest::collection::vec(word.clone(), 1..6).prop_map(|words| words.join(" ")),
        1 => proptest::collection::vec(word, 1..6).prop_map(|words| words.concat()),
        1 => any::<String>(),
        1 => "[a-z\n ]{2900,3000}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever is typed arrives as it is, as the text and as nothing else, and about the same mention.
    #[test]
    fn a_text_arrives_as_it_was_typed(typed in hostile()) {
        let mut waiting = World::new(Mode::Approve);
        waiting.says("ana", "reply 142 Hello");
        let mut free = World::new(Mode::Confirm);
        free.says("lea", "canned add delay Sorry!");
        free.suggests("We are looking into it, {author}.");
        free.past = vec![answered_before()];
        for (who, line) in ASKED {
            let asked = free.asks(who, line).or_else(|_| waiting.asks(who, line));
            let Ok(Some(form)) = asked else { return Err(TestCaseError::fail(format!("{line}: {asked:?}"))) };
            if texts(&form).next().is_none() {
                continue;
            }
            let filled = line_of(&form, &typed);
            let read = parse_line(ALL, &filled);
            if !matches!(*line, "tag 142" | "snooze 142" | "canned") {
                let trimmed = Some(typed.trim()).filter(|t| !t.is_empty());
                let Ok((spec, args)) = read else {
                    let required = ["note", "find", "canned add", "canned edit"].iter().any(|c| line.starts_with(c));
                    prop_assert!(trimmed.is_none() && required, "{}: {:?}", line, filled);
                    continue;
                };
                let verb = line.split(' ').next().unwrap_or_default();
                // A past answer begins a draft.
                prop_assert_eq!(spec.name, if verb == "past" { "draft" } else { verb });
                prop_assert_eq!(text_of(&args), trimmed, "{:?}", filled);
                let named = args.mention().is_none_or(|m| matches!(m, MentionRef::No(no) if no.0 == 142));
                prop_assert!(named, "{:?}", filled);
            } else if let Ok((_, args)) = read {
                // Words that the command reads: right, or refused, and never about another mention than the one shown.
                let about = args.mention().cloned();
                let shown = form.line.contains("142");
                prop_assert!(!shown || matches!(about, Some(MentionRef::No(no)) if no.0 == 142), "{:?}", filled);
            }
        }
    }
}
