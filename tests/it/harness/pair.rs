//! One desk over two chats, `left` and `right`, both with limits. Questions have a card in both, praise in the right one
//! alone.

use super::network::Pretend;
use super::paced::{Paced, Room};
use super::recorder::Screen;
use super::shape::people;
use super::words::words;
use hearback::chat::{Chat, Forms, Incoming, Outcome};
use hearback::desk::{Chance, Clock, Desk, ManualClock, Promise, Setup};
use hearback::domain::{
    BrandId, BrandRules, ChannelId, ChatName, DigestPlan, Idempotency, Kind, Mention, MentionNo, MessageId, Mode,
    Person, PersonId, Place, Role, Rules, SourceName, Text,
};
use hearback::networks::{First, Network};
use hearback::store::{Embedded, Options};
use hearback::triage::{BrandTerms, ModelClassifier, Route, Triage};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// The desk, its two chats, and the time.
pub struct Pair {
    _folder: TempDir,
    clock: Arc<ManualClock>,
    network: Arc<Pretend>,
    left: Arc<Room>,
    right: Arc<Room>,
    desk: Arc<Desk>,
    errors: Screen,
    _log: tracing::subscriber::DefaultGuard,
    next_post: AtomicU64,
}

/// Where things are said in a chat.
pub fn place(chat: &str) -> Place {
    Place::new(chat, "support")
}

/// Somebody of the staff, or whom nobody has named.
pub fn who(name: &str) -> Person {
    let named = people().into_iter().find(|person| person.id.as_str() == name);
    named.unwrap_or_else(|| Person {
        id: PersonId::new(name),
        name: name.to_owned(),
        role: Role::Responder,
        zone: "UTC".to_owned(),
    })
}

impl Pair {
    /// At ten on a Monday.
    pub async fn new() -> Pair {
        let errors = Screen::default();
        let log = {
            let errors = errors.clone();
            tracing_subscriber::fmt()
                .with_max_level(tracing::Level::ERROR)
                .with_writer(move || errors.clone())
                .with_ansi(false)
                .finish()
        };
        let guard = tracing::subscriber::set_default(log);
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()));
        let network = Arc::new(Pretend::new("mastodon", Idempotency::Key));
        let (left, right) = (Arc::<Room>::default(), Arc::<Room>::default());
        let chat = |name: &str, room: &Arc<Room>| -> Arc<dyn Chat> {
            Arc::new(Paced::named(name, Arc::clone(room), Arc::clone(&clock)))
        };
        let acme = BrandId::new("Acme");
        let terms = BrandTerms { terms: vec!["acme".to_owned()], ..BrandTerms::new(acme.clone()) };
        let kinds = vec![Kind::Question, Kind::Complaint, Kind::Other];
        let both = Route { kinds, to: vec![place("left"), place("right")], ..Route::default() };
        let one = Route { kinds: vec![Kind::Praise], to: vec![place("right")], ..Route::default() };
        let classifier = Arc::new(ModelClassifier::new(&[]).unwrap());
        let triage = Triage::new(vec![terms], classifier, vec![both, one], place("left")).unwrap();
        let brand = BrandRules { title: "Acme".to_owned(), mode: Mode::Confirm, ..BrandRules::default() };
        let rules = Rules {
            brands: BTreeMap::from([(acme, brand)]),
            people: people().into_iter().map(|p| (p.id.clone(), p)).collect(),
            idle_claim_s: 4 * 3600,
            ..Rules::default()
        };
        let options = Options { ballast_bytes: 0, low_bytes: 0, low_percent: 0, ..Options::default() };
        let desk = Desk::open(Setup {
            store: Arc::new(Embedded::open(folder.path(), options, &|_| ()).unwrap()),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            chance: Chance::seeded(1),
            networks: vec![(Arc::clone(&network) as Arc<dyn Network>, None)],
            chats: vec![chat("left", &left), chat("right", &right)],
            triage,
            rules,
            targets: Arc::new(Promise { within_s: BTreeMap::from([(Kind::Question, 3600)]), ..Promise::default() }),
            digests: ["left", "right"].map(|chat| (place(chat), DigestPlan::default())).to_vec(),
            notices: vec![place("left"), place("right")],
        })
        .await
        .unwrap();
        let next_post = AtomicU64::new(1);
        Pair { _folder: folder, clock, network, left, right, desk, errors, _log: guard, next_post }
    }

    /// What stands in one of the chats.
    pub fn room(&self, chat: &str) -> &Room {
        if chat == "left" { &self.left } else { &self.right }
    }

    /// The desk itself.
    pub fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// The network.
    pub fn network(&self) -> &Pretend {
        &self.network
    }

    /// Bob says something, and every chat that can shows it.
    pub async fn hears(&self, text: &str) {
        let n = self.next_post.fetch_add(1, Ordering::SeqCst);
        self.network.says(crate::stories::post(&format!("post-{n}"), text, self.clock.now()));
        self.desk.poll(&SourceName::new("mastodon"), First::Now).await.unwrap();
        self.passes(2).await;
    }

    /// What is typed in a chat, under its own key, perhaps on a card.
    pub async fn gives(
        &self,
        chat: &str,
        name: &str,
        line: &str,
        card: Option<MessageId>,
        delivery: Option<&str>,
    ) -> Outcome {
        let (chat, channel) = (ChatName::new(chat), ChannelId::new("support"));
        let (line, delivery) = (line.to_owned(), delivery.map(str::to_owned));
        self.desk.run(&Incoming { who: who(name), chat, channel, card, line, delivery, forms: Forms::None }).await
    }

    /// What somebody types in a chat, and reads there.
    pub async fn runs(&self, chat: &str, name: &str, line: &str) -> String {
        said(&self.gives(chat, name, line, None, None).await)
    }

    /// So many seconds pass, each with what is due in it.
    pub async fn passes(&self, seconds: u64) {
        for _ in 0..seconds {
            self.desk.tick().await.unwrap();
            self.desk.settle().await.unwrap();
            self.clock.advance(Duration::from_secs(1));
        }
        self.desk.settle().await.unwrap();
    }

    /// Time passes in long steps, each with what is due then.
    pub async fn skips_in_steps(&self, steps: u64, seconds: u64) {
        for _ in 0..steps {
            self.skips(seconds);
            self.passes(1).await;
        }
    }

    /// The errors in the log since the last look.
    pub fn errors(&self) -> String {
        self.errors.take()
    }

    /// Time passes at once.
    pub fn skips(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// A mention, as it is kept.
    pub async fn mention(&self, no: u64) -> Mention {
        self.desk.store().mention(MentionNo(no)).await.unwrap().unwrap()
    }

    /// The message of its card in a chat.
    pub async fn card(&self, chat: &str, no: u64) -> Option<MessageId> {
        let cards = self.mention(no).await.cards;
        cards.into_iter().find(|card| card.place == place(chat)).map(|card| card.message)
    }

    /// Nothing may be left over.
    pub async fn ends(self) {
        self.passes(90).await;
        let left = self.desk.store().due_effects(Timestamp::MAX, 1000).await.unwrap();
        assert!(left.is_empty(), "left in the outbox: {left:#?}");
        self.desk.store().close().await.unwrap();
        assert_eq!(self.errors.take(), "", "errors were logged");
        assert_eq!([self.left.wrongs(), self.right.wrongs()].concat(), [] as [&str; 0]);
    }
}

/// What somebody reads.
pub fn said(outcome: &Outcome) -> String {
    match outcome {
        Ok(answer) => words(&answer.text, &answer.buttons),
        Err(refusal) => words(&Text::plain(&refusal.say), &refusal.offers),
    }
}
