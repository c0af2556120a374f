//! How a token is had (<https://docs.joinmastodon.org/client/authorized/>): the program registers itself at the instance,
//! a person agrees on a page of the instance and is shown a code, and the code becomes a token.

use super::api::{Api, Failed};
use super::wire::Account;
use super::{Token, post, rules};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// What the token may do: no more than is used.
pub const SCOPES: &str = "read:accounts read:follows read:notifications read:search read:statuses write:favourites \
                          write:follows write:statuses";
/// What is asked for where the instance knows no finer scopes.
const COARSE: &str = "read write";
/// The code is shown to the person instead of being sent to a server of ours.
const SHOWN: &str = "urn:ietf:wg:oauth:2.0:oob";
/// One call may take so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program, as an instance knows it, on its way to a token.
pub struct Login {
    base: Url,
    api: Api,
    begun: Begun,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// What must be remembered until the code is there: it is good for this registration only.
#[derive(Serialize, Deserialize)]
struct Begun {
    url: String,
    domain: String,
    id: String,
    secret: String,
    scopes: String,
    /// What proves that who redeems the code is who asked for it, where the instance checks that (PKCE).
    verifier: Option<String>,
}

#[derive(Deserialize)]
struct App {
    client_id: String,
    client_secret: String,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    scope: Option<String>,
    /// Seconds.
    #[serde(default)]
    expires_in: Option<i64>,
}

/// A token and whose it is.
pub struct LoggedIn {
    /// The token.
    pub token: Token,
    /// The account's whole name.
    pub handle: String,
    /// What the token may do.
    pub scopes: String,
    /// Until when it is good, if it is not for ever.
    pub until: Option<Timestamp>,
}

impl Login {
    /// Registers the program at the instance. `verifier` is 43 to 128 letters and digits that nobody can guess.
    ///
    /// # Errors
    /// A sentence that says what to do next.
    pub async fn begin(
        url: &str,
        verifier: &str,
        now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ) -> Result<Self, String> {
        let base = super::base(url)?;
        let api = Api::new(base.clone(), None, PATIENCE, Arc::clone(&now)).map_err(|e| e.to_string())?;
        let host = api.host();
        let rules = rules::ask(&api, now()).await.map_err(|failed| match failed {
            Failed::Unsent(why) | Failed::Lost(why) => {
                format!("{host} cannot be reached ({why}); check the address and try again")
            }
            Failed::Refused(401 | 403, said, _) => {
                format!("{host} shows nothing to strangers ({said}); ask its operator whether programs may use it")
            }
            _ => format!("{host} does not speak the Mastodon API; check the address: it is the one where you sign in"),
        })?;
        let (app, scopes) = match register(&api, SCOPES).await {
            Ok(app) => (app, SCOPES),
            Err(failed) if failed.is_refusal() => {
                let app =
                    register(&api, COARSE).await.map_err(|e| e.writing("register hearback", &host).to_string())?;
                (app, COARSE)
            }
            Err(failed) => return Err(failed.writing("register hearback", &host).to_string()),
        };
        let known: Result<Value, Failed> = api.get(&[".well-known", "oauth-authorization-server"], &[]).await;
        let proves = known.ok().and_then(|known| {
            let methods = known.get("code_challenge_methods_supported")?.as_array()?.clone();
            methods.iter().any(|method| method.as_str() == Some("S256")).then(|| verifier.to_owned())
        });
        let begun = Begun {
            url: base.as_str().to_owned(),
            domain: rules.domain,
            id: app.client_id,
            secret: app.client_secret,
            scopes: scopes.to_owned(),
            verifier: proves,
        };
        Ok(Self { base, api, begun, now })
    }

    /// What to keep, in private, to go on with it later.
    pub fn keep(&self) -> String {
        serde_json::to_string(&self.begun).unwrap_or_default()
    }

    /// Goes on with what was kept. `None` if it cannot be read, or is of another instance.
    pub fn resume(url: &str, kept: &str, now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Option<Self> {
        let begun: Begun = serde_json::from_str(kept).ok()?;
        let base = super::base(url).ok().filter(|base| base.as_str() == begun.url)?;
        let api = Api::new(base.clone(), None, PATIENCE, Arc::clone(&now)).ok()?;
        Some(Self { base, api, begun, now })
    }

    /// The instance's address, as bot.toml takes it.
    pub fn instance(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Where the person agrees.
    pub fn page(&self) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["oauth", "authorize"]);
        }
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("response_type", "code").append_pair("client_id", &self.begun.id);
            query.append_pair("redirect_uri", SHOWN).append_pair("scope", &self.begun.scopes);
            if let Some(verifier) = &self.begun.verifier {
                let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
                query.append_pair("code_challenge", &challenge).append_pair("code_challenge_method", "S256");
            }
        }
        url
    }

    /// Redeems the code that the person was shown.
    ///
    /// # Errors
    /// A sentence that says what to do next.
    pub async fn finish(&self, code: &str) -> Result<LoggedIn, String> {
        let host = self.api.host();
        let code = code.trim();
        if code.is_empty() {
            return Err("no code was typed; run it again, and paste the code that the page shows".to_owned());
        }
        let mut body = json!({
            "grant_type": "authorization_code", "code": code, "client_id": self.begun.id, "client_secret": self.begun.secret,
            "redirect_uri": SHOWN, "scope": self.begun.scopes,
        });
        if let (Some(verifier), Some(fields)) = (&self.begun.verifier, body.as_object_mut()) {
            fields.insert("code_verifier".to_owned(), json!(verifier));
        }
        let granted: Granted = self.api.post(&["oauth", "token"], &body, None).await.map_err(|failed| match failed {
            Failed::Refused(400 | 401 | 403 | 422, ..) => format!(
                "{host} does not take that code: it is typed wrongly, used already, or too old; run it again and paste the \
                 new code"
            ),
            other => other.writing("redeem the code", &host).to_string(),
        })?;
        let token = Token::new(granted.access_token);
        let api = Api::new(self.base.clone(), Some(token.clone()), PATIENCE, Arc::clone(&self.now));
        let api = api.map_err(|e| e.to_string())?;
        let account: Account = api
            .get(&["api", "v1", "accounts", "verify_credentials"], &[])
            .await
            .map_err(|failed| failed.reading("say whose token it is", &host).to_string())?;
        let name = if account.acct.is_empty() { &account.username } else { &account.acct };
        let lasts = granted.expires_in.filter(|seconds| *seconds > 0).map(jiff::SignedDuration::from_secs);
        let until = lasts.and_then(|lasts| (self.now)().checked_add(lasts).ok());
        let scopes =
            granted.scope.filter(|scope| !scope.trim().is_empty()).unwrap_or_else(|| self.begun.scopes.clone());
        Ok(LoggedIn { token, handle: post::handle(name, &self.begun.domain), scopes, until })
    }
}

async fn register(api: &Api, scopes: &str) -> Result<App, Failed> {
    let body = json!({
        "client_name": "hearback", "redirect_uris": SHOWN, "scopes": scopes,
    });
    api.post(&["api", "v1", "apps"], &body, None).await
}
