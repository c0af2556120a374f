//! What can be asked of the desk, and what comes back: the words between commands, reports and the store.

use super::card::shorten;
use super::{Act, BrandId, Copies, CopiesQuery, Event, Fact, Kind, Mention, MentionNo, Past, PersonId, Place, State};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Longest excerpt of a post in a list, in graphemes.
const EXCERPT: usize = 80;

/// Which open mentions to list.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Pick {
    /// Everything that is not closed.
    #[default]
    All,
    /// Nobody has it.
    Unclaimed,
    /// Held by that person.
    HeldBy(PersonId),
    /// Due before that moment, answered by nobody, and not put away.
    Overdue(Timestamp),
    /// Questions and complaints that are overdue, and not on their way.
    OverdueProblems(Timestamp),
    /// Due before that moment, and not marked as overdue yet.
    NewlyOverdue(Timestamp),
    /// Praise.
    Praise,
    /// Praise that is sure enough for the digest, the likeliest first.
    SurePraise,
    /// A draft waits for approval.
    Approval,
    /// Claimed before that moment and still not answered.
    ClaimedBefore(Timestamp),
    /// Put away, to come back at or before that moment.
    WakesBefore(Timestamp),
}

/// A page of open mentions, by due time; those that are never due come last, oldest first.
#[derive(Clone, Debug, Default)]
pub struct OpenQuery {
    /// Which.
    pub pick: Pick,
    /// Only this brand.
    pub brand: Option<BrandId>,
    /// Only this network.
    pub network: Option<String>,
    /// Oldest post first instead of due first.
    pub oldest_first: bool,
    /// Skip so many.
    pub offset: usize,
    /// At most so many.
    pub limit: usize,
    /// Those that say the same as one line, the first of them; [`OpenRow::alike`] counts the others.
    pub grouped: bool,
}

/// What a list shows of an open mention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is shown or not by its name")]
pub struct OpenRow {
    /// Which.
    pub no: MentionNo,
    /// Brand.
    pub brand: BrandId,
    /// Network.
    pub network: String,
    /// Kind.
    pub kind: Kind,
    /// Confidence of the classifier, 0 to 1.
    pub confidence: f32,
    /// How likely it is praise, 0 to 1; 1 if a person said so.
    #[serde(default)]
    pub praise: f32,
    /// Praise that is sure enough for the digest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sure_praise: bool,
    /// Direct.
    pub direct: bool,
    /// A reply can be sent from here.
    #[serde(default)]
    pub can_reply: bool,
    /// It can be liked from here, and was not yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub can_like: bool,
    /// State.
    pub state: State,
    /// Holder.
    pub holder: Option<PersonId>,
    /// Claimed when.
    pub claimed_at: Option<Timestamp>,
    /// Due when.
    pub due_at: Option<Timestamp>,
    /// Marked as overdue.
    pub overdue: bool,
    /// When the customer wrote (the current cycle).
    pub started_at: Timestamp,
    /// The author's handle, or name.
    pub author: String,
    /// The first 80 graphemes, on one line.
    pub excerpt: String,
    /// The mention whose card counts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<MentionNo>,
    /// In a list that is grouped, how many others say the same and match as well.
    #[serde(default, skip_serializing_if = "nobody")]
    pub alike: usize,
}

/// For what is left out of a record.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn nobody(n: &usize) -> bool {
    *n == 0
}

