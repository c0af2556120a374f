//! Effects out: at least once, each with a stable key, one lane per destination. A lane does next what matters most, as
//! fast as its chat allows, and rests when nothing may go.

mod assist;
mod call;
mod cards;
mod lane;
mod overflow;
mod trouble;

pub(super) use lane::LaneMind;
pub(super) use overflow::recall;
pub(super) use trouble::recall as recall_troubles;

use super::{Desk, lock};
use crate::chat::{ChatError, Message, PostKey};
use crate::domain::{Commit, Effect, EffectChange, EffectId, EffectKind, Lane, May, Place};
use crate::report;
use crate::store::StoreError;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::JoinSet;
use tracing::{error, warn};

/// After the store failed, a destination waits so long.
const STORE_TROUBLE: Duration = Duration::from_secs(5);
/// The first retry comes after this long, then twice as long, and so on.
const FIRST_RETRY: Duration = Duration::from_secs(2);
/// But never later than this.
const LAST_RETRY: Duration = Duration::from_mins(10);

/// What becomes of an effect that was tried.
pub(super) enum Tried {
    /// It is done, and what happened was committed with it.
    Recorded,
    /// It is done, with nothing else to record.
    Done,
    /// It is done, and so are others.
    Together(Vec<EffectChange>),
    /// Not now; again after that long.
    Later(Duration),
}

/// What came of a look at all destinations.
pub(super) struct Begun {
    /// So many were started on.
    pub started: usize,
    /// When one of the others may go on, if nothing happens before.
    pub next: Option<Timestamp>,
}

