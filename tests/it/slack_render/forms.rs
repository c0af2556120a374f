//! Forms, what they give back, clicks, and a person's own page.

use super::{names, read_view, view};
use crate::console::at;
use hearback::chat::slack::render::{Clicked, Meta, answer_view, decode, encode, form_view, home_view};
use hearback::domain::{
    Answer, Button, ChannelId, Field, FieldKind, Form, HomeInput, LengthRule, MessageId, Refusal, Text,
};
use hearback::report::home_message;
use proptest::prelude::*;
use serde_json::json;
use slack_morphism::prelude::SlackViewState;

pub fn field(name: &'static str, kind: FieldKind) -> Field {
    Field { name, label: "Your reply".to_owned(), kind, initial: String::new(), optional: false, hint: String::new() }
}

pub fn text() -> FieldKind {
    FieldKind::Text { lines: true, length: LengthRule::Chars(300) }
}

pub fn reply() -> Form {
    Form {
        about: Text::new().say("Bob wrote:").line().quote("Where is it?"),
        submit: "Preview".to_owned(),
        ..Form::text(
            "Reply to #142",
            "reply 142 {text}",
            Field {
                initial: "Sorry! <!here>".to_owned(),
                hint: "At most 300 characters".to_owned(),
                ..field("text", text())
            },
        )
    }
}

pub fn snooze() -> Form {
    let choices = vec![("One hour".to_owned(), "1h".to_owned()), ("Tomorrow".to_owned(), "tomorrow".to_owned())];
    let pick = Field {
        label: "Until".to_owned(),
        initial: "tomorrow".to_owned(),
        ..field("when", FieldKind::Choice(choices))
    };
    let note = FieldKind::Text { lines: false, length: LengthRule::Unlimited };
    let note = Field { label: "Why".to_owned(), optional: true, ..field("why", note) };
    Form { fields: vec![pick, note], ..Form::text("Snooze #142", "snooze 142 {when} {why}", field("why", text())) }
}

fn meta(form: &Form) -> Meta {
    Meta::of(form, Some(ChannelId::new("C0SUPPORT")), Some(MessageId::new("1772445600.000100")))
}

fn state(values: &serde_json::Value) -> SlackViewState {
    serde_json::from_value(json!({ "values": values })).unwrap()
}

