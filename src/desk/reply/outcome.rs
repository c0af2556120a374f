//! What became of a try, recorded.

use super::super::Desk;
use super::super::deliver::Tried;
use super::{Job, PAUSE_CHECK, TRIES};
use crate::domain::{Commit, DoneReason, Effect, EffectChange, EventKind, MentionNo, PartOut};
use crate::networks::Sent;
use crate::store::StoreError;
use jiff::Timestamp;
use std::time::Duration;
use tracing::{info, warn};

impl Desk {
    /// The network says that the post is there.
    pub(super) async fn sent(&self, job: &Job<'_>, there: Sent) -> Result<Tried, StoreError> {
        let posts = job.mention.draft_version(job.sending.version).map_or(1, crate::domain::Draft::posts);
        let number = job.sending.out.len() + 1;
        info!(no = %job.no, by = %job.sending.by, part = number, of = posts, "replied");
        let next = if number < posts {
            let fresh = Effect { trying: false, attempts: 0, looks: 0, due_at: self.clock.now(), ..job.effect.clone() };
            EffectChange::Put(fresh)
        } else {
            EffectChange::Done(job.effect.id.clone())
        };
        let out = PartOut { external_id: there.external_id, url: there.url, posted_at: there.posted_at };
        let (which, before) = (job.sending.send, job.sending.out.len());
        self.happen(job.no, vec![next], |m| {
            if m.sending.as_ref().is_none_or(|s| s.send != which || s.out.len() != before) {
                return Vec::new();
            }
            m.confirmed(out.clone(), |from| self.targets.due(&m.brand, m.kind, from))
        })
        .await?;
        Ok(Tried::Recorded)
    }

    /// The reply does not go out any more: for certain if nothing was ever tried, otherwise nobody knows.
    pub(super) async fn not_sent(&self, effect: &Effect, no: MentionNo, why: String) -> Result<Tried, StoreError> {
        if effect.trying {
            let why = format!("an earlier try may have got through, and then: {why}");
            return self.doubtful(effect, no, why).await;
        }
        self.failed(effect, no, why).await
    }

    /// It certainly did not go out. Of a thread, what is out already is an answer.
    pub(super) async fn failed(&self, effect: &Effect, no: MentionNo, why: String) -> Result<Tried, StoreError> {
        warn!(%no, why, "the reply did not go out");
        let done = vec![EffectChange::Done(effect.id.clone())];
        self.happen(no, done, |m| {
            let out = m.sending.as_ref().and_then(|s| Some((s, m.out_of(s)?, s.out.first()?.posted_at)));
            if let Some((sending, words, first)) = out {
                let why = format!("{words}: {why}. {}", m.send_the_rest(sending.version));
                let next = m.next_wait(sending.at.min(first), |from| self.targets.due(&m.brand, m.kind, from));
                return [EventKind::SendFailed { why }].into_iter().chain(next).collect();
            }
            let mut events = vec![EventKind::SendFailed { why: why.clone() }];
            if m.cycle().response.is_some() {
                events.push(EventKind::Closed { reason: DoneReason::Elsewhere });
            }
            events
        })
        .await?;
        Ok(Tried::Recorded)
    }

    pub(super) async fn unknown(&self, job: &Job<'_>, why: String) -> Result<Tried, StoreError> {
        self.doubtful(job.effect, job.no, why).await
    }

    async fn doubtful(&self, effect: &Effect, no: MentionNo, why: String) -> Result<Tried, StoreError> {
        let done = vec![EffectChange::Done(effect.id.clone())];
        self.happen(no, done, |m| {
            let out = m.sending.as_ref().and_then(|s| m.out_of(s));
            let why =
                out.map_or_else(|| why.clone(), |out| format!("{out}, and of the next one it is not known: {why}"));
            vec![EventKind::SendUnknown { why }]
        })
        .await?;
        Ok(Tried::Recorded)
    }

    pub(super) async fn give_up_or_wait(
        &self,
        job: &Job<'_>,
        why: &str,
        after: Option<Duration>,
    ) -> Result<Tried, StoreError> {
        let (effect, no) = (job.effect, job.no);
        if effect.attempts < TRIES {
            warn!(%no, why, "the reply waits");
            return self.wait(effect, after).await;
        }
        if effect.trying {
            return self.unknown(job, why.to_owned()).await;
        }
        self.failed(effect, no, format!("{why}; tried {} times, the draft is kept", effect.attempts)).await
    }

    /// Looks again in a while. Standing still is no try: a long pause must not use up the tries.
    pub(in crate::desk) async fn rest(&self, effect: &Effect) -> Result<Tried, StoreError> {
        self.put_off(effect.clone(), PAUSE_CHECK).await
    }

    /// Keeps the effect as it is now, to be tried again.
    pub(in crate::desk) async fn wait(&self, effect: &Effect, after: Option<Duration>) -> Result<Tried, StoreError> {
        self.put_off(effect.clone(), self.retry(effect, after)).await
    }

    /// Keeps the effect for later.
    pub(super) async fn put_off(&self, effect: Effect, after: Duration) -> Result<Tried, StoreError> {
        let mut commit = Commit::at(self.clock.now());
        commit.effects.push(EffectChange::Put(Effect { due_at: self.later(after), ..effect }));
        self.store.commit(commit).await?;
        Ok(Tried::Recorded)
    }

    /// So much later than now.
    pub(super) fn later(&self, after: Duration) -> Timestamp {
        let now = self.clock.now();
        now.checked_add(after).unwrap_or(now)
    }
}
