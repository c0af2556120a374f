//! What Discord refuses in a message, and what it just takes.

use super::super::fake::{ANA, FORUM, PRAISE, SUPPORT, TAG_OPEN, has_schema};
use super::start;
use serde_json::{Value, json};

fn button(id: &str) -> Value {
    json!({"type": 2, "style": 2, "label": "Go", "custom_id": id})
}

fn row(items: &[Value]) -> Value {
    json!({"type": 1, "components": items})
}

fn buttons(items: &[Value]) -> Value {
    json!({"content": "c", "components": [row(items)]})
}

fn with(mut base: Value, key: &str, value: Value) -> Value {
    base[key] = value;
    base
}

fn select(options: &Value) -> Value {
    json!({"type": 3, "custom_id": "s", "placeholder": "Pick", "options": options})
}

fn option(value: &str) -> Value {
    json!({"label": value, "value": value})
}

fn embed(embed: Value) -> Value {
    let mut body = json!({});
    body["embeds"] = Value::Array(vec![embed]);
    body
}

fn x(n: usize) -> String {
    "é".repeat(n)
}

/// A body, where it is wrong, and by which code.
#[rustfmt::skip]
fn wrong() -> Vec<(Value, &'static str, &'static str)> {
    let long = "BASE_TYPE_MAX_LENGTH";
    let length = "BASE_TYPE_BAD_LENGTH";
    let scheme = "URL_TYPE_INVALID_SCHEME";
    let field = |name: usize, value: usize| embed(json!({"fields": [{"name": x(name), "value": x(value)}]}));
    let link = json!({"type": 2, "style": 5, "label": "Open", "url": "https://example.org"});
    vec![
        (json!({"content": x(2_001)}), "content", long),
        (json!({"content": ["no"]}), "content", "STRING_TYPE_CONVERT"),
        (json!({"content": "c", "nonce": x(26)}), "nonce", long),
        (json!({"content": "c", "flags": "many"}), "flags", "NUMBER_TYPE_COERCE"),
        (json!({"embeds": vec![json!({"title": "t"}); 11]}), "embeds", long),
        (embed(json!({})), "embeds.0.description", "BASE_TYPE_REQUIRED"),
        (embed(json!({"title": x(257)})), "embeds.0.title", long),
        (embed(json!({"description": x(4_097)})), "embeds.0.description", long),
        (embed(json!({"description": "d", "footer": {"text": x(2_049)}})), "embeds.0.footer.text", long),
        (embed(json!({"description": "d", "author": {"name": x(257)}})), "embeds.0.author.name", long),
        (field(257, 1), "embeds.0.fields.0.name", long),
        (field(1, 1_025), "embeds.0.fields.0.value", long),
        (field(0, 1), "embeds.0.fields.0.name", "BASE_TYPE_REQUIRED"),
        (embed(json!({"fields": vec![json!({"name": "n", "value": "v"}); 26]})), "embeds.0.fields", long),
        (embed(json!({"title": "t", "url": "javascript:alert(1)"})), "embeds.0.url", scheme),
        (embed(json!({"title": "t", "url": "example"})), "embeds.0.url", "URL_TYPE_INVALID_URL"),
        (embed(json!({"title": "t", "image": {"url": "data:image/png;base64,AA"}})), "embeds.0.image.url", scheme),
        (embed(json!({"title": "t", "timestamp": "yesterday"})), "embeds.0.timestamp", "DATE_TIME_TYPE_PARSE"),
        (embed(json!({"title": "t", "color": 16_777_216})), "embeds.0.color", "NUMBER_TYPE_MAX"),
        (json!({"embeds": [{"description": x(4_000)}, {"description": x(2_001)}]}), "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
        (json!({"content": "c", "components": vec![row(std::slice::from_ref(&link)); 6]}), "components", length),
        (json!({"content": "c", "components": [button("bare")]}), "components.0", "UNION_TYPE_CHOICES"),
        (buttons(&[]), "components.0.components", length),
        (buttons(&(0..6).map(|i| button(&i.to_string())).collect::<Vec<_>>()), "components.0.components", length),
        (buttons(&[button("same"), button("same")]), "components.0.components.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        (buttons(&[button("")]), "components.0.components.0.custom_id", length),
        (buttons(&[button(&x(101))]), "components.0.components.0.custom_id", length),
        (buttons(&[with(button("b"), "label", json!(x(81)))]), "components.0.components.0.label", long),
        (buttons(&[with(button("b"), "label", json!(" "))]), "components.0.components.0.label", "BUTTON_COMPONENT_INVALID_STYLE"),
        (buttons(&[with(button("b"), "style", json!(9))]), "components.0.components.0.style", "BASE_TYPE_CHOICES"),
        (buttons(&[with(button("b"), "url", json!("https://example.org"))]), "components.0.components.0.url", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"),
        (buttons(&[with(link.clone(), "custom_id", json!("l"))]), "components.0.components.0.custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"),
        (buttons(&[with(link.clone(), "url", json!("ftp://example.org"))]), "components.0.components.0.url", scheme),
        (buttons(&[with(link, "url", json!(format!("https://example.org/{}", "a".repeat(500))))]), "components.0.components.0.url", long),
        (buttons(&[button("b"), select(&json!([option("a")]))]), "components.0", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
        (buttons(&[select(&json!([]))]), "components.0.components.0.options", length),
        (buttons(&[select(&json!((0..26).map(|i| option(&i.to_string())).collect::<Vec<_>>()))]), "components.0.components.0.options", length),
        (buttons(&[select(&json!([option("a"), option("a")]))]), "components.0.components.0.options.1.value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"),
        (buttons(&[select(&json!([option(&x(101))]))]), "components.0.components.0.options.0.label", length),
        (buttons(&[select(&json!([with(option("a"), "description", json!(x(101)))]))]), "components.0.components.0.options.0.description", long),
        (buttons(&[with(select(&json!([option("a")])), "placeholder", json!(x(151)))]), "components.0.components.0.placeholder", long),
        (buttons(&[with(select(&json!([option("a")])), "max_values", json!(2))]), "components.0.components.0", "SELECT_COMPONENT_MAX_VALUES_GT_OPTIONS"),
        (json!({"content": "c", "allowed_mentions": {"parse": ["users"], "users": [ANA]}}), "allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"),
        (json!({"content": "c", "allowed_mentions": {"parse": ["all"]}}), "allowed_mentions.parse.0", "BASE_TYPE_CHOICES"),
        (json!({"content": "c", "allowed_mentions": {"users": (0..101).map(|i| i.to_string()).collect::<Vec<_>>()}}), "allowed_mentions.users", long),
        (json!({"content": "c", "message_reference": {"message_id": "5"}}), "message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"),
        (json!({"content": "c", "attachments": [{"id": 0, "filename": "a.png"}]}), "attachments.0.id", "ATTACHMENT_NOT_FOUND"),
        (json!({"content": "c", "flags": 1 << 15}), "content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    ]
}

#[tokio::test]
async fn what_is_wrong_is_refused_at_its_place() {
    let (fake, client, _) = start().await;
    for (body, place, code) in wrong() {
        let got = client.message(SUPPORT, body.clone()).await;
        assert_eq!(got.error(), (400, 50035), "{body} {got:?}");
        assert_eq!(got.at(place), code, "{body} {got:?}");
        let in_forum = client.post(&format!("/channels/{FORUM}/threads"), json!({"name": "n", "message": body})).await;
        assert_eq!(in_forum.at(&format!("message.{place}")), code, "{in_forum:?}");
    }
    assert_eq!(fake.forgive().len(), 2 * wrong().len());
    assert_eq!((fake.room_text(SUPPORT), fake.room_text(FORUM)), (String::new(), String::new()));
    fake.ends();
}

#[tokio::test]
async fn the_largest_that_is_allowed_is_allowed() {
    let (fake, client, _) = start().await;
    client.message(SUPPORT, json!({"content": x(2_000), "nonce": x(25)})).await.ok();
    let fields: Vec<Value> = (0..3).map(|_| json!({"name": x(256), "value": x(4)})).collect();
    let embed = json!({"title": x(256), "description": x(4_096), "fields": fields, "footer": {"text": x(612)},
        "author": {"name": x(256)}});
    client.message(SUPPORT, json!({"embeds": [embed]})).await.ok();
    let rows: Vec<Value> = (0..4)
        .map(|r| {
            row(&(0..5).map(|i| with(button(&format!("{r}{i}{}", x(98))), "label", json!(x(80)))).collect::<Vec<_>>())
        })
        .chain([row(&[with(
            select(&json!((0..25).map(|i| option(&format!("{i:0>100}"))).collect::<Vec<_>>())),
            "max_values",
            json!(25),
        )])])
        .collect();
    client.message(SUPPORT, json!({"components": rows})).await.ok();
    client.message(SUPPORT, json!({"embeds": vec![json!({"title": "t"}); 10]})).await.ok();
    let blank = json!({"embeds": [{"fields": [{"name": "\u{200b}", "value": "\u{200b}"}]}]});
    client.message(SUPPORT, blank).await.ok();
    fake.ends();
}

#[tokio::test]
async fn a_message_says_something() {
    let (fake, client, _) = start().await;
    for body in [
        json!({}),
        json!({"content": ""}),
        json!({"content": " \n\u{200b}\u{2060}\u{ad}\u{feff}"}),
        json!({"embeds": []}),
    ] {
        assert_eq!(client.message(SUPPORT, body).await.error(), (400, 50006));
    }
    let id = client.message(SUPPORT, json!({"content": "words"})).await.id();
    let path = format!("/channels/{SUPPORT}/messages/{id}");
    assert_eq!(client.patch(&path, json!({"content": ""})).await.error(), (400, 50006));
    assert_eq!(client.patch(&path, json!({"content": null, "embeds": [{"title": "T"}]})).await.ok()["content"], "");
    assert_eq!(fake.forgive().len(), 5);
    client.message(SUPPORT, json!({"content": "seen by all", "flags": 64})).await.ok();
    assert!(fake.forgive()[0].contains("everybody sees it"));
    client.message(SUPPORT, json!({"content": "c", "flags": 1})).await.ok();
    assert!(fake.forgive()[0].contains("cannot be set"));
    fake.ends();
}

#[tokio::test]
async fn a_nonce_brings_the_earlier_message_back() {
    let (fake, client, clock) = start().await;
    let body = |enforce: bool| json!({"content": "once", "nonce": "card-1", "enforce_nonce": enforce});
    let first = client.message(SUPPORT, body(true)).await.id();
    assert_eq!(client.message(SUPPORT, body(true)).await.id(), first);
    assert_eq!(client.message(PRAISE, body(true)).await.id(), first, "wherever it was");
    assert_ne!(client.message(SUPPORT, body(false)).await.id(), first, "it must be asked for");
    clock.passes(10 * 60 * 1_000);
    assert_ne!(client.message(SUPPORT, body(true)).await.id(), first, "only for a few minutes");
    assert_eq!(fake.messages(SUPPORT).len(), 3);
    fake.ends();
}

#[tokio::test]
async fn replies_and_files() {
    let (fake, client, _) = start().await;
    let asked = fake.writes(ANA, SUPPORT, "anybody?");
    let reply = json!({"content": "yes", "message_reference": {"message_id": asked}});
    let reply = client.message(SUPPORT, reply).await.ok();
    assert_eq!((&reply["type"], &reply["referenced_message"]["id"]), (&json!(19), &json!(asked)));
    let soft = json!({"content": "gone", "message_reference": {"message_id": "5", "fail_if_not_exists": false}});
    assert_eq!(client.message(SUPPORT, soft).await.ok()["type"], 0);
    let part = |head: &str, body: &str| format!("--XX\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
    let payload =
        r#"{"content": "a chart", "attachments": [{"id": "0", "filename": "chart.png", "description": "A chart"}]}"#;
    let body =
        part("name=\"payload_json\"", payload) + &part("name=\"files[0]\"; filename=\"x.png\"", "PNG") + "--XX--\r\n";
    let path = format!("/channels/{SUPPORT}/messages");
    let sent = client.raw(&path, "multipart/form-data; boundary=XX", body.into_bytes()).await.ok();
    assert_eq!(
        (&sent["attachments"][0]["filename"], &sent["attachments"][0]["size"]),
        (&json!("chart.png"), &json!(3))
    );
    let id = sent["id"].as_str().unwrap();
    let kept = client
        .patch(&format!("{path}/{id}"), json!({"attachments": [{"id": sent["attachments"][0]["id"]}]}))
        .await
        .ok();
    assert_eq!(kept["attachments"].as_array().unwrap().len(), 1);
    let dropped = client.patch(&format!("{path}/{id}"), json!({"attachments": []})).await.ok();
    assert_eq!(dropped["attachments"], json!([]));
    assert_eq!(client.raw(&path, "text/plain", b"hello".to_vec()).await.error(), (400, 50035));
    assert_eq!(client.raw(&path, "application/json", b"{what".to_vec()).await.error(), (400, 50109));
    assert_eq!(fake.forgive().len(), 2);
    fake.ends();
}

#[tokio::test]
async fn forums_and_their_tags() {
    let (fake, client, _) = start().await;
    let path = format!("/channels/{FORUM}/threads");
    let post = |tags: Value| json!({"name": "n", "applied_tags": tags, "message": {"content": "c"}});
    assert_eq!(client.post(&path, post(json!(["5"]))).await.at("applied_tags.0"), "APPLIED_TAGS_INVALID");
    assert_eq!(client.post(&path, post(json!(vec![TAG_OPEN; 6]))).await.at("applied_tags"), "BASE_TYPE_MAX_LENGTH");
    assert_eq!(client.post(&path, json!({"message": {"content": "c"}})).await.at("name"), "BASE_TYPE_REQUIRED");
    assert_eq!(
        client.post(&path, json!({"name": x(101), "message": {"content": "c"}})).await.at("name"),
        "BASE_TYPE_BAD_LENGTH"
    );
    assert_eq!(client.post(&path, json!({"name": "n"})).await.at("message"), "BASE_TYPE_REQUIRED");
    let odd = json!({"name": "n", "auto_archive_duration": 5, "message": {"content": "c"}});
    assert_eq!(client.post(&path, odd).await.at("auto_archive_duration"), "BASE_TYPE_CHOICES");
    assert_eq!(client.post(&path, json!({"name": "n", "message": {}})).await.error(), (400, 50006));
    fake.require_tag(FORUM);
    assert_eq!(client.post(&path, post(json!([]))).await.error(), (400, 40067));
    assert_eq!(client.post(&path, json!({"name": "n", "message": {"content": "c"}})).await.error(), (400, 40067));
    let id = client.post(&path, post(json!([TAG_OPEN]))).await.id();
    assert_eq!(client.patch(&format!("/channels/{id}"), json!({"applied_tags": []})).await.error(), (400, 40067));
    assert_eq!(client.message(FORUM, json!({"content": "c"})).await.error(), (400, 50008));
    assert_eq!(fake.threads(FORUM).len(), 1);
    fake.forgive();
    fake.change_channel(FORUM, |c| c.tags[1].moderated = true);
    client.patch(&format!("/channels/{id}"), json!({"applied_tags": [TAG_OPEN]})).await.ok();
    fake.ends();
}

#[test]
fn the_schema_is_used_where_it_is_there() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/specs/discord-openapi.json");
    assert_eq!(has_schema(), std::path::Path::new(beside).exists());
}

#[tokio::test]
async fn what_only_the_schema_forbids_is_held_against_the_app() {
    let (fake, client, _) = start().await;
    if !has_schema() {
        println!("skipped: ../shared/specs/discord-openapi.json is not there");
        return;
    }
    client.message(SUPPORT, json!({"content": "c", "tts": "loud"})).await.ok();
    let held = fake.forgive();
    assert!(held.iter().all(|v| v.contains("schema of POST")) && !held.is_empty(), "{held:?}");
}
