//! Jetstream: every post of the network over one web socket (github.com/bluesky-social/jetstream, `/subscribe`). What
//! does not matter is dropped as it arrives; what does waits in a short queue until the next poll. While the queue is full,
//! nothing more is read, so a burst waits at the other end.

use super::Jetstream;
use super::post::{POSTS, Profile, Raw, at, graphic};
use super::sift::{Sifted, sift};
use crate::domain::{Post, SourceName};
use crate::networks::{CallError, First, plain};
use futures_util::{SinkExt, StreamExt};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// For opening the stream.
const OPENING: Duration = Duration::from_secs(10);
/// A reconnected stream begins so much before where it ended, in microseconds: events are not in strict order.
const REPLAY: i64 = 5_000_000;
/// A stream that begins so much after where it should has a gap, in microseconds.
const GAP: i64 = 60_000_000;
/// Posts that wait for the next poll.
const QUEUE: usize = 1_000;
/// Of a stream that brought so many messages, silence means that it is stuck, even if its connection is alive.
const BUSY: u64 = 1_000;
/// Bytes of one message.
const MESSAGE: usize = 2 * 1024 * 1024;
/// Posts that are remembered over a replay.
const SEEN: usize = 500;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where the stream has got to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StreamMark {
    /// Everything up to this was handed in, in microseconds since 1970 by the stream's clock.
    at: i64,
    /// The newest posts that were handed in.
    #[serde(default)]
    seen: Vec<String>,
}

/// A post that the stream brought.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    at: i64,
    did: String,
    uri: String,
    cid: String,
    record: Value,
}

impl Heard {
    /// As a post; its author has no name yet.
    pub(super) fn post(&self, source: &SourceName, me: Option<&str>, now: Timestamp) -> Option<Post> {
        let indexed = Timestamp::from_microsecond(self.at).ok()?;
        let author = Profile { did: self.did.clone(), ..Profile::default() };
        Raw { uri: &self.uri, cid: &self.cid, author, record: &self.record, indexed, quote: None }
            .post(source, me, false, now)
    }
}

/// A new post in a message; anything else is none.
pub(super) fn heard(message: &Value) -> Option<Heard> {
    let created =
        at(message, "/commit/operation") == Some("create") && at(message, "/commit/collection") == Some(POSTS);
    let (did, key) = (at(message, "/did")?, at(message, "/commit/rkey")?);
    let record = message.pointer("/commit/record").filter(|record| created && record.is_object())?;
    let did_fits = did.starts_with("did:") && graphic(did, 256);
    did_fits.then_some(())?;
    Some(Heard {
        at: message.get("time_us")?.as_i64()?,
        did: did.to_owned(),
        uri: format!("at://{did}/{POSTS}/{key}"),
        cid: at(message, "/commit/cid")?.to_owned(),
        record: record.clone(),
    })
}

/// The new post in a message of the stream, if it is one.
pub fn from_stream(message: &Value, source: &SourceName, now: Timestamp) -> Option<Post> {
    heard(message)?.post(source, None, now)
}

/// What the stream has brought since the last poll.
pub(super) struct Brought {
    pub(super) heard: Vec<Heard>,
    /// It does not have what came after this.
    pub(super) gap: Option<Timestamp>,
}

/// One connection.
struct Line {
    posts: mpsc::Receiver<Heard>,
    /// Everything up to this is in the queue.
    upto: Arc<AtomicI64>,
    /// The first message's time; 0 before there was one.
    began: Arc<AtomicI64>,
    /// Where it was asked to begin.
    asked: Option<i64>,
    task: JoinHandle<String>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The connection, if there is one.
#[derive(Default)]
pub(super) struct Slot {
    line: tokio::sync::Mutex<Option<Line>>,
    bell: Arc<Notify>,
    /// Where the first connection began, in microseconds since 1970; 0 before there was one.
    start: AtomicI64,
    /// What the stream must bring although its words do not matter: the account's own mentions.
    me: Arc<Mutex<Option<String>>>,
}

impl Slot {
    /// Returns when something has arrived.
    pub(super) async fn ready(&self) {
        self.bell.notified().await;
    }

    /// What was taken last was not kept: the next connection brings it once more.
    pub(super) async fn again(&self) {
        *self.line.lock().await = None;
    }

