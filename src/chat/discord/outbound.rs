//! Cards, threads and digests out.

use super::answer::whole;
use super::channels::Kind;
use super::client::{self, Failed, code};
use super::plainly::{Plainly, withheld, without_words, wordless};
use super::{Discord, ask, render};
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

/// A thread without news is put away after so many minutes, a day (docs "Start Thread from Message"): a server has a
/// thousand active ones at most, and the next line brings it back.
pub(super) const AUTO_ARCHIVE: u32 = 1_440;
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
    /// The same without words from outside.
    pub(super) wordless: Value,
    closed: Closed,
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

/// The same message, asked for twice within minutes, is posted once.
fn keyed(body: &Value, key: &str) -> Value {
    let mut body = body.clone();
    body["nonce"] = json!(nonce(key));
    body["enforce_nonce"] = json!(true);
    body
}

fn id_of(answer: &Value) -> Result<MessageId, ChatError> {
    let id = answer.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
    id.map(MessageId::new)
        .ok_or_else(|| ChatError::Later { why: "Discord did not say where the message is".to_owned(), after: None })
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
        mut plainly: Plainly,
    ) -> Result<Value, Failed> {
        let mut answer = self.api.send_to(what, place, route, body).await;
        while let Err(failed) = &answer
            && let Some(other) = plainly.instead(failed)
        {
            error!(why = failed.say(), "Discord does not show a message as it should be; it is said otherwise");
            answer = self.api.send_to(what, place, route, &other).await;
        }
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
            let found = match &kind {
                Kind::Text => self.find(channel, key.id, since).await,
                Kind::Forum(_) => self.find_post(channel, &post.title, key.id, since).await,
            };
            for id in found.map_err(|failed| self.not_posted(failed, post.closed))? {
                warn!(channel, id, "a message whose posting was never recorded is there");
                let message = MessageId::new(&id);
                // It shows what was to be shown then.
                match self.change(channel, &message, &post.body, &post.wordless, post.card).await {
                    Ok(()) | Err(ChatError::Never(_)) => return Ok(message),
                    Err(ChatError::Gone) => self.posts.forget(channel, &id),
                    Err(later) => return Err(later),
                }
            }
        }
        // Said before and not after: nobody may wait for the answer any more when it comes.
        let going = self.posts.sending(channel);
        let answer = match &kind {
            Kind::Text => {
                let body = keyed(&post.body, key.id);
                let route = client::messages(channel).map_err(|failed| self.not_posted(failed, post.closed))?;
                let plainly = Plainly::of(&body, keyed(&post.wordless, key.id));
                self.show(Sending::Post, channel, route, &body, plainly).await
            }
            Kind::Forum(forum) => self.open_post(channel, forum.clone(), &post).await,
        };
        match answer {
            Ok(answer) => {
                let id = id_of(&answer)?;
                going.posted(&render::kept_key(key.id), id.as_str());
                Ok(id)
            }
            Err(failed) => {
                if !matches!(failed, Failed::Unsure(_)) {
                    going.refused();
                }
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
        wordless: &Value,
        card: Option<&Card>,
    ) -> Result<(), ChatError> {
        let kind = self.kind(channel).await.map_err(|failed| self.gone(failed))?;
        let here = if kind == Kind::Text { channel } else { message.as_str() };
        let route = client::message(here, message.as_str()).map_err(|failed| self.gone(failed))?;
        let body = whole(body.clone());
        let plainly = || Plainly::of(&body, whole(wordless.clone()));
        let mut answer = self.show(Sending::Edit, channel, route, &body, plainly()).await;
        if let (Kind::Forum(_), Err(failed)) = (&kind, &answer)
            && failed.is(code::ARCHIVED)
        {
            self.wake(here).await.map_err(|failed| self.gone(failed))?;
            answer = self.show(Sending::Edit, channel, route, &body, plainly()).await;
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
            self.tag(channel, message.as_str(), forum, card).await.map_err(|failed| self.gone(failed))?;
        }
        Ok(())
    }

    /// Opens the thread of a card, if it is not there (docs "Start Thread from Message").
    async fn open_thread(&self, channel: &str, message: &MessageId, name: &str) -> Result<(), Failed> {
        let (channel_id, thread) = (client::channel_id(channel)?, message.as_str());
        let message_id = client::number(thread).map(serenity::all::MessageId::from);
        let Some(message_id) = message_id else { return Err(no_message()) };
        let route = Route::ChannelMessageThreads { channel_id, message_id };
        let body = |name: &str| json!({ "name": name, "auto_archive_duration": AUTO_ARCHIVE });
        let mut opened = self.api.send(LightMethod::Post, route, &body(name)).await;
        if opened.as_ref().is_err_and(withheld) {
            // Its number alone, which it begins with.
            let number = name.split_whitespace().next().unwrap_or("thread");
            opened = self.api.send(LightMethod::Post, route, &body(number)).await;
        }
        match opened {
            Ok(_) => {}
            Err(failed) if failed.is(code::THREAD_THERE) => {}
            Err(failed) => return Err(failed),
        }
        self.channels.has_thread(thread);
        Ok(())
    }

    /// Without the right to show embeds, Discord takes a line with a ping and drops its words; then they stand beside the ping.
    async fn words_alone(&self, thread: &str, body: &Value, answer: &Value) {
        if count(answer.get("embeds")) != Some(0) || count(body.get("embeds")) == Some(0) {
            return;
        }
        let words = body.pointer("/embeds/0/description").and_then(Value::as_str).unwrap_or_default();
        let whole = format!("{}: {words}", ask::text(body, "content"));
        let body = json!({ "content": whole.chars().take(1_000).collect::<String>(), "flags": 4, "allowed_mentions": { "parse": [] } });
        let said = match client::message(thread, ask::text(answer, "id")) {
            Ok(route) => self.api.send(LightMethod::Patch, route, &body).await,
            Err(failed) => Err(failed),
        };
        if let Err(failed) = said {
            error!(thread, why = failed.say(), "a line has lost its words; the bot lacks the permission Embed Links");
        }
    }

    /// Says a line in a thread, which may have to be opened or woken for it.
    async fn say_in(&self, channel: &str, at: &MessageId, no: u64, body: &Value, key: &str) -> Result<(), Failed> {
        let thread = at.as_str();
        let mut opened = false;
        let mut woken = false;
        loop {
            let mut plainly = Plainly::of(body, without_words(body)).keeping_form();
            let going = self.posts.sending(thread);
            let mut answer = self.api.send(LightMethod::Post, client::messages(thread)?, body).await;
            if let Err(failed) = &answer
                && let Some(other) = plainly.instead(failed)
            {
                error!(why = failed.say(), "Discord does not let a line through; it is said without its words");
                answer = self.api.send(LightMethod::Post, client::messages(thread)?, &other).await;
            }
            match &answer {
                Ok(answer) => going.posted(&render::kept_key(key), ask::text(answer, "id")),
                Err(Failed::Unsure(_)) => {}
                Err(_) => going.refused(),
            }
            match answer {
                Ok(answer) => {
                    self.channels.has_thread(thread);
                    self.api.troubles.mended(&About::Out);
                    self.words_alone(thread, body, &answer).await;
                    return Ok(());
                }
                Err(failed) if failed.is(code::NO_CHANNEL) => {
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
                Err(failed) => {
                    if let Failed::Limited(wait) = &failed {
                        self.api.pace.rest(Sending::Post, channel, *wait);
                    }
                    return Err(failed);
                }
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
        let names = self.identity.names();
        let (body, wordless) = (render::card(card, &card.more, &names, key.id), wordless(card, &names, key.id));
        let title = render::thread_name(card);
        let post = Post { body, title: title.clone(), card: Some(card), wordless, closed: Closed::Wait };
        let message = self.post_or_find(channel.as_str(), post, key).await?;
        self.channels.titled(message.as_str(), title);
        Ok(message)
    }

    async fn update_card(&self, at: &CardPlace, card: &Card) -> Result<(), ChatError> {
        let channel = at.place.channel.as_str();
        let (names, key) = (self.identity.names(), card.no.to_string());
        let (body, wordless) = (render::card(card, &card.more, &names, &key), wordless(card, &names, &key));
        self.channels.titled(at.message.as_str(), render::thread_name(card));
        self.change(channel, &at.message, &body, &wordless, Some(card)).await?;
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
        let body = render::thread(text, &self.identity.names(), ping, key.id);
        if let Some(since) = key.maybe_since {
            match self.find(at.message.as_str(), key.id, since).await {
                Ok(found) if found.is_empty() => {}
                Ok(_) => return Ok(()),
                // The thread is not there yet.
                Err(failed) if failed.is(code::NO_CHANNEL) => {}
                Err(failed) => return Err(self.gone(failed)),
            }
        }
        let body = keyed(&body, key.id);
        let said = self.say_in(at.place.channel.as_str(), &at.message, no, &body, key.id).await;
        said.map_err(|failed| self.not_posted(failed, Closed::Wait))
    }

    async fn post(&self, channel: &ChannelId, message: &Message, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        let body = render::message(message, &self.identity.names(), key.id);
        let wordless = without_words(&body);
        let post = Post { body, title: title(message), card: None, wordless, closed: Closed::Drop };
        self.post_or_find(channel.as_str(), post, key).await
    }

    async fn edit(&self, at: &CardPlace, message: &Message) -> Result<(), ChatError> {
        let body = render::message(message, &self.identity.names(), "edited");
        self.change(at.place.channel.as_str(), &at.message, &body, &without_words(&body), None).await
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
