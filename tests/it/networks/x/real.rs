//! Against X's own API simulator, where there is one: `HEARBACK_TEST_X` has its address. It knows one account and checks no
//! signatures, and must hold at least one post that names the account.

use hearback::domain::Act;
use hearback::networks::x::{Tier, UserKeys, X, XConfig};
use hearback::networks::{Deed, First, Network, Outgoing, Tools};
use jiff::Timestamp;
use std::sync::Arc;

#[tokio::test]
async fn a_mention_is_answered_once_found_and_retracted() {
    let Ok(base) = std::env::var("HEARBACK_TEST_X") else {
        println!("skipped: HEARBACK_TEST_X names no address of an API simulator");
        return;
    };
    let date = std::process::Command::new("date").arg("+%s").output().unwrap();
    let now = Timestamp::from_second(String::from_utf8(date.stdout).unwrap().trim().parse().unwrap()).unwrap();
    let key = "any".to_owned();
    let mut config = XConfig::new("x");
    config.base = base;
    config.tier = Tier::Enterprise;
    config.user =
        Some(UserKeys { api_key: key.clone(), api_secret: key.clone(), access_token: key.clone(), access_secret: key });
    let x = X::new(config, Tools::in_memory(Arc::new(move || now))).unwrap();
    let since = First::Since("2020-01-01T00:00:00Z".parse().unwrap());
    let batch = x.poll(None, since, now).await.unwrap();
    let me = x.account().unwrap();
    let post = batch.posts.into_iter().rfind(|p| p.author.id != me.id && p.addressed).expect("a mention");
    let reply = Outgoing {
        key: "hb-real".to_owned(),
        post: post.clone(),
        text: format!("We look into it & come back, {}", std::process::id()),
        no: 1,
        by: "Ana".to_owned(),
        at: now,
        after: None,
        known: Vec::new(),
    };
    assert_eq!(x.find_reply(&reply).await.unwrap(), None);
    let sent = x.reply(&reply, now).await.unwrap();
    let found = x.find_reply(&reply).await.unwrap().expect("it is found");
    assert_eq!(found.external_id, sent.external_id);
    let deed = Deed {
        act: Act::Retract,
        key: "hb-real-2".to_owned(),
        at: now,
        post,
        text: String::new(),
        targets: vec![sent.external_id],
        undo: false,
    };
    x.act(&deed, now).await.unwrap();
    assert_eq!(x.find_reply(&reply).await.unwrap(), None, "it is gone");
}
