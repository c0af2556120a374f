//! Learning from how mentions were handled: whenever there may be something new, everything is learned anew from the
//! shipped weights and all lessons, away from the async threads.

use super::{Desk, lock};
use crate::domain::{
    Commit, EventKind, KeptBack, Kind, MODEL_RESET, MODEL_STATE, MentionNo, ModelReset, ModelState, Said,
};
use crate::store::{Store, StoreError};
use crate::triage::learn::{Example, Held, Learned, Moved, as_read, words};
use crate::triage::{Classifier, Triage};
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tracing::{info, warn};

/// So many rows are read at a time.
const PAGE: usize = 500;
/// Older lessons than these are not looked at.
const MOST: usize = 2000;
/// With more lessons than this, learning waits for [`REST`] between two times.
const MANY: usize = 300;
const REST: SignedDuration = SignedDuration::from_secs(10);
/// So many words of a kind are shown.
const WORDS: usize = 6;
/// A word that moved less is not worth showing.
const MOVED: f32 = 0.02;
/// So many mentions are looked at for what would be judged otherwise now, and so many of them are shown.
const LOOKED_AT: usize = 300;
const SHOWN: usize = 5;
/// So much of a mention's words is shown, in characters.
const EXCERPT: usize = 80;

/// What was learned, and how it came about.
#[derive(Clone, Debug, Default)]
pub struct Taught {
    /// For the classifier.
    pub learned: Arc<Learned>,
    /// For people.
    pub state: ModelState,
}

/// What the desk keeps of it.
#[derive(Default)]
pub(super) struct Learning {
    /// Nothing new since it was learned. False at the start, so that it is learned then.
    done: AtomicBool,
    last: Mutex<Option<(Timestamp, Taught)>>,
}

/// Whether a commit may have changed what is to be learned.
pub(super) fn teaches(commit: &Commit) -> bool {
    let event = |what: &EventKind| {
        matches!(
            what,
            EventKind::KindSet { .. }
                | EventKind::Closed { .. }
                | EventKind::Reopened { .. }
                | EventKind::Replied { .. }
                | EventKind::Erased
        )
    };
    commit.changes.iter().flat_map(|change| &change.events).any(|e| event(&e.what))
        || commit.settings.iter().any(|(key, _)| key == MODEL_RESET)
}

impl Learning {
    /// There may be something new.
    pub(super) fn again(&self) {
        self.done.store(false, Ordering::Release);
    }
}

impl Desk {
    /// Learns anew if there may be something new.
    pub(super) async fn learn(&self, now: Timestamp) -> Result<(), StoreError> {
        let rests = lock(&self.learning.last).as_ref().is_some_and(|(at, taught)| {
            let many = taught.state.corrections + taught.state.silent > MANY;
            many && now >= *at && now.duration_since(*at) < REST
        });
        if rests || self.learning.done.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        match teach(&*self.store, &self.triage, now).await {
            Ok(taught) => self.use_taught(taught, now).await,
            Err(error) => {
                self.learning.again();
                Err(error)
            }
        }
    }

    /// Nothing is judged by the shipped model alone only because the first tick is still to come.
    pub(super) async fn learn_at_first(&self) -> Result<(), StoreError> {
        let first = lock(&self.learning.last).is_none();
        if first { self.learn(self.clock.now()).await } else { Ok(()) }
    }

    async fn use_taught(&self, taught: Taught, now: Timestamp) -> Result<(), StoreError> {
        self.triage.teach(Arc::clone(&taught.learned));
        let old: Option<ModelState> =
            self.store.setting(MODEL_STATE).await?.and_then(|json| serde_json::from_str(&json).ok());
        let shown = ModelState { words: Vec::new(), different: Vec::new(), ..taught.state.clone() };
        let same = old.as_ref().is_some_and(|old| ModelState { at: shown.at, ..old.clone() } == shown);
        let nothing = old.is_none() && shown.corrections + shown.silent + shown.doubts == 0;
        if !same && !nothing {
            say(&shown, old.as_ref());
            let json = serde_json::to_string(&shown).map_err(|e| StoreError::Broken(e.to_string()))?;
            let mut commit = Commit::at(now);
            commit.settings.push((MODEL_STATE.to_owned(), Some(json)));
            self.store.commit(commit).await?;
        }
        // What is the same was learned when it was.
        let at = old.filter(|_| same).map_or(taught.state.at, |old| old.at);
        let state = ModelState { at, ..taught.state };
        *lock(&self.learning.last) = Some((now, Taught { state, ..taught }));
        Ok(())
    }

    /// What was learned, with what was not learned yet.
    pub(super) async fn model_state(&self) -> Result<ModelState, StoreError> {
        self.learn(self.clock.now()).await?;
        Ok(lock(&self.learning.last).as_ref().map(|(_, taught)| taught.state.clone()).unwrap_or_default())
    }
}

