//! What a person reads: messages, views and channels as text.

use super::record::Event;
use super::state::State;
use super::world::{Message, View};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A channel from its first message to its last, the replies under their parents.
pub fn room(state: &State, channel: &str) -> String {
    let channel = state.channel(channel);
    let mut replies: BTreeMap<&str, Vec<&Message>> = BTreeMap::new();
    for message in &channel.messages {
        replies.entry(message.thread_ts.as_deref().unwrap_or_default()).or_default().push(message);
    }
    let mut text = String::new();
    for parent in replies.get("").into_iter().flatten() {
        text.push_str(&said(state, parent, ""));
        for reply in replies.get(parent.ts.as_str()).into_iter().flatten() {
            text.push_str(&said(state, reply, "  > "));
        }
    }
    text.trim_end().to_owned()
}

/// What happened in a channel, each message as it looks now.
pub fn news(state: &State, channel: &str, since: usize) -> String {
    let place = state.channel(channel);
    let mut text = String::new();
    let mut shown = BTreeSet::new();
    for event in &state.events[since..] {
        let (word, ts) = match event {
            Event::Posted { channel: c, ts } if c == channel => ("", ts),
            Event::Edited { channel: c, ts } if c == channel => ("edited: ", ts),
            Event::Deleted { channel: c, ts } if c == channel && !shown.contains(ts) => {
                text.push_str("deleted: a message\n");
                continue;
            }
            Event::Reacted { channel: c, ts, .. } if c == channel => ("reaction: ", ts),
            _ => continue,
        };
        let Some(message) = place.message(ts) else { continue };
        if shown.insert(ts.clone()) {
            let indent = if message.thread_ts.is_some() { "  > " } else { "" };
            text.push_str(&said(state, message, &format!("{word}{indent}")));
        }
    }
    text.trim_end().to_owned()
}

/// A message with its author in front.
pub fn said(state: &State, message: &Message, indent: &str) -> String {
    let mut text = String::new();
    for (i, line) in self::message(state, message).lines().enumerate() {
        if i == 0 {
            writeln!(text, "{indent}{}: {line}", name(state, &message.user)).expect("a string takes all");
        } else {
            writeln!(text, "{indent}  {line}").expect("a string takes all");
        }
    }
    for (name, user) in &message.reactions {
        writeln!(text, "{indent}  :{name}: {}", self::name(state, user)).expect("a string takes all");
    }
    text
}

/// What a message shows. Where there are blocks, its text is for the notification only.
pub fn message(state: &State, message: &Message) -> String {
    let mut lines = Vec::new();
    if message.blocks.is_empty() && !message.text.is_empty() {
        lines.extend(mrkdwn(state, &message.text).lines().map(str::to_owned));
    }
    lines.extend(message.blocks.iter().flat_map(|b| block(state, b)));
    for attachment in &message.attachments {
        for key in ["pretext", "title", "text"] {
            lines.extend(attachment[key].as_str().into_iter().flat_map(str::lines).map(|t| mrkdwn(state, t)));
        }
        lines.extend(attachment["blocks"].as_array().into_iter().flatten().flat_map(|b| block(state, b)));
        lines.extend(attachment["footer"].as_str().map(str::to_owned));
    }
    lines.join("\n")
}

/// A modal or a home tab.
pub fn view(state: &State, view: &View) -> String {
    let mut lines = Vec::new();
    if let Some(title) = view.body["title"]["text"].as_str() {
        lines.push(format!("= {title} ="));
    }
    for b in view.blocks() {
        lines.extend(block_with(state, b, Some(view)));
        if let Some(error) = b["block_id"].as_str().and_then(|id| view.errors.get(id)) {
            lines.push(format!("  ! {error}"));
        }
    }
    let buttons: Vec<String> =
        ["submit", "close"].iter().filter_map(|k| Some(format!("[{}]", view.body[*k]["text"].as_str()?))).collect();
    if !buttons.is_empty() {
        lines.push(buttons.join(" "));
    }
    lines.join("\n")
}

fn block(state: &State, block: &Value) -> Vec<String> {
    block_with(state, block, None)
}

fn block_with(state: &State, block: &Value, view: Option<&View>) -> Vec<String> {
    let each =
        |key: &str| -> Vec<String> { block[key].as_array().into_iter().flatten().map(|e| element(state, e)).collect() };
    match block["type"].as_str() {
        Some("section") => {
            let mut lines: Vec<String> = text(state, &block["text"]).lines().map(str::to_owned).collect();
            lines.extend(Some(each("fields").join(" | ")).filter(|f| !f.is_empty()));
            if block["accessory"].is_object() {
                let shown = element(state, &block["accessory"]);
                match lines.last_mut() {
                    Some(last) => write!(last, " {shown}").expect("a string takes all"),
                    None => lines.push(shown),
                }
            }
            lines
        }
        Some("header") => vec![text(state, &block["text"])],
        Some("divider") => vec!["---".into()],
        Some("context" | "actions") => each("elements").join(" ").lines().map(str::to_owned).collect(),
        Some("image") => vec![format!("({})", block["alt_text"].as_str().unwrap_or_default())],
        Some("markdown") => block["text"].as_str().unwrap_or_default().lines().map(str::to_owned).collect(),
        Some("rich_text") => {
            let parts = block["elements"].as_array().into_iter().flatten();
            parts.flat_map(|part| rich(state, part)).collect()
        }
        Some("input") => {
            let value = view.map_or(Value::Null, |v| held(v, block));
            let label = text(state, &block["label"]);
            vec![format!(
                "{label}: {}",
                if value.is_null() { element(state, &block["element"]) } else { shown(&value) }
            )]
        }
        _ => Vec::new(),
    }
}

