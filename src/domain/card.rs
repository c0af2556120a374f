//! The chat message that shows a mention and its state: a function of the mention, so that a changed mention is a
//! changed card.

use super::{DoneReason, Kind, Mention, MentionNo, PersonId, Post, ResponseSource, State, Translation, buttons, deed};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// Longest quote on a card, in graphemes; the rest is a click away.
const QUOTE: usize = 600;
/// So many of the things that a post shows besides its words, each at most so long.
const EXTRAS: usize = 5;
const EXTRA: usize = 150;

/// Something to click, or to type: the same thing. A label that ends in `…` promises a form: the command asks for what it
/// lacks, or lets its text be changed. Any other label does at once what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it says; at most 75 characters.
    pub label: String,
    /// The command line that it stands for, without the slash. Empty for a link.
    #[serde(default)]
    pub command: String,
    /// Where it leads, for a link.
    #[serde(default)]
    pub url: Option<String>,
}

impl Button {
    /// A button that runs a command line.
    pub fn new(label: impl Into<String>, command: impl Into<String>) -> Self {
        Self { label: label.into(), command: command.into(), url: None }
    }
    /// A button that opens a page.
    pub fn link(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self { label: label.into(), command: String::new(), url: Some(url.into()) }
    }
    /// It promises a form.
    pub fn wants_form(&self) -> bool {
        self.url.is_none() && self.label.ends_with('…')
    }
}

/// The colour beside the words; never instead of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Open, in time.
    Blue,
    /// Overdue, or something is wrong.
    Red,
    /// Somebody has it.
    Amber,
    /// Put away, or closed.
    Grey,
    /// Answered.
    Green,
}

/// The state line of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardState {
    /// Nobody has it.
    Open,
    /// Somebody has it since then.
    Claimed(PersonId, Timestamp),
    /// A draft waits for somebody else's approval.
    Waiting(u32, PersonId),
    /// On its way.
    Sending(PersonId),
    /// May or may not have gone out.
    Unknown(String),
    /// Answered: by whom, when, seconds after the post.
    Replied {
        /// By whom; `None` for a native answer of a brand account.
        by: Option<PersonId>,
        /// When.
        at: Timestamp,
        /// Seconds after the customer's post, never negative.
        after_s: i64,
        /// How it is known.
        source: ResponseSource,
    },
    /// Put away until then.
    Snoozed(Timestamp),
    /// Closed.
    Done(DoneReason),
}

/// What somebody did besides answering.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardAct {
    /// What, in our own words: `liked`.
    pub what: String,
    /// Who.
    pub by: PersonId,
}

/// Those who say the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardCopies {
    /// How many mentions.
    pub total: u64,
    /// By how many authors.
    pub authors: u64,
    /// How many people hear these, all together.
    pub reach: u64,
}

/// What every chat shows, each in its own manner. All strings may be text from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one line of the card that is there or not")]
pub struct Card {
    /// Which mention.
    pub no: MentionNo,
    /// What it is.
    pub kind: Kind,
    /// That is a guess: another language than the classifier's.
    #[serde(default)]
    pub unsure: bool,
    /// Why it cannot wait.
    #[serde(default)]
    pub urgent: Option<String>,
    /// Why it may be no customer's voice, or not about the brand.
    #[serde(default)]
    pub doubt: Option<String>,
    /// Where it was said.
    pub network: String,
    /// They tagged or answered the brand.
    pub direct: bool,
    /// Which brand.
    pub brand: String,
    /// Display name.
    pub author: String,
    /// Handle without `@`, possibly empty.
    pub handle: String,
    /// Followers or the nearest figure.
    pub reach: Option<u64>,
    /// The how-manyth mention of this author.
    pub nth: u32,
    /// The text, at most 600 graphemes.
    pub quote: String,
    /// The text goes on.
    pub cut: bool,
    /// Its kind is a suggestion of this model.
    #[serde(default)]
    pub kind_by: Option<String>,
    /// The text in the language of the staff.
    #[serde(default)]
    pub translation: Option<Translation>,
    /// ISO 639-1 code.
    pub language: Option<String>,
    /// When it was posted.
    pub posted_at: Timestamp,
    /// When hearback saw it.
    pub seen_at: Timestamp,
    /// When a response is due.
    pub due_at: Option<Timestamp>,
    /// The terms that matched.
    pub matched: Vec<String>,
    /// Labels.
    pub tags: Vec<String>,
    /// The state in words.
    pub state: CardState,
    /// The newest draft, if it is not what the state is about.
    pub draft: Option<u32>,
    /// Due and not answered.
    pub overdue: bool,
    /// What went wrong with the last send.
    pub trouble: Option<String>,
    /// What was done besides answering.
    #[serde(default)]
    pub acts: Vec<CardAct>,
    /// Who says the same, and is shown by this card.
    #[serde(default)]
    pub copies: CardCopies,
    /// What it repeats, if it does.
    #[serde(default)]
    pub copy_of: Option<MentionNo>,
    /// Something about the whole desk that whoever reads the card must know: everything outgoing stands still.
    pub notice: Option<String>,
    /// Replies cannot be sent from here; open the post.
    pub read_only: bool,
    /// The colour beside the words.
    pub colour: Colour,
    /// Where the post is.
    pub url: Option<String>,
    /// What can be done, most important first.
    pub buttons: Vec<Button>,
    /// What else can be done, for chats with room for it behind one more button; at most 5 (Slack, "Overflow menu").
    #[serde(default)]
    pub more: Vec<Button>,
}

