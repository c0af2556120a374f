//! The desk's part in the contract: it polls, keeps the position, sends by the desk's rule, and reads every message.

use super::{Clock, Peer, WORD};
use hearback::domain::{Cursor, Idempotency, Post};
use hearback::networks::{Batch, CallError, First, Network, Outgoing, Sent};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Polls for what must come; a stream may need a few moments.
const POLLS: usize = 200;
/// One wait for a stream.
const MOMENT: Duration = Duration::from_millis(50);
/// Tries of one reply.
const TRIES: usize = 40;

/// How a reply ended.
#[derive(Debug)]
pub enum Outcome {
    /// The network confirmed it, or it was found there.
    Sent(Sent),
    /// It certainly did not go out.
    Never,
    /// A person has to look.
    Open,
}

/// A desk with one source.
pub struct Bench<P> {
    pub peer: Arc<P>,
    pub clock: Clock,
    pub network: Arc<dyn Network>,
    pub cursor: Option<Cursor>,
    pub first: First,
}

impl<P: Peer> Bench<P> {
    /// Nothing polled yet.
    pub async fn start() -> Self {
        let clock = Clock::new();
        let peer = Arc::new(P::start(clock.clone()).await);
        let network = peer.network();
        Self { peer, clock, network, cursor: None, first: First::Now }
    }

    /// The first sight is over: what is said from now on is heard.
    pub async fn marked() -> Self {
        let mut bench = Self::start().await;
        bench.hear().await;
        bench.clock.pass(5);
        bench
    }

    pub fn restart(&mut self) {
        self.network = self.peer.network();
    }

    pub fn says(&self, author: &str, text: &str) -> String {
        self.clock.pass(1);
        self.peer.says(author, text)
    }

    /// One poll. What holds of every batch is checked; its position is kept.
    pub async fn poll(&mut self) -> Result<Batch, CallError> {
        let batch = self.network.poll(self.cursor.as_ref(), self.first, self.clock.now()).await;
        let batch = batch.inspect_err(|e| self.read(e))?;
        assert!(batch.posts.is_sorted_by_key(|p| p.posted_at), "not the oldest first: {:?}", batch.posts);
        let ids: BTreeSet<&str> = batch.posts.iter().map(|p| p.external_id.as_str()).collect();
        assert_eq!(ids.len(), batch.posts.len(), "twice in one batch: {:?}", batch.posts);
        for post in &batch.posts {
            assert_eq!((&post.source, post.network.is_empty()), (self.network.source(), false));
            assert!(post.posted_at <= self.clock.now(), "{post:?}");
        }
        if batch.cursor.is_some() {
            self.cursor.clone_from(&batch.cursor);
        }
        Ok(batch)
    }

    /// Polls until there is no more at once.
    pub async fn hear(&mut self) -> Vec<Post> {
        let mut heard = Vec::new();
        for _ in 0..POLLS {
            let batch = self.poll().await.unwrap_or_else(|e| panic!("a poll failed: {e:?}"));
            heard.extend(batch.posts);
            if !batch.more {
                return heard;
            }
        }
        panic!("there is always more")
    }

    /// Polls until those posts have come; everything that came meanwhile. With `each` something is done before every
    /// poll.
    pub async fn hear_all(&mut self, ids: &[String], mut each: impl FnMut(&mut Self)) -> Vec<Post> {
        let mut heard: Vec<Post> = Vec::new();
        for _ in 0..POLLS {
            each(self);
            let batch = self.poll().await.unwrap_or_else(|e| panic!("a poll failed: {e:?}"));
            heard.extend(batch.posts);
            if ids.iter().all(|id| heard.iter().any(|p| p.external_id == *id)) {
                return heard;
            }
            if !batch.more {
                // A stream says when there is something; whoever only polls is asked again.
                tokio::time::timeout(MOMENT, self.network.ready()).await.ok();
                self.clock.pass(1);
            }
        }
        let here: Vec<&str> = heard.iter().map(|p| p.external_id.as_str()).collect();
        let missing: Vec<&String> = ids.iter().filter(|id| !here.contains(&id.as_str())).collect();
        panic!("{} of {} never came: {missing:?}; there came {here:?}", missing.len(), ids.len());
    }

