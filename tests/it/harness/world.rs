//! The world of a story.

use super::network::{Next, Pretend};
use super::paced::{Paced, Room};
use super::people::{Said, Staff};
use super::recorder::{Recorder, Screen};
use super::slack::{CHANNEL, Workspace};
use crate::slack::fake::{Fail, FakeSlack};
use crate::store::fake::Fake;
use hearback::chat::Chat;
use hearback::chat::console::{Console, ConsoleConfig};
use hearback::chat::slack::SlackConfig;
use hearback::desk::{Chance, Clock, Desk, ManualClock, Promise, Setup};
use hearback::domain::{
    BrandId, BrandRules, ChannelId, DigestPlan, Idempotency, Kind, Mention, MentionNo, Mode, Person, PersonId, Place,
    Role, Rules, SourceName,
};
use hearback::networks::{First, Network};
use hearback::store::{Embedded, Options};
use hearback::triage::{BrandTerms, Route, RulesClassifier, Triage};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinSet;

const MONDAY: &str = "2026-03-02T10:00:00Z";

/// How a world differs from the usual one.
#[derive(Clone)]
struct Shape {
    mode: Mode,
    idempotency: Idempotency,
    plan: DigestPlan,
    start: Timestamp,
    /// In Slack instead of at the console.
    slack: Option<fn(&mut SlackConfig)>,
    /// The chat has limits; praise goes to a channel of its own.
    paced: bool,
    /// On a disk that a story can fill.
    small_disk: bool,
}

/// A desk, its people, its networks, and the time.
pub struct World {
    shape: Shape,
    folder: TempDir,
    clock: Arc<ManualClock>,
    networks: Vec<Arc<Pretend>>,
    screen: Screen,
    posted: Arc<Mutex<Vec<String>>>,
    paced: Arc<Room>,
    errors: Screen,
    _log: tracing::subscriber::DefaultGuard,
    disk: Fake,
    desk: Option<Arc<Desk>>,
    workspace: Option<Workspace>,
    next_post: AtomicU64,
    starts: u64,
    ended: bool,
}

impl World {
    /// The usual world.
    pub async fn new() -> World {
        World::with_network(Idempotency::Key).await
    }

    /// Mastodon protects against sending twice in that way.
    pub async fn with_network(idempotency: Idempotency) -> World {
        World::make(Shape { idempotency, ..usual() }).await
    }

    /// The brand sends in that mode.
    pub async fn in_mode(mode: &str) -> World {
        let mode = if mode == "approve" { Mode::Approve } else { Mode::Direct };
        World::make(Shape { mode, ..usual() }).await
    }

    /// The channel has its digest at that hour of that zone.
    pub async fn with_digest(zone: &str, at: &str, start: &str) -> World {
        let plan = DigestPlan { zone: zone.to_owned(), at: at.to_owned(), ..DigestPlan::default() };
        World::make(Shape { plan, start: start.parse().unwrap(), ..usual() }).await
    }

    /// The usual world, in Slack.
    pub async fn in_slack() -> World {
        World::in_slack_with(|_| ()).await
    }

    /// In Slack, configured otherwise.
    pub async fn in_slack_with(change: fn(&mut SlackConfig)) -> World {
        World::make(Shape { slack: Some(change), ..usual() }).await
    }

    /// In Slack, with the brand sending in that mode.
    pub async fn in_slack_in_mode(mode: &str) -> World {
        let mode = if mode == "approve" { Mode::Approve } else { Mode::Direct };
        World::make(Shape { mode, slack: Some(|_| ()), ..usual() }).await
    }

    /// In Slack, on a disk that can be full.
    pub async fn in_slack_on_a_small_disk() -> World {
        World::make(Shape { slack: Some(|_| ()), small_disk: true, ..usual() }).await
    }

    /// The disk of that.
    pub fn disk(&self) -> &Fake {
        &self.disk
    }

