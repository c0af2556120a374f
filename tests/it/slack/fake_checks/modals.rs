//! Modals and home tabs: triggers, the stack, submissions, and what the client itself refuses.

use super::super::fake::{FakeSlack, Submitted};
use super::client::{Got, Wire, post};
use super::start;
use serde_json::{Value, json};
use std::time::Duration;

fn modal(title: &str) -> Value {
    json!({"type": "modal", "callback_id": "reply", "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Send"}, "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": "142", "notify_on_close": true,
        "blocks": [
            {"type": "input", "block_id": "text", "label": {"type": "plain_text", "text": "Reply"}, "element":
                {"type": "plain_text_input", "action_id": "value", "multiline": true, "max_length": 20, "min_length": 2}},
            {"type": "input", "block_id": "why", "optional": true, "label": {"type": "plain_text", "text": "Why"}, "element":
                {"type": "static_select", "action_id": "value", "options": [
                    {"text": {"type": "plain_text", "text": "Spam"}, "value": "spam"}]}},
            {"type": "actions", "block_id": "more", "elements": [
                {"type": "button", "action_id": "push", "text": {"type": "plain_text", "text": "More"}}]}]})
}

/// Somebody uses the shortcut; the trigger that the app gets.
async fn trigger(fake: &FakeSlack, wire: &mut Wire) -> String {
    let (_, payload) = tokio::join!(fake.shortcut("UANA", "find"), wire.take(Value::Null));
    payload["trigger_id"].as_str().unwrap().to_owned()
}

async fn show(fake: &FakeSlack, method: &str, trigger: &str, view: Value) -> Got {
    post(fake, method, json!({"trigger_id": trigger, "view": view})).await
}

fn id(got: &Got) -> String {
    got.body["view"]["id"].as_str().unwrap_or_else(|| panic!("{}", got.body)).to_owned()
}

#[tokio::test]
async fn a_trigger_is_good_once_for_three_seconds() {
    let (fake, clock) = start().await;
    let mut wire = Wire::open(&fake).await;
    assert_eq!(show(&fake, "views.open", "1.2.3", modal("R")).await.error(), "invalid_trigger_id");
    let late = trigger(&fake, &mut wire).await;
    clock.advance(Duration::from_millis(3_100));
    assert_eq!(show(&fake, "views.open", &late, modal("R")).await.error(), "expired_trigger_id");
    let good = trigger(&fake, &mut wire).await;
    let wrong = show(&fake, "views.open", &good, modal(&"x".repeat(25))).await;
    assert_eq!(wrong.error(), "invalid_arguments");
    assert!(wrong.messages().contains("[json-pointer:/view/title"), "{}", wrong.messages());
    let mut bare = modal("R");
    bare.as_object_mut().unwrap().remove("submit");
    assert!(show(&fake, "views.open", &good, bare).await.messages().contains("submit"));
    let mut large = modal("R");
    large["private_metadata"] = json!("x".repeat(3_001));
    assert!(show(&fake, "views.open", &good, large).await.messages().contains("3001"));
    assert_eq!(
        show(&fake, "views.open", &good, json!({"type": "modal", "x": "y".repeat(260_000)})).await.error(),
        "view_too_large"
    );
    assert_eq!(fake.forgive().len(), 3);
    assert_eq!(show(&fake, "views.open", &good, modal("Reply")).await.error(), "no error");
    assert_eq!(show(&fake, "views.open", &good, modal("Reply")).await.error(), "exchanged_trigger_id");
    fake.ends();
}

#[tokio::test]
async fn a_modal_is_filled_in_and_sent() {
    let (fake, _) = start().await;
    let mut wire = Wire::open(&fake).await;
    let (said, payload) = tokio::join!(fake.slash("UANA", "C1", "/reply", "142"), wire.take(json!({})));
    show(&fake, "views.open", payload["trigger_id"].as_str().unwrap(), modal("Reply to #142")).await;
    let view = said.view().await;
    assert_eq!(
        said.text().await,
        "= Reply to #142 =\nReply: <plain_text_input>\nWhy: [choose v Spam]\n[More]\n[Send] [Cancel]"
    );
    let refused = |text: String| fake_submit(&fake, &view, text);
    assert!(matches!(refused(String::new()).await, Submitted::NotSent(why) if why.contains("required")));
    assert!(matches!(refused("x".into()).await, Submitted::NotSent(why) if why.contains("at least 2")));
    assert!(matches!(refused("x".repeat(21)).await, Submitted::NotSent(why) if why.contains("at most 20")));
    let errors = json!({"response_action": "errors", "errors": {"text": "Too long for Bluesky"}});
    let (got, payload) =
        tokio::join!(fake.submit("UANA", &view, &[("text", "hello"), ("why/value", "Spam")]), wire.take(errors));
    assert!(matches!(got, Submitted::Errors(e) if e["text"] == "Too long for Bluesky"));
    let values = &payload["view"]["state"]["values"];
    assert_eq!(values["text"]["value"], json!({"type": "plain_text_input", "value": "hello"}));
    assert_eq!(values["why"]["value"]["selected_option"]["value"], "spam");
    assert_eq!(payload["view"]["private_metadata"], "142");
    assert!(fake.view_text(&view).unwrap().contains("Reply: hello\n  ! Too long for Bluesky"));
    let update = json!({"response_action": "update", "view": modal("Sure?")});
    let (got, _) = tokio::join!(fake.submit("UANA", &view, &[]), wire.take(update));
    assert_eq!(got, Submitted::Next(view.clone()));
    assert!(fake.view_text(&view).unwrap().starts_with("= Sure? =\nReply: hello"));
    let (got, _) = tokio::join!(fake.submit("UANA", &view, &[]), wire.take(Value::Null));
    assert_eq!((got, fake.view_text(&view)), (Submitted::Closed, None));
    fake.ends();
}

