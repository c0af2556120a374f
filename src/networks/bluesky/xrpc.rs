//! One call of atproto's HTTP API (atproto.com/specs/xrpc), and what a failed one means.

use crate::networks::{CallError, http, plain};
use jiff::Timestamp;
use reqwest::header::{DATE, HeaderMap};
use reqwest::{Client, Method};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Bytes of one answer.
const LIMIT: usize = 16 * 1024 * 1024;
/// Nobody is obeyed who asks for a longer rest than this.
const LONGEST_REST: Duration = Duration::from_hours(24);

/// What to ask.
pub(super) struct Call<'a> {
    nsid: &'a str,
    query: Vec<(&'a str, String)>,
    body: Option<Value>,
    /// Another service to hand it on to (atproto.com/specs/xrpc, "Service Proxying").
    proxy: Option<&'a str>,
}

impl<'a> Call<'a> {
    /// A question.
    pub(super) fn get(nsid: &'a str) -> Self {
        Self { nsid, query: Vec::new(), body: None, proxy: None }
    }

    /// Something to do.
    pub(super) fn post(nsid: &'a str, body: Value) -> Self {
        Self { nsid, query: Vec::new(), body: Some(body), proxy: None }
    }

    /// With a parameter; several of one name are a list.
    pub(super) fn with(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// By way of the account's server, to another service.
    pub(super) fn through(mut self, service: &'a str) -> Self {
        self.proxy = Some(service);
        self
    }
}

/// A call that succeeded.
#[derive(Debug)]
pub(super) struct Answer {
    /// The body; `null` if there was none.
    pub(super) value: Value,
    /// The allowance is used up: no further call of this kind before.
    pub(super) rest: Option<Duration>,
}

/// What the other side answered instead of doing it.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    /// The HTTP status.
    pub(super) status: u16,
    /// The name of the error, such as `InvalidSwap`; possibly empty.
    pub(super) error: String,
    /// What it says, on one line.
    pub(super) message: String,
    /// Not again before.
    pub(super) after: Option<Duration>,
}

/// Why a call did not succeed.
#[derive(Debug, Clone)]
pub(super) enum Fail {
    /// There is no session to call with; nothing was sent.
    Session(CallError),
    /// No connection: nothing was sent.
    Unsent(String),
    /// It was sent, and no answer came that could be read.
    Lost(String),
    /// The answer is no.
    Refused(Refused),
}

impl Refused {
    /// In words: what it says, or its name, or its number.
    fn words(&self) -> String {
        match (self.message.as_str(), self.error.as_str()) {
            ("", "") => format!("answered {}", self.status),
            ("", said) | (said, _) => format!("answered {}: {said}", self.status),
        }
    }

    /// It may be another answer later.
    fn passes(&self) -> bool {
        matches!(self.status, 408 | 425 | 429 | 500..=599)
    }
}

impl Fail {
    /// Of a call that changes nothing.
    pub(super) fn read(self, what: &str) -> CallError {
        match self {
            Fail::Session(error) => error,
            Fail::Unsent(why) | Fail::Lost(why) => CallError::Later { why: format!("{what}: {why}"), after: None },
            Fail::Refused(no) if no.passes() => {
                CallError::Later { why: format!("{what}: it {}", no.words()), after: no.after }
            }
            Fail::Refused(no) => CallError::Never { why: format!("{what}: it {}", no.words()) },
        }
    }

    /// Of a call that changes something: what was sent may have had its effect, unless the API itself says no. Behind a
    /// gateway that gave up (5xx), it may have.
    pub(super) fn write(self, what: &str) -> CallError {
        match self {
            Fail::Lost(why) => CallError::Unknown { why: format!("{what}: {why}") },
            Fail::Refused(no) if matches!(no.status, 408 | 500..=599) => {
                CallError::Unknown { why: format!("{what}: it {}", no.words()) }
            }
            other => other.read(what),
        }
    }

    /// The error's name, if the other side gave one.
    pub(super) fn name(&self) -> &str {
        match self {
            Fail::Refused(no) => &no.error,
            _ => "",
        }
    }
}

/// The HTTP side.
pub(super) struct Xrpc {
    client: Client,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Xrpc {
    pub(super) fn new(timeout: Duration, now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Result<Self, CallError> {
        Ok(Self { client: http::client(timeout)?, now })
    }

    /// Calls that server, with a token if there is one.
    pub(super) async fn send(&self, base: &str, call: &Call<'_>, token: Option<&str>) -> Result<Answer, Fail> {
        let method = if call.body.is_some() { Method::POST } else { Method::GET };
        let mut request = self.client.request(method, format!("{base}/xrpc/{}", call.nsid)).query(&call.query);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(service) = call.proxy {
            request = request.header("atproto-proxy", service);
        }
        request = match &call.body {
            Some(Value::Null) | None => request,
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
        };
        let mut response = request.send().await.map_err(|e| failed(&e))?;
        let status = response.status().as_u16();
        let after = self.rest(response.headers());
        let spent = header(response.headers(), "ratelimit-remaining").is_some_and(|left| left <= 0);
        let read = http::read(&mut response, LIMIT).await;
        if (200..300).contains(&status) {
            let body = read
                .map_err(|e| Fail::Lost(http::reason(&e)))?
                .ok_or_else(|| Fail::Lost("the answer is longer than 16 MiB".to_owned()))?;
            if body.is_empty() {
                return Ok(Answer { value: Value::Null, rest: after.filter(|_| spent) });
            }
            let value = serde_json::from_slice(&body)
                .map_err(|_| Fail::Lost(format!("answered {status} with something unreadable")))?;
            return Ok(Answer { value, rest: after.filter(|_| spent) });
        }
        let body = read.ok().flatten().unwrap_or_default();
        let said: Value = serde_json::from_slice(&body).unwrap_or_default();
        let word = |key: &str| plain::first_line(said.get(key).and_then(Value::as_str).unwrap_or_default(), 300);
        let message =
            if said.is_object() { word("message") } else { plain::first_line(&String::from_utf8_lossy(&body), 100) };
        let after = after.filter(|_| spent || matches!(status, 429 | 503));
        Err(Fail::Refused(Refused { status, error: word("error"), message, after }))
    }

    /// Until when the other side wants to be left alone: `Retry-After`, or `RateLimit-Reset` in seconds since 1970, by
    /// the clock that the same answer shows (docs.bsky.app/docs/advanced-guides/rate-limits).
    fn rest(&self, headers: &HeaderMap) -> Option<Duration> {
        let now = (self.now)();
        let theirs = headers
            .get(DATE)
            .and_then(|date| date.to_str().ok())
            .and_then(|date| jiff::fmt::rfc2822::parse(date).ok())
            .map_or(now, |at| at.timestamp());
        http::retry_after(headers, now).or_else(|| {
            let left = header(headers, "ratelimit-reset")?.saturating_sub(theirs.as_second()).max(1);
            Some(Duration::from_secs(u64::try_from(left).ok()?).min(LONGEST_REST))
        })
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

fn failed(error: &reqwest::Error) -> Fail {
    let why = http::reason(error);
    if error.is_connect() || error.is_builder() { Fail::Unsent(why) } else { Fail::Lost(why) }
}
