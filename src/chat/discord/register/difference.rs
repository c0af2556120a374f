//! What is different between the commands that Discord knows and those that it should know.

use super::super::ask::{list, text};
use super::{Registered, Scope};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What is different.
pub(super) fn difference(there: &[Value], wanted: &[Value], scope: Scope) -> Registered {
    let by_name = |all: &[Value]| -> BTreeMap<(u64, String), Value> {
        all.iter().map(|command| (key(command), normal(command, scope))).collect()
    };
    let (there, wanted) = (by_name(there), by_name(wanted));
    let mut seen = Registered::default();
    for ((kind, name), command) in &wanted {
        match there.get(&(*kind, name.clone())) {
            None => seen.added.push(name.clone()),
            Some(known) if known == command => seen.same += 1,
            Some(_) => seen.changed.push(name.clone()),
        }
    }
    let gone = there.keys().filter(|key| !wanted.contains_key(*key));
    seen.removed = gone.map(|(_, name)| crate::chat::sanitise::name(name, 32)).collect();
    seen
}

/// Commands of different types may have the same name.
fn key(command: &Value) -> (u64, String) {
    (command.get("type").and_then(Value::as_u64).unwrap_or(1), text(command, "name").to_owned())
}

/// A command in one form, whichever defaults are written out: what it was registered as, and what Discord makes of that,
/// are the same.
fn normal(command: &Value, scope: Scope) -> Value {
    let permissions = match command.get("default_member_permissions") {
        Some(Value::String(bits)) => json!(bits),
        Some(Value::Number(bits)) => json!(bits.to_string()),
        _ => Value::Null,
    };
    let sorted = |name: &str| {
        let mut all: Vec<u64> = list(command, name).iter().filter_map(Value::as_u64).collect();
        all.sort_unstable();
        json!(all)
    };
    let mut normal = normal_option(command);
    normal["default_member_permissions"] = permissions;
    if scope == Scope::Global {
        normal["contexts"] = sorted("contexts");
        normal["integration_types"] = sorted("integration_types");
    }
    normal["nsfw"] = json!(command.get("nsfw").and_then(Value::as_bool).unwrap_or_default());
    normal
}

/// What commands and options have in common.
fn normal_option(option: &Value) -> Value {
    let mut normal = Map::new();
    normal.insert("type".to_owned(), json!(option.get("type").and_then(Value::as_u64).unwrap_or(1)));
    for (name, otherwise) in [("name", ""), ("description", "")] {
        let value = option.get(name).and_then(Value::as_str).unwrap_or(otherwise);
        normal.insert(name.to_owned(), json!(value));
    }
    for name in ["required", "autocomplete"] {
        normal.insert(name.to_owned(), json!(option.get(name).and_then(Value::as_bool).unwrap_or_default()));
    }
    // Whatever else counts, if it says anything.
    for name in ["name_localizations", "description_localizations"] {
        if let Some(names) = option.get(name).and_then(Value::as_object).filter(|names| !names.is_empty()) {
            normal.insert(name.to_owned(), json!(names));
        }
    }
    for name in ["min_value", "max_value", "min_length", "max_length"] {
        if let Some(number) = option.get(name).and_then(Value::as_f64) {
            normal.insert(name.to_owned(), json!(number));
        }
    }
    let choices = list(option, "choices").iter().map(
        |choice| json!({ "name": text(choice, "name"), "value": choice.get("value").cloned().unwrap_or_default() }),
    );
    normal.insert("choices".to_owned(), choices.collect());
    normal.insert("options".to_owned(), list(option, "options").iter().map(normal_option).collect());
    Value::Object(normal)
}
