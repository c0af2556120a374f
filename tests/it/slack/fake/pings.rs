//! Who a message wakes up, and which links it carries (docs.slack.dev, "Formatting message text").

use super::state::State;
use serde_json::Value;

/// What was found in a message.
#[derive(Debug, Default)]
pub struct Heard {
    /// `link_names` or `parse=full`: bare names count.
    by_name: bool,
    /// `@U…`, `!here`, `!subteam^S…`, and whether it is certain.
    calls: Vec<(String, bool)>,
    pub links: Vec<String>,
}

impl Heard {
    pub fn new(by_name: bool) -> Self {
        Self { by_name, ..Self::default() }
    }

    /// Text in mrkdwn. Where it is `bare`, Slack leaves words outside of angle brackets alone.
    pub fn mrkdwn(&mut self, text: &str, bare: bool) {
        let mut rest = text;
        let mut outside = String::new();
        while let Some((before, after)) = rest.split_once('<') {
            outside.push_str(before);
            let Some((inside, later)) = after.split_once('>') else {
                rest = after;
                continue;
            };
            outside.push(' ');
            let target = inside.split('|').next().unwrap_or_default();
            match target.chars().next() {
                Some('@' | '!') => self.calls.push((target.to_owned(), true)),
                Some('#') | None => {}
                Some(_) => self.links.push(target.to_owned()),
            }
            rest = later;
        }
        outside.push_str(rest);
        for word in outside.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';' | '"')) {
            if word.starts_with("http://") || word.starts_with("https://") {
                self.links.push(word.to_owned());
            }
            let name = word.trim_end_matches(|c: char| !c.is_alphanumeric());
            if self.by_name && name.starts_with('@') {
                self.calls.push((name.to_owned(), true));
            } else if !bare && matches!(name, "@here" | "@channel" | "@everyone") {
                self.calls.push((name.replace('@', "!"), false));
            }
        }
    }

    pub fn attachment(&mut self, attachment: &Value) {
        for key in ["pretext", "text", "title", "footer", "fallback"] {
            if let Some(text) = attachment[key].as_str() {
                self.mrkdwn(text, true);
            }
        }
        for field in attachment["fields"].as_array().into_iter().flatten() {
            self.mrkdwn(field["value"].as_str().unwrap_or_default(), true);
        }
        for key in ["title_link", "from_url", "author_link"] {
            self.links.extend(attachment[key].as_str().map(str::to_owned));
        }
        for block in attachment["blocks"].as_array().into_iter().flatten() {
            self.block(block);
        }
    }

    /// A block, and everything in it.
    pub fn block(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.block(item)),
            Value::Object(fields) => {
                let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
                match value["type"].as_str() {
                    Some("mrkdwn") => return self.mrkdwn(&text("text"), value["verbatim"] == true),
                    Some("markdown") => return self.mrkdwn(&text("text"), false),
                    Some("plain_text") => return,
                    Some("user") => self.calls.push((format!("@{}", text("user_id")), true)),
                    Some("usergroup") => self.calls.push((format!("!subteam^{}", text("usergroup_id")), true)),
                    Some("broadcast") => self.calls.push((format!("!{}", text("range")), true)),
                    Some("link") => self.links.push(text("url")),
                    _ => {}
                }
                fields.values().filter(|v| v.is_array() || v.is_object()).for_each(|v| self.block(v));
            }
            _ => {}
        }
    }

    /// The calls as people know each other.
    pub fn named(&self, state: &State) -> Vec<(String, bool)> {
        let name = |call: &str| {
            if let Some(id) = call.strip_prefix("!subteam^") {
                return state.groups.get(id).map(|g| format!("@{}", g.handle));
            }
            if let Some(word) = call.strip_prefix('!') {
                return matches!(word, "here" | "channel" | "everyone" | "group").then(|| format!("@{word}"));
            }
            let id = call.strip_prefix('@')?;
            let by_id = state.users.get(id).or_else(|| state.users.values().find(|u| u.name == id));
            let word = matches!(id, "here" | "channel" | "everyone").then(|| call.to_owned());
            word.or_else(|| by_id.map(|u| format!("@{}", u.name)))
        };
        let mut named: Vec<(String, bool)> =
            self.calls.iter().filter_map(|(c, sure)| Some((name(c)?, *sure))).collect();
        named.sort();
        named.dedup();
        named
    }
}
