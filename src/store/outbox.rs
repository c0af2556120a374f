//! The effects that wait, in memory: for each destination in the order in which they matter.

use crate::domain::{
    Effect, EffectId, EffectKind, Kind, Lane, LaneState, May, MentionNo, NextEffect, OpenRow, Place, Unshown,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeBounds;

/// Effects of one mention to one destination go one after the other; but no reply waits for a like.
type QueueKey = (MentionNo, Lane);

/// What makes one new card more urgent than another: in this order, smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Urgency {
    closed: bool,
    due: Timestamp,
    indirect: bool,
    no: MentionNo,
    kind: Option<Kind>,
}

impl Urgency {
    /// A mention that is not on the board is closed.
    fn of(no: MentionNo, row: Option<&OpenRow>) -> Self {
        match row {
            Some(row) => Self {
                closed: false,
                due: row.due_at.unwrap_or(Timestamp::MAX),
                indirect: !row.direct,
                no,
                kind: Some(row.kind),
            },
            None => Self { closed: true, due: Timestamp::MAX, indirect: true, no, kind: None },
        }
    }
}

/// What matters more comes first. What is said of cards that stand there comes before new ones: people look at those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// A person did something and looks for it.
    Asked(Timestamp, u64),
    /// Everything else that is no new card: in the order in which it is due.
    Told(Timestamp, u64),
    /// What is done at a post besides answering: replies come first.
    Deed(Timestamp, u64),
    /// A new card.
    Card(Urgency, u64),
}

impl Rank {
    /// What a person waits for comes before this, everything else after.
    const TOLD: Rank = Rank::Told(Timestamp::MIN, 0);

    fn place(self) -> u64 {
        match self {
            Rank::Asked(_, place) | Rank::Told(_, place) | Rank::Deed(_, place) | Rank::Card(_, place) => place,
        }
    }
}

/// An effect; of a card, how urgent its mention is.
#[derive(Debug)]
struct Waiting {
    effect: Effect,
    urgency: Option<Urgency>,
}

/// The effects of one mention to one destination, in order; the card comes first, all else is about it.
#[derive(Debug, Default)]
struct Queue {
    order: BTreeSet<(bool, u64)>,
    asked: usize,
    head: Option<u64>,
}

/// What nothing holds up, of one destination.
#[derive(Debug, Default)]
struct Ready {
    by_due: BTreeSet<(Timestamp, u64)>,
    posts: BTreeSet<Rank>,
    edits: BTreeSet<Rank>,
    cards: BTreeSet<Rank>,
}

/// The outbox.
#[derive(Debug, Default)]
pub struct Outbox {
    effects: HashMap<u64, Waiting>,
    places: HashMap<EffectId, u64>,
    queues: HashMap<QueueKey, Queue>,
    /// The new cards of each mention.
    cards: HashMap<MentionNo, BTreeSet<u64>>,
    /// Those that nothing holds up: one destination's backlog hides no other's.
    ready: BTreeMap<Lane, Ready>,
    /// How each of them ranks.
    ranks: HashMap<u64, Rank>,
}

fn queue_key(effect: &Effect) -> Option<QueueKey> {
    effect.mention().filter(|_| !is_deed(effect)).map(|no| (no, effect.lane()))
}

fn is_card(effect: &Effect) -> bool {
    matches!(effect.kind, EffectKind::PostCard { .. })
}

fn is_deed(effect: &Effect) -> bool {
    matches!(effect.kind, EffectKind::Act { .. })
}