#[test]
fn a_form_for_text() {
    let form = reply();
    let shown = form_view(&form, &names(), &meta(&form)).unwrap();
    insta::assert_snapshot!(read_view(&shown), @r#"
    modal title=Reply to #142 submit=Preview close=Cancel
    Bob wrote:
    > Where is it?
    Your reply: lines Sorry! <!here> (At most 300 characters)
    "#);
    let shown = view(&shown);
    let element = &shown["blocks"][1]["element"];
    assert_eq!(element["initial_value"], "Sorry! <!here>", "what is edited and sent stays as it was");
    assert_eq!((&element["max_length"], &element["focus_on_load"]), (&json!(3_000), &json!(true)));
    assert_eq!((&shown["blocks"][1]["block_id"], &element["action_id"]), (&json!("text"), &json!("text")));
    assert_eq!(Meta::parse(shown["private_metadata"].as_str().unwrap()), Some(meta(&form)));
}

#[test]
fn a_form_with_a_choice() {
    let form = snooze();
    insta::assert_snapshot!(read_view(&form_view(&form, &names(), &meta(&form)).unwrap()), @r#"
    modal title=Snooze #142 submit=Save close=Cancel
    Until: One hour / Tomorrow, first Tomorrow
    Why (optional):
    "#);
}

#[test]
fn what_is_filled_in_makes_the_line() {
    let given = json!({
        "when": { "when": { "type": "static_select", "selected_option":
            { "text": { "type": "plain_text", "text": "One hour" }, "value": "1h" } } },
        "why": { "why": { "type": "plain_text_input", "value": "{when} {text}\n<b>" } },
    });
    assert_eq!(meta(&snooze()).values(&state(&given)), "snooze 142 1h {when} {text}\n<b>");
    let empty = json!({
        "when": { "when": { "type": "static_select", "selected_option": null } },
        "why": { "why": { "type": "plain_text_input", "value": null } },
    });
    assert_eq!(meta(&snooze()).values(&state(&empty)), "snooze 142  ");
    let foreign = json!({ "other": { "other": { "type": "plain_text_input", "value": "x" } } });
    assert_eq!(meta(&reply()).values(&state(&foreign)), "reply 142 ");
}

proptest! {
    #[test]
    fn a_text_comes_back_exactly(text in any::<String>()) {
        let kept = Meta::parse(&meta(&reply()).encode().unwrap()).unwrap();
        let given = json!({ "text": { "text": { "type": "plain_text_input", "value": text } } });
        let expected = if text.trim().is_empty() { "" } else { &text };
        prop_assert_eq!(kept.values(&state(&given)), format!("reply 142 {expected}"));
    }
}

#[test]
fn an_error_stands_at_the_text() {
    let errors = meta(&snooze()).errors("312 of 300 characters: 12 too many.");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors["why"], "312 of 300 characters: 12 too many.");
    assert!(meta(&reply()).errors("")["text"].chars().count() > 0, "Slack takes no empty error");
}

#[test]
fn a_form_that_slack_cannot_carry_is_refused_with_what_to_do() {
    let form = Form::text("Add", format!("canned add {} {{text}}", "x".repeat(3_000)), field("text", text()));
    let refused = form_view(&form, &names(), &meta(&form)).unwrap_err();
    assert!(refused.say.contains("in one line"), "{refused}");
    assert_eq!(Meta::parse("{}"), None);
    assert_eq!(Meta::parse("not ours"), None);
}

#[test]
fn a_draft_that_would_be_cut_off_is_refused_and_a_choice_of_nothing_is_a_text() {
    let mut form = reply();
    form.fields[0].initial = "👍".repeat(1_501);
    let refused = form_view(&form, &names(), &meta(&form)).unwrap_err();
    assert!(refused.say.contains("3000"), "{refused}");
    form.fields[0].initial = "👍".repeat(1_500);
    form.fields[0].kind = FieldKind::Choice(Vec::new());
    let shown = view(&form_view(&form, &names(), &meta(&form)).unwrap());
    assert_eq!(shown["blocks"][1]["element"]["type"], "plain_text_input");
}

#[test]
fn the_first_field_that_says_something_is_taken() {
    let form = Form { line: "snooze 142 {why|when}".to_owned(), ..snooze() };
    let given = |why: &str| {
        json!({
            "when": { "when": { "type": "static_select", "selected_option":
                { "text": { "type": "plain_text", "text": "One hour" }, "value": "1h" } } },
            "why": { "why": { "type": "plain_text_input", "value": why } },
        })
    };
    assert_eq!(meta(&form).values(&state(&given("3 days"))), "snooze 142 3 days");
    assert_eq!(meta(&form).values(&state(&given(" "))), "snooze 142 1h");
}

#[test]
fn what_a_form_says_afterwards() {
    let preview = Answer::new(Text::plain("This goes out:").line().quote("Sorry!"))
        .offering("Send", "send 142 1")
        .offering("Edit…", "draft 142");
    let form = meta(&reply());
    insta::assert_snapshot!(read_view(&answer_view("Reply to #142", &Ok(preview), &names(), &form)), @r#"
    modal title=Reply to #142 close=Close
    This goes out:
    > Sorry!
    [[Send]] [Edit…]
    "#);
    let refused = Err(Refusal::new("Somebody else has it."));
    insta::assert_snapshot!(read_view(&answer_view("Reply to #142", &refused, &names(), &form)), @r#"
    modal title=Reply to #142 close=Close
    Somebody else has it.
    "#);
}

#[test]
fn a_persons_own_page() {
    let input = HomeInput { now: at("2026-03-02T13:00:00Z"), ..HomeInput::default() };
    let ana = crate::console::staff().remove(0);
    insta::assert_snapshot!(read_view(&home_view(&home_message(&input, &ana), &names())), @r#"
    home
    *Ana*: you hold 0, 0 overdue, 0 open in all. As of {2026-03-02 13:00 UTC}.
    *Today: *nothing came in yet
    You hold nothing.
    [Take what is due first]
    "#);
}

#[test]
fn a_click_means_what_its_label_says() {
    let meant = |button: &Button| encode(button, 3).and_then(|(id, value)| decode(&id, &value));
    assert_eq!(meant(&Button::new("Claim", "claim 142")), Some(Clicked::Run("claim 142".to_owned())));
    assert_eq!(meant(&Button::new("Reply…", "reply 142")), Some(Clicked::Form("reply 142".to_owned())));
    assert_eq!(meant(&Button::link("Open post", "https://a.example/1")), None);
    assert_eq!(encode(&Button::link("Open post", "https://a.example/1"), 3).unwrap().0, "link:3");
    assert_eq!(encode(&Button::link("Open post", "ftp://a.example/1"), 3), None);
    for (id, value) in [("", ""), ("run", "claim 1"), ("run:0", ""), ("else:0", "claim 1"), ("more:0", "claim 1")] {
        assert_eq!(decode(id, value), None, "{id} {value}");
    }
}

#[test]
fn a_choice_in_the_menu_means_what_its_label_says() {
    assert_eq!(decode("more:0", "form:note 142"), Some(Clicked::Form("note 142".to_owned())));
    assert_eq!(decode("more:0", "run:done 142 spam"), Some(Clicked::Run("done 142 spam".to_owned())));
    assert_eq!(decode("more:0", "link:"), None);
}
