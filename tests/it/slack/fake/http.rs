//! The HTTP side: reads a request as Slack does, plays the scripted failures, answers.

use super::Core;
use super::api;
use super::call::{Answer, Params};
use super::hooks;
use super::record::{Fail, Seen};
use axum::body::{Body, Bytes};
use axum::http::{Method, Request, Response, header};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use std::future::pending;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use url::form_urlencoded;

pub async fn serve(core: Arc<Core>, tcp: TcpListener) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = tcp.accept().await {
        connections.spawn(connection(Arc::clone(&core), stream));
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(core: Arc<Core>, stream: TcpStream) {
    stream.set_nodelay(true).ok();
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let core = Arc::clone(&core);
        async move { handle(core, request.map(Body::new)).await.ok_or_else(|| std::io::Error::other("dropped")) }
    });
    // A client that leaves, and a connection that is dropped on purpose, are part of the game.
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
}

/// A request that is being worked on, or hangs; ends with the value.
struct Open(Arc<Core>, bool);

impl Open {
    fn request(core: &Arc<Core>) -> Self {
        core.state().in_flight += 1;
        Self(Arc::clone(core), false)
    }

    fn hang(self) -> Self {
        {
            let mut state = self.0.state();
            state.hangs += 1;
        }
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
async fn handle(core: Arc<Core>, request: Request<Body>) -> Option<Response<Body>> {
    let (parts, body) = request.into_parts();
    let open = Open::request(&core);
    let body = axum::body::to_bytes(body, 4 * 1024 * 1024).await.ok()?;
    let path = parts.uri.path().to_owned();
    let (name, hook) = match path.strip_prefix("/api/") {
        Some(method) => (method.to_owned(), None),
        None => match path.strip_prefix("/hooks/") {
            Some(id) => ("response_url".to_owned(), Some(id.to_owned())),
            None => return Some(plain(404, "Not Found")),
        },
    };
    let params = read(&parts, &body);
    let fail = core.state().scripts.get_mut(&name).and_then(std::collections::VecDeque::pop_front);
    let fail = match fail {
        Some(Fail::Slow(time)) => {
            tokio::time::sleep(time).await;
            None
        }
        other => other,
    };
    let accepted = |fail: &Fail| {
        matches!(fail, Fail::AcceptThenDrop | Fail::AcceptThenHang | Fail::AcceptThenStatus(_) | Fail::AcceptThenThin)
    };
    let done = fail.as_ref().is_none_or(accepted);
    let mut answer = match &fail {
        _ if done => perform(&core, &name, hook.as_deref(), &parts.method, &params),
        Some(Fail::RateLimited(seconds)) => Answer::limited(*seconds),
        Some(Fail::Error(number)) => Answer::error(number),
        Some(Fail::Status(number)) => Answer { status: *number, ..Answer::error("") },
        _ => Answer::error("scripted"),
    };
    if let Some(warning) = params.as_ref().ok().and_then(|p| p.warning) {
        answer.warn(warning);
    }
    if fail == Some(Fail::AcceptThenThin) {
        answer.body = json!({ "ok": true, "channel": answer.body["channel"], "ts": answer.body["ts"] });
    }
    let answered = match fail {
        Some(Fail::AcceptThenStatus(number)) => number,
        Some(Fail::Hang | Fail::DropBefore | Fail::AcceptThenDrop | Fail::AcceptThenHang) => 0,
        _ => answer.status,
    };
    core.saw(Seen {
        method: name,
        params: params.map_or(Value::Null, |p| Value::Object(p.map)),
        at: (core.now)(),
        status: answered,
        error: answer.body["error"].as_str().map(str::to_owned),
        answer: answer.body.clone(),
    });
    match fail {
        Some(Fail::DropBefore | Fail::AcceptThenDrop) => None,
        Some(Fail::Hang | Fail::AcceptThenHang) => {
            let _hanging = open.hang();
            pending().await
        }
        Some(Fail::Status(number) | Fail::AcceptThenStatus(number)) => Some(plain(number, "upstream connect error")),
        Some(Fail::Garbage) => Some(plain(200, "<html><body>Slack is having trouble</body></html>")),
        _ => Some(wire(&answer)),
    }
}

fn perform(core: &Core, name: &str, hook: Option<&str>, verb: &Method, params: &Result<Params, Answer>) -> Answer {
    let params = match params {
        Ok(params) => params,
        Err(refused) => return refused.clone(),
    };
    let now = (core.now)();
    let mut state = core.state();
    match hook {
        Some(_) if verb != Method::POST => Answer { status: 405, ..Answer::error("method_not_allowed") },
        Some(id) => hooks::respond(&mut state, id, params, now),
        None => api::call(&mut state, core, name, params, now),
    }
}

/// Query of a GET, form or JSON of a POST (docs.slack.dev, "Using the Slack Web API").
fn read(parts: &axum::http::request::Parts, body: &Bytes) -> Result<Params, Answer> {
    let text = |name| parts.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let mut token = None;
    if let Some(value) = text(header::AUTHORIZATION) {
        let Some(bearer) = value.strip_prefix("Bearer ") else { return Err(Answer::error("invalid_auth")) };
        token = Some(bearer.to_owned());
    }
    let mut params = Params { map: Map::new(), token, warning: None, json: false };
    let pairs = |bytes: &[u8]| -> Map<String, Value> {
        form_urlencoded::parse(bytes).map(|(k, v)| (k.into_owned(), json!(v))).collect()
    };
    if parts.method == Method::GET {
        params.map = pairs(parts.uri.query().unwrap_or_default().as_bytes());
        if params.map.contains_key("token") {
            // Apps made after February 2021 cannot send it there.
            return Err(Answer::error("not_allowed_token_type"));
        }
        return Ok(params);
    }
    let content = text(header::CONTENT_TYPE);
    let Some(content) = content else {
        return if body.is_empty() { Ok(params) } else { Err(Answer::error("missing_post_type")) };
    };
    let mut pieces = content.split(';').map(str::trim);
    let kind = pieces.next().unwrap_or_default().to_ascii_lowercase();
    let charset = pieces.find_map(|p| p.strip_prefix("charset=")).map(str::to_ascii_lowercase);
    if charset.as_deref().is_some_and(|c| c != "utf-8" && c != "iso-8859-1") {
        return Err(Answer::error("invalid_charset"));
    }
    match kind.as_str() {
        "application/json" => {
            if charset.is_none() {
                params.warning = Some("missing_charset");
            }
            params.json = true;
            params.map = match serde_json::from_slice(body) {
                // Slack's own client for Python sends nothing at all where there are no arguments, and is let in.
                _ if body.is_empty() => Map::new(),
                Ok(Value::Object(map)) => map,
                Ok(_) => return Err(Answer::error("json_not_object")),
                Err(_) => return Err(Answer::error("invalid_json")),
            };
            // A token in JSON is not looked at.
            params.map.remove("token");
        }
        "application/x-www-form-urlencoded" => {
            if charset.is_some() {
                params.warning = Some("superfluous_charset");
            }
            params.map = pairs(body);
            if params.map.keys().any(|name| name.starts_with('{')) {
                return Err(Answer::error("invalid_form_data"));
            }
            if let Some(Value::String(token)) = params.map.remove("token") {
                params.token.get_or_insert(token);
            }
        }
        _ => return Err(Answer::error("invalid_post_type")),
    }
    // What is null is not there.
    params.map.retain(|_, value| !value.is_null());
    Ok(params)
}

fn plain(status: u16, text: &'static str) -> Response<Body> {
    Response::builder().status(status).header("content-type", "text/html").body(Body::from(text)).expect("a response")
}

fn wire(answer: &Answer) -> Response<Body> {
    let mut response =
        Response::builder().status(answer.status).header("content-type", "application/json; charset=utf-8");
    for (name, value) in &answer.headers {
        response = response.header(*name, value);
    }
    response.body(Body::from(answer.body.to_string())).expect("a response")
}
