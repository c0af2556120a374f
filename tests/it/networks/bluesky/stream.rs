//! A Jetstream on 127.0.0.1: replays from a cursor, clamps one that is too old without a word, and can be cut or be silent.

use super::world::World;
use futures_util::{SinkExt, StreamExt};
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

/// What is told to the connections.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Told {
    /// How many events there are to look at.
    events: usize,
    /// Connections made before this is raised are cut.
    cuts: u32,
    /// Nothing is sent or answered.
    silent: bool,
}

pub struct Stream {
    pub url: String,
    tell: watch::Sender<Told>,
    pub asked: Arc<Mutex<Vec<Option<i64>>>>,
    task: JoinHandle<()>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stream {
    /// Carries what is posted in that world; what is older than `keeps` (in microseconds since 1970) it has no more.
    pub async fn start(world: Arc<Mutex<World>>, keeps: i64) -> Self {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/subscribe", tcp.local_addr().unwrap());
        let (tell, told) = watch::channel(Told::default());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((tcp, _)) = tcp.accept().await {
                tokio::spawn(serve(tcp, Arc::clone(&world), told.clone(), keeps, Arc::clone(&log)));
            }
        });
        Self { url, tell, asked, task }
    }

    /// Sends what was posted since.
    pub fn flow(&self) {
        self.tell.send_modify(|told| told.events += 1);
    }

    /// Cuts every connection.
    pub fn cut(&self) {
        self.tell.send_modify(|told| told.cuts += 1);
    }

    /// Says nothing more, not even to a ping.
    pub fn fall_silent(&self) {
        self.tell.send_modify(|told| told.silent = true);
    }
}

#[expect(clippy::result_large_err, reason = "the shape of the library's callback")]
async fn serve(
    tcp: TcpStream,
    world: Arc<Mutex<World>>,
    mut told: watch::Receiver<Told>,
    keeps: i64,
    log: Arc<Mutex<Vec<Option<i64>>>>,
) {
    let mut cursor = None;
    let asked = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        assert_eq!(request.uri().path(), "/subscribe");
        for (key, value) in url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
            match key.as_ref() {
                "wantedCollections" => assert_eq!(value, "app.bsky.feed.post"),
                "cursor" => cursor = Some(value.parse::<i64>().expect("microseconds")),
                other => panic!("{other} is no parameter"),
            }
        }
        Ok(response)
    };
    let Ok(mut socket) = accept_hdr_async(tcp, asked).await else { return };
    log.lock().unwrap().push(cursor);
    let cuts = told.borrow().cuts;
    let live = world.lock().unwrap().carried.last().map_or(0, |(at, _)| at + 1);
    let mut from = cursor.map_or(live, |cursor| cursor.max(keeps));
    loop {
        let now = *told.borrow_and_update();
        if now.cuts > cuts {
            return;
        }
        if now.silent {
            if told.changed().await.is_err() {
                return;
            }
            continue;
        }
        let due: Vec<_> = world.lock().unwrap().carried.iter().filter(|(at, _)| *at >= from).cloned().collect();
        for (at, event) in due {
            from = at + 1;
            if socket.send(Message::text(event.to_string())).await.is_err() {
                return;
            }
        }
        tokio::select! {
            changed = told.changed() => if changed.is_err() { return },
            heard = socket.next() => if !matches!(heard, Some(Ok(_))) { return },
        }
    }
}