/// What an input of a view holds.
fn held(view: &View, block: &Value) -> Value {
    let id = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let value = view.state.get(&id(&block["block_id"])).and_then(|b| b.get(&id(&block["element"]["action_id"])));
    let Some(value) = value else { return Value::Null };
    let first =
        [&value["value"], &value["selected_option"]["text"]["text"], &value["selected_date"], &value["selected_time"]];
    first.into_iter().find(|v| !v.is_null()).cloned().unwrap_or_default()
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn element(state: &State, element: &Value) -> String {
    let label = || text(state, &element["text"]);
    let options = || -> String {
        let groups = element["option_groups"].as_array().into_iter().flatten().filter_map(|g| g["options"].as_array());
        let all = element["options"].as_array().into_iter().chain(groups).flatten();
        all.map(|o| text(state, &o["text"])).collect::<Vec<_>>().join(" | ")
    };
    match element["type"].as_str() {
        Some("mrkdwn" | "plain_text") => text(state, element),
        Some("button") => match element["url"].as_str() {
            Some(url) => format!("[{} ({url})]", label()),
            None => format!("[{}]", label()),
        },
        Some("overflow") => format!("[… {}]", options()),
        Some("static_select" | "radio_buttons" | "checkboxes" | "multi_static_select") => {
            let first = element["initial_option"]["text"]["text"].as_str();
            let name = first.or(element["placeholder"]["text"].as_str()).unwrap_or("choose");
            format!("[{name} v {}]", options())
        }
        Some("image") => format!("({})", element["alt_text"].as_str().unwrap_or_default()),
        Some(kind) => {
            let hint = element["initial_value"].as_str().or(element["placeholder"]["text"].as_str());
            hint.map_or_else(|| format!("<{kind}>"), str::to_owned)
        }
        None => String::new(),
    }
}

fn text(state: &State, object: &Value) -> String {
    let words = object["text"].as_str().unwrap_or_default();
    if object["type"] == "mrkdwn" { mrkdwn(state, words) } else { words.to_owned() }
}

fn rich(state: &State, part: &Value) -> Vec<String> {
    let inline = |list: &Value| -> String {
        let parts = list["elements"].as_array().into_iter().flatten();
        parts
            .map(|e| {
                let word = |key: &str| e[key].as_str().unwrap_or_default().to_owned();
                match e["type"].as_str() {
                    Some("text") => word("text"),
                    Some("link") if e["text"].is_string() => format!("{} ({})", word("text"), word("url")),
                    Some("link") => word("url"),
                    Some("user") => format!("@{}", name(state, &word("user_id"))),
                    Some("usergroup") => call(state, &format!("!subteam^{}", word("usergroup_id"))),
                    Some("channel") => call(state, &format!("#{}", word("channel_id"))),
                    Some("broadcast") => format!("@{}", word("range")),
                    Some("emoji") => format!(":{}:", word("name")),
                    Some("date") => word("fallback"),
                    _ => String::new(),
                }
            })
            .collect()
    };
    match part["type"].as_str() {
        Some("rich_text_list") => {
            part["elements"].as_array().into_iter().flatten().map(|item| format!("• {}", inline(item))).collect()
        }
        Some("rich_text_quote") => inline(part).lines().map(|line| format!("| {line}")).collect(),
        _ => inline(part).lines().map(str::to_owned).collect(),
    }
}

pub fn name(state: &State, user: &str) -> String {
    state.users.get(user).map_or_else(|| user.to_owned(), |u| u.name.clone())
}

/// mrkdwn as it is read: calls by name, links with their address, the three escapes undone.
pub fn mrkdwn(state: &State, text: &str) -> String {
    let mut read = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        read.push_str(&plain(before));
        let Some((inside, later)) = after.split_once('>') else {
            read.push('<');
            rest = after;
            continue;
        };
        read.push_str(&call(state, inside));
        rest = later;
    }
    read.push_str(&plain(rest));
    read
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// What stands between angle brackets.
fn call(state: &State, inside: &str) -> String {
    let (target, label) = inside.split_once('|').map_or((inside, None), |(t, l)| (t, Some(plain(l))));
    if let Some(id) = target.strip_prefix('@') {
        return format!("@{}", name(state, id));
    }
    if let Some(id) = target.strip_prefix('#') {
        return format!("#{}", state.channels.get(id).map_or(id, |c| c.name.as_str()));
    }
    if let Some(id) = target.strip_prefix("!subteam^") {
        return format!("@{}", state.groups.get(id).map_or(id, |g| g.handle.as_str()));
    }
    if target.starts_with("!date^") {
        return label.unwrap_or_default();
    }
    if let Some(word) = target.strip_prefix('!') {
        return format!("@{word}");
    }
    match label {
        Some(label) => format!("{label} ({})", plain(target)),
        None => plain(target),
    }
}
