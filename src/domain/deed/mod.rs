//! What is done about a mention besides answering it: likes and the like, hand-offs, deleted replies, and through whose
//! account it is answered. None of it is a response.

mod fold;
/// What must hold before a deed goes out.
pub mod guard;
mod said;

pub(super) use said::{on_card, thread_line};

use super::{Act, Mention, Native, PersonId, Response, ResponseSource, SourceName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a draft is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// It answers in public.
    #[default]
    Reply,
    /// It asks in public to go on in private: no response.
    HandOff,
    /// It goes to the author alone: no response either.
    Message,
}

impl Purpose {
    /// An ordinary reply.
    pub fn is_reply(&self) -> bool {
        *self == Purpose::Reply
    }
}

/// What became of a deed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It is in the outbox.
    Queued,
    /// The network confirmed it.
    Done {
        /// The network's id of what was done.
        external_id: String,
        /// When, by the network's clock.
        at: Timestamp,
    },
    /// It was done, and taken back.
    Undone,
    /// It was not done, for certain.
    Failed(String),
    /// Nobody knows.
    Unknown(String),
}

/// One thing that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeedRecord {
    /// The how-manyth of its mention, counted from 1.
    pub n: u32,
    /// What.
    pub act: Act,
    /// Take it back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undo: bool,
    /// Who asked for it.
    pub by: PersonId,
    /// When, by the desk's clock.
    pub at: Timestamp,
    /// Whose account does it.
    pub source: SourceName,
    /// For a private message: which draft it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// For a private message: its text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What is taken back or deleted, the last one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// What became of it.
    pub stage: Stage,
}

/// The author was asked to go on in private.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOff {
    /// Who did it.
    pub by: PersonId,
    /// When, by the network's clock.
    pub at: Timestamp,
    /// The network's id of the post or message.
    pub external_id: String,
    /// Where to see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Said to the author alone.
    pub private: bool,
    /// The source whose account said it, where the mention is answered through another one by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<SourceName>,
}

/// Everything besides answering.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Besides {
    /// What was asked for, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deeds: Vec<DeedRecord>,
    /// The last hand-off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_off: Option<HandedOff>,
    /// Own posts that answer nothing: hand-offs, and what was deleted. Seen again, they are no answers either.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<String>,
    /// What the sources that do not answer it at present say of the post.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub natives: Vec<(SourceName, Native)>,
}

/// A post of ours that can be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPost {
    /// The network's ids of its parts, the first one first.
    pub ids: Vec<String>,
    /// Where to see it.
    pub url: Option<String>,
    /// When, by the network's clock.
    pub at: Timestamp,
    /// The source whose account posted it.
    pub source: SourceName,
    /// What it says.
    pub text: String,
}

impl OwnPost {
    /// What tells it apart from other posts of ours: the end of its id, at most 16 letters and digits.
    pub fn word(&self) -> String {
        let id = self.ids.first().map_or("", String::as_str);
        let mut end: Vec<char> = id.chars().rev().filter(char::is_ascii_alphanumeric).take(16).collect();
        end.reverse();
        end.into_iter().collect()
    }
}

impl Besides {
    /// Nothing was done.
    pub fn is_nothing(&self) -> bool {
        *self == Besides::default()
    }

    /// The number of the next deed.
    pub fn next(&self) -> u32 {
        self.deeds.last().map_or(1, |d| d.n.saturating_add(1))
    }

    /// That deed.
    pub fn deed(&self, n: u32) -> Option<&DeedRecord> {
        self.deeds.iter().find(|d| d.n == n)
    }

    /// One of that kind that is on its way.
    pub fn pending(&self, act: Act) -> Option<&DeedRecord> {
        self.deeds.iter().find(|d| d.act == act && d.stage == Stage::Queued)
    }

    /// The one of that kind that stands, with the network's id of it.
    pub fn done(&self, act: Act) -> Option<(&DeedRecord, &str)> {
        self.deeds.iter().rev().filter(|d| d.act == act && !d.undo).find_map(|d| match &d.stage {
            Stage::Done { external_id, .. } => Some((d, external_id.as_str())),
            _ => None,
        })
    }
}

impl Mention {
    /// The newest post of ours that hearback sent and that is still there: a reply, or a public hand-off.
    pub fn newest_own(&self) -> Option<OwnPost> {
        let text = |purpose: Purpose| {
            let sent = self.drafts.iter().rev().find(|d| d.sent && d.purpose == purpose);
            sent.map(|d| d.text.clone()).unwrap_or_default()
        };
        let of = |r: &Response| {
            let first = r.external_id.clone()?;
            let rest = self.thread.iter().filter(|part| part.first == first).map(|part| part.external_id.clone());
            Some(OwnPost {
                ids: std::iter::once(first.clone()).chain(rest).collect(),
                url: r.url.clone(),
                at: r.at,
                source: r.through.clone().unwrap_or_else(|| self.post.source.clone()),
                text: text(Purpose::Reply),
            })
        };
        let sent = self.cycles.iter().flat_map(super::Cycle::responses).filter(|r| r.source == ResponseSource::Sent);
        let handed = self.besides.handed_off.as_ref().filter(|h| !h.private).map(|h| OwnPost {
            ids: vec![h.external_id.clone()],
            url: h.url.clone(),
            at: h.at,
            source: h.through.clone().unwrap_or_else(|| self.post.source.clone()),
            text: text(Purpose::HandOff),
        });
        sent.filter_map(of).chain(handed).max_by_key(|own| own.at)
    }
}

/// Since when the customer waits once these posts of ours are gone, by the network's clock.
pub fn waits_since(m: &Mention, ids: &[String]) -> Timestamp {
    let mut after = m.clone();
    after.retracted(ids, None);
    after.cycle().started_at
}
