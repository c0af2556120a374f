//! Replies out: a receiver that checks signatures, remembers ids, and fails in every way that a real one can.

use super::fake::{Fake, Reply, Seen, closed_port};
use super::{at, now};
use hearback::domain::{Author, Capabilities, Idempotency, LengthRule, Native, Post, SourceName};
use hearback::networks::webhook::{CallbackConfig, Secret, Webhook, WebhookConfig};
use hearback::networks::{CallError, Network, Outgoing, Sent};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const IN: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OUT: &str = "whsec_Y2FsbGJhY2sgc2VjcmV0IG9mIHRoZSBmYWtl";

fn webhook(callback: Option<&str>) -> Webhook {
    let secret = |text| Secret::parse(text).unwrap();
    Webhook::new(WebhookConfig {
        name: SourceName::new("reviews"),
        network: None,
        secrets: vec![secret(IN)],
        callback: callback.map(|url| CallbackConfig::new(url, secret(OUT))),
        longest_reply: Some(500),
    })
    .unwrap()
}

fn reply(key: &str) -> Outgoing {
    Outgoing {
        key: key.to_owned(),
        post: Post {
            network: "trustpilot".to_owned(),
            source: SourceName::new("reviews"),
            external_id: "r-1".to_owned(),
            conversation: Some("c-1".to_owned()),
            parent: None,
            author: Author::default(),
            text: "It broke.".to_owned(),
            url: Some("https://r.example/1".to_owned()),
            language: None,
            posted_at: at("2026-11-22T09:00:00Z"),
            addressed: true,
            native: Native::default(),
        },
        text: "Sorry! Grüße".to_owned(),
        no: 142,
        by: "Ana".to_owned(),
        at: at("2026-11-22T10:00:00Z"),
        after: None,
        known: Vec::new(),
    }
}

/// Stops the fake's task, and with it the connection, if a request is not signed as the specification asks for.
fn check(request: &Seen) -> Value {
    assert_eq!((request.method.as_str(), request.header("content-type")), ("POST", Some("application/json")));
    let get = |name: &str| request.header(name).unwrap_or_else(|| panic!("{name} is missing"));
    let seconds: i64 = get("webhook-timestamp").parse().unwrap();
    assert!((seconds - now().as_second()).abs() <= 300);
    let secret = Secret::parse(OUT).unwrap();
    assert!(
        secret.verifies(get("webhook-signature"), get("webhook-id"), seconds, &request.body),
        "the signature holds"
    );
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["id"].as_str(), Some(get("webhook-id")));
    body
}

async fn sent(hook: &Webhook, key: &str) -> Result<Sent, CallError> {
    hook.reply(&reply(key), now()).await
}

