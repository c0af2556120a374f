//! The world of a story.

use super::network::{Next, Pretend};
use super::recorder::{Recorder, Screen};
use super::slack::{CHANNEL, Workspace, member};
use super::words::words;
use crate::slack::fake::FakeSlack;
use hearback::chat::console::{Console, ConsoleConfig};
use hearback::chat::slack::SlackConfig;
use hearback::chat::{Chat, Forms, Incoming};
use hearback::desk::{Chance, Clock, Desk, ManualClock, Promise, Setup};
use hearback::domain::{
    Author, BrandId, BrandRules, ChannelId, ChatName, DigestPlan, Idempotency, Kind, Mention, MentionNo, Mode, Person,
    PersonId, Place, Post, Role, Rules, SourceName, Text,
};
use hearback::networks::{First, Network};
use hearback::store::{Embedded, Options};
use hearback::triage::{BrandTerms, RulesClassifier, Triage};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo, Timestamp};
use std::collections::BTreeMap;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
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
}

/// A desk, its people, its networks, and the time.
pub struct World {
    shape: Shape,
    folder: TempDir,
    clock: Arc<ManualClock>,
    networks: Vec<Arc<Pretend>>,
    screen: Screen,
    posted: Arc<Mutex<Vec<String>>>,
    errors: Screen,
    _log: tracing::subscriber::DefaultGuard,
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

