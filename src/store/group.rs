//! A group of commits on its way: decided one after the other over what the group itself has written so far, then made
//! durable and visible together.

use super::StoreError;
use super::blocks;
use super::fault::Fault;
use super::index::{Index, Tree, Writes};
use super::record::{self, EMBEDDED, Stored};
use super::rows::{self, AuthorRow, Key};
use crate::domain::{
    Change, Commit, Effect, EffectChange, EffectId, Event, EventKind, Fact, IdemKey, Mention, MentionNo, OpenRow,
};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// How long an idempotency key is remembered.
pub const REMEMBERED: SignedDuration = SignedDuration::from_hours(48);

/// The table of names that facts refer to. Codes are only good within one set of indexes.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// By code.
    pub list: Vec<String>,
    codes: HashMap<String, u16>,
}

impl Names {
    /// Adds a name that the indexes know; `None` if the table is full.
    pub fn add(&mut self, name: &str) -> Option<u16> {
        let code = u16::try_from(self.list.len()).ok().filter(|c| *c < blocks::OTHERS)?;
        self.list.push(name.to_owned());
        self.codes.insert(name.to_owned(), code);
        Some(code)
    }

    /// Takes the newest names back.
    pub fn cut(&mut self, len: usize) {
        for name in self.list.drain(len.min(self.list.len())..) {
            self.codes.remove(&name);
        }
    }
}

/// What the group changes in memory, once it is durable.
pub enum Live {
    /// A row of the board.
    Open(MentionNo, Option<OpenRow>),
    /// An effect and its place in the order.
    Put(u64, Effect),
    /// An effect that is done.
    Done(EffectId),
}

/// Why a commit is not taken.
pub enum No {
    /// It is refused; the group goes on.
    Refused(StoreError),
    /// The indexes failed: the group cannot go on.
    Fault(Fault),
}

impl From<Fault> for No {
    fn from(fault: Fault) -> Self {
        No::Fault(fault)
    }
}

/// The key of a record by its number.
pub fn no_key(no: MentionNo) -> Vec<u8> {
    no.0.to_be_bytes().to_vec()
}

/// The key of a spilled event.
pub fn event_key(no: MentionNo, index: u32) -> Vec<u8> {
    [no.0.to_be_bytes().as_slice(), &index.to_be_bytes()].concat()
}

/// The key of a copy that the card of `lead` counts.
pub fn copy_key(lead: MentionNo, no: MentionNo) -> Vec<u8> {
    [lead.0.to_be_bytes(), no.0.to_be_bytes()].concat()
}

/// The key of a block of facts: days in order, also before 1970.
pub fn block_key(day: i64, no: MentionNo) -> Vec<u8> {
    [(day.cast_unsigned() ^ (1 << 63)).to_be_bytes(), (no.0 >> 5).to_be_bytes()].concat()
}

/// A number as it lies in an index row.
pub fn number(bytes: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(*bytes.first_chunk()?))
}

/// Keys in [`Tree::Meta`].
pub mod meta {
    /// The number of the next mention.
    pub const NEXT: &[u8] = b"next_no";
    /// The last commit that the indexes have.
    pub const APPLIED: &[u8] = b"applied_lsn";
    /// Which store it is.
    pub const INSTANCE: &[u8] = b"instance";
    /// The newest moment of any commit, in milliseconds.
    pub const LATEST: &[u8] = b"latest";
    /// Which rows there are: [`super::rows::LAYOUT`] of the program that built them.
    pub const LAYOUT: &[u8] = b"layout";
    /// Names by code: this byte and the code.
    pub const NAME: u8 = b'n';
}

/// A group.
pub struct Group<'a> {
    index: &'a Index,
    names: &'a mut Names,
    writes: Writes,
    records: HashMap<MentionNo, Option<Stored>>,
    changed: Vec<MentionNo>,
    /// The number of the next mention.
    pub next_no: u64,
    /// The newest moment of any commit.
    pub latest: Timestamp,
    /// What changes in memory.
    pub live: Vec<Live>,
}

impl<'a> Group<'a> {
    /// An empty group over the indexes.
    pub fn new(index: &'a Index, names: &'a mut Names, next_no: u64, latest: Timestamp) -> Self {
        Self {
            index,
            names,
            writes: Writes::new(),
            records: HashMap::new(),
            changed: Vec::new(),
            next_no,
            latest,
            live: Vec::new(),
        }
    }

