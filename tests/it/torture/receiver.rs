//! Where replies go: a receiver that honours `webhook-id`, and can fail in every way that loses the outcome.

use super::house::{OUT_KEY, signature};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What arrived under one `webhook-id`.
#[derive(Clone, Debug, Default)]
pub struct Arrived {
    /// The id of the post that it answers.
    pub answers: String,
    pub text: String,
    /// How often it came.
    pub posts: u32,
    /// The receiver published it.
    pub published: bool,
    faults: u32,
}

/// What happened at the receiver.
#[derive(Default)]
pub struct Seen {
    pub by_id: BTreeMap<String, Arrived>,
    /// What no sender may do.
    pub violations: Vec<String>,
}

struct State {
    chance: Mutex<fastrand::Rng>,
    healthy: AtomicBool,
    arrivals: watch::Sender<u64>,
    seen: Mutex<Seen>,
}

/// The receiver.
pub struct Receiver {
    pub url: String,
    state: Arc<State>,
}

/// What it does with a request after it has read it.
#[derive(Clone, Copy)]
enum Mood {
    /// Publishes and confirms.
    Well,
    /// Publishes, and confirms late.
    Slow,
    /// Refuses for now, with that status.
    Refuses(u16),
    /// Publishes, then fails.
    BreaksAfterwards,
    /// Publishes, and the connection is lost.
    Lost,
    /// The connection is lost before anything was done.
    Deaf,
}

/// So often the same id meets a fault: the waits between tries double, and the test has an end.
const FAULTS: u32 = 2;

impl Receiver {
    pub async fn open(seed: u64) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/replies", listener.local_addr().unwrap());
        let state = Arc::new(State {
            chance: Mutex::new(fastrand::Rng::with_seed(seed)),
            healthy: AtomicBool::new(false),
            arrivals: watch::Sender::new(0),
            seen: Mutex::default(),
        });
        let serving = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&serving);
                tokio::spawn(async move {
                    // A connection that breaks off is the sender's death, which is what this is about.
                    drop(state.serve(stream).await);
                });
            }
        });
        Receiver { url, state }
    }

    /// From now on it never fails.
    pub fn recovers(&self) {
        self.state.healthy.store(true, Ordering::SeqCst);
    }

    /// Counts the requests whose body was read.
    pub fn arrivals(&self) -> watch::Receiver<u64> {
        self.state.arrivals.subscribe()
    }

    /// What happened so far.
    pub fn seen<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.state.seen.lock().unwrap())
    }
}

impl State {
    async fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        let (head, at) = loop {
            if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
                break (String::from_utf8_lossy(&bytes[..at]).into_owned(), at + 4);
            }
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        };
        let header = |name: &str| {
            let found =
                head.lines().filter_map(|line| line.split_once(':')).find(|(n, _)| n.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let length: usize = header("content-length").parse().unwrap_or(0);
        while bytes.len() < at + length {
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        }
        let body = &bytes[at..at + length];
        let id = header("webhook-id");
        let signed = header("webhook-signature") == signature(OUT_KEY, &id, &header("webhook-timestamp"), body);
        let (mood, known) = self.note(&id, signed, body);
        self.arrivals.send_modify(|n| *n += 1);
        let (status, answer) = match mood {
            Mood::Well if known => (409, json!({ "status": "duplicate", "id": format!("r-{id}") })),
            Mood::Well => (200, json!({ "id": format!("r-{id}") })),
            Mood::Slow => {
                // Long enough that the sender may be killed while it waits.
                tokio::time::sleep(Duration::from_millis(300)).await;
                (200, json!({ "id": format!("r-{id}") }))
            }
            Mood::Refuses(status) => (status, Value::Null),
            Mood::BreaksAfterwards => (500, Value::Null),
            Mood::Lost | Mood::Deaf => return Ok(()),
        };
        let answer = answer.to_string();
        let text = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nretry-after: 1\r\nconnection: close\r\n\
             content-length: {}\r\n\r\n{answer}",
            answer.len()
        );
        stream.write_all(text.as_bytes()).await?;
        stream.shutdown().await
    }

    /// Takes a request down; what to do with it, and whether its id was published before.
    fn note(&self, id: &str, signed: bool, body: &[u8]) -> (Mood, bool) {
        let mut seen = self.seen.lock().unwrap();
        if !signed {
            seen.violations.push(format!("{id}: the signature is wrong"));
            return (Mood::Refuses(401), false);
        }
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (answers, words) = (text("in_reply_to"), text("text"));
        if text("id") != id {
            seen.violations.push(format!("{id}: the body says {}", text("id")));
        }
        let fresh = !seen.by_id.contains_key(id);
        let arrived = seen.by_id.entry(id.to_owned()).or_default();
        if fresh {
            (arrived.answers, arrived.text) = (answers.clone(), words.clone());
        }
        let same = arrived.answers == answers && arrived.text == words;
        arrived.posts += 1;
        let mood = self.mood(arrived.faults);
        if !matches!(mood, Mood::Well | Mood::Slow) {
            arrived.faults += 1;
        }
        let known = arrived.published;
        arrived.published |= !matches!(mood, Mood::Refuses(_) | Mood::Deaf);
        if !same {
            seen.violations.push(format!("{id}: came again with another text, or for another post"));
        }
        (mood, known)
    }

    fn mood(&self, faults: u32) -> Mood {
        if faults >= FAULTS || self.healthy.load(Ordering::SeqCst) {
            return Mood::Well;
        }
        match self.chance.lock().unwrap().u8(..20) {
            0..9 => Mood::Well,
            9..12 => Mood::Slow,
            12 => Mood::Refuses(429),
            13..15 => Mood::Refuses(500),
            15 => Mood::Refuses(503),
            16 => Mood::BreaksAfterwards,
            17..19 => Mood::Lost,
            _ => Mood::Deaf,
        }
    }
}
