//! What people do: type a command, look at its suggestions, press a button, choose from a menu, use a message's menu.

use super::interactions::{First, Interaction, LIMIT};
use super::payload::{self, Place};
use super::payload_options::{self, Refusal, Typed, wrong};
use super::person_said::Said;
use super::{Channel, FakeDiscord, Message, State, http_mode, rights};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Notify;

/// Something that a person did, ready to be sent.
pub struct Done {
    pub kind: u8,
    pub what: String,
    pub data: Value,
    pub message: Option<String>,
    pub target: Option<String>,
    pub opened_by: Value,
    pub focus: u64,
}

impl Done {
    pub fn new(kind: u8, what: &str, data: Value) -> Self {
        Self { kind, what: what.to_owned(), data, message: None, target: None, opened_by: Value::Null, focus: 0 }
    }
}

impl FakeDiscord {
    /// Types a command in a channel or thread, such as `claim` or `hearback status`, with options by name: a user, role or
    /// channel by id or name, a choice by name or value. Waits for the first answer, three seconds at most.
    pub async fn slash(&self, user: &str, channel: &str, command: &str, given: &[(&str, &str)]) -> Said {
        let said = self.try_slash(user, channel, command, given).await;
        said.unwrap_or_else(|why| panic!("{user} cannot type /{command} {given:?}: {why}"))
    }

    /// Like `slash`, but says why the client does not let them.
    pub async fn try_slash(
        &self,
        user: &str,
        channel: &str,
        command: &str,
        given: &[(&str, &str)],
    ) -> Result<Said, Refusal> {
        let place = Place { user, channel };
        let done = {
            let state = self.inner.state();
            check_sees(&state, place)?;
            let (data, _) = payload_options::slash(&state, place, command, Typed { given, focused: None })?;
            Done::new(2, command.trim_start_matches('/'), data)
        };
        Ok(self.act(place, done).await)
    }

    /// What is suggested while somebody types in an option: names and values. Panics when nothing comes in time.
    pub async fn autocomplete(
        &self,
        user: &str,
        channel: &str,
        command: &str,
        given: &[(&str, &str)],
        focused: &str,
        typed: &str,
    ) -> Vec<(String, String)> {
        let place = Place { user, channel };
        let done = {
            let state = self.inner.state();
            let cursor = Typed { given, focused: Some((focused, typed)) };
            let found = check_sees(&state, place).and_then(|()| payload_options::slash(&state, place, command, cursor));
            let (data, focus) =
                found.unwrap_or_else(|why| panic!("{user} cannot type /{command} {focused}:{typed}: {why}"));
            Done { focus, ..Done::new(4, &format!("{command} {focused}:"), data) }
        };
        let said = self.act(place, done).await;
        let interaction = self.inner.book.get(&said.interaction);
        assert!(interaction.first == First::Choices, "no suggestions came: {:?}", interaction.errors);
        let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
        interaction.choices.iter().map(|c| (text(&c["name"]), text(&c["value"]))).collect()
    }

    /// Presses the button with this label or `custom_id` in a message, also in one that only this person sees.
    pub async fn click(&self, user: &str, channel: &str, message: &str, button: &str) -> Said {
        let said = self.try_click(user, channel, message, button).await;
        said.unwrap_or_else(|why| panic!("{user} cannot press {button:?}: {why}"))
    }

    /// Like `click`, but says why the client does not let them.
    pub async fn try_click(&self, user: &str, channel: &str, message: &str, button: &str) -> Result<Said, Refusal> {
        let place = Place { user, channel };
        let done = {
            let state = self.inner.state();
            let shown = seen(&state, place, message)?;
            let is = |c: &Value| c["type"] == 2 && (c["label"] == button || c["custom_id"] == button);
            let Some(found) = component(&shown.components, &is) else {
                return wrong(format!("there is no such button in:\n{}", super::said::message(&state, shown)));
            };
            if found["custom_id"].is_null() || found["disabled"] == true {
                return wrong("it is a link, or switched off");
            }
            let data =
                json!({"component_type": 2, "id": found["id"].as_u64().unwrap_or(2), "custom_id": found["custom_id"]});
            Done { message: Some(message.to_owned()), ..Done::new(3, button, data) }
        };
        Ok(self.act(place, done).await)
    }

    /// Presses a button in what was said to a person.
    pub async fn click_in(&self, said: &Said, button: &str) -> Said {
        let message = said.message_with(button);
        self.click(&said.user, &said.channel, &message, button).await
    }