    /// The post of that id, however it comes.
    pub async fn post(&mut self, id: &str) -> Post {
        let heard = if P::SHAPE.polls { self.hear_all(&[id.to_owned()], |_| ()).await } else { self.peer.pushed() };
        heard.into_iter().find(|p| p.external_id == id).unwrap_or_else(|| panic!("{id} did not come"))
    }

    /// Somebody says something, and it has come.
    pub async fn mention(&mut self, author: &str) -> Post {
        let id = self.says(author, &format!("is {WORD} down"));
        self.post(&id).await
    }

    /// A reply to a post, with a key of its own.
    pub fn reply_to(&self, post: &Post, key: &str, text: &str) -> Outgoing {
        Outgoing {
            key: format!("hb-contract-{key}"),
            post: post.clone(),
            text: text.to_owned(),
            no: 7,
            by: "Ana".to_owned(),
            at: self.clock.now(),
            after: None,
            known: Vec::new(),
        }
    }

    /// How often that text stands below that post, as an answer of the account.
    pub fn count(&self, to: &str, text: &str) -> usize {
        self.peer.replies().iter().filter(|(answered, said)| answered == to && said == text).count()
    }

    /// One try. What is said to be certain must be.
    pub async fn try_once(&self, reply: &Outgoing) -> Result<Sent, CallError> {
        let to = reply.after.as_ref().map_or(&reply.post.external_id, |part| &part.external_id);
        let before = self.count(to, &reply.text);
        let tried = self.network.reply(reply, self.clock.now()).await;
        let after = self.count(to, &reply.text);
        match &tried {
            Ok(sent) => {
                assert!(after >= 1, "it is said to be there and is not: {sent:?}, {:?}", self.peer.replies());
                assert!(!sent.external_id.is_empty());
            }
            Err(error) => {
                self.read(error);
                let certain = !matches!(error, CallError::Unknown { .. });
                assert!(!certain || after == before, "said not to have gone out, and did: {error:?}");
            }
        }
        tried
    }

    /// Sends by the desk's rule (src/desk/reply.rs): the same key again, or a look first, or a person decides.
    pub async fn deliver(&mut self, reply: &Outgoing) -> Outcome {
        let mut trying = false;
        for _ in 0..TRIES {
            if trying {
                match self.network.capabilities().idempotency {
                    Idempotency::Key => {}
                    Idempotency::None => return Outcome::Open,
                    Idempotency::Look => match self.network.find_reply(reply).await {
                        Ok(Some(sent)) => return Outcome::Sent(sent),
                        Ok(None) => {}
                        Err(error) => {
                            self.read(&error);
                            if matches!(error, CallError::Never { .. }) {
                                return Outcome::Open;
                            }
                            self.rest(Duration::from_secs(5));
                            continue;
                        }
                    },
                }
            }
            match self.try_once(reply).await {
                Ok(sent) => return Outcome::Sent(sent),
                Err(CallError::Never { .. }) => return if trying { Outcome::Open } else { Outcome::Never },
                Err(CallError::Later { after, .. }) => self.rest(after.unwrap_or(Duration::from_secs(2))),
                Err(CallError::Unknown { .. }) => {
                    trying = true;
                    self.rest(self.network.settles());
                }
            }
        }
        panic!("after {TRIES} tries it is still not out")
    }

    fn rest(&self, wait: Duration) {
        self.clock.pass(i64::try_from(wait.as_secs()).unwrap() + 1);
    }

    /// What people read of a failure: a line, and nothing secret in it.
    pub fn read(&self, error: &CallError) {
        for text in [error.to_string(), format!("{error:?}")] {
            for secret in self.peer.secrets() {
                assert!(!text.contains(&secret), "a secret in a message: {text}");
            }
        }
        let say = error.to_string();
        assert!(say.chars().count() > 10 && say.chars().count() < 600, "{say:?}");
        assert!(!say.contains(char::is_control), "{say:?}");
    }
}
