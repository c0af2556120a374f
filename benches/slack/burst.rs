//! Bursts into one channel of Slack's, which takes one message a second.

use super::common::burst::{self, Burst, Limit};
use super::common::counted::Counted;
use super::common::desk;
use super::fake::FakeSlack;
use super::office;
use hearback::chat::Chat;
use hearback::desk::Clock;
use hearback::domain::CardPlace;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

const LIMIT: Limit = Limit { count: 1, seconds: 1 };

/// Measures a burst and prints it.
pub async fn run(burst: Burst) {
    let hands = burst::hands();
    let clock: Arc<dyn Clock> = Arc::clone(&hands) as _;
    let fake = office::workspace(&clock).await;
    let folder = tempfile::tempdir().expect("a folder");
    let counted = Counted::default();
    let front: Arc<dyn Chat> = office::front(&fake, &clock);
    let desk = desk::open(folder.path(), &counted, clock, vec![front], office::place()).await;
    let took = burst::run(burst, LIMIT, &desk, &hands, &counted, shown).await;
    println!("\n{}; {}\n", calls(&fake), took.say());
    desk.store().close().await.expect("it closes");
}

/// Slack's id of a message is its moment.
fn shown(card: &CardPlace) -> Timestamp {
    let (_, ts) = card.message.as_str().split_once('/').expect("channel and moment");
    let (seconds, micros) = ts.split_once('.').expect("seconds and a fraction");
    let micros = Duration::from_micros(micros.parse().expect("a fraction"));
    Timestamp::from_second(seconds.parse().expect("seconds")).expect("a moment") + micros
}

/// What was asked of Slack.
fn calls(fake: &FakeSlack) -> String {
    let requests = fake.requests();
    let to = |method: &str| requests.iter().filter(|r| r.method == method).count();
    let limited = requests.iter().filter(|r| r.status == 429).count();
    let complaints = fake.complaints();
    for complaint in complaints.iter().take(5) {
        println!("complaint: {complaint}");
    }
    format!(
        "{} posts, {} edits, {} other calls, {limited} answers 429, {} complaints",
        to("chat.postMessage"),
        to("chat.update"),
        requests.len() - to("chat.postMessage") - to("chat.update"),
        complaints.len(),
    )
}
