//! Feeds: RSS 0.9x, 1.0, 2.0 (RSS Advisory Board), RDF Site Summary, Atom (RFC 4287) and JSON Feed 1.1, polled with
//! conditional requests (RFC 9110, section 13). Read-only: the card links out.

mod cursor;
mod extras;
mod mend;
mod parse;

pub use parse::{Document, Item, parse};

use super::{Batch, CallError, First, Look, Network, Outgoing, Sent, http};
use crate::domain::{Author, Capabilities, Cursor, LengthRule, Native, Post, SourceName};
use async_trait::async_trait;
use cursor::Position;
use jiff::Timestamp;
use reqwest::header::{
    ACCEPT, CONTENT_TYPE, ETAG, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
};
use reqwest::{Client, Response, StatusCode};
use sha2::{Digest, Sha256};
use std::time::Duration;
use url::Url;

/// One watched feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedConfig {
    /// The configured name of the source.
    pub name: SourceName,
    /// The address of the feed, http or https.
    pub url: String,
    /// How often to poll.
    pub every: Duration,
    /// The whole call may take so long, redirects and body included.
    pub timeout: Duration,
    /// Bytes of the document after decompression.
    pub limit: usize,
}

impl FeedConfig {
    /// A feed with the usual limits: 30 seconds and 10 MiB.
    pub fn new(name: impl Into<String>, url: impl Into<String>, every: Duration) -> Self {
        Self {
            name: SourceName::new(name),
            url: url.into(),
            every,
            timeout: Duration::from_secs(30),
            limit: 10 * 1024 * 1024,
        }
    }
}

/// How many redirects are followed.
const HOPS: usize = 5;

/// A feed, ready to be polled.
pub struct FeedNetwork {
    config: FeedConfig,
    url: Url,
    client: Client,
}

impl FeedNetwork {
    /// A feed by its configuration.
    ///
    /// # Errors
    /// [`CallError::Never`] with a sentence if the address is not one of the web.
    pub fn new(config: FeedConfig) -> Result<Self, CallError> {
        let url = Url::parse(config.url.trim())
            .ok()
            .filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host())
            .ok_or_else(|| CallError::Never {
                why: format!("the feed address of \"{}\" must begin with http:// or https://", config.name),
            })?;
        let client = http::client(config.timeout)?;
        Ok(Self { config, url, client })
    }

    /// The document and the address that it came from in the end; `None` if it is the same as last time.
    async fn fetch(&self, position: &Position, now: Timestamp) -> Result<Option<(Response, Url)>, CallError> {
        let mut url = self.url.clone();
        let mut permanent = true;
        for _ in 0..=HOPS {
            let mut request = self.client.get(url.clone()).header(
                ACCEPT,
                "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
            );
            let validators = [(IF_NONE_MATCH, &position.etag), (IF_MODIFIED_SINCE, &position.modified)];
            for (name, value) in validators {
                if let Some(value) = value.as_deref().and_then(|v| HeaderValue::from_str(v).ok()) {
                    request = request.header(name, value);
                }
            }
            let response = request.send().await.map_err(|e| http::failed_read("the feed could not be fetched", &e))?;
            let status = response.status();
            match status {
                StatusCode::NOT_MODIFIED => return Ok(None),
                StatusCode::MOVED_PERMANENTLY
                | StatusCode::FOUND
                | StatusCode::SEE_OTHER
                | StatusCode::TEMPORARY_REDIRECT
                | StatusCode::PERMANENT_REDIRECT => {
                    permanent &= matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
                    url = self.redirected(&url, &response)?;
                    if permanent {
                        tracing::warn!(source = %self.config.name, "the feed has moved for good; please change its address in bot.toml");
                    }
                }
                status if status.is_success() => return Ok(Some((response, url))),
                status => return Err(refused(status, http::retry_after(response.headers(), now))),
            }
        }
        Err(CallError::Later { why: format!("the feed redirects more than {HOPS} times"), after: None })
    }

    fn redirected(&self, from: &Url, response: &Response) -> Result<Url, CallError> {
        response
            .headers()
            .get(LOCATION)
            .and_then(|l| from.join(&String::from_utf8_lossy(l.as_bytes())).ok())
            .filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host())
            .ok_or_else(|| CallError::Later {
                why: format!("the feed of \"{}\" redirects to nowhere; please check its address", self.config.name),
                after: None,
            })
    }

    fn post(&self, item: Item, title: &str, now: Timestamp) -> Post {
        let name = if item.author.is_empty() { title.to_owned() } else { item.author };
        // Feeds have no accounts: the same name in the same feed is the same author.
        let author_id = format!("{}#{name}", self.config.url);
        let own = item.id.strip_prefix("http").is_some();
        Post {
            network: NETWORK.to_owned(),
            source: self.config.name.clone(),
            external_id: if own { item.id } else { format!("{}#{}", self.config.url, item.id) },
            conversation: None,
            parent: None,
            author: Author { id: author_id, name, handle: String::new(), reach: None, url: item.author_url },
            text: item.text,
            url: item.url,
            language: item.language,
            posted_at: item.posted_at.unwrap_or(now),
            addressed: false,
            native: Native { extras: item.extras, ..Native::default() },
        }
    }
}

