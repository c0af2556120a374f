//! The listener: what it answers, and that slow, large and numerous clients do not take it down.

use super::now;
use hearback::web::{Handler, Limits, Listener, Request, Response, Site};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::task::JoinHandle;

/// Answers with what it was asked; on `/hooks/slow` it says that it was reached and waits for permission.
struct Echo {
    reached: Arc<Notify>,
    go: Arc<Semaphore>,
}

#[async_trait::async_trait]
impl Handler for Echo {
    async fn handle(&self, request: Request) -> Response {
        assert_ne!(request.body, b"a bug");
        if request.path == "/hooks/slow" {
            self.reached.notify_one();
            self.go.acquire().await.unwrap().forget();
        }
        let header = request.headers.get("Webhook-Id").map(|h| h.to_str().unwrap().to_owned());
        Response::text(
            200,
            format!("{} {} {header:?} {} {}", request.method, request.path, request.at, request.body.len()),
        )
    }
}

struct Running {
    addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
    reached: Arc<Notify>,
    go: Arc<Semaphore>,
    ready: Arc<AtomicBool>,
}

async fn run(limits: Limits) -> Running {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), limits).await.unwrap();
    let (addr, (stop, stopped)) = (listener.addr(), oneshot::channel());
    let (reached, go, ready) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)), Arc::new(AtomicBool::new(true)));
    let echo = Arc::new(Echo { reached: Arc::clone(&reached), go: Arc::clone(&go) });
    let asked = Arc::clone(&ready);
    let site =
        Site::new(Arc::new(now)).route("POST", "/hooks/a", echo.clone()).route("POST", "/hooks/slow", echo).ready_when(
            Arc::new(move || if asked.load(Ordering::SeqCst) { Ok(()) } else { Err("the disk is full".to_owned()) }),
        );
    let task = tokio::spawn(listener.serve(site, async move { stopped.await.unwrap_or(()) }));
    Running { addr, stop: Some(stop), task, reached, go, ready }
}

/// Sends bytes and reads until the server closes.
async fn raw(addr: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn ask(addr: SocketAddr, method: &str, path: &str, body: &[u8]) -> String {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nwebhook-id: m1\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    raw(addr, &[head.as_bytes(), body].concat()).await
}

#[tokio::test]
async fn routes_health_and_refusals() {
    let web = run(Limits::default()).await;
    let answer = ask(web.addr, "POST", "/hooks/a?x=1", b"hello").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with("POST /hooks/a Some(\"m1\") 2026-11-22T10:00:00Z 5"), "{answer}");
    let answer = ask(web.addr, "GET", "/hooks/a", b"").await;
    assert!(answer.starts_with("HTTP/1.1 405") && answer.contains("allow: POST"), "{answer}");
    assert!(
        answer.ends_with(r#"{"code":"wrong_method","message":"This path takes only POST.","status":"refused"}"#),
        "{answer}"
    );
    for path in ["/", "/hooks/A", "/hooks/a/", "/../hooks/a", "/hooks/%61"] {
        let answer = ask(web.addr, "POST", path, b"x").await;
        assert!(answer.starts_with("HTTP/1.1 404") && answer.contains("not_found"), "{path}: {answer}");
    }
    assert!(ask(web.addr, "GET", "/healthz", b"").await.starts_with("HTTP/1.1 200"));
    assert!(ask(web.addr, "POST", "/healthz", b"").await.starts_with("HTTP/1.1 405"));
    assert!(ask(web.addr, "GET", "/readyz", b"").await.starts_with("HTTP/1.1 200"));
    assert!(ask(web.addr, "HEAD", "/readyz", b"").await.ends_with("\r\n\r\n"));
    web.ready.store(false, Ordering::SeqCst);
    let answer = ask(web.addr, "GET", "/readyz", b"").await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.ends_with("the disk is full\n"), "{answer}");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_in_clear_words() {
    let web = run(Limits { body: 1_000, ..Limits::default() }).await;
    assert!(ask(web.addr, "POST", "/hooks/a", &[b'x'; 1_000]).await.ends_with(" 1000"));
    for size in [1_001, 3 << 20] {
        let answer = ask(web.addr, "POST", "/hooks/a", &vec![b'x'; size]).await;
        assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("at most 1000 bytes"), "{size}: {answer}");
    }
    let chunk = format!("400\r\n{}\r\n", "x".repeat(1_024));
    let chunked = format!("POST /hooks/a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n");
    assert!(raw(web.addr, chunked.as_bytes()).await.starts_with("HTTP/1.1 413"), "without a stated length too");
}

