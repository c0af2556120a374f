//! Messages over the API.

use super::record::Event;
use super::rest_call::{ApiError, Call, Form, Reply};
use super::rest_guild::number;
use super::state::State;
use super::state_messages::Posting;
use super::state_rights as rights;
use super::state_world::{ANNOUNCEMENT, APP, Channel, DM, Message, TEXT};
use serde_json::{Value, json};

impl State {
    /// Whether the bot may write there now; an archived thread comes back by that, a locked one does not.
    fn writable(&mut self, id: &str) -> Result<(), ApiError> {
        let channel = self.seen_channel(id)?.clone();
        if let Some(user) = &channel.recipient {
            let closed = self.users.get(user).is_none_or(|u| u.dms_closed);
            return if closed || !self.members.contains_key(user) { Err(ApiError::code(50007)) } else { Ok(()) };
        }
        if !matches!(channel.kind, TEXT | ANNOUNCEMENT | DM) && !channel.is_thread() {
            return Err(ApiError::code(50008));
        }
        let send = if channel.is_thread() { rights::SEND_MESSAGES_IN_THREADS } else { rights::SEND_MESSAGES };
        self.need(&channel, send)?;
        if let Some(thread) = &channel.thread {
            if thread.locked && self.rights(APP, &channel) & rights::MANAGE_THREADS == 0 {
                return Err(ApiError::code(160_005));
            }
            if thread.archived {
                self.wake_thread(id);
            }
        }
        Ok(())
    }

    /// A message in an archived thread brings the thread back.
    pub fn wake_thread(&mut self, id: &str) {
        let now = self.now();
        let channel = self.channel_mut(id);
        let parent = channel.parent.clone().unwrap_or_default();
        if let Some(thread) = &mut channel.thread {
            thread.archived = false;
            thread.archived_at = now;
            self.events.push(Event::ThreadChanged { parent, thread: id.into() });
        }
    }

    /// A message as the app may see it: what others wrote is empty without the privileged intent
    /// (docs.discord.com/developers, "Message Content Intent").
    pub fn message_for_app(&self, channel: &Channel, message: &Message) -> Value {
        let mut shown = self.message_json(&channel.id, message);
        let known = message.author == APP || message.mentions.iter().any(|m| m == APP) || channel.guild.is_none();
        if !known && !self.reads_content() {
            shown["content"] = json!("");
            for key in ["embeds", "attachments", "components"] {
                shown[key] = json!([]);
            }
        }
        shown
    }
}

pub fn create(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let id = &call.parts[1];
    state.seen_channel(id)?;
    if !call.files.is_empty() {
        state.need(state.channel(id), rights::ATTACH_FILES)?;
    }
    if call.body["tts"] == true {
        state.need(state.channel(id), rights::SEND_TTS_MESSAGES)?;
    }
    state.writable(id)?;
    state.post(&Posting { files: &call.files, ..Posting::new(id, &call.body) }).map(Reply::ok)
}

pub fn get(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = state.seen_channel(&call.parts[1])?;
    state.need(channel, rights::READ_MESSAGE_HISTORY)?;
    let message = state.seen_message(&channel.id, &call.parts[3])?;
    Ok(Reply::ok(state.message_for_app(channel, message)))
}

/// Newest first, whatever was asked for.
pub fn list(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = state.seen_channel(&call.parts[1])?;
    let limit = number(call, "limit", 50, 100)?;
    let anchors: Vec<&str> =
        ["around", "before", "after"].into_iter().filter(|k| call.query.contains_key(*k)).collect();
    let mut form = Form::default();
    if anchors.len() > 1 {
        form.add(anchors[1], "BASE_TYPE_EXCLUSIVE", "around, before and after are mutually exclusive.");
    }
    let anchor = |name: &str| call.query.get(name).map(|id| id.parse::<u64>());
    for name in &anchors {
        if anchor(name).is_some_and(|id| id.is_err()) {
            form.add(name, "NUMBER_TYPE_COERCE", "Value is not snowflake.");
        }
    }
    form.check()?;
    if state.rights(APP, channel) & rights::READ_MESSAGE_HISTORY == 0 {
        return Ok(Reply::ok(json!([])));
    }
    let number = |m: &Message| m.id.parse::<u64>().unwrap_or_default();
    let mut all: Vec<&Message> = channel.messages.iter().filter(|m| m.ephemeral_for.is_none()).collect();
    all.sort_by_key(|m| std::cmp::Reverse(number(m)));
    let get = |name: &str| anchor(name).and_then(Result::ok);
    if let Some(id) = get("before") {
        all.retain(|m| number(m) < id);
    } else if let Some(id) = get("after") {
        // The oldest of those that are newer.
        all.retain(|m| number(m) > id);
        let skip = all.len().saturating_sub(limit);
        all.drain(..skip);
    } else if let Some(id) = get("around") {
        let at = all.iter().position(|m| number(m) <= id).unwrap_or(all.len());
        let skip = at.saturating_sub(limit / 2);
        all.drain(..skip);
    }
    all.truncate(limit);
    Ok(Reply::ok(all.into_iter().map(|m| state.message_for_app(channel, m)).collect()))
}

/// A thread in the archive takes no edits, a locked one only from who manages threads.
fn not_asleep(state: &State, channel: &Channel) -> Result<(), ApiError> {
    let Some(thread) = &channel.thread else { return Ok(()) };
    if thread.archived {
        return Err(ApiError::code(50083));
    }
    if thread.locked && state.rights(APP, channel) & rights::MANAGE_THREADS == 0 {
        return Err(ApiError::code(160_005));
    }
    Ok(())
}

pub fn edit(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let (id, message) = (&call.parts[1], &call.parts[3]);
    let channel = state.seen_channel(id)?.clone();
    let found = state.seen_message(id, message)?;
    if matches!(found.kind, 18 | 21) {
        return Err(ApiError::code(50021));
    }
    if found.author != APP {
        return Err(ApiError::code(50005));
    }
    not_asleep(state, &channel)?;
    if !call.files.is_empty() {
        state.need(&channel, rights::ATTACH_FILES)?;
    }
    state.edit(id, message, &call.body, &call.files, false).map(Reply::ok)
}

pub fn delete(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let (id, message) = (&call.parts[1], &call.parts[3]);
    let channel = state.seen_channel(id)?.clone();
    let found = state.seen_message(id, message)?;
    if found.kind == 21 {
        return Err(ApiError::code(50021));
    }
    if found.author != APP {
        state.need(&channel, rights::MANAGE_MESSAGES)?;
    }
    if channel.thread.as_ref().is_some_and(|t| t.locked && t.archived) {
        state.need(&channel, rights::MANAGE_THREADS)?;
    }
    state.remove_message(id, message);
    Ok(Reply::nothing())
}
