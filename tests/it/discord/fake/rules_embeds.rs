//! What an embed may be (docs.discord.com/developers, "Embed Limits").

use super::rest_call::Form;
use serde_json::{Map, Value, json};
use url::Url;

const MOST_EMBEDS: usize = 10;
const MOST_IN_ALL: usize = 6_000;

/// The characters that count towards the limit of a message: title, description, names and values of fields, footer, author.
fn counted(embed: &Value) -> usize {
    let own = [&embed["title"], &embed["description"], &embed["footer"]["text"], &embed["author"]["name"]];
    let fields = embed["fields"].as_array().into_iter().flatten().flat_map(|f| [&f["name"], &f["value"]]);
    own.into_iter().chain(fields).filter_map(Value::as_str).map(|text| text.trim().chars().count()).sum()
}

/// Looks at the embeds of a body; gives them back as Discord shows them.
pub fn check(form: &mut Form, embeds: &Value) -> Vec<Value> {
    let Some(list) = embeds.as_array() else {
        if !embeds.is_null() {
            form.add("embeds", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
        }
        return Vec::new();
    };
    if list.len() > MOST_EMBEDS {
        form.add("embeds", "BASE_TYPE_MAX_LENGTH", format!("Must be {MOST_EMBEDS} or fewer in length."));
    }
    let shown = list.iter().enumerate().map(|(i, embed)| one(form, &format!("embeds.{i}"), embed)).collect();
    if list.iter().map(counted).sum::<usize>() > MOST_IN_ALL {
        form.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", format!("Embed size exceeds maximum size of {MOST_IN_ALL}"));
    }
    shown
}

/// Text that is there, trimmed, within its limit.
fn text(form: &mut Form, at: &str, value: &Value, most: usize) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) => {
            form.length(at, text.trim(), 0, most);
            (!text.trim().is_empty()).then(|| json!(text.trim()))
        }
        _ => {
            form.add(at, "STRING_TYPE_CONVERT", "Could not interpret value as string.");
            None
        }
    }
}

/// An address with one of the schemes that Discord takes.
fn link(form: &mut Form, at: &str, value: &Value, attachment: bool) -> Option<Value> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) if text.is_empty() => return None,
        Value::String(text) => text,
        _ => {
            form.add(at, "STRING_TYPE_CONVERT", "Could not interpret value as string.");
            return None;
        }
    };
    check_link(form, at, text, if attachment { &["http", "https", "attachment"] } else { &["http", "https"] });
    Some(json!(text))
}

pub fn check_link(form: &mut Form, at: &str, text: &str, schemes: &[&str]) {
    form.length(at, text, 0, 2_048);
    match Url::parse(text) {
        Err(_) => form.add(at, "URL_TYPE_INVALID_URL", "Not a well formed URL."),
        Ok(url) if !schemes.contains(&url.scheme()) => {
            let named = schemes.iter().map(|s| format!("'{s}'")).collect::<Vec<_>>().join(", ");
            let message = format!("Scheme \"{}\" is not supported. Scheme must be one of ({named}).", url.scheme());
            form.add(at, "URL_TYPE_INVALID_SCHEME", message);
        }
        Ok(url) if url.scheme() != "attachment" && !url.host_str().is_some_and(|h| h.contains('.')) => {
            form.add(at, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
        }
        Ok(_) => {}
    }
}

fn put(shown: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        shown.insert(key.to_owned(), value);
    }
}

fn one(form: &mut Form, at: &str, embed: &Value) -> Value {
    let mut shown = Map::new();
    if !embed.is_object() {
        form.add(at, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
        return Value::Null;
    }
    shown.insert("type".into(), json!("rich"));
    let title = text(form, &format!("{at}.title"), &embed["title"], 256);
    put(&mut shown, "title", title);
    let description = text(form, &format!("{at}.description"), &embed["description"], 4_096);
    put(&mut shown, "description", description);
    let url = link(form, &format!("{at}.url"), &embed["url"], false);
    put(&mut shown, "url", url);
    match &embed["color"] {
        Value::Null => {}
        Value::Number(n) if n.as_u64().is_some_and(|n| n <= 0xFF_FFFF) => put(&mut shown, "color", Some(json!(n))),
        Value::Number(_) => {
            form.add(&format!("{at}.color"), "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.");
        }
        _ => form.add(&format!("{at}.color"), "NUMBER_TYPE_COERCE", "Value is not int."),
    }
    if let Some(time) = embed["timestamp"].as_str() {
        let parsed = time.parse::<jiff::Timestamp>().ok();
        if parsed.is_none() {
            let message = format!("Could not parse {time}. Should be ISO8601.");
            form.add(&format!("{at}.timestamp"), "DATE_TIME_TYPE_PARSE", message);
        }
        put(&mut shown, "timestamp", parsed.map(|t| json!(super::state_json::time(t))));
    }
    let mut fields = Vec::new();
    for (i, field) in embed["fields"].as_array().into_iter().flatten().enumerate() {
        let mut part = Map::new();
        for (key, most) in [("name", 256), ("value", 1_024)] {
            let at = format!("{at}.fields.{i}.{key}");
            match text(form, &at, &field[key], most) {
                Some(value) => put(&mut part, key, Some(value)),
                None => form.required(&at),
            }
        }
        part.insert("inline".into(), json!(field["inline"] == true));
        fields.push(Value::Object(part));
    }
    if fields.len() > 25 {
        form.add(&format!("{at}.fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
    }
    if !fields.is_empty() {
        shown.insert("fields".into(), json!(fields));
    }
    for (part, key, most) in [("footer", "text", 2_048), ("author", "name", 256)] {
        let given = &embed[part];
        if given.is_null() {
            continue;
        }
        let mut inner = Map::new();
        match text(form, &format!("{at}.{part}.{key}"), &given[key], most) {
            Some(value) => put(&mut inner, key, Some(value)),
            None => form.required(&format!("{at}.{part}.{key}")),
        }
        let url = link(form, &format!("{at}.{part}.url"), &given["url"], false);
        put(&mut inner, "url", url);
        let icon = link(form, &format!("{at}.{part}.icon_url"), &given["icon_url"], true);
        put(&mut inner, "icon_url", icon);
        shown.insert(part.into(), Value::Object(inner));
    }
    for part in ["image", "thumbnail"] {
        if embed[part].is_null() {
            continue;
        }
        match link(form, &format!("{at}.{part}.url"), &embed[part]["url"], true) {
            Some(url) => {
                shown.insert(part.into(), json!({"url": url}));
            }
            None => form.required(&format!("{at}.{part}.url")),
        }
    }
    let says = ["title", "description", "fields", "footer", "author", "image", "thumbnail", "url"];
    if !says.iter().any(|key| shown.contains_key(*key)) {
        form.required(&format!("{at}.description"));
    }
    Value::Object(shown)
}
