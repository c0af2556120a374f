//! Hacker News by Algolia's public search (`search_by_date`): no key, read-only, at most 1,000 hits per query. Each term
//! is searched in windows of time that overlap, since posts are indexed late; ids already seen are left out.

use super::{Batch, CallError, First, Look, Network, Outgoing, Sent, http, plain};
use crate::domain::{Author, Capabilities, Cursor, Extra, ExtraKind, LengthRule, Native, Post, SourceName};
use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Client;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use url::Url;

/// One watch on Hacker News.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HackerNewsConfig {
    /// The configured name of the source.
    pub name: SourceName,
    /// What is searched for, one query each.
    pub terms: Vec<String>,
    /// How often to poll. 10,000 requests an hour are allowed per address.
    pub every: Duration,
    /// Where the search is: [`HackerNewsConfig::BASE`], or a stand-in.
    pub base: String,
    /// One call may take so long.
    pub timeout: Duration,
}

impl HackerNewsConfig {
    /// The public search.
    pub const BASE: &'static str = "https://hn.algolia.com/api/v1";

    /// A watch on the public search, with the usual time limit.
    pub fn new(name: impl Into<String>, terms: Vec<String>, every: Duration) -> Self {
        Self {
            name: SourceName::new(name),
            terms,
            every,
            base: Self::BASE.to_owned(),
            timeout: Duration::from_secs(30),
        }
    }
}

/// The word on the card.
const NETWORK: &str = "hackernews";
/// A hit may be so far ahead of our clock and still move the mark, in seconds.
const TOMORROW: i64 = 24 * 3600;
/// Posts may be indexed this much later than they were written, in seconds.
const OVERLAP: i64 = 600;
/// Hits of a page.
const PAGE: usize = 100;
/// The search never gives more hits than this, however many pages are asked for.
const CAP: usize = 1_000;
/// Bytes of one answer.
const LIMIT: usize = 16 * 1024 * 1024;
/// Characters of a text that are kept.
const TEXT: usize = 20_000;

/// Where one term has got to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// Everything up to this second (since 1970, by the network's clock) was handed in.
    at: i64,
    /// Nothing at or before this second is wanted: where the watch began.
    floor: i64,
    /// Ids handed in that the next window overlaps, with their second.
    #[serde(default)]
    seen: BTreeMap<String, i64>,
}

/// Seconds since 1970: after `from`, up to and including `to`.
#[derive(Clone, Copy, Debug)]
struct Window {
    from: i64,
    to: Option<i64>,
}

/// The position, as JSON in the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Position {
    terms: BTreeMap<String, Mark>,
}

#[derive(Deserialize)]
struct Answer {
    hits: Vec<Hit>,
    #[serde(rename = "nbHits", default)]
    total: usize,
    #[serde(rename = "nbPages", default)]
    pages: usize,
}

#[derive(Deserialize)]
struct Hit {
    #[serde(rename = "objectID")]
    id: String,
    created_at_i: i64,
    #[serde(default)]
    author: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    story_text: Option<String>,
    #[serde(default)]
    comment_text: Option<String>,
    #[serde(default)]
    story_id: Option<u64>,
    #[serde(default)]
    parent_id: Option<u64>,
}

/// Hacker News, ready to be polled.
pub struct HackerNews {
    config: HackerNewsConfig,
    base: Url,
    client: Client,
}

