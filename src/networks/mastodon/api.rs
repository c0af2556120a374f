//! The calls: one place that sends, reads and judges every answer.

use super::Token;
use super::wire::{Said, each};
use crate::networks::{CallError, http, plain};
use jiff::Timestamp;
use reqwest::header::{HeaderMap, LINK};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::Url;

/// Bytes of one answer.
const LIMIT: usize = 16 * 1024 * 1024;
/// With fewer calls left than this in a window, watching rests, so that answering is still possible. Mastodon allows 300
/// in five minutes (<https://docs.joinmastodon.org/api/rate-limits/>).
const SPARE: u64 = 40;
/// Nobody is obeyed who asks for a longer rest than this.
const LONGEST_REST: Duration = Duration::from_hours(24);

/// How a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failed {
    /// It was not sent.
    Unsent(String),
    /// It may have been sent; no whole answer came.
    Lost(String),
    /// The server said no, with its status, its words, and when to come again.
    Refused(u16, String, Option<Duration>),
    /// It said yes, in words that cannot be read.
    Unreadable(String),
}

impl Failed {
    /// There is no such thing there, or not for this account.
    pub(super) fn is_gone(&self) -> bool {
        matches!(self, Failed::Refused(404 | 410, ..))
    }

    /// The server does not do this at all, or not for this account.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Failed::Refused(400 | 401 | 403 | 404 | 405 | 410 | 422 | 501, ..))
    }

    /// The account may not do anything any more.
    pub(super) fn is_locked_out(&self) -> bool {
        matches!(self, Failed::Refused(401, ..))
    }

    /// As the outcome of a call that changes nothing: it may always be tried again, unless the server refuses it.
    pub(super) fn reading(self, what: &str, host: &str) -> CallError {
        match self {
            Failed::Refused(code @ (408 | 429 | 500..=599), said, after) => {
                CallError::Later { why: told(what, host, code, &said), after }
            }
            Failed::Refused(code, said, _) => CallError::Never { why: told(what, host, code, &said) },
            Failed::Unsent(why) | Failed::Lost(why) | Failed::Unreadable(why) => {
                CallError::Later { why: format!("{host} could not be asked to {what}: {why}"), after: None }
            }
        }
    }

    /// As the outcome of a call that changes something.
    pub(super) fn writing(self, what: &str, host: &str) -> CallError {
        match self {
            Failed::Unsent(why) => CallError::Later { why: format!("{host} cannot be reached: {why}"), after: None },
            Failed::Lost(why) => CallError::Unknown { why: format!("{host} did not say whether it did that: {why}") },
            Failed::Unreadable(why) => {
                CallError::Unknown { why: format!("{host} answered something unreadable: {why}") }
            }
            Failed::Refused(429, said, after) => CallError::Later { why: told(what, host, 429, &said), after },
            // A gateway answers so too when the server behind it has done it.
            Failed::Refused(code @ (408 | 500..=599), said, _) => {
                CallError::Unknown { why: told(what, host, code, &said) }
            }
            Failed::Refused(code, said, _) => CallError::Never { why: told(what, host, code, &said) },
        }
    }
}

/// A refusal in words that say what to do next.
fn told(what: &str, host: &str, code: u16, said: &str) -> String {
    let words = if said.is_empty() { String::new() } else { format!(": {said}") };
    match code {
        401 => format!(
            "{host} does not know the token any more ({code}){words}; run hearback login mastodon again, and put the new \
             token in its place"
        ),
        403 => format!(
            "{host} does not let this account {what} ({code}){words}; if the token has too few scopes, run hearback login \
             mastodon again"
        ),
        404 | 410 => format!("{host} has no such post, or hides it from this account ({code}){words}"),
        429 => format!("{host} asks us to come less often ({code}){words}"),
        300..=399 => format!(
            "{host} answers from another address ({code}), which is not followed; put its final address into bot.toml"
        ),
        400 | 422 => format!("{host} would not {what} ({code}){words}"),
        _ => format!("{host} could not {what} ({code}){words}"),
    }
}

/// What is left of a window of calls.
#[derive(Clone, Copy, Debug)]
struct Budget {
    left: u64,
    until: Timestamp,
}

/// One page of a list, and the id below which the next one begins.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Option<String>,
}

/// One server.
pub(super) struct Api {
    base: Url,
    token: Option<Token>,
    client: Client,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    budget: Mutex<Option<Budget>>,
}

impl Api {
    pub(super) fn new(
        base: Url,
        token: Option<Token>,
        timeout: Duration,
        now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ) -> Result<Self, CallError> {
        Ok(Self { base, token, client: http::client(timeout)?, now, budget: Mutex::new(None) })
    }

