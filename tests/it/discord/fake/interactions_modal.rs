//! What a modal may be ("Modal", "Component Reference").

use super::{ApiError, Form};
use serde_json::Value;
use std::collections::BTreeSet;

/// Checks a modal that the app wants to open.
pub fn check(data: &Value) -> Result<(), ApiError> {
    let mut form = Form::default();
    let mut ids = BTreeSet::new();
    text(&mut form, data, "data", "custom_id", 1, 100, true);
    text(&mut form, data, "data", "title", 1, 45, true);
    match data["components"].as_array() {
        None => form.required("data.components"),
        Some(list) if list.is_empty() || list.len() > 5 => {
            form.add("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
        }
        Some(list) => {
            for (i, component) in list.iter().enumerate() {
                top(&mut form, component, &format!("data.components.{i}"), &mut ids);
            }
        }
    }
    form.check()
}

/// A text field of so many characters.
fn text(form: &mut Form, of: &Value, at: &str, name: &str, least: usize, most: usize, needed: bool) {
    let at = format!("{at}.{name}");
    match &of[name] {
        Value::Null if needed => form.required(&at),
        Value::Null => {}
        Value::String(text) => form.length(&at, text, least, most),
        _ => form.add(&at, "BASE_TYPE_STRING", "Could not interpret value as string."),
    }
}

/// A whole number within these.
fn number(form: &mut Form, of: &Value, at: &str, name: &str, least: u64, most: u64) -> Option<u64> {
    let value = &of[name];
    if value.is_null() {
        return None;
    }
    let number = value.as_u64().filter(|n| (least..=most).contains(n));
    if number.is_none() {
        let why = format!("int value should be between {least} and {most}.");
        form.add(&format!("{at}.{name}"), "NUMBER_TYPE_RANGE", why);
    }
    number
}

fn unknown_type(form: &mut Form, at: &str, wanted: &str) {
    form.add(
        &format!("{at}.type"),
        "UNION_TYPE_CHOICES",
        format!("Value of field \"type\" must be one of ({wanted})."),
    );
}

fn top(form: &mut Form, component: &Value, at: &str, ids: &mut BTreeSet<String>) {
    match component["type"].as_u64() {
        Some(1) => match component["components"].as_array().map(Vec::as_slice) {
            Some([input]) if input["type"] == 4 => {
                let at = format!("{at}.components.0");
                text(form, input, &at, "label", 1, 45, true);
                child(form, input, &at, ids);
            }
            Some([_]) => unknown_type(form, &format!("{at}.components.0"), "4"),
            _ => form.add(&format!("{at}.components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 1 in length."),
        },
        Some(10) => text(form, component, at, "content", 1, 4_000, true),
        Some(18) => {
            text(form, component, at, "label", 1, 45, true);
            text(form, component, at, "description", 1, 100, false);
            let inner = &component["component"];
            let at = format!("{at}.component");
            if inner.is_null() {
                form.required(&at);
                return;
            }
            if !inner["label"].is_null() {
                form.add(
                    &format!("{at}.label"),
                    "LABEL_IN_LABEL",
                    "The text stands on the Label, not on the component.",
                );
            }
            child(form, inner, &at, ids);
        }
        _ => unknown_type(form, at, "1, 10, 18"),
    }
}

fn child(form: &mut Form, input: &Value, at: &str, ids: &mut BTreeSet<String>) {
    text(form, input, at, "custom_id", 1, 100, true);
    let id = input["custom_id"].as_str().unwrap_or_default();
    if !ids.insert(id.to_owned()) {
        form.add(
            &format!("{at}.custom_id"),
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            "Component custom id cannot be duplicated",
        );
    }
    if !input["required"].is_null() && !input["required"].is_boolean() {
        form.add(&format!("{at}.required"), "BASE_TYPE_BOOLEAN", "Must be either true or false.");
    }
    match input["type"].as_u64() {
        Some(4) => text_input(form, input, at),
        Some(3) => {
            select(form, input, at, 25);
            options(form, input, at, 1, 25);
        }
        Some(5..=8) => select(form, input, at, 25),
        Some(19) => select(form, input, at, 10),
        Some(21) => options(form, input, at, 2, 10),
        Some(22) => {
            select(form, input, at, 10);
            options(form, input, at, 1, 10);
        }
        Some(23) => {}
        _ => unknown_type(form, at, "3, 4, 5, 6, 7, 8, 19, 21, 22, 23"),
    }
}

fn text_input(form: &mut Form, input: &Value, at: &str) {
    if !matches!(input["style"].as_u64(), Some(1 | 2)) {
        form.add(&format!("{at}.style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.");
    }
    text(form, input, at, "placeholder", 0, 100, false);
    let least = number(form, input, at, "min_length", 0, 4_000).unwrap_or(0);
    let most = number(form, input, at, "max_length", 1, 4_000).unwrap_or(4_000);
    if least > most {
        form.add(&format!("{at}.min_length"), "COMPONENT_MIN_LENGTH", "min_length is above max_length.");
    }
    text(form, input, at, "value", 0, 4_000, false);
    let filled = input["value"].as_str().unwrap_or_default().chars().count();
    if filled > 0 && !(least..=most).contains(&u64::try_from(filled).expect("it is a length")) {
        form.add(
            &format!("{at}.value"),
            "BASE_TYPE_BAD_LENGTH",
            format!("Must be between {least} and {most} in length."),
        );
    }
}

fn select(form: &mut Form, input: &Value, at: &str, limit: u64) {
    text(form, input, at, "placeholder", 0, 150, false);
    let least = number(form, input, at, "min_values", 0, limit);
    let most = number(form, input, at, "max_values", 1, limit);
    if least.unwrap_or(1) > most.unwrap_or(1) {
        form.add(&format!("{at}.min_values"), "COMPONENT_MIN_VALUES", "min_values is above max_values.");
    }
    if least == Some(0) && input["required"] != false {
        form.add(&format!("{at}.min_values"), "COMPONENT_MIN_VALUES", "min_values 0 needs required: false.");
    }
    if !input["disabled"].is_null() && input["disabled"] != false {
        form.add(&format!("{at}.disabled"), "COMPONENT_DISABLED", "A component in a modal cannot be disabled.");
    }
}

fn options(form: &mut Form, input: &Value, at: &str, least: usize, most: usize) {
    let Some(list) = input["options"].as_array() else { return form.required(&format!("{at}.options")) };
    if !(least..=most).contains(&list.len()) {
        let why = format!("Must be between {least} and {most} in length.");
        form.add(&format!("{at}.options"), "BASE_TYPE_BAD_LENGTH", why);
    }
    let mut values = BTreeSet::new();
    for (i, option) in list.iter().enumerate() {
        let at = format!("{at}.options.{i}");
        text(form, option, &at, "label", 1, 100, true);
        text(form, option, &at, "value", 1, 100, true);
        text(form, option, &at, "description", 1, 100, false);
        if !values.insert(option["value"].as_str().unwrap_or_default()) {
            form.add(&format!("{at}.value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The value is there twice.");
        }
    }
    let chosen = list.iter().filter(|o| o["default"] == true).count();
    let limit = input["max_values"].as_u64().unwrap_or(1);
    if u64::try_from(chosen).expect("it is a count") > limit {
        form.add(&format!("{at}.options"), "SELECT_COMPONENT_TOO_MANY_DEFAULTS", "More are chosen than may be.");
    }
    if input["max_values"].as_u64().is_some_and(|m| m > u64::try_from(list.len()).expect("it is a count")) {
        form.add(&format!("{at}.max_values"), "COMPONENT_MAX_VALUES", "max_values is above the number of options.");
    }
}
