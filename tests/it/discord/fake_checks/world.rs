//! What a story can do to the server, and what it can ask.

use super::super::fake::{ANA, Channel, FakeDiscord, GUILD, GUS, Ping, Role, SUPPORT, Seen, TEXT, User, rights, story};
use super::start;
use serde_json::json;

#[tokio::test]
async fn people_roles_and_channels_come_and_change() {
    let (fake, client, _) = start().await;
    fake.add_role(Role::new("77", "night", rights::MANAGE_MESSAGES));
    fake.add_user(User::new("42", "zed", "Zed"));
    fake.add_member("42", &["77"]);
    fake.change_member("42", |m| m.nick = Some("Zed of the night".into()));
    let zed = client.get(&format!("/guilds/{GUILD}/members/42")).await.ok();
    assert_eq!((&zed["nick"], &zed["roles"]), (&json!("Zed of the night"), &json!(["77"])));
    let mut channel = Channel::new("99", TEXT, "night-shift");
    channel.topic = Some("Quiet".into());
    channel.default_auto_archive = Some(60);
    fake.add_channel(channel);
    assert_eq!(client.get("/channels/99").await.ok()["topic"], "Quiet");
    let said = fake.writes("42", "99", &format!("<@{ANA}> look"));
    assert_eq!(fake.room_text("99"), "Zed of the night: [[mention: @Ana Diaz]] look");
    let thread = client.post(&format!("/channels/99/messages/{said}/threads"), json!({"name": "t"})).await.ok();
    assert_eq!(thread["thread_metadata"]["auto_archive_duration"], 60);
    fake.close_dms(GUS, false);
    let dm = client.post("/users/@me/channels", json!({"recipient_id": GUS})).await.id();
    client.message(&dm, json!({"content": "hello"})).await.ok();
    fake.close_dms(GUS, true);
    assert_eq!(client.message(&dm, json!({"content": "hello"})).await.error(), (403, 50007));
    let app = client.get("/applications/@me").await.ok();
    assert_eq!(app["verify_key"], story::hex(&FakeDiscord::verify_key()));
    fake.ends();
}

#[tokio::test]
async fn everything_is_written_down() {
    let (fake, client, clock) = start().await;
    clock.passes(1_000);
    let id = client.message(SUPPORT, json!({"content": format!("<@{ANA}>")})).await.id();
    client.get(&format!("/channels/{SUPPORT}/messages?limit=1")).await.ok();
    assert_eq!(fake.pings(), [Ping { channel: SUPPORT.into(), who: "@ana".into() }]);
    let seen: Vec<Seen> = fake.requests();
    let [posted, read] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!(posted.path, format!("/channels/{SUPPORT}/messages"));
    assert_eq!((&posted.body["content"], &posted.answer["id"]), (&json!(format!("<@{ANA}>")), &json!(id)));
    assert_eq!((posted.at.to_string().as_str(), posted.files.len()), ("2026-03-02T09:00:01Z", 0));
    assert_eq!(read.query["limit"], "1");
    fake.ends();
}
