//! The stream as a doorbell: what it says only makes the next poll come at once, and the poll fetches. So it may break,
//! repeat or leave out whatever it wants.
//!
//! <https://docs.joinmastodon.org/methods/streaming/>

use super::Token;
use super::api::Api;
use super::rules::Rules;
use crate::networks::plain;
use futures_util::{SinkExt, StreamExt};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use url::Url;

/// Who is asking; some servers turn away whoever does not say it.
const AGENT: HeaderValue = HeaderValue::from_static(concat!("hearback/", env!("CARGO_PKG_VERSION")));
/// Between two polls that the bell asks for.
const APART: Duration = Duration::from_secs(2);
/// For connecting.
const OPENING: Duration = Duration::from_secs(10);
/// Between two pings of ours.
const PING: Duration = Duration::from_secs(30);
/// A stream on which nothing was heard for so long, not even an answer to a ping, is dead.
const SILENCE: Duration = Duration::from_secs(90);
/// A stream that lived for less is a failure, however it ended.
const STEADY: Duration = Duration::from_secs(20);
/// Bytes of one message.
const MESSAGE: usize = 2 * 1024 * 1024;
/// The first new try after a failure comes after so many seconds, then twice as long, and so on.
const FIRST_RETRY: i64 = 5;
/// But never later than after so many.
const LAST_RETRY: i64 = 600;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What rings, and when somebody last came.
#[derive(Default)]
pub(super) struct Bell {
    rung: AtomicBool,
    /// Something was said under a hashtag that is watched.
    tags: AtomicBool,
    heard: Notify,
    came: Mutex<Option<Instant>>,
}

impl Bell {
    fn ring(&self, tags: bool) {
        self.tags.fetch_or(tags, Ordering::SeqCst);
        self.rung.store(true, Ordering::SeqCst);
        self.heard.notify_one();
    }

    /// Somebody comes to look. True if hashtags are to be looked at as well.
    pub(super) fn answer(&self) -> bool {
        *self.came.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.rung.store(false, Ordering::SeqCst);
        self.tags.swap(false, Ordering::SeqCst)
    }

    /// Returns when it has rung since somebody came, and not too soon after that. Forgets nothing if it is not waited for.
    pub(super) async fn wait(&self) {
        while !self.rung.load(Ordering::SeqCst) {
            self.heard.notified().await;
        }
        let came = *self.came.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(came) = came {
            sleep_until(came + APART).await;
        }
    }
}

/// How the stream is doing.
#[derive(Default)]
struct State {
    open: bool,
    /// Why it ended or never began.
    trouble: Option<String>,
    /// It has been open for long enough to count as one that works.
    steady: bool,
}

