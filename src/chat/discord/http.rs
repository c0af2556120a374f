//! HTTP mode: Discord's interactions to our listener. Nothing is read before its signature and age are verified (docs
//! "Interactions Overview", "Security and Authorization").

use super::front::brief;
use super::{Desk, Discord, Transport};
use crate::chat::{Door, Knock, Opened};
use async_trait::async_trait;
use serde_json::{Value, json};
use serenity::interactions_endpoint::Verifier;
use std::sync::Arc;

/// A delivery may be so old or, by a clock that is off, so new, in seconds. Discord names no figure; it is Slack's.
const AGE: i64 = 300;

/// The door that Discord knocks at.
pub(super) struct DiscordDoor {
    discord: Arc<Discord>,
    desk: Desk,
    verifier: Option<Verifier>,
}

impl DiscordDoor {
    /// `None` if commands come in by the gateway.
    pub(super) fn new(discord: &Arc<Discord>, desk: Desk) -> Option<Self> {
        let Transport::Http(key) = &discord.config.transport else { return None };
        let verifier = Verifier::try_new(*key).inspect_err(|error| {
            tracing::error!(%error, "[discord] public_key is no key, so every request will be refused; copy it again");
        });
        Some(Self { discord: Arc::clone(discord), desk, verifier: verifier.ok() })
    }

    /// Why a delivery is not Discord's: for the log. Whoever sent it is told nothing.
    fn verify(&self, knock: &Knock<'_>) -> Result<(), &'static str> {
        let verifier = self.verifier.as_ref().ok_or("no public key to check it by")?;
        let signature = (knock.header)("x-signature-ed25519").ok_or("no signature")?;
        let stamp = (knock.header)("x-signature-timestamp").ok_or("no time")?;
        let sent: i64 = stamp.parse().map_err(|_| "a time that is none")?;
        // The library takes digits by bytes: whatever is none of them is refused before.
        if !signature.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err("a signature that is none");
        }
        verifier.verify(&signature, &stamp, knock.body).map_err(|()| "another's signature")?;
        let age = knock.at.as_second().saturating_sub(sent);
        if age.abs() > AGE { Err("too old, or from a clock that is off") } else { Ok(()) }
    }
}

#[async_trait]
impl Door for DiscordDoor {
    async fn knock(&self, knock: Knock<'_>) -> Opened {
        if let Err(why) = self.verify(&knock) {
            tracing::warn!(why, "a request that is not Discord's was refused");
            let say =
                json!({ "status": "refused", "code": "not_discord", "message": "The signature is not Discord's." });
            return Opened { status: 401, body: say.to_string() };
        }
        *super::lock(&self.discord.heard) = Some(knock.at);
        let Ok(payload) = serde_json::from_slice::<Value>(knock.body) else {
            tracing::warn!("an interaction of Discord's cannot be read");
            let say = json!({ "status": "refused", "code": "not_json", "message": "The body is not JSON." });
            return Opened { status: 400, body: say.to_string() };
        };
        let Some(taken) = self.discord.take(&self.desk, &payload, false).await else {
            // Whoever sends it again gets nothing to read of what the first one was answered.
            let kind = payload.get("type").and_then(Value::as_u64);
            let say = brief(kind, "This was already done.");
            return Opened { status: 200, body: say.to_string() };
        };
        if let Some(then) = taken.then.filter(|then| then.outcome.is_err()) {
            let discord = Arc::clone(&self.discord);
            self.discord.working.go_on(async move { discord.follow(then).await });
        }
        Opened { status: 200, body: taken.first.to_string() }
    }
}
