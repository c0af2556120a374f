//! Socket Mode: Slack's deliveries over web sockets that we open (docs "Using Socket Mode").
//!
//! The client library has a loop of its own for this; why ours: docs/decisions/0007-socket-mode.md. Each delivery is
//! handled in a task of its own, so that one that is slow or panics delays no other.

use super::client::{Api, Failed};
use super::wire::{Command, Payload};
use super::{Desk, Slack};
use crate::chat::troubles::About;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use tracing::{debug, error, info, warn};

/// So many sockets at once: while one is being renewed, Slack uses the other. At most ten are allowed.
const SOCKETS: usize = 2;
/// For opening a socket, each step.
const OPENING: Duration = Duration::from_secs(10);
/// Between two pings of ours.
const PING: Duration = Duration::from_secs(10);
/// A socket on which nothing was heard for so long, not even an answer to a ping, is dead.
const SILENCE: Duration = Duration::from_secs(25);
/// A socket that Slack has given notice for is still listened to for so long.
const NOTICE: Duration = Duration::from_mins(1);
/// The first new try after a failure comes after this long, then twice as long, and so on.
const FIRST_RETRY: Duration = Duration::from_millis(500);
/// But never later than this.
const LAST_RETRY: Duration = Duration::from_secs(30);
/// A socket that lived for less is a failure, however it ended: else one that is closed right after its greeting would be
/// opened again and again without a pause.
const STEADY: Duration = Duration::from_secs(10);
/// What a socket does not take within this long, it does not take.
const SENDING: Duration = Duration::from_secs(3);
/// What is in hand when we are told to stop gets so long.
const GRACE: Duration = Duration::from_secs(5);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// One frame of Slack's, as far as it matters.
#[derive(Debug, Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, rename = "envelope_id")]
    id: Option<String>,
    #[serde(default)]
    payload: Value,
    #[serde(default)]
    accepts_response_payload: bool,
    #[serde(default)]
    reason: Option<String>,
}

/// An acknowledgement.
pub(super) struct Ack {
    id: String,
    answer: Option<Value>,
    /// Where the answer goes if the socket is lost before it takes it.
    url: Option<String>,
}

impl Ack {
    fn message(&self) -> Message {
        let mut ack = json!({ "envelope_id": self.id });
        if let (Some(answer), Some(fields)) = (&self.answer, ack.as_object_mut()) {
            fields.insert("payload".to_owned(), answer.clone());
        }
        Message::text(ack.to_string())
    }

    /// What still has to be said, and where.
    pub(super) fn left_over(self) -> Option<(String, Value)> {
        self.url.zip(self.answer)
    }
}

/// Keeps the sockets open until `stop` turns true.
pub(super) async fn serve(slack: Arc<Slack>, desk: Desk, api: Arc<Api>, stop: watch::Receiver<bool>) {
    let mut slots = JoinSet::new();
    for slot in 0..SOCKETS {
        let first = Duration::from_millis(200).saturating_mul(u32::try_from(slot).unwrap_or(1));
        slots.spawn(keep(Arc::clone(&slack), Arc::clone(&desk), Arc::clone(&api), stop.clone(), first));
    }
    while slots.join_next().await.is_some() {}
}

/// Keeps one socket open.
async fn keep(slack: Arc<Slack>, desk: Desk, api: Arc<Api>, mut stop: watch::Receiver<bool>, first: Duration) {
    let mut wait = first;
    let mut failures = 0u32;
    let mut old = JoinSet::new();
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stopped(&mut stop) => break,
        }
        let opened = tokio::select! {
            opened = open(&api) => opened,
            () = stopped(&mut stop) => break,
        };
        wait = match opened {
            Ok(socket) => {
                let born = Instant::now();
                let mut line = Line::new(Arc::clone(&slack), Arc::clone(&desk), socket);
                let end = line.listen(stop.clone()).await;
                failures = if born.elapsed() < STEADY { failures + 1 } else { 0 };
                match end {
                    End::Stopped => {
                        line.finish().await;
                        break;
                    }
                    End::Notice => {
                        let stop = stop.clone();
                        old.spawn(async move { line.see_out(stop).await });
                        pause(failures)
                    }
                    End::Disabled => {
                        slack.api.troubles.add(About::Sockets, "Socket Mode is switched off in the app's settings; switch it on, or set transport = \"http\"");
                        old.spawn(async move { line.finish().await });
                        LAST_RETRY
                    }
                    End::Lost(why) => {
                        warn!(why, "a socket to Slack was lost; another is being opened");
                        old.spawn(async move { line.finish().await });
                        pause(failures)
                    }
                }
            }
            Err(failed) => {
                failures += 1;
                slack.api.troubles.add(About::Sockets, failed.say());
                error!(why = failed.say(), "no socket to Slack could be opened");
                match failed {
                    Failed::Limited(asked) => asked,
                    _ => backoff(failures),
                }
            }
        };
        while old.try_join_next().is_some() {}
    }
    while old.join_next().await.is_some() {}
}

