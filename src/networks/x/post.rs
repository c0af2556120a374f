//! From X's JSON to posts.

use super::wire::{Answer, Tweet, User};
use crate::domain::{Author, Extra, ExtraKind, Native, Post, SourceName};
use crate::networks::plain;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use url::Url;

/// The word on the card.
pub const NETWORK: &str = "x";
/// Characters of a text that are kept.
const TEXT: usize = 20_000;
/// The beginning of time in X's ids, in milliseconds since 1970 (docs.x.com/fundamentals/x-ids).
const EPOCH: u64 = 1_288_834_974_657;

/// What an answer needs to know besides the post.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The version that was seen last, if it is not the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl Reference {
    /// The id to answer, look at and act on.
    pub fn of(post: &Post) -> String {
        let kept = post.native.reference.as_deref().and_then(|r| serde_json::from_str::<Reference>(r).ok());
        kept.and_then(|r| r.version).unwrap_or_else(|| post.external_id.clone())
    }
}

/// As whom posts are read.
#[derive(Clone, Debug)]
pub struct Eyes<'a> {
    /// The source.
    pub source: &'a SourceName,
    /// The account that watches, once it is known.
    pub me: Option<&'a Author>,
    /// A reply to one of our posts is taken as a call although it does not name us.
    pub implicit: bool,
    /// Later versions of edited posts, and the id that each is known by.
    pub versions: &'a BTreeMap<String, String>,
}

/// When X made an id.
pub fn moment(id: u64) -> Option<Timestamp> {
    let ms = (id >> 22).checked_add(EPOCH)?;
    Timestamp::from_millisecond(i64::try_from(ms).ok()?).ok()
}

/// The page of a post.
pub fn page(handle: &str, id: &str) -> String {
    let handle = if is_handle(handle) { handle } else { "i" };
    format!("https://x.com/{handle}/status/{id}")
}

/// Letters, digits and `_`, at most 15 of them; some old ones are longer.
pub fn is_handle(text: &str) -> bool {
    !text.is_empty() && text.len() <= 50 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// An id is a number of at most 19 digits.
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 19 && text.bytes().all(|b| b.is_ascii_digit())
}

/// An account as an author.
pub fn author(user: &User) -> Author {
    let handle = plain::first_line(&user.username, 100);
    Author {
        id: user.id.clone(),
        name: plain::first_line(&plain::from_text(&user.name), 200),
        reach: user.public_metrics.as_ref().and_then(|m| m.followers_count),
        url: is_handle(&handle).then(|| format!("https://x.com/{handle}")),
        handle,
    }
}

/// The text as its author wrote it: whole, without character references, with the addresses that its links lead to.
pub fn text(tweet: &Tweet) -> String {
    let mut text = tweet.whole().to_owned();
    for link in tweet.urls() {
        if let (Some(short), Some(long)) = (&link.url, &link.expanded_url)
            && short.len() > 10
            && short.starts_with("http")
            && Url::parse(long).is_ok()
        {
            text = text.replace(short.as_str(), &plain::first_line(long, 2_000));
        }
    }
    plain::clip(unescaped(&plain::clean(&text)).trim(), TEXT)
}

/// What its links lead to, besides the addresses in the text.
fn extras(tweet: &Tweet, words: &str) -> Vec<Extra> {
    let mut all: Vec<Extra> = Vec::new();
    for link in tweet.urls() {
        let parts = [
            (ExtraKind::Link, link.unwound_url.as_deref().filter(|url| !words.contains(*url))),
            (ExtraKind::Title, link.title.as_deref()),
            (ExtraKind::Description, link.description.as_deref()),
        ];
        for (what, text) in parts {
            let extra = Extra { what, text: plain::first_line(&plain::from_text(text.unwrap_or_default()), 2_000) };
            if !extra.text.is_empty() && !all.contains(&extra) {
                all.push(extra);
            }
        }
    }
    all
}

/// X writes these three as character references, and no others (docs.x.com/x-api/fundamentals/data-dictionary).
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

