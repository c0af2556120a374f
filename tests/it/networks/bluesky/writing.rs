//! What goes out: the record as Bluesky wants it, under the same key every time, and never over something else.

use super::world::{BRAND, POSTS, did};
use super::{Bench, config};
use crate::networks::contract::{On, Peer as _, Trouble};
use hearback::networks::bluesky::Bluesky;
use hearback::networks::{CallError, Look, Network as _};
use serde_json::json;

#[tokio::test]
async fn links_names_and_hashtags_count_in_bytes() {
    let mut bench = Bench::start().await;
    let post = bench.mention("héllo 👋").await;
    let text = "👩🏽‍🍳 Größe @bob.example and @ann.example, not @nobody.example: https://acme.example/é (www.acme.example/x) #Hilfe!";
    let reply = bench.reply(&post, "one", text);
    bench.network.reply(&reply, bench.clock.now()).await.unwrap();
    let [row] = &bench.account.world().own(POSTS)[..] else { panic!("one reply") };
    let features: Vec<_> = row.record["facets"].as_array().unwrap().iter().map(|f| f["features"][0].clone()).collect();
    let kinds: Vec<&str> = features.iter().map(|f| f["$type"].as_str().unwrap().rsplit('#').next().unwrap()).collect();
    assert_eq!(kinds, ["mention", "mention", "link", "link", "tag"], "{features:?}");
    assert_eq!((&features[0]["did"], &features[1]["did"]), (&json!(did("bob")), &json!(did("ann"))));
    assert_eq!(row.record["langs"], json!(["en"]));
    assert_eq!(row.record["createdAt"], "2026-11-22T10:00:06.000Z");
}

#[tokio::test]
async fn a_reply_deep_in_a_thread_names_its_beginning() {
    let mut bench = Bench::start().await;
    let root = bench.account.world().says("ann", "a question to all");
    let middle = bench.account.world().answer("cleo", &root, "an answer");
    bench.clock.pass(1);
    let post = bench.mention("I ask you").await;
    let deep = bench.account.world().answer("bob", &middle, "@acme.example and you?");
    let mut reply = bench.reply(&post, "deep", "we know");
    reply.post.external_id.clone_from(&deep);
    bench.network.reply(&reply, bench.clock.now()).await.unwrap();
    let rows = bench.account.world().own(POSTS);
    assert_eq!(
        (&rows[0].record["reply"]["root"]["uri"], &rows[0].record["reply"]["parent"]["uri"]),
        (&json!(root), &json!(deep))
    );
}

#[tokio::test]
async fn a_cut_and_a_restart_write_nothing_twice() {
    let mut bench = Bench::start().await;
    let post = bench.mention("is it down?").await;
    let reply = bench.reply(&post, "hb-1-142-reply-1", "We are looking.");
    bench.account.troubles().next(On::Writes, [Trouble::CutAfter]);
    let error = bench.network.reply(&reply, bench.clock.now()).await.unwrap_err();
    assert!(matches!(error, CallError::Unknown { .. }), "{error:?}");
    bench.network = Bluesky::new(config(bench.account.url()), bench.tools.clone()).unwrap();
    bench.clock.pass(60);
    let sent = bench.network.reply(&reply, bench.clock.now()).await.unwrap();
    let rows = bench.account.world().own(POSTS);
    assert_eq!((rows.len(), rows[0].uri.as_str()), (1, sent.external_id.as_str()));
    // Even if the post is gone by now, what was written is found.
    bench.account.world().delete(&post.external_id);
    assert_eq!(bench.network.reply(&reply, bench.clock.now()).await.unwrap().external_id, sent.external_id);
    assert_eq!(bench.account.world().own(POSTS).len(), 1);
}

#[tokio::test]
async fn a_key_that_something_else_has_is_left_alone() {
    let mut bench = Bench::start().await;
    let post = bench.mention("is it down?").await;
    let reply = bench.reply(&post, "one", "We are looking.");
    let sent = bench.network.reply(&reply, bench.clock.now()).await.unwrap();
    let mut other = reply.clone();
    other.text = "Another text under the same key".to_owned();
    let second = bench.network.reply(&other, bench.clock.now()).await.unwrap();
    assert_ne!(second.external_id, sent.external_id);
    let texts: Vec<String> =
        bench.account.world().own(POSTS).iter().map(|r| r.record["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts, ["We are looking.", "Another text under the same key"]);
    assert_eq!(bench.network.reply(&other, bench.clock.now()).await.unwrap().external_id, second.external_id);
}

#[tokio::test]
async fn who_may_not_answer_is_told_before() {
    let mut bench = Bench::start().await;
    let post = bench.mention("only for friends").await;
    bench.account.world().gated.insert(post.external_id.clone());
    let Look::Gone(why) = bench.network.look(&post).await.unwrap() else { panic!("it cannot be answered") };
    assert!(why.contains("only some people"), "{why}");
}

#[tokio::test]
async fn a_spent_allowance_is_for_later() {
    let mut bench = Bench::start().await;
    let post = bench.mention("hello").await;
    bench.account.world().points = 1;
    let reply = bench.reply(&post, "one", "hello");
    let error = bench.network.reply(&reply, bench.clock.now()).await.unwrap_err();
    assert!(matches!(error, CallError::Later { .. }), "{error:?}");
    assert!(bench.account.world().own(POSTS).is_empty());
}

#[tokio::test]
async fn hostile_texts_come_in_as_text() {
    let mut bench = Bench::start().await;
    let facets = json!([
        { "index": { "byteStart": 0, "byteEnd": 13 }, "features": [{ "$type": "app.bsky.richtext.facet#mention", "did": BRAND }] },
        { "index": { "byteStart": 14, "byteEnd": 15 }, "features": [{ "$type": "app.bsky.richtext.facet#link", "uri": "https://cut.example" }] },
        { "index": { "byteStart": 999, "byteEnd": 9_999_999_999u64 }, "features": [{ "$type": "x", "uri": 7 }] },
        { "index": "no", "features": { "a": 1 } }, 5, null,
    ]);
    let text = format!("@acme.example é\u{202e}\u{0}\u{1b}[2J {}", "x".repeat(60_000));
    let record = json!({ "facets": facets, "langs": [5, "\n"], "embed": { "images": "no" }, "reply": { "parent": 5 }, "tags": {} });
    let id = bench.account.world().post(&did("bob"), &text, record);
    let batch = bench.poll().await;
    let post = batch.posts.iter().find(|p| p.external_id == id).unwrap();
    assert!(post.text.chars().count() <= 20_000 && !post.text.contains(['\u{202e}', '\u{0}', '\u{1b}']));
    assert_eq!((post.parent.as_ref(), post.language.as_ref()), (None, None));
}
