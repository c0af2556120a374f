//! What people do in modals: fill in, submit, close.

use super::FakeSlack;
use super::deliver::Kind;
use super::payload;
use super::person::choose;
use super::record::Event;
use super::state::State;
use super::views;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What came of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// The client did not let it through: an input is empty, or its text too long or too short.
    NotSent(String),
    /// Errors under the inputs, by block; the modal stays.
    Errors(BTreeMap<String, String>),
    /// The modal shows something else, or another one lies on it.
    Next(String),
    /// It is closed.
    Closed,
    /// "We had some trouble connecting": no proper answer in time; the modal stays.
    Failed(String),
}

impl FakeSlack {
    /// Fills in (`block_id/action_id` or `action_id` -> text, or an option's value or label) and submits.
    pub async fn submit(&self, user: &str, view: &str, values: &[(&str, &str)]) -> Submitted {
        let payload = {
            let mut state = self.core.state();
            let now = (self.core.now)();
            let on_top = state.stacks.get(user).and_then(|s| s.last()).is_some_and(|v| v == view);
            assert!(on_top, "{user} does not see the modal {view}: it is closed, or under another one");
            if let Err(why) = fill(&mut state, view, values) {
                return Submitted::NotSent(why);
            }
            let shown = state.views.get_mut(view).expect("on top");
            shown.errors.clear();
            let trigger = state.trigger(user, now, Some(view.into()));
            payload::submission(&state, user, view, &trigger)
        };
        let outcome = self.core.deliver(Kind::Interactive, &payload, None).await;
        let now = (self.core.now)();
        let mut state = self.core.state();
        match outcome {
            Err(failure) => Submitted::Failed(failure.into()),
            Ok(answer) => answered(&mut state, user, view, &answer, now),
        }
    }

    /// Closes the topmost modal; the app hears of it if it asked to.
    pub async fn close_view(&self, user: &str, view: &str) {
        let payload = {
            let mut state = self.core.state();
            let shown = state.views.get(view).unwrap_or_else(|| panic!("there is no view {view}")).clone();
            let clears = shown.body["clear_on_close"] == true;
            let told = shown.body["notify_on_close"] == true;
            let payload = payload::closed(&state, user, shown.json(), clears);
            close(&mut state, user, if clears { None } else { Some(view) });
            told.then_some(payload)
        };
        if let Some(payload) = payload {
            // Nobody sees whether this arrives.
            self.core.deliver(Kind::Interactive, &payload, None).await.ok();
        }
    }
}

/// Takes one modal away, or all.
fn close(state: &mut State, user: &str, view: Option<&str>) {
    let stack = state.stacks.entry(user.to_owned()).or_default();
    let gone: Vec<String> = match view {
        Some(view) => stack.iter().filter(|v| *v == view).cloned().collect(),
        None => stack.clone(),
    };
    stack.retain(|v| !gone.contains(v));
    for view in gone {
        state.views.remove(&view);
        state.events.push(Event::ViewClosed { user: user.into(), view });
    }
}

/// Does what the answer to a submission says (docs.slack.dev, "Modals", "Handling and responding to interactions").
fn answered(state: &mut State, user: &str, view: &str, answer: &Value, now: Timestamp) -> Submitted {
    let trouble = |state: &mut State, why: String| {
        state.violation(format!("view_submission: {why}"));
        Submitted::Failed(why)
    };
    if answer.is_null() {
        close(state, user, Some(view));
        return Submitted::Closed;
    }
    let fields: Vec<&str> = answer.as_object().map_or_else(Vec::new, |o| o.keys().map(String::as_str).collect());
    match (answer["response_action"].as_str(), fields.len()) {
        (Some("clear"), 1) => {
            close(state, user, None);
            Submitted::Closed
        }
        (Some("errors"), 2) => {
            let errors: Option<BTreeMap<String, String>> = serde_json::from_value(answer["errors"].clone()).ok();
            let errors = errors.unwrap_or_default();
            let blocks = state.views[view].blocks();
            let input = |id: &String| blocks.iter().any(|b| b["type"] == "input" && b["block_id"] == **id);
            if errors.is_empty() || !errors.keys().all(input) || errors.values().any(String::is_empty) {
                return trouble(state, format!("errors must name input blocks of the view: {answer}"));
            }
            state.views.get_mut(view).expect("it is there").errors.clone_from(&errors);
            Submitted::Errors(errors)
        }
        (Some(action @ ("update" | "push")), 2) => {
            let own = (action == "update").then_some(view);
            let body = match views::check(state, answer["view"].clone(), "modal", own) {
                Ok(body) => body,
                Err(fault) => return trouble(state, format!("{action}: {} {:?}", fault.code, fault.more)),
            };
            if action == "update" {
                views::replace(state, view, body, now);
                return Submitted::Next(view.into());
            }
            if state.stacks.get(user).map_or(0, Vec::len) >= views::DEEPEST {
                return trouble(state, "push: three modals already lie on one another".into());
            }
            Submitted::Next(views::show(state, user, body, Some(view.into()), None, now))
        }
        _ => trouble(state, format!("no such answer: {answer}")),
    }
}

