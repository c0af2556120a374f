//! Single requests of Discord's REST API before hearback runs, for `check` and `register`: patient where Discord asks to
//! wait, and told in words what to do.

use super::DiscordConfig;
use super::client::{Api, Failed, number};
use serde_json::Value;
use serenity::http::{LightMethod, Route};
use std::num::NonZeroU64;
use std::time::Duration;

/// Longest wait that Discord may ask for before a request is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What to do about a token that Discord does not know.
pub(super) const UNAUTHORISED: &str = "Discord does not know it; at discord.com/developers/applications under Bot press Reset \
                                       Token, and keep the new one where bot.toml says";

/// Whether Discord does not know the token.
pub(super) fn unauthorised(failed: &Failed) -> bool {
    matches!(failed, Failed::Refused { status: 401, .. })
}

/// What happened and what to do, where nothing nearer to the request is known.
pub(super) fn say(failed: &Failed) -> String {
    match failed {
        Failed::Unsure(why) => {
            format!("does not answer as Discord does ({why}); check this machine's network, and api in [discord]")
        }
        Failed::Limited(_) => "Discord asks to wait; run this again in a minute".to_owned(),
        Failed::Refused { .. } if unauthorised(failed) => UNAUTHORISED.to_owned(),
        Failed::Refused { .. } => crate::chat::sanitise::name(&failed.say(), 400),
    }
}

/// Asks with the bot's token.
pub(super) struct Asker(Api);

impl Asker {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// A sentence that says what this machine lacks, or what is wrong with the certificate of a relay.
    pub(super) fn new(config: &DiscordConfig) -> Result<Self, String> {
        Api::new(config).map(Self)
    }

    /// Reads something.
    pub(super) async fn get(&self, route: Route<'_>) -> Result<Value, Failed> {
        self.get_with(route, &[]).await
    }

    /// Reads something, with parameters.
    pub(super) async fn get_with(&self, route: Route<'_>, params: &[(&'static str, String)]) -> Result<Value, Failed> {
        match self.0.get(route, params).await {
            Err(Failed::Limited(pause)) => {
                tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
                self.0.get(route, params).await
            }
            answer => answer,
        }
    }

    /// Replaces something.
    pub(super) async fn put(&self, route: Route<'_>, body: &Value) -> Result<Value, Failed> {
        match self.0.send(LightMethod::Put, route, body).await {
            Err(Failed::Limited(pause)) => {
                tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
                self.0.send(LightMethod::Put, route, body).await
            }
            answer => answer,
        }
    }
}

/// An id as the library wants it.
///
/// # Errors
/// It is none; bot.toml lets no such id through.
pub(super) fn wanted_id<I: From<NonZeroU64>>(typed: &str) -> Result<I, Failed> {
    number(typed).map(I::from).ok_or_else(|| Failed::Unsure(format!("{typed:?} is not an id of Discord's")))
}

/// A text in an answer; empty if it is not there.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A list in an answer; empty if it is not there.
pub(super) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Permissions, which Discord writes as a number in a text; older answers as a number.
pub(super) fn bits(value: Option<&Value>) -> u64 {
    match value {
        Some(Value::String(text)) => text.parse().unwrap_or_default(),
        Some(Value::Number(number)) => number.as_u64().unwrap_or_default(),
        _ => 0,
    }
}
