//! What a message may be (docs.discord.com/developers, "Create Message", "Edit Message").

use super::rest_call::{ApiError, File, Form};
use super::state_world::{COMPONENTS_V2, EPHEMERAL, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS};
use super::{rules_components, rules_embeds};
use serde_json::{Value, json};

/// Bots have no more, whatever the schema says.
const LONGEST_CONTENT: usize = 2_000;
const LONGEST_NONCE: usize = 25;
const VOICE_MESSAGE: u64 = 1 << 13;
/// `allowed_mentions` names at most so many of a kind.
const MOST_ALLOWED: usize = 100;

/// A message body that holds to the rules; `None`: the body does not name it.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pub text: Option<String>,
    pub embeds: Option<Vec<Value>>,
    pub components: Option<Vec<Value>>,
    pub flags: Option<u64>,
    pub tts: bool,
    pub nonce: Option<Value>,
    pub enforce_nonce: bool,
    pub allowed: Option<Value>,
    pub reference: Option<Value>,
    /// Those to keep and those to add.
    pub attachments: Option<Vec<Value>>,
}

/// What no eye sees: Discord refuses a message that has nothing else.
pub fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}')
        || matches!(c, '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}

/// `content` as Discord keeps it: it takes out control characters and heaps of combining marks without a word
/// (discord-api-docs, issues 1193 and 1286; how many marks are a heap is not said).
fn as_kept(text: &str) -> String {
    let mut marks = 0;
    let kept = text.trim().chars().filter(|c| {
        let mark = matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}');
        marks = if mark { marks + 1 } else { 0 };
        marks <= 3 && (*c == '\n' || *c == '\t' || !c.is_control())
    });
    kept.collect()
}

/// Reads a body; `edit` is what the message has so far.
pub fn read(body: &Value, files: &[File], had_v2: bool) -> Result<(Content, Vec<String>), ApiError> {
    let mut form = Form::default();
    let mut warnings = Vec::new();
    let mut content = Content { tts: body["tts"] == true, ..Content::default() };
    if !body.is_object() && !body.is_null() {
        form.add("", "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
        form.check()?;
        return Ok((content, warnings));
    }
    let named = |key: &str| body.get(key).is_some();
    match &body["content"] {
        Value::String(text) => {
            form.length("content", text.trim(), 0, LONGEST_CONTENT);
            content.text = Some(as_kept(text));
        }
        Value::Null => content.text = named("content").then(String::new),
        Value::Number(number) => content.text = Some(number.to_string()),
        _ => form.add("content", "STRING_TYPE_CONVERT", "Could not interpret value as string."),
    }
    content.flags = flags(&mut form, &mut warnings, &body["flags"]);
    let v2 = had_v2 || content.flags.is_some_and(|f| f & COMPONENTS_V2 != 0);
    if named("embeds") {
        content.embeds = Some(rules_embeds::check(&mut form, &body["embeds"]));
    }
    if named("components") {
        content.components = Some(rules_components::check(&mut form, &body["components"], v2));
    }
    if v2 {
        let filled = content.text.as_ref().is_some_and(|c| !c.is_empty())
            || content.embeds.as_ref().is_some_and(|e| !e.is_empty());
        if filled {
            let message = "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2";
            form.add("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message);
        }
    }
    nonce(&mut form, body, &mut content);
    content.allowed = allowed(&mut form, &body["allowed_mentions"]);
    if body["message_reference"].is_object() {
        content.reference = Some(body["message_reference"].clone());
    }
    attachments(&mut form, body, files, &mut content);
    form.check()?;
    Ok((content, warnings))
}

fn flags(form: &mut Form, warnings: &mut Vec<String>, flags: &Value) -> Option<u64> {
    match flags {
        Value::Null => None,
        Value::Number(n) if n.is_u64() => {
            let known = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | VOICE_MESSAGE | COMPONENTS_V2 | EPHEMERAL;
            let given = n.as_u64().unwrap_or_default();
            if given & !known != 0 {
                warnings.push(format!("flags {given} has bits that cannot be set on a message"));
            }
            Some(given & known)
        }
        _ => {
            form.add("flags", "NUMBER_TYPE_COERCE", "Value is not int.");
            None
        }
    }
}

fn nonce(form: &mut Form, body: &Value, content: &mut Content) {
    match &body["nonce"] {
        Value::Null => {}
        Value::String(text) => {
            form.length("nonce", text, 0, LONGEST_NONCE);
            content.nonce = Some(json!(text));
        }
        Value::Number(number) if number.is_i64() => content.nonce = Some(json!(number)),
        _ => form.add("nonce", "NONCE_TYPE_INVALID_TYPE", "Nonce must be a string or an integer"),
    }
    content.enforce_nonce = body["enforce_nonce"] == true;
}

fn allowed(form: &mut Form, allowed: &Value) -> Option<Value> {
    if allowed.is_null() {
        return None;
    }
    let parse: Vec<&str> = allowed["parse"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (i, kind) in parse.iter().enumerate() {
        if !["users", "roles", "everyone"].contains(kind) {
            let message = "Value must be one of ('users', 'everyone', 'roles').";
            form.add(&format!("allowed_mentions.parse.{i}"), "BASE_TYPE_CHOICES", message);
        }
    }
    for kind in ["users", "roles"] {
        let ids = allowed[kind].as_array().cloned().unwrap_or_default();
        let at = format!("allowed_mentions.{kind}");
        if ids.len() > MOST_ALLOWED {
            form.add(&at, "BASE_TYPE_MAX_LENGTH", format!("Must be {MOST_ALLOWED} or fewer in length."));
        }
        for (i, id) in ids.iter().enumerate() {
            if !is_snowflake(id) {
                let message = format!("Value {id} is not snowflake.");
                form.add(&format!("{at}.{i}"), "NUMBER_TYPE_COERCE", message);
            }
        }
        if !ids.is_empty() && parse.contains(&kind) {
            let message = format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
            form.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message);
        }
    }
    Some(allowed.clone())
}

pub fn is_snowflake(id: &Value) -> bool {
    let text = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    !text.is_empty() && text.len() <= 20 && text.chars().all(|c| c.is_ascii_digit())
}

/// `files[n]` belongs to the attachment with the id n (docs.discord.com/developers, "Uploading Files").
fn attachments(form: &mut Form, body: &Value, files: &[File], content: &mut Content) {
    let meta = body["attachments"].as_array();
    if meta.is_none() && files.is_empty() {
        return;
    }
    if files.len() > 10 {
        form.add("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.");
    }
    let text = |id: &Value| id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    let number = |file: &File| file.field.trim_start_matches("files[").trim_end_matches(']').to_owned();
    let mut all = Vec::new();
    for file in files {
        let about = meta.into_iter().flatten().find(|a| text(&a["id"]) == number(file));
        let name = about.and_then(|a| a["filename"].as_str()).unwrap_or(&file.name);
        let mut shown = json!({"filename": name, "size": file.bytes, "content_type": file.kind, "new": true});
        if let Some(words) = about.and_then(|a| a["description"].as_str()) {
            form.length("attachments", words, 0, 1_024);
            shown["description"] = json!(words);
        }
        all.push(shown);
    }
    for (i, kept) in meta.into_iter().flatten().enumerate() {
        let id = text(&kept["id"]);
        if files.iter().any(|f| number(f) == id) {
            continue;
        }
        if id.len() < 15 {
            let message = "Referenced attachment was not found in the request";
            form.add(&format!("attachments.{i}.id"), "ATTACHMENT_NOT_FOUND", message);
        }
        all.push(json!({"id": id}));
    }
    content.attachments = Some(all);
}
