//! A network whose behaviour a story decides: what it hands in, and what becomes of each reply.

use async_trait::async_trait;
use hearback::desk::{Clock, ManualClock};
use hearback::domain::{Act, Author, Capabilities, Cursor, Idempotency, LengthRule, Post, SourceName};
use hearback::networks::{Batch, CallError, Deed, First, Look, Network, Outgoing, Sent, View};
use jiff::Timestamp;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What becomes of the next reply.
#[derive(Clone, Debug)]
pub enum Next {
    /// It arrives, and the network says so.
    Accept,
    /// It arrives, and the connection drops before the answer.
    AcceptThenDrop,
    /// It arrives, and no answer ever comes: the story kills the program meanwhile.
    AcceptThenDie,
    /// The connection drops before it arrives, after it was begun.
    DropBefore,
    /// The connection drops, and the reply arrives so much later all the same.
    AcceptLate(Duration),
    /// It has not arrived, and no answer ever comes: the story kills the program meanwhile.
    DieBefore,
    /// The network is busy.
    Busy,
    /// The network will not take it.
    Refuse(&'static str),
}

/// What becomes of the next look for a reply.
#[derive(Clone, Copy, Debug)]
pub enum Find {
    /// It is answered.
    Answer,
    /// No answer ever comes: the story kills the program meanwhile.
    Die,
    /// The network is busy.
    Busy,
}

/// A reply that is there.
#[derive(Clone, Debug)]
struct Arrived {
    key: String,
    text: String,
    parent: String,
    id: String,
    at: Timestamp,
}

#[derive(Default)]
struct State {
    posts: Vec<Post>,
    handed: usize,
    next: VecDeque<Next>,
    arrived: Vec<Arrived>,
    late: Vec<(Timestamp, Outgoing)>,
    finds: VecDeque<Find>,
    hanging: usize,
    account: Option<Author>,
    own_in_polls: bool,
    own_handed: usize,
    look: Option<Look>,
    above: Vec<Post>,
    above_fails: Option<CallError>,
    notes: Vec<String>,
    down: Option<CallError>,
    confirmed_at: Option<Timestamp>,
    next_deed: VecDeque<Next>,
    deeds: Vec<Deed>,
    stands: BTreeSet<String>,
}

/// The network.
pub struct Pretend {
    source: SourceName,
    network: String,
    can: Mutex<Capabilities>,
    clock: Option<Arc<ManualClock>>,
    state: Mutex<State>,
}

impl Pretend {
    /// A network that can be answered, with that protection against sending twice.
    pub fn new(network: &str, idempotency: Idempotency) -> Self {
        let can = Capabilities { reply: true, look: true, context: true, idempotency, ..Capabilities::READ_ONLY };
        Self {
            source: SourceName::new(network),
            network: network.to_owned(),
            can: Mutex::new(can),
            clock: None,
            state: Mutex::default(),
        }
    }

    /// A network that can only be watched.
    pub fn read_only(network: &str) -> Self {
        Self { can: Mutex::new(Capabilities::READ_ONLY), ..Self::new(network, Idempotency::None) }
    }

    /// Another source on that network, with an account of its own.
    pub fn another(network: &str, source: &str, handle: &str) -> Self {
        let another = Self { source: SourceName::new(source), ..Self::new(network, Idempotency::Key) };
        another.answers_as(handle);
        another
    }

    /// What becomes of the next deeds, in order; after that they are done.
    pub fn will_do(&self, next: impl IntoIterator<Item = Next>) {
        self.state.lock().unwrap().next_deed.extend(next);
    }

    /// Every deed that arrived.
    pub fn deeds(&self) -> Vec<Deed> {
        self.state.lock().unwrap().deeds.clone()
    }

    /// What stands on the network because of deeds, and the replies that were not deleted: likes are `like:POST`.
    pub fn stands(&self) -> BTreeSet<String> {
        self.state.lock().unwrap().stands.clone()
    }

    /// Hands a post in at the next poll.
    pub fn says(&self, post: Post) {
        self.state.lock().unwrap().posts.push(post);
    }

