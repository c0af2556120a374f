//! Interactions by HTTP: Discord posts them, signed, to the application's endpoint ("Receiving an Interaction", "Setting Up an
//! Endpoint").

use super::interactions::LIMIT;
use super::story::{hex, signing_key};
use super::{APP, FakeDiscord, Inner, interactions_first, schema};
use base64::Engine;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use std::sync::Arc;

/// How a request of somebody else differs from one of Discord's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgery {
    /// It is none: a ping as Discord sends it.
    Genuine,
    /// Signed with another key.
    WrongKey,
    /// The body was changed after it was signed.
    ChangedBody,
    /// The time was changed after it was signed.
    ChangedTime,
    /// Rightly signed, so many seconds ago (or ahead, if negative): a replay.
    Old(i64),
    /// Neither header.
    NoHeaders,
    /// No time.
    NoTime,
    /// The signature is not hexadecimal.
    BadHex,
    /// The signature is too short.
    Short,
}

/// The token of an interaction; long, as Discord's are.
pub fn token(id: &str) -> String {
    let text = format!("interaction:{id}:{}", hex(&id.bytes().rev().cycle().take(60).collect::<Vec<_>>()));
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}

fn signature(key: &SigningKey, time: &str, body: &str) -> String {
    hex(&key.sign(format!("{time}{body}").as_bytes()).to_bytes())
}

fn request(client: &reqwest::Client, url: &str, body: String) -> reqwest::RequestBuilder {
    client
        .post(url)
        .header("content-type", "application/json")
        .header("user-agent", "Discord-Interactions/1.0 (+https://discord.com)")
        .body(body)
}

/// Posts an interaction to the endpoint and takes what comes back as its first answer.
pub async fn deliver(inner: &Arc<Inner>, url: &str, id: &str, payload: &Value) {
    let body = payload.to_string();
    let time = (inner.now)().as_second().to_string();
    let signed = signature(&signing_key(), &time, &body);
    inner.state().delivered = Some([url.to_owned(), body.clone(), signed.clone(), time.clone()]);
    let sent = request(&inner.caller, url, body)
        .header("x-signature-ed25519", signed)
        .header("x-signature-timestamp", &time)
        .timeout(LIMIT)
        .send()
        .await;
    let fail = |why: String| {
        inner.book.with(id, |i| {
            i.failed = Some(why);
            i.told.notify_one();
        });
    };
    let answer = match sent {
        Ok(answer) => answer,
        Err(error) if error.is_timeout() => return,
        Err(error) => return fail(format!("the endpoint cannot be reached: {error}")),
    };
    let status = answer.status().as_u16();
    let kind = answer.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let Ok(text) = answer.text().await else { return };
    if status == 202 {
        if !text.is_empty() {
            inner.state().violation("an answer 202 of the endpoint has a body");
        }
        return;
    }
    if status != 200 {
        return fail(format!("the endpoint answered {status}: {text}"));
    }
    if !kind.starts_with("application/json") {
        inner.state().violation(format!("an answer of the endpoint is {kind:?}; application/json is wanted"));
    }
    let Ok(body) = serde_json::from_str::<Value>(&text) else {
        return fail(format!("the endpoint answered no JSON: {text}"));
    };
    let mut state = inner.state();
    if state.by_schema {
        for problem in schema::request("POST /interactions/{interaction}/{token}/callback", &body) {
            state.violation(format!("an answer of the endpoint: {problem}"));
        }
    }
    let mut list = inner.book.list();
    let Some(interaction) = list.iter_mut().rev().find(|i| i.id == id) else { return };
    if let Err(error) = interactions_first::answer(&mut state, interaction, &body, &[]) {
        let why = format!("the endpoint's answer is wrong: {}", error.body());
        state.violation(why.clone());
        interaction.failed = Some(why);
        interaction.told.notify_one();
    }
}

impl FakeDiscord {
    /// From now on interactions go to this address instead of over the gateway.
    pub fn http_target(&self, url: &str) {
        self.inner.state().application.endpoint = Some(url.to_owned());
    }

    /// Somebody who has overheard the newest interaction sends the very same request again: status and body of the answer.
    pub async fn replays(&self) -> (u16, String) {
        let overheard = self.inner.state().delivered.clone();
        let [url, body, signed, time] = overheard.expect("a story lets somebody do something first");
        let sent = request(&reqwest::Client::new(), &url, body)
            .header("x-signature-ed25519", signed)
            .header("x-signature-timestamp", time);
        let answer = sent.timeout(LIMIT).send().await.expect("the endpoint answers");
        (answer.status().as_u16(), answer.text().await.unwrap_or_default())
    }

    /// Asks the endpoint as Discord does when its address is set: a ping, and a forged one. True if both are answered well.
    pub async fn verify_endpoint(&self) -> bool {
        self.ping_endpoint().await == Some(json!({"type": 1})) && self.forge(Forgery::WrongKey).await == 401
    }

    /// What the endpoint answers to a ping; `None` if that is not 200 and JSON.
    pub async fn ping_endpoint(&self) -> Option<Value> {
        let (status, kind, text) = self.send_ping(Forgery::Genuine).await;
        let good = status == 200 && kind.starts_with("application/json");
        good.then(|| serde_json::from_str(&text).ok()).flatten()
    }

    /// Sends a forged ping; the status of the answer. Anything but 401 is a hole.
    pub async fn forge(&self, forgery: Forgery) -> u16 {
        self.send_ping(forgery).await.0
    }

    async fn send_ping(&self, forgery: Forgery) -> (u16, String, String) {
        let (url, now, id) = {
            let mut state = self.inner.state();
            let url = state.application.endpoint.clone().expect("a story sets http_target first");
            (url, state.now().as_second(), state.next_id())
        };
        let ping = json!({"id": id, "application_id": APP, "type": 1, "token": token(&id), "version": 1,
            "user": self.inner.state().user_json(super::ANA), "entitlements": [], "authorizing_integration_owners": {}});
        let body = ping.to_string();
        let time = if let Forgery::Old(seconds) = forgery { now - seconds } else { now }.to_string();
        let key = if forgery == Forgery::WrongKey { SigningKey::from_bytes(&[9; 32]) } else { signing_key() };
        let good = signature(&key, &time, &body);
        let sent = match forgery {
            Forgery::ChangedBody => body.replace("\"version\":1", "\"version\":2"),
            _ => body,
        };
        let mut request = request(&reqwest::Client::new(), &url, sent).timeout(LIMIT);
        let signature = match forgery {
            Forgery::NoHeaders => None,
            Forgery::BadHex => Some("zz".repeat(64)),
            Forgery::Short => Some(good.chars().take(64).collect()),
            _ => Some(good),
        };
        if let Some(signature) = signature {
            request = request.header("x-signature-ed25519", signature);
        }
        if !matches!(forgery, Forgery::NoHeaders | Forgery::NoTime) {
            let shown = if forgery == Forgery::ChangedTime { (now + 1).to_string() } else { time };
            request = request.header("x-signature-timestamp", shown);
        }
        let answer = request.send().await.expect("the endpoint answers");
        let status = answer.status().as_u16();
        let kind = answer.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        (status, kind, answer.text().await.unwrap_or_default())
    }
}
