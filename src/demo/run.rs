//! The demo: the real desk and the real store in a temporary folder, over pretend networks, at a pace of its own.

use super::network::DemoNetwork;
use super::{ACCOUNTS, BRAND, BRAND_TITLE, DemoPost, EXCLUDE, FIRST_SCREEN, HANDLES, SOURCES, TERMS, THANKS, posts};
use crate::chat::console::{Console, ConsoleConfig, End, Input, Pace};
use crate::chat::{Incoming, Outcome};
use crate::desk::{Chance, Clock, Desk, ManualClock, Promise, Setup, complete};
use crate::domain::{
    Answer, BrandId, BrandRules, ChannelId, DigestPlan, Kind, Mode, Person, PersonId, Place, Role, Rules, SourceName,
    Text,
};
use crate::networks::Network;
use crate::store::{Embedded, Options};
use crate::triage::{BrandTerms, ModelClassifier, Triage};
use anyhow::Context;
use async_trait::async_trait;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// A Monday morning.
const START: &str = "2026-03-02T09:00:00Z";
/// What is said in this much time is there when a script begins.
const READY: SignedDuration = SignedDuration::from_mins(20);
/// Each command of a script takes this long.
const TYPING: Duration = Duration::from_secs(45);
/// On a terminal time moves in steps.
const STEP: Duration = Duration::from_millis(250);

/// How to run the demo.
pub struct Demo {
    /// Where it is shown.
    pub out: Box<dyn Write + Send>,
    /// Where commands come from.
    pub terminal: bool,
    /// A script, unless it is a terminal.
    pub script: Option<Box<dyn std::io::BufRead + Send>>,
    /// Colour, by escape sequences.
    pub colour: bool,
    /// Columns.
    pub width: usize,
    /// The same seed gives the same demo.
    pub seed: u64,
    /// On a terminal, so many times faster than life.
    pub speed: f64,
}

/// Time, and what is said in it.
struct Replay {
    desk: Arc<Desk>,
    clock: Arc<ManualClock>,
    start: Timestamp,
    left: Mutex<VecDeque<DemoPost>>,
    moving: tokio::sync::Mutex<()>,
}

impl Replay {
    /// Lets time pass, with everything that is said meanwhile.
    async fn pass(&self, how_long: Duration) -> anyhow::Result<()> {
        let _one_at_a_time = self.moving.lock().await;
        let until = self.clock.now().checked_add(how_long).context("the end of time")?;
        loop {
            let next = {
                let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
                match left.front() {
                    Some(post) if self.seen_at(post) <= until => left.pop_front(),
                    _ => None,
                }
            };
            let Some(post) = next else { break };
            self.step_to(self.seen_at(&post)).await?;
            self.desk.hear(&SourceName::new(post.source), vec![post.post(self.start)], None, None).await?;
            self.desk.settle().await?;
        }
        self.step_to(until).await
    }

    /// Moves the clock, stopping wherever the schedule has something to do.
    async fn step_to(&self, until: Timestamp) -> anyhow::Result<()> {
        loop {
            let now = self.clock.now();
            if now >= until {
                self.desk.tick().await?;
                return Ok(self.desk.settle().await?);
            }
            let left = Duration::try_from(until.duration_since(now)).unwrap_or_default();
            self.clock.advance(left.min(Duration::from_mins(1)));
            self.desk.tick().await?;
            self.desk.settle().await?;
        }
    }

    fn seen_at(&self, post: &DemoPost) -> Timestamp {
        self.start.saturating_add(SignedDuration::from_secs(post.seen_s)).unwrap_or(self.start)
    }
}

#[async_trait]
impl Pace for Replay {
    async fn wait(&self, how_long: Option<SignedDuration>) -> Outcome {
        let how_long = how_long.and_then(|d| Duration::try_from(d).ok()).unwrap_or(TYPING);
        match self.pass(how_long).await {
            Ok(()) => Ok(Answer::new(Text::plain("It is now ").time(self.clock.now()).say("."))),
            Err(error) => Ok(Answer::new(format!("Time stands still: {error}"))),
        }
    }

    async fn settle(&self) {
        if let Err(error) = self.pass(TYPING).await {
            tracing::error!(%error, "the demo stands still");
        }
    }
}

