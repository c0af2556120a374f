//! One document to items: which ones they are, what they say, where they lead.

use super::{extras, mend};
use crate::domain::Extra;
use crate::networks::plain;
use feed_rs::model::{Entry, Feed, FeedType, Link, LinkTarget, Text};
use jiff::Timestamp;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use url::Url;

/// Items beyond these are not looked at; real feeds have 10 to 1,000.
const MOST_ITEMS: usize = 10_000;
/// Characters of an item's text that are kept.
const TEXT: usize = 20_000;
/// Characters of names.
const NAME: usize = 200;
/// Characters of addresses and ids.
const ADDRESS: usize = 2_000;

/// What a feed document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The feed's title, possibly empty.
    pub title: String,
    /// The items, oldest first.
    pub items: Vec<Item>,
}

/// One item of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is known by: its link if that is its own, else its guid within this feed.
    pub id: String,
    /// Every key under which it may have been seen before: own link, own guid.
    pub keys: Vec<String>,
    /// Title and text, as plain text.
    pub text: String,
    /// Where a person can open it.
    pub url: Option<String>,
    /// The author's name, possibly empty.
    pub author: String,
    /// The author's page.
    pub author_url: Option<String>,
    /// The language that the feed states, as BCP 47.
    pub language: Option<String>,
    /// When it was published, never after `now`; `None` if the feed does not say.
    pub posted_at: Option<Timestamp>,
    /// What it shows besides: where its links lead, what is attached to it, its subjects.
    pub extras: Vec<Extra>,
}

/// Reads RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed. `content_type` is the HTTP header, `base` the address that the
/// document came from, against which relative links are resolved. Never panics, whatever the bytes.
///
/// # Errors
/// A sentence that says why this is not a feed.
pub fn parse(bytes: &[u8], content_type: Option<&str>, base: &str, now: Timestamp) -> Result<Document, String> {
    let text = mend::to_text(bytes, content_type);
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let mended = match start.chars().next() {
        Some('<') => {
            let head: String = start.chars().take(200).collect::<String>().to_ascii_lowercase();
            if head.starts_with("<!doctype html") || head.starts_with("<html") {
                return Err("it is a web page, not a feed; look on that page for its RSS or Atom address".to_owned());
            }
            mend::xml(start)?
        }
        Some('{') => mend::json(start)?,
        Some(_) => return Err("it is neither XML nor JSON".to_owned()),
        None => return Err("it is empty".to_owned()),
    };
    let base = Url::parse(base).ok();
    // feed-rs has panicked on hostile input before (see mend.rs): what is left of that must not end hearback.
    let read = catch_unwind(AssertUnwindSafe(|| {
        feed_rs::parser::Builder::new()
            .base_uri(base.as_ref().map(Url::as_str))
            .id_generator(|_, _, _| String::new())
            .sanitize_content(false)
            .build()
            .parse(mended.as_bytes())
    }));
    let feed = match read {
        Ok(Ok(feed)) => feed,
        Ok(Err(e)) => return Err(plain::first_line(&format!("it is not a well-formed feed: {e}"), 300)),
        Err(_) => return Err("the feed parser gave up on it".to_owned()),
    };
    Ok(document(feed, base.as_ref(), now))
}

fn document(mut feed: Feed, base: Option<&Url>, now: Timestamp) -> Document {
    feed.entries.truncate(MOST_ITEMS);
    let title = feed.title.as_ref().map(|t| plain::clip(&title_text(t, &feed.feed_type), NAME)).unwrap_or_default();
    let site: Vec<String> = feed.links.iter().filter_map(|l| resolve(&l.href, base)).map(|u| canonical(&u)).collect();
    let found: Vec<(Option<Url>, String)> = feed.entries.iter().map(|e| (link(e, base), guid(e))).collect();
    let own = Own::of(&found, &site);
    let mut items: Vec<Item> = feed
        .entries
        .iter()
        .zip(&found)
        .filter_map(|(entry, (url, guid))| {
            let text = text(entry, &feed.feed_type);
            let (id, keys) = own.identity(url.as_ref(), guid, entry, &text)?;
            let author = entry.authors.first().or_else(|| feed.authors.first());
            let named = |n: &String| n.chars().any(char::is_alphanumeric);
            let name =
                author.and_then(|a| a.name.clone().filter(named).or_else(|| a.email.clone())).unwrap_or_default();
            Some(Item {
                id,
                keys,
                text,
                url: url.as_ref().map(Url::to_string).filter(|u| u.len() <= ADDRESS),
                author: plain::clip(&plain::from_text(&name).replace('\n', " "), NAME),
                author_url: author.and_then(|a| a.uri.as_deref()).and_then(|u| resolve(u, base)).map(String::from),
                language: entry.language.clone().or_else(|| feed.language.clone()).and_then(|l| language(&l)),
                posted_at: posted_at(entry, now),
                extras: extras::of(entry, url.as_ref(), base),
            })
        })
        .collect();
    // Feeds list the newest first: turned round, items of the same second stay in the order of their writing.
    items.reverse();
    items.sort_by_key(|i| i.posted_at.unwrap_or(now));
    Document { title, items }
}

/// Which links and guids of a document belong to one item alone.
struct Own<'a> {
    site: &'a [String],
    links: HashMap<String, usize>,
    guids: HashMap<&'a str, usize>,
}

