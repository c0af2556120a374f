//! The gateway's sessions and what is sent in them (Discord's documentation, "Gateway", "Gateway Events", "Opcodes and Status
//! Codes"). Sessions, connections and the troubles that a story orders; time is the machine's here, as heartbeats are.

use super::{Inner, gateway_line};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// A moment at which a story lets something go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// After the web socket's handshake, instead of Hello.
    Hello,
    /// When Identify came, instead of Ready.
    Identify,
    /// When Resume came, before anything is replayed.
    Resume,
    /// In a replay, after so many events.
    Replay(usize),
    /// After the last event of a replay, instead of Resumed.
    Resumed,
    /// Instead of the next dispatch, which stays in the session.
    BeforeDispatch,
    /// Right after the next dispatch.
    AfterDispatch,
}

/// What goes wrong then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The connection ends without a close frame.
    Cut,
    /// A close frame with this code; the connection ends.
    Close(u16),
    /// This text comes instead.
    Text(String),
}

/// What the gateway does until a story says something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Habit {
    NoAcks,
    /// Compresses where Identify asked for it.
    Zlib,
}

/// What a connection is told to do.
#[derive(Clone, Debug)]
pub(super) enum Out {
    Frame(Value),
    Trouble(Trouble),
}

/// One event of a session, as it is sent.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub seq: u64,
    pub frame: Value,
}

/// A session: what was dispatched in it, and who listens.
#[derive(Debug)]
pub(super) struct Session {
    pub intents: u64,
    pub compress: bool,
    pub seq: u64,
    pub events: VecDeque<Event>,
    /// The newest event that does not exist any more: who missed it cannot resume.
    pub forgotten: u64,
    pub connection: Option<u64>,
    pub left: Instant,
}

#[derive(Debug)]
pub(super) struct Connection {
    pub out: mpsc::UnboundedSender<Out>,
    pub resume_url: bool,
    pub session: Option<String>,
    pub beats: Vec<Instant>,
    pub sent: VecDeque<Instant>,
}

/// What happened on the gateway, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A connection was made.
    Opened,
    Identified,
    /// Resumed: so many events were replayed.
    Resumed(usize),
    /// The session could not be resumed (op 9).
    Invalid,
    /// The client closed with this code; `None`: without one.
    ClientClosed(Option<u16>),
    /// The fake closed with this code.
    Closed(u16),
}

pub(super) struct Wires {
    pub sessions: BTreeMap<String, Session>,
    pub connections: BTreeMap<u64, Connection>,
    pub opened: u64,
    pub made: u64,
    pub identified: Vec<Instant>,
    pub steps: Vec<Step>,
    pub violations: Vec<String>,
    pub interval: Duration,
    pub identify_every: Duration,
    pub keeps_events: usize,
    pub keeps_for: Duration,
    pub troubles: Vec<(Moment, Trouble)>,
    /// So many events before the one that was asked for are replayed too.
    pub replay_more: usize,
    pub refuse: Option<u16>,
    pub habits: BTreeSet<Habit>,
}

/// The gateway's wires; of every fake one.
pub struct Gateway {
    wires: Mutex<Wires>,
    pub(super) down: watch::Sender<bool>,
    /// How many of the two addresses take connections.
    pub(super) listening: AtomicUsize,
    first: SocketAddr,
    second: SocketAddr,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("first", &self.first).field("second", &self.second).finish_non_exhaustive()
    }
}

impl Gateway {
    /// Binds both addresses; the listeners are for `gateway_line::serve`.
    pub async fn bind() -> (Self, [TcpListener; 2]) {
        let first = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let second = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = |tcp: &TcpListener| tcp.local_addr().expect("it is bound");
        let wires = Wires {
            sessions: BTreeMap::new(),
            connections: BTreeMap::new(),
            opened: 0,
            made: 0,
            identified: Vec::new(),
            steps: Vec::new(),
            violations: Vec::new(),
            interval: Duration::from_millis(41_250),
            identify_every: Duration::from_secs(5),
            keeps_events: 1_000,
            keeps_for: Duration::from_mins(3),
            troubles: Vec::new(),
            replay_more: 0,
            refuse: None,
            habits: BTreeSet::new(),
        };
        let gateway = Self {
            wires: Mutex::new(wires),
            down: watch::Sender::new(false),
            listening: AtomicUsize::new(2),
            first: address(&first),
            second: address(&second),
        };
        (gateway, [first, second])
    }

