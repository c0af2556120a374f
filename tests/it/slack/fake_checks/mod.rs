//! The fake Slack is itself looked at: by hand-written requests and sockets, and by slack-morphism.

mod client;
mod http_mode;
mod limits;
mod messages;
mod modals;
mod morphism;
mod people;
mod rules;
mod sockets;
mod tokens;
mod workspace;

use super::fake::FakeSlack;
use hearback::desk::{Clock, ManualClock};
use std::sync::Arc;

/// A fake whose clock stands at a Monday morning and moves by hand.
async fn start() -> (FakeSlack, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()));
    let hands = Arc::clone(&clock);
    (FakeSlack::start(Arc::new(move || hands.now())).await, clock)
}
