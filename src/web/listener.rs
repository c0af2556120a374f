//! The server: HTTP/1.1 over TCP with a limit on everything a client could use up. TLS belongs to the proxy in front.

use super::site::{Request, Response, Site};
use axum::body::{Body, HttpBody};
use axum::http;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::poll_fn;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// What a client may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a body; larger ones are answered 413.
    pub body: usize,
    /// Time for the headers, also between two requests on one connection.
    pub headers: Duration,
    /// Time for the rest of a request: body and answer. Beyond it, 408.
    pub request: Duration,
    /// Connections at the same time; further ones wait in the queue of the system.
    pub connections: usize,
    /// Time that requests in hand get to finish after the shutdown began.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            headers: Duration::from_secs(10),
            request: Duration::from_secs(30),
            connections: 256,
            grace: Duration::from_secs(10),
        }
    }
}

/// How much of a body that is too large is still swallowed, so that the client is not cut off before it can read why.
const SWALLOWED: usize = 64 * 1024 * 1024;

/// Why the address cannot be had: the sentence says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BindError(pub String);

/// A bound address that does not serve yet.
pub struct Listener {
    tcp: TcpListener,
    addr: SocketAddr,
    limits: Limits,
}

impl Listener {
    /// Takes an address such as `127.0.0.1:8080`; port 0 takes any free port.
    ///
    /// # Errors
    /// A sentence that says why not and what to do.
    pub async fn bind(addr: SocketAddr, limits: Limits) -> Result<Self, BindError> {
        let explain = |e: std::io::Error| {
            BindError(match e.kind() {
                ErrorKind::AddrInUse => format!(
                    "{addr} is in use: another hearback or another program listens there; stop it, or choose another port"
                ),
                ErrorKind::PermissionDenied => {
                    format!("{addr} needs more rights than we have; choose a port of 1024 or above")
                }
                ErrorKind::AddrNotAvailable => {
                    format!("{addr} is no address of this machine; use 127.0.0.1, 0.0.0.0 or one that it has")
                }
                _ => format!("{addr} cannot be listened on: {e}"),
            })
        };
        let tcp = TcpListener::bind(addr).await.map_err(explain)?;
        let addr = tcp.local_addr().map_err(explain)?;
        Ok(Self { tcp, addr, limits })
    }

    /// Where it listens, with the real port.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Serves until `shutdown` is done, then lets requests in hand finish.
    pub async fn serve(self, site: Site, shutdown: impl Future<Output = ()>) {
        let Self { tcp, limits, .. } = self;
        let site = Arc::new(site);
        let room = Arc::new(Semaphore::new(limits.connections.max(1)));
        let (stop, stopping) = watch::channel(false);
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                () = &mut shutdown => break,
                accepted = accept(&tcp, &room) => accepted,
                Some(_) = connections.join_next() => continue,
            };
            match accepted {
                Ok((stream, permit)) => {
                    let site = Arc::clone(&site);
                    let stopping = stopping.clone();
                    connections.spawn(async move {
                        serve_connection(stream, site, limits, stopping).await;
                        drop(permit);
                    });
                }
                // Out of file handles, or a client that left: wait a moment instead of spinning.
                Err(e) => {
                    tracing::warn!("a connection could not be accepted: {e}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        drop(tcp);
        stop.send_replace(true);
        let finished = timeout(limits.grace, async { while connections.join_next().await.is_some() {} }).await;
        if finished.is_err() {
            tracing::warn!("{} requests did not finish in time and were cut off", connections.len());
            connections.shutdown().await;
        }
    }
}

async fn accept(tcp: &TcpListener, room: &Arc<Semaphore>) -> std::io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let permit = Arc::clone(room).acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, _) = tcp.accept().await?;
    Ok((stream, permit))
}

async fn serve_connection(stream: TcpStream, site: Arc<Site>, limits: Limits, mut stopping: watch::Receiver<bool>) {
    let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
        let site = Arc::clone(&site);
        async move {
            let head = request.method() == http::Method::HEAD;
            let whole = timeout(limits.request, answer(&site, request.map(Body::new), limits.body)).await;
            let response = whole.unwrap_or_else(|_| {
                Response::refused(408, "too_slow", "The request took too long; send it again.")
                    .with("connection", "close")
            });
            Ok::<_, Infallible>(wire(response, head))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = async { stopping.wait_for(|stop| *stop).await.is_ok() } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(e) = ended {
        tracing::debug!("a connection ended early: {e}");
    }
}

async fn answer(site: &Site, request: http::Request<Body>, limit: usize) -> Response {
    let (parts, body) = request.into_parts();
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let handler = match site.find(method, path) {
        Ok(handler) => handler,
        Err(response) => {
            // A small body is swallowed, so that the client reads the answer instead of a broken connection.
            return match read(body, 0, limit).await {
                Taken::Broken => broken(),
                _ => response,
            };
        }
    };
    match read(body, limit, SWALLOWED).await {
        Taken::Whole(body) => {
            let request = Request {
                method: method.to_owned(),
                path: path.to_owned(),
                query: parts.uri.query().map(str::to_owned),
                headers: parts.headers,
                body,
                at: site.now(),
            };
            // In a task of its own: a client that is too slow cannot stop half-way what it began, and a bug in a
            // handler is answered instead of dropping the connection.
            tokio::spawn(async move { handler.handle(request).await }).await.unwrap_or_else(|e| {
                tracing::error!(path = parts.uri.path(), "a request could not be handled: {e}");
                Response::refused(500, "internal", "That is a fault of ours and is in the log; send it again later.")
            })
        }
        Taken::TooLarge => Response::refused(
            413,
            "too_large",
            &format!("The body may have at most {limit} bytes; send fewer mentions at once."),
        )
        .with("connection", "close"),
        Taken::Broken => broken(),
    }
}

fn broken() -> Response {
    Response::refused(400, "broken_body", "The body broke off or was not readable; send it again.")
        .with("connection", "close")
}

/// What became of a body.
enum Taken {
    Whole(Vec<u8>),
    TooLarge,
    Broken,
}

/// Reads a body of at most `limit` bytes; of a longer one, the rest is thrown away up to `swallow` bytes.
async fn read(body: Body, limit: usize, swallow: usize) -> Taken {
    // One that announces more than would even be thrown away is not waited for.
    if body.size_hint().lower() > u64::try_from(swallow).unwrap_or(u64::MAX) {
        return Taken::TooLarge;
    }
    let mut body = pin!(body);
    let mut bytes = Vec::new();
    let mut length = 0usize;
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let Ok(frame) = frame else { return Taken::Broken };
        let Some(data) = frame.data_ref() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            bytes.extend_from_slice(data);
        } else {
            bytes = Vec::new();
            if length > swallow {
                break;
            }
        }
    }
    if length > limit { Taken::TooLarge } else { Taken::Whole(bytes) }
}

fn wire(response: Response, head: bool) -> http::Response<Body> {
    let length = response.body.len();
    let mut wire = http::Response::new(if head { Body::empty() } else { Body::from(response.body) });
    *wire.status_mut() = http::StatusCode::from_u16(response.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = wire.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(response.content_type));
    headers.insert("x-content-type-options", http::HeaderValue::from_static("nosniff"));
    if head {
        headers.insert(http::header::CONTENT_LENGTH, http::HeaderValue::from(length));
    }
    for (name, value) in response.headers {
        if let Ok(value) = http::HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    wire
}
