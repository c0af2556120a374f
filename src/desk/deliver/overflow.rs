//! A rush: more mentions wait than a channel can be shown at once. One message there says how many and of what kind, is
//! brought up to date as they come, and says at the end that all are shown.

use super::super::{Desk, lock};
use super::lane::LaneMind;
use crate::chat::{Chat, ChatError, Message, PostKey, Sending};
use crate::domain::{
    Button, CardPlace, ChatName, Commit, EffectKind, Kind, Lane, May, MessageId, NextEffect, Place, Text, Unshown,
};
use crate::store::{Store, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tracing::{error, info, warn};

/// With more new cards than this a message says how many.
const OVERFLOW: usize = 20;
/// It is brought up to date at most this often.
const REFRESH: Duration = Duration::from_secs(10);
/// The settings that hold the rush of each channel.
const SETTING: &str = "overflow:";

/// The rush of a channel, and the message about it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Rush {
    /// The key of the message.
    id: String,
    /// When it was decided that there is one.
    began: Timestamp,
    /// The message, once it is known to stand there.
    #[serde(default)]
    message: Option<MessageId>,
    /// So many of its mentions are shown.
    #[serde(default)]
    pub(super) shown: u64,
    /// What the message says, and since when.
    #[serde(skip)]
    said: Option<(Timestamp, Message)>,
    /// It may stand there: always so after a restart.
    #[serde(skip, default = "yes")]
    tried: bool,
}

fn yes() -> bool {
    true
}

impl Rush {
    /// What it needs next, and when; at once if the clock was set back.
    pub(super) fn wants(&self, now: Timestamp) -> (Sending, Timestamp) {
        let what = if self.message.is_some() { Sending::Edit } else { Sending::Post };
        let at = match &self.said {
            Some((said, _)) if *said <= now => said.checked_add(REFRESH).unwrap_or(now),
            _ => now,
        };
        (what, at)
    }
}

/// The rushes that an earlier process left behind, of chats that are still there.
pub(in crate::desk) async fn recall(
    store: &dyn Store,
    chats: &BTreeMap<ChatName, Arc<dyn Chat>>,
) -> Result<HashMap<Lane, LaneMind>, StoreError> {
    let rows = store.settings(SETTING).await?;
    let read = |(key, json): &(String, String)| {
        let (chat, channel) = key.strip_prefix(SETTING)?.split_once(':')?;
        let place = Place::new(chat, channel);
        let rush = serde_json::from_str(json).ok()?;
        chats.contains_key(&place.chat).then(|| (Lane::Chat(place), LaneMind::in_rush(rush)))
    };
    Ok(rows.iter().filter_map(read).collect())
}

impl Desk {
    /// The channels that have one.
    pub(super) fn rushes(&self) -> Vec<Lane> {
        let minds = lock(&self.lanes);
        minds.iter().filter(|(_, mind)| mind.rush.is_some()).map(|(lane, _)| lane.clone()).collect()
    }

    /// When nothing waits any more, what was counted so far belongs to no rush.
    pub(super) fn end_of_queue(&self, lane: &Lane, cards: usize) {
        if let Some(mind) = lock(&self.lanes).get_mut(lane)
            && cards == 0
            && mind.rush.is_none()
        {
            mind.shown = 0;
            mind.no_overflow = false;
        }
    }

    /// The setting of a channel's rush when one more of its mentions is shown.
    pub(super) fn rush_with_one_more(&self, place: &Place) -> Option<(String, Option<String>)> {
        let minds = lock(&self.lanes);
        let rush = minds.get(&Lane::Chat(place.clone()))?.rush.as_ref()?;
        setting(place, Some(&Rush { shown: rush.shown + 1, ..rush.clone() }))
    }

    fn rush(&self, place: &Place) -> Option<Rush> {
        lock(&self.lanes).get(&Lane::Chat(place.clone()))?.rush.clone()
    }

    /// Keeps what is known of a rush, or that it is over.
    async fn keep_rush(&self, place: &Place, rush: Option<Rush>) -> Result<(), StoreError> {
        let mut commit = Commit::at(self.clock.now());
        commit.settings.extend(setting(place, rush.as_ref()));
        self.store.commit(commit).await?;
        self.set_rush(place, rush);
        Ok(())
    }

    fn set_rush(&self, place: &Place, rush: Option<Rush>) {
        lock(&self.lanes).entry(Lane::Chat(place.clone())).or_default().rush = rush;
    }

    fn new_rush(&self, place: &Place, shown: u64) -> Rush {
        let id = format!("{SETTING}{place}:{:016x}", self.chance.number());
        Rush { id, began: self.clock.now(), message: None, shown, said: None, tried: false }
    }

    /// Decides whether there is one.
    async fn begin_rush(&self, place: &Place, cards: usize) -> Result<Option<Rush>, StoreError> {
        let shown = match lock(&self.lanes).get(&Lane::Chat(place.clone())) {
            Some(mind) if mind.paced.posts && !mind.no_overflow && cards > OVERFLOW => mind.shown,
            _ => return Ok(None),
        };
        let rush = self.new_rush(place, shown);
        info!(%place, waiting = cards, "a rush: what is most urgent comes first");
        self.keep_rush(place, Some(rush.clone())).await?;
        Ok(Some(rush))
    }

