//! What is served: routes, health, and the same clear JSON for everything that is refused.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The headers of a request, names in any case.
pub type Headers = axum::http::HeaderMap;

/// A request that was read whole.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `POST` …
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// What follows the `?`, if anything.
    pub query: Option<String>,
    /// The headers.
    pub headers: Headers,
    /// The body, at most [`super::Limits::body`] bytes.
    pub body: Vec<u8>,
    /// When it had arrived, by the clock that was handed in.
    pub at: Timestamp,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub content_type: &'static str,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// JSON that is already text.
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self { status, content_type: "application/json", headers: Vec::new(), body: body.into().into_bytes() }
    }

    /// Plain text.
    pub fn text(status: u16, body: impl Into<String>) -> Self {
        Self { status, content_type: "text/plain; charset=utf-8", headers: Vec::new(), body: body.into().into_bytes() }
    }

    /// A refusal: a word for programs and a sentence for people, in the shape that webhooks use too.
    pub fn refused(status: u16, code: &str, say: &str) -> Self {
        Self::json(status, json!({ "status": "refused", "code": code, "message": say }).to_string())
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Answers the requests of one route.
#[async_trait]
pub trait Handler: Send + Sync {
    /// Answers. The time limit of the listener includes this.
    async fn handle(&self, request: Request) -> Response;
}

/// Whether this process can do its work now; if not, a sentence.
pub type Readiness = Arc<dyn Fn() -> Result<(), String> + Send + Sync>;

/// Everything that is served.
pub struct Site {
    routes: BTreeMap<String, BTreeMap<String, Arc<dyn Handler>>>,
    ready: Readiness,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Site {
    /// A site with `/healthz` and `/readyz` and nothing else. `clock` tells when a request arrived.
    pub fn new(clock: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self { routes: BTreeMap::new(), ready: Arc::new(|| Ok(())), clock }
    }

    /// Asks this for `/readyz`.
    #[must_use]
    pub fn ready_when(mut self, ready: Readiness) -> Self {
        self.ready = ready;
        self
    }

    /// Adds a route: an exact path, and one method.
    #[must_use]
    pub fn route(mut self, method: &str, path: &str, handler: Arc<dyn Handler>) -> Self {
        self.routes.entry(path.to_owned()).or_default().insert(method.to_owned(), handler);
        self
    }

    /// The time, by the clock that was handed in.
    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// What to answer before the body is read: unknown paths and methods need no body.
    pub(super) fn find(&self, method: &str, path: &str) -> Result<Found, Response> {
        if matches!(path, "/healthz" | "/readyz") {
            if !matches!(method, "GET" | "HEAD") {
                return Err(wrong_method("GET, HEAD"));
            }
            return Err(if path == "/healthz" {
                Response::text(200, "ok\n")
            } else {
                match (self.ready)() {
                    Ok(()) => Response::text(200, "ready\n"),
                    Err(why) => Response::text(503, format!("{why}\n")).with("retry-after", "5"),
                }
            });
        }
        let Some(methods) = self.routes.get(path) else {
            return Err(Response::refused(
                404,
                "not_found",
                "There is nothing at this path; compare it with bot.toml.",
            ));
        };
        match methods.get(method) {
            Some(handler) => Ok(Arc::clone(handler)),
            None => Err(wrong_method(&methods.keys().map(String::as_str).collect::<Vec<_>>().join(", "))),
        }
    }
}

/// The handler of a route.
pub(super) type Found = Arc<dyn Handler>;

fn wrong_method(allowed: &str) -> Response {
    Response::refused(405, "wrong_method", &format!("This path takes only {allowed}.")).with("allow", allowed)
}
