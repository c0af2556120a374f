//! A small client of the gateway that does as a check says, and callers of the fake.

use super::super::fake::{APP, FakeDiscord, Interaction, Now, Said};
use futures_util::{SinkExt, StreamExt};
use hearback::desk::{Clock, ManualClock};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// A fake whose clock stands still until the check moves it.
pub async fn fake() -> (FakeDiscord, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()));
    let hands = Arc::clone(&clock);
    let now: Now = Arc::new(move || hands.now());
    (FakeDiscord::start(now).await, clock)
}

/// One connection.
pub struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub seq: Option<u64>,
}

impl Line {
    pub async fn open(url: &str) -> Self {
        let url = format!("{url}/?v=10&encoding=json");
        let (socket, _) = tokio_tungstenite::connect_async(url).await.expect("the gateway is up");
        Self { socket, seq: None }
    }

    pub async fn send(&mut self, op: u64, data: Value) {
        self.raw(&json!({"op": op, "d": data}).to_string()).await;
    }

    pub async fn raw(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.ok();
    }

    /// The next thing that comes; `None`: the connection ended, with this code or without one.
    pub async fn next(&mut self) -> Result<Value, Option<u16>> {
        loop {
            let came =
                tokio::time::timeout(Duration::from_secs(10), self.socket.next()).await.expect("something comes");
            match came {
                None | Some(Err(_)) => return Err(None),
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|f| f.code.into())),
                Some(Ok(Message::Text(text))) => {
                    let frame: Value =
                        serde_json::from_str(text.as_str()).unwrap_or_else(|_| json!({"garbage": text.as_str()}));
                    self.seq = frame["s"].as_u64().or(self.seq);
                    return Ok(frame);
                }
                Some(Ok(Message::Binary(bytes))) => return Ok(json!({"binary": bytes.len()})),
                Some(Ok(_)) => {}
            }
        }
    }

    pub async fn op(&mut self, op: u64) -> Value {
        let frame = self.next().await.unwrap_or_else(|code| panic!("closed with {code:?} instead of op {op}"));
        assert_eq!(frame["op"], op, "{frame}");
        frame["d"].clone()
    }

    /// The next dispatch must be of this kind; its data.
    pub async fn event(&mut self, kind: &str) -> Value {
        let frame = self.next().await.unwrap_or_else(|code| panic!("closed with {code:?} instead of {kind}"));
        assert_eq!(frame["t"], kind, "{frame}");
        frame["d"].clone()
    }

    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    pub async fn close(mut self, code: u16) {
        let frame = tokio_tungstenite::tungstenite::protocol::CloseFrame { code: code.into(), reason: "".into() };
        self.socket.close(Some(frame)).await.ok();
        while self.socket.next().await.is_some_and(|m| m.is_ok()) {}
    }
}

pub fn identity(token: &str) -> Value {
    json!({"token": token, "intents": 0, "properties": {"os": "linux", "browser": "hearback", "device": "hearback"}})
}

/// Connects and identifies; the line and what Ready said.
pub async fn ready(fake: &FakeDiscord) -> (Line, Value) {
    let mut line = Line::open(&fake.inner.gateway_url()).await;
    line.op(10).await;
    line.send(2, identity(&fake.token())).await;
    let ready = line.event("READY").await;
    (line, ready)
}

/// Connects where Ready said and resumes.
pub async fn resume(fake: &FakeDiscord, ready: &Value, seq: u64) -> Line {
    let mut line = Line::open(ready["resume_gateway_url"].as_str().unwrap()).await;
    line.op(10).await;
    line.send(6, json!({"token": fake.token(), "session_id": ready["session_id"], "seq": seq})).await;
    line
}

/// An answer of the fake: status, and body or null.
pub type Answer = (u16, Value);

/// A call of the API, without authorization.
pub async fn call(fake: &FakeDiscord, method: &str, path: &str, body: &Value) -> Answer {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let request = reqwest::Client::new()
        .request(method, format!("{}/api/v10{path}", fake.api()))
        .header("user-agent", "DiscordBot (https://example.org, 1)");
    let request = if body.is_null() {
        request
    } else {
        request.header("content-type", "application/json").body(body.to_string())
    };
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_default())
}

/// The newest interaction.
pub fn last(fake: &FakeDiscord) -> Interaction {
    fake.interactions().pop().expect("there was one")
}

/// Answers an interaction for the first time.
pub async fn answer(fake: &FakeDiscord, to: &Interaction, body: &Value) -> Answer {
    call(fake, "POST", &format!("/interactions/{}/{}/callback", to.id, to.token), body).await
}

/// Does something with the answers' web hook.
pub async fn hook(fake: &FakeDiscord, method: &str, to: &Interaction, rest: &str, body: &Value) -> Answer {
    call(fake, method, &format!("/webhooks/{APP}/{}{rest}", to.token), body).await
}

/// Somebody does something, and the app answers with these in turn.
pub async fn exchange(fake: &FakeDiscord, act: impl Future<Output = Said>, body: &Value) -> (Said, Answer) {
    let before = fake.interactions().len();
    let reply = async {
        while fake.interactions().len() == before {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        answer(fake, &last(fake), body).await
    };
    tokio::join!(act, reply)
}