    /// Says that there is a rush, how it goes, and that it is over. True if that was the thing to do now.
    pub(super) async fn tell_of_rush(
        &self,
        place: &Place,
        next: &NextEffect,
        may: May,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let known = self.rush(place);
        let rush = if known.is_some() { known } else { self.begin_rush(place, next.cards).await? };
        let Some(rush) = rush else { return Ok(false) };
        let card_or_nothing = next.effect.as_ref().is_none_or(|e| matches!(e.kind, EffectKind::PostCard { .. }));
        let asked = next.effect.as_ref().is_some_and(|e| e.asked);
        match rush.message.clone() {
            None if may.post && card_or_nothing => self.post_rush(place, rush, next.cards, now).await?,
            Some(message) if may.edit && !asked && rush.wants(now).1 <= now => {
                self.edit_rush(place, rush, message, next.cards, now).await?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    async fn post_rush(&self, place: &Place, rush: Rush, cards: usize, now: Timestamp) -> Result<(), StoreError> {
        let Some(chat) = self.chats.get(&place.chat) else { return Ok(()) };
        if cards <= OVERFLOW && !rush.tried {
            return self.keep_rush(place, None).await;
        }
        let unshown = self.store.unshown(place, now).await?;
        if unshown.total == 0 && rush.shown == 0 {
            return self.keep_rush(place, None).await;
        }
        // After a restart it may stand there and be out of date, though no card waits any more.
        let over = unshown.total == 0;
        let message = if over { all_shown(rush.shown) } else { how_it_goes(&unshown) };
        self.set_rush(place, Some(Rush { tried: true, ..rush.clone() }));
        let marked = self.marked(&rush.id);
        let key = PostKey { id: &marked, maybe_since: rush.tried.then_some(rush.began) };
        match self.ask(place, Sending::Post, chat.post(&place.channel, &message, key)).await {
            Ok(_) if over => self.keep_rush(place, None).await,
            Ok(id) => {
                let rush = Rush { message: Some(id), said: Some((now, message)), tried: true, ..rush };
                self.keep_rush(place, Some(rush)).await
            }
            Err(ChatError::Later { why, after }) => {
                if after.is_some() {
                    // A chat that says when it will take it has not taken it.
                    self.set_rush(place, Some(rush));
                }
                warn!(%place, why, "the chat cannot be told of the rush now");
                Ok(())
            }
            Err(error) => self.no_overflow(place, &error).await,
        }
    }

    async fn edit_rush(
        &self,
        place: &Place,
        rush: Rush,
        message: MessageId,
        cards: usize,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(chat) = self.chats.get(&place.chat) else { return Ok(()) };
        let over = cards == 0;
        let says = if over { all_shown(rush.shown) } else { how_it_goes(&self.store.unshown(place, now).await?) };
        let same = rush.said.as_ref().is_some_and(|(_, said)| *said == says);
        let at = CardPlace { place: place.clone(), message };
        let result = if same { Ok(()) } else { self.ask(place, Sending::Edit, chat.edit(&at, &says)).await };
        match result {
            Ok(()) if over => self.keep_rush(place, None).await,
            Ok(()) => {
                self.set_rush(place, Some(Rush { said: Some((now, says)), ..rush }));
                Ok(())
            }
            Err(ChatError::Later { why, .. }) => {
                warn!(%place, why, "the message about the rush cannot be changed now");
                Ok(())
            }
            // Somebody deleted it.
            Err(ChatError::Gone) if cards > OVERFLOW => {
                let anew = self.new_rush(place, rush.shown);
                self.keep_rush(place, Some(anew)).await
            }
            Err(ChatError::Gone) => self.keep_rush(place, None).await,
            Err(error) => self.no_overflow(place, &error).await,
        }
    }

    /// The channel does not take such a message; the cards come without it.
    async fn no_overflow(&self, place: &Place, error: &ChatError) -> Result<(), StoreError> {
        error!(%place, %error, "the chat will not be told of the rush");
        lock(&self.lanes).entry(Lane::Chat(place.clone())).or_default().no_overflow = true;
        self.keep_rush(place, None).await
    }
}

fn setting(place: &Place, rush: Option<&Rush>) -> Option<(String, Option<String>)> {
    let json = match rush {
        Some(rush) => Some(serde_json::to_string(rush).ok()?),
        None => None,
    };
    Some((format!("{SETTING}{place}"), json))
}

fn how_it_goes(unshown: &Unshown) -> Message {
    let words = [
        (Kind::Question, "question", "questions"),
        (Kind::Complaint, "complaint", "complaints"),
        (Kind::Praise, "praise", "praise"),
        (Kind::Other, "other", "other"),
    ];
    let mut parts: Vec<String> = words
        .into_iter()
        .map(|(kind, one, many)| (unshown.of(kind), one, many))
        .filter(|(n, _, _)| *n > 0)
        .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
        .collect();
    let closed = unshown.total.saturating_sub(unshown.kinds.iter().sum());
    if closed > 0 {
        parts.push(format!("{closed} closed already"));
    }
    let wait = if unshown.total == 1 { "mention waits" } else { "mentions wait" };
    let text = Text::new()
        .bold(format!("A rush: {} {wait} to be shown here", unshown.total))
        .say(format!(": {}. {} overdue, {} direct.", parts.join(", "), unshown.overdue, unshown.direct))
        .line()
        .say("The most urgent come first, and every one gets its card. The queue shows them all now.");
    Message::default().and(text, vec![Button::new("Show the queue", "queue")])
}

fn all_shown(shown: u64) -> Message {
    Message::say(Text::new().bold(format!("All {shown} mentions of the rush are shown.")))
}
