//! Sending a reply: once.
//!
//! The reply is in the outbox before anything else happens. Just before the network is called, the try is recorded;
//! found so after a crash, the outcome is unknown. What protects an unknown outcome from becoming a second reply is the
//! network's idempotency: the same key again, or a look whether it is there, or else a person.

use super::Desk;
use super::deliver::Tried;
use crate::domain::{
    Commit, DoneReason, Effect, EffectChange, EventKind, Idempotency, Mention, MentionNo, PersonId, Post, ReopenCause,
    Sending, State, guard,
};
use crate::networks::{CallError, Look, Network, Outgoing, Sent, View};
use crate::store::StoreError;
use crate::triage::Judged;
use std::sync::Arc;
use std::time::Duration;
use tracing::{info, warn};

/// While everything outgoing stands still, look again after this long.
const PAUSE_CHECK: Duration = Duration::from_secs(5);
/// After so many tries a reply that certainly did not go out goes back to its sender: about two hours.
const TRIES: u32 = 18;

impl Desk {
    pub(super) async fn send_reply(&self, effect: &Effect, no: MentionNo, send: u32) -> Result<Tried, StoreError> {
        let Some(mention) = self.store.mention(no).await? else { return Ok(Tried::Done) };
        let sending = match &mention.sending {
            Some(sending) if sending.send == send && mention.state == State::Sending => sending.clone(),
            _ => return Ok(Tried::Done),
        };
        if self.paused().await?.is_some() {
            return self.rest(effect).await;
        }
        let Some(network) = self.networks.get(&mention.post.source).cloned() else {
            let why = format!("the source {} is not configured any more; answer in the browser", mention.post.source);
            return self.not_sent(effect, no, why).await;
        };
        let Some(draft) = mention.draft_version(sending.version) else {
            return self.not_sent(effect, no, "the draft is gone; write it again".to_owned()).await;
        };
        let reply = Outgoing {
            key: format!("hb-{}-{}", self.instance, effect.id.0.replace(':', "-")),
            post: mention.post.clone(),
            text: draft.text.clone(),
            no: no.0,
            by: self.rules.person_name(&sending.by),
            at: sending.at,
            after: None,
            known: Vec::new(),
        };
        let can = network.capabilities();
        if effect.trying {
            // An earlier try may have got through.
            match can.idempotency {
                Idempotency::Key => {}
                Idempotency::Look => match network.find_reply(&reply).await {
                    Ok(Some(there)) => return self.replied(effect, &mention, &sending, &reply, there).await,
                    Ok(None) => {}
                    Err(CallError::Never { why }) => return self.unknown(effect, no, why).await,
                    Err(error) => {
                        warn!(%no, %error, "whether the reply is there cannot be seen yet");
                        return Ok(Tried::Later(self.retry(effect, None)));
                    }
                },
                Idempotency::None => {
                    let why = "hearback was stopped while the reply was on its way. Look at the post, then say whether \
                               the reply is there";
                    return self.unknown(effect, no, why.to_owned()).await;
                }
            }
        } else if let Some(tried) = self.look_again(effect, &mention, &network).await? {
            return Ok(tried);
        }
        self.transmit(effect, &mention, &sending, &network, &reply).await
    }

    /// The send guard's last look, with the network's eyes.
    async fn look_again(
        &self,
        effect: &Effect,
        mention: &Mention,
        network: &Arc<dyn Network>,
    ) -> Result<Option<Tried>, StoreError> {
        let no = mention.no;
        let mut rules = (*self.rules().await?).clone();
        rules.paused = None; // looked at before, and waited for
        if let Err(refusal) = guard::deliver(&rules, mention) {
            return self.failed(effect, no, refusal.say).await.map(Some);
        }
        if !network.capabilities().look {
            return Ok(None);
        }
        match network.look(&mention.post).await {
            Ok(Look::There(view)) => self.compare(effect, mention, view).await,
            Ok(Look::Gone(why)) => self
                .failed(effect, no, format!("the post cannot be answered: {why}; the draft is kept"))
                .await
                .map(Some),
            Err(CallError::Never { why }) => self.failed(effect, no, why).await.map(Some),
            Err(error) => {
                warn!(%no, %error, "the post cannot be looked at before answering");
                self.give_up_or_wait(effect, no, &error.to_string(), None).await.map(Some)
            }
        }
    }

