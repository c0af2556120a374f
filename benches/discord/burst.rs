//! Bursts into one channel of Discord's, which takes five messages in five seconds.

use super::common::burst::{self, Burst, Limit};
use super::common::counted::Counted;
use super::common::desk;
use super::fake::{FakeDiscord, Limits};
use super::office;
use hearback::chat::Chat;
use hearback::chat::discord::{Reach, Transport};
use hearback::desk::Clock;
use hearback::domain::CardPlace;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

const LIMIT: Limit = Limit { count: 5, seconds: 5 };
/// Milliseconds since 1970 at which Discord's ids begin (docs.discord.com/developers, "Snowflakes").
const EPOCH: i64 = 1_420_070_400_000;

/// Measures a burst and prints it.
pub async fn run(burst: Burst) {
    let hands = burst::hands();
    let clock: Arc<dyn Clock> = Arc::clone(&hands) as _;
    let fake = office::server(&clock, true).await;
    // The client library keeps the limits, too, but by the machine's clock. It does not behind a proxy that is said to do
    // so; here nothing does but hearback's own pace.
    let front = office::front(&fake, &clock, Reach::Proxy(fake.api()), Transport::Gateway).await;
    fake.limits(Limits::Documented);
    let before = fake.requests().len();
    let folder = tempfile::tempdir().expect("a folder");
    let counted = Counted::default();
    let desk = desk::open(folder.path(), &counted, clock, vec![front as Arc<dyn Chat>], office::place()).await;
    let took = burst::run(burst, LIMIT, &desk, &hands, &counted, shown).await;
    println!("\n{}; {}\n", calls(&fake, before), took.say());
    desk.store().close().await.expect("it closes");
}

/// Discord's id of a message holds its moment.
fn shown(card: &CardPlace) -> Timestamp {
    let id: i64 = card.message.as_str().parse().expect("an id of Discord's");
    Timestamp::from_millisecond((id >> 22) + EPOCH).expect("a moment")
}

/// What was asked of Discord.
fn calls(fake: &FakeDiscord, before: usize) -> String {
    let requests = fake.requests().split_off(before);
    let mut routes: BTreeMap<&str, usize> = BTreeMap::new();
    for request in &requests {
        *routes.entry(&request.route).or_default() += 1;
    }
    let mut said: Vec<String> = routes.iter().map(|(route, n)| format!("{n} {route}")).collect();
    said.push(format!("{} answers 429", requests.iter().filter(|r| r.status == 429).count()));
    let complaints = fake.complaints();
    for complaint in complaints.iter().take(5) {
        println!("complaint: {complaint}");
    }
    let schema = if super::fake::has_schema() { "" } else { " (without Discord's schema, which is not there)" };
    said.push(format!("{} complaints{schema}", complaints.len()));
    said.join(", ")
}
