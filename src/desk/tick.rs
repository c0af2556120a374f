//! What time brings: mentions that come back or become overdue, the digest, and a disk that fills up.

use super::{Desk, lock};
use crate::domain::digest_from;
use crate::domain::{
    Commit, DigestPlan, Effect, EffectChange, EffectKind, EventKind, OpenQuery, Pick, Place, State, Text,
};
use crate::report;
use crate::store::StoreError;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tracing::{info, warn};

/// So many mentions change in one tick; the next one takes the rest.
const BATCH: usize = 200;

impl Desk {
    /// Does what is due by the clock. Cheap if nothing is; call it every second or so, and whenever the clock was moved.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn tick(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.wake(now).await?;
        self.mark_overdue(now).await?;
        self.queue_digests(now).await?;
        self.forget_kept(now).await?;
        self.learn(now).await?;
        self.read_past().await?;
        self.watch_disk(now).await
    }

    async fn wake(&self, now: Timestamp) -> Result<(), StoreError> {
        let query = OpenQuery { pick: Pick::WakesBefore(now), limit: BATCH, ..OpenQuery::default() };
        for row in self.store.open(&query).await?.rows {
            self.happen(row.no, Vec::new(), |m| match m.state {
                State::Snoozed(until) if until <= now => vec![EventKind::Woke],
                _ => Vec::new(),
            })
            .await?;
        }
        Ok(())
    }

    async fn mark_overdue(&self, now: Timestamp) -> Result<(), StoreError> {
        let query = OpenQuery { pick: Pick::NewlyOverdue(now), limit: BATCH, ..OpenQuery::default() };
        for row in self.store.open(&query).await?.rows {
            self.happen(row.no, Vec::new(), |m| {
                let due = m.due_at.is_some_and(|due| due <= now) && !m.overdue && !m.state.is_closed();
                if due { vec![EventKind::BecameOverdue] } else { Vec::new() }
            })
            .await?;
        }
        Ok(())
    }

    /// Channels that get a digest: by configuration, or because somebody there asked for it.
    pub(super) async fn digest_places(&self) -> Result<Vec<Place>, StoreError> {
        let mut places: Vec<Place> = self.digests.iter().map(|(place, _)| place.clone()).collect();
        for (key, _) in self.store.settings("digest:").await? {
            if let Some((chat, channel)) = key.strip_prefix("digest:").and_then(|k| k.split_once(':')) {
                places.push(Place::new(chat, channel));
            }
        }
        places.sort();
        places.dedup();
        Ok(places)
    }

    /// The last local date whose digest was queued.
    pub(super) async fn digest_last(&self, place: &Place) -> Result<Option<Date>, StoreError> {
        self.setting_date(&sent_key(place)).await
    }

    /// The last local date that needs no digest any more: the last one sent, or today if its hour had passed already when
    /// the plan was made, which is not made up for.
    pub(super) async fn digest_done(
        &self,
        place: &Place,
        plan: &DigestPlan,
        last: Option<Date>,
        now: Timestamp,
    ) -> Result<Option<Date>, StoreError> {
        let from: Option<Timestamp> = self.store.setting(&digest_from(place)).await?.and_then(|from| from.parse().ok());
        let today = now.to_zoned(TimeZone::get(&plan.zone).unwrap_or(TimeZone::UTC)).date();
        let passed = from.is_some_and(|from| report::fires(plan, today).is_some_and(|fires| fires <= from));
        Ok(if passed { last.max(Some(today)) } else { last })
    }

    async fn setting_date(&self, key: &str) -> Result<Option<Date>, StoreError> {
        Ok(self.store.setting(key).await?.and_then(|date| date.parse().ok()))
    }

    /// A channel that is new to the digest does not get one for an hour that has passed already.
    pub(super) async fn start_digests(&self, now: Timestamp) -> Result<(), StoreError> {
        for place in self.digest_places().await? {
            if self.digest_last(&place).await?.is_some() {
                continue;
            }
            let plan = self.digest_plan(&place).await?;
            let zone = TimeZone::get(&plan.zone).unwrap_or(TimeZone::UTC);
            let today = now.to_zoned(zone).date();
            let date = today.yesterday().unwrap_or(today);
            let mut commit = Commit::at(now);
            commit.settings.push((sent_key(&place), Some(date.to_string())));
            commit.settings.push((digest_from(&place), Some(now.to_string())));
            self.store.commit(commit).await?;
        }
        Ok(())
    }

    async fn queue_digests(&self, now: Timestamp) -> Result<(), StoreError> {
        for place in self.digest_places().await? {
            let plan: DigestPlan = self.digest_plan(&place).await?;
            let mut last = self.digest_last(&place).await?;
            if let Some(today) = last.and_then(|last| report::mend_last(&plan, last, now)) {
                warn!(%place, "the last digest lies in the future: the clock was wrong; digests go on from here");
                // What was sent before the jump counts; today's may still be to come.
                let before = self.setting_date(&before_key(&place)).await?;
                let mended = before.map_or(today, |before| before.min(today));
                let mut commit = Commit::at(now);
                commit.settings.push((sent_key(&place), Some(mended.to_string())));
                self.store.commit(commit).await?;
                last = Some(mended);
            }
            if last.is_none() {
                // A channel that has just asked for a digest does not get one for an hour that has passed.
                self.start_digests(now).await?;
                last = self.digest_last(&place).await?;
            }
            last = self.digest_done(&place, &plan, last, now).await?;
            let Some(date) = report::digest_due(&plan, last, now) else { continue };
            info!(%place, %date, "the digest is due");
            // The date is marked and the digest queued in one commit: never twice, never missing.
            let mut commit = Commit::at(now);
            commit.settings.push((sent_key(&place), Some(date.to_string())));
            if let Some(last) = last {
                commit.settings.push((before_key(&place), Some(last.to_string())));
            }
            commit.effects.push(EffectChange::Put(Effect::new(
                format!("digest:{place}:{date}"),
                now,
                EffectKind::Digest { place: place.clone(), date },
            )));
            self.store.commit(commit).await?;
            self.work.notify_one();
        }
        Ok(())
    }

    async fn watch_disk(&self, now: Timestamp) -> Result<(), StoreError> {
        let health = self.store.health().await?;
        if health.low_disk == *lock(&self.low_disk) {
            return Ok(());
        }
        let free_mb = health.free_bytes / 1_000_000;
        let text = if health.low_disk {
            warn!(free_mb, "too little disk space: the sources rest");
            Text::new().bold("The disk is nearly full").say(format!(
                ": {free_mb} MB are left. hearback does not fetch new mentions until there is more; nothing is lost. Free \
                 some space on the machine that runs it."
            ))
        } else {
            Text::new().bold("The disk has space again").say(": hearback fetches what it missed.")
        };
        self.tell_everywhere(&format!("disk:{}", now.as_second()), &text).await?;
        // Only now: if it could not be queued, it is told at the next look.
        *lock(&self.low_disk) = health.low_disk;
        Ok(())
    }
}

fn before_key(place: &Place) -> String {
    format!("digest_before:{place}")
}

fn sent_key(place: &Place) -> String {
    format!("digest_sent:{place}")
}