impl OpenRow {
    /// The line of a mention.
    pub fn of(m: &Mention) -> OpenRow {
        let author = &m.post.author;
        let can = m.can.for_post(&m.post);
        let words: Vec<&str> = m.post.text.split_whitespace().take(EXCERPT).collect();
        let (mut excerpt, cut) = shorten(&words.join(" "), EXCERPT);
        if cut {
            excerpt.push('…');
        }
        OpenRow {
            no: m.no,
            brand: m.brand.clone(),
            network: m.post.network.clone(),
            kind: m.kind,
            confidence: m.confidence,
            praise: m.praise(),
            sure_praise: m.kind == Kind::Praise && m.signals.sure_praise,
            direct: m.direct,
            can_reply: can.reply,
            can_like: can.like && m.besides.done(Act::Like).is_none() && m.besides.pending(Act::Like).is_none(),
            state: m.state,
            holder: m.holder.as_ref().map(|h| h.by.clone()),
            claimed_at: m.holder.as_ref().map(|h| h.at),
            due_at: m.due_at,
            overdue: m.overdue,
            started_at: m.cycle().started_at,
            author: if author.handle.is_empty() { author.name.clone() } else { author.handle.clone() },
            excerpt,
            like: m.lead(),
            alike: 0,
        }
    }
}

/// A page of open mentions and how many there are in all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpenPage {
    /// The rows.
    pub rows: Vec<OpenRow>,
    /// How many match, on all pages.
    pub total: usize,
}

/// Facts of the waits that began in a range, with their names in a table.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What the numbers in the rows stand for.
    pub names: Arc<[String]>,
    /// The rows, in no particular order.
    pub rows: Vec<Fact<u16>>,
}

impl Facts {
    /// The name that a number stands for.
    pub fn name(&self, code: u16) -> &str {
        self.names.get(usize::from(code)).map_or("?", String::as_str)
    }
}

/// How the store is doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    /// Mentions in all.
    pub mentions: u64,
    /// Not closed.
    pub open: u64,
    /// Effects in the outbox.
    pub effects: u64,
    /// Bytes on disk, journal and indexes.
    pub disk_bytes: u64,
    /// Bytes free on that disk.
    pub free_bytes: u64,
    /// Too little space: sources must rest until there is more.
    pub low_disk: bool,
    /// The newest moment of anything that was kept, by the desk's clock of the time.
    pub latest: Timestamp,
    /// What went wrong last, if it still matters.
    pub trouble: Option<String>,
}

/// What a digest is made of.
#[derive(Clone, Debug, Default)]
pub struct DigestInput {
    /// The channel's local date.
    pub date: Date,
    /// The channel's IANA zone.
    pub zone: String,
    /// The moment of asking.
    pub now: Timestamp,
    /// Unanswered praise that is sure enough, the likeliest first: the first rows and how many in all.
    pub praise: OpenPage,
    /// When the oldest of it was posted.
    pub praise_since: Option<Timestamp>,
    /// How many more may be praise.
    pub maybe_praise: usize,
    /// Overdue questions and complaints.
    pub overdue: OpenPage,
    /// Claims without an answer for too long.
    pub idle: OpenPage,
    /// Drafts that wait for approval.
    pub approval: OpenPage,
    /// How many mentions are open in all.
    pub open: usize,
    /// Waits that began yesterday, local date.
    pub yesterday: Facts,
    /// Waits that began in the seven local days up to yesterday.
    pub week: Facts,
    /// Sources that are failing, in words, one line each.
    pub failing: Vec<String>,
    /// Everything outgoing stands still; in words.
    pub paused: Option<String>,
}

/// What a person's own page is made of.
#[derive(Clone, Debug, Default)]
pub struct HomeInput {
    /// The moment of asking.
    pub now: Timestamp,
    /// What they hold, by due time: the first rows and how many in all.
    pub claims: OpenPage,
    /// Drafts that wait for approval, where they may approve; their own may be among them.
    pub approval: Option<OpenPage>,
    /// What is late, whoever has it.
    pub overdue: OpenPage,
    /// How many mentions are open in all.
    pub open: usize,
    /// Waits that began today, in their zone.
    pub today: Facts,
    /// Who paused everything outgoing, while it stands still.
    pub paused: Option<String>,
}

/// How one source is doing, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceHealth {
    /// Its name.
    pub source: String,
    /// Its network.
    pub network: String,
    /// When it last answered.
    pub last_good: Option<Timestamp>,
    /// What is wrong, if anything.
    pub trouble: Option<String>,
    /// How many posts it handed in since the start.
    pub posts: u64,
    /// How many of those were mentions.
    pub mentions: u64,
    /// What else is worth knowing, a sentence each: what was spent, when a token expires.
    pub notes: Vec<String>,
}

