//! What must go out because a mention changed. Derived from the change itself, so that nobody can forget it.

use super::card::shorten;
use super::{
    Assisted, Card, DoneReason, Effect, EffectKind, Event, EventKind, Line, Mention, PersonId, ReopenCause, Seen,
    State, Text, Want, changes,
};
use jiff::Timestamp;

/// The effects that follow from a change: the card posted or brought up to date, the lines in its thread, the reply.
pub fn consequences(before: Option<&Mention>, after: &Mention, events: &[Event]) -> Vec<Effect> {
    let mut effects = Vec::new();
    let asked = events.iter().any(by_a_person);
    for event in events {
        cards(&mut effects, before, after, event);
        thread(&mut effects, before, after, event);
    }
    let changed = before.is_some_and(|b| Card::of(b) != Card::of(after));
    if let (true, Some(last)) = (changed, events.last()) {
        let counts = events.iter().all(|event| matches!(event.what, EventKind::Repeated { .. }));
        for card in &after.cards {
            let kind = EffectKind::UpdateCard { no: after.no, place: card.place.clone() };
            let (no, version) = (after.no.0, after.version);
            effects.push(match counted_at(last.at).filter(|_| counts) {
                Some(due_at) => {
                    let key = format!("count:{no}:{}:{}", due_at.as_second(), card.place);
                    Effect { queued_at: Some(last.at), ..Effect::new(key, due_at, kind) }
                }
                None => Effect::new(format!("card:{no}:{version}:{}", card.place), last.at, kind),
            });
        }
    }
    for effect in &mut effects {
        effect.asked = asked && matches!(effect.kind, EffectKind::UpdateCard { .. } | EffectKind::Thread { .. });
    }
    effects
}

/// A counter is brought up to date every so many seconds, so that a storm of copies is a few edits, not thousands.
const COUNTED_S: i64 = 5;
/// After that moment no commit that was decided before it is still on its way.
const SETTLED_S: i64 = 2;

/// When a counter that changes at this moment is shown: the same moment for all that changes within a few seconds.
fn counted_at(at: Timestamp) -> Option<Timestamp> {
    Timestamp::from_second((at.as_second().div_euclid(COUNTED_S) + 1) * COUNTED_S + SETTLED_S).ok()
}

/// Somebody did it and looks for it in the chat; what became of a reply is news for whoever sent it.
fn by_a_person(event: &Event) -> bool {
    let news = matches!(
        event.what,
        EventKind::Replied { .. }
            | EventKind::SendFailed { .. }
            | EventKind::SendUnknown { .. }
            | EventKind::DeedDone { .. }
            | EventKind::DeedFailed { .. }
            | EventKind::Assisted { what: Assisted::Draft { .. } | Assisted::Failed { .. } }
    );
    news || matches!(event.by, super::Actor::Person(_))
}

fn cards(effects: &mut Vec<Effect>, before: Option<&Mention>, m: &Mention, event: &Event) {
    let post = |place: &super::Place| {
        Effect::new(
            format!("post:{}:{place}", m.no.0),
            event.at,
            EffectKind::PostCard { no: m.no, place: place.clone() },
        )
    };
    match &event.what {
        // Set aside so far, it is shown from now on.
        EventKind::Reopened { .. } if before.is_some_and(|b| b.signals.aside.is_some()) => {
            effects.extend(m.places.iter().map(post));
        }
        EventKind::Seen { verdict, .. } if verdict.signals.aside.is_some() => {}
        EventKind::Addressed { .. } if m.signals.aside.is_some() => {}
        EventKind::Addressed { places, .. } => effects.extend(places.iter().map(post)),
        // The first one's card counts it.
        EventKind::Seen { like: Some(_), .. } => {}
        EventKind::Seen { .. } | EventKind::Parted => {
            effects.extend(m.places.iter().map(post));
            effects.extend(m.signals.wants.iter().map(|want| assist(m, event, *want, None)));
            if m.can.context && m.post.parent.is_some() {
                let kind = EffectKind::Context { no: m.no, source: m.post.source.clone() };
                effects.push(Effect::new(format!("context:{}", m.no.0), event.at, kind));
            }
        }
        // What it says now is to be read as well.
        EventKind::Edited { external_id, .. } if *external_id == m.post.external_id => {
            let wanted = m.signals.wants.iter().filter(|want| **want == Want::Translation);
            effects.extend(wanted.map(|want| assist(m, event, *want, None)));
        }
        EventKind::Assisted { what: Assisted::Asked { want, .. } } => {
            if let super::Actor::Person(who) = &event.by {
                effects.push(assist(m, event, *want, Some(who)));
            }
        }
        // Another message than the one that is lost, so another key.
        EventKind::CardLost { card } => effects.push(Effect::new(
            format!("post:{}:{}:{}", m.no.0, m.version, card.place),
            event.at,
            EffectKind::PostCard { no: m.no, place: card.place.clone() },
        )),
        EventKind::SendQueued { send, .. } => effects.push(Effect::new(
            format!("reply:{}:{send}", m.no.0),
            event.at,
            EffectKind::SendReply { no: m.no, send: *send, source: m.post.source.clone() },
        )),
        EventKind::DeedQueued { n, source, .. } => effects.push(Effect::new(
            format!("act:{}:{n}", m.no.0),
            event.at,
            EffectKind::Act { no: m.no, n: *n, source: source.clone() },
        )),
        _ => {}
    }
}

