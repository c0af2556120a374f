//! Replies out: a signed POST to the callback of the configuration, with a `webhook-id` that stays the same for every
//! attempt. The receiver must honour it (docs/webhook.md), so an attempt whose outcome is unknown may be repeated.

use super::{Inbox, Secret};
use crate::domain::{Capabilities, Cursor, Idempotency, LengthRule, Post, SourceName};
use crate::networks::{Batch, CallError, First, Look, Network, Outgoing, Sent, http, plain};
use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// Where replies go. The address comes from the owner's configuration alone, never from a hook or a chat: whoever can
/// write bot.toml may already reach everything that this process reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackConfig {
    /// The address, http or https. Redirects are not followed.
    pub url: String,
    /// What replies are signed with.
    pub secret: Secret,
    /// The receiver has so long to answer (Standard Webhooks recommends 15 to 30 seconds).
    pub timeout: Duration,
}

impl CallbackConfig {
    /// A callback with the usual time limit of 20 seconds.
    pub fn new(url: impl Into<String>, secret: Secret) -> Self {
        Self { url: url.into(), secret, timeout: Duration::from_secs(20) }
    }
}

/// One source of signed webhooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookConfig {
    /// The configured name of the source.
    pub name: SourceName,
    /// The label of mentions that state none; without one the source's name, so that two sources cannot take each
    /// other's ids for the same post.
    pub network: Option<String>,
    /// What senders sign with; several during a rotation.
    pub secrets: Vec<Secret>,
    /// Where replies go; without one the source is read-only.
    pub callback: Option<CallbackConfig>,
    /// Characters that a reply may have; without it there is no limit.
    pub longest_reply: Option<usize>,
}

/// A receiver's clock may be ahead of ours by so much, the time of the call included.
const TOLERANCE: Duration = Duration::from_mins(5);
/// Bytes of a receiver's answer that are read.
const ANSWER: usize = 64 * 1024;

struct Callback {
    url: Url,
    secret: Secret,
    client: Client,
}

/// A webhook source, ready to answer through its callback.
pub struct Webhook {
    name: SourceName,
    network: String,
    secrets: Vec<Secret>,
    callback: Option<Callback>,
    length: LengthRule,
}

impl Webhook {
    /// A source by its configuration.
    ///
    /// # Errors
    /// [`CallError::Never`] with a sentence if there is no secret or the callback's address is not one of the web.
    pub fn new(config: WebhookConfig) -> Result<Self, CallError> {
        if config.secrets.is_empty() {
            return Err(CallError::Never {
                why: format!("\"{}\" has no secret, so nobody could sign for it; give it one", config.name),
            });
        }
        let callback = config.callback.map(|callback| {
            let url = Url::parse(callback.url.trim())
                .ok()
                .filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host())
                .ok_or_else(|| CallError::Never {
                    why: format!("the callback address of \"{}\" must begin with http:// or https://", config.name),
                })?;
            Ok(Callback { url, secret: callback.secret, client: http::client(callback.timeout)? })
        });
        Ok(Self {
            network: config.network.unwrap_or_else(|| config.name.as_str().to_owned()),
            name: config.name,
            secrets: config.secrets,
            callback: callback.transpose()?,
            length: config.longest_reply.map_or(LengthRule::Unlimited, LengthRule::Chars),
        })
    }

    /// Where this source's hooks are checked and read.
    pub fn inbox(&self) -> Inbox {
        Inbox::new(self.name.clone(), self.network.clone(), self.secrets.clone())
    }
}

/// The body of a reply, as documented.
fn body(reply: &Outgoing, id: &str, now: Timestamp) -> Vec<u8> {
    json!({
        "type": "reply",
        "timestamp": now.to_string(),
        "id": id,
        "in_reply_to": reply.post.external_id,
        "network": reply.post.network,
        "conversation": reply.post.conversation,
        "url": reply.post.url,
        "text": reply.text,
        "by": reply.by,
        "mention": reply.no,
    })
    .to_string()
    .into_bytes()
}

/// What the receiver tells of the reply; everything in it is optional.
fn confirmed(reply: &Outgoing, answer: &Value, now: Timestamp) -> Sent {
    let text =
        |key| answer.get(key).and_then(Value::as_str).map(|s| plain::first_line(s, 2_000)).filter(|s| !s.is_empty());
    let id = answer.get("id").filter(|id| id.is_i64() || id.is_u64()).map(Value::to_string).or_else(|| text("id"));
    let web = |u: &String| Url::parse(u).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
    let at = text("posted_at").and_then(|s| s.parse::<Timestamp>().ok());
    Sent {
        external_id: id.map_or_else(|| reply.key.clone(), |id| plain::clip(&id, 200)),
        url: text("url").filter(web),
        // A reply stands neither before the post that it answers nor in the future; `now` is from before the call, and
        // clocks differ a little.
        posted_at: at.filter(|at| *at >= reply.post.posted_at && *at <= now + TOLERANCE).unwrap_or(now),
    }
}

