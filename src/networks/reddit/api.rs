//! One call to Reddit: a token, a name that Reddit can write to, its limits, and what its answers mean.
//! <https://support.reddithelp.com/hc/en-us/articles/16160319875092-Reddit-Data-API-Wiki>

use super::RedditConfig;
use super::session::{Session, fingerprint};
use crate::domain::SourceName;
use crate::networks::{CallError, Tools, http, plain};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Bytes of one answer.
const LIMIT: usize = 16 * 1024 * 1024;
/// With fewer requests left in this window it is time to rest.
const RESERVE: f64 = 3.0;

/// What is asked for.
pub(super) struct Call {
    pub path: String,
    pub fields: Vec<(&'static str, String)>,
}

impl Call {
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), fields: Vec::new() }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }
}

/// The way to Reddit's API.
pub(super) struct Api {
    pub config: RedditConfig,
    pub source: SourceName,
    pub client: Client,
    pub tools: Tools,
    /// As Reddit's rules ask for: unique, and with whom to write to.
    pub agent: String,
    pub who: String,
    pub renewing: tokio::sync::Mutex<()>,
    /// Lists that Reddit does not show: why, and until when they are left alone.
    pub refused: Mutex<BTreeMap<String, (String, Timestamp)>>,
    session: Mutex<Option<Session>>,
    rest: Mutex<Option<Timestamp>>,
}

/// How long to stay away: `Retry-After`, or the end of the window in `x-ratelimit-reset`, in seconds as a fraction.
pub(super) fn seconds(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    http::retry_after(headers, now).or_else(|| {
        let reset = number(headers, "x-ratelimit-reset")?;
        Some(Duration::from_secs_f64(reset.ceil().clamp(1.0, 3600.0)))
    })
}

fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok().filter(|n| n.is_finite())
}

/// An answer that is no success.
struct Failed {
    status: u16,
    after: Option<Duration>,
    said: String,
}

impl Api {
    pub fn new(config: RedditConfig, tools: Tools) -> Result<Self, CallError> {
        let api = Self {
            source: config.name.clone(),
            client: http::client(config.timeout)?,
            tools,
            agent: format!("hearback/{} by u/{}", env!("CARGO_PKG_VERSION"), config.operator),
            who: fingerprint(&config),
            renewing: tokio::sync::Mutex::new(()),
            refused: Mutex::default(),
            session: Mutex::new(None),
            rest: Mutex::new(None),
            config,
        };
        if let Some(kept) = api.kept() {
            api.set(kept);
        }
        Ok(api)
    }

    pub fn session(&self) -> Option<Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set(&self, session: Session) {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
    }

    /// Until when Reddit wants to be left alone, if its window is nearly used up.
    pub fn rest(&self, now: Timestamp) -> Option<Duration> {
        let until = (*self.rest.lock().unwrap_or_else(PoisonError::into_inner))?;
        Duration::try_from(until.duration_since(now)).ok().filter(|wait| !wait.is_zero())
    }

