//! The account's session: made once, kept over restarts, refreshed when it has run out, and made anew only when it cannot
//! be refreshed, since few may be made (docs.bsky.app/docs/advanced-guides/rate-limits: 30 in five minutes, 300 a day).

use super::Password;
use super::xrpc::{Answer, Call, Fail, Refused, Xrpc};
use crate::networks::{CallError, Tools};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Sessions that may be made within five minutes, and within a day; a few less than the server allows.
const OFTEN: [(i64, usize); 2] = [(300, 25), (86_400, 280)];
/// A log-in that was refused for good is not tried again for so long, in seconds: only a person can mend it.
const REFUSED_FOR: i64 = 600;

/// A session, as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    service: String,
    login: String,
    /// Tells whether the password is another one by now; too short to find the password by.
    mark: String,
    /// The account's id.
    pub(super) did: String,
    /// Its handle.
    pub(super) handle: String,
    /// The server that has its repository, without a slash at its end.
    pub(super) home: String,
    access: String,
    refresh: String,
    /// When sessions were made, in seconds since 1970.
    #[serde(default)]
    made: Vec<i64>,
}

/// What the claims of a token say.
#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    scope: String,
    #[serde(default)]
    exp: i64,
}

fn claims(token: &str) -> Option<Claims> {
    let body = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&body).ok()
}

impl Session {
    /// Whether this session may read and write direct messages: an app password may only where that was allowed when it
    /// was made. `None` if the token does not say.
    pub(super) fn may_message(&self) -> Option<bool> {
        match claims(&self.access)?.scope.as_str() {
            "com.atproto.access" | "com.atproto.appPassPrivileged" => Some(true),
            "com.atproto.appPass" => Some(false),
            _ => None,
        }
    }

    /// When it can be refreshed no more, if it says so.
    pub(super) fn ends_at(&self) -> Option<Timestamp> {
        claims(&self.refresh).filter(|c| c.exp > 0).and_then(|c| Timestamp::from_second(c.exp).ok())
    }
}

/// Who logs in, and where.
pub(super) struct Login {
    pub(super) service: String,
    pub(super) handle: String,
    pub(super) password: Password,
}

