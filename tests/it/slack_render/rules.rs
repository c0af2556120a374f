//! The rules that everything shown is held to find what breaks them.

use super::check::{check_blocks, check_view, has_schema};
use super::{blocks, names, view};
use crate::console::mention;
use hearback::chat::slack::render::{Meta, card, form_view};
use hearback::domain::{Button, Card, Field, FieldKind, Form, LengthRule};
use serde_json::{Value, json};

fn good() -> Value {
    let more = [Button::new("Note…", "note 142")];
    blocks(&card(&Card::of(&mention("Where is it?")), &more, &names(), "k"))
}

/// What is said when this place of a good card holds that instead.
fn with(place: &str, value: Value) -> String {
    let mut blocks = good();
    *blocks.pointer_mut(place).unwrap_or_else(|| panic!("{place} is not there")) = value;
    check_blocks(&blocks, "text").join("\n")
}

#[test]
fn a_good_card_is_good() {
    assert!(check_blocks(&good(), "text").is_empty());
}

#[test]
fn limits_are_found() {
    let long = |n: usize| json!("x".repeat(n));
    let button = good()[3]["elements"][0].clone();
    let option = good()[3]["elements"][3]["options"][0].clone();
    for (place, value, says) in [
        ("/0/block_id", long(256), "block_id of 256"),
        ("/0/elements/0/elements/0/text", long(3_001), "rich text of 3001"),
        ("/0/elements/0/elements/0/text", json!(""), "rich text is empty"),
        ("/0/elements/0/elements", json!([]), "without an element"),
        ("/1/elements/1/text", long(3_001), "context of 3001"),
        ("/1/elements/1/emoji", json!(true), "emoji"),
        ("/1/elements", json!(vec![json!({}); 11]), "context elements"),
        ("/3/elements/0/text/text", long(76), "button of 76"),
        ("/3/elements/0/value", long(2_001), "value of 2001"),
        ("/3/elements/0/action_id", json!("form:1"), "an action_id twice"),
        ("/3/elements/2/url", json!(format!("https://{}", "x".repeat(3_000))), "url of 3008"),
        ("/3/elements/2/url", json!("javascript:alert(1)"), "the address"),
        ("/3/elements", json!(vec![button; 26]), "26 actions"),
        ("/3/elements/3/options", json!(vec![option; 6]), "6 options"),
        ("/3/elements/3/options/0/value", long(76), "option value of 76"),
        ("/1", json!({ "type": "image" }), "a block of the type"),
        ("", json!(vec![good()[2].clone(); 51]), "51 blocks"),
        ("", json!(vec![good()[0].clone(); 40]), "characters of blocks"),
    ] {
        let said = with(place, value);
        assert!(said.contains(says), "{place}: {says} is not in\n{said}");
    }
}

#[test]
fn what_pings_links_or_steers_is_found() {
    for text in ["<!channel>", "<@U012AB3CD>", "a @Here b", "<https://evil.example|bank>", ":siren:", "\u{202e}"] {
        for place in ["/0/elements/0/elements/0/text", "/1/elements/1/text", "/3/elements/0/text/text"] {
            assert!(!with(place, json!(text)).is_empty(), "{text} at {place}");
        }
        assert!(!check_blocks(&good(), text).is_empty(), "{text} in the notification");
    }
    for text in ["*a*", "_a_", "a & b", "https://evil.example", "a\n&gt; b", "", "a\nb\nc"] {
        assert!(!check_blocks(&good(), text).is_empty(), "{text} in the notification");
    }
    for kind in ["broadcast", "usergroup", "channel", "emoji"] {
        assert!(!with("/0/elements/0/elements/0", json!({ "type": kind })).is_empty(), "{kind}");
    }
    assert!(!with("/1/elements/0/text", json!("posted *now*")).is_empty());
}

#[test]
fn a_key_that_slack_does_not_know_is_found_by_its_schema() {
    if !has_schema() {
        return;
    }
    let mut blocks = good();
    blocks[0]["colour"] = json!("red");
    assert!(check_blocks(&blocks, "text").iter().any(|said| said.starts_with("schema")));
}

#[test]
fn limits_of_views_are_found() {
    let text = FieldKind::Text { lines: true, length: LengthRule::Unlimited };
    let (label, initial, hint) = ("Text".to_owned(), String::new(), "Short".to_owned());
    let field = Field { name: "text", label, kind: text, initial, optional: false, hint };
    let form = Form::text("Note", "note 1 {text}", field);
    let good = view(&form_view(&form, &names(), &Meta::of(&form, None, None)).unwrap());
    for (place, value) in [
        ("/title/text", json!("x".repeat(25))),
        ("/submit/text", json!("x".repeat(25))),
        ("/close/text", json!("")),
        ("/private_metadata", json!("x".repeat(3_001))),
        ("/callback_id", json!("x".repeat(256))),
        ("/blocks/0/label/text", json!("x".repeat(2_001))),
        ("/blocks/0/hint/text", json!("<!here>")),
        ("/blocks/0/element/max_length", json!(3_001)),
        ("/blocks", json!([])),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap_or_else(|| panic!("{place} is not there")) = value;
        assert!(!check_view(&bad).is_empty(), "{place}");
    }
}
