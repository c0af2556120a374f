//! Block Kit's limits: what Slack refuses, the fake refuses, each for its own reason.

use super::super::fake::has_schema;
use super::client::post;
use super::start;
use serde_json::{Value, json};

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

fn mrkdwn(text: &str) -> Value {
    json!({"type": "mrkdwn", "text": text})
}

fn button(id: &str) -> Value {
    json!({"type": "button", "action_id": id, "text": plain("Go"), "value": "1"})
}

/// A block, and a word of the reason.
fn wrong() -> Vec<(Value, &'static str)> {
    let x = |n: usize| "x".repeat(n);
    let section = |text: Value| json!({"type": "section", "text": text});
    let actions = |elements: Vec<Value>| json!({"type": "actions", "elements": elements});
    let with = |key: &str, value: Value| {
        let mut button = button("a");
        button[key] = value;
        actions(vec![button])
    };
    let option = |text: &str, value: &str| json!({"text": plain(text), "value": value});
    let menu =
        |kind: &str, options: Vec<Value>| actions(vec![json!({"type": kind, "action_id": "m", "options": options})]);
    let many = |n: usize| (0..n).map(|i| option("o", &i.to_string())).collect::<Vec<_>>();
    let dialog = |title: usize, text: usize, ok: usize| json!({"title": plain(&x(title)), "text": mrkdwn(&x(text)), "confirm": plain(&x(ok)), "deny": plain("No")});
    let rich = |element: Value| json!({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [element]}]});
    vec![
        (section(mrkdwn(&x(3_001))), "3001"),
        (section(mrkdwn("")), "more than 0"),
        (json!({"type": "section"}), "text or fields"),
        (json!({"type": "section", "fields": vec![plain("f"); 11]}), "10 items"),
        (json!({"type": "section", "fields": [plain(&x(2_001))]}), "2001"),
        (json!({"type": "section", "text": mrkdwn("t"), "color": "red"}), "additional property"),
        (json!({"type": "section", "text": mrkdwn("t"), "block_id": x(256)}), "256"),
        (json!({"type": "header", "text": plain(&x(151))}), "151"),
        (json!({"type": "header", "text": mrkdwn("h")}), "plain_text"),
        (json!({"type": "context", "elements": vec![plain("c"); 11]}), "10 items"),
        (json!({"type": "context", "elements": []}), "at least 1"),
        (actions((0..26).map(|i| button(&i.to_string())).collect()), "25 items"),
        (actions(vec![button("same"), button("same")]), "already exists"),
        (with("text", plain(&x(76))), "76"),
        (with("value", json!(x(2_001))), "2001"),
        (with("url", json!("not a link")), "valid URL"),
        (with("url", json!(format!("https://a.example/{}", x(3_000)))), "3001"),
        (with("action_id", json!(x(256))), "256"),
        (with("style", json!("warning")), "primary or danger"),
        (with("confirm", dialog(101, 1, 1)), "101"),
        (with("confirm", dialog(1, 301, 1)), "301"),
        (with("confirm", dialog(1, 1, 31)), "31"),
        (menu("overflow", many(6)), "5 items"),
        (menu("static_select", many(101)), "100 items"),
        (menu("static_select", vec![option(&x(76), "v")]), "76"),
        (menu("static_select", vec![option("o", &x(151))]), "151"),
        (menu("static_select", vec![option("o", "v"), option("p", "v")]), "same value"),
        (rich(json!({"type": "shout", "text": "t"})), "rich text"),
        (rich(json!({"type": "text", "text": ""})), "more than 0"),
        (json!({"type": "input", "label": plain(&x(2_001)), "element": {"type": "plain_text_input"}}), "2001"),
        (
            json!({"type": "input", "label": plain("L"), "element": {"type": "plain_text_input", "max_length": 3_001}}),
            "3000",
        ),
        (
            json!({"type": "input", "label": plain("L"),
                "element": {"type": "plain_text_input", "max_length": 3, "initial_value": "four"}}),
            "4 characters",
        ),
        (json!({"type": "carousel_of_horses"}), "unsupported type"),
        (json!("no block"), "an object"),
    ]
}

