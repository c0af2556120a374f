//! `[[source]]` of type `feed`.

use super::super::reader::Section;
use super::super::schema::{Key, Table};
use super::super::values;
use super::{BRANDS, NAME, TYPE, every};
use std::time::Duration;
use url::Url;

const URL: Key = Key::required("url", "the feed's address, such as \"https://example.com/feed.xml\"");
const EVERY: Key = Key::with_default("every", "a duration such as \"5m\"", "5m");

/// An RSS, Atom or JSON feed.
pub const TABLE: Table = Table { title: "a [[source]] of type \"feed\"", keys: &[&NAME, &TYPE, &BRANDS, &URL, &EVERY] };

/// An RSS, Atom or JSON feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedSource {
    /// Where it is.
    pub url: Url,
    /// How often to look.
    pub every: Duration,
}

pub(super) fn read(section: &Section<'_>) -> Option<FeedSource> {
    section.refuse_unknown(&TABLE);
    let every = every(section, &EVERY);
    let url = section.optional(&URL, values::url)?;
    Some(FeedSource { url, every })
}
