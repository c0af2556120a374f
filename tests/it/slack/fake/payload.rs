//! Payloads as Slack sends them; their shapes are those of slackapi/java-slack-sdk's samples.

use super::state::State;
use super::world::{APP, BOT_USER, DOMAIN, TEAM};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Verification token: deprecated, still sent.
const TOKEN: &str = "verification-token";

fn team() -> Value {
    json!({"id": TEAM, "domain": DOMAIN})
}

/// A stranger's team is their own.
fn user(state: &State, id: &str) -> Value {
    let user = state.user(id);
    json!({"id": user.id, "username": user.name, "name": user.name, "team_id": user.team()})
}

fn channel(state: &State, id: &str) -> Value {
    let channel = state.channel(id);
    let name = match (&channel.im, channel.is_private) {
        (Some(_), _) => "directmessage",
        (None, true) => "privategroup",
        (None, false) => &channel.name,
    };
    json!({"id": id, "name": name})
}

pub fn slash(state: &State, who: &str, place: &str, command: &str, text: &str, hook: &str, trigger: &str) -> Value {
    let person = state.user(who);
    json!({
        "token": TOKEN, "team_id": TEAM, "team_domain": DOMAIN, "channel_id": place,
        "channel_name": channel(state, place)["name"], "user_id": who, "user_name": person.name, "command": command,
        "text": text, "api_app_id": APP, "is_enterprise_install": "false", "response_url": hook, "trigger_id": trigger,
    })
}

fn interaction(state: &State, kind: &str, who: &str) -> Value {
    json!({"type": kind, "token": TOKEN, "api_app_id": APP, "team": team(), "enterprise": null,
        "is_enterprise_install": false, "user": user(state, who)})
}

/// Where an action happened.
pub enum Place<'a> {
    /// Channel, ts, ephemeral, attachment if it is in one.
    Message(&'a str, &'a str, bool, Option<usize>),
    View(&'a str),
}

pub fn action(state: &State, who: &str, place: &Place<'_>, action: &Value, trigger: &str, hook: Option<&str>) -> Value {
    let mut payload = interaction(state, "block_actions", who);
    payload["trigger_id"] = json!(trigger);
    payload["actions"] = json!([action]);
    match place {
        Place::View(id) => {
            let view = state.views[*id].json();
            payload["container"] = json!({"type": "view", "view_id": id});
            payload["view"] = view;
        }
        Place::Message(place, ts, ephemeral, attachment) => {
            let mut container =
                json!({"type": "message", "message_ts": ts, "channel_id": place, "is_ephemeral": ephemeral});
            if let Some(n) = attachment {
                container["type"] = json!("message_attachment");
                container["attachment_id"] = json!(n + 1);
                container["is_app_unfurl"] = json!(false);
            }
            payload["state"] = json!({"values": {}});
            payload["channel"] = channel(state, place);
            payload["response_url"] = json!(hook);
            // The message that only one person sees is not sent along.
            if !ephemeral {
                let message = state.channel(place).message(ts).expect("the driver looked");
                if let Some(thread) = &message.thread_ts {
                    container["thread_ts"] = json!(thread);
                }
                payload["message"] = message.json(true);
            }
            payload["container"] = container;
        }
    }
    payload
}

pub fn submission(state: &State, who: &str, view: &str, trigger: &str) -> Value {
    let mut payload = interaction(state, "view_submission", who);
    payload["trigger_id"] = json!(trigger);
    payload["view"] = state.views[view].json();
    payload["response_urls"] = json!([]);
    payload
}

pub fn closed(state: &State, who: &str, view: Value, cleared: bool) -> Value {
    let mut payload = interaction(state, "view_closed", who);
    payload["view"] = view;
    payload["is_cleared"] = json!(cleared);
    payload
}

pub fn shortcut(state: &State, who: &str, callback: &str, trigger: &str, now: Timestamp) -> Value {
    let mut payload = interaction(state, "shortcut", who);
    let fields = payload.as_object_mut().expect("an object");
    fields.remove("api_app_id");
    fields.insert("callback_id".into(), json!(callback));
    fields.insert("trigger_id".into(), json!(trigger));
    fields.insert("action_ts".into(), json!(format!("{}.000001", now.as_second())));
    payload
}

pub fn message_shortcut(
    state: &State,
    who: &str,
    callback: &str,
    (place, ts): (&str, &str),
    trigger: &str,
    hook: &str,
) -> Value {
    let mut payload = interaction(state, "message_action", who);
    payload.as_object_mut().expect("an object").remove("api_app_id");
    let message = state.channel(place).message(ts).expect("the driver looked");
    payload["callback_id"] = json!(callback);
    payload["trigger_id"] = json!(trigger);
    payload["response_url"] = json!(hook);
    payload["channel"] = channel(state, place);
    payload["message_ts"] = json!(ts);
    payload["action_ts"] = json!(ts);
    payload["message"] = message.json(true);
    payload
}

pub fn event(state: &mut State, event: &Value, shared: bool, now: Timestamp) -> Value {
    let n = state.next();
    json!({
        "token": TOKEN, "team_id": TEAM, "context_team_id": TEAM, "context_enterprise_id": null, "api_app_id": APP,
        "event": event, "type": "event_callback", "event_id": format!("Ev{n:08}"), "event_time": now.as_second(),
        "authorizations": [{"enterprise_id": null, "team_id": TEAM, "user_id": BOT_USER, "is_bot": true,
            "is_enterprise_install": false}],
        "is_ext_shared_channel": shared, "event_context": format!("4-{n}"),
    })
}
