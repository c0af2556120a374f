//! A source that fails is shown as a card of its own in its channel: one message, edited as it goes on and when the source
//! is back. Like everything else that is said, it is in the outbox first; what it says is made when it is said.

use super::super::{Desk, lock};
use super::Tried;
use crate::chat::{ChatError, Message, Sending};
use crate::domain::{Commit, Effect, EffectChange, EffectKind, MessageId, Place, SourceName, Text};
use crate::report;
use crate::store::{Store, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The settings that hold the trouble of each source.
const SETTING: &str = "trouble:";
/// The card is brought up to date about this often while the trouble lasts, in seconds.
const REFRESH_S: i64 = 3600;

/// The trouble of a source that was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::desk) struct Trouble {
    /// Since when it fails.
    pub(in crate::desk) since: Timestamp,
    /// When it last answered.
    #[serde(default)]
    pub(in crate::desk) last_good: Option<Timestamp>,
    /// What is wrong, the last time that it was asked.
    pub(in crate::desk) why: String,
    /// When the card was last queued.
    pub(in crate::desk) told: Timestamp,
    /// Since when it is back.
    #[serde(default)]
    pub(in crate::desk) back: Option<Timestamp>,
    /// Where the card stands.
    #[serde(default)]
    cards: BTreeMap<String, MessageId>,
}

/// The troubles that an earlier process told of.
pub(in crate::desk) async fn recall(store: &dyn Store) -> Result<BTreeMap<SourceName, Trouble>, StoreError> {
    let rows = store.settings(SETTING).await?;
    let read = |(key, json): &(String, String)| {
        let trouble: Trouble = serde_json::from_str(json).ok()?;
        Some((SourceName::new(key.strip_prefix(SETTING)?), trouble))
    };
    Ok(rows.iter().filter_map(read).collect())
}

impl Desk {
    /// Brings what was told up to date, once in a while: it fails still.
    pub(in crate::desk) async fn tell_trouble(
        &self,
        source: &SourceName,
        why: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(mut trouble) = self.trouble(source).await? else { return Ok(()) };
        if trouble.told > now || now.as_second() - trouble.told.as_second() >= REFRESH_S {
            trouble.told = now;
            why.clone_into(&mut trouble.why);
            self.queue_trouble(source, &trouble, now).await?;
        }
        Ok(())
    }

    /// A source has begun to fail for long enough to be told.
    pub(in crate::desk) async fn begin_trouble(
        &self,
        source: &SourceName,
        since: Timestamp,
        last_good: Option<Timestamp>,
        why: &str,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let trouble = Trouble { since, last_good, why: why.to_owned(), told: now, back: None, cards: BTreeMap::new() };
        self.queue_trouble(source, &trouble, now).await
    }

    /// A source that was told to fail is back.
    pub(in crate::desk) async fn end_trouble(&self, source: &SourceName) -> Result<(), StoreError> {
        let now = self.clock.now();
        let Some(mut trouble) = self.trouble(source).await? else { return Ok(()) };
        trouble.back = Some(now);
        self.queue_trouble(source, &trouble, now).await
    }

