//! Forms, as people read them.

use super::{names, read_form};
use crate::slack_render::forms::{field, reply, snooze, text};
use hearback::chat::discord::render::{form, form_id};
use hearback::domain::{FieldKind, Form, Text};

fn id(form: &Form) -> String {
    form_id(&form.line).unwrap()
}

#[test]
fn a_form_for_text() {
    let of = reply();
    let shown = form(&of, &names(), &id(&of));
    insta::assert_snapshot!(read_form(&shown), @r#"
    form Reply to #142 (form:reply 142 {text})
    Bob wrote:
    > Where is it?
    Your reply: lines Sorry! <!here> (At most 300 characters)
    "#);
    let field = &shown["components"][1]["component"];
    assert_eq!(field["value"], "Sorry! <!here>", "what is edited and sent stays as it was");
    assert_eq!((field["max_length"].as_u64(), field["custom_id"].as_str()), (Some(3_000), Some("text")));
}

#[test]
fn a_form_with_a_choice() {
    let of = snooze();
    let shown = form(&of, &names(), &id(&of));
    insta::assert_snapshot!(read_form(&shown), @r#"
    form Snooze #142 (form:snooze 142 {when} {why})
    Until: One hour / Tomorrow*
    Why (optional):
    "#);
}

#[test]
fn what_may_be_left_out_can_be_taken_back() {
    let mut of = snooze();
    of.fields[0].optional = true;
    let shown = form(&of, &names(), &id(&of));
    let select = &shown["components"][0]["component"];
    assert_eq!((select["required"].as_bool(), select["min_values"].as_u64()), (Some(false), Some(0)));
    read_form(&shown);
}

#[test]
fn five_fields_leave_no_room_for_words() {
    let fields = ["a", "b", "c", "d", "e"].map(|name| field(name, text())).to_vec();
    let of = Form { about: Text::plain("About"), fields, ..reply() };
    let shown = form(&of, &names(), "form:x");
    assert_eq!(shown["components"].as_array().unwrap().len(), 5);
    assert!(!read_form(&shown).contains("About"));
}

#[test]
fn a_long_text_stands_in_it_whole() {
    let mut of = reply();
    of.fields[0].initial = "👍".repeat(1_500);
    of.fields[0].kind = FieldKind::Choice(Vec::new());
    let shown = form(&of, &names(), &id(&of));
    read_form(&shown);
    let field = &shown["components"][1]["component"];
    assert_eq!((field["type"].as_u64(), field["value"].as_str()), (Some(4), Some(of.fields[0].initial.as_str())));
    of.fields[0].initial = "a\nb".to_owned();
    assert_eq!(form(&of, &names(), &id(&of))["components"][1]["component"]["style"], 2, "two lines need two lines");
}