/// Between the end of a socket and the next one: a single end is mended at once.
fn pause(failures: u32) -> Duration {
    if failures <= 1 { Duration::from_millis(50) } else { backoff(failures - 1) }
}

fn backoff(failures: u32) -> Duration {
    FIRST_RETRY.saturating_mul(1 << failures.min(7)).min(LAST_RETRY)
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop as well.
    if stop.wait_for(|stop| *stop).await.is_err() {
        debug!("nobody is left to say stop");
    }
}

async fn open(api: &Api) -> Result<Socket, Failed> {
    let answer = timeout(OPENING, api.post("apps.connections.open", &json!({}))).await;
    let answer = answer.map_err(|_| Failed::Unsure("it gives no socket address".to_owned()))??;
    let url = answer.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
    // Small frames go out at once: an acknowledgement must not wait until the one before it has arrived.
    match timeout(OPENING, connect_async_with_config(url, None, true)).await {
        Err(_) => Err(Failed::Unsure("the socket does not open".to_owned())),
        // The address holds a ticket, so the error is told without it.
        Ok(Err(error)) => Err(Failed::Unsure(format!("the socket does not open: {error}"))),
        Ok(Ok((socket, _))) => Ok(socket),
    }
}

/// Why a socket is not listened to any more.
enum End {
    /// We were told to stop.
    Stopped,
    /// Slack will close it soon: another one has to be opened, while this one is seen out.
    Notice,
    /// The app may not use sockets any more.
    Disabled,
    /// It broke.
    Lost(String),
}

/// One socket and what is in hand on it.
struct Line {
    slack: Arc<Slack>,
    desk: Desk,
    reader: SplitStream<Socket>,
    writer: SplitSink<Socket, Message>,
    acks: mpsc::UnboundedReceiver<Ack>,
    acknowledge: mpsc::UnboundedSender<Ack>,
    /// What the socket did not take.
    unsent: Option<Ack>,
    working: JoinSet<()>,
    /// It counts among the open ones.
    greeted: bool,
    /// It does not count any more, and never will again.
    noticed: bool,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.ungreet();
    }
}

impl Line {
    fn new(slack: Arc<Slack>, desk: Desk, socket: Socket) -> Self {
        let (writer, reader) = socket.split();
        let (acknowledge, acks) = mpsc::unbounded_channel();
        let working = JoinSet::new();
        let (greeted, noticed, unsent) = (false, false, None);
        Self { slack, desk, reader, writer, acks, acknowledge, unsent, working, greeted, noticed }
    }

    fn ungreet(&mut self) {
        if self.greeted && !self.noticed {
            self.slack.connected(-1);
        }
        self.noticed = true;
    }

    /// Sends a frame; the error says why the socket is of no use any more.
    async fn send(&mut self, frame: Message) -> Result<(), String> {
        match timeout(SENDING, self.writer.send(frame)).await {
            Ok(sent) => sent.map_err(|error| error.to_string()),
            Err(_) => Err(format!("it took nothing for {} s", SENDING.as_secs())),
        }
    }

