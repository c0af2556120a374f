//! Which commands a person sees, and what the client makes of what they type ("Application Commands").

use super::payload::{self, Place};
use super::rights::{self, USE_APPLICATION_COMMANDS};
use super::{Channel, Command, State};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Why a client does not let a person do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The person is not shown it at all.
    NotShown,
    /// The client marks it as wrong.
    Wrong(String),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotShown => f.write_str("the client does not show it to this person"),
            Self::Wrong(why) => f.write_str(why),
        }
    }
}

pub fn wrong<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Wrong(why.into()))
}

/// Does this person see this command there? By context, by the person's permissions, by the right to use commands.
fn shown(state: &State, place: Place, channel: &Channel, command: &Command) -> bool {
    let context = i32::from(channel.guild.is_none());
    let body = &command.body;
    let allowed = match body["contexts"].as_array() {
        Some(contexts) => contexts.iter().any(|c| *c == context),
        None => context == 0 || body["dm_permission"] != false,
    };
    if !allowed || command.guild.is_some() && command.guild != channel.guild {
        return false;
    }
    let has = state.rights(place.user, channel);
    if has & rights::VIEW_CHANNEL == 0 || has & USE_APPLICATION_COMMANDS == 0 {
        return false;
    }
    if channel.guild.is_none() || has & rights::ADMINISTRATOR != 0 {
        return true;
    }
    match body["default_member_permissions"].as_str().and_then(|p| p.parse::<u64>().ok()) {
        Some(0) => false,
        Some(needed) => has & needed == needed,
        None => true,
    }
}

/// The command of this name and kind (1 slash, 3 message) that this person sees there. The name may be the one in the
/// person's language.
pub fn find<'a>(state: &'a State, place: Place, name: &str, kind: u64) -> Result<&'a Command, Refusal> {
    let channel = state.channel(place.channel);
    let locale = state.users.get(place.user).map(|u| u.locale.clone()).unwrap_or_default();
    let named = |c: &&Command| c.kind() == kind && (c.name() == name || c.body["name_localizations"][&locale] == name);
    let all: Vec<&Command> = state.commands.iter().filter(named).collect();
    if all.is_empty() {
        return wrong(format!("there is no command {name:?} of kind {kind}"));
    }
    let seen = all.into_iter().filter(|c| shown(state, place, channel, c));
    seen.max_by_key(|c| c.guild.is_some()).ok_or(Refusal::NotShown)
}

/// What a person types: options by name, and the one in which the cursor is with what is there so far.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    pub given: &'a [(&'a str, &'a str)],
    pub focused: Option<(&'a str, &'a str)>,
}

/// The data of a slash command; and the type of the option in which the cursor is.
pub fn slash(state: &State, place: Place, line: &str, typed: Typed) -> Result<(Value, u64), Refusal> {
    let mut words = line.trim_start_matches('/').split_whitespace();
    let command = find(state, place, words.next().unwrap_or_default(), 1)?;
    let mut path: Vec<&Value> = Vec::new();
    let mut options = &command.body["options"];
    let nested =
        |options: &Value| options.as_array().is_some_and(|o| o.iter().any(|o| o["type"] == 1 || o["type"] == 2));
    for word in words {
        let inner = options.as_array().into_iter().flatten().find(|o| o["name"] == word && nested(&json!([o])));
        let Some(inner) = inner else { return wrong(format!("{line}: there is no subcommand {word}")) };
        path.push(inner);
        options = &inner["options"];
    }
    if nested(options) {
        return wrong(format!("{line}: a subcommand is needed"));
    }
    let known: Vec<&Value> = options.as_array().into_iter().flatten().collect();
    let mut values = Vec::new();
    let mut resolved = json!({});
    let mut focus = 0;
    for (name, _) in typed.given.iter().chain(typed.focused.iter()) {
        if !known.iter().any(|o| o["name"] == *name) {
            return wrong(format!("{line}: there is no option {name}"));
        }
    }
    for option in known {
        let name = option["name"].as_str().unwrap_or_default();
        let kind = option["type"].as_u64().unwrap_or_default();
        if let Some((_, text)) = typed.focused.filter(|(n, _)| *n == name) {
            if option["autocomplete"] != true {
                return wrong(format!("{line}: the option {name} has no autocomplete"));
            }
            focus = kind;
            values.push(json!({"name": name, "type": kind, "value": text, "focused": true}));
            continue;
        }
        let Some((_, text)) = typed.given.iter().find(|(n, _)| *n == name) else {
            if option["required"] == true && typed.focused.is_none() {
                return wrong(format!("{line}: the option {name} is required"));
            }
            continue;
        };
        let value = value(state, place, option, kind, text, &mut resolved)
            .map_err(|why| Refusal::Wrong(format!("{line}: {name} {text:?}: {why}")))?;
        values.push(json!({"name": name, "type": kind, "value": value}));
    }
    for step in path.iter().rev() {
        let mut outer = json!({"name": step["name"], "type": step["type"]});
        outer["options"] = json!(values);
        values = vec![outer];
    }
    let mut data = json!({"id": command.id(), "name": command.name(), "type": 1});
    if !values.is_empty() {
        data["options"] = json!(values);
    }
    if resolved.as_object().is_some_and(|r| !r.is_empty()) {
        data["resolved"] = resolved;
    }
    if let Some(guild) = &command.guild {
        data["guild_id"] = json!(guild);
    }
    Ok((data, focus))
}