fn judge(status: StatusCode, after: Option<Duration>, first_line: &str) -> CallError {
    let code = status.as_u16();
    let said = if first_line.is_empty() { String::new() } else { format!(": {first_line}") };
    match code {
        429 | 503 => CallError::Later { why: format!("the callback is busy ({code}){said}"), after },
        // Something may have happened behind the gateway or before the fault; the key makes another try harmless.
        408 | 500..=599 => CallError::Unknown { why: format!("the callback failed ({code}){said}") },
        300..=399 => CallError::Never {
            why: format!(
                "the callback redirects ({code}), which is not followed, since a signed reply goes to nobody else; put its final address into bot.toml"
            ),
        },
        401 | 403 => CallError::Never {
            why: format!("the callback refuses our signature ({code}){said}; compare the secrets on both sides"),
        },
        404 | 410 => CallError::Never {
            why: format!("there is no callback at its address ({code}){said}; check it in bot.toml"),
        },
        _ => CallError::Never { why: format!("the callback refused the reply ({code}){said}") },
    }
}

#[async_trait]
impl Network for Webhook {
    fn source(&self) -> &SourceName {
        &self.name
    }

    fn network(&self) -> &str {
        &self.network
    }

    fn capabilities(&self) -> Capabilities {
        match self.callback {
            Some(_) => Capabilities { reply: true, idempotency: Idempotency::Key, ..Capabilities::READ_ONLY },
            None => Capabilities::READ_ONLY,
        }
    }

    fn length(&self) -> LengthRule {
        self.length
    }

    fn interval(&self) -> Option<Duration> {
        None
    }

    async fn poll(&self, _cursor: Option<&Cursor>, _first: First, _now: Timestamp) -> Result<Batch, CallError> {
        Ok(Batch::default())
    }

    async fn look(&self, _post: &Post) -> Result<Look, CallError> {
        Err(CallError::Never { why: "a webhook cannot look at a post again".to_owned() })
    }

    async fn reply(&self, reply: &Outgoing, now: Timestamp) -> Result<Sent, CallError> {
        let Some(callback) = &self.callback else {
            return Err(CallError::Never {
                why: format!("\"{}\" has no callback; open the post and answer there, or configure one", self.name),
            });
        };
        // The id is signed together with the time and the body, with full stops between: it may not contain one.
        let id = reply.key.replace('.', "-");
        let body = body(reply, &id, now);
        let seconds = now.as_second();
        let sent = callback
            .client
            .post(callback.url.clone())
            .header("content-type", "application/json")
            .header("webhook-signature", callback.secret.sign(&id, seconds, &body))
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-id", id)
            .body(body)
            .send()
            .await;
        let mut response = match sent {
            Ok(response) => response,
            Err(e) if e.is_builder() => {
                return Err(CallError::Never {
                    why: format!("the reply could not be put together: {}", http::reason(&e)),
                });
            }
            Err(e) if e.is_connect() => {
                return Err(CallError::Later {
                    why: format!("the callback cannot be reached: {}", http::reason(&e)),
                    after: None,
                });
            }
            Err(e) => {
                return Err(CallError::Unknown {
                    why: format!("the callback did not say whether it took the reply: {}", http::reason(&e)),
                });
            }
        };
        let status = response.status();
        let after = http::retry_after(response.headers(), now);
        // The status decides; an answer that breaks off afterwards changes nothing.
        let bytes = http::read(&mut response, ANSWER).await.ok().flatten().unwrap_or_default();
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let had_it =
            status == StatusCode::CONFLICT && answer.get("status").and_then(Value::as_str) == Some("duplicate");
        if status.is_success() || had_it {
            return Ok(confirmed(reply, &answer, now));
        }
        Err(judge(status, after, &plain::first_line(&String::from_utf8_lossy(&bytes), 200)))
    }

    async fn find_reply(&self, _reply: &Outgoing) -> Result<Option<Sent>, CallError> {
        Err(CallError::Never {
            why: "a callback cannot be searched for a reply; send it again with the same key".to_owned(),
        })
    }
}
