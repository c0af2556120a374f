//! Single calls of Slack's Web API, with the headers that the client library hides.

use crate::chat::slack::Token;
use serde_json::Value;
use std::time::Duration;

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Longest wait that Slack may ask for before a call is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// So many pages of a list are read: more is not needed to find a name.
const PAGES: usize = 20;

/// Why a call did not succeed.
pub(super) enum Failed {
    /// Slack said no: its code, and the scope that it needs, if it named one.
    No { code: String, needed: Option<String> },
    /// There was no answer of Slack's: what happened.
    Silent(String),
}

impl Failed {
    pub(super) fn is(&self, wanted: &str) -> bool {
        matches!(self, Failed::No { code, .. } if code == wanted)
    }

    /// What happened and what to do, where nothing nearer to the call is known.
    pub(super) fn say(&self) -> String {
        match self {
            Failed::Silent(why) => why.clone(),
            Failed::No { needed: Some(scope), .. } => lacks(&[scope.as_str()]),
            Failed::No { code, .. } => match code.as_str() {
                "ratelimited" => "Slack asks to wait; run this again in a minute".to_owned(),
                "missing_scope" => lacks(&[]),
                code => format!("Slack says {code}; its documentation says what that means"),
            },
        }
    }
}

/// An answer, and the scopes of the token (the header `x-oauth-scopes`).
pub(super) struct Answer {
    pub(super) body: Value,
    pub(super) scopes: Option<Vec<String>>,
}

/// One caller with one token.
pub(super) struct Caller<'c> {
    pub(super) client: reqwest::Client,
    pub(super) api: &'c str,
    pub(super) token: &'c Token,
}

impl Caller<'_> {
    /// Calls a method, and once more if Slack asks to wait a little.
    pub(super) async fn call(&self, method: &str, args: &[(&str, &str)]) -> Result<Answer, Failed> {
        match self.try_once(method, args).await? {
            Ok(answer) => Ok(answer),
            Err(pause) => {
                tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
                let again = self.try_once(method, args).await?;
                again.map_err(|_| Failed::No { code: "ratelimited".to_owned(), needed: None })
            }
        }
    }

    /// The inner error: wait that long first.
    async fn try_once(&self, method: &str, args: &[(&str, &str)]) -> Result<Result<Answer, Duration>, Failed> {
        // Every method that is used here takes a form: Slack's documentation, "Web API".
        let form: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(args).finish();
        let sent = self
            .client
            .post(format!("{}/{method}", self.api))
            .bearer_auth(self.token.reveal())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .map_err(|e| silent(&e))?;
        let status = sent.status();
        let header = |name: &str| sent.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        if status.as_u16() == 429 {
            let seconds = header("retry-after").and_then(|after| after.parse().ok()).unwrap_or(5);
            return Ok(Err(Duration::from_secs(seconds)));
        }
        let scopes = header("x-oauth-scopes")
            .map(|all| all.split(',').map(|scope| scope.trim().to_owned()).filter(|scope| !scope.is_empty()).collect());
        let text = sent.text().await.map_err(|e| silent(&e))?;
        let Ok(body) = serde_json::from_str::<Value>(&text) else {
            return Err(Failed::Silent(format!(
                "answers {status} and not as Slack does; check api in [slack], or try again later"
            )));
        };
        if body.get("ok").and_then(Value::as_bool) == Some(true) {
            return Ok(Ok(Answer { body, scopes }));
        }
        let word = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
        let code = word("error").unwrap_or_else(|| format!("nothing but {status}"));
        Err(Failed::No { code, needed: word("needed") })
    }

    /// All items of a list that comes in pages.
    pub(super) async fn list(&self, method: &str, args: &[(&str, &str)], key: &str) -> Result<Vec<Value>, Failed> {
        let mut all = Vec::new();
        let mut cursor = String::new();
        for _ in 0..PAGES {
            let args = [args, &[("limit", "200"), ("cursor", &cursor)]].concat();
            let mut answer = self.call(method, &args).await?.body;
            if let Some(Value::Array(items)) = answer.get_mut(key).map(Value::take) {
                all.extend(items);
            }
            cursor = text(&answer, "/response_metadata/next_cursor").to_owned();
            if cursor.is_empty() {
                break;
            }
        }
        Ok(all)
    }
}

pub(super) fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn flag(value: &Value, pointer: &str) -> bool {
    value.pointer(pointer).and_then(Value::as_bool).unwrap_or_default()
}

pub(super) fn client() -> Result<reqwest::Client, String> {
    let agent = concat!("hearback/", env!("CARGO_PKG_VERSION"));
    reqwest::Client::builder().user_agent(agent).timeout(PATIENCE).build().map_err(|e| e.to_string())
}

/// Nothing that may hold a token is repeated.
fn silent(error: &reqwest::Error) -> Failed {
    if error.is_timeout() {
        return Failed::Silent(format!("does not answer within {} s; try again later", PATIENCE.as_secs()));
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Failed::Silent(format!("cannot be reached ({cause}); check this machine's network, and api in [slack]"))
}

pub(super) fn lacks(scopes: &[&str]) -> String {
    let what = if scopes.is_empty() { "a scope".to_owned() } else { format!("the scope {}", scopes.join(", ")) };
    format!(
        "lacks {what}; on the app's page put the manifest that `hearback manifest slack` prints under App Manifest, then \
         install the app again"
    )
}