/// The assistant is asked; each time under a key of its own.
fn assist(m: &Mention, event: &Event, want: Want, asked: Option<&PersonId>) -> Effect {
    Effect::new(
        format!("assist:{}:{}:{}", m.no.0, m.version, want.word()),
        event.at,
        EffectKind::Assist { no: m.no, want, asked: asked.cloned() },
    )
}

fn thread(effects: &mut Vec<Effect>, before: Option<&Mention>, m: &Mention, event: &Event) {
    // Without a card there is no thread.
    if m.lead().is_some() {
        return;
    }
    let Some((text, ping)) = thread_line(before, m, event) else { return };
    for place in &m.places {
        effects.push(Effect::new(
            format!("thread:{}:{}:{}:{place}", m.no.0, m.version, effects.len()),
            event.at,
            EffectKind::Thread { no: m.no, place: place.clone(), text: text.clone(), ping: ping.clone() },
        ));
    }
}

/// What the thread of the card says about an event, and who gets the one ping.
fn thread_line(before: Option<&Mention>, m: &Mention, event: &Event) -> Option<(Text, Option<PersonId>)> {
    let by_whom = |text: Text| match &event.by {
        super::Actor::Person(person) => text.say(" by ").person(person),
        super::Actor::Desk => text,
    };
    let head = |words: &str| by_whom(Text::new().bold(words));
    let with_link = |text: Text, url: &Option<String>| match url {
        Some(url) => text.say(" ").link("open reply", url),
        None => text,
    };
    Some(match &event.what {
        // Somebody works on it: what it is about stands in the thread from then on, once.
        EventKind::Claimed { given: false, .. } if first_claim(before) && !m.context.is_empty() => {
            (above(&m.context), None)
        }
        EventKind::ContextFound { said } if m.cycles.iter().any(|c| c.claimed_at.is_some()) && !said.is_empty() => {
            (above(said), None)
        }
        EventKind::Drafted { version, text } => (head(&format!("Draft v{version}")).line().quote(text), None),
        EventKind::Noted { text } => (head("Note").line().quote(text), None),
        EventKind::Replied { version, text, url, by, .. } => {
            let what = if m.hands_off(*version) { "Handed off" } else { "Sent" };
            (with_link(Text::new().bold(what).say(" by ").person(by), url).line().quote(text), None)
        }
        EventKind::AnsweredNatively { account, url, .. } => {
            (with_link(Text::new().bold("Answered elsewhere").say(format!(" by {account}")), url), None)
        }
        EventKind::FollowedUp { post } => {
            let (words, cut) = shorten(&post.text, 600);
            let holder = before.and_then(|b| b.holder.as_ref()).map(|c| c.by.clone());
            let line = Text::new().bold("The author wrote again").line().quote(words);
            (if cut { line.say(" …") } else { line }, holder)
        }
        EventKind::Edited { external_id, text } => {
            let holder = m.holder.as_ref().filter(|_| !m.state.is_closed()).map(|c| c.by.clone());
            let was = before.and_then(|b| b.text_of(external_id)).unwrap_or_default();
            (Text::new().bold("The author changed it").line().quote(changes(was, text)), holder)
        }
        EventKind::Rejected { version, reason } => {
            let author = m.draft_version(*version).map(|d| d.by.clone());
            let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            (head(&format!("Draft v{version} rejected")).say(why), author)
        }
        EventKind::Claimed { by, given: true } => {
            let text = by_whom(Text::new().bold("Given").say(" to ").person(by));
            let about = first_claim(before) && !m.context.is_empty();
            (if about { text.line().then(above(&m.context)) } else { text }, Some(by.clone()))
        }
        EventKind::Repeated { nos, .. } if m.state.is_closed() && before.is_some_and(|b| b.repeats.since == 0) => {
            (said_again(m, nos)?, None)
        }
        EventKind::Woke => (Text::new().bold("Back from snooze"), m.holder.as_ref().map(|c| c.by.clone())),
        EventKind::SendFailed { why } => {
            let sender = before.and_then(|b| b.sending.as_ref()).map(|s| s.by.clone());
            let head = if m.unfinished.is_some() { "Not all of it is sent" } else { "Not sent" };
            (Text::new().bold(head).say(format!(": {why}")), sender)
        }
        EventKind::SendUnknown { why } => {
            let sender = m.sending.as_ref().map(|s| s.by.clone());
            (Text::new().bold("Unknown, please check").say(format!(": {why}")), sender)
        }
        EventKind::Assisted { what } => return super::assist::thread_line(m, what),
        _ => return super::deed::thread_line(m, event),
    })
}