    /// What becomes of the next replies, in order; after that they are accepted.
    pub fn will(&self, next: impl IntoIterator<Item = Next>) {
        self.state.lock().unwrap().next.extend(next);
    }

    /// What a look at any post shows from now on.
    pub fn shows(&self, look: Look) {
        self.state.lock().unwrap().look = Some(look);
    }

    /// What was said above any post from now on.
    pub fn said_above(&self, posts: Vec<Post>) {
        self.state.lock().unwrap().above = posts;
    }

    /// The conversation above a post cannot be read from now on, or can again.
    pub fn fails_above(&self, error: Option<CallError>) {
        self.state.lock().unwrap().above_fails = error;
    }

    /// What it says of its health from now on.
    pub fn tells(&self, note: &str) {
        self.state.lock().unwrap().notes = vec![note.to_owned()];
    }

    /// Polls fail so from now on, or work again.
    pub fn down(&self, error: Option<CallError>) {
        self.state.lock().unwrap().down = error;
    }

    /// Replies are confirmed with this time of the network's, whenever that happens.
    pub fn confirms_at(&self, at: Timestamp) {
        self.state.lock().unwrap().confirmed_at = Some(at);
    }

    /// By that clock, what is late arrives.
    pub fn timed(self, clock: &Arc<ManualClock>) -> Self {
        Self { clock: Some(Arc::clone(clock)), ..self }
    }

    /// What it can do from now on.
    pub fn can(&self, change: impl FnOnce(&mut Capabilities)) {
        change(&mut self.can.lock().unwrap());
    }

    /// What becomes of the next looks for a reply, in order; after that they are answered.
    pub fn finds(&self, next: impl IntoIterator<Item = Find>) {
        self.state.lock().unwrap().finds.extend(next);
    }

    /// The account that it answers as.
    pub fn answers_as(&self, id: &str) {
        let author = Author { id: id.to_owned(), handle: id.to_owned(), ..Author::default() };
        self.state.lock().unwrap().account = Some(author);
    }

    /// What the account posts comes in by polls, too.
    pub fn hands_in_its_own(&self) {
        self.state.lock().unwrap().own_in_polls = true;
    }

    /// Its author changes a post; with `tells`, the next poll hands it in again.
    pub fn edits(&self, id: &str, text: &str, tells: bool) {
        let mut state = self.state.lock().unwrap();
        let post = state.posts.iter_mut().find(|p| p.external_id == id).unwrap();
        text.clone_into(&mut post.text);
        let post = post.clone();
        if tells {
            state.posts.push(post);
        }
    }

    /// Calls that will never be answered. Forgets them.
    pub fn hanging(&self) -> usize {
        std::mem::take(&mut self.state.lock().unwrap().hanging)
    }

    /// Takes a reply as the next behaviour says; a key that it knows has no second effect where keys are honoured.
    fn take(&self, reply: &Outgoing, now: Timestamp) -> (Next, Sent) {
        self.late_ones_arrive();
        let mut state = self.state.lock().unwrap();
        let next = state.next.pop_front().unwrap_or(Next::Accept);
        match next {
            Next::Accept | Next::AcceptThenDrop | Next::AcceptThenDie => self.arrives(&mut state, reply, now),
            Next::AcceptLate(after) => state.late.push((now + after, reply.clone())),
            _ => {}
        }
        if matches!(next, Next::AcceptThenDie | Next::DieBefore) {
            state.hanging += 1;
        }
        let at = state.confirmed_at.unwrap_or(now);
        let there = state.arrived.iter().rev().find(|a| a.key == reply.key);
        (
            next,
            there.map_or_else(|| sent(&reply.key, at), |there| sent(&there.id, state.confirmed_at.unwrap_or(there.at))),
        )
    }

