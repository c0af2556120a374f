//! Every route once, as it should go.

use super::super::fake::{
    ANA, APP, BEN, ELSEWHERE, FORUM, GUILD, GUS, NEWS, OTHER_GUILD, RANDOM, SUPPORT, TAG_OPEN, XENA,
};
use super::start;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn who_we_are_and_where() {
    let (fake, client, _) = start().await;
    assert_eq!(client.get("/users/@me").await.ok()["id"], APP);
    let app = client.get("/applications/@me").await.ok();
    assert_eq!((app["id"].as_str(), app["verify_key"].as_str().map(str::len)), (Some(APP), Some(64)));
    let changed = client.patch("/applications/@me", json!({"description": "Hears", "flags": 1 << 19})).await.ok();
    assert_eq!((&changed["description"], &changed["flags"]), (&json!("Hears"), &json!(1 << 19)));
    assert_eq!(client.get("/users/@me/guilds").await.ok()[0]["id"], GUILD);
    let guild = client.get(&format!("/guilds/{GUILD}?with_counts=true")).await.ok();
    assert_eq!((&guild["name"], &guild["approximate_member_count"]), (&json!("Acme"), &json!(5)));
    assert_eq!(client.get(&format!("/guilds/{OTHER_GUILD}")).await.error(), (404, 10004));
    assert_eq!(client.get("/guilds/1").await.error(), (404, 10004));
    let roles = client.get(&format!("/guilds/{GUILD}/roles")).await.ok();
    assert_eq!(roles.as_array().unwrap().len(), 4);
    let channels = client.get(&format!("/guilds/{GUILD}/channels")).await.ok();
    assert_eq!(channels.as_array().unwrap().len(), 5);
    assert_eq!(client.get(&format!("/guilds/{GUILD}/members/{ANA}")).await.ok()["user"]["username"], "ana");
    assert_eq!(client.get(&format!("/guilds/{GUILD}/members/{XENA}")).await.error(), (404, 10007));
    assert_eq!(client.get(&format!("/guilds/{GUILD}/members/77")).await.error(), (404, 10013));
    assert_eq!(client.get(&format!("/guilds/{GUILD}/members")).await.error(), (403, 50001));
    fake.application_flags(1 << 14);
    assert_eq!(client.get(&format!("/guilds/{GUILD}/members?limit=2")).await.ok().as_array().unwrap().len(), 2);
    assert_eq!(client.get(&format!("/users/{BEN}")).await.ok()["global_name"], "Ben Cole");
    assert!(client.get("/gateway/bot").await.ok()["url"].as_str().unwrap().starts_with("ws://"));
    assert_eq!(fake.requests_to("GET /guilds/{guild}").len(), 3);
    fake.ends();
}

#[tokio::test]
async fn channels_and_who_may_see_them() {
    let (fake, client, _) = start().await;
    assert_eq!(client.get(&format!("/channels/{SUPPORT}")).await.ok()["name"], "support");
    assert_eq!(client.get(&format!("/channels/{FORUM}")).await.ok()["available_tags"].as_array().unwrap().len(), 3);
    assert_eq!(client.get(&format!("/channels/{NEWS}")).await.ok()["type"], 5);
    assert_eq!(client.get(&format!("/channels/{RANDOM}")).await.error(), (403, 50001));
    assert_eq!(client.get(&format!("/channels/{ELSEWHERE}")).await.error(), (403, 50001));
    assert_eq!(client.get("/channels/123456").await.error(), (404, 10003));
    let wrong = client.get("/channels/general").await;
    assert_eq!((wrong.error(), wrong.at("channel_id")), ((400, 50035), "NUMBER_TYPE_COERCE".to_owned()));
    fake.forgive();
    let dm = client.post("/users/@me/channels", json!({"recipient_id": ANA})).await;
    let again = client.post("/users/@me/channels", json!({"recipient_id": ANA})).await;
    assert_eq!(dm.id(), again.id());
    client.message(&dm.id(), json!({"content": "hello"})).await.ok();
    let closed = client.post("/users/@me/channels", json!({"recipient_id": GUS})).await.id();
    assert_eq!(client.message(&closed, json!({"content": "hello"})).await.error(), (403, 50007));
    assert_eq!(client.post("/users/@me/channels", json!({"recipient_id": "5"})).await.error(), (400, 50033));
    fake.ends();
}

