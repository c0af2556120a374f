//! Messages of ours that are there although nobody recorded it: the try before a crash, the answer that never came.
//!
//! Every message carries its key, in its first block and as metadata, and is looked for in the channel's history before
//! a second try (docs "conversations.history", "Message metadata"). What was read once is kept: the next look reads only
//! what is newer, and one that was broken off goes on where it was.

use super::client::{Api, Failed};
use super::{lock, render};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};
use tracing::warn;

/// So many messages are asked for at a time.
const PAGE: &str = "200";
/// So many pages are read at most: 20,000 messages. Whatever is older counts as not there.
const PAGES: usize = 100;
/// Slack's clock may be that far from ours.
const APART: SignedDuration = SignedDuration::from_mins(2);
/// So many messages are remembered of a channel; beyond that its history is read again when it is needed.
const REMEMBERED: usize = 50_000;

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

/// A look through a channel's history, the newest first, as far as it has come.
#[derive(Clone)]
struct Pass {
    /// When it is done, everything since then is known.
    since: Timestamp,
    /// It ends at this second, by Slack's clock.
    oldest: i64,
    /// The newest message that it met, in seconds by Slack's clock.
    newest: Option<i64>,
    /// So much may have arrived before it began.
    arrived: u64,
    /// Where the next page begins; empty: at the newest.
    cursor: String,
    /// So many pages are read.
    pages: usize,
}

/// What is known of a channel.
#[derive(Default)]
struct Known {
    /// Everything since then is known, but for what may have arrived after the last look.
    since: Option<Timestamp>,
    /// The newest message that was met, in seconds by Slack's clock.
    newest: Option<i64>,
    /// Our messages: key and moment.
    by_key: HashMap<String, String>,
    /// So many messages may have arrived without anybody having heard.
    arrived: u64,
    /// For so many of them it was looked.
    looked: u64,
    /// The look that is under way.
    pass: Option<Pass>,
}

impl Known {
    fn covers(&self, since: Timestamp) -> bool {
        self.since.is_some_and(|known| known <= since)
    }

    /// A look that makes everything known since then: at what is new only, where that is enough.
    fn look(&self, since: Timestamp) -> Pass {
        let (since, from) = match (self.since, self.newest) {
            (Some(known), Some(newest)) if known <= since => (known, newest),
            _ => (since, since.as_second()),
        };
        let oldest = from.saturating_sub(APART.as_secs()).max(0);
        Pass { since, oldest, newest: None, arrived: self.arrived, cursor: String::new(), pages: 0 }
    }

    /// Takes in what a page says.
    fn take(&mut self, mut pass: Pass, page: Page) {
        self.by_key.extend(page.by_key);
        pass.newest = pass.newest.max(page.newest);
        pass.pages += 1;
        pass.cursor = page.next;
        let too_long = pass.pages >= PAGES && !pass.cursor.is_empty();
        if too_long {
            warn!("a channel's history is too long to look through; what is older counts as not there");
        }
        if too_long || pass.cursor.is_empty() {
            self.since = Some(pass.since);
            self.newest = self.newest.max(pass.newest);
            self.looked = pass.arrived;
            self.pass = None;
        } else {
            self.pass = Some(pass);
        }
    }
}

/// What is known of messages that may be there.
#[derive(Default)]
pub(super) struct Posts {
    channels: Mutex<HashMap<String, Known>>,
    us: OnceLock<Us>,
}

impl Posts {
    /// A message to this channel may arrive from now on, whether or not anybody hears of it.
    pub(super) fn sending(&self, channel: &str) {
        lock(&self.channels).entry(channel.to_owned()).or_default().arrived += 1;
    }

    /// What was told to [`Posts::sending`] did not arrive.
    pub(super) fn refused(&self, channel: &str) {
        if let Some(known) = lock(&self.channels).get_mut(channel) {
            known.arrived = known.arrived.saturating_sub(1);
        }
    }

    /// What was told to [`Posts::sending`] stands in the channel itself, with this key, at this moment.
    pub(super) fn posted(&self, channel: &str, key: &str, ts: &str) {
        self.refused(channel);
        let mut channels = lock(&self.channels);
        let Some(known) = channels.get_mut(channel).filter(|k| k.since.is_some() || k.pass.is_some()) else { return };
        if known.by_key.len() >= REMEMBERED {
            *known = Known::default();
        } else {
            known.by_key.insert(key.to_owned(), ts.to_owned());
        }
    }

    /// The message with that key is not there any more.
    pub(super) fn forget(&self, channel: &str, key: &str) {
        if let Some(known) = lock(&self.channels).get_mut(channel) {
            known.by_key.remove(key);
        }
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
        let us = self.us(api).await?;
        loop {
            let pass = {
                let mut channels = lock(&self.channels);
                let known = channels.entry(channel.to_owned()).or_default();
                match known.pass.clone().filter(|pass| pass.since <= since) {
                    Some(pass) => pass,
                    None if known.covers(since) && known.looked >= known.arrived => {
                        return Ok(known.by_key.get(key).cloned());
                    }
                    None => known.pass.insert(known.look(since)).clone(),
                }
            };
            let page =
                read(api, us, ("conversations.history", &[("channel", channel)]), pass.oldest, &pass.cursor).await;
            let mut channels = lock(&self.channels);
            let known = channels.entry(channel.to_owned()).or_default();
            match page {
                Ok(page) => known.take(pass, page),
                Err(failed) => {
                    // Such as a cursor that is too old: the next look begins at the newest again.
                    if matches!(failed, Failed::Refused { .. }) {
                        known.pass = None;
                    }
                    return Err(failed);
                }
            }
        }
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
        let oldest = since.as_second().saturating_sub(APART.as_secs()).max(0);
        let mut cursor = String::new();
        for _ in 0..PAGES {
            let mut page = read(api, us, ("conversations.replies", &about), oldest, &cursor).await?;
            if let Some(ts) = page.by_key.remove(key) {
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

/// A page of a history.
struct Page {
    /// Our messages: key and moment.
    by_key: HashMap<String, String>,
    /// Its newest message, in seconds.
    newest: Option<i64>,
    /// Where the next one begins; empty after the last.
    next: String,
}

/// Reads one page: what is not older than that second, from the cursor on.
async fn read(
    api: &Api,
    us: &Us,
    (method, about): (&'static str, &[(&str, &str)]),
    oldest: i64,
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
    let mut page = Page { by_key: HashMap::new(), newest: None, next };
    for message in answer.get("messages").and_then(Value::as_array).into_iter().flatten() {
        let Some(ts) = message.get("ts").and_then(Value::as_str) else { continue };
        page.newest = page.newest.max(ts.split('.').next().and_then(|seconds| seconds.parse().ok()));
        if let Some(key) = key_of(message).filter(|_| us.said(message)) {
            page.by_key.insert(key, ts.to_owned());
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
