//! The HTTP side of the API: reads a request as Discord does, plays the scripted failures, keeps the limits, answers.

use super::limits::{Limits, Refused};
use super::record::{Fail, Seen};
use super::rest_call::{ApiError, Call, File, Form, Reply};
use super::rest_parts::multipart;
use super::{Inner, rest, schema};
use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{Request, Response, header};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::future::pending;
use std::sync::Arc;
use std::time::Instant;
use tokio::net::{TcpListener, TcpStream};
use url::form_urlencoded;

/// "The maximum request size when sending a message is 25 MiB".
const LARGEST: usize = 25 * 1024 * 1024;
const PREFIX: &str = "/api/v10";

pub async fn serve(inner: Arc<Inner>, tcp: TcpListener) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = tcp.accept().await {
        connections.spawn(connection(Arc::clone(&inner), stream));
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(inner: Arc<Inner>, stream: TcpStream) {
    stream.set_nodelay(true).ok();
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let inner = Arc::clone(&inner);
        async move { handle(inner, request.map(Body::new)).await.ok_or_else(|| std::io::Error::other("dropped")) }
    });
    // A client that leaves, and a connection that is dropped on purpose, are part of the game.
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
}

/// A request that is being worked on, or hangs; ends with the value.
struct Open(Arc<Inner>, bool);

impl Open {
    fn request(inner: &Arc<Inner>) -> Self {
        inner.state().in_flight += 1;
        Self(Arc::clone(inner), false)
    }

    fn hang(self) -> Self {
        self.0.state().hangs += 1;
        Self(Arc::clone(&self.0), true)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut state = self.0.state();
        if self.1 {
            state.hangs -= 1;
        } else {
            state.in_flight -= 1;
        }
    }
}

/// `None` drops the connection.
async fn handle(inner: Arc<Inner>, request: Request<Body>) -> Option<Response<Body>> {
    let (parts, body) = request.into_parts();
    let arrived = Instant::now();
    let open = Open::request(&inner);
    let Ok(body) = axum::body::to_bytes(body, LARGEST).await else {
        return Some(wire(&ApiError::new(413, 40005, "Request entity too large").into()));
    };
    let (call, wrong) = read(&parts, &body);
    let found = match wrong {
        Some(error) => Err(error),
        None => rest::find(&call.method, &call.parts()),
    };
    let route = found.as_ref().map_or_else(|_| format!("{} {}", call.method, call.path), |(route, _)| route.clone());
    agent(&inner, &parts, &route);
    let fail = inner.state().scripts.get_mut(&route).and_then(std::collections::VecDeque::pop_front);
    let fail = match fail {
        Some(Fail::Slow(time)) => {
            tokio::time::sleep(time).await;
            None
        }
        other => other,
    };
    let accepted = |f: &Fail| matches!(f, Fail::AcceptThenDrop | Fail::AcceptThenHang | Fail::AcceptThenStatus(_));
    let reply = match &fail {
        None => ordinary(&inner, &call, &route, found),
        Some(fail) if accepted(fail) => ordinary(&inner, &call, &route, found),
        Some(Fail::RateLimited(seconds)) => limited(whole(*seconds), "user"),
        Some(Fail::RateLimitedGlobally(seconds)) => limited(whole(*seconds), "global"),
        Some(Fail::Error(429, code)) => {
            let mut reply = limited(5.0, "shared");
            super::state_json::extend(reply.body.get_or_insert_default(), ApiError::ordered(429, *code).body());
            reply
        }
        Some(Fail::Error(status, code)) => ApiError::ordered(*status, *code).into(),
        Some(Fail::Status(status)) => Reply { status: *status, headers: Vec::new(), body: None },
        Some(_) => Reply { status: 200, headers: Vec::new(), body: None },
    };
    let answered = match &fail {
        Some(Fail::AcceptThenStatus(number)) => *number,
        Some(Fail::Hang | Fail::DropBefore | Fail::AcceptThenDrop | Fail::AcceptThenHang) => 0,
        _ => reply.status,
    };
    note(&inner, call, route, arrived, answered, &reply);
    match fail {
        Some(Fail::DropBefore | Fail::AcceptThenDrop) => None,
        Some(Fail::Hang | Fail::AcceptThenHang) => {
            let _hanging = open.hang();
            pending().await
        }
        Some(Fail::Status(number) | Fail::AcceptThenStatus(number)) => Some(plain(number, "upstream connect error")),
        Some(Fail::Garbage) => Some(plain(200, "<html><body>Discord is having trouble</body></html>")),
        _ => Some(wire(&reply)),
    }
}

