//! The ways in which the fake fails on purpose.

use super::super::fake::{Fail, SUPPORT};
use super::start;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

const POST: &str = "POST /channels/{channel}/messages";

#[tokio::test]
async fn each_trouble_once() {
    let (fake, client, _) = start().await;
    let path = format!("/channels/{SUPPORT}/messages");
    let send = async || client.send(Method::POST, &path, Some(json!({"content": "c"}))).await;
    let posted = || fake.messages(SUPPORT).len();
    fake.will(
        POST,
        [Fail::Status(502), Fail::RateLimited(3), Fail::Error(403, 50013), Fail::Garbage, Fail::DropBefore],
    );
    assert_eq!(send().await.unwrap().status, 502);
    let limited = send().await.unwrap();
    assert_eq!(
        (limited.status, &limited.body["retry_after"], &limited.headers["retry-after"]),
        (429, &json!(3.0), &"3".to_owned())
    );
    assert_eq!(send().await.unwrap().error(), (403, 50013));
    assert!(send().await.unwrap().body.is_string());
    send().await.unwrap_err();
    assert_eq!(posted(), 0);
    fake.will(POST, [Fail::Error(429, 20028), Fail::Error(400, 99)]);
    let limited = send().await.unwrap();
    assert_eq!((limited.error(), &limited.body["retry_after"]), ((429, 20028), &json!(5.0)));
    assert_eq!(send().await.unwrap().error(), (400, 99));
    fake.will(POST, [Fail::AcceptThenDrop, Fail::AcceptThenStatus(500), Fail::Slow(Duration::from_millis(1))]);
    send().await.unwrap_err();
    assert_eq!(send().await.unwrap().status, 500);
    assert_eq!(send().await.unwrap().status, 200);
    assert_eq!(posted(), 3);
    let seen = fake.requests_to(POST);
    assert_eq!(seen.iter().map(|s| s.status).collect::<Vec<_>>(), [502, 429, 403, 200, 0, 429, 400, 0, 500, 200]);
    assert_eq!(seen[2].code, Some(50013));
    assert!(seen.windows(2).all(|pair| pair[0].arrived <= pair[1].arrived));
    fake.ends();
}

#[tokio::test]
async fn what_hangs_is_held_against_the_app_until_it_lets_go() {
    let (fake, client, _) = start().await;
    fake.will(POST, [Fail::Hang, Fail::AcceptThenHang]);
    for posted in [0, 1] {
        let other = client.clone();
        let hanging = tokio::spawn(async move { other.message(SUPPORT, json!({"content": "c"})).await });
        fake.until("a request that hangs", || fake.complaints().len() == 1).await;
        assert_eq!(fake.messages(SUPPORT).len(), posted);
        hanging.abort();
        fake.until("a request that is let go", || fake.complaints().is_empty()).await;
    }
    fake.quiet().await;
    fake.ends();
}

#[tokio::test]
async fn routes_and_agents_that_there_are_not() {
    let (fake, client, _) = start().await;
    let unknown = client.get("/no/such/route").await;
    assert_eq!((unknown.status, unknown.body), (404, json!({"message": "404: Not Found", "code": 0})));
    assert_eq!(client.send(Method::PUT, "/gateway", None).await.unwrap().status, 405);
    assert_eq!(fake.forgive().len(), 2);
    let plain = reqwest::Client::builder().user_agent("curl/8").build().unwrap();
    assert_eq!(plain.get(format!("{}/api/v10/gateway", fake.api())).send().await.unwrap().status(), 200);
    assert!(fake.forgive()[0].contains("User-Agent"));
    let old = plain.get(format!("{}/api/v6/gateway", fake.api())).send().await.unwrap();
    assert_eq!(old.status(), 400);
    assert_eq!(fake.forgive().len(), 2);
}
