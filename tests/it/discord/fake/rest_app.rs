//! Who we are: the application, its user, the gateway's address.

use super::Inner;
use super::rest_call::{ApiError, Call, Form, Reply};
use super::rules_embeds::check_link;
use super::state::State;
use super::state_world::APP;
use serde_json::{Value, json};
use std::sync::Arc;

/// The intents that an application may switch on itself while it is small: presence, members and message content, "limited"
/// (docs.discord.com/developers, "Application Flags").
const LIMITED_INTENTS: u64 = 1 << 13 | 1 << 15 | 1 << 19;
/// May read what people write.
const MESSAGE_CONTENT: u64 = 1 << 18 | 1 << 19;
const GUILD_MEMBERS: u64 = 1 << 14 | 1 << 15;

impl State {
    pub fn reads_content(&self) -> bool {
        self.application.flags & MESSAGE_CONTENT != 0
    }

    pub fn lists_members(&self) -> bool {
        self.application.flags & GUILD_MEMBERS != 0
    }
}

pub fn gateway(inner: &Arc<Inner>, _: &Call) -> Reply {
    Reply::ok(json!({"url": inner.gateway_url()}))
}

pub fn gateway_bot(inner: &Arc<Inner>, call: &Call) -> Reply {
    if let Err(error) = super::rest::authorise(&mut inner.state(), call) {
        return error.into();
    }
    let left = inner.gateway.starts_left();
    Reply::ok(json!({
        "url": inner.gateway_url(), "shards": 1,
        "session_start_limit": {"total": 1_000, "remaining": left, "reset_after": 14_400_000, "max_concurrency": 1},
    }))
}

pub fn me(state: &State) -> Reply {
    let mut user = state.user_json(APP);
    let more = json!({"mfa_enabled": true, "locale": "en-US", "premium_type": 0, "email": null, "verified": true});
    super::state_json::extend(&mut user, more);
    Reply::ok(user)
}

pub fn user(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    state.users.get(&call.parts[1]).map(|u| Reply::ok(u.json())).ok_or_else(|| ApiError::code(10013))
}

pub fn application(state: &State) -> Reply {
    Reply::ok(shown(state))
}

fn shown(state: &State) -> Value {
    let app = &state.application;
    json!({
        "id": APP, "name": app.name, "icon": null, "description": app.description, "type": null, "verify_key": app.verify_key,
        "bot": state.user_json(APP), "flags": app.flags, "flags_new": app.flags.to_string(), "redirect_uris": [],
        "interactions_endpoint_url": app.endpoint, "role_connections_verification_url": null, "bot_public": true,
        "bot_require_code_grant": false, "hook": true, "summary": "", "storefront_available": false,
        "owner": state.user_json(&state.owner), "team": null, "approximate_guild_count": 1,
        "approximate_user_install_count": 0, "approximate_user_authorization_count": 0, "explicit_content_filter": 0,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "integration_types_config": {"0": {}},
    })
}

pub fn change_application(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let mut form = Form::default();
    let body = &call.body;
    if let Some(text) = body["description"].as_str() {
        form.length("description", text, 0, 400);
    }
    if let Some(url) = body["interactions_endpoint_url"].as_str() {
        check_link(&mut form, "interactions_endpoint_url", url, &["https", "http"]);
    }
    if body["flags"].as_u64().is_some_and(|f| f & !LIMITED_INTENTS != 0) {
        form.add("flags", "APPLICATION_FLAGS_INVALID", "Only the limited intents can be set.");
    }
    form.check()?;
    let app = &mut state.application;
    if let Some(text) = body["description"].as_str() {
        text.clone_into(&mut app.description);
    }
    if let Some(flags) = body["flags"].as_u64() {
        app.flags = (app.flags & !LIMITED_INTENTS) | flags;
    }
    if let Some(url) = body.get("interactions_endpoint_url") {
        app.endpoint = url.as_str().filter(|u| !u.is_empty()).map(str::to_owned);
    }
    Ok(Reply::ok(shown(state)))
}