fn whole(seconds: u64) -> f64 {
    f64::from(u32::try_from(seconds).unwrap_or(u32::MAX))
}

/// Discord's answer, with the limits and the look at what was sent and what goes back.
fn ordinary(inner: &Arc<Inner>, call: &Call, route: &str, found: Result<(String, rest::Answers), ApiError>) -> Reply {
    let (route, answers) = match found {
        Ok(found) => found,
        Err(error) => {
            inner.state().violation(format!("{route} was refused: {}", error.body()));
            return error.into();
        }
    };
    let renames =
        route == "PATCH /channels/{channel}" && (call.body["name"].is_string() || call.body["topic"].is_string());
    let taken = {
        let mut state = inner.state();
        state.settle();
        let now = seconds(inner, state.buckets.limits);
        state.buckets.take(&route, &call.parts(), renames, now)
    };
    if let Some(Refused { after, scope }) = taken.refused {
        let mut reply = limited(after, scope);
        reply.headers.extend(taken.headers);
        return reply;
    }
    let by_schema = inner.state().by_schema;
    let looked_at = by_schema && !call.body.is_null();
    let against = if looked_at { schema::request(&route, &call.body) } else { Vec::new() };
    let mut reply = rest::perform(inner, call, &route, answers);
    let body = reply.body.clone().unwrap_or(Value::Null);
    let mut state = inner.state();
    if reply.status < 300 {
        for problem in against {
            state.violation(format!("{route}: {problem}"));
        }
        let own = if by_schema { schema::response(&route, reply.status, &body) } else { Vec::new() };
        for problem in own {
            state.violation(format!("the fake's own answer to {route}: {problem}"));
        }
    } else if matches!(body["code"].as_u64(), Some(50035 | 50006 | 50109 | 40067 | 30032 | 30034)) {
        state.violation(format!("{route} was refused: {body}"));
    }
    reply.headers.extend(taken.headers);
    reply
}

/// Seconds since 1970 by the clock that the limits go by.
fn seconds(inner: &Inner, limits: Limits) -> f64 {
    match limits {
        Limits::Real => inner.began.1 + inner.began.0.elapsed().as_secs_f64(),
        _ => (inner.now)().duration_since(jiff::Timestamp::UNIX_EPOCH).as_secs_f64(),
    }
}

/// docs.discord.com/developers, "Exceeding A Rate Limit".
fn limited(after: f64, scope: &'static str) -> Reply {
    let global = scope == "global";
    let words = if scope == "shared" { "The resource is being rate limited." } else { "You are being rate limited." };
    let mut headers = vec![("retry-after", format!("{:.0}", after.ceil())), ("x-ratelimit-scope", scope.to_owned())];
    if global {
        headers.push(("x-ratelimit-global", "true".to_owned()));
    }
    let body = json!({"message": words, "retry_after": after, "global": global});
    Reply { status: 429, headers, body: Some(body) }
}

fn note(inner: &Inner, call: Call, route: String, arrived: Instant, status: u16, reply: &Reply) {
    let mut state = inner.state();
    let now = seconds(inner, state.buckets.limits);
    let shared = reply.headers.iter().any(|(_, v)| v == "shared");
    if !shared && state.buckets.invalid(status, now) {
        state.violation("10,000 requests in ten minutes were answered with 401, 403 or 429");
    }
    let answer = reply.body.clone().unwrap_or(Value::Null);
    let at = state.now();
    state.requests.push(Seen {
        route,
        path: call.path,
        query: call.query,
        body: call.body,
        files: call.files.into_iter().map(|f| f.name).collect(),
        at,
        arrived,
        status,
        code: answer["code"].as_u64().filter(|_| status >= 400),
        answer,
    });
}