    /// The pretend workspace, for what only Slack has.
    pub fn slack(&self) -> &FakeSlack {
        &self.workspace.as_ref().unwrap().fake
    }

    /// The chat has limits (see [`Paced`]); praise goes to the channel `fans`.
    pub async fn paced() -> World {
        World::make(Shape { paced: true, ..usual() }).await
    }

    async fn make(shape: Shape) -> World {
        let errors = Screen::default();
        let log = {
            let errors = errors.clone();
            tracing_subscriber::fmt()
                .with_max_level(tracing::Level::ERROR)
                .with_writer(move || errors.clone())
                .with_ansi(false)
                .finish()
        };
        let mut world = World {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(ManualClock::at(shape.start)),
            networks: vec![Arc::new(Pretend::new("mastodon", shape.idempotency)), Arc::new(Pretend::read_only("news"))],
            screen: Screen::default(),
            posted: Arc::default(),
            paced: Arc::new(Room::default()),
            errors,
            _log: tracing::subscriber::set_default(log),
            disk: Fake::default(),
            desk: None,
            workspace: None,
            next_post: AtomicU64::new(1),
            starts: 0,
            ended: false,
            shape,
        };
        world.start().await;
        world
    }

    async fn start(&mut self) {
        self.starts += 1;
        let clock = Arc::clone(&self.clock);
        let console = Console::new(ConsoleConfig {
            out: Box::new(self.screen.clone()),
            zone: TimeZone::UTC,
            colour: false,
            width: 110,
            people: people(),
            channel: ChannelId::new("support"),
            now: Arc::new(move || clock.now()),
        });
        let place = self.place();
        let chat: Arc<dyn Chat> = if self.shape.paced {
            Arc::new(Paced::new(Arc::clone(&self.paced), Arc::clone(&self.clock)))
        } else if let Some(change) = self.shape.slack {
            if self.workspace.is_none() {
                self.workspace = Some(Workspace::new(&self.clock, change).await);
            }
            let front = self.workspace.as_mut().unwrap().start(&self.clock);
            Arc::new(Recorder { inner: front, posted: Arc::clone(&self.posted) })
        } else {
            Arc::new(Recorder { inner: console, posted: Arc::clone(&self.posted) })
        };
        let acme = BrandId::new("Acme");
        let terms = BrandTerms {
            terms: vec!["acme".to_owned()],
            handles: vec!["acmehelp".to_owned()],
            accounts: vec!["acmehelp".to_owned()],
            ..BrandTerms::new(acme.clone())
        };
        let praise = Route { kinds: vec![Kind::Praise], to: vec![Place::new("console", "fans")], ..Route::default() };
        let routes = if self.shape.paced { vec![praise] } else { Vec::new() };
        let triage = Triage::new(vec![terms], Arc::new(RulesClassifier::default()), routes, place.clone()).unwrap();
        let brand = BrandRules {
            title: "Acme".to_owned(),
            mode: self.shape.mode,
            thanks: vec!["Thank you, {author}!".to_owned(), "That made our day, {author}.".to_owned()],
            private_way: Some("https://acme.test/help".to_owned()),
        };
        let rules = Rules {
            brands: BTreeMap::from([(acme, brand)]),
            people: people().into_iter().map(|p| (p.id.clone(), p)).collect(),
            idle_claim_s: 4 * 3600,
            ..Rules::default()
        };
        let within_s = BTreeMap::from([(Kind::Question, 3600), (Kind::Complaint, 3600), (Kind::Praise, 86_400)]);
        let mut options = Options { ballast_bytes: 0, low_bytes: 0, low_percent: 0, ..Options::default() };
        if self.shape.small_disk {
            options.disk = Arc::new(self.disk.clone());
        }
        let store = Arc::new(Embedded::open(self.folder.path(), options, &|_| ()).unwrap());
        let setup = Setup {
            store,
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            chance: Chance::seeded(self.starts),
            networks: self.networks.iter().map(|n| (Arc::clone(n) as Arc<dyn Network>, None)).collect(),
            chats: vec![chat],
            triage,
            rules,
            targets: Arc::new(Promise { within_s, ..Promise::default() }),
            digests: vec![(place.clone(), self.shape.plan.clone())],
            notices: vec![place],
        };
        let desk = Desk::open(setup).await.unwrap();
        if let Some(workspace) = &mut self.workspace {
            workspace.connect(&desk).await;
        }
        self.desk = Some(desk);
    }

