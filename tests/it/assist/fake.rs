//! An endpoint on 127.0.0.1 that takes exactly what the chat completions of `OpenAI` take, and can misbehave on purpose.

use crate::networks::fake::{Fake, Reply, Seen};
use hearback::assist::{Assistant, Key, OpenAi, OpenAiConfig};
use hearback::domain::AssistRules;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What it does with a request that is right.
#[derive(Clone, Debug, Default)]
pub enum Does {
    /// Answers what is set for the task.
    #[default]
    Right,
    /// Answers with these words, whatever is asked.
    Says(String),
    /// Answers with that status and an error as vendors write them.
    Status(u16),
    /// Answers 429 with that `Retry-After`.
    Busy(&'static str),
    /// Never answers.
    Hang,
    /// Closes the connection.
    Drop,
    /// Answers with what is no JSON.
    Garbage,
    /// Announces more than it sends.
    Half,
    /// Sends and sends.
    Huge,
    /// Was cut off by its own limit.
    CutOff,
    /// Points elsewhere.
    Elsewhere,
    /// Knows neither `max_tokens` nor `temperature` nor `response_format`, as models that think first.
    Thinks,
}

#[derive(Default)]
struct State {
    does: Does,
    kind: String,
    translation: String,
    reply: String,
    bodies: Vec<Value>,
    wrong: Vec<String>,
}

/// The endpoint.
pub struct Endpoint {
    fake: Fake,
    state: Arc<Mutex<State>>,
}

/// The key that it wants.
pub const KEY: &str = "sk-of-the-tests";
const MODEL: &str = "small-1";

impl Endpoint {
    pub async fn start() -> Endpoint {
        let state = Arc::new(Mutex::new(State {
            kind: "complaint".to_owned(),
            translation: "in the language of the staff".to_owned(),
            reply: "Sorry about that, {author}. We will look into it.".to_owned(),
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        Endpoint { fake: Fake::start(move |seen| answer(&mut shared.lock().unwrap(), seen)).await, state }
    }

    pub fn does(&self, does: Does) {
        self.state.lock().unwrap().does = does;
    }
    pub fn calls_it(&self, kind: &str) {
        kind.clone_into(&mut self.state.lock().unwrap().kind);
    }
    pub fn translates_to(&self, text: &str) {
        text.clone_into(&mut self.state.lock().unwrap().translation);
    }
    pub fn would_reply(&self, text: &str) {
        text.clone_into(&mut self.state.lock().unwrap().reply);
    }

    /// Every body that arrived and was right.
    pub fn bodies(&self) -> Vec<Value> {
        let state = self.state.lock().unwrap();
        assert_eq!(state.wrong, [] as [&str; 0], "it was not asked as it must be");
        state.bodies.clone()
    }

    /// How often it was asked for that: `sort`, `translate`, `write`.
    pub fn asked(&self, verb: &str) -> usize {
        let begins = format!("You {verb} ");
        let task = |body: &Value| body["messages"][0]["content"].as_str().unwrap().starts_with(&begins);
        self.bodies().iter().filter(|body| task(body)).count()
    }

    pub fn config(&self) -> OpenAiConfig {
        OpenAiConfig {
            url: format!("{}/v1", self.fake.url).parse().unwrap(),
            model: MODEL.to_owned(),
            key: Some(Key::new(KEY)),
            timeout: Duration::from_secs(20),
        }
    }

    pub fn assistant(&self) -> Arc<dyn Assistant> {
        Arc::new(OpenAi::new(self.config()).unwrap())
    }

    /// One that waits for an answer no longer than that.
    pub fn hasty(&self, timeout: Duration) -> Arc<dyn Assistant> {
        Arc::new(OpenAi::new(OpenAiConfig { timeout, ..self.config() }).unwrap())
    }
}

/// It may do everything.
pub fn rules() -> AssistRules {
    AssistRules {
        model: MODEL.to_owned(),
        kinds: true,
        translate: true,
        drafts: true,
        into: "en".to_owned(),
        requests: 1_000,
        tokens: 500_000,
        zone: "UTC".to_owned(),
        ..AssistRules::default()
    }
}

fn error(status: u16, message: &str) -> Reply {
    let body = json!({ "error": { "message": message, "type": "invalid_request_error", "code": null } });
    Reply::Http(status, vec![("content-type", "application/json".to_owned())], body.to_string().into_bytes())
}

fn answer(state: &mut State, seen: &Seen) -> Reply {
    let body: Value = match serde_json::from_slice(&seen.body) {
        Ok(body) => body,
        Err(e) => return refuse(state, &format!("no JSON: {e}")),
    };
    if let Err(why) = check(seen, &body) {
        return refuse(state, &why);
    }
    if let Does::Thinks = state.does {
        for field in ["max_tokens", "temperature", "response_format"] {
            if body.get(field).is_some() {
                return error(400, &format!("Unsupported parameter: '{field}' is not supported with this model."));
            }
        }
    }
    state.bodies.push(body.clone());
    let task = body["messages"][0]["content"].as_str().unwrap();
    let right = match task {
        task if task.starts_with("You sort ") => json!({ "kind": state.kind }).to_string(),
        task if task.starts_with("You translate ") => json!({ "translation": state.translation }).to_string(),
        _ => json!({ "reply": state.reply }).to_string(),
    };
    match &state.does {
        Does::Right | Does::Thinks => said(&right, "stop"),
        Does::Says(words) => said(words, "stop"),
        Does::CutOff => said(&right, "length"),
        Does::Status(status) => error(*status, &format!("Incorrect API key provided: {KEY}")),
        Does::Busy(after) => error(429, "Rate limit reached").with("retry-after", *after),
        Does::Hang => Reply::Hang,
        Does::Drop => Reply::Drop,
        Does::Garbage => Reply::ok("<html>hello</html>"),
        Does::Half => Reply::Truncated(b"{\"choices\":".to_vec()),
        Does::Huge => Reply::Endless,
        Does::Elsewhere => Reply::status(302).with("location", "http://127.0.0.1:9/v1/chat/completions"),
    }
}

fn said(text: &str, finish: &str) -> Reply {
    let body = json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "small-1-2026-11-01",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": text }, "finish_reason": finish }],
        "usage": { "prompt_tokens": 90, "completion_tokens": 10, "total_tokens": 100 },
    });
    Reply::ok(body.to_string())
}

fn refuse(state: &mut State, why: &str) -> Reply {
    state.wrong.push(why.to_owned());
    error(400, why)
}

/// The fields of a request that it knows.
const FIELDS: [&str; 7] =
    ["model", "messages", "stream", "max_tokens", "max_completion_tokens", "temperature", "response_format"];

/// What the reference of `OpenAI` says of a request, as far as it concerns us.
fn check(seen: &Seen, body: &Value) -> Result<(), String> {
    let must = |holds: bool, what: &str| if holds { Ok(()) } else { Err(format!("{what}: {body}")) };
    must(seen.method == "POST" && seen.path == "/v1/chat/completions", "the address")?;
    must(seen.header("authorization") == Some(&format!("Bearer {KEY}")), "the key")?;
    must(seen.header("content-type") == Some("application/json"), "the content type")?;
    let object = body.as_object().ok_or("no object")?;
    must(object.keys().all(|key| FIELDS.contains(&key.as_str())), "an unknown field")?;
    must(body["model"] == MODEL, "the model")?;
    must(body["stream"] == false, "stream")?;
    let tokens: Vec<&Value> = ["max_tokens", "max_completion_tokens"].iter().filter_map(|f| body.get(*f)).collect();
    must(tokens.len() == 1 && tokens[0].as_u64().is_some_and(|n| (16..=20_000).contains(&n)), "the longest answer")?;
    let messages = body["messages"].as_array().ok_or("no messages")?;
    let roles: Vec<&str> = messages.iter().filter_map(|m| m["role"].as_str()).collect();
    must(roles == ["system", "user"], "the roles")?;
    let (task, about) = (messages[0]["content"].as_str(), messages[1]["content"].as_str());
    // JSON mode is refused where nobody says the word.
    must(task.is_some_and(|task| task.contains("JSON")), "the word JSON")?;
    let about: Value = serde_json::from_str(about.ok_or("no words")?).map_err(|e| e.to_string())?;
    must(about.is_object(), "what a stranger said stands in an object")
}
