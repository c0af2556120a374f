//! What people do: type a command, press a button, choose from a menu, use a shortcut.

use super::call::Params;
use super::deliver::Kind;
use super::escape;
use super::hooks;
use super::payload::{self, Place};
use super::record::Event;
use super::said::Said;
use super::state::State;
use super::world::Origin;
use super::{Core, FakeSlack};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

impl FakeSlack {
    /// Types a command into the channel's message field. Slack has no commands in threads.
    pub async fn slash(&self, user: &str, channel: &str, command: &str, text: &str) -> Said {
        let (payload, said, hook) = {
            let mut state = self.core.state();
            let now = (self.core.now)();
            self.core.check_sees(&state, user, channel);
            let trigger = state.trigger(user, now, None);
            let hook = state.hook(user, channel, now, None);
            let typed = escape::typed(&state, text.trim());
            let url = self.core.hook_url(&hook);
            let payload = payload::slash(&state, user, channel, command, &typed, &url, &trigger);
            (payload, self.core.said(&state, user, Some(trigger)), hook)
        };
        let outcome = self.core.deliver(Kind::Slash, &payload, None).await;
        if let Ok(Value::Object(map)) = &outcome {
            let params = Params { map: map.clone(), token: None, warning: None, json: true };
            let now = (self.core.now)();
            let mut state = self.core.state();
            let place = state.hooks[&hook].channel.clone();
            // What is wrong with it is noted; the person sees nothing.
            hooks::say(&mut state, user, &place, None, &params, now).ok();
        }
        said.ended(outcome)
    }

    /// Presses the button with this label or `action_id` in a message, also in one that only this person sees.
    pub async fn click(&self, user: &str, channel: &str, ts: &str, button: &str) -> Said {
        self.act(user, channel, ts, button, None).await
    }

    /// Chooses from the menu with this `action_id`, the option with this label or value.
    pub async fn select(&self, user: &str, channel: &str, ts: &str, menu: &str, option: &str) -> Said {
        self.act(user, channel, ts, menu, Some(option)).await
    }

    async fn act(&self, user: &str, channel: &str, ts: &str, wanted: &str, option: Option<&str>) -> Said {
        let (payload, said) = {
            let mut state = self.core.state();
            let now = (self.core.now)();
            self.core.check_sees(&state, user, channel);
            let ephemeral = state
                .ephemerals
                .iter()
                .find(|e| e.user == user && e.channel == channel && e.message.ts == ts && !e.gone);
            let message = ephemeral.map_or_else(|| state.channel(channel).message(ts), |e| Some(&e.message));
            let message = message.unwrap_or_else(|| panic!("{user} sees no message {ts} in {channel}"));
            let private = ephemeral.is_some();
            let in_blocks = find(&message.blocks, wanted, option).map(|a| (a, None));
            let found = in_blocks.or_else(|| {
                message.attachments.iter().enumerate().find_map(|(i, attachment)| {
                    let blocks = attachment["blocks"].as_array()?;
                    Some((find(blocks, wanted, option)?, Some(i)))
                })
            });
            let (mut action, attachment) = found.unwrap_or_else(|| {
                panic!("no {wanted:?} {option:?} in the message:\n{}", super::render::message(&state, message))
            });
            action["action_ts"] = json!(state.next_ts(now));
            let trigger = state.trigger(user, now, None);
            let origin = if private { Origin::Ephemeral(ts.into()) } else { Origin::Message(ts.into()) };
            let hook = state.hook(user, channel, now, Some(origin));
            let url = self.core.hook_url(&hook);
            let place = Place::Message(channel, ts, private, attachment);
            let payload = payload::action(&state, user, &place, &action, &trigger, Some(&url));
            (payload, self.core.said(&state, user, Some(trigger)))
        };
        let outcome = self.core.deliver(Kind::Interactive, &payload, None).await;
        said.ended(outcome)
    }

    /// Presses a button, or chooses from a menu, in a modal that this person sees or on their home tab.
    pub async fn click_in_view(&self, user: &str, view: &str, wanted: &str, option: Option<&str>) -> Said {
        let (payload, said) = {
            let mut state = self.core.state();
            let now = (self.core.now)();
            let shown = state.views.get(view).filter(|v| v.user == user);
            let shown = shown.unwrap_or_else(|| panic!("{user} sees no view {view}"));
            let mut action = find(shown.blocks(), wanted, option).unwrap_or_else(|| {
                panic!("no {wanted:?} {option:?} in the view:\n{}", super::render::view(&state, shown))
            });
            action["action_ts"] = json!(state.next_ts(now));
            if option.is_some() && action["type"] != "overflow" {
                let (block, id) = (text(&action["block_id"]), text(&action["action_id"]));
                let value = json!({"type": action["type"], "selected_option": action["selected_option"]});
                state.views.get_mut(view).expect("shown").state.entry(block).or_default().insert(id, value);
            }
            let trigger = state.trigger(user, now, Some(view.into()));
            let payload = payload::action(&state, user, &Place::View(view), &action, &trigger, None);
            (payload, self.core.said(&state, user, Some(trigger)))
        };
        let outcome = self.core.deliver(Kind::Interactive, &payload, None).await;
        said.ended(outcome)
    }

