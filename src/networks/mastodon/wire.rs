//! What servers of the Mastodon API answer, as far as it matters here. Ids are opaque texts; what may be missing or null
//! somewhere is optional, since Mastodon, `GoToSocial`, Mitra and Pleroma differ in what they leave out.
//!
//! <https://docs.joinmastodon.org/entities/>

use jiff::Timestamp;
use serde::de::{DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An account (`Account`, `CredentialAccount`).
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Account {
    #[serde(deserialize_with = "id")]
    pub id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub username: String,
    /// The name, and for accounts of other servers the server after an `@`.
    #[serde(default, deserialize_with = "or_default")]
    pub acct: String,
    #[serde(default, deserialize_with = "or_default")]
    pub display_name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub url: String,
    #[serde(default)]
    pub followers_count: Option<i64>,
}

/// Somebody whom a status names (`Status::Mention`).
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Named {
    #[serde(deserialize_with = "id")]
    pub id: String,
}

/// A picture, a film or a sound.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Media {
    #[serde(default, rename = "type", deserialize_with = "or_default")]
    pub kind: String,
    #[serde(default, deserialize_with = "or_default")]
    pub description: String,
}

/// A poll.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Poll {
    #[serde(default, deserialize_with = "or_default")]
    pub options: Vec<Choice>,
}

/// One of a poll's answers.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default, deserialize_with = "or_default")]
    pub title: String,
}

/// A post (`Status`).
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Status {
    #[serde(deserialize_with = "id")]
    pub id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub uri: String,
    #[serde(default, deserialize_with = "or_default")]
    pub url: String,
    pub created_at: Timestamp,
    #[serde(default, deserialize_with = "maybe_id")]
    pub in_reply_to_id: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub visibility: String,
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub spoiler_text: String,
    #[serde(default, deserialize_with = "or_default")]
    pub content: String,
    pub account: Account,
    #[serde(default, deserialize_with = "or_default")]
    pub mentions: Vec<Named>,
    #[serde(default, deserialize_with = "or_default")]
    pub media_attachments: Vec<Media>,
    #[serde(default)]
    pub poll: Option<Poll>,
    #[serde(default, deserialize_with = "lenient")]
    pub card: Option<PreviewCard>,
    #[serde(default, deserialize_with = "readable")]
    pub tags: Vec<Tag>,
    /// What it quotes, in the server's own shape.
    #[serde(default)]
    pub quote: Option<Value>,
    #[serde(default)]
    pub edited_at: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub reblogged: bool,
    #[serde(default)]
    pub reblog: Option<Value>,
}

/// The page that a status shares (`PreviewCard`).
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct PreviewCard {
    #[serde(default, deserialize_with = "or_default")]
    pub url: String,
    #[serde(default, deserialize_with = "or_default")]
    pub title: String,
    #[serde(default, deserialize_with = "or_default")]
    pub description: String,
}

/// A hashtag (`Status::Tag`).
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Tag {
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
}

/// Something that happened to the account (`Notification`).
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Notification {
    #[serde(deserialize_with = "id")]
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub created_at: Timestamp,
    #[serde(default)]
    pub status: Option<Status>,
}

/// What stands above and below a status.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Context {
    #[serde(default, deserialize_with = "readable")]
    pub ancestors: Vec<Status>,
    #[serde(default, deserialize_with = "readable")]
    pub descendants: Vec<Status>,
}

/// What a search found (`Search`), as far as posts go.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Found {
    #[serde(default, deserialize_with = "readable")]
    pub statuses: Vec<Status>,
}

/// How the account stands to another.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Relationship {
    #[serde(default, deserialize_with = "or_default")]
    pub blocking: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub blocked_by: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub domain_blocking: bool,
}

/// The text of an own status as it was written (`StatusSource`).
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Source {
    #[serde(default, deserialize_with = "or_default")]
    pub text: String,
}

/// What an error's body says.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Said {
    #[serde(default, deserialize_with = "or_default")]
    pub error: String,
    #[serde(default, deserialize_with = "or_default")]
    pub error_description: String,
}

/// Null is as good as nothing.
pub(super) fn or_default<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

/// What cannot be read is none.
fn lenient<'de, T: DeserializeOwned, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<Value>::deserialize(from)?.and_then(|value| serde_json::from_value(value).ok()))
}

/// An id that can stand in an address: some servers write numbers.
fn id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    maybe_id(from)?.ok_or_else(|| serde::de::Error::custom("an id is missing or is none"))
}

fn maybe_id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let id = match Option::<Value>::deserialize(from)? {
        Some(Value::String(id)) => id,
        Some(Value::Number(number)) => number.to_string(),
        _ => return Ok(None),
    };
    let sound = id.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '/' | '\\' | '?' | '#' | '%'));
    Ok((sound && !id.is_empty() && id.len() <= 200 && !id.chars().all(|c| c == '.')).then_some(id))
}

/// Those of a list that can be read: one odd post must not hide the others.
fn readable<'de, T: DeserializeOwned, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(each(Option::<Vec<Value>>::deserialize(from)?.unwrap_or_default()))
}

/// See [`readable`].
pub(super) fn each<T: DeserializeOwned>(values: Vec<Value>) -> Vec<T> {
    let read = |value| match serde_json::from_value(value) {
        Ok(one) => Some(one),
        Err(error) => {
            tracing::debug!(%error, "an entry of a list cannot be read");
            None
        }
    };
    values.into_iter().filter_map(read).collect()
}