    /// Where the cards go.
    pub fn place(&self) -> Place {
        if self.shape.slack.is_some() { Place::new("slack", CHANNEL) } else { Place::new("console", "support") }
    }

    /// The team's Slack, if the story is told there.
    pub(super) fn workspace(&self) -> Option<&Workspace> {
        self.workspace.as_ref()
    }

    async fn stops(&mut self) {
        if let Some(workspace) = &mut self.workspace {
            workspace.stop().await;
        }
    }

    /// The desk itself.
    pub fn desk(&self) -> &Arc<Desk> {
        self.desk.as_ref().unwrap()
    }

    /// Stops and starts again, over the same folder.
    pub async fn restarts(&mut self) {
        self.settles().await;
        self.stops().await;
        self.desk().store().close().await.unwrap();
        self.desk = None;
        self.start().await;
    }

    /// The program dies after the network took the queued reply, and before the answer was recorded; then it is started
    /// again.
    pub async fn dies_while_sending(&mut self) {
        self.network("mastodon").will([Next::AcceptThenDie]);
        let before = self.network("mastodon").arrived().len();
        let mut tasks = JoinSet::new();
        while self.network("mastodon").arrived().len() == before {
            self.desk().deliver(&mut tasks).await.unwrap();
            tokio::task::yield_now().await;
        }
        tasks.shutdown().await;
        if let Some(workspace) = &mut self.workspace {
            workspace.dies();
        }
        self.desk().store().close().await.unwrap();
        self.desk = None;
        self.start().await;
    }

    /// The program dies as it is, and is started again.
    pub async fn dies(&mut self) {
        self.desk().store().close().await.unwrap();
        self.desk = None;
        self.start().await;
    }

    /// The program dies while the chat keeps it waiting for an answer, and is started again.
    pub async fn dies_while_it_waits(&mut self) {
        let mut tasks = JoinSet::new();
        while self.paced.hanging() == 0 {
            self.desk().deliver(&mut tasks).await.unwrap();
            tokio::task::yield_now().await;
        }
        tasks.shutdown().await;
        self.dies().await;
    }

    /// The room of the chat that has limits.
    pub fn chat(&self) -> &Room {
        &self.paced
    }

    /// A network of this world.
    pub fn network(&self, name: &str) -> &Pretend {
        self.networks.iter().find(|n| n.source().as_str() == name).unwrap()
    }

