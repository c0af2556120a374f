//! Rate limits on the clock, and the failures that a story can order.

use super::super::fake::Fail;
use super::client::{attempt, get, post, to_url};
use super::start;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_channel_takes_one_message_a_second() {
    let (fake, clock) = start().await;
    let say = async |channel: &str| post(&fake, "chat.postMessage", json!({"channel": channel, "text": "t"})).await;
    for _ in 0..3 {
        assert_eq!(say("C1").await.status, 200);
    }
    let refused = say("C1").await;
    assert_eq!((refused.status, refused.retry_after, refused.error()), (429, Some(1), "ratelimited"));
    assert_eq!(say("C2").await.status, 200, "each channel by itself");
    clock.advance(Duration::from_secs(1));
    assert_eq!(say("C1").await.status, 200);
    assert_eq!(say("C1").await.status, 429);
    fake.burst(1);
    clock.advance(Duration::from_mins(1));
    assert_eq!(say("C1").await.status, 200);
    assert_eq!(say("C1").await.status, 429);
    fake.limits(false);
    assert_eq!(say("C1").await.status, 200);
    assert_eq!(fake.channel("C1").len(), 6, "what was refused is not there");
    fake.ends();
}

#[tokio::test]
async fn a_tier_counts_a_minute() {
    let (fake, clock) = start().await;
    for _ in 0..20 {
        assert_eq!(get(&fake, "users.list", &[]).await.status, 200);
    }
    clock.advance(Duration::from_secs(20));
    let refused = get(&fake, "users.list", &[]).await;
    assert_eq!((refused.status, refused.retry_after), (429, Some(40)));
    assert_eq!(get(&fake, "usergroups.list", &[]).await.status, 200, "each method by itself");
    clock.advance(Duration::from_secs(40));
    assert_eq!(get(&fake, "users.list", &[]).await.status, 200);
    fake.ends();
}

#[tokio::test]
async fn failures_come_as_ordered() {
    let (fake, _) = start().await;
    fake.limits(false);
    let order = [
        Fail::Status(503),
        Fail::RateLimited(30),
        Fail::Error("fatal_error"),
        Fail::Garbage,
        Fail::DropBefore,
        Fail::Hang,
        Fail::AcceptThenDrop,
        Fail::AcceptThenHang,
        Fail::AcceptThenStatus(502),
    ];
    fake.will("chat.postMessage", order);
    let say = async |text: &str| attempt(&fake, "chat.postMessage", &json!({"channel": "C1", "text": text})).await;
    assert_eq!(say("a").await.unwrap().status, 503);
    let limited = say("b").await.unwrap();
    assert_eq!((limited.status, limited.retry_after), (429, Some(30)));
    assert_eq!(say("c").await.unwrap().error(), "fatal_error");
    let garbage = say("d").await.unwrap();
    assert_eq!((garbage.status, garbage.body.is_null()), (200, true));
    assert!(say("e").await.is_err());
    assert!(say("f").await.err().unwrap().is_timeout());
    assert_eq!(fake.room_text("C1"), "");
    assert!(say("g").await.is_err());
    assert!(say("h").await.err().unwrap().is_timeout());
    assert_eq!(say("i").await.unwrap().status, 502);
    assert_eq!(say("j").await.unwrap().status, 200);
    assert_eq!(fake.room_text("C1"), "hearback: g\nhearback: h\nhearback: i\nhearback: j");
    assert_eq!(fake.requests_to("chat.postMessage").len(), 10);
    assert_eq!(fake.requests().last().unwrap().params["text"], "j");
    fake.quiet().await;
    fake.ends();
}

#[tokio::test]
async fn a_response_url_wears_out() {
    let (fake, clock) = start().await;
    let said = fake.slash("UANA", "C1", "/claim", "").await;
    assert_eq!(said.failure, Some("dispatch_failed"), "nobody is connected");
    let url = format!("{}/hooks/h2", fake.api().trim_end_matches("/api"));
    let say = async |text: &str| to_url(&url, json!({"text": text})).await;
    for text in ["1", "2", "3"] {
        assert_eq!(say(text).await.status, 200);
    }
    assert_eq!(say("too fast").await.status, 429);
    clock.advance(Duration::from_secs(3));
    assert_eq!(say("4").await.status, 200);
    assert_eq!(to_url(&url, json!({"text": "5", "response_type": "in_channel"})).await.status, 200);
    let used = say("6").await;
    assert_eq!((used.status, used.error()), (404, "used_url"));
    assert_eq!(fake.room_text("C1"), "hearback: 5");
    assert_eq!(said.so_far(), "failed with the error \"dispatch_failed\"\n1\n2\n3\n4");
    let later = fake.slash("UANA", "C1", "/claim", "").await;
    assert!(later.failure.is_some());
    clock.advance(Duration::from_mins(31));
    let url = format!("{}/hooks/h4", fake.api().trim_end_matches("/api"));
    assert_eq!(to_url(&url, json!({"text": "late"})).await.error(), "expired_url");
    fake.ends();
}