    /// Chooses from the menu with this placeholder or `custom_id` the option with this label or value (of a menu of people,
    /// roles or channels: by name or id).
    pub async fn choose(&self, user: &str, channel: &str, message: &str, menu: &str, option: &str) -> Said {
        let said = self.try_choose(user, channel, message, menu, &[option]).await;
        said.unwrap_or_else(|why| panic!("{user} cannot choose {option:?} from {menu:?}: {why}"))
    }

    /// Chooses from a menu in what was said to a person.
    pub async fn choose_in(&self, said: &Said, menu: &str, option: &str) -> Said {
        let message = said.message_with(menu);
        self.choose(&said.user, &said.channel, &message, menu, option).await
    }

    /// Like `choose`, with several options; says why the client does not let them.
    pub async fn try_choose(
        &self,
        user: &str,
        channel: &str,
        message: &str,
        menu: &str,
        options: &[&str],
    ) -> Result<Said, Refusal> {
        let place = Place { user, channel };
        let done = {
            let state = self.inner.state();
            let shown = seen(&state, place, message)?;
            let is = |c: &Value| {
                matches!(c["type"].as_u64(), Some(3 | 5..=8)) && (c["placeholder"] == menu || c["custom_id"] == menu)
            };
            let Some(found) = component(&shown.components, &is) else {
                return wrong(format!("there is no such menu in:\n{}", super::said::message(&state, shown)));
            };
            if found["disabled"] == true {
                return wrong("it is switched off");
            }
            let (values, resolved) = chosen(&state, place, &found, options)?;
            let mut data = json!({"component_type": found["type"], "id": found["id"].as_u64().unwrap_or(2),
                "custom_id": found["custom_id"], "values": values});
            if resolved.as_object().is_some_and(|r| !r.is_empty()) {
                data["resolved"] = resolved;
            }
            Done { message: Some(message.to_owned()), ..Done::new(3, menu, data) }
        };
        Ok(self.act(place, done).await)
    }

    /// Uses a command in the menu of a message.
    pub async fn message_command(&self, user: &str, channel: &str, message: &str, command: &str) -> Said {
        let said = self.try_message_command(user, channel, message, command).await;
        said.unwrap_or_else(|why| panic!("{user} cannot use {command:?}: {why}"))
    }

    /// Like `message_command`, but says why the client does not let them.
    pub async fn try_message_command(
        &self,
        user: &str,
        channel: &str,
        message: &str,
        command: &str,
    ) -> Result<Said, Refusal> {
        let place = Place { user, channel };
        let done = {
            let state = self.inner.state();
            let shown = seen(&state, place, message)?;
            if shown.ephemeral_for.is_some() {
                return Err(Refusal::NotShown);
            }
            let found = payload_options::find(&state, place, command, 3)?;
            let mut data = json!({"id": found.id(), "name": found.name(), "type": 3, "target_id": message});
            data["resolved"]["messages"][message] = payload::message(&state, channel, shown);
            if let Some(guild) = &found.guild {
                data["guild_id"] = json!(guild);
            }
            Done { target: Some(message.to_owned()), ..Done::new(2, command, data) }
        };
        Ok(self.act(place, done).await)
    }

    /// Types a command, but what the app gets of it is changed: something that it cannot know, or cannot read. It may be
    /// answered like a command.
    pub async fn strange(
        &self,
        user: &str,
        channel: &str,
        command: &str,
        given: &[(&str, &str)],
        change: impl FnOnce(&mut Value) + Send,
    ) -> Said {
        let place = Place { user, channel };
        let (data, _) = {
            let state = self.inner.state();
            let made = payload_options::slash(&state, place, command, Typed { given, focused: None });
            made.unwrap_or_else(|why| panic!("{user} cannot type /{command} {given:?}: {why}"))
        };
        self.act_changed(place, Done::new(2, command, data), change).await
    }

    /// Sends what a person did, and waits for the first answer.
    pub async fn act(&self, place: Place<'_>, done: Done) -> Said {
        self.act_changed(place, done, |_| ()).await
    }