    /// The indexes as they were before the group.
    pub fn index(&self) -> &'a Index {
        self.index
    }

    fn get(&self, tree: Tree, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        match self.writes.get(&(tree, key.to_vec())) {
            Some(written) => Ok(written.clone()),
            None => self.index.get(tree, key),
        }
    }

    fn put(&mut self, tree: Tree, key: Vec<u8>, value: Vec<u8>) {
        self.writes.insert((tree, key), Some(value));
    }

    fn remove(&mut self, tree: Tree, key: Vec<u8>) {
        self.writes.insert((tree, key), None);
    }

    fn load(&mut self, no: MentionNo) -> Result<Option<&Stored>, Fault> {
        if !self.records.contains_key(&no) {
            let found = self.index.get(Tree::Mentions, &no_key(no))?;
            let found = found.map(|bytes| record::decode_mention(&bytes)).transpose()?;
            self.records.insert(no, found);
        }
        Ok(self.records.get(&no).and_then(Option::as_ref))
    }

    /// A mention, as the group so far leaves it.
    pub fn mention(&mut self, no: MentionNo) -> Result<Option<&Mention>, Fault> {
        Ok(self.load(no)?.map(|s| &s.mention))
    }

    /// The mention that an index row leads to.
    pub fn lookup(&self, tree: Tree, key: &Key) -> Result<Option<MentionNo>, Fault> {
        Ok(self.get(tree, key)?.as_deref().and_then(number).map(MentionNo))
    }

    /// What is known of an author.
    pub fn author(&self, key: &Key) -> Result<AuthorRow, Fault> {
        Ok(self.get(Tree::Authors, key)?.map(|bytes| AuthorRow::decode(&bytes)).unwrap_or_default())
    }

    /// The cursor of a source, as stored.
    pub fn cursor(&self, source: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.get(Tree::Cursors, source.as_bytes())
    }

    /// Refuses a repetition.
    pub fn check_idem(&self, idem: Option<&IdemKey>, at: Timestamp) -> Result<(), No> {
        let Some(key) = idem else { return Ok(()) };
        let seen = self.get(Tree::Idem, &rows::hash(&[&key.0]))?.as_deref().and_then(idem_time);
        match seen {
            Some(seen) if at.duration_since(seen) < REMEMBERED => Err(No::Refused(StoreError::Repeated)),
            _ => Ok(()),
        }
    }

    /// Checks that a commit may be taken as it is: key, versions, numbers.
    pub fn check(&mut self, commit: &Commit) -> Result<(), No> {
        self.check_idem(commit.idem.as_ref(), commit.at)?;
        let mut ahead: HashMap<MentionNo, u64> = HashMap::new();
        let mut next = self.next_no;
        for change in &commit.changes {
            let no = change.after.no;
            if change.after.version != change.expect + 1 || change.events.is_empty() {
                let say = format!("a change of {no} is not well formed (version or events): this is a bug in hearback");
                return Err(No::Refused(StoreError::Broken(say)));
            }
            let known = match ahead.get(&no) {
                Some(version) => *version,
                None => self.mention(no)?.map_or(0, |m| m.version),
            };
            let fresh = change.expect == 0;
            if known != change.expect || (fresh && no.0 != next) {
                return Err(No::Refused(StoreError::Conflict(no)));
            }
            next += u64::from(fresh);
            ahead.insert(no, change.after.version);
        }
        Ok(())
    }

    /// Takes a commit with that number in. It was checked, or it comes from the journal.
    pub fn apply(&mut self, commit: &Commit, lsn: u64) -> Result<(), Fault> {
        for change in &commit.changes {
            self.change(change)?;
        }
        self.apply_rest(commit, lsn)
    }

    /// Takes everything of a commit in except its changes.
    pub fn apply_rest(&mut self, commit: &Commit, lsn: u64) -> Result<(), Fault> {
        for (i, effect) in commit.effects.iter().enumerate() {
            match effect {
                EffectChange::Put(effect) => {
                    let key = rows::hash(&[&effect.id.0]).to_vec();
                    // A repeated key keeps its place in the order: a retry must not overtake, nor fall behind.
                    let place = match self.get(Tree::Outbox, &key)?.as_deref().and_then(number) {
                        Some(place) => place,
                        None => lsn << 20 | u64::try_from(i).unwrap_or(0),
                    };
                    let mut value = place.to_be_bytes().to_vec();
                    value.extend_from_slice(&record::encode(effect)?);
                    self.put(Tree::Outbox, key, value);
                    self.live.push(Live::Put(place, effect.clone()));
                }
                EffectChange::Done(id) => {
                    self.remove(Tree::Outbox, rows::hash(&[&id.0]).to_vec());
                    self.live.push(Live::Done(id.clone()));
                }
            }
        }
        if let Some((source, cursor)) = &commit.cursor {
            self.put(Tree::Cursors, source.0.as_bytes().to_vec(), cursor.0.as_bytes().to_vec());
        }
        for (key, value) in &commit.settings {
            let value = value.as_ref().map(|v| v.as_bytes().to_vec());
            self.writes.insert((Tree::Settings, key.as_bytes().to_vec()), value);
        }
        if let Some(key) = &commit.idem {
            let mut value = commit.at.as_millisecond().to_be_bytes().to_vec();
            value.extend_from_slice(key.0.as_bytes());
            self.put(Tree::Idem, rows::hash(&[&key.0]).to_vec(), value);
        }
        self.latest = self.latest.max(commit.at);
        Ok(())
    }

    /// Takes one change in. A change that the record already has (a replay over a snapshot) is passed over.
    pub fn change(&mut self, change: &Change) -> Result<(), Fault> {
        let no = change.after.no;
        let before = self.load(no)?.cloned();
        if before.as_ref().is_some_and(|b| b.mention.version >= change.after.version) {
            return Ok(());
        }
        self.index_rows(before.as_ref().map(|b| &b.mention), &change.after)?;
        let mut stored = before.unwrap_or_else(|| Stored::new(change.after.clone(), Vec::new()));
        stored.mention = change.after.clone();
        for event in &change.events {
            if event.what == EventKind::Erased {
                for index in 0..stored.spilled {
                    let key = event_key(no, index);
                    if let Some(bytes) = self.get(Tree::Events, &key)? {
                        let mut old: Event = record::decode(&bytes)?;
                        old.erase(no);
                        self.put(Tree::Events, key, record::encode(&old)?);
                    }
                }
                stored.events.iter_mut().for_each(|e| e.erase(no));
            }
            stored.events.push(event.clone());
        }
        let spill = stored.events.len().saturating_sub(EMBEDDED);
        for event in stored.events.drain(..spill) {
            self.put(Tree::Events, event_key(no, stored.spilled), record::encode(&event)?);
            stored.spilled += 1;
        }
        self.next_no = self.next_no.max(no.0 + 1);
        self.records.insert(no, Some(stored));
        self.changed.push(no);
        Ok(())
    }

    fn index_rows(&mut self, before: Option<&Mention>, after: &Mention) -> Result<(), Fault> {
        let no = after.no;
        let delta = rows::delta(before, after);
        for (tree, keys) in [Tree::Posts, Tree::Urls, Tree::Cards].into_iter().zip(&delta.gone) {
            for key in keys {
                if self.lookup(tree, key)? == Some(no) {
                    self.remove(tree, key.to_vec());
                }
            }
        }
        for (tree, keys) in [Tree::Posts, Tree::Urls, Tree::Cards].into_iter().zip(&delta.come) {
            for key in keys {
                // Two mentions at one address: the older one keeps it, whatever the order of a replay.
                if self.lookup(tree, key)?.is_none_or(|other| other >= no) {
                    self.put(tree, key.to_vec(), no_key(no));
                }
            }
        }
        if let Some((was, is)) = &delta.author {
            for (key, come) in was.iter().map(|k| (k, false)).chain(is.iter().map(|k| (k, true))) {
                let mut row = self.author(key)?;
                if come {
                    row.add(no);
                } else {
                    row.remove(no);
                }
                if row.count == 0 {
                    self.remove(Tree::Authors, key.to_vec());
                } else {
                    self.put(Tree::Authors, key.to_vec(), row.encode());
                }
            }
        }
        if delta.open_changed {
            match &delta.open {
                Some(row) => self.put(Tree::Open, no_key(no), record::encode(row)?),
                None => self.remove(Tree::Open, no_key(no)),
            }
            self.live.push(Live::Open(no, delta.open));
        }
        if delta.handled_changed {
            match &delta.handled {
                Some(row) => self.put(Tree::Handled, no_key(no), record::encode(row)?),
                None => self.remove(Tree::Handled, no_key(no)),
            }
        }
        if let Some([was, is]) = delta.like {
            if let Some((lead, _)) = was {
                self.remove(Tree::Copies, copy_key(lead, no));
            }
            if let Some((lead, open)) = is {
                self.put(Tree::Copies, copy_key(lead, no), vec![u8::from(open)]);
            }
        }
        for (day, facts) in delta.days {
            let key = block_key(day, no);
            let facts: Vec<Fact<u16>> = facts.into_iter().map(|f| f.map_names(|name| self.code(&name))).collect();
            let block = blocks::replace(&self.get(Tree::Facts, &key)?.unwrap_or_default(), no, &facts);
            if block.is_empty() {
                self.remove(Tree::Facts, key);
            } else {
                self.put(Tree::Facts, key, block);
            }
        }
        Ok(())
    }

    fn code(&mut self, name: &str) -> u16 {
        if let Some(code) = self.names.codes.get(name) {
            return *code;
        }
        let Some(code) = self.names.add(name) else { return blocks::OTHERS };
        let key = [&[meta::NAME][..], &code.to_be_bytes()].concat();
        self.put(Tree::Meta, key, name.as_bytes().to_vec());
        code
    }

    /// Everything that the group writes, with the number of its last commit; what changes in memory stays in `live`.
    pub fn finish(&mut self, applied: Option<u64>) -> Result<Writes, Fault> {
        self.changed.sort_unstable();
        self.changed.dedup();
        for no in std::mem::take(&mut self.changed) {
            if let Some(Some(stored)) = self.records.remove(&no) {
                self.put(Tree::Mentions, no_key(no), record::encode_mention(stored)?);
            }
        }
        self.put(Tree::Meta, meta::NEXT.to_vec(), self.next_no.to_be_bytes().to_vec());
        self.put(Tree::Meta, meta::LATEST.to_vec(), self.latest.as_millisecond().to_be_bytes().to_vec());
        if let Some(applied) = applied {
            self.put(Tree::Meta, meta::APPLIED.to_vec(), applied.to_be_bytes().to_vec());
        }
        Ok(std::mem::take(&mut self.writes))
    }
}

/// When an idempotency key was committed.
pub fn idem_time(value: &[u8]) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::from_be_bytes(*value.first_chunk()?)).ok()
}
