//! Something to do to the outside. It is recorded before it is attempted, and removed when it is done.

use super::{MentionNo, PersonId, Place, SourceName, Text};
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
    /// Post the digest of a channel for a local date.
    Digest {
        /// Which channel.
        place: Place,
        /// Which local date, in the channel's zone.
        date: Date,
    },
    /// Say something in a channel: a failing source, low disk, pause.
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
    /// How often it was tried.
    #[serde(default)]
    pub attempts: u32,
    /// True from just before a try that cannot be repeated blindly until its outcome is recorded: found so after a
    /// crash, the outcome is unknown.
    #[serde(default)]
    pub trying: bool,
    /// What to do.
    pub kind: EffectKind,
}

impl Effect {
    /// An effect to do at once, with the key of its cause.
    pub fn new(id: impl Into<String>, due_at: Timestamp, kind: EffectKind) -> Self {
        Self { id: EffectId(id.into()), due_at, attempts: 0, trying: false, kind }
    }

    /// Which mention it is about; order is kept per mention within a lane.
    pub fn mention(&self) -> Option<MentionNo> {
        match &self.kind {
            EffectKind::PostCard { no, .. }
            | EffectKind::UpdateCard { no, .. }
            | EffectKind::Thread { no, .. }
            | EffectKind::SendReply { no, .. } => Some(*no),
            EffectKind::Digest { .. } | EffectKind::Notice { .. } => None,
        }
    }

    /// Where it goes.
    pub fn lane(&self) -> Lane {
        match &self.kind {
            EffectKind::SendReply { source, .. } => Lane::Network(source.clone()),
            EffectKind::PostCard { place, .. }
            | EffectKind::UpdateCard { place, .. }
            | EffectKind::Thread { place, .. }
            | EffectKind::Digest { place, .. }
            | EffectKind::Notice { place, .. } => Lane::Chat(place.clone()),
        }
    }

    /// Which channel it goes to; `None` for a reply, which goes to the mention's network.
    pub fn place(&self) -> Option<&Place> {
        match &self.kind {
            EffectKind::PostCard { place, .. }
            | EffectKind::UpdateCard { place, .. }
            | EffectKind::Thread { place, .. }
            | EffectKind::Digest { place, .. }
            | EffectKind::Notice { place, .. } => Some(place),
            EffectKind::SendReply { .. } => None,
        }
    }
}