    /// The pretend workspace, for what only Slack has.
    pub fn slack(&self) -> &FakeSlack {
        &self.workspace.as_ref().unwrap().fake
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
            errors,
            _log: tracing::subscriber::set_default(log),
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
        let chat: Arc<dyn Chat> = match self.shape.slack {
            Some(change) => {
                if self.workspace.is_none() {
                    self.workspace = Some(Workspace::new(&self.clock, change).await);
                }
                self.workspace.as_mut().unwrap().start(&self.clock)
            }
            None => console,
        };
        let acme = BrandId::new("Acme");
        let terms = BrandTerms {
            terms: vec!["acme".to_owned()],
            handles: vec!["acmehelp".to_owned()],
            accounts: vec!["acmehelp".to_owned()],
            ..BrandTerms::new(acme.clone())
        };
        let triage = Triage::new(vec![terms], Arc::new(RulesClassifier::default()), Vec::new(), place.clone()).unwrap();
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
        let options = Options { ballast_bytes: 0, low_bytes: 0, low_percent: 0, ..Options::default() };
        let store = Arc::new(Embedded::open(self.folder.path(), options, &|_| ()).unwrap());
        let setup = Setup {
            store,
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            chance: Chance::seeded(self.starts),
            networks: self.networks.iter().map(|n| (Arc::clone(n) as Arc<dyn Network>, None)).collect(),
            chats: vec![Arc::new(Recorder { inner: chat, posted: Arc::clone(&self.posted) })],
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

    /// A network of this world.
    pub fn network(&self, name: &str) -> &Pretend {
        self.networks.iter().find(|n| n.source().as_str() == name).unwrap()
    }

    /// Somebody says something; finish with who, where and `.await`.
    pub fn hears(&self, text: &str) -> Said<'_> {
        let n = self.next_post.fetch_add(1, Ordering::SeqCst);
        Said {
            world: self,
            text: text.to_owned(),
            author: "somebody".to_owned(),
            network: "mastodon".to_owned(),
            id: format!("post-{n}"),
            conversation: None,
            parent: None,
        }
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

    /// Does everything that is due.
    pub async fn settles(&self) {
        self.desk().tick().await.unwrap();
        self.desk().settle().await.unwrap();
        // In a chat that is paced, what waits for its turn goes out second by second.
        let mut turns = 0;
        while self.workspace.is_some() && !self.desk().store().due_effects(self.now(), 1).await.unwrap().is_empty() {
            turns += 1;
            assert!(turns < 600, "what is due does not go out");
            self.clock.advance(Duration::from_secs(1));
            self.desk().settle().await.unwrap();
        }
    }

    /// Time passes, in steps of half a minute.
    pub async fn waits(&self, how_long: &str) {
        let mut left = duration(how_long);
        while !left.is_zero() {
            let step = left.min(Duration::from_secs(30));
            self.clock.advance(step);
            left -= step;
            self.settles().await;
        }
    }

    /// Time passes at once, as for a machine that slept.
    pub async fn sleeps(&self, how_long: &str) {
        self.clock.advance(duration(how_long));
        self.settles().await;
    }

    /// Somebody sets the machine's clock back.
    pub async fn jumps_back(&self, how_far: &str) {
        self.clock.set(self.now() - duration(how_far));
        self.settles().await;
    }

    /// Time passes until then, in one go.
    pub async fn waits_until(&self, then: &str) {
        self.clock.set(then.parse().unwrap());
        self.settles().await;
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The date in a zone.
    pub fn local_date(&self, zone: &str) -> Date {
        self.now().to_zoned(TimeZone::get(zone).unwrap()).date()
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
    }
}

fn duration(text: &str) -> Duration {
    let span: Span = text.parse().unwrap();
    Duration::try_from(span.to_duration(SpanRelativeTo::days_are_24_hours()).unwrap()).unwrap()
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

/// Something somebody says.
pub struct Said<'a> {
    world: &'a World,
    text: String,
    author: String,
    network: String,
    id: String,
    conversation: Option<String>,
    parent: Option<String>,
}

impl Said<'_> {
    /// Who says it.
    pub fn from(mut self, author: &str) -> Self {
        author.clone_into(&mut self.author);
        self
    }
    /// Where.
    pub fn on(mut self, network: &str) -> Self {
        network.clone_into(&mut self.network);
        self
    }
    /// Under which id of the network's.
    pub fn under_id(mut self, id: &str) -> Self {
        id.clone_into(&mut self.id);
        self
    }
    /// In which conversation.
    pub fn in_conversation(mut self, id: &str) -> Self {
        self.conversation = Some(id.to_owned());
        self
    }
    /// In answer to which post.
    pub fn answering(mut self, id: &str) -> Self {
        self.parent = Some(id.to_owned());
        self
    }
}

impl<'a> IntoFuture for Said<'a> {
    type Output = ();
    type IntoFuture = Pin<Box<dyn Future<Output = ()> + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let network = self.world.network(&self.network);
            network.says(Post {
                network: self.network.clone(),
                source: SourceName::new(&self.network),
                external_id: self.id.clone(),
                conversation: self.conversation,
                parent: self.parent,
                author: Author { id: self.author.clone(), handle: self.author, ..Author::default() },
                text: self.text,
                url: Some(format!("https://social.test/{}", self.id)),
                language: None,
                posted_at: self.world.now(),
                addressed: false,
            });
            self.world.polls(&self.network).await;
        })
    }
}

/// A member of staff at the console.
pub struct Staff<'a> {
    world: &'a World,
    who: Person,
}

impl Staff<'_> {
    /// Types a line, and reads the answer.
    pub async fn runs(self, line: &str) -> String {
        self.typed(line, None).await
    }

    /// The chat delivers a line under its own key.
    pub async fn delivers(self, key: &str, line: &str) -> String {
        self.typed(line, Some(key.to_owned())).await
    }

    async fn typed(self, line: &str, delivery: Option<String>) -> String {
        if let Some(workspace) = &self.world.workspace {
            let who = member(self.who.id.as_str());
            return workspace.fake.slash(&who, CHANNEL, "/hearback", line).await.text().await;
        }
        let incoming = Incoming {
            forms: Forms::None,
            who: self.who.clone(),
            chat: ChatName::new("console"),
            channel: ChannelId::new("support"),
            card: None,
            line: line.to_owned(),
            delivery,
        };
        match self.world.desk().run(&incoming).await {
            Ok(answer) => words(&answer.text, &answer.buttons),
            Err(refusal) => words(&Text::plain(&refusal.say), &refusal.offers),
        }
    }
}
