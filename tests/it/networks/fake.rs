//! A small strict HTTP server on 127.0.0.1 that stands in for the outside, and can misbehave on purpose.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub query: BTreeMap<String, String>,
    /// The same, also where a name is there several times.
    pub pairs: Vec<(String, String)>,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// What the fake does with a request.
pub enum Reply {
    /// A whole answer.
    Http(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Takes the request and never answers.
    Hang,
    /// Takes the request and closes the connection.
    Drop,
    /// Announces more than it sends.
    Truncated(Vec<u8>),
    /// Sends and sends until the client has had enough.
    Endless,
}

impl Reply {
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Reply::Http(200, Vec::new(), body.into())
    }
    pub fn status(status: u16) -> Self {
        Reply::Http(status, Vec::new(), Vec::new())
    }
    pub fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        match self {
            Reply::Http(status, mut headers, body) => {
                headers.push((name, value.into()));
                Reply::Http(status, headers, body)
            }
            other => other,
        }
    }
}

type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

/// The running fake; it ends with the value.
pub struct Fake {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    pub async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", tcp.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (script, log): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = tcp.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&log)));
            }
        });
        Self { url, seen, task }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, script: Arc<Script>, log: Arc<Mutex<Vec<Seen>>>) {
    let Some(request) = read(&mut stream).await else { return };
    let reply = script(&request);
    log.lock().unwrap().push(request);
    // A client that hangs up early is part of the game.
    let sent = match reply {
        Reply::Drop => Ok(()),
        Reply::Hang => {
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.map(|_| ())
        }
        Reply::Http(status, headers, body) => {
            let length = (status != 304).then(|| format!("content-length: {}", body.len()));
            let lines = [format!("HTTP/1.1 {status} X"), "connection: close".to_owned()]
                .into_iter()
                .chain(length)
                .chain(headers.into_iter().map(|(name, value)| format!("{name}: {value}")))
                .chain([String::new(), String::new()]);
            let head = lines.collect::<Vec<_>>().join("\r\n");
            stream.write_all(&[head.as_bytes(), &body].concat()).await
        }
        Reply::Truncated(body) => {
            let head = format!("HTTP/1.1 200 X\r\ncontent-length: {}\r\n\r\n", body.len() + 1_000);
            stream.write_all(&[head.as_bytes(), &body].concat()).await
        }
        Reply::Endless => {
            let mut sent = stream.write_all(b"HTTP/1.1 200 X\r\nconnection: close\r\n\r\n<rss>").await;
            while sent.is_ok() {
                sent = stream.write_all(&vec![b' '; 65_536]).await;
            }
            Ok(())
        }
    };
    if sent.is_ok() {
        stream.shutdown().await.ok();
    }
}

/// Reads one request; panics (in the fake's task, which closes the connection) on what a real server would refuse.
async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = std::str::from_utf8(&bytes[..end]).expect("headers are ASCII").to_owned();
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap().split(' ');
    let (method, target) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
    assert_eq!(words.next(), Some("HTTP/1.1"));
    let mut headers = BTreeMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").expect("a header has a name and a value");
        let twice = headers.insert(name.to_ascii_lowercase(), value.to_owned());
        assert!(twice.is_none(), "{name} is there twice");
    }
    assert!(headers.contains_key("host"));
    assert!(headers.get("user-agent").is_some_and(|u| u.starts_with("hearback/")));
    let length: usize = headers.get("content-length").map_or(0, |l| l.parse().unwrap());
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    let url = url::Url::parse(&format!("http://fake{target}")).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
    let query = pairs.iter().cloned().collect();
    Some(Seen { method, path: url.path().to_owned(), query, pairs, headers, body })
}

/// A port on which nothing listens.
pub async fn closed_port() -> u16 {
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    tcp.local_addr().unwrap().port()
}
