//! What goes out: replies, messages, likes, reposts, follows, and taking them back.

use super::api::{As, Failed, Refused, never, read_failed, write_failed};
use super::cost::price;
use super::lists::List;
use super::mark::Range;
use super::post::{Reference, is_id, moment, page};
use super::wire::{Answer, Made, Tweet};
use super::{Tier, X};
use crate::domain::{Act, Post};
use crate::networks::{CallError, Deed, Network as _, Outgoing, Sent, plain};
use icu_normalizer::ComposingNormalizerBorrowed;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

/// Clocks may be so far apart: an own post that seems older than the reply by this much is another one.
const CLOCKS: SignedDuration = SignedDuration::from_mins(10);
/// Pages of own posts that are looked through.
const PAGES: usize = 32;

impl X {
    pub(super) async fn send(&self, reply: &Outgoing, now: Timestamp) -> Result<Sent, CallError> {
        let what = "the reply";
        self.needs_user()?;
        let parent = parent(reply);
        if self.config.tier == Tier::PayPerUse && cashtags(&reply.text) > 1 {
            return Err(never("X takes only one $TICKER in a reply of a self-serve app; leave the others out"));
        }
        // Whoever is asked later where a reply is must know whose posts to look at.
        self.know_account(now).await?;
        let body = json!({ "text": reply.text, "reply": { "in_reply_to_tweet_id": parent } });
        let bytes = match self.api.call(Method::POST, "/2/tweets", &[], Some(&body), As::User).await {
            Ok(bytes) => bytes,
            Err(Failed::Refused(no)) if no.status == 403 && is_duplicate(&no) => {
                return self.duplicate(reply, now).await;
            }
            Err(Failed::Refused(no)) if matches!(no.status, 400 | 403 | 404) && no.common().is_none() => {
                return Err(not_allowed(&no, &reply.post));
            }
            Err(failed) => return Err(write_failed(what, failed)),
        };
        let id = serde_json::from_slice::<Answer<Made>>(&bytes).ok().and_then(|a| a.data).and_then(|d| d.id);
        let Some(id) = id.filter(|id| is_id(id)) else {
            return Err(CallError::Unknown { why: format!("{what}: X took it and did not say where it is") });
        };
        self.book.done(reply_price(reply), now);
        Ok(self.sent(&id, now))
    }

    /// A post of ours. Its id says when X made it, unless a server makes ids up.
    fn sent(&self, id: &str, now: Timestamp) -> Sent {
        let made = id.parse().ok().and_then(moment).filter(|m| m.duration_since(now).abs() < CLOCKS);
        let handle = self.me().map(|me| me.handle).unwrap_or_default();
        Sent { external_id: id.to_owned(), url: Some(page(&handle, id)), posted_at: made.unwrap_or(now) }
    }

    /// X says that the same words are there: an earlier try that arrived, or words that were used elsewhere.
    async fn duplicate(&self, reply: &Outgoing, now: Timestamp) -> Result<Sent, CallError> {
        let own = self.own_since(&reply.post, now).await?;
        if let Some(found) = self.among(&own, reply) {
            return Ok(found);
        }
        let words = bare(&reply.text);
        if own.iter().any(|tweet| bare(&super::post::text(tweet)) == words) {
            return Err(never("X refuses the same words twice, and the account has said these lately; change some"));
        }
        Err(CallError::Unknown {
            why: "X says that these words are there already, and does not show where yet".to_owned(),
        })
    }

    fn needs_user(&self) -> Result<(), CallError> {
        if self.api.has_user() {
            return Ok(());
        }
        Err(never("this source has no keys of an account at X; open the post and answer there, or add the four keys"))
    }

    pub(super) async fn find(&self, reply: &Outgoing, now: Timestamp) -> Result<Option<Sent>, CallError> {
        self.needs_user()?;
        self.know_account(now).await?;
        let own = self.own_since(&reply.post, now).await?;
        Ok(self.among(&own, reply))
    }

