//! What components of a message may be (docs.discord.com/developers, "Component Reference"). Those of a modal are looked at
//! where modals are.

use super::rest_call::Form;
use super::rules_embeds::check_link;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const ROW: u64 = 1;
const BUTTON: u64 = 2;
const STRING_SELECT: u64 = 3;
/// User, role, mentionable and channel select.
const OTHER_SELECTS: std::ops::RangeInclusive<u64> = 5..=8;

/// What is counted over all components of a message.
#[derive(Default)]
struct Seen {
    custom_ids: BTreeSet<String>,
    ids: BTreeSet<i64>,
    count: usize,
    text: usize,
    next: i64,
}

impl Seen {
    /// Discord gives every component a number that has none.
    fn number(&mut self, given: &Value) -> i64 {
        let number = given.as_i64().filter(|n| *n > 0).unwrap_or_else(|| {
            while self.ids.contains(&(self.next + 1)) {
                self.next += 1;
            }
            self.next + 1
        });
        self.ids.insert(number);
        number
    }
}

/// Looks at the components of a body; gives them back as Discord shows them. `v2`: with the flag `IS_COMPONENTS_V2`.
pub fn check(form: &mut Form, components: &Value, v2: bool) -> Vec<Value> {
    let Some(list) = components.as_array() else {
        if !components.is_null() {
            form.add("components", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
        }
        return Vec::new();
    };
    let most = if v2 { 40 } else { 5 };
    if list.len() > most {
        form.add("components", "BASE_TYPE_BAD_LENGTH", format!("Must be between 1 and {most} in length."));
    }
    let mut seen = Seen::default();
    let top = |i: usize| format!("components.{i}");
    let shown = list.iter().enumerate().map(|(i, c)| {
        let kind = c["type"].as_u64().unwrap_or_default();
        if kind != ROW && !v2 {
            let message = "Value of field \"type\" must be one of (1,).";
            form.add(&top(i), "UNION_TYPE_CHOICES", message);
            return Value::Null;
        }
        one(form, &top(i), c, &mut seen)
    });
    let shown = shown.collect();
    if seen.count > 40 {
        form.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The maximum number of components is 40.");
    }
    if seen.text > 4_000 {
        form.add("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "The text is longer than 4000.");
    }
    shown
}

fn one(form: &mut Form, at: &str, component: &Value, seen: &mut Seen) -> Value {
    seen.count += 1;
    match component["type"].as_u64().unwrap_or_default() {
        ROW => row(form, at, component, seen),
        BUTTON => button(form, at, component, seen),
        STRING_SELECT => select(form, at, component, seen),
        kind if OTHER_SELECTS.contains(&kind) => select(form, at, component, seen),
        // Section, text, thumbnail, gallery, file, separator, container.
        9..=14 | 17 => {
            let mut shown = component.as_object().cloned().unwrap_or_default();
            shown.insert("id".into(), json!(seen.number(&component["id"])));
            if let Some(text) = component["content"].as_str() {
                seen.text += text.chars().count();
            }
            if component["type"] == 10 && component["content"].as_str().is_none_or(|t| t.trim().is_empty()) {
                form.required(&format!("{at}.content"));
            }
            for key in ["components", "accessory"] {
                match &component[key] {
                    Value::Array(items) => {
                        let inner = items.iter().enumerate();
                        let inner = inner.map(|(i, c)| one(form, &format!("{at}.{key}.{i}"), c, seen));
                        shown.insert(key.into(), inner.collect());
                    }
                    Value::Object(_) => {
                        let inner = one(form, &format!("{at}.{key}"), &component[key], seen);
                        shown.insert(key.into(), inner);
                    }
                    _ => {}
                }
            }
            shown.retain(|_, value| !value.is_null());
            Value::Object(shown)
        }
        _ => {
            form.add(&format!("{at}.type"), "BASE_TYPE_CHOICES", "Value must be a known component type.");
            Value::Null
        }
    }
}

fn row(form: &mut Form, at: &str, row: &Value, seen: &mut Seen) -> Value {
    let number = seen.number(&row["id"]);
    let items = row["components"].as_array().cloned().unwrap_or_default();
    if items.is_empty() || items.len() > 5 {
        form.add(&format!("{at}.components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    let kind = |c: &Value| c["type"].as_u64().unwrap_or_default();
    if items.iter().any(|c| kind(c) != BUTTON) && items.len() > 1 {
        form.add(
            at,
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The maximum width of an action row is 5 buttons or one select.",
        );
    }
    let inner = items.iter().enumerate().map(|(i, c)| {
        let at = format!("{at}.components.{i}");
        if kind(c) == BUTTON || kind(c) == STRING_SELECT || OTHER_SELECTS.contains(&kind(c)) {
            return one(form, &at, c, seen);
        }
        form.add(&at, "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).");
        Value::Null
    });
    json!({"type": ROW, "id": number, "components": inner.collect::<Vec<_>>()})
}

fn custom_id(form: &mut Form, at: &str, component: &Value, seen: &mut Seen) {
    let at = format!("{at}.custom_id");
    match component["custom_id"].as_str() {
        None => form.required(&at),
        Some(id) => {
            form.length(&at, id, 1, 100);
            if !seen.custom_ids.insert(id.to_owned()) {
                form.add(&at, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
            }
        }
    }
}

/// The fields that Discord keeps, without those that are null.
fn kept(component: &Value, keys: &[&str]) -> Map<String, Value> {
    let given = keys.iter().filter(|key| !component[**key].is_null());
    given.map(|key| ((*key).to_owned(), component[*key].clone())).collect()
}

fn button(form: &mut Form, at: &str, button: &Value, seen: &mut Seen) -> Value {
    let label = button["label"].as_str();
    if let Some(label) = label {
        form.length(&format!("{at}.label"), label, 0, 80);
    }
    let has_face = label.is_some_and(|l| !l.trim().is_empty()) || button["emoji"].is_object();
    match button["style"].as_u64() {
        Some(5) => {
            match button["url"].as_str() {
                None => form.required(&format!("{at}.url")),
                Some(url) => {
                    form.length(&format!("{at}.url"), url, 0, 512);
                    check_link(form, &format!("{at}.url"), url, &["http", "https", "discord"]);
                }
            }
            if !button["custom_id"].is_null() {
                let message = "A custom id and url cannot both be specified";
                form.add(&format!("{at}.custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message);
            }
        }
        Some(1..=4) => {
            if !button["url"].is_null() {
                let message = "A custom id and url cannot both be specified";
                form.add(&format!("{at}.url"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message);
            }
            custom_id(form, at, button, seen);
        }
        Some(6) => {}
        _ => form.add(&format!("{at}.style"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5, 6)."),
    }
    if !has_face && button["style"] != 6 {
        form.add(&format!("{at}.label"), "BUTTON_COMPONENT_INVALID_STYLE", "A button needs a label or an emoji");
    }
    let mut shown = kept(button, &["type", "style", "label", "emoji", "custom_id", "url", "sku_id"]);
    shown.insert("id".into(), json!(seen.number(&button["id"])));
    if button["disabled"] == true {
        shown.insert("disabled".into(), json!(true));
    }
    Value::Object(shown)
}

fn select(form: &mut Form, at: &str, select: &Value, seen: &mut Seen) -> Value {
    custom_id(form, at, select, seen);
    if let Some(text) = select["placeholder"].as_str() {
        form.length(&format!("{at}.placeholder"), text, 0, 150);
    }
    let options = select["options"].as_array().cloned().unwrap_or_default();
    let texts = select["type"] == STRING_SELECT;
    if texts && (options.is_empty() || options.len() > 25) {
        form.add(&format!("{at}.options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.");
    }
    let mut values = BTreeSet::new();
    let mut defaults = 0;
    for (i, option) in options.iter().enumerate() {
        for (key, least) in [("label", 1), ("value", 1), ("description", 0)] {
            let at = format!("{at}.options.{i}.{key}");
            match option[key].as_str() {
                Some(text) => form.length(&at, text, least, 100),
                None if least == 1 => form.required(&at),
                None => {}
            }
        }
        if !values.insert(option["value"].to_string()) {
            let message = "The specified option value is already used";
            form.add(&format!("{at}.options.{i}.value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message);
        }
        defaults += usize::from(option["default"] == true);
    }
    let number = |key: &str, otherwise: usize| {
        select[key].as_u64().map_or(otherwise, |n| usize::try_from(n).unwrap_or(usize::MAX))
    };
    let (least, most) = (number("min_values", 1), number("max_values", 1));
    if least > 25 || most > 25 || most == 0 {
        form.add(&format!("{at}.max_values"), "NUMBER_TYPE_MAX", "int value should be between 1 and 25.");
    }
    if least > most || (texts && most > options.len().max(1)) || defaults > most {
        form.add(at, "SELECT_COMPONENT_MAX_VALUES_GT_OPTIONS", "min_values, max_values and options do not fit.");
    }
    let keys = ["type", "custom_id", "placeholder", "channel_types", "default_values"];
    let mut shown = kept(select, &keys);
    shown.insert("id".into(), json!(seen.number(&select["id"])));
    shown.insert("min_values".into(), json!(least));
    shown.insert("max_values".into(), json!(most));
    if texts {
        let keys = ["label", "value", "description", "emoji", "default"];
        shown.insert("options".into(), options.iter().map(|o| Value::Object(kept(o, &keys))).collect());
    }
    if select["disabled"] == true {
        shown.insert("disabled".into(), json!(true));
    }
    Value::Object(shown)
}