impl Card {
    /// The card of a mention.
    pub fn of(m: &Mention) -> Card {
        let (quote, cut) = shorten(&shown(&m.post), QUOTE);
        let cycle = m.cycle();
        let state = state_line(m);
        Card {
            no: m.no,
            kind: m.kind,
            unsure: m.signals.unsure,
            urgent: m.signals.urgent.clone().filter(|_| !m.state.is_closed()),
            doubt: m.signals.doubt.clone().filter(|_| !m.state.is_closed()),
            network: network(m),
            direct: m.direct,
            brand: m.brand.0.clone(),
            author: m.post.author.name.clone(),
            handle: m.post.author.handle.clone(),
            reach: m.post.author.reach,
            nth: m.nth,
            quote,
            cut,
            kind_by: m.assist.kind.clone(),
            translation: m.assist.translation.clone(),
            language: m.language.clone(),
            posted_at: m.post.posted_at,
            seen_at: cycle.seen_at,
            due_at: m.due_at,
            matched: m.matched.iter().map(|term| matched(&m.post, term)).collect(),
            tags: m.tags.iter().cloned().collect(),
            draft: m.draft().map(|d| d.version).filter(|_| matches!(m.state, State::Open | State::Claimed)),
            overdue: m.overdue,
            trouble: trouble(m),
            acts: deed::on_card(m),
            copies: CardCopies { total: m.repeats.total, authors: m.repeats.authors, reach: m.repeats.reach },
            copy_of: m.like.map(|like| like.of),
            notice: None,
            read_only: !m.can.reply,
            colour: colour(m),
            url: m.post.url.clone(),
            buttons: buttons::buttons(m),
            more: buttons::more(m),
            state,
        }
    }
}

/// What a reader of the network sees: the words, and below them what else the post shows, a line each.
fn shown(post: &Post) -> String {
    let extras = &post.native.extras;
    let lines = extras.iter().take(EXTRAS).map(|extra| {
        let (text, cut) = shorten(&extra.text.split_whitespace().collect::<Vec<_>>().join(" "), EXTRA);
        format!("[{}: {text}{}]", extra.what.word(), if cut { "…" } else { "" })
    });
    let more = extras.len().saturating_sub(EXTRAS);
    let more = (more > 0).then(|| format!("[and {more} more]"));
    let words = Some(post.text.clone()).filter(|words| !words.is_empty());
    let below = Some(lines.chain(more).collect::<Vec<_>>().join("\n")).filter(|below| !below.is_empty());
    words.into_iter().chain(below).collect::<Vec<_>>().join("\n\n")
}

/// A term, and where it stands if not in the words.
fn matched(post: &Post, term: &str) -> String {
    post.besides(term).map_or_else(|| term.to_owned(), |what| format!("{term} ({})", what.place()))
}

/// The first `limit` graphemes of a text, and whether anything was left off.
pub fn shorten(text: &str, limit: usize) -> (String, bool) {
    let mut graphemes = text.graphemes(true);
    let head: String = graphemes.by_ref().take(limit).collect();
    let cut = graphemes.next().is_some();
    (head, cut)
}

fn network(m: &Mention) -> String {
    let network = &m.post.network;
    if m.post.is_private() { format!("{network} (private message)") } else { network.clone() }
}

fn trouble(m: &Mention) -> Option<String> {
    let gone = || m.gone.as_ref().filter(|_| !m.state.is_closed());
    m.trouble.clone().or_else(|| gone().map(|why| format!("the post cannot be answered any more: {why}")))
}

fn state_line(m: &Mention) -> CardState {
    let cycle = m.cycle();
    match m.state {
        State::Open => CardState::Open,
        State::Claimed => match &m.holder {
            Some(claim) => CardState::Claimed(claim.by.clone(), claim.at),
            None => CardState::Open,
        },
        State::Waiting => match m.draft() {
            Some(draft) => CardState::Waiting(draft.version, draft.by.clone()),
            None => CardState::Open,
        },
        State::Sending => match &m.sending {
            Some(sending) => CardState::Sending(sending.by.clone()),
            None => CardState::Open,
        },
        State::Unknown => CardState::Unknown(m.trouble.clone().unwrap_or_default()),
        State::Snoozed(until) => CardState::Snoozed(until),
        State::Replied | State::Done(DoneReason::Answered | DoneReason::Elsewhere) => match &cycle.response {
            Some(r) => CardState::Replied {
                by: r.by.clone(),
                at: r.at,
                after_s: (r.at.as_second() - cycle.started_at.as_second()).max(0),
                source: r.source,
            },
            None => CardState::Done(DoneReason::Answered),
        },
        State::Done(reason) => CardState::Done(reason),
    }
}

fn colour(m: &Mention) -> Colour {
    match m.state {
        State::Unknown => Colour::Red,
        State::Replied if m.unfinished.is_some() => Colour::Red,
        State::Replied | State::Done(DoneReason::Answered | DoneReason::Elsewhere) => Colour::Green,
        State::Snoozed(_) | State::Done(_) => Colour::Grey,
        _ if m.overdue => Colour::Red,
        State::Open => Colour::Blue,
        State::Claimed | State::Waiting | State::Sending => Colour::Amber,
    }
}
