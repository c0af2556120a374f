//! Commands: registered, changed, taken away.

use super::rest_call::{ApiError, Call, Form, Reply};
use super::rules_commands;
use super::state::State;
use super::state_world::{APP, Command};
use serde_json::{Value, json};

/// How many of each type there may be in one scope (docs.discord.com/developers, "Registering a Command").
fn most(kind: u64) -> usize {
    if kind == 1 { 100 } else { 15 }
}

/// The server that a call is about, `None` for all; and whether the app may.
fn scope(state: &State, call: &Call) -> Result<Option<String>, ApiError> {
    if call.parts[1] != APP {
        return Err(ApiError::code(20012));
    }
    if call.parts.get(2).map(String::as_str) != Some("guilds") {
        return Ok(None);
    }
    let guild = call.parts[3].clone();
    if state.is_member(&guild) { Ok(Some(guild)) } else { Err(ApiError::code(50001)) }
}

/// Without `with_localizations`, translations are left out.
fn shown(command: &Command, full: bool) -> Value {
    let mut body = command.body.clone();
    if !full {
        without_translations(&mut body);
    }
    body
}

fn without_translations(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_translations),
        Value::Object(fields) => {
            fields.remove("name_localizations");
            fields.remove("description_localizations");
            fields.values_mut().for_each(without_translations);
        }
        _ => {}
    }
}

pub fn list(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let scope = scope(state, call)?;
    let full = call.flag("with_localizations");
    let all = state.commands.iter().filter(|c| c.guild == scope).map(|c| shown(c, full));
    Ok(Reply::ok(all.collect()))
}

fn position(state: &State, call: &Call) -> Result<usize, ApiError> {
    let scope = scope(state, call)?;
    let id = call.parts.last().map(String::as_str).unwrap_or_default();
    let found = state.commands.iter().position(|c| c.guild == scope && c.id() == id);
    found.ok_or_else(|| ApiError::code(10063))
}

pub fn get(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let at = position(state, call)?;
    Ok(Reply::ok(shown(&state.commands[at], true)))
}

/// The command as Discord keeps it: under the id of the one with its name and type, if there is one.
fn keep(state: &mut State, scope: Option<&String>, given: &Value, now_known: &[Command]) -> Command {
    let mut body = rules_commands::kept(given, scope.is_none());
    let same = |c: &&Command| {
        c.guild.as_ref() == scope && c.name() == body["name"].as_str().unwrap_or_default() && c.kind() == body["type"]
    };
    let known = now_known.iter().find(same).cloned();
    let changed = known.as_ref().is_none_or(|k| bare(&k.body) != bare(&body));
    body["id"] = known.as_ref().map_or_else(|| json!(state.next_id()), |k| k.body["id"].clone());
    body["application_id"] = json!(APP);
    body["version"] = match &known {
        Some(known) if !changed => known.body["version"].clone(),
        _ => json!(state.next_id()),
    };
    if let Some(guild) = scope {
        body["guild_id"] = json!(guild);
    }
    Command { guild: scope.cloned(), body }
}

/// A command without what Discord adds.
fn bare(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(fields) = body.as_object_mut() {
        for key in ["id", "application_id", "version", "guild_id"] {
            fields.remove(key);
        }
    }
    body
}

/// "There is a global rate limit of 200 application command creates per day, per guild."
const CREATES_A_DAY: usize = 200;
const DAY: i64 = 24 * 60 * 60;

/// Notes how many new commands there are; 30034 if they are too many.
fn created(state: &mut State, scope: Option<&String>, kept: &[Command]) -> Result<(), ApiError> {
    let now = state.now();
    state.created.retain(|(_, at)| now.as_second() - at.as_second() < DAY);
    let new = kept.iter().filter(|c| !state.commands.iter().any(|known| known.id() == c.id())).count();
    let today = state.created.iter().filter(|(place, _)| place.as_ref() == scope).count();
    if today + new > CREATES_A_DAY {
        return Err(ApiError::code(30034));
    }
    state.created.extend((0..new).map(|_| (scope.cloned(), now)));
    Ok(())
}

pub fn overwrite(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let scope = scope(state, call)?;
    let mut form = Form::default();
    let Some(list) = call.body.as_array() else {
        form.add("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
        return form.check().map(|()| Reply::nothing());
    };
    for (i, command) in list.iter().enumerate() {
        rules_commands::check(&mut form, &i.to_string(), command);
        let same = |c: &Value| c["name"] == command["name"] && kind(c) == kind(command);
        if list.iter().take(i).any(same) {
            let message = "Application command names must be unique";
            form.add(&i.to_string(), "APPLICATION_COMMANDS_DUPLICATE_NAME", message);
        }
    }
    form.check()?;
    for each in 1..=3 {
        if list.iter().filter(|c| kind(c) == each).count() > most(each) {
            return Err(ApiError::code(30032));
        }
    }
    let before = state.commands.clone();
    let kept: Vec<Command> = list.iter().map(|c| keep(state, scope.as_ref(), c, &before)).collect();
    created(state, scope.as_ref(), &kept)?;
    state.commands.retain(|c| c.guild != scope);
    state.commands.extend(kept.iter().cloned());
    Ok(Reply::ok(kept.iter().map(|c| shown(c, true)).collect()))
}

fn kind(command: &Value) -> u64 {
    command["type"].as_u64().unwrap_or(1)
}

/// A name that is taken takes the place of the old command.
pub fn create(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let scope = scope(state, call)?;
    let mut form = Form::default();
    rules_commands::check(&mut form, "", &call.body);
    form.check()?;
    let before = state.commands.clone();
    let command = keep(state, scope.as_ref(), &call.body, &before);
    let known = state.commands.iter().position(|c| c.id() == command.id());
    let answer = shown(&command, true);
    if let Some(at) = known {
        state.commands[at] = command;
        return Ok(Reply::ok(answer));
    }
    let same = state.commands.iter().filter(|c| c.guild == scope && c.kind() == command.kind()).count();
    if same >= most(command.kind()) {
        return Err(ApiError::code(30032));
    }
    created(state, scope.as_ref(), std::slice::from_ref(&command))?;
    state.commands.push(command);
    Ok(Reply::created(answer))
}

pub fn change(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let at = position(state, call)?;
    let mut whole = bare(&state.commands[at].body);
    if let (Some(whole), Some(given)) = (whole.as_object_mut(), call.body.as_object()) {
        whole.extend(given.clone());
    }
    let mut form = Form::default();
    rules_commands::check(&mut form, "", &whole);
    form.check()?;
    let old = state.commands[at].clone();
    let mut body = rules_commands::kept(&whole, old.guild.is_none());
    for key in ["id", "application_id", "guild_id"] {
        if let Some(value) = old.body.get(key) {
            body[key] = value.clone();
        }
    }
    body["version"] = json!(state.next_id());
    state.commands[at] = Command { guild: old.guild, body };
    Ok(Reply::ok(shown(&state.commands[at], true)))
}

pub fn delete(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let at = position(state, call)?;
    state.commands.remove(at);
    Ok(Reply::nothing())
}
