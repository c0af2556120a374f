//! The instance's stream: a web socket that takes only its own path, a token in the header, and a client that says who it
//! is. <https://docs.joinmastodon.org/methods/streaming/#websocket>

use super::server::TOKEN;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

/// Those who listen, and what they are told.
pub struct Streams {
    pub url: String,
    pub opened: Arc<AtomicUsize>,
    tell: broadcast::Sender<String>,
    task: JoinHandle<()>,
}

impl Drop for Streams {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[expect(clippy::result_large_err, reason = "the library's own shape of a refused handshake")]
fn admit(request: &Request, response: Response) -> Result<Response, ErrorResponse> {
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let refused = |status: u16| {
        let mut refused = ErrorResponse::new(Some("no".to_owned()));
        *refused.status_mut() = status.try_into().unwrap();
        Err(refused)
    };
    if !header("user-agent").starts_with("hearback/") {
        return refused(418);
    }
    if request.uri().path() != "/api/v1/streaming" || request.uri().query() != Some("stream=user") {
        return refused(404);
    }
    if header("authorization") != format!("Bearer {TOKEN}") {
        return refused(401);
    }
    Ok(response)
}

impl Streams {
    pub async fn start() -> Self {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}", tcp.local_addr().unwrap());
        let (tell, _) = broadcast::channel(1_000);
        let opened = Arc::new(AtomicUsize::new(0));
        let (telling, count) = (tell.clone(), Arc::clone(&opened));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = tcp.accept().await {
                let (mut heard, count) = (telling.subscribe(), Arc::clone(&count));
                tokio::spawn(async move {
                    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(stream, admit).await else { return };
                    count.fetch_add(1, Ordering::SeqCst);
                    loop {
                        tokio::select! {
                            said = heard.recv() => match said {
                                Ok(said) if said == "cut" => return,
                                Ok(said) => if socket.send(Message::text(said)).await.is_err() { return },
                                Err(_) => return,
                            },
                            read = socket.next() => if !matches!(read, Some(Ok(_))) { return },
                        }
                    }
                });
            }
        });
        Self { url, opened, tell, task }
    }

    /// Everybody who listens is told.
    pub fn say(&self, frame: &Value) {
        // Nobody may be listening.
        self.tell.send(frame.to_string()).ok();
    }

    /// Every connection breaks.
    pub fn cut(&self) {
        self.tell.send("cut".to_owned()).ok();
    }
}
