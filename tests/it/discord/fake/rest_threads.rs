//! Threads and posts in forums.

use super::record::Event;
use super::rest_call::{ApiError, Call, Form, Reply};
use super::rest_channels::{auto_archive, name, tags, thread_member};
use super::state::State;
use super::state_json::made_at;
use super::state_messages::Posting;
use super::state_rights as rights;
use super::state_world::{
    ANNOUNCEMENT, ANNOUNCEMENT_THREAD, APP, Channel, FORUM_KIND, GUILD, HAS_THREAD, Message, PUBLIC_THREAD,
    REQUIRE_TAG, TEXT, Thread,
};
use serde_json::{Value, json};

/// A thread that begins at a message older than this is told of in the channel; Discord says no more than "older".
const TOLD_AFTER_SECONDS: i64 = 60;

/// A new thread of the app.
fn thread(state: &State, id: &str, kind: u8, parent: &Channel, title: &str, minutes: Option<u64>) -> Channel {
    let mut channel = Channel::new(id, kind, title);
    channel.parent = Some(parent.id.clone());
    channel.guild.clone_from(&parent.guild);
    channel.thread = Some(Thread {
        owner: APP.into(),
        archived: false,
        locked: false,
        archived_at: state.now(),
        auto_archive: minutes.or(parent.default_auto_archive).unwrap_or(4_320),
        tags: Vec::new(),
        sent: 0,
    });
    channel
}

fn made(state: &mut State, thread: Channel) -> Value {
    let id = thread.id.clone();
    let parent = thread.parent.clone().unwrap_or_default();
    state.channels.insert(id.clone(), thread);
    state.events.push(Event::ThreadMade { parent, thread: id.clone() });
    let mut shown = state.channel_json(state.channel(&id));
    shown["member"] = thread_member(state, &id);
    shown
}

fn title(form: &mut Form, body: &Value) -> String {
    let name = name(form, body);
    if name.is_none() && body["name"].is_null() {
        form.required("name");
    }
    name.unwrap_or_default()
}

pub fn from_message(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = state.seen_channel(&call.parts[1])?.clone();
    let kind = match channel.kind {
        TEXT => PUBLIC_THREAD,
        ANNOUNCEMENT => ANNOUNCEMENT_THREAD,
        _ => return Err(ApiError::code(50024)),
    };
    state.need(&channel, rights::CREATE_PUBLIC_THREADS)?;
    let message = state.seen_message(&channel.id, &call.parts[3])?.id.clone();
    let mut form = Form::default();
    let title = title(&mut form, &call.body);
    let minutes = auto_archive(&mut form, &call.body);
    form.check()?;
    if state.channels.contains_key(&message) {
        return Err(ApiError::code(160_004));
    }
    let mut new = thread(state, &message, kind, &channel, &title, minutes);
    let mut first = Message::by(&state.next_id(), APP, "");
    first.kind = 21;
    first.reference = Some(json!({"type": 0, "channel_id": channel.id, "message_id": message, "guild_id": GUILD}));
    new.messages.push(first);
    let age = state.now().as_second() - made_at(&message).as_second();
    if let Some(starter) = state.channel_mut(&channel.id).message_mut(&message) {
        starter.thread = Some(message.clone());
        starter.flags |= HAS_THREAD;
    }
    let shown = made(state, new);
    if age > TOLD_AFTER_SECONDS {
        let mut told = Message::by(&state.next_id(), APP, &title);
        told.kind = 18;
        told.reference = Some(json!({"type": 0, "channel_id": message, "guild_id": GUILD}));
        state.put(&channel.id, told);
    }
    Ok(Reply::created(shown))
}

/// A thread without a message, or a post in a forum.
pub fn create(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = state.seen_channel(&call.parts[1])?.clone();
    if channel.kind == FORUM_KIND {
        return post(state, call, &channel);
    }
    if channel.kind != TEXT && channel.kind != ANNOUNCEMENT {
        return Err(ApiError::code(50024));
    }
    // Without a type it would be a private thread, which nobody here may make.
    let kind = call.body["type"].as_u64().unwrap_or(12);
    if kind != u64::from(PUBLIC_THREAD) {
        return Err(ApiError::code(50013));
    }
    state.need(&channel, rights::CREATE_PUBLIC_THREADS)?;
    let mut form = Form::default();
    let title = title(&mut form, &call.body);
    let minutes = auto_archive(&mut form, &call.body);
    form.check()?;
    let id = state.next_id();
    let new = thread(state, &id, PUBLIC_THREAD, &channel, &title, minutes);
    Ok(Reply::created(made(state, new)))
}

