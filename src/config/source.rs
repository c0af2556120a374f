//! `[[source]]`: one watch on one network. Plain values; whoever wires the networks makes adapters of them.

use super::brand::Brand;
use super::known::Known;
use super::reader::Section;
use super::schema::{self, Key, Table};
use super::secret::{self, Secret};
use super::values;
use std::time::Duration;
use url::Url;

const NAME: Key = Key::required("name", "a short name such as \"press\"");
const TYPE: Key = Key::required("type", "\"feed\", \"hackernews\" or \"webhook\"");
const BRANDS: Key = Key::optional("brands", "names of brands, such as [\"acme\"]");

const URL: Key = Key::required("url", "the feed's address, such as \"https://example.com/feed.xml\"");
const FEED_EVERY: Key = Key::with_default("every", "a duration such as \"5m\"", "5m");

/// An RSS, Atom or JSON feed.
pub const FEED: Table =
    Table { title: "a [[source]] of type \"feed\"", keys: &[&NAME, &TYPE, &BRANDS, &URL, &FEED_EVERY] };

const QUERY: Key = Key::optional("query", "what to search for, such as [\"acme\", \"acme.example\"]");
const HN_EVERY: Key = Key::with_default("every", "a duration such as \"2m\"", "2m");
const API: Key = Key::with_default("api", "the search's address", "https://hn.algolia.com/api/v1");

/// Hacker News, by Algolia's search.
pub const HACKERNEWS: Table =
    Table { title: "a [[source]] of type \"hackernews\"", keys: &[&NAME, &TYPE, &BRANDS, &QUERY, &HN_EVERY, &API] };

const PATH: Key = Key::optional("path", "a path such as \"/in/shop\"");
const SECRET: Key = Key::required("secret", "{ env = \"NAME\" } or { file = \"path\" }, or a list of these");
const NETWORK: Key = Key::optional("network", "a short name such as \"reviews\"");
const MAX_CHARS: Key = Key::optional("max_chars", "a number of at least 1, such as 2000");
const CALLBACK_KEY: Key = Key::optional("callback", "{ url = \"https://…\", secret = { env = \"NAME\" } }");

/// Mentions in over HTTP, replies out to a callback.
pub const WEBHOOK: Table = Table {
    title: "a [[source]] of type \"webhook\"",
    keys: &[&NAME, &TYPE, &BRANDS, &PATH, &SECRET, &NETWORK, &MAX_CHARS, &CALLBACK_KEY],
};

const CALLBACK_URL: Key = Key::required("url", "where replies are sent, such as \"https://shop.example/replies\"");
const CALLBACK_SECRET: Key = Key::required("secret", "{ env = \"NAME\" } or { file = \"path\" }");

/// Where a webhook's replies go.
pub const CALLBACK: Table = Table { title: "a callback", keys: &[&CALLBACK_URL, &CALLBACK_SECRET] };

/// A source whose type is not known: what none of them has is wrong all the same.
const ANY: Table = Table {
    title: "[[source]]",
    keys: &[
        &NAME,
        &TYPE,
        &BRANDS,
        &URL,
        &FEED_EVERY,
        &QUERY,
        &API,
        &PATH,
        &SECRET,
        &NETWORK,
        &MAX_CHARS,
        &CALLBACK_KEY,
    ],
};

/// One configured source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name, unique.
    pub name: String,
    /// Only these brands are looked for; all, if none is named.
    pub brands: Option<Vec<String>>,
    /// Where it looks.
    pub watch: Watch,
}

/// Where a source looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watch {
    /// A feed.
    Feed(FeedSource),
    /// Hacker News.
    HackerNews(HackerNewsSource),
    /// A webhook.
    Webhook(WebhookSource),
}

impl Watch {
    /// The kind of network in words, as on the card.
    pub fn network(&self) -> &str {
        match self {
            Watch::Feed(_) => "feed",
            Watch::HackerNews(_) => "hackernews",
            Watch::Webhook(hook) => &hook.network,
        }
    }
}

/// An RSS, Atom or JSON feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedSource {
    /// Where it is.
    pub url: Url,
    /// How often to look.
    pub every: Duration,
}

/// Hacker News, by Algolia's search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HackerNewsSource {
    /// What to search for, each on its own: as configured, or else the terms, phrases and domains of the brands.
    pub queries: Vec<String>,
    /// How often to look.
    pub every: Duration,
    /// The base address of the search, without a slash at its end.
    pub api: String,
}

/// Mentions in over HTTP, replies out to a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookSource {
    /// Where it listens, from the slash on.
    pub path: String,
    /// Signatures by any of these are good: several while the secret is being changed.
    pub secrets: Vec<Secret>,
    /// The kind of network that is shown unless the mention says another.
    pub network: String,
    /// The longest reply, in Unicode scalar values.
    pub max_chars: Option<usize>,
    /// Where replies go; read-only without.
    pub callback: Option<Callback>,
}

/// Where replies go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The address.
    pub url: Url,
    /// What they are signed with.
    pub secret: Secret,
}

