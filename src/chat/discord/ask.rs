//! Single requests of Discord's REST API, with a time limit, for what is asked before hearback runs.

use super::{DiscordConfig, Reach};
use serde_json::Value;
use serenity::http::{Http, HttpBuilder, HttpError, LightMethod, Request, Route};
use std::num::NonZeroU64;
use std::time::Duration;

/// Longest wait for one answer, with what Discord's rate limits ask for.
const PATIENCE: Duration = Duration::from_secs(40);
/// Longest wait for one try.
const ONE_TRY: Duration = Duration::from_secs(15);

/// Why a request did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// Discord said no: the HTTP status, its own code (Discord's documentation, "Opcodes and Status Codes", JSON Error
    /// Codes), and in its words why.
    No { status: u16, code: i64, say: String },
    /// There was no answer of Discord's: what happened.
    Silent(String),
}

impl Failed {
    /// Whether Discord said no with that code.
    pub(super) fn is(&self, wanted: i64) -> bool {
        matches!(self, Failed::No { code, .. } if *code == wanted)
    }

    /// Whether Discord does not know the token.
    pub(super) fn unauthorised(&self) -> bool {
        matches!(self, Failed::No { status: 401, .. })
    }

    /// What happened and what to do, where nothing nearer to the request is known.
    pub(super) fn say(&self) -> String {
        match self {
            Failed::Silent(why) => why.clone(),
            Failed::No { status: 401, .. } => UNAUTHORISED.to_owned(),
            Failed::No { status: 429, .. } => "Discord asks to wait; run this again in a minute".to_owned(),
            Failed::No { status: 500.., .. } => "Discord has trouble of its own; run this again later".to_owned(),
            Failed::No { status, code, say } => {
                format!("Discord says {say:?} ({status}, code {code}); its documentation says what that means")
            }
        }
    }
}

/// What to do about a token that Discord does not know.
pub(super) const UNAUTHORISED: &str = "Discord does not know it; at discord.com/developers/applications under Bot press Reset \
                                       Token, and keep the new one where bot.toml says";

/// Asks with the bot's token.
pub(super) struct Asker(Http);

impl Asker {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// A sentence that says what this machine lacks, or what is wrong with the certificate of a relay.
    pub(super) fn new(config: &DiscordConfig) -> Result<Self, String> {
        let mut client = reqwest::Client::builder().use_rustls_tls().timeout(ONE_TRY);
        let mut http = HttpBuilder::new(config.token.reveal());
        match &config.reach {
            Reach::Discord => {}
            // serenity takes a proxy only without its own rate limits: the proxy keeps them.
            Reach::Proxy(url) => http = http.proxy(url.as_str()).ratelimiter_disabled(true),
            Reach::Relay(at, pem) => {
                let ca = reqwest::Certificate::from_pem(pem.as_bytes())
                    .map_err(|e| format!("the certificate of the relay cannot be read: {e}"))?;
                client = client.resolve("discord.com", *at).add_root_certificate(ca);
            }
        }
        let client = client.build().map_err(|e| format!("this machine cannot make safe connections: {e}"))?;
        Ok(Self(http.client(client).build()))
    }

    /// Reads something.
    pub(super) async fn get(&self, route: Route<'_>) -> Result<Value, Failed> {
        self.ask(Request::new(route, LightMethod::Get)).await
    }

    /// Reads something, with parameters.
    pub(super) async fn get_with(
        &self,
        route: Route<'_>,
        params: Vec<(&'static str, String)>,
    ) -> Result<Value, Failed> {
        self.ask(Request::new(route, LightMethod::Get).params(Some(params))).await
    }

    /// Replaces something.
    pub(super) async fn put(&self, route: Route<'_>, body: &Value) -> Result<Value, Failed> {
        self.ask(Request::new(route, LightMethod::Put).body(Some(body.to_string().into_bytes()))).await
    }

    async fn ask(&self, request: Request<'_>) -> Result<Value, Failed> {
        let answered = async {
            let answer = self.0.request(request).await.map_err(|e| failed(&e))?;
            let bytes = answer.bytes().await.map_err(|e| silent(&e))?;
            serde_json::from_slice(&bytes).map_err(|_| {
                Failed::Silent(
                    "answers, but not as Discord does; check api in [discord], or try again later".to_owned(),
                )
            })
        };
        let late = || Failed::Silent(format!("does not answer within {} s; try again later", PATIENCE.as_secs()));
        tokio::time::timeout(PATIENCE, answered).await.unwrap_or_else(|_| Err(late()))
    }
}

/// An id as the library wants it; `None` for what is none.
pub(super) fn id(typed: &str) -> Option<NonZeroU64> {
    typed.parse().ok()
}

/// An id as the library wants it.
///
/// # Errors
/// It is none; bot.toml lets no such id through.
pub(super) fn wanted_id<I: From<NonZeroU64>>(typed: &str) -> Result<I, Failed> {
    id(typed).map(I::from).ok_or_else(|| Failed::Silent(format!("{typed:?} is not an id of Discord's; correct it")))
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

fn failed(error: &serenity::Error) -> Failed {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(no)) => Failed::No {
            status: no.status_code.as_u16(),
            code: i64::try_from(no.error.code).unwrap_or(-1),
            say: because(no),
        },
        serenity::Error::Http(HttpError::Request(e)) => silent(e),
        // Nothing that may hold the token is repeated.
        serenity::Error::Http(HttpError::InvalidHeader(_)) => Failed::No { status: 401, code: 0, say: String::new() },
        _ => Failed::Silent("does not answer as Discord does; check api in [discord], or try again later".to_owned()),
    }
}

/// What Discord says, with the first of its details: they name the field that is wrong.
fn because(no: &serenity::http::ErrorResponse) -> String {
    let mut say = no.error.message.clone();
    if let Some(first) = no.error.errors.first() {
        say = format!("{say}: {}: {}", first.path, first.message);
    }
    crate::chat::sanitise::name(&say, 300)
}

fn silent(error: &reqwest::Error) -> Failed {
    if error.is_timeout() {
        return Failed::Silent(format!("does not answer within {} s; try again later", ONE_TRY.as_secs()));
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Failed::Silent(format!("cannot be reached ({cause}); check this machine's network, and api in [discord]"))
}
