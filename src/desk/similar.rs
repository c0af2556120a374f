//! What was answered before: read from the store in the background after the start, a page at each tick, and looked up when
//! somebody is about to write an answer.
//!
//! The index only says where to look. What is shown comes from the store as it is at that moment, so nothing is shown that
//! was retracted, erased or closed as spam since.

use super::{Desk, lock};
use crate::domain::{BrandId, Kind, Mention, MentionNo, Past, answer_of, fold, said_until};
use crate::store::StoreError;
use crate::triage::similar::{Asked, Entry, Gist, Similar};
use std::collections::BTreeMap;

/// So many handled mentions are read at each tick.
const PAGE: usize = 500;
/// At most so many are read after a start, the newest first.
const DEEPEST: usize = 40_000;
/// So many answers are shown.
const SHOWN: usize = 3;
/// So many are looked at: some may have gone since, or say the same.
const LOOKED: usize = 12;

/// The answered mentions of each brand.
#[derive(Debug, Default)]
pub(super) struct Memory {
    brands: BTreeMap<BrandId, Similar>,
    /// How far the store was read.
    before: Option<MentionNo>,
    read: usize,
    /// All of it was read. Until then nothing is shown: what is rare is not known yet.
    ready: bool,
}

impl Desk {
    /// Reads the next page of what was answered before this start.
    pub(super) async fn read_past(&self) -> Result<(), StoreError> {
        let before = {
            let memory = lock(&self.memory);
            if memory.ready {
                return Ok(());
            }
            memory.before
        };
        let page = self.store.handled(before, PAGE).await?;
        for handled in page.iter().filter(|handled| handled.answered) {
            if let Some(m) = self.store.mention(handled.no).await? {
                self.learn_answer(&m);
            }
        }
        let mut memory = lock(&self.memory);
        memory.read += page.len();
        memory.before = page.last().map(|handled| handled.no);
        memory.ready = page.len() < PAGE || memory.read >= DEEPEST;
        Ok(())
    }

    /// Keeps where an answer is found, if it may be shown.
    pub(super) fn learn_answer(&self, m: &Mention) {
        let Some((draft, response)) = answer_of(m) else { return };
        let gist = Gist::of(&said_until(m, Some(response.at)), &m.matched).answered(&draft.text, &m.matched);
        let entry = Entry { no: m.no, at: response.at, kind: m.kind, language: m.language.clone() };
        lock(&self.memory).brands.entry(m.brand.clone()).or_default().add(entry, gist);
    }

    /// How mentions like this one were answered, the nearest first; at most three.
    pub(super) async fn similar(&self, m: &Mention) -> Result<Vec<Past>, StoreError> {
        let gist = Gist::of(&said_until(m, None), &m.matched);
        let asked = Asked { no: m.no, gist: &gist, kind: m.kind, language: m.language.as_deref() };
        let near = {
            let memory = lock(&self.memory);
            let brand = memory.brands.get(&m.brand).filter(|_| memory.ready);
            brand.map(|brand| brand.nearest(&asked, LOOKED)).unwrap_or_default()
        };
        let mut past: Vec<Past> = Vec::new();
        for near in near {
            if past.len() >= SHOWN {
                break;
            }
            let found = self.past_answer(m, near.no).await?;
            if found.is_none() {
                lock(&self.memory).brands.entry(m.brand.clone()).or_default().remove(near.no);
            }
            let new = |answer: &Past| !past.iter().any(|other| fold(&other.answer) == fold(&answer.answer));
            past.extend(found.filter(new));
        }
        Ok(past)
    }

    /// How mentions like that one were answered, or the answer to one that was named.
    pub(super) async fn past_answers(&self, no: MentionNo, of: Option<MentionNo>) -> Result<Vec<Past>, StoreError> {
        let Some(m) = self.store.mention(no).await? else { return Ok(Vec::new()) };
        match of {
            None => self.similar(&m).await,
            Some(of) => Ok(self.past_answer(&m, of).await?.into_iter().collect()),
        }
    }

    /// The answer to another mention of the same brand, as the store has it now, if it may be shown here.
    async fn past_answer(&self, m: &Mention, of: MentionNo) -> Result<Option<Past>, StoreError> {
        let other = self.store.mention(of).await?.filter(|other| other.no != m.no && other.brand == m.brand);
        let fits = |other: &Mention| (other.kind == Kind::Praise) == (m.kind == Kind::Praise);
        let Some(other) = other.filter(fits) else { return Ok(None) };
        let rules = self.rules().await?;
        Ok(Past::of(&other, &rules))
    }
}
