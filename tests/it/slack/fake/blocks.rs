//! Block Kit as docs.slack.dev limits it ("Blocks", "Block elements", "Composition objects", "Views"): the fake's own rules,
//! and Slack's schema beside them.

use super::elements;
use super::rich_text;
use super::schema;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Display;

/// Where blocks stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    Message,
    Modal,
    Home,
}

/// Collects what is wrong, each with its place.
#[derive(Debug, Default)]
pub struct Check {
    pub wrong: Vec<String>,
}

impl Check {
    pub fn wrong(&mut self, at: &str, why: impl Display) {
        self.wrong.push(format!("{why} [json-pointer:{at}]"));
    }

    /// Only these fields, and these at least.
    pub fn fields(&mut self, value: &Value, at: &str, needed: &[&str], allowed: &[&str]) -> bool {
        let Some(fields) = value.as_object() else {
            self.wrong(at, "must be an object");
            return false;
        };
        for name in needed {
            if fields.get(*name).is_none_or(Value::is_null) {
                self.wrong(at, format!("missing required field: {name}"));
            }
        }
        for name in fields.keys() {
            if name != "type" && !needed.contains(&name.as_str()) && !allowed.contains(&name.as_str()) {
                self.wrong(at, format!("invalid additional property: {name}"));
            }
        }
        true
    }

    /// A string of at most so many characters; at least one.
    pub fn string(&mut self, value: &Value, at: &str, most: usize) {
        match value.as_str() {
            None if value.is_null() => {}
            None => self.wrong(at, "must be a string"),
            Some(text) => self.length(text, at, most),
        }
    }

    fn length(&mut self, text: &str, at: &str, most: usize) {
        if text.is_empty() {
            self.wrong(at, "must be more than 0 characters");
        } else if text.chars().count() > most {
            self.wrong(at, format!("must be less than {} characters", most + 1));
        }
    }

    /// A text object.
    pub fn text(&mut self, value: &Value, at: &str, most: usize, plain_only: bool) {
        if value.is_null() || !self.fields(value, at, &["text"], &["emoji", "verbatim"]) {
            return;
        }
        match value["type"].as_str() {
            Some("plain_text") if !value["verbatim"].is_null() => self.wrong(at, "verbatim is for mrkdwn"),
            Some("mrkdwn") if plain_only => self.wrong(at, "must be plain_text"),
            Some("mrkdwn") if !value["emoji"].is_null() => self.wrong(at, "emoji is for plain_text"),
            Some("plain_text" | "mrkdwn") => {}
            _ => self.wrong(at, "unsupported type of text"),
        }
        match value["text"].as_str() {
            Some(text) => self.length(text, &format!("{at}/text"), most),
            None => self.wrong(&format!("{at}/text"), "must be a string"),
        }
    }

    /// An array of so many items.
    pub fn list<'a>(&mut self, value: &'a Value, at: &str, most: usize) -> &'a [Value] {
        match value.as_array() {
            None => self.wrong(at, "must be an array"),
            Some(items) if items.is_empty() => self.wrong(at, "must have at least 1 item"),
            Some(items) if items.len() > most => self.wrong(at, format!("no more than {most} items allowed")),
            Some(_) => {}
        }
        value.as_array().map_or(&[], Vec::as_slice)
    }

    pub fn url(&mut self, value: &Value, at: &str) {
        self.string(value, at, 3_000);
        if value.as_str().is_some_and(|u| url::Url::parse(u).is_err()) {
            self.wrong(at, "must be a valid URL");
        }
    }
}

/// What is wrong with an array of blocks.
pub fn check(blocks: &[Value], at: &str, surface: Surface) -> Vec<String> {
    let mut check = Check::default();
    let most = if surface == Surface::Message { 50 } else { 100 };
    if blocks.len() > most {
        check.wrong(at, format!("no more than {most} items allowed"));
    }
    let mut names = BTreeSet::new();
    for (i, block) in blocks.iter().enumerate() {
        let at = format!("{at}/{i}");
        if let Some(id) = block["block_id"].as_str().filter(|id| !id.is_empty() && !names.insert(*id)) {
            check.wrong(&format!("{at}/block_id"), format!("`block_id` {id} already exists"));
        }
        one(&mut check, block, &at, surface);
        check.wrong.extend(schema::block(block, &at));
    }
    if blocks.iter().filter(|b| b["type"] == "table").count() > 1 {
        check.wrong(at, "only one table is allowed in a message");
    }
    check.wrong
}

fn one(check: &mut Check, block: &Value, at: &str, surface: Surface) {
    if !block.is_object() {
        return check.wrong(at, "must be an object");
    }
    check.string(&block["block_id"], &format!("{at}/block_id"), 255);
    match block["type"].as_str() {
        Some("section") => section(check, block, at),
        Some("header") => {
            check.fields(block, at, &["text"], &["block_id", "level"]);
            check.text(&block["text"], &format!("{at}/text"), 150, true);
        }
        Some("divider") => _ = check.fields(block, at, &[], &["block_id"]),
        Some("context") => context(check, block, at),
        Some("actions") => {
            check.fields(block, at, &["elements"], &["block_id"]);
            elements::actions(check, &block["elements"], &format!("{at}/elements"));
        }
        Some("input") => input(check, block, at),
        Some("image") => image(check, block, at),
        Some("rich_text") => rich_text::check(check, block, at),
        Some("markdown") if surface == Surface::Message => {
            check.fields(block, at, &["text"], &["block_id"]);
            check.string(&block["text"], &format!("{at}/text"), 12_000);
        }
        // The app sends none of these; the schema looks at them where it is there.
        Some("video") => {}
        Some("table") if surface == Surface::Message => {}
        Some(kind) => check.wrong(&format!("{at}/type"), format!("unsupported type: {kind}")),
        None => check.wrong(at, "missing required field: type"),
    }
}