fn say(state: &ModelState, old: Option<&ModelState>) {
    let reset = old.is_some_and(|old| old.reset != state.reset);
    if let Some(reset) = state.reset.as_ref().filter(|_| reset) {
        info!(by = %reset.by, at = %reset.at, "what was learned is forgotten: lessons count from here on");
    } else if reset {
        info!("what was forgotten counts again");
    }
    let (corrections, silent) = (state.corrections, state.silent);
    if state.feeling.examples > 0 && state.feeling.strength == 0.0 {
        warn!(corrections, silent, "what was learned is worse on what was kept back, and is not used");
    } else {
        info!(corrections, silent, strength = state.feeling.strength, "learned from how mentions were handled");
    }
}

/// Learns from everything that a store has, whatever was learned before.
///
/// # Errors
/// If the store fails.
pub async fn teach(store: &dyn Store, triage: &Triage, now: Timestamp) -> Result<Taught, StoreError> {
    let reset: Option<ModelReset> = store.setting(MODEL_RESET).await?.and_then(|json| serde_json::from_str(&json).ok());
    let lessons = gather(store, reset.as_ref().map(|r| r.at)).await?;
    let classifier = triage.classifier();
    let work = move || {
        let (numbers, examples): (Vec<MentionNo>, Vec<Example>) = lessons.into_iter().unzip();
        let learned = Arc::new(classifier.learn(&examples)?);
        let before = classifier.taught(Arc::default())?;
        let after = classifier.taught(Arc::clone(&learned))?;
        let state = state(&learned, &numbers, &examples, (&*before, &*after));
        Some(Taught { learned, state })
    };
    let taught = tokio::task::spawn_blocking(work);
    let taught = taught.await.map_err(|e| StoreError::Broken(format!("learning failed: {e}. Try again")))?;
    let mut taught = taught.unwrap_or_default();
    taught.state.reset = reset;
    taught.state.at = Some(now);
    Ok(taught)
}

/// The lessons after a moment, the oldest first, without those about texts that the model does not read.
async fn gather(store: &dyn Store, after: Option<Timestamp>) -> Result<Vec<(MentionNo, Example)>, StoreError> {
    let mut found = Vec::new();
    let mut before = None;
    loop {
        let page = store.handled(before, PAGE).await?;
        let Some(last) = page.last() else { break };
        before = Some(last.no);
        for row in page {
            let Some(lesson) = row.lesson.filter(|l| after.is_none_or(|after| l.at > after)) else { continue };
            let Some(m) = store.mention(row.no).await? else { continue };
            let about_the_model = matches!(lesson.said, Said::Kind(_) | Said::LeftAlone);
            let foreign = m.language.as_deref().is_some_and(|code| code != "en");
            if m.erased || (about_the_model && foreign) {
                continue;
            }
            found.push((row.no, Example::of(as_read(&m.post.text, &m.matched), m.post.author.id.clone(), &lesson)));
        }
        if found.len() >= MOST {
            break;
        }
    }
    found.reverse();
    Ok(found)
}

fn kept_back(held: Held) -> KeptBack {
    let Held { before, after, strength, examples } = held;
    KeptBack { before, after, strength, examples }
}

fn state(
    learned: &Learned,
    numbers: &[MentionNo],
    examples: &[Example],
    (before, after): (&dyn Classifier, &dyn Classifier),
) -> ModelState {
    let report = &learned.report;
    let moved = after.moved(&words(examples.iter().map(|e| e.text.as_str())));
    let newest = numbers.iter().zip(examples).rev().take(LOOKED_AT);
    let different = newest.filter_map(|(no, example)| {
        let (from, to) = (before.classify(&example.text, None).kind, after.classify(&example.text, None).kind);
        let text: String = example.text.chars().take(EXCERPT).collect();
        (from != to).then_some((*no, text, from, to))
    });
    ModelState {
        learns: true,
        at: None,
        corrections: report.corrections,
        silent: report.silent,
        by: report.by.clone(),
        left_out: report.left_out.clone(),
        feeling: kept_back(report.feeling),
        question: kept_back(report.question),
        doubts: report.doubts,
        marks: report.marks,
        reset: None,
        words: Kind::ALL.map(|kind| most_moved(kind, &moved)).to_vec(),
        different: different.take(SHOWN).collect(),
    }
}

/// The words that speak most for a kind, and those that speak most against it.
fn most_moved(kind: Kind, moved: &[Moved]) -> (Kind, Vec<String>, Vec<String>) {
    let amount = |m: &Moved| match kind {
        Kind::Question => m.question,
        Kind::Complaint => m.feeling[0],
        Kind::Other => m.feeling[1],
        Kind::Praise => m.feeling[2],
    };
    let mut by_amount: Vec<(f32, &str)> = moved.iter().map(|m| (amount(m), m.word.as_str())).collect();
    by_amount.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let names = |all: &mut dyn Iterator<Item = &(f32, &str)>| all.take(WORDS).map(|(_, w)| (*w).to_owned()).collect();
    let up = names(&mut by_amount.iter().take_while(|(a, _)| *a > MOVED));
    let down = names(&mut by_amount.iter().rev().take_while(|(a, _)| *a < -MOVED));
    (kind, up, down)
}
