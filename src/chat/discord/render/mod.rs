//! What Discord shows: cards, messages, answers and forms as the JSON that is sent. Pure: nothing is asked and nothing is
//! sent.
//!
//! All text is handed in as data and stays data; see [`text`] for how. Moments are shown in the reader's own zone, which
//! Discord knows and we do not have to. Whatever is shown fits every limit that Discord documents, counted in the strictest
//! way: the documentation speaks of characters and does not say which, so an emoji outside the basic plane counts as two.

mod action;
mod card;
mod form;
mod markdown;
mod message;
pub mod text;

pub use action::{Clicked, decode, encode, form_id, kept, parse_form_id};
pub use card::{all_tags, card, tags, thread_name};
pub use form::form;
pub use message::{again, answer, message, thread, wrote};

use crate::domain::PersonId;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Longest `content`, in units (Discord, "Create Message"; more only for people who pay).
const CONTENT: usize = 2_000;
/// Longest description of an embed, in units (Discord, "Embed Limits").
const DESCRIPTION: usize = 4_096;
/// Most text of all embeds of a message together, in units (Discord, "Embed Limits").
const EMBEDS: usize = 6_000;
/// Longest name of an embed's author, in units (Discord, "Embed Limits").
const AUTHOR: usize = 256;
/// The flags `SUPPRESS_EMBEDS` and `EPHEMERAL` (Discord, "Message Flags").
const SUPPRESS_EMBEDS: u32 = 1 << 2;
const EPHEMERAL: u32 = 1 << 6;
/// Longest key that is kept as it is, in bytes; Discord's limit for the address of an embed is 2,048.
const KEY: usize = 200;
/// What stands before a key in the address of an embed, and before the hash of one that is too long or too odd. The name
/// `.invalid` leads nowhere, now and ever (RFC 2606).
const MARK: &str = "https://hearback.invalid/#key=";
const HASHED: &str = "https://hearback.invalid/#hash=";

/// What colleagues are called, and who they are in Discord.
#[derive(Clone, Debug, Default)]
pub struct Names {
    called: BTreeMap<PersonId, String>,
    users: BTreeMap<PersonId, String>,
}

impl Names {
    /// Adds a person: what they are called and, if Discord knows them, their user id, such as `80351110224678912`.
    #[must_use]
    pub fn with(mut self, who: &PersonId, name: impl Into<String>, user: Option<&str>) -> Self {
        self.called.insert(who.clone(), name.into());
        if let Some(user) = user {
            self.users.insert(who.clone(), user.to_owned());
        }
        self
    }

    /// What a colleague is called; whoever is missing is called by their id.
    pub fn called(&self, who: &PersonId) -> String {
        text::short(self.called.get(who).unwrap_or(&who.0), 40)
    }

    /// Their user id, if it is one (Discord, "Snowflakes").
    pub fn user(&self, who: &PersonId) -> Option<&str> {
        let user = self.users.get(who)?;
        let plain = user.chars().all(|c| c.is_ascii_digit()) && user.parse::<u64>().is_ok_and(|id| id > 0);
        Some(user.as_str()).filter(|_| plain)
    }
}

/// The address by which a message is found again: it carries the key, or the hash of one that is too long. It is the `url`
/// of the message's first embed, which has no title that could show it.
pub fn mark(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '-' | '_' | '.');
    if !key.is_empty() && key.len() <= KEY && key.chars().all(plain) {
        return format!("{MARK}{key}");
    }
    let mut url = HASHED.to_owned();
    for byte in Sha256::digest(key.as_bytes()) {
        // Writing to a String cannot fail.
        write!(url, "{byte:02x}").unwrap_or_default();
    }
    url
}

/// The key that a message carries, as Discord gives it back, or the hash of it where it was too long; `None` if it is not
/// marked by us.
pub fn key_of(message: &Value) -> Option<String> {
    kept_in(message.pointer("/embeds/0/url")?.as_str()?)
}

/// What [`key_of`] gives for a message with that key.
pub fn kept_key(key: &str) -> String {
    let url = mark(key);
    kept_in(&url).unwrap_or(url)
}

fn kept_in(url: &str) -> Option<String> {
    url.strip_prefix(MARK).or_else(|| url.strip_prefix(HASHED)).map(str::to_owned)
}

/// Nobody is pinged, whatever is written, but this one (Discord, "Allowed Mentions Object").
fn allowed(user: Option<&str>) -> Value {
    match user {
        Some(user) => json!({ "parse": [], "users": [user] }),
        None => json!({ "parse": [] }),
    }
}

/// What serenity builds, as JSON. It has no keys but words and no numbers but whole ones, so this cannot fail.
fn built(builder: &impl Serialize) -> Value {
    serde_json::to_value(builder).unwrap_or_default()
}
