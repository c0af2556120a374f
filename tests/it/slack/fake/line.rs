//! Socket Mode: tickets, sockets, envelopes, acknowledgements (docs.slack.dev, "Using Socket Mode").

use super::Core;
use super::world::APP;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// How long Slack waits for an acknowledgement.
pub const PATIENCE: Duration = Duration::from_secs(3);
/// docs.slack.dev, "Using Socket Mode": up to ten connections at the same time.
const MOST: usize = 10;

/// What the other end of a socket is told to do.
#[derive(Debug)]
pub enum Out {
    Text(String),
    Binary(Vec<u8>),
    Close,
    /// Ends the TCP connection without a word.
    Cut,
    /// Neither reads nor writes any more; the connection stays open.
    Silence,
}

#[derive(Debug)]
struct Socket {
    out: mpsc::UnboundedSender<Out>,
    silent: bool,
}

/// What became of an acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Acked(Duration),
    Late(Duration),
    Missing,
    /// The connection was lost before it could come.
    Lost,
}

/// An envelope, or an HTTP request, and its acknowledgement.
#[derive(Clone, Debug)]
pub struct Ack {
    pub what: String,
    pub fate: Fate,
}

#[derive(Debug)]
struct Waiting {
    socket: u64,
    sent: Instant,
    what: String,
    /// Slack has given up on it.
    overdue: bool,
    answer: Option<oneshot::Sender<Value>>,
}

#[derive(Debug, Default)]
struct Wires {
    tickets: BTreeSet<String>,
    sockets: BTreeMap<u64, Socket>,
    waiting: BTreeMap<String, Waiting>,
    acks: Vec<Ack>,
    opened: u64,
    sent: u64,
    refuse: Option<u16>,
    mute: bool,
    everywhere: bool,
}

/// The far end of all sockets.
#[derive(Debug)]
pub struct Line {
    origin: String,
    wires: Mutex<Wires>,
}

impl Line {
    pub fn new(origin: String) -> Self {
        Self { origin, wires: Mutex::default() }
    }

