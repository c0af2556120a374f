//! Cards, threads and digests out.

use super::Slack;
use super::client::Failed;
use super::pace::{POST, UPDATE};
use super::render::{self, Shown};
use crate::chat::{Chat, ChatError, ChatState, Message, PostKey, Sending};
use crate::domain::{Card, CardPlace, ChannelId, ChatName, MessageId, PersonId, Text};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::time::Duration;
use tracing::{error, warn};

/// Errors that say that the content cannot be shown, whenever it is tried (docs "chat.postMessage").
const UNSHOWABLE: [&str; 6] = [
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
    "invalid_metadata_format",
];

/// Where a message is, as one name: moments are unique in a channel only.
pub(super) fn message_id(channel: &str, ts: &str) -> MessageId {
    MessageId::new(format!("{channel}/{ts}"))
}

/// The channel and moment of a message.
pub(super) fn place_of(message: &MessageId) -> Option<(&str, &str)> {
    message.as_str().split_once('/')
}

/// The same in plain text, for what Slack does not show otherwise.
fn plain(shown: &Shown) -> Value {
    json!([{ "type": "section", "text": { "type": "mrkdwn", "text": shown.text, "verbatim": true } }])
}

impl Slack {
    fn gone(&self, failed: Failed) -> ChatError {
        // A message that is another app's, as after a new installation, is as good as gone.
        if failed.is("cant_update_message") {
            return ChatError::Gone;
        }
        let error = ChatError::from(failed);
        // To wait as long as Slack asks is no trouble.
        if let ChatError::Later { why, after: None } = &error {
            self.trouble(why.as_str());
        }
        error
    }

    /// Posts a message, in a thread or not, and says where it is.
    async fn say(
        &self,
        channel: &str,
        thread: Option<&str>,
        shown: &Shown,
        key: Option<&str>,
    ) -> Result<Value, ChatError> {
        let mut body = json!({
            "channel": channel,
            "text": shown.text,
            "blocks": shown.blocks,
            "unfurl_links": false,
            "unfurl_media": false,
            "link_names": false,
        });
        if let Some(key) = key {
            body["metadata"] = json!(render::metadata(key));
        }
        if let Some(thread) = thread {
            body["thread_ts"] = json!(thread);
        }
        let mut answer = self.api.post_to(POST, channel, &body).await;
        if let Err(failed) = &answer
            && UNSHOWABLE.iter().any(|code| failed.is(code))
        {
            error!(why = failed.say(), "Slack cannot show a message as it should be; it is posted as plain text");
            body["blocks"] = plain(shown);
            answer = self.api.post_to(POST, channel, &body).await;
            if let Err(failed) = &answer
                && UNSHOWABLE.iter().any(|code| failed.is(code))
            {
                return Err(ChatError::Never(failed.say()));
            }
        }
        match answer {
            Ok(answer) if answer.get("ts").and_then(Value::as_str).is_some() => {
                self.mended();
                Ok(answer)
            }
            Ok(_) => {
                self.posts.unsure(channel);
                Err(ChatError::Later { why: "Slack did not say where the message is".to_owned(), after: None })
            }
            Err(failed) => {
                if matches!(failed, Failed::Unsure(_)) {
                    self.posts.unsure(channel);
                }
                Err(self.gone(failed))
            }
        }
    }

    async fn post_or_find(&self, channel: &str, shown: &Shown, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        if let Some(since) = key.maybe_since {
            let found = self.posts.find(&self.api, channel, &render::kept_key(key.id), since).await;
            if let Some(ts) = found.map_err(|failed| self.gone(failed))? {
                warn!(channel, ts, "a message whose posting was never recorded is there");
                return Ok(message_id(channel, &ts));
            }
        }
        let answer = self.say(channel, None, shown, Some(key.id)).await?;
        Ok(message_id(channel, answer.get("ts").and_then(Value::as_str).unwrap_or_default()))
    }

