//! What a command needs to know, looked up.

use super::Desk;
use crate::domain::{DeskHealth, DigestInput, DigestPlan, Found, MODEL_RESET_BEFORE, OpenQuery, Pick, Place, Query};
use crate::report;
use crate::store::StoreError;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// `find` looks at so many of the newest mentions.
const FIND_DEPTH: usize = 20_000;
/// A claim without an answer for this long is named in the digest, unless the workspace says otherwise.
const IDLE_S: i64 = 4 * 3600;
/// So many lines of each part of the digest.
const DIGEST_LINES: usize = 10;

impl Desk {
    /// Looks up what a command asked for.
    pub(super) async fn look_up(&self, query: Query) -> Result<Found, StoreError> {
        Ok(match query {
            Query::Nothing => Found::Nothing,
            Query::Open(query) => Found::Open(self.store.open(&query).await?),
            Query::Mention(no) => match self.store.mention(no).await? {
                Some(mention) => {
                    let past = if mention.state.is_closed() { Vec::new() } else { self.similar(&mention).await? };
                    Found::Mention(Box::new(mention), self.store.history(no).await?, past)
                }
                None => Found::Nothing,
            },
            Query::Copies(query) => Found::Copies(self.copies(query).await?),
            Query::Similar { no, of } => Found::Similar(self.past_answers(no, of).await?),
            Query::Find { needle, limit } => Found::Mentions(self.store.find(&needle, limit, FIND_DEPTH).await?),
            Query::Facts { from, to } => Found::Facts(self.store.facts(from, to).await?),
            Query::Settings(prefix) => Found::Settings(self.store.settings(&prefix).await?),
            Query::Digest(place) => {
                let plan = self.digest_plan(&place).await?;
                let input = self.digest_input(&plan, None).await?;
                Found::Digest(Box::new(input), plan)
            }
            Query::Model => {
                let before = self.store.setting(MODEL_RESET_BEFORE).await?;
                Found::Model(Box::new(self.model_state().await?), before)
            }
            Query::Health { checks } => Found::Health(Box::new(self.health(checks).await?)),
        })
    }

    /// When a channel gets its digest: as configured, unless `digest` was used there.
    pub(super) async fn digest_plan(&self, place: &Place) -> Result<DigestPlan, StoreError> {
        let said = self.store.setting(&format!("digest:{place}")).await?;
        if let Some(plan) = said.and_then(|json| serde_json::from_str(&json).ok()) {
            return Ok(plan);
        }
        let configured = self.digests.iter().find(|(at, _)| at == place).map(|(_, plan)| plan.clone());
        Ok(configured.unwrap_or_else(|| DigestPlan {
            off: true,
            zone: self.digests.first().map_or_else(|| "UTC".to_owned(), |(_, plan)| plan.zone.clone()),
            ..DigestPlan::default()
        }))
    }

    /// What a digest is made of: for a local date, or today's.
    pub(super) async fn digest_input(&self, plan: &DigestPlan, date: Option<Date>) -> Result<DigestInput, StoreError> {
        let now = self.clock.now();
        let zone = TimeZone::get(&plan.zone).unwrap_or(TimeZone::UTC);
        let today = date.unwrap_or_else(|| now.to_zoned(zone.clone()).date());
        let begin = |date: Date| -> Timestamp {
            zone.to_ambiguous_zoned(date.to_datetime(jiff::civil::Time::midnight()))
                .compatible()
                .map_or(now, |zoned| zoned.timestamp())
        };
        let back = |days: i64| today.checked_sub(days.days()).unwrap_or(today);
        let page = |pick: Pick, oldest_first: bool| OpenQuery {
            pick,
            oldest_first,
            limit: DIGEST_LINES,
            grouped: true,
            ..OpenQuery::default()
        };
        let praise = self.store.open(&page(Pick::SurePraise, false)).await?;
        let oldest = OpenQuery { limit: 1, ..page(Pick::SurePraise, true) };
        let oldest = self.store.open(&oldest).await?.rows.first().map(|row| row.started_at);
        let all = self.store.open(&OpenQuery { limit: 0, ..page(Pick::Praise, true) }).await?.total;
        let idle = if self.rules.idle_claim_s > 0 { self.rules.idle_claim_s } else { IDLE_S };
        let idle_before = Timestamp::from_second(now.as_second() - idle).unwrap_or(now);
        Ok(DigestInput {
            date: today,
            zone: plan.zone.clone(),
            now,
            maybe_praise: all.saturating_sub(praise.total),
            praise,
            praise_since: oldest,
            overdue: self.store.open(&page(Pick::OverdueProblems(now), false)).await?,
            idle: self.store.open(&page(Pick::ClaimedBefore(idle_before), true)).await?,
            approval: self.store.open(&page(Pick::Approval, true)).await?,
            open: self.store.open(&OpenQuery::default()).await?.total,
            yesterday: self.store.facts(begin(back(1)), begin(today)).await?,
            week: self.store.facts(begin(back(7)), begin(today)).await?,
            failing: self.networks.keys().filter_map(|source| self.failing_line(source, now)).collect(),
            paused: self.paused().await?.map(|p| format!("Everything outgoing is paused by {}", self.name_of(&p.by))),
        })
    }

    async fn health(&self, checks: bool) -> Result<DeskHealth, StoreError> {
        let now = self.clock.now();
        let mut digests = Vec::new();
        for place in self.digest_places().await? {
            let plan = self.digest_plan(&place).await?;
            let last = self.digest_last(&place).await?;
            let last = self.digest_done(&place, &plan, last, now).await?;
            digests.push(match report::next_digest(&plan, last, now) {
                Some(next) => {
                    let zone = TimeZone::get(&plan.zone).unwrap_or(TimeZone::UTC);
                    format!("{place}: next {}", next.to_zoned(zone).strftime("%a %d %b %H:%M %Z"))
                }
                None => format!("{place}: off"),
            });
        }
        let store = self.store.health().await?;
        let mut looked: Vec<(String, Option<String>)> = Vec::new();
        if checks {
            let waiting = store.effects > 1000;
            let outbox =
                waiting.then(|| format!("{} things wait to go out: is a chat or network down?", store.effects));
            looked.push(("outbox".to_owned(), outbox));
            looked.extend(self.assist_trouble().await?.map(|trouble| ("the assistant".to_owned(), trouble)));
        }
        Ok(DeskHealth {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            since: Some(self.since),
            store,
            sources: self.source_health(),
            chats: self.chats.iter().map(|(name, chat)| (name.0.clone(), chat.state().say)).collect(),
            digests,
            assist: self.assist_health().await?,
            checks: looked,
        })
    }
}