impl<'a> Own<'a> {
    fn of(found: &'a [(Option<Url>, String)], site: &'a [String]) -> Self {
        let mut own = Own { site, links: HashMap::new(), guids: HashMap::new() };
        for (url, guid) in found {
            if let Some(url) = url {
                *own.links.entry(canonical(url)).or_default() += 1;
            }
            *own.guids.entry(guid).or_default() += 1;
        }
        own
    }

    /// What an item is known by. A link that several items share, or that is the site's own, names none of them (status
    /// pages do that); the same holds for a guid.
    fn identity(&self, url: Option<&Url>, guid: &str, entry: &Entry, text: &str) -> Option<(String, Vec<String>)> {
        let own_guid = !guid.is_empty() && self.guids.get(guid) == Some(&1);
        let link = url
            .filter(|u| u.as_str().len() <= ADDRESS)
            .map(canonical)
            .filter(|l| self.links.get(l) == Some(&1) && !self.site.contains(l));
        let guid = own_guid.then(|| format!("guid:{guid}"));
        let keys: Vec<String> = link.iter().chain(guid.iter()).cloned().collect();
        let id = match (link, guid) {
            (Some(link), _) => link,
            (None, Some(guid)) => guid,
            (None, None) => {
                let date = entry.published.or(entry.updated).map(|d| d.to_rfc3339()).unwrap_or_default();
                if text.is_empty() {
                    return None;
                }
                format!("text:{}", super::short_hash(&format!("{date}\n{text}")))
            }
        };
        let keys = if keys.is_empty() { vec![id.clone()] } else { keys };
        Some((id, keys))
    }
}

fn guid(entry: &Entry) -> String {
    let guid = plain::clean(entry.id.trim()).replace('\n', " ");
    if guid.len() > ADDRESS { super::short_hash(&guid) } else { guid }
}

/// The item's own page: the alternate link, else any link that is not about comments or enclosures, else a guid that is
/// an address (RSS 2.0, `isPermaLink`).
fn link(entry: &Entry, base: Option<&Url>) -> Option<Url> {
    let usable = |l: &&Link| !matches!(l.target, Some(LinkTarget::Comments | LinkTarget::CommentsFeed));
    let alternate = |l: &&Link| l.rel.as_deref().is_none_or(|r| r == "alternate");
    let elsewhere =
        |l: &&Link| !matches!(l.rel.as_deref(), Some("self" | "edit" | "enclosure" | "replies" | "hub" | "next"));
    let found = entry.links.iter().filter(usable).find(alternate);
    found
        .or_else(|| entry.links.iter().filter(usable).find(elsewhere))
        .and_then(|l| resolve(&l.href, base))
        .or_else(|| resolve(entry.id.trim(), None))
}

/// An address of the web, absolute.
pub(super) fn resolve(href: &str, base: Option<&Url>) -> Option<Url> {
    let href = href.trim();
    if href.is_empty() {
        return None;
    }
    let url = match base {
        Some(base) => base.join(href).ok()?,
        None => Url::parse(href).ok()?,
    };
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// The address without what changes from fetch to fetch: campaign parameters. The fragment stays: comment feeds have
/// nothing else.
fn canonical(url: &Url) -> String {
    let campaign = |name: &str| name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "mc_cid" | "mc_eid");
    let mut url = url.clone();
    if url.query_pairs().any(|(name, _)| campaign(&name)) {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !campaign(name))
            .map(|(n, v)| (n.into_owned(), v.into_owned()))
            .collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
    }
    url.to_string()
}

fn title_text(title: &Text, kind: &FeedType) -> String {
    let is_text = title.content_type.essence().to_string() == "text/plain";
    // RSS does not say whether a title is HTML; in practice it is.
    let literal = is_text && matches!(kind, FeedType::Atom | FeedType::JSON);
    let text = if literal { plain::from_text(&title.content) } else { plain::from_html(&title.content) };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(entry: &Entry, kind: &FeedType) -> String {
    let title = entry.title.as_ref().map(|t| title_text(t, kind)).unwrap_or_default();
    let body = |content: &str, mime: String| {
        let literal = mime == "text/plain" && matches!(kind, FeedType::Atom | FeedType::JSON);
        if literal { plain::from_text(content) } else { plain::from_html(content) }
    };
    let content =
        entry.content.as_ref().and_then(|c| Some(body(c.body.as_deref()?, c.content_type.essence().to_string())));
    let summary = entry.summary.as_ref().map(|t| body(&t.content, t.content_type.essence().to_string()));
    let described = || {
        let media = entry.media.iter().find_map(|m| m.description.as_ref())?;
        Some(body(&media.content, media.content_type.essence().to_string()))
    };
    let longest = [content, summary].into_iter().flatten().max_by_key(String::len).filter(|t| !t.is_empty());
    let body = longest.or_else(described).unwrap_or_default();
    // Micro-blogs repeat the text as the title, often cut.
    let repeated = !title.is_empty() && body.replace('\n', " ").starts_with(title.trim_end_matches(['…', '.']));
    let whole = match (title.is_empty() || repeated, body.is_empty()) {
        (true, false) => body,
        (_, true) => title,
        (false, false) => format!("{title}\n\n{body}"),
    };
    plain::clip(&whole, TEXT)
}

fn posted_at(entry: &Entry, now: Timestamp) -> Option<Timestamp> {
    let stated = entry.published.or(entry.updated)?;
    let at = Timestamp::new(stated.timestamp(), 0).ok()?;
    Some(at.min(now))
}

fn language(stated: &str) -> Option<String> {
    let tag = stated.trim();
    let plausible = (2..=35).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    plausible.then(|| tag.to_owned())
}
