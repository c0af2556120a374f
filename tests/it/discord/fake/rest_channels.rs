//! Channels: looked at, changed, opened to a person.

use super::record::Event;
use super::rest_call::{ApiError, Call, Form, Reply};
use super::rules_message::is_snowflake;
use super::state::State;
use super::state_rights as rights;
use super::state_world::{APP, Channel, DM, FORUM_KIND, REQUIRE_TAG, Tag};
use serde_json::{Value, json};

/// Minutes after which a thread may be archived.
pub const AUTO_ARCHIVE: [u64; 4] = [60, 1_440, 4_320, 10_080];

pub fn get(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = state.seen_channel(&call.parts[1])?;
    let mut shown = state.channel_json(channel);
    if channel.is_thread() {
        shown["member"] = thread_member(state, &channel.id);
    }
    Ok(Reply::ok(shown))
}

pub fn thread_member(state: &State, thread: &str) -> Value {
    let joined = super::state_json::time(state.now());
    json!({"id": thread, "user_id": APP, "join_timestamp": joined, "flags": 0})
}

pub fn typing(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = state.seen_channel(&call.parts[1])?;
    let send = if channel.is_thread() { rights::SEND_MESSAGES_IN_THREADS } else { rights::SEND_MESSAGES };
    state.need(channel, send)?;
    Ok(Reply::nothing())
}

/// Opens a direct message, or finds the one that is there.
pub fn open_dm(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let mut form = Form::default();
    let id = &call.body["recipient_id"];
    if id.is_null() {
        form.required("recipient_id");
    } else if !is_snowflake(id) {
        form.add("recipient_id", "NUMBER_TYPE_COERCE", format!("Value {id} is not snowflake."));
    }
    form.check()?;
    let user = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    match state.users.get(&user) {
        None => return Err(ApiError::code(50033)),
        Some(u) if u.bot => return Err(ApiError::code(50007)),
        Some(_) => {}
    }
    let known = state.channels.values().find(|c| c.recipient.as_deref() == Some(user.as_str())).map(|c| c.id.clone());
    let id = known.unwrap_or_else(|| {
        let id = state.next_id();
        let mut channel = Channel::new(&id, DM, "");
        channel.guild = None;
        channel.recipient = Some(user);
        state.channels.insert(id.clone(), channel);
        id
    });
    Ok(Reply::ok(state.channel_json(state.channel(&id))))
}

pub fn delete(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = state.seen_channel(&call.parts[1])?.clone();
    state.need(&channel, if channel.is_thread() { rights::MANAGE_THREADS } else { rights::MANAGE_CHANNELS })?;
    let shown = state.channel_json(&channel);
    state.drop_channel(&channel.id);
    Ok(Reply::ok(shown))
}

impl State {
    /// Takes a channel away with its threads; a message from which a thread began stays.
    pub fn drop_channel(&mut self, id: &str) {
        let gone = self.channels.remove(id);
        if let Some(place) = gone.as_ref().and_then(|c| c.parent.as_ref()).and_then(|p| self.channels.get_mut(p))
            && let Some(starter) = place.message_mut(id)
        {
            starter.thread = None;
        }
        self.channels.retain(|_, c| c.parent.as_deref() != Some(id) || !c.is_thread());
    }
}

pub fn change(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let channel = state.seen_channel(&call.parts[1])?.clone();
    let changed = if channel.is_thread() {
        change_thread(state, &channel, &call.body)?
    } else {
        if channel.guild.is_none() {
            return Err(ApiError::code(50003));
        }
        state.need(&channel, rights::MANAGE_CHANNELS)?;
        change_channel(state, &channel, &call.body)?
    };
    let id = changed.id.clone();
    if let (Some(parent), true) = (&changed.parent, changed.is_thread()) {
        state.events.push(Event::ThreadChanged { parent: parent.clone(), thread: id.clone() });
    }
    state.channels.insert(id.clone(), changed);
    Ok(Reply::ok(state.channel_json(state.channel(&id))))
}

pub fn name(form: &mut Form, body: &Value) -> Option<String> {
    match &body["name"] {
        Value::Null => None,
        Value::String(name) => {
            form.length("name", name.trim(), 1, 100);
            Some(name.trim().to_owned())
        }
        _ => {
            form.add("name", "STRING_TYPE_CONVERT", "Could not interpret value as string.");
            None
        }
    }
}

pub fn auto_archive(form: &mut Form, body: &Value) -> Option<u64> {
    let minutes = body.get("auto_archive_duration").filter(|v| !v.is_null())?;
    let known = minutes.as_u64().filter(|m| AUTO_ARCHIVE.contains(m));
    if known.is_none() {
        form.add("auto_archive_duration", "BASE_TYPE_CHOICES", "Value must be one of (60, 1440, 4320, 10080).");
    }
    known
}

