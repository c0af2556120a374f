//! Cards out, commands in: one file or folder per chat, each behind [`Chat`].

/// The console: a prompt, or a script.
pub mod console;

use crate::domain::{
    Answer, Button, Card, CardPlace, ChannelId, ChatName, MessageId, Person, PersonId, Place, Refusal, Text,
};
use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

/// The chat failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChatError {
    /// It may work later.
    #[error("{why}")]
    Later {
        /// What went wrong, for people.
        why: String,
        /// Not before, if the chat said so.
        after: Option<std::time::Duration>,
    },
    /// It will not work; the sentence says what to do.
    #[error("{0}")]
    Never(String),
    /// The message is gone: somebody deleted it.
    #[error("the message is gone")]
    Gone,
}

/// A message that is not a card: the digest, a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The words.
    pub text: Text,
    /// What can be done.
    pub buttons: Vec<Button>,
}

/// A command, as a chat understood it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Who, already mapped to staff.
    pub who: Person,
    /// Which chat.
    pub chat: ChatName,
    /// Which channel.
    pub channel: ChannelId,
    /// The card's message, when typed in its thread or clicked on it.
    pub card: Option<MessageId>,
    /// The whole line without the leading slash: `claim 142`.
    pub line: String,
    /// The chat's own key of this delivery, by which a repetition is recognised.
    pub delivery: Option<String>,
}

/// What the person reads: privately.
pub type Outcome = Result<Answer, Refusal>;

/// Where chats hand commands in.
pub type Commands = mpsc::Sender<(Incoming, oneshot::Sender<Outcome>)>;

/// One chat front end.
#[async_trait]
pub trait Chat: Send + Sync {
    /// Its name.
    fn name(&self) -> &ChatName;
    /// Posts a card. `key` is stable: an adapter that can, marks the message with it and finds it again after a crash.
    async fn post_card(&self, channel: &ChannelId, card: &Card, key: &str) -> Result<MessageId, ChatError>;
    /// Brings a card up to date, without a ping.
    async fn update_card(&self, at: &CardPlace, card: &Card) -> Result<(), ChatError>;
    /// Says something in the thread of a card, with at most one ping.
    async fn thread(&self, at: &CardPlace, no: u64, text: &Text, ping: Option<&PersonId>) -> Result<(), ChatError>;
    /// Says something in a channel. `key` as for cards.
    async fn post(&self, channel: &ChannelId, message: &Message, key: &str) -> Result<MessageId, ChatError>;
    /// Tells one person something, privately.
    async fn tell(&self, who: &PersonId, place: &Place, text: &Text) -> Result<(), ChatError>;
}