    async fn trouble(&self, source: &SourceName) -> Result<Option<Trouble>, StoreError> {
        let kept = self.store.setting(&format!("{SETTING}{source}")).await?;
        Ok(kept.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// Keeps the trouble and queues its card, in one commit.
    async fn queue_trouble(&self, source: &SourceName, trouble: &Trouble, now: Timestamp) -> Result<(), StoreError> {
        let mut commit = Commit::at(now);
        commit.settings.push(setting(source, trouble));
        for place in self.places_of(source) {
            let kind = EffectKind::SourceCard { source: source.clone(), place: place.clone(), since: trouble.since };
            let effect = Effect::new(format!("trouble:{source}:{}:{place}", trouble.since.as_second()), now, kind);
            commit.effects.push(EffectChange::Put(effect));
        }
        self.store.commit(commit).await?;
        self.work.notify_one();
        Ok(())
    }

    /// Where the mentions of a source go, or else where this desk speaks of itself.
    fn places_of(&self, source: &SourceName) -> Vec<Place> {
        let network = self.networks.get(source).map(|n| n.network().to_owned()).unwrap_or_default();
        let own = self.triage.places_of(&network);
        if own.is_empty() { self.notices.clone() } else { own }
    }

    /// Posts the card of a source in trouble, or brings it up to date.
    pub(in crate::desk) async fn show_trouble(
        &self,
        effect: &Effect,
        source: &SourceName,
        place: &Place,
        since: Timestamp,
    ) -> Result<Tried, StoreError> {
        let Some(trouble) = self.trouble(source).await?.filter(|t| t.since == since) else { return Ok(Tried::Done) };
        let Some(chat) = self.chats.get(&place.chat) else { return Ok(Tried::Done) };
        let message = Message::say(self.trouble_text(source, &trouble));
        let stands = trouble.cards.get(&place.to_string()).cloned();
        let marked = self.marked(&effect.id.0);
        let said = match stands {
            Some(id) => {
                let at = crate::domain::CardPlace { place: place.clone(), message: id.clone() };
                match self.ask(place, Sending::Edit, chat.edit(&at, &message)).await {
                    // Somebody deleted it: whoever did has read it.
                    Err(ChatError::Gone) => Ok(id),
                    edited => edited.map(|()| id),
                }
            }
            None => {
                self.ask(place, Sending::Post, chat.post(&place.channel, &message, self.key(effect, &marked))).await
            }
        };
        let id = match said {
            Ok(id) => id,
            Err(error) => return Ok(self.outcome(effect, Err(error))),
        };
        // What happened meanwhile is kept: only where the card stands is added.
        let now = self.clock.now();
        let mut commit = Commit::at(now);
        if let Some(mut current) = self.trouble(source).await?.filter(|t| t.since == since) {
            current.cards.insert(place.to_string(), id);
            commit.settings.push(setting(source, &current));
        }
        commit.effects.push(EffectChange::Done(effect.id.clone()));
        self.store.commit(commit).await?;
        Ok(Tried::Recorded)
    }

    /// What the card says.
    fn trouble_text(&self, source: &SourceName, trouble: &Trouble) -> Text {
        let now = self.clock.now();
        if let Some(back) = trouble.back {
            let long = duration(trouble.since, back);
            let text = Text::new().bold(format!("{source} is back")).say(" since ").time(back);
            let text = text.say(format!(", after failing for {long}: {}.", trouble.why.trim_end_matches('.')));
            return text.say(" What it missed meanwhile is fetched.");
        }
        let long = duration(trouble.since, now);
        let mut text = Text::new().bold(format!("{source} is failing")).say(format!(" for {long}"));
        if let Some(good) = trouble.last_good {
            text = text.say(", last good ").time(good);
        }
        text = text.say(format!(": {}.", trouble.why.trim_end_matches('.')));
        for note in self.networks.get(source).map(|n| n.notes(now)).unwrap_or_default() {
            text = text.line().say(note);
        }
        text.line().say("hearback keeps trying, and fetches what it missed. Details: ").code("status")
    }

    /// What is wrong with a source, in one line, for lists.
    pub(in crate::desk) fn failing_line(&self, source: &SourceName, now: Timestamp) -> Option<String> {
        let (since, good, why) = {
            let sources = lock(&self.sources);
            let state = sources.get(source)?;
            (state.failing_since?, state.last_good, state.trouble.clone()?)
        };
        let silent = duration(good.unwrap_or(since), now);
        let zone = self.digests.first().map_or("UTC", |(_, plan)| plan.zone.as_str());
        let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let good = good.map_or_else(
            || "not heard from since the start".to_owned(),
            |at| format!("last good {}", at.to_zoned(zone).strftime("%a %H:%M")),
        );
        let notes = self.networks.get(source).map(|n| n.notes(now)).unwrap_or_default();
        let known = std::iter::once(why.as_str()).chain(notes.iter().map(String::as_str));
        let known: Vec<&str> = known.map(|one| one.trim_end_matches('.')).collect();
        Some(format!("{source} silent for {silent}, {good}: {}", known.join("; ")))
    }
}

/// How long it was, in words.
fn duration(from: Timestamp, to: Timestamp) -> String {
    report::duration(u64::try_from(to.as_second() - from.as_second()).unwrap_or(0))
}

fn setting(source: &SourceName, trouble: &Trouble) -> (String, Option<String>) {
    (format!("{SETTING}{source}"), serde_json::to_string(trouble).ok())
}
