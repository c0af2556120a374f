//! What a person reads: messages, channels and threads as text.

use super::FakeDiscord;
use super::record::Event;
use super::said_markdown::shown;
use super::state::State;
use super::state_world::{COMPONENTS_V2, FORUM_KIND, LOADING, Message, SUPPRESS_EMBEDS};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What a message shows, without its author.
pub fn message(state: &State, message: &Message) -> String {
    let mut lines: Vec<String> = Vec::new();
    if message.flags & LOADING != 0 {
        lines.push("is thinking…".to_owned());
    }
    if message.kind == 18 {
        lines.push(format!("started a thread: {}", message.content));
    } else if !message.content.is_empty() {
        lines.extend(shown(state, &message.content).lines().map(str::to_owned));
    }
    if message.flags & SUPPRESS_EMBEDS == 0 {
        let mut urls = BTreeSet::new();
        // Of embeds with the same address only the first is shown ("Embed Limits").
        let embeds = message.embeds.iter().filter(|e| e["url"].as_str().is_none_or(|u| urls.insert(u.to_owned())));
        for embed in embeds {
            lines.extend(self::embed(state, embed).into_iter().map(|line| format!("│ {line}")));
        }
    }
    for attachment in &message.attachments {
        lines.push(format!("[[file: {}]]", attachment["filename"].as_str().unwrap_or_default()));
    }
    let v2 = message.flags & COMPONENTS_V2 != 0;
    message.components.iter().for_each(|c| component(state, c, v2, &mut lines));
    lines.join("\n")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// An embed, top to bottom. Titles and descriptions, names and values of fields take markdown; author and footer do not.
pub fn embed(state: &State, embed: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    let mut add = |text: String| lines.extend(text.lines().map(str::to_owned));
    let linked = |text: String, url: &Value| match url.as_str() {
        Some(url) => format!("[[link: {text} -> {url}]]"),
        None => text,
    };
    if embed["author"].is_object() {
        add(linked(text(&embed["author"]["name"]).to_owned(), &embed["author"]["url"]));
    }
    if embed["title"].is_string() {
        add(format!("[[title: {}]]", linked(shown(state, text(&embed["title"])), &embed["url"])));
    }
    add(shown(state, text(&embed["description"])));
    for field in embed["fields"].as_array().into_iter().flatten() {
        add(format!("{}: {}", shown(state, text(&field["name"])), shown(state, text(&field["value"]))));
    }
    for part in ["image", "thumbnail"] {
        if embed[part].is_object() {
            add(format!("[[{part}: {}]]", text(&embed[part]["url"])));
        }
    }
    let when = embed["timestamp"].as_str().unwrap_or_default();
    let footer = text(&embed["footer"]["text"]);
    if !footer.is_empty() || !when.is_empty() {
        let both = if footer.is_empty() || when.is_empty() { "" } else { " • " };
        add(format!("-- {footer}{both}{when}"));
    }
    lines
}

fn component(state: &State, component: &Value, v2: bool, lines: &mut Vec<String>) {
    match component["type"].as_u64() {
        Some(1) => {
            let items = component["components"].as_array().into_iter().flatten();
            lines.push(items.map(|c| control(state, c)).collect::<Vec<_>>().join(" "));
        }
        Some(2 | 3 | 5..=8) => lines.push(control(state, component)),
        Some(10) => lines.extend(shown(state, text(&component["content"])).lines().map(str::to_owned)),
        _ if v2 => {
            let inner = component["components"].as_array().into_iter().flatten();
            inner.for_each(|c| self::component(state, c, v2, lines));
            if component["accessory"].is_object() {
                self::component(state, &component["accessory"], v2, lines);
            }
        }
        _ => {}
    }
}

/// A button or a select as a person sees it.
fn control(_: &State, control: &Value) -> String {
    let off = if control["disabled"] == true { " off" } else { "" };
    if control["type"] == 2 {
        let emoji = text(&control["emoji"]["name"]);
        let label = [emoji, text(&control["label"])].join(" ");
        let target = control["url"].as_str().map(|url| format!(" -> {url}")).unwrap_or_default();
        return format!("[{}{target}{off}]", label.trim());
    }
    let placeholder = control["placeholder"].as_str().unwrap_or("Make a selection");
    let options = control["options"].as_array().into_iter().flatten().map(|o| {
        let chosen = if o["default"] == true { "*" } else { "" };
        let words = o["description"].as_str().map(|d| format!(" ({d})")).unwrap_or_default();
        format!("{chosen}{}{words}", text(&o["label"]))
    });
    format!("{{{placeholder}: {}{off}}}", options.collect::<Vec<_>>().join(" | "))
}

/// A message with its author in front.
pub fn said(state: &State, message: &Message, indent: &str) -> String {
    let mut out = String::new();
    let to = match &message.ephemeral_for {
        Some(user) => format!(" (only {})", state.display_name(user)),
        None => String::new(),
    };
    let name = state.display_name(&message.author);
    let body = self::message(state, message);
    let mut lines = body.lines();
    writeln!(out, "{indent}{name}{to}: {}", lines.next().unwrap_or_default()).expect("a string takes all");
    for line in lines {
        writeln!(out, "{indent}  {line}").expect("a string takes all");
    }
    out
}

/// The heading of a thread or of a post in a forum.
fn thread_line(state: &State, id: &str) -> String {
    let Some(channel) = state.channels.get(id) else { return String::new() };
    let Some(thread) = &channel.thread else { return String::new() };
    let parent = channel.parent.as_ref().and_then(|p| state.channels.get(p));
    let named = |tag: &String| parent.and_then(|p| p.tags.iter().find(|t| t.id == *tag)).map(|t| t.name.clone());
    let tags: Vec<String> = thread.tags.iter().filter_map(named).collect();
    let tags = if tags.is_empty() { String::new() } else { format!(" <{}>", tags.join(", ")) };
    let locked = if thread.locked { " (locked)" } else { "" };
    let archived = if thread.archived { " (archived)" } else { "" };
    format!("# {}{tags}{locked}{archived}", channel.name)
}

/// Every message of a place that all may read, with its thread below it.
fn place(state: &State, id: &str, indent: &str) -> String {
    let mut out = String::new();
    let Some(channel) = state.channels.get(id) else { return out };
    for message in channel.messages.iter().filter(|m| m.ephemeral_for.is_none() && m.kind != 21) {
        out.push_str(&said(state, message, indent));
        if let Some(thread) = &message.thread {
            writeln!(out, "{indent}  {}", thread_line(state, thread)).expect("a string takes all");
            out.push_str(&place(state, thread, &format!("{indent}  > ")));
        }
    }
    out
}

/// A channel from its first message to its last, a forum post by post.
pub fn room(state: &State, id: &str) -> String {
    let Some(channel) = state.channels.get(id) else { return String::new() };
    let mut out = place(state, id, "");
    let orphans = |c: &&super::Channel| {
        let starter = channel.messages.iter().any(|m| m.thread.as_deref() == Some(c.id.as_str()));
        c.parent.as_deref() == Some(id) && c.is_thread() && (channel.kind == FORUM_KIND || !starter)
    };
    for thread in state.channels.values().filter(orphans) {
        writeln!(out, "{}", thread_line(state, &thread.id)).expect("a string takes all");
        out.push_str(&place(state, &thread.id, "  > "));
    }
    out.trim_end().to_owned()
}

/// What happened in a channel and its threads, each message as it looks now.
pub fn news(state: &State, channel: &str, since: usize) -> String {
    let mut out = String::new();
    let mut seen = BTreeSet::new();
    let here = |c: &str| c == channel || state.channels.get(c).is_some_and(|t| t.parent.as_deref() == Some(channel));
    for event in state.events.iter().skip(since) {
        let (word, place, id) = match event {
            Event::Posted { channel, message } => ("", channel, message),
            Event::Edited { channel, message } => ("edited: ", channel, message),
            Event::Deleted { channel: c, message } if here(c) && !seen.contains(message) => {
                out.push_str("deleted: a message\n");
                continue;
            }
            Event::ThreadMade { parent, thread } | Event::ThreadChanged { parent, thread } if parent == channel => {
                if seen.insert(format!("thread {thread}")) {
                    writeln!(out, "{}", thread_line(state, thread)).expect("a string takes all");
                }
                continue;
            }
            _ => continue,
        };
        if !here(place) {
            continue;
        }
        let indent = if place == channel { "" } else { "  > " };
        let message = state.channels.get(place).and_then(|c| c.message(id));
        let message = message.filter(|m| m.ephemeral_for.is_none() && m.kind != 21);
        if let Some(message) = message.filter(|_| seen.insert(id.clone())) {
            out.push_str(&said(state, message, &format!("{word}{indent}")));
        }
    }
    out.trim_end().to_owned()
}

impl FakeDiscord {
    /// What everybody reads in a channel with its threads, or in a thread or a direct message alone.
    pub fn room_text(&self, channel: &str) -> String {
        let mut state = self.inner.state();
        state.settle();
        room(&state, channel)
    }

    /// What is new or changed in a channel and its threads since the last look.
    pub fn news(&self, channel: &str) -> String {
        let state = self.inner.state();
        let mut looked = self.inner.looked.lock().expect("no test panics while it holds this");
        let since = looked.insert(channel.to_owned(), state.events.len()).unwrap_or(0);
        news(&state, channel, since)
    }

    /// The newest message in a channel or thread whose text, as a person reads it, has this in it; its id.
    pub fn find(&self, channel: &str, needle: &str) -> Option<String> {
        let state = self.inner.state();
        let mut newest = state.channel(channel).messages.iter().rev().filter(|m| m.ephemeral_for.is_none());
        newest.find(|m| message(&state, m).contains(needle)).map(|m| m.id.clone())
    }
}