    /// Somebody says something; finish with who, where and `.await`.
    pub fn hears(&self, text: &str) -> Said<'_> {
        let n = self.next_post.fetch_add(1, Ordering::SeqCst);
        Said::new(self, text, n)
    }

    /// A member of staff.
    pub fn person(&self, name: &str) -> Staff<'_> {
        let who = people().into_iter().find(|p| p.id.as_str() == name).unwrap();
        Staff { world: self, who }
    }

    /// Asks a network for news, and does what follows.
    pub async fn polls(&self, network: &str) {
        self.desk().poll(&SourceName::new(network), First::Now).await.unwrap();
        self.settles().await;
    }

    /// The clock itself.
    pub fn clock(&self) -> &Arc<ManualClock> {
        &self.clock
    }

    /// The errors in the log since the last look.
    pub fn errors(&self) -> String {
        self.errors.take()
    }

    /// What the room has seen since the last look.
    pub fn room(&self) -> String {
        match &self.workspace {
            Some(workspace) => workspace.fake.news(CHANNEL),
            None => self.screen.take(),
        }
    }

    /// The local dates whose scheduled digest was posted, in order.
    pub fn digests(&self) -> Vec<Date> {
        let posted = self.posted.lock().unwrap();
        let prefix = format!("digest:{}:", self.place());
        let scheduled = posted.iter().filter_map(|key| key.strip_prefix(&prefix));
        scheduled.filter_map(|date| date.parse().ok()).collect()
    }

    /// A mention, as it is kept.
    pub async fn mention(&self, no: u64) -> Mention {
        self.desk().store().mention(MentionNo(no)).await.unwrap().unwrap()
    }

    /// How many mentions there are.
    pub async fn mentions(&self) -> u64 {
        self.desk().store().health().await.unwrap().mentions
    }

    /// How Slack is doing, as `status` says.
    pub fn slack_state(&self) -> hearback::chat::ChatState {
        hearback::chat::Chat::state(self.front().as_ref())
    }

    /// The real front end.
    pub fn front(&self) -> &Arc<hearback::chat::slack::Slack> {
        self.workspace.as_ref().unwrap().front.as_ref().unwrap()
    }

    /// The program dies after a card was posted, and before that was recorded; then it is started again.
    pub async fn dies_while_posting(&mut self) {
        self.slack().will("chat.postMessage", [Fail::AcceptThenHang]);
        let network = self.network("mastodon");
        network.says(crate::stories::post("lost", "Hello Acme, is the app down?", self.now()));
        self.desk().poll(&SourceName::new("mastodon"), First::Now).await.unwrap();
        let mut tasks = JoinSet::new();
        while self.slack().channel(CHANNEL).is_empty() {
            self.desk().deliver(&mut tasks).await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tasks.shutdown().await;
        if let Some(workspace) = &mut self.workspace {
            workspace.dies();
        }
        self.desk().store().close().await.unwrap();
        self.desk = None;
        self.start().await;
    }

    /// Nothing may be left over: no effect in the outbox, nothing said that nobody looked at, no error in the log, and
    /// the history of every mention folds into its record.
    pub async fn ends(mut self) {
        self.ended = true;
        self.settles().await;
        assert_eq!(self.room(), "", "said, and nobody looked");
        let store = self.desk().store();
        let left = store.due_effects(Timestamp::MAX, 1000).await.unwrap();
        assert!(left.is_empty(), "left in the outbox: {left:#?}");
        assert_eq!(store.health().await.unwrap().effects, 0, "left behind others in the outbox");
        for mention in store.scan(MentionNo(1), 1000).await.unwrap() {
            let events = store.history(mention.no).await.unwrap();
            let mut folded = Mention::fold(mention.no, &events).unwrap();
            folded.version = mention.version;
            assert_eq!(folded, mention);
        }
        if let Some(workspace) = &mut self.workspace {
            workspace.fake.quiet().await;
            workspace.stop().await;
            workspace.fake.ends();
        }
        self.desk().store().close().await.unwrap();
        assert_eq!(self.errors.take(), "", "errors were logged");
        assert_eq!(self.paced.wrongs(), [] as [&str; 0], "the chat was not used as it must be");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        assert!(self.ended || std::thread::panicking(), "the story did not end with `ends()`");
    }
}

fn usual() -> Shape {
    Shape {
        mode: Mode::Confirm,
        idempotency: Idempotency::Key,
        plan: DigestPlan::default(),
        start: MONDAY.parse().unwrap(),
        slack: None,
        paced: false,
        small_disk: false,
    }
}

pub fn people() -> Vec<Person> {
    [
        ("vic", "Vic", Role::Viewer),
        ("ana", "Ana", Role::Responder),
        ("sam", "Sam", Role::Approver),
        ("lee", "Lee", Role::Lead),
        ("root", "Root", Role::Admin),
    ]
    .map(|(id, name, role)| Person { id: PersonId::new(id), name: name.to_owned(), role, zone: "UTC".to_owned() })
    .to_vec()
}
