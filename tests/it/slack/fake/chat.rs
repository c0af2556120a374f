//! chat.postMessage, chat.update, chat.delete, chat.postEphemeral.

use super::Core;
use super::call::{Fault, Params};
use super::content::Content;
use super::record::Event;
use super::state::State;
use super::world::{BOT_USER, Ephemeral, Message};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Instant;

/// Beyond this Slack cuts the text of a new message off; here it is refused, so that nobody relies on it.
pub const LONGEST_TEXT: usize = 40_000;
/// docs.slack.dev, "chat.update": "The `text` field cannot exceed 4,000 characters."
const LONGEST_EDIT: usize = 4_000;

/// The channel that the app may write to.
fn writable(state: &mut State, params: &Params) -> Result<String, Fault> {
    let wanted = params.text("channel").unwrap_or_default();
    let id = state.find_channel(&wanted).ok_or(Fault::from("channel_not_found"))?;
    let anywhere = state.tokens.bot_scopes.contains("chat:write.public");
    let channel = state.channel(&id);
    if !channel.has_bot() && channel.is_private {
        return Err("channel_not_found".into());
    }
    if channel.is_archived {
        return Err("is_archived".into());
    }
    if channel.has_bot() || anywhere { Ok(id) } else { Err("not_in_channel".into()) }
}

/// Whose face a message has needs a scope of its own (docs.slack.dev, "chat:write.customize").
fn check_face(state: &State, params: &Params) -> Result<(), Fault> {
    let own = ["username", "icon_emoji", "icon_url"].iter().any(|k| params.map.contains_key(*k));
    if own && !state.tokens.bot_scopes.contains("chat:write.customize") {
        let mut fault = Fault::from("missing_scope");
        fault.more.insert("needed".into(), json!("chat:write.customize"));
        return Err(fault);
    }
    Ok(())
}

/// Where a reply goes. A thread that is not there is no error at Slack: the message lands in the channel for all to
/// see, which is a leak.
pub fn thread(state: &mut State, channel: &str, params: &Params) -> Option<String> {
    let wanted = params.text("thread_ts").filter(|t| !t.is_empty())?;
    let parent = state.channel(channel).message(&wanted).map(|m| m.thread_ts.clone());
    match parent {
        Some(None) => Some(wanted),
        Some(Some(parent)) => {
            state.violation(format!("thread_ts {wanted} is a reply; use its parent {parent}"));
            Some(parent)
        }
        None => {
            state.leaked.push(params.text("text").unwrap_or_default());
            state.violation(format!(
                "a reply to {wanted} in {channel}, which is not there, landed in the channel's root"
            ));
            None
        }
    }
}

pub fn post_message(state: &mut State, _: &Core, params: &Params, now: Timestamp) -> Result<Value, Fault> {
    let channel = writable(state, params)?;
    check_face(state, params)?;
    let content = Content::read(state, "chat.postMessage", params, LONGEST_TEXT)?;
    let thread_ts = thread(state, &channel, params);
    content.notice(state, &channel, params);
    let ts = state.next_ts(now);
    let mut message = ours(ts.clone(), content);
    message.broadcast = thread_ts.is_some() && params.flag("reply_broadcast") == Some(true);
    message.thread_ts = thread_ts;
    let shown = message.json(true);
    state.post(&channel, message);
    Ok(json!({"channel": channel, "ts": ts, "message": shown}))
}

/// A message of the app.
pub fn ours(ts: String, content: Content) -> Message {
    let mut message = Message::by_person(ts, BOT_USER, &content.text.unwrap_or_default(), None);
    message.ours = true;
    message.blocks = content.blocks.unwrap_or_default();
    message.attachments = content.attachments.unwrap_or_default();
    message.metadata = content.metadata.filter(|m| *m != json!({}));
    message
}

/// The message that the app wants to change; by the channel's id only.
fn own_message(state: &State, params: &Params, refusal: &'static str) -> Result<(String, String), Fault> {
    let (id, ts) = (params.need("channel")?, params.need("ts")?);
    let channel = state.channels.get(&id).filter(|c| c.has_bot()).ok_or(Fault::from("channel_not_found"))?;
    let message = channel.message(&ts).ok_or(Fault::from("message_not_found"))?;
    if !message.ours {
        return Err(refusal.into());
    }
    Ok((id, ts))
}

pub fn update(state: &mut State, _: &Core, params: &Params, now: Timestamp) -> Result<Value, Fault> {
    let (channel, ts) = own_message(state, params, "cant_update_message")?;
    if state.channel(&channel).is_archived {
        return Err("is_inactive".into());
    }
    if state.edit_window.is_some_and(|window| older(&ts, now) > window) {
        return Err("edit_window_closed".into());
    }
    let content = Content::read(state, "chat.update", params, LONGEST_EDIT)?;
    let edited = state.next_ts(now);
    change(state, &channel, &ts, content, edited);
    let message = state.channel(&channel).message(&ts).expect("it was there").json(true);
    Ok(json!({"channel": channel, "ts": ts, "text": message["text"], "message": message}))
}

/// What the call does not name stays (docs.slack.dev, "chat.update").
pub fn change(state: &mut State, channel: &str, ts: &str, content: Content, edited: String) {
    let message = state.channel_mut(channel).message_mut(ts).expect("the caller looked");
    if let Some(text) = content.text {
        message.text = text;
    }
    if let Some(blocks) = content.blocks {
        message.blocks = blocks;
    }
    if let Some(attachments) = content.attachments {
        message.attachments = attachments;
    }
    if let Some(metadata) = content.metadata {
        message.metadata = Some(metadata).filter(|m| *m != json!({}));
    }
    message.edited = Some(edited);
    state.events.push(Event::Edited { channel: channel.into(), ts: ts.into() });
}

/// Seconds since a message was posted.
fn older(ts: &str, now: Timestamp) -> i64 {
    ts.split('.').next().and_then(|s| s.parse::<i64>().ok()).map_or(0, |then| now.as_second() - then)
}

pub fn delete(state: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    let (channel, ts) = own_message(state, params, "cant_delete_message")?;
    state.remove(&channel, &ts);
    Ok(json!({"channel": channel, "ts": ts}))
}

pub fn post_ephemeral(state: &mut State, _: &Core, params: &Params, now: Timestamp) -> Result<Value, Fault> {
    let channel = writable(state, params)?;
    check_face(state, params)?;
    let user = params.need("user")?;
    if !state.channel(&channel).members.contains(&user) {
        return Err("user_not_in_channel".into());
    }
    let content = Content::read(state, "chat.postEphemeral", params, LONGEST_TEXT)?;
    let thread_ts = thread(state, &channel, params);
    let ts = whisper(state, &user, &channel, content, thread_ts, now);
    Ok(json!({"message_ts": ts}))
}

/// Shows a message to one person.
pub fn whisper(
    state: &mut State,
    user: &str,
    channel: &str,
    content: Content,
    thread_ts: Option<String>,
    now: Timestamp,
) -> String {
    let ts = state.next_ts(now);
    let mut message = ours(ts.clone(), content);
    message.thread_ts = thread_ts;
    state.events.push(Event::Whispered { user: user.into(), at: state.ephemerals.len() });
    if let Some(listener) = &state.listener {
        // Nobody may listen any more.
        listener.send((user.to_owned(), Instant::now())).ok();
    }
    state.ephemerals.push(Ephemeral { user: user.into(), channel: channel.into(), message, gone: false });
    ts
}