    pub(super) fn wires(&self) -> MutexGuard<'_, Wires> {
        self.wires.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a client connects at first.
    pub fn url(&self) -> String {
        format!("ws://{}", self.first)
    }

    /// Where a client resumes.
    pub fn resume_url(&self) -> String {
        format!("ws://{}", self.second)
    }

    /// How many more identifies a client may make today, as `GET /gateway/bot` says.
    pub fn starts_left(&self) -> usize {
        1_000_usize.saturating_sub(self.wires().identified.len())
    }

    /// The rules of the gateway that the client broke.
    pub fn violations(&self) -> Vec<String> {
        self.wires().violations.clone()
    }

    /// Takes them away: for a check that breaks rules on purpose.
    pub fn forgive(&self) -> Vec<String> {
        std::mem::take(&mut self.wires().violations)
    }

    /// Sends an event in every session that has one of these intents; 0 for an event that every session gets. Says how many
    /// sessions there are to get it, now or when they resume.
    pub fn dispatch(&self, kind: &str, data: &Value, intents: u64) -> usize {
        let mut wires = self.wires();
        wires.expire();
        let names: Vec<String> = wires
            .sessions
            .iter()
            .filter(|(_, s)| intents == 0 || s.intents & intents != 0)
            .map(|(name, _)| name.clone())
            .collect();
        for name in &names {
            wires.push(name, kind, data);
        }
        names.len()
    }
}

impl Wires {
    /// Forgets the sessions that nobody resumed in time.
    pub fn expire(&mut self) {
        let keeps = self.keeps_for;
        self.sessions.retain(|_, s| s.connection.is_some() || s.left.elapsed() < keeps);
    }

    /// Adds an event to a session, and sends it if somebody listens.
    pub fn push(&mut self, session: &str, kind: &str, data: &Value) {
        let before = self.trouble(Moment::BeforeDispatch);
        let after = self.trouble(Moment::AfterDispatch);
        let keeps = self.keeps_events;
        let Some(entry) = self.sessions.get_mut(session) else { return };
        entry.seq += 1;
        let event = Event { seq: entry.seq, frame: json!({"op": 0, "t": kind, "s": entry.seq, "d": data}) };
        entry.events.push_back(event.clone());
        while entry.events.len() > keeps {
            entry.forgotten = entry.events.pop_front().map_or(0, |e| e.seq);
        }
        let Some(connection) = entry.connection.and_then(|id| self.connections.get(&id)) else {
            // Nobody listens: the trouble is for somebody who does.
            self.troubles.extend(before.map(|t| (Moment::BeforeDispatch, t)));
            self.troubles.extend(after.map(|t| (Moment::AfterDispatch, t)));
            return;
        };
        let parts = match before {
            Some(trouble) => vec![Out::Trouble(trouble)],
            None => vec![Out::Frame(event.frame)],
        };
        for out in parts.into_iter().chain(after.map(Out::Trouble)) {
            connection.out.send(out).ok();
        }
    }

    /// The trouble that is ordered for this moment, once.
    pub fn trouble(&mut self, moment: Moment) -> Option<Trouble> {
        let at = self.troubles.iter().position(|(m, _)| *m == moment)?;
        Some(self.troubles.remove(at).1)
    }

    pub fn has(&self, habit: Habit) -> bool {
        self.habits.contains(&habit)
    }

    pub fn tell(&self, connection: u64, out: Out) {
        if let Some(open) = self.connections.get(&connection) {
            open.out.send(out).ok();
        }
    }

    /// A connection is gone; `ends` says that its session ends with it.
    pub fn leave(&mut self, connection: u64, ends: bool) {
        self.connections.remove(&connection);
        for session in self.sessions.values_mut().filter(|s| s.connection == Some(connection)) {
            session.connection = None;
            session.left = Instant::now();
            if ends {
                // Expires at the next look.
                session.left = Instant::now().checked_sub(self.keeps_for).unwrap_or(session.left);
                session.forgotten = u64::MAX;
            }
        }
        self.sessions.retain(|_, s| s.forgotten != u64::MAX);
    }
}

/// Serves both addresses.
pub fn serve(inner: &Arc<Inner>, listeners: [TcpListener; 2]) -> Vec<JoinHandle<()>> {
    let [first, second] = listeners;
    vec![
        tokio::spawn(gateway_line::serve(Arc::clone(inner), first, false)),
        tokio::spawn(gateway_line::serve(Arc::clone(inner), second, true)),
    ]
}
