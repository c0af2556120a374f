//! What is known of channels, and messages of ours that are there although nobody recorded it: the try before a crash, the
//! answer that never came.

use super::Discord;
use super::client::{self, Failed, code};
use super::outbound::{AUTO_ARCHIVE, Post, plainer};
use super::{lock, render};
use crate::chat::Sending;
use crate::domain::Card;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use serenity::all::{GuildId, LightMethod};
use serenity::http::Route;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

/// What Discord said of a channel is asked again after so long.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// So many messages are asked for at a time (docs "Get Channel Messages").
const PAGE: usize = 100;
/// So many pages are read at most: 20,000 messages.
const PAGES: usize = 200;
/// Discord's clock may be that far from ours.
const APART: SignedDuration = SignedDuration::from_mins(2);
/// The first second of Discord's time, in milliseconds (docs "Snowflakes").
const EPOCH: i64 = 1_420_070_400_000;
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

/// The smallest id that something made at that moment can have (docs "Snowflakes").
pub(super) fn snowflake(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond().saturating_sub(EPOCH)).unwrap_or_default() << 22
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

    /// Our message in a channel that `ours` knows, not older than that moment; the oldest, if there are several.
    pub(super) async fn find(
        &self,
        channel: &str,
        since: Timestamp,
        ours: impl Fn(&Value) -> bool,
    ) -> Result<Option<String>, Failed> {
        let me = self.who_are_we().await?;
        let mut after = snowflake(since.saturating_sub(APART).unwrap_or(since)).to_string();
        for _ in 0..PAGES {
            let params = [("after", after.clone()), ("limit", PAGE.to_string())];
            let page = self.api.get(client::messages(channel)?, &params).await?;
            // The newest first, whatever was asked for.
            let page = page.as_array().map(Vec::as_slice).unwrap_or_default();
            let id = |message: &Value| message.get("id").and_then(Value::as_str).map(str::to_owned);
            let mine = |message: &&Value| message.pointer("/author/id").and_then(Value::as_str) == Some(me);
            if let Some(found) = page.iter().rev().filter(mine).find(|message| ours(message)) {
                return Ok(id(found));
            }
            let newest = page.iter().filter_map(id).filter_map(|id| id.parse::<u64>().ok()).max();
            match newest.filter(|_| page.len() >= PAGE) {
                Some(newest) => after = newest.to_string(),
                None => return Ok(None),
            }
        }
        tracing::warn!(channel, "a channel's history is too long to look through; what is newer counts as not there");
        Ok(None)
    }

    /// Our post in a forum with that key (docs "List Active Guild Threads").
    pub(super) async fn find_post(&self, forum: &str, since: Timestamp, key: &str) -> Result<Option<String>, Failed> {
        let Some(guild) = client::number(&self.config.guild) else { return Ok(None) };
        let me = self.who_are_we().await?.to_owned();
        let answer = self.api.get(Route::GuildThreadsActive { guild_id: GuildId::from(guild) }, &[]).await?;
        let from = snowflake(since.saturating_sub(APART).unwrap_or(since));
        let text = |thread: &Value, name: &str| thread.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let threads = answer.get("threads").and_then(Value::as_array).into_iter().flatten();
        let ours = threads.filter(|thread| text(thread, "parent_id") == forum && text(thread, "owner_id") == me);
        let mut posts: Vec<u64> =
            ours.filter_map(|thread| text(thread, "id").parse().ok()).filter(|id| *id >= from).collect();
        posts.sort_unstable();
        for post in posts {
            let post = post.to_string();
            match self.api.get(client::message(&post, &post)?, &[]).await {
                Ok(message) if render::key_of(&message).as_deref() == Some(key) => return Ok(Some(post)),
                Ok(_) => {}
                Err(failed) if failed.is(code::NO_MESSAGE) || failed.is(code::NO_CHANNEL) => {}
                Err(failed) => return Err(failed),
            }
        }
        Ok(None)
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
            let plain = plainer(&post.body).filter(|_| sure).map(|plain| whole(&plain));
            let answer = self.show(Sending::Post, channel, route, &whole(&post.body), plain).await;
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

    /// Puts other tags on a post, if it has not just these. The card says the same in words.
    pub(super) async fn tag(&self, channel: &str, post: &str, forum: &Forum, card: &Card) {
        let mut tagged = self.put_tags(post, forum.tags(Some(card))).await;
        if let Err(failed) = &tagged
            && failed.is(code::INVALID)
            && let Ok(Some(now)) = self.forum_anew(channel).await
        {
            tagged = self.put_tags(post, now.tags(Some(card))).await;
        }
        if let Err(failed) = tagged {
            tracing::warn!(post, why = failed.say(), "the tags of a post could not be changed");
        }
    }

    async fn put_tags(&self, post: &str, tags: Vec<String>) -> Result<(), Failed> {
        if self.channels.has_tags(post, &tags) {
            return Ok(());
        }
        let route = Route::Channel { channel_id: client::channel_id(post)? };
        self.api.send(LightMethod::Patch, route, &json!({ "applied_tags": tags })).await?;
        self.channels.tagged(post, tags);
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