#[tokio::test]
async fn a_reply_is_signed_and_its_confirmation_read() {
    let fake = Fake::start(|request| {
        check(request);
        Reply::ok(r#"{"id":99,"url":"https://r.example/1#99","posted_at":"2026-11-22T09:59:58Z"}"#)
    })
    .await;
    let hook = webhook(Some(&format!("{}/hook?x=1", fake.url)));
    let confirmed = sent(&hook, "reply-142-1").await.unwrap();
    assert_eq!(confirmed.external_id, "99");
    assert_eq!(confirmed.url.as_deref(), Some("https://r.example/1#99"));
    assert_eq!(confirmed.posted_at, at("2026-11-22T09:59:58Z"));
    assert_eq!(
        check(&fake.seen()[0]),
        json!({
            "type": "reply", "timestamp": "2026-11-22T10:00:00Z", "id": "reply-142-1", "in_reply_to": "r-1",
            "network": "trustpilot", "conversation": "c-1", "url": "https://r.example/1", "text": "Sorry! Grüße",
            "by": "Ana", "mention": 142,
        })
    );
    let can = Capabilities { reply: true, idempotency: Idempotency::Key, ..Capabilities::READ_ONLY };
    assert_eq!((hook.capabilities(), hook.length(), hook.interval()), (can, LengthRule::Chars(500), None));
    assert_eq!(hook.network(), "reviews", "without a label the source's name");
}

#[tokio::test]
async fn what_the_receiver_says_of_the_reply_is_not_trusted_blindly() {
    let bodies = [
        "",
        "stored",
        "[]",
        r#"{"id":"","url":"javascript:x","posted_at":"1999-01-01T00:00:00Z"}"#,
        r#"{"posted_at":"2030-01-01T00:00:00Z"}"#,
    ];
    for body in bodies {
        let fake = Fake::start(move |_| Reply::Http(202, Vec::new(), body.as_bytes().to_vec())).await;
        let confirmed = sent(&webhook(Some(&fake.url)), "k1").await.unwrap();
        assert_eq!(confirmed, Sent { external_id: "k1".to_owned(), url: None, posted_at: now() }, "{body}");
    }
}

#[tokio::test]
async fn a_receiver_that_honours_the_id_gets_one_reply_whatever_happens_on_the_way() {
    let stored = Arc::new(Mutex::new(BTreeSet::new()));
    let store = Arc::clone(&stored);
    let calls = Arc::new(Mutex::new(0));
    let fake = Fake::start(move |request| {
        let id = check(request)["id"].as_str().unwrap().to_owned();
        let mut calls = calls.lock().unwrap();
        *calls += 1;
        match *calls {
            1 => Reply::status(503).with("retry-after", "7"),
            2 => {
                store.lock().unwrap().insert(id);
                Reply::Hang
            }
            3 => Reply::Drop,
            4 => Reply::status(502),
            _ if !store.lock().unwrap().insert(id) => {
                Reply::Http(409, Vec::new(), br#"{"status":"duplicate","id":"r-99"}"#.to_vec())
            }
            _ => Reply::ok("{}"),
        }
    })
    .await;
    let hook = webhook(Some(&fake.url));
    let busy = sent(&hook, "k.1").await.unwrap_err();
    assert!(matches!(&busy, CallError::Later { after: Some(d), .. } if d.as_secs() == 7), "{busy:?}");
    // Only the receiver that never answers runs into the short limit.
    let hasty = Webhook::new(WebhookConfig {
        name: SourceName::new("reviews"),
        network: None,
        secrets: vec![Secret::parse(IN).unwrap()],
        callback: Some(CallbackConfig {
            timeout: Duration::from_millis(300),
            ..CallbackConfig::new(&fake.url, Secret::parse(OUT).unwrap())
        }),
        longest_reply: None,
    })
    .unwrap();
    let troubles =
        [(&hasty, "no complete answer in time"), (&hook, "did not say whether"), (&hook, "the callback failed (502)")];
    for (hook, trouble) in troubles {
        let unknown = sent(hook, "k.1").await.unwrap_err();
        assert!(matches!(unknown, CallError::Unknown { .. }) && unknown.to_string().contains(trouble), "{unknown:?}");
    }
    let confirmed = sent(&hook, "k.1").await.unwrap();
    assert_eq!(confirmed.external_id, "r-99", "409 with status duplicate: it was there already");
    assert_eq!(
        stored.lock().unwrap().iter().collect::<Vec<_>>(),
        ["k-1"],
        "one id for all attempts, without a full stop"
    );
}

#[tokio::test]
async fn what_certainly_did_not_happen_is_told_apart() {
    let hook = webhook(Some(&format!("http://127.0.0.1:{}/", closed_port().await)));
    let refused = sent(&hook, "k").await.unwrap_err();
    assert!(
        matches!(refused, CallError::Later { .. }) && refused.to_string().contains("cannot be reached"),
        "{refused:?}"
    );

    let leaked = Fake::start(|_| panic!("a signed reply went to somebody else")).await;
    let target = leaked.url.clone();
    let fake = Fake::start(move |request: &Seen| {
        let status = request.path.trim_start_matches('/').parse().unwrap();
        Reply::Http(status, Vec::new(), "\n <b>No\u{1b}[2J</b> such review \nsecond line".into())
            .with("location", target.clone())
    })
    .await;
    for (status, words) in [
        (301, "redirects (301), which is not followed"),
        (307, "redirects (307)"),
        (400, "refused the reply (400): <b>No[2J</b> such review"),
        (401, "compare the secrets"),
        (404, "check it in bot.toml"),
        (410, "check it in bot.toml"),
        (409, "refused the reply (409)"),
        (422, "(422)"),
    ] {
        let error = sent(&webhook(Some(&format!("{}/{status}", fake.url))), "k").await.unwrap_err();
        let never = matches!(error, CallError::Never { .. });
        assert!(
            never && error.to_string().contains(words) && !error.to_string().contains("second"),
            "{status}: {error:?}"
        );
    }
    assert_eq!(leaked.seen().len(), 0);
}

#[tokio::test]
async fn without_a_callback_it_is_read_only() {
    let hook = webhook(None);
    assert_eq!(hook.capabilities(), Capabilities::READ_ONLY);
    assert!(sent(&hook, "k").await.unwrap_err().to_string().contains("no callback"));
    let config = |secrets, url: &str| WebhookConfig {
        name: SourceName::new("reviews"),
        network: None,
        secrets,
        callback: Some(CallbackConfig::new(url, Secret::parse(OUT).unwrap())),
        longest_reply: None,
    };
    let problem = |config| Webhook::new(config).err().expect("refused").to_string();
    assert!(problem(config(Vec::new(), "https://x.example")).contains("no secret"));
    assert!(problem(config(vec![Secret::parse(IN).unwrap()], "gopher://x")).contains("http"));
}