impl Eyes<'_> {
    /// A post as the desk takes it; nothing of reposts, which say nothing of their own.
    pub fn post(&self, tweet: &Tweet, users: &[User], now: Timestamp) -> Option<Post> {
        if !is_id(&tweet.id) || !is_id(tweet.first_id()) || tweet.refers("retweeted").is_some() {
            return None;
        }
        let stated = tweet.created_at.as_deref().and_then(|t| t.parse::<Timestamp>().ok());
        let posted_at = stated.or_else(|| moment(tweet.number()?))?.min(now);
        let by = tweet.author_id.as_deref();
        let user = users.iter().find(|u| by == Some(u.id.as_str()));
        let author = match (user, self.me) {
            (Some(user), _) => author(user),
            (None, Some(me)) if by == Some(me.id.as_str()) => me.clone(),
            (None, _) => Author { id: by.unwrap_or_default().to_owned(), ..Author::default() },
        };
        let first = tweet.first_id().to_owned();
        let known = |id: &str| self.versions.get(id).cloned().unwrap_or_else(|| id.to_owned());
        let reference = Reference { version: (tweet.id != first).then(|| tweet.id.clone()) };
        let summons = self.summons(tweet);
        let text = text(tweet);
        Some(Post {
            network: NETWORK.to_owned(),
            source: self.source.clone(),
            conversation: tweet.conversation_id.as_deref().filter(|c| is_id(c)).map(known),
            parent: tweet.refers("replied_to").filter(|p| is_id(p)).map(known),
            url: Some(page(&author.handle, &tweet.id)),
            language: tweet.lang.as_deref().and_then(language),
            posted_at,
            addressed: summons
                || self.to_us(tweet)
                || tweet.mentions().any(|m| self.is_me(m.id.as_deref(), m.username.as_deref())),
            native: Native {
                summons,
                reference: reference.version.is_some().then(|| serde_json::to_string(&reference).unwrap_or_default()),
                extras: extras(tweet, &text),
                ..Native::default()
            },
            text,
            author,
            external_id: first,
        })
    }

    fn is_me(&self, id: Option<&str>, handle: Option<&str>) -> bool {
        self.me.is_some_and(|me| {
            id.is_some_and(|id| id == me.id) || handle.is_some_and(|h| h.eq_ignore_ascii_case(&me.handle))
        })
    }

    fn to_us(&self, tweet: &Tweet) -> bool {
        self.is_me(tweet.in_reply_to_user_id.as_deref(), None)
    }

    /// Whether its author called us, as X's rule for replies of self-serve apps has it: they name the account, or quote
    /// one of its posts (docs.x.com/x-api/posts/manage-tweets/integrate, "Reply restrictions").
    ///
    /// X itself puts the handles of a conversation in front of a reply. Those are no call: they stand outside of the range
    /// that is displayed, or, where X does not tell the range, at the beginning of a reply to us.
    fn summons(&self, tweet: &Tweet) -> bool {
        if self.implicit && self.to_us(tweet) {
            return true;
        }
        let shown = tweet.display_text_range.as_ref().and_then(|range| range.first().copied());
        let automatic = match shown {
            Some(first) => first,
            None if self.to_us(tweet) => leading(&tweet.text),
            None => 0,
        };
        let is_me = |m: &super::wire::Named| self.is_me(m.id.as_deref(), m.username.as_deref());
        // The range is one of the short text; a long text names those besides whom its author wrote.
        let named = tweet.mentions().any(|m| m.start >= automatic && is_me(m))
            || tweet.more_mentions().any(|m| m.start >= automatic.max(leading_if(tweet, self)) && is_me(m));
        named || self.quotes_us(tweet)
    }

    /// Whether it quotes a post of ours: the link to what is quoted says whose it is.
    fn quotes_us(&self, tweet: &Tweet) -> bool {
        let Some(me) = self.me.filter(|me| !me.handle.is_empty()) else { return false };
        let Some(quoted) = tweet.refers("quoted") else { return false };
        tweet.urls().filter_map(|link| Url::parse(link.expanded_url.as_deref()?).ok()).any(|url| {
            let host = url.host_str().unwrap_or_default().trim_start_matches("www.");
            let mut path = url.path_segments().into_iter().flatten();
            matches!(host, "x.com" | "twitter.com" | "mobile.twitter.com" | "mobile.x.com")
                && path.next().is_some_and(|h| h.eq_ignore_ascii_case(&me.handle))
                && path.next() == Some("status")
                && path.next() == Some(quoted)
        })
    }
}

/// A long reply to us begins with the same handles as its short text.
fn leading_if(tweet: &Tweet, eyes: &Eyes<'_>) -> usize {
    if eyes.to_us(tweet) { leading(tweet.whole()) } else { 0 }
}

/// Characters of the handles at the beginning of a text.
fn leading(text: &str) -> usize {
    let mut count = 0;
    for word in text.split_inclusive(' ') {
        if !word.starts_with('@') {
            break;
        }
        count += word.chars().count();
    }
    count
}

/// X's languages as BCP 47; its codes for "none" and "cannot tell" are none.
fn language(code: &str) -> Option<String> {
    let good = (2..=12).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match code {
        "und" | "zxx" | "art" => None,
        "iw" => Some("he".to_owned()),
        "in" => Some("id".to_owned()),
        code if code.starts_with('q') || !good => None,
        code => Some(code.to_owned()),
    }
}

/// The posts of one page, as it came over the wire. Never panics, whatever the bytes.
///
/// # Errors
/// Why the page cannot be read.
pub fn read(body: &[u8], source: &SourceName, me: &Author, now: Timestamp) -> Result<Vec<Post>, String> {
    let answer: Answer<Vec<Tweet>> = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let versions = BTreeMap::new();
    let eyes = Eyes { source, me: Some(me), implicit: false, versions: &versions };
    let posts = answer.data.unwrap_or_default();
    Ok(posts.iter().filter_map(|tweet| eyes.post(tweet, &answer.includes.users, now)).collect())
}
