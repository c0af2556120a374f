//! A network whose behaviour a story decides: what it hands in, and what becomes of each reply.

use async_trait::async_trait;
use hearback::domain::{Act, Author, Capabilities, Cursor, Idempotency, LengthRule, Post, SourceName};
use hearback::networks::{Batch, CallError, Deed, First, Look, Network, Outgoing, Sent, View};
use jiff::Timestamp;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Mutex;
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
    /// The network is busy.
    Busy,
    /// The network will not take it.
    Refuse(&'static str),
}

#[derive(Default)]
struct State {
    posts: Vec<Post>,
    handed: usize,
    next: VecDeque<Next>,
    arrived: Vec<(String, String)>,
    look: Option<Look>,
    above: Vec<Post>,
    above_fails: Option<CallError>,
    notes: Vec<String>,
    down: Option<CallError>,
    confirmed_at: Option<Timestamp>,
    can: Option<Capabilities>,
    next_deed: VecDeque<Next>,
    deeds: Vec<Deed>,
    stands: BTreeSet<String>,
}

/// The network.
pub struct Pretend {
    source: SourceName,
    network: String,
    account: Option<Author>,
    can: Capabilities,
    state: Mutex<State>,
}

impl Pretend {
    /// A network that can be answered, with that protection against sending twice.
    pub fn new(network: &str, idempotency: Idempotency) -> Self {
        let can = Capabilities { reply: true, look: true, context: true, idempotency, ..Capabilities::READ_ONLY };
        Self {
            source: SourceName::new(network),
            network: network.to_owned(),
            account: None,
            can,
            state: Mutex::default(),
        }
    }

    /// A network that can only be watched.
    pub fn read_only(network: &str) -> Self {
        Self { can: Capabilities::READ_ONLY, ..Self::new(network, Idempotency::None) }
    }

    /// Another source on that network, with an account of its own.
    pub fn another(network: &str, source: &str, handle: &str) -> Self {
        let account = Author { id: handle.to_owned(), handle: handle.to_owned(), ..Author::default() };
        let source = SourceName::new(source);
        Self { source, account: Some(account), ..Self::new(network, Idempotency::Key) }
    }

    /// It can do this from now on.
    pub fn can(&self, change: impl FnOnce(&mut Capabilities)) {
        let mut can = self.capabilities();
        change(&mut can);
        self.state.lock().unwrap().can = Some(can);
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

    /// Takes a reply as the next behaviour says; a key that it knows has no second effect where keys are honoured.
    fn take(&self, reply: &Outgoing) -> Next {
        let mut state = self.state.lock().unwrap();
        let next = state.next.pop_front().unwrap_or(Next::Accept);
        let arrives = matches!(next, Next::Accept | Next::AcceptThenDrop | Next::AcceptThenDie);
        let known = state.arrived.iter().any(|(key, _)| key == &reply.key);
        if arrives && !(known && self.can.idempotency == Idempotency::Key) {
            state.arrived.push((reply.key.clone(), reply.text.clone()));
            state.stands.insert(format!("re-{}", reply.key));
        }
        next
    }

    /// The replies that arrived: key and text, every one of them.
    pub fn arrived(&self) -> Vec<(String, String)> {
        self.state.lock().unwrap().arrived.clone()
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
        self.state.lock().unwrap().can.unwrap_or(self.can)
    }
    fn account(&self) -> Option<Author> {
        self.account.clone()
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
        let posts = state.posts[state.handed..].to_vec();
        state.handed = state.posts.len();
        let cursor = Some(Cursor(state.handed.to_string()));
        Ok(Batch { posts, cursor, more: false, rest: None })
    }

    async fn look(&self, _: &Post) -> Result<Look, CallError> {
        Ok(self.state.lock().unwrap().look.clone().unwrap_or_else(|| Look::There(View::default())))
    }

    async fn reply(&self, reply: &Outgoing, now: Timestamp) -> Result<Sent, CallError> {
        let next = self.take(reply);
        let unknown = || CallError::Unknown { why: "the connection dropped".to_owned() };
        match next {
            Next::Accept => {
                let at = self.state.lock().unwrap().confirmed_at.unwrap_or(now);
                Ok(sent(&reply.key, at))
            }
            Next::AcceptThenDie => std::future::pending().await,
            Next::AcceptThenDrop | Next::DropBefore => Err(unknown()),
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
            Next::AcceptThenDie => std::future::pending().await,
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

    async fn find_reply(&self, reply: &Outgoing) -> Result<Option<Sent>, CallError> {
        let state = self.state.lock().unwrap();
        let there = state.arrived.iter().any(|(key, _)| key == &reply.key);
        Ok(there.then(|| sent(&reply.key, reply.post.posted_at + Duration::from_mins(10))))
    }
}

fn sent(key: &str, at: Timestamp) -> Sent {
    Sent { external_id: format!("re-{key}"), url: Some("https://social.test/reply".to_owned()), posted_at: at }
}
