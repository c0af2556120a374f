//! Removing an author on their request: the words, the name and the address go from every file; the network's ids stay
//! as numbers of posts, so that the posts do not come back.

use super::super::engine::{Engine, Work};
use super::super::options::{Options, Tell};
use super::super::{StoreError, fault::Fault, group, index::Tree, record, recover, snapshot};
use crate::domain::{
    Actor, Commit, EffectChange, EffectKind, Event, EventKind, KEPT, Kept, Mention, MentionNo, Stage, State,
};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::PoisonError;

/// Whom to erase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who<'a> {
    /// Only on that network.
    pub network: Option<&'a str>,
    /// The network's id of the account, or its handle with or without `@`.
    pub handle_or_id: &'a str,
}

impl Who<'_> {
    fn is(&self, m: &Mention) -> bool {
        let name = self.handle_or_id.trim().trim_start_matches('@');
        let author = &m.post.author;
        let same = |other: &str| {
            let other = other.trim_start_matches('@');
            !other.is_empty() && other.to_lowercase() == name.to_lowercase()
        };
        !m.erased
            && self.network.is_none_or(|n| n == m.post.network)
            && (author.id == self.handle_or_id.trim()
                || same(&author.handle)
                || (author.handle.is_empty() && same(&author.name)))
    }
}

/// Erases an author from the store in a folder that nobody else uses, and compacts it so that no file there still has a
/// byte of them. Backups that were made before still have them: make a new one and delete the old. Returns the numbers of their mentions. `at` is the moment that the history shows.
pub fn erase_author(
    root: &Path,
    who: &Who<'_>,
    at: Timestamp,
    options: Options,
    tell: Tell<'_>,
) -> Result<Vec<MentionNo>, StoreError> {
    if who.handle_or_id.trim().trim_start_matches('@').is_empty() {
        return Err(StoreError::Broken("name the author to erase by handle or by the network's id".to_owned()));
    }
    let mut engine = Engine::open(root, options, tell)?;
    let bad = |f: Fault| StoreError::Broken(format!("{f}. Run hearback verify"));
    let shared = engine.shared();
    let index = shared.index()?;
    let next = shared.memory.read().unwrap_or_else(PoisonError::into_inner).next_no;
    let mut found = Vec::new();
    for no in (1..next).map(MentionNo) {
        snapshot::doing(no.0, "looking for the author", next - 1, tell);
        let Some(bytes) = index.get(Tree::Mentions, &group::no_key(no)).map_err(bad)? else { continue };
        let mention = record::decode_mention(&bytes).map_err(bad)?.mention;
        if who.is(&mention) {
            found.push(mention);
        }
    }
    let erased: Vec<MentionNo> = found.iter().map(|m| m.no).collect();
    if erased.is_empty() {
        drop(index);
        engine.close()?;
        return Ok(erased);
    }
    // Pending words about them in the outbox go, too: the card is brought up to date instead.
    let (mut first, mut unsure) = (Commit::at(at), BTreeSet::new());
    index
        .range(Tree::Outbox, &[], None, |_, value| {
            let (_, effect) = recover::decode_effect(value)?;
            let Some(no) = effect.mention().filter(|no| erased.binary_search(no).is_ok()) else { return Ok(true) };
            if matches!(effect.kind, EffectKind::Thread { .. } | EffectKind::SendReply { .. } | EffectKind::Act { .. })
            {
                if effect.trying {
                    unsure.insert(no);
                }
                first.effects.push(EffectChange::Done(effect.id));
            }
            Ok(true)
        })
        .map_err(bad)?;
    // So do lines that staff could not send yet.
    index
        .range(Tree::Settings, KEPT.as_bytes(), None, |key, value| {
            let Some(key) = std::str::from_utf8(key).ok().filter(|key| key.starts_with(KEPT)) else { return Ok(false) };
            let goes = serde_json::from_slice::<Kept>(value).map_or(true, |kept| kept.goes_with(&erased));
            if goes {
                first.settings.push((key.to_owned(), None));
            }
            Ok(true)
        })
        .map_err(bad)?;
    drop(index);
    let mut works = vec![Work::Commit(first)];
    works.extend(found.iter().map(|m| Work::Commit(erasure(m, at, unsure.contains(&m.no)))));
    for piece in works.chunks(64) {
        for result in engine.group(piece) {
            result?;
        }
    }
    engine.compact(tell)?;
    engine.close()?;
    Ok(erased)
}

/// What happens to one mention: a reply on its way is stopped first, so that it is not sent with its words gone.
fn erasure(m: &Mention, at: Timestamp, unsure: bool) -> Commit {
    let mut commit = Commit::at(at);
    let event = |what| Event { at, by: Actor::Desk, via: None, what };
    let mut events = Vec::new();
    if m.sending.is_some() {
        let why = "the author was erased before the outcome was known".to_owned();
        let unsure = unsure || m.state == State::Unknown;
        events.push(event(if unsure { EventKind::SendUnknown { why } } else { EventKind::SendFailed { why } }));
    }
    for deed in m.besides.deeds.iter().filter(|d| d.stage == Stage::Queued) {
        let why = "the author was erased before it was done".to_owned();
        events.push(event(EventKind::DeedFailed { n: deed.n, why, unknown: unsure }));
    }
    events.push(event(EventKind::Erased));
    commit.happen(m, events);
    // Of what follows only the card matters: nothing is said in threads about somebody who asked to be forgotten.
    commit.effects.retain(|e| !matches!(e, EffectChange::Put(e) if matches!(e.kind, EffectKind::Thread { .. })));
    commit
}
