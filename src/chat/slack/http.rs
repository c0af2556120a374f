//! HTTP mode: Slack's deliveries to our listener. Nothing is read before its signature and age are verified (docs
//! "Verifying requests from Slack").

use super::wire::{Command, Payload};
use super::{Desk, Slack, Token, Transport};
use crate::chat::{Door, Knock, Opened};
use async_trait::async_trait;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A delivery may be so old or, by a clock that is off, so new, in seconds.
const AGE: i64 = 300;

/// The door that Slack knocks at.
pub(super) struct SlackDoor {
    slack: Arc<Slack>,
    desk: Desk,
    secret: Token,
}

impl SlackDoor {
    /// `None` if commands come in by sockets.
    pub(super) fn new(slack: &Arc<Slack>, desk: Desk) -> Option<Self> {
        match &slack.config.transport {
            Transport::Http(secret) => Some(Self { slack: Arc::clone(slack), desk, secret: secret.clone() }),
            Transport::Socket(_) => None,
        }
    }
}

/// Why a delivery is not Slack's: for the log. Whoever sent it is told nothing.
fn verify(secret: &Token, knock: &Knock<'_>) -> Result<(), &'static str> {
    let signature = (knock.header)("x-slack-signature").ok_or("no signature")?;
    let stamp = (knock.header)("x-slack-request-timestamp").ok_or("no time")?;
    let sent: i64 = stamp.parse().map_err(|_| "a time that is none")?;
    let code = signature.strip_prefix("v0=").and_then(unhex).ok_or("a signature that is none")?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()).map_err(|_| "no secret")?;
    mac.update(format!("v0:{stamp}:").as_bytes());
    mac.update(knock.body);
    mac.verify_slice(&code).map_err(|_| "another's signature")?;
    let age = knock.at.as_second().saturating_sub(sent);
    if age.abs() > AGE { Err("too old, or from a clock that is off") } else { Ok(()) }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

#[async_trait]
impl Door for SlackDoor {
    async fn knock(&self, knock: Knock<'_>) -> Opened {
        if let Err(why) = verify(&self.secret, &knock) {
            tracing::warn!(why, "a request that is not Slack's was refused");
            let say = json!({ "status": "refused", "code": "not_slack", "message": "The signature is not Slack's." });
            return Opened { status: 401, body: say.to_string() };
        }
        self.slack.heard(knock.at);
        match read(knock.body) {
            Read::Challenge(challenge) => Opened { status: 200, body: json!({ "challenge": challenge }).to_string() },
            Read::Payload(payload) => {
                let answer = self.slack.receive(&self.desk, payload, true).await;
                Opened { status: 200, body: answer.map(|a| a.to_string()).unwrap_or_default() }
            }
            Read::Nothing => Opened { status: 200, body: String::new() },
        }
    }
}

enum Read {
    Payload(Payload),
    Challenge(String),
    Nothing,
}

fn read(body: &[u8]) -> Read {
    if let Ok(event) = serde_json::from_slice::<Value>(body) {
        let text = |name: &str| event.get(name).and_then(Value::as_str).map(str::to_owned);
        return match (text("type").as_deref(), event.get("event")) {
            (Some("url_verification"), _) => Read::Challenge(text("challenge").unwrap_or_default()),
            (Some("event_callback"), Some(inner)) => {
                Read::Payload(Payload::Event(text("event_id").unwrap_or_default(), inner.clone()))
            }
            (kind, _) => {
                tracing::warn!(?kind, "Slack sent something that this version does not know");
                Read::Nothing
            }
        };
    }
    let fields: BTreeMap<String, String> = url::form_urlencoded::parse(body).into_owned().collect();
    if let Some(payload) = fields.get("payload") {
        return match serde_json::from_str(payload) {
            Ok(payload) => Read::Payload(Payload::Interaction(payload)),
            Err(error) => {
                tracing::warn!(%error, "an interaction of Slack's cannot be read");
                Read::Nothing
            }
        };
    }
    match Command::read(|name| fields.get(name).cloned()) {
        Some(command) => Read::Payload(Payload::Command(command)),
        // Slack's look at the certificate ("ssl_check"), or something that it invents later.
        None => Read::Nothing,
    }
}
