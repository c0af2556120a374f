//! Interactions: who may do what, how the app may answer, and for how long.

use super::super::fake::{ANA, BEN, Command, FakeDiscord, First, GUILD, NO_ANSWER, Refusal, SUPPORT};
use super::line::{answer, call, exchange, fake, hook, last, ready};
use hearback::desk::ManualClock;
use serde_json::{Value, json};
use std::time::Duration;

/// A fake with two commands, and with somebody who listens.
async fn with_commands() -> (FakeDiscord, std::sync::Arc<ManualClock>) {
    let (fake, clock) = fake().await;
    let mention = json!({"type": 3, "name": "mention", "description": "which", "autocomplete": true, "max_length": 10});
    let person = json!({"type": 6, "name": "person", "description": "who"});
    let count = json!({"type": 4, "name": "count", "description": "how many", "min_value": 1, "max_value": 9});
    let kind = json!({"type": 3, "name": "kind", "description": "what", "required": true,
        "choices": [{"name": "A complaint", "value": "complaint"}, {"name": "Praise", "value": "praise"}]});
    let status = json!({"type": 1, "name": "status", "description": "how it is", "options": []});
    let commands = [
        json!({"type": 1, "name": "claim", "options": [mention, person, count], "name_localizations": {"de": "nehmen"}}),
        json!({"type": 1, "name": "kind", "options": [kind]}),
        json!({"type": 1, "name": "hearback", "options": [status], "default_member_permissions": "32", "contexts": [0]}),
        json!({"type": 3, "name": "Claim mention"}),
    ];
    let mut state = fake.inner.state();
    for mut body in commands {
        body["id"] = json!(state.next_id());
        state.commands.push(Command { guild: Some(GUILD.into()), body });
    }
    drop(state);
    (fake, clock)
}

fn row(component: &Value) -> Value {
    json!([{"type": 1, "components": [component]}])
}

fn button(label: &str, custom_id: &str) -> Value {
    json!({"type": 2, "style": 1, "label": label, "custom_id": custom_id})
}

fn say(text: &str, flags: u64) -> Value {
    json!({"type": 4, "data": {"content": text, "flags": flags}})
}

#[tokio::test]
async fn only_what_is_registered() {
    let (fake, _clock) = with_commands().await;
    let wrong = [
        ("nothing", vec![]),
        ("claim", vec![("other", "1")]),
        ("claim", vec![("mention", "12345678901")]),
        ("claim", vec![("person", "nobody")]),
        ("claim", vec![("count", "10")]),
        ("claim", vec![("count", "1.5")]),
        ("kind", vec![]),
        ("kind", vec![("kind", "other")]),
        ("hearback", vec![]),
        ("hearback stop", vec![]),
    ];
    for (command, given) in wrong {
        let refused = fake.try_slash(ANA, SUPPORT, command, &given).await;
        assert!(refused.is_err(), "{command} {given:?}");
    }
    assert_eq!(fake.try_slash(ANA, SUPPORT, "hearback status", &[]).await.err(), Some(Refusal::NotShown));
    assert!(fake.interactions().is_empty());
}

#[tokio::test]
async fn nobody_listens_or_answers() {
    let (fake, _clock) = with_commands().await;
    let said = fake.slash(ANA, SUPPORT, "claim", &[]).await;
    assert_eq!((said.so_far(), said.failed()), (NO_ANSWER.to_owned(), true));
    assert!(fake.inner.book.complaints()[0].contains("did not respond"));
    said.expects_no_answer();
    assert!(fake.inner.book.complaints().is_empty());
    let (status, error) = answer(&fake, &said.record(), &say("late", 0)).await;
    assert_eq!((status, &error["code"]), (404, &json!(10062)));
    assert!(said.late());
    let (status, error) = hook(&fake, "POST", &said.record(), "", &json!({"content": "x"})).await;
    assert_eq!((status, &error["code"]), (404, &json!(10015)));
}