    async fn act_changed(&self, place: Place<'_>, done: Done, change: impl FnOnce(&mut Value) + Send) -> Said {
        let told = Arc::new(Notify::new());
        let (id, since, endpoint) = {
            let mut state = self.inner.state();
            let id = state.next_id();
            let token = http_mode::token(&id);
            let shown = done.message.as_ref().and_then(|m| state.channel(place.channel).message(m));
            let shown = shown.map(|m| payload::message(&state, place.channel, m));
            let mut whole = payload::interaction(&state, place, &id, &token, done.kind, &done.data, shown);
            change(&mut whole);
            let interaction = Interaction {
                id: id.clone(),
                token,
                kind: done.kind,
                user: place.user.to_owned(),
                channel: place.channel.to_owned(),
                what: done.what,
                message: done.message,
                target: done.target,
                opened_by: done.opened_by,
                focus: done.focus,
                born: Instant::now(),
                created: state.now(),
                first: First::Nothing,
                answered: None,
                original: None,
                followups: Vec::new(),
                callbacks: Vec::new(),
                errors: Vec::new(),
                modal: None,
                choices: Vec::new(),
                excused: false,
                failed: None,
                sent_to: 1,
                told: Arc::clone(&told),
            };
            let since = state.events.len();
            let endpoint = state.application.endpoint.clone();
            drop(state);
            self.inner.book.list().push(interaction);
            if endpoint.is_none() {
                let sessions = self.inner.gateway.dispatch("INTERACTION_CREATE", &whole, 0);
                self.inner.book.with(&id, |i| i.sent_to = sessions);
            }
            (id, since, endpoint.map(|url| (url, whole)))
        };
        if let Some((url, whole)) = endpoint {
            let inner = Arc::clone(&self.inner);
            let id = id.clone();
            tokio::spawn(async move { http_mode::deliver(&inner, &url, &id, &whole).await });
        }
        let answered = async {
            while self.inner.book.is_open(&id) {
                told.notified().await;
            }
        };
        // Whether it came in time is asked of what is returned.
        tokio::time::timeout(LIMIT, answered).await.ok();
        let (user, channel) = (place.user.to_owned(), place.channel.to_owned());
        Said { inner: Arc::clone(&self.inner), interaction: id, user, channel, since }
    }

    /// Every interaction, in order: when it was answered, how, and what the app got for it.
    pub fn interactions(&self) -> Vec<Interaction> {
        self.inner.book.list().clone()
    }
}

/// Only who sees a channel can do something there.
pub fn check_sees(state: &State, place: Place) -> Result<(), Refusal> {
    let channel: &Channel = state.channel(place.channel);
    assert!(state.users.contains_key(place.user), "there is no user {}", place.user);
    let sees = state.rights(place.user, channel) & rights::VIEW_CHANNEL != 0;
    if sees { Ok(()) } else { Err(Refusal::NotShown) }
}

/// A message that this person sees.
fn seen<'a>(state: &'a State, place: Place, message: &str) -> Result<&'a Message, Refusal> {
    check_sees(state, place)?;
    let found = state.channel(place.channel).message(message);
    found.filter(|m| m.ephemeral_for.as_deref().is_none_or(|u| u == place.user)).ok_or(Refusal::NotShown)
}

/// Looks through components and what is in them.
pub fn component(components: &[Value], is: &dyn Fn(&Value) -> bool) -> Option<Value> {
    components.iter().find_map(|c| {
        if is(c) {
            return Some(c.clone());
        }
        let inside = c["components"].as_array().and_then(|inner| component(inner, is));
        inside.or_else(|| Some(&c["accessory"]).filter(|a| is(a)).cloned())
    })
}

/// The values that a person chooses from a menu, and what they stand for.
pub fn chosen(state: &State, place: Place, menu: &Value, options: &[&str]) -> Result<(Vec<String>, Value), Refusal> {
    let least = menu["min_values"].as_u64().unwrap_or(1);
    let most = menu["max_values"].as_u64().unwrap_or(1);
    let count = u64::try_from(options.len()).expect("it is a count");
    if !(least..=most).contains(&count) {
        return wrong(format!("{count} chosen; {least} to {most} are allowed"));
    }
    let mut resolved = json!({});
    let mut values = Vec::new();
    for option in options {
        let value = match menu["type"].as_u64() {
            Some(5) => payload_options::entity(state, place, 6, option, &Value::Null, &mut resolved),
            Some(6) => payload_options::entity(state, place, 8, option, &Value::Null, &mut resolved),
            Some(7) => payload_options::entity(state, place, 9, option, &Value::Null, &mut resolved),
            Some(8) => payload_options::entity(state, place, 7, option, &menu["channel_types"], &mut resolved),
            _ => {
                let all = menu["options"].as_array().into_iter().flatten();
                let found = {
                    let mut all = all;
                    all.find(|o| o["label"] == *option || o["value"] == *option)
                };
                found.and_then(|o| o["value"].as_str()).map(str::to_owned).ok_or_else(|| "no such option".to_owned())
            }
        };
        values.push(value.map_err(Refusal::Wrong)?);
    }
    Ok((values, resolved))
}
