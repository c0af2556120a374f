//! What the fake writes down, and what it can be told to do wrong.

use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A request of the app, as it arrived, and how it was answered.
#[derive(Clone, Debug)]
pub struct Seen {
    /// `POST /channels/{channel}/messages`.
    pub route: String,
    /// Without `/api/v10`.
    pub path: String,
    pub query: BTreeMap<String, String>,
    pub body: Value,
    /// Names of the files that came along.
    pub files: Vec<String>,
    pub at: Timestamp,
    /// By the machine's clock.
    pub arrived: Instant,
    /// 0 where nothing was answered.
    pub status: u16,
    /// Discord's code of an error.
    pub code: Option<u64>,
    pub answer: Value,
}

/// What goes wrong with the next request to a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fail {
    /// Nothing is done; an HTTP status without a useful body.
    Status(u16),
    /// Nothing is done; 429 of the route with so many seconds.
    RateLimited(u64),
    /// Nothing is done; 429 of the whole bot.
    RateLimitedGlobally(u64),
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
    /// Nothing is done; 200 with something that is no JSON.
    Garbage,
    /// Nothing is done; an HTTP status and Discord's code. With 429 it is a limit of its own, such as 20028 or 30046, and the
    /// client is told to come back in five seconds.
    Error(u16, u32),
}

/// What people could notice, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Posted {
        channel: String,
        message: String,
    },
    Edited {
        channel: String,
        message: String,
    },
    Deleted {
        channel: String,
        message: String,
    },
    ThreadMade {
        parent: String,
        thread: String,
    },
    /// Archived, locked, renamed, other tags.
    ThreadChanged {
        parent: String,
        thread: String,
    },
}

/// Somebody's device would have made a sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ping {
    pub channel: String,
    /// `@ana`, `@everyone`, `@here` or `@care`.
    pub who: String,
}
