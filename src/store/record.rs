//! How records and commits lie on the disk: JSON in an envelope with a version and a checksum, and the steps from each
//! older version to the next.

use super::fault::Fault;
use crate::domain::{Change, Commit, Cursor, EffectChange, Event, EventKind, IdemKey, Mention, MentionNo, SourceName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;

/// The version of everything that is written now. Raise it with every change of the shape of mentions, events, effects
/// or commits that an older reader or record would not survive; add a step to `UPCASTERS` and a golden file.
pub const SCHEMA: u16 = 1;

/// Step n turns what version n + 1 wrote into what version n + 2 writes.
type Upcaster = fn(&mut Value);
const UPCASTERS: [Upcaster; SCHEMA as usize - 1] = [];

const MAGIC: u8 = 0xB7;
const ENVELOPE: usize = 7;

/// How many of its newest events lie in the mention's own record; older ones are spilled.
pub const EMBEDDED: usize = 32;

/// A mention as it lies in the index: the record with its newest events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// The record.
    pub mention: Mention,
    /// How many older events are spilled.
    #[serde(default)]
    pub spilled: u32,
    /// The newest events, oldest first.
    pub events: Vec<Event>,
    /// The text of the first event is that of the record and is not written twice.
    #[serde(default)]
    lean: bool,
}

impl Stored {
    /// A record with all its events.
    pub fn new(mention: Mention, events: Vec<Event>) -> Self {
        Self { mention, spilled: 0, events, lean: false }
    }
}

/// Wraps a payload: magic | schema | crc32c | payload.
fn wrap(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(ENVELOPE + payload.len());
    out.push(MAGIC);
    out.extend_from_slice(&SCHEMA.to_be_bytes());
    out.extend_from_slice(&crc32c::crc32c(payload).to_be_bytes());
    out.extend_from_slice(payload);
    out
}

fn unwrap(bytes: &[u8]) -> Result<(u32, &[u8]), Fault> {
    let bad = || Fault("a record has no sound envelope".to_owned());
    let (&[magic, s1, s2, c1, c2, c3, c4], payload) = bytes.split_first_chunk::<ENVELOPE>().ok_or_else(bad)?;
    if magic != MAGIC || crc32c::crc32c(payload) != u32::from_be_bytes([c1, c2, c3, c4]) {
        return Err(Fault("the checksum of a record is wrong".to_owned()));
    }
    Ok((u32::from(u16::from_be_bytes([s1, s2])), payload))
}

/// Reads JSON that was written with that version.
fn parse<T: serde::de::DeserializeOwned>(schema: u32, payload: &[u8]) -> Result<T, Fault> {
    let not_json = |e: serde_json::Error| Fault(format!("a record of version {schema} does not read: {e}"));
    if schema == u32::from(SCHEMA) {
        return serde_json::from_slice(payload).map_err(not_json);
    }
    if schema == 0 || schema > u32::from(SCHEMA) {
        return Err(Fault(format!(
            "it was written by another version of hearback (records of version {schema}, this one knows up to {SCHEMA}): \
             use that version, or a newer one"
        )));
    }
    let mut value: Value = serde_json::from_slice(payload).map_err(not_json)?;
    upcast(&UPCASTERS, schema as usize, &mut value);
    serde_json::from_value(value).map_err(not_json)
}

fn upcast(steps: &[Upcaster], schema: usize, value: &mut Value) {
    for step in steps.iter().skip(schema - 1) {
        step(value);
    }
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(value).map_err(|e| Fault(format!("a record does not write: {e}")))
}

/// A mention's record as bytes.
pub fn encode_mention(mut stored: Stored) -> Result<Vec<u8>, Fault> {
    stored.lean = false;
    if let Some(Event { what: EventKind::Seen { post, .. }, .. }) = stored.events.first_mut()
        && post.text == stored.mention.post.text
    {
        post.text = String::new();
        stored.lean = true;
    }
    Ok(wrap(&json(&stored)?))
}