#[tokio::test]
async fn slow_and_broken_clients_are_cut_off() {
    let short = Duration::from_millis(150);
    let web = run(Limits { headers: short, ..Limits::default() }).await;
    let hasty = run(Limits { request: short, ..Limits::default() }).await;
    // None of these sends all that it announced; each returns only because the server ends it.
    let begun = raw(web.addr, b"POST /hooks/a HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    assert!(begun.is_empty() || begun.starts_with("HTTP/1.1 4"), "{begun}");
    let half = raw(hasty.addr, b"POST /hooks/a HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf").await;
    assert!(half.starts_with("HTTP/1.1 408") && half.contains("too_slow"), "{half}");
    let idle = raw(web.addr, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(idle.starts_with("HTTP/1.1 200"), "answered, and closed while idle: {idle}");
    let stuck = ask(hasty.addr, "POST", "/hooks/slow", b"").await;
    assert!(stuck.starts_with("HTTP/1.1 408"), "a handler that hangs does not hang the client: {stuck}");
    let bug = ask(web.addr, "POST", "/hooks/a", b"a bug").await;
    assert!(bug.starts_with("HTTP/1.1 500") && bug.contains("fault of ours"), "{bug}");
    assert!(raw(web.addr, b"\x16\x03\x01 no http at all\r\n\r\n").await.starts_with("HTTP/1.1 400"));
    assert!(ask(web.addr, "POST", "/hooks/a", b"ok").await.starts_with("HTTP/1.1 200"), "and the next one is served");
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_their_turn() {
    let web = run(Limits { connections: 2, ..Limits::default() }).await;
    let asks = (0..12).map(|_| tokio::spawn(ask(web.addr, "POST", "/hooks/a", b"x"))).collect::<Vec<_>>();
    for answer in asks {
        assert!(answer.await.unwrap().starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn a_shutdown_finishes_what_is_in_hand() {
    let mut web = run(Limits::default()).await;
    let idle = tokio::spawn(raw(web.addr, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"));
    let busy = tokio::spawn(ask(web.addr, "POST", "/hooks/slow", b"abc"));
    web.reached.notified().await;
    web.stop.take().unwrap().send(()).unwrap();
    assert!(idle.await.unwrap().starts_with("HTTP/1.1 200"), "an idle connection is closed at once");
    web.go.add_permits(1);
    assert!(busy.await.unwrap().ends_with(" 3"), "the request in hand is answered");
    web.task.await.unwrap();
    assert!(TcpStream::connect(web.addr).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_ever() {
    let mut web = run(Limits { grace: Duration::from_millis(50), ..Limits::default() }).await;
    let stuck = tokio::spawn(ask(web.addr, "POST", "/hooks/slow", b"abc"));
    web.reached.notified().await;
    web.stop.take().unwrap().send(()).unwrap();
    web.task.await.unwrap();
    assert_eq!(stuck.await.unwrap(), "");
}

#[tokio::test]
async fn an_address_in_use_is_named_with_a_remedy() {
    let web = run(Limits::default()).await;
    let error = Listener::bind(web.addr, Limits::default()).await.err().expect("in use").to_string();
    assert!(error.contains(&web.addr.to_string()) && error.contains("choose another port"), "{error}");
    let error = Listener::bind("203.0.113.1:0".parse().unwrap(), Limits::default()).await.err().expect("not ours");
    assert!(error.to_string().contains("no address of this machine"), "{error}");
}
