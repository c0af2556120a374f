//! What happened to a mention, with who, when and from which chat. The events are the audit log.

use super::{
    Act, Capabilities, CardPlace, ChatName, DoneReason, Kind, Like, MentionNo, MessageId, Native, PersonId, Place,
    Post, SourceName, Verdict,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who made it happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// hearback itself: a schedule, a delivery, a network's news.
    Desk,
    /// A member of staff.
    Person(PersonId),
}

/// What the follow-up or person did to open a mention again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReopenCause {
    /// The author wrote again.
    FollowUp,
    /// A member of staff asked for it.
    Person,
}

/// Where a first response came from, which says how good its time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseSource {
    /// Sent by hearback; the time is the network's.
    Sent,
    /// Sent by a brand account in the network's own app; the time is the network's.
    Native,
    /// A member of staff said so (`done answered`, `done elsewhere`); the time is when they said it, an upper bound.
    Stated,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When, by the desk's clock. Network times are inside the kinds that have one.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// From which chat; `None` for hearback itself.
    #[serde(default)]
    pub via: Option<ChatName>,
    /// What.
    pub what: EventKind,
}

/// Something that was said above a mention, in its conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The handle of whoever said it, or their name.
    pub author: String,
    /// It was an account of ours.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ours: bool,
    /// What they said; shortened.
    pub text: String,
    /// When, by the network's clock.
    pub posted_at: Timestamp,
    /// Where to see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Line {
    /// Longest excerpt that is kept, in graphemes.
    const LONGEST: usize = 300;

    /// The line of a post; `ours` if an account of ours wrote it.
    pub fn of(post: &Post, ours: bool) -> Line {
        let (mut text, cut) = super::card::shorten(&post.text, Self::LONGEST);
        if cut {
            text.push('…');
        }
        let author = &post.author;
        let author = if author.handle.is_empty() { author.name.clone() } else { author.handle.clone() };
        Line { author, ours, text, posted_at: post.posted_at, url: post.url.clone() }
    }
}

