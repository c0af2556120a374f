//! What comes in, where Bluesky has its own ways.

use super::world::{BRAND, HANDLE, did, moment};
use super::{Bench, config};
use crate::networks::contract::{Peer as _, WORD};
use hearback::networks::bluesky::{Bluesky, BlueskyConfig};
use hearback::networks::{CallError, First, Look, Network as _};
use jiff::SignedDuration;
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn many_posts_of_the_same_moment_are_on_some_page() {
    let mut bench = Bench::start().await;
    let mut said = BTreeSet::new();
    for i in 0..230 {
        // Ten at a time have the same moment, also across the end of every page.
        if i % 10 == 0 {
            bench.clock.pass(1);
        }
        said.insert(bench.account.world().mention(["ann", "bob", "cleo"][i % 3], &format!("{i}")));
    }
    let mut came = BTreeSet::new();
    for _ in 0..3 {
        for post in bench.poll().await.posts {
            assert!(came.insert(post.external_id), "twice");
        }
    }
    assert_eq!(came, said);
}

#[tokio::test]
async fn who_says_a_wrong_time_is_heard_all_the_same() {
    let mut bench = Bench::start().await;
    bench.mention("first").await;
    let now = bench.clock.now();
    let facets = json!([{
        "index": { "byteStart": 0, "byteEnd": 13 },
        "features": [{ "$type": "app.bsky.richtext.facet#mention", "did": BRAND }],
    }]);
    let say = |ago: i64, text: &str| {
        let created = moment(now - SignedDuration::from_secs(ago));
        let text = format!("@{HANDLE} {text}");
        bench.account.world().post(&did("bob"), &text, json!({ "createdAt": created, "facets": facets.clone() }))
    };
    let (slow, early) = (say(1_800, "my clock is slow"), say(-9_999, "my clock is fast"));
    let posts = bench.poll().await.posts;
    let find = |id: &String| posts.iter().find(|p| p.external_id == *id).expect("it came");
    assert_eq!(find(&slow).posted_at, now - SignedDuration::from_secs(1_800));
    assert_eq!(find(&early).posted_at.as_second(), now.as_second(), "nobody waits since a moment that has not come");
}

#[tokio::test]
async fn who_claims_another_year_is_heard_now_and_an_edit_comes_again() {
    let mut bench = Bench::start().await;
    bench.mention("first").await;
    bench.clock.pass(60);
    let facets = json!([{
        "index": { "byteStart": 0, "byteEnd": 13 },
        "features": [{ "$type": "app.bsky.richtext.facet#mention", "did": BRAND }],
    }]);
    let more = json!({ "createdAt": "2020-01-01T00:00:00.000Z", "facets": facets });
    let id = bench.account.world().post(&did("bob"), &format!("@{HANDLE} from long ago"), more);
    let posts = bench.poll().await.posts;
    let [post] = &posts[..] else { panic!("{posts:?}") };
    assert_eq!((&post.external_id, post.posted_at.as_second()), (&id, bench.clock.now().as_second()));
    bench.clock.pass(60);
    bench.account.world().change(&id, &format!("@{HANDLE} from long ago, changed"));
    let posts = bench.poll().await.posts;
    let [edited] = &posts[..] else { panic!("{posts:?}") };
    assert_eq!((edited.external_id.as_str(), edited.text.ends_with("changed")), (id.as_str(), true));
    assert!(bench.poll().await.posts.is_empty());
}

#[tokio::test]
async fn what_is_said_a_moment_ago_can_be_answered_before_it_is_shown() {
    let mut bench = Bench::start().await;
    let post = bench.mention("hello").await;
    bench.account.world().behind = true;
    let Look::There(view) = bench.network.look(&post).await.unwrap() else { panic!("it is there") };
    assert_eq!(view.text.as_ref(), Some(&post.text));
    let reply = bench.reply(&post, "one", "we are here");
    bench.network.reply(&reply, bench.clock.now()).await.unwrap();
}

