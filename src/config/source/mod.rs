//! `[[source]]`: one watch on one network. Plain values; whoever wires the networks makes adapters of them.

pub(super) mod bluesky;
pub(super) mod feed;
pub(super) mod hackernews;
pub(super) mod mastodon;
pub(super) mod reddit;
pub(super) mod webhook;
pub(super) mod x;

pub use bluesky::BlueskySource;
pub use feed::FeedSource;
pub use hackernews::HackerNewsSource;
pub use mastodon::MastodonSource;
pub use reddit::{RedditLogin, RedditSource};
pub(super) use webhook::path;
pub use webhook::{Callback, WebhookSource};
pub use x::{XKeys, XSource};

use super::brand::Brand;
use super::known::Known;
use super::reader::Section;
use super::schema::{self, Key, Table};
use super::values;
use std::collections::BTreeSet;
use std::time::Duration;

const NAME: Key = Key::required("name", "a short name such as \"press\"");
const TYPE: Key = Key::required("type", "the network, such as \"bluesky\", \"mastodon\" or \"feed\"");
const BRANDS: Key = Key::optional("brands", "names of brands, such as [\"acme\"]");

/// What may be written in a source, by its type.
const TABLES: &[&Table] =
    &[&bluesky::TABLE, &feed::TABLE, &hackernews::TABLE, &mastodon::TABLE, &reddit::TABLE, &webhook::TABLE, &x::TABLE];

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
    /// Bluesky.
    Bluesky(BlueskySource),
    /// A feed.
    Feed(FeedSource),
    /// Hacker News.
    HackerNews(HackerNewsSource),
    /// An instance of the Mastodon API.
    Mastodon(MastodonSource),
    /// Reddit.
    Reddit(RedditSource),
    /// A webhook.
    Webhook(WebhookSource),
    /// X.
    X(XSource),
}

impl Watch {
    /// The kind of network in words, as on the card.
    pub fn network(&self) -> &str {
        match self {
            Watch::Bluesky(_) => "bluesky",
            Watch::Feed(_) => "feed",
            Watch::HackerNews(_) => "hackernews",
            Watch::Mastodon(_) => "mastodon",
            Watch::Reddit(_) => "reddit",
            Watch::Webhook(hook) => &hook.network,
            Watch::X(_) => "x",
        }
    }
}

#[derive(Clone, Copy)]
enum Type {
    Bluesky,
    Feed,
    HackerNews,
    Mastodon,
    Reddit,
    Webhook,
    X,
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
    let types = [
        ("bluesky", Type::Bluesky),
        ("feed", Type::Feed),
        ("hackernews", Type::HackerNews),
        ("mastodon", Type::Mastodon),
        ("reddit", Type::Reddit),
        ("webhook", Type::Webhook),
        ("x", Type::X),
    ];
    let kind = section.optional(&TYPE, |typed| values::word(typed, &types));
    let only = section.list(&BRANDS, |typed| values::known(typed, "brand", &known.brands));
    if section.has(&BRANDS) && only.is_empty() {
        section.problem(&BRANDS, "names no brand of this file; name some, or leave the key out to look for all");
    }
    let brands: Vec<&Brand> = brands.iter().filter(|brand| only.is_empty() || only.contains(&brand.id)).collect();
    let Some(kind) = kind else {
        // What none of them has is wrong all the same.
        let mut seen = BTreeSet::new();
        let keys = TABLES.iter().flat_map(|table| table.names()).filter(|name| seen.insert(*name));
        section.refuse_other("[[source]]", &keys.collect::<Vec<_>>());
        return None;
    };
    let watch = match kind {
        Type::Bluesky => Watch::Bluesky(bluesky::read(&section, &brands)),
        Type::Feed => Watch::Feed(feed::read(&section)?),
        Type::HackerNews => Watch::HackerNews(hackernews::read(&section, &brands)),
        Type::Mastodon => Watch::Mastodon(mastodon::read(&section, &brands)?),
        Type::Reddit => Watch::Reddit(reddit::read(&section, &brands)?),
        Type::Webhook => Watch::Webhook(webhook::read(&section, &name, known)),
        Type::X => Watch::X(x::read(&section, &brands)),
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

/// What a network's own search is asked for: as configured, or else the terms, phrases and domains of the brands.
fn queries(section: &Section<'_>, key: &Key, brands: &[&Brand]) -> Vec<String> {
    let mut queries = section.list(key, values::text);
    if !section.has(key) {
        queries = brands.iter().flat_map(|brand| brand.search_terms()).collect();
        if queries.is_empty() && !brands.is_empty() {
            section.absence("its brands have no terms, phrases or domains to search for; add some, or a query");
        }
    } else if queries.is_empty() {
        section.problem(key, "empty; name what to search for, or leave the key out to search for the brands");
    }
    let mut seen = BTreeSet::new();
    queries.retain(|query| seen.insert(query.clone()));
    queries
}
