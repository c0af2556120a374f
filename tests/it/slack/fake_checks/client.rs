//! A client without manners: requests as they are written down, and one web socket.

use super::super::fake::FakeSlack;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// What came back.
pub struct Got {
    pub status: u16,
    pub retry_after: Option<u64>,
    pub scopes: Option<String>,
    pub body: Value,
}

impl Got {
    pub fn error(&self) -> &str {
        self.body["error"].as_str().unwrap_or("no error")
    }

    pub fn messages(&self) -> String {
        self.body["response_metadata"]["messages"].to_string()
    }
}

async fn send(request: reqwest::RequestBuilder) -> Result<Got, reqwest::Error> {
    let response = request.send().await?;
    let header = |name| response.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let (retry_after, scopes) = (header("retry-after").map(|s| s.parse().unwrap()), header("x-oauth-scopes"));
    let status = response.status().as_u16();
    let text = response.text().await?;
    Ok(Got { status, retry_after, scopes, body: serde_json::from_str(&text).unwrap_or(Value::Null) })
}

/// Posts a body with this content type, and this token if any.
pub async fn raw(fake: &FakeSlack, method: &str, token: Option<&str>, content: Option<&str>, body: &str) -> Got {
    let mut request = reqwest::Client::new().post(format!("{}/{method}", fake.api())).body(body.to_owned());
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if let Some(content) = content {
        request = request.header("content-type", content);
    }
    send(request).await.unwrap()
}

/// JSON with the bot token, as libraries do it; an error if there is no answer.
pub async fn attempt(fake: &FakeSlack, method: &str, body: &Value) -> Result<Got, reqwest::Error> {
    let request = reqwest::Client::builder().timeout(std::time::Duration::from_millis(300)).build()?;
    let request = request.post(format!("{}/{method}", fake.api()));
    let request = request.header("authorization", format!("Bearer {}", fake.bot_token()));
    send(request.header("content-type", "application/json; charset=utf-8").body(body.to_string())).await
}

pub async fn post(fake: &FakeSlack, method: &str, body: Value) -> Got {
    raw(fake, method, Some(&fake.bot_token()), Some("application/json; charset=utf-8"), &body.to_string()).await
}

pub async fn get(fake: &FakeSlack, method: &str, query: &[(&str, &str)]) -> Got {
    let url = reqwest::Url::parse_with_params(&format!("{}/{method}", fake.api()), query).unwrap();
    send(reqwest::Client::new().get(url).header("authorization", format!("Bearer {}", fake.bot_token()))).await.unwrap()
}

pub async fn to_url(url: &str, body: Value) -> Got {
    let request = reqwest::Client::new().post(url).header("content-type", "application/json");
    send(request.body(body.to_string())).await.unwrap()
}

/// One end of a socket.
pub struct Wire(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Wire {
    /// The address of a new socket.
    pub async fn address(fake: &FakeSlack) -> String {
        let got = raw(fake, "apps.connections.open", Some(&fake.app_token()), None, "").await;
        got.body["url"].as_str().unwrap().to_owned()
    }

    /// Connects, and hears hello.
    pub async fn open(fake: &FakeSlack) -> Self {
        let mut wire = Self::connect(&Self::address(fake).await).await.unwrap();
        assert_eq!(wire.next().await.unwrap()["type"], "hello");
        wire
    }

    pub async fn connect(url: &str) -> Result<Self, Error> {
        tokio_tungstenite::connect_async(url).await.map(|(socket, _)| Self(socket))
    }

    /// The next text, as JSON where it is; `None` at the end.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            match self.0.next().await? {
                Ok(Message::Text(text)) => {
                    return Some(serde_json::from_str(&text).unwrap_or_else(|_| json!(text.as_str())));
                }
                Ok(Message::Binary(bytes)) => return Some(json!({"binary": bytes.len()})),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    pub async fn ack(&mut self, envelope: &Value, payload: Value) {
        let mut ack = json!({"envelope_id": envelope["envelope_id"]});
        if !payload.is_null() {
            ack["payload"] = payload;
        }
        self.0.send(Message::text(ack.to_string())).await.unwrap();
    }

    /// Takes the next envelope and acknowledges it; its payload.
    pub async fn take(&mut self, answer: Value) -> Value {
        let envelope = self.next().await.expect("an envelope");
        self.ack(&envelope, answer).await;
        envelope["payload"].clone()
    }
}
