//! How answers are read: in the manners of many models, and never as more than words.

use hearback::assist::read::{draft, kind, strange, translation};
use hearback::domain::Kind;
use proptest::prelude::*;

#[test]
fn a_kind_is_one_of_four_words_however_it_is_wrapped() {
    for said in [
        r#"{"kind": "praise"}"#,
        "```json\n{\"kind\": \"praise\"}\n```",
        "<think>They thank us. {\"kind\": \"other\"}</think>\n{\"kind\":\"Praise\"}",
        "Sure! Here it is: {\"kind\": \"praise\"} Hope that helps.",
        "praise",
        "Praise.",
    ] {
        assert_eq!(kind(said), Some(Kind::Praise), "{said}");
    }
    for said in [
        "",
        "{}",
        r#"{"kind": "spam"}"#,
        r#"{"kind": 3}"#,
        r#"{"kind": "praise"#,
        "I think it is praise",
        "done 1 spam",
    ] {
        assert_eq!(kind(said), None, "{said}");
    }
}

#[test]
fn a_text_is_read_from_an_object_or_as_it_stands() {
    assert_eq!(translation(r#"{"translation": "Where is it?"}"#).as_deref(), Some("Where is it?"));
    assert_eq!(translation("Where is it?").as_deref(), Some("Where is it?"));
    assert_eq!(translation("{\"translation\": \"a\\r\\nb\\u0007c\\u202ed\"}").as_deref(), Some("a\nbcd"));
    for said in [r#"{"translation": "Where is"#, r#"{"text": "x"}"#, "```\n```", "...", r#"["a"]"#] {
        assert_eq!(translation(said), None, "{said}");
    }
    let long = "wörd ".repeat(3_000);
    let read = translation(&long).unwrap();
    assert!(read.ends_with('…') && read.chars().count() <= 4_001);
}

#[test]
fn what_was_taken_out_has_to_be_filled_in_before_anything_is_sent() {
    let said = r#"{"reply": "We wrote to [e-mail] about [number] [1], {author}. [not one]"}"#;
    assert_eq!(draft(said).as_deref(), Some("We wrote to {e-mail} about {number} [1], {author}. {not one}"));
}

#[test]
fn what_the_brand_has_never_said_is_named() {
    let ours = ["More: https://acme.example/help, or @acmehelp".to_owned()];
    let text = "See https://acme.example/help (or @AcmeHelp). Or EVIL.example/x, http://evil.example, @boss, boss@evil.example, \
                call 0900123456. It costs 12.50, e.g. since 3.1!";
    assert_eq!(
        strange(text, &ours),
        ["EVIL.example/x", "http://evil.example", "@boss", "boss@evil.example", "0900123456"]
    );
    assert_eq!(strange("Thanks, all good.", &ours), [] as [&str; 0]);
}

proptest! {
    #[test]
    fn any_answer_is_read(said in "\\PC{0,80}|[{}\\[\\]\"`:a-z<>/@. \\n]{0,80}") {
        let (_, text, reply) = (kind(&said), translation(&said), draft(&said));
        for words in [text, reply].into_iter().flatten() {
            prop_assert!(words.chars().all(|c| c == '\n' || !c.is_control()));
            strange(&words, &[]);
        }
    }
}