/// Somebody repeats what was answered or closed already: said once, the card counts on.
fn said_again(m: &Mention, nos: &[super::MentionNo]) -> Option<Text> {
    if m.closes_copies() {
        return None;
    }
    let first = nos.first()?;
    let others = if nos.len() > 1 { format!(" and {} more", nos.len() - 1) } else { String::new() };
    Some(
        Text::new()
            .bold("Said again since")
            .say(format!(": {first}{others}, each still without an answer. See "))
            .code(format!("copies {}", m.no.0)),
    )
}

/// Nobody has claimed it so far, in any of its waits.
fn first_claim(before: Option<&Mention>) -> bool {
    before.is_some_and(|b| b.cycles.iter().all(|c| c.claimed_at.is_none()))
}

/// What was said above a mention: the last few lines of it.
fn above(said: &[Line]) -> Text {
    const SHOWN: usize = 5;
    let left = said.len().saturating_sub(SHOWN);
    let mut text = Text::new().bold("Before that");
    if left > 0 {
        text = text.say(format!(" (the last {SHOWN} of {})", said.len()));
    }
    for line in said.iter().skip(left) {
        text = line.said(text.line());
    }
    text
}

impl Line {
    /// Who said what, appended to a text.
    #[must_use]
    pub fn said(&self, text: Text) -> Text {
        let who = if self.author.is_empty() { "somebody" } else { &self.author };
        let text = if self.ours { text.bold(format!("{who} (us)")) } else { text.bold(who) };
        text.say(" ").time(self.posted_at).line().quote(&self.text)
    }
}

impl Mention {
    /// What happens when its author writes again in the same conversation.
    pub fn hear_follow_up(&self, seen: &Seen) -> Vec<EventKind> {
        let mut events = vec![EventKind::FollowedUp { post: Box::new(seen.post.clone()) }];
        match self.state {
            // What a rule took for somebody else's, until they speak to the brand.
            State::Done(DoneReason::NotUs) if self.signals.aside.is_some() && seen.verdict.direct => {
                events.push(Self::back(seen));
            }
            State::Done(DoneReason::Spam | DoneReason::NotUs) => {}
            State::Replied | State::Done(_) => events.push(Self::back(seen)),
            State::Snoozed(_) => events.push(EventKind::Woke),
            _ => {}
        }
        events
    }

    /// What happens when its post is handed in again by the source whose account was called, while another one saw it first
    /// without being called: by a keyword, say.
    pub fn hear_addressed(&self, seen: &Seen) -> Vec<EventKind> {
        let same = seen.post.external_id == self.post.external_id && !self.erased;
        if !same || !seen.post.addressed || self.post.addressed {
            return Vec::new();
        }
        let new = seen.places.iter().filter(|place| !self.places.contains(place));
        let addressed = EventKind::Addressed {
            source: seen.post.source.clone(),
            native: seen.post.native.clone(),
            can: seen.can,
            places: new.cloned().collect(),
        };
        // What a rule took for somebody else's speaks to the brand after all.
        let aside = self.signals.aside.as_ref().is_some_and(|aside| aside.reason == DoneReason::NotUs);
        let back = (aside && seen.verdict.signals.aside.is_none()).then(|| Self::back(seen));
        std::iter::once(addressed).chain(back).collect()
    }

    /// It waits for an answer after all.
    fn back(seen: &Seen) -> EventKind {
        EventKind::Reopened { cause: ReopenCause::FollowUp, from: seen.post.posted_at, due_at: seen.due_at }
    }

    /// What happens when a post of a brand account is seen below it: it was answered in the network's own app, or the reply
    /// that is on its way is there. Nothing if we know that post, if nobody but its reader can see it, or if it came after
    /// another response; after one of ours, which may be deleted, it still counts.
    pub fn hear_native_answer(&self, account: &str, post: &super::Post) -> Vec<EventKind> {
        if self.own_ids().any(|id| id == post.external_id) {
            return Vec::new();
        }
        if let Some(events) = self.recognised(post) {
            return events;
        }
        let private = post.is_private() && !self.post.is_private();
        // What was said before this wait began does not answer it, and what is not a customer's voice needs no answer.
        let earlier = post.posted_at < self.cycle().started_at;
        let excluded = matches!(self.state, State::Done(reason) if reason.excluded());
        let response = self.cycle().response.as_ref();
        let after = response.is_some_and(|r| r.source != super::ResponseSource::Sent || !self.state.is_closed());
        if private || earlier || excluded || after {
            return Vec::new();
        }
        vec![EventKind::AnsweredNatively {
            account: account.to_owned(),
            external_id: post.external_id.clone(),
            url: post.url.clone(),
            posted_at: post.posted_at,
        }]
    }
}