    /// The account's posts since that post, the newest first. Reading them is part of sending: it goes on when the budget
    /// is used up, and is noted. A reply is newer than what it answers, by X's clock too; where an id tells no moment the
    /// time says it, since some servers compare ids as texts.
    pub(super) async fn own_since(&self, post: &Post, now: Timestamp) -> Result<Vec<Tweet>, CallError> {
        let path = format!("/2/users/{}/tweets", self.account_id());
        let mut own: Vec<Tweet> = Vec::new();
        let mut token: Option<String> = None;
        let from = earlier(post.posted_at);
        let since = Range { above: post.external_id.parse().ok(), from, floor: from }.parameter(now);
        for _ in 0..PAGES {
            let mut query = vec![("max_results", "100".to_owned()), ("exclude", "retweets".to_owned())];
            query.push(since.clone());
            query.extend(token.take().map(|t| ("pagination_token", t)));
            let bytes = self.api.read(&path, query, false, As::User).await;
            let bytes = bytes.map_err(|failed| read_failed(List::Own.words(), failed))?;
            let answer = self.bought(&bytes, price::OWNED, List::Own.words(), now)?;
            let before = own.len();
            let fresh: Vec<Tweet> =
                answer.data.unwrap_or_default().into_iter().filter(|t| !own.iter().any(|o| o.id == t.id)).collect();
            own.extend(fresh);
            token = answer.meta.next_token.filter(|t| !t.is_empty());
            if token.is_none() || own.len() == before {
                return Ok(own);
            }
        }
        Err(never(
            "the account has posted too much since to find the reply; look at the post, then say whether it is there",
        ))
    }

    /// The reply among own posts: the same words below the same post, made since, and no other one that is known. Where a
    /// server does not tell what a post answers, the words alone.
    fn among(&self, own: &[Tweet], reply: &Outgoing) -> Option<Sent> {
        let answered = match &reply.after {
            Some(sent) => vec![sent.external_id.clone()],
            None => vec![reply.post.external_id.clone(), Reference::of(&reply.post)],
        };
        let words = bare(&reply.text);
        // Send was pressed by the desk's clock, which may be ahead by anything.
        let pressed = earlier(reply.at);
        let since = earlier(reply.at.min(reply.post.posted_at));
        let at = |tweet: &Tweet| tweet.created_at.as_deref().and_then(|t| t.parse::<Timestamp>().ok());
        let same = |tweet: &Tweet| bare(&super::post::text(tweet)) == words;
        let candidates = || {
            let fits = |tweet: &&Tweet| {
                let known = reply.known.iter().any(|k| k == tweet.first_id() || *k == tweet.id);
                !known && at(tweet).is_none_or(|at| at >= since)
            };
            own.iter().filter(fits)
        };
        let answers = |tweet: &Tweet| tweet.refers("replied_to").is_some_and(|p| answered.iter().any(|a| a == p));
        // The words alone are too little for what is older.
        let alone = |tweet: &Tweet| tweet.refers("replied_to").is_none() && at(tweet).is_none_or(|at| at >= pressed);
        let found =
            candidates().find(|t| answers(t) && same(t)).or_else(|| candidates().find(|t| alone(t) && same(t)))?;
        let handle = self.me().map(|me| me.handle).unwrap_or_default();
        let id = found.first_id();
        Some(Sent {
            external_id: id.to_owned(),
            url: Some(page(&handle, id)),
            posted_at: at(found).unwrap_or(reply.at),
        })
    }

    pub(super) async fn deed(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        if !self.capabilities().allows(deed.act) {
            return Err(never("X does not let this app do that; open the post and do it there"));
        }
        self.know_account(now).await?;
        let me = self.account_id();
        let post = Reference::of(&deed.post);
        let (author, undo) = (&deed.post.author.id, deed.undo);
        let (method, path, body, what) = match deed.act {
            Act::Retract => return self.retract(deed, now).await,
            Act::Message => return self.message(deed, now).await,
            Act::Like if undo => (Method::DELETE, format!("/2/users/{me}/likes/{post}"), None, "taking the like back"),
            Act::Like => (Method::POST, format!("/2/users/{me}/likes"), Some(json!({ "tweet_id": post })), "the like"),
            Act::Repost if undo => {
                (Method::DELETE, format!("/2/users/{me}/retweets/{post}"), None, "taking the repost back")
            }
            Act::Repost => {
                (Method::POST, format!("/2/users/{me}/retweets"), Some(json!({ "tweet_id": post })), "the repost")
            }
            Act::Follow if !is_id(author) => return Err(never("X does not say who wrote this; follow them there")),
            Act::Follow if undo => (Method::DELETE, format!("/2/users/{me}/following/{author}"), None, "unfollowing"),
            Act::Follow => (
                Method::POST,
                format!("/2/users/{me}/following"),
                Some(json!({ "target_user_id": author })),
                "following",
            ),
        };
        self.change(method, &path, body.as_ref(), what).await?;
        self.book.done(if undo { price::DELETE } else { price::INTERACTION }, now);
        let id = if deed.act == Act::Follow { author.clone() } else { post };
        Ok(Sent { external_id: id, url: deed.post.url.clone(), posted_at: now })
    }