    fn arrives(&self, state: &mut State, reply: &Outgoing, at: Timestamp) {
        let known = state.arrived.iter().any(|a| a.key == reply.key);
        if known && self.can.lock().unwrap().idempotency == Idempotency::Key {
            return;
        }
        let parent = reply.after.as_ref().map_or(&reply.post.external_id, |before| &before.external_id).clone();
        let again = if known { format!("-{}", state.arrived.len()) } else { String::new() };
        let (key, text, id) = (reply.key.clone(), reply.text.clone(), format!("re-{}{again}", reply.key));
        state.stands.insert(id.clone());
        state.arrived.push(Arrived { key, text, parent, id, at });
    }

    fn late_ones_arrive(&self) {
        let Some(now) = self.clock.as_ref().map(|clock| clock.now()) else { return };
        let mut state = self.state.lock().unwrap();
        let (due, later) = std::mem::take(&mut state.late).into_iter().partition(|(at, _)| *at <= now);
        state.late = later;
        let due: Vec<(Timestamp, Outgoing)> = due;
        for (at, reply) in due {
            self.arrives(&mut state, &reply, at);
        }
    }

    /// The replies that arrived: key and text, every one of them.
    pub fn arrived(&self) -> Vec<(String, String)> {
        self.late_ones_arrive();
        self.state.lock().unwrap().arrived.iter().map(|a| (a.key.clone(), a.text.clone())).collect()
    }

    /// What each of them answers.
    pub fn parents(&self) -> Vec<String> {
        self.state.lock().unwrap().arrived.iter().map(|a| a.parent.clone()).collect()
    }

    /// A post of ours, as everybody sees it: the network puts the name of the author in front.
    fn own(&self, state: &State, there: &Arrived) -> Post {
        let answered = state.posts.iter().find(|p| p.external_id == there.parent);
        let name = answered.map_or_else(String::new, |p| format!("@{} ", p.author.handle));
        Post {
            network: self.network.clone(),
            source: self.source.clone(),
            external_id: there.id.clone(),
            conversation: None,
            parent: Some(there.parent.clone()),
            author: state.account.clone().unwrap_or_else(|| Author {
                id: "acmehelp".to_owned(),
                handle: "acmehelp".to_owned(),
                ..Author::default()
            }),
            text: format!("{name}{}", there.text),
            url: None,
            language: None,
            posted_at: there.at,
            addressed: false,
            native: hearback::domain::Native::default(),
        }
    }
}

#[async_trait]
impl Network for Pretend {
    fn source(&self) -> &SourceName {
        &self.source
    }
    fn network(&self) -> &str {
        &self.network
    }
    fn capabilities(&self) -> Capabilities {
        *self.can.lock().unwrap()
    }
    fn account(&self) -> Option<Author> {
        self.state.lock().unwrap().account.clone()
    }
    fn length(&self) -> LengthRule {
        LengthRule::Chars(280)
    }
    fn interval(&self) -> Option<Duration> {
        Some(Duration::from_mins(1))
    }

    fn notes(&self, _: Timestamp) -> Vec<String> {
        self.state.lock().unwrap().notes.clone()
    }

    async fn poll(&self, _: Option<&Cursor>, _: First, _: Timestamp) -> Result<Batch, CallError> {
        let mut state = self.state.lock().unwrap();
        if let Some(error) = &state.down {
            return Err(error.clone());
        }
        let mut posts = state.posts[state.handed..].to_vec();
        state.handed = state.posts.len();
        if state.own_in_polls {
            posts.extend(state.arrived[state.own_handed..].iter().map(|there| self.own(&state, there)));
            state.own_handed = state.arrived.len();
        }
        let cursor = Some(Cursor(state.handed.to_string()));
        Ok(Batch { posts, cursor, more: false, rest: None })
    }

    async fn look(&self, post: &Post) -> Result<Look, CallError> {
        self.late_ones_arrive();
        let state = self.state.lock().unwrap();
        if let Some(look) = &state.look {
            return Ok(look.clone());
        }
        let below = |parent: Option<&str>| parent == Some(post.external_id.as_str());
        let own = state.arrived.iter().filter(|a| below(Some(&a.parent))).map(|there| self.own(&state, there));
        let answers = state.posts.iter().filter(|p| below(p.parent.as_deref())).cloned().chain(own).collect();
        let text = state.posts.iter().find(|p| p.external_id == post.external_id).map(|p| p.text.clone());
        Ok(Look::There(View { text, answers }))
    }