#[derive(Clone, Copy)]
enum Type {
    Feed,
    HackerNews,
    Webhook,
}

pub(super) fn read_all(root: &Section<'_>, brands: &[Brand], known: &mut Known) -> Vec<Source> {
    root.tables(&schema::SOURCE).into_iter().filter_map(|section| read(section, brands, known)).collect()
}

fn read(section: Section<'_>, brands: &[Brand], known: &mut Known) -> Option<Source> {
    let name = section.parsed(&NAME, values::name);
    let section = if name.is_empty() { section } else { section.renamed(format!("source.{name}")) };
    if let Some(say) = known.add_source(&name) {
        section.problem(&NAME, say);
    }
    let types = [("feed", Type::Feed), ("hackernews", Type::HackerNews), ("webhook", Type::Webhook)];
    let kind = section.optional(&TYPE, |typed| values::word(typed, &types));
    let only = section.list(&BRANDS, |typed| values::known(typed, "brand", &known.brands));
    if section.has(&BRANDS) && only.is_empty() {
        section.problem(&BRANDS, "names no brand of this file; name some, or leave the key out to look for all");
    }
    let brands: Vec<&Brand> = brands.iter().filter(|brand| only.is_empty() || only.contains(&brand.id)).collect();
    let Some(kind) = kind else {
        section.refuse_unknown(&ANY);
        return None;
    };
    let watch = match kind {
        Type::Feed => Watch::Feed(feed(&section)?),
        Type::HackerNews => Watch::HackerNews(hackernews(&section, &brands)),
        Type::Webhook => Watch::Webhook(webhook(&section, &name, known)),
    };
    known.networks.push(watch.network().to_owned());
    Some(Source { name, brands: (!only.is_empty()).then_some(only), watch })
}

fn every(section: &Section<'_>, key: &Key) -> Duration {
    let every = section.parsed(key, values::duration);
    if section.has(key) && !every.is_zero() && every < Duration::from_mins(1) {
        section.warning(key, "more often than once a minute; many servers refuse that");
    }
    every
}

fn feed(section: &Section<'_>) -> Option<FeedSource> {
    section.refuse_unknown(&FEED);
    let every = every(section, &FEED_EVERY);
    let url = section.optional(&URL, values::url)?;
    Some(FeedSource { url, every })
}

fn hackernews(section: &Section<'_>, brands: &[&Brand]) -> HackerNewsSource {
    section.refuse_unknown(&HACKERNEWS);
    let mut queries = section.list(&QUERY, values::text);
    if !section.has(&QUERY) {
        queries = brands.iter().flat_map(|brand| brand.search_terms()).collect();
        if queries.is_empty() && !brands.is_empty() {
            section.absence("its brands have no terms, phrases or domains to search for; add some, or a query");
        }
    } else if queries.is_empty() {
        section.problem(&QUERY, "empty; name what to search for, or leave the key out to search for the brands");
    }
    let mut seen = std::collections::BTreeSet::new();
    queries.retain(|query| seen.insert(query.clone()));
    let api = section.optional(&API, values::url).map(|url| url.as_str().trim_end_matches('/').to_owned());
    HackerNewsSource { queries, every: every(section, &HN_EVERY), api: api.unwrap_or_default() }
}

fn webhook(section: &Section<'_>, name: &str, known: &mut Known) -> WebhookSource {
    section.refuse_unknown(&WEBHOOK);
    let path = section.optional(&PATH, path).unwrap_or_else(|| format!("/in/{name}"));
    if let Some(say) = known.add_path(&path) {
        section.problem(&PATH, say);
    }
    let secrets = secret::read(section, &SECRET);
    let mut callback = None;
    if section.has(&CALLBACK_KEY) {
        let table = section.table(&CALLBACK_KEY, &CALLBACK);
        if table.is_present() {
            let url = table.optional(&CALLBACK_URL, values::url);
            let mut signed = secret::read(&table, &CALLBACK_SECRET);
            if signed.len() > 1 {
                table.problem(&CALLBACK_SECRET, "replies are signed with one secret; keep one");
            }
            callback = url.zip(signed.pop()).map(|(url, secret)| Callback { url, secret });
        }
    }
    // Two sources must not take each other's ids for the same post.
    let network = section.optional(&NETWORK, values::name).unwrap_or_else(|| name.to_owned());
    WebhookSource { path, secrets, network, max_chars: section.count(&MAX_CHARS), callback }
}

/// Where something listens, from the slash on.
pub(super) fn path(typed: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~');
    let good = typed.starts_with('/') && typed.len() > 1 && !typed.contains("//") && typed.chars().all(fits);
    if !good || typed.ends_with('/') {
        return Err(format!(
            "{typed:?} is not a path; write it such as \"/in/shop\", of letters, digits, \"/\", \"-\" and \"_\""
        ));
    }
    if matches!(typed, "/healthz" | "/readyz" | "/metrics") {
        return Err(format!("{typed:?} is taken by hearback itself; choose another path"));
    }
    Ok(typed.to_owned())
}