impl HackerNews {
    /// A watch by its configuration.
    ///
    /// # Errors
    /// [`CallError::Never`] with a sentence if the address of the search is not one of the web.
    pub fn new(config: HackerNewsConfig) -> Result<Self, CallError> {
        let base = Url::parse(&format!("{}/search_by_date", config.base.trim_end_matches('/')))
            .ok()
            .filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host())
            .ok_or_else(|| CallError::Never {
                why: format!("the search address of \"{}\" must begin with http:// or https://", config.name),
            })?;
        let client = http::client(config.timeout)?;
        Ok(Self { config, base, client })
    }

    /// One page of hits with `from < created_at_i <= to`, the newest first.
    async fn page(&self, term: &str, window: Window, page: usize, now: Timestamp) -> Result<Answer, CallError> {
        let upper = window.to.map(|to| format!(",created_at_i<={to}")).unwrap_or_default();
        let filter = format!("created_at_i>{}{upper}", window.from);
        let mut url = self.base.clone();
        url.query_pairs_mut()
            .append_pair("query", term)
            .append_pair("tags", "(story,comment)")
            .append_pair("numericFilters", &filter)
            .append_pair("hitsPerPage", &PAGE.to_string())
            .append_pair("page", &page.to_string());
        let failed = |e: &reqwest::Error| http::failed_read("Hacker News could not be searched", e);
        let mut response = self.client.get(url).send().await.map_err(|e| failed(&e))?;
        let status = response.status();
        if !status.is_success() {
            let after = http::retry_after(response.headers(), now);
            let why = match status.as_u16() {
                429 => "Hacker News' search asks us to come less often (429)".to_owned(),
                code => format!("Hacker News' search answered {code}"),
            };
            return Err(CallError::Later { why, after });
        }
        let later = |why: &str| CallError::Later { why: why.to_owned(), after: None };
        let body = http::read(&mut response, LIMIT)
            .await
            .map_err(|e| failed(&e))?
            .ok_or_else(|| later("Hacker News' search sent more than 16 MiB"))?;
        answer(&body).map_err(|e| later(&format!("Hacker News' search sent something unreadable: {e}")))
    }

    /// All hits of a window, or where to cut it because there are more than the search gives away.
    async fn window(&self, term: &str, window: Window, now: Timestamp) -> Result<Result<Vec<Hit>, i64>, CallError> {
        let mut hits: Vec<Hit> = Vec::new();
        for page in 0..CAP / PAGE {
            let answer = self.page(term, window, page, now).await?;
            let last = answer.hits.is_empty() || page + 1 >= answer.pages;
            hits.extend(answer.hits);
            let newest = hits.iter().map(|h| h.created_at_i).max().unwrap_or(window.from);
            let width = window.to.unwrap_or(newest) - window.from;
            // A window of one second cannot be narrowed: then take what there is.
            if width > 1 && (answer.total > CAP || hits.len() >= CAP) {
                return Ok(Err(window.from + width / 2));
            }
            if last {
                break;
            }
        }
        Ok(Ok(hits))
    }

    /// The next window of a term: its fresh hits, the mark after it, and whether there is more. The mark moves by the
    /// network's clock alone, so that a jump of ours loses nothing.
    async fn advance(&self, term: &str, mark: &Mark, now: Timestamp) -> Result<(Vec<Hit>, Mark, bool), CallError> {
        let mut window = Window { from: (mark.at - OVERLAP).max(mark.floor), to: None };
        let hits = loop {
            match self.window(term, window, now).await? {
                Ok(hits) => break hits,
                // The overlap is only a second look: without it, each window gets further.
                Err(_) if window.from < mark.at => window.from = mark.at,
                Err(cut) => window.to = Some(cut),
            }
        };
        let newest = hits.iter().map(|h| h.created_at_i).max().unwrap_or(mark.at);
        // A hit from a far future (a fault over there) must not make us overlook everything until then.
        let at = window.to.unwrap_or(newest.min(now.as_second() + TOMORROW)).max(mark.at);
        let mut seen = mark.seen.clone();
        let fresh: Vec<Hit> =
            hits.into_iter().filter(|h| seen.insert(h.id.clone(), h.created_at_i).is_none()).collect();
        seen.retain(|_, posted| *posted > at - OVERLAP);
        Ok((fresh, Mark { at, floor: mark.floor, seen }, window.to.is_some()))
    }
}

/// One page of the search. Hits at moments that no calendar has are left out: windows are computed from the others.
fn answer(body: &[u8]) -> Result<Answer, serde_json::Error> {
    let mut answer: Answer = serde_json::from_slice(body)?;
    answer.hits.retain(|hit| Timestamp::from_second(hit.created_at_i).is_ok());
    Ok(answer)
}

/// The posts of one page of the search, as it came over the wire. Never panics, whatever the bytes.
///
/// # Errors
/// Why the page cannot be read.
pub fn read(body: &[u8], source: &SourceName, now: Timestamp) -> Result<Vec<Post>, String> {
    let answer = answer(body).map_err(|e| e.to_string())?;
    Ok(answer.hits.iter().filter_map(|hit| post(source, hit, now)).collect())
}