    /// What the look showed, beside what is known: an answer of a brand account ends it.
    async fn compare(&self, effect: &Effect, mention: &Mention, view: View) -> Result<Option<Tried>, StoreError> {
        let ours = |post: &Post| match self.triage.judge(post, None) {
            Judged::Own { account, .. } => Some(account),
            _ => None,
        };
        let native = view.answers.iter().find_map(|post| {
            let events = mention.hear_native_answer(&ours(post)?, post);
            (!events.is_empty()).then_some(events)
        });
        let Some(native) = native else { return Ok(None) };
        let done = vec![EffectChange::Done(effect.id.clone())];
        self.happen(mention.no, done, |_| {
            let why = "a brand account has answered already; the draft is kept".to_owned();
            [EventKind::SendFailed { why }].into_iter().chain(native.clone()).collect()
        })
        .await?;
        Ok(Some(Tried::Recorded))
    }

    async fn transmit(
        &self,
        effect: &Effect,
        mention: &Mention,
        sending: &Sending,
        network: &Arc<dyn Network>,
        reply: &Outgoing,
    ) -> Result<Tried, StoreError> {
        let no = mention.no;
        // The look may have taken a while: is it still wanted?
        let now = self.store.mention(no).await?;
        let still = now.and_then(|m| m.sending).is_some_and(|s| s.send == sending.send);
        if !still {
            return Ok(Tried::Done);
        }
        if self.paused().await?.is_some() {
            return self.rest(effect).await;
        }
        let mut trying = effect.clone();
        trying.trying = true;
        trying.attempts += 1;
        let mut commit = Commit::at(self.clock.now());
        commit.effects.push(EffectChange::Put(trying.clone()));
        self.store.commit(commit).await?;
        match network.reply(reply, self.clock.now()).await {
            Ok(sent) => self.replied(&trying, mention, sending, reply, sent).await,
            // This try certainly did not get through. Where an earlier one may have, and nobody could look, the whole
            // is still unknown: another reply under another key would be a second one.
            Err(CallError::Never { why }) if network.capabilities().idempotency == Idempotency::Look => {
                self.failed(&trying, no, why).await
            }
            Err(CallError::Never { why }) => self.not_sent(effect, no, why).await,
            Err(CallError::Later { why, after }) => {
                // It certainly did not happen this time; whether an earlier try got through is as unknown as before.
                let mut again = trying;
                again.trying = effect.trying;
                self.give_up_or_wait(&again, no, &why, after).await
            }
            Err(CallError::Unknown { why }) => {
                warn!(%no, why, "the outcome of a reply is unknown");
                match network.capabilities().idempotency {
                    Idempotency::None => self.unknown(&trying, no, why).await,
                    _ if trying.attempts >= TRIES => self.unknown(&trying, no, why).await,
                    _ => self.wait(&trying, None).await,
                }
            }
        }
    }

    /// Looks again in a while. Standing still is no try: a long pause must not use up the tries.
    pub(super) async fn rest(&self, effect: &Effect) -> Result<Tried, StoreError> {
        let now = self.clock.now();
        let mut commit = Commit::at(now);
        let due_at = now.checked_add(PAUSE_CHECK).unwrap_or(now);
        commit.effects.push(EffectChange::Put(Effect { due_at, ..effect.clone() }));
        self.store.commit(commit).await?;
        Ok(Tried::Recorded)
    }