    /// Until the socket ends or a notice comes.
    async fn listen(&mut self, mut stop: watch::Receiver<bool>) -> End {
        let mut ping = tokio::time::interval(PING);
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                () = stopped(&mut stop) => return End::Stopped,
                frame = self.reader.next() => {
                    heard = Instant::now();
                    let end = match frame {
                        None => Some(End::Lost("it was closed".to_owned())),
                        Some(Err(error)) => Some(End::Lost(error.to_string())),
                        Some(Ok(frame)) => self.take(frame),
                    };
                    if let Some(end) = end {
                        return end;
                    }
                }
                Some(ack) = self.acks.recv() => {
                    if let Err(why) = self.send(ack.message()).await {
                        self.unsent = Some(ack);
                        return End::Lost(why);
                    }
                }
                _ = ping.tick() => {
                    if heard.elapsed() > SILENCE {
                        return End::Lost("nothing is heard from it".to_owned());
                    }
                    if let Err(why) = self.send(Message::Ping(b"hearback".as_slice().into())).await {
                        return End::Lost(why);
                    }
                }
                Some(done) = self.working.join_next(), if !self.working.is_empty() => {
                    if let Err(error) = done {
                        error!(%error, "a delivery of Slack's could not be handled");
                    }
                }
            }
        }
    }

    /// What Slack still sends on a socket that it will close is handled like the rest.
    async fn see_out(mut self, stop: watch::Receiver<bool>) {
        self.ungreet();
        if timeout(NOTICE, self.listen(stop)).await.is_err() {
            debug!("a socket that Slack gave notice for is closed by us");
        }
        self.finish().await;
    }

    /// Lets what is in hand finish, and says so to Slack as long as the socket takes it.
    async fn finish(mut self) {
        self.ungreet();
        let finish = async {
            while self.working.join_next().await.is_some() {}
            self.acks.close();
            let mut open = self.unsent.is_none();
            if let Some(ack) = self.unsent.take() {
                self.slack.answer_at_url(ack);
            }
            while let Some(ack) = self.acks.recv().await {
                open = open && self.send(ack.message()).await.is_ok();
                if !open {
                    self.slack.answer_at_url(ack);
                }
            }
            if let Err(error) = self.writer.close().await {
                debug!(%error, "a socket was not closed properly");
            }
        };
        if timeout(GRACE, finish).await.is_err() {
            warn!("something that came over a socket did not finish in time");
        }
    }

    fn take(&mut self, frame: Message) -> Option<End> {
        let text = match frame {
            Message::Text(text) => text,
            Message::Close(_) => return Some(End::Lost("Slack closed it".to_owned())),
            // Answers to pings are made by the library.
            Message::Ping(_) | Message::Pong(_) => return None,
            Message::Binary(_) | Message::Frame(_) => {
                warn!("Slack sent something that is no text; it is passed over");
                return None;
            }
        };
        let envelope: Envelope = match serde_json::from_str(text.as_str()) {
            Ok(envelope) => envelope,
            Err(error) => {
                warn!(%error, "Slack sent a frame that cannot be read; it is passed over");
                return None;
            }
        };
        match envelope.kind.as_str() {
            "hello" => {
                if !self.greeted && !self.noticed {
                    self.greeted = true;
                    self.slack.connected(1);
                    info!("a socket to Slack is open");
                }
                None
            }
            "disconnect" => Some(match envelope.reason.as_deref() {
                Some("link_disabled") => End::Disabled,
                _ => End::Notice,
            }),
            _ => {
                self.handle(envelope);
                None
            }
        }
    }

    fn handle(&mut self, envelope: Envelope) {
        let Some(id) = envelope.id.clone() else {
            warn!(kind = envelope.kind, "Slack sent something without an id; it is passed over");
            return;
        };
        let payload = read(&envelope);
        let place = self.slack.envelopes.kept(&id);
        let (slack, desk) = (Arc::clone(&self.slack), Arc::clone(&self.desk));
        let acknowledge = self.acknowledge.clone();
        self.working.spawn(async move {
            let takes = envelope.accepts_response_payload;
            let url = payload.as_ref().and_then(Payload::command_url);
            let done = async {
                if let Some(payload) = payload {
                    slack.receive(&desk, payload, takes).await
                } else {
                    warn!(kind = envelope.kind, "Slack sent something that this version does not know");
                    None
                }
            };
            let answer = place.get_or_init(|| done).await.clone();
            if let Err(mpsc::error::SendError(ack)) = acknowledge.send(Ack { id, answer, url }) {
                slack.answer_at_url(ack);
            }
        });
    }
}

fn read(envelope: &Envelope) -> Option<Payload> {
    let payload = &envelope.payload;
    let text = |name: &str| payload.get(name).and_then(Value::as_str).map(str::to_owned);
    match envelope.kind.as_str() {
        "slash_commands" => Command::read(text).map(Payload::Command),
        "interactive" => Some(Payload::Interaction(payload.clone())),
        "events_api" => Some(Payload::Event(text("event_id").unwrap_or_default(), payload.get("event")?.clone())),
        _ => None,
    }
}
