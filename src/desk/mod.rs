//! The shell around the pure parts: posts in ([`Desk::hear`]), commands in ([`Desk::run`]), effects out
//! ([`Desk::deliver`]), the schedule ([`Desk::tick`]).
//!
//! Each of these does what is due now and returns; [`Desk::serve`] calls them as time passes, and so do the demo and the
//! tests, with their own clocks.

mod account;
mod ask;
mod assist;
mod chance;
mod clock;
mod context;
mod copies;
mod deed;
mod deliver;
mod front;
mod hear;
mod hints;
mod hooks;
mod kept;
mod learn;
mod muted;
mod ours;
mod reply;
mod resolve;
mod run;
mod serve;
mod similar;
mod sources;
mod suggest;
mod targets;
mod tick;
mod turns;

pub use chance::Chance;
pub use clock::{Clock, ManualClock, SystemClock};
pub use hear::Heard;
pub use hints::complete;
pub use hooks::{door, hook};
pub use learn::{Taught, teach};
pub use sources::Polled;
pub use targets::Promise;

use crate::assist::Assistant;
use crate::chat::Chat;
use crate::domain::{
    Actor, BrandId, ChatName, Commit, DigestPlan, Effect, EffectChange, EffectKind, Event, EventKind, Lane, Mention,
    MentionNo, Muted, Paused, Person, PersonId, Place, Rules, SourceName, Targets, Text,
};
use crate::networks::Network;
use crate::store::{Store, StoreError};
use crate::triage::Triage;
use deliver::LaneMind;
use jiff::Timestamp;
use learn::Learning;
use similar::Memory;
use sources::SourceState;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use turns::Turns;

/// The setting that holds the pause.
const PAUSED: &str = "paused";
/// The setting that holds this desk's own name, part of every reply's key.
const INSTANCE: &str = "instance";

/// A source, and the brands that it is for (all, if `None`).
pub type Watched = (Arc<dyn Network>, Option<Vec<BrandId>>);

/// What the desk is made of.
pub struct Setup {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub chance: Chance,
    /// The sources.
    pub networks: Vec<Watched>,
    /// The chats.
    pub chats: Vec<Arc<dyn Chat>>,
    /// Which posts matter.
    pub triage: Triage,
    /// The workspace as configured; sources and the pause are filled in here.
    pub rules: Rules,
    /// When responses are due.
    pub targets: Arc<dyn Targets>,
    /// Which channels get a digest, as configured.
    pub digests: Vec<(Place, DigestPlan)>,
    /// Where notices about hearback itself go.
    pub notices: Vec<Place>,
    /// Who is asked for suggestions; what it may do is in the rules.
    pub assistant: Option<Arc<dyn Assistant>>,
}

/// The desk.
pub struct Desk {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    chance: Chance,
    networks: BTreeMap<SourceName, Arc<dyn Network>>,
    brands_of: BTreeMap<SourceName, Vec<BrandId>>,
    chats: BTreeMap<ChatName, Arc<dyn Chat>>,
    triage: Triage,
    rules: Rules,
    targets: Arc<dyn Targets>,
    digests: Vec<(Place, DigestPlan)>,
    notices: Vec<Place>,
    instance: String,
    since: Timestamp,
    /// What was queued up to this moment may have been tried by an earlier process.
    inherited: Timestamp,
    /// What each person touched last, for `last`.
    last: Mutex<HashMap<PersonId, MentionNo>>,
    /// Who was met whom the configuration does not name.
    met: Mutex<BTreeMap<PersonId, Person>>,
    /// The workspace as it was last read; made anew when somebody is met or the pause changes.
    workspace: Mutex<Option<Arc<Rules>>>,
    /// Who is at which mention.
    turns: Turns,
    /// How each source is doing.
    sources: Mutex<BTreeMap<SourceName, SourceState>>,
    /// What is known of each destination.
    lanes: Mutex<HashMap<Lane, LaneMind>>,
    /// When each chat was last told something by an edit that nobody waits for.
    told: Mutex<HashMap<ChatName, Timestamp>>,
    /// The cards as they were last shown, to leave out edits that change nothing.
    shown: Mutex<HashMap<String, u64>>,
    /// Authors whose posts come without a card, by their setting.
    muted: Mutex<BTreeMap<String, Muted>>,
    /// The disk was nearly full when last looked at.
    low_disk: Mutex<bool>,
    /// When lines that are kept for too long were last looked for.
    tidied: Mutex<Option<Timestamp>>,
    /// Who is asked for suggestions.
    assistant: Option<Arc<dyn Assistant>>,
    /// What the assistant used today and how it does, once it was read.
    book: tokio::sync::Mutex<Option<assist::Book>>,
    /// What was learned, and whether there may be more to learn.
    learning: Learning,
    /// What was answered before.
    memory: Mutex<Memory>,
    /// Nothing new is begun any more.
    stopping: AtomicBool,
    /// Something may be due.
    work: Notify,
}

