//! The networks of this issue and the listener, against real sockets.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is all it should do")]

mod bluesky;
mod contract;
mod doc;
pub mod fake;
mod feed;
mod feed_http;
mod hackernews;
mod mastodon;
mod reddit;
mod web;
mod webhook_in;
mod webhook_out;
mod x;

use jiff::Timestamp;

/// A moment, as RFC 3339.
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

/// The moment at which most of these tests play.
pub fn now() -> Timestamp {
    at("2026-11-22T10:00:00Z")
}
