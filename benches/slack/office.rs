//! A workspace with colleagues who type commands, and hearback in it.

use super::common::load::Typing;
use super::fake::{FakeSlack, Standing, User};
use hearback::chat::slack::{Slack, SlackConfig, SlackStaff, Token, Transport};
use hearback::desk::Clock;
use hearback::domain::{Place, Role};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// The channel of the cards.
const CHANNEL: &str = "C1";
/// Who waits longer than this for an answer has none.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the cards go.
pub fn place() -> Place {
    Place::new("slack", CHANNEL)
}

/// The front end for a fake workspace; everybody in it is staff.
pub fn front(fake: &FakeSlack, clock: &Arc<dyn Clock>) -> Arc<Slack> {
    let clock = Arc::clone(clock);
    let staff = SlackStaff { others: Some(Role::Responder), zone: "UTC".to_owned(), ..SlackStaff::default() };
    let config = SlackConfig {
        api: fake.api(),
        bot_token: Token::new(fake.bot_token()),
        transport: Transport::Socket(Token::new(fake.app_token())),
        prefix: String::new(),
        reactions: BTreeMap::new(),
        staff,
        now: Arc::new(move || clock.now()),
    };
    Slack::new(config).expect("this machine has certificates")
}

/// A fake workspace on a clock.
pub async fn workspace(clock: &Arc<dyn Clock>) -> FakeSlack {
    let clock = Arc::clone(clock);
    FakeSlack::start(Arc::new(move || clock.now())).await
}

/// So many colleagues come into the channel; their ids.
pub fn colleagues(fake: &FakeSlack, n: usize) -> Vec<String> {
    let ids: Vec<String> = (1..=n).map(|i| format!("U{i:04}")).collect();
    for id in &ids {
        fake.add_user(User::new(id, &id.to_lowercase(), &format!("Colleague {id}"), "UTC", Standing::Member));
    }
    fake.change_channel(CHANNEL, |c| c.members.extend(ids.iter().cloned()));
    ids
}

/// Who waits for an answer.
type Waiting = Arc<Mutex<HashMap<String, oneshot::Sender<Instant>>>>;

/// People who type behind one command, and wait for answers.
#[derive(Clone)]
pub struct Crowd {
    fake: Arc<FakeSlack>,
    command: String,
    waiting: Waiting,
}

impl Crowd {
    pub fn new(fake: &Arc<FakeSlack>, command: &str) -> Self {
        let waiting = Waiting::default();
        let mut shown = fake.listen();
        let told = Arc::clone(&waiting);
        tokio::spawn(async move {
            while let Some((who, at)) = shown.recv().await {
                if let Some(waits) = told.lock().unwrap().remove(&who) {
                    // They may have given up.
                    waits.send(at).ok();
                }
            }
        });
        Self { fake: Arc::clone(fake), command: command.to_owned(), waiting }
    }
}

impl Typing for Crowd {
    /// Until Slack has the acknowledgement; until the person sees the answer.
    const WAITS: &'static [&'static str] = &["ack", "answer"];

    async fn types(&self, who: String, line: String) -> Option<Vec<f64>> {
        let (sender, shown) = oneshot::channel();
        self.waiting.lock().unwrap().insert(who.clone(), sender);
        let began = Instant::now();
        let said = self.fake.slash(&who, CHANNEL, &self.command, &line).await;
        let acked = began.elapsed();
        if said.failure.is_some() {
            return None;
        }
        let shown = tokio::time::timeout(PATIENCE, shown).await.ok()?.ok()?;
        Some(vec![acked.as_secs_f64() * 1000.0, shown.duration_since(began).as_secs_f64() * 1000.0])
    }
}
