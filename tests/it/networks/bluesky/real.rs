//! Against a real server, if the environment names one: `HEARBACK_TEST_BLUESKY="URL HANDLE APP_PASSWORD"`, and for
//! somebody who talks to the account `HEARBACK_TEST_BLUESKY_OTHER="HANDLE PASSWORD"` on the same server.

use hearback::domain::{Act, Post};
use hearback::networks::bluesky::{Bluesky, BlueskyConfig, Password};
use hearback::networks::{Batch, Deed, First, Look, Network, Outgoing, Tools};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

/// The machine's time, as the server has it.
fn time() -> Timestamp {
    let output = Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%S.%3NZ"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

struct Other {
    client: reqwest::Client,
    url: String,
    token: String,
    did: String,
}

impl Other {
    async fn call(&self, nsid: &str, body: Value) -> Value {
        let request = self.client.post(format!("{}/xrpc/{nsid}", self.url)).bearer_auth(&self.token);
        let request = request.header("content-type", "application/json").body(body.to_string());
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{nsid}: {answer:?}");
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    async fn says(&self, text: &str, more: Value) -> Value {
        let mut record = json!({ "$type": "app.bsky.feed.post", "text": text, "createdAt": time().to_string() });
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let body = json!({ "repo": self.did, "collection": "app.bsky.feed.post", "record": record });
        self.call("com.atproto.repo.createRecord", body).await
    }
}

async fn start() -> Option<(Bluesky, Other)> {
    let words = |name: &str| std::env::var(name).ok().map(|v| v.split(' ').map(str::to_owned).collect::<Vec<_>>());
    let (Some(account), Some(other)) = (words("HEARBACK_TEST_BLUESKY"), words("HEARBACK_TEST_BLUESKY_OTHER")) else {
        println!("skipped: HEARBACK_TEST_BLUESKY and HEARBACK_TEST_BLUESKY_OTHER name no server and accounts");
        return None;
    };
    let mut config = BlueskyConfig::new("bluesky", vec!["hearbacktest".to_owned()]);
    (config.service, config.handle) = (account[0].clone(), Some(account[1].clone()));
    config.password = Some(Password::new(&account[2]));
    let network = Bluesky::new(config, Tools::in_memory(Arc::new(time))).unwrap();
    let client = reqwest::Client::new();
    let body = json!({ "identifier": other[0], "password": other[1] }).to_string();
    let url = format!("{}/xrpc/com.atproto.server.createSession", account[0]);
    let answer = client.post(url).header("content-type", "application/json").body(body).send().await.unwrap();
    let session: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let word = |key: &str| session[key].as_str().unwrap().to_owned();
    Some((network, Other { client, url: account[0].clone(), token: word("accessJwt"), did: word("did") }))
}

async fn until(network: &Bluesky, batch: &mut Batch, id: &str) -> Post {
    for _ in 0..300 {
        let next = network.poll(batch.cursor.as_ref(), First::Now, time()).await.unwrap();
        batch.cursor = next.cursor.or(batch.cursor.take());
        if let Some(post) = next.posts.into_iter().find(|p| p.external_id == id) {
            return post;
        }
        tokio::time::timeout(Duration::from_millis(100), std::future::pending::<()>()).await.ok();
    }
    panic!("{id} never came");
}

#[tokio::test]
async fn a_conversation_with_a_real_server() {
    let Some((network, other)) = start().await else { return };
    let mut batch = network.poll(None, First::Now, time()).await.unwrap();
    assert!(batch.posts.is_empty());
    for line in network.check(time()).await.unwrap() {
        println!("{line}");
    }
    let me = network.account().unwrap();
    let facets = json!([{
        "index": { "byteStart": 8, "byteEnd": 9 + me.handle.len() },
        "features": [{ "$type": "app.bsky.richtext.facet#mention", "did": me.id }],
    }]);
    let said = other.says(&format!("h\u{e9}llo, @{} is it down?", me.handle), json!({ "facets": facets })).await;
    let post = until(&network, &mut batch, said["uri"].as_str().unwrap()).await;
    assert!(post.addressed && post.native.summons, "{post:?}");
    let word = other.says("the word hearbacktest is in here", json!({})).await;
    let found = until(&network, &mut batch, word["uri"].as_str().unwrap()).await;
    assert!(!found.addressed);

    let Look::There(view) = network.look(&post).await.unwrap() else { panic!("it is there") };
    assert_eq!((view.text.as_ref(), view.answers.len()), (Some(&post.text), 0));
    let reply = Outgoing {
        key: format!("hb-real-{}", post.external_id),
        post: post.clone(),
        text: format!("Größe 👩🏽‍🍳 @{} see https://acme.example/é #Hilfe", post.author.handle),
        no: 1,
        by: "Ana".to_owned(),
        at: time(),
        after: None,
        known: Vec::new(),
    };
    let sent = network.reply(&reply, time()).await.unwrap();
    for _ in 0..3 {
        assert_eq!(network.reply(&reply, time()).await.unwrap().external_id, sent.external_id);
    }
    let mut longer = reply.clone();
    (longer.key, longer.text, longer.after) =
        (format!("{}-2", reply.key), "2/2 and more".to_owned(), Some(sent.clone()));
    let second = network.reply(&longer, time()).await.unwrap();
    let mut clash = reply.clone();
    clash.text = "another text under the same key".to_owned();
    let clashed = network.reply(&clash, time()).await.unwrap();
    assert_ne!(clashed.external_id, sent.external_id);
    let own = until(&network, &mut batch, &second.external_id).await;
    assert_eq!((own.parent.as_ref(), own.conversation.as_ref()), (Some(&sent.external_id), Some(&post.external_id)));
    let above = network.context(&own).await.unwrap();
    assert_eq!(above.iter().map(|p| &p.external_id).collect::<Vec<_>>(), [&post.external_id, &sent.external_id]);

    for act in [Act::Like, Act::Repost, Act::Follow] {
        let key = format!("hb-real-{act:?}-{}", post.external_id);
        let (at, post, text) = (time(), post.clone(), String::new());
        let mut deed = Deed { act, key, at, post, text, targets: Vec::new(), undo: false };
        let done = network.act(&deed, time()).await.unwrap();
        assert_eq!(network.act(&deed, time()).await.unwrap().external_id, done.external_id, "{act:?}");
        (deed.undo, deed.targets) = (true, vec![done.external_id]);
        network.act(&deed, time()).await.unwrap();
        network.act(&deed, time()).await.unwrap();
    }
    let targets = vec![clashed.external_id, second.external_id, sent.external_id];
    let (at, text, key) = (time(), String::new(), "hb-real-retract".to_owned());
    let retract = Deed { act: Act::Retract, key, at, post: post.clone(), text, targets, undo: false };
    network.act(&retract, time()).await.unwrap();
    network.act(&retract, time()).await.unwrap();

    let key = post.external_id.rsplit('/').next().unwrap();
    let body = json!({ "repo": other.did, "collection": "app.bsky.feed.post", "rkey": key });
    other.call("com.atproto.repo.deleteRecord", body).await;
    for _ in 0..300 {
        if matches!(network.look(&post).await.unwrap(), Look::Gone(_)) {
            return;
        }
        tokio::time::timeout(Duration::from_millis(100), std::future::pending::<()>()).await.ok();
    }
    panic!("a post that was deleted is still there");
}