/// What an option's text becomes; the error says what the client marks.
fn value(
    state: &State,
    place: Place,
    option: &Value,
    kind: u64,
    text: &str,
    resolved: &mut Value,
) -> Result<Value, String> {
    if let Some(choices) = option["choices"].as_array().filter(|c| !c.is_empty()) {
        let is = |c: &&Value| {
            c["name"] == text || c["value"] == text || c["value"].as_i64().is_some_and(|n| text.parse() == Ok(n))
        };
        let choice = choices.iter().find(is).ok_or("not one of the choices")?;
        return Ok(choice["value"].clone());
    }
    let number = |name: &str| option[name].as_f64();
    match kind {
        3 => {
            let length = text.chars().count();
            let least = option["min_length"].as_u64().unwrap_or(1).max(1);
            let most = option["max_length"].as_u64().unwrap_or(6_000);
            let count = u64::try_from(length).expect("it is a length");
            if count < least || count > most {
                return Err(format!("{length} characters; {least} to {most} are allowed"));
            }
            Ok(json!(text))
        }
        4 | 10 => {
            let read: f64 = text.parse().map_err(|_| "not a number")?;
            if number("min_value").is_some_and(|m| read < m) || number("max_value").is_some_and(|m| read > m) {
                return Err("out of range".to_owned());
            }
            if kind == 10 {
                return Ok(json!(read));
            }
            let whole: i64 = text.parse().map_err(|_| "not a whole number")?;
            if whole.unsigned_abs() > 1 << 53 { Err("too large".to_owned()) } else { Ok(json!(whole)) }
        }
        5 => text.to_lowercase().parse::<bool>().map(Value::from).map_err(|_| "true or false is wanted".to_owned()),
        6..=9 => {
            let id = entity(state, place, kind, text, &option["channel_types"], resolved)?;
            Ok(json!(id))
        }
        _ => Err(format!("the driver cannot give an option of type {kind}")),
    }
}

/// A user (6), channel (7), role (8) or either (9), by id or name; adds it to what is resolved.
pub fn entity(
    state: &State,
    place: Place,
    kind: u64,
    text: &str,
    types: &Value,
    resolved: &mut Value,
) -> Result<String, String> {
    let bare = text.trim_start_matches(['<', '@', '#', '&', '!']).trim_end_matches('>');
    let user = || {
        let named = |id: &str, name: &str| id == bare || name == bare || state.display_name(id) == bare;
        state.users.values().find(|u| named(&u.id, &u.name)).map(|u| u.id.clone())
    };
    let role = || state.roles.values().find(|r| r.id == bare || r.name.trim_start_matches('@') == bare);
    let channel = || {
        let named = |c: &&Channel| c.id == bare || c.name == bare;
        let seen = |c: &&Channel| state.rights(place.user, c) & rights::VIEW_CHANNEL != 0;
        let fits = |c: &&Channel| types.as_array().is_none_or(|t| t.is_empty() || t.iter().any(|t| *t == c.kind));
        state.channels.values().find(|c| named(c) && seen(c) && fits(c)).map(|c| c.id.clone())
    };
    let here = state.channel(place.channel);
    let (id, more) = match kind {
        7 => {
            let id = channel().ok_or("no such channel that the person sees")?;
            let more = payload::resolved_channels(state, place.user, std::slice::from_ref(&id));
            (id, more)
        }
        8 => {
            let id = role().map(|r| r.id.clone()).ok_or("no such role")?;
            let more = payload::resolved_roles(state, std::slice::from_ref(&id));
            (id, more)
        }
        _ => match user() {
            Some(id) => {
                let more = payload::resolved_users(state, here, std::slice::from_ref(&id));
                (id, more)
            }
            None if kind == 9 => return entity(state, place, 8, text, types, resolved),
            None => return Err("no such user".to_owned()),
        },
    };
    merge(resolved, more);
    Ok(id)
}

/// Adds the maps of one to those of the other.
fn merge(into: &mut Value, more: Value) {
    let mut maps = into.as_object().cloned().unwrap_or_default();
    let Value::Object(more) = more else { return };
    for (name, map) in more {
        let old: BTreeMap<String, Value> =
            maps.get(&name).and_then(|m| serde_json::from_value(m.clone()).ok()).unwrap_or_default();
        let new: BTreeMap<String, Value> = serde_json::from_value(map).unwrap_or_default();
        maps.insert(name, json!(old.into_iter().chain(new).collect::<BTreeMap<_, _>>()));
    }
    *into = Value::Object(maps);
}