#[tokio::test]
async fn a_command_and_its_answers() {
    let (fake, clock) = with_commands().await;
    let (mut line, _) = ready(&fake).await;
    let given = [("mention", "142"), ("person", "@ben"), ("count", "3")];
    let (said, (status, _)) = exchange(&fake, fake.slash(ANA, SUPPORT, "claim", &given), &say("hello", 64)).await;
    assert_eq!((status, said.text().await.as_str(), said.first()), (204, "hello", First::Message));
    let sent = line.event("INTERACTION_CREATE").await;
    assert_eq!(sent["data"]["options"][2], json!({"name": "count", "type": 4, "value": 3}));
    assert_eq!(sent["data"]["resolved"]["users"][BEN]["username"], "ben");
    assert_eq!(sent["member"]["user"]["id"], ANA);
    assert_eq!(sent["channel"]["id"], SUPPORT);
    let record = last(&fake);
    let (status, error) = answer(&fake, &record, &say("again", 0)).await;
    assert_eq!((status, &error["code"]), (400, &json!(40060)));
    let (status, shown) = hook(&fake, "PATCH", &record, "/messages/@original", &json!({"content": "changed"})).await;
    assert_eq!((status, &shown["content"], &shown["flags"]), (200, &json!("changed"), &json!(64)));
    assert_eq!(shown["interaction_metadata"]["id"], record.id);
    let (status, more) = hook(&fake, "POST", &record, "", &json!({"content": "more", "flags": 64})).await;
    assert_eq!(status, 200);
    assert_eq!(said.text().await, "changed\nmore");
    let path = format!("/messages/{}", more["id"].as_str().unwrap());
    assert_eq!(hook(&fake, "GET", &record, &path, &Value::Null).await.0, 200);
    assert_eq!(hook(&fake, "DELETE", &record, &path, &Value::Null).await.0, 204);
    assert_eq!(hook(&fake, "PATCH", &record, &path, &json!({"content": "x"})).await.1["code"], 10008);
    assert_eq!(hook(&fake, "GET", &record, "/messages/1", &Value::Null).await.1["code"], 10008);
    clock.advance(Duration::from_secs(15 * 60 - 1));
    assert_eq!(hook(&fake, "GET", &record, "/messages/@original", &Value::Null).await.0, 200);
    clock.advance(Duration::from_secs(1));
    let (status, error) = hook(&fake, "GET", &record, "/messages/@original", &Value::Null).await;
    assert_eq!((status, &error["code"]), (401, &json!(50027)));
    assert_eq!(call(&fake, "POST", "/interactions/1/x/callback", &say("x", 0)).await.1["code"], 10062);
}

#[tokio::test]
async fn a_deferred_answer() {
    let (fake, _clock) = with_commands().await;
    let _line = ready(&fake).await;
    let defer = json!({"type": 5, "data": {"flags": 64}});
    let (said, _) = exchange(&fake, fake.slash(ANA, SUPPORT, "claim", &[]), &defer).await;
    assert_eq!((said.so_far().as_str(), said.first()), ("", First::Thinking));
    assert!(fake.inner.book.complaints()[0].contains("still thinking"));
    let (status, shown) = hook(&fake, "PATCH", &last(&fake), "/messages/@original", &json!({"content": "done"})).await;
    assert_eq!((status, &shown["flags"]), (200, &json!(64)));
    assert_eq!((said.text().await.as_str(), said.first()), ("done", First::Message));
    assert!(fake.inner.book.complaints().is_empty());
    // A follow-up right after deferring fills the answer, and its own flag does not count.
    let (said, _) = exchange(&fake, fake.slash(ANA, SUPPORT, "claim", &[]), &json!({"type": 5})).await;
    hook(&fake, "POST", &last(&fake), "", &json!({"content": "filled", "flags": 64})).await;
    assert_eq!(said.text().await, "filled");
    assert!(said.messages()[0].ephemeral_for.is_none());
}

