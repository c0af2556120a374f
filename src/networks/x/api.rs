//! The calls to X's API: signed, bounded, and what becomes of each answer.

use super::oauth::{UserKeys, encoded};
use super::wire::Problem;
use crate::networks::{CallError, Tools, http, plain};
use jiff::Timestamp;
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use url::Url;

/// Bytes of one answer that are read.
const LIMIT: usize = 8 * 1024 * 1024;
/// A stream is left open for so long: in truth X ends it before.
const STREAM: Duration = Duration::from_hours(24 * 30);

/// As whom something is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// As the account (OAuth 1.0a); as the app if there are no keys of an account.
    User,
    /// As the app (bearer token); as the account if there is none.
    App,
}

/// Why a call brought nothing.
#[derive(Clone, Debug)]
pub enum Failed {
    /// It certainly did not arrive.
    NotSent(String),
    /// Nobody knows what became of it.
    Lost(String),
    /// X answered, and it is no.
    Refused(Box<Refused>),
}

/// An answer that is no.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// Ask again not before.
    pub after: Option<Duration>,
    /// What X says about it.
    pub problem: Problem,
    /// The same in one line, for people.
    pub said: String,
    /// The answer as it came, for what only X's words tell.
    pub body: String,
}

/// Both names of everything, since X is moving from "tweets" to "posts".
const TWEET_FIELDS: &str = "author_id,conversation_id,created_at,display_text_range,edit_history_tweet_ids,entities,id,\
                            in_reply_to_user_id,lang,note_tweet,referenced_tweets,text";
const POST_FIELDS: &str = "conversation_id,created_at,display_text_range,entities,id,lang,note_post,text";

/// The API as one source asks it.
pub struct Api {
    base: Url,
    client: Client,
    timeout: Duration,
    user: Option<UserKeys>,
    bearer: Option<String>,
    tools: Tools,
    calls: AtomicU64,
    posts: AtomicBool,
}

