//! What the bot may not do, it is not let do.

use super::super::fake::{ANA, APP, CARE, FORUM, GUILD, NEWS, SUPPORT, rights};
use super::start;
use serde_json::json;

#[tokio::test]
async fn each_right_is_needed() {
    let (fake, client, _) = start().await;
    let card = client.message(SUPPORT, json!({"content": "card"})).await.id();
    let bare = client.message(SUPPORT, json!({"content": "bare"})).await.id();
    let messages = format!("/channels/{SUPPORT}/messages");
    let thread = client.post(&format!("{messages}/{card}/threads"), json!({"name": "t"})).await.id();
    let words = json!({"content": "words"});
    fake.deny(SUPPORT, rights::SEND_MESSAGES);
    assert_eq!(client.message(SUPPORT, words.clone()).await.error(), (403, 50013));
    client.message(&thread, words.clone()).await.ok();
    fake.deny(SUPPORT, rights::SEND_MESSAGES_IN_THREADS);
    assert_eq!(client.message(&thread, words.clone()).await.error(), (403, 50013));
    client.message(SUPPORT, words.clone()).await.ok();
    fake.deny(SUPPORT, rights::READ_MESSAGE_HISTORY);
    assert_eq!(client.get(&messages).await.ok(), json!([]));
    assert_eq!(client.get(&format!("{messages}/{card}")).await.error(), (403, 50013));
    let reply = json!({"content": "c", "message_reference": {"message_id": card}});
    assert_eq!(client.message(SUPPORT, reply).await.error(), (400, 160_002));
    client.patch(&format!("{messages}/{card}"), words.clone()).await.ok();
    fake.deny(SUPPORT, rights::CREATE_PUBLIC_THREADS);
    assert_eq!(client.post(&format!("{messages}/{bare}/threads"), json!({"name": "t"})).await.error(), (403, 50013));
    fake.deny(SUPPORT, rights::VIEW_CHANNEL);
    for path in [format!("/channels/{SUPPORT}"), messages.clone(), format!("/channels/{thread}")] {
        assert_eq!(client.get(&path).await.error(), (403, 50001));
    }
    assert_eq!(client.message(SUPPORT, words.clone()).await.error(), (403, 50001));
    fake.deny(FORUM, rights::SEND_MESSAGES);
    let post = json!({"name": "n", "message": {"content": "c"}});
    assert_eq!(client.post(&format!("/channels/{FORUM}/threads"), post).await.error(), (403, 50013));
    fake.deny(SUPPORT, 0);
    client.message(SUPPORT, words).await.ok();
    fake.ends();
}

#[tokio::test]
async fn without_the_right_to_embed_embeds_are_lost() {
    let (fake, client, _) = start().await;
    fake.deny(SUPPORT, rights::EMBED_LINKS);
    let embeds = json!([{"title": "T"}]);
    let sent = client.message(SUPPORT, json!({"content": "words", "embeds": embeds})).await.ok();
    assert_eq!(sent["embeds"], json!([]), "Discord drops them without a word");
    assert_eq!(client.message(SUPPORT, json!({"embeds": embeds})).await.error(), (403, 50013));
    let path = format!("/channels/{SUPPORT}/messages/{}", sent["id"].as_str().unwrap());
    assert_eq!(client.patch(&path, json!({"embeds": embeds})).await.ok()["embeds"], json!([]));
    fake.ends();
}

#[tokio::test]
async fn rights_are_computed_as_documented() {
    let (fake, _, _) = start().await;
    let of = |user: &str, channel: &str| {
        let state = fake.inner.state();
        state.rights(user, state.channel(channel))
    };
    let has = |user: &str, right: u64| of(user, SUPPORT) & right != 0;
    assert!(has(ANA, rights::SEND_MESSAGES));
    fake.overwrite(SUPPORT, GUILD, 0, rights::SEND_MESSAGES);
    assert!(!has(ANA, rights::SEND_MESSAGES), "everybody is denied");
    assert!(!has(ANA, rights::EMBED_LINKS), "who cannot send cannot embed");
    fake.overwrite(SUPPORT, CARE, rights::SEND_MESSAGES, 0);
    assert!(has(ANA, rights::SEND_MESSAGES), "a role's overwrite is stronger");
    fake.overwrite(SUPPORT, ANA, 0, rights::SEND_MESSAGES);
    assert!(!has(ANA, rights::SEND_MESSAGES), "a member's is the strongest");
    fake.overwrite(SUPPORT, ANA, 0, rights::VIEW_CHANNEL);
    assert_eq!(of(ANA, SUPPORT), 0, "without sight there is nothing");
    fake.change_role(CARE, |r| r.permissions |= rights::ADMINISTRATOR);
    assert_eq!(of(ANA, SUPPORT), rights::ALL, "no overwrite holds an administrator");
    fake.without_rights(rights::SEND_MESSAGES);
    assert_eq!(of(APP, NEWS) & rights::SEND_MESSAGES, 0);
    fake.with_rights(rights::SEND_MESSAGES);
    assert_ne!(of(APP, NEWS) & rights::SEND_MESSAGES, 0);
}

