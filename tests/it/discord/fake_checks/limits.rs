//! Rate limits, on the clock of the story.

use super::super::fake::{Fail, Limits, PRAISE, SUPPORT};
use super::client::{Client, Got};
use super::start;
use serde_json::json;

async fn post(client: &Client, channel: &str) -> Got {
    client.message(channel, json!({"content": "c"})).await
}

fn header<'a>(got: &'a Got, name: &str) -> &'a str {
    got.headers.get(name).unwrap_or_else(|| panic!("no {name} in {got:?}"))
}

#[tokio::test]
async fn a_channel_takes_five_messages_in_five_seconds() {
    let (fake, client, clock) = start().await;
    fake.limits(Limits::Documented);
    for left in ["4", "3", "2", "1", "0"] {
        let got = post(&client, SUPPORT).await;
        assert_eq!((got.status, header(&got, "x-ratelimit-remaining")), (200, left));
        assert_eq!(header(&got, "x-ratelimit-limit"), "5");
    }
    clock.passes(1_500);
    let refused = post(&client, SUPPORT).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.body, json!({"message": "You are being rate limited.", "retry_after": 3.5, "global": false}));
    assert_eq!((header(&refused, "retry-after"), header(&refused, "x-ratelimit-reset-after")), ("4", "3.500"));
    assert_eq!(refused.headers["x-ratelimit-scope"], "user");
    let other = post(&client, PRAISE).await;
    assert_eq!(other.status, 200, "each channel has its own");
    assert_eq!(other.headers["x-ratelimit-bucket"], refused.headers["x-ratelimit-bucket"]);
    let edit = client.patch(&format!("/channels/{PRAISE}/messages/{}", other.id()), json!({"content": "d"})).await;
    assert_ne!(edit.headers["x-ratelimit-bucket"], refused.headers["x-ratelimit-bucket"]);
    clock.passes(3_500);
    assert_eq!(post(&client, SUPPORT).await.status, 200);
    assert_eq!(fake.invalid_requests(), 1);
    fake.ends();
}

#[tokio::test]
async fn a_history_is_read_five_times_in_five_seconds_and_its_headers_promise_more() {
    let (fake, client, clock) = start().await;
    fake.limits(Limits::Documented);
    let read = format!("/channels/{SUPPORT}/messages?limit=1");
    for _ in 0..5 {
        let got = client.get(&read).await;
        assert_eq!((got.status, header(&got, "x-ratelimit-remaining")), (200, "999"));
    }
    let refused = client.get(&read).await;
    assert_eq!((refused.status, header(&refused, "x-ratelimit-remaining")), (429, "0"));
    assert_eq!(client.get(&format!("/channels/{PRAISE}/messages?limit=1")).await.status, 200);
    assert_eq!(post(&client, SUPPORT).await.status, 200);
    clock.passes(5_000);
    assert_eq!(client.get(&read).await.status, 200);
    fake.ends();
}

#[tokio::test]
async fn what_is_no_word_is_taken_out_of_the_content() {
    let (fake, client, _) = start().await;
    let heap = "a\u{300}\u{301}\u{302}\u{303}\u{304}b\u{7}c\nd\u{301}";
    client.message(SUPPORT, json!({"content": heap})).await.ok();
    assert_eq!(fake.messages(SUPPORT)[0].content, "a\u{300}\u{301}\u{302}bc\nd\u{301}");
    fake.ends();
}

#[tokio::test]
async fn fifty_a_second_in_all() {
    let (fake, client, clock) = start().await;
    fake.limits(Limits::Documented);
    for i in 0..50 {
        let path = if i % 2 == 0 { "/users/@me" } else { "/applications/@me" };
        assert_eq!(client.get(path).await.status, 200);
    }
    let refused = client.get("/users/@me/guilds").await;
    assert_eq!((refused.status, &refused.body["global"]), (429, &json!(true)));
    assert_eq!(
        (&refused.headers["x-ratelimit-global"], &refused.headers["x-ratelimit-scope"]),
        (&"true".to_owned(), &"global".to_owned())
    );
    let late = client.post("/interactions/5/token/callback", json!({"type": 5})).await;
    assert_ne!(late.status, 429, "interactions have no part in it");
    clock.passes(1_000);
    assert_eq!(client.get("/users/@me/guilds").await.status, 200);
}

#[tokio::test]
async fn a_name_changes_twice_in_ten_minutes() {
    let (fake, client, clock) = start().await;
    fake.limits(Limits::Documented);
    let card = post(&client, SUPPORT).await.id();
    let path = format!("/channels/{card}");
    client.post(&format!("/channels/{SUPPORT}/messages/{card}/threads"), json!({"name": "t"})).await.ok();
    for name in ["a", "b"] {
        client.patch(&path, json!({"name": name})).await.ok();
    }
    let refused = client.patch(&path, json!({"name": "c"})).await;
    assert_eq!((refused.status, &refused.headers["x-ratelimit-scope"]), (429, &"shared".to_owned()));
    assert_eq!(fake.invalid_requests(), 0, "a shared limit is not held against anybody");
    client.patch(&path, json!({"archived": true})).await.ok();
    clock.passes(600_000);
    client.patch(&path, json!({"name": "c", "archived": false})).await.ok();
    fake.ends();
}

#[tokio::test]
async fn too_many_refusals_are_a_violation() {
    let (fake, _, clock) = start().await;
    let noted = |times: usize| {
        let mut state = fake.inner.state();
        (0..times).any(|_| state.buckets.invalid(403, 5.0))
    };
    assert!(!noted(9_999));
    assert!(noted(1));
    clock.passes(1);
    let (ordered, client, _) = start().await;
    ordered.will("GET /users/@me", [Fail::RateLimitedGlobally(7)]);
    let got = client.get("/users/@me").await;
    assert_eq!((got.status, &got.body["retry_after"], &got.body["global"]), (429, &json!(7.0), &json!(true)));
}
