//! What is where: conversations.info, list, members, history, replies, open; chat.getPermalink.

use super::Core;
use super::call::{Fault, Params, cut};
use super::state::State;
use super::world::{Channel, DOMAIN, Message};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A channel that the app can see: public ones, and the private ones that it is in; by id only.
fn visible<'a>(state: &'a State, params: &Params) -> Result<&'a Channel, Fault> {
    let id = params.need("channel")?;
    state.channels.get(&id).filter(|c| !c.is_private || c.has_bot()).ok_or("channel_not_found".into())
}

pub fn info(state: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    let mut channel = visible(state, params)?.json();
    if params.flag("include_num_members") != Some(true) {
        channel.as_object_mut().expect("an object").remove("num_members");
    }
    Ok(json!({"channel": channel}))
}

pub fn list(state: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    let types = params.text("types").unwrap_or_else(|| "public_channel".into());
    let types: Vec<&str> = types.split(',').map(str::trim).collect();
    if types.iter().any(|t| !matches!(*t, "public_channel" | "private_channel" | "im" | "mpim")) {
        return Err("invalid_types".into());
    }
    let open = params.flag("exclude_archived") == Some(true);
    let kind = |c: &Channel| match (&c.im, c.is_private) {
        (Some(_), _) => "im",
        (None, true) => "private_channel",
        (None, false) => "public_channel",
    };
    let all = state
        .channels
        .values()
        .filter(|c| types.contains(&kind(c)) && (!c.is_private || c.has_bot()) && !(open && c.is_archived))
        .map(Channel::json)
        .collect();
    let (channels, next) = cut(all, params.page(1_000)?);
    Ok(json!({"channels": channels, "response_metadata": {"next_cursor": next}}))
}

pub fn members(state: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    let all = visible(state, params)?.members.iter().cloned().collect();
    let (members, next) = cut(all, params.page(1_000)?);
    Ok(json!({"members": members, "response_metadata": {"next_cursor": next}}))
}

/// The window of time that was asked for. Without `inclusive` the ends do not count.
fn within(params: &Params, message: &Message) -> bool {
    let inclusive = params.flag("inclusive") == Some(true);
    let after = params.text("oldest").is_none_or(|t| key(&message.ts) > key(&t) || inclusive && message.ts == t);
    let before = params.text("latest").is_none_or(|t| key(&message.ts) < key(&t) || inclusive && message.ts == t);
    after && before
}

/// A time such as `1772445600.000100` as microseconds; `0` and whole seconds too.
fn key(ts: &str) -> i64 {
    let (seconds, rest) = ts.split_once('.').unwrap_or((ts, ""));
    let micros: String = rest.chars().chain("000000".chars()).take(6).collect();
    seconds.parse::<i64>().unwrap_or(0) * 1_000_000 + micros.parse::<i64>().unwrap_or(0)
}

fn readable<'a>(state: &'a State, params: &Params) -> Result<&'a Channel, Fault> {
    for (name, code) in [("oldest", "invalid_ts_oldest"), ("latest", "invalid_ts_latest")] {
        if params.text(name).is_some_and(|t| t.parse::<f64>().is_err()) {
            return Err(code.into());
        }
    }
    let channel = visible(state, params)?;
    if channel.has_bot() { Ok(channel) } else { Err("not_in_channel".into()) }
}

/// A message in a list; a parent says how many replies it has.
fn listed(channel: &Channel, message: &Message, params: &Params) -> Value {
    let mut json = message.json(params.flag("include_all_metadata") == Some(true));
    let replies: Vec<&Message> = channel.replies(&message.ts).collect();
    if let Some(last) = replies.last() {
        let mut users: Vec<&str> = replies.iter().map(|r| r.user.as_str()).collect();
        users.sort_unstable();
        users.dedup();
        json["thread_ts"] = json!(message.ts);
        json["reply_count"] = json!(replies.len());
        json["reply_users_count"] = json!(users.len());
        json["reply_users"] = json!(users);
        json["latest_reply"] = json!(last.ts);
        json["subscribed"] = json!(false);
    }
    json
}

/// The newest first.
pub fn history(state: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    let channel = readable(state, params)?;
    let shown = |m: &&Message| (m.thread_ts.is_none() || m.broadcast) && within(params, m);
    page(channel, channel.messages.iter().rev().filter(shown).collect(), params)
}

/// The parent, then its replies, the oldest first.
pub fn replies(state: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    let channel = readable(state, params)?;
    let ts = params.need("ts")?;
    let asked = channel.messages.iter().find(|m| m.ts == ts).ok_or(Fault::from("thread_not_found"))?;
    let parent = asked.thread_ts.clone().unwrap_or(ts);
    let all = channel
        .messages
        .iter()
        .filter(|m| m.ts == parent || m.thread_ts.as_ref() == Some(&parent) && within(params, m))
        .collect();
    page(channel, all, params)
}

fn page(channel: &Channel, all: Vec<&Message>, params: &Params) -> Result<Value, Fault> {
    let (part, next) = cut(all, params.page(999)?);
    let messages: Vec<Value> = part.into_iter().map(|m| listed(channel, m, params)).collect();
    let mut body = json!({"messages": messages, "has_more": !next.is_empty()});
    if !next.is_empty() {
        body["response_metadata"] = json!({"next_cursor": next});
    }
    Ok(body)
}

pub fn open(state: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    let user = params.need("users")?;
    if !state.users.contains_key(&user) {
        return Err("user_not_found".into());
    }
    let id = state.direct(&user);
    Ok(json!({"channel": {"id": id}}))
}

pub fn permalink(state: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    let channel = visible(state, params)?;
    let ts = params.need("message_ts")?;
    let message = channel.message(&ts).ok_or(Fault::from("message_not_found"))?;
    let mut link = format!("https://{DOMAIN}.slack.com/archives/{}/p{}", channel.id, ts.replace('.', ""));
    if let Some(parent) = &message.thread_ts {
        link = format!("{link}?thread_ts={parent}&cid={}", channel.id);
    }
    Ok(json!({"channel": channel.id, "permalink": link}))
}
