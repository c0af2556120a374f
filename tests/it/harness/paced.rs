//! A chat with limits, as strict as the real ones: one new message a second in each channel, fifty edits a minute in
//! all, by the world's clock. It writes down every call, finds a message by its key only if it is told since when to
//! look, and can be told to misbehave.

use async_trait::async_trait;
use hearback::chat::{Chat, ChatError, Message, PostKey, Sending};
use hearback::desk::{Clock, ManualClock};
use hearback::domain::{Card, CardPlace, ChannelId, ChatName, MessageId, PersonId, Text};
use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

const APART: Duration = Duration::from_secs(1);
const EDITS: usize = 50;
const MINUTE: Duration = Duration::from_mins(1);

/// What the chat was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A card, by its mention.
    Card(u64),
    /// An edit of a card.
    Edit(u64),
    /// A line in the thread of a card.
    Line(u64, String),
    /// A message.
    Say(String),
    /// An edit of a message.
    Change(String),
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// When.
    pub at: Timestamp,
    /// In which channel.
    pub channel: String,
    /// What was asked for.
    pub what: What,
    /// It was done.
    pub done: bool,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Not now; again after so many seconds, if it says so.
    Later(Option<u64>),
    /// It arrives, and the answer is lost.
    AnswerLost,
    /// It arrives, and no answer ever comes.
    Silence,
    /// It arrives, and the answer comes after so many seconds.
    Slow(u64),
    /// The chat's own part breaks off.
    Panic,
    /// It will not have it.
    Never,
}

type Meant = Box<dyn Fn(&Call) -> bool + Send>;

struct Said {
    channel: String,
    key: String,
    at: Timestamp,
    deleted: bool,
    no: Option<u64>,
    text: String,
}

#[derive(Default)]
struct State {
    calls: Vec<Call>,
    said: HashMap<MessageId, Said>,
    lines: HashMap<String, Timestamp>,
    posted: HashMap<String, Timestamp>,
    edited: VecDeque<Timestamp>,
    troubles: Vec<(Meant, usize, Trouble)>,
    rests: HashMap<(String, bool), Timestamp>,
    wrongs: Vec<String>,
    hanging: usize,
    pings: Vec<String>,
    knows: Option<Vec<String>>,
    cards: HashMap<u64, Card>,
}

/// What stands in the channels, whichever program put it there.
#[derive(Default)]
pub struct Room(Mutex<State>);

impl Room {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The next so many calls that are meant go wrong.
    pub fn will(&self, times: usize, trouble: Trouble, meant: impl Fn(&Call) -> bool + Send + 'static) {
        self.state().troubles.push((Box::new(meant), times, trouble));
    }

    /// Every call so far.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// The cards that were posted, in order: when, where, which.
    pub fn cards(&self) -> Vec<(Timestamp, String, u64)> {
        let done = |c: &Call| match c.what {
            What::Card(no) if c.done => Some((c.at, c.channel.clone(), no)),
            _ => None,
        };
        self.state().calls.iter().filter_map(done).collect()
    }

    /// What messages say that stand there, cards apart.
    pub fn messages(&self, channel: &str) -> Vec<String> {
        let state = self.state();
        let there = state.said.values().filter(|s| s.channel == channel && !s.deleted && s.no.is_none());
        there.map(|s| s.text.clone()).collect()
    }

    /// How many cards of a mention stand there.
    pub fn standing(&self, no: u64) -> usize {
        self.state().said.values().filter(|s| s.no == Some(no) && !s.deleted).count()
    }

    /// Somebody deletes the messages that are meant: cards by number, others by what they say.
    pub fn delete(&self, meant: impl Fn(Option<u64>, &str) -> bool) {
        self.state().said.values_mut().filter(|s| meant(s.no, &s.text)).for_each(|s| s.deleted = true);
    }

    /// What the card of a mention shows that stands there.
    pub fn shows(&self, no: u64) -> Option<String> {
        self.state().said.values().find(|s| s.no == Some(no) && !s.deleted).map(|s| s.text.clone())
    }

    /// The whole card of a mention as it was shown last.
    pub fn card(&self, no: u64) -> Option<Card> {
        self.state().cards.get(&no).cloned()
    }

