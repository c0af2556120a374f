//! Modals and home tabs: views.open, push, update, publish, and what they share with the answers to a submission.

use super::Core;
use super::blocks;
use super::call::{Fault, Params};
use super::content::fill_ids;
use super::record::Event;
use super::state::State;
use super::world::View;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// docs.slack.dev, "views.open": "the provided view is greater than 250kb".
const LARGEST: usize = 250_000;
/// How many modals lie on one another (docs.slack.dev, "Modals").
pub const DEEPEST: usize = 3;

type Inputs = BTreeMap<String, BTreeMap<String, Value>>;

/// The view of a call, checked.
fn read(state: &mut State, params: &Params, kind: &str) -> Result<Value, Fault> {
    let view = match params.structure("view") {
        Ok(Some(view)) if view.is_object() => view,
        Ok(None) => return Err(Fault::arguments(&["missing required field: view".into()])),
        _ => return Err(Fault::arguments(&["must be a valid view [json-pointer:/view]".into()])),
    };
    check(state, view, kind, None)
}

/// Checks a view and gives it the ids that Slack gives; `own` is the view that it replaces.
pub fn check(state: &mut State, mut view: Value, kind: &str, own: Option<&str>) -> Result<Value, Fault> {
    if view.to_string().len() > LARGEST {
        return Err("view_too_large".into());
    }
    let wrong = blocks::check_view(&view, kind);
    if !wrong.is_empty() {
        return Err(Fault::arguments(&wrong));
    }
    let external = view["external_id"].as_str().unwrap_or_default();
    let others = || state.views.values().filter(|v| Some(v.id.as_str()) != own);
    if !external.is_empty() && others().any(|v| v.body["external_id"] == external) {
        return Err("duplicate_external_id".into());
    }
    for block in view["blocks"].as_array_mut().into_iter().flatten() {
        fill_ids(state, block);
    }
    Ok(view)
}

/// A trigger is good once, for 3 s.
fn exchange(state: &mut State, params: &Params, now: Timestamp) -> Result<(String, String, Option<String>), Fault> {
    let id = params.need("trigger_id")?;
    let trigger = state.triggers.get_mut(&id).ok_or(Fault::from("invalid_trigger_id"))?;
    if trigger.used {
        return Err("exchanged_trigger_id".into());
    }
    if now.duration_since(trigger.born).as_secs_f64() > 3.0 {
        return Err("expired_trigger_id".into());
    }
    Ok((id, trigger.user.clone(), trigger.view.clone()))
}

pub fn open(state: &mut State, _: &Core, params: &Params, now: Timestamp) -> Result<Value, Fault> {
    let body = read(state, params, "modal")?;
    let (trigger, user, _) = exchange(state, params, now)?;
    state.triggers.get_mut(&trigger).expect("it was there").used = true;
    for id in state.stacks.remove(&user).unwrap_or_default() {
        state.views.remove(&id);
    }
    let id = show(state, &user, body, None, Some(trigger), now);
    Ok(json!({"view": state.views[&id].json()}))
}

pub fn push(state: &mut State, _: &Core, params: &Params, now: Timestamp) -> Result<Value, Fault> {
    let body = read(state, params, "modal")?;
    let (trigger, user, from) = exchange(state, params, now)?;
    let stack = state.stacks.get(&user).cloned().unwrap_or_default();
    let below = from.filter(|id| stack.contains(id)).ok_or(Fault::from("not_found"))?;
    if stack.len() >= DEEPEST {
        return Err("push_limit_reached".into());
    }
    state.triggers.get_mut(&trigger).expect("it was there").used = true;
    let id = show(state, &user, body, Some(below), Some(trigger), now);
    Ok(json!({"view": state.views[&id].json()}))
}

/// Puts a modal on top of what the person sees.
pub fn show(
    state: &mut State,
    user: &str,
    body: Value,
    previous: Option<String>,
    trigger: Option<String>,
    now: Timestamp,
) -> String {
    let id = format!("V{}", state.next());
    let root = previous.as_ref().and_then(|p| state.views.get(p)).map_or_else(|| id.clone(), |v| v.root.clone());
    let hash = hash(state, now);
    let inputs = initial(&body, &Inputs::new());
    let view = View {
        id: id.clone(),
        user: user.into(),
        body,
        hash,
        root,
        previous,
        state: inputs,
        errors: BTreeMap::new(),
        trigger,
    };
    state.views.insert(id.clone(), view);
    state.stacks.entry(user.into()).or_default().push(id.clone());
    state.events.push(Event::ViewShown { user: user.into(), view: id.clone() });
    id
}

fn hash(state: &mut State, now: Timestamp) -> String {
    format!("{}.{:08x}", now.as_second(), state.next())
}