/// Keeps the session.
pub(super) struct Sessions {
    xrpc: Xrpc,
    login: Login,
    tools: Tools,
    current: Mutex<Option<Session>>,
    refused: Mutex<Option<(Timestamp, String)>>,
    /// One at a time makes or refreshes it; the others wait and use the same.
    turn: tokio::sync::Mutex<()>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sessions {
    /// With the session that was kept, if it is of this account, this server and this password.
    pub(super) fn new(xrpc: Xrpc, login: Login, tools: Tools) -> Self {
        let mark = mark(&login);
        let kept = tools.keep.load().and_then(|text| serde_json::from_str::<Session>(&text).ok());
        let kept = kept.filter(|s| s.service == login.service && s.login == login.handle && s.mark == mark);
        Self {
            xrpc,
            login,
            tools,
            current: Mutex::new(kept),
            refused: Mutex::new(None),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// The session, if there is one; nothing is asked.
    pub(super) fn known(&self) -> Option<Session> {
        lock(&self.current).clone()
    }

    /// The session, made if there is none.
    pub(super) async fn get(&self) -> Result<Session, CallError> {
        if let Some(session) = self.known() {
            return Ok(session);
        }
        let _turn = self.turn.lock().await;
        match self.known() {
            Some(session) => Ok(session),
            None => self.create(Vec::new()).await,
        }
    }

    /// Makes a call as the account.
    pub(super) async fn call(&self, call: &Call<'_>) -> Result<Answer, Fail> {
        let session = self.get().await.map_err(Fail::Session)?;
        match self.xrpc.send(&session.home, call, Some(&session.access)).await {
            Err(Fail::Refused(no)) if run_out(&no) => {
                let session = self.renew(&session).await.map_err(Fail::Session)?;
                self.xrpc.send(&session.home, call, Some(&session.access)).await
            }
            other => other,
        }
    }

    /// A session instead of one that was not accepted.
    async fn renew(&self, stale: &Session) -> Result<Session, CallError> {
        let _turn = self.turn.lock().await;
        if let Some(session) = self.known().filter(|s| s.access != stale.access) {
            return Ok(session);
        }
        let call = Call::post("com.atproto.server.refreshSession", Value::Null);
        match self.xrpc.send(&stale.home, &call, Some(&stale.refresh)).await {
            Ok(answer) => self.taken(&answer.value, stale.made.clone()),
            Err(Fail::Refused(no)) if no.error == "AccountTakedown" => {
                Err(self.remember(&taken_down(&self.login.handle)))
            }
            Err(Fail::Refused(no)) if matches!(no.status, 400 | 401 | 403) => self.create(stale.made.clone()).await,
            Err(other) => Err(other.read("Bluesky's session could not be refreshed")),
        }
    }

    /// Logs in.
    async fn create(&self, mut made: Vec<i64>) -> Result<Session, CallError> {
        let now = (self.tools.now)();
        if let Some((since, why)) = lock(&self.refused).clone()
            && (0..REFUSED_FOR).contains(&now.as_second().saturating_sub(since.as_second()))
        {
            return Err(CallError::Never { why });
        }
        made.retain(|at| (0..86_400).contains(&now.as_second().saturating_sub(*at)));
        for (within, most) in OFTEN {
            let recent: Vec<i64> = made.iter().copied().filter(|at| now.as_second() - at < within).collect();
            if let Some(first) = recent.first().filter(|_| recent.len() >= most) {
                let after = Duration::from_secs(u64::try_from(first + within - now.as_second()).unwrap_or(60));
                let why =
                    "Bluesky allows no more log-ins for now; the sessions do not last, see whether another program \
                           ends them"
                        .to_owned();
                return Err(CallError::Later { why, after: Some(after) });
            }
        }
        made.push(now.as_second());
        let body = json!({ "identifier": self.login.handle, "password": self.login.password.0 });
        let call = Call::post("com.atproto.server.createSession", body);
        let handle = &self.login.handle;
        match self.xrpc.send(&self.login.service, &call, None).await {
            Ok(answer) => self.taken(&answer.value, made),
            Err(Fail::Refused(no)) => match (no.error.as_str(), no.status) {
                ("AuthFactorTokenRequired", _) => Err(self.remember(&format!(
                    "{handle} asks for a code by e-mail at log-in; make an app password in Bluesky (Settings, Privacy and \
                     security, App passwords) and use that"
                ))),
                ("AccountTakedown", _) => Err(self.remember(&taken_down(handle))),
                (_, 401) | ("InvalidRequest", 400) => Err(self.remember(&format!(
                    "Bluesky does not accept {handle} with this app password ({}); make a new one in Bluesky (Settings, \
                     Privacy and security, App passwords)",
                    no.message
                ))),
                _ => Err(Fail::Refused(no).read("Bluesky did not let us log in")),
            },
            Err(other) => Err(other.read("Bluesky could not be asked to log in")),
        }
    }

    fn remember(&self, why: &str) -> CallError {
        *lock(&self.refused) = Some(((self.tools.now)(), why.to_owned()));
        CallError::Never { why: why.to_owned() }
    }

    /// Keeps what a log-in or a refresh answered.
    fn taken(&self, answer: &Value, made: Vec<i64>) -> Result<Session, CallError> {
        let word = |key: &str| answer.get(key).and_then(Value::as_str).filter(|w| !w.is_empty()).map(str::to_owned);
        let read = || {
            let (did, access, refresh) = (word("did")?, word("accessJwt")?, word("refreshJwt")?);
            let handle = word("handle").unwrap_or_else(|| self.login.handle.clone());
            Some((did, handle, access, refresh))
        };
        let Some((did, handle, access, refresh)) = read() else {
            let why = "Bluesky's answer to the log-in has no session in it; is service in bot.toml a PDS?".to_owned();
            return Err(CallError::Later { why, after: None });
        };
        if answer.get("active").and_then(Value::as_bool) == Some(false) {
            let status = word("status").unwrap_or_else(|| "not active".to_owned());
            return Err(self.remember(&format!("the account {handle} is {status}; see to it in Bluesky")));
        }
        let known = self.known().map(|s| s.home);
        let home = home(&self.login.service, answer.get("didDoc")).or(known).unwrap_or(self.login.service.clone());
        let session = Session {
            service: self.login.service.clone(),
            login: self.login.handle.clone(),
            mark: mark(&self.login),
            did,
            handle,
            home,
            access,
            refresh,
            made,
        };
        *lock(&self.current) = Some(session.clone());
        *lock(&self.refused) = None;
        let saved =
            serde_json::to_string(&session).map_err(|e| e.to_string()).and_then(|text| self.tools.keep.save(&text));
        if let Err(why) = saved {
            tracing::warn!(account = %session.handle, why, "the session is not kept; the next start logs in again");
        }
        Ok(session)
    }
}

fn taken_down(handle: &str) -> String {
    format!("Bluesky has taken the account {handle} down; open Bluesky with it to see why")
}

/// The token is too old or not valid any more. A call that an app password may not make is refused as "Bad token method";
/// another token would not change that.
fn run_out(no: &Refused) -> bool {
    let named = matches!(no.error.as_str(), "ExpiredToken" | "InvalidToken" | "AuthMissing" | "AuthenticationRequired");
    matches!(no.status, 400 | 401) && named && no.message != "Bad token method"
}

fn mark(login: &Login) -> String {
    let hash = Sha256::digest(format!("{}\n{}\n{}", login.service, login.handle, login.password.0));
    let short = hash.iter().take(3).fold(0u32, |sum, byte| (sum << 8) | u32::from(*byte));
    format!("{short:06x}")
}

/// The server of the account's repository, by its DID document. A service without TLS is one for tests or a tunnel that
/// somebody put there on purpose, and is not left; and no token goes to a server without TLS.
fn home(service: &str, document: Option<&Value>) -> Option<String> {
    if !service.starts_with("https://") {
        return Some(service.to_owned());
    }
    let services = document?.get("service")?.as_array()?;
    let own = services.iter().find(|s| {
        s.get("type").and_then(Value::as_str) == Some("AtprotoPersonalDataServer")
            && s.get("id").and_then(Value::as_str).is_some_and(|id| id.ends_with("#atproto_pds"))
    })?;
    let url = url::Url::parse(own.get("serviceEndpoint")?.as_str()?).ok()?;
    (url.scheme() == "https" && url.has_host()).then(|| url.as_str().trim_end_matches('/').to_owned())
}
