//! Messages as the app makes them: posted, edited, deleted.

use super::state::State;
use super::state_world::{APP, EPHEMERAL, LOADING, Message};
use super::{ApiError, Event};
use serde_json::{Value, json};

impl State {
    /// Posts as the app, without a look at its rights in the channel: for answers to interactions, and for routes that
    /// have looked. Validates the body by every rule; gives the message back as Discord does.
    pub fn post_message(
        &mut self,
        channel: &str,
        body: &Value,
        ephemeral_for: Option<String>,
    ) -> Result<Value, ApiError> {
        let id = self.next_id();
        let mut message = Message::by(&id, APP, body["content"].as_str().unwrap_or_default());
        message.flags = body["flags"].as_u64().unwrap_or(0) | if ephemeral_for.is_some() { EPHEMERAL } else { 0 };
        message.ephemeral_for = ephemeral_for;
        self.channel_mut(channel).messages.push(message);
        self.events.push(Event::Posted { channel: channel.into(), message: id.clone() });
        Ok(json!({"id": id}))
    }

    /// "hearback is thinking…": what a deferred answer shows; the first edit fills it. Its id.
    pub fn post_thinking(&mut self, channel: &str, ephemeral_for: Option<String>) -> String {
        let id = self.next_id();
        let mut message = Message::by(&id, APP, "");
        message.kind = 20;
        message.flags = LOADING | if ephemeral_for.is_some() { EPHEMERAL } else { 0 };
        message.ephemeral_for = ephemeral_for;
        self.channel_mut(channel).messages.push(message);
        self.events.push(Event::Posted { channel: channel.into(), message: id.clone() });
        id
    }

    /// Edits a message of the app, ephemeral or not; what the body does not name stays.
    pub fn edit_message(&mut self, channel: &str, id: &str, body: &Value) -> Result<Value, ApiError> {
        let message = self.channel_mut(channel).message_mut(id).ok_or_else(|| ApiError::code(10008))?;
        if let Some(content) = body["content"].as_str() {
            content.clone_into(&mut message.content);
        }
        message.flags &= !LOADING;
        self.events.push(Event::Edited { channel: channel.into(), message: id.into() });
        Ok(json!({"id": id}))
    }

    /// Takes a message away; was it there?
    pub fn remove_message(&mut self, channel: &str, id: &str) -> bool {
        let messages = &mut self.channel_mut(channel).messages;
        let before = messages.len();
        messages.retain(|m| m.id != id);
        let was_there = messages.len() < before;
        if was_there {
            self.events.push(Event::Deleted { channel: channel.into(), message: id.into() });
        }
        was_there
    }
}