pub fn update(state: &mut State, _: &Core, params: &Params, now: Timestamp) -> Result<Value, Fault> {
    let id = match (params.text("view_id"), params.text("external_id")) {
        (Some(id), None) => state.views.contains_key(&id).then_some(id),
        (None, Some(external)) => {
            state.views.values().find(|v| v.body["external_id"] == external).map(|v| v.id.clone())
        }
        _ => return Err(Fault::arguments(&["exactly one of view_id and external_id is needed".into()])),
    };
    let id = id.ok_or(Fault::from("not_found"))?;
    if params.text("hash").is_some_and(|h| h != state.views[&id].hash) {
        return Err("hash_conflict".into());
    }
    let kind = if state.views[&id].is_home() { "home" } else { "modal" };
    let view = match params.structure("view") {
        Ok(Some(view)) if view.is_object() => view,
        _ => return Err(Fault::arguments(&["missing required field: view".into()])),
    };
    let body = check(state, view, kind, Some(&id))?;
    replace(state, &id, body, now);
    Ok(json!({"view": state.views[&id].json()}))
}

/// New contents for a view; what was typed stays where the input keeps its ids.
pub fn replace(state: &mut State, id: &str, body: Value, now: Timestamp) {
    let hash = hash(state, now);
    let view = state.views.get_mut(id).expect("the caller looked");
    view.state = initial(&body, &view.state);
    view.body = body;
    view.hash = hash;
    view.errors.clear();
    let (user, home) = (view.user.clone(), view.is_home());
    state.events.push(if home { Event::HomeShown { user } } else { Event::ViewShown { user, view: id.into() } });
}

pub fn publish(state: &mut State, _: &Core, params: &Params, now: Timestamp) -> Result<Value, Fault> {
    let user = params.need("user_id")?;
    if !state.users.contains_key(&user) {
        return Err(Fault::arguments(&["must be a user of the workspace [json-pointer:/user_id]".into()]));
    }
    let current = state.homes.get(&user).cloned();
    let stored = current.as_ref().map(|id| &state.views[id].hash);
    if params.text("hash").zip(stored).is_some_and(|(given, stored)| given != *stored) {
        return Err("hash_conflict".into());
    }
    let view = match params.structure("view") {
        Ok(Some(view)) if view.is_object() => view,
        _ => return Err(Fault::arguments(&["missing required field: view".into()])),
    };
    let body = check(state, view, "home", current.as_deref())?;
    let id = if let Some(id) = current {
        replace(state, &id, body, now);
        id
    } else {
        let id = format!("V{}", state.next());
        let view = View {
            id: id.clone(),
            user: user.clone(),
            hash: hash(state, now),
            root: id.clone(),
            previous: None,
            state: initial(&body, &Inputs::new()),
            body,
            errors: BTreeMap::new(),
            trigger: None,
        };
        state.views.insert(id.clone(), view);
        state.homes.insert(user.clone(), id.clone());
        state.events.push(Event::HomeShown { user });
        id
    };
    Ok(json!({"view": state.views[&id].json()}))
}

/// What the inputs hold before anybody touches them, or still hold.
fn initial(body: &Value, before: &Inputs) -> Inputs {
    let mut state = Inputs::new();
    for block in body["blocks"].as_array().into_iter().flatten() {
        let id = block["block_id"].as_str().unwrap_or_default();
        let elements: Vec<&Value> = match block["type"].as_str() {
            Some("input") => vec![&block["element"]],
            Some("section") => vec![&block["accessory"]],
            Some("actions") => block["elements"].as_array().into_iter().flatten().collect(),
            _ => Vec::new(),
        };
        for element in elements {
            let action = element["action_id"].as_str().unwrap_or_default();
            let Some(empty) = value_of(element) else { continue };
            let kept = before.get(id).and_then(|b| b.get(action)).filter(|v| v["type"] == empty["type"]);
            state.entry(id.to_owned()).or_default().insert(action.to_owned(), kept.unwrap_or(&empty).clone());
        }
    }
    state
}

/// How a state value of this element looks; `None` for what holds no value.
fn value_of(element: &Value) -> Option<Value> {
    let kind = element["type"].as_str()?;
    let (key, value) = match kind {
        "plain_text_input" | "number_input" | "email_text_input" | "url_text_input" => {
            ("value", &element["initial_value"])
        }
        "static_select" | "external_select" | "radio_buttons" => ("selected_option", &element["initial_option"]),
        "multi_static_select" | "multi_external_select" | "checkboxes" => {
            ("selected_options", &element["initial_options"])
        }
        "users_select" => ("selected_user", &element["initial_user"]),
        "channels_select" => ("selected_channel", &element["initial_channel"]),
        "conversations_select" => ("selected_conversation", &element["initial_conversation"]),
        "datepicker" => ("selected_date", &element["initial_date"]),
        "timepicker" => ("selected_time", &element["initial_time"]),
        "datetimepicker" => ("selected_date_time", &element["initial_date_time"]),
        _ => return None,
    };
    let value = if value.is_null() && key == "selected_options" { json!([]) } else { value.clone() };
    Some(json!({"type": kind, key: value}))
}