#[tokio::test]
async fn messages_from_the_first_to_the_last() {
    let (fake, client, clock) = start().await;
    let base = format!("/channels/{SUPPORT}/messages");
    let row = json!({"type": 1, "components": [{"type": 2, "style": 1, "label": "Claim", "custom_id": "claim:1"}]});
    let select = json!({"type": 1, "components": [{"type": 3, "custom_id": "more:1", "placeholder": "More…",
        "options": [{"label": "Snooze", "value": "snooze"}, {"label": "Close", "value": "close", "description": "For good"}]}]});
    let body = json!({"content": "hello", "components": [row, select], "allowed_mentions": {"parse": []}, "nonce": "n1",
        "embeds": [{"title": "A title", "url": "https://example.org/1", "description": "It **is** down", "color": 255,
            "fields": [{"name": "Where", "value": "Mastodon", "inline": true}], "footer": {"text": "142"},
            "timestamp": "2026-03-02T09:00:00Z", "author": {"name": "bob", "url": "https://example.org/bob"}}]});
    let sent = client.message(SUPPORT, body).await.ok();
    let first = sent["id"].as_str().unwrap().to_owned();
    assert_eq!(sent["embeds"][0]["type"], "rich");
    assert_eq!(sent["components"][0]["components"][0]["id"], 2, "{sent}");
    assert_eq!(client.get(&format!("{base}/{first}")).await.ok()["content"], "hello");
    clock.passes(1);
    let second = client.message(SUPPORT, json!({"content": "second"})).await.id();
    clock.passes(1);
    let third = fake.writes(ANA, SUPPORT, "third");
    let ids = async |query: &str| -> Vec<String> {
        let list = client.get(&format!("{base}{query}")).await.ok();
        list.as_array().unwrap().iter().map(|m| m["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids("").await, [third.clone(), second.clone(), first.clone()]);
    assert_eq!(ids(&format!("?after={first}&limit=1")).await, [second.as_str()]);
    assert_eq!(ids(&format!("?before={third}&limit=1")).await, [second.as_str()]);
    assert_eq!(ids(&format!("?around={second}&limit=3")).await, [third.clone(), second.clone(), first.clone()]);
    let unread = client.get(&format!("{base}/{third}")).await.ok();
    assert_eq!(unread["content"], "", "what people write is not for a bot without the intent");
    let edited = client.patch(&format!("{base}/{first}"), json!({"content": "changed", "components": []})).await.ok();
    assert_eq!((&edited["content"], &edited["components"]), (&json!("changed"), &json!([])));
    assert_eq!(edited["embeds"][0]["title"], "A title");
    assert!(edited["edited_timestamp"].is_string());
    assert_eq!(client.patch(&format!("{base}/{third}"), json!({"content": "mine"})).await.error(), (403, 50005));
    assert_eq!(client.delete(&format!("{base}/{third}")).await.error(), (403, 50013));
    assert_eq!(client.delete(&format!("{base}/{second}")).await.status, 204);
    assert_eq!(client.delete(&format!("{base}/{second}")).await.error(), (404, 10008));
    assert_eq!(client.get(&format!("{base}/{second}")).await.error(), (404, 10008));
    insta::assert_snapshot!(fake.room_text(SUPPORT), @r"
    hearback: changed
      │ [[link: bob -> https://example.org/bob]]
      │ [[title: [[link: A title -> https://example.org/1]]]]
      │ It [[bold: is]] down
      │ Where: Mastodon
      │ -- 142 • 2026-03-02T09:00:00.000000+00:00
    Ana Diaz: third
    ");
    fake.ends();
}

#[tokio::test]
async fn threads_and_posts() {
    let (fake, client, clock) = start().await;
    let card = client.message(SUPPORT, json!({"content": "card"})).await.id();
    let path = format!("/channels/{SUPPORT}/messages/{card}/threads");
    let thread = client.post(&path, json!({"name": "142", "auto_archive_duration": 1440})).await;
    assert_eq!((thread.status, thread.id()), (201, card.clone()));
    assert_eq!(client.post(&path, json!({"name": "142"})).await.error(), (400, 160_004));
    client.message(&card, json!({"content": "ana claimed"})).await.ok();
    assert_eq!(client.get(&format!("/channels/{card}")).await.ok()["parent_id"], SUPPORT);
    assert_eq!(client.get(&format!("/channels/{SUPPORT}/messages/{card}")).await.ok()["thread"]["id"], card.as_str());
    client.patch(&format!("/channels/{card}"), json!({"archived": true})).await.ok();
    assert_eq!(client.get(&format!("/guilds/{GUILD}/threads/active")).await.ok()["threads"], json!([]));
    client.message(&card, json!({"content": "again"})).await.ok();
    assert!(!fake.channel(&card).unwrap().thread.unwrap().archived, "a message brings a thread back");
    clock.passes(5);
    let body = json!({"name": "A post", "applied_tags": [TAG_OPEN], "message": {"content": "card", "embeds": [{"title": "T"}]}});
    let post = client.post(&format!("/channels/{FORUM}/threads"), body).await;
    assert_eq!(post.status, 201, "{post:?}");
    let id = post.id();
    let body = post.ok();
    assert_eq!(body["message"]["id"], body["id"]);
    client.message(&id, json!({"content": "a line"})).await.ok();
    client
        .patch(&format!("/channels/{id}"), json!({"name": "Renamed", "applied_tags": [], "archived": true}))
        .await
        .ok();
    assert_eq!(
        client.send(Method::PUT, &format!("/channels/{card}/thread-members/@me"), None).await.unwrap().status,
        204
    );
    assert_eq!(
        client.get(&format!("/channels/{FORUM}/threads/archived/public")).await.ok()["threads"][0]["id"],
        id.as_str()
    );
    insta::assert_snapshot!(format!("{}\n---\n{}", fake.room_text(SUPPORT), fake.room_text(FORUM)), @r"
    hearback: card
      # 142
      > hearback: ana claimed
      > hearback: again
    ---
    # Renamed (archived)
      > hearback: card
      >   │ [[title: T]]
      > hearback: a line
    ");
    fake.ends();
}

#[tokio::test]
async fn commands_are_kept() {
    let (fake, client, _) = start().await;
    let global = format!("/applications/{APP}/commands");
    let claim = json!({"name": "claim", "description": "Take a mention", "type": 1, "name_localizations": {"de": "nehmen"},
        "default_member_permissions": "2048", "contexts": [0], "options": [
            {"type": 3, "name": "mention", "description": "Which", "required": true, "autocomplete": true},
            {"type": 3, "name": "for", "description": "How long", "choices": [{"name": "A day", "value": "1d"}]}]});
    let menu = json!({"name": "Claim mention", "type": 3});
    let kept = client.put(&global, json!([claim, menu])).await.ok();
    assert_eq!(kept.as_array().unwrap().len(), 2);
    let again = client.put(&global, json!([claim, menu])).await.ok();
    assert_eq!(kept, again, "the same commands keep their ids and versions");
    assert!(client.get(&global).await.ok()[0].get("name_localizations").is_none());
    let full = client.get(&format!("{global}?with_localizations=true")).await.ok();
    assert_eq!(full[0]["name_localizations"]["de"], "nehmen");
    let id = kept[0]["id"].as_str().unwrap();
    let changed = client.patch(&format!("{global}/{id}"), json!({"description": "Take it"})).await.ok();
    assert_eq!((&changed["id"], &changed["description"]), (&kept[0]["id"], &json!("Take it")));
    assert_ne!(changed["version"], kept[0]["version"]);
    assert_eq!(client.get(&format!("{global}/{id}")).await.ok()["name"], "claim");
    let own = format!("/applications/{APP}/guilds/{GUILD}/commands");
    let made = client.post(&own, json!({"name": "note", "description": "Write a note"})).await;
    assert_eq!(made.status, 201);
    assert_eq!(client.post(&own, json!({"name": "note", "description": "Write it down"})).await.status, 200);
    assert_eq!(client.delete(&format!("{own}/{}", made.id())).await.status, 204);
    assert_eq!(client.delete(&format!("{own}/{}", made.id())).await.error(), (404, 10063));
    let other = format!("/applications/{APP}/guilds/{OTHER_GUILD}/commands");
    assert_eq!(client.put(&other, json!([])).await.error(), (403, 50001));
    assert_eq!(client.get(&format!("/applications/{ANA}/commands")).await.error(), (403, 20012));
    assert_eq!(fake.commands().len(), 2);
    client.put(&global, json!([])).await.ok();
    assert_eq!(fake.commands().len(), 0);
    fake.ends();
}