    /// The server's name, as people know it.
    pub(super) fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        self.base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    pub(super) fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// How long watching should rest: the calls of this window are nearly used up.
    pub(super) fn rest(&self, now: Timestamp) -> Option<Duration> {
        let budget = (*self.budget.lock().unwrap_or_else(PoisonError::into_inner))?;
        let wait = Duration::try_from(budget.until.duration_since(now)).ok()?;
        (budget.left < SPARE && !wait.is_zero()).then(|| wait.min(LONGEST_REST))
    }

    /// Reads one thing.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &[&str], query: &[(&str, &str)]) -> Result<T, Failed> {
        let (bytes, _) = self.send(self.request(Method::GET, path, query)).await?;
        parsed(&bytes)
    }

    /// Reads one page of a list.
    pub(super) async fn page<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Page<T>, Failed> {
        let (bytes, headers) = self.send(self.request(Method::GET, path, query)).await?;
        Ok(Page { items: each(parsed(&bytes)?), next: next(&headers) })
    }

    /// Does something. The key makes a server that honours it do it once only, within an hour.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: &Value,
        key: Option<&str>,
    ) -> Result<T, Failed> {
        let mut request = self
            .request(Method::POST, path, &[])
            .header("content-type", "application/json")
            .body(serde_json::to_vec(body).map_err(|e| Failed::Unsent(e.to_string()))?);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        parsed(&self.send(request).await?.0)
    }

    /// Deletes something; what is not there is deleted.
    pub(super) async fn delete(&self, path: &[&str]) -> Result<(), Failed> {
        match self.send(self.request(Method::DELETE, path, &[])).await {
            Ok(_) => Ok(()),
            Err(failed) if failed.is_gone() => Ok(()),
            Err(failed) => Err(failed),
        }
    }

    fn request(&self, method: Method, path: &[&str], query: &[(&str, &str)]) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = self.client.request(method, url).header("accept", "application/json");
        match &self.token {
            Some(token) => request.bearer_auth(token.reveal()),
            None => request,
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<(Vec<u8>, HeaderMap), Failed> {
        let mut response = request.send().await.map_err(|e| {
            let why = http::reason(&e);
            if e.is_connect() || e.is_builder() { Failed::Unsent(why) } else { Failed::Lost(why) }
        })?;
        let now = self.now();
        self.count(response.headers());
        let (status, headers) = (response.status(), response.headers().clone());
        if !status.is_success() {
            let said = words(&mut response).await;
            let after = (status.as_u16() == 429).then(|| rest_asked(&headers, now)).flatten();
            return Err(Failed::Refused(status.as_u16(), said, after.or_else(|| http::retry_after(&headers, now))));
        }
        match http::read(&mut response, LIMIT).await {
            Ok(Some(bytes)) => Ok((bytes, headers)),
            Ok(None) => Err(Failed::Unreadable("it is longer than 16 MiB".to_owned())),
            Err(e) => Err(Failed::Lost(http::reason(&e))),
        }
    }

    fn count(&self, headers: &HeaderMap) {
        let left = header(headers, "x-ratelimit-remaining").and_then(|v| v.trim().parse().ok());
        if let (Some(left), Some(until)) = (left, reset(headers)) {
            *self.budget.lock().unwrap_or_else(PoisonError::into_inner) = Some(Budget { left, until });
        }
    }
}

fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failed> {
    serde_json::from_slice(bytes).map_err(|e| Failed::Unreadable(plain::first_line(&e.to_string(), 200)))
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// When a window of calls ends: an ISO 8601 moment, not seconds.
fn reset(headers: &HeaderMap) -> Option<Timestamp> {
    header(headers, "x-ratelimit-reset")?.trim().parse().ok()
}

fn rest_asked(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let wait = Duration::try_from(reset(headers)?.duration_since(now)).unwrap_or_default();
    Some(wait.min(LONGEST_REST))
}

/// What a refusal says: the error of the API, or the first line of whatever came.
async fn words(response: &mut Response) -> String {
    // The status decides; words that break off change nothing.
    let bytes = http::read(response, 64 * 1024).await.ok().flatten().unwrap_or_default();
    let said = match serde_json::from_slice::<Said>(&bytes) {
        Ok(said) if !said.error.is_empty() => said.error,
        Ok(said) if !said.error_description.is_empty() => said.error_description,
        _ => plain::from_html(&String::from_utf8_lossy(&bytes)),
    };
    plain::first_line(&said, 200)
}

/// The `max_id` of the `Link` header's `rel="next"` (<https://docs.joinmastodon.org/api/guidelines/#pagination>).
fn next(headers: &HeaderMap) -> Option<String> {
    let links = header(headers, LINK.as_str())?;
    let link = links.split(',').find(|link| link.contains("rel=\"next\""))?;
    let address = link.split_once('<')?.1.split_once('>')?.0;
    let url = Url::parse(address).ok()?;
    url.query_pairs().find(|(name, _)| name == "max_id").map(|(_, id)| id.into_owned()).filter(|id| !id.is_empty())
}
