//! Answers after the first one: the original message, follow-ups ("Followup Messages").

use super::interactions::{First, Interaction};
use super::{APP, ApiError, Call, EPHEMERAL, Inner, Reply, State, interactions_first};
use serde_json::Value;
use std::sync::Arc;

/// How long a token lives, in seconds of the story.
const LIFE: i64 = 15 * 60;

pub fn webhook(inner: &Arc<Inner>, call: &Call, app: &str, token: &str, rest: &[&str]) -> Reply {
    let now = (inner.now)();
    let mut state = inner.state();
    let mut list = inner.book.list();
    let Some(interaction) = list.iter_mut().rev().find(|i| i.token == token) else {
        return ApiError::code(10015).into();
    };
    let outcome = if app != APP || interaction.first == First::Nothing {
        Err(ApiError::code(10015))
    } else if now.duration_since(interaction.created).as_secs() >= LIFE {
        Err(ApiError::code(50027))
    } else if !state.channels.contains_key(&interaction.channel) {
        // Nobody sees that it is still thinking.
        interaction.first = First::Message;
        Err(ApiError::code(10003))
    } else {
        for name in ["thread_id", "username", "avatar_url"] {
            if call.query.contains_key(name) || call.body.get(name).is_some() {
                state.violation(format!("{} {}: {name} is not supported for interactions", call.method, call.path));
            }
        }
        match (call.method.as_str(), rest) {
            ("POST", []) => follow_up(&mut state, interaction, call),
            ("GET", ["messages", id]) => get(&state, interaction, id),
            ("PATCH", ["messages", id]) => edit(&mut state, interaction, id, call),
            ("DELETE", ["messages", id]) => delete(&mut state, interaction, id),
            (_, ["messages", _] | []) => Err(ApiError::not_allowed()),
            _ => Err(ApiError::not_found()),
        }
    };
    outcome.unwrap_or_else(|error| {
        interaction.errors.push((error.status, error.code));
        error.into()
    })
}

/// The message that a path names, if this interaction has to do with it.
fn named(interaction: &Interaction, id: &str) -> Result<String, ApiError> {
    if matches!(interaction.first, First::Choices | First::Pong) {
        return Err(ApiError::code(10015));
    }
    if id == "@original" {
        return interaction.original.clone().ok_or_else(|| ApiError::code(10008));
    }
    let ours = interaction.original.iter().chain(&interaction.followups).any(|m| m == id);
    if ours { Ok(id.to_owned()) } else { Err(ApiError::code(10008)) }
}

fn show(state: &State, interaction: &Interaction, id: &str) -> Result<Value, ApiError> {
    let message = state.channels.get(&interaction.channel).and_then(|c| c.message(id));
    let message = message.ok_or_else(|| ApiError::code(10008))?;
    Ok(state.message_json(&interaction.channel, message))
}

fn get(state: &State, interaction: &Interaction, id: &str) -> Result<Reply, ApiError> {
    show(state, interaction, &named(interaction, id)?).map(Reply::ok)
}

fn edit(state: &mut State, interaction: &mut Interaction, id: &str, call: &Call) -> Result<Reply, ApiError> {
    let id = named(interaction, id)?;
    show(state, interaction, &id)?;
    state.edit(&interaction.channel, &id, &call.body, &call.files, true)?;
    if interaction.first == First::Thinking && interaction.original.as_ref() == Some(&id) {
        interaction.first = First::Message;
    }
    show(state, interaction, &id).map(Reply::ok)
}

fn delete(state: &mut State, interaction: &mut Interaction, id: &str) -> Result<Reply, ApiError> {
    let id = named(interaction, id)?;
    if !state.remove_message(&interaction.channel, &id) {
        return Err(ApiError::code(10008));
    }
    if interaction.first == First::Thinking {
        interaction.first = First::Message;
    }
    Ok(Reply::nothing())
}

fn follow_up(state: &mut State, interaction: &mut Interaction, call: &Call) -> Result<Reply, ApiError> {
    if matches!(interaction.first, First::Choices | First::Pong) {
        return Err(ApiError::code(10015));
    }
    if interaction.first == First::Thinking {
        // As documented, "for backwards compatibility".
        return edit(state, interaction, "@original", call);
    }
    let private = call.body["flags"].as_u64().unwrap_or(0) & EPHEMERAL != 0;
    let only = private.then(|| interaction.user.clone());
    let id = interactions_first::post(state, interaction, &call.body, &call.files, only)?;
    if let Some(message) = state.channel_mut(&interaction.channel).message_mut(&id) {
        message.kind = 0;
    }
    interaction.followups.push(id.clone());
    show(state, interaction, &id).map(Reply::ok)
}
