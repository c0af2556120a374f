//! One thing somebody said, and everything that happened to it: the fold of its events.

use super::{
    Aside, Assistance, Besides, BrandId, Capabilities, CardPlace, ChatName, Cycle, DoneReason, Edit, Event, EventKind,
    Kind, Lesson, Like, Line, MentionNo, PartOut, PersonId, Place, Post, Purpose, Repeats, Response, Said, Signals,
    ThreadPart,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where a mention stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has it.
    Open,
    /// Somebody has it.
    Claimed,
    /// A draft waits for approval.
    Waiting,
    /// The reply is in the outbox.
    Sending,
    /// The reply may or may not have gone out; a person decides.
    Unknown,
    /// Answered.
    Replied,
    /// Put away until then.
    Snoozed(Timestamp),
    /// Closed.
    Done(DoneReason),
}

impl State {
    /// Nothing more is expected of anybody.
    pub fn is_closed(self) -> bool {
        matches!(self, State::Replied | State::Done(_))
    }

    /// The word in figures and filters.
    pub fn word(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Claimed => "claimed",
            State::Waiting => "waiting",
            State::Sending => "sending",
            State::Unknown => "unknown",
            State::Replied => "replied",
            State::Snoozed(_) => "snoozed",
            State::Done(_) => "done",
        }
    }
}

/// Who holds a mention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The holder.
    pub by: PersonId,
    /// Since when.
    pub at: Timestamp,
    /// From which chat.
    pub via: Option<ChatName>,
}

/// A versioned text, not sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Counted from 1.
    pub version: u32,
    /// The text.
    pub text: String,
    /// Who wrote this version.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// Who approved it.
    #[serde(default)]
    pub approved_by: Option<PersonId>,
    /// Who rejected it, and why.
    #[serde(default)]
    pub rejected: Option<(PersonId, String)>,
    /// It went out: never again.
    #[serde(default)]
    pub sent: bool,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Purpose::is_reply")]
    pub purpose: Purpose,
    /// How much the author had added or changed by then ([`Mention::news`]).
    #[serde(default, skip_serializing_if = "super::news::none")]
    pub news: u32,
    /// It goes out as these posts, one below the other; empty: as one post.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
}

/// A reply on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// Which draft.
    pub version: u32,
    /// The how-manyth send of this mention.
    pub send: u32,
    /// Who pressed Send.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// How much of what the author added or changed they had seen ([`Mention::news`]).
    #[serde(default, skip_serializing_if = "super::news::none")]
    pub news: u32,
    /// Of a numbered thread: the parts that are out, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out: Vec<PartOut>,
}

/// An internal remark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// The author wrote again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// The network's id of the post.
    pub external_id: String,
    /// When, by the network's clock.
    pub posted_at: Timestamp,
    /// What they wrote.
    pub text: String,
    /// Where to see it.
    #[serde(default)]
    pub url: Option<String>,
}

/// The record. Every field follows from the events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// The number that people say aloud.
    pub no: MentionNo,
    /// Counts the commits that changed it, from 1: whoever writes names the version that they read.
    pub version: u64,
    /// What was said.
    pub post: Post,
    /// Which brand it is about.
    pub brand: BrandId,
    /// What it is.
    pub kind: Kind,
    /// How sure the classifier was, 0 to 1; 1 after a person's correction.
    #[serde(deserialize_with = "super::post::share")]
    pub confidence: f32,
    /// They tagged or answered the brand.
    pub direct: bool,
    /// ISO 639-1 code.
    #[serde(default)]
    pub language: Option<String>,
    /// The terms that matched.
    #[serde(default)]
    pub matched: Vec<String>,
    /// What its source can do.
    pub can: Capabilities,
    /// Which mention of this author it is.
    pub nth: u32,
    /// Where its cards belong.
    pub places: Vec<Place>,
    /// Where its cards stand.
    #[serde(default)]
    pub cards: Vec<CardPlace>,
    /// Where it stands.
    pub state: State,
    /// When a response is due.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    /// The due time has passed without a response.
    #[serde(default)]
    pub overdue: bool,
    /// Who holds it.
    #[serde(default)]
    pub holder: Option<Claim>,
    /// All versions of the text, oldest first.
    #[serde(default)]
    pub drafts: Vec<Draft>,
    /// A reply on its way (or of unknown outcome).
    #[serde(default)]
    pub sending: Option<Sending>,
    /// How many sends were queued so far.
    #[serde(default)]
    pub sends: u32,
    /// Why the last send failed or is unknown, until the next one.
    #[serde(default)]
    pub trouble: Option<String>,
    /// Internal remarks, oldest first.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// What the author wrote since, oldest first.
    #[serde(default)]
    pub follow_ups: Vec<FollowUp>,
    /// What was said above it in its conversation, the beginning first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<Line>,
    /// Labels.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// The waits of the customer, oldest first; never empty.
    #[serde(deserialize_with = "at_least_one")]
    pub cycles: Vec<Cycle>,
    /// What was done besides answering.
    #[serde(default, skip_serializing_if = "Besides::is_nothing")]
    pub besides: Besides,
    /// The author's words and name were removed.
    #[serde(default)]
    pub erased: bool,
    /// What the author changed, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
    /// Why the post cannot be answered any more, as it was last looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<String>,
    /// A numbered thread of which only a part is out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<Sending>,
    /// The parts of our numbered threads, without the first ones, which are responses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thread: Vec<ThreadPart>,
    /// What else triage found out.
    #[serde(default, skip_serializing_if = "Signals::is_nothing")]
    pub signals: Signals,
    /// What people's handling of it says about how it was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lesson: Option<Lesson>,
    /// What it repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<Like>,
    /// Who repeats it.
    #[serde(default, skip_serializing_if = "Repeats::is_nothing")]
    pub repeats: Repeats,
    /// What an assistant has suggested.
    #[serde(default, skip_serializing_if = "Assistance::is_nothing")]
    pub assist: Assistance,
}

