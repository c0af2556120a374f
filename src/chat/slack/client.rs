//! Calls to Slack's Web API: one place for tokens, time limits and what an error means.

use super::Token;
use crate::chat::inflight::Shut;
use crate::chat::pace::{LONGEST, Limit, Pace};
use crate::chat::troubles::{About, Troubles, chain};
use crate::chat::{ChatError, Sending};
use jiff::Timestamp;
use serde_json::{Value, json};
use slack_morphism::errors::{SlackClientError, SlackClientHttpError};
use slack_morphism::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The HTTP connector of the client library: HTTPS with the system's certificates, plain HTTP for a test's address.
type Connector = SlackClientHyperHttpsConnector;

/// The client library waits for ever; nobody else does.
const LIMIT: Duration = Duration::from_secs(15);
/// Docs, "Rate limits": `chat.postMessage` takes about one message a second and channel.
const POSTS: Limit = Limit { count: 1, per: Duration::from_millis(1_010), by_channel: true };
/// `chat.update` is of tier 3, fifty a minute and more; a little below that.
const EDITS: Limit = Limit { count: 48, per: Duration::from_mins(1), by_channel: false };
/// Where Slack asks to wait and does not say how long.
const UNSAID: Duration = Duration::from_secs(30);

/// Why a call did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failed {
    /// 429: wait that long before the next call of this method.
    Limited(Duration),
    /// No answer, or none that says: it may have been done.
    Unsure(String),
    /// Slack says no, with its code ("Error responses" of the method's page) and, if it said so, the details.
    Refused {
        /// Such as `channel_not_found`.
        code: String,
        /// Such as the scope that is missing.
        detail: String,
    },
}

impl Failed {
    /// Slack said no with this code.
    pub(super) fn is(&self, wanted: &str) -> bool {
        matches!(self, Failed::Refused { code, .. } if code == wanted)
    }

    /// Why we are not let in, and how long to wait.
    pub(super) fn shut(&self) -> Shut {
        let wait = if let Failed::Limited(wait) = self { *wait } else { Duration::ZERO };
        (self.say(), wait)
    }

    /// What went wrong and what to do about it, for the people who run hearback.
    pub(super) fn say(&self) -> String {
        match self {
            Failed::Limited(wait) => format!("Slack asks to wait {} s", wait.as_secs()),
            Failed::Unsure(why) => format!("Slack did not answer clearly: {why}"),
            Failed::Refused { code, detail } => {
                let todo = remedy(code);
                let detail = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
                if todo.is_empty() {
                    format!("Slack says {code}{detail}")
                } else {
                    format!("Slack says {code}{detail}: {todo}")
                }
            }
        }
    }
}

/// What to do about the errors that a person can mend.
fn remedy(code: &str) -> &'static str {
    match code {
        "not_in_channel" | "channel_not_found" => {
            "invite the app to that channel with `/invite`, or mend its id in bot.toml"
        }
        "is_archived" => "the channel is archived; choose another in bot.toml",
        "invalid_auth" | "not_authed" | "token_revoked" | "token_expired" | "account_inactive" => {
            "the token is not valid any more; install the app again and put its new token where bot.toml says"
        }
        "missing_scope" => "install the app again with the manifest that `hearback manifest slack` prints",
        "not_allowed_token_type" => {
            "this is the wrong kind of token; bot_token begins with xoxb-, app_token with xapp-"
        }
        "restricted_action" | "restricted_action_read_only_channel" => {
            "the app may not post there; ask an owner of the workspace"
        }
        "edit_window_closed" => {
            "the workspace lets a message be edited for a short while only; ask an owner to lengthen that"
        }
        _ => "",
    }
}

/// What no later try changes, and no person in time (docs "chat.update", "chat.postMessage").
const FOR_GOOD: [&str; 2] = ["edit_window_closed", "cannot_reply_to_message"];

