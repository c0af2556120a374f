//! Socket Mode: tickets, acknowledgements, retries, and every way to lose a connection.

use super::super::fake::Fate;
use super::client::Wire;
use super::start;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_ticket_opens_one_socket() {
    let (fake, _) = start().await;
    let url = Wire::address(&fake).await;
    let mut wire = Wire::connect(&url).await.unwrap();
    let hello = wire.next().await.unwrap();
    assert_eq!((&hello["num_connections"], &hello["connection_info"]["app_id"]), (&json!(1), &json!("A1")));
    assert!(Wire::connect(&url).await.is_err(), "the ticket is used up");
    let mut more = Vec::new();
    for n in 2..=10 {
        let mut wire = Wire::connect(&Wire::address(&fake).await).await.unwrap();
        assert_eq!(wire.next().await.unwrap()["num_connections"], n);
        more.push(wire);
        fake.limits(false);
    }
    let mut eleventh = Wire::connect(&Wire::address(&fake).await).await.unwrap();
    assert_eq!(eleventh.next().await.unwrap()["reason"], "too_many_websockets");
    assert_eq!(eleventh.next().await, None);
    fake.ends();
}

#[tokio::test]
async fn a_late_or_missing_acknowledgement_is_held_against_the_app() {
    let (fake, _) = start().await;
    let mut wire = Wire::open(&fake).await;
    let (said, envelope) = tokio::join!(fake.slash("UANA", "C1", "/claim", ""), wire.next());
    assert_eq!(said.failure, Some("operation_timeout"));
    assert_eq!(fake.acks().last().unwrap().1, Fate::Missing);
    wire.ack(&envelope.unwrap(), json!({"text": "late"})).await;
    while fake.acks().last().unwrap().1 == Fate::Missing {
        fake.quiet().await;
    }
    assert!(matches!(fake.acks().last().unwrap().1, Fate::Late(_)));
    assert_eq!(said.so_far(), "failed with the error \"operation_timeout\"", "a late answer is not shown");
    let ends = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| fake.ends()));
    assert!(ends.is_err());
    fake.forgive();
    // An acknowledgement of something that nobody sent, and an answer where Slack reads none.
    wire.ack(&json!({"envelope_id": "what"}), Value::Null).await;
    let (_, _) = tokio::join!(fake.shortcut("UANA", "find"), wire.take(json!({"text": "hi"})));
    assert_eq!(fake.forgive().len(), 2);
    fake.ends();
}

#[tokio::test]
async fn an_event_comes_again_on_another_socket() {
    let (fake, _) = start().await;
    let mut first = Wire::open(&fake).await;
    let mut second = Wire::open(&fake).await;
    let ts = fake.writes("UBEN", "C1", None, "hello");
    let both = async {
        // Whichever socket gets it, its connection is cut before the acknowledgement.
        let (envelope, rest) = tokio::select! {
            envelope = first.next() => (envelope.unwrap(), &mut second),
            envelope = second.next() => (envelope.unwrap(), &mut first),
        };
        fake.cut_all();
        assert_eq!(envelope["retry_attempt"], 0);
        assert_eq!(rest.next().await, None);
        let mut third = Wire::open(&fake).await;
        let again = third.next().await.unwrap();
        third.ack(&again, Value::Null).await;
        assert_eq!(again["payload"]["event_id"], envelope["payload"]["event_id"]);
        assert_eq!((&again["retry_attempt"], &again["retry_reason"]), (&json!(1), &json!("timeout")));
        assert_ne!(again["envelope_id"], envelope["envelope_id"]);
    };
    tokio::join!(fake.react("UANA", "C1", &ts, "eyes"), both);
    assert_eq!(fake.acks().iter().filter(|(_, fate)| *fate == Fate::Lost).count(), 1);
    fake.ends();
}

#[tokio::test]
async fn connections_end_in_every_way() {
    let (fake, _) = start().await;
    let mut wire = Wire::open(&fake).await;
    fake.disconnect("warning", Duration::from_millis(50));
    let notice = wire.next().await.unwrap();
    assert_eq!((&notice["type"], &notice["reason"]), (&json!("disconnect"), &json!("warning")));
    // Until it is closed it stays in use.
    let (said, _) = tokio::join!(fake.slash("UANA", "C1", "/claim", ""), wire.take(json!({"text": "still here"})));
    assert_eq!(said.so_far(), "still here");
    assert_eq!(wire.next().await, None);
    let mut wire = Wire::open(&fake).await;
    fake.close();
    assert_eq!(wire.next().await, None);
    let mut wire = Wire::open(&fake).await;
    fake.cut();
    assert_eq!(wire.next().await, None);
    let mut wire = Wire::open(&fake).await;
    fake.send_text("no json");
    fake.send_binary(&[1, 2, 3]);
    fake.send_unknown();
    assert_eq!(wire.next().await.unwrap(), "no json");
    assert_eq!(wire.next().await.unwrap()["binary"], 3);
    let unknown = wire.next().await.unwrap();
    wire.ack(&unknown, Value::Null).await;
    fake.silence();
    let said = fake.slash("UANA", "C1", "/claim", "").await;
    assert_eq!(said.failure, Some("operation_timeout"));
    assert_eq!(fake.acks().last().unwrap().1, Fate::Lost, "that was not the app's fault");
    fake.cut_all();
    assert_eq!(wire.next().await, None);
    fake.refuse_sockets(Some(503));
    assert!(Wire::connect(&Wire::address(&fake).await).await.is_err());
    fake.refuse_sockets(None);
    fake.mute_sockets(true);
    let url = Wire::address(&fake).await;
    assert!(tokio::time::timeout(Duration::from_millis(200), Wire::connect(&url)).await.is_err());
    fake.mute_sockets(false);
    let wire = Wire::open(&fake).await;
    fake.connected(1).await;
    assert_eq!((fake.sockets(), fake.connections()), (1, 5));
    drop(wire);
    fake.ends();
}