/// A record without a wait is not one of ours: everything reads the current one.
fn at_least_one<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<Cycle>, D::Error> {
    let cycles = Vec::deserialize(from)?;
    if cycles.is_empty() { Err(serde::de::Error::custom("a mention has no wait")) } else { Ok(cycles) }
}

impl Mention {
    /// The mention that a first event opens; closed already if a rule set it aside. `None` if the event is not
    /// [`EventKind::Seen`].
    pub fn open(no: MentionNo, seen: &Event) -> Option<Mention> {
        let mut mention = Self::opened(no, seen)?;
        if let Some(aside) = &mention.signals.aside {
            let reason = aside.reason;
            mention.state = State::Done(reason);
            mention.due_at = None;
            mention.cycle_mut().closed = Some((seen.at, reason));
            mention.tags.insert(Aside::TAG.to_owned());
        }
        Some(mention)
    }

    fn opened(no: MentionNo, seen: &Event) -> Option<Mention> {
        let EventKind::Seen { post, verdict, places, due_at, can, nth, like } = &seen.what else { return None };
        Some(Mention {
            no,
            version: 1,
            post: (**post).clone(),
            brand: verdict.brand.clone(),
            kind: verdict.kind,
            confidence: verdict.confidence,
            direct: verdict.direct,
            language: verdict.language.clone(),
            matched: verdict.matched.clone(),
            can: *can,
            nth: *nth,
            places: places.clone(),
            cards: Vec::new(),
            state: State::Open,
            due_at: *due_at,
            overdue: false,
            holder: None,
            drafts: Vec::new(),
            sending: None,
            sends: 0,
            trouble: None,
            notes: Vec::new(),
            follow_ups: Vec::new(),
            context: Vec::new(),
            tags: BTreeSet::new(),
            // A copy is shown as soon as it is counted.
            cycles: vec![Cycle { card_at: like.map(|_| seen.at), ..Cycle::new(post.posted_at, seen.at) }],
            besides: Besides::default(),
            erased: false,
            edits: Vec::new(),
            gone: None,
            unfinished: None,
            thread: Vec::new(),
            signals: verdict.signals.clone(),
            lesson: None,
            like: *like,
            repeats: Repeats::default(),
            assist: Assistance::default(),
        })
    }

    /// The mention that these events make, in order; the version counts each event as one commit.
    pub fn fold(no: MentionNo, events: &[Event]) -> Option<Mention> {
        let (first, rest) = events.split_first()?;
        let mut mention = Mention::open(no, first)?;
        for event in rest {
            mention.apply(event);
        }
        Some(mention)
    }

    /// The current wait.
    ///
    /// # Panics
    /// Never: a mention is made with one cycle, and none is ever removed.
    pub fn cycle(&self) -> &Cycle {
        #[expect(clippy::expect_used, reason = "made with one cycle, and none is ever removed")]
        self.cycles.last().expect("a mention has a cycle")
    }

    /// How likely it is praise, 0 to 1: what a person said, or else what was counted.
    pub fn praise(&self) -> f32 {
        match (&self.lesson, self.signals.odds) {
            (Some(Lesson { said: Said::Kind(kind), .. }), _) => f32::from(u8::from(*kind == Kind::Praise)),
            (_, Some(odds)) => odds.praise,
            (_, None) if self.kind == Kind::Praise => self.confidence,
            (_, None) => 0.0,
        }
    }

    /// The number of the current wait, counted from 1.
    pub fn cycle_no(&self) -> usize {
        self.cycles.len()
    }

    /// The newest draft, unless it went out already.
    pub fn draft(&self) -> Option<&Draft> {
        self.drafts.last().filter(|d| !d.sent)
    }

    /// The version that the next draft gets.
    pub fn next_version(&self) -> u32 {
        self.drafts.last().map_or(1, |d| d.version + 1)
    }

    /// The draft of that version.
    pub fn draft_version(&self, version: u32) -> Option<&Draft> {
        self.drafts.iter().find(|d| d.version == version)
    }

    /// True if that person holds it.
    pub fn held_by(&self, person: &PersonId) -> bool {
        self.holder.as_ref().is_some_and(|c| &c.by == person)
    }

    /// Everything this post is known by on its network: its own id and those of its follow-ups.
    pub fn external_ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.post.external_id.as_str()).chain(self.follow_ups.iter().map(|f| f.external_id.as_str()))
    }

    pub(super) fn cycle_mut(&mut self) -> &mut Cycle {
        #[expect(clippy::expect_used, reason = "made with one cycle, and none is ever removed")]
        self.cycles.last_mut().expect("a mention has a cycle")
    }

    pub(super) fn back_at_work(&self) -> State {
        if self.holder.is_some() { State::Claimed } else { State::Open }
    }

    pub(super) fn answered(&mut self, response: Response) {
        self.cycle_mut().answered(response);
        self.overdue = false;
    }
}
