//! The world of a story.

use super::discord::{self, Server};
use super::network::{Next, Pretend};
use super::paced::{Paced, Room};
use super::people::{Said, Staff};
use super::recorder::{Recorder, Screen};
use super::shape::{Shape, Where, people};
use super::slack::{CHANNEL, Workspace};
use super::words::unmarked;
use crate::discord::fake::FORUM;
use crate::store::fake::Fake;
use hearback::chat::Chat;
use hearback::chat::console::{Console, ConsoleConfig};
use hearback::desk::{Chance, Clock, Desk, ManualClock, Promise, Setup};
use hearback::domain::{BrandId, BrandRules, ChannelId, Kind, Mention, MentionNo, Place, Rules, SourceName};
use hearback::networks::{First, Network};
use hearback::store::{Embedded, Options};
use hearback::triage::{BrandTerms, ModelClassifier, Route, Triage};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::task::JoinSet;

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
    pub(super) workspace: Option<Workspace>,
    pub(super) server: Option<Server>,
    next_post: AtomicU64,
    starts: u64,
    ended: bool,
}

impl World {
    /// The disk of that.
    pub fn disk(&self) -> &Fake {
        &self.disk
    }

    pub(super) async fn make(shape: Shape) -> World {
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
            networks: Vec::new(),
            screen: Screen::default(),
            posted: Arc::default(),
            paced: Arc::new(Room::default()),
            errors,
            _log: tracing::subscriber::set_default(log),
            disk: Fake::default(),
            desk: None,
            workspace: None,
            server: None,
            next_post: AtomicU64::new(1),
            starts: 0,
            ended: false,
            shape,
        };
        let mastodon = Pretend::new("mastodon", world.shape.idempotency).timed(&world.clock);
        world.networks = vec![Arc::new(mastodon), Arc::new(Pretend::read_only("news"))];
        if world.shape.second {
            world.networks.push(Arc::new(Pretend::another("mastodon", "help", "acmecare")));
        }
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
        let mut chats: Vec<Arc<dyn Chat>> = Vec::new();
        let record = |inner: Arc<dyn Chat>| Arc::new(Recorder { inner, posted: Arc::clone(&self.posted) });
        if let Some(change) = self.shape.team.slack() {
            if self.workspace.is_none() {
                self.workspace = Some(Workspace::new(&self.clock, change).await);
            }
            chats.push(record(self.workspace.as_mut().unwrap().start(&self.clock)));
        }
        if let Some(change) = self.shape.team.discord() {
            if self.server.is_none() {
                self.server = Some(Server::new(&self.clock, change).await);
            }
            chats.push(record(self.server.as_mut().unwrap().start(&self.clock).await));
        }
        match self.shape.team {
            Where::Paced => chats.push(Arc::new(Paced::new(Arc::clone(&self.paced), Arc::clone(&self.clock)))),
            Where::Console => chats.push(record(console)),
            _ => {}
        }
        let acme = BrandId::new("Acme");
        let terms = BrandTerms {
            terms: vec!["acme".to_owned()],
            handles: vec!["acmehelp".to_owned()],
            accounts: vec!["acmehelp".to_owned()],
            ..BrandTerms::new(acme.clone())
        };
        let praise = Route { kinds: vec![Kind::Praise], to: vec![Place::new("console", "fans")], ..Route::default() };
        let everywhere = Route { to: self.places(), ..Route::default() };
        let routes = match self.shape.team {
            Where::Paced => vec![praise],
            Where::Both => vec![everywhere],
            _ => Vec::new(),
        };
        let triage =
            Triage::new(vec![terms], Arc::new(ModelClassifier::new(&[]).unwrap()), routes, place.clone()).unwrap();
        let triage = triage.concerned(self.shape.concern.clone());
        let brand = BrandRules {
            title: "Acme".to_owned(),
            mode: self.shape.mode,
            thanks: vec!["Thank you, {author}!".to_owned(), "That made our day, {author}.".to_owned()],
            private_way: Some("https://acme.test/help".to_owned()),
            handoff: None,
        };
        let rules = Rules {
            brands: BTreeMap::from([(acme, brand)]),
            people: people().into_iter().map(|p| (p.id.clone(), p)).collect(),
            idle_claim_s: 4 * 3600,
            assist: self.shape.assist.as_ref().map(|(_, rules)| rules.clone()),
            ..Rules::default()
        };
        let within_s = BTreeMap::from([(Kind::Question, 3600), (Kind::Complaint, 3600), (Kind::Praise, 86_400)]);
        let mut options = Options { ballast_bytes: 0, low_bytes: 0, low_percent: 0, ..Options::default() };
        options.copies_within = self.shape.copies.then_some(jiff::SignedDuration::from_hours(48));
        if self.shape.small_disk {
            options.disk = Arc::new(self.disk.clone());
        }
        let store = Arc::new(Embedded::open(self.folder.path(), options, &|_| ()).unwrap());
        let setup = Setup {
            store,
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            chance: Chance::seeded(self.starts),
            networks: self.networks.iter().map(|n| (Arc::clone(n) as Arc<dyn Network>, None)).collect(),
            chats,
            triage,
            rules,
            targets: Arc::new(Promise { within_s, urgent_s: Some(900), ..Promise::default() }),
            digests: vec![(place, self.shape.plan.clone())],
            notices: self.places(),
            assistant: self.shape.assist.as_ref().map(|(assistant, _)| Arc::clone(assistant)),
        };
        let desk = Desk::open(setup).await.unwrap();
        if let Some(workspace) = &mut self.workspace {
            workspace.connect(&desk).await;
        }
        if let Some(server) = &mut self.server {
            server.connect(&desk).await;
        }
        self.desk = Some(desk);
    }

    /// Where the cards go.
    pub fn place(&self) -> Place {
        self.places().remove(0)
    }

    /// The same, if they go to several.
    pub fn places(&self) -> Vec<Place> {
        match self.shape.team {
            Where::Console | Where::Paced => vec![Place::new("console", "support")],
            Where::Slack(_) => vec![Place::new("slack", CHANNEL)],
            Where::Discord(_) => vec![Place::new("discord", discord::CHANNEL)],
            Where::Forum => vec![Place::new("discord", FORUM)],
            Where::Both => vec![Place::new("slack", CHANNEL), Place::new("discord", discord::CHANNEL)],
        }
    }

    /// The chat has limits of its own, so that what goes out takes time.
    pub(super) fn is_limited(&self) -> bool {
        self.workspace.is_some() || self.server.is_some()
    }

    async fn stops(&mut self) {
        if let Some(workspace) = &mut self.workspace {
            workspace.stop().await;
        }
        if let Some(server) = &mut self.server {
            server.stop().await;
        }
    }

    /// The program is killed.
    pub(super) async fn killed(&mut self) {
        if let Some(workspace) = &mut self.workspace {
            workspace.dies();
        }
        if let Some(server) = &mut self.server {
            server.dies();
        }
        self.desk().store().close().await.unwrap();
        self.desk = None;
        self.start().await;
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
        self.killed().await;
    }

    /// Does everything that is due. Where the network never answers a call, the program is killed meanwhile and started
    /// again; true if that was so.
    pub async fn settles_or_dies(&mut self) -> bool {
        self.desk().tick().await.unwrap();
        let mut tasks = JoinSet::new();
        loop {
            let started = self.desk().deliver(&mut tasks).await.unwrap();
            while tasks.try_join_next().is_some() {}
            if self.network("mastodon").hanging() > 0 {
                tasks.shutdown().await;
                self.killed().await;
                return true;
            }
            if started == 0 && tasks.is_empty() {
                return false;
            }
            tokio::task::yield_now().await;
        }
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
        Staff::new(self, who)
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
        let slack = self.workspace.as_ref().map(|workspace| workspace.fake.news(CHANNEL));
        let channel = if matches!(self.shape.team, Where::Forum) { FORUM } else { discord::CHANNEL };
        let discord = self.server.as_ref().map(|server| unmarked(&server.fake.news(channel)));
        match (slack, discord) {
            (None, None) => self.screen.take(),
            (slack, discord) => slack.into_iter().chain(discord).collect(),
        }
    }

    /// The local dates whose scheduled digest was posted, in order.
    pub fn digests(&self) -> Vec<Date> {
        let posted = self.posted.lock().unwrap();
        let prefix = format!("digest:{}:", self.place());
        let scheduled = posted.iter().filter_map(|key| key.strip_prefix(&prefix)?.split('/').next());
        scheduled.filter_map(|date| date.parse().ok()).collect()
    }

    /// The keys of everything that was posted besides cards and their threads, in order.
    pub fn said(&self) -> Vec<String> {
        self.posted.lock().unwrap().clone()
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
        if let Some(server) = &mut self.server {
            server.fake.quiet().await;
            server.stop().await;
            server.fake.ends();
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
