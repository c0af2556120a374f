//! Messages of ours that are there although nobody recorded it.
//!
//! Every message carries its key as the address of its first embed, and is looked for in the history of its channel or
//! thread before a second try (docs "Get Channel Messages"). A forum has no history of its own: its posts are listed, and
//! those that may be meant are opened, first of all by their name.

use super::client::{self, Failed, code};
use super::rights::{self, READ_HISTORY};
use super::{Discord, ask, render};
use crate::chat::find::{APART, History, Page};
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use serenity::all::{GuildId, UserId};
use serenity::http::Route;

/// So many messages, and archived posts, are asked for at a time (docs "Get Channel Messages").
const PAGE: usize = 100;
/// So many pages are read at most: 20,000 messages.
const PAGES: usize = 200;
/// The first second of Discord's time, in milliseconds (docs "Snowflakes").
const EPOCH: i64 = 1_420_070_400_000;
/// [`APART`], as a distance of ids.
const IDS_APART: u64 = (APART.as_secs().unsigned_abs() * 1_000) << 22;
/// Threads (docs "Channel Types").
const THREADS: std::ops::RangeInclusive<u64> = 10..=12;

/// The smallest id that something made at that moment can have (docs "Snowflakes").
fn snowflake(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond().saturating_sub(EPOCH)).unwrap_or_default() << 22
}

/// When something with that id was made.
fn made(id: u64) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::try_from(id >> 22).ok()?.saturating_add(EPOCH)).ok()
}

fn id_of(of: &Value) -> Option<u64> {
    ask::text(of, "id").parse().ok()
}

fn author(message: &Value) -> &str {
    message.pointer("/author/id").and_then(Value::as_str).unwrap_or_default()
}

/// The `#142` that a card's post begins with.
fn number(name: &str) -> Option<&str> {
    let first = name.split(' ').next()?;
    let digits = first.strip_prefix('#')?;
    Some(first).filter(|_| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// The history of a channel or a thread, the oldest first. Marks are ids.
struct Messages<'d> {
    discord: &'d Discord,
    me: &'d str,
    channel: &'d str,
}

#[async_trait]
impl History for Messages<'_> {
    type Failed = Failed;
    const PAGES: usize = PAGES;
    const APART: u64 = IDS_APART;

    fn mark(at: Timestamp) -> u64 {
        snowflake(at)
    }

    async fn read(&self, from: u64, cursor: &str) -> Result<Page, Failed> {
        let after = cursor.parse().unwrap_or(from);
        let params = [("after", after.to_string()), ("limit", PAGE.to_string())];
        let answer = self.discord.api.get(client::messages(self.channel)?, &params).await?;
        let messages = answer.as_array().map(Vec::as_slice).unwrap_or_default();
        if messages.is_empty() {
            self.discord.nothing_hidden(self.me, self.channel, after).await?;
        }
        let mut page = Page { newest: messages.iter().filter_map(id_of).max(), ..Page::default() };
        // Within a page the newest come first.
        for message in messages.iter().rev().filter(|message| author(message) == self.me) {
            if let Some(key) = render::key_of(message) {
                page.ours.push((key, ask::text(message, "id").to_owned()));
            }
        }
        if let Some(newest) = page.newest.filter(|_| messages.len() >= PAGE) {
            page.next = newest.to_string();
        }
        Ok(page)
    }

    fn spoils(_: &Failed) -> bool {
        false
    }
}

/// The posts of a forum: those that are active, then the archived ones, the last archived first (docs "List Active Guild
/// Threads", "List Public Archived Threads"). A card's post stands under its number, by which it is opened only when it is
/// meant; every other post of ours is opened.
struct InForum<'d> {
    discord: &'d Discord,
    me: &'d str,
    forum: &'d str,
}

impl InForum<'_> {
    async fn list(&self, cursor: &str) -> Result<Value, Failed> {
        let api = &self.discord.api;
        if cursor.is_empty() {
            let guild = &self.discord.config.guild;
            let guild_id = client::number(guild).map(GuildId::from).ok_or_else(|| no_guild(guild))?;
            return api.get(Route::GuildThreadsActive { guild_id }, &[]).await;
        }
        let mut params = vec![("limit", PAGE.to_string())];
        if cursor != ARCHIVE {
            params.push(("before", cursor.to_owned()));
        }
        let channel_id = client::channel_id(self.forum)?;
        api.get(Route::ChannelArchivedPublicThreads { channel_id }, &params).await
    }
}

/// The cursor with which the archive begins; then it is a moment.
const ARCHIVE: &str = "archive";

fn no_guild(id: &str) -> Failed {
    Failed::Unsure(format!("{id:?} is no id of a server"))
}

