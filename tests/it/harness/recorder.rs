//! The console, with a record of what was posted under which key.

use async_trait::async_trait;
use hearback::chat::{Chat, ChatError, ChatState, Message, PostKey, Sending};
use hearback::domain::{Card, CardPlace, ChannelId, ChatName, MessageId, Person, PersonId, Text};
use std::io::Write;
use std::sync::{Arc, Mutex};

/// A screen that remembers.
#[derive(Clone, Default)]
pub struct Screen(Arc<Mutex<Vec<u8>>>);

impl Screen {
    /// What was printed since the last look.
    pub fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A chat that writes down the keys of what goes through it.
pub struct Recorder {
    pub inner: Arc<dyn Chat>,
    pub posted: Arc<Mutex<Vec<String>>>,
}

#[async_trait]
impl Chat for Recorder {
    fn name(&self) -> &ChatName {
        self.inner.name()
    }
    async fn post_card(&self, channel: &ChannelId, card: &Card, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        self.inner.post_card(channel, card, key).await
    }
    async fn update_card(&self, at: &CardPlace, card: &Card) -> Result<(), ChatError> {
        self.inner.update_card(at, card).await
    }
    async fn thread(
        &self,
        at: &CardPlace,
        no: u64,
        text: &Text,
        ping: Option<&PersonId>,
        key: PostKey<'_>,
    ) -> Result<(), ChatError> {
        self.inner.thread(at, no, text, ping, key).await
    }
    async fn post(&self, channel: &ChannelId, message: &Message, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        self.posted.lock().unwrap().push(key.id.to_owned());
        self.inner.post(channel, message, key).await
    }
    async fn edit(&self, at: &CardPlace, message: &Message) -> Result<(), ChatError> {
        self.inner.edit(at, message).await
    }
    fn wait(&self, channel: &ChannelId, what: Sending) -> std::time::Duration {
        self.inner.wait(channel, what)
    }
    fn reaches(&self, who: &PersonId) -> bool {
        self.inner.reaches(who)
    }
    fn linked(&self, url: &str) -> Vec<MessageId> {
        self.inner.linked(url)
    }
    fn met(&self, who: &Person) {
        self.inner.met(who);
    }
    fn state(&self) -> ChatState {
        self.inner.state()
    }
}
