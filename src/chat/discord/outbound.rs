//! Cards, threads and digests out.

use super::channels::Kind;
use super::client::{self, Failed, code};
use super::{Discord, render};
use crate::chat::troubles::About;
use crate::chat::{Chat, ChatError, ChatState, Message, PostKey, Sending};
use crate::domain::{Card, CardPlace, CardState, ChannelId, ChatName, MessageId, Person, PersonId, Span, Text};
use async_trait::async_trait;
use serde_json::{Value, json};
use serenity::all::LightMethod;
use serenity::http::Route;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::time::Duration;
use tracing::{error, warn};

/// A thread without news is put away after so many minutes: a week, the longest that there is (docs "Start Thread from
/// Message").
pub(super) const AUTO_ARCHIVE: u32 = 10_080;
/// Longest nonce, in characters (docs "Create Message").
const NONCE: usize = 24;

/// Longest name of a thread, in characters (docs "Channel Object").
const TITLE: usize = 100;

/// Errors that say that nobody can say anything in that channel as it is now.
const CLOSED: [i64; 3] = [code::NO_CHANNEL, code::NO_ACCESS, code::NO_PERMISSION];

/// What becomes of a message for a channel that is closed to us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closed {
    /// It waits until somebody lets us in: a card, and what belongs to it.
    Wait,
    /// It is for those who are there now, and dropped.
    Drop,
}

/// What is to be posted, and as what.
pub(super) struct Post<'p> {
    pub(super) body: Value,
    /// What a post in a forum is called.
    pub(super) title: String,
    pub(super) card: Option<&'p Card>,
    closed: Closed,
}

/// What Discord will not show is said more plainly: its words alone, with the key. `None` if there is nothing to take away.
pub(super) fn plainer(body: &Value) -> Option<Value> {
    let embed = body.pointer("/embeds/0")?;
    let words = embed.get("description").and_then(Value::as_str).unwrap_or("A mention that Discord cannot show.");
    let plain = json!([{ "description": words.chars().take(1_500).collect::<String>(), "url": embed.get("url") }]);
    let mut body = body.clone();
    body["embeds"] = plain;
    body["components"] = json!([]);
    Some(body)
}

/// What stands for a key where only a few characters fit.
fn nonce(key: &str) -> String {
    let mut short = String::with_capacity(NONCE);
    for byte in Sha256::digest(key.as_bytes()).iter().take(NONCE / 2) {
        // Writing to a String cannot fail.
        write!(short, "{byte:02x}").unwrap_or_default();
    }
    short
}

fn id_of(answer: &Value) -> Result<MessageId, ChatError> {
    let id = answer.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
    id.map(MessageId::new)
        .ok_or_else(|| ChatError::Later { why: "Discord did not say where the message is".to_owned(), after: None })
}

/// The two say the same: for lines of a thread, which carry no key.
fn same(body: &Value, message: &Value) -> bool {
    let words = |of: &Value| of.get("content").and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let more = |of: &Value| of.pointer("/embeds/0/description").and_then(Value::as_str).unwrap_or_default().to_owned();
    words(body) == words(message) && more(body) == more(message)
}

/// What a post in a forum is called that is no card's: its first line.
fn title(message: &Message) -> String {
    let spans = message.parts.first().map(|part| part.text.0.as_slice()).unwrap_or_default();
    let words = spans.iter().take_while(|span| **span != Span::Break).filter_map(|span| match span {
        Span::Plain(words) | Span::Bold(words) | Span::Code(words) => Some(words.as_str()),
        _ => None,
    });
    render::text::label(&words.collect::<String>(), TITLE)
}

impl Discord {
    fn gone(&self, failed: Failed) -> ChatError {
        let error = ChatError::from(failed);
        // To wait as long as Discord asks is no trouble.
        if let ChatError::Later { why, after: None } = &error {
            self.api.troubles.add(About::Out, why.as_str());
        }
        error
    }

    /// The same for a new message.
    fn not_posted(&self, failed: Failed, closed: Closed) -> ChatError {
        if failed.is(code::INVALID) || failed.is(code::EMPTY) {
            return ChatError::Never(failed.say());
        }
        let drop = closed == Closed::Drop && CLOSED.iter().any(|code| failed.is(*code));
        match self.gone(failed) {
            ChatError::Later { why, .. } if drop => ChatError::Never(why),
            error => error,
        }
    }

