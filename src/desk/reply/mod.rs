//! Sending a reply: once.
//!
//! The reply is in the outbox before anything else happens. Just before the network is called, the try is recorded;
//! found so after a crash, the outcome is unknown. What protects an unknown outcome from becoming a second reply is the
//! network's idempotency: the same key again, or two looks whether it is there, or else a person. A numbered thread goes
//! out post by post, each recorded before the next, and each in just this way.

mod look;
mod outcome;

use super::Desk;
use super::deliver::Tried;
use crate::domain::{Commit, Draft, Effect, EffectChange, Idempotency, Mention, MentionNo, Sending, State, guard};
use crate::networks::{CallError, Network, Outgoing, Sent};
use crate::store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tracing::warn;

/// While everything outgoing stands still, look again after this long.
const PAUSE_CHECK: Duration = Duration::from_secs(5);
/// After so many tries a reply that certainly did not go out goes back to its sender: about two hours.
const TRIES: u32 = 18;
/// A reply that was looked for so often, with a pause before each, and was not there, did not get through.
const LOOKS: u32 = 2;

/// What is being sent, and where.
pub(super) struct Job<'a> {
    effect: &'a Effect,
    no: MentionNo,
    mention: &'a Mention,
    sending: &'a Sending,
    network: &'a Arc<dyn Network>,
    reply: &'a Outgoing,
}

impl Job<'_> {
    fn idempotency(&self) -> Idempotency {
        self.network.capabilities().idempotency
    }
}

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
        let reply = self.outgoing(effect, &mention, &sending, draft);
        let job = Job { effect, no, mention: &mention, sending: &sending, network: &network, reply: &reply };
        if effect.trying
            && let Some(tried) = self.maybe_there(&job).await?
        {
            return Ok(tried);
        }
        // Where it may be there already, it only goes out again under the same key: nothing may stop that halfway.
        let certain = !effect.trying || job.idempotency() == Idempotency::Look;
        if certain && let Some(tried) = self.look_again(&job).await? {
            return Ok(tried);
        }
        self.transmit(&job, certain).await
    }

    /// The next post of the reply. Its key is the same for every try of that post.
    fn outgoing(&self, effect: &Effect, mention: &Mention, sending: &Sending, draft: &Draft) -> Outgoing {
        let out = sending.out.len();
        let key = format!("hb-{}-{}", self.instance, effect.id.0.replace(':', "-"));
        let before = sending.out.last().map(|part| Sent {
            external_id: part.external_id.clone(),
            url: part.url.clone(),
            posted_at: part.posted_at,
        });
        Outgoing {
            key: if out == 0 { key } else { format!("{key}-p{}", out + 1) },
            post: mention.post.clone(),
            text: sending.next_text(draft).to_owned(),
            no: mention.no.0,
            by: self.rules.person_name(&sending.by),
            at: sending.at,
            after: before,
            known: mention.own_before(sending),
        }
    }

    /// An earlier try may have got through. What comes of that; `None` if it may go out (again).
    async fn maybe_there(&self, job: &Job<'_>) -> Result<Option<Tried>, StoreError> {
        if let Some(tried) = self.too_early(job).await? {
            return Ok(Some(tried));
        }
        match job.idempotency() {
            Idempotency::Key => Ok(None),
            Idempotency::None => {
                let why = "hearback was stopped while the reply was on its way. Look at the post, then say whether the \
                           reply is there";
                self.unknown(job, why.to_owned()).await.map(Some)
            }
            Idempotency::Look => match job.network.find_reply(job.reply).await {
                Ok(Some(there)) => self.sent(job, there).await.map(Some),
                Ok(None) if job.effect.looks + 1 < LOOKS => {
                    let looked = Effect { looks: job.effect.looks + 1, ..job.effect.clone() };
                    self.put_off(looked, job.network.settles()).await.map(Some)
                }
                Ok(None) => Ok(None),
                Err(CallError::Never { why }) => self.unknown(job, why).await.map(Some),
                Err(error) if job.effect.attempts >= TRIES => {
                    self.unknown(job, format!("{error}; whether the reply is there cannot be seen")).await.map(Some)
                }
                Err(error) => {
                    warn!(no = %job.no, %error, "whether the reply is there cannot be seen yet");
                    Ok(Some(Tried::Later(self.retry(job.effect, None))))
                }
            },
        }
    }

    /// What was under way when an earlier process ended may still arrive for a while.
    async fn too_early(&self, job: &Job<'_>) -> Result<Option<Tried>, StoreError> {
        let running = Duration::try_from(self.clock.now().duration_since(self.since)).unwrap_or(Duration::MAX);
        match job.network.settles().checked_sub(running).filter(|left| !left.is_zero()) {
            Some(left) => self.put_off(job.effect.clone(), left).await.map(Some),
            None => Ok(None),
        }
    }

    async fn transmit(&self, job: &Job<'_>, certain: bool) -> Result<Tried, StoreError> {
        let Job { effect, no, network, .. } = *job;
        // The look may have taken a while: is it still wanted?
        let Some(now) = self.store.mention(no).await? else { return Ok(Tried::Done) };
        if now.sending.as_ref().is_none_or(|s| s.send != job.sending.send) {
            return Ok(Tried::Done);
        }
        if self.paused().await?.is_some() {
            return self.rest(effect).await;
        }
        if certain && let Err(refusal) = guard::deliver(&self.current(), &now) {
            return self.failed(effect, no, refusal.say).await;
        }
        let mut trying = effect.clone();
        trying.trying = true;
        trying.attempts += 1;
        trying.looks = 0;
        // Found so by another process, it is not looked at before what is under way has arrived.
        trying.due_at = self.later(network.settles());
        let mut commit = Commit::at(self.clock.now());
        commit.effects.push(EffectChange::Put(trying.clone()));
        self.store.commit(commit).await?;
        let tried = Job { effect: &trying, ..*job };
        match network.reply(job.reply, self.clock.now()).await {
            Ok(sent) => self.sent(&tried, sent).await,
            // This try certainly did not get through. Where an earlier one may have, and nobody could look, the whole
            // is still unknown: another reply under another key would be a second one.
            Err(CallError::Never { why }) if job.idempotency() == Idempotency::Look => {
                self.failed(&trying, no, why).await
            }
            Err(CallError::Never { why }) => self.not_sent(effect, no, why).await,
            Err(CallError::Later { why, after }) => {
                // It certainly did not happen this time; whether an earlier try got through is as unknown as before.
                let mut again = trying.clone();
                again.trying = effect.trying;
                self.give_up_or_wait(&Job { effect: &again, ..*job }, &why, after).await
            }
            Err(CallError::Unknown { why }) => {
                warn!(%no, why, "the outcome of a reply is unknown");
                match job.idempotency() {
                    Idempotency::None => self.unknown(&tried, why).await,
                    _ if trying.attempts >= TRIES => self.unknown(&tried, why).await,
                    _ => self.wait(&trying, Some(network.settles())).await,
                }
            }
        }
    }
}
