//! What Discord sends about an interaction (Discord's documentation, "Receiving and Responding to Interactions").

use super::state_json::time;
use super::{APP, Channel, GUILD, Inner, Message, State};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Who the bot is, for the gateway.
pub struct Identity {
    /// `None`: no token is good.
    pub token: Option<String>,
    pub user: Value,
    /// The servers that the bot is in.
    pub guilds: Vec<String>,
    pub application: String,
    pub flags: u64,
    /// The privileged intents that are switched on.
    pub privileged: u64,
}

pub fn identity(inner: &Arc<Inner>) -> Identity {
    let state = inner.state();
    let app = &state.application;
    let flags = app.flags;
    // "Application Flags": presence, members, message content; each also in the form for small applications.
    let on = [(12, 8), (13, 8), (14, 1), (15, 1), (18, 15), (19, 15)];
    let privileged = on.iter().filter(|(flag, _)| flags & 1 << flag != 0).fold(0, |all, (_, intent)| all | 1 << intent);
    let guilds = if state.is_member(GUILD) { vec![GUILD.to_owned()] } else { Vec::new() };
    let mut user = state.user_json(APP);
    user["verified"] = json!(true);
    user["mfa_enabled"] = json!(false);
    user["email"] = Value::Null;
    let token = app.token_good.then(|| app.token.clone());
    Identity { token, user, guilds, application: APP.to_owned(), flags, privileged }
}

/// The event by which a server becomes known.
pub fn guild_create(inner: &Arc<Inner>, guild: &str) -> Value {
    let state = inner.state();
    let ours = |c: &&Channel| c.guild.as_deref() == Some(guild);
    let shown = |thread: bool| -> Vec<Value> {
        let channels = state.channels.values().filter(ours).filter(|c| c.is_thread() == thread);
        channels.map(|c| state.channel_json(c)).collect()
    };
    let joined = state.members.get(APP).map(|m| time(m.joined));
    let mut created = json!({"id": guild, "name": state.guild_name, "owner_id": state.owner, "unavailable": false,
        "large": false, "member_count": state.members.len(), "joined_at": joined, "roles": state.roles_json(),
        "channels": shown(false), "threads": shown(true), "afk_timeout": 300, "preferred_locale": "en-US",
        "members": state.member_json(APP).into_iter().collect::<Vec<_>>(), "premium_progress_bar_enabled": false,
        "max_members": 500_000, "max_video_channel_users": 25, "version": 1});
    let lists = ["emojis", "stickers", "features", "voice_states", "presences", "stage_instances"];
    for name in lists.into_iter().chain(["guild_scheduled_events", "soundboard_sounds"]) {
        created[name] = json!([]);
    }
    for name in ["icon", "splash", "discovery_splash", "afk_channel_id", "application_id", "system_channel_id"] {
        created[name] = Value::Null;
    }
    for name in ["rules_channel_id", "vanity_url_code", "description", "banner", "public_updates_channel_id"] {
        created[name] = Value::Null;
    }
    for name in ["verification_level", "default_message_notifications", "explicit_content_filter", "mfa_level"] {
        created[name] = json!(0);
    }
    for name in ["system_channel_flags", "premium_tier", "premium_subscription_count", "nsfw_level"] {
        created[name] = json!(0);
    }
    created
}

/// Who does something, and where.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub user: &'a str,
    pub channel: &'a str,
}