    /// Takes what has arrived; connects first if need be.
    ///
    /// # Errors
    /// It cannot be connected, or it has ended and everything that it brought was taken before.
    pub(super) async fn take(
        &self,
        config: &Jetstream,
        mark: &mut Option<StreamMark>,
        first: First,
        me: Option<&str>,
        now: Timestamp,
    ) -> Result<Brought, CallError> {
        *self.me.lock().unwrap_or_else(PoisonError::into_inner) = me.map(str::to_owned);
        let mut slot = self.line.lock().await;
        let later = |why: String| CallError::Later { why: format!("Bluesky's Jetstream: {why}"), after: None };
        if slot.is_none() {
            let from = match (&*mark, first) {
                (Some(mark), _) => Some(mark.at.saturating_sub(REPLAY)),
                (None, First::Since(since)) => Some(since.as_microsecond()),
                // Nothing of an earlier connection was kept.
                (None, First::Now) => Some(self.start.load(Ordering::Acquire)).filter(|start| *start > 0),
            };
            *slot = Some(self.connect(config, from).await.map_err(later)?);
            if mark.is_none() {
                self.start.store(from.unwrap_or(now.as_microsecond()), Ordering::Release);
            }
        }
        let Some(line) = slot.as_mut() else {
            return Ok(Brought { heard: Vec::new(), gap: None });
        };
        let mark = mark.get_or_insert_with(|| {
            let start = self.start.load(Ordering::Acquire);
            StreamMark { at: if start > 0 { start } else { now.as_microsecond() }, seen: Vec::new() }
        });
        // In this order: all that the moment covers was in the queue before it was said.
        let ended = line.task.is_finished();
        let upto = line.upto.load(Ordering::Acquire);
        let mut brought = Brought { heard: Vec::new(), gap: None };
        let mut newest = 0;
        let mut any = false;
        while brought.heard.len() < QUEUE
            && let Ok(heard) = line.posts.try_recv()
        {
            any = true;
            newest = heard.at;
            if !mark.seen.contains(&heard.uri) {
                mark.seen.push(heard.uri.clone());
                brought.heard.push(heard);
            }
        }
        let emptied = line.posts.is_empty();
        mark.seen.drain(..mark.seen.len().saturating_sub(SEEN));
        let to = if emptied { upto.max(newest) } else { newest };
        let began = line.began.load(Ordering::Acquire);
        if began > 0
            && let Some(asked) = line.asked.take()
            && began.saturating_sub(asked) > GAP + REPLAY
        {
            brought.gap = Timestamp::from_microsecond(asked).ok();
        }
        if to > 0 {
            mark.at = mark.at.max(to);
        }
        if ended && !any {
            let why = match slot.take() {
                Some(mut line) => (&mut line.task).await.unwrap_or_else(|e| e.to_string()),
                None => String::new(),
            };
            return Err(later(why));
        }
        if ended || !emptied {
            self.bell.notify_one();
        }
        Ok(brought)
    }

    async fn connect(&self, config: &Jetstream, from: Option<i64>) -> Result<Line, String> {
        let mut url = url::Url::parse(&config.url).map_err(|_| "its address in bot.toml is none".to_owned())?;
        url.query_pairs_mut().append_pair("wantedCollections", POSTS);
        if let Some(from) = from {
            url.query_pairs_mut().append_pair("cursor", &from.to_string());
        }
        let limits = WebSocketConfig::default().max_message_size(Some(MESSAGE)).max_frame_size(Some(MESSAGE));
        let opening = connect_async_with_config(url.as_str(), Some(limits), false);
        let socket = match timeout(OPENING, opening).await {
            Ok(Ok((socket, _))) => socket,
            Ok(Err(e)) => return Err(format!("it cannot be opened ({})", plain::first_line(&e.to_string(), 200))),
            Err(_) => return Err("it cannot be opened in time".to_owned()),
        };
        let (sender, posts) = mpsc::channel(QUEUE);
        let (upto, began) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
        let reader = Reader {
            posts: sender,
            upto: Arc::clone(&upto),
            began: Arc::clone(&began),
            bell: Arc::clone(&self.bell),
            me: Arc::clone(&self.me),
            wanted: Arc::clone(&config.wanted),
            from: from.unwrap_or_default(),
        };
        let task = tokio::spawn(reader.run(socket, config.silence));
        Ok(Line { posts, upto, began, asked: from, task })
    }
}

/// Reads one connection to its end.
struct Reader {
    posts: mpsc::Sender<Heard>,
    upto: Arc<AtomicI64>,
    began: Arc<AtomicI64>,
    bell: Arc<Notify>,
    me: Arc<Mutex<Option<String>>>,
    wanted: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// Where it was asked to begin. It may begin long before: with all that is in the file that it is writing.
    from: i64,
}

impl Reader {
    async fn run(self, mut socket: Socket, silence: Duration) -> String {
        let why = self.read(&mut socket, silence).await;
        self.bell.notify_one();
        why
    }

    /// Why it ended.
    async fn read(&self, socket: &mut Socket, silence: Duration) -> String {
        let (mut messages, mut pinged) = (0u64, false);
        loop {
            match timeout(silence, socket.next()).await {
                // On a small network nobody may have said anything; then the other end still answers a ping.
                Err(_) if !pinged && messages < BUSY => {
                    pinged = true;
                    if let Err(e) = socket.send(Message::Ping(Vec::new().into())).await {
                        return plain::first_line(&e.to_string(), 200);
                    }
                }
                Err(_) => return format!("it was silent for {} s", silence.as_secs()),
                Ok(None) => return "it was closed".to_owned(),
                Ok(Some(Err(e))) => return format!("it broke ({})", plain::first_line(&e.to_string(), 200)),
                Ok(Some(Ok(Message::Text(message)))) => {
                    messages = messages.saturating_add(1);
                    pinged = false;
                    if self.message(&message).await.is_none() {
                        return "nobody listens any more".to_owned();
                    }
                }
                Ok(Some(Ok(Message::Close(frame)))) => {
                    let why = frame.map(|f| plain::first_line(&f.reason, 100)).filter(|why| !why.is_empty());
                    return why.map_or_else(|| "it was closed".to_owned(), |why| format!("it was closed ({why})"));
                }
                Ok(Some(Ok(_))) => pinged = false,
            }
        }
    }

    /// Queues what matters. `None`: nobody takes it any more.
    async fn message(&self, message: &str) -> Option<()> {
        let me = self.me.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Sifted { at, post } = sift(message, me.as_deref(), &*self.wanted);
        let Some(at) = at.filter(|at| *at > 0) else { return Some(()) };
        if self.began.load(Ordering::Relaxed) == 0 {
            self.began.store(at, Ordering::Release);
        }
        if at < self.from {
            return Some(());
        }
        if let Some(heard) = post.as_ref().and_then(heard) {
            self.posts.send(heard).await.ok()?;
            self.upto.store(at, Ordering::Release);
            self.bell.notify_one();
        } else {
            self.upto.store(at, Ordering::Release);
        }
        Some(())
    }
}