    /// The lines in threads, in order.
    pub fn lines(&self) -> Vec<(u64, String)> {
        let said = |call: &Call| match &call.what {
            What::Line(no, text) if call.done => Some((*no, text.clone())),
            _ => None,
        };
        self.state().calls.iter().filter_map(said).collect()
    }

    /// Only these people are here.
    pub fn knows(&self, people: &[&str]) {
        self.state().knows = Some(people.iter().map(|id| (*id).to_owned()).collect());
    }

    /// Who was pinged, in order.
    pub fn pings(&self) -> Vec<String> {
        self.state().pings.clone()
    }

    /// How many calls wait for an answer that never comes.
    pub fn hanging(&self) -> usize {
        self.state().hanging
    }

    /// What was done that must not be done.
    pub fn wrongs(&self) -> Vec<String> {
        self.state().wrongs.clone()
    }
}

/// The chat.
pub struct Paced {
    name: ChatName,
    room: Arc<Room>,
    clock: Arc<ManualClock>,
}

impl Paced {
    /// The program's end of a room.
    pub fn new(room: Arc<Room>, clock: Arc<ManualClock>) -> Self {
        Self::named("console", room, clock)
    }

    /// The same, of a chat of that name.
    pub fn named(name: &str, room: Arc<Room>, clock: Arc<ManualClock>) -> Self {
        Self { name: ChatName::new(name), room, clock }
    }

    /// Takes a call. What it does is done unless it fails before.
    fn take(&self, channel: &ChannelId, what: What) -> Result<Option<Trouble>, ChatError> {
        let kind = if matches!(what, What::Edit(_) | What::Change(_)) { Sending::Edit } else { Sending::Post };
        let wait = self.wait(channel, kind);
        let now = self.clock.now();
        let trouble = {
            let mut state = self.room.state();
            if !wait.is_zero() {
                state.wrongs.push(format!("{what:?} in {channel} at {now}, {wait:?} too early"));
            }
            match kind {
                Sending::Post => drop(state.posted.insert(channel.0.clone(), now)),
                Sending::Edit => state.edited.push_back(now),
            }
            let call = Call { at: now, channel: channel.0.clone(), what, done: false };
            let hit = state.troubles.iter_mut().find(|(meant, left, _)| *left > 0 && meant(&call));
            let trouble = hit.map(|(_, left, trouble)| {
                *left -= 1;
                *trouble
            });
            let done = matches!(trouble, None | Some(Trouble::AnswerLost | Trouble::Silence | Trouble::Slow(_)));
            state.calls.push(Call { done, ..call });
            if let Some(Trouble::Later(Some(after))) = trouble {
                state.rests.insert((channel.0.clone(), kind == Sending::Edit), now + Duration::from_secs(after));
            }
            trouble
        };
        match trouble {
            Some(Trouble::Later(after)) => {
                Err(ChatError::Later { why: "too many".to_owned(), after: after.map(Duration::from_secs) })
            }
            Some(Trouble::Panic) => panic!("the chat breaks off, as it was told to"),
            Some(Trouble::Never) => Err(ChatError::Never("not here".to_owned())),
            other => Ok(other),
        }
    }

    /// What was done arrives; the answer may not.
    async fn answer<T: Send>(&self, trouble: Option<Trouble>, value: T) -> Result<T, ChatError> {
        match trouble {
            Some(Trouble::Silence) => {
                self.room.state().hanging += 1;
                std::future::pending().await
            }
            Some(Trouble::Slow(seconds)) => {
                self.clock.sleep_until(self.clock.now() + Duration::from_secs(seconds)).await;
                Ok(value)
            }
            Some(_) => Err(ChatError::Later { why: "the connection dropped".to_owned(), after: None }),
            None => Ok(value),
        }
    }

    fn put(&self, channel: &ChannelId, key: PostKey<'_>, no: Option<u64>, text: String) -> MessageId {
        let at = self.clock.now();
        let mut guard = self.room.state();
        let state = &mut *guard;
        let same = state.said.iter().find(|(_, s)| s.key == key.id && !s.deleted).map(|(id, s)| (id.clone(), s.at));
        if let Some((id, first)) = same {
            if key.maybe_since.is_some_and(|since| since <= first) {
                // Found, not done again.
                state.calls.last_mut().unwrap().done = false;
                if let Some(said) = state.said.get_mut(&id) {
                    said.text = text;
                }
                return id;
            }
            state.wrongs.push(format!("{} is posted twice: look since {:?}, it came {first}", key.id, key.maybe_since));
        }
        let id = MessageId::new(format!("m{}", state.said.len() + 1));
        let said = Said { channel: channel.0.clone(), key: key.id.to_owned(), at, deleted: false, no, text };
        state.said.insert(id.clone(), said);
        id
    }

