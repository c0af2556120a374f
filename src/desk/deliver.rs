//! Effects out: at least once, each with a stable key, one lane per destination.

use super::{Desk, lock};
use crate::chat::{Chat, ChatError, Message, PostKey};
use crate::domain::{Card, CardPlace, Commit, Effect, EffectChange, EffectKind, EventKind, Lane, MentionNo, Place};
use crate::report;
use crate::store::StoreError;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::JoinSet;
use tracing::{error, warn};

/// After the store failed, a destination waits so long.
const STORE_TROUBLE: Duration = Duration::from_secs(5);
/// So many effects of one destination are looked at in one go.
const BATCH: usize = 64;
/// The first retry comes after this long, then twice as long, and so on.
const FIRST_RETRY: Duration = Duration::from_secs(2);
/// But never later than this.
const LAST_RETRY: Duration = Duration::from_mins(10);
/// Words for the thread of a card that never came are dropped after so many tries.
const GIVE_UP: u32 = 20;
/// So many cards are remembered as they were last shown.
const SHOWN: usize = 50_000;

/// What becomes of an effect that was tried.
pub(super) enum Tried {
    /// It is done, and what happened was committed with it.
    Recorded,
    /// It is done, with nothing else to record.
    Done,
    /// Not now; again after that long.
    Later(Duration),
}

