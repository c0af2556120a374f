//! Cards and what is said in their threads. Whoever posts or edits a card shows the mention as it is by then, so one
//! edit does for all that wait.

use super::super::{Desk, lock};
use super::{LAST_RETRY, Tried};
use crate::chat::{ChatError, Sending};
use crate::domain::{
    Actor, Button, Card, CardPlace, Commit, Effect, EffectChange, EffectKind, Event, EventKind, Lane, Mention,
    MentionNo, PersonId, Place, State, Text,
};
use crate::store::StoreError;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Words for the thread of a card that never came are dropped after so many tries.
const GIVE_UP: u32 = 20;
/// So many cards are remembered as they were last shown.
const SHOWN: usize = 50_000;

impl Desk {
    /// The card as a channel is to show it: the mention's own without the personal data that is masked there, and whether
    /// everything outgoing stands still.
    async fn card(&self, mention: &Mention, place: &Place) -> Result<Card, StoreError> {
        let masked = self.rules.privacy.shown(place, mention);
        let hidden = masked
            .is_some()
            .then(|| format!("personal data is masked here; `show {}` shows it to you alone", mention.no.0));
        let mention = masked.as_ref().unwrap_or(mention);
        // What can be done now, which may not be what could be done when it was seen.
        let can = self.networks.get(&mention.post.source).map(|n| n.capabilities().for_post(&mention.post));
        let mut card = match can.filter(|can| *can != mention.can) {
            Some(can) => Card::of(&Mention { can, ..mention.clone() }),
            None => Card::of(mention),
        };
        if let Some(brand) = self.rules.brands.get(&mention.brand).filter(|b| !b.title.is_empty()) {
            card.brand.clone_from(&brand.title);
        }
        self.offer_suggestion(mention, &mut card);
        let paused = self.paused().await?.map(|paused| format!("Sending is paused by {}", self.name_of(&paused.by)));
        card.notice = match (paused, hidden) {
            (Some(paused), Some(hidden)) => Some(format!("{paused}; {hidden}")),
            (paused, hidden) => paused.or_else(|| hidden.map(|hidden| hidden.replacen('p', "P", 1))),
        };
        Ok(card)
    }

    /// Whoever works on it may ask for a text, where there is somebody to ask.
    fn offer_suggestion(&self, mention: &Mention, card: &mut Card) {
        let able = self.assistant.is_some() && self.rules.assist.as_ref().is_some_and(|rules| rules.drafts);
        let wanted = mention.state == State::Claimed && mention.assist.draft.is_none() && mention.post.may_leave();
        if !able || !wanted {
            return;
        }
        card.more.insert(0, Button::new("Suggest a text", format!("suggest {}", mention.no.0)));
        card.more.truncate(Card::MORE);
    }

    /// An effect and all edits of the same card that wait: done together by one that shows the mention as it is read
    /// after this.
    async fn with_edits(&self, effect: &Effect, no: MentionNo) -> Result<Vec<EffectChange>, StoreError> {
        let queued = self.store.queued(no, &effect.lane()).await?;
        let edits = queued.into_iter().filter(|e| e.edits() && e.id != effect.id).map(|e| e.id);
        Ok(std::iter::once(effect.id.clone()).chain(edits).map(EffectChange::Done).collect())
    }

    pub(super) async fn post_card(&self, effect: &Effect, no: MentionNo, place: &Place) -> Result<Tried, StoreError> {
        let done = self.with_edits(effect, no).await?;
        let Some(mention) = self.store.mention(no).await? else { return Ok(Tried::Done) };
        if mention.cards.iter().any(|c| &c.place == place) {
            return Ok(Tried::Done);
        }
        let Some(chat) = self.chats.get(&place.chat) else { return Ok(Tried::Later(LAST_RETRY)) };
        let card = self.card(&mention, place).await?;
        let marked = self.marked(&effect.id.0);
        let posting = chat.post_card(&place.channel, &card, self.key(effect, &marked));
        let message = match self.ask(place, Sending::Post, posting).await {
            Ok(message) => message,
            Err(error) => return Ok(self.outcome(effect, Err(error))),
        };
        let at = CardPlace { place: place.clone(), message };
        self.remember(&at, &card);
        self.posted(effect, &mention, &at, done).await?;
        // Paused or resumed while the card was being posted.
        if let Some(mention) = self.store.mention(no).await?
            && self.card(&mention, place).await?.notice != card.notice
        {
            self.record(vec![self.fresh(effect, no, place)]).await?;
        }
        Ok(Tried::Recorded)
    }