/// Puts the values in, as far as the client lets a person.
fn fill(state: &mut State, view: &str, values: &[(&str, &str)]) -> Result<(), String> {
    let blocks = state.views[view].blocks().to_vec();
    let mut left: Vec<(&str, &str)> = values.to_vec();
    for block in blocks.iter().filter(|b| b["type"] == "input") {
        let element = &block["element"];
        let (block_id, action_id) = (word(&block["block_id"]), word(&element["action_id"]));
        let full = format!("{block_id}/{action_id}");
        let mine = |name: &str| name == full || name == action_id || name == block_id;
        let slot = state
            .views
            .get_mut(view)
            .expect("it is there")
            .state
            .entry(block_id.clone())
            .or_default()
            .entry(action_id.clone());
        let slot = slot.or_insert(Value::Null);
        if let Some(at) = left.iter().position(|(name, _)| mine(name)) {
            let (_, value) = left.remove(at);
            put(slot, element, value)?;
        }
        check_filled(slot, block)?;
    }
    assert!(left.is_empty(), "the modal has no input {left:?}");
    Ok(())
}

fn put(slot: &mut Value, element: &Value, value: &str) -> Result<(), String> {
    let kind = word(&element["type"]);
    *slot = match kind.as_str() {
        "static_select" | "radio_buttons" => {
            let chosen = choose(element, value).ok_or_else(|| format!("there is no option {value}"))?;
            json!({"type": kind, "selected_option": chosen})
        }
        "checkboxes" | "multi_static_select" => {
            let chosen: Option<Vec<Value>> =
                value.split(',').filter(|v| !v.is_empty()).map(|v| choose(element, v)).collect();
            json!({"type": kind, "selected_options": chosen.ok_or_else(|| format!("there is no option {value}"))?})
        }
        "datepicker" => json!({"type": kind, "selected_date": value}),
        "timepicker" => json!({"type": kind, "selected_time": value}),
        "users_select" => json!({"type": kind, "selected_user": value}),
        "conversations_select" => json!({"type": kind, "selected_conversation": value}),
        _ if value.is_empty() => json!({"type": kind, "value": null}),
        _ => json!({"type": kind, "value": value}),
    };
    Ok(())
}

/// What the client itself refuses.
fn check_filled(slot: &Value, block: &Value) -> Result<(), String> {
    let (element, label) = (&block["element"], word(&block["label"]["text"]));
    let length = slot["value"].as_str().map_or(0, |v| v.chars().count());
    let bound = |key: &str| element[key].as_u64().and_then(|n| usize::try_from(n).ok());
    if element["type"] == "plain_text_input" {
        let most = bound("max_length").unwrap_or(3_000);
        if length > most {
            return Err(format!("{label}: at most {most} characters"));
        }
        if bound("min_length").is_some_and(|least| length > 0 && length < least) {
            return Err(format!("{label}: at least {} characters", bound("min_length").unwrap_or(0)));
        }
    }
    let fields = slot.as_object().into_iter().flatten().filter(|(k, _)| *k != "type");
    let empty = fields.map(|(_, v)| v).all(|v| v.is_null() || v == "" || v == &json!([]));
    if empty && block["optional"] != true {
        Err(format!("{label}: please complete this required field"))
    } else {
        Ok(())
    }
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
