//! Messages of ours that are there although nobody recorded it.
//!
//! Every message carries its key, in its first block and as metadata, and is looked for in the channel's history before
//! a second try (docs "conversations.history", "Message metadata").

use super::client::{Api, Failed};
use super::render;
use crate::chat::find::{APART, Going, History, Page, Posts as Memory};
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::OnceLock;
use tracing::warn;

/// So many messages are asked for at a time.
const PAGE: &str = "200";
/// So many pages are read at most: 20,000 messages.
const PAGES: usize = 100;

/// Who we are in Slack (docs "auth.test"); empty where that is not said.
#[derive(Default)]
struct Us {
    user: String,
    bot: String,
}

impl Us {
    /// False for the message of somebody else, as of another app that marks its messages as we do.
    fn said(&self, message: &Value) -> bool {
        let same = |name: &str, ours: &str| {
            let theirs = message.get(name).and_then(Value::as_str).filter(|theirs| !theirs.is_empty());
            theirs.filter(|_| !ours.is_empty()).map(|theirs| theirs == ours)
        };
        same("bot_id", &self.bot).or_else(|| same("user", &self.user)).unwrap_or(true)
    }
}

/// What is known of messages that may be there.
#[derive(Default)]
pub(super) struct Posts {
    memory: Memory,
    us: OnceLock<Us>,
}

impl Posts {
    /// A message to this channel is under way.
    pub(super) fn sending(&self, channel: &str) -> Going<'_> {
        self.memory.sending(channel)
    }

    /// That message is not there any more.
    pub(super) fn forget(&self, channel: &str, ts: &str) {
        self.memory.forget(channel, ts);
    }

    /// The moment of the message with that key in the channel itself, if it is there since then. If this breaks off, the
    /// next call goes on from there.
    pub(super) async fn find(
        &self,
        api: &Api,
        channel: &str,
        key: &str,
        since: Timestamp,
    ) -> Result<Option<String>, Failed> {
        let history = InChannel { api, us: self.us(api).await?, channel };
        // The newest came first.
        Ok(self.memory.find(&history, channel, key, since).await?.pop())
    }

    /// The moment of the message with that key in a thread.
    pub(super) async fn find_in_thread(
        &self,
        api: &Api,
        (channel, thread): (&str, &str),
        key: &str,
        since: Timestamp,
    ) -> Result<Option<String>, Failed> {
        let us = self.us(api).await?;
        let about = [("channel", channel), ("ts", thread)];
        let oldest = InChannel::mark(since).saturating_sub(InChannel::APART);
        let mut cursor = String::new();
        for _ in 0..PAGES {
            let page = read(api, us, ("conversations.replies", &about), oldest, &cursor).await?;
            if let Some((_, ts)) = page.ours.into_iter().find(|(known, _)| known == key) {
                return Ok(Some(ts));
            }
            if page.next.is_empty() {
                return Ok(None);
            }
            cursor = page.next;
        }
        warn!(channel, thread, "a thread is too long to look through; what is further on counts as not there");
        Ok(None)
    }

    /// Who we are, asked once. What stands in for Slack may not say: then every message may be ours.
    async fn us(&self, api: &Api) -> Result<&Us, Failed> {
        if let Some(us) = self.us.get() {
            return Ok(us);
        }
        let answer = match api.post("auth.test", &json!({})).await {
            Err(failed) if failed.is("unknown_method") => Value::Null,
            answer => answer?,
        };
        let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(self.us.get_or_init(|| Us { user: text("user_id"), bot: text("bot_id") }))
    }
}

/// The history of a channel, the newest first. Marks are seconds.
struct InChannel<'c> {
    api: &'c Api,
    us: &'c Us,
    channel: &'c str,
}

#[async_trait]
impl History for InChannel<'_> {
    type Failed = Failed;
    const PAGES: usize = PAGES;
    const APART: u64 = APART.as_secs().unsigned_abs();

    fn mark(at: Timestamp) -> u64 {
        u64::try_from(at.as_second()).unwrap_or_default()
    }

    async fn read(&self, from: u64, cursor: &str) -> Result<Page, Failed> {
        let about = [("channel", self.channel)];
        read(self.api, self.us, ("conversations.history", &about), from, cursor).await
    }

    /// Such as a cursor that is too old: the next look begins at the newest again.
    fn spoils(failed: &Failed) -> bool {
        matches!(failed, Failed::Refused { .. })
    }
}

/// Reads one page: what is not older than that second, from the cursor on.
async fn read(
    api: &Api,
    us: &Us,
    (method, about): (&'static str, &[(&str, &str)]),
    oldest: u64,
    cursor: &str,
) -> Result<Page, Failed> {
    let oldest = format!("{oldest}.000000");
    let mut params = about.to_vec();
    params.extend([("oldest", oldest.as_str()), ("limit", PAGE), ("include_all_metadata", "true")]);
    if !cursor.is_empty() {
        params.push(("cursor", cursor));
    }
    let answer = api.get(method, &params).await?;
    let next = answer.pointer("/response_metadata/next_cursor").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut page = Page { next, ..Page::default() };
    for message in answer.get("messages").and_then(Value::as_array).into_iter().flatten() {
        let Some(ts) = message.get("ts").and_then(Value::as_str) else { continue };
        page.newest = page.newest.max(ts.split('.').next().and_then(|seconds| seconds.parse().ok()));
        if let Some(key) = key_of(message).filter(|_| us.said(message)) {
            page.ours.push((key, ts.to_owned()));
        }
    }
    Ok(page)
}

/// The key in a message: of its metadata, or of its first block. A person cannot write either.
fn key_of(message: &Value) -> Option<String> {
    let metadata = message.pointer("/metadata/event_payload/key").and_then(Value::as_str).map(str::to_owned);
    metadata.or_else(|| {
        let blocks = message.get("blocks").and_then(Value::as_array)?;
        blocks.iter().filter_map(|b| b.get("block_id")?.as_str()).find_map(render::key_of)
    })
}
