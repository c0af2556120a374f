//! What is known of channels: their kind, their threads, a forum's tags.

use super::Discord;
use super::client::{self, Failed, code};
use super::outbound::{AUTO_ARCHIVE, Post};
use super::plainly::{Plainly, wordless_card};
use super::{lock, render};
use crate::chat::Sending;
use crate::domain::Card;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use serenity::all::LightMethod;
use serenity::http::Route;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

/// What Discord said of a channel is asked again after so long.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// So many threads and tags are remembered.
const REMEMBERED: usize = 20_000;
/// Forums (docs "Channel Types").
const FORUM: u64 = 15;
/// A post needs a tag (docs "Channel Flags", `REQUIRE_TAG`).
pub(super) const TAG_NEEDED: u64 = 1 << 4;
/// Most tags of a post (docs "Start Thread in Forum or Media Channel").
const TAGS: usize = 5;

/// A forum's tag.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tag {
    id: String,
    name: String,
    /// Only moderators may put it on.
    moderated: bool,
}

/// What a channel is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Messages stand in it.
    Text,
    /// Each message is a post of its own.
    Forum(Forum),
}

/// What is known of a forum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Forum {
    tags: Vec<Tag>,
    needed: bool,
}

impl Forum {
    /// It is one of the forum's tags that says neither what a card is nor how it stands: people put it there.
    fn is_theirs(&self, id: &str) -> bool {
        let called = self.tags.iter().find(|tag| tag.id == id).map(|tag| tag.name.to_lowercase());
        called.is_some_and(|name| !render::all_tags().contains(&name.as_str()))
    }

    /// The ids of the tags that a card's post has: those of its kind and state that the forum knows by name.
    pub(super) fn tags(&self, card: Option<&Card>) -> Vec<String> {
        let words = card.map(render::tags).unwrap_or_default();
        let known = |word: &String| self.tags.iter().find(|tag| !tag.moderated && tag.name.eq_ignore_ascii_case(word));
        let mut tags: Vec<String> = words.iter().filter_map(|word| known(word).map(|tag| tag.id.clone())).collect();
        if tags.is_empty() && self.needed {
            tags.extend(self.tags.iter().find(|tag| !tag.moderated).map(|tag| tag.id.clone()));
        }
        tags.truncate(TAGS);
        tags
    }
}

/// What is known of channels.
pub(super) struct Channels {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    kinds: Mutex<HashMap<String, (Kind, Timestamp)>>,
    /// Threads that are there, by their id.
    threads: Mutex<HashSet<String>>,
    /// The tags that posts have, by their id.
    tagged: Mutex<HashMap<String, Vec<String>>>,
    /// What the threads of cards are called when they are opened, by the card's message.
    titles: Mutex<HashMap<String, String>>,
}

impl Channels {
    pub(super) fn new(now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self {
            now,
            kinds: Mutex::default(),
            threads: Mutex::default(),
            tagged: Mutex::default(),
            titles: Mutex::default(),
        }
    }

    /// A thread is there.
    pub(super) fn has_thread(&self, thread: &str) {
        let mut threads = lock(&self.threads);
        if threads.len() >= REMEMBERED {
            threads.clear();
        }
        threads.insert(thread.to_owned());
    }

    /// A thread is known to be there.
    pub(super) fn knows_thread(&self, thread: &str) -> bool {
        lock(&self.threads).contains(thread)
    }

    /// What the thread of a card is called when it is opened.
    pub(super) fn titled(&self, card: &str, title: String) {
        remember(&self.titles, card, title);
    }

    /// The same, if it is known.
    pub(super) fn title(&self, card: &str) -> Option<String> {
        lock(&self.titles).get(card).cloned()
    }

    /// A post has these tags.
    pub(super) fn tagged(&self, post: &str, tags: Vec<String>) {
        remember(&self.tagged, post, tags);
    }

    /// A post is known to have just these tags.
    pub(super) fn has_tags(&self, post: &str, tags: &[String]) -> bool {
        lock(&self.tagged).get(post).is_some_and(|known| known == tags)
    }

    /// Asked again next time: what was known of it was wrong.
    pub(super) fn forget(&self, channel: &str) {
        lock(&self.kinds).remove(channel);
    }
}

fn remember<T>(all: &Mutex<HashMap<String, T>>, of: &str, what: T) {
    let mut all = lock(all);
    if all.len() >= REMEMBERED {
        all.clear();
    }
    all.insert(of.to_owned(), what);
}