/// The stream of one account.
#[derive(Default)]
pub(super) struct Stream {
    line: Mutex<Line>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct Line {
    task: Option<JoinHandle<()>>,
    failures: u32,
    next: Option<Timestamp>,
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Stream {
    /// Opens it if it is not open and its next try is due.
    pub(super) fn keep_up(
        &self,
        api: &Api,
        rules: &Rules,
        me: &str,
        tags: &[String],
        bell: &Arc<Bell>,
        now: Timestamp,
    ) {
        let Some(token) = api.token() else { return };
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &line.task {
            Some(task) if !task.is_finished() => return,
            Some(_) => {
                line.task = None;
                line.failures = if state.steady { 0 } else { line.failures.saturating_add(1) };
                let wait = FIRST_RETRY.saturating_mul(1 << line.failures.min(10)).min(LAST_RETRY);
                let wait = if line.failures == 0 { 0 } else { wait };
                line.next = now.checked_add(jiff::SignedDuration::from_secs(wait)).ok();
            }
            None => {}
        }
        if line.next.is_some_and(|next| now < next) {
            return;
        }
        let asked = match Asked::of(api, rules, token, me, tags) {
            Ok(asked) => asked,
            Err(why) => {
                state.trouble = Some(why);
                return;
            }
        };
        let (state, bell) = (Arc::clone(&self.state), Arc::clone(bell));
        line.task = Some(tokio::spawn(async move {
            let why = listen(&asked, &state, &bell).await;
            tracing::debug!(why, "the stream ended");
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            (state.open, state.trouble) = (false, Some(why));
            if state.steady {
                bell.ring(false);
            }
        }));
    }

    /// Whether it is open, and else why not.
    pub(super) fn trouble(&self) -> Option<String> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.open { None } else { state.trouble.clone() }
    }
}

/// What a stream is opened with.
struct Asked {
    address: Url,
    /// It is at the instance's own host.
    own: bool,
    token: String,
    me: String,
    tags: Vec<String>,
}

impl Asked {
    fn of(api: &Api, rules: &Rules, token: &Token, me: &str, tags: &[String]) -> Result<Self, String> {
        let address = address(api.base(), rules)?;
        let own = address.host_str() == api.base().host_str();
        Ok(Self { address, own, token: token.reveal().to_owned(), me: me.to_owned(), tags: tags.to_vec() })
    }
}

/// The part of a name that somebody registered, backwards, as far as its look tells: two labels, or three below such as
/// "co.uk".
fn registered(host: &str) -> Option<Vec<&str>> {
    let labels: Vec<&str> = host.rsplit('.').collect();
    let [top, second, ..] = labels.as_slice() else { return None };
    let count = if top.len() == 2 && second.len() <= 3 { 3 } else { 2 };
    let is_number = top.chars().all(|c| c.is_ascii_digit());
    (labels.len() >= count && !is_number).then(|| labels.into_iter().take(count).collect())
}

/// Whether a host belongs to whoever has the instance's: one below it, or below the same domain.
fn is_related(instance: &str, host: &str) -> bool {
    let below = host.strip_suffix(instance).is_some_and(|labels| labels.is_empty() || labels.ends_with('.'));
    below || registered(instance).is_some_and(|domain| registered(host) == Some(domain))
}

/// Where the stream is. The token goes there: so it is the instance's own host, or a related one, and never unprotected
/// where the instance itself is protected.
fn address(base: &Url, rules: &Rules) -> Result<Url, String> {
    let stated = rules.streaming.as_deref().ok_or("the instance states no stream")?;
    let mut url = Url::parse(stated).map_err(|_| "the instance states an address of its stream that is none")?;
    let plain = base.scheme() == "http";
    let related = is_related(base.host_str().unwrap_or_default(), url.host_str().unwrap_or_default());
    if plain && url.host_str() != base.host_str() {
        // Through a tunnel: the instance states where it is for others.
        url.set_host(base.host_str()).map_err(|_| "the instance states an address of its stream that is none")?;
        url.set_port(base.port()).map_err(|()| "the instance states an address of its stream that is none")?;
    } else if !related {
        return Err("the instance states a stream at another host, which must not have the token".to_owned());
    }
    // Servers behind nothing at all state a protected address all the same.
    let scheme =
        if plain && url.host_str() == base.host_str() && url.port_or_known_default() == base.port_or_known_default()
            || plain && url.port().is_some() && url.host_str() == base.host_str()
            || plain && matches!(url.scheme(), "ws" | "http")
        {
            "ws"
        } else {
            "wss"
        };
    url.set_scheme(scheme).map_err(|()| "the instance states an address of its stream that is none")?;
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty();
    }
    if !url.path().ends_with("/api/v1/streaming")
        && let Ok(mut segments) = url.path_segments_mut()
    {
        segments.extend(["api", "v1", "streaming"]);
    }
    url.set_query(Some("stream=user"));
    Ok(url)
}

/// Connects: with the token in a header, where no log of a server or proxy shows it; or else as documented.
async fn connect(asked: &Asked) -> Result<Socket, String> {
    let said = |error: &Error| match error {
        // Neither the address nor the answer is repeated: they may carry the token.
        Error::Http(response) => format!("it answers {}", response.status().as_u16()),
        other => plain::first_line(&other.to_string(), 200),
    };
    let mut request = asked.address.as_str().into_client_request().map_err(|e| said(&e))?;
    let bearer =
        format!("Bearer {}", asked.token).parse().map_err(|_| "the token has characters that it cannot have")?;
    request.headers_mut().insert("authorization", bearer);
    request.headers_mut().insert("user-agent", AGENT);
    let limits = WebSocketConfig::default().max_message_size(Some(MESSAGE)).max_frame_size(Some(MESSAGE));
    match timeout(OPENING, connect_async_with_config(request, Some(limits), false)).await {
        Err(_) => return Err("it does not open in time".to_owned()),
        Ok(Ok((socket, _))) => return Ok(socket),
        // Other hosts are not told the token where their logs show it.
        Ok(Err(Error::Http(response))) if asked.own && matches!(response.status().as_u16(), 400 | 401 | 403) => {}
        Ok(Err(error)) => return Err(said(&error)),
    }
    let mut address = asked.address.clone();
    address.query_pairs_mut().append_pair("access_token", &asked.token);
    let mut request = address.as_str().into_client_request().map_err(|e| said(&e))?;
    request.headers_mut().insert("user-agent", AGENT);
    match timeout(OPENING, connect_async_with_config(request, Some(limits), false)).await {
        Err(_) => Err("it does not open in time".to_owned()),
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(error)) => Err(said(&error)),
    }
}

/// Whether the stream opens at all.
pub(super) async fn probe(api: &Api, rules: &Rules) -> Result<(), String> {
    let token = api.token().ok_or("there is no token")?;
    let asked = Asked::of(api, rules, token, "", &[])?;
    let mut socket = connect(&asked).await?;
    socket.close(None).await.map_err(|e| plain::first_line(&e.to_string(), 200))
}