    async fn change(&self, at: &CardPlace, shown: &Shown) -> Result<(), ChatError> {
        let Some((channel, ts)) = place_of(&at.message) else { return Err(ChatError::Gone) };
        let mut body =
            json!({ "channel": channel, "ts": ts, "text": shown.text, "blocks": shown.blocks, "link_names": false });
        let mut answer = self.api.post_to(UPDATE, channel, &body).await;
        if let Err(failed) = &answer
            && UNSHOWABLE.iter().any(|code| failed.is(code))
        {
            error!(why = failed.say(), "Slack cannot show a card as it should be; it is shown as plain text");
            body["blocks"] = plain(shown);
            answer = self.api.post_to(UPDATE, channel, &body).await;
            if let Err(failed) = &answer
                && UNSHOWABLE.iter().any(|code| failed.is(code))
            {
                return Err(ChatError::Never(failed.say()));
            }
        }
        match answer {
            Ok(_) => {
                self.mended();
                Ok(())
            }
            Err(failed) => Err(self.gone(failed)),
        }
    }

    /// Whether the message is still there. Slack posts an answer to a deleted message into the channel itself, so this
    /// is asked first.
    async fn is_there(&self, channel: &str, ts: &str) -> Result<(), ChatError> {
        match self.api.get("chat.getPermalink", &[("channel", channel), ("message_ts", ts)]).await {
            Ok(_) => Ok(()),
            // Where it cannot be asked, what was posted is looked at afterwards.
            Err(Failed::Refused { code, .. }) if code == "unknown_method" => Ok(()),
            Err(failed) => Err(self.gone(failed)),
        }
    }
}

#[async_trait]
impl Chat for Slack {
    fn name(&self) -> &ChatName {
        &self.name
    }

    async fn post_card(&self, channel: &ChannelId, card: &Card, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        let shown = render::card(card, &card.more, &self.identity.names(), key.id);
        self.post_or_find(channel.as_str(), &shown, key).await
    }

    async fn update_card(&self, at: &CardPlace, card: &Card) -> Result<(), ChatError> {
        self.change(at, &render::card(card, &card.more, &self.identity.names(), &card.no.to_string())).await
    }

    async fn thread(
        &self,
        at: &CardPlace,
        _: u64,
        text: &Text,
        ping: Option<&PersonId>,
        key: PostKey<'_>,
    ) -> Result<(), ChatError> {
        let Some((channel, ts)) = place_of(&at.message) else { return Err(ChatError::Gone) };
        self.is_there(channel, ts).await?;
        if let Some(since) = key.maybe_since {
            let short = render::kept_key(key.id);
            let found = self.posts.find_in_thread(&self.api, (channel, ts), &short, since).await;
            if found.map_err(|failed| self.gone(failed))?.is_some() {
                return Ok(());
            }
        }
        let shown = render::thread(text, &self.identity.names(), ping, key.id);
        let said = self.say(channel, Some(ts), &shown, Some(key.id)).await?;
        if said.pointer("/message/thread_ts").and_then(Value::as_str) == Some(ts) {
            return Ok(());
        }
        // Only of a card that is gone; that Slack does not say where it put the line is no proof.
        if self.is_there(channel, ts).await.is_ok() {
            return Ok(());
        }
        // The card was deleted a moment ago, and this stands in the channel itself now: it must not stay there.
        let leaked = json!({ "channel": channel, "ts": said.get("ts") });
        if let Err(failed) = self.api.post("chat.delete", &leaked).await {
            error!(
                channel,
                why = failed.say(),
                "a line of a thread stands in the channel itself and cannot be taken back"
            );
        }
        Err(ChatError::Gone)
    }

    async fn post(&self, channel: &ChannelId, message: &Message, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        let shown = render::message(message, &self.identity.names(), key.id);
        self.post_or_find(channel.as_str(), &shown, key).await
    }

    async fn edit(&self, at: &CardPlace, message: &Message) -> Result<(), ChatError> {
        self.change(at, &render::message(message, &self.identity.names(), "edited")).await
    }

    fn wait(&self, channel: &ChannelId, what: Sending) -> Duration {
        let method = match what {
            Sending::Post => POST,
            Sending::Edit => UPDATE,
        };
        self.api.pace.wait(method, channel.as_str())
    }

    fn state(&self) -> ChatState {
        self.now_state()
    }
}
