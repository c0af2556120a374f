//! Who we are at Reddit: a token that lasts an hour or a day, made from what the customer was given, kept over restarts.
//! <https://github.com/reddit-archive/reddit/wiki/OAuth2>

use super::api::{Api, Call, seconds};
use super::{Login, RedditConfig, shape};
use crate::domain::Author;
use crate::networks::{CallError, http, plain};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Bytes of an answer about a token.
const LIMIT: usize = 64 * 1024;
/// A token that ends within this is renewed before it is used, in seconds.
const MARGIN: i64 = 60;

/// What is kept between two runs.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Session {
    /// For whom it was made; another login begins anew.
    who: String,
    pub token: String,
    /// By the desk's clock.
    until: Timestamp,
    /// What the token may do, as Reddit names it; `*` is everything.
    pub scopes: Vec<String>,
    /// Whose it is.
    pub account: Option<Author>,
}

/// A name for the login that tells nothing of it.
pub(super) fn fingerprint(config: &RedditConfig) -> String {
    let login = match &config.login {
        Login::Refresh(token) => token.show().to_owned(),
        Login::Password { username, password } => format!("{username}\n{}", password.show()),
    };
    let all =
        format!("{}\n{}\n{login}\n{}\n{}", config.client_id, config.client_secret.show(), config.auth, config.api);
    URL_SAFE_NO_PAD.encode(Sha256::digest(all))
}

impl Api {
    /// What was kept, if it is this login's.
    pub(super) fn kept(&self) -> Option<Session> {
        let kept: Session = serde_json::from_str(&self.tools.keep.load()?).ok()?;
        (kept.who == self.who).then_some(kept)
    }

    fn save(&self, session: Session) {
        match serde_json::to_string(&session).map_err(|e| e.to_string()).and_then(|text| self.tools.keep.save(&text)) {
            Ok(()) => {}
            // It only costs another one after a restart.
            Err(error) => tracing::warn!(source = %self.source, error, "Reddit's token cannot be kept"),
        }
        self.set(session);
    }

    /// A token that is good by our clock, and not `refused`.
    pub(super) async fn token(&self, refused: Option<&str>) -> Result<String, CallError> {
        let one_at_a_time = self.renewing.lock().await;
        let good = |s: &Session| s.until > (self.tools.now)() && Some(s.token.as_str()) != refused;
        if let Some(session) = self.session().filter(good) {
            return Ok(session.token);
        }
        let session = self.renew().await?;
        let token = session.token.clone();
        self.save(session);
        drop(one_at_a_time);
        Ok(token)
    }

    async fn renew(&self) -> Result<Session, CallError> {
        let form = match &self.config.login {
            Login::Refresh(token) => vec![("grant_type", "refresh_token"), ("refresh_token", token.show())],
            Login::Password { username, password } => {
                vec![("grant_type", "password"), ("username", username.as_str()), ("password", password.show())]
            }
        };
        let now = (self.tools.now)();
        let sent = self
            .client
            .post(format!("{}/api/v1/access_token", self.config.auth))
            .header("user-agent", &self.agent)
            .basic_auth(&self.config.client_id, Some(self.config.client_secret.show()))
            .form(&form)
            .send()
            .await;
        let mut response = sent.map_err(|e| http::failed_read("Reddit's log-in cannot be reached", &e))?;
        let (status, after) = (response.status().as_u16(), seconds(response.headers(), now));
        let body = http::read(&mut response, LIMIT).await.ok().flatten().unwrap_or_default();
        let later = |why: String| CallError::Later { why, after };
        let never = |why: &str| CallError::Never { why: why.to_owned() };
        match status {
            200 => {}
            401 => {
                return Err(never(
                    "Reddit does not know this app (401); compare client_id and client_secret with https://www.reddit.com/prefs/apps",
                ));
            }
            400 => return Err(never(REFUSED)),
            403 => {
                return Err(never(
                    "Reddit does not let this app in (403); look whether its approval still holds, and at the name that it goes by",
                ));
            }
            429 => return Err(later("Reddit's log-in asks us to come less often (429)".to_owned())),
            code => return Err(later(format!("Reddit's log-in answered {code}"))),
        }
        let answer: Value =
            serde_json::from_slice(&body).map_err(|_| later("Reddit's log-in sent something unreadable".to_owned()))?;
        if answer.get("error").is_some() {
            return Err(never(REFUSED));
        }
        let token = answer.get("access_token").and_then(Value::as_str).filter(|t| !t.is_empty());
        let token = token.ok_or_else(|| later("Reddit's log-in sent no token".to_owned()))?;
        let lasts = answer.get("expires_in").and_then(Value::as_i64).unwrap_or(3600).clamp(0, 100 * 86_400);
        let scopes = answer.get("scope").and_then(Value::as_str).unwrap_or("*");
        Ok(Session {
            who: self.who.clone(),
            token: token.to_owned(),
            until: now.checked_add(SignedDuration::from_secs((lasts - MARGIN).max(1))).unwrap_or(now),
            scopes: scopes.split([' ', ',']).filter(|s| !s.is_empty()).map(str::to_owned).collect(),
            account: self.session().and_then(|s| s.account),
        })
    }

    /// Whose token it is; asked once, and then known.
    pub(super) async fn whoami(&self) -> Result<Author, CallError> {
        if let Some(account) = self.session().and_then(|s| s.account) {
            return Ok(account);
        }
        let me = self.get(&Call::new("/api/v1/me")).await?;
        let text =
            |key: &str| me.get(key).and_then(Value::as_str).map(|t| plain::first_line(t, 100)).unwrap_or_default();
        let (id, handle) = (format!("t2_{}", text("id")), text("name"));
        if !shape::fullname(&id) || handle.is_empty() {
            return Err(CallError::Never {
                why: "Reddit does not say whose token this is; log in as an account, not only as an app".to_owned(),
            });
        }
        let url = Some(format!("https://www.reddit.com/user/{handle}"));
        let account = Author { id, name: String::new(), handle, reach: None, url };
        if let Some(session) = self.session() {
            self.save(Session { account: Some(account.clone()), ..session });
        }
        Ok(account)
    }
}

/// The person's part of the log-in is not taken.
const REFUSED: &str = "Reddit does not take the log-in; ask for a new refresh token, or check user name and password (an \
                       account with two-factor log-in needs a refresh token)";