    /// Records where a card stands now, and that it must be brought up to date if its mention changed meanwhile.
    async fn posted(
        &self,
        effect: &Effect,
        shown: &Mention,
        at: &CardPlace,
        done: Vec<EffectChange>,
    ) -> Result<(), StoreError> {
        let (place, no) = (&at.place, shown.no);
        loop {
            let Some(mention) = self.store.mention(no).await? else { return self.record(done).await };
            let now = self.clock.now();
            let mut commit = Commit::at(now);
            commit.effects.clone_from(&done);
            if Card::of(&mention) != Card::of(shown) {
                commit.effects.push(self.fresh(effect, no, place));
            }
            commit.settings.extend(self.rush_with_one_more(place));
            let what = EventKind::CardPosted { card: at.clone() };
            commit.happen(&mention, vec![Event { at: now, by: Actor::Desk, via: None, what }]);
            match self.store.commit(commit).await {
                Ok(()) => {
                    self.one_more_shown(place);
                    self.work.notify_one();
                    return Ok(());
                }
                Err(StoreError::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn fresh(&self, effect: &Effect, no: MentionNo, place: &Place) -> EffectChange {
        let kind = EffectKind::UpdateCard { no, place: place.clone() };
        EffectChange::Put(Effect::new(format!("fresh:{}", effect.id), self.clock.now(), kind))
    }

    pub(super) async fn update_card(&self, effect: &Effect, no: MentionNo, place: &Place) -> Result<Tried, StoreError> {
        let done = self.with_edits(effect, no).await?;
        let Some(mention) = self.store.mention(no).await? else { return Ok(Tried::Done) };
        let Some(at) = mention.cards.iter().find(|c| &c.place == place) else { return Ok(Tried::Together(done)) };
        let Some(chat) = self.chats.get(&place.chat) else { return Ok(Tried::Later(LAST_RETRY)) };
        let card = self.card(&mention, place).await?;
        if self.shown_already(at, &card) {
            return Ok(Tried::Together(done));
        }
        if !effect.asked {
            self.told(&place.chat);
        }
        match self.ask(place, Sending::Edit, chat.update_card(at, &card)).await {
            Ok(()) => {
                self.remember(at, &card);
                Ok(Tried::Together(done))
            }
            Err(ChatError::Gone) => self.lost(no, at, done).await,
            Err(error) => Ok(self.outcome(effect, Err(error))),
        }
    }

    pub(super) async fn say_in_thread(
        &self,
        effect: &Effect,
        no: MentionNo,
        place: &Place,
        text: &Text,
        ping: Option<&PersonId>,
    ) -> Result<Tried, StoreError> {
        let Some(chat) = self.chats.get(&place.chat) else { return Ok(Tried::Later(LAST_RETRY)) };
        let mention = self.store.mention(no).await?;
        // Whoever is in several chats is pinged in one, the same for every try.
        let ping = match (&mention, ping) {
            (Some(mention), Some(who)) if self.pinged_in(mention, who).await? == Some(place) => Some(who),
            _ => None,
        };
        let Some(at) = mention.as_ref().and_then(|m| m.cards.iter().find(|c| &c.place == place)) else {
            // Its card could not be posted for good: there is no thread to say it in.
            let given_up = effect.attempts >= GIVE_UP;
            return Ok(if given_up { Tried::Done } else { Tried::Later(self.retry(effect, None)) });
        };
        let marked = self.marked(&effect.id.0);
        let text = &self.rules.privacy.words(place, text);
        let saying = chat.thread(at, no.0, text, ping, self.key(effect, &marked));
        match self.ask(place, Sending::Post, saying).await {
            // The new card goes first, whatever was queued before it; then the line is said there. A card that is
            // deleted again and again comes back more and more slowly.
            Err(ChatError::Gone) => {
                let again = effect.clone().again(self.clock.now(), self.retry(effect, None));
                self.lost(no, at, vec![EffectChange::Put(again)]).await
            }
            result => Ok(self.outcome(effect, result)),
        }
    }

    /// Where somebody is pinged about a mention: in the first of its channels whose chat knows them, and where its card
    /// stands or is still to come.
    async fn pinged_in<'m>(&self, mention: &'m Mention, who: &PersonId) -> Result<Option<&'m Place>, StoreError> {
        for place in &mention.places {
            if !self.chats.get(&place.chat).is_some_and(|chat| chat.reaches(who)) {
                continue;
            }
            if mention.cards.iter().any(|card| &card.place == place) {
                return Ok(Some(place));
            }
            let queued = self.store.queued(mention.no, &Lane::Chat(place.clone())).await?;
            if queued.iter().any(|effect| matches!(effect.kind, EffectKind::PostCard { .. })) {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// Somebody deleted a card: it is posted anew.
    async fn lost(&self, no: MentionNo, at: &CardPlace, also: Vec<EffectChange>) -> Result<Tried, StoreError> {
        self.happen(no, also, |mention| {
            let there = mention.cards.contains(at);
            if there { vec![EventKind::CardLost { card: at.clone() }] } else { Vec::new() }
        })
        .await?;
        Ok(Tried::Recorded)
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

    /// A card was posted and recorded.
    fn one_more_shown(&self, place: &Place) {
        if let Some(mind) = lock(&self.lanes).get_mut(&Lane::Chat(place.clone())) {
            mind.shown += 1;
            if let Some(rush) = &mut mind.rush {
                rush.shown += 1;
            }
        }
    }
}

fn fingerprint(card: &Card) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{card:?}").hash(&mut hasher);
    hasher.finish()
}
