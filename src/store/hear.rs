//! What becomes of the posts that a source hands in: new mentions, follow-ups, native answers, and those known already.

use super::alike::Alike;
use super::copy::{self, Told};
use super::fault::Fault;
use super::group::{Group, No};
use super::index::Tree;
use super::rows::{self, AuthorRow, hash};
use crate::domain::{Actor, Commit, Event, EventKind, Ingested, Intake, Like, Mention, MentionNo, Seen, State};

/// Decides what becomes of each post, over the group so far, and takes it in. The commit is what goes into the journal;
/// it is `None` if nothing changes.
pub fn ingest(
    group: &mut Group<'_>,
    alike: &mut Alike,
    intake: &Intake,
) -> Result<(Option<Commit>, Vec<Ingested>), No> {
    group.check_idem(intake.idem.as_ref(), intake.at)?;
    let mut commit = Commit::at(intake.at);
    commit.idem.clone_from(&intake.idem);
    if let Some(cursor) = &intake.cursor
        && group.cursor(&intake.source.0)?.as_deref() != Some(cursor.0.as_bytes())
    {
        commit.cursor = Some((intake.source.clone(), cursor.clone()));
    }
    let mut became = Vec::with_capacity(intake.seen.len());
    let mut hearing = Hearing { group, alike, told: Told::default(), commit: &mut commit, intake };
    for seen in &intake.seen {
        became.push(hearing.one(seen)?);
    }
    hearing.tell_all()?;
    let nothing = commit.changes.is_empty() && commit.cursor.is_none() && commit.idem.is_none();
    Ok(((!nothing).then_some(commit), became))
}

/// One intake, as far as it was heard.
struct Hearing<'h, 'g> {
    group: &'h mut Group<'g>,
    alike: &'h mut Alike,
    told: Told,
    commit: &'h mut Commit,
    intake: &'h Intake,
}

impl Hearing<'_, '_> {
    fn one(&mut self, seen: &Seen) -> Result<Ingested, Fault> {
        let network = seen.post.network.as_str();
        if let Some(no) = self.known(network, &seen.post.external_id)? {
            return self.heard_again(&capped(seen), no);
        }
        let mut talk = None;
        for id in [&seen.post.parent, &seen.post.conversation].into_iter().flatten() {
            if talk.is_none() {
                talk = self.known(network, id)?;
            }
        }
        if let Some(account) = &seen.own_account {
            let Some(no) = talk else { return Ok(Ingested::Unrelated) };
            let Some(mention) = self.group.mention(no)?.cloned() else { return Ok(Ingested::Unrelated) };
            let events = mention.hear_native_answer(account, &seen.post);
            if events.is_empty() {
                return Ok(Ingested::Known(no));
            }
            self.happen(&mention, events)?;
            return Ok(Ingested::Answer(no));
        }
        let seen = &capped(seen);
        let author = match rows::author_key(network, &seen.post.author.id) {
            Some(key) => self.group.author(&key)?,
            None => AuthorRow::default(),
        };
        // Most posts answer nothing: then none of the author's earlier mentions needs to be read.
        let answers = seen.post.conversation.is_some() || seen.post.parent.is_some();
        for no in author.recent.iter().rev().filter(|_| answers) {
            if let Some(mention) = self.group.mention(*no)?.filter(|m| continues(m, seen)).cloned() {
                let events = mention.hear_follow_up(seen);
                self.happen(&mention, events)?;
                return Ok(Ingested::FollowUp(*no));
            }
        }
        if !seen.opens {
            return Ok(Ingested::Unrelated);
        }
        // What is said in a conversation that is known is said to somebody, not repeated.
        let like = if talk.is_some() { None } else { copy::of(self.group, self.alike, seen, &author, self.intake.at)? };
        self.open(seen, like, author.count + 1)
    }

    /// A new mention.
    fn open(&mut self, seen: &Seen, like: Option<Like>, nth: u32) -> Result<Ingested, Fault> {
        let no = MentionNo(self.group.next_no);
        let what = EventKind::Seen {
            post: Box::new(seen.post.clone()),
            verdict: seen.verdict.clone(),
            places: seen.places.clone(),
            due_at: seen.due_at,
            can: seen.can,
            nth,
            like,
        };
        let first = self.event(what);
        let opened = self.commit.open(no, first);
        take_in(self.group, self.commit)?;
        if let Some(like) = like {
            self.told.add(like, no, seen.post.author.reach);
            // It is no more of a customer's voice than what it repeats.
            let lead = self.group.mention(like.of)?.map(|lead| lead.state);
            if let (Some(State::Done(reason)), Some(copy)) = (lead, opened)
                && reason.excluded()
            {
                self.happen(&copy, vec![EventKind::Closed { reason }])?;
            }
        }
        Ok(Ingested::New(no))
    }