#[tokio::test]
async fn what_slack_refuses_is_refused() {
    let (fake, _) = start().await;
    fake.limits(false);
    for (block, reason) in wrong() {
        let got = post(&fake, "chat.postMessage", json!({"channel": "C1", "text": "t", "blocks": [block]})).await;
        assert_eq!(got.error(), "invalid_blocks", "{block}");
        assert!(got.messages().contains(reason), "{reason} is not in {}", got.messages());
        assert!(got.messages().contains("[json-pointer:/blocks/0"), "{}", got.messages());
    }
    assert_eq!(fake.forgive().len(), wrong().len());
    assert_eq!(fake.room_text("C1"), "");
    fake.ends();
}

#[tokio::test]
async fn the_largest_that_is_allowed_is_allowed() {
    let (fake, _) = start().await;
    let x = |n: usize| "x".repeat(n);
    let blocks = json!([
        {"type": "section", "text": mrkdwn(&x(3_000)), "block_id": x(255)},
        {"type": "section", "fields": vec![plain(&x(500)); 10]},
        {"type": "header", "text": plain(&x(150))},
        {"type": "actions", "elements": (0..25).map(|i| button(&i.to_string())).collect::<Vec<_>>()},
    ]);
    let got = post(&fake, "chat.postMessage", json!({"channel": "C1", "text": x(40_000), "blocks": blocks})).await;
    assert_eq!(got.error(), "no error", "{}", got.body);
    fake.ends();
}

#[tokio::test]
async fn a_message_as_a_whole_has_limits() {
    let (fake, _) = start().await;
    fake.limits(false);
    let error = async |body: Value| {
        let mut whole = json!({"channel": "C1"});
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        post(&fake, "chat.postMessage", whole).await.error().to_owned()
    };
    let line = |n: usize| json!({"type": "section", "text": mrkdwn(&"x".repeat(n))});
    assert_eq!(error(json!({})).await, "no_text");
    assert_eq!(error(json!({"text": "x".repeat(40_001)})).await, "msg_too_long");
    assert_eq!(error(json!({"text": "t", "blocks": vec![line(1); 51]})).await, "invalid_blocks");
    assert_eq!(error(json!({"text": "t", "blocks": vec![line(2_700); 5]})).await, "msg_blocks_too_long");
    assert_eq!(error(json!({"text": "t", "blocks": "[what"})).await, "invalid_blocks_format");
    assert_eq!(error(json!({"text": "t", "blocks": json!([line(1)]).to_string()})).await, "no error");
    assert_eq!(
        error(json!({"text": "t", "attachments": vec![json!({"text": "a"}); 101]})).await,
        "too_many_attachments"
    );
    assert_eq!(error(json!({"text": "t", "attachments": [{"text": "a", "color": "mauve"}]})).await, "invalid_blocks");
    let same = json!({"type": "divider", "block_id": "d"});
    assert_eq!(error(json!({"text": "t", "blocks": [same, same]})).await, "invalid_blocks");
    for metadata in [json!({"event_type": "card"}), json!({"event_payload": {}}), json!("card")] {
        assert_eq!(error(json!({"text": "t", "metadata": metadata})).await, "invalid_metadata_format");
    }
    fake.forgive();
    assert_eq!(error(json!({"blocks": [line(1)]})).await, "no error");
    assert!(fake.forgive()[0].contains("notification"));
    let ts = fake.channel("C1").last().unwrap().ts.clone();
    let edit = post(&fake, "chat.update", json!({"channel": "C1", "ts": ts, "text": "x".repeat(4_001)})).await;
    assert_eq!(edit.error(), "msg_too_long");
    fake.ends();
}

#[test]
fn the_schema_is_used_where_it_is_there() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/specs/slack-blocks.schema.json");
    assert_eq!(has_schema(), std::path::Path::new(beside).exists());
}