    fn notice(&self, headers: &HeaderMap) {
        let (Some(left), Some(reset)) =
            (number(headers, "x-ratelimit-remaining"), number(headers, "x-ratelimit-reset"))
        else {
            return;
        };
        let wait = SignedDuration::from_secs_f64(reset.ceil().clamp(0.0, 3600.0));
        let until = (left < RESERVE).then(|| (self.tools.now)().checked_add(wait).ok()).flatten();
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    /// The answer to a request, with a token; with a fresh one if the first is refused, which means that nothing
    /// happened.
    async fn send(
        &self,
        make: impl Fn() -> RequestBuilder + Send,
    ) -> Result<Result<Response, reqwest::Error>, CallError> {
        let token = self.token(None).await?;
        let ready = |token: &str| make().header("user-agent", &self.agent).bearer_auth(token);
        let first = ready(&token).send().await;
        let answer = match first {
            Ok(answer) if answer.status().as_u16() == 401 => {
                let token = self.token(Some(&token)).await?;
                ready(&token).send().await
            }
            other => other,
        };
        if let Ok(answer) = &answer {
            self.notice(answer.headers());
        }
        Ok(answer)
    }

    async fn failed(&self, mut response: Response) -> Failed {
        let status = response.status().as_u16();
        let after = seconds(response.headers(), (self.tools.now)());
        let body = http::read(&mut response, LIMIT).await.ok().flatten().unwrap_or_default();
        let value: Value = serde_json::from_slice(&body).unwrap_or_default();
        let said = ["explanation", "message", "reason"].into_iter().find_map(|key| value.get(key)?.as_str());
        Failed {
            status,
            after,
            said: said.map(|said| format!(": {}", plain::first_line(said, 200))).unwrap_or_default(),
        }
    }

    /// Reads something; an answer that is no success is its status.
    pub async fn look(&self, call: &Call) -> Result<Result<Value, u16>, CallError> {
        let url = format!("{}{}", self.config.api, call.path);
        let sent = self.send(|| self.client.get(&url).query(&call.fields).query(&[("raw_json", "1")])).await?;
        let mut response = sent.map_err(|e| http::failed_read("Reddit cannot be reached", &e))?;
        if !response.status().is_success() {
            let Failed { status, after, said } = self.failed(response).await;
            let why = format!("Reddit answered {status}{said}");
            return match status {
                301..=399 | 400 | 403 | 404 | 410 | 422 => Ok(Err(status)),
                429 => Err(CallError::Later { why: "Reddit asks us to come less often (429)".to_owned(), after }),
                401 => Err(CallError::Later { why: format!("{why}; it does not take a fresh token either"), after }),
                _ => Err(CallError::Later { why, after }),
            };
        }
        let later = |why: &str| CallError::Later { why: why.to_owned(), after: None };
        let body = http::read(&mut response, LIMIT)
            .await
            .map_err(|e| http::failed_read("Reddit's answer broke off", &e))?
            .ok_or_else(|| later("Reddit sent more than 16 MiB"))?;
        serde_json::from_slice(&body).map(Ok).map_err(|_| later("Reddit sent something unreadable"))
    }

    /// Reads something that must be there.
    pub async fn get(&self, call: &Call) -> Result<Value, CallError> {
        let refused = |why: String| CallError::Never { why };
        self.look(call).await?.map_err(|status| match status {
            403 => refused(format!(
                "Reddit does not let this account read {} (403); look whether it is private, and at the scopes of the token",
                call.path
            )),
            404 | 301..=399 => refused(format!("Reddit has no {} ({status}); check its name in bot.toml", call.path)),
            _ => refused(format!("Reddit refused to show {} ({status})", call.path)),
        })
    }

    /// Changes something. Only [`CallError::Unknown`] leaves open whether it did.
    pub async fn change(&self, call: &Call) -> Result<Value, CallError> {
        let url = format!("{}{}", self.config.api, call.path);
        let sent = self.send(|| self.client.post(&url).query(&[("raw_json", "1")]).form(&call.fields)).await?;
        let unknown = |why: String| CallError::Unknown { why };
        let mut response = match sent {
            Ok(response) => response,
            Err(e) if e.is_builder() => {
                return Err(CallError::Never { why: format!("it could not be put together: {}", http::reason(&e)) });
            }
            Err(e) if e.is_connect() => return Err(http::failed_read("Reddit cannot be reached", &e)),
            Err(e) => return Err(unknown(format!("Reddit did not say whether it took it: {}", http::reason(&e)))),
        };
        if !response.status().is_success() {
            let Failed { status, after, said } = self.failed(response).await;
            let never = |why: String| CallError::Never { why };
            return Err(match status {
                429 => CallError::Later { why: "Reddit asks us to come less often (429)".to_owned(), after },
                408 | 500..=599 => unknown(format!("Reddit failed ({status}){said}")),
                401 => never("Reddit does not take the token, nor a fresh one (401); run: hearback check".to_owned()),
                403 => never(format!(
                    "Reddit does not allow that here (403){said}; the account may be banned there, or the token lacks a scope"
                )),
                404 => never("Reddit does not have it any more (404)".to_owned()),
                _ => never(format!("Reddit refused it ({status}){said}")),
            });
        }
        let body = http::read(&mut response, LIMIT).await.ok().flatten();
        let value = body.and_then(|body| serde_json::from_slice(&body).ok());
        value.ok_or_else(|| unknown("Reddit's answer broke off or cannot be read".to_owned()))
    }
}