/// A lock whose holder never panics halfway through a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    /// Opens the desk over a store: makes its name if it has none, and starts the digests' calendars.
    pub async fn open(setup: Setup) -> Result<Arc<Desk>, StoreError> {
        let now = setup.clock.now();
        let instance = if let Some(name) = setup.store.setting(INSTANCE).await? {
            name
        } else {
            let name = format!("{:016x}", setup.chance.number());
            let mut commit = Commit::at(now);
            commit.settings.push((INSTANCE.to_owned(), Some(name.clone())));
            setup.store.commit(commit).await?;
            name
        };
        let rules = setup.rules;
        let mut networks = BTreeMap::new();
        let mut brands_of = BTreeMap::new();
        for (network, brands) in setup.networks {
            let source = network.source().clone();
            if let Some(brands) = brands {
                brands_of.insert(source.clone(), brands);
            }
            networks.insert(source, network);
        }
        let troubles = deliver::recall_troubles(&*setup.store).await?;
        let state = |name: &SourceName, n: &Arc<dyn Network>| {
            let told = troubles.get(name).filter(|t| t.back.is_none());
            told.map_or_else(
                || SourceState::new(n.network()),
                |t| SourceState::failing(n.network(), t.since, t.last_good),
            )
        };
        let sources = networks.iter().map(|(name, n)| (name.clone(), state(name, n))).collect();
        // The clock may have been set back since.
        let inherited = setup.store.health().await?.latest.max(now);
        let chats: BTreeMap<_, _> = setup.chats.into_iter().map(|c| (c.name().clone(), c)).collect();
        let lanes = deliver::recall(&*setup.store, &chats).await?;
        let desk = Arc::new(Desk {
            store: setup.store,
            clock: setup.clock,
            chance: setup.chance,
            networks,
            brands_of,
            chats,
            triage: setup.triage,
            rules,
            targets: setup.targets,
            digests: setup.digests,
            notices: setup.notices,
            instance,
            since: now,
            inherited,
            last: Mutex::default(),
            met: Mutex::default(),
            workspace: Mutex::default(),
            turns: Turns::default(),
            sources: Mutex::new(sources),
            lanes: Mutex::new(lanes),
            told: Mutex::default(),
            shown: Mutex::default(),
            muted: Mutex::default(),
            low_disk: Mutex::default(),
            tidied: Mutex::default(),
            assistant: setup.assistant,
            book: tokio::sync::Mutex::default(),
            learning: Learning::default(),
            memory: Mutex::default(),
            stopping: AtomicBool::new(false),
            work: Notify::new(),
        });
        desk.recall().await?;
        desk.recall_muted().await?;
        desk.start_digests(now).await?;
        Ok(desk)
    }

    /// The store, for what needs it whole: exports, reports.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The desk's clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The workspace as it is now.
    pub(crate) async fn rules(&self) -> Result<Arc<Rules>, StoreError> {
        let paused = self.paused().await?;
        let sources = self.source_rules();
        // Held while it is made, so that whoever is met meanwhile is not left out: see `keep_met`.
        let mut known = lock(&self.workspace);
        let accounts = self.accounts_now();
        let same =
            |rules: &&Arc<Rules>| (&rules.paused, &rules.sources, &rules.accounts) == (&paused, &sources, &accounts);
        if let Some(rules) = known.as_ref().filter(same) {
            return Ok(Arc::clone(rules));
        }
        let mut rules = Rules { sources, accounts, paused, ..self.rules.clone() };
        for (id, person) in lock(&self.met).iter() {
            rules.people.entry(id.clone()).or_insert_with(|| person.clone());
        }
        let rules = Arc::new(rules);
        *known = Some(Arc::clone(&rules));
        Ok(rules)
    }

    /// Set while everything outgoing stands still.
    pub(crate) async fn paused(&self) -> Result<Option<Paused>, StoreError> {
        Ok(self.store.setting(PAUSED).await?.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// Lets something happen to a mention without a person deciding, again if somebody else changes it meanwhile.
    /// `events` says what happens to the mention as it is then; nothing, if it returns nothing. `also` goes into the
    /// same commit.
    pub(crate) async fn happen(
        &self,
        no: MentionNo,
        also: Vec<EffectChange>,
        events: impl Fn(&Mention) -> Vec<EventKind> + Send,
    ) -> Result<Option<Mention>, StoreError> {
        loop {
            let now = self.clock.now();
            let mut commit = Commit::at(now);
            commit.effects.clone_from(&also);
            let Some(mention) = self.store.mention(no).await? else {
                if !commit.effects.is_empty() {
                    self.store.commit(commit).await?;
                }
                return Ok(None);
            };
            let events: Vec<Event> =
                events(&mention).into_iter().map(|what| Event { at: now, by: Actor::Desk, via: None, what }).collect();
            let answered = events.iter().any(|e| matches!(e.what, EventKind::Replied { .. }));
            let after = if events.is_empty() { mention } else { commit.happen(&mention, events) };
            if commit.changes.is_empty() && commit.effects.is_empty() {
                return Ok(Some(after));
            }
            let teaches = learn::teaches(&commit);
            match self.store.commit(commit).await {
                Ok(()) => {
                    if teaches {
                        self.learning.again();
                    }
                    if answered {
                        self.learn_answer(&after);
                    }
                    self.work.notify_one();
                    return Ok(Some(after));
                }
                Err(StoreError::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Queues words for channels, once per `key`.
    pub(crate) fn notice(&self, key: &str, places: &[Place], text: &Text) -> Vec<EffectChange> {
        let now = self.clock.now();
        places
            .iter()
            .map(|place| {
                EffectChange::Put(Effect::new(
                    format!("notice:{key}:{place}"),
                    now,
                    EffectKind::Notice { place: place.clone(), text: text.clone() },
                ))
            })
            .collect()
    }

    /// Every channel that this desk speaks in.
    pub(crate) fn places(&self) -> Vec<Place> {
        let mut places: Vec<Place> =
            self.notices.iter().chain(self.digests.iter().map(|(place, _)| place)).cloned().collect();
        places.sort();
        places.dedup();
        places
    }
}