impl Outbox {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.effects.len()
    }

    /// All of them, in the order of their queueing.
    pub fn all(&self) -> Vec<Effect> {
        let mut all: Vec<_> = self.effects.iter().collect();
        all.sort_unstable_by_key(|(place, _)| **place);
        all.into_iter().map(|(_, w)| w.effect.clone()).collect()
    }

    /// The effect with that key.
    pub fn get(&self, id: &EffectId) -> Option<&Effect> {
        self.effects.get(self.places.get(id)?).map(|w| &w.effect)
    }

    /// Queues an effect at its place in the order; replaces the one with its key. `row`: its mention's line on the board.
    pub fn put(&mut self, place: u64, effect: Effect, row: Option<&OpenRow>) {
        self.remove(&effect.id);
        self.places.insert(effect.id.clone(), place);
        let (key, card, asked) = (queue_key(&effect), is_card(&effect), effect.asked);
        let urgency = effect.mention().filter(|_| card).map(|no| Urgency::of(no, row));
        if let (Some(no), true) = (effect.mention(), card) {
            self.cards.entry(no).or_default().insert(place);
        }
        self.effects.insert(place, Waiting { effect, urgency });
        match key {
            Some(key) => {
                let queue = self.queues.entry(key.clone()).or_default();
                queue.order.insert((!card, place));
                queue.asked += usize::from(asked);
                self.head(&key);
            }
            None => self.make_ready(place, asked),
        }
    }

    /// Removes an effect; the next one of its mention and destination may go.
    pub fn remove(&mut self, id: &EffectId) {
        let Some(place) = self.places.remove(id) else { return };
        self.unready(place);
        let Some(Waiting { effect, .. }) = self.effects.remove(&place) else { return };
        let Some(key) = queue_key(&effect) else { return };
        let card = is_card(&effect);
        if card && let Some(cards) = self.cards.get_mut(&key.0) {
            cards.remove(&place);
            if cards.is_empty() {
                self.cards.remove(&key.0);
            }
        }
        if let Some(queue) = self.queues.get_mut(&key) {
            queue.order.remove(&(!card, place));
            queue.asked -= usize::from(effect.asked);
            self.head(&key);
        }
    }

    /// A mention's line on the board changed: its new cards may be more or less urgent now.
    pub fn rank(&mut self, no: MentionNo, row: Option<&OpenRow>) {
        let places: Vec<u64> = self.cards.get(&no).into_iter().flatten().copied().collect();
        for place in places {
            let Some(waiting) = self.effects.get_mut(&place) else { continue };
            waiting.urgency = Some(Urgency::of(no, row));
            if let Some(key) = queue_key(&waiting.effect) {
                self.head(&key);
            }
        }
    }

    /// What goes next of a queue: the first, but for an edit of the card that is due before a line which could not be said.
    /// Where a thread is closed, its card must show all the same where the mention stands.
    /// A counter that is shown a little later holds up nothing behind it.
    fn next_of(&self, queue: &Queue) -> Option<u64> {
        let effect = |place: &u64| self.effects.get(place).map(|waiting| &waiting.effect);
        let put_off = |e: &Effect| e.edits() && e.attempts == 0 && e.queued_at.is_some_and(|at| at < e.due_at);
        let mut all = queue.order.iter().map(|(_, place)| *place);
        let first = all.clone().find(|place| effect(place).is_some_and(|e| !put_off(e))).or_else(|| all.next())?;
        let Some(line) = effect(&first).filter(|e| matches!(e.kind, EffectKind::Thread { .. }) && e.attempts > 0)
        else {
            return Some(first);
        };
        let places = queue.order.iter().map(|(_, place)| *place);
        let edit = places.into_iter().find(|place| effect(place).is_some_and(Effect::edits));
        Some(edit.filter(|place| effect(place).is_some_and(|e| e.due_at < line.due_at)).unwrap_or(first))
    }

    /// Lets the one that goes next of a queue be the one that may go, with the rank that it has now.
    fn head(&mut self, key: &QueueKey) {
        let first = self.queues.get(key).and_then(|queue| self.next_of(queue));
        let Some(queue) = self.queues.get_mut(key) else { return };
        let (before, asked) = (std::mem::replace(&mut queue.head, first), queue.asked > 0);
        if let Some(before) = before {
            self.unready(before);
        }
        match first {
            // Whoever waits for what is behind it waits for it as well.
            Some(first) => self.make_ready(first, asked),
            None => {
                self.queues.remove(key);
            }
        }
    }

    fn make_ready(&mut self, place: u64, asked: bool) {
        let Some(Waiting { effect, urgency }) = self.effects.get(&place) else { return };
        let ready = self.ready.entry(effect.lane()).or_default();
        ready.by_due.insert((effect.due_at, place));
        let rank = match urgency {
            Some(urgency) => Rank::Card(*urgency, place),
            None if is_deed(effect) => Rank::Deed(effect.due_at, place),
            None if asked => Rank::Asked(effect.due_at, place),
            None => Rank::Told(effect.due_at, place),
        };
        match rank {
            Rank::Card(..) => ready.cards.insert(rank),
            _ if effect.edits() => ready.edits.insert(rank),
            _ => ready.posts.insert(rank),
        };
        self.ranks.insert(place, rank);
    }

    fn unready(&mut self, place: u64) {
        let Some(rank) = self.ranks.remove(&place) else { return };
        let Some(Waiting { effect, .. }) = self.effects.get(&place) else { return };
        let lane = effect.lane();
        let Some(ready) = self.ready.get_mut(&lane) else { return };
        ready.by_due.remove(&(effect.due_at, place));
        ready.cards.remove(&rank);
        ready.edits.remove(&rank);
        ready.posts.remove(&rank);
        if ready.by_due.is_empty() {
            self.ready.remove(&lane);
        }
    }

    /// The first that is due. Those that are not are few: what was tried, and waits to be tried again.
    fn first_due<R: RangeBounds<Rank>>(&self, ranked: &BTreeSet<Rank>, range: R, now: Timestamp) -> Option<Rank> {
        let due = |rank: &&Rank| self.effects.get(&rank.place()).is_some_and(|w| w.effect.due_at <= now);
        ranked.range(range).find(due).copied()
    }

    /// What comes first of each kind, of what is due: messages, edits that a person waits for, other edits, new cards.
    fn firsts(&self, ready: &Ready, now: Timestamp) -> [Option<Rank>; 4] {
        if ready.by_due.first().is_none_or(|(due, _)| *due > now) {
            return [None; 4];
        }
        [
            self.first_due(&ready.posts, .., now),
            self.first_due(&ready.edits, ..Rank::TOLD, now),
            self.first_due(&ready.edits, Rank::TOLD.., now),
            self.first_due(&ready.cards, .., now),
        ]
    }

    /// Every destination for which something waits that nothing holds up.
    pub fn lanes(&self, now: Timestamp) -> Vec<LaneState> {
        let state = |(lane, ready): (&Lane, &Ready)| {
            let [post, edit, told, card] = self.firsts(ready, now).map(|rank| rank.is_some());
            let next = ready.by_due.range((now, u64::MAX)..).find(|(due, _)| *due > now);
            let due = May { post: post || card, edit, told };
            LaneState { lane: lane.clone(), due, next: next.map(|(due, _)| *due) }
        };
        self.ready.iter().map(state).collect()
    }

    /// What a destination does next, of what may go.
    pub fn next_in(&self, lane: &Lane, now: Timestamp, may: May) -> NextEffect {
        let Some(ready) = self.ready.get(lane) else { return NextEffect::default() };
        let [post, edit, told, card] = self.firsts(ready, now);
        let may = [(post, may.post), (edit, may.edit), (told, may.told), (card, may.post)];
        let best = may.into_iter().filter(|(_, may)| *may).filter_map(|(rank, _)| rank).min();
        let effect = best.and_then(|rank| self.effects.get(&rank.place())).map(|w| w.effect.clone());
        NextEffect { effect, cards: ready.cards.len() }
    }

    /// What waits for a destination about one mention, in order.
    pub fn queued(&self, no: MentionNo, lane: &Lane) -> Vec<Effect> {
        let queue = self.queues.get(&(no, lane.clone()));
        let places = queue.iter().flat_map(|q| &q.order);
        places.filter_map(|(_, place)| self.effects.get(place)).map(|w| w.effect.clone()).collect()
    }

    /// The mentions that wait to be shown in a channel.
    pub fn unshown(&self, place: &Place, now: Timestamp) -> Unshown {
        let mut unshown = Unshown::default();
        let ready = self.ready.get(&Lane::Chat(place.clone()));
        for rank in ready.iter().flat_map(|r| &r.cards) {
            let Rank::Card(urgency, _) = rank else { continue };
            unshown.total += 1;
            let Some(kind) = urgency.kind else { continue };
            if let Some((_, n)) = Kind::ALL.into_iter().zip(&mut unshown.kinds).find(|(k, _)| *k == kind) {
                *n += 1;
            }
            unshown.overdue += usize::from(urgency.due <= now);
            unshown.direct += usize::from(!urgency.indirect);
        }
        unshown
    }

    /// Those that are due and may go: for each destination by due time, at most `limit`.
    pub fn due(&self, now: Timestamp, limit: usize) -> Vec<Effect> {
        self.ready
            .values()
            .flat_map(|ready| ready.by_due.iter().take_while(|(due, _)| *due <= now).take(limit))
            .filter_map(|(_, place)| self.effects.get(place))
            .map(|w| w.effect.clone())
            .collect()
    }

    /// When the next one that may go is due.
    pub fn next(&self) -> Option<Timestamp> {
        self.ready.values().filter_map(|ready| ready.by_due.first()).map(|(due, _)| *due).min()
    }
}
