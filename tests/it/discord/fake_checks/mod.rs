//! The fake itself is held to Discord's documentation, by plain HTTP and by the client that is used in production.

mod client;
mod commands;
mod gateway;
mod http_mode;
mod interactions;
mod limits;
mod line;
mod messages;
mod rest;
mod rest_serenity;
mod rights;
mod said;
mod serenity_answers;
mod trouble;
mod world;

use super::fake::{FakeDiscord, Now};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A clock that moves when it is told.
#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn new() -> Self {
        let start: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        Self(Arc::new(AtomicI64::new(start.as_millisecond())))
    }

    pub fn passes(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub fn now(&self) -> Now {
        let at = Arc::clone(&self.0);
        Arc::new(move || Timestamp::from_millisecond(at.load(Ordering::SeqCst)).unwrap())
    }
}

/// A fake, somebody who calls it, and the clock.
pub async fn start() -> (FakeDiscord, client::Client, Clock) {
    let clock = Clock::new();
    let fake = FakeDiscord::start(clock.now()).await;
    let client = client::Client::new(&fake);
    (fake, client, clock)
}