/// The reverse of [`encode_mention`].
pub fn decode_mention(bytes: &[u8]) -> Result<Stored, Fault> {
    let (schema, payload) = unwrap(bytes)?;
    let mut stored: Stored = parse(schema, payload)?;
    if stored.lean
        && let Some(Event { what: EventKind::Seen { post, .. }, .. }) = stored.events.first_mut()
    {
        post.text.clone_from(&stored.mention.post.text);
    }
    stored.lean = false;
    Ok(stored)
}

/// Any other record as bytes.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, Fault> {
    Ok(wrap(&json(value)?))
}

/// The reverse of [`encode`].
pub fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    let (schema, payload) = unwrap(bytes)?;
    parse(schema, payload)
}

/// A commit as it lies in the journal. A new mention is left out: its first event makes it.
#[derive(Serialize, Deserialize)]
struct Wire<'a> {
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    changes: Vec<WireChange<'a>>,
    #[serde(default, skip_serializing_if = "nothing")]
    effects: Cow<'a, [EffectChange]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<Cow<'a, (SourceName, Cursor)>>,
    #[serde(default, skip_serializing_if = "nothing")]
    settings: Cow<'a, [(String, Option<String>)]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    idem: Option<Cow<'a, IdemKey>>,
}

#[derive(Serialize, Deserialize)]
struct WireChange<'a> {
    no: MentionNo,
    expect: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<Cow<'a, Mention>>,
    events: Cow<'a, [Event]>,
}

fn nothing<T: Clone>(list: &[T]) -> bool {
    list.is_empty()
}

/// A commit as the payload of a frame.
pub fn encode_commit(commit: &Commit) -> Result<Vec<u8>, Fault> {
    let lean = |c: &Change| {
        let [seen] = c.events.as_slice() else { return false };
        c.expect == 0 && Mention::open(c.after.no, seen).as_ref() == Some(&c.after)
    };
    json(&Wire {
        at: commit.at,
        changes: commit
            .changes
            .iter()
            .map(|c| WireChange {
                no: c.after.no,
                expect: c.expect,
                after: (!lean(c)).then_some(Cow::Borrowed(&c.after)),
                events: Cow::Borrowed(&c.events),
            })
            .collect(),
        effects: Cow::Borrowed(&commit.effects),
        cursor: commit.cursor.as_ref().map(Cow::Borrowed),
        settings: Cow::Borrowed(&commit.settings),
        idem: commit.idem.as_ref().map(Cow::Borrowed),
    })
}

/// The reverse of [`encode_commit`], for a payload of that version.
pub fn decode_commit(schema: u32, payload: &[u8]) -> Result<Commit, Fault> {
    let wire: Wire<'static> = parse(schema, payload)?;
    let mut changes = Vec::with_capacity(wire.changes.len());
    for c in wire.changes {
        let events = c.events.into_owned();
        let after = match c.after {
            Some(after) => after.into_owned(),
            None => events
                .first()
                .and_then(|seen| Mention::open(c.no, seen))
                .ok_or_else(|| Fault(format!("the commit that opens {} has no first event", c.no)))?,
        };
        changes.push(Change { expect: c.expect, after, events });
    }
    Ok(Commit {
        at: wire.at,
        changes,
        effects: wire.effects.into_owned(),
        cursor: wire.cursor.map(Cow::into_owned),
        settings: wire.settings.into_owned(),
        idem: wire.idem.map(Cow::into_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn upcasters_run_from_the_version_that_wrote_it_to_the_present_one() {
        let steps: [Upcaster; 2] = [|v| v["a"] = json!(2), |v| v["b"] = json!(v["a"])];
        let mut oldest = json!({"a": 1});
        upcast(&steps, 1, &mut oldest);
        assert_eq!(oldest, json!({"a": 2, "b": 2}));
        let mut newer = json!({"a": 7});
        upcast(&steps, 2, &mut newer);
        assert_eq!(newer, json!({"a": 7, "b": 7}));
    }

    #[test]
    fn a_record_of_a_newer_program_is_refused_with_a_sentence() {
        let mut bytes = encode(&json!({})).expect("encodes");
        bytes[2] = 9;
        let e = decode::<Value>(&bytes).expect_err("newer");
        assert!(e.to_string().contains("another version"), "{e}");
    }
}