#[tokio::test]
async fn components_change_their_message() {
    let (fake, _clock) = with_commands().await;
    let _line = ready(&fake).await;
    let menu = json!({"type": 3, "custom_id": "menu", "placeholder": "Why", "options": [
        {"label": "One", "value": "1"}, {"label": "Two", "value": "2"}]});
    let mut first =
        json!({"type": 4, "data": {"content": "choose", "flags": 64, "components": row(&button("Go", "go"))}});
    first["data"]["components"].as_array_mut().unwrap().push(row(&menu)[0].clone());
    let (said, _) = exchange(&fake, fake.slash(ANA, SUPPORT, "claim", &[]), &first).await;
    let message = said.messages()[0].id.clone();
    assert!(fake.try_click(BEN, SUPPORT, &message, "Go").await.is_err());
    assert!(fake.try_click(ANA, SUPPORT, &message, "Stop").await.is_err());
    assert!(fake.try_choose(ANA, SUPPORT, &message, "Why", &["One", "Two"]).await.is_err());
    let update = json!({"type": 7, "data": {"content": "gone", "components": []}});
    let (clicked, (status, _)) = exchange(&fake, fake.click_in(&said, "Go"), &update).await;
    assert_eq!((status, clicked.first(), clicked.so_far().as_str()), (204, First::Update, "gone"));
    assert_eq!(said.text().await, "gone");
    let (said, _) = exchange(&fake, fake.slash(ANA, SUPPORT, "claim", &[]), &first).await;
    let (chosen, _) = exchange(&fake, fake.choose_in(&said, "Why", "Two"), &json!({"type": 6})).await;
    assert_eq!((chosen.first(), chosen.so_far().as_str()), (First::Later, ""));
    assert_eq!(chosen.record().callbacks.len(), 1);
    hook(&fake, "PATCH", &last(&fake), "/messages/@original", &json!({"content": "two"})).await;
    assert!(chosen.text().await.starts_with("two"));
    hook(&fake, "DELETE", &last(&fake), "/messages/@original", &Value::Null).await;
    assert_eq!(said.so_far(), "");
}

#[tokio::test]
async fn answers_that_do_not_fit() {
    let (fake, _clock) = with_commands().await;
    let (mut line, _) = ready(&fake).await;
    let reply = async {
        line.event("INTERACTION_CREATE").await;
        for kind in [1, 6, 7, 8, 12, 99] {
            let (status, error) = answer(&fake, &last(&fake), &json!({"type": kind, "data": {}})).await;
            assert_eq!((status, &error["code"]), (400, &json!(50035)), "{kind}: {error}");
        }
        assert_eq!(answer(&fake, &last(&fake), &say("", 0)).await.1["code"], 50006);
        // It may still be answered well, within the time.
        answer(&fake, &last(&fake), &modal(json!([{"type": 10, "content": "Only to read"}]))).await
    };
    let (said, (status, _)) = tokio::join!(fake.slash(ANA, SUPPORT, "claim", &[]), reply);
    assert_eq!((status, said.record().errors.len()), (204, 7));
    // A modal cannot be answered with a modal, nor change a message where it came from a command.
    let open = said.modal().await;
    let reply = async {
        line.event("INTERACTION_CREATE").await;
        for kind in [6, 7, 9] {
            assert_eq!(answer(&fake, &last(&fake), &json!({"type": kind})).await.1["code"], 50035);
        }
        answer(&fake, &last(&fake), &say("read", 64)).await.0
    };
    let (said, status) = tokio::join!(fake.submit(ANA, &open, &[]), reply);
    assert_eq!((status, said.text().await.as_str()), (204, "read"));
    fake.forgive();
}

fn modal(components: Value) -> Value {
    let mut body = json!({"type": 9, "data": {"custom_id": "form", "title": "Reply to #142"}});
    body["data"]["components"] = components;
    body
}

