//! The first answer to an interaction ("Create Interaction Response", "Interaction Callback Type").

use super::interactions::{First, Interaction, LIMIT};
use super::state_messages::Posting;
use super::{ApiError, Call, EPHEMERAL, File, Form, Inner, Reply, State, interactions_modal, payload};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn callback(inner: &Arc<Inner>, call: &Call, id: &str, token: &str) -> Reply {
    let mut state = inner.state();
    let mut list = inner.book.list();
    let Some(interaction) = list.iter_mut().rev().find(|i| i.id == id && i.token == token) else {
        return ApiError::code(10062).into();
    };
    match answer(&mut state, interaction, &call.body, &call.files) {
        Ok(()) if call.flag("with_response") => Reply::ok(response(&state, interaction)),
        Ok(()) => Reply::nothing(),
        Err(error) => error.into(),
    }
}

/// Takes a first answer, from the callback or from the body of an HTTP answer.
pub fn answer(state: &mut State, interaction: &mut Interaction, body: &Value, files: &[File]) -> Result<(), ApiError> {
    interaction.callbacks.push(body.clone());
    let outcome = if !state.channels.contains_key(&interaction.channel) {
        Err(ApiError::code(10003))
    } else if interaction.first != First::Nothing {
        Err(ApiError::code(40060))
    } else if interaction.born.elapsed() > LIMIT {
        Err(ApiError::code(10062))
    } else {
        act(state, interaction, body, files)
    };
    match outcome {
        Ok(first) => {
            interaction.first = first;
            interaction.answered = Some(interaction.born.elapsed());
            interaction.told.notify_one();
            Ok(())
        }
        Err(error) => {
            interaction.errors.push((error.status, error.code));
            Err(error)
        }
    }
}

/// Whether an answer of this type may be given to an interaction of this kind.
fn fits(answer: u64, interaction: &Interaction) -> bool {
    match answer {
        1 => interaction.kind == 1,
        4 | 5 => matches!(interaction.kind, 2 | 3 | 5),
        6 | 7 => interaction.kind == 3 || interaction.kind == 5 && interaction.message.is_some(),
        8 => interaction.kind == 4,
        9 => matches!(interaction.kind, 2 | 3),
        _ => false,
    }
}

fn act(state: &mut State, interaction: &mut Interaction, body: &Value, files: &[File]) -> Result<First, ApiError> {
    let mut form = Form::default();
    let kind = body["type"].as_u64();
    match kind {
        None => form.required("type"),
        Some(kind) if !fits(kind, interaction) => form.add(
            "type",
            "INTERACTION_CALLBACK_TYPE_INVALID",
            format!("An interaction of type {} cannot be answered with {kind}.", interaction.kind),
        ),
        Some(_) => {}
    }
    form.check()?;
    let data = &body["data"];
    let private = data["flags"].as_u64().unwrap_or(0) & EPHEMERAL != 0;
    let only = private.then(|| interaction.user.clone());
    match kind {
        Some(1) => Ok(First::Pong),
        Some(4) => {
            let id = post(state, interaction, data, files, only)?;
            interaction.original = Some(id);
            Ok(First::Message)
        }
        Some(5) => {
            let mut form = Form::default();
            if data["flags"].as_u64().unwrap_or(0) & !EPHEMERAL != 0 {
                form.add("data.flags", "INVALID_FLAGS", "Only EPHEMERAL can be set on a deferred answer.");
            }
            form.check()?;
            if data.as_object().is_some_and(|d| d.keys().any(|k| k != "flags")) {
                state.violation(format!("a deferred answer takes flags only: {data}"));
            }
            let id = state.post_thinking(&interaction.channel, only);
            adorn(state, interaction, &id);
            interaction.original = Some(id);
            Ok(First::Thinking)
        }
        Some(6) => {
            interaction.original.clone_from(&interaction.message);
            Ok(First::Later)
        }
        Some(7) => {
            let message = interaction.message.clone().ok_or_else(|| ApiError::code(10008))?;
            state.edit(&interaction.channel, &message, data, files, true)?;
            interaction.original = Some(message);
            Ok(First::Update)
        }
        Some(8) => {
            interaction.choices = choices(data, interaction.focus)?;
            Ok(First::Choices)
        }
        _ => {
            interactions_modal::check(data)?;
            interaction.modal = Some(data.clone());
            Ok(First::Modal)
        }
    }
}