/// Runs the demo until its input ends.
///
/// # Errors
/// The temporary folder or the screen.
pub async fn run(demo: Demo) -> anyhow::Result<End> {
    let folder = tempfile::Builder::new().prefix("hearback-demo-").tempdir().context("a temporary folder")?;
    let start: Timestamp = START.parse().context("the demo's start")?;
    let clock = Arc::new(ManualClock::at(start));
    let people = people();
    let place = Place::new("console", "support");
    let now = Arc::clone(&clock);
    let console = Console::new(ConsoleConfig {
        out: demo.out,
        zone: TimeZone::UTC,
        colour: demo.colour,
        width: demo.width,
        people: people.clone(),
        channel: ChannelId::new("support"),
        now: Arc::new(move || now.now()),
    });
    // Nothing in a temporary folder is worth a reserve of disk space.
    let options = Options { ballast_bytes: 0, low_bytes: 0, low_percent: 0, ..Options::default() };
    let store = Arc::new(Embedded::open(folder.path(), options, &|_| ())?);
    let as_clock: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
    let desk = Desk::open(Setup {
        store,
        clock: Arc::clone(&as_clock),
        chance: Chance::seeded(demo.seed),
        networks: SOURCES
            .iter()
            .map(|s| (Arc::new(DemoNetwork::new(*s, Arc::clone(&as_clock))) as Arc<dyn Network>, None))
            .collect(),
        chats: vec![Arc::clone(&console) as _],
        triage: triage(&place)?,
        rules: rules(&people),
        targets: Arc::new(Promise {
            within_s: BTreeMap::from([(Kind::Question, 3600), (Kind::Complaint, 3600), (Kind::Praise, 86_400)]),
            ..Promise::default()
        }),
        digests: vec![(place.clone(), DigestPlan::default())],
        notices: vec![place],
    })
    .await?;
    // Commands are answered here and everything else is done by the replay, so that a script always shows the same.
    let (commands, mut heard) = mpsc::channel::<(Incoming, oneshot::Sender<Outcome>)>(16);
    let serving = {
        let desk = Arc::clone(&desk);
        tokio::spawn(async move {
            while let Some((incoming, reply)) = heard.recv().await {
                if reply.send(desk.run(&incoming).await).is_err() {
                    tracing::debug!("nobody waits for the answer any more");
                }
            }
        })
    };
    let replay = Arc::new(Replay {
        desk: Arc::clone(&desk),
        clock,
        start,
        left: Mutex::new(posts().into()),
        moving: tokio::sync::Mutex::default(),
    });
    console.say(&Text::plain(FIRST_SCREEN))?;
    let me = people.first().cloned().context("somebody types")?;
    let input = if demo.terminal {
        Input::Terminal { history: None, complete: complete(&desk) }
    } else {
        replay.pass(Duration::try_from(READY)?).await?;
        Input::Script(demo.script.unwrap_or_else(|| Box::new(std::io::empty())))
    };
    let moving = demo.terminal.then(|| tokio::spawn(keep_moving(Arc::clone(&replay), demo.speed)));
    let end = console.serve(input, commands, me, Arc::clone(&replay) as _).await?;
    if let Some(moving) = moving {
        moving.abort();
    }
    serving.await?;
    desk.store().close().await?;
    Ok(end)
}

async fn keep_moving(replay: Arc<Replay>, speed: f64) {
    // What happened while nobody watched is there at once.
    let mut ok = replay.pass(Duration::from_secs(1)).await;
    while ok.is_ok() {
        tokio::time::sleep(STEP).await;
        ok = replay.pass(STEP.mul_f64(speed)).await;
    }
}

fn triage(place: &Place) -> anyhow::Result<Triage> {
    let words = |list: &[&str]| list.iter().map(|w| (*w).to_owned()).collect();
    let terms = BrandTerms {
        terms: words(TERMS),
        exclude: words(EXCLUDE),
        handles: words(HANDLES),
        accounts: ACCOUNTS.iter().map(|(network, account)| format!("{network}:{account}")).collect(),
        ..BrandTerms::new(BrandId::new(BRAND))
    };
    Ok(Triage::new(vec![terms], Arc::new(ModelClassifier::new(&[])?), Vec::new(), place.clone())?)
}

fn rules(people: &[Person]) -> Rules {
    let brand = BrandRules {
        title: BRAND_TITLE.to_owned(),
        mode: Mode::Confirm,
        thanks: THANKS.iter().map(|t| (*t).to_owned()).collect(),
        private_way: Some("https://northwind.example/help".to_owned()),
        handoff: None,
    };
    Rules {
        brands: BTreeMap::from([(BrandId::new(BRAND), brand)]),
        people: people.iter().map(|p| (p.id.clone(), p.clone())).collect(),
        idle_claim_s: 4 * 3600,
        ..Rules::default()
    }
}

fn people() -> Vec<Person> {
    [("ana", "Ana", Role::Admin), ("ben", "Ben", Role::Responder), ("sam", "Sam", Role::Approver)]
        .map(|(id, name, role)| Person { id: PersonId::new(id), name: name.to_owned(), role, zone: "UTC".to_owned() })
        .to_vec()
}