    fn there(&self, at: &CardPlace) -> Result<(), ChatError> {
        let state = self.room.state();
        let there = state.said.get(&at.message).is_some_and(|s| !s.deleted);
        if there { Ok(()) } else { Err(ChatError::Gone) }
    }

    fn undone(&self) {
        if let Some(call) = self.room.state().calls.last_mut() {
            call.done = false;
        }
    }
}

#[async_trait]
impl Chat for Paced {
    fn name(&self) -> &ChatName {
        &self.name
    }

    async fn post_card(&self, channel: &ChannelId, card: &Card, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        let trouble = self.take(channel, What::Card(card.no.0))?;
        self.room.state().cards.insert(card.no.0, card.clone());
        let id = self.put(channel, key, Some(card.no.0), format!("{:?}", card.state));
        self.answer(trouble, id).await
    }

    async fn update_card(&self, at: &CardPlace, card: &Card) -> Result<(), ChatError> {
        let trouble = self.take(&at.place.channel, What::Edit(card.no.0))?;
        self.there(at).inspect_err(|_| self.undone())?;
        if let Some(said) = self.room.state().said.get_mut(&at.message) {
            said.text = format!("{:?}", card.state);
        }
        self.room.state().cards.insert(card.no.0, card.clone());
        self.answer(trouble, ()).await
    }

    async fn thread(
        &self,
        at: &CardPlace,
        no: u64,
        text: &Text,
        ping: Option<&PersonId>,
        key: PostKey<'_>,
    ) -> Result<(), ChatError> {
        let line = super::words::words(text, &[]);
        let trouble = self.take(&at.place.channel, What::Line(no, line))?;
        self.there(at).inspect_err(|_| self.undone())?;
        let now = self.clock.now();
        let first = self.room.state().lines.insert(key.id.to_owned(), now);
        if let Some(first) = first {
            self.undone();
            if key.maybe_since.is_none_or(|since| since > first) {
                self.room.state().wrongs.push(format!("{} is said twice", key.id));
            }
        } else if let Some(who) = ping {
            self.room.state().pings.push(who.0.clone());
        }
        self.answer(trouble, ()).await
    }

    async fn post(&self, channel: &ChannelId, message: &Message, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        let (text, buttons) = message.flat();
        let says = super::words::words(&text, &buttons);
        let trouble = self.take(channel, What::Say(says.clone()))?;
        let id = self.put(channel, key, None, says);
        self.answer(trouble, id).await
    }

    async fn edit(&self, at: &CardPlace, message: &Message) -> Result<(), ChatError> {
        let (text, buttons) = message.flat();
        let says = super::words::words(&text, &buttons);
        let trouble = self.take(&at.place.channel, What::Change(says.clone()))?;
        self.there(at).inspect_err(|_| self.undone())?;
        if let Some(said) = self.room.state().said.get_mut(&at.message) {
            said.text = says;
        }
        self.answer(trouble, ()).await
    }

    fn reaches(&self, who: &PersonId) -> bool {
        self.room.state().knows.as_ref().is_none_or(|all| all.contains(&who.0))
    }

    fn linked(&self, url: &str) -> Vec<MessageId> {
        let ours = format!("https://{}.test/", self.name);
        url.strip_prefix(&ours).map(MessageId::from).into_iter().collect()
    }

    fn wait(&self, channel: &ChannelId, what: Sending) -> Duration {
        let now = self.clock.now();
        let mut state = self.room.state();
        while state.edited.front().is_some_and(|at| *at + MINUTE <= now) {
            state.edited.pop_front();
        }
        let limit = match what {
            Sending::Post => state.posted.get(&channel.0).map(|at| *at + APART),
            Sending::Edit if state.edited.len() >= EDITS => state.edited.front().map(|at| *at + MINUTE),
            Sending::Edit => None,
        };
        let rest = state.rests.get(&(channel.0.clone(), what == Sending::Edit)).copied();
        let until = limit.into_iter().chain(rest).max().unwrap_or(now);
        Duration::try_from(until.duration_since(now)).unwrap_or_default()
    }
}
