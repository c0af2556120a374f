//! The send guard's last look, with the network's eyes.

use super::super::Desk;
use super::super::deliver::Tried;
use super::Job;
use crate::domain::{Effect, EffectChange, EventKind, Post, guard};
use crate::networks::{CallError, Look, View};
use crate::store::StoreError;
use tracing::warn;

impl Desk {
    /// What stops the reply, if anything. Once a part of a thread is out, the rest follows.
    pub(super) async fn look_again(&self, job: &Job<'_>) -> Result<Option<Tried>, StoreError> {
        let (effect, no) = (job.effect, job.no);
        // The pause was looked at before, and waited for.
        let rules = self.current();
        if let Err(refusal) = guard::deliver(&rules, job.mention) {
            return self.failed(effect, no, refusal.say).await.map(Some);
        }
        if !job.network.capabilities().look || !job.sending.out.is_empty() {
            return Ok(None);
        }
        match job.network.look(&job.mention.post).await {
            Ok(Look::There(view)) => self.compare(job, view).await,
            Ok(Look::Gone(why)) => self.gone(job, &why).await.map(Some),
            Err(CallError::Never { why }) => self.failed(effect, no, why).await.map(Some),
            Err(error) => {
                warn!(%no, %error, "the post cannot be looked at before answering");
                let tried = Effect { attempts: effect.attempts + 1, ..effect.clone() };
                self.give_up_or_wait(&Job { effect: &tried, ..*job }, &error.to_string(), None).await.map(Some)
            }
        }
    }

    /// What the look showed, beside what is known: an answer of a brand account ends it, and so does what the sender has
    /// not seen.
    async fn compare(&self, job: &Job<'_>, view: View) -> Result<Option<Tried>, StoreError> {
        let mention = job.mention;
        let native = view.answers.iter().find_map(|post| {
            let events = mention.hear_native_answer(&self.ours(post)?.0, post);
            (!events.is_empty()).then_some(events)
        });
        if let Some(native) = native {
            let there = native.iter().any(|event| matches!(event, EventKind::Replied { .. }));
            let why = "a brand account has answered already; the draft is kept".to_owned();
            let failed = (!there).then_some(EventKind::SendFailed { why });
            return self.stop(job, failed.into_iter().chain(native).collect()).await.map(Some);
        }
        let post = &mention.post;
        if let Some(edited) =
            view.text.and_then(|text| mention.hear_edit(&post.external_id, &crate::domain::capped(text)))
        {
            let why = format!(
                "the author changed the post meanwhile; the draft is kept. `send {}` shows both, and sends it then",
                mention.no.0
            );
            return self.stop(job, vec![edited, EventKind::SendFailed { why }]).await.map(Some);
        }
        if mention.gone.is_some() {
            self.happen(job.no, Vec::new(), |m| {
                if m.gone.is_some() { vec![EventKind::PostGone { why: None }] } else { Vec::new() }
            })
            .await?;
        }
        // What the author wrote below it, and no poll has brought yet: the guard sees it then.
        let known = |id: &str| mention.external_ids().any(|known| known == id);
        let new = |p: &Post| p.author.id == post.author.id && p.posted_at >= post.posted_at && !known(&p.external_id);
        let more: Vec<Post> =
            view.answers.into_iter().filter(new).map(|p| Post { source: post.source.clone(), ..p }).collect();
        if !more.is_empty() {
            self.hear(&post.source, more, None, None).await?;
        }
        Ok(None)
    }

    /// The reply does not go out, and that happens instead.
    async fn stop(&self, job: &Job<'_>, events: Vec<EventKind>) -> Result<Tried, StoreError> {
        let done = vec![EffectChange::Done(job.effect.id.clone())];
        let send = job.sending.send;
        let still = |s: &crate::domain::Sending| s.send == send;
        self.happen(job.no, done, |m| if m.sending.as_ref().is_some_and(still) { events.clone() } else { Vec::new() })
            .await?;
        Ok(Tried::Recorded)
    }

    async fn gone(&self, job: &Job<'_>, why: &str) -> Result<Tried, StoreError> {
        let say = format!(
            "the post cannot be answered: {why}; the draft is kept. `done {} none` closes it if nothing is left to do",
            job.no.0
        );
        self.stop(job, vec![EventKind::PostGone { why: Some(why.to_owned()) }, EventKind::SendFailed { why: say }])
            .await
    }
}