/// What can happen to a mention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum EventKind {
    /// A source saw it: always the first event.
    Seen {
        /// The post itself.
        post: Box<Post>,
        /// What triage made of it.
        verdict: Verdict,
        /// Where its cards go.
        places: Vec<Place>,
        /// When a response is due.
        due_at: Option<Timestamp>,
        /// What the source can do.
        can: Capabilities,
        /// Which mention of this author it is, counted from 1.
        nth: u32,
        /// What it repeats: then it has no card of its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        like: Option<Like>,
    },
    /// Its card now stands in a channel.
    CardPosted {
        /// Where.
        card: CardPlace,
    },
    /// Somebody deleted the card; it is posted anew.
    CardLost {
        /// Where it stood.
        card: CardPlace,
    },
    /// Somebody holds it now.
    Claimed {
        /// The holder.
        by: PersonId,
        /// Set if somebody else gave it to them: they get one ping.
        #[serde(default)]
        given: bool,
    },
    /// Nobody holds it any more; drafts stay.
    Released,
    /// A new version of the text.
    Drafted {
        /// Counted from 1.
        version: u32,
        /// The text.
        text: String,
    },
    /// That version goes out as several posts, one below the other.
    Split {
        /// Which draft.
        version: u32,
        /// The posts, each with its number.
        parts: Vec<String>,
    },
    /// The draft waits for somebody else.
    ApprovalAsked {
        /// Which draft.
        version: u32,
    },
    /// Somebody else agreed.
    Approved {
        /// Which draft.
        version: u32,
    },
    /// Somebody else did not agree.
    Rejected {
        /// Which draft.
        version: u32,
        /// Why, for its author.
        reason: String,
    },
    /// The reply is in the outbox: nothing but the network decides from here.
    SendQueued {
        /// Which draft.
        version: u32,
        /// The how-manyth send of this mention, counted from 1: part of the idempotency key.
        send: u32,
    },
    /// The network confirmed a part of a numbered thread.
    PartSent {
        /// Which draft.
        version: u32,
        /// The how-manyth part, counted from 1.
        part: u32,
        /// The network's id of that post.
        external_id: String,
        /// Where to see it.
        #[serde(default)]
        url: Option<String>,
        /// When, by the network's clock.
        posted_at: Timestamp,
        /// Who gets the credit.
        by: PersonId,
    },
    /// The network confirmed the reply. Of a numbered thread, its first post.
    Replied {
        /// Which draft.
        version: u32,
        /// The text that went out.
        text: String,
        /// The network's id of the reply.
        external_id: String,
        /// Where to see it.
        #[serde(default)]
        url: Option<String>,
        /// When, by the network's clock.
        posted_at: Timestamp,
        /// Who pressed Send.
        by: PersonId,
    },
    /// The reply did not go out, for certain.
    SendFailed {
        /// Why, and what to do next.
        why: String,
    },
    /// The reply may or may not have gone out: a person decides.
    SendUnknown {
        /// What is known.
        why: String,
    },
    /// A brand account answered in the network's own app.
    AnsweredNatively {
        /// Which account.
        account: String,
        /// The network's id of the answer.
        external_id: String,
        /// Where to see it.
        #[serde(default)]
        url: Option<String>,
        /// When, by the network's clock.
        posted_at: Timestamp,
    },
    /// The author wrote again in the same conversation.
    FollowedUp {
        /// What they wrote.
        post: Box<Post>,
    },
    /// The author changed what they wrote; what it was stays in the events before.
    Edited {
        /// The network's id of the post: the mention's own, or that of a follow-up.
        external_id: String,
        /// What it says now.
        text: String,
    },
    /// It was seen that the post cannot be answered any more, or that it can again.
    PostGone {
        /// Why; `None` if it is there again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// What was said above it in the conversation was read.
    ContextFound {
        /// It, its beginning first.
        said: Vec<Line>,
    },
    /// Internal; never stops the clock.
    Noted {
        /// The note.
        text: String,
    },
    /// Put away for a while.
    Snoozed {
        /// Until when.
        until: Timestamp,
    },
    /// Back from being put away.
    Woke,
    /// The response is due and has not come.
    BecameOverdue,
    /// Labels changed.
    Tagged {
        /// Added labels.
        #[serde(default)]
        added: Vec<String>,
        /// Removed labels.
        #[serde(default)]
        removed: Vec<String>,
    },
    /// A person corrected the classifier.
    KindSet {
        /// The right kind.
        to: Kind,
        /// When a response of that kind is due.
        due_at: Option<Timestamp>,
    },
    /// Closed by a person.
    Closed {
        /// Why.
        reason: DoneReason,
    },
    /// Open again: a new cycle.
    Reopened {
        /// Why.
        cause: ReopenCause,
        /// When the wait began: the follow-up's time by the network's clock, or when the person asked.
        from: Timestamp,
        /// When a response is due.
        due_at: Option<Timestamp>,
    },
    /// Somebody asked for something to be done at the post besides answering it: it is in the outbox.
    DeedQueued {
        /// The how-manyth of this mention, counted from 1.
        n: u32,
        /// What.
        act: Act,
        /// Take it back instead.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        undo: bool,
        /// Whose account does it.
        source: SourceName,
        /// For a private message: which draft it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<u32>,
        /// For a private message: its text.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// What is taken back or deleted, by the network's ids, the last one first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        targets: Vec<String>,
    },
    /// The network confirmed it.
    DeedDone {
        /// Which.
        n: u32,
        /// The network's id of what was done.
        external_id: String,
        /// Where to see it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// When, by the network's clock.
        posted_at: Timestamp,
    },
    /// It was not done, or nobody knows.
    DeedFailed {
        /// Which.
        n: u32,
        /// Why, and what to do next.
        why: String,
        /// It may have been done all the same.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unknown: bool,
    },
    /// Posts of ours are gone from the network: they are no response any more.
    Retracted {
        /// The network's ids.
        ids: Vec<String>,
        /// When a response is due, if the wait goes on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_at: Option<Timestamp>,
    },
    /// A new version of the text, which asks the author to go on in private, or says it in private.
    HandOffDrafted {
        /// Counted from 1.
        version: u32,
        /// The text.
        text: String,
        /// It goes to the author alone.
        private: bool,
    },
    /// It was said to the account of a source, which answers from now on.
    Addressed {
        /// Whose account.
        source: SourceName,
        /// What that source says of the post.
        native: Native,
        /// What that source can do.
        can: Capabilities,
        /// Where a card goes besides.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        places: Vec<Place>,
    },
    /// Somebody decided whose account answers.
    SourceChosen {
        /// Whose.
        source: SourceName,
        /// What that source can do.
        can: Capabilities,
    },
    /// Others said the same: its card counts them.
    Repeated {
        /// Their mentions.
        nos: Vec<MentionNo>,
        /// How many authors that are new among them.
        authors: u64,
        /// How many people hear these.
        #[serde(default)]
        reach: u64,
    },
    /// A copy gets a card of its own.
    Parted,
    /// One that was counted has a card of its own now.
    CopyLeft {
        /// Which.
        no: MentionNo,
        /// Its author is counted no more.
        #[serde(default)]
        author: bool,
        /// How many people hear them.
        #[serde(default)]
        reach: u64,
    },
    /// An assistant was asked, or suggests something.
    Assisted {
        /// What.
        what: super::Assisted,
    },
    /// The author's words and name were removed on request.
    Erased,
}

impl EventKind {
    /// The message of a card that this event is about, if any.
    pub fn card_message(&self) -> Option<&MessageId> {
        match self {
            EventKind::CardPosted { card } | EventKind::CardLost { card } => Some(&card.message),
            _ => None,
        }
    }
}
