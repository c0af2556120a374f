//! The gateway: sessions, heartbeats, resuming, close codes, troubles.

use super::super::fake::{Moment, Step, Trouble};
use super::line::{Line, fake, identity, ready, resume};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_session() {
    let (fake, _clock) = fake().await;
    let (mut line, ready) = ready(&fake).await;
    assert_eq!(ready["v"], 10);
    assert_eq!(ready["guilds"][0]["unavailable"], true);
    assert_ne!(ready["resume_gateway_url"], fake.inner.gateway_url());
    line.send(1, json!(1)).await;
    line.op(11).await;
    fake.ask_heartbeat();
    line.op(1).await;
    fake.inner.gateway.dispatch("TEST", &json!({"n": 1}), 0);
    assert_eq!(line.event("TEST").await["n"], 1);
    assert_eq!(line.seq, Some(2));
    fake.inner.gateway.dispatch("GUILD_UPDATE", &json!({}), 1);
    fake.frame(json!({"op": 10, "d": {"heartbeat_interval": 1}}));
    line.op(10).await;
    line.send(1, json!(9)).await;
    line.op(11).await;
    let wrong = fake.inner.gateway.forgive();
    assert_eq!(wrong, ["gateway: a heartbeat with seq 9, but the newest event is 2"]);
    assert_eq!((fake.sessions(), fake.heartbeats()), (1, 2));
}

#[tokio::test]
async fn replays_what_was_missed() {
    let (fake, _clock) = fake().await;
    let (line, ready) = ready(&fake).await;
    fake.cut();
    drop(line);
    fake.inner.gateway.dispatch("A", &Value::Null, 0);
    fake.inner.gateway.dispatch("B", &Value::Null, 0);
    let mut line = resume(&fake, &ready, 1).await;
    line.event("A").await;
    line.event("B").await;
    line.event("RESUMED").await;
    assert_eq!(line.seq, Some(4));
    // Once more, with an event that the client has already seen, and with the connection cut in the middle.
    fake.at(Moment::Replay(1), Trouble::Cut);
    fake.cut();
    let mut line = resume(&fake, &ready, 1).await;
    line.event("A").await;
    assert_eq!(line.next().await, Err(None));
    fake.replay_more(2);
    let mut line = resume(&fake, &ready, 3).await;
    assert_eq!((line.event("A").await, line.seq), (Value::Null, Some(2)));
    line.event("B").await;
    line.event("RESUMED").await;
    assert!(fake.inner.gateway.violations().is_empty());
    assert_eq!(fake.steps().iter().filter(|s| matches!(s, Step::Resumed(_))).count(), 2);
}

#[tokio::test]
async fn sessions_end() {
    let (fake, _clock) = fake().await;
    fake.identify_every(Duration::ZERO);
    // Closed by the client with 1000: invalid. With another code: resumable.
    for (code, event) in [(1000, None), (4000, Some("RESUMED"))] {
        let (line, ready) = ready(&fake).await;
        line.close(code).await;
        let mut line = resume(&fake, &ready, 1).await;
        match event {
            Some(event) => _ = line.event(event).await,
            None => assert_eq!(line.op(9).await, false),
        }
    }
    // A sequence number from the future.
    let (line, first) = ready(&fake).await;
    drop(line);
    assert_eq!(resume(&fake, &first, 7).await.closed().await, Some(4007));
    // Too many events were missed.
    fake.sessions_keep(2, Duration::from_mins(1));
    let (line, first) = ready(&fake).await;
    fake.cut();
    drop(line);
    for _ in 0..3 {
        fake.inner.gateway.dispatch("A", &Value::Null, 0);
    }
    assert_eq!(resume(&fake, &first, 1).await.op(9).await, false);
    fake.inner.gateway.forgive();
    // At the first address: it works, but is held against the client.
    let (line, first) = ready(&fake).await;
    drop(line);
    let mut first = first;
    first["resume_gateway_url"] = json!(fake.inner.gateway_url());
    resume(&fake, &first, 1).await.event("RESUMED").await;
    assert!(fake.inner.gateway.violations()[0].contains("instead of at resume_gateway_url"));
}

#[tokio::test]
async fn closes_on_what_is_wrong() {
    let (fake, _clock) = fake().await;
    fake.identify_every(Duration::ZERO);
    let token = fake.token();
    let with = |name: &str, value: Value| {
        let mut data = identity(&token);
        data[name] = value;
        json!({"op": 2, "d": data}).to_string()
    };
    let cases = [
        ("not json".to_owned(), 4002),
        (json!({"op": 1, "d": "x"}).to_string(), 4002),
        (format!("{{\"op\": 1, \"d\": null, \"x\": \"{}\"}}", "a".repeat(4_096)), 4002),
        (json!({"op": 3, "d": {}}).to_string(), 4003),
        (json!({"op": 77, "d": {}}).to_string(), 4001),
        (json!({"op": 0, "d": {}}).to_string(), 4001),
        (with("token", json!("wrong")), 4004),
        (with("shard", json!([1, 1])), 4010),
        (with("intents", json!(1_u64 << 40)), 4013),
        (with("intents", Value::Null), 4013),
        (with("intents", json!(1 << 15)), 4014),
        (with("properties", json!({"os": "linux"})), 4002),
    ];
    for (text, code) in cases {
        let mut line = Line::open(&fake.inner.gateway_url()).await;
        line.op(10).await;
        line.raw(&text).await;
        assert_eq!(line.closed().await, Some(code), "{text}");
    }
    let (mut line, _) = ready(&fake).await;
    line.send(2, identity(&token)).await;
    assert_eq!(line.closed().await, Some(4005));
    let (mut line, _) = ready(&fake).await;
    for _ in 0..121 {
        line.send(1, Value::Null).await;
    }
    assert_eq!(line.closed().await, Some(4008));
    // `Bot ` before the token is tolerated.
    let mut line = Line::open(&fake.inner.gateway_url()).await;
    line.op(10).await;
    line.send(2, identity(&format!("Bot {token}"))).await;
    line.event("READY").await;
    fake.identify_every(Duration::from_mins(1));
    let mut line = Line::open(&fake.inner.gateway_url()).await;
    line.op(10).await;
    line.send(2, identity(&token)).await;
    assert_eq!(line.op(9).await, false);
}

