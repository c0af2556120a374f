//! Who and what the workspace holds.

use super::super::fake::{Channel, Standing, User};
use super::client::{get, post};
use super::start;
use serde_json::{Value, json};

#[tokio::test]
async fn people_are_what_they_are() {
    let (fake, _) = start().await;
    fake.add_user(User::new("UMULTI", "mia", "Mia Multi", "Europe/Oslo", Standing::Guest));
    fake.add_user(User::new("UGONE", "gone", "Gone Girl", "Europe/Oslo", Standing::Gone));
    let who = async |id: &str| get(&fake, "users.info", &[("user", id)]).await.body["user"].clone();
    let ana = who("UANA").await;
    assert_eq!(
        (&ana["tz"], &ana["is_restricted"], &ana["team_id"]),
        (&json!("Europe/Madrid"), &json!(false), &json!("T1"))
    );
    let mia = who("UMULTI").await;
    assert_eq!((&mia["is_restricted"], &mia["is_ultra_restricted"]), (&json!(true), &json!(false)));
    assert_eq!(who("UGUEST").await["is_ultra_restricted"], true);
    let xena = who("USTRANGE").await;
    assert_eq!((&xena["team_id"], &xena["is_stranger"]), (&json!("T2"), &json!(true)));
    let gone = who("UGONE").await;
    assert_eq!((&gone["deleted"], gone.get("tz")), (&json!(true), None));
    assert_eq!(who("UBOT").await["is_bot"], true);
    assert_eq!(get(&fake, "users.info", &[("user", "U9")]).await.error(), "user_not_found");
    let mut ids: Vec<String> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = get(&fake, "users.list", &[("limit", "3"), ("cursor", &cursor)]).await.body;
        ids.extend(page["members"].as_array().unwrap().iter().map(|u| u["id"].as_str().unwrap().to_owned()));
        cursor = page["response_metadata"]["next_cursor"].as_str().unwrap().to_owned();
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(ids, ["UANA", "UBEN", "UBOT", "UGONE", "UGUEST", "UMULTI", "USAM"], "strangers are not in the list");
    fake.ends();
}

#[tokio::test]
async fn groups_and_channels_are_listed() {
    let (fake, _) = start().await;
    fake.set_group("S1", &["USAM"]);
    let groups = get(&fake, "usergroups.list", &[("include_users", "true")]).await.body;
    assert_eq!(
        (&groups["usergroups"][0]["handle"], &groups["usergroups"][0]["users"]),
        (&json!("care"), &json!(["USAM"]))
    );
    let users = get(&fake, "usergroups.users.list", &[("usergroup", "S1")]).await.body;
    assert_eq!(users["users"], json!(["USAM"]));
    assert_eq!(get(&fake, "usergroups.users.list", &[("usergroup", "S2")]).await.error(), "no_such_subteam");
    fake.add_channel(Channel::new("C5", "old", &["UBOT"]));
    fake.change_channel("C5", |c| c.is_archived = true);
    fake.kick("C4");
    let list = async |query: &[(&str, &str)]| -> Vec<String> {
        let body = get(&fake, "conversations.list", query).await.body;
        body["channels"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(list(&[]).await, ["C1", "C2", "C3", "C5"]);
    let all = [("types", "public_channel,private_channel"), ("exclude_archived", "true")];
    assert_eq!(list(&all).await, ["C1", "C2", "C3"], "no private channel that the app is not in");
    let info = get(&fake, "conversations.info", &[("channel", "C3"), ("include_num_members", "true")]).await.body;
    assert_eq!((&info["channel"]["is_member"], &info["channel"]["num_members"]), (&json!(false), &json!(3)));
    assert_eq!(get(&fake, "conversations.info", &[("channel", "C4")]).await.error(), "channel_not_found");
    assert_eq!(get(&fake, "conversations.history", &[("channel", "C3")]).await.error(), "not_in_channel");
    let members = get(&fake, "conversations.members", &[("channel", "C3")]).await.body;
    assert_eq!(members["members"], json!(["UANA", "UBEN", "USAM"]));
    assert_eq!(get(&fake, "team.info", &[]).await.body["team"]["domain"], "acme");
    let opened = post(&fake, "conversations.open", json!({"users": "UBEN"})).await;
    assert_eq!(opened.body["channel"]["id"], "DBEN");
    fake.ends();
}

#[tokio::test]
async fn the_app_reacts_and_customises_only_with_the_right() {
    let (fake, _) = start().await;
    let ts = fake.writes("UANA", "C1", None, "hello");
    let react = async |name: &str| {
        post(&fake, "reactions.add", json!({"channel": "C1", "timestamp": ts, "name": name})).await.error().to_owned()
    };
    assert_eq!(react("eyes").await, "no error");
    assert_eq!(react("eyes").await, "already_reacted");
    assert_eq!(react(":eyes:").await, "invalid_name");
    assert_eq!(fake.room_text("C1"), "ana: hello\n  :eyes: hearback");
    let named = json!({"channel": "C1", "text": "t", "username": "Support"});
    assert_eq!(post(&fake, "chat.postMessage", named.clone()).await.body["needed"], "chat:write.customize");
    fake.with_scope("chat:write.customize");
    assert_eq!(post(&fake, "chat.postMessage", named).await.error(), "no error");
    let last = fake.requests().pop().unwrap();
    assert_eq!((last.status, last.error, last.at.to_string()), (200, None, "2026-03-02T10:00:00Z".to_owned()));
    assert_eq!(last.answer["message"]["text"], Value::from("t"));
    fake.ends();
}