impl Api {
    /// An API at that address.
    ///
    /// # Errors
    /// [`CallError::Never`] if the address is none, or TLS cannot be set up.
    pub fn new(
        base: &str,
        timeout: Duration,
        user: Option<UserKeys>,
        bearer: Option<String>,
        tools: Tools,
    ) -> Result<Self, CallError> {
        let base = Url::parse(base.trim_end_matches('/'))
            .ok()
            .filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host())
            .ok_or_else(|| {
                never("the address of X's API must begin with http:// or https://; correct api in bot.toml")
            })?;
        let client = http::client(timeout)?;
        let (calls, posts) = (AtomicU64::new(0), AtomicBool::new(false));
        Ok(Self { base, client, timeout, user, bearer, tools, calls, posts })
    }

    /// The time, by the desk's clock.
    pub fn now(&self) -> Timestamp {
        (self.tools.now)()
    }

    /// Whether there are keys of an account.
    pub fn has_user(&self) -> bool {
        self.user.is_some()
    }

    /// Whether there is a token of the app.
    pub fn has_app(&self) -> bool {
        self.bearer.is_some()
    }

    /// The fields of posts to ask for; with their authors, each of which is paid for.
    pub fn fields(&self, authors: bool) -> Vec<(&'static str, String)> {
        let mut query = if self.posts.load(Ordering::Relaxed) {
            let and = if authors { "author_id," } else { "" };
            vec![
                ("post.fields", POST_FIELDS.to_owned()),
                ("expansions", format!("{and}edit_history_post_ids,referenced_posts")),
            ]
        } else {
            let mut query = vec![("tweet.fields", TWEET_FIELDS.to_owned())];
            query.extend(authors.then(|| ("expansions", "author_id".to_owned())));
            query
        };
        query.extend(authors.then(|| ("user.fields", "id,name,public_metrics,username".to_owned())));
        query
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        query: &[(&str, String)],
        who: As,
    ) -> Result<RequestBuilder, Failed> {
        let broken = |_| Failed::NotSent("the address of X's API cannot be put together".to_owned());
        let url = Url::parse(&format!("{}{path}", self.base.as_str().trim_end_matches('/'))).map_err(broken)?;
        let header = match (who, &self.user, &self.bearer) {
            (As::User, Some(keys), _) | (As::App, Some(keys), None) => {
                let nonce = format!("{:016x}{:08x}", (self.tools.chance)(), self.calls.fetch_add(1, Ordering::Relaxed));
                keys.header(method.as_str(), &url, query, &nonce, (self.tools.now)().as_second())
            }
            (_, _, Some(bearer)) => format!("Bearer {bearer}"),
            (_, None, None) => return Err(Failed::NotSent("there are no keys for X".to_owned())),
        };
        let joined: Vec<String> = query.iter().map(|(k, v)| format!("{}={}", encoded(k), encoded(v))).collect();
        let mut whole = url;
        whole.set_query((!joined.is_empty()).then(|| joined.join("&")).as_deref());
        let mut header = reqwest::header::HeaderValue::from_str(&header)
            .map_err(|_| Failed::NotSent("a key for X has characters that no key has; copy it again".to_owned()))?;
        header.set_sensitive(true);
        Ok(self.client.request(method.clone(), whole).header(AUTHORIZATION, header))
    }

    /// One call. The body of an answer of 200 or 201.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, String)],
        body: Option<&Value>,
        who: As,
    ) -> Result<Vec<u8>, Failed> {
        let mut request = self.request(&method, path, query, who)?;
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        let mut response = request.send().await.map_err(|e| lost(&e))?;
        let status = response.status();
        let headers = response.headers().clone();
        let bytes = match http::read(&mut response, LIMIT).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) if status.is_success() => return Err(Failed::Lost("X sent more than 8 MiB".to_owned())),
            Err(e) if status.is_success() => return Err(Failed::Lost(http::reason(&e))),
            // The status decides; an answer that breaks off afterwards changes nothing.
            Ok(None) | Err(_) => Vec::new(),
        };
        if status.is_success() { Ok(bytes) } else { Err(self.refused(status.as_u16(), &headers, &bytes)) }
    }

    /// Reads something that posts come with. If X does not know the names of the fields, the other ones are used from then
    /// on.
    pub async fn read(
        &self,
        path: &str,
        query: Vec<(&'static str, String)>,
        authors: bool,
        who: As,
    ) -> Result<Vec<u8>, Failed> {
        let whole = |api: &Self| [query.clone(), api.fields(authors)].concat();
        match self.call(Method::GET, path, &whole(self), None, who).await {
            Err(Failed::Refused(no))
                if no.status == 400
                    && no.body.contains("tweet.fields")
                    && !self.posts.swap(true, Ordering::Relaxed) =>
            {
                self.call(Method::GET, path, &whole(self), None, who).await
            }
            other => other,
        }
    }

    /// Opens the filtered stream.
    pub async fn stream(&self, path: &str) -> Result<Response, Failed> {
        let query = [
            ("tweet.fields", TWEET_FIELDS.to_owned()),
            ("expansions", "author_id".to_owned()),
            ("user.fields", "id,name,public_metrics,username".to_owned()),
        ];
        let request = self.request(&Method::GET, path, &query, As::App)?;
        // Compression would hold lines back.
        let opening = request.header(ACCEPT_ENCODING, "identity").timeout(STREAM).send();
        let slow = |_| Failed::Lost("no answer in time".to_owned());
        let mut response = tokio::time::timeout(self.timeout, opening).await.map_err(slow)?.map_err(|e| lost(&e))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let reading = tokio::time::timeout(self.timeout, http::read(&mut response, LIMIT));
        let bytes = reading.await.ok().and_then(Result::ok).flatten().unwrap_or_default();
        Err(self.refused(status, &headers, &bytes))
    }

    fn refused(&self, status: u16, headers: &HeaderMap, bytes: &[u8]) -> Failed {
        let problem: Problem = serde_json::from_slice(bytes).unwrap_or_default();
        let said = problem.said().map(|s| plain::first_line(s, 200)).unwrap_or_default();
        let body = String::from_utf8_lossy(bytes).into_owned();
        Failed::Refused(Box::new(Refused { status, after: after(headers, (self.tools.now)()), problem, said, body }))
    }
}