#[tokio::test]
async fn a_modal_in_both_shapes() {
    let (fake, _clock) = with_commands().await;
    let (mut line, _) = ready(&fake).await;
    let input = json!({"type": 4, "custom_id": "text", "style": 2, "max_length": 20, "min_length": 2, "value": "old"});
    let select = json!({"type": 3, "custom_id": "why", "options": [{"label": "One", "value": "1"}]});
    let mut in_row = input.clone();
    in_row["label"] = json!("Reply");
    let labelled = json!([
        {"type": 10, "content": "Read this"},
        {"type": 18, "label": "Reply", "description": "what they read", "component": input},
        {"type": 18, "label": "Why", "component": select},
    ]);
    for components in [row(&in_row), labelled] {
        let (said, (status, error)) =
            exchange(&fake, fake.slash(ANA, SUPPORT, "claim", &[]), &modal(components.clone())).await;
        assert_eq!(status, 204, "{error}");
        line.event("INTERACTION_CREATE").await;
        let open = said.modal().await;
        assert_eq!((open.title(), open.value("Reply")), ("Reply to #142", "old".to_owned()));
        assert!(open.text().contains("Reply *: [old]"), "{}", open.text());
        for bad in ["", "x", "123456789012345678901"] {
            assert!(fake.try_submit(ANA, &open, &[("Reply", bad), ("Why", "One")]).await.is_err(), "{bad}");
        }
        let label = components[0]["type"] == 10;
        let values: &[(&str, &str)] = if label { &[("text", "new"), ("Why", "One")] } else { &[("text", "new")] };
        let (sent, (status, _)) = exchange(&fake, fake.submit(ANA, &open, values), &say("thanks", 64)).await;
        assert_eq!((status, sent.text().await.as_str()), (204, "thanks"));
        let got = line.event("INTERACTION_CREATE").await;
        assert_eq!(got["type"], 5);
        let components = &got["data"]["components"];
        if label {
            assert_eq!(components[0], json!({"type": 10, "id": 1}));
            let text = json!({"type": 4, "id": 3, "custom_id": "text", "value": "new"});
            assert_eq!(components[1], json!({"type": 18, "id": 2, "component": text}));
            assert_eq!(components[2]["component"]["values"], json!(["1"]));
        } else {
            let text = json!({"type": 4, "id": 2, "custom_id": "text", "value": "new"});
            assert_eq!(components[0], json!({"type": 1, "id": 1, "components": [text]}));
        }
        assert!(got["message"].is_null());
        // A modal cannot be answered with a modal.
    }
    assert!(fake.inner.book.complaints().is_empty());
}

#[tokio::test]
async fn suggestions() {
    let (fake, _clock) = with_commands().await;
    let (mut line, _) = ready(&fake).await;
    let body = json!({"type": 8, "data": {"choices": [{"name": "#142 late", "value": "142"}]}});
    let reply = async {
        let sent = line.event("INTERACTION_CREATE").await;
        assert_eq!((&sent["type"], &sent["data"]["options"][0]["focused"]), (&json!(4), &json!(true)));
        answer(&fake, &last(&fake), &body).await.0
    };
    let (choices, status) = tokio::join!(fake.autocomplete(ANA, SUPPORT, "claim", &[], "mention", "1"), reply);
    assert_eq!((choices, status), (vec![("#142 late".to_owned(), "142".to_owned())], 204));
}