#[async_trait]
impl History for InForum<'_> {
    type Failed = Failed;
    const PAGES: usize = PAGES;
    const APART: u64 = IDS_APART;

    fn mark(at: Timestamp) -> u64 {
        snowflake(at)
    }

    async fn read(&self, from: u64, cursor: &str) -> Result<Page, Failed> {
        let answer = self.list(cursor).await?;
        let threads = ask::list(&answer, "threads");
        let mut page = Page::default();
        for thread in threads {
            let ours = ask::text(thread, "parent_id") == self.forum && ask::text(thread, "owner_id") == self.me;
            let Some(id) = id_of(thread).filter(|id| ours && *id >= from) else { continue };
            page.newest = page.newest.max(Some(id));
            let post = id.to_string();
            if let Some(number) = number(ask::text(thread, "name")) {
                page.ours.push((number.to_owned(), post));
            } else if let Some(key) = self.discord.key_of_post(&post).await? {
                page.ours.push((key, post));
            }
        }
        page.next = if cursor.is_empty() {
            ARCHIVE.to_owned()
        } else {
            let archived =
                |thread: &Value| thread.pointer("/thread_metadata/archive_timestamp")?.as_str().map(str::to_owned);
            let last = threads.last().and_then(archived).filter(|_| answer.get("has_more") == Some(&Value::Bool(true)));
            // What was archived before that was made before it, too.
            let newer = |last: &String| last.parse::<Timestamp>().ok() >= made(from);
            last.filter(newer).unwrap_or_default()
        };
        Ok(page)
    }

    /// A moment does not grow too old.
    fn spoils(_: &Failed) -> bool {
        false
    }
}

impl Discord {
    /// Our messages with that key in a channel or a thread, not older than that moment. If this breaks off, the next call
    /// goes on from there.
    pub(super) async fn find(&self, channel: &str, key: &str, since: Timestamp) -> Result<Vec<String>, Failed> {
        let history = Messages { discord: self, me: self.who_are_we().await?, channel };
        self.posts.find(&history, channel, &render::kept_key(key), since).await
    }

    /// Our posts in a forum with that key, not older than that moment. `title` is what the post is called.
    pub(super) async fn find_post(
        &self,
        forum: &str,
        title: &str,
        key: &str,
        since: Timestamp,
    ) -> Result<Vec<String>, Failed> {
        let history = InForum { discord: self, me: self.who_are_we().await?, forum };
        let key = render::kept_key(key);
        let found = self.posts.find(&history, forum, &key, since).await?;
        if !found.is_empty() {
            return Ok(found);
        }
        let named = number(title).map(|number| self.posts.known(forum, number)).unwrap_or_default();
        for post in named {
            match self.key_of_post(&post).await? {
                Some(kept) => {
                    // Nobody has to open it again for that.
                    self.posts.forget(forum, &post);
                    self.posts.learnt(forum, kept, post);
                }
                None => self.posts.forget(forum, &post),
            }
        }
        Ok(self.posts.known(forum, &key))
    }

    /// The key of a post; `None` if it has none, or is not there any more.
    async fn key_of_post(&self, post: &str) -> Result<Option<String>, Failed> {
        match self.api.get(client::message(post, post)?, &[]).await {
            Ok(message) => Ok(render::key_of(&message)),
            Err(failed) if failed.is(code::NO_MESSAGE) || failed.is(code::NO_CHANNEL) => Ok(None),
            Err(failed) => Err(failed),
        }
    }

    /// Nothing is newer in a channel or a thread, so Discord says; but it says so, too, where the right to read the history
    /// was taken away (docs "Get Channel Messages").
    async fn nothing_hidden(&self, me: &str, channel: &str, after: u64) -> Result<(), Failed> {
        let get = async |id: &str| self.api.get(Route::Channel { channel_id: client::channel_id(id)? }, &[]).await;
        let mut place = get(channel).await?;
        let last: Option<u64> = ask::text(&place, "last_message_id").parse().ok();
        if last.is_none_or(|last| last <= after) {
            return Ok(());
        }
        // It may have come this moment, or have been deleted: what counts is the right.
        if place.get("type").and_then(Value::as_u64).is_some_and(|kind| THREADS.contains(&kind)) {
            let parent = ask::text(&place, "parent_id").to_owned();
            place = get(&parent).await?;
        }
        let id = &self.config.guild;
        let guild_id = client::number(id).map(GuildId::from).ok_or_else(|| no_guild(id))?;
        let guild = self.api.get(Route::Guild { guild_id }, &[]).await?;
        let user_id = client::number(me).map(UserId::from).ok_or_else(|| no_guild(me))?;
        let member = self.api.get(Route::GuildMember { guild_id, user_id }, &[]).await?;
        if rights::in_channel(me, &guild, &member, &place) & READ_HISTORY != 0 {
            return Ok(());
        }
        let message = "Missing Permissions (Read Message History)".to_owned();
        Err(Failed::Refused { status: 403, code: code::NO_PERMISSION, message })
    }
}