impl Discord {
    /// What a channel is (docs "Get Channel").
    pub(super) async fn kind(&self, channel: &str) -> Result<Kind, Failed> {
        let now = (self.channels.now)();
        let known =
            lock(&self.channels.kinds).get(channel).filter(|(_, at)| now.duration_since(*at).abs() < FRESH).cloned();
        if let Some((kind, _)) = known {
            return Ok(kind);
        }
        let answer = self.api.get(Route::Channel { channel_id: client::channel_id(channel)? }, &[]).await?;
        let number = |name: &str| answer.get(name).and_then(Value::as_u64).unwrap_or_default();
        let kind = if number("type") == FORUM {
            let tags = answer.get("available_tags").and_then(Value::as_array).into_iter().flatten().filter_map(tag);
            Kind::Forum(Forum { tags: tags.collect(), needed: number("flags") & TAG_NEEDED != 0 })
        } else {
            Kind::Text
        };
        lock(&self.channels.kinds).insert(channel.to_owned(), (kind.clone(), now));
        Ok(kind)
    }

    /// Makes a post in a forum (docs "Start Thread in Forum or Media Channel").
    pub(super) async fn open_post(&self, channel: &str, mut forum: Forum, post: &Post<'_>) -> Result<Value, Failed> {
        let route = Route::ChannelForumPosts { channel_id: client::channel_id(channel)? };
        let mut asked_again = false;
        loop {
            let tags = forum.tags(post.card);
            let whole = |message: &Value| {
                json!({
                    "name": post.title, "auto_archive_duration": AUTO_ARCHIVE, "message": message, "applied_tags": tags,
                })
            };
            // What Discord does not take may be a tag that somebody deleted since we asked for them.
            let sure = asked_again || tags.is_empty();
            let plainly = Plainly::of(&post.body, post.wordless.clone()).inside(|message, wordless| {
                let mut whole = whole(message);
                if let Some(card) = post.card.filter(|_| wordless) {
                    whole["name"] = json!(render::thread_name(&wordless_card(card)));
                }
                whole
            });
            let plainly = if sure { plainly } else { plainly.keeping_form() };
            let answer = self.show(Sending::Post, channel, route, &whole(&post.body), plainly).await;
            match answer {
                Ok(answer) => {
                    self.channels.tagged(answer.get("id").and_then(Value::as_str).unwrap_or_default(), tags);
                    return Ok(answer);
                }
                Err(failed) if !sure && failed.is(code::INVALID) => {
                    asked_again = true;
                    forum = self.forum_anew(channel).await?.ok_or(failed)?;
                }
                Err(failed) => return Err(failed),
            }
        }
    }

    /// Puts other tags on a post, if it has not just these; those that people put on it stay. The card says the same in words,
    /// so that what cannot be is only logged.
    ///
    /// # Errors
    /// It may work later.
    pub(super) async fn tag(&self, channel: &str, post: &str, forum: &Forum, card: &Card) -> Result<(), Failed> {
        let mut tagged = self.put_tags(post, forum, card).await;
        if let Err(failed) = &tagged
            && failed.is(code::INVALID)
            && let Ok(Some(now)) = self.forum_anew(channel).await
        {
            tagged = self.put_tags(post, &now, card).await;
        }
        match tagged {
            Err(failed @ Failed::Refused { .. }) => {
                tracing::warn!(post, why = failed.say(), "the tags of a post could not be changed");
                Ok(())
            }
            tagged => tagged,
        }
    }

    async fn put_tags(&self, post: &str, forum: &Forum, card: &Card) -> Result<(), Failed> {
        let mut tags = forum.tags(Some(card));
        if self.channels.has_tags(post, &tags) {
            return Ok(());
        }
        let ours = tags.clone();
        let route = Route::Channel { channel_id: client::channel_id(post)? };
        let now = self.api.get(route, &[]).await?;
        let now = now.get("applied_tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        tags.extend(now.filter(|tag| forum.is_theirs(tag)).map(str::to_owned));
        tags.truncate(TAGS);
        self.api.send(LightMethod::Patch, route, &json!({ "applied_tags": tags })).await?;
        self.channels.tagged(post, ours);
        Ok(())
    }

    /// What Discord says of a forum now; `None` if it is none any more.
    async fn forum_anew(&self, channel: &str) -> Result<Option<Forum>, Failed> {
        self.channels.forget(channel);
        Ok(match self.kind(channel).await? {
            Kind::Forum(forum) => Some(forum),
            Kind::Text => None,
        })
    }

    /// Brings an archived thread back (docs "Modify Channel").
    pub(super) async fn wake(&self, thread: &str) -> Result<(), Failed> {
        let route = Route::Channel { channel_id: client::channel_id(thread)? };
        self.api.send(LightMethod::Patch, route, &json!({ "archived": false })).await.map(|_| ())
    }
}

fn tag(tag: &Value) -> Option<Tag> {
    let text = |name: &str| tag.get(name).and_then(Value::as_str).map(str::to_owned);
    let moderated = tag.get("moderated") == Some(&Value::Bool(true));
    Some(Tag { id: text("id")?, name: text("name")?.trim().to_owned(), moderated })
}