#[test]
fn modals_by_the_rules() {
    let text = |more: Value| {
        let mut input = json!({"type": 4, "custom_id": "text", "style": 1});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([{"type": 18, "label": "Reply", "component": input}])
    };
    let long = |n: usize| json!("x".repeat(n));
    let option = json!({"label": "One", "value": "1"});
    let select = |more: Value| {
        let mut menu = json!({"type": 3, "custom_id": "why", "options": [option]});
        menu.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([{"type": 18, "label": "Why", "component": menu}])
    };
    let one = text(json!({}))[0].clone();
    let wrong = [
        json!([]),
        json!([one, one, one, one, one, one]),
        json!([one, one]),
        json!([{"type": 2, "label": "x", "custom_id": "x", "style": 1}]),
        json!([{"type": 18, "label": long(46), "component": one["component"]}]),
        json!([{"type": 18, "label": "x", "description": long(101), "component": one["component"]}]),
        json!([{"type": 18, "label": "x"}]),
        json!([{"type": 1, "components": [one["component"]]}]),
        json!([{"type": 10, "content": ""}]),
        text(json!({"style": 3})),
        text(json!({"label": "twice"})),
        text(json!({"custom_id": long(101)})),
        text(json!({"placeholder": long(101)})),
        text(json!({"value": long(4001)})),
        text(json!({"value": "long", "max_length": 3})),
        text(json!({"max_length": 4001})),
        text(json!({"min_length": 5, "max_length": 4})),
        select(json!({"options": []})),
        select(json!({"options": [option, option]})),
        select(json!({"disabled": true})),
        select(json!({"min_values": 0})),
        select(json!({"max_values": 2})),
    ];
    for components in wrong {
        let body = modal(components.clone());
        let found = super::super::fake::check_modal(&body["data"]);
        assert_eq!(found.err().map(|e| e.code), Some(50035), "{components}");
    }
    let mut body = modal(text(json!({"value": "long", "max_length": 4, "placeholder": "here", "required": false})));
    assert!(super::super::fake::check_modal(&body["data"]).is_ok());
    body["data"]["title"] = long(46);
    assert!(super::super::fake::check_modal(&body["data"]).is_err());
    assert!(
        super::super::fake::check_modal(&modal(select(json!({"min_values": 0, "required": false})))["data"]).is_ok()
    );
}

#[tokio::test]
async fn a_message_command() {
    let (fake, _clock) = with_commands().await;
    let (mut line, _) = ready(&fake).await;
    let posted = fake.inner.state().post_message(SUPPORT, &json!({"content": "a card"}), None).unwrap();
    let id = posted["id"].as_str().unwrap();
    let (said, _) = exchange(&fake, fake.message_command(ANA, SUPPORT, id, "Claim mention"), &say("taken", 64)).await;
    assert_eq!(said.text().await, "taken");
    let sent = line.event("INTERACTION_CREATE").await;
    assert_eq!((&sent["data"]["type"], &sent["data"]["target_id"]), (&json!(3), &json!(id)));
    assert_eq!(sent["data"]["resolved"]["messages"][id]["content"], "a card");
}

#[tokio::test]
async fn strange_and_double_interactions() {
    let (fake, _clock) = with_commands().await;
    let (mut line, _) = ready(&fake).await;
    let strange = fake.strange(ANA, SUPPORT, "claim", &[], |sent| sent["data"] = json!([1]));
    let (said, (status, _)) = exchange(&fake, strange, &say("what?", 64)).await;
    assert_eq!((status, said.text().await.as_str()), (204, "what?"));
    let seq = line.event("INTERACTION_CREATE").await["id"].clone();
    fake.event_again();
    assert_eq!((&line.event("INTERACTION_CREATE").await["id"], line.seq), (&seq, Some(2)));
    fake.interaction_anew();
    assert_eq!((&line.event("INTERACTION_CREATE").await["id"], line.seq), (&seq, Some(3)));
}

#[tokio::test]
async fn the_place_is_gone_before_the_answer() {
    let (fake, _clock) = with_commands().await;
    let (mut line, _) = ready(&fake).await;
    let reply = async {
        line.event("INTERACTION_CREATE").await;
        answer(&fake, &last(&fake), &json!({"type": 5})).await;
        fake.delete_channel(SUPPORT);
        hook(&fake, "PATCH", &last(&fake), "/messages/@original", &json!({"content": "x"})).await
    };
    let (said, (status, error)) = tokio::join!(fake.slash(ANA, SUPPORT, "claim", &[]), reply);
    assert_eq!((status, &error["code"], said.so_far().as_str()), (404, &json!(10003), ""));
    assert!(fake.inner.book.complaints().is_empty());
}