    async fn reply(&self, reply: &Outgoing, now: Timestamp) -> Result<Sent, CallError> {
        let (next, there) = self.take(reply, now);
        let unknown = || CallError::Unknown { why: "the connection dropped".to_owned() };
        match next {
            Next::Accept => Ok(there),
            Next::AcceptThenDie | Next::DieBefore => std::future::pending().await,
            Next::AcceptThenDrop | Next::DropBefore | Next::AcceptLate(_) => Err(unknown()),
            Next::Busy => {
                Err(CallError::Later { why: "too many requests".to_owned(), after: Some(Duration::from_secs(30)) })
            }
            Next::Refuse(why) => Err(CallError::Never { why: why.to_owned() }),
        }
    }

    async fn act(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        assert!(self.capabilities().for_post(&deed.post).allows(deed.act), "asked for what it cannot do: {deed:?}");
        assert!(!deed.undo || self.capabilities().undo, "asked to undo what it cannot undo: {deed:?}");
        assert_eq!(deed.text.is_empty(), deed.act != Act::Message, "{deed:?}");
        assert_eq!(deed.targets.is_empty(), deed.act != Act::Retract && !deed.undo, "{deed:?}");
        let next = self.state.lock().unwrap().next_deed.pop_front().unwrap_or(Next::Accept);
        let id = match deed.act {
            Act::Message => deed.key.clone(),
            act => format!("{}:{}", act.verb(), deed.post.external_id),
        };
        if matches!(next, Next::Accept | Next::AcceptThenDrop | Next::AcceptThenDie) {
            let mut state = self.state.lock().unwrap();
            state.deeds.push(deed.clone());
            for gone in &deed.targets {
                state.stands.remove(gone);
            }
            if !deed.undo && deed.act != Act::Retract {
                state.stands.insert(id.clone());
            }
        }
        match next {
            Next::Accept => Ok(Sent { external_id: id, url: None, posted_at: now }),
            Next::AcceptThenDie | Next::DieBefore => std::future::pending().await,
            Next::AcceptLate(_) => panic!("no deed arrives late"),
            Next::AcceptThenDrop | Next::DropBefore => {
                Err(CallError::Unknown { why: "the connection dropped".to_owned() })
            }
            Next::Busy => {
                Err(CallError::Later { why: "too many requests".to_owned(), after: Some(Duration::from_secs(30)) })
            }
            Next::Refuse(why) => Err(CallError::Never { why: why.to_owned() }),
        }
    }

    async fn context(&self, _: &Post) -> Result<Vec<Post>, CallError> {
        let state = self.state.lock().unwrap();
        state.above_fails.clone().map_or_else(|| Ok(state.above.clone()), Err)
    }

    /// By what the conversation shows: whose it is, what it answers, what it says.
    async fn find_reply(&self, reply: &Outgoing) -> Result<Option<Sent>, CallError> {
        self.late_ones_arrive();
        let next = self.state.lock().unwrap().finds.pop_front().unwrap_or(Find::Answer);
        match next {
            Find::Answer => {}
            Find::Busy => return Err(CallError::Later { why: "too many requests".to_owned(), after: None }),
            Find::Die => {
                self.state.lock().unwrap().hanging += 1;
                return std::future::pending().await;
            }
        }
        let state = self.state.lock().unwrap();
        let parent = reply.after.as_ref().map_or(&reply.post.external_id, |before| &before.external_id);
        let mut ours = state.arrived.iter().filter(|a| a.parent == *parent && a.text == reply.text);
        let there = ours.find(|a| !reply.known.contains(&a.id));
        Ok(there.map(|there| sent(&there.id, there.at)))
    }
}

fn sent(id: &str, at: Timestamp) -> Sent {
    Sent { external_id: id.to_owned(), url: Some("https://social.test/reply".to_owned()), posted_at: at }
}
