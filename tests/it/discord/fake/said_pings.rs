//! Whom a message wakes up, and which links in it Discord would unfold (docs.discord.com/developers, "Allowed Mentions").

use super::record::Ping;
use super::state::State;
use super::state_rights as rights;
use super::state_world::{APP, Message};
use serde_json::Value;

/// Who is mentioned, as Discord's servers see it: they look at the text alone, so neither a backslash nor a code block helps.
#[derive(Debug, Default)]
pub struct Heard {
    users: Vec<String>,
    roles: Vec<String>,
    /// `@everyone` or `@here`.
    everyone: Option<&'static str>,
    /// The roles that would ring.
    ringing: Vec<String>,
}

impl Heard {
    pub fn write(&self, message: &mut Message) {
        message.mentions.clone_from(&self.users);
        message.mention_roles.clone_from(&self.roles);
        message.mention_everyone = self.everyone.is_some();
    }

    pub fn pings(&self, state: &State, channel: &str) -> Vec<Ping> {
        let user = |id: &String| state.users.get(id).map(|u| format!("@{}", u.name));
        let role = |id: &String| state.roles.get(id).map(|r| format!("@{}", r.name));
        let all = self.everyone.map(str::to_owned).into_iter();
        let names = all.chain(self.users.iter().filter_map(user)).chain(self.ringing.iter().filter_map(role));
        names.map(|who| Ping { channel: channel.to_owned(), who }).collect()
    }
}

/// Everything that a person reads as text in a message and that can mention.
fn texts(message: &Message) -> String {
    fn below(component: &Value, text: &mut String) {
        if component["type"] == 10 {
            text.push('\n');
            text.push_str(component["content"].as_str().unwrap_or_default());
        }
        let inner = component["components"].as_array().into_iter().flatten();
        inner.for_each(|c| below(c, text));
    }
    let mut text = message.content.clone();
    message.components.iter().for_each(|c| below(c, &mut text));
    text
}

/// The ids in `<@…>`, `<@!…>` or `<@&…>`.
fn ids(text: &str, prefixes: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for piece in text.split('<').skip(1) {
        let Some((inside, _)) = piece.split_once('>') else { continue };
        for prefix in prefixes {
            let id = inside.strip_prefix(prefix).filter(|id| !id.is_empty() && id.chars().all(|c| c.is_ascii_digit()));
            if let Some(id) = id.filter(|id| !found.iter().any(|f| f == id)) {
                found.push(id.to_owned());
            }
        }
    }
    found
}

/// Who is mentioned by a message of the app. `answers`: it answers an interaction, which by default mentions users alone.
pub fn mentions(state: &State, channel: &str, message: &Message, allowed: Option<&Value>, answers: bool) -> Heard {
    let text = texts(message);
    let parses = |kind: &str| match allowed {
        None => !answers || kind == "users",
        Some(allowed) => allowed["parse"].as_array().is_some_and(|p| p.iter().any(|k| k == kind)),
    };
    let names = |kind: &str, id: &str| {
        allowed.is_some_and(|a| a[kind].as_array().is_some_and(|ids| ids.iter().any(|i| same_id(i, id))))
    };
    let may = state.rights(APP, state.channel(channel)) & rights::MENTION_EVERYONE != 0;
    let mut heard = Heard::default();
    for id in ids(&text, &["@", "@!"]) {
        if state.users.contains_key(&id) && (parses("users") || names("users", &id)) {
            heard.users.push(id);
        }
    }
    for id in ids(&text, &["@&"]) {
        let Some(role) = state.roles.get(&id) else { continue };
        if parses("roles") || names("roles", &id) {
            if role.mentionable || may {
                heard.ringing.push(id.clone());
            }
            heard.roles.push(id);
        }
    }
    if may && parses("everyone") {
        heard.everyone = ["@everyone", "@here"].into_iter().find(|word| text.contains(word));
    }
    if let (19, Some(reference)) = (message.kind, &message.reference) {
        let target = reference["message_id"].as_str().unwrap_or_default();
        let author = state.channel(channel).message(target).map(|m| m.author.clone());
        let wanted = allowed.is_none_or(|a| a["replied_user"] == true);
        if let Some(author) = author.filter(|a| wanted && a != APP && !heard.users.contains(a)) {
            heard.users.push(author);
        }
    }
    heard
}

fn same_id(given: &Value, id: &str) -> bool {
    given.as_str() == Some(id) || given.as_u64().is_some_and(|n| n.to_string() == id)
}

/// The addresses that Discord would unfold below a message: not those in angle brackets, and not those in code.
pub fn links(text: &str) -> Vec<String> {
    let mut outside = String::new();
    for (i, piece) in text.split("```").enumerate() {
        if i % 2 == 0 {
            for (j, part) in piece.split('`').enumerate() {
                outside.push_str(if j % 2 == 0 { part } else { " " });
            }
        }
        outside.push(' ');
    }
    let mut found = Vec::new();
    for scheme in ["http://", "https://"] {
        for (at, _) in outside.match_indices(scheme) {
            let before = outside.get(..at).and_then(|t| t.chars().next_back());
            let rest = outside.get(at..).unwrap_or_default();
            let address: String = rest.chars().take_while(|c| !c.is_whitespace() && !matches!(c, '<' | '>')).collect();
            let closed = rest.get(address.len()..).is_some_and(|t| t.starts_with('>'));
            if !(before == Some('<') && closed) && address.len() > scheme.len() {
                found.push(address.trim_end_matches([')', '.', ',', ';', ':', '!', '?', '"', '\'']).to_owned());
            }
        }
    }
    found
}