/// docs.discord.com/developers, "User Agent".
fn agent(inner: &Inner, parts: &Parts, route: &str) {
    let agent = parts.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let inside = agent.strip_prefix("DiscordBot (").and_then(|a| a.split_once(')')).map(|(inside, _)| inside);
    if inside.and_then(|i| i.split_once(", ")).is_none_or(|(url, version)| !url.contains("://") || version.is_empty()) {
        inner
            .state()
            .violation(format!("{route}: the User-Agent {agent:?} is not of the form DiscordBot (url, version)"));
    }
}

/// What came; beside it what is wrong with it.
fn read(parts: &Parts, body: &Bytes) -> (Call, Option<ApiError>) {
    let text = |name| parts.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let whole = parts.uri.path().to_owned();
    let path = whole.strip_prefix(PREFIX).map(str::to_owned);
    let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let known = path.clone().unwrap_or_else(|| whole.clone());
    let mut call = Call {
        method: parts.method.to_string(),
        parts: known.split('/').skip(1).map(decoded).collect(),
        path: known,
        query: query.map(|(k, v)| (k.into_owned(), v.into_owned())).collect(),
        body: Value::Null,
        files: Vec::new(),
        authorization: text(header::AUTHORIZATION),
    };
    if path.is_none() {
        let version = whole.starts_with("/api/v");
        let error = ApiError::new(400, 50041, "Invalid API version provided");
        return (call, Some(if version { error } else { ApiError::not_found() }));
    }
    let wrong = content(&mut call, text(header::CONTENT_TYPE), body).err();
    (call, wrong)
}

fn decoded(part: &str) -> String {
    // The form's rules, but for the plus sign.
    let pair = format!("x={}", part.replace('+', "%2B").replace('&', "%26"));
    form_urlencoded::parse(pair.as_bytes()).next().map(|(_, v)| v.into_owned()).unwrap_or_default()
}

/// JSON, or parts with `payload_json` and `files[n]` (docs.discord.com/developers, "Uploading Files").
fn content(call: &mut Call, kind: Option<String>, body: &Bytes) -> Result<(), ApiError> {
    if body.is_empty() {
        return Ok(());
    }
    let kind = kind.unwrap_or_default();
    let json = |bytes: &[u8]| serde_json::from_slice(bytes).map_err(|_| ApiError::code(50109));
    if kind.split(';').next().is_some_and(|k| k.trim().eq_ignore_ascii_case("application/json")) {
        call.body = json(body)?;
        return Ok(());
    }
    let Some(boundary) = kind.strip_prefix("multipart/form-data").and_then(|k| k.split_once("boundary=")) else {
        let mut form = Form::default();
        let message = "Expected \"Content-Type\" header to be one of {'application/json', 'multipart/form-data'}.";
        form.add("", "CONTENT_TYPE_INVALID", message);
        return form.check();
    };
    for part in multipart(body, boundary.1.trim_matches('"')).ok_or_else(|| ApiError::code(50109))? {
        match part.filename {
            None if part.name == "payload_json" => call.body = json(&part.bytes)?,
            None => call.body[part.name.as_str()] = json!(String::from_utf8_lossy(&part.bytes)),
            Some(name) => {
                call.files.push(File { field: part.name, name, kind: part.kind, bytes: part.bytes.len() });
            }
        }
    }
    Ok(())
}

fn plain(status: u16, text: &'static str) -> Response<Body> {
    Response::builder().status(status).header("content-type", "text/html").body(Body::from(text)).expect("a response")
}

fn wire(reply: &Reply) -> Response<Body> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    match &reply.body {
        None => response.body(Body::empty()),
        Some(body) => response.header("content-type", "application/json").body(Body::from(body.to_string())),
    }
    .expect("a response")
}