    fn wires(&self) -> MutexGuard<'_, Wires> {
        self.wires.lock().expect("no test panics while it holds this")
    }

    /// The address that apps.connections.open gives: good for one connection.
    pub fn ticket(&self, ticket: &str) -> String {
        self.wires().tickets.insert(ticket.to_owned());
        format!("{}/link/?ticket={ticket}&app_id={APP}", self.origin)
    }

    pub fn refuse(&self, status: Option<u16>) {
        self.wires().refuse = status;
    }

    pub fn mute(&self, mute: bool) {
        self.wires().mute = mute;
    }

    /// Each envelope goes over every socket, as some stand-ins for Slack do; the first acknowledgement counts.
    pub fn everywhere(&self) {
        self.wires().everywhere = true;
    }

    /// Sockets that said hello and are open, the oldest first.
    pub fn open(&self) -> Vec<u64> {
        self.wires().sockets.keys().copied().collect()
    }

    /// How many connections were ever made.
    pub fn opened(&self) -> u64 {
        self.wires().opened
    }

    pub fn acks(&self) -> Vec<Ack> {
        self.wires().acks.clone()
    }

    pub fn forgive(&self) {
        self.wires().acks.retain(|a| !matches!(a.fate, Fate::Late(_) | Fate::Missing));
    }

    pub fn record(&self, what: &str, fate: Fate) {
        self.wires().acks.push(Ack { what: what.into(), fate });
    }

    pub fn waiting(&self) -> usize {
        self.wires().waiting.values().filter(|w| w.answer.is_some()).count()
    }

    /// Tells one socket what to do.
    pub fn tell(&self, socket: u64, out: Out) {
        let mut wires = self.wires();
        let Some(open) = wires.sockets.get_mut(&socket) else { return };
        open.silent |= matches!(out, Out::Silence);
        open.out.send(out).ok();
    }

    /// Sends an envelope on the next socket in turn and waits for its acknowledgement; says why there was none.
    pub async fn deliver(
        &self,
        kind: &str,
        payload: &Value,
        accepts: bool,
        retry: Option<u32>,
    ) -> Result<Value, &'static str> {
        let (id, answer) = {
            let mut wires = self.wires();
            wires.sent += 1;
            let turn = usize::try_from(wires.sent).expect("not that many");
            let open: Vec<u64> = wires.sockets.keys().copied().collect();
            let Some(socket) = (!open.is_empty()).then(|| open[turn % open.len()]) else {
                return Err("dispatch_failed");
            };
            let id = format!("57d6a792-4d35-4d0b-b6aa-{:012x}", wires.sent);
            let mut envelope =
                json!({"envelope_id": id, "type": kind, "payload": payload, "accepts_response_payload": accepts});
            if let Some(attempt) = retry {
                envelope["retry_attempt"] = json!(attempt);
                envelope["retry_reason"] = json!(if attempt == 0 { "" } else { "timeout" });
            }
            let (sender, answer) = oneshot::channel();
            let what =
                format!("{kind} {}", payload["type"].as_str().or(payload["command"].as_str()).unwrap_or_default());
            wires.waiting.insert(
                id.clone(),
                Waiting { socket, sent: Instant::now(), what, overdue: false, answer: Some(sender) },
            );
            for (_, other) in wires.sockets.iter().filter(|(other, _)| **other == socket || wires.everywhere) {
                other.out.send(Out::Text(envelope.to_string())).ok();
            }
            (id, answer)
        };
        let outcome = tokio::time::timeout(PATIENCE, answer).await;
        let mut wires = self.wires();
        match outcome {
            Ok(Ok(payload)) => Ok(payload),
            Ok(Err(_)) => Err("operation_timeout"),
            Err(_) => {
                // The entry stays, so that a late acknowledgement is known as such.
                let waiting = wires.waiting.get_mut(&id).expect("entries are only taken by an answer");
                waiting.answer = None;
                waiting.overdue = true;
                let (what, socket) = (waiting.what.clone(), waiting.socket);
                let lost = wires.sockets.get(&socket).is_none_or(|s| s.silent);
                wires.acks.push(Ack { what, fate: if lost { Fate::Lost } else { Fate::Missing } });
                Err("operation_timeout")
            }
        }
    }

    /// Takes what a client sent; says what is wrong with it.
    fn heard(&self, socket: u64, text: &str) -> Result<(), String> {
        let message: Value = serde_json::from_str(text).map_err(|e| format!("Socket Mode: {e} in {text}"))?;
        let id = message["envelope_id"].as_str().ok_or_else(|| format!("Socket Mode: no envelope_id in {text}"))?;
        let mut wires = self.wires();
        let Some(mut waiting) = wires.waiting.remove(id) else {
            if wires.everywhere {
                return Ok(());
            }
            return Err(format!("Socket Mode: nobody waits for the acknowledgement of {id}"));
        };
        if waiting.socket != socket && !wires.everywhere {
            wires.acks.push(Ack { what: waiting.what, fate: Fate::Lost });
            return Err(format!("Socket Mode: {id} was acknowledged on another socket"));
        }
        let took = waiting.sent.elapsed();
        if waiting.overdue {
            wires.acks.retain(|a| !(a.fate == Fate::Missing && a.what == waiting.what));
            wires.acks.push(Ack { what: waiting.what, fate: Fate::Late(took) });
            return Ok(());
        }
        wires.acks.push(Ack { what: waiting.what, fate: Fate::Acked(took) });
        if let Some(answer) = waiting.answer.take() {
            answer.send(message["payload"].clone()).ok();
        }
        Ok(())
    }

    /// An envelope that is sent by hand will be acknowledged too.
    pub fn expect_ack(&self, id: &str, socket: u64) {
        let what = format!("envelope {id}");
        self.wires()
            .waiting
            .insert(id.into(), Waiting { socket, sent: Instant::now(), what, overdue: false, answer: None });
    }

    fn join(&self) -> (u64, usize, mpsc::UnboundedReceiver<Out>) {
        let mut wires = self.wires();
        wires.opened += 1;
        let id = wires.opened;
        let (out, commands) = mpsc::unbounded_channel();
        wires.sockets.insert(id, Socket { out, silent: false });
        (id, wires.sockets.len(), commands)
    }

    fn leave(&self, socket: u64) {
        let mut wires = self.wires();
        wires.sockets.remove(&socket);
        let gone: Vec<String> = wires
            .waiting
            .iter()
            .filter(|(_, w)| w.socket == socket && w.answer.is_some())
            .map(|(id, _)| id.clone())
            .collect();
        for id in gone {
            let waiting = wires.waiting.remove(&id).expect("it is there");
            wires.acks.push(Ack { what: waiting.what, fate: Fate::Lost });
        }
    }
}