    /// Posts or edits, and says it more plainly if Discord cannot show it.
    pub(super) async fn show(
        &self,
        what: Sending,
        place: &str,
        route: Route<'_>,
        body: &Value,
        plainer: Option<Value>,
    ) -> Result<Value, Failed> {
        let answer = self.api.send_to(what, place, route, body).await;
        let answer = match (answer, plainer) {
            (Err(failed), Some(plain)) if failed.is(code::INVALID) || failed.is(code::EMPTY) => {
                error!(why = failed.say(), "Discord cannot show a message as it should be; it is shown more plainly");
                self.api.send_to(what, place, route, &plain).await
            }
            (answer, _) => answer,
        };
        // An edit without the right to show embeds is taken, and the card is empty afterwards (discord-api-docs, issue 2601).
        if let (Sending::Edit, Ok(shown)) = (what, &answer)
            && count(shown.get("embeds")) == Some(0)
            && count(body.get("embeds")) > Some(0)
        {
            let message = "Missing Permissions (Embed Links)".to_owned();
            let failed = Failed::Refused { status: 403, code: code::NO_PERMISSION, message };
            self.api.troubles.add(About::Channel(place.to_owned()), failed.say());
            return Err(failed);
        }
        if answer.is_ok() {
            self.api.troubles.mended(&About::Out);
        }
        answer
    }

    async fn post_or_find(&self, channel: &str, post: Post<'_>, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        let kind = self.kind(channel).await.map_err(|failed| self.not_posted(failed, post.closed))?;
        if let Some(since) = key.maybe_since {
            let kept = render::kept_key(key.id);
            let found = match &kind {
                Kind::Text => {
                    self.find(channel, since, |message| render::key_of(message).as_deref() == Some(&kept)).await
                }
                Kind::Forum(_) => self.find_post(channel, since, &kept).await,
            };
            if let Some(id) = found.map_err(|failed| self.not_posted(failed, post.closed))? {
                warn!(channel, id, "a message whose posting was never recorded is there");
                let message = MessageId::new(id);
                // It shows what was to be shown then.
                match self.change(channel, &message, &post.body, post.card).await {
                    Ok(()) | Err(ChatError::Never(_)) => return Ok(message),
                    Err(ChatError::Gone) => {}
                    Err(later) => return Err(later),
                }
            }
        }
        let answer = match &kind {
            Kind::Text => {
                let mut body = post.body.clone();
                // The same message, asked for twice within minutes, is posted once.
                body["nonce"] = json!(nonce(key.id));
                body["enforce_nonce"] = json!(true);
                let route = client::messages(channel).map_err(|failed| self.not_posted(failed, post.closed))?;
                let plain = plainer(&body);
                self.show(Sending::Post, channel, route, &body, plain).await
            }
            Kind::Forum(forum) => self.open_post(channel, forum.clone(), &post).await,
        };
        match answer {
            Ok(answer) => id_of(&answer),
            Err(failed) => {
                // Somebody may have changed the tags, or what the channel is.
                self.channels.forget(channel);
                Err(self.not_posted(failed, post.closed))
            }
        }
    }

    /// Changes a message of ours; a card's post in a forum gets the tags that fit, too.
    async fn change(
        &self,
        channel: &str,
        message: &MessageId,
        body: &Value,
        card: Option<&Card>,
    ) -> Result<(), ChatError> {
        let kind = self.kind(channel).await.map_err(|failed| self.gone(failed))?;
        let here = if kind == Kind::Text { channel } else { message.as_str() };
        let route = client::message(here, message.as_str()).map_err(|failed| self.gone(failed))?;
        let body = super::answer::whole(body.clone());
        let mut answer = self.show(Sending::Edit, channel, route, &body, plainer(&body)).await;
        if let (Kind::Forum(_), Err(failed)) = (&kind, &answer)
            && failed.is(code::ARCHIVED)
        {
            self.wake(here).await.map_err(|failed| self.gone(failed))?;
            answer = self.show(Sending::Edit, channel, route, &body, plainer(&body)).await;
        }
        match answer {
            Ok(_) => {}
            // A forum's post that was deleted is a channel that is not there.
            Err(failed) if kind != Kind::Text && failed.is(code::NO_CHANNEL) => return Err(ChatError::Gone),
            Err(failed) if failed.is(code::INVALID) || failed.is(code::EMPTY) => {
                return Err(ChatError::Never(failed.say()));
            }
            Err(failed) => return Err(self.gone(failed)),
        }
        if let (Kind::Forum(forum), Some(card)) = (&kind, card) {
            self.tag(channel, message.as_str(), forum, card).await;
        }
        Ok(())
    }

    /// Opens the thread of a card, if it is not there (docs "Start Thread from Message").
    async fn open_thread(&self, channel: &str, message: &MessageId, name: &str) -> Result<(), Failed> {
        let (channel_id, thread) = (client::channel_id(channel)?, message.as_str());
        let message_id = client::number(thread).map(serenity::all::MessageId::from);
        let Some(message_id) = message_id else { return Err(no_message()) };
        let route = Route::ChannelMessageThreads { channel_id, message_id };
        let body = json!({ "name": name, "auto_archive_duration": AUTO_ARCHIVE });
        match self.api.send(LightMethod::Post, route, &body).await {
            Ok(_) => {}
            Err(failed) if failed.is(code::THREAD_THERE) => {}
            Err(failed) => return Err(failed),
        }
        self.channels.has_thread(thread);
        Ok(())
    }

