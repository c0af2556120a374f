//! `[[source]]` of type `bluesky`.

use super::super::brand::Brand;
use super::super::reader::Section;
use super::super::schema::{Key, Table};
use super::super::secret::{self, Secret};
use super::super::values;
use super::{BRANDS, NAME, TYPE, queries};
use std::time::Duration;
use url::Url;

const HANDLE: Key = Key::optional("handle", "the account's handle, such as \"acme.example\"");
const APP_PASSWORD: Key = Key::optional("app_password", "{ env = \"NAME\" } or { file = \"path\" }");
const SERVICE: Key = Key::with_default("service", "the account's server", "https://bsky.social");
const APPVIEW: Key = Key::with_default("appview", "who answers without an account", "https://public.api.bsky.app");
const QUERY: Key =
    Key::optional("query", "what to search for, such as [\"acme\", \"acme.example\"], or [] for nothing");
const JETSTREAM: Key =
    Key::optional("jetstream", "an address such as \"wss://jetstream2.us-east.bsky.network/subscribe\"");
const EVERY: Key = Key::with_default("every", "a duration such as \"30s\"", "30s");
/// More often than this is not needed, and Bluesky allows 3,000 requests in five minutes only.
const OFTEN: Duration = Duration::from_secs(5);

/// Bluesky.
pub const TABLE: Table = Table {
    title: "a [[source]] of type \"bluesky\"",
    keys: &[&NAME, &TYPE, &BRANDS, &HANDLE, &APP_PASSWORD, &SERVICE, &APPVIEW, &QUERY, &JETSTREAM, &EVERY],
};

/// Bluesky.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlueskySource {
    /// The account's handle, without `@`.
    pub handle: Option<String>,
    /// Its app password; without one nothing is answered.
    pub app_password: Option<Secret>,
    /// The base address of the account's server, without a slash at its end.
    pub service: String,
    /// The base address of who is asked without an account, without a slash at its end.
    pub appview: String,
    /// What to search for, each on its own: as configured, or else the terms, phrases and domains of the brands.
    pub queries: Vec<String>,
    /// The stream of all posts, read instead of searching.
    pub jetstream: Option<Url>,
    /// How often to look.
    pub every: Duration,
}

pub(super) fn read(section: &Section<'_>, brands: &[&Brand]) -> BlueskySource {
    section.refuse_unknown(&TABLE);
    let handle = section.optional(&HANDLE, handle);
    let app_password = secret::read_one(section, &APP_PASSWORD, &|_| None);
    if section.has(&APP_PASSWORD) && !section.has(&HANDLE) {
        section.missing(&HANDLE, "an app password belongs to an account");
    }
    if section.has(&HANDLE) && !section.has(&APP_PASSWORD) {
        section.missing(&APP_PASSWORD, "make one in Bluesky (Settings, Privacy and security, App passwords)");
    }
    let queries = if section.is_empty_list(&QUERY) { Vec::new() } else { queries(section, &QUERY, brands) };
    if queries.is_empty() && !section.has(&HANDLE) && section.is_empty_list(&QUERY) {
        section
            .problem(&QUERY, "empty, and there is no account: then there is nothing to watch; name words or a handle");
    }
    let every = section.parsed(&EVERY, values::duration);
    if section.has(&EVERY) && !every.is_zero() && every < OFTEN {
        section.warning(&EVERY, "more often than every 5 seconds; Bluesky may refuse that");
    }
    let base = |key: &Key| {
        let url = section.optional(key, values::url);
        url.map(|url| url.as_str().trim_end_matches('/').to_owned()).unwrap_or_default()
    };
    BlueskySource {
        handle,
        app_password,
        service: base(&SERVICE),
        appview: base(&APPVIEW),
        queries,
        jetstream: section.optional(&JETSTREAM, stream),
        every,
    }
}

/// A handle: a domain, with or without `@` (atproto.com/specs/handle); or the account's id.
fn handle(typed: &str) -> Result<String, String> {
    let name = typed.trim().trim_start_matches('@');
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let domain = name.contains('.') && name.split('.').all(|label| !label.is_empty()) && name.chars().all(fits);
    if domain || name.starts_with("did:plc:") || name.starts_with("did:web:") {
        return Ok(name.to_owned());
    }
    Err(format!("{typed:?} is no handle; write it as on your profile, such as \"acme.bsky.social\""))
}

/// The address of a stream.
fn stream(typed: &str) -> Result<Url, String> {
    let good = |url: &Url| matches!(url.scheme(), "ws" | "wss") && url.has_host();
    Url::parse(typed).ok().filter(good).ok_or_else(|| {
        format!(
            "{typed:?} is no address of a stream; write it such as \"wss://jetstream2.us-east.bsky.network/subscribe\""
        )
    })
}