/// An interaction. `message` is the one that the component is in.
pub fn interaction(
    state: &State,
    place: Place,
    id: &str,
    token: &str,
    kind: u8,
    data: &Value,
    message: Option<Value>,
) -> Value {
    let channel = state.channel(place.channel);
    let mut payload = json!({"id": id, "application_id": APP, "type": kind, "token": token, "version": 1, "data": data,
        "channel_id": channel.id, "channel": partial_channel(state, channel),
        "app_permissions": state.rights(APP, channel).to_string(), "entitlements": [], "entitlement_sku_ids": [],
        "attachment_size_limit": 10_485_760, "locale": state.users.get(place.user).map(|u| u.locale.clone())});
    let owner = if let Some(guild) = &channel.guild {
        payload["guild_id"] = json!(guild);
        payload["guild"] = json!({"id": guild, "locale": "en-US", "features": []});
        payload["guild_locale"] = json!("en-US");
        payload["context"] = json!(0);
        let mut member = state.member_json(place.user).unwrap_or_default();
        member["permissions"] = json!(state.rights(place.user, channel).to_string());
        payload["member"] = member;
        guild.as_str()
    } else {
        payload["context"] = json!(1);
        payload["user"] = state.user_json(place.user);
        "0"
    };
    payload["authorizing_integration_owners"] = json!({"0": owner});
    if let Some(message) = message {
        payload["message"] = message;
    }
    payload
}

/// A channel as an interaction shows it.
pub fn partial_channel(state: &State, channel: &Channel) -> Value {
    let whole = state.channel_json(channel);
    let fields = [
        "id",
        "name",
        "type",
        "last_message_id",
        "nsfw",
        "parent_id",
        "guild_id",
        "flags",
        "rate_limit_per_user",
        "topic",
        "position",
        "thread_metadata",
        "recipients",
        "owner_id",
        "member_count",
        "message_count",
        "total_message_sent",
        "applied_tags",
    ];
    let kept = fields.iter().filter_map(|f| Some(((*f).to_owned(), whole.get(*f)?.clone())));
    Value::Object(kept.collect::<Map<_, _>>())
}

/// The users of a set of ids, with what the server knows of them.
pub fn resolved_users(state: &State, channel: &Channel, ids: &[String]) -> Value {
    let mut resolved = json!({"users": {}});
    for id in ids {
        resolved["users"][id] = state.user_json(id);
        let Some(member) = state.members.get(id) else { continue };
        let mut shown = State::bare_member(member);
        if let Some(fields) = shown.as_object_mut() {
            fields.remove("mute");
            fields.remove("deaf");
        }
        shown["permissions"] = json!(state.rights(id, channel).to_string());
        resolved["members"][id] = shown;
    }
    resolved
}

/// The roles of a set of ids.
pub fn resolved_roles(state: &State, ids: &[String]) -> Value {
    let roles: Map<_, _> = state
        .roles_json()
        .into_iter()
        .filter_map(|role| Some((role["id"].as_str()?.to_owned(), role)))
        .filter(|(id, _)| ids.contains(id))
        .collect();
    json!({ "roles": roles })
}

/// The channels of a set of ids, as this person sees them.
pub fn resolved_channels(state: &State, user: &str, ids: &[String]) -> Value {
    let mut resolved = json!({"channels": {}});
    for id in ids {
        let channel = state.channel(id);
        let mut shown = partial_channel(state, channel);
        shown["permissions"] = json!(state.rights(user, channel).to_string());
        resolved["channels"][id] = shown;
    }
    resolved
}

/// A message as an interaction shows it; one that the person alone sees too.
pub fn message(state: &State, channel: &str, message: &Message) -> Value {
    state.message_json(channel, message)
}

/// `interaction_metadata` of an answer.
pub fn metadata(state: &State, interaction: &super::interactions::Interaction) -> Value {
    let channel = state.channel(&interaction.channel);
    let owner = channel.guild.clone().unwrap_or_else(|| "0".to_owned());
    let mut shown = json!({"id": interaction.id, "type": interaction.kind, "user": state.user_json(&interaction.user),
        "authorizing_integration_owners": {"0": owner}});
    match interaction.kind {
        2 => {
            shown["name"] = json!(interaction.what);
            shown["command_type"] = json!(if interaction.target.is_some() { 3 } else { 1 });
            if let Some(target) = &interaction.target {
                shown["target_message_id"] = json!(target);
            }
        }
        3 => shown["interacted_message_id"] = json!(interaction.message),
        5 => shown["triggering_interaction_metadata"] = interaction.opened_by.clone(),
        _ => {}
    }
    shown
}