async fn fake_submit(fake: &FakeSlack, view: &str, text: String) -> Submitted {
    fake.submit("UANA", view, &[("text", &text)]).await
}

#[tokio::test]
async fn wrong_answers_to_a_submission_show() {
    let (fake, _) = start().await;
    let mut wire = Wire::open(&fake).await;
    let opened = trigger(&fake, &mut wire).await;
    let view = id(&show(&fake, "views.open", &opened, modal("R")).await);
    let wrong = [
        json!({"response_action": "errors", "errors": {"nowhere": "x"}}),
        json!({"response_action": "errors", "errors": {}}),
        json!({"response_action": "update", "view": {"type": "modal"}}),
        json!({"response_action": "shout"}),
        json!({"text": "thanks"}),
    ];
    for answer in wrong {
        let (got, _) = tokio::join!(fake.submit("UANA", &view, &[("text", "hello")]), wire.take(answer.clone()));
        assert!(matches!(got, Submitted::Failed(_)), "{answer}: {got:?}");
        assert_eq!(fake.forgive().len(), 1);
    }
    let (got, _) = tokio::join!(fake.submit("UANA", &view, &[]), wire.take(json!({"response_action": "clear"})));
    assert_eq!(got, Submitted::Closed);
    fake.ends();
}

#[tokio::test]
async fn modals_lie_on_one_another() {
    let (fake, _) = start().await;
    let mut wire = Wire::open(&fake).await;
    let opened = trigger(&fake, &mut wire).await;
    let mut views = vec![id(&show(&fake, "views.open", &opened, modal("1")).await)];
    let from_outside = trigger(&fake, &mut wire).await;
    assert_eq!(show(&fake, "views.push", &from_outside, modal("2")).await.error(), "not_found");
    for title in ["2", "3", "4"] {
        let top = views.last().unwrap().clone();
        let (_, payload) = tokio::join!(fake.click_in_view("UANA", &top, "push", None), wire.take(Value::Null));
        assert_eq!(payload["container"], json!({"type": "view", "view_id": top}));
        let got = show(&fake, "views.push", payload["trigger_id"].as_str().unwrap(), modal(title)).await;
        if title == "4" {
            assert_eq!(got.error(), "push_limit_reached");
        } else {
            assert_eq!(got.body["view"]["previous_view_id"], top);
            views.push(id(&got));
        }
    }
    let top = views.pop().unwrap();
    let ((), closed) = tokio::join!(fake.close_view("UANA", &top), wire.take(Value::Null));
    assert_eq!((&closed["type"], &closed["is_cleared"]), (&json!("view_closed"), &json!(false)));
    let gone = post(&fake, "views.update", json!({"view_id": top, "view": modal("x")})).await;
    assert_eq!(gone.error(), "not_found");
    let changed = post(&fake, "views.update", json!({"view_id": views[1], "view": modal("two"), "hash": "1.2"})).await;
    assert_eq!(changed.error(), "hash_conflict");
    let changed = post(&fake, "views.update", json!({"view_id": views[1], "view": modal("two")})).await;
    assert_eq!(changed.error(), "no error");
    assert!(fake.view_text(&views[1]).unwrap().starts_with("= two ="));
    fake.ends();
}

#[tokio::test]
async fn a_home_tab_is_published() {
    let (fake, _) = start().await;
    let mut wire = Wire::open(&fake).await;
    assert_eq!(fake.home("UANA"), None);
    let view = json!({"type": "home", "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": "2 claims"}},
        {"type": "actions", "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}]}]});
    let publish = async |view: Value| post(&fake, "views.publish", json!({"user_id": "UANA", "view": view})).await;
    assert_eq!(publish(view.clone()).await.error(), "no error");
    let home = fake.home("UANA").unwrap();
    assert_eq!(fake.view_text(&home).unwrap(), "2 claims\n[Go]");
    let (said, payload) = tokio::join!(fake.click_in_view("UANA", &home, "Go", None), wire.take(Value::Null));
    assert_eq!((&payload["view"]["type"], payload.get("response_url")), (&json!("home"), None));
    assert!(said.so_far().is_empty());
    let mut titled = view.clone();
    titled["title"] = json!({"type": "plain_text", "text": "Home"});
    assert_eq!(publish(titled).await.error(), "invalid_arguments");
    assert_eq!(publish(modal("R")).await.error(), "invalid_arguments");
    assert_eq!(fake.forgive().len(), 2);
    fake.ends();
}
