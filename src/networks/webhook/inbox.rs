//! Mentions in: verify first, parse afterwards, and only then believe.

use super::{Secret, shape};
use crate::domain::{IdemKey, Post, SourceName};
use jiff::Timestamp;
use serde_json::json;

/// The headers of a request, names in any case.
pub type Headers = reqwest::header::HeaderMap;

/// How far a sender's clock may be off, both ways, in seconds.
const TOLERANCE: i64 = 5 * 60;
/// Characters of a `webhook-id`.
const LONGEST_ID: usize = 200;
/// Bytes of a body; the listener has the same limit.
const LONGEST_BODY: usize = 1024 * 1024;

/// What a signed hook brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The same for every delivery of this hook: hand it to the store together with the posts, and answer
    /// [`duplicate`] if the store has had it.
    pub idem: IdemKey,
    /// The posts, oldest first.
    pub posts: Vec<Post>,
}

/// Why a hook was refused, as the sender reads it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {say}")]
pub struct Rejected {
    /// The HTTP status.
    pub status: u16,
    /// A word for programs.
    pub code: &'static str,
    /// A sentence for people, with what to do next.
    pub say: String,
}

impl Rejected {
    fn new(status: u16, code: &'static str, say: impl Into<String>) -> Self {
        Self { status, code, say: say.into() }
    }

    /// The JSON body of the answer.
    pub fn body(&self) -> String {
        json!({ "status": "refused", "code": self.code, "message": self.say }).to_string()
    }
}

/// The answer to a hook that was stored: status and JSON body. Only to be given when it is durable.
pub fn accepted(posts: usize) -> (u16, String) {
    (200, json!({ "status": "accepted", "mentions": posts }).to_string())
}

/// The answer to a hook that was stored before. Success, because anything else makes the sender try again for days
/// (Standard Webhooks, "Delivery success and failure").
pub fn duplicate() -> (u16, String) {
    (200, json!({ "status": "duplicate" }).to_string())
}

/// The answer while nothing can be stored: the sender keeps it and comes again. Give `Retry-After: 30` with it.
pub fn unavailable() -> (u16, String) {
    (503, json!({ "status": "refused", "code": "unavailable", "message": "Nothing can be stored at the moment; send it again later." }).to_string())
}

/// Where one source's hooks arrive.
#[derive(Clone, Debug)]
pub struct Inbox {
    source: SourceName,
    network: String,
    secrets: Vec<Secret>,
}

impl Inbox {
    /// An inbox. `network` is the label of posts that state none; several secrets allow for rotation.
    pub fn new(source: SourceName, network: impl Into<String>, secrets: Vec<Secret>) -> Self {
        Self { source, network: network.into(), secrets }
    }

    /// Checks a hook and reads its mentions. Nothing of the body is looked at before the signature holds. Never panics,
    /// whatever the bytes.
    ///
    /// # Errors
    /// What the sender is answered.
    pub fn receive(&self, headers: &Headers, body: &[u8], now: Timestamp) -> Result<Received, Rejected> {
        if body.len() > LONGEST_BODY {
            return Err(Rejected::new(
                413,
                "too_large",
                "The body may have at most 1 MiB; send fewer mentions at once.",
            ));
        }
        let id = one(headers, "webhook-id")?;
        // A full stop in the id would let one signed text be read as another (Standard Webhooks, "Signature scheme").
        let proper = |c: char| c.is_ascii_graphic() && c != '.';
        if id.is_empty() || id.len() > LONGEST_ID || !id.chars().all(proper) {
            return Err(Rejected::new(
                400,
                "bad_id",
                "webhook-id must be 1 to 200 visible ASCII characters without a full stop.",
            ));
        }
        let stated = one(headers, "webhook-timestamp")?;
        let seconds: i64 = Some(stated)
            .filter(|s| (1..=12).contains(&s.len()) && s.chars().all(|c| c.is_ascii_digit()) && !s.starts_with('0'))
            .and_then(|s| s.parse().ok())
            .ok_or_else(|| {
                Rejected::new(
                    400,
                    "bad_timestamp",
                    "webhook-timestamp must be whole seconds since 1970, such as 1700000000.",
                )
            })?;
        let signatures = all(headers, "webhook-signature")?;
        if !self.secrets.iter().any(|secret| secret.verifies(&signatures, id, seconds, body)) {
            return Err(Rejected::new(
                401,
                "bad_signature",
                "No signature in webhook-signature fits. Sign id.timestamp.body with the shared secret, over the exact bytes of the body.",
            ));
        }
        // After the signature: only somebody who knows the secret learns how our clock stands.
        let off = now.as_second() - seconds;
        if off.abs() > TOLERANCE {
            let say = if off > 0 {
                format!(
                    "webhook-timestamp is {off} s old, at most 300 s are accepted; sign each attempt anew, and check the clock."
                )
            } else {
                format!("webhook-timestamp is {} s in the future, at most 300 s are accepted; check the clock.", -off)
            };
            return Err(Rejected::new(401, "timestamp_out_of_range", say));
        }
        let mut posts = shape::posts(body, &self.source, &self.network, now)?;
        posts.sort_by_key(|p| p.posted_at);
        Ok(Received { idem: IdemKey(format!("webhook:{}:{id}", self.source)), posts })
    }
}

/// The only value of a header.
fn one<'a>(headers: &'a Headers, name: &'static str) -> Result<&'a str, Rejected> {
    let mut values = headers.get_all(name).iter();
    let missing =
        || Rejected::new(400, "missing_header", format!("The header {name} is missing; see docs/webhook.md."));
    let value = values.next().ok_or_else(missing)?;
    if values.next().is_some() {
        return Err(Rejected::new(400, "repeated_header", format!("The header {name} may be there only once.")));
    }
    value
        .to_str()
        .map(str::trim)
        .map_err(|_| Rejected::new(400, "bad_header", format!("The header {name} has characters that are not ASCII.")))
}

/// All signatures, also if the header is there several times.
fn all(headers: &Headers, name: &'static str) -> Result<String, Rejected> {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).collect();
    if values.is_empty() {
        return Err(Rejected::new(
            400,
            "missing_header",
            format!("The header {name} is missing; see docs/webhook.md."),
        ));
    }
    Ok(values.join(" "))
}

impl From<shape::Problems> for Rejected {
    fn from(problems: shape::Problems) -> Self {
        match problems {
            shape::Problems::NotJson(say) => Rejected::new(400, "bad_json", say),
            shape::Problems::Shape(say) => Rejected::new(422, "bad_shape", say),
        }
    }
}