/// What the desk does about a failed message.
impl From<Failed> for ChatError {
    fn from(failed: Failed) -> Self {
        match &failed {
            Failed::Limited(wait) => ChatError::Later { why: failed.say(), after: Some(*wait) },
            Failed::Refused { code, .. } if code == "message_not_found" => ChatError::Gone,
            Failed::Refused { code, .. } if FOR_GOOD.contains(&code.as_str()) => ChatError::Never(failed.say()),
            // Everything else may be mended, by Slack or by a person; a card must not be lost meanwhile.
            Failed::Unsure(_) | Failed::Refused { .. } => ChatError::Later { why: failed.say(), after: None },
        }
    }
}

/// The Web API under one token.
pub(super) struct Api {
    client: SlackClient<Connector>,
    token: SlackApiToken,
    pub(super) pace: Pace,
    pub(super) troubles: Troubles,
}

impl Api {
    /// A client of the API at this address, without a trailing slash.
    ///
    /// # Errors
    /// A sentence: this machine has no certificates to check Slack's by.
    pub(super) fn new(api: &str, token: &Token, now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Result<Self, String> {
        let https = hyper_rustls::HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(|e| format!("this machine has no CA certificates ({e}); install the package ca-certificates"))?
            .https_or_http()
            .enable_http1()
            .enable_http2()
            .build();
        let connector = Connector::from(https).with_slack_api_url(api.trim_end_matches('/'));
        let token = SlackApiToken::new(SlackApiTokenValue(token.reveal().to_owned()));
        Ok(Self {
            client: SlackClient::new(connector),
            token,
            pace: Pace::new(now, POSTS, EDITS),
            troubles: Troubles::default(),
        })
    }

    /// Calls a method with JSON.
    pub(super) async fn post(&self, method: &'static str, body: &Value) -> Result<Value, Failed> {
        let session = self.client.open_session(&self.token);
        let call = session.http_session_api.http_post(method, body, None);
        said_yes(judge(timeout(LIMIT, call).await))
    }

    /// Calls a method that only reads, with parameters in the address; with POST where what stands in for Slack knows
    /// nothing else.
    pub(super) async fn get(&self, method: &'static str, params: &[(&str, &str)]) -> Result<Value, Failed> {
        let session = self.client.open_session(&self.token);
        let asked: Vec<(&str, Option<&str>)> = params.iter().map(|(name, value)| (*name, Some(*value))).collect();
        let call = session.http_session_api.http_get(method, &asked, None);
        match said_yes(judge(timeout(LIMIT, call).await)) {
            Err(failed) if failed.is("unknown_method") => {
                let body: Value = params.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
                self.post(method, &body).await
            }
            answer => answer,
        }
    }

    /// Posts or edits a message, and remembers for [`Pace`] that it did, and how long Slack asks to wait; and what is
    /// wrong with the channel.
    pub(super) async fn post_to(&self, what: Sending, channel: &str, body: &Value) -> Result<Value, Failed> {
        let method = match what {
            Sending::Post => "chat.postMessage",
            Sending::Edit => "chat.update",
        };
        self.pace.took(what, channel);
        let answer = self.post(method, body).await;
        match &answer {
            Ok(_) => self.troubles.mended(&About::Channel(channel.to_owned())),
            Err(Failed::Limited(wait)) => self.pace.rest(what, channel, *wait),
            // One message of many that is gone is no trouble of the channel.
            Err(failed) if failed.is("cant_update_message") => {}
            Err(failed) => {
                if let ChatError::Later { why, .. } = ChatError::from(failed.clone()) {
                    self.troubles.add(About::Channel(channel.to_owned()), why);
                }
            }
        }
        answer
    }

    /// Answers at a `response_url` (docs "Handling user interaction": 5 times within 30 minutes).
    pub(super) async fn respond(&self, url: &str, body: &Value) -> Result<(), Failed> {
        let Ok(url) = url.parse() else {
            return Err(Failed::Refused { code: "no response address".to_owned(), detail: String::new() });
        };
        let span = tracing::Span::none();
        let context = SlackClientApiCallContext {
            rate_control_params: None,
            token: None,
            tracing_span: &span,
            is_sensitive_url: true,
        };
        let call = self.client.http_api.connector.http_post_uri::<_, Value>(url, body, context);
        match timeout(LIMIT, call).await {
            // It was taken; nothing is read from what is said about it.
            Ok(Err(SlackClientError::ProtocolError(_))) => Ok(()),
            answer => judge(answer).map(|_| ()),
        }
    }
}

/// An answer of the Web API says `"ok": true` (docs "Using the Slack Web API"); for one that is no JSON, the client
/// library gives an empty object.
fn said_yes(answer: Result<Value, Failed>) -> Result<Value, Failed> {
    match answer {
        Ok(answer) if answer.get("ok") != Some(&Value::Bool(true)) => {
            Err(Failed::Unsure("its answer does not say whether it was done".to_owned()))
        }
        answer => answer,
    }
}

fn judge(answer: Result<ClientResult<Value>, tokio::time::error::Elapsed>) -> Result<Value, Failed> {
    match answer {
        Err(_) => Err(Failed::Unsure(format!("no answer within {} s", LIMIT.as_secs()))),
        Ok(Ok(value)) => Ok(value),
        Ok(Err(SlackClientError::RateLimitError(limited))) => {
            Err(Failed::Limited(limited.retry_after.unwrap_or(UNSAID).clamp(Duration::from_secs(1), LONGEST)))
        }
        Ok(Err(SlackClientError::ApiError(error))) if error.code == "ratelimited" => Err(Failed::Limited(UNSAID)),
        Ok(Err(SlackClientError::ApiError(error))) if SLACKS_OWN.contains(&error.code.as_str()) => {
            Err(Failed::Unsure(format!("it says {}", error.code)))
        }
        Ok(Err(SlackClientError::ApiError(error))) => Err(Failed::Refused {
            detail: error.http_response_body.as_deref().map(detail).unwrap_or_default(),
            code: error.code,
        }),
        Ok(Err(SlackClientError::HttpError(error))) => Err(by_status(&error)),
        Ok(Err(SlackClientError::HttpProtocolError(error))) => {
            Err(Failed::Unsure(error.cause.map_or_else(|| "the connection failed".to_owned(), |e| chain(e.as_ref()))))
        }
        Ok(Err(_)) => Err(Failed::Unsure("its answer cannot be read".to_owned())),
    }
}

/// What a status other than 200 says: below 500 it is a no, with its code if there is one.
fn by_status(error: &SlackClientHttpError) -> Failed {
    let status = error.status_code;
    let body = error.http_response_body.as_deref().unwrap_or_default();
    let code = serde_json::from_str::<Value>(body).ok();
    let code = code.and_then(|body| body.get("error").and_then(Value::as_str).map(str::to_owned));
    match code {
        Some(code) if status.is_client_error() => Failed::Refused { code, detail: detail(body) },
        // Slack itself answers 200 and says so.
        None if matches!(status.as_u16(), 404 | 405) => {
            Failed::Refused { code: "unknown_method".to_owned(), detail: format!("status {}", status.as_u16()) }
        }
        _ => Failed::Unsure(format!("status {}", status.as_u16())),
    }
}

/// Errors of Slack itself, after which "the operation may have succeeded" (docs, "Error responses").
const SLACKS_OWN: [&str; 5] =
    ["internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"];

/// What Slack adds to an error: the scope that is missing, what is wrong with which block.
fn detail(body: &str) -> String {
    let Ok(body) = serde_json::from_str::<Value>(body) else { return String::new() };
    if let Some(needed) = body.get("needed").and_then(Value::as_str) {
        return format!("needed: {needed}");
    }
    let messages = body.pointer("/response_metadata/messages").and_then(Value::as_array);
    let said: Vec<&str> = messages.into_iter().flatten().filter_map(Value::as_str).take(3).collect();
    said.join("; ").chars().take(300).collect()
}
