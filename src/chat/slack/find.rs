//! Messages of ours that are there although nobody recorded it: the try before a crash, the answer that never came.
//!
//! Every message carries its key, in its first block and as metadata, and is looked for in the channel's history before
//! a second try (docs "conversations.history", "Message metadata").

use super::client::{Api, Failed};
use super::{lock, render};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Mutex;

/// So many messages are asked for at a time.
const PAGE: &str = "200";
/// So many pages are read at most: 20,000 messages.
const PAGES: usize = 100;
/// Slack's clock may be that far from ours.
const APART: SignedDuration = SignedDuration::from_mins(2);

/// What was found in a channel.
struct Scan {
    since: Timestamp,
    by_key: HashMap<String, String>,
    /// Something may have arrived since.
    stale: bool,
}

/// What is known of messages that may be there.
#[derive(Default)]
pub(super) struct Posts {
    scans: Mutex<HashMap<String, Scan>>,
}

impl Posts {
    /// A message to this channel may have arrived.
    pub(super) fn unsure(&self, channel: &str) {
        if let Some(scan) = lock(&self.scans).get_mut(channel) {
            scan.stale = true;
        }
    }

    /// The moment of the message with that key in the channel itself, if it is there since then.
    pub(super) async fn find(
        &self,
        api: &Api,
        channel: &str,
        key: &str,
        since: Timestamp,
    ) -> Result<Option<String>, Failed> {
        if let Some(scan) = lock(&self.scans).get(channel).filter(|scan| !scan.stale && scan.since <= since) {
            return Ok(scan.by_key.get(key).cloned());
        }
        let by_key = read(api, "conversations.history", &[("channel", channel)], since).await?;
        let found = by_key.get(key).cloned();
        lock(&self.scans).insert(channel.to_owned(), Scan { since, by_key, stale: false });
        Ok(found)
    }

    /// The moment of the message with that key in a thread.
    pub(super) async fn find_in_thread(
        &self,
        api: &Api,
        (channel, thread): (&str, &str),
        key: &str,
        since: Timestamp,
    ) -> Result<Option<String>, Failed> {
        let about = [("channel", channel), ("ts", thread)];
        let by_key = read(api, "conversations.replies", &about, since).await?;
        Ok(by_key.get(key).cloned())
    }
}

/// Keys and moments of all our messages since then.
async fn read(
    api: &Api,
    method: &'static str,
    about: &[(&str, &str)],
    since: Timestamp,
) -> Result<HashMap<String, String>, Failed> {
    let oldest = since.checked_sub(APART).unwrap_or(since).as_second().max(0);
    let oldest = format!("{oldest}.000000");
    let mut by_key = HashMap::new();
    let mut cursor = String::new();
    for _ in 0..PAGES {
        let mut params = about.to_vec();
        params.extend([("oldest", oldest.as_str()), ("limit", PAGE), ("include_all_metadata", "true")]);
        if !cursor.is_empty() {
            params.push(("cursor", &cursor));
        }
        let page = api.get(method, &params).await?;
        for message in page.get("messages").and_then(Value::as_array).into_iter().flatten() {
            if let (Some(key), Some(ts)) = (key_of(message), message.get("ts").and_then(Value::as_str)) {
                by_key.insert(key, ts.to_owned());
            }
        }
        let next = page.pointer("/response_metadata/next_cursor").and_then(Value::as_str).unwrap_or_default();
        if next.is_empty() {
            return Ok(by_key);
        }
        next.clone_into(&mut cursor);
    }
    Err(Failed::Unsure("the channel's history is too long to look through".to_owned()))
}

/// The key in a message: of its metadata, or of its first block. A person cannot write either.
fn key_of(message: &Value) -> Option<String> {
    let metadata = message.pointer("/metadata/event_payload/key").and_then(Value::as_str).map(str::to_owned);
    metadata.or_else(|| {
        let blocks = message.get("blocks").and_then(Value::as_array)?;
        blocks.iter().filter_map(|b| b.get("block_id")?.as_str()).find_map(render::key_of)
    })
}
