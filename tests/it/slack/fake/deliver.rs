//! Brings what people do to the app, over the transport that is set, and events again where they were not acknowledged.

use super::Core;
use super::line::{Fate, PATIENCE};
use super::sign;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Where the app listens, if it does not use Socket Mode.
#[derive(Clone, Debug)]
pub struct Target {
    pub url: String,
    pub client: reqwest::Client,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Slash,
    Interactive,
    Event,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Slash => "slash_commands",
            Kind::Interactive => "interactive",
            Kind::Event => "events_api",
        }
    }
}

/// Which delivery of an event it is, and why it is not the first.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    pub attempt: u32,
    pub reason: &'static str,
}

/// What the app answered over HTTP.
#[derive(Clone, Debug)]
pub struct Got {
    pub status: u16,
    pub body: String,
    /// `X-Slack-No-Retry`: do not send this event again (docs.slack.dev, "Events API").
    no_retry: bool,
}

/// A request as Slack would send it over HTTP.
#[derive(Clone, Debug)]
pub struct Post {
    pub content: &'static str,
    pub body: String,
}

impl Post {
    pub fn new(kind: Kind, payload: &Value) -> Self {
        let form = |pairs: Vec<(&str, String)>| {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            Self { content: "application/x-www-form-urlencoded", body }
        };
        match kind {
            Kind::Slash => {
                let fields = payload.as_object().expect("a slash command is an object");
                form(
                    fields
                        .iter()
                        .map(|(k, v)| (k.as_str(), v.as_str().map_or_else(|| v.to_string(), str::to_owned)))
                        .collect(),
                )
            }
            Kind::Interactive => form(vec![("payload", payload.to_string())]),
            Kind::Event => Self { content: "application/json", body: payload.to_string() },
        }
    }
}

impl Core {
    /// Delivers, and returns what the acknowledgement carries; or the error that the person sees.
    pub async fn deliver(&self, kind: Kind, payload: &Value, retry: Option<Retry>) -> Result<Value, &'static str> {
        // What Slack reads an answer from: a command's message, a submission's errors, the options of a menu.
        let accepts = kind == Kind::Slash
            || kind == Kind::Interactive
                && matches!(payload["type"].as_str(), Some("view_submission" | "block_suggestion"));
        let target = self.target();
        let answer = match &target {
            None => self.line.deliver(kind.name(), payload, accepts, retry.map(|r| r.attempt)).await?,
            Some(target) => self.post(target, kind, payload, retry).await?,
        };
        let empty = answer.is_null() || answer.as_object().is_some_and(serde_json::Map::is_empty);
        if !accepts && !empty {
            self.state().violation(format!("{}: an answer where Slack reads none: {answer}", kind.name()));
        }
        Ok(if empty { Value::Null } else { answer })
    }

    async fn post(
        &self,
        target: &Target,
        kind: Kind,
        payload: &Value,
        retry: Option<Retry>,
    ) -> Result<Value, &'static str> {
        let post = Post::new(kind, payload);
        let mut headers = self.signed(&post.body);
        if let Some(retry) = retry.filter(|r| r.attempt > 0) {
            headers.push(("x-slack-retry-num", retry.attempt.to_string()));
            headers.push(("x-slack-retry-reason", retry.reason.into()));
        }
        let what = format!("HTTP {}", kind.name());
        let began = Instant::now();
        match timeout(PATIENCE, send(target, &post, &headers)).await {
            Err(_) => {
                self.line.record(&what, Fate::Missing);
                Err("operation_timeout")
            }
            Ok(Err(_)) => {
                self.line.record(&what, Fate::Lost);
                Err("dispatch_failed")
            }
            Ok(Ok(got)) => {
                self.line.record(&what, Fate::Acked(began.elapsed()));
                if !(200..300).contains(&got.status) {
                    return Err(match (kind, got.no_retry) {
                        (Kind::Event, true) => "no_retry",
                        (Kind::Event, false) => "http_error",
                        _ => "dispatch_failed",
                    });
                }
                // A command may also be answered with bare text.
                Ok(match serde_json::from_str(&got.body) {
                    Ok(json) => json,
                    Err(_) if got.body.is_empty() => Value::Null,
                    Err(_) => json!({"text": got.body}),
                })
            }
        }
    }

    /// Slack's headers over a body (docs.slack.dev, "Verifying requests from Slack").
    pub fn signed(&self, body: &str) -> Vec<(&'static str, String)> {
        let at = (self.now)().as_second();
        let secret = self.state().tokens.secret.clone();
        vec![("x-slack-request-timestamp", at.to_string()), ("x-slack-signature", sign::signature(&secret, at, body))]
    }

    /// Delivers an event until it is acknowledged, at most four times; while nobody is connected it waits. Slack lets a
    /// minute and five minutes pass before the last two tries; here they come at once.
    pub async fn deliver_event(self: Arc<Self>, payload: Value) -> bool {
        let mut retry = Retry { attempt: 0, reason: "" };
        let began = Instant::now();
        loop {
            match self.deliver(Kind::Event, &payload, Some(retry)).await {
                Ok(_) => return true,
                Err("dispatch_failed") if self.target().is_none() && began.elapsed() < Duration::from_secs(20) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err("no_retry") => return false,
                Err(why) if retry.attempt < 3 => {
                    let reason = match why {
                        "operation_timeout" => "http_timeout",
                        "http_error" => "http_error",
                        _ => "connection_failed",
                    };
                    retry = Retry { attempt: retry.attempt + 1, reason };
                }
                Err(_) => return false,
            }
        }
    }
}

/// Sends a request with these headers.
pub async fn send(target: &Target, post: &Post, headers: &[(&'static str, String)]) -> Result<Got, reqwest::Error> {
    let mut request = target
        .client
        .post(&target.url)
        .header("content-type", post.content)
        .header("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
        .body(post.body.clone());
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let response = request.send().await?;
    let no_retry = response.headers().get("x-slack-no-retry").is_some_and(|v| v == "1");
    Ok(Got { status: response.status().as_u16(), body: response.text().await?, no_retry })
}