/// When the window of a limit is over: `Retry-After`, or `x-rate-limit-reset` in seconds since 1970, by X's clock
/// (docs.x.com/x-api/fundamentals/rate-limits).
fn after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    if let Some(wait) = http::retry_after(headers, now) {
        return Some(wait);
    }
    let reset: i64 = headers.get("x-rate-limit-reset")?.to_str().ok()?.trim().parse().ok()?;
    let wait = u64::try_from(reset.saturating_sub(now.as_second())).unwrap_or(0);
    // A window is a quarter of an hour, or a day for some calls.
    Some(Duration::from_secs(wait.clamp(1, 24 * 3600)))
}

fn lost(error: &reqwest::Error) -> Failed {
    let why = http::reason(error);
    if error.is_connect() || error.is_builder() { Failed::NotSent(why) } else { Failed::Lost(why) }
}

/// Something that will not work until a person does something.
pub fn never(why: impl Into<String>) -> CallError {
    CallError::Never { why: why.into() }
}

impl Refused {
    fn tail(&self) -> String {
        if self.said.is_empty() { String::new() } else { format!(": {}", self.said) }
    }

    /// What is wrong with the keys, the plan or the pace, whatever was asked.
    pub fn common(&self) -> Option<CallError> {
        let said = self.tail();
        let later = |why: String| Some(CallError::Later { why, after: self.after });
        match self.status {
            401 => Some(never(format!(
                "X does not accept the keys (401){said}; make new ones at console.x.com and put them where bot.toml says"
            ))),
            402 => Some(never(format!("the X app has no credits left (402){said}; buy some at console.x.com"))),
            429 if self.problem.is("usage-capped") => {
                Some(never(format!("the X app has used up its plan (429){said}; raise its limit at console.x.com")))
            }
            429 if self.problem.connection_issue.is_some() => {
                later(format!("X allows no further stream for this app (429){said}; is one open elsewhere?"))
            }
            429 => later(format!("X asks us to come less often (429){said}")),
            403 if self.problem.is("client-forbidden") || self.problem.is("unsupported-authentication") => {
                Some(never(format!("the X app may not do this (403){said}; look at its permissions at console.x.com")))
            }
            _ => None,
        }
    }
}

/// What became of something that only reads: nothing has happened.
pub fn read_failed(what: &str, failed: Failed) -> CallError {
    match failed {
        Failed::NotSent(why) | Failed::Lost(why) => CallError::Later { why: format!("{what}: {why}"), after: None },
        Failed::Refused(no) => no.common().unwrap_or_else(|| {
            let why = format!("{what}: X answered {}{}", no.status, no.tail());
            match no.status {
                408 | 500..=599 => CallError::Later { why, after: no.after },
                _ => CallError::Never { why },
            }
        }),
    }
}

/// What became of something that changes X.
pub fn write_failed(what: &str, failed: Failed) -> CallError {
    match failed {
        Failed::NotSent(why) => CallError::Later { why: format!("{what}: X cannot be reached: {why}"), after: None },
        Failed::Lost(why) => CallError::Unknown { why: format!("{what}: X did not say whether it took it: {why}") },
        Failed::Refused(no) => no.common().unwrap_or_else(|| {
            let why = format!("{what}: X answered {}{}", no.status, no.tail());
            match no.status {
                408 | 500..=599 => CallError::Unknown { why },
                _ => CallError::Never { why },
            }
        }),
    }
}
