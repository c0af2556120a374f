//! The unit of atomicity: what is journalled, applied, backed up and restored as one.

use super::{Capabilities, ChatName, Effect, EffectId, Event, Mention, MentionNo, Place, Post, SourceName, Verdict};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a source has got to: the adapter's own text, opaque to everybody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// The key by which a repeated delivery of the same command or hook is recognised.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdemKey(pub String);

/// What one mention becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The version that was read, 0 for a new mention; the store refuses if it has moved.
    pub expect: u64,
    /// The mention afterwards, with `version = expect + 1`.
    pub after: Mention,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// What becomes of an effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectChange {
    /// Queue it, or replace the one with its key.
    Put(Effect),
    /// It is done (or given up for good): remove it.
    Done(EffectId),
}

/// Everything that happens together. Index and roll-up changes are not carried: they follow from the change before and
/// after, and every store derives them the same way (docs/decisions/0002-commit.md).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Commit {
    /// When, by the desk's clock.
    pub at: Timestamp,
    /// What becomes of mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// What becomes of effects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<EffectChange>,
    /// Where a source has got to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<(SourceName, Cursor)>,
    /// Settings of the workspace; `None` removes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<(String, Option<String>)>,
    /// Refuse if this key was committed before (remembered for 48 hours).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idem: Option<IdemKey>,
}

impl Commit {
    /// Nothing yet.
    pub fn at(at: Timestamp) -> Self {
        Self { at, changes: Vec::new(), effects: Vec::new(), cursor: None, settings: Vec::new(), idem: None }
    }

    /// Adds what happens to a mention, with everything that must go out because of it. Returns the mention afterwards.
    pub fn happen(&mut self, before: &Mention, events: Vec<Event>) -> Mention {
        let mut after = before.clone();
        for event in &events {
            after.apply(event);
        }
        after.version = before.version + 1;
        let effects = super::consequences(Some(before), &after, &events);
        self.effects.extend(effects.into_iter().map(EffectChange::Put));
        self.changes.push(Change { expect: before.version, after: after.clone(), events });
        after
    }

    /// Adds a new mention, with its cards. `None` if the event does not open one.
    pub fn open(&mut self, no: MentionNo, seen: Event) -> Option<Mention> {
        let after = Mention::open(no, &seen)?;
        let effects = super::consequences(None, &after, std::slice::from_ref(&seen));
        self.effects.extend(effects.into_iter().map(EffectChange::Put));
        self.changes.push(Change { expect: 0, after: after.clone(), events: vec![seen] });
        Some(after)
    }
}

/// A post that matters, with everything decided about it except its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// What was said.
    pub post: Post,
    /// What triage made of it.
    pub verdict: Verdict,
    /// Where its cards go.
    pub places: Vec<Place>,
    /// When a response is due.
    pub due_at: Option<Timestamp>,
    /// What its source can do.
    pub can: Capabilities,
    /// May become a new mention; otherwise it only matters as part of a conversation that is known.
    pub opens: bool,
    /// The brand account that wrote it: it is not a mention, but may answer one.
    pub own_account: Option<String>,
}

/// What a source has heard, with its new position: committed together.
#[derive(Clone, Debug, PartialEq)]
pub struct Intake {
    /// When, by the desk's clock.
    pub at: Timestamp,
    /// Which source.
    pub source: SourceName,
    /// The posts, oldest first.
    pub seen: Vec<Seen>,
    /// The position after them.
    pub cursor: Option<Cursor>,
    /// Refuse if this key was committed before (a replayed webhook).
    pub idem: Option<IdemKey>,
    /// The chat that events are attributed to, none for hearback itself.
    pub via: Option<ChatName>,
}

/// What became of one post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ingested {
    /// A new mention.
    New(MentionNo),
    /// Seen before: nothing changed.
    Known(MentionNo),
    /// Seen before, and changed by its author since.
    Edited(MentionNo),
    /// The author of that mention wrote again.
    FollowUp(MentionNo),
    /// A brand account answered that mention natively.
    Answer(MentionNo),
    /// It does not open a mention, and belongs to none that is known: nothing was stored.
    Unrelated,
}
