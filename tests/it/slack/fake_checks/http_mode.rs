//! People's actions over HTTP: signed, repeated where they fail, forged on purpose.

use super::super::fake::{FakeSlack, Forgery, signature};
use super::start;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// What a request was: its headers of interest and its body.
type Inbox = Arc<Mutex<Vec<(Option<(String, String)>, String)>>>;

/// An app that checks signatures and answers each request with the next of these.
async fn app(fake: &FakeSlack, answers: Vec<(u16, &'static str)>) -> (String, Inbox) {
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", tcp.local_addr().unwrap());
    let (secret, inbox) = (fake.signing_secret(), Inbox::default());
    let (seen, answers) = (Arc::clone(&inbox), Arc::new(Mutex::new(answers.into_iter())));
    tokio::spawn(async move {
        while let Ok((stream, _)) = tcp.accept().await {
            let (secret, seen, answers) = (secret.clone(), Arc::clone(&seen), Arc::clone(&answers));
            let service = service_fn(move |request: Request<hyper::body::Incoming>| {
                let (secret, seen, answers) = (secret.clone(), Arc::clone(&seen), Arc::clone(&answers));
                async move {
                    let (parts, body) = request.into_parts();
                    let body = String::from_utf8(to_bytes(Body::new(body), 1_000_000).await.unwrap().to_vec()).unwrap();
                    let header = |name: &str| parts.headers.get(name).map(|v| v.to_str().unwrap().to_owned());
                    let at: i64 = header("x-slack-request-timestamp").map_or(0, |t| t.parse().unwrap());
                    // 2026-03-02T10:00:00Z, when these stories play.
                    let good =
                        header("x-slack-signature") == Some(signature(&secret, at, &body)) && at > 1_772_445_600 - 300;
                    let (status, text) =
                        if good { answers.lock().unwrap().next().unwrap_or((200, "")) } else { (401, "") };
                    if good {
                        let retry = header("x-slack-retry-num").zip(header("x-slack-retry-reason"));
                        seen.lock().unwrap().push((retry, body));
                    }
                    // 501: give up on it.
                    let no_retry = if status == 501 { "1" } else { "0" };
                    let response = Response::builder().status(status).header("x-slack-no-retry", no_retry);
                    Ok::<_, Infallible>(response.body(Body::from(text)).unwrap())
                }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    (url, inbox)
}

#[test]
fn the_signature_is_slacks() {
    // The example of docs.slack.dev, "Verifying requests from Slack".
    let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&\
                channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&\
                response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F\
                96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    let expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    assert_eq!(signature("8f742231b10e8888abcd99yyyzzz85a5", 1_531_420_618, body), expected);
}

#[tokio::test]
async fn requests_are_signed_and_answers_are_read() {
    let (fake, _) = start().await;
    let errors = r#"{"text":"as JSON"}"#;
    let (url, inbox) =
        app(&fake, vec![(200, "bare text"), (200, errors), (200, ""), (500, ""), (200, ""), (501, "")]).await;
    fake.http_target(&url, "/slack");
    assert_eq!(fake.slash("UANA", "C1", "/claim", "142").await.so_far(), "bare text");
    assert_eq!(fake.slash("UANA", "C1", "/claim", "142").await.so_far(), "as JSON");
    assert!(fake.shortcut("UANA", "find").await.failure.is_none());
    let ts = fake.writes("UBEN", "C1", None, "hello");
    fake.react("UANA", "C1", &ts, "eyes").await;
    fake.event_again().await;
    let inbox = inbox.lock().unwrap().clone();
    assert!(inbox[0].1.contains("command=%2Fclaim&") && inbox[0].1.contains("text=142"), "{}", inbox[0].1);
    assert!(inbox[2].1.starts_with("payload=%7B"));
    let events: Vec<Value> = inbox.iter().skip(3).map(|(_, body)| serde_json::from_str(body).unwrap()).collect();
    assert_eq!((events.len(), &events[0]["event_id"]), (3, &events[1]["event_id"]));
    assert_eq!((inbox[3].0.clone(), inbox[4].0.clone()), (None, Some(("1".to_owned(), "http_error".to_owned()))));
    fake.ends();
}

#[tokio::test]
async fn forgeries_differ_from_slack() {
    let (fake, _) = start().await;
    let challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7";
    let (url, _) = app(&fake, vec![(200, challenge), (200, "")]).await;
    fake.http_target(&url, "/slack");
    assert!(fake.verify_url().await);
    assert_eq!(fake.forge(Forgery::Genuine, "UANA", "C1", "/claim", "142").await, 200);
    for how in [Forgery::WrongSecret, Forgery::Old, Forgery::BodyChanged, Forgery::NoHeaders] {
        assert_eq!(fake.forge(how, "UANA", "C1", "/claim", "142").await, 401, "{how:?}");
    }
    assert_eq!(json!(fake.violations()), json!([]));
    fake.ends();
}
