//! What an instance says of itself: who it is, how long a post may be, where it streams.

use super::api::{Api, Failed};
use crate::domain::LengthRule;
use crate::networks::plain;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// They are read again after so many seconds: a day.
const FRESH: i64 = 24 * 3600;
/// Characters of a post where the instance does not say it, as on Mastodon by default.
const USUAL: usize = 500;
/// What a link counts on Mastodon where the instance does not say it.
const LINK: usize = 23;
/// Kept free for the author's name in front of a reply, where the server after it is not counted: names have at most 30
/// characters on Mastodon.
const NAME: usize = 32;
/// Kept free for the author's name where it is counted in full.
const FULL_NAME: usize = 64;

/// An instance's rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rules {
    /// The server's part of its accounts' names.
    pub(super) domain: String,
    /// The version as it states it.
    pub(super) version: String,
    /// Characters of a post.
    pub(super) limit: usize,
    /// What a link counts; `None` where everything is counted in full.
    pub(super) link: Option<usize>,
    /// Where it streams, if it says so.
    pub(super) streaming: Option<String>,
    /// It has notifications for quotes (Mastodon 4.5).
    pub(super) quotes: bool,
    /// When this was read, by the desk's clock.
    pub(super) read_at: Timestamp,
}

impl Rules {
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        (0..FRESH).contains(&(now.as_second() - self.read_at.as_second()))
    }

    /// The rule for what staff write: without the author's name, for which room is kept.
    pub(super) fn length(rules: Option<&Rules>) -> LengthRule {
        match rules {
            None => LengthRule::Chars(USUAL - FULL_NAME),
            Some(Rules { limit, link: Some(link), .. }) => {
                LengthRule::Fediverse { limit: limit - NAME.min(limit / 4), link: *link }
            }
            Some(Rules { limit, link: None, .. }) => LengthRule::Chars(limit - FULL_NAME.min(limit / 4)),
        }
    }

    /// The rule for a whole post.
    pub(super) fn whole(&self) -> LengthRule {
        match self.link {
            Some(link) => LengthRule::Fediverse { limit: self.limit, link },
            None => LengthRule::Chars(self.limit),
        }
    }
}

/// Asks the instance: in the newer form, or else in the older one.
pub(super) async fn ask(api: &Api, now: Timestamp) -> Result<Rules, Failed> {
    let newer: Result<Value, Failed> = api.get(&["api", "v2", "instance"], &[]).await;
    let instance = match newer {
        Ok(instance) if instance.is_object() => instance,
        Ok(_) | Err(Failed::Refused(..) | Failed::Unreadable(_)) => api.get(&["api", "v1", "instance"], &[]).await?,
        Err(failed) => return Err(failed),
    };
    read(&instance, api.base(), now).ok_or_else(|| Failed::Unreadable("it does not describe an instance".to_owned()))
}

/// Reads an instance of either form.
pub(super) fn read(instance: &Value, base: &Url, now: Timestamp) -> Option<Rules> {
    let text = |at: &str| instance.pointer(at).and_then(Value::as_str).filter(|s| !s.is_empty());
    let count = |at: &str| {
        let number = instance.pointer(at).and_then(Value::as_u64).filter(|n| *n > 0)?;
        usize::try_from(number).ok()
    };
    let version = plain::first_line(text("/version")?, 100);
    let host = base.host_str().unwrap_or_default();
    let here = base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    // The older form has an address in some servers, and a name in others.
    let stated = text("/domain").or_else(|| text("/uri")).unwrap_or(&here);
    let stated = stated.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    let limit = count("/configuration/statuses/max_characters").or_else(|| count("/max_toot_chars")).unwrap_or(USUAL);
    let link = count("/configuration/statuses/characters_reserved_per_url").unwrap_or(LINK);
    let source = text("/source_url").unwrap_or_default();
    Some(Rules {
        domain: plain::first_line(stated, 200).to_lowercase(),
        link: is_mastodon(&version, source).then_some(link),
        limit,
        streaming: text("/configuration/urls/streaming").or_else(|| text("/urls/streaming_api")).map(str::to_owned),
        quotes: is_mastodon(&version, source)
            && instance.pointer("/api_versions/mastodon").and_then(Value::as_u64).is_some_and(|v| v >= 7),
        version,
        read_at: now,
    })
}

/// Whether it counts characters as Mastodon does. Others state Mastodon's numbers, and count everything in full
/// (`GoToSocial` does), so for them the number is an upper bound.
fn is_mastodon(version: &str, source: &str) -> bool {
    let words = format!("{version} {source}").to_lowercase();
    let other = ["compatible", "gotosocial", "mitra", "pleroma", "akkoma", "pixelfed", "friendica", "takahe"];
    let major: u32 = version.split('.').next().and_then(|n| n.parse().ok()).unwrap_or_default();
    major >= 2 && !other.iter().any(|name| words.contains(name))
}