/// How the whole desk is doing.
#[derive(Clone, Debug, Default)]
pub struct DeskHealth {
    /// The version of hearback.
    pub version: String,
    /// Since when it runs.
    pub since: Option<Timestamp>,
    /// The store.
    pub store: Health,
    /// Each source.
    pub sources: Vec<SourceHealth>,
    /// Chats by name and whether they are connected, in words.
    pub chats: Vec<(String, String)>,
    /// Where the digest goes and when next, in words.
    pub digests: Vec<String>,
    /// What the assistant does and has used today, a sentence each; empty if there is none.
    pub assist: Vec<String>,
    /// Checks of the set-up, in words: what was looked at, and what is wrong with it and what to do (empty if fine).
    pub checks: Vec<(String, Option<String>)>,
}

/// What a command needs to know before it can answer.
#[derive(Clone, Debug, Default)]
pub enum Query {
    /// Nothing.
    #[default]
    Nothing,
    /// Open mentions.
    Open(OpenQuery),
    /// A mention, with its history.
    Mention(MentionNo),
    /// Copies of a mention; named by one of them, of the same.
    Copies(CopiesQuery),
    /// How mentions like this one were answered.
    Similar {
        /// Which.
        no: MentionNo,
        /// The answer to that one, however near it is.
        of: Option<MentionNo>,
    },
    /// Mentions that contain some text.
    Find {
        /// The text, as typed.
        needle: String,
        /// At most so many.
        limit: usize,
    },
    /// Facts of a range.
    Facts {
        /// Not before.
        from: Timestamp,
        /// Before.
        to: Timestamp,
    },
    /// Settings by prefix.
    Settings(String),
    /// The digest of a channel, as it would be now, and the channel's digest settings.
    Digest(Place),
    /// How everything is.
    Health {
        /// Also run the checks of the set-up.
        checks: bool,
    },
    /// What the classifier has learned.
    Model,
}

/// What came back: the same variant as asked.
#[derive(Clone, Debug, Default)]
pub enum Found {
    /// Nothing was asked.
    #[default]
    Nothing,
    /// Open mentions.
    Open(OpenPage),
    /// A mention, with its history, oldest first, and, while it is open, how others like it were answered.
    Mention(Box<Mention>, Vec<Event>, Vec<Past>),
    /// Copies.
    Copies(Copies),
    /// How others like it were answered, the nearest first.
    Similar(Vec<Past>),
    /// Mentions, newest first.
    Mentions(Vec<Mention>),
    /// Facts.
    Facts(Facts),
    /// Settings.
    Settings(Vec<(String, String)>),
    /// A digest's content and the channel's digest settings (when, as configured and as overridden).
    Digest(Box<DigestInput>, DigestPlan),
    /// Health.
    Health(Box<DeskHealth>),
    /// What the classifier has learned, and what [`super::MODEL_RESET_BEFORE`] says.
    Model(Box<super::ModelState>, Option<String>),
}

impl Found {
    /// How others like it were answered; nothing if something else was asked.
    pub fn past(&self) -> &[Past] {
        match self {
            Found::Similar(past) | Found::Mention(_, _, past) => past,
            _ => &[],
        }
    }
}

/// The setting that says since when a channel's digest plan holds.
pub fn digest_from(place: &Place) -> String {
    format!("digest_from:{place}")
}

/// When a channel gets its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestPlan {
    /// Off: no digest.
    pub off: bool,
    /// At this local time, as `HH:MM`.
    pub at: String,
    /// On these weekdays, Monday = 1 … Sunday = 7.
    pub days: Vec<u8>,
    /// The channel's IANA zone.
    pub zone: String,
}

impl Default for DigestPlan {
    fn default() -> Self {
        Self { off: false, at: "09:00".to_owned(), days: (1..=7).collect(), zone: "UTC".to_owned() }
    }
}