impl Desk {
    /// Starts on everything that may go now, one task for each destination that is not being worked on already. The
    /// tasks go on by themselves, until nothing may go any more; wait for them in the returned set. Returns how many
    /// were started.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn deliver(self: &Arc<Self>, tasks: &mut JoinSet<()>) -> Result<usize, StoreError> {
        Ok(self.begin(tasks).await?.started)
    }

    /// Does everything that may go now, and what follows from doing it, until nothing is left that may.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn settle(self: &Arc<Self>) -> Result<(), StoreError> {
        loop {
            let mut tasks = JoinSet::new();
            if self.deliver(&mut tasks).await? == 0 {
                return Ok(());
            }
            while tasks.join_next().await.is_some() {}
        }
    }

    /// When something may go that may not go now, if nothing happens before; what is being worked on is left out.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.survey().await?.1)
    }

    /// The destinations that may go on, and when one of the others may.
    async fn survey(&self) -> Result<(Vec<Lane>, Option<Timestamp>), StoreError> {
        let now = self.clock.now();
        let mut lanes: BTreeMap<Lane, (May, Option<Timestamp>)> =
            self.rushes().into_iter().map(|lane| (lane, (May::NOTHING, None))).collect();
        lanes.extend(self.store.lanes(now).await?.into_iter().map(|s| (s.lane, (s.due, s.next))));
        let (mut ready, mut first) = (Vec::new(), None);
        for (lane, (due, later)) in lanes {
            match self.look(&lane, due, now) {
                (May::NOTHING, next) => first = [first, next, later].into_iter().flatten().min(),
                _ => ready.push(lane),
            }
        }
        Ok((ready, first))
    }

    pub(super) async fn begin(self: &Arc<Self>, tasks: &mut JoinSet<()>) -> Result<Begun, StoreError> {
        let (ready, next) = self.survey().await?;
        let mut begun = Begun { started: 0, next };
        for lane in ready {
            // Whoever is at work there looks for more before going.
            let Some(free) = Free::take(self, &lane) else { continue };
            begun.started += 1;
            let desk = Arc::clone(self);
            tasks.spawn(async move {
                desk.work_off(&lane).await;
                drop(free);
            });
        }
        Ok(begun)
    }

    /// Does what matters most for a destination, one thing after the other, while something may go.
    async fn work_off(&self, lane: &Lane) {
        while !self.stopping.load(Ordering::Relaxed) {
            let stepped = call::caught(Box::pin(self.step(lane))).await;
            match stepped.unwrap_or_else(|panic| Err(StoreError::Broken(format!("it broke off: {panic}")))) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    error!(%error, "an outcome could not be recorded; this destination waits");
                    // Otherwise the same thing would be done again and again while the store cannot write.
                    self.rest_lane(lane, STORE_TROUBLE);
                    return;
                }
            }
        }
    }

    /// One thing; false if nothing may go now.
    async fn step(&self, lane: &Lane) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let may = self.may(lane, now);
        if may == May::NOTHING {
            return Ok(false);
        }
        let next = self.store.next_in(lane, now, may).await?;
        if let Lane::Chat(place) = lane
            && self.tell_of_rush(place, &next, may, now).await?
        {
            return Ok(true);
        }
        let Some(effect) = next.effect else { return Ok(false) };
        let left = next.cards.saturating_sub(usize::from(matches!(effect.kind, EffectKind::PostCard { .. })));
        let id = effect.id.clone();
        self.try_one(effect).await?;
        self.settled(lane, &id);
        self.end_of_queue(lane, left);
        Ok(true)
    }

    async fn try_one(&self, effect: Effect) -> Result<(), StoreError> {
        let tried = match call::caught(Box::pin(self.attempt_effect(&effect))).await {
            Ok(tried) => tried?,
            Err(why) => {
                error!(effect = %effect.id, why, "something broke off in the middle: a bug in hearback. It is tried again later");
                self.rest_lane(&effect.lane(), FIRST_RETRY);
                // Not as it was read: what was recorded of the try must stay.
                let Some(effect) = self.store.effect(&effect.id).await? else { return Ok(()) };
                // A try whose outcome is unknown settles first.
                let left = effect.due_at.duration_since(self.clock.now());
                let settles = Duration::try_from(left).ok().filter(|_| effect.trying);
                let after = self.retry(&effect, settles);
                return self.postpone(effect, after).await;
            }
        };
        match tried {
            Tried::Recorded => Ok(()),
            Tried::Done => self.record(vec![EffectChange::Done(effect.id)]).await,
            Tried::Together(changes) => self.record(changes).await,
            Tried::Later(after) => self.postpone(effect, after).await,
        }
    }

    async fn attempt_effect(&self, effect: &Effect) -> Result<Tried, StoreError> {
        Ok(match &effect.kind {
            EffectKind::PostCard { no, place } => self.post_card(effect, *no, place).await?,
            EffectKind::UpdateCard { no, place } => self.update_card(effect, *no, place).await?,
            EffectKind::Thread { no, place, text, ping } => {
                self.say_in_thread(effect, *no, place, text, ping.as_ref()).await?
            }
            EffectKind::SendReply { no, send, .. } => self.send_reply(effect, *no, *send).await?,
            EffectKind::Act { no, n, .. } => self.do_deed(effect, *no, *n).await?,
            EffectKind::Context { no, source } => self.read_context(effect, *no, source).await?,
            EffectKind::Assist { no, want, asked } => self.ask_assistant(effect, *no, *want, asked.as_ref()).await?,
            EffectKind::SourceCard { source, place, since } => self.show_trouble(effect, source, place, *since).await?,
            EffectKind::Notice { place, text } => self.post(effect, place, Message::say(text.clone())).await,
            EffectKind::Digest { place, date } => {
                let plan = self.digest_plan(place).await?;
                let message = report::digest_message(&self.digest_input(&plan, Some(*date)).await?);
                self.post(effect, place, message).await
            }
        })
    }

    pub(super) async fn record(&self, effects: Vec<EffectChange>) -> Result<(), StoreError> {
        let mut commit = Commit::at(self.clock.now());
        commit.effects = effects;
        self.store.commit(commit).await
    }

    async fn postpone(&self, effect: Effect, after: Duration) -> Result<(), StoreError> {
        self.record(vec![EffectChange::Put(effect.again(self.clock.now(), after))]).await
    }

    /// How long to wait before the next try.
    pub(super) fn retry(&self, effect: &Effect, asked: Option<Duration>) -> Duration {
        self.chance.jitter(doubled(effect.attempts).min(LAST_RETRY)).max(asked.unwrap_or_default())
    }

    fn outcome(&self, effect: &Effect, result: Result<(), ChatError>) -> Tried {
        match result {
            Ok(()) => Tried::Done,
            Err(ChatError::Later { why, after }) => {
                warn!(effect = %effect.id, why, "the chat cannot take it now");
                Tried::Later(self.retry(effect, after))
            }
            Err(ChatError::Gone) => Tried::Later(self.retry(effect, None)),
            Err(ChatError::Never(why)) => {
                error!(effect = %effect.id, why, "the chat will not take it");
                Tried::Done
            }
        }
    }

    /// What a thing of that name is marked by: also by this store, since another one may count its mentions from 1 in the same
    /// channel.
    fn marked(&self, id: &str) -> String {
        format!("{id}/{}", self.instance)
    }

    /// What marks the message of an effect that is being tried now. Tried before, or by an earlier process, it may be
    /// there already; also if the store could not record the try.
    fn key<'k>(&self, effect: &Effect, id: &'k str) -> PostKey<'k> {
        let now = self.clock.now();
        let before = {
            let mut minds = lock(&self.lanes);
            let tried = &mut minds.entry(effect.lane()).or_default().tried;
            let before = tried.get(&effect.id).copied();
            tried.entry(effect.id.clone()).or_insert_with(|| effect.queued_at.map_or(now, |queued| queued.min(now)));
            before
        };
        PostKey { id, maybe_since: effect.maybe_since(self.inherited).or(before) }
    }

    /// The outcome of a try is recorded.
    fn settled(&self, lane: &Lane, id: &EffectId) {
        if let Some(mind) = lock(&self.lanes).get_mut(lane) {
            mind.tried.remove(id);
        }
    }

    async fn post(&self, effect: &Effect, place: &Place, message: Message) -> Tried {
        let Some(chat) = self.chats.get(&place.chat) else { return Tried::Later(LAST_RETRY) };
        let marked = self.marked(&effect.id.0);
        let message = self.rules.privacy.message(place, message);
        let posting = chat.post(&place.channel, &message, self.key(effect, &marked));
        let result = self.ask(place, crate::chat::Sending::Post, posting).await;
        self.outcome(effect, result.map(|_| ()))
    }
}

/// Twice as long with every try.
fn doubled(tries: u32) -> Duration {
    FIRST_RETRY.saturating_mul(1u32 << tries.min(12))
}

/// Frees a lane when its work ends, however it ends.
struct Free {
    desk: Arc<Desk>,
    lane: Lane,
}

impl Free {
    /// Takes a lane; `None` if it is taken.
    fn take(desk: &Arc<Desk>, lane: &Lane) -> Option<Free> {
        let mut minds = lock(&desk.lanes);
        let mind = minds.entry(lane.clone()).or_default();
        if std::mem::replace(&mut mind.busy, true) {
            return None;
        }
        Some(Free { desk: Arc::clone(desk), lane: lane.clone() })
    }
}

impl Drop for Free {
    fn drop(&mut self) {
        if let Some(mind) = lock(&self.desk.lanes).get_mut(&self.lane) {
            mind.busy = false;
        }
        self.desk.work.notify_one();
    }
}
