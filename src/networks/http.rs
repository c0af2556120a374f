//! The one HTTP client of the networks: time limits on everything, a size limit on every answer, redirects only where a
//! caller follows them itself.

use super::CallError;
use super::plain;
use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response};
use std::error::Error as _;
use std::time::Duration;

/// Who is asking, in every request.
const USER_AGENT: &str = concat!("hearback/", env!("CARGO_PKG_VERSION"));
/// A connection that is not up by then counts as refused. Well below every whole-call limit, so that a call which runs
/// into its limit has been sent.
const CONNECT: Duration = Duration::from_secs(5);
/// Nobody is obeyed who asks for a longer rest than this.
const LONGEST_REST: Duration = Duration::from_hours(24);

/// A client whose calls take at most `whole`, body included. No connection is kept: a polled source is asked too
/// rarely, and a reply on a connection that the other side has just closed would have an unknown outcome for nothing.
///
/// # Errors
/// [`CallError::Never`] if the TLS set-up of this machine cannot be read.
pub fn client(whole: Duration) -> Result<Client, CallError> {
    Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT.min(whole))
        .timeout(whole)
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .build()
        .map_err(|e| CallError::Never { why: format!("the HTTP client cannot be set up: {}", reason(&e)) })
}

/// Reads at most `limit` bytes (after decompression) of an answer. `Ok(None)` if it is longer.
pub async fn read(response: &mut Response, limit: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len() + chunk.len() > limit {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

/// The innermost cause in words; never the address, which may carry a password or a token.
pub fn reason(error: &reqwest::Error) -> String {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(inner) = deepest.source() {
        deepest = inner;
    }
    if error.is_timeout() {
        return if error.is_connect() { "no connection in time" } else { "no complete answer in time" }.to_owned();
    }
    let words = if error.source().is_some() { deepest.to_string() } else { "the request failed".to_owned() };
    plain::first_line(&words, 200)
}

/// `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), at most a day.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if let Ok(seconds) = value.parse::<u64>() {
        Duration::from_secs(seconds)
    } else {
        let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
        Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO)
    };
    Some(wait.min(LONGEST_REST))
}

/// A failed call of a reading network: it may be tried again, nothing has happened.
pub fn failed_read(what: &str, error: &reqwest::Error) -> CallError {
    CallError::Later { why: format!("{what}: {}", reason(error)), after: None }
}
