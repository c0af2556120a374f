//! One call of the API: what came, what goes back, and Discord's errors.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A file that came along.
#[derive(Clone, Debug)]
pub struct File {
    /// `files[0]`.
    pub field: String,
    pub name: String,
    pub kind: String,
    pub bytes: usize,
}

/// A request, read.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    /// Without `/api/v10`.
    pub path: String,
    /// The pieces of the path.
    pub parts: Vec<String>,
    pub query: BTreeMap<String, String>,
    /// JSON, or what `payload_json` holds; null where nothing was sent.
    pub body: Value,
    pub files: Vec<File>,
    /// The whole `Authorization` header.
    pub authorization: Option<String>,
}

impl Call {
    pub fn parts(&self) -> Vec<&str> {
        self.parts.iter().map(String::as_str).collect()
    }

    pub fn flag(&self, name: &str) -> bool {
        self.query.get(name).is_some_and(|v| v == "true" || v == "1")
    }
}

/// What goes back.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    /// `None`: nothing at all, as with 204.
    pub body: Option<Value>,
}

impl Reply {
    pub fn ok(body: Value) -> Self {
        Self { status: 200, headers: Vec::new(), body: Some(body) }
    }

    pub fn created(body: Value) -> Self {
        Self { status: 201, headers: Vec::new(), body: Some(body) }
    }

    pub fn nothing() -> Self {
        Self { status: 204, headers: Vec::new(), body: None }
    }
}

impl From<ApiError> for Reply {
    fn from(error: ApiError) -> Self {
        Self { status: error.status, headers: Vec::new(), body: Some(error.body()) }
    }
}

impl From<Result<Value, ApiError>> for Reply {
    fn from(result: Result<Value, ApiError>) -> Self {
        result.map_or_else(Self::from, Self::ok)
    }
}

impl From<Result<Reply, ApiError>> for Reply {
    fn from(result: Result<Reply, ApiError>) -> Self {
        result.unwrap_or_else(Self::from)
    }
}

/// An error as Discord gives it (docs.discord.com/developers, "Error Messages").
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    pub status: u16,
    pub code: u32,
    pub message: String,
    pub errors: Value,
}

impl ApiError {
    pub fn new(status: u16, code: u32, message: &str) -> Self {
        Self { status, code, message: message.into(), errors: Value::Null }
    }

    /// By its code (docs.discord.com/developers, "Opcodes and Status Codes").
    pub fn code(code: u32) -> Self {
        let (status, message) = Self::known(code).unwrap_or_else(|| panic!("the fake has no text for the code {code}"));
        Self::new(status, code, message)
    }

    /// An error that a story orders, also one that the fake itself never gives.
    pub fn ordered(status: u16, code: u32) -> Self {
        let message = Self::known(code).map_or("Something is not as it should be", |(_, message)| message);
        Self::new(status, code, message)
    }

    fn known(code: u32) -> Option<(u16, &'static str)> {
        let known = match code {
            10002 => (404, "Unknown Application"),
            10003 => (404, "Unknown Channel"),
            10004 => (404, "Unknown Guild"),
            10007 => (404, "Unknown Member"),
            10008 => (404, "Unknown Message"),
            10013 => (404, "Unknown User"),
            10015 => (404, "Unknown Webhook"),
            10062 => (404, "Unknown interaction"),
            10063 => (404, "Unknown application command"),
            20012 => (403, "You are not authorized to perform this action on this application"),
            20016 => (429, "This action cannot be performed due to slowmode rate limit."),
            20022 => (429, "This message cannot be edited due to announcement rate limits."),
            20028 => (429, "The write action you are performing on the channel has hit the write rate limit."),
            30032 => (400, "Maximum number of application commands has been reached"),
            30046 => (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
            30034 => (400, "Max number of daily application command creates has been reached (200)"),
            40003 => (429, "You are opening direct messages too fast"),
            40058 => (403, "Cannot message this thread until after the post author has sent an initial message."),
            40060 => (400, "Interaction has already been acknowledged."),
            40067 => (400, "A tag is required to create a forum post in this channel"),
            50001 => (403, "Missing Access"),
            50003 => (403, "Cannot execute action on this channel type"),
            50005 => (403, "Cannot edit a message authored by another user"),
            50006 => (400, "Cannot send an empty message"),
            50007 => (403, "Cannot send messages to this user"),
            50008 => (400, "Cannot send messages in a non-text channel"),
            50013 => (403, "Missing Permissions"),
            50021 => (403, "Cannot execute action on a system message"),
            50024 => (400, "Cannot execute action on this channel type"),
            50027 => (401, "Invalid Webhook Token"),
            50033 => (400, "Invalid Recipient(s)"),
            50083 => (400, "Thread is archived"),
            50035 => (400, "Invalid Form Body"),
            50109 => (400, "The request body contains invalid JSON."),
            160_002 => (400, "Cannot reply without permission to read message history"),
            160_004 => (400, "A thread has already been created for this message"),
            160_005 => (403, "Thread is locked"),
            _ => return None,
        };
        Some(known)
    }

    pub fn unauthorized() -> Self {
        Self::new(401, 0, "401: Unauthorized")
    }

    pub fn not_found() -> Self {
        Self::new(404, 0, "404: Not Found")
    }

    pub fn not_allowed() -> Self {
        Self::new(405, 0, "405: Method Not Allowed")
    }

    pub fn body(&self) -> Value {
        let mut body = json!({"message": self.message, "code": self.code});
        if !self.errors.is_null() {
            body["errors"] = self.errors.clone();
        }
        body
    }
}

/// What is wrong with a body, field by field.
#[derive(Debug, Default)]
pub struct Form(Vec<(String, String, String)>);

impl Form {
    /// `at` is a path with dots, such as `embeds.0.title`.
    pub fn add(&mut self, at: &str, code: &str, message: impl Into<String>) {
        self.0.push((at.to_owned(), code.to_owned(), message.into()));
    }

    pub fn required(&mut self, at: &str) {
        self.add(at, "BASE_TYPE_REQUIRED", "This field is required");
    }

    /// Length in characters as Discord counts them: Unicode code points.
    pub fn length(&mut self, at: &str, text: &str, least: usize, most: usize) {
        let count = text.chars().count();
        if count > most && least == 0 {
            self.add(at, "BASE_TYPE_MAX_LENGTH", format!("Must be {most} or fewer in length."));
        } else if count > most || count < least {
            self.add(at, "BASE_TYPE_BAD_LENGTH", format!("Must be between {least} and {most} in length."));
        }
    }

    /// 50035 if anything is wrong.
    pub fn check(self) -> Result<(), ApiError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut errors = Value::Object(Map::new());
        for (at, code, message) in self.0 {
            let mut place = &mut errors;
            for key in at.split('.').filter(|k| !k.is_empty()) {
                if place.get(key).is_none() {
                    place[key] = json!({});
                }
                place = &mut place[key];
            }
            if place.get("_errors").is_none() {
                place["_errors"] = json!([]);
            }
            if let Some(list) = place["_errors"].as_array_mut() {
                list.push(json!({"code": code, "message": message}));
            }
        }
        Err(ApiError { errors, ..ApiError::new(400, 50035, "Invalid Form Body") })
    }
}
