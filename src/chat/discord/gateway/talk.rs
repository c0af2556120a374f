//! One connection to the gateway: its frames, and what its end means.

use super::OPENING;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{ClientRequestBuilder, Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use tracing::{debug, warn};

/// Who we are (docs "Reference", "User Agent").
const USER_AGENT: &str = concat!("DiscordBot (https://hearback.invalid, ", env!("CARGO_PKG_VERSION"), ")");
/// What the socket does not take within this long, it does not take.
const SENDING: Duration = Duration::from_secs(3);
type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// One frame of Discord's (docs "Payload Structure").
#[derive(Debug, Deserialize)]
pub(super) struct Frame {
    pub op: u8,
    #[serde(default)]
    pub d: Value,
    #[serde(default)]
    pub s: Option<u64>,
    #[serde(default)]
    pub t: Option<String>,
}

/// Why a connection is not listened to any more.
#[derive(Debug)]
pub(super) enum End {
    /// We were told to stop.
    Stopped,
    /// It broke, or Discord asks for another: it can be resumed.
    Lost(String),
    /// The session is over.
    Forgotten(String),
    /// No new try helps; what a person has to do.
    Hopeless(&'static str),
}

/// Opens a connection at that address.
pub(super) async fn open(url: &str) -> Result<Talk, String> {
    let mut url = url::Url::parse(url).map_err(|e| format!("its gateway's address cannot be read: {e}"))?;
    url.set_query(Some("v=10&encoding=json"));
    // Small frames go out at once.
    let uri = url.as_str().parse().map_err(|e| format!("its gateway's address cannot be read: {e}"))?;
    let request = ClientRequestBuilder::new(uri).with_header("User-Agent", USER_AGENT);
    match timeout(OPENING, connect_async_with_config(request, None, true)).await {
        Err(_) => Err("the gateway does not open".to_owned()),
        Ok(Err(error)) => Err(format!("the gateway does not open: {error}")),
        Ok(Ok((socket, _))) => Ok(Talk::new(socket)),
    }
}

/// One connection.
pub(super) struct Talk {
    pub reader: SplitStream<Socket>,
    writer: SplitSink<Socket, Message>,
}

impl Talk {
    fn new(socket: Socket) -> Self {
        let (writer, reader) = socket.split();
        Self { reader, writer }
    }

    pub(super) async fn send(&mut self, frame: Message) -> Result<(), End> {
        match timeout(SENDING, self.writer.send(frame)).await {
            Ok(sent) => sent.map_err(|error| End::Lost(error.to_string())),
            Err(_) => Err(End::Lost(format!("it took nothing for {} s", SENDING.as_secs()))),
        }
    }

    pub(super) async fn say(&mut self, op: u8, d: &Value) -> Result<(), End> {
        self.send(Message::text(json!({ "op": op, "d": d }).to_string())).await
    }

    pub(super) async fn heartbeat(&mut self, seq: Option<u64>) -> Result<(), End> {
        self.say(1, &json!(seq)).await
    }

    /// How often it wants a heartbeat.
    pub(super) async fn hello(&mut self) -> Result<Duration, End> {
        loop {
            if let Some(Frame { op: 10, d, .. }) = read(self.reader.next().await)? {
                let interval = d.get("heartbeat_interval").and_then(Value::as_u64).unwrap_or(41_250);
                return Ok(Duration::from_millis(interval.clamp(100, 600_000)));
            }
        }
    }

    pub(super) async fn close(&mut self, code: u16) {
        let frame = CloseFrame { code: code.into(), reason: "".into() };
        if self.send(Message::Close(Some(frame))).await.is_err() {
            debug!("the connection to the gateway is gone already");
        }
    }
}

/// A frame; `None` if it is of no matter.
pub(super) fn read(frame: Option<Result<Message, Error>>) -> Result<Option<Frame>, End> {
    match frame {
        None => Err(End::Lost("it was closed".to_owned())),
        Some(Err(error)) => Err(End::Lost(error.to_string())),
        Some(Ok(Message::Close(frame))) => Err(closed(frame.map(|frame| u16::from(frame.code)))),
        Some(Ok(Message::Text(text))) => match serde_json::from_str(text.as_str()) {
            Ok(frame) => Ok(Some(frame)),
            Err(error) => {
                warn!(%error, "Discord sent a frame that cannot be read; it is passed over");
                Ok(None)
            }
        },
        Some(Ok(_)) => Ok(None),
    }
}

/// What a close code says (docs "Gateway Close Event Codes").
fn closed(code: Option<u16>) -> End {
    match code {
        Some(4_004) => End::Hopeless(
            "the bot token is not valid any more; make a new one in the Developer Portal under Bot, put it where bot.toml \
             says, and start again",
        ),
        Some(4_011) => End::Hopeless(
            "Discord wants a bot in so many servers to be several; hearback is for one server: leave the others",
        ),
        Some(4_010 | 4_012) => End::Hopeless("Discord's gateway does not take this version of hearback; update it"),
        Some(4_013 | 4_014) => End::Hopeless("Discord's gateway refuses the intents, of which hearback asks for none"),
        Some(code @ (4_003 | 4_007 | 4_009)) => End::Forgotten(format!("Discord closed it ({code})")),
        Some(code) => End::Lost(format!("Discord closed it ({code})")),
        None => End::Lost("Discord closed it".to_owned()),
    }
}