    /// The home tab of a person, if the app published one.
    pub fn home(&self, user: &str) -> Option<String> {
        self.core.state().homes.get(user).cloned()
    }

    /// Uses a global shortcut.
    pub async fn shortcut(&self, user: &str, callback: &str) -> Said {
        let (payload, said) = {
            let mut state = self.core.state();
            let now = (self.core.now)();
            let trigger = state.trigger(user, now, None);
            let payload = payload::shortcut(&state, user, callback, &trigger, now);
            (payload, self.core.said(&state, user, Some(trigger)))
        };
        let outcome = self.core.deliver(Kind::Interactive, &payload, None).await;
        said.ended(outcome)
    }

    /// Uses a shortcut in the menu of a message.
    pub async fn message_shortcut(&self, user: &str, callback: &str, channel: &str, ts: &str) -> Said {
        let (payload, said) = {
            let mut state = self.core.state();
            let now = (self.core.now)();
            self.core.check_sees(&state, user, channel);
            let trigger = state.trigger(user, now, None);
            let hook = state.hook(user, channel, now, Some(Origin::Message(ts.into())));
            let url = self.core.hook_url(&hook);
            let payload = payload::message_shortcut(&state, user, callback, (channel, ts), &trigger, &url);
            (payload, self.core.said(&state, user, Some(trigger)))
        };
        let outcome = self.core.deliver(Kind::Interactive, &payload, None).await;
        said.ended(outcome)
    }

    /// Tells from now on who is shown a private message, and when by the machine's clock: for measuring.
    pub fn listen(&self) -> UnboundedReceiver<(String, Instant)> {
        let (sender, heard) = unbounded_channel();
        self.core.state().listener = Some(sender);
        heard
    }

    /// The private messages of a person, in order: their ts, and what they show.
    pub fn whispers(&self, user: &str) -> Vec<(String, String)> {
        let state = self.core.state();
        let mine = state.ephemerals.iter().filter(|e| e.user == user && !e.gone);
        mine.map(|e| (e.message.ts.clone(), super::render::message(&state, &e.message))).collect()
    }

    /// What a person's view shows; `None` once it is closed.
    pub fn view_text(&self, view: &str) -> Option<String> {
        let state = self.core.state();
        state.views.get(view).map(|v| super::render::view(&state, v))
    }
}

impl Core {
    /// Only who is in a channel can do something there; anybody sees a public channel.
    pub(super) fn check_sees(&self, state: &State, user: &str, channel: &str) {
        let place = state.channel(channel);
        assert!(state.users.contains_key(user), "there is no user {user}");
        assert!(place.members.contains(user), "{user} is not in #{} of {}", place.name, self.origin);
    }

    pub(super) fn said(self: &Arc<Self>, state: &State, user: &str, trigger: Option<String>) -> Said {
        Said { core: Arc::clone(self), user: user.into(), since: state.events.len(), trigger, failure: None, ack: None }
    }

    pub(super) fn hook_url(&self, hook: &str) -> String {
        format!("{}/hooks/{hook}", self.origin)
    }
}

impl Said {
    pub(super) fn ended(mut self, outcome: Result<Value, &'static str>) -> Self {
        match outcome {
            Ok(payload) => self.ack = Some(payload).filter(|p| !p.is_null()),
            Err(failure) => self.failure = Some(failure),
        }
        self
    }

    /// Did the channel get a message since?
    pub fn posted(&self) -> bool {
        self.core.state().events[self.since..].iter().any(|e| matches!(e, Event::Posted { .. }))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The action that a button or a menu would send; by `action_id` or by label.
fn find(blocks: &[Value], wanted: &str, option: Option<&str>) -> Option<Value> {
    blocks.iter().find_map(|block| {
        let inside = block["elements"].as_array().into_iter().flatten();
        inside.chain([&block["accessory"], &block["element"]]).find_map(|element| {
            let named = element["action_id"] == wanted || element["text"]["text"] == wanted;
            let kind = element["type"].as_str()?;
            if !named || (kind == "button") != option.is_none() {
                return None;
            }
            let mut action = json!({"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]});
            for key in ["text", "value", "style", "url", "placeholder", "confirm"] {
                if !element[key].is_null() {
                    action[key] = element[key].clone();
                }
            }
            if let Some(option) = option {
                action["selected_option"] = choose(element, option)?;
            }
            Some(action)
        })
    })
}

/// An option of a menu, by value or label.
pub fn choose(element: &Value, option: &str) -> Option<Value> {
    let groups = element["option_groups"].as_array().into_iter().flatten().filter_map(|g| g["options"].as_array());
    let mut all = element["options"].as_array().into_iter().chain(groups).flatten();
    all.find(|o| o["value"] == option || o["text"]["text"] == option).cloned()
}
