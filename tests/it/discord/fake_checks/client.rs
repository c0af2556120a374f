//! Calls the fake by plain HTTP.

use super::super::fake::FakeDiscord;
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    pub authorization: String,
}

/// An answer.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub body: Value,
    pub headers: BTreeMap<String, String>,
}

impl Got {
    /// Status and Discord's code.
    pub fn error(&self) -> (u16, u64) {
        (self.status, self.body["code"].as_u64().unwrap_or_default())
    }

    pub fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_else(|| panic!("no id in {self:?}")).to_owned()
    }

    pub fn ok(self) -> Value {
        assert!(self.status < 300, "{self:?}");
        self.body
    }

    /// The code of the error at a place, such as `embeds.0.title`.
    pub fn at(&self, place: &str) -> String {
        let mut errors = &self.body["errors"];
        for key in place.split('.').filter(|k| !k.is_empty()) {
            errors = &errors[key];
        }
        errors["_errors"][0]["code"].as_str().unwrap_or_else(|| panic!("nothing at {place} in {self:?}")).to_owned()
    }
}

impl Client {
    pub fn new(fake: &FakeDiscord) -> Self {
        let http = reqwest::Client::builder().user_agent("DiscordBot (https://example.org/check, 1.0)").build();
        let authorization = format!("Bot {}", fake.token());
        Self { http: http.unwrap(), base: format!("{}/api/v10", fake.api()), authorization }
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Got, reqwest::Error> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if !self.authorization.is_empty() {
            request = request.header("authorization", &self.authorization);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        Self::read(request.send().await?).await
    }

    /// With a body as it is.
    pub async fn raw(&self, path: &str, kind: &str, body: Vec<u8>) -> Got {
        let request = self.http.post(format!("{}{path}", self.base)).header("authorization", &self.authorization);
        Self::read(request.header("content-type", kind).body(body).send().await.unwrap()).await.unwrap()
    }

    async fn read(response: reqwest::Response) -> Result<Got, reqwest::Error> {
        let status = response.status().as_u16();
        let text = |v: &reqwest::header::HeaderValue| v.to_str().unwrap_or_default().to_owned();
        let headers = response.headers().iter().map(|(k, v)| (k.to_string(), text(v))).collect();
        let body = response.text().await?;
        Ok(Got { status, body: serde_json::from_str(&body).unwrap_or(Value::String(body)), headers })
    }

    pub async fn get(&self, path: &str) -> Got {
        self.send(Method::GET, path, None).await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Got {
        self.send(Method::POST, path, Some(body)).await.unwrap()
    }

    pub async fn patch(&self, path: &str, body: Value) -> Got {
        self.send(Method::PATCH, path, Some(body)).await.unwrap()
    }

    pub async fn put(&self, path: &str, body: Value) -> Got {
        self.send(Method::PUT, path, Some(body)).await.unwrap()
    }

    pub async fn delete(&self, path: &str) -> Got {
        self.send(Method::DELETE, path, None).await.unwrap()
    }

    /// Posts into a channel.
    pub async fn message(&self, channel: &str, body: Value) -> Got {
        self.post(&format!("/channels/{channel}/messages"), body).await
    }
}
