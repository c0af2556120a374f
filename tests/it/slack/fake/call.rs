//! One call of the Web API: its arguments, and what comes of it.

use serde_json::{Map, Value, json};

/// Arguments as they arrived.
#[derive(Clone, Debug)]
pub struct Params {
    pub map: Map<String, Value>,
    pub token: Option<String>,
    pub warning: Option<&'static str>,
    /// They came as JSON, which not every method reads.
    pub json: bool,
}

/// What goes back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Value,
}

impl Answer {
    pub fn error(code: &str) -> Self {
        Self { status: 200, headers: Vec::new(), body: json!({"ok": false, "error": code}) }
    }

    pub fn limited(seconds: u64) -> Self {
        Self { status: 429, headers: vec![("retry-after", seconds.to_string())], ..Self::error("ratelimited") }
    }

    pub fn warn(&mut self, warning: &str) {
        self.body["warning"] = json!(warning);
        self.body["response_metadata"]["warnings"] = json!([warning]);
    }
}

/// Why a call was refused, and what stands beside the code.
#[derive(Clone, Debug)]
pub struct Fault {
    pub code: String,
    pub more: Map<String, Value>,
}

impl Fault {
    /// Slack's way to name what is wrong with an argument.
    pub fn arguments(messages: &[String]) -> Self {
        Self::with_messages("invalid_arguments", messages)
    }

    pub fn with_messages(code: &str, messages: &[String]) -> Self {
        let errors: Vec<String> = messages.iter().map(|m| format!("[ERROR] {m}")).collect();
        let mut more = Map::new();
        if code == "invalid_blocks" {
            more.insert("errors".into(), json!(messages));
        }
        more.insert("response_metadata".into(), json!({"messages": errors}));
        Self { code: code.into(), more }
    }
}

impl From<&str> for Fault {
    fn from(code: &str) -> Self {
        Self { code: code.into(), more: Map::new() }
    }
}

impl From<Fault> for Answer {
    fn from(fault: Fault) -> Self {
        let mut answer = Answer::error(&fault.code);
        for (key, value) in fault.more {
            answer.body[key] = value;
        }
        answer
    }
}

impl Params {
    /// Text, also of a number or a flag.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.map.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    pub fn need(&self, name: &str) -> Result<String, Fault> {
        self.text(name)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| Fault::arguments(&[format!("missing required field: {name}")]))
    }

    pub fn flag(&self, name: &str) -> Option<bool> {
        Some(matches!(self.text(name)?.as_str(), "true" | "1"))
    }

    /// A structure: JSON, or text that holds JSON.
    pub fn structure(&self, name: &str) -> Result<Option<Value>, ()> {
        match self.map.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text).map(Some).map_err(|_| ()),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// How many items of a list, and where it goes on.
    pub fn page(&self, most: usize) -> Result<(usize, usize), Fault> {
        let limit = match self.text("limit") {
            None => 100,
            Some(text) => match text.parse() {
                Ok(limit) if (1..=most).contains(&limit) => limit,
                _ => return Err("invalid_limit".into()),
            },
        };
        let start = match self.text("cursor").filter(|c| !c.is_empty()) {
            None => 0,
            Some(cursor) => {
                cursor.strip_prefix("next:").and_then(|n| n.parse().ok()).ok_or(Fault::from("invalid_cursor"))?
            }
        };
        Ok((limit, start))
    }
}

/// The part of a list that was asked for, and the cursor of the next.
pub fn cut<T>(all: Vec<T>, (limit, start): (usize, usize)) -> (Vec<T>, String) {
    let more = all.len() > start + limit;
    let part = all.into_iter().skip(start).take(limit).collect();
    (part, if more { format!("next:{}", start + limit) } else { String::new() })
}
