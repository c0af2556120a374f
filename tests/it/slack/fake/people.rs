//! Who is there: auth.test, apps.connections.open, team, users, user groups; and reactions.
#![expect(clippy::unnecessary_wraps, reason = "all methods have one shape")]

use super::Core;
use super::call::{Fault, Params, cut};
use super::record::Event;
use super::state::State;
use super::world::{APP, BOT, BOT_USER, DOMAIN, Group, TEAM, User};
use jiff::Timestamp;
use serde_json::{Value, json};

pub fn auth_test(state: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    if params.token.as_ref() == Some(&state.tokens.app) {
        return Ok(json!({"app_name": "hearback", "app_id": APP}));
    }
    Ok(json!({"url": format!("https://{DOMAIN}.slack.com/"), "team": "Acme", "user": "hearback", "team_id": TEAM,
        "user_id": BOT_USER, "bot_id": BOT, "is_enterprise_install": false}))
}

pub fn connections_open(state: &mut State, core: &Core, _: &Params, _: Timestamp) -> Result<Value, Fault> {
    let ticket = format!("t{}", state.next());
    let url = core.line.ticket(&ticket);
    Ok(json!({"url": url}))
}

pub fn team_info(_: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    if params.text("team").is_some_and(|t| t != TEAM) {
        return Err("team_not_found".into());
    }
    Ok(json!({"team": {"id": TEAM, "name": "Acme", "domain": DOMAIN, "email_domain": "", "is_verified": false,
        "url": format!("https://{DOMAIN}.slack.com/"), "icon": {"image_default": true}}}))
}

pub fn user_info(state: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    let user = state.users.get(&params.need("user")?).ok_or(Fault::from("user_not_found"))?;
    Ok(json!({"user": user.json()}))
}

pub fn user_list(state: &mut State, _: &Core, params: &Params, now: Timestamp) -> Result<Value, Fault> {
    // Strangers are no members: they are not in the list (docs.slack.dev, "Slack Connect: working with").
    let all = state.users.values().filter(|u| u.team() == TEAM).map(User::json).collect();
    let (members, next) = cut(all, params.page(1_000)?);
    Ok(json!({"members": members, "cache_ts": now.as_second(), "response_metadata": {"next_cursor": next}}))
}

pub fn group_list(state: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    let with_users = params.flag("include_users") == Some(true);
    let groups: Vec<Value> = state
        .groups
        .values()
        .map(|group| {
            let mut json = group.json();
            if !with_users {
                json.as_object_mut().expect("an object").remove("users");
            }
            json
        })
        .collect();
    Ok(json!({"usergroups": groups}))
}

pub fn group_users(state: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    let id = params.need("usergroup")?;
    let group: &Group = state.groups.get(&id).ok_or(Fault::from("no_such_subteam"))?;
    Ok(json!({"users": group.users}))
}

pub fn react(state: &mut State, _: &Core, params: &Params, _: Timestamp) -> Result<Value, Fault> {
    let (id, ts, name) = (params.need("channel")?, params.need("timestamp")?, params.need("name")?);
    let channel = state.channels.get_mut(&id).filter(|c| c.has_bot()).ok_or(Fault::from("channel_not_found"))?;
    if channel.is_archived {
        return Err("is_archived".into());
    }
    if name.contains(':') || name.contains(' ') {
        return Err("invalid_name".into());
    }
    let message = channel.message_mut(&ts).ok_or(Fault::from("message_not_found"))?;
    let reaction = (name.clone(), BOT_USER.to_owned());
    if message.reactions.contains(&reaction) {
        return Err("already_reacted".into());
    }
    message.reactions.push(reaction);
    state.events.push(Event::Reacted { channel: id, ts, name });
    Ok(json!({}))
}
