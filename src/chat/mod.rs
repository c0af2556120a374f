//! Cards out, commands in: one file or folder per chat, each behind [`Chat`].

#[cfg(any(feature = "slack", feature = "discord"))]
mod card;
/// The console: a prompt, or a script.
pub mod console;
/// Discord: cards, commands with options, modals, forum channels.
#[cfg(feature = "discord")]
pub mod discord;
/// Messages of ours that nobody recorded.
#[cfg(any(feature = "slack", feature = "discord"))]
mod find;
/// What goes on beside what comes in.
#[cfg(any(feature = "slack", feature = "discord"))]
mod inflight;
/// The latest of what came in.
#[cfg(any(feature = "slack", feature = "discord"))]
mod latest;
#[cfg(any(feature = "slack", feature = "discord"))]
mod measure;
/// How fast a chat may be asked.
#[cfg(any(feature = "slack", feature = "discord"))]
mod pace;
pub mod sanitise;
mod seen;
/// Slack: cards, commands, modals, App Home.
#[cfg(feature = "slack")]
pub mod slack;
/// What is wrong with a connection.
#[cfg(any(feature = "slack", feature = "discord"))]
mod troubles;
pub mod words;

pub use crate::domain::{Message, Part};
pub use seen::Seen;

use crate::domain::{
    Answer, Card, CardPlace, ChannelId, ChatName, MentionNo, MessageId, Person, PersonId, Refusal, Text,
};
use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::Arc;
#[cfg(any(feature = "slack", feature = "discord"))]
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// What a lock guards; a task that broke while it held it has left it as it was.
#[cfg(any(feature = "slack", feature = "discord"))]
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A token or signing secret; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Keeps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The chat failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChatError {
    /// It may work later.
    #[error("{why}")]
    Later {
        /// What went wrong, for people.
        why: String,
        /// Not before, if the chat said so.
        after: Option<Duration>,
    },
    /// It will not work; the sentence says what to do.
    #[error("{0}")]
    Never(String),
    /// The message is gone: somebody deleted it.
    #[error("the message is gone")]
    Gone,
}

/// Whether a command that lacks something is answered with a form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Forms {
    /// No: this chat, or this way of typing, has none; or a button that does at once what it says.
    #[default]
    None,
    /// If something is missing.
    IfMissing,
    /// In any case: that is what the button says, by a label that ends in `…`.
    Wanted,
    /// No more: the line is made from a form that was filled in and is still open. A text that cannot be sent is refused
    /// and not kept, so that it is put right there.
    Filled,
    /// No more: the line is made from a form that was filled in, and is closed by now. A text that cannot be sent is kept
    /// as a draft where the command has drafts. A line that is refused is for [`FrontDesk::keep`]: run again with
    /// [`Forms::Wanted`], it opens the form with everything that was filled in.
    Closed,
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
    /// Whether a form can be shown.
    pub forms: Forms,
}

/// What the person reads: privately.
pub type Outcome = Result<Answer, Refusal>;

/// Where chats hand commands in that have nothing else to ask of the desk.
pub type Commands = mpsc::Sender<(Incoming, oneshot::Sender<Outcome>)>;

/// What chats ask of the desk. Nothing of it asks a network: everything comes from the store alone.
#[async_trait]
pub trait FrontDesk: Send + Sync {
    /// Runs a command and keeps what follows from it, durably, before it answers.
    async fn run(&self, incoming: &Incoming) -> Outcome;
    /// Remembers somebody whom the configuration does not name.
    async fn meet(&self, who: &Person);
    /// The mention whose card that message is; a refusal if the store cannot say.
    async fn card(&self, chat: &ChatName, message: &MessageId) -> Result<Option<MentionNo>, Refusal>;
    /// A person's own page: their claims by due time, what waits for them, what is late, today's figures.
    async fn home(&self, who: &Person) -> Result<Message, Refusal>;
    /// Everybody who is known: the staff of the configuration, and those that this desk has met.
    async fn people(&self) -> Vec<Person>;
    /// The line that a command makes with the values of its options, for chats that ask for each by its name. What is read
    /// from it is exactly that, whatever the values look like.
    ///
    /// # Errors
    /// A value that cannot be read as what it is to be; the sentence names the option.
    fn line(&self, command: &str, options: &[Given]) -> Result<String, Refusal>;
    /// What could be meant by what has been typed of an option, the likeliest first: one's own claims, then what is due
    /// first. At most 25; none for those who may not use the command.
    async fn suggest(&self, who: &Person, asked: &Asked) -> Vec<Suggestion>;
    /// Keeps a line that was refused, durably for seven days, so that its text can be put right where a form cannot stay
    /// open. Only they get it back, by the key that is returned: at most 40 ASCII characters.
    ///
    /// # Errors
    /// It could not be kept.
    async fn keep(&self, who: &Person, line: &str) -> Result<String, Refusal>;
    /// A line that was kept; `None` if there is none of that key, or it is somebody else's.
    ///
    /// # Errors
    /// The store cannot say.
    async fn kept(&self, who: &Person, key: &str) -> Result<Option<String>, Refusal>;
}

