//! Something to do to the outside. It is recorded before it is attempted, and removed when it is done.

use super::{MentionNo, PersonId, Place, SourceName, Text, Want};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The stable key of an effect: the same cause gives the same key, so it cannot be queued twice, and the outside can
/// recognise a repetition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EffectId(pub String);

impl fmt::Display for EffectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where it goes. One lane's trouble holds up no other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// A channel of a chat.
    Chat(Place),
    /// The network of a source.
    Network(SourceName),
    /// What is read there for the sake of a mention: it holds up no reply.
    Reading(SourceName),
    /// The assistant: what somebody waits for does not queue behind what nobody asked for.
    Assistant {
        /// A person asked.
        asked: bool,
    },
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum EffectKind {
    /// Post the card of a mention.
    PostCard {
        /// Which mention.
        no: MentionNo,
        /// Where.
        place: Place,
    },
    /// Bring a card up to date. Whoever does it shows the mention as it is by then.
    UpdateCard {
        /// Which mention.
        no: MentionNo,
        /// Which channel; the message is the mention's card there.
        place: Place,
    },
    /// Say something in the thread of a mention's card.
    Thread {
        /// Which mention.
        no: MentionNo,
        /// Which channel.
        place: Place,
        /// The words.
        text: Text,
        /// The one person who gets a ping.
        #[serde(default)]
        ping: Option<PersonId>,
    },
    /// Send the reply that the mention has queued.
    SendReply {
        /// Which mention.
        no: MentionNo,
        /// The how-manyth send of that mention.
        send: u32,
        /// The source whose network it goes to.
        source: SourceName,
    },
    /// Do what somebody asked for at the post besides answering it.
    Act {
        /// Which mention.
        no: MentionNo,
        /// The how-manyth deed of that mention.
        n: u32,
        /// The source whose account does it.
        source: SourceName,
    },
    /// Read what was said above a mention.
    Context {
        /// Which mention.
        no: MentionNo,
        /// The source whose network is asked.
        source: SourceName,
    },
    /// Ask the assistant about a mention.
    Assist {
        /// Which mention.
        no: MentionNo,
        /// For what.
        want: Want,
        /// Who asked; `None`: nobody, it is done for every mention of that sort.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked: Option<PersonId>,
    },
    /// Post the digest of a channel for a local date.
    Digest {
        /// Which channel.
        place: Place,
        /// Which local date, in the channel's zone.
        date: Date,
    },
    /// Show that a source fails, or is back: one message in a channel, brought up to date.
    SourceCard {
        /// Which source.
        source: SourceName,
        /// Which channel.
        place: Place,
        /// Since when it fails: a later trouble has a message of its own.
        since: Timestamp,
    },
    /// Say something in a channel: low disk, pause.
    Notice {
        /// Which channel.
        place: Place,
        /// The words.
        text: Text,
    },
}

/// One thing to do, as it lies in the outbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// Its key.
    pub id: EffectId,
    /// Not before.
    pub due_at: Timestamp,
    /// When it was queued, never later than its first try; not known of records that are older than this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queued_at: Option<Timestamp>,
    /// How often it was tried.
    #[serde(default)]
    pub attempts: u32,
    /// A person did something and looks for it in the chat.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
    /// True from just before a try that cannot be repeated blindly until its outcome is recorded: found so after a
    /// crash, the outcome is unknown.
    #[serde(default)]
    pub trying: bool,
    /// How often in a row it was looked for since the last try, and was not there.
    #[serde(default, skip_serializing_if = "super::news::none")]
    pub looks: u32,
    /// What to do.
    pub kind: EffectKind,
}

impl Effect {
    /// An effect to do at once, with the key of its cause.
    pub fn new(id: impl Into<String>, due_at: Timestamp, kind: EffectKind) -> Self {
        let id = EffectId(id.into());
        Self { id, due_at, queued_at: Some(due_at), attempts: 0, asked: false, trying: false, looks: 0, kind }
    }

    /// The same effect for its next try: not before `after` has passed.
    #[must_use]
    pub fn again(self, now: Timestamp, after: std::time::Duration) -> Self {
        let due_at = now.checked_add(after).unwrap_or(now);
        // A clock that was set back since: the first try was not later than this one.
        let queued_at = self.queued_at.map(|at| at.min(now));
        Self { due_at, queued_at, attempts: self.attempts + 1, ..self }
    }

    /// The moment since when a try may have arrived whose outcome was never recorded; `None` if there was no try.
    /// `inherited`: what was queued up to then may have been tried by an earlier process.
    pub fn maybe_since(&self, inherited: Timestamp) -> Option<Timestamp> {
        match self.queued_at {
            Some(queued) => (self.attempts > 0 || queued <= inherited).then_some(queued),
            // Not tried, so still due when it was queued; else nobody knows.
            None if self.attempts == 0 => Some(self.due_at),
            None => Some(Timestamp::UNIX_EPOCH),
        }
    }

    /// It changes a message that is there; all others make a new one.
    pub fn edits(&self) -> bool {
        matches!(self.kind, EffectKind::UpdateCard { .. })
    }

    /// Which mention it is about; order is kept per mention within a lane.
    pub fn mention(&self) -> Option<MentionNo> {
        match &self.kind {
            EffectKind::PostCard { no, .. }
            | EffectKind::UpdateCard { no, .. }
            | EffectKind::Thread { no, .. }
            | EffectKind::SendReply { no, .. }
            | EffectKind::Act { no, .. }
            | EffectKind::Context { no, .. }
            | EffectKind::Assist { no, .. } => Some(*no),
            EffectKind::Digest { .. } | EffectKind::Notice { .. } | EffectKind::SourceCard { .. } => None,
        }
    }

    /// Where it goes.
    pub fn lane(&self) -> Lane {
        match &self.kind {
            EffectKind::SendReply { source, .. } | EffectKind::Act { source, .. } => Lane::Network(source.clone()),
            EffectKind::Context { source, .. } => Lane::Reading(source.clone()),
            EffectKind::Assist { asked, .. } => Lane::Assistant { asked: asked.is_some() },
            EffectKind::PostCard { place, .. }
            | EffectKind::UpdateCard { place, .. }
            | EffectKind::Thread { place, .. }
            | EffectKind::Digest { place, .. }
            | EffectKind::SourceCard { place, .. }
            | EffectKind::Notice { place, .. } => Lane::Chat(place.clone()),
        }
    }

    /// Which channel it goes to; `None` for what goes to the mention's network, or to the assistant.
    pub fn place(&self) -> Option<&Place> {
        match &self.kind {
            EffectKind::PostCard { place, .. }
            | EffectKind::UpdateCard { place, .. }
            | EffectKind::Thread { place, .. }
            | EffectKind::Digest { place, .. }
            | EffectKind::SourceCard { place, .. }
            | EffectKind::Notice { place, .. } => Some(place),
            EffectKind::SendReply { .. }
            | EffectKind::Act { .. }
            | EffectKind::Context { .. }
            | EffectKind::Assist { .. } => None,
        }
    }
}
