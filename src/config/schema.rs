//! The tables and keys of bot.toml, as values: the reader reads by them, unknown keys are found by them, and
//! bot.toml.example is checked against them.

use super::{
    assist, brand, concern, desk, digest, discord, hours, person, privacy, route, secret, slack, source, triage,
};

/// One key of a table. A default is written once, here, and read like anything that a person wrote.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name in the file.
    pub name: &'static str,
    /// What to write there, for messages: `a duration such as "5m"`.
    pub expects: &'static str,
    /// The value if left out, as it would be written between quotes.
    pub default: Option<&'static str>,
    /// Must be there.
    pub required: bool,
}

impl Key {
    /// A key that may be left out and then means nothing, or depends on something else.
    pub const fn optional(name: &'static str, expects: &'static str) -> Self {
        Self { name, expects, default: None, required: false }
    }
    /// A key that must be there.
    pub const fn required(name: &'static str, expects: &'static str) -> Self {
        Self { name, expects, default: None, required: true }
    }
    /// A key that may be left out and then has this value.
    pub const fn with_default(name: &'static str, expects: &'static str, default: &'static str) -> Self {
        Self { name, expects, default: Some(default), required: false }
    }
}

/// One table of the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// How it is headed in the file, such as `[[brand]]`, or in words where it has no heading of its own.
    pub title: &'static str,
    /// Its keys.
    pub keys: &'static [&'static Key],
}

impl Table {
    /// The names of its keys.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|key| key.name)
    }
}

/// Every table that bot.toml may have, each with every key.
pub const TABLES: &[&Table] = &[
    &ROOT,
    &desk::DESK,
    &brand::TABLE,
    &brand::IN_LANGUAGE,
    &source::bluesky::TABLE,
    &source::feed::TABLE,
    &source::hackernews::TABLE,
    &source::mastodon::TABLE,
    &source::reddit::TABLE,
    &source::webhook::TABLE,
    &source::webhook::CALLBACK,
    &source::x::TABLE,
    &secret::TABLE,
    &route::TABLE,
    &person::TABLE,
    &person::ROLES,
    &hours::TABLE,
    &hours::BRAND,
    &hours::WEEK,
    &desk::TARGETS,
    &digest::TABLE,
    &concern::URGENCY,
    &concern::URGENT,
    &concern::FILTER,
    &triage::TABLE,
    &privacy::TABLE,
    &privacy::PATTERN_TABLE,
    &slack::TABLE,
    &discord::TABLE,
    &discord::CERTIFICATE,
    &assist::TABLE,
    &desk::WEB,
    &desk::STORE,
    &desk::LOG,
];

/// The tables themselves.
pub const ROOT: Table = Table {
    title: "the file",
    keys: &[
        &DESK, &BRAND, &SOURCE, &ROUTE, &PERSON, &ROLES, &HOURS, &TARGETS, &DIGEST, &URGENCY, &URGENT, &FILTER, &SLACK,
        &DISCORD, &WEB, &STORE, &LOG, &TRIAGE, &PRIVACY, &ASSIST,
    ],
};

pub(super) const DESK: Key = Key::optional("desk", "a table [desk]");
pub(super) const BRAND: Key = Key::required("brand", "at least one [[brand]]");
pub(super) const SOURCE: Key = Key::required("source", "at least one [[source]]");
pub(super) const ROUTE: Key = Key::optional("route", "tables [[route]]");
pub(super) const PERSON: Key = Key::optional("person", "tables [[person]]");
pub(super) const ROLES: Key = Key::optional("roles", "a table [roles]");
pub(super) const HOURS: Key = Key::optional("hours", "a table [hours]");
pub(super) const TARGETS: Key = Key::optional("targets", "a table [targets]");
pub(super) const DIGEST: Key = Key::optional("digest", "tables [[digest]]");
pub(super) const URGENCY: Key = Key::optional("urgency", "a table [urgency]");
pub(super) const URGENT: Key = Key::optional("urgent", "tables [[urgent]]");
pub(super) const FILTER: Key = Key::optional("filter", "a table [filter]");
pub(super) const TRIAGE: Key = Key::optional("triage", "a table [triage]");
pub(super) const PRIVACY: Key = Key::optional("privacy", "a table [privacy]");
pub(super) const SLACK: Key = Key::optional("slack", "a table [slack]");
pub(super) const DISCORD: Key = Key::optional("discord", "a table [discord]");
pub(super) const ASSIST: Key = Key::optional("assist", "a table [assist]");
pub(super) const WEB: Key = Key::optional("web", "a table [web]");
pub(super) const STORE: Key = Key::optional("store", "a table [store]");
pub(super) const LOG: Key = Key::optional("log", "a table [log]");
