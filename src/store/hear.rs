//! What becomes of the posts that a source hands in: new mentions, follow-ups, native answers, and those known already.

use super::fault::Fault;
use super::group::{Group, No};
use super::index::Tree;
use super::rows::{self, hash};
use crate::domain::{Actor, Commit, Event, EventKind, Ingested, Intake, Mention, MentionNo, Seen};

/// Decides what becomes of each post, over the group so far, and takes it in. The commit is what goes into the journal;
/// it is `None` if nothing changes.
pub fn ingest(group: &mut Group<'_>, intake: &Intake) -> Result<(Option<Commit>, Vec<Ingested>), No> {
    group.check_idem(intake.idem.as_ref(), intake.at)?;
    let mut commit = Commit::at(intake.at);
    commit.idem.clone_from(&intake.idem);
    if let Some(cursor) = &intake.cursor
        && group.cursor(&intake.source.0)?.as_deref() != Some(cursor.0.as_bytes())
    {
        commit.cursor = Some((intake.source.clone(), cursor.clone()));
    }
    let mut became = Vec::with_capacity(intake.seen.len());
    for seen in &intake.seen {
        became.push(one(group, &mut commit, intake, seen)?);
    }
    let nothing = commit.changes.is_empty() && commit.cursor.is_none() && commit.idem.is_none();
    Ok(((!nothing).then_some(commit), became))
}

fn one(group: &mut Group<'_>, commit: &mut Commit, intake: &Intake, seen: &Seen) -> Result<Ingested, Fault> {
    let network = seen.post.network.as_str();
    let known = |group: &Group<'_>, id: &str| group.lookup(Tree::Posts, &hash(&[network, id]));
    if let Some(no) = known(group, &seen.post.external_id)? {
        return heard_again(group, commit, intake, &capped(seen), no);
    }
    if let Some(account) = &seen.own_account {
        let mut answered = None;
        for id in [&seen.post.parent, &seen.post.conversation].into_iter().flatten() {
            if answered.is_none() {
                answered = known(group, id)?;
            }
        }
        let Some(no) = answered else { return Ok(Ingested::Unrelated) };
        let Some(mention) = group.mention(no)?.cloned() else { return Ok(Ingested::Unrelated) };
        let events = mention.hear_native_answer(account, &seen.post);
        if events.is_empty() {
            return Ok(Ingested::Known(no));
        }
        happen(group, commit, intake, &mention, events)?;
        return Ok(Ingested::Answer(no));
    }
    let seen = &capped(seen);
    let author = match rows::author_key(network, &seen.post.author.id) {
        Some(key) => group.author(&key)?,
        None => rows::AuthorRow::default(),
    };
    // Most posts answer nothing: then none of the author's earlier mentions needs to be read.
    let answers = seen.post.conversation.is_some() || seen.post.parent.is_some();
    for no in author.recent.iter().rev().filter(|_| answers) {
        if let Some(mention) = group.mention(*no)?.filter(|m| continues(m, seen)).cloned() {
            let events = mention.hear_follow_up(seen);
            happen(group, commit, intake, &mention, events)?;
            return Ok(Ingested::FollowUp(*no));
        }
    }
    if !seen.opens {
        return Ok(Ingested::Unrelated);
    }
    let no = MentionNo(group.next_no);
    let first = Event {
        at: intake.at,
        by: Actor::Desk,
        via: intake.via.clone(),
        what: EventKind::Seen {
            post: Box::new(seen.post.clone()),
            verdict: seen.verdict.clone(),
            places: seen.places.clone(),
            due_at: seen.due_at,
            can: seen.can,
            nth: author.count + 1,
        },
    };
    commit.open(no, first);
    take_in(group, commit)?;
    Ok(Ingested::New(no))
}

/// A post that is known: its author may have changed it.
fn heard_again(
    group: &mut Group<'_>,
    commit: &mut Commit,
    intake: &Intake,
    seen: &Seen,
    no: MentionNo,
) -> Result<Ingested, Fault> {
    let Some(mention) = group.mention(no)?.cloned() else { return Ok(Ingested::Known(no)) };
    let same = mention.post.source == intake.source && mention.post.author.id == seen.post.author.id;
    let edited = mention.hear_edit(&seen.post.external_id, &seen.post.text).filter(|_| same);
    let became = if edited.is_some() { Ingested::Edited(no) } else { Ingested::Known(no) };
    let called = if seen.own_account.is_none() { mention.hear_addressed(seen) } else { Vec::new() };
    let events: Vec<EventKind> = edited.into_iter().chain(called).collect();
    if !events.is_empty() {
        happen(group, commit, intake, &mention, events)?;
    }
    Ok(became)
}

/// True if the post goes on with that mention of the same author: in its conversation, or as an answer to something in
/// its thread (one of its posts, or our reply).
fn continues(m: &Mention, seen: &Seen) -> bool {
    let same = seen.post.conversation.is_some() && seen.post.conversation == m.post.conversation;
    let answers = |parent: &str| {
        m.external_ids().chain(m.own_ids()).any(|id| id == parent) || m.post.conversation.as_deref() == Some(parent)
    };
    // A conversation may be named by its first post.
    same || [&seen.post.parent, &seen.post.conversation].into_iter().flatten().any(|id| answers(id))
}

fn happen(
    group: &mut Group<'_>,
    commit: &mut Commit,
    intake: &Intake,
    mention: &Mention,
    what: Vec<EventKind>,
) -> Result<(), Fault> {
    let event = |what| Event { at: intake.at, by: Actor::Desk, via: intake.via.clone(), what };
    commit.happen(mention, what.into_iter().map(event).collect());
    take_in(group, commit)
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
