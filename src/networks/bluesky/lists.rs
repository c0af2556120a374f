//! The lists that are walked: notifications, what the account itself posted, and the search.

use super::post::{Raw, at, moment, parts};
use super::walk::{Item, List, Page};
use super::xrpc::Call;
use super::{Bluesky, POSTS_OF_A_PAGE, tid};
use crate::domain::{Post, SourceName};
use crate::networks::CallError;
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

/// What counts as being addressed.
pub(super) const REASONS: [&str; 3] = ["mention", "reply", "quote"];

/// Which list.
#[derive(Clone, Copy)]
pub(super) enum Which<'a> {
    /// Who named, answered or quoted the account (`app.bsky.notification.listNotifications`).
    Notifications,
    /// What the account posted, in whatever app (`app.bsky.feed.getAuthorFeed`).
    Own,
    /// Posts with those words (`app.bsky.feed.searchPosts`).
    Search(&'a str),
}

/// One of them, for one poll.
pub(super) struct Listing<'a> {
    pub(super) bluesky: &'a Bluesky,
    pub(super) which: Which<'a>,
    /// The account that watches.
    pub(super) me: Option<&'a str>,
    pub(super) now: Timestamp,
}

#[async_trait]
impl List for Listing<'_> {
    async fn page(&self, cursor: Option<String>) -> Result<Page, CallError> {
        let limit = POSTS_OF_A_PAGE.to_string();
        let (mut call, what) = match self.which {
            Which::Notifications => {
                let call = Call::get("app.bsky.notification.listNotifications");
                (REASONS.iter().fold(call, |call, reason| call.with("reasons", *reason)), "Bluesky's notifications")
            }
            Which::Own => {
                let call = Call::get("app.bsky.feed.getAuthorFeed").with("actor", self.me.unwrap_or_default());
                (call.with("filter", "posts_with_replies"), "our own posts on Bluesky")
            }
            Which::Search(words) => {
                let call = Call::get("app.bsky.feed.searchPosts").with("q", words).with("sort", "latest");
                (call, "Bluesky's search")
            }
        };
        call = call.with("limit", limit);
        if let Some(cursor) = cursor {
            call = call.with("cursor", cursor);
        }
        let answer = self.bluesky.ask(&call).await.map_err(|fail| fail.read(what))?;
        self.bluesky.note_rest(answer.rest);
        page(self.which, &answer.value, &self.bluesky.config.name, self.me, self.now).ok_or_else(|| CallError::Later {
            why: format!("{what}: the answer has no list in it; is the address in bot.toml right?"),
            after: None,
        })
    }
}

/// What a page of such a list says.
pub(super) fn page(
    which: Which<'_>,
    answer: &Value,
    source: &SourceName,
    me: Option<&str>,
    now: Timestamp,
) -> Option<Page> {
    let (key, inner) = match which {
        Which::Notifications => ("notifications", ""),
        Which::Own => ("feed", "/post"),
        Which::Search(_) => ("posts", ""),
    };
    let entries = answer.get(key)?.as_array()?;
    let items = entries.iter().filter_map(|entry| {
        let view = entry.pointer(inner)?;
        // A repost stands in a feed at its own time, and is no post of its account.
        if matches!(which, Which::Own) && entry.get("reason").is_some() {
            return None;
        }
        let uri = at(view, "/uri")?;
        let sorted = moment(view, "/indexedAt")?;
        let created = moment(view, "/record/createdAt").unwrap_or(sorted);
        let order = if matches!(which, Which::Notifications) { sorted } else { sorted.min(created) };
        // An edited post has another hash, and comes again.
        let id = format!("{uri} {}", at(view, "/cid").unwrap_or_default());
        let at = order.as_millisecond();
        let made = parts(uri).and_then(|(_, _, key)| tid::moment(key)).map_or(at, Timestamp::as_millisecond);
        Some(Item { id, at, made, post: post_of(which, view, source, me, now) })
    });
    Some(Page { items: items.collect(), cursor: at(answer, "/cursor").map(str::to_owned) })
}

fn post_of(which: Which<'_>, view: &Value, source: &SourceName, me: Option<&str>, now: Timestamp) -> Option<Post> {
    let called = match which {
        Which::Notifications => {
            let reason = at(view, "/reason")?;
            if !REASONS.contains(&reason) {
                return None;
            }
            true
        }
        _ => false,
    };
    let raw = Raw::view(view)?;
    let own = me == Some(raw.author.did.as_str());
    if matches!(which, Which::Own) && !own {
        return None;
    }
    raw.post(source, me, called && !own, now)
}
