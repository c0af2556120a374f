//! The server: itself, its roles, its channels, its members.

use super::rest_call::{ApiError, Call, Form, Reply};
use super::state::State;
use super::state_json::extend;
use super::state_world::{APP, GUILD};
use serde_json::{Value, json};

/// The bot's own server; every other is unknown to it.
fn ours<'a>(state: &State, call: &'a Call) -> Result<&'a str, ApiError> {
    let guild = call.parts[1].as_str();
    if state.is_member(guild) { Ok(guild) } else { Err(ApiError::code(10004)) }
}

pub fn guild(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    ours(state, call)?;
    let mut guild = json!({
        "id": GUILD, "name": state.guild_name, "icon": null, "description": null, "home_header": null, "splash": null,
        "discovery_splash": null, "features": ["COMMUNITY", "NEWS"], "banner": null, "owner_id": state.owner,
        "application_id": null, "region": "deprecated", "afk_channel_id": null, "afk_timeout": 300,
        "system_channel_id": null, "system_channel_flags": 0, "widget_enabled": false, "widget_channel_id": null,
        "verification_level": 1, "roles": state.roles_json(), "default_message_notifications": 1, "mfa_level": 0,
    });
    extend(
        &mut guild,
        json!({
            "explicit_content_filter": 2, "max_presences": null, "max_members": 500_000, "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25, "vanity_url_code": null, "premium_tier": 0, "premium_subscription_count": 0,
            "preferred_locale": "en-US", "rules_channel_id": null, "safety_alerts_channel_id": null,
            "public_updates_channel_id": null, "hub_type": null, "premium_progress_bar_enabled": false,
            "premium_progress_bar_enabled_user_updated_at": null, "latest_onboarding_question_id": null, "nsfw": false,
            "nsfw_level": 0, "emojis": [], "stickers": [], "incidents_data": null, "inventory_settings": null,
        }),
    );
    if call.flag("with_counts") {
        guild["approximate_member_count"] = json!(state.members.len());
        guild["approximate_presence_count"] = json!(state.members.len());
    }
    Ok(Reply::ok(guild))
}

pub fn mine(state: &State) -> Reply {
    if !state.is_member(GUILD) {
        return Reply::ok(json!([]));
    }
    Reply::ok(json!([{
        "id": GUILD, "name": state.guild_name, "icon": null, "banner": null, "owner": false, "features": [],
        "permissions": state.base_rights(APP).to_string(),
    }]))
}

pub fn roles(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    ours(state, call)?;
    Ok(Reply::ok(state.roles_json().into()))
}

/// The channels of a server; no threads. Those that the bot cannot see are listed all the same.
pub fn channels(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let guild = ours(state, call)?;
    let all = state.channels.values().filter(|c| c.guild.as_deref() == Some(guild) && !c.is_thread());
    Ok(Reply::ok(all.map(|c| state.channel_json(c)).collect()))
}

pub fn member(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    ours(state, call)?;
    let id = &call.parts[3];
    if !state.users.contains_key(id) {
        return Err(ApiError::code(10013));
    }
    state.member_json(id).map(Reply::ok).ok_or_else(|| ApiError::code(10007))
}

/// Only with the privileged intent for members.
pub fn members(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    ours(state, call)?;
    if !state.lists_members() {
        return Err(ApiError::code(50001));
    }
    let limit = number(call, "limit", 1, 1_000)?;
    let after = call.query.get("after").cloned().unwrap_or_else(|| "0".to_owned());
    let later = |id: &String| id.parse::<u64>().unwrap_or(0) > after.parse().unwrap_or(0);
    let ids: Vec<&String> = state.members.keys().filter(|id| later(id)).take(limit).collect();
    Ok(Reply::ok(ids.into_iter().filter_map(|id| state.member_json(id)).collect::<Vec<Value>>().into()))
}

/// A number in the query, from 1 to the most.
pub fn number(call: &Call, name: &str, otherwise: usize, most: usize) -> Result<usize, ApiError> {
    let Some(text) = call.query.get(name) else { return Ok(otherwise) };
    let mut form = Form::default();
    match text.parse::<usize>() {
        Ok(n) if (1..=most).contains(&n) => return Ok(n),
        Ok(0) => form.add(name, "NUMBER_TYPE_MIN", "int value should be greater than or equal to 1."),
        Ok(_) => form.add(name, "NUMBER_TYPE_MAX", format!("int value should be less than or equal to {most}.")),
        Err(_) => form.add(name, "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not int.")),
    }
    form.check().map(|()| otherwise)
}