fn section(check: &mut Check, block: &Value, at: &str) {
    check.fields(block, at, &[], &["block_id", "text", "fields", "accessory", "expand"]);
    if block["text"].is_null() && block["fields"].is_null() {
        check.wrong(at, "missing required field: text or fields");
    }
    check.text(&block["text"], &format!("{at}/text"), 3_000, false);
    if !block["fields"].is_null() {
        for (i, field) in check.list(&block["fields"], &format!("{at}/fields"), 10).iter().enumerate() {
            check.text(field, &format!("{at}/fields/{i}"), 2_000, false);
        }
    }
    if !block["accessory"].is_null() {
        elements::accessory(check, &block["accessory"], &format!("{at}/accessory"));
    }
}

fn context(check: &mut Check, block: &Value, at: &str) {
    check.fields(block, at, &["elements"], &["block_id"]);
    for (i, element) in check.list(&block["elements"], &format!("{at}/elements"), 10).iter().enumerate() {
        let at = format!("{at}/elements/{i}");
        if element["type"] == "image" {
            elements::picture(check, element, &at);
        } else {
            check.text(element, &at, 3_000, false);
        }
    }
}

fn input(check: &mut Check, block: &Value, at: &str) {
    check.fields(block, at, &["label", "element"], &["block_id", "hint", "optional", "dispatch_action"]);
    check.text(&block["label"], &format!("{at}/label"), 2_000, true);
    check.text(&block["hint"], &format!("{at}/hint"), 2_000, true);
    elements::field(check, &block["element"], &format!("{at}/element"));
}

fn image(check: &mut Check, block: &Value, at: &str) {
    check.fields(block, at, &["alt_text"], &["block_id", "image_url", "slack_file", "title"]);
    check.string(&block["alt_text"], &format!("{at}/alt_text"), 2_000);
    check.text(&block["title"], &format!("{at}/title"), 2_000, true);
    check.url(&block["image_url"], &format!("{at}/image_url"));
}

/// A coloured bar with blocks or with the older fields (docs.slack.dev, "Secondary message attachments").
pub fn check_attachment(attachment: &Value, at: &str) -> Vec<String> {
    let mut check = Check::default();
    let known = [
        "id",
        "blocks",
        "color",
        "fallback",
        "author_icon",
        "author_link",
        "author_name",
        "fields",
        "footer",
        "footer_icon",
        "image_url",
        "mrkdwn_in",
        "pretext",
        "text",
        "thumb_url",
        "title",
        "title_link",
        "ts",
    ];
    if !check.fields(attachment, at, &[], &known) {
        return check.wrong;
    }
    if let Some(color) = attachment["color"].as_str() {
        let hex = color.strip_prefix('#').unwrap_or(color);
        let named = matches!(color, "good" | "warning" | "danger");
        if !named && (hex.len() != 6 || hex.chars().any(|c| !c.is_ascii_hexdigit())) {
            check.wrong(&format!("{at}/color"), "must be good, warning, danger or a hex colour");
        }
    }
    let mut wrong = check.wrong;
    if let Some(blocks) = attachment["blocks"].as_array() {
        wrong.extend(self::check(blocks, &format!("{at}/blocks"), Surface::Message));
    } else if !attachment["blocks"].is_null() {
        wrong.push(format!("must be an array [json-pointer:{at}/blocks]"));
    }
    wrong
}

/// A modal or a home tab (docs.slack.dev, "Views").
pub fn check_view(view: &Value, kind: &str) -> Vec<String> {
    let mut check = Check::default();
    let home = kind == "home";
    if view["type"] != kind {
        check.wrong("/view/type", format!("must be {kind}"));
    }
    let common = ["private_metadata", "callback_id", "external_id"];
    let modal = ["close", "submit", "clear_on_close", "notify_on_close", "submit_disabled"];
    let (needed, allowed): (&[&str], Vec<&str>) =
        if home { (&["blocks"], common.to_vec()) } else { (&["blocks", "title"], [&common[..], &modal[..]].concat()) };
    check.fields(view, "/view", needed, &allowed);
    for key in ["title", "close", "submit"] {
        check.text(&view[key], &format!("/view/{key}"), 24, true);
    }
    if let Some(text) = view["private_metadata"].as_str().filter(|t| t.chars().count() > 3_000) {
        check.wrong(
            "/view/private_metadata",
            format!("must be less than 3001 characters, has {}", text.chars().count()),
        );
    }
    for key in ["callback_id", "external_id"] {
        if view[key].as_str().is_some_and(|t| t.chars().count() > 255) {
            check.wrong(&format!("/view/{key}"), "must be less than 256 characters");
        }
    }
    let none = Vec::new();
    let blocks = view["blocks"].as_array().unwrap_or(&none);
    if !home && view["submit"].is_null() && blocks.iter().any(|b| b["type"] == "input") {
        check.wrong("/view", "missing required field: submit, since there are input blocks");
    }
    let focused = blocks.iter().filter(|b| b["element"]["focus_on_load"] == true).count();
    if focused > 1 {
        check.wrong("/view/blocks", "only one element can have focus_on_load");
    }
    let surface = if home { Surface::Home } else { Surface::Modal };
    let mut wrong = check.wrong;
    wrong.extend(self::check(blocks, "/view/blocks", surface));
    wrong.extend(schema::view(view, "/view"));
    wrong
}

/// Characters of text in a block, all told.
pub fn text_length(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(text_length).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match value {
                Value::String(text) if name == "text" => text.chars().count(),
                other => text_length(other),
            })
            .sum(),
        _ => 0,
    }
}