fn post(source: &SourceName, hit: &Hit, now: Timestamp) -> Option<Post> {
    let posted_at = Timestamp::from_second(hit.created_at_i).ok()?.min(now);
    let number: u64 = hit.id.parse().ok()?;
    let text = [
        hit.title.as_deref().map(plain::from_html),
        hit.story_text.as_deref().or(hit.comment_text.as_deref()).map(plain::from_html),
    ];
    let link = hit.url.as_deref().map(|u| plain::first_line(u, 2_000)).filter(|u| !u.is_empty());
    let link = link.map(|text| Extra { what: ExtraKind::Link, text });
    let text = text.into_iter().flatten().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n\n");
    let handle = plain::first_line(hit.author.as_deref().unwrap_or_default(), 100);
    let page = (!handle.is_empty())
        .then(|| Url::parse_with_params("https://news.ycombinator.com/user", [("id", handle.as_str())]).ok())
        .flatten();
    Some(Post {
        network: NETWORK.to_owned(),
        source: source.clone(),
        external_id: number.to_string(),
        conversation: Some(hit.story_id.unwrap_or(number).to_string()),
        parent: hit.parent_id.map(|p| p.to_string()),
        author: Author { id: handle.clone(), name: String::new(), handle, reach: None, url: page.map(String::from) },
        text: plain::clip(&text, TEXT),
        url: Some(format!("https://news.ycombinator.com/item?id={number}")),
        language: None,
        posted_at,
        addressed: false,
        native: Native { extras: link.into_iter().collect(), ..Native::default() },
    })
}

#[async_trait]
impl Network for HackerNews {
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
        let stored = cursor.and_then(|c| serde_json::from_str::<Position>(&c.0).ok());
        if stored.is_none() && cursor.is_some() {
            tracing::warn!(source = %self.config.name, "the stored position is not readable; starting from now");
        }
        let first = if cursor.is_some() { First::Now } else { first };
        let mut position = stored.clone().unwrap_or_default();
        let mut batch = Batch::default();
        let mut handed_in = BTreeSet::new();
        // Terms that left the configuration leave the position; one that comes later begins when it comes.
        position.terms.retain(|term, _| self.config.terms.contains(term));
        let begin = match first {
            First::Now => now.as_second(),
            First::Since(since) => since.min(now).as_second() - 1,
        };
        for term in &self.config.terms {
            let fresh = Mark { at: begin, floor: begin, seen: BTreeMap::new() };
            let known = position.terms.entry(term.clone()).or_insert_with(|| fresh.clone());
            if known.floor > now.as_second() && known.at == known.floor {
                // Our clock was ahead when the watch began, and the network's has confirmed nothing since.
                *known = Mark { at: now.as_second(), floor: now.as_second(), seen: BTreeMap::new() };
            }
        }
        let known_before = |term: &String| stored.as_ref().is_some_and(|s| s.terms.contains_key(term));
        for term in &self.config.terms {
            let Some(mark) = position.terms.get(term).cloned() else { continue };
            if !known_before(term) && first == First::Now {
                continue;
            }
            match self.advance(term, &mark, now).await {
                Ok((hits, mark, more)) => {
                    position.terms.insert(term.clone(), mark);
                    batch.more |= more;
                    let new = hits.into_iter().filter(|h| handed_in.insert(h.id.clone()));
                    batch.posts.extend(new.filter_map(|h| post(&self.config.name, &h, now)));
                }
                // What other terms brought is kept; this term and those after it stay where they were.
                Err(CallError::Later { why, after }) if !batch.posts.is_empty() => {
                    tracing::warn!(source = %self.config.name, term, "{why}");
                    batch.rest = after;
                    batch.more = false;
                    break;
                }
                Err(e) => return Err(e),
            }
        }
        batch.posts.sort_by(|a, b| (a.posted_at, &a.external_id).cmp(&(b.posted_at, &b.external_id)));
        batch.cursor =
            (stored.as_ref() != Some(&position)).then(|| Cursor(serde_json::to_string(&position).unwrap_or_default()));
        Ok(batch)
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
    CallError::Never { why: "Hacker News can only be read from here; open the post and answer there".to_owned() }
}