/// Posts a message that answers; its id.
pub fn post(
    state: &mut State,
    interaction: &Interaction,
    data: &Value,
    files: &[File],
    only: Option<String>,
) -> Result<String, ApiError> {
    let metadata = payload::metadata(state, interaction);
    let posting =
        Posting { files, ephemeral_for: only, interaction: Some(metadata), ..Posting::new(&interaction.channel, data) };
    let posted = state.post(&posting)?;
    let id = posted["id"].as_str().expect("a message has an id").to_owned();
    adorn(state, interaction, &id);
    Ok(id)
}

/// Marks a message as an answer to this.
fn adorn(state: &mut State, interaction: &Interaction, id: &str) {
    let metadata = payload::metadata(state, interaction);
    let guild = state.channel(&interaction.channel).guild.clone();
    let Some(message) = state.channel_mut(&interaction.channel).message_mut(id) else { return };
    message.interaction = Some(metadata);
    match interaction.kind {
        2 => message.kind = if interaction.target.is_some() { 23 } else { 20 },
        // "Responses to message components" refer to the message that they are in.
        _ if interaction.original.is_none() => {
            let refers = |m: &String| {
                let mut refers = json!({"type": 0, "message_id": m, "channel_id": interaction.channel});
                // In a direct message there is none.
                if let Some(guild) = &guild {
                    refers["guild_id"] = json!(guild);
                }
                refers
            };
            message.reference = interaction.message.as_ref().map(refers);
        }
        _ => {}
    }
}

/// The choices of an autocomplete answer, if they are right ("Application Command Option Choice Structure").
fn choices(data: &Value, focus: u64) -> Result<Vec<Value>, ApiError> {
    let mut form = Form::default();
    let Some(list) = data["choices"].as_array() else {
        form.required("data.choices");
        return form.check().map(|()| Vec::new());
    };
    if list.len() > 25 {
        form.add("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
    }
    for (i, choice) in list.iter().enumerate() {
        let at = format!("data.choices.{i}");
        match choice["name"].as_str() {
            Some(name) => form.length(&format!("{at}.name"), name, 1, 100),
            None => form.required(&format!("{at}.name")),
        }
        let value = &choice["value"];
        let at = format!("{at}.value");
        let fits = match focus {
            4 => value.is_i64() || value.is_u64(),
            10 => value.is_number(),
            _ => value.is_string(),
        };
        if !fits {
            form.add(&at, "APPLICATION_COMMAND_INVALID_CHOICE_TYPE", "The value does not fit the option's type.");
        } else if let Some(text) = value.as_str() {
            form.length(&at, text, 1, 100);
        }
    }
    form.check().map(|()| list.clone())
}

/// What `with_response` gives.
fn response(state: &State, interaction: &Interaction) -> Value {
    let mut shown = json!({"interaction": {"id": interaction.id, "type": interaction.kind}});
    let message = interaction.original.as_ref().filter(|_| interaction.first != First::Later);
    let Some(id) = message else { return shown };
    let Some(message) = state.channel(&interaction.channel).message(id) else { return shown };
    shown["interaction"]["response_message_id"] = json!(id);
    shown["interaction"]["response_message_loading"] = json!(interaction.first == First::Thinking);
    shown["interaction"]["response_message_ephemeral"] = json!(message.ephemeral_for.is_some());
    shown["interaction"]["channel_id"] = json!(interaction.channel);
    if matches!(interaction.first, First::Message | First::Update) {
        let kind = if interaction.first == First::Message { 4 } else { 7 };
        shown["resource"] = json!({"type": kind, "message": state.message_json(&interaction.channel, message)});
    }
    shown
}