impl Desk {
    /// Starts on everything that is due, one task for each destination that is not being worked on already. The tasks
    /// go on by themselves; wait for them in the returned set.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn deliver(self: &Arc<Self>, tasks: &mut JoinSet<()>) -> Result<usize, StoreError> {
        let due = self.store.due_effects(self.clock.now(), BATCH).await?;
        let mut lanes: BTreeMap<Lane, Vec<Effect>> = BTreeMap::new();
        for effect in due {
            lanes.entry(effect.lane()).or_default().push(effect);
        }
        let mut started = 0;
        for (lane, effects) in lanes {
            if !lock(&self.busy).insert(lane.clone()) {
                continue;
            }
            started += effects.len();
            let desk = Arc::clone(self);
            tasks.spawn(async move {
                let free = Free { desk: Arc::clone(&desk), lane };
                for effect in effects {
                    if desk.stopping.load(Ordering::Relaxed) {
                        break;
                    }
                    if let Err(error) = desk.attempt_effect(effect).await {
                        error!(%error, "an outcome could not be recorded; this destination waits");
                        // Otherwise the same thing would be done again and again while the store cannot write.
                        tokio::time::sleep(STORE_TROUBLE).await;
                        break;
                    }
                }
                drop(free);
            });
        }
        Ok(started)
    }

    /// Does everything that is due, and what becomes due by doing it, until nothing is left.
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

    async fn attempt_effect(self: &Arc<Self>, effect: Effect) -> Result<(), StoreError> {
        let tried = match &effect.kind {
            EffectKind::PostCard { no, place } => self.post_card(&effect, *no, place).await?,
            EffectKind::UpdateCard { no, place } => self.update_card(&effect, *no, place).await?,
            EffectKind::Thread { no, place, text, ping } => match self.card_at(*no, place).await? {
                Some((chat, card)) => {
                    self.outcome(&effect, chat.thread(&card, no.0, text, ping.as_ref(), self.key(&effect)).await)
                }
                // Its card could not be posted for good: there is no thread to say it in.
                None if effect.attempts >= GIVE_UP => Tried::Done,
                None => Tried::Later(self.retry(&effect, None)),
            },
            EffectKind::SendReply { no, send, .. } => self.send_reply(&effect, *no, *send).await?,
            EffectKind::Notice { place, text } => self.post(&effect, place, Message::say(text.clone())).await,
            EffectKind::Digest { place, date } => {
                let plan = self.digest_plan(place).await?;
                let message = report::digest_message(&self.digest_input(&plan, Some(*date)).await?);
                self.post(&effect, place, message).await
            }
        };
        match tried {
            Tried::Recorded => Ok(()),
            Tried::Done => self.finish(&effect).await,
            Tried::Later(after) => self.postpone(effect, after).await,
        }
    }

    async fn finish(&self, effect: &Effect) -> Result<(), StoreError> {
        let mut commit = Commit::at(self.clock.now());
        commit.effects.push(EffectChange::Done(effect.id.clone()));
        self.store.commit(commit).await
    }

    async fn postpone(&self, effect: Effect, after: Duration) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut commit = Commit::at(now);
        let due_at = now.checked_add(after).unwrap_or(now);
        commit.effects.push(EffectChange::Put(Effect { due_at, attempts: effect.attempts + 1, ..effect }));
        self.store.commit(commit).await
    }

    /// How long to wait before the next try.
    pub(super) fn retry(&self, effect: &Effect, asked: Option<Duration>) -> Duration {
        let doubled = FIRST_RETRY.saturating_mul(1u32 << effect.attempts.min(12)).min(LAST_RETRY);
        self.chance.jitter(doubled).max(asked.unwrap_or_default())
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

    fn no_chat(place: &Place) -> Tried {
        warn!(%place, "this chat is not configured any more: its messages wait");
        Tried::Later(LAST_RETRY)
    }

    /// What marks the message of an effect: tried before, or queued before this process began, it may be there already.
    fn key<'e>(&self, effect: &'e Effect) -> PostKey<'e> {
        let maybe = effect.attempts > 0 || effect.due_at < self.since;
        PostKey { id: &effect.id.0, maybe_since: maybe.then_some(effect.due_at.min(self.since)) }
    }

    async fn post(&self, effect: &Effect, place: &Place, message: Message) -> Tried {
        match self.chats.get(&place.chat) {
            Some(chat) => {
                let result = chat.post(&place.channel, &message, self.key(effect)).await;
                self.outcome(effect, result.map(|_| ()))
            }
            None => Self::no_chat(place),
        }
    }

    async fn card_at(&self, no: MentionNo, place: &Place) -> Result<Option<(Arc<dyn Chat>, CardPlace)>, StoreError> {
        let Some(chat) = self.chats.get(&place.chat) else { return Ok(None) };
        let mention = self.store.mention(no).await?;
        let card = mention.and_then(|m| m.cards.into_iter().find(|c| &c.place == place));
        Ok(card.map(|card| (Arc::clone(chat), card)))
    }

    /// The card as it is to be shown: the mention's own, and whether everything outgoing stands still.
    async fn card(&self, mention: &crate::domain::Mention) -> Result<Card, StoreError> {
        let mut card = Card::of(mention);
        if let Some(brand) = self.rules.brands.get(&mention.brand).filter(|b| !b.title.is_empty()) {
            card.brand.clone_from(&brand.title);
        }
        if let Some(paused) = self.paused().await? {
            card.notice = Some(format!("Sending is paused by {}", self.name_of(&paused.by)));
        }
        Ok(card)
    }

    async fn post_card(&self, effect: &Effect, no: MentionNo, place: &Place) -> Result<Tried, StoreError> {
        let Some(mention) = self.store.mention(no).await? else { return Ok(Tried::Done) };
        if mention.cards.iter().any(|c| &c.place == place) {
            return Ok(Tried::Done);
        }
        let Some(chat) = self.chats.get(&place.chat) else { return Ok(Self::no_chat(place)) };
        let card = self.card(&mention).await?;
        let message = match chat.post_card(&place.channel, &card, self.key(effect)).await {
            Ok(message) => message,
            Err(error) => return Ok(self.outcome(effect, Err(error))),
        };
        let at = CardPlace { place: place.clone(), message };
        self.remember(&at, &card);
        let done = vec![
            EffectChange::Done(effect.id.clone()),
            // The mention may have changed while its card was being posted.
            EffectChange::Put(Effect::new(
                format!("fresh:{}", effect.id),
                self.clock.now(),
                EffectKind::UpdateCard { no, place: place.clone() },
            )),
        ];
        self.happen(no, done, |_| vec![EventKind::CardPosted { card: at.clone() }]).await?;
        Ok(Tried::Recorded)
    }

    async fn update_card(&self, effect: &Effect, no: MentionNo, place: &Place) -> Result<Tried, StoreError> {
        let Some(mention) = self.store.mention(no).await? else { return Ok(Tried::Done) };
        let Some((chat, at)) = self.card_at(no, place).await? else { return Ok(Tried::Done) };
        let card = self.card(&mention).await?;
        if self.shown_already(&at, &card) {
            return Ok(Tried::Done);
        }
        match chat.update_card(&at, &card).await {
            Ok(()) => {
                self.remember(&at, &card);
                Ok(Tried::Done)
            }
            Err(ChatError::Gone) => {
                let done = vec![EffectChange::Done(effect.id.clone())];
                self.happen(no, done, |_| vec![EventKind::CardLost { card: at.clone() }]).await?;
                Ok(Tried::Recorded)
            }
            Err(error) => Ok(self.outcome(effect, Err(error))),
        }
    }

    fn remember(&self, at: &CardPlace, card: &Card) {
        let mut shown = lock(&self.shown);
        if shown.len() >= SHOWN {
            shown.clear();
        }
        shown.insert(format!("{}/{}", at.place, at.message), fingerprint(card));
    }

    fn shown_already(&self, at: &CardPlace, card: &Card) -> bool {
        lock(&self.shown).get(&format!("{}/{}", at.place, at.message)) == Some(&fingerprint(card))
    }
}

fn fingerprint(card: &Card) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{card:?}").hash(&mut hasher);
    hasher.finish()
}

/// Frees a lane when its work ends, however it ends.
struct Free {
    desk: Arc<Desk>,
    lane: Lane,
}

impl Drop for Free {
    fn drop(&mut self) {
        lock(&self.desk.busy).remove(&self.lane);
        self.desk.work.notify_one();
    }
}
