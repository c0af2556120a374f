//! What the fake writes down, and what it can be told to do wrong.

use jiff::Timestamp;
use serde_json::Value;
use std::time::Duration;

/// A request of the app, as it arrived, and how it was answered.
#[derive(Clone, Debug)]
pub struct Seen {
    /// `chat.postMessage`, or `response_url`.
    pub method: String,
    pub params: Value,
    pub at: Timestamp,
    pub status: u16,
    pub error: Option<String>,
    pub answer: Value,
}

/// What goes wrong with the next request to a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fail {
    /// Nothing is done; an HTTP status without a useful body.
    Status(u16),
    /// Nothing is done; 429 with so many seconds.
    RateLimited(u64),
    /// It is done and answered, after this time.
    Slow(Duration),
    /// Nothing is done and nothing is answered.
    Hang,
    /// Nothing is done; the connection is closed.
    DropBefore,
    /// It is done; the connection is closed without an answer.
    AcceptThenDrop,
    /// It is done; nothing is answered.
    AcceptThenHang,
    /// It is done; an HTTP status without a useful body.
    AcceptThenStatus(u16),
    /// It is done; the answer says so and where, and no more, as thinner stand-ins for Slack do.
    AcceptThenThin,
    /// Nothing is done; 200 with something that is no JSON.
    Garbage,
    /// Nothing is done; Slack's error with this code.
    Error(&'static str),
}

/// What people could notice, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Posted {
        channel: String,
        ts: String,
    },
    Edited {
        channel: String,
        ts: String,
    },
    Deleted {
        channel: String,
        ts: String,
    },
    Reacted {
        channel: String,
        ts: String,
        name: String,
    },
    /// Position among the ephemeral messages.
    Whispered {
        user: String,
        at: usize,
    },
    ViewShown {
        user: String,
        view: String,
    },
    ViewClosed {
        user: String,
        view: String,
    },
    HomeShown {
        user: String,
    },
}

/// Somebody's device would have made a sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ping {
    pub channel: String,
    /// `@ana`, `@channel`, `@here`, `@everyone` or `@care`.
    pub who: String,
    /// False where Slack's documentation leaves it open: a bare `@here` in mrkdwn without `verbatim`.
    pub certain: bool,
}
