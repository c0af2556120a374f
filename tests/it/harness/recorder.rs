//! The console, with a record of what was posted under which key.

use async_trait::async_trait;
use hearback::chat::{Chat, ChatError, Message};
use hearback::domain::{Card, CardPlace, ChannelId, ChatName, MessageId, PersonId, Place, Text};
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
    async fn post_card(&self, channel: &ChannelId, card: &Card, key: &str) -> Result<MessageId, ChatError> {
        self.inner.post_card(channel, card, key).await
    }
    async fn update_card(&self, at: &CardPlace, card: &Card) -> Result<(), ChatError> {
        self.inner.update_card(at, card).await
    }
    async fn thread(&self, at: &CardPlace, no: u64, text: &Text, ping: Option<&PersonId>) -> Result<(), ChatError> {
        self.inner.thread(at, no, text, ping).await
    }
    async fn post(&self, channel: &ChannelId, message: &Message, key: &str) -> Result<MessageId, ChatError> {
        self.posted.lock().unwrap().push(key.to_owned());
        self.inner.post(channel, message, key).await
    }
    async fn tell(&self, who: &PersonId, place: &Place, text: &Text) -> Result<(), ChatError> {
        self.inner.tell(who, place, text).await
    }
}