#[tokio::test]
async fn answers_and_quotes_are_addressed_and_others_are_not() {
    let mut bench = Bench::with(|config| config.queries = vec![WORD.to_owned()]).await;
    bench.poll().await;
    bench.clock.pass(1);
    let ours = bench.account.world().post(BRAND, "news", json!({}));
    let quoted = bench.account.world().strong(&ours);
    bench.clock.pass(1);
    let embed = json!({ "embed": { "$type": "app.bsky.embed.record", "record": quoted } });
    let quote = bench.account.world().post(&did("ann"), "look at this", embed);
    let answer = bench.account.world().answer("bob", &ours, "nice");
    let below = bench.account.world().answer("cleo", &answer, "indeed");
    let named = bench.account.world().says("cleo", &format!("{WORD} is a word"));
    let plain = bench.account.world().says("cleo", &format!("@{HANDLE} without being told"));
    let posts = bench.poll().await.posts;
    let find = |id: &String| posts.iter().find(|p| p.external_id == *id).unwrap_or_else(|| panic!("{id}: {posts:?}"));
    assert!(find(&quote).addressed && find(&quote).native.summons);
    assert!(find(&answer).addressed && !find(&answer).native.summons);
    assert!(find(&below).addressed, "Bluesky tells of it");
    assert_eq!(find(&below).conversation.as_ref(), Some(&ours));
    assert!(!find(&named).addressed);
    assert!(!find(&plain).addressed, "words that look like a name are none");
    assert_eq!(find(&ours).author.id, BRAND, "our own news, by us");
    assert_eq!(find(&named).author.reach, Some(42));
}

#[tokio::test]
async fn a_search_that_is_refused_is_told_and_holds_up_nothing() {
    let mut bench = Bench::with(|config| config.queries = vec![WORD.to_owned()]).await;
    bench.poll().await;
    bench.clock.pass(1);
    bench.account.world().open_search = false;
    let mut stranger = BlueskyConfig::new("bluesky", vec![WORD.to_owned()]);
    stranger.appview = bench.account.url().to_owned();
    let stranger = Bluesky::new(stranger, bench.tools.clone()).unwrap();
    let error = stranger.poll(None, First::Now, bench.clock.now()).await.unwrap_err();
    assert!(matches!(&error, CallError::Never { why } if why.contains("app_password")), "{error:?}");
    let error = stranger.check(bench.clock.now()).await.unwrap_err();
    assert!(error.to_string().contains("app_password"), "{error}");
    assert!(!stranger.capabilities().reply && stranger.account().is_none());
    assert!(bench.network.notes(bench.clock.now()).is_empty(), "the account may search");
    let said = bench.network.check(bench.clock.now()).await.unwrap();
    assert!(
        said.iter().any(|line| line.contains(HANDLE)) && said.iter().any(|line| line == "the search answers"),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_new_query_begins_when_it_comes() {
    let mut bench = Bench::with(|config| config.queries = vec!["acme".to_owned()]).await;
    bench.poll().await;
    bench.account.world().says("bob", "globex before");
    bench.clock.pass(1);
    let mut config = config(bench.account.url());
    config.queries = vec!["acme".to_owned(), "globex".to_owned()];
    bench.network = Bluesky::new(config, bench.tools.clone()).unwrap();
    assert!(bench.poll().await.posts.is_empty());
    bench.clock.pass(1);
    let id = bench.account.world().says("bob", "globex and acme after");
    let posts = bench.poll().await.posts;
    assert_eq!(posts.iter().map(|p| &p.external_id).collect::<Vec<_>>(), [&id], "once");
}

#[tokio::test]
async fn a_long_absence_that_is_interrupted_is_caught_up_without_a_gap() {
    use crate::networks::contract::{On, Trouble};
    let mut bench = Bench::start().await;
    bench.mention("mark").await;
    let mut said = BTreeSet::new();
    for i in 0..950 {
        bench.clock.pass(3);
        said.insert(bench.account.world().mention("ann", &format!("{i}")));
    }
    let mut came = BTreeSet::new();
    for _ in 0..12 {
        let cut = [Trouble::Fine, Trouble::Fine, Trouble::CutBefore];
        bench.account.troubles().next(On::Reads, cut);
        if let Ok(batch) = bench.network.poll(bench.cursor.as_ref(), First::Now, bench.clock.now()).await {
            bench.cursor = batch.cursor.or(bench.cursor.take());
            for post in batch.posts {
                assert!(came.insert(post.external_id), "twice");
            }
        }
        bench.account.troubles().clear();
        bench.clock.pass(5);
        said.insert(bench.account.world().mention("bob", "meanwhile"));
        if came.len() + 1 >= said.len() {
            break;
        }
    }
    came.extend(bench.poll().await.posts.into_iter().map(|p| p.external_id));
    assert_eq!(came.len(), said.len());
}
