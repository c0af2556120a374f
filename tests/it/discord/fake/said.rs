//! What a person reads: messages and channels as text.

use super::state::State;
use super::state_world::Message;

/// What a message shows, without its author.
pub fn message(_: &State, message: &Message) -> String {
    message.content.clone()
}