/// The word on the card.
const NETWORK: &str = "feed";

fn refused(status: StatusCode, after: Option<Duration>) -> CallError {
    let later = |why: &str| CallError::Later { why: why.to_owned(), after };
    match status {
        StatusCode::GONE => CallError::Never {
            why: "the feed is gone for good (410); remove the source from bot.toml or give it a new address".to_owned(),
        },
        StatusCode::NOT_FOUND => later("there is no feed at this address (404); please check it"),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => later("the feed's server refuses us (401 or 403)"),
        StatusCode::TOO_MANY_REQUESTS => later("the feed's server asks us to come less often (429)"),
        status => later(&format!("the feed's server answered {}", status.as_u16())),
    }
}

/// 64 bits of SHA-256 in hexadecimal: enough to tell the items of one feed apart.
fn short_hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    format!("{:016x}", digest.iter().take(8).fold(0u64, |sum, byte| sum << 8 | u64::from(*byte)))
}

#[async_trait]
impl Network for FeedNetwork {
    fn source(&self) -> &SourceName {
        &self.config.name
    }

    fn network(&self) -> &str {
        NETWORK
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::READ_ONLY
    }

    fn length(&self) -> LengthRule {
        LengthRule::Unlimited
    }

    fn interval(&self) -> Option<Duration> {
        Some(self.config.every)
    }

    async fn poll(&self, cursor: Option<&Cursor>, first: First, now: Timestamp) -> Result<Batch, CallError> {
        // A position that cannot be read must not flood the channel with everything: it counts as a first sight.
        let known = cursor.and_then(Position::read);
        if known.is_none() && cursor.is_some() {
            tracing::warn!(source = %self.config.name, "the feed's stored position is not readable; starting from now");
        }
        let first = if cursor.is_some() { First::Now } else { first };
        let this_feed = short_hash(self.url.as_str());
        let mut position = known.unwrap_or_default();
        if position.feed != this_feed {
            // Another address: what the old one said of its document means nothing here.
            (position.etag, position.modified) = (None, None);
        }
        let Some((mut response, from)) = self.fetch(&position, now).await? else {
            return Ok(Batch::default());
        };
        let header = |name| response.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let (etag, modified, kind) = (header(ETAG), header(LAST_MODIFIED), header(CONTENT_TYPE));
        let bytes = http::read(&mut response, self.config.limit)
            .await
            .map_err(|e| http::failed_read("the feed broke off", &e))?
            .ok_or_else(|| CallError::Later {
                why: format!("the feed is larger than {} bytes and was not read", self.config.limit),
                after: None,
            })?;
        // Megabytes of somebody else's XML: not on a thread that others wait for.
        let document = tokio::task::spawn_blocking(move || parse(&bytes, kind.as_deref(), from.as_str(), now))
            .await
            .unwrap_or_else(|_| Err("reading it was broken off".to_owned()))
            .map_err(|why| CallError::Later { why: format!("the feed cannot be read: {why}"), after: None })?;

        let Document { title, items } = document;
        let keys: Vec<Vec<String>> = items.iter().map(|i| i.keys.iter().map(|k| short_hash(k)).collect()).collect();
        let first_sight = position.is_new_feed(&this_feed, &keys.concat());
        let known = position.known();
        let fresh = |item: &Item, keys: &[String]| match (first_sight, first) {
            (true, First::Now) => false,
            (true, First::Since(since)) => item.posted_at.is_none_or(|at| at >= since),
            (false, _) => !keys.iter().any(|k| known.contains(k.as_str())),
        };
        let posts = items
            .into_iter()
            .zip(&keys)
            .filter(|(item, keys)| fresh(item, keys))
            .map(|(item, _)| self.post(item, &title, now))
            .collect();
        let before = position.clone();
        position.note(&this_feed, etag, modified, &keys.concat());
        let cursor = (position != before).then(|| position.write());
        Ok(Batch { posts, cursor, more: false, rest: None })
    }

    async fn look(&self, _post: &Post) -> Result<Look, CallError> {
        Err(read_only())
    }

    async fn reply(&self, _reply: &Outgoing, _now: Timestamp) -> Result<Sent, CallError> {
        Err(read_only())
    }

    async fn find_reply(&self, _reply: &Outgoing) -> Result<Option<Sent>, CallError> {
        Err(read_only())
    }
}

fn read_only() -> CallError {
    CallError::Never { why: "a feed can only be read; open the post and answer there".to_owned() }
}
