//! One connection of the gateway: the web socket, Hello, heartbeats in time, frames out.

use super::gateway::{Connection, Habit, Moment, Out, Step, Trouble, Wires};
use super::{Inner, gateway_words};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// The longest payload that a client may send ("Sending Events").
const LONGEST: usize = 4_096;
/// The most payloads in a minute on one connection ("Rate Limiting").
const MOST: usize = 120;

type Socket = WebSocketStream<TcpStream>;

/// Takes connections; while the gateway is down, they are refused.
pub async fn serve(inner: Arc<Inner>, mut listener: TcpListener, resume_url: bool) {
    let address = listener.local_addr().expect("it is bound");
    let mut down = inner.gateway.down.subscribe();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(connection(Arc::clone(&inner), stream, resume_url));
            },
            told = async { down.wait_for(|down| *down).await.is_ok() } => {
                if !told {
                    return;
                }
                drop(listener);
                connections.abort_all();
                while connections.join_next().await.is_some() {}
                inner.gateway.wires().left_all(resume_url);
                inner.gateway.listening.fetch_sub(1, Ordering::SeqCst);
                if down.wait_for(|down| !*down).await.is_err() {
                    return;
                }
                listener = TcpListener::bind(address).await.expect("the port is still ours");
                inner.gateway.listening.fetch_add(1, Ordering::SeqCst);
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

impl Wires {
    /// The connections at one of the addresses are gone.
    fn left_all(&mut self, resume_url: bool) {
        let open = self.connections.iter().filter(|(_, c)| c.resume_url == resume_url);
        let open: Vec<u64> = open.map(|(id, _)| *id).collect();
        for id in open {
            self.leave(id, false);
        }
    }
}

/// Why a connection is over.
enum End {
    Cut,
    Closed(Option<u16>),
    Close(u16),
}

async fn connection(inner: Arc<Inner>, stream: TcpStream, resume_url: bool) {
    stream.set_nodelay(true).ok();
    let mut version = String::new();
    let Ok(mut socket) = handshake(&inner, stream, &mut version).await else { return };
    let (out, commands) = mpsc::unbounded_channel();
    let (id, interval) = {
        let mut wires = inner.gateway.wires();
        wires.opened += 1;
        let id = wires.opened;
        wires.steps.push(Step::Opened);
        let hello = json!({"op": 10, "s": null, "t": null, "d": {
            "heartbeat_interval": u64::try_from(wires.interval.as_millis()).expect("it is short"),
            "_trace": ["[\"gateway-prd-1\",{\"micros\":0.0}]"]}});
        if let Some(trouble) = wires.trouble(Moment::Hello) {
            out.send(Out::Trouble(trouble)).ok();
        } else {
            out.send(Out::Frame(hello)).ok();
        }
        let entry = Connection { out, resume_url, session: None, beats: Vec::new(), sent: VecDeque::new() };
        wires.connections.insert(id, entry);
        (id, wires.interval)
    };
    let end = if version == "10" || version == "9" {
        converse(&inner, id, &mut socket, commands, interval).await
    } else {
        End::Close(4012)
    };
    match end {
        End::Cut => inner.gateway.wires().leave(id, false),
        End::Closed(code) => {
            let mut wires = inner.gateway.wires();
            wires.steps.push(Step::ClientClosed(code));
            // "Initiating a Disconnect": these two end the session.
            wires.leave(id, matches!(code, Some(1000 | 1001)));
        }
        End::Close(code) => {
            {
                let mut wires = inner.gateway.wires();
                wires.steps.push(Step::Closed(code));
                // Those after which a new session must be made ("Gateway Close Event Codes").
                wires.leave(id, matches!(code, 4004 | 4007 | 4009..=4014));
            }
            let frame = CloseFrame { code: code.into(), reason: reason(code).into() };
            socket.close(Some(frame)).await.ok();
            let rest = async { while let Some(Ok(_)) = socket.next().await {} };
            tokio::time::timeout(Duration::from_secs(1), rest).await.ok();
        }
    }
}

fn reason(code: u16) -> &'static str {
    match code {
        4001 => "Unknown opcode.",
        4002 => "Error while decoding payload.",
        4003 => "Not authenticated.",
        4004 => "Authentication failed.",
        4005 => "Already authenticated.",
        4007 => "Invalid seq.",
        4008 => "Rate limited.",
        4009 => "Session timed out.",
        4010 => "Invalid shard.",
        4012 => "Invalid API version.",
        4013 => "Invalid intent(s).",
        4014 => "Disallowed intent(s).",
        4000 => "Unknown error.",
        _ => "",
    }
}

