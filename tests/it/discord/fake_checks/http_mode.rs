//! Interactions by HTTP: signed rightly, forged in every way, answered in every way.

use super::super::fake::{ANA, Command, FakeDiscord, First, Forgery, GUILD, NO_ANSWER, SUPPORT};
use super::line::{answer, fake, hook, last};
use ::serenity::interactions_endpoint::Verifier;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the endpoint does with a command.
#[derive(Clone)]
enum Answer {
    Json(Value),
    Plain(Value),
    Nothing,
    Status(u16),
    Late,
}

/// An endpoint that looks at signatures as serenity does, and at their age.
async fn endpoint(fake: &FakeDiscord, strict: bool) -> Arc<Mutex<Answer>> {
    let answer = Arc::new(Mutex::new(Answer::Nothing));
    let (next, now) = (Arc::clone(&answer), Arc::clone(&fake.inner.now));
    let verifier = Arc::new(Verifier::try_new(FakeDiscord::verify_key()).unwrap());
    let handle = move |headers: HeaderMap, body: Bytes| {
        let (next, now, verifier) = (Arc::clone(&next), Arc::clone(&now), Arc::clone(&verifier));
        async move {
            let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
            let (signature, time) = (text("x-signature-ed25519"), text("x-signature-timestamp"));
            let age = now().as_second() - time.parse::<i64>().unwrap_or(0);
            if strict && (verifier.verify(&signature, &time, &body).is_err() || age.abs() > 300) {
                return StatusCode::UNAUTHORIZED.into_response();
            }
            let sent: Value = serde_json::from_slice(&body).unwrap();
            let answer = next.lock().unwrap().clone();
            let json = |body: Value| ([("content-type", "application/json")], body.to_string()).into_response();
            match answer {
                _ if sent["type"] == 1 => json(json!({"type": 1})),
                Answer::Json(body) => json(body),
                Answer::Plain(body) => body.to_string().into_response(),
                Answer::Nothing => StatusCode::ACCEPTED.into_response(),
                Answer::Status(number) => Response::builder().status(number).body("no".into()).unwrap(),
                Answer::Late => {
                    tokio::time::sleep(Duration::from_secs(4)).await;
                    json(json!({"type": 5}))
                }
            }
        }
    };
    let app = axum::Router::new().route("/discord", post(handle));
    let tcp = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    fake.http_target(&format!("http://{}/discord", tcp.local_addr().unwrap()));
    fake.spawn(async move { axum::serve(tcp, app).await.unwrap() });
    let mut state = fake.inner.state();
    let id = state.next_id();
    let body = json!({"id": id, "type": 1, "name": "claim", "options": []});
    state.commands.push(Command { guild: Some(GUILD.into()), body });
    drop(state);
    answer
}

#[tokio::test]
async fn forged_requests() {
    let (fake, _clock) = fake().await;
    endpoint(&fake, true).await;
    assert!(fake.verify_endpoint().await);
    assert_eq!(fake.forge(Forgery::Genuine).await, 200);
    for forgery in [
        Forgery::WrongKey,
        Forgery::ChangedBody,
        Forgery::ChangedTime,
        Forgery::Old(301),
        Forgery::Old(-301),
        Forgery::NoHeaders,
        Forgery::NoTime,
        Forgery::BadHex,
        Forgery::Short,
    ] {
        assert_eq!(fake.forge(forgery).await, 401, "{forgery:?}");
    }
    endpoint(&fake, false).await;
    assert!(!fake.verify_endpoint().await);
}

#[tokio::test]
async fn answers_in_the_body() {
    let (fake, _clock) = fake().await;
    let next = endpoint(&fake, true).await;
    *next.lock().unwrap() = Answer::Json(json!({"type": 4, "data": {"content": "hello", "flags": 64}}));
    let said = fake.slash(ANA, SUPPORT, "claim", &[]).await;
    assert_eq!(said.text().await, "hello");
    assert_eq!(hook(&fake, "POST", &last(&fake), "", &json!({"content": "more", "flags": 64})).await.0, 200);
    assert_eq!(said.text().await, "hello\nmore");
    assert_eq!(answer(&fake, &last(&fake), &json!({"type": 5})).await.1["code"], 40060);
    // Accepted without a body, and answered by the callback.
    *next.lock().unwrap() = Answer::Nothing;
    let reply = async {
        fake.until("a second command", || fake.interactions().len() == 2).await;
        answer(&fake, &last(&fake), &json!({"type": 5})).await.0
    };
    let (said, status) = tokio::join!(fake.slash(ANA, SUPPORT, "claim", &[]), reply);
    assert_eq!((status, said.first()), (204, First::Thinking));
    assert_eq!(hook(&fake, "DELETE", &last(&fake), "/messages/@original", &Value::Null).await.0, 204);
    fake.ends();
}

#[tokio::test]
async fn answers_that_are_none() {
    let (fake, _clock) = fake().await;
    let next = endpoint(&fake, true).await;
    for (wrong, why) in [
        (Answer::Status(500), "answered 500"),
        (Answer::Json(json!({"type": 4, "data": {}})), "empty message"),
        (Answer::Json(json!({"type": 7, "data": {"content": "x"}})), "cannot be answered with 7"),
        (Answer::Late, "did not respond"),
    ] {
        *next.lock().unwrap() = wrong;
        let said = fake.slash(ANA, SUPPORT, "claim", &[]).await;
        assert_eq!(said.so_far(), NO_ANSWER, "{why}");
        let complaints = fake.complaints();
        assert!(complaints.iter().any(|c| c.contains(why)), "{complaints:?}");
        said.expects_no_answer();
        fake.forgive();
    }
    *next.lock().unwrap() = Answer::Plain(json!({"type": 4, "data": {"content": "hello"}}));
    fake.slash(ANA, SUPPORT, "claim", &[]).await;
    assert!(fake.forgive()[0].contains("application/json is wanted"));
}