    /// Something that X answers with `data` if it happened.
    async fn change(&self, method: Method, path: &str, body: Option<&Value>, what: &str) -> Result<Value, CallError> {
        let bytes = self.api.call(method, path, &[], body, As::User).await.map_err(|f| write_failed(what, f))?;
        let answer = serde_json::from_slice::<Answer<Value>>(&bytes).ok();
        match answer {
            Some(Answer { data: Some(data), .. }) => Ok(data),
            Some(answer) if !answer.errors.is_empty() => {
                let said = answer.errors.first().and_then(|p| p.said()).unwrap_or("no reason given");
                Err(never(format!("{what}: X refuses: {}", plain::first_line(said, 200))))
            }
            _ => Err(CallError::Unknown { why: format!("{what}: X answered something unreadable") }),
        }
    }

    async fn message(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        let to = &deed.post.author.id;
        if !is_id(to) {
            return Err(never("X does not say who wrote this; write to them there"));
        }
        let path = format!("/2/dm_conversations/with/{to}/messages");
        let body = json!({ "text": deed.text });
        let data = self.change(Method::POST, &path, Some(&body), "the message").await?;
        self.book.done(price::MESSAGE, now);
        let made: Option<Made> = serde_json::from_value(data).ok();
        let id = made.and_then(|m| m.dm_event_id.or(m.id)).filter(|id| is_id(id));
        let Some(id) = id else {
            return Err(CallError::Unknown { why: "the message: X took it and did not say where it is".to_owned() });
        };
        Ok(Sent { url: None, ..self.sent(&id, now) })
    }

    /// Deletes own posts; one that is gone is deleted.
    async fn retract(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        for id in deed.targets.iter().filter(|id| is_id(id)) {
            let gone = match self.api.call(Method::DELETE, &format!("/2/tweets/{id}"), &[], None, As::User).await {
                Ok(_) => true,
                Err(Failed::Refused(no)) if no.status == 404 || no.problem.is("resource-not-found") => false,
                Err(failed) => return Err(write_failed("deleting the reply", failed)),
            };
            if gone {
                self.book.done(price::DELETE, now);
            }
        }
        let id = deed.targets.last().cloned().unwrap_or_default();
        Ok(Sent { external_id: id, url: deed.post.url.clone(), posted_at: now })
    }
}

/// So much earlier as clocks may be apart.
fn earlier(at: Timestamp) -> Timestamp {
    at.checked_sub(CLOCKS).unwrap_or(at)
}

/// The post that a reply answers.
fn parent(reply: &Outgoing) -> String {
    reply.after.as_ref().map_or_else(|| Reference::of(&reply.post), |sent| sent.external_id.clone())
}

/// What a reply costs (docs.x.com/x-api/getting-started/pricing): one to somebody who called us has a price of its own.
fn reply_price(reply: &Outgoing) -> super::cost::Mills {
    match (reply.post.native.summons && reply.after.is_none(), has_link(&reply.text)) {
        (true, _) => price::REPLY_SUMMONED,
        (false, true) => price::REPLY_WITH_LINK,
        (false, false) => price::REPLY,
    }
}

fn is_duplicate(no: &Refused) -> bool {
    no.body.to_ascii_lowercase().contains("duplicate content")
}

/// X will not take this reply: the person can answer there.
fn not_allowed(no: &Refused, post: &Post) -> CallError {
    let said = if no.said.is_empty() { String::new() } else { format!(": {}", no.said) };
    let there = post.url.as_deref().map(|url| format!(": {url}")).unwrap_or_default();
    let why = match no.status {
        403 => format!("X does not let this app answer the post (403){said}. Open it and answer there{there}"),
        code => format!("X refuses the reply ({code}){said}. Change it, or open the post and answer there{there}"),
    };
    never(why)
}

/// A text for comparison: composed, without the handles in front, each run of blanks one, links as X writes them out.
fn bare(text: &str) -> String {
    let text = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    let words = text.split_whitespace().skip_while(|w| w.starts_with('@'));
    let plainly = |w: &str| {
        let scheme = w.strip_prefix("https://").or_else(|| w.strip_prefix("http://"));
        scheme.unwrap_or(w).trim_end_matches('/').to_owned()
    };
    words.map(plainly).collect::<Vec<_>>().join(" ")
}

/// What X takes for `$TICKER`.
fn cashtags(text: &str) -> usize {
    let tag = |w: &&str| {
        w.strip_prefix('$').is_some_and(|t| t.chars().next().is_some_and(|c| c.is_ascii_alphabetic()) && t.len() <= 8)
    };
    text.split_whitespace().filter(tag).count()
}

/// Whether X may find a link in it.
fn has_link(text: &str) -> bool {
    text.contains("://")
        || text.split_whitespace().any(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).contains('.'))
}
