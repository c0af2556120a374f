//! What a command may be (docs.discord.com/developers, "Application Commands").

use super::rest_call::Form;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const LONGEST_IN_ALL: usize = 8_000;

/// docs.discord.com/developers, "Locales".
const LOCALES: [&str; 33] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko", "ar",
];

/// `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, lower case where there is one.
fn slash_name(form: &mut Form, at: &str, name: &str) {
    form.length(at, name, 1, 32);
    let fits =
        |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'' | '\u{900}'..='\u{97f}' | '\u{e00}'..='\u{e7f}');
    if !name.chars().all(fits) || name.to_lowercase() != name {
        let message = "Command name is invalid";
        form.add(at, "APPLICATION_COMMAND_INVALID_NAME", message);
    }
}

/// The name of a user or message command: any letters, spaces too.
fn menu_name(form: &mut Form, at: &str, name: &str) {
    form.length(at, name, 1, 32);
    if name.trim() != name || name.trim().is_empty() {
        form.add(at, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
}

fn description(form: &mut Form, at: &str, text: &str) {
    form.length(at, text.trim(), 1, 100);
}

/// A text and its translations.
fn translated(form: &mut Form, at: &str, of: &Value, key: &str, check: fn(&mut Form, &str, &str)) {
    let at = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
    match of[key].as_str() {
        Some(text) => check(form, &at(key), text),
        None => form.required(&at(key)),
    }
    let all = format!("{key}_localizations");
    for (locale, text) in of[&all].as_object().into_iter().flatten() {
        let place = at(&format!("{all}.{locale}"));
        if !LOCALES.contains(&locale.as_str()) {
            form.add(&at(&all), "BASE_TYPE_CHOICES", format!("{locale} is not a locale of Discord."));
        }
        match text.as_str() {
            Some(text) => check(form, &place, text),
            None => form.add(&place, "STRING_TYPE_CONVERT", "Could not interpret value as string."),
        }
    }
}

/// The longest of a text and its translations.
fn longest(of: &Value, key: &str) -> usize {
    let own = of[key].as_str().map_or(0, |t| t.chars().count());
    let all = of[format!("{key}_localizations")].as_object();
    let others = all.into_iter().flatten().filter_map(|(_, t)| t.as_str()).map(|t| t.chars().count());
    others.max().unwrap_or(0).max(own)
}

/// Characters of names, descriptions and values in all.
fn size(of: &Value) -> usize {
    let list = |key: &str| of[key].as_array().into_iter().flatten().map(size).sum::<usize>();
    let value = of["value"].as_str().map_or(0, |t| t.chars().count());
    longest(of, "name") + longest(of, "description") + value + list("options") + list("choices")
}

pub fn check(form: &mut Form, at: &str, command: &Value) {
    let place = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
    let kind = match &command["type"] {
        Value::Null => 1,
        kind => kind.as_u64().unwrap_or_default(),
    };
    match kind {
        1 => {
            translated(form, at, command, "name", slash_name);
            translated(form, at, command, "description", description);
            options(form, &place("options"), &command["options"], 0);
        }
        2 | 3 => {
            translated(form, at, command, "name", menu_name);
            if command["description"].as_str().is_some_and(|d| !d.is_empty()) {
                let message = "Context menu commands cannot have description";
                form.add(&place("description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", message);
            }
            if command["options"].as_array().is_some_and(|o| !o.is_empty()) {
                let message = "Context menu commands cannot have options";
                form.add(&place("options"), "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS", message);
            }
        }
        _ => form.add(&place("type"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3)."),
    }
    match &command["default_member_permissions"] {
        Value::Null => {}
        Value::String(bits) if bits.parse::<u64>().is_ok() => {}
        _ => form.add(&place("default_member_permissions"), "BITFIELD_TYPE_CONVERT", "Value is not a bit set."),
    }
    for (key, most) in [("contexts", 2), ("integration_types", 1)] {
        let given = command[key].as_array();
        let mut seen = BTreeSet::new();
        for (i, value) in given.into_iter().flatten().enumerate() {
            if value.as_u64().is_none_or(|v| v > most || !seen.insert(v)) {
                form.add(&place(&format!("{key}.{i}")), "BASE_TYPE_CHOICES", "Value must be a known one, once.");
            }
        }
    }
    if size(command) > LONGEST_IN_ALL {
        let message = format!("Command exceeds maximum size ({LONGEST_IN_ALL})");
        form.add(at, "APPLICATION_COMMAND_TOO_LARGE", message);
    }
}

fn options(form: &mut Form, at: &str, options: &Value, depth: usize) {
    let Some(list) = options.as_array() else {
        if !options.is_null() {
            form.add(at, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
        }
        return;
    };
    if list.len() > 25 {
        form.add(at, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
    }
    let mut names = BTreeSet::new();
    let mut optional = false;
    let nested = |o: &Value| matches!(o["type"].as_u64(), Some(1 | 2));
    if list.iter().any(nested) && !list.iter().all(nested) {
        let message = "Sub-command and sub-command group option types are mutually exclusive to all other types";
        form.add(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
    }
    for (i, option) in list.iter().enumerate() {
        let at = format!("{at}.{i}");
        translated(form, &at, option, "name", slash_name);
        translated(form, &at, option, "description", description);
        if !names.insert(option["name"].to_string()) {
            let message = "Option name must be unique";
            form.add(&at, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message);
        }
        let kind = option["type"].as_u64().unwrap_or_default();
        let deep = (kind == 1 && depth < 2) || (kind == 2 && depth == 0);
        if !(1..=11).contains(&kind) || (kind <= 2 && !deep) {
            form.add(&format!("{at}.type"), "BASE_TYPE_CHOICES", "Value is no option type that can stand here.");
        }
        if kind <= 2 {
            options_below(form, &at, option, depth + usize::from(kind == 1) + 1);
            continue;
        }
        let required = option["required"] == true;
        if required && optional {
            let message = "Required options must be placed before non-required options";
            form.add(&at, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
        }
        optional |= !required;
        bounds(form, &at, option, kind);
        choices(form, &at, option, kind);
    }
}

fn options_below(form: &mut Form, at: &str, option: &Value, depth: usize) {
    options(form, &format!("{at}.options"), &option["options"], depth);
}

fn bounds(form: &mut Form, at: &str, option: &Value, kind: u64) {
    let number = |key: &str| option[key].as_f64();
    for (least, most, kinds) in [("min_value", "max_value", &[4, 10][..]), ("min_length", "max_length", &[3][..])] {
        let given = number(least).is_some() || number(most).is_some();
        if given && !kinds.contains(&kind) {
            form.add(&format!("{at}.{least}"), "APPLICATION_COMMAND_OPTIONS_BOUNDS_INVALID", "Not for this type.");
        }
        if let (Some(a), Some(b)) = (number(least), number(most))
            && a > b
        {
            form.add(&format!("{at}.{least}"), "NUMBER_TYPE_MAX", "The least is more than the most.");
        }
    }
    let length = |key: &str, low: f64| number(key).is_some_and(|n| !(low..=6_000.0).contains(&n));
    if length("min_length", 0.0) || length("max_length", 1.0) {
        form.add(&format!("{at}.max_length"), "NUMBER_TYPE_MAX", "int value should be at most 6000.");
    }
}

fn choices(form: &mut Form, at: &str, option: &Value, kind: u64) {
    let choices = option["choices"].as_array().cloned().unwrap_or_default();
    if !choices.is_empty() && !matches!(kind, 3 | 4 | 10) {
        form.add(&format!("{at}.choices"), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "Not for this type.");
    }
    if choices.len() > 25 {
        form.add(&format!("{at}.choices"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
    }
    if option["autocomplete"] == true && (!choices.is_empty() || !matches!(kind, 3 | 4 | 10)) {
        let message = "autocomplete and choices are mutually exclusive, and for text and numbers only";
        form.add(at, "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", message);
    }
    let (mut names, mut values) = (BTreeSet::new(), BTreeSet::new());
    for (i, choice) in choices.iter().enumerate() {
        let at = format!("{at}.choices.{i}");
        translated(form, &at, choice, "name", |form, at, text| form.length(at, text, 1, 100));
        let fits = match kind {
            3 => choice["value"].as_str().is_some_and(|v| v.chars().count() <= 100),
            4 => choice["value"].is_i64(),
            _ => choice["value"].is_number(),
        };
        if !fits {
            form.add(
                &format!("{at}.value"),
                "APPLICATION_COMMAND_OPTIONS_CHOICES_VALUE_INVALID",
                "Value does not fit.",
            );
        }
        if !names.insert(choice["name"].to_string()) || !values.insert(choice["value"].to_string()) {
            form.add(&at, "APPLICATION_COMMAND_OPTIONS_CHOICES_DUPLICATE", "Choices must be unique");
        }
    }
}

/// A command as Discord keeps it; without ids.
pub fn kept(command: &Value, global: bool) -> Value {
    let kind = command["type"].as_u64().unwrap_or(1);
    let keep = |key: &str| command.get(key).cloned().unwrap_or(Value::Null);
    let mut body = json!({
        "type": kind, "name": command["name"], "name_localizations": keep("name_localizations"),
        "description": command["description"].as_str().unwrap_or_default(),
        "description_localizations": keep("description_localizations"),
        "default_member_permissions": keep("default_member_permissions"), "nsfw": command["nsfw"] == true,
        "contexts": null, "integration_types": [0],
    });
    if global {
        body["contexts"] = keep("contexts");
        body["dm_permission"] = json!(command["dm_permission"] != false);
        if command["integration_types"].is_array() {
            body["integration_types"] = keep("integration_types");
        }
    }
    if let Some(options) = command["options"].as_array().filter(|o| !o.is_empty()) {
        body["options"] = options.iter().map(option).collect();
    }
    body
}

/// An option as Discord keeps it: what is null, false or empty is left out.
fn option(given: &Value) -> Value {
    let mut shown: Map<String, Value> = given.as_object().cloned().unwrap_or_default();
    shown.retain(|key, value| {
        let empty = value.is_null() || *value == json!(false) || value.as_array().is_some_and(Vec::is_empty);
        let translations = key.ends_with("_localizations");
        !empty || (translations && !value.is_null())
    });
    if let Some(Value::Array(options)) = shown.get("options").cloned() {
        shown.insert("options".into(), options.iter().map(option).collect());
    }
    Value::Object(shown)
}