    /// A post that is known: its author may have changed it.
    fn heard_again(&mut self, seen: &Seen, no: MentionNo) -> Result<Ingested, Fault> {
        let Some(mention) = self.group.mention(no)?.cloned() else { return Ok(Ingested::Known(no)) };
        let same = mention.post.source == self.intake.source && mention.post.author.id == seen.post.author.id;
        let edited = mention.hear_edit(&seen.post.external_id, &seen.post.text).filter(|_| same);
        let became = if edited.is_some() { Ingested::Edited(no) } else { Ingested::Known(no) };
        let called = if seen.own_account.is_none() { mention.hear_addressed(seen) } else { Vec::new() };
        let mut events: Vec<EventKind> = edited.into_iter().chain(called).collect();
        if became == Ingested::Edited(no)
            && let Some(lead) = mention.lead()
            && let Some(lead) = self.group.mention(lead)?
            && !copy::is_still(&lead.post.text, &seen.post.text)
        {
            events.insert(0, EventKind::Parted);
        }
        if !events.is_empty() {
            self.happen(&mention, events)?;
        }
        Ok(became)
    }

    fn known(&self, network: &str, id: &str) -> Result<Option<MentionNo>, Fault> {
        self.group.lookup(Tree::Posts, &hash(&[network, id]))
    }

    fn event(&self, what: EventKind) -> Event {
        Event { at: self.intake.at, by: Actor::Desk, via: self.intake.via.clone(), what }
    }

    fn happen(&mut self, mention: &Mention, what: Vec<EventKind>) -> Result<(), Fault> {
        let events: Vec<Event> = what.into_iter().map(|what| self.event(what)).collect();
        let lead = match mention.parts_from(&events) {
            Some(lead) => {
                // Whoever leaves must have been counted.
                self.tell(lead)?;
                self.group.mention(lead)?.cloned()
            }
            None => None,
        };
        let before = self.commit.changes.len();
        self.commit.happen_apart(mention, events, lead.as_ref());
        for change in self.commit.changes.get(before..).unwrap_or_default() {
            self.group.change(change)?;
        }
        Ok(())
    }

    /// Lets the card of a mention count what repeats it.
    fn tell(&mut self, lead: MentionNo) -> Result<(), Fault> {
        let Some(what) = self.told.take(lead) else { return Ok(()) };
        let Some(mention) = self.group.mention(lead)?.cloned() else { return Ok(()) };
        self.happen(&mention, vec![what])
    }

    /// All of them: one event for each, however many copies came at once.
    fn tell_all(&mut self) -> Result<(), Fault> {
        while let Some(lead) = self.told.next() {
            self.tell(lead)?;
        }
        Ok(())
    }
}

/// True if the post goes on with that mention of the same author: in its conversation, or as an answer to something in
/// its thread (one of its posts, or our reply).
fn continues(m: &Mention, seen: &Seen) -> bool {
    // What is said in private would be answered in public there.
    if seen.post.is_private() && !m.post.is_private() {
        return false;
    }
    let same = seen.post.conversation.is_some() && seen.post.conversation == m.post.conversation;
    let answers = |parent: &str| {
        m.external_ids().chain(m.own_ids()).any(|id| id == parent) || m.post.conversation.as_deref() == Some(parent)
    };
    // A conversation may be named by its first post.
    same || [&seen.post.parent, &seen.post.conversation].into_iter().flatten().any(|id| answers(id))
}

fn take_in(group: &mut Group<'_>, commit: &Commit) -> Result<(), Fault> {
    commit.changes.last().map_or(Ok(()), |change| group.change(change))
}

/// The same post with a text of bearable length and a confidence that is a number.
fn capped(seen: &Seen) -> Seen {
    let mut seen = seen.clone();
    seen.post.text = crate::domain::capped(seen.post.text);
    if !seen.verdict.confidence.is_finite() {
        seen.verdict.confidence = 0.0;
    }
    seen
}