#[tokio::test]
async fn closes_without_heartbeats() {
    let (fake, _clock) = fake().await;
    fake.heartbeat_interval(Duration::from_millis(100));
    let (mut line, ready) = ready(&fake).await;
    assert_eq!(line.closed().await, Some(4000));
    assert_eq!(fake.inner.gateway.forgive(), ["gateway: no heartbeat in time"]);
    fake.heartbeat_interval(Duration::from_secs(40));
    resume(&fake, &ready, 1).await.event("RESUMED").await;
}

#[tokio::test]
async fn is_down_for_a_while() {
    let (fake, _clock) = fake().await;
    let (mut line, ready) = ready(&fake).await;
    let url = ready["resume_gateway_url"].as_str().unwrap().replace("ws://", "");
    fake.down(true).await;
    assert_eq!(line.closed().await, None);
    assert!(tokio::net::TcpStream::connect(&url).await.is_err());
    fake.inner.gateway.dispatch("A", &Value::Null, 0);
    fake.down(false).await;
    let mut line = resume(&fake, &ready, 1).await;
    line.event("A").await;
    line.event("RESUMED").await;
    fake.refuse(Some(503));
    assert!(tokio_tungstenite::connect_async(format!("ws://{url}/?v=10&encoding=json")).await.is_err());
    fake.refuse(None);
    assert!(
        tokio_tungstenite::connect_async(format!("ws://{url}/?v=10&encoding=json&compress=zlib-stream")).await.is_err()
    );
    let (mut old, _) = tokio_tungstenite::connect_async(format!("ws://{url}/?v=6&encoding=json")).await.unwrap();
    loop {
        use futures_util::StreamExt;
        if let Some(Ok(tokio_tungstenite::tungstenite::Message::Close(frame))) = old.next().await {
            assert_eq!(u16::from(frame.unwrap().code), 4012);
            break;
        }
    }
}

#[tokio::test]
async fn troubles_come_as_ordered() {
    let (fake, _clock) = fake().await;
    fake.identify_every(Duration::ZERO);
    fake.at(Moment::Hello, Trouble::Close(1001));
    fake.at(Moment::Identify, Trouble::Cut);
    assert_eq!(Line::open(&fake.inner.gateway_url()).await.closed().await, Some(1001));
    let mut line = Line::open(&fake.inner.gateway_url()).await;
    line.op(10).await;
    line.send(2, identity(&fake.token())).await;
    assert_eq!(line.closed().await, None);
    let (mut line, first) = ready(&fake).await;
    fake.noise();
    for _ in 0..7 {
        line.next().await.unwrap();
    }
    fake.at(Moment::BeforeDispatch, Trouble::Text("{".into()));
    fake.at(Moment::AfterDispatch, Trouble::Close(4000));
    fake.inner.gateway.dispatch("A", &Value::Null, 0);
    assert_eq!(line.closed().await, Some(4000));
    fake.at(Moment::Resume, Trouble::Cut);
    assert_eq!(resume(&fake, &first, 1).await.closed().await, None);
    fake.at(Moment::Resumed, Trouble::Close(4000));
    let mut line = resume(&fake, &first, 6).await;
    line.event("A").await;
    assert_eq!(line.closed().await, Some(4000));
    assert_eq!(fake.pending_troubles(), 0);
    let mut line = resume(&fake, &first, 7).await;
    line.event("RESUMED").await;
    fake.no_acks(true);
    line.send(1, json!(8)).await;
    fake.event_again();
    line.event("RESUMED").await;
    fake.reconnect(Some(Duration::from_millis(10)));
    line.op(7).await;
    assert_eq!(line.closed().await, Some(4000));
    let mut line = resume(&fake, &first, 8).await;
    line.event("RESUMED").await;
    fake.invalidate(true);
    assert_eq!(line.op(9).await, true);
    let mut line = resume(&fake, &first, 9).await;
    line.event("RESUMED").await;
    fake.invalidate(false);
    assert_eq!(line.op(9).await, false);
    assert_eq!(resume(&fake, &first, 10).await.op(9).await, false);
}

#[tokio::test]
async fn compresses_on_demand() {
    let (fake, _clock) = fake().await;
    fake.zlib(true);
    let mut line = Line::open(&fake.inner.gateway_url()).await;
    line.op(10).await;
    let mut data = identity(&fake.token());
    data["compress"] = json!(true);
    line.send(2, data).await;
    assert!(line.next().await.unwrap()["binary"].as_u64().unwrap() > 100);
}
