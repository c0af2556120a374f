//! The chat completions of `OpenAI`, as vendors and servers of one's own speak them (ollama, llama.cpp, vLLM, LM Studio): one
//! request, one answer, no stream, no tools.

use super::{AssistError, Prompt, Said};
use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use std::error::Error as _;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use url::Url;

/// Who is asking, in every request.
const USER_AGENT: &str = concat!("hearback/", env!("CARGO_PKG_VERSION"));
/// A connection that is not up by then counts as refused.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest answer that is read, in bytes.
const ANSWER: usize = 512 << 10;
/// Nobody is obeyed who asks for a longer rest than this.
const LONGEST_REST: Duration = Duration::from_hours(1);
/// A model that thinks before it answers needs so many tokens for that alone.
const THOUGHTS: u32 = 2_000;
/// So often the same request is made in another manner, when the endpoint does not know a field of it.
const MANNERS: usize = 3;

/// An API key; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Keeps a key.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Where it is, and as whom it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenAiConfig {
    /// Up to and without `/chat/completions`.
    pub url: Url,
    /// Which model.
    pub model: String,
    /// The key, where one is needed.
    pub key: Option<Key>,
    /// Longest wait for a whole answer.
    pub timeout: Duration,
}

/// How it wants to be asked: servers differ in which fields they know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Manner {
    /// `max_completion_tokens`, as models want it that think first, instead of `max_tokens`.
    thinks: bool,
    /// `temperature` may be set.
    temperature: bool,
    /// `response_format` may be `json_object`.
    json: bool,
}

impl Manner {
    /// What most take.
    const USUAL: Manner = Manner { thinks: false, temperature: true, json: true };

    /// Another manner, if that is what the refusal is about.
    fn after(self, refusal: &str) -> Option<Manner> {
        let names = |field: &str| refusal.contains(field);
        if !self.thinks && names("max_tokens") {
            return Some(Manner { thinks: true, ..self });
        }
        if self.temperature && names("temperature") {
            return Some(Manner { temperature: false, ..self });
        }
        if self.json && (names("response_format") || names("json_object")) {
            return Some(Manner { json: false, ..self });
        }
        None
    }
}

/// An endpoint.
pub struct OpenAi {
    config: OpenAiConfig,
    address: Url,
    client: Client,
    manner: Mutex<Manner>,
}

impl OpenAi {
    /// Makes its client; nothing is asked.
    ///
    /// # Errors
    /// [`AssistError::Broken`] if the address has no path to add to, or the TLS set-up of this machine cannot be read.
    pub fn new(config: OpenAiConfig) -> Result<Self, AssistError> {
        let broken = |why: String| AssistError::Broken { why };
        let mut address = config.url.clone();
        address
            .path_segments_mut()
            .map_err(|()| broken("the address cannot be used; write it such as https://api.example/v1".to_owned()))?
            .pop_if_empty()
            .extend(["chat", "completions"]);
        let client = Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT.min(config.timeout))
            .timeout(config.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| broken(format!("the HTTP client cannot be set up: {}", reason(&e))))?;
        Ok(Self { config, address, client, manner: Mutex::new(Manner::USUAL) })
    }

    fn body(&self, prompt: &Prompt, manner: Manner) -> Value {
        let mut body = json!({
            "model": self.config.model,
            "messages": [
                { "role": "system", "content": prompt.task },
                { "role": "user", "content": prompt.about },
            ],
            "stream": false,
        });
        if manner.thinks {
            body["max_completion_tokens"] = json!(prompt.most.saturating_add(THOUGHTS));
        } else {
            body["max_tokens"] = json!(prompt.most);
        }
        if manner.temperature {
            body["temperature"] = json!(0);
        }
        if manner.json {
            body["response_format"] = json!({ "type": "json_object" });
        }
        body
    }

    async fn once(&self, prompt: &Prompt, manner: Manner) -> Result<(StatusCode, HeaderMap, Vec<u8>), AssistError> {
        let request = self.client.post(self.address.clone());
        let request = match &self.config.key {
            Some(Key(key)) => request.bearer_auth(key),
            None => request,
        };
        let request = request.header("content-type", "application/json").body(self.body(prompt, manner).to_string());
        let later =
            |e: &reqwest::Error| AssistError::Later { why: format!("the assistant: {}", reason(e)), after: None };
        let mut response = request.send().await.map_err(|e| later(&e))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = read(&mut response).await.map_err(|e| later(&e))?;
        let long = || AssistError::Never { why: "the assistant's answer is far too long".to_owned() };
        Ok((status, headers, bytes.ok_or_else(long)?))
    }
}