pub async fn serve(core: Arc<Core>, tcp: TcpListener) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = tcp.accept().await {
        connections.spawn(connection(Arc::clone(&core), stream));
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(core: Arc<Core>, stream: TcpStream) {
    if core.line.wires().mute {
        let _held = stream;
        return pending().await;
    }
    // A small frame must not wait for the acknowledgement of the one before.
    stream.set_nodelay(true).ok();
    let Ok(mut socket) = handshake(&core, stream).await else { return };
    let (id, count, commands) = core.line.join();
    if count > MOST {
        say(&mut socket, &disconnect("too_many_websockets")).await;
        socket.close(None).await.ok();
    } else {
        let hello = json!({"type": "hello", "num_connections": count, "connection_info": {"app_id": APP},
            "debug_info": {"host": "applink-1", "build_number": 5, "approximate_connection_time": 18_060}});
        say(&mut socket, &hello).await;
        converse(&core, id, &mut socket, commands).await;
    }
    core.line.leave(id);
}

pub fn disconnect(reason: &str) -> Value {
    json!({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})
}

async fn say(socket: &mut WebSocketStream<TcpStream>, message: &Value) {
    socket.send(Message::text(message.to_string())).await.ok();
}

async fn handshake(core: &Core, stream: TcpStream) -> Result<WebSocketStream<TcpStream>, ()> {
    #[expect(clippy::result_large_err, reason = "the library wants it so")]
    let check = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        let refusal = |status: u16| {
            let mut refused = ErrorResponse::new(None);
            *refused.status_mut() = status.try_into().expect("an HTTP status");
            refused
        };
        let mut wires = core.line.wires();
        if let Some(status) = wires.refuse {
            return Err(refusal(status));
        }
        let query = request.uri().query().unwrap_or_default();
        let ticket =
            url::form_urlencoded::parse(query.as_bytes()).find(|(k, _)| k == "ticket").map(|(_, v)| v.into_owned());
        let good = request.uri().path() == "/link/" && ticket.is_some_and(|t| wires.tickets.remove(&t));
        if good { Ok(response) } else { Err(refusal(401)) }
    };
    tokio_tungstenite::accept_hdr_async(stream, check).await.map_err(|_| ())
}

async fn converse(
    core: &Core,
    id: u64,
    socket: &mut WebSocketStream<TcpStream>,
    mut commands: mpsc::UnboundedReceiver<Out>,
) {
    let mut pings = tokio::time::interval(Duration::from_secs(5));
    loop {
        tokio::select! {
            _ = pings.tick() => {
                if socket.send(Message::Ping("Ping from applink-1".into())).await.is_err() {
                    return;
                }
            }
            command = commands.recv() => match command {
                None | Some(Out::Cut) => return,
                Some(Out::Text(text)) => _ = socket.send(Message::text(text)).await,
                Some(Out::Binary(bytes)) => _ = socket.send(Message::binary(bytes)).await,
                Some(Out::Close) => {
                    let frame = CloseFrame { code: 1000.into(), reason: "".into() };
                    core.line.leave(id);
                    socket.close(Some(frame)).await.ok();
                    // The other end may finish the handshake; nobody waits long for it.
                    tokio::time::timeout(Duration::from_secs(1), async { while let Some(Ok(_)) = socket.next().await {} })
                        .await
                        .ok();
                    return;
                }
                Some(Out::Silence) => loop {
                    match commands.recv().await {
                        None | Some(Out::Cut | Out::Close) => return,
                        Some(_) => {}
                    }
                },
            },
            message = socket.next() => match message {
                None | Some(Err(_)) => return,
                Some(Ok(Message::Text(text))) => {
                    if let Err(wrong) = core.line.heard(id, text.as_str()) {
                        core.state().violation(wrong);
                    }
                }
                Some(Ok(Message::Binary(_))) => core.state().violation("Socket Mode: a binary frame"),
                Some(Ok(_)) => {}
            },
        }
    }
}