/// Listens until the stream ends; why it did.
async fn listen(asked: &Asked, state: &Mutex<State>, bell: &Bell) -> String {
    state.lock().unwrap_or_else(PoisonError::into_inner).steady = false;
    let mut socket = match connect(asked).await {
        Ok(socket) => socket,
        Err(why) => return why,
    };
    let born = Instant::now();
    for tag in &asked.tags {
        let subscribe = json!({ "type": "subscribe", "stream": "hashtag", "tag": tag }).to_string();
        if let Err(error) = socket.send(Message::text(subscribe)).await {
            return plain::first_line(&error.to_string(), 200);
        }
    }
    state.lock().unwrap_or_else(PoisonError::into_inner).open = true;
    // What was said while it was opened.
    bell.ring(true);
    let mut quiet_since = Instant::now();
    loop {
        match timeout(PING, socket.next()).await {
            Ok(Some(Ok(message))) => {
                quiet_since = Instant::now();
                if born.elapsed() >= STEADY {
                    state.lock().unwrap_or_else(PoisonError::into_inner).steady = true;
                }
                match message {
                    Message::Text(text) => {
                        if let Some(tags) = rings(&text, &asked.me) {
                            bell.ring(tags);
                        }
                    }
                    Message::Close(_) => return "the server closed it".to_owned(),
                    _ => {}
                }
            }
            Ok(Some(Err(error))) => return plain::first_line(&error.to_string(), 200),
            Ok(None) => return "the server ended it".to_owned(),
            Err(_) if quiet_since.elapsed() >= SILENCE => return "nothing was heard for too long".to_owned(),
            Err(_) => {
                if let Err(error) = socket.send(Message::Ping(Vec::new().into())).await {
                    return plain::first_line(&error.to_string(), 200);
                }
            }
        }
    }
}

/// One frame.
#[derive(Deserialize)]
struct Frame {
    #[serde(default)]
    stream: Vec<String>,
    #[serde(default)]
    event: String,
    /// JSON in a text; for a deletion only the id.
    #[serde(default)]
    payload: Value,
}

/// Whether a frame is worth a look, and then whether hashtags are to be looked at too. What those say whom the account
/// follows is not; what it says itself is an answer.
fn rings(frame: &str, me: &str) -> Option<bool> {
    let frame: Frame = serde_json::from_str(frame).ok()?;
    if frame.stream.first().is_some_and(|stream| stream == "hashtag") {
        return Some(true);
    }
    match frame.event.as_str() {
        "notification" | "status.update" | "delete" | "conversation" => Some(false),
        "update" => {
            let status: Value = match &frame.payload {
                Value::String(text) => serde_json::from_str(text).ok()?,
                other => other.clone(),
            };
            let author = status.pointer("/account/id").and_then(Value::as_str);
            (author == Some(me)).then_some(false)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::read;
    use super::address;
    use jiff::Timestamp;
    use serde_json::json;
    use url::Url;

    fn at(base: &str, stated: &str) -> Option<String> {
        let base = Url::parse(base).expect("an address");
        let instance = json!({ "version": "4.5.2", "configuration": { "urls": { "streaming": stated } } });
        let rules = read(&instance, &base, Timestamp::UNIX_EPOCH).expect("an instance");
        address(&base, &rules).ok().map(|url| url.as_str().split("/api/").next().unwrap_or_default().to_owned())
    }

    #[test]
    fn the_token_goes_to_the_instance_and_to_nobody_else() {
        let secure = |stated: &str| at("https://social.example", stated);
        assert_eq!(secure("ws://social.example").as_deref(), Some("wss://social.example"));
        assert_eq!(secure("wss://social.example:4000").as_deref(), Some("wss://social.example:4000"));
        assert_eq!(secure("wss://streaming.social.example").as_deref(), Some("wss://streaming.social.example"));
        for other in ["wss://evil.example", "wss://antisocial.example", "wss://127.0.0.1", "wss://example"] {
            assert_eq!(secure(other), None, "{other}");
        }
        let beside = at("https://social.acme.co.uk", "wss://stream.acme.co.uk");
        assert_eq!(beside.as_deref(), Some("wss://stream.acme.co.uk"));
        assert_eq!(at("https://acme.co.uk", "wss://other.co.uk"), None);
        assert_eq!(at("https://10.0.0.1", "wss://10.9.0.1"), None);
        let tunnel = |stated: &str| at("http://127.0.0.1:3000", stated);
        assert_eq!(tunnel("ws://127.0.0.1:4000").as_deref(), Some("ws://127.0.0.1:4000"));
        assert_eq!(tunnel("ws://other.example").as_deref(), Some("ws://127.0.0.1:3000"));
    }
}