#[async_trait]
impl super::Assistant for OpenAi {
    async fn ask(&self, prompt: &Prompt, now: Timestamp) -> Result<Said, AssistError> {
        let mut manner = *self.manner.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..=MANNERS {
            let (status, headers, bytes) = self.once(prompt, manner).await?;
            if status.is_success() {
                *self.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
                return said(&bytes);
            }
            let refusal = String::from_utf8_lossy(&bytes);
            let other = if matches!(status.as_u16(), 400 | 422) { manner.after(&refusal) } else { None };
            match other {
                Some(other) => manner = other,
                None => return Err(refused(status, &headers, &refusal, &self.config.model, now)),
            }
        }
        Err(AssistError::Never { why: "the assistant refuses the request in every manner".to_owned() })
    }
}

/// The words of an answer.
fn said(bytes: &[u8]) -> Result<Said, AssistError> {
    let never = |why: &str| AssistError::Never { why: why.to_owned() };
    let answer: Value = serde_json::from_slice(bytes).map_err(|_| never("the assistant's answer is not JSON"))?;
    let choice = answer.pointer("/choices/0").ok_or_else(|| never("the assistant's answer has no choices"))?;
    match choice.get("finish_reason").and_then(Value::as_str) {
        Some("length") => return Err(never("the assistant's answer was cut off")),
        Some("content_filter") => return Err(never("the assistant's own filter withheld the answer")),
        _ => {}
    }
    let text = match choice.pointer("/message/content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect::<String>()
        }
        _ => String::new(),
    };
    if text.trim().is_empty() {
        return Err(never("the assistant answered nothing"));
    }
    let tokens = answer.pointer("/usage/total_tokens").and_then(Value::as_u64);
    Ok(Said { text, tokens })
}

/// What a refusal means, and what to do about it. What the endpoint itself says is not repeated: it may repeat the key, or
/// what was asked.
fn refused(status: StatusCode, headers: &HeaderMap, body: &str, model: &str, now: Timestamp) -> AssistError {
    let broken = |why: &str| AssistError::Broken { why: why.to_owned() };
    let later = |why: String| AssistError::Later { why, after: retry_after(headers, now) };
    // A quota that is used up is a 429 as well, which no waiting helps.
    let spent = body.contains("insufficient_quota") || body.contains("billing");
    match status.as_u16() {
        401 => broken("the assistant does not take the key; check key in [assist]"),
        402 => broken("the assistant wants to be paid; look at your account there"),
        403 => broken("the assistant refuses this key or this model; check both in [assist], and your account there"),
        404 => AssistError::Broken {
            why: format!(
                "the assistant knows no such address or no model \"{model}\"; check url and model in [assist] (ollama: ollama \
                 pull {model})"
            ),
        },
        405 | 300..=399 => broken("that address is no such endpoint; check url in [assist]: it ends in /v1, mostly"),
        429 if spent => broken("your account at the assistant has no credit left; look at it there"),
        408 | 425 | 429 => later("the assistant is asked too often".to_owned()),
        code @ 500..=599 => later(format!("the assistant is out of order ({code})")),
        413 => AssistError::Never { why: "the assistant finds the text too long".to_owned() },
        code => AssistError::Never { why: format!("the assistant refuses the request ({code})") },
    }
}

/// Reads an answer; `None` if it is too long.
async fn read(response: &mut Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len() + chunk.len() > ANSWER {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

/// `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), at most an hour.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if let Ok(seconds) = value.parse::<u64>() {
        Duration::from_secs(seconds)
    } else {
        let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
        Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO)
    };
    Some(wait.min(LONGEST_REST))
}

/// The innermost cause in words; never the address.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return if error.is_connect() { "no connection in time" } else { "no complete answer in time" }.to_owned();
    }
    let mut deepest: &dyn std::error::Error = error;
    while let Some(inner) = deepest.source() {
        deepest = inner;
    }
    if error.source().is_some() { deepest.to_string() } else { "the request failed".to_owned() }
}