    async fn give_up_or_wait(
        &self,
        effect: &Effect,
        no: MentionNo,
        why: &str,
        after: Option<Duration>,
    ) -> Result<Tried, StoreError> {
        if effect.attempts < TRIES {
            warn!(%no, why, "the reply waits");
            return self.wait(effect, after).await;
        }
        if effect.trying {
            return self.unknown(effect, no, why.to_owned()).await;
        }
        self.failed(effect, no, format!("{why}; tried {} times, the draft is kept", effect.attempts)).await
    }

    /// Keeps the effect as it is now, to be tried again.
    pub(super) async fn wait(&self, effect: &Effect, after: Option<Duration>) -> Result<Tried, StoreError> {
        let now = self.clock.now();
        let mut commit = Commit::at(now);
        let due_at = now.checked_add(self.retry(effect, after)).unwrap_or(now);
        commit.effects.push(EffectChange::Put(Effect { due_at, ..effect.clone() }));
        self.store.commit(commit).await?;
        Ok(Tried::Recorded)
    }

    async fn replied(
        &self,
        effect: &Effect,
        mention: &Mention,
        sending: &Sending,
        reply: &Outgoing,
        sent: Sent,
    ) -> Result<Tried, StoreError> {
        info!(no = %mention.no, by = %sending.by, "replied");
        let done = vec![EffectChange::Done(effect.id.clone())];
        self.happen(mention.no, done, |m| {
            if m.sending.as_ref().is_none_or(|s| s.send != sending.send) {
                return Vec::new();
            }
            let mut events = vec![EventKind::Replied {
                version: sending.version,
                text: reply.text.clone(),
                external_id: sent.external_id.clone(),
                url: sent.url.clone(),
                posted_at: sent.posted_at,
                by: credit(m, sending),
            }];
            // What the author wrote after the reply was sent off is not answered by it, even if the network confirms it
            // only now.
            let sent_off = sending.at.min(sent.posted_at);
            let later = m.follow_ups.iter().find(|f| f.posted_at > sent_off);
            if let Some(next) = later.filter(|_| !m.hands_off(sending.version)) {
                events.push(EventKind::Reopened {
                    cause: ReopenCause::FollowUp,
                    from: next.posted_at,
                    due_at: self.targets.due(&m.brand, m.kind, next.posted_at),
                });
            }
            events
        })
        .await?;
        Ok(Tried::Recorded)
    }

    /// The reply does not go out any more: for certain if nothing was ever tried, otherwise nobody knows.
    async fn not_sent(&self, effect: &Effect, no: MentionNo, why: String) -> Result<Tried, StoreError> {
        if effect.trying {
            let why = format!("an earlier try may have got through, and then: {why}");
            return self.unknown(effect, no, why).await;
        }
        self.failed(effect, no, why).await
    }

    async fn failed(&self, effect: &Effect, no: MentionNo, why: String) -> Result<Tried, StoreError> {
        warn!(%no, why, "the reply did not go out");
        let done = vec![EffectChange::Done(effect.id.clone())];
        self.happen(no, done, |m| {
            let mut events = vec![EventKind::SendFailed { why: why.clone() }];
            if m.cycle().response.is_some() {
                events.push(EventKind::Closed { reason: DoneReason::Elsewhere });
            }
            events
        })
        .await?;
        Ok(Tried::Recorded)
    }

    async fn unknown(&self, effect: &Effect, no: MentionNo, why: String) -> Result<Tried, StoreError> {
        let done = vec![EffectChange::Done(effect.id.clone())];
        self.happen(no, done, |_| vec![EventKind::SendUnknown { why: why.clone() }]).await?;
        Ok(Tried::Recorded)
    }
}

/// Who gets the credit: whoever pressed Send; for an approved draft the holder, whose answer it is.
fn credit(mention: &Mention, sending: &Sending) -> PersonId {
    let approved = mention.draft_version(sending.version).is_some_and(|d| d.approved_by.is_some());
    match &mention.holder {
        Some(claim) if approved => claim.by.clone(),
        _ => sending.by.clone(),
    }
}