fn post(state: &mut State, call: &Call, place: &Channel) -> Result<Reply, ApiError> {
    // To post is to send ("Start Thread in Forum or Media Channel").
    state.need(place, rights::SEND_MESSAGES)?;
    if !call.files.is_empty() {
        state.need(place, rights::ATTACH_FILES)?;
    }
    let mut form = Form::default();
    let title = title(&mut form, &call.body);
    let minutes = auto_archive(&mut form, &call.body);
    let tags = tags(state, &mut form, place, &call.body)?;
    if !call.body["message"].is_object() {
        form.required("message");
    }
    form.check()?;
    if place.flags & REQUIRE_TAG != 0 && tags.as_ref().is_none_or(Vec::is_empty) {
        return Err(ApiError::code(40067));
    }
    let id = state.next_id();
    let mut new = thread(state, &id, PUBLIC_THREAD, place, &title, minutes);
    if let Some(thread) = &mut new.thread {
        thread.tags = tags.unwrap_or_default();
    }
    state.channels.insert(id.clone(), new.clone());
    let body = call.body["message"].clone();
    let posting = Posting { files: &call.files, id: Some(id.clone()), ..Posting::new(&id, &body) };
    let message = match state.post(&posting) {
        Ok(message) => message,
        Err(error) => {
            state.channels.remove(&id);
            return Err(nested(error));
        }
    };
    new.messages = std::mem::take(&mut state.channel_mut(&id).messages);
    let mut shown = made(state, new);
    shown["message"] = message;
    Ok(Reply::created(shown))
}

/// What is wrong with the message stands below `message`.
fn nested(mut error: ApiError) -> ApiError {
    if !error.errors.is_null() {
        error.errors = json!({"message": error.errors});
    }
    error
}

impl State {
    /// Puts threads to sleep in which nothing has happened for as long as they say ("Active & Archived Threads").
    pub fn settle(&mut self) {
        let now = self.now();
        for channel in self.channels.values_mut() {
            let last = channel.messages.last().map(|m| made_at(&m.id));
            let Some(thread) = channel.thread.as_mut().filter(|t| !t.archived) else { continue };
            let stirred = last.map_or(thread.archived_at, |last| last.max(thread.archived_at));
            let minutes = now.duration_since(stirred).as_secs() / 60;
            if u64::try_from(minutes).is_ok_and(|m| m >= thread.auto_archive) {
                thread.archived = true;
                thread.archived_at = now;
            }
        }
    }
}

pub fn join(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = state.seen_channel(&call.parts[1])?;
    match &channel.thread {
        None => Err(ApiError::code(50024)),
        Some(thread) if thread.archived => Err(ApiError::code(50083)),
        Some(_) => Ok(Reply::nothing()),
    }
}

fn listing(state: &State, threads: &[&Channel]) -> Value {
    let members: Vec<Value> = threads.iter().map(|t| thread_member(state, &t.id)).collect();
    let threads: Vec<Value> = threads.iter().map(|t| state.channel_json(t)).collect();
    json!({"threads": threads, "members": members, "has_more": false})
}

pub fn active(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    if !state.is_member(&call.parts[1]) {
        return Err(ApiError::code(10004));
    }
    let mut threads: Vec<&Channel> = state.channels.values().collect();
    threads
        .retain(|c| c.thread.as_ref().is_some_and(|t| !t.archived) && state.rights(APP, c) & rights::VIEW_CHANNEL != 0);
    threads.reverse();
    Ok(Reply::ok(listing(state, &threads)))
}

pub fn archived(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = state.seen_channel(&call.parts[1])?;
    state.need(channel, rights::READ_MESSAGE_HISTORY)?;
    let mut threads: Vec<&Channel> =
        state.channels.values().filter(|c| c.parent.as_ref() == Some(&channel.id)).collect();
    threads.retain(|c| c.thread.as_ref().is_some_and(|t| t.archived));
    threads.sort_by_key(|c| std::cmp::Reverse(c.thread.as_ref().map(|t| t.archived_at)));
    Ok(Reply::ok(listing(state, &threads)))
}