#[tokio::test]
async fn the_bot_is_thrown_out_and_its_token_taken() {
    let (fake, mut client, _) = start().await;
    fake.kick(APP);
    assert_eq!(client.message(SUPPORT, json!({"content": "c"})).await.error(), (403, 50001));
    assert_eq!(client.get(&format!("/guilds/{GUILD}")).await.error(), (404, 10004));
    assert_eq!(client.get("/users/@me/guilds").await.ok(), json!([]));
    let commands = format!("/applications/{APP}/guilds/{GUILD}/commands");
    assert_eq!(client.get(&commands).await.error(), (403, 50001));
    fake.invite_back();
    client.message(SUPPORT, json!({"content": "back"})).await.ok();
    fake.token_is_good(false);
    let refused = client.get("/users/@me").await;
    assert_eq!((refused.status, refused.body), (401, json!({"message": "401: Unauthorized", "code": 0})));
    fake.ends();
    client.authorization = fake.token();
    fake.token_is_good(true);
    assert_eq!(client.get("/users/@me").await.status, 401);
    assert!(fake.forgive()[0].contains("Bot …"));
    client.authorization.clear();
    assert_eq!(client.get("/gateway").await.status, 200, "nobody asks for a token there");
    fake.ends();
}

#[tokio::test]
async fn threads_asleep_and_locked() {
    let (fake, client, clock) = start().await;
    let card = client.message(SUPPORT, json!({"content": "card"})).await.id();
    let path = format!("/channels/{SUPPORT}/messages/{card}/threads");
    let thread = client.post(&path, json!({"name": "t"})).await.id();
    let line = client.message(&thread, json!({"content": "line"})).await.id();
    let edit = async || client.patch(&format!("/channels/{thread}/messages/{line}"), json!({"content": "new"})).await;
    fake.archive(&thread, true);
    assert_eq!(edit().await.error(), (400, 50083));
    assert_eq!(client.patch(&format!("/channels/{thread}"), json!({"name": "n"})).await.error(), (400, 50083));
    client.patch(&format!("/channels/{thread}"), json!({"name": "n", "archived": false})).await.ok();
    edit().await.ok();
    fake.lock(&thread, true);
    client.message(&thread, json!({"content": "the bot manages threads"})).await.ok();
    fake.without_rights(rights::MANAGE_THREADS);
    assert_eq!(client.message(&thread, json!({"content": "c"})).await.error(), (403, 160_005));
    assert_eq!(edit().await.error(), (403, 160_005));
    assert_eq!(client.patch(&format!("/channels/{thread}"), json!({"archived": true})).await.error(), (403, 160_005));
    fake.lock(&thread, false);
    assert_eq!(client.patch(&format!("/channels/{thread}"), json!({"locked": true})).await.error(), (403, 50013));
    client.patch(&format!("/channels/{thread}"), json!({"archived": true})).await.ok();
    assert_eq!(client.delete(&format!("/channels/{thread}")).await.error(), (403, 50013));
    fake.delete_message(SUPPORT, &card);
    clock.passes(1);
    client.message(&thread, json!({"content": "still here"})).await.ok();
    assert_eq!(
        client.patch(&format!("/channels/{SUPPORT}/messages/{card}"), json!({"content": "c"})).await.error(),
        (404, 10008)
    );
    fake.delete_channel(&thread);
    assert_eq!(client.message(&thread, json!({"content": "c"})).await.error(), (404, 10003));
    let old = client.message(SUPPORT, json!({"content": "old"})).await.id();
    clock.passes(3_600_000);
    client.post(&format!("/channels/{SUPPORT}/messages/{old}/threads"), json!({"name": "late"})).await.ok();
    assert_eq!(fake.room_text(SUPPORT), "hearback: old\n  # late\nhearback: started a thread: late");
    clock.passes(4_319 * 60_000);
    client.message(&old, json!({"content": "awake"})).await.ok();
    clock.passes(4_319 * 60_000);
    assert!(!fake.channel(&old).unwrap().thread.unwrap().archived);
    clock.passes(60_000);
    assert!(fake.channel(&old).unwrap().thread.unwrap().archived, "three days without a word");
    fake.ends();
}
