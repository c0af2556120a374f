//! Cards, threads and digests out.

use super::Slack;
use super::client::Failed;
use super::identity::is_member_id;
use super::render::{self, Shown};
use crate::chat::troubles::About;
use crate::chat::{Chat, ChatError, ChatState, Message, PostKey, Sending};
use crate::domain::{Card, CardPlace, ChannelId, ChatName, MessageId, Person, PersonId, Text};
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

fn unshowable(failed: &Failed) -> bool {
    UNSHOWABLE.iter().any(|code| failed.is(code))
}

/// Slack's answer says that the message stands in that thread.
fn in_thread(answer: &Value, thread: Option<&str>) -> bool {
    answer.pointer("/message/thread_ts").and_then(Value::as_str) == thread
}

/// Where a message is, as one name: moments are unique in a channel only.
pub(super) fn message_id(channel: &str, ts: &str) -> MessageId {
    MessageId::new(format!("{channel}/{ts}"))
}

/// The messages that a link means (Slack, "chat.getPermalink"): the one it leads to, and the one whose thread that is in.
/// `https://acme.slack.com/archives/C1/p1712345678000100?thread_ts=1712345670.000200`.
fn linked(url: &str) -> Option<Vec<MessageId>> {
    let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let (channel, message) = path.trim_end_matches('/').strip_prefix("archives/")?.split_once('/')?;
    let digits = message.strip_prefix('p')?;
    let (seconds, micros) = digits.split_at_checked(digits.len().checked_sub(6)?)?;
    let plain = host.ends_with(".slack.com") && digits.bytes().all(|b| b.is_ascii_digit()) && !seconds.is_empty();
    let thread = query.split('&').find_map(|part| part.strip_prefix("thread_ts="));
    let all = thread.map(str::to_owned).into_iter().chain([format!("{seconds}.{micros}")]);
    plain.then(|| all.map(|ts| message_id(channel, &ts)).collect())
}

/// The channel and moment of a message.
pub(super) fn place_of(message: &MessageId) -> Option<(&str, &str)> {
    message.as_str().split_once('/')
}

/// Errors that say that nobody can say anything in that channel as it is now (docs "chat.postMessage").
const CLOSED: [&str; 3] = ["channel_not_found", "not_in_channel", "is_archived"];

/// What becomes of a message for a channel that is closed to us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closed {
    /// It waits until somebody lets us in: a card, and what belongs to it.
    Wait,
    /// It is for those who are there now, and dropped.
    Drop,
}

