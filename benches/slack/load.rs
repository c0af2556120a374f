//! People who type a command, wait for the answer, and type it again.

use super::fake::FakeSlack;
use super::figures::{count, median, most, quantile};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// Who waits longer than this for an answer has none.
const PATIENCE: Duration = Duration::from_secs(10);

/// What everybody types.
#[derive(Clone)]
pub struct Typed {
    /// `/hearback`.
    pub command: String,
    /// What stands behind it: one or more lines in turn, with `|` between them. `{me}` is the person's own number.
    pub text: String,
}

/// What came of one load; milliseconds.
#[derive(Default)]
pub struct Measured {
    /// From typing until Slack has the acknowledgement.
    pub acks: Vec<f64>,
    /// From typing until the person sees the answer.
    pub answers: Vec<f64>,
    pub per_second: f64,
    /// Without an acknowledgement in time, or without an answer.
    pub failed: usize,
}

/// The figures of a result line, in this order.
pub const FIGURES: [&str; 9] = [
    "commands/s",
    "ack p50",
    "ack p95",
    "ack p99",
    "ack longest",
    "answer p50",
    "answer p95",
    "answer p99",
    "answer longest",
];

impl Measured {
    pub fn figures(&self) -> [f64; 9] {
        let of = |all: &[f64]| [median(all), quantile(all, 0.95), quantile(all, 0.99), most(all)];
        let (acks, answers) = (of(&self.acks), of(&self.answers));
        let mut all = [self.per_second; 9];
        for (at, figure) in acks.into_iter().chain(answers).enumerate() {
            all[at + 1] = figure;
        }
        all
    }
}

/// Who waits for an answer.
type Waiting = Arc<Mutex<HashMap<String, oneshot::Sender<Instant>>>>;

/// A workspace with people who wait for answers.
#[derive(Clone)]
pub struct Crowd {
    pub fake: Arc<FakeSlack>,
    waiting: Waiting,
}

impl Crowd {
    pub fn new(fake: Arc<FakeSlack>) -> Self {
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
        Self { fake, waiting }
    }

    /// These people do it for so long, everybody one after the other.
    pub async fn types(&self, people: &[String], typed: &Typed, lasting: Duration) -> Measured {
        let began = Instant::now();
        let mut all = JoinSet::new();
        for (i, who) in people.iter().enumerate() {
            let (crowd, who, command) = (self.clone(), who.clone(), typed.command.clone());
            let text = typed.text.replace("{me}", &(i + 1).to_string());
            all.spawn(async move {
                let mut mine = Measured::default();
                for line in text.split('|').cycle() {
                    if began.elapsed() >= lasting {
                        break;
                    }
                    crowd.once(&who, &command, line, &mut mine).await;
                }
                mine
            });
        }
        let mut measured = Measured::default();
        while let Some(one) = all.join_next().await {
            let one = one.expect("nobody breaks off");
            measured.acks.extend(one.acks);
            measured.answers.extend(one.answers);
            measured.failed += one.failed;
        }
        measured.per_second = count(measured.answers.len()) / began.elapsed().as_secs_f64();
        measured
    }

    async fn once(&self, who: &str, command: &str, text: &str, measured: &mut Measured) {
        let (sender, shown) = oneshot::channel();
        self.waiting.lock().unwrap().insert(who.to_owned(), sender);
        let began = Instant::now();
        let said = self.fake.slash(who, super::office::CHANNEL, command, text).await;
        let acked = began.elapsed();
        if said.failure.is_some() {
            measured.failed += 1;
            // An app that is not there must not be asked as fast as the machine can.
            tokio::time::sleep(Duration::from_millis(50)).await;
            return;
        }
        let Ok(Ok(shown)) = tokio::time::timeout(PATIENCE, shown).await else {
            measured.failed += 1;
            return;
        };
        measured.acks.push(acked.as_secs_f64() * 1000.0);
        measured.answers.push(shown.duration_since(began).as_secs_f64() * 1000.0);
    }
}
