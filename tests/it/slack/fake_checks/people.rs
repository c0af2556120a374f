//! What people do arrives as Slack sends it, and they see what Slack would show them.

use super::client::{Wire, post, to_url};
use super::start;
use serde_json::{Value, json};

fn card() -> Value {
    json!([
        {"type": "section", "block_id": "text", "text": {"type": "mrkdwn", "text": "Is it down?"}},
        {"type": "actions", "block_id": "buttons", "elements": [
            {"type": "button", "action_id": "claim", "value": "142", "text": {"type": "plain_text", "text": "Claim"}},
            {"type": "overflow", "action_id": "more", "options": [
                {"text": {"type": "plain_text", "text": "Spam"}, "value": "spam:142"}]}]},
    ])
}

#[tokio::test]
async fn a_command_is_typed_escaped_and_answered() {
    let (fake, _) = start().await;
    let mut wire = Wire::open(&fake).await;
    let mut shown = fake.listen();
    let typed = "142 @ben & <b> #praise https://a.example/?x=1&y=2. mail@a.example example.com @here @care";
    let (said, payload) = tokio::join!(
        fake.slash("UANA", "C1", "/claim", typed),
        wire.take(json!({"response_type": "ephemeral", "text": "Yours: &lt;142&gt;"}))
    );
    assert_eq!(
        payload["text"],
        "142 <@UBEN|ben> &amp; &lt;b&gt; <#C2|praise> <https://a.example/?x=1&amp;y=2>. \
         <mailto:mail@a.example|mail@a.example> <http://example.com|example.com> <!here> <!subteam^S1|@care>"
    );
    assert_eq!(payload["command"], "/claim");
    assert_eq!((&payload["user_id"], &payload["channel_name"]), (&json!("UANA"), &json!("support")));
    assert_eq!(said.text().await, "Yours: <142>");
    assert_eq!(said.ack.as_ref().unwrap()["text"], "Yours: &lt;142&gt;");
    assert!(!said.posted());
    assert_eq!(shown.recv().await.unwrap().0, "UANA");
    let (said, payload) = tokio::join!(fake.slash("UBEN", "C1", "/queue", ""), wire.take(json!({})));
    assert!(said.nothing().await);
    to_url(payload["response_url"].as_str().unwrap(), json!({"text": "later", "blocks": card()})).await;
    assert_eq!(said.text().await, "Is it down?\n[Claim] [… Spam]");
    let (ts, _) = fake.whispers("UBEN").remove(0);
    // A button in a private message: no message in the payload, and its response_url replaces it.
    let (_, pressed) = tokio::join!(fake.click("UBEN", "C1", &ts, "Claim"), wire.take(Value::Null));
    assert_eq!((&pressed["container"]["is_ephemeral"], pressed.get("message")), (&json!(true), None));
    let url = pressed["response_url"].as_str().unwrap();
    to_url(url, json!({"text": "claimed", "replace_original": true})).await;
    assert_eq!(fake.whispers("UBEN")[0].1, "claimed");
    to_url(url, json!({"delete_original": true})).await;
    assert!(fake.whispers("UBEN").is_empty());
    assert_eq!(fake.room_text("C1"), "");
    fake.ends();
}

#[tokio::test]
async fn a_button_and_a_menu_send_their_action() {
    let (fake, _) = start().await;
    let mut wire = Wire::open(&fake).await;
    let attachments = json!([{"color": "#ff0000", "blocks": [{"type": "actions", "elements": [
        {"type": "button", "text": {"type": "plain_text", "text": "Done"}, "value": "9"}]}]}]);
    let body = json!({"channel": "C1", "text": "card", "blocks": card(), "attachments": attachments});
    let ts = post(&fake, "chat.postMessage", body).await.body["ts"].as_str().unwrap().to_owned();
    let (said, payload) = tokio::join!(fake.click("UANA", "C1", &ts, "Claim"), wire.take(Value::Null));
    assert_eq!(payload["actions"][0]["action_id"], "claim");
    assert_eq!(payload["actions"][0]["block_id"], "buttons");
    assert_eq!(payload["actions"][0]["value"], "142");
    assert_eq!(payload["message"]["ts"], ts);
    assert_eq!(
        payload["container"],
        json!({"type": "message", "message_ts": ts, "channel_id": "C1", "is_ephemeral": false})
    );
    assert_eq!(said.failure, None);
    let (_, payload) = tokio::join!(fake.select("UANA", "C1", &ts, "more", "Spam"), wire.take(Value::Null));
    assert_eq!(payload["actions"][0]["selected_option"]["value"], "spam:142");
    let (_, payload) = tokio::join!(fake.click("UANA", "C1", &ts, "Done"), wire.take(Value::Null));
    assert_eq!(
        (&payload["container"]["type"], &payload["container"]["attachment_id"]),
        (&json!("message_attachment"), &json!(1))
    );
    let below = json!({"text": "below", "response_type": "in_channel", "thread_ts": ts});
    to_url(payload["response_url"].as_str().unwrap(), below).await;
    assert_eq!(fake.thread_text("C1", &ts), "hearback: below");
    to_url(payload["response_url"].as_str().unwrap(), json!({"replace_original": true, "text": "all done"})).await;
    assert_eq!(fake.room_text("C1"), "hearback: all done\n  > hearback: below");
    let (_, payload) = tokio::join!(fake.message_shortcut("UBEN", "note", "C1", &ts), wire.take(Value::Null));
    assert_eq!((&payload["type"], &payload["message"]["text"]), (&json!("message_action"), &json!("all done")));
    let (_, payload) = tokio::join!(fake.shortcut("UBEN", "find"), wire.take(Value::Null));
    assert_eq!((&payload["type"], &payload["callback_id"]), (&json!("shortcut"), &json!("find")));
    fake.ends();
}

#[tokio::test]
async fn events_arrive() {
    let (fake, _) = start().await;
    let mut wire = Wire::open(&fake).await;
    let root = fake.writes("UBEN", "C1", None, "hello");
    let (_, payload) = tokio::join!(fake.mention("UANA", "C1", Some(&root), "claim @ben"), wire.take(Value::Null));
    assert_eq!(payload["type"], "event_callback");
    assert_eq!(payload["event"]["text"], "<@UBOT> claim <@UBEN|ben>");
    assert_eq!(payload["event"]["thread_ts"], root);
    let ((), again) = tokio::join!(fake.event_again(), wire.take(Value::Null));
    assert_eq!(again["event_id"], payload["event_id"]);
    let (said, payload) = tokio::join!(fake.react("UANA", "C1", &root, "eyes"), wire.take(Value::Null));
    assert_eq!(payload["event"]["item"], json!({"type": "message", "channel": "C1", "ts": root}));
    assert_eq!(fake.room_text("C1"), "ben: hello\n  :eyes: ana\n  > ana: @hearback claim @ben");
    assert!(said.so_far().is_empty());
    let (_, payload) = tokio::join!(fake.opens_home("UANA"), wire.take(Value::Null));
    assert_eq!((&payload["event"]["tab"], &payload["event"]["channel"]), (&json!("home"), &json!("DANA")));
    let custom = json!({"type": "member_joined_channel", "user": "UBOT", "channel": "C3"});
    let ((), payload) = tokio::join!(fake.event(custom), wire.take(Value::Null));
    assert_eq!(payload["event"]["type"], "member_joined_channel");
    fake.ends();
}