/// What Slack will not show is said more plainly: without the metadata if that is what it does not like, else as text
/// alone. Both keep the key on the first block. False if that is what it has not taken already.
fn plainer(body: &mut Value, shown: &Shown, failed: &Failed) -> bool {
    if failed.is("invalid_metadata_format") {
        return body.as_object_mut().is_some_and(|body| body.remove("metadata").is_some());
    }
    let mut block = json!({ "type": "section", "text": { "type": "mrkdwn", "text": shown.text, "verbatim": true } });
    if let Some(id) = body.pointer("/blocks/0/block_id").cloned() {
        block["block_id"] = id;
    }
    let plain = json!([block]);
    let first = body.get("blocks") != Some(&plain);
    body["blocks"] = plain;
    first
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
            self.api.troubles.add(About::Out, why.as_str());
        }
        error
    }

    /// The same for a new message.
    fn not_posted(&self, failed: Failed, closed: Closed) -> ChatError {
        let drop = closed == Closed::Drop && CLOSED.iter().any(|code| failed.is(code));
        match self.gone(failed) {
            ChatError::Later { why, .. } if drop => ChatError::Never(why),
            error => error,
        }
    }

    /// Posts a message or changes one, and says it more plainly if Slack cannot show it.
    async fn show(&self, what: Sending, channel: &str, mut body: Value, shown: &Shown) -> Result<Value, Failed> {
        loop {
            let answer = self.api.post_to(what, channel, &body).await;
            let Err(failed) = answer else { return answer };
            if !unshowable(&failed) || !plainer(&mut body, shown, &failed) {
                return Err(failed);
            }
            error!(why = failed.say(), "Slack cannot show a message as it should be; it is shown more plainly");
        }
    }

    /// Posts a message, in a thread or not, and says where it is.
    async fn say(
        &self,
        channel: &str,
        thread: Option<&str>,
        shown: &Shown,
        key: &str,
        closed: Closed,
    ) -> Result<Value, ChatError> {
        let mut body = json!({
            "channel": channel,
            "text": shown.text,
            "blocks": shown.blocks,
            "unfurl_links": false,
            "unfurl_media": false,
            "link_names": false,
            "metadata": render::metadata(key),
        });
        if let Some(thread) = thread {
            body["thread_ts"] = json!(thread);
        }
        // Said before and not after: nobody may wait for the answer any more when it comes.
        let going = self.posts.sending(channel);
        let answer = self.show(Sending::Post, channel, body, shown).await;
        match answer {
            Ok(answer) => {
                let Some(ts) = answer.get("ts").and_then(Value::as_str) else {
                    return Err(ChatError::Later {
                        why: "Slack did not say where the message is".to_owned(),
                        after: None,
                    });
                };
                self.api.troubles.mended(&About::Out);
                if thread.is_none() {
                    going.posted(&render::kept_key(key), ts);
                } else if in_thread(&answer, thread) {
                    going.refused();
                }
                Ok(answer)
            }
            Err(failed) => {
                if !matches!(failed, Failed::Unsure(_)) {
                    going.refused();
                }
                if unshowable(&failed) {
                    return Err(ChatError::Never(failed.say()));
                }
                Err(self.not_posted(failed, closed))
            }
        }
    }

    async fn post_or_find(
        &self,
        channel: &str,
        shown: &Shown,
        key: PostKey<'_>,
        closed: Closed,
    ) -> Result<MessageId, ChatError> {
        if let Some(since) = key.maybe_since {
            let kept = render::kept_key(key.id);
            let found = self.posts.find(&self.api, channel, &kept, since).await;
            if let Some(ts) = found.map_err(|failed| self.not_posted(failed, closed))? {
                warn!(channel, ts, "a message whose posting was never recorded is there");
                let message = message_id(channel, &ts);
                // It shows what was to be shown then.
                match self.change(&message, shown).await {
                    Ok(()) | Err(ChatError::Never(_)) => return Ok(message),
                    Err(ChatError::Gone) => self.posts.forget(channel, &ts),
                    Err(later) => return Err(later),
                }
            }
        }
        let answer = self.say(channel, None, shown, key.id, closed).await?;
        Ok(message_id(channel, answer.get("ts").and_then(Value::as_str).unwrap_or_default()))
    }

    async fn change(&self, at: &MessageId, shown: &Shown) -> Result<(), ChatError> {
        let Some((channel, ts)) = place_of(at) else { return Err(ChatError::Gone) };
        let body =
            json!({ "channel": channel, "ts": ts, "text": shown.text, "blocks": shown.blocks, "link_names": false });
        match self.show(Sending::Edit, channel, body, shown).await {
            Ok(_) => {
                self.api.troubles.mended(&About::Out);
                Ok(())
            }
            Err(failed) if unshowable(&failed) => Err(ChatError::Never(failed.say())),
            Err(failed) => Err(self.gone(failed)),
        }
    }

    /// A line that was meant for a thread stands in the channel itself, where it must not stay.
    async fn take_back(&self, channel: &str, ts: &str) {
        if let Err(failed) = self.api.post("chat.delete", &json!({ "channel": channel, "ts": ts })).await {
            error!(
                channel,
                why = failed.say(),
                "a line of a thread stands in the channel itself and cannot be taken back"
            );
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
        self.post_or_find(channel.as_str(), &shown, key, Closed::Wait).await
    }

    async fn update_card(&self, at: &CardPlace, card: &Card) -> Result<(), ChatError> {
        self.change(&at.message, &render::card(card, &card.more, &self.identity.names(), &card.no.to_string())).await
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
        let short = render::kept_key(key.id);
        if let Err(error) = self.is_there(channel, ts).await {
            // An earlier try may have come too late for the thread.
            if error == ChatError::Gone
                && let Some(since) = key.maybe_since
                && let Ok(Some(leaked)) = self.posts.find(&self.api, channel, &short, since).await
            {
                self.take_back(channel, &leaked).await;
                self.posts.forget(channel, &leaked);
            }
            return Err(error);
        }
        if let Some(since) = key.maybe_since {
            let found = self.posts.find_in_thread(&self.api, (channel, ts), &short, since).await;
            if found.map_err(|failed| self.gone(failed))?.is_some() {
                return Ok(());
            }
        }
        let shown = render::thread(text, &self.identity.names(), ping, key.id);
        let said = self.say(channel, Some(ts), &shown, key.id, Closed::Wait).await?;
        if in_thread(&said, Some(ts)) {
            return Ok(());
        }
        // That Slack does not say where it put the line is no proof. Only if the card was deleted a moment ago, the line
        // stands in the channel itself; if that cannot be known now, it is looked for before the next try.
        let there = self.is_there(channel, ts).await;
        if there == Err(ChatError::Gone) {
            self.take_back(channel, said.get("ts").and_then(Value::as_str).unwrap_or_default()).await;
        }
        there
    }

    async fn post(&self, channel: &ChannelId, message: &Message, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        let shown = render::message(message, &self.identity.names(), key.id);
        self.post_or_find(channel.as_str(), &shown, key, Closed::Drop).await
    }

    async fn edit(&self, at: &CardPlace, message: &Message) -> Result<(), ChatError> {
        self.change(&at.message, &render::message(message, &self.identity.names(), "edited")).await
    }

    fn wait(&self, channel: &ChannelId, what: Sending) -> Duration {
        self.api.pace.wait(what, channel.as_str())
    }

    fn reaches(&self, who: &PersonId) -> bool {
        self.identity.names().member(who).is_some() || is_member_id(who.as_str())
    }

    fn met(&self, who: &Person) {
        self.identity.learn(std::slice::from_ref(who));
    }

    fn linked(&self, url: &str) -> Vec<MessageId> {
        linked(url).unwrap_or_default()
    }

    fn state(&self) -> ChatState {
        self.now_state()
    }
}