async fn handshake(inner: &Inner, stream: TcpStream, version: &mut String) -> Result<Socket, ()> {
    #[expect(clippy::result_large_err, reason = "the library wants it so")]
    let check = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        let refusal = |status: u16| {
            let mut refused = ErrorResponse::new(None);
            *refused.status_mut() = status.try_into().expect("an HTTP status");
            refused
        };
        let mut wires = inner.gateway.wires();
        if let Some(status) = wires.refuse {
            return Err(refusal(status));
        }
        let mut good = request.uri().path() == "/";
        let query = request.uri().query().unwrap_or_default();
        let mut encoding = false;
        for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "v" => *version = value.into_owned(),
                "encoding" => encoding = &*value == "json",
                _ => good = false,
            }
        }
        if !good || !encoding || version.is_empty() {
            wires.violations.push(format!("gateway: connected to {}; v and encoding=json are wanted", request.uri()));
        }
        // Without a version Discord takes its default, which is an old one.
        if good { Ok(response) } else { Err(refusal(400)) }
    };
    tokio_tungstenite::accept_hdr_async(stream, check).await.map_err(|_| ())
}

async fn converse(
    inner: &Arc<Inner>,
    id: u64,
    socket: &mut Socket,
    mut commands: mpsc::UnboundedReceiver<Out>,
    interval: Duration,
) -> End {
    // The documented wait is at most one interval; there is some tolerance.
    let tolerance = interval.mul_f64(1.5).max(Duration::from_millis(50));
    let mut deadline = tokio::time::Instant::now() + tolerance;
    loop {
        tokio::select! {
            () = tokio::time::sleep_until(deadline) => {
                inner.gateway.wires().violations.push("gateway: no heartbeat in time".into());
                return End::Close(4000);
            }
            command = commands.recv() => match command {
                None | Some(Out::Trouble(Trouble::Cut)) => return End::Cut,
                Some(Out::Frame(frame)) => {
                    if socket.send(frame_of(inner, id, &frame)).await.is_err() {
                        return End::Cut;
                    }
                }
                Some(Out::Trouble(Trouble::Close(code))) => return End::Close(code),
                Some(Out::Trouble(Trouble::Text(text))) => _ = socket.send(Message::text(text)).await,
            },
            message = socket.next() => match message {
                None | Some(Err(_)) => return End::Cut,
                Some(Ok(Message::Close(frame))) => return End::Closed(frame.map(|f| f.code.into())),
                Some(Ok(Message::Text(text))) => {
                    match heard(inner, id, text.as_str()) {
                        Ok(true) => deadline = tokio::time::Instant::now() + tolerance,
                        Ok(false) => {}
                        Err(code) => return End::Close(code),
                    }
                }
                Some(Ok(Message::Binary(_))) => {
                    inner.gateway.wires().violations.push("gateway: a binary frame with encoding=json".into());
                    return End::Close(4002);
                }
                Some(Ok(_)) => {}
            },
        }
    }
}

/// Takes a frame of the client's; true for a heartbeat. The error is the code to close with.
fn heard(inner: &Arc<Inner>, id: u64, text: &str) -> Result<bool, u16> {
    {
        let mut wires = inner.gateway.wires();
        let now = Instant::now();
        let Some(connection) = wires.connections.get_mut(&id) else { return Ok(false) };
        while connection.sent.front().is_some_and(|t| now.duration_since(*t) >= Duration::from_mins(1)) {
            connection.sent.pop_front();
        }
        connection.sent.push_back(now);
        if connection.sent.len() > MOST {
            wires.violations.push(format!("gateway: more than {MOST} payloads in a minute"));
            return Err(4008);
        }
    }
    let wrong = |why: String, code: u16| {
        inner.gateway.wires().violations.push(format!("gateway: {why}"));
        Err(code)
    };
    if text.len() > LONGEST {
        return wrong(format!("a payload of {} bytes", text.len()), 4002);
    }
    let Ok(payload) = serde_json::from_str::<Value>(text) else { return wrong("not JSON".into(), 4002) };
    let Some(op) = payload["op"].as_u64() else { return wrong("no op".into(), 4002) };
    match gateway_words::take(inner, id, op, &payload["d"]) {
        Ok(()) => Ok(op == 1),
        Err((code, why)) => wrong(why, code),
    }
}

/// A frame as text, or as zlib where the session asked for it and the story allows it.
fn frame_of(inner: &Inner, id: u64, frame: &Value) -> Message {
    let text = frame.to_string();
    let wires = inner.gateway.wires();
    let session = wires.connections.get(&id).and_then(|c| c.session.as_ref()).and_then(|s| wires.sessions.get(s));
    if wires.has(Habit::Zlib) && session.is_some_and(|s| s.compress) {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).expect("a buffer takes all");
        return Message::binary(encoder.finish().expect("a buffer takes all"));
    }
    Message::text(text)
}