/// An option of a command, by its name, and what was given for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// As it was typed or chosen, without marks such as `@` that only a line needs.
    pub value: String,
}

/// What somebody is typing, in a chat that completes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The command.
    pub command: String,
    /// The option that is being typed.
    pub option: String,
    /// What stands there so far.
    pub typed: String,
    /// What was given for the others.
    pub given: Vec<Given>,
}

/// What could be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What people read; possibly with text from outside in it.
    pub label: String,
    /// What is given for the option then; at most 100 characters.
    pub value: String,
}

/// What marks a message, so that it is found again instead of being posted twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostKey<'k> {
    /// The same for every try of the same thing, unique among all things.
    pub id: &'k str,
    /// Not before this moment, an earlier try may have arrived whose outcome was never recorded: look first. `None`
    /// if there was none.
    pub maybe_since: Option<Timestamp>,
}

impl<'k> PostKey<'k> {
    /// A first try: nothing of it can be there yet.
    pub fn fresh(id: &'k str) -> Self {
        Self { id, maybe_since: None }
    }
}

/// What a chat is about to be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sending {
    /// A new message, in the channel or in a thread.
    Post,
    /// An edit of a message that is there.
    Edit,
}

/// A request to the HTTP listener, as it came.
pub struct Knock<'k> {
    /// A header by its name, in lower case.
    pub header: &'k (dyn Fn(&str) -> Option<String> + Send + Sync),
    /// The body, whole and untouched: signatures are made of it.
    pub body: &'k [u8],
    /// When it had arrived, by the listener's clock.
    pub at: Timestamp,
}

/// What is answered: JSON, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Where a chat that calls us comes in.
#[async_trait]
pub trait Door: Send + Sync {
    /// Verifies who it is, takes in what they brought, and answers in time.
    async fn knock(&self, knock: Knock<'_>) -> Opened;
}

/// How a chat is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatState {
    /// It takes and gives: commands come in.
    pub ready: bool,
    /// In words: what is wrong and what to do, or how it is connected.
    pub say: String,
}

/// One chat front end.
#[async_trait]
pub trait Chat: Send + Sync {
    /// Its name.
    fn name(&self) -> &ChatName;
    /// Posts a card, or finds it, if an earlier try has arrived; then it shows what it is to show now.
    async fn post_card(&self, channel: &ChannelId, card: &Card, key: PostKey<'_>) -> Result<MessageId, ChatError>;
    /// Brings a card up to date, without a ping.
    async fn update_card(&self, at: &CardPlace, card: &Card) -> Result<(), ChatError>;
    /// Says something in the thread of a card, with at most one ping. [`ChatError::Gone`] if the card is not there any
    /// more: then nothing was said, above all not in the channel itself.
    async fn thread(
        &self,
        at: &CardPlace,
        no: u64,
        text: &Text,
        ping: Option<&PersonId>,
        key: PostKey<'_>,
    ) -> Result<(), ChatError>;
    /// Says something in a channel, or finds it, if an earlier try has arrived; then it says what it is to say now.
    /// [`ChatError::Never`] also where nobody can say anything: such words are of no use later.
    async fn post(&self, channel: &ChannelId, message: &Message, key: PostKey<'_>) -> Result<MessageId, ChatError>;
    /// Changes what was said by [`Chat::post`], without a ping.
    async fn edit(&self, at: &CardPlace, message: &Message) -> Result<(), ChatError>;
    /// How long until the chat's limits, or its own request to wait, let another one through to this channel. Zero: now.
    fn wait(&self, _: &ChannelId, _: Sending) -> Duration {
        Duration::ZERO
    }
    /// Whether it can ping that person. Whoever is in several chats is pinged in one.
    fn reaches(&self, _: &PersonId) -> bool {
        true
    }
    /// Somebody was met, possibly in another chat: from now on they are called by their name here, too.
    fn met(&self, _: &Person) {}
    /// The messages that may be meant by a link into this chat: a card itself, or what stands in its thread. None if it is
    /// no such link.
    fn linked(&self, _: &str) -> Vec<MessageId> {
        Vec::new()
    }
    /// How it is doing.
    fn state(&self) -> ChatState {
        ChatState { ready: true, say: "in use".to_owned() }
    }
}

/// A chat that people are in: it takes commands, too.
#[async_trait]
pub trait Front: Chat {
    /// Takes commands until `stop` turns true, then finishes what is in hand.
    async fn serve(self: Arc<Self>, desk: Arc<dyn FrontDesk>, stop: watch::Receiver<bool>);
    /// Waits a little for answers that are still on their way. To be called once more when nothing comes in any more:
    /// requests by HTTP may be answered after [`Front::serve`] has ended.
    async fn finish(&self);
    /// Where its requests come in, if they come by HTTP.
    fn door(self: Arc<Self>, desk: Arc<dyn FrontDesk>) -> Option<Arc<dyn Door>>;
}