    /// Says a line in a thread, which may have to be opened or woken for it.
    async fn say_in(&self, channel: &str, at: &MessageId, no: u64, body: &Value) -> Result<(), Failed> {
        let thread = at.as_str();
        let mut opened = false;
        let mut woken = false;
        loop {
            let answer = self.show(Sending::Post, thread, client::messages(thread)?, body, None).await;
            match answer {
                Ok(_) => {
                    self.channels.has_thread(thread);
                    return Ok(());
                }
                Err(failed) if failed.is(code::NO_CHANNEL) => {
                    // No trouble for anybody to mend: it is only not there yet, or not there any more.
                    self.api.troubles.mended(&About::Channel(thread.to_owned()));
                    // A post of a forum that was deleted, or a thread that was deleted and cannot be opened again.
                    if opened || self.kind(channel).await? != Kind::Text {
                        return Err(no_message());
                    }
                    let name = self.channels.title(thread).unwrap_or_else(|| format!("#{no}"));
                    self.open_thread(channel, at, &name).await?;
                    opened = true;
                }
                Err(failed) if failed.is(code::ARCHIVED) && !woken => {
                    self.wake(thread).await?;
                    woken = true;
                }
                Err(failed) => return Err(failed),
            }
        }
    }
}

fn count(list: Option<&Value>) -> Option<usize> {
    list.and_then(Value::as_array).map(Vec::len)
}

fn no_message() -> Failed {
    Failed::Refused { status: 404, code: code::NO_MESSAGE, message: "Unknown Message".to_owned() }
}

#[async_trait]
impl Chat for Discord {
    fn name(&self) -> &ChatName {
        &self.name
    }

    async fn post_card(&self, channel: &ChannelId, card: &Card, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        let body = render::card(card, &card.more, &self.identity.names(), key.id);
        let title = render::thread_name(card);
        let post = Post { body, title: title.clone(), card: Some(card), closed: Closed::Wait };
        let message = self.post_or_find(channel.as_str(), post, key).await?;
        self.channels.titled(message.as_str(), title);
        Ok(message)
    }

    async fn update_card(&self, at: &CardPlace, card: &Card) -> Result<(), ChatError> {
        let channel = at.place.channel.as_str();
        let body = render::card(card, &card.more, &self.identity.names(), &card.no.to_string());
        self.channels.titled(at.message.as_str(), render::thread_name(card));
        self.change(channel, &at.message, &body, Some(card)).await?;
        // Whoever takes it finds a place to talk about it.
        if matches!(card.state, CardState::Claimed(..))
            && !self.channels.knows_thread(at.message.as_str())
            && self.kind(channel).await == Ok(Kind::Text)
            && let Err(failed) = self.open_thread(channel, &at.message, &render::thread_name(card)).await
        {
            // The first line in it opens it, or says why it cannot be.
            warn!(channel, why = failed.say(), "the thread of a card could not be opened yet");
        }
        Ok(())
    }

    async fn thread(
        &self,
        at: &CardPlace,
        no: u64,
        text: &Text,
        ping: Option<&PersonId>,
        key: PostKey<'_>,
    ) -> Result<(), ChatError> {
        let mut body = render::thread(text, &self.identity.names(), ping);
        if let Some(since) = key.maybe_since {
            match self.find(at.message.as_str(), since, |message| same(&body, message)).await {
                Ok(None) => {}
                Ok(Some(_)) => return Ok(()),
                // The thread is not there yet.
                Err(failed) if failed.is(code::NO_CHANNEL) => {}
                Err(failed) => return Err(self.gone(failed)),
            }
        }
        body["nonce"] = json!(nonce(key.id));
        body["enforce_nonce"] = json!(true);
        let said = self.say_in(at.place.channel.as_str(), &at.message, no, &body).await;
        said.map_err(|failed| self.not_posted(failed, Closed::Wait))
    }

    async fn post(&self, channel: &ChannelId, message: &Message, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        let body = render::message(message, &self.identity.names(), key.id);
        let post = Post { body, title: title(message), card: None, closed: Closed::Drop };
        self.post_or_find(channel.as_str(), post, key).await
    }

    async fn edit(&self, at: &CardPlace, message: &Message) -> Result<(), ChatError> {
        let body = render::message(message, &self.identity.names(), "edited");
        self.change(at.place.channel.as_str(), &at.message, &body, None).await
    }

    fn wait(&self, channel: &ChannelId, what: Sending) -> Duration {
        self.api.pace.wait(what, channel.as_str())
    }

    fn reaches(&self, who: &PersonId) -> bool {
        self.identity.names().user(who).is_some()
    }

    fn met(&self, who: &Person) {
        self.identity.learn(std::slice::from_ref(who));
    }

    fn linked(&self, url: &str) -> Vec<MessageId> {
        super::link::linked(url)
    }

    fn state(&self) -> ChatState {
        self.now_state()
    }
}
