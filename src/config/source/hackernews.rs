//! `[[source]]` of type `hackernews`.

use super::super::brand::Brand;
use super::super::reader::Section;
use super::super::schema::{Key, Table};
use super::super::values;
use super::{BRANDS, NAME, TYPE, every, queries};
use std::time::Duration;

const QUERY: Key = Key::optional("query", "what to search for, such as [\"acme\", \"acme.example\"]");
const EVERY: Key = Key::with_default("every", "a duration such as \"2m\"", "2m");
const API: Key = Key::with_default("api", "the search's address", "https://hn.algolia.com/api/v1");

/// Hacker News, by Algolia's search.
pub const TABLE: Table =
    Table { title: "a [[source]] of type \"hackernews\"", keys: &[&NAME, &TYPE, &BRANDS, &QUERY, &EVERY, &API] };

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

pub(super) fn read(section: &Section<'_>, brands: &[&Brand]) -> HackerNewsSource {
    section.refuse_unknown(&TABLE);
    let queries = queries(section, &QUERY, brands);
    let api = section.optional(&API, values::url).map(|url| url.as_str().trim_end_matches('/').to_owned());
    HackerNewsSource { queries, every: every(section, &EVERY), api: api.unwrap_or_default() }
}
