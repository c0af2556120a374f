//! Watching: one poll of one source, and how each source is doing.

use super::{Desk, Heard, lock};
use crate::domain::{SourceHealth, SourceName};
use crate::networks::{CallError, First};
use crate::store::StoreError;
use jiff::Timestamp;
use std::time::Duration;
use tracing::{info, warn};

/// A failing source is asked again after this long, then twice as long, and so on.
const FIRST_RETRY: Duration = Duration::from_secs(5);
/// But never later than this.
const LAST_RETRY: Duration = Duration::from_mins(15);
/// A source that has failed for this long is told in the channels.
const TELL_AFTER_S: i64 = 10 * 60;

/// How one source is doing.
#[derive(Clone, Debug)]
pub(super) struct SourceState {
    network: String,
    pub(super) last_good: Option<Timestamp>,
    pub(super) failing_since: Option<Timestamp>,
    failures: u32,
    pub(super) trouble: Option<String>,
    told: bool,
    pub(super) posts: u64,
    pub(super) mentions: u64,
}

impl SourceState {
    pub(super) fn new(network: &str) -> Self {
        Self {
            network: network.to_owned(),
            last_good: None,
            failing_since: None,
            failures: 0,
            trouble: None,
            told: false,
            posts: 0,
            mentions: 0,
        }
    }

    /// It failed when an earlier process ended, which was told.
    pub(super) fn failing(network: &str, since: Timestamp, last_good: Option<Timestamp>) -> Self {
        Self { last_good, failing_since: Some(since), told: true, ..Self::new(network) }
    }
}

/// What to say of a failure.
enum Tell {
    /// It has failed for long enough: since when, and when it last answered.
    First(Timestamp, Option<Timestamp>),
    /// It was told; now and then what is said is brought up to date.
    Again,
    /// Not yet.
    Nothing,
}

/// What one poll did, and when to poll again.
#[derive(Clone, Debug)]
pub struct Polled {
    /// What was heard; nothing if the source failed.
    pub heard: Option<Heard>,
    /// How long to wait.
    pub wait: Duration,
    /// A source that has news before that may be asked at once; not while it fails, or has asked for a rest.
    pub hurry: bool,
}

impl Polled {
    /// Nothing was asked, or nothing came.
    fn nothing(wait: Duration) -> Self {
        Self { heard: None, wait, hurry: false }
    }
}

impl Desk {
    /// Asks a source once for what is new, page by page, and takes it in.
    ///
    /// # Errors
    /// Only if the store cannot take it; a failing source is noted, told, and asked again later.
    pub async fn poll(&self, source: &SourceName, first: First) -> Result<Polled, StoreError> {
        let Some(network) = self.networks.get(source).cloned() else {
            return Ok(Polled::nothing(LAST_RETRY));
        };
        let Some(interval) = network.interval() else { return Ok(Polled::nothing(LAST_RETRY)) };
        if self.store.health().await?.low_disk {
            return Ok(Polled::nothing(Duration::from_mins(1)));
        }
        let mut all = Heard::default();
        let (mut wait, mut hurry) = (interval, true);
        loop {
            let cursor = self.store.cursor(source).await?;
            match network.poll(cursor.as_ref(), first, self.clock.now()).await {
                Ok(batch) => {
                    let stuck = batch.more && batch.cursor == cursor && batch.posts.is_empty();
                    let heard = self.hear(source, batch.posts, batch.cursor, None).await?;
                    all.posts += heard.posts;
                    all.ingested.extend(heard.ingested);
                    self.source_good(source).await?;
                    wait = wait.max(batch.rest.unwrap_or_default());
                    hurry &= batch.rest.is_none();
                    if !batch.more || stuck {
                        break;
                    }
                    if all.posts % 1000 < heard.posts {
                        info!(%source, posts = all.posts, "still fetching");
                    }
                }
                Err(error) => {
                    wait = self.source_failed(source, &error).await?;
                    return Ok(Polled::nothing(wait));
                }
            }
        }
        Ok(Polled { heard: Some(all), wait: self.chance.jitter(wait), hurry })
    }

    async fn source_good(&self, source: &SourceName) -> Result<(), StoreError> {
        let now = self.clock.now();
        let recovered = {
            let mut sources = lock(&self.sources);
            let Some(state) = sources.get_mut(source) else { return Ok(()) };
            let recovered = state.told;
            *state = SourceState {
                last_good: Some(now),
                posts: state.posts,
                mentions: state.mentions,
                ..SourceState::new(&state.network)
            };
            recovered
        };
        if recovered {
            self.end_trouble(source).await?;
        }
        Ok(())
    }

    async fn source_failed(&self, source: &SourceName, error: &CallError) -> Result<Duration, StoreError> {
        let now = self.clock.now();
        warn!(%source, %error, "the source failed");
        let (wait, tell) = {
            let mut sources = lock(&self.sources);
            let Some(state) = sources.get_mut(source) else { return Ok(LAST_RETRY) };
            let since = *state.failing_since.get_or_insert(now);
            state.trouble = Some(error.to_string());
            let doubled = FIRST_RETRY.saturating_mul(1u32 << state.failures.min(10));
            state.failures = state.failures.saturating_add(1);
            let asked = match error {
                CallError::Later { after, .. } => after.unwrap_or_default(),
                CallError::Never { .. } => LAST_RETRY,
                CallError::Unknown { .. } => Duration::ZERO,
            };
            let failed_for = now.as_second() - since.as_second();
            let tell = match state.told {
                true => Tell::Again,
                false if failed_for >= TELL_AFTER_S || matches!(error, CallError::Never { .. }) => {
                    Tell::First(since, state.last_good)
                }
                false => Tell::Nothing,
            };
            (self.chance.jitter(doubled.min(LAST_RETRY)).max(asked), tell)
        };
        match tell {
            Tell::First(since, last_good) => {
                self.begin_trouble(source, since, last_good, &error.to_string()).await?;
                if let Some(state) = lock(&self.sources).get_mut(source) {
                    state.told = true;
                }
            }
            Tell::Again => self.tell_trouble(source, &error.to_string(), now).await?,
            Tell::Nothing => {}
        }
        Ok(wait)
    }

    /// How each source is doing, by name.
    pub(crate) fn source_health(&self) -> Vec<SourceHealth> {
        let now = self.clock.now();
        let notes = |name| self.networks.get(name).map(|n| n.notes(now)).unwrap_or_default();
        lock(&self.sources)
            .iter()
            .map(|(name, s)| SourceHealth {
                source: name.0.clone(),
                network: s.network.clone(),
                last_good: s.last_good,
                trouble: s.trouble.clone(),
                posts: s.posts,
                mentions: s.mentions,
                notes: notes(name),
            })
            .collect()
    }

    /// Queues words for every channel that hears about hearback itself.
    pub(crate) async fn tell_everywhere(&self, key: &str, text: &crate::domain::Text) -> Result<(), StoreError> {
        let mut commit = crate::domain::Commit::at(self.clock.now());
        commit.effects = self.notice(key, &self.notices, text);
        if !commit.effects.is_empty() {
            self.store.commit(commit).await?;
            self.work.notify_one();
        }
        Ok(())
    }
}
