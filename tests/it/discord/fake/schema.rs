//! Discord's own schema of its API (`OpenAPI`), where that file lies beside the clone.

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

struct Api {
    whole: Value,
    /// `POST /channels/{}/messages` -> the operation.
    operations: BTreeMap<String, Value>,
    compiled: Mutex<BTreeMap<String, Option<Arc<Validator>>>>,
}

static API: OnceLock<Option<Api>> = OnceLock::new();

fn api() -> Option<&'static Api> {
    let read = || {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/specs/discord-openapi.json");
        let text = std::fs::read_to_string(path).ok()?;
        let whole: Value = serde_json::from_str(&text).expect("the schema is JSON");
        let mut operations = BTreeMap::new();
        for (path, item) in whole["paths"].as_object().expect("it has paths") {
            for (method, operation) in item.as_object().into_iter().flatten() {
                operations.insert(format!("{} {}", method.to_uppercase(), bare(path)), operation.clone());
            }
        }
        Some(Api { whole, operations, compiled: Mutex::default() })
    };
    API.get_or_init(read).as_ref()
}

/// A path without the names of its variables.
fn bare(path: &str) -> String {
    let pieces = path.split('/').map(|p| if p.starts_with('{') { "{}" } else { p });
    pieces.collect::<Vec<_>>().join("/")
}

/// Is the schema there? Without it the fake's own rules hold alone.
pub fn is_there() -> bool {
    api().is_some()
}

/// What the schema has against the body of a request.
pub fn request(route: &str, body: &Value) -> Vec<String> {
    let Some((api, operation)) = find(route) else { return Vec::new() };
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    if schema.is_null() {
        return Vec::new();
    }
    let mut body = mended(body);
    if route.ends_with("/applications/@me")
        && let Some(fields) = body.as_object_mut()
    {
        // The schema takes it for an object, which it is not.
        fields.remove("description");
    }
    against(api, &format!("{} >", bare(route)), schema, &body)
}

/// What the schema has against an answer.
pub fn response(route: &str, status: u16, body: &Value) -> Vec<String> {
    let Some((api, operation)) = find(route) else { return Vec::new() };
    let schema = &operation["responses"][status.to_string()]["content"]["application/json"]["schema"];
    if schema.is_null() {
        return Vec::new();
    }
    against(api, &format!("{} {status}", bare(route)), schema, body)
}

fn find(route: &str) -> Option<(&'static Api, &'static Value)> {
    let api = api()?;
    Some((api, api.operations.get(&bare(route))?))
}

/// Where Discord takes more than its own schema says: ids of attachments as numbers, permissions as text.
fn mended(body: &Value) -> Value {
    match body {
        Value::Array(items) => items.iter().map(mended).collect(),
        Value::Object(fields) => {
            let mend = |(key, value): (&String, &Value)| {
                let value = match (key.as_str(), value) {
                    ("default_member_permissions", Value::String(text)) => {
                        text.parse::<u64>().map_or_else(|_| value.clone(), Value::from)
                    }
                    ("attachments", Value::Array(items)) => items.iter().map(with_text_id).collect(),
                    _ => mended(value),
                };
                (key.clone(), value)
            };
            Value::Object(fields.iter().map(mend).collect())
        }
        other => other.clone(),
    }
}

fn with_text_id(attachment: &Value) -> Value {
    let mut attachment = attachment.clone();
    if attachment["id"].is_number() {
        attachment["id"] = json!(attachment["id"].to_string());
    }
    attachment
}

fn against(api: &Api, key: &str, schema: &Value, value: &Value) -> Vec<String> {
    let compiled = {
        let mut all = api.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(key.to_owned()).or_insert_with(|| Some(Arc::new(compile(&api.whole, schema)))).clone()
    };
    let Some(validator) = compiled else { return Vec::new() };
    let short = |text: String| text.chars().take(300).collect::<String>();
    validator
        .iter_errors(value)
        .map(|e| format!("schema of {key} at {:?}: {}", e.instance_path().to_string(), short(e.to_string())))
        .collect()
}

/// A validator of this schema and of no more definitions than it needs.
fn compile(whole: &Value, schema: &Value) -> Validator {
    let mut wanted = BTreeSet::new();
    let mut open = vec![schema.clone()];
    let mut definitions = Map::new();
    while let Some(next) = open.pop() {
        let mut names = Vec::new();
        references(&next, &mut names);
        for name in names {
            if wanted.insert(name.clone()) {
                let definition = whole["components"]["schemas"][&name].clone();
                open.push(definition.clone());
                definitions.insert(name, definition);
            }
        }
    }
    let document = json!({"allOf": [schema], "components": {"schemas": definitions}});
    jsonschema::validator_for(&document).expect("the schema is sound")
}

fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if key == "$ref" => {
                        names.extend(text.strip_prefix("#/components/schemas/").map(str::to_owned));
                    }
                    _ => references(value, names),
                }
            }
        }
        _ => {}
    }
}