/// The tags of a post: known ones, at most five, one at least where the forum says so.
pub fn tags(state: &State, form: &mut Form, place: &Channel, body: &Value) -> Result<Option<Vec<String>>, ApiError> {
    let Some(list) = body.get("applied_tags").filter(|v| !v.is_null()) else { return Ok(None) };
    let ids: Vec<String> =
        list.as_array().into_iter().flatten().map(|t| t.as_str().unwrap_or_default().to_owned()).collect();
    if ids.len() > 5 {
        form.add("applied_tags", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length.");
    }
    let manages = state.rights(APP, place) & rights::MANAGE_THREADS != 0;
    for (i, id) in ids.iter().enumerate() {
        match place.tags.iter().find(|t| t.id == *id) {
            None => form.add(&format!("applied_tags.{i}"), "APPLIED_TAGS_INVALID", "Unknown tag"),
            Some(tag) if tag.moderated && !manages => return Err(ApiError::code(50013)),
            Some(_) => {}
        }
    }
    if ids.is_empty() && place.flags & REQUIRE_TAG != 0 {
        return Err(ApiError::code(40067));
    }
    Ok(Some(ids))
}

fn change_thread(state: &State, channel: &Channel, body: &Value) -> Result<Channel, ApiError> {
    let mut changed = channel.clone();
    let Some(thread) = &mut changed.thread else { return Err(ApiError::code(50024)) };
    let mut form = Form::default();
    let has = |key: &str| body.get(key).is_some_and(|v| !v.is_null());
    let manages = state.rights(APP, channel) & rights::MANAGE_THREADS != 0;
    let owns = thread.owner == APP;
    if (has("locked") || has("rate_limit_per_user")) && !manages {
        return Err(ApiError::code(50013));
    }
    if thread.locked && !manages {
        // docs.discord.com/developers, "Locked Threads".
        return Err(ApiError::code(160_005));
    }
    if !manages && !owns && ["name", "archived", "auto_archive_duration", "applied_tags"].iter().any(|k| has(k)) {
        // Whoever has joined may take a thread out of the archive; that the bot has, nobody says here.
        return Err(ApiError::code(50013));
    }
    if thread.archived && body["archived"] != false && ["name", "applied_tags", "locked"].iter().any(|k| has(k)) {
        return Err(ApiError::code(50083));
    }
    let name = name(&mut form, body);
    let minutes = auto_archive(&mut form, body);
    let parent = channel.parent.as_ref().and_then(|p| state.channels.get(p));
    let tags = match parent.filter(|p| p.kind == FORUM_KIND) {
        Some(place) => tags(state, &mut form, place, body)?,
        None if has("applied_tags") && body["applied_tags"] != json!([]) => {
            form.add("applied_tags", "APPLIED_TAGS_INVALID", "This channel has no tags");
            None
        }
        None => None,
    };
    form.check()?;
    changed.name = name.unwrap_or(changed.name);
    if let Some(minutes) = minutes {
        thread.auto_archive = minutes;
        thread.archived_at = state.now();
    }
    thread.tags = tags.unwrap_or_else(|| thread.tags.clone());
    if let Some(archived) = body["archived"].as_bool() {
        thread.archived = archived;
        thread.archived_at = state.now();
    }
    if let Some(locked) = body["locked"].as_bool() {
        thread.locked = locked;
    }
    if let Some(flags) = body["flags"].as_u64() {
        changed.flags = flags;
    }
    Ok(changed)
}

fn change_channel(state: &mut State, channel: &Channel, body: &Value) -> Result<Channel, ApiError> {
    let mut changed = channel.clone();
    let mut form = Form::default();
    let name = name(&mut form, body);
    if let Some(topic) = body["topic"].as_str() {
        form.length("topic", topic, 0, if channel.kind == FORUM_KIND { 4_096 } else { 1_024 });
        changed.topic = Some(topic.to_owned());
    }
    if let Some(list) = body["available_tags"].as_array() {
        if list.len() > 20 {
            form.add("available_tags", "BASE_TYPE_MAX_LENGTH", "Must be 20 or fewer in length.");
        }
        let mut tags: Vec<Tag> = Vec::new();
        for (i, tag) in list.iter().enumerate() {
            let at = format!("available_tags.{i}.name");
            let Some(name) = tag["name"].as_str() else {
                form.required(&at);
                continue;
            };
            form.length(&at, name, 1, 20);
            if tags.iter().any(|t| t.name == name) {
                return Err(ApiError::new(400, 40061, "Tag names must be unique"));
            }
            let id = tag["id"].as_str().map_or_else(|| state.next_id(), str::to_owned);
            tags.push(Tag { id, name: name.to_owned(), moderated: tag["moderated"] == true });
        }
        changed.tags = tags;
    }
    form.check()?;
    changed.name = name.unwrap_or(changed.name);
    if let Some(flags) = body["flags"].as_u64() {
        changed.flags = flags;
    }
    Ok(changed)
}
