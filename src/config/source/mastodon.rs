//! `[[source]]` of type `mastodon`.

use super::super::brand::Brand;
use super::super::reader::Section;
use super::super::schema::{Key, Table};
use super::super::secret::{self, Secret};
use super::super::values;
use super::{BRANDS, NAME, TYPE, every};
use std::collections::BTreeSet;
use std::time::Duration;
use url::Url;

const URL: Key = Key::required("url", "the instance's address, such as \"https://social.example\"");
const TOKEN: Key = Key::optional("token", "{ env = \"NAME\" } or { file = \"path\" }");
const HASHTAGS: Key = Key::optional("hashtags", "hashtags such as [\"acme\"]");
const SEARCH: Key = Key::optional("search", "true or false");
const TIMELINE: Key = Key::optional("timeline", "\"local\" or \"public\"");
const EVERY: Key = Key::with_default("every", "a duration such as \"1m\"", "1m");
const STREAMING: Key = Key::optional("streaming", "true or false");
const REPLIES: Key = Key::with_default("replies", "\"public\" or \"unlisted\"", "public");

/// An account at an instance of the Mastodon API.
pub const TABLE: Table = Table {
    title: "a [[source]] of type \"mastodon\"",
    keys: &[&NAME, &TYPE, &BRANDS, &URL, &TOKEN, &HASHTAGS, &SEARCH, &TIMELINE, &EVERY, &STREAMING, &REPLIES],
};

/// An account at an instance of the Mastodon API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MastodonSource {
    /// The instance.
    pub url: Url,
    /// The account's token; public timelines alone without.
    pub token: Option<Secret>,
    /// Hashtags that are watched, without `#`: as configured, or else those of the brands.
    pub hashtags: Vec<String>,
    /// What the instance's search is asked for: the terms, phrases and domains of the brands, unless it is switched off.
    pub search: Vec<String>,
    /// A timeline that is read as a whole: `true` for that of the instance alone.
    pub timeline: Option<bool>,
    /// How often to look.
    pub every: Duration,
    /// Whether to listen to the stream as well.
    pub streaming: bool,
    /// Public posts are answered unlisted.
    pub unlisted: bool,
}

pub(super) fn read(section: &Section<'_>, brands: &[&Brand]) -> Option<MastodonSource> {
    section.refuse_unknown(&TABLE);
    let blanks = |token: &str| {
        token.contains(char::is_whitespace).then(|| "holds more than a token; keep only the token there".to_owned())
    };
    let token = secret::read_one(section, &TOKEN, &blanks);
    let mut hashtags = section.list(&HASHTAGS, hashtag);
    if !section.has(&HASHTAGS) {
        hashtags = brands.iter().flat_map(|brand| brand.hashtags.clone()).collect();
    }
    let mut seen = BTreeSet::new();
    hashtags.retain(|tag| seen.insert(tag.to_lowercase()));
    let mut seen = BTreeSet::new();
    let mut search: Vec<String> = Vec::new();
    if section.flag(&SEARCH).unwrap_or(true) {
        search =
            brands.iter().flat_map(|brand| brand.search_terms()).filter(|term| seen.insert(term.clone())).collect();
    }
    let timeline = section.optional(&TIMELINE, |typed| values::word(typed, &[("local", true), ("public", false)]));
    let unlisted = section.parsed(&REPLIES, |typed| values::word(typed, &[("public", false), ("unlisted", true)]));
    let streaming = section.flag(&STREAMING).unwrap_or(true);
    let every = every(section, &EVERY);
    if !section.has(&TOKEN) && hashtags.is_empty() && timeline.is_none() {
        section.absence(
            "nothing to watch without a token: run hearback login mastodon to get one, or name hashtags or a timeline",
        );
    }
    let url = section.optional(&URL, address)?;
    Some(MastodonSource { url, token, hashtags, search, timeline, every, streaming, unlisted })
}

fn hashtag(typed: &str) -> Result<String, String> {
    let tag = values::text(typed)?;
    let tag = tag.strip_prefix('#').unwrap_or(&tag);
    if tag.is_empty() || !tag.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return Err(format!("{typed:?} is not a hashtag; write it such as \"acme\", of letters, digits and \"_\""));
    }
    Ok(tag.to_owned())
}

/// The token goes there: only protected, but to this machine itself.
fn address(typed: &str) -> Result<Url, String> {
    let url = values::url(typed)?;
    let here = url.host_str().is_some_and(|host| host == "localhost" || host.starts_with("127.") || host == "[::1]");
    if url.scheme() == "http" && !here {
        return Err(
            "the address of the instance must begin with https://, or the token could be read on its way".to_owned()
        );
    }
    Ok(url)
}
