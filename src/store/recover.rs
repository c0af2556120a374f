//! Opening: decides whether the indexes can be trusted, and rebuilds them from snapshot and journal where not.
//!
//! | last run | indexes | what happens |
//! |---|---|---|
//! | clean, or the same boot of the machine | open, know a commit that the journal has | the journal's newer commits are applied |
//! | clean, or the same boot | know more than the journal | the journal lost its end: a snapshot of the indexes replaces it |
//! | clean, or the same boot | do not open, are empty, older than the snapshot, or of another layout | rebuilt |
//! | another boot, not clean | any | rebuilt: sled's own flush does not reach the medium |
//!
//! A journal that ends before a commit of which it is known that it was in it, without indexes that still have it, is
//! damage: nothing is opened.

use super::StoreError;
use super::board::Board;
use super::fault::{Fault, disk_trouble, full_in_words};
use super::folder::{Folder, LastRun};
use super::group::{Group, Live, Names, meta, number};
use super::index::{Index, Tree};
use super::journal::segment::Instance;
use super::journal::{self, Journal};
use super::options::{Options, Progress, Tell};
use super::outbox::Outbox;
use super::{record, rows, snapshot};
use crate::domain::{Effect, MentionNo, OpenRow};
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;

/// Commits that are applied to the indexes at once while rebuilding.
const BATCH: usize = 128;

/// What is kept in memory.
pub struct Memory {
    /// The open mentions.
    pub board: Board,
    /// The effects that wait.
    pub outbox: Outbox,
    /// The table of names, as readers need it.
    pub table: Arc<[String]>,
    /// The number of the next mention.
    pub next_no: u64,
    /// The newest moment of any commit.
    pub latest: Timestamp,
}

impl Memory {
    /// Queues an effect, as urgent as its mention is now.
    fn put(&mut self, place: u64, effect: Effect) {
        let row = effect.mention().and_then(|no| self.board.row(no));
        self.outbox.put(place, effect, row);
    }
}

/// An opened store, before its first commit.
pub struct Opened {
    /// The journal, behind its last commit.
    pub journal: Journal,
    /// The indexes, up to that commit.
    pub index: Index,
    /// The newest snapshot; 0 if there is none.
    pub snapshot: u64,
    /// What a person should know about how it went.
    pub trouble: Option<String>,
}

fn to_store(fault: &Fault) -> StoreError {
    StoreError::Broken(format!("{fault}. The journal is whole; start hearback again to rebuild the indexes"))
}

/// Opens the store in a folder that is already locked.
pub fn open(folder: &Folder, options: &Options, tell: Tell<'_>) -> Result<Opened, StoreError> {
    let disk = &*options.disk;
    let trouble = |e: std::io::Error| disk_trouble("reading", &folder.journal, &e);
    for name in disk.list(&folder.journal).map_err(trouble)? {
        if Path::new(&name).extension().is_some_and(|e| e == "tmp") {
            disk.remove(&folder.journal.join(name)).map_err(trouble)?;
        }
    }
    let last_run = folder.last_run(disk);
    let boot = Folder::boot(options);
    let trusted = last_run.clean || (boot.is_some() && boot == last_run.boot);
    let snapshots = snapshot::list(disk, &folder.journal).map_err(trouble)?;
    let floor = snapshots.last().copied().unwrap_or(0);
    let instance = find_instance(folder, options, floor, boot.as_deref())?;
    let j = (options.segment_bytes, options.step_bytes);
    let mut journal = Journal::open(options.disk.clone(), &folder.journal, instance, floor, j.0, j.1)?;
    // A store that was ever opened has a journal file or a snapshot: without them somebody removed the truth.
    let orphaned = floor == 0 && journal.is_new() && folder.was_used();
    let noting = |e: std::io::Error| disk_trouble("writing in", &folder.root, &e);
    if !orphaned && last_run.lsn <= journal.last() {
        journal.begin().map_err(noting)?;
        // From here on the indexes are written to: cut off by a power cut, they must not pass for those of a clean end;
        // and old ones that are not trusted must not pass for those of this boot.
        let begun = LastRun { boot: boot.clone().filter(|_| trusted), clean: false, lsn: last_run.lsn };
        if begun != last_run || !folder.was_used() {
            folder.note(disk, &begun).map_err(noting)?;
        }
    }
    let mut said = None;
    let kept = if trusted { keep(folder, options, &mut journal, floor, &mut said, tell)? } else { None };
    if last_run.lsn > journal.last() || (orphaned && kept.is_none()) {
        return Err(StoreError::Broken(format!(
            "the journal in {} ends at commit {}, but commit {} was acknowledged: files are missing or were cut. Nothing \
             was changed. Put the missing files back, or restore a backup into a new folder (hearback restore)",
            folder.journal.display(),
            journal.last(),
            last_run.lsn.max(1),
        )));
    }
    let index = match kept {
        Some(index) => index,
        None => rebuild(folder, options, &journal, floor, tell)?,
    };
    journal.begin().map_err(noting)?;
    let note = LastRun { boot, clean: false, lsn: journal.last() };
    folder.note(disk, &note).map_err(noting)?;
    let snapshot = snapshot::list(disk, &folder.journal).map_err(trouble)?.last().copied().unwrap_or(0);
    Ok(Opened { journal, index, snapshot, trouble: said })
}

/// The indexes as they are, brought up to the journal; `None` if they have to be rebuilt.
fn keep(
    folder: &Folder,
    options: &Options,
    journal: &mut Journal,
    floor: u64,
    said: &mut Option<String>,
    tell: Tell<'_>,
) -> Result<Option<Index>, StoreError> {
    if !folder.sled.exists() {
        return Ok(None);
    }
    let index = match Index::open(&folder.sled, options.cache_bytes) {
        Ok(index) => index,
        Err(fault) => {
            tracing::warn!(%fault, "the indexes do not open and are rebuilt");
            return Ok(None);
        }
    };
    let applied = match index.get(Tree::Meta, meta::APPLIED) {
        Ok(applied) => applied.as_deref().and_then(number),
        Err(fault) => {
            tracing::warn!(%fault, "the indexes do not read and are rebuilt");
            None
        }
    };
    let layout = index.get(Tree::Meta, meta::LAYOUT).ok().flatten().as_deref().and_then(number);
    // What only the indexes still have is taken out of them first, whatever rows they lack.
    let usable = |a: &u64| *a >= floor && (layout == Some(rows::LAYOUT) || *a > journal.last());
    let Some(applied) = applied.filter(usable) else {
        index.close();
        return Ok(None);
    };
    if applied > journal.last() {
        return match mend(folder, options, journal, &index, applied, tell) {
            Ok(()) => {
                *said = Some(format!(
                    "the end of the journal was damaged; the indexes still had everything up to commit {applied}, and a \
                     snapshot of them replaced it. Nothing was lost, but check the disk"
                ));
                Ok(Some(index))
            }
            Err(e) => {
                tracing::warn!(error = %e, "the indexes know more than the journal, but cannot be read");
                index.close();
                Ok(None)
            }
        };
    }
    match replay(&index, journal, applied, tell) {
        Ok(()) => Ok(Some(index)),
        Err(Replay::Index(fault)) => {
            tracing::warn!(%fault, "the indexes do not take the journal and are rebuilt");
            index.close();
            Ok(None)
        }
        Err(Replay::Journal(e)) => Err(e),
    }
}

fn mend(
    folder: &Folder,
    options: &Options,
    journal: &mut Journal,
    index: &Index,
    applied: u64,
    tell: Tell<'_>,
) -> Result<(), StoreError> {
    let (memory, _) = load(index).map_err(|f| to_store(&f))?;
    let scene = snapshot::Scene {
        lsn: applied,
        instance: journal.instance(),
        next_no: memory.next_no,
        effects: memory.outbox.all(),
        latest: memory.latest,
        stop: &|| false,
    };
    snapshot::write(&*options.disk, &folder.journal, index, &scene, tell)
        .map_err(|e| StoreError::Broken(e.to_string()))?;
    journal.skip_to(applied).map_err(|e| disk_trouble("tidying", &folder.journal, &e))
}

enum Replay {
    Index(Fault),
    Journal(StoreError),
}

/// Applies the journal's commits after `applied`.
fn replay(index: &Index, journal: &Journal, applied: u64, tell: Tell<'_>) -> Result<(), Replay> {
    if applied == journal.last() {
        return Ok(());
    }
    let (memory, names) = load(index).map_err(Replay::Index)?;
    let mut feed = Feed::new(index, names, memory.next_no, memory.latest);
    let total = journal.last() - applied;
    let mut failed = None;
    let done = journal.replay(applied, |f| {
        snapshot::doing(f.lsn - applied, "catching up with the journal", total, tell);
        feed.take(f.schema, f.payload, f.lsn, Some(f.lsn)).map_err(|fault| {
            let e = to_store(&fault);
            failed = Some(fault);
            e
        })
    });
    match (failed, done) {
        (Some(fault), _) => Err(Replay::Index(fault)),
        (None, Err(e)) => Err(Replay::Journal(e)),
        (None, Ok(())) => feed.end(Some(journal.last())).map_err(Replay::Index),
    }
}

/// Builds the indexes anew from the newest snapshot and the journal behind it.
pub fn rebuild(
    folder: &Folder,
    options: &Options,
    journal: &Journal,
    snapshot: u64,
    tell: Tell<'_>,
) -> Result<Index, StoreError> {
    folder.drop_indexes().map_err(|e| disk_trouble("removing the old indexes in", &folder.root, &e))?;
    let index = Index::open(&folder.sled, options.cache_bytes).map_err(|f| full_or(folder, options, &f))?;
    let mut feed = Feed::new(&index, Names::default(), 1, Timestamp::UNIX_EPOCH);
    let bad = |f: Fault| full_or(folder, options, &f);
    if snapshot > 0 {
        let mut count = 0;
        snapshot::read(&*options.disk, &folder.journal, snapshot, &mut |f| {
            count += 1;
            snapshot::doing(count, "rebuilding the indexes from the snapshot", 0, tell);
            // The place of an effect in the order comes from its commit; those of a snapshot come before all later ones.
            feed.take(f.schema, f.payload, 0, None).map_err(bad)
        })?;
    }
    let total = journal.last().saturating_sub(snapshot);
    journal.replay(snapshot, |f| {
        snapshot::doing(f.lsn - snapshot, "rebuilding the indexes from the journal", total, tell);
        feed.take(f.schema, f.payload, f.lsn, None).map_err(bad)
    })?;
    feed.meta(&journal.instance());
    feed.end(Some(journal.last())).map_err(bad)?;
    if total > 1024 {
        tell(Progress { doing: "rebuilding the indexes from the journal", done: total, total });
    }
    Ok(index)
}

/// A fault of the indexes is often a full disk in disguise: say so.
pub fn full_or(folder: &Folder, options: &Options, fault: &Fault) -> StoreError {
    let none_left = || options.disk.space(&folder.root).is_ok_and(|s| s.free < 1 << 20);
    match full_in_words(fault).or_else(|| none_left().then_some(std::io::ErrorKind::StorageFull)) {
        Some(kind) => disk_trouble("writing in", &folder.root, &kind.into()),
        None => to_store(fault),
    }
}

/// Feeds commits to the indexes in batches.
struct Feed<'a> {
    index: &'a Index,
    names: Names,
    next_no: u64,
    latest: Timestamp,
    waiting: Vec<(crate::domain::Commit, u64)>,
    applied: Option<u64>,
    batches: u32,
    instance: Option<Instance>,
}

impl<'a> Feed<'a> {
    fn new(index: &'a Index, names: Names, next_no: u64, latest: Timestamp) -> Self {
        let waiting = Vec::with_capacity(BATCH);
        Self { index, names, next_no, latest, waiting, applied: None, batches: 0, instance: None }
    }

    fn meta(&mut self, instance: &Instance) {
        self.instance = Some(*instance);
    }

    fn take(&mut self, schema: u32, payload: &[u8], lsn: u64, applied: Option<u64>) -> Result<(), Fault> {
        self.waiting.push((record::decode_commit(schema, payload)?, lsn));
        self.applied = applied;
        if self.waiting.len() >= BATCH { self.write(self.applied) } else { Ok(()) }
    }

    /// Until everything is in, a rebuild leaves no applied number behind: cut off, it begins again.
    fn write(&mut self, applied: Option<u64>) -> Result<(), Fault> {
        let mut group = Group::new(self.index, &mut self.names, self.next_no, self.latest);
        for (commit, lsn) in self.waiting.drain(..) {
            group.apply(&commit, lsn)?;
        }
        let mut writes = group.finish(applied)?;
        (self.next_no, self.latest) = (group.next_no, group.latest);
        if let Some(instance) = &self.instance {
            writes.insert((Tree::Meta, meta::INSTANCE.to_vec()), Some(instance.to_vec()));
            writes.insert((Tree::Meta, meta::LAYOUT.to_vec()), Some(rows::LAYOUT.to_be_bytes().to_vec()));
        }
        self.index.apply(&writes)?;
        self.batches += 1;
        if self.batches.is_multiple_of(8) { self.index.flush() } else { Ok(()) }
    }

    fn end(mut self, applied: Option<u64>) -> Result<(), Fault> {
        self.write(applied)?;
        self.index.flush()
    }
}

/// Which store the files in a folder belong to; a new folder gets a new identity.
fn find_instance(folder: &Folder, options: &Options, floor: u64, boot: Option<&str>) -> Result<Instance, StoreError> {
    let disk = &*options.disk;
    if floor > 0 {
        return snapshot::owner(disk, &folder.journal, floor);
    }
    let trouble = |e: std::io::Error| disk_trouble("reading", &folder.journal, &e);
    for first in journal::list(disk, &folder.journal).map_err(trouble)? {
        let path = folder.journal.join(journal::segment::name(first));
        let bytes = journal::disk::read_whole(disk, &path).map_err(trouble)?;
        if let Some(instance) = journal::segment::owner(&bytes) {
            return Ok(instance);
        }
    }
    let pid = std::process::id().to_string();
    Ok(rows::hash(&["hearback", &folder.root.to_string_lossy(), boot.unwrap_or_default(), &pid]))
}

/// Reads what is kept in memory from the indexes.
pub fn load(index: &Index) -> Result<(Memory, Names), Fault> {
    let mut names = Names::default();
    let mut memory = Memory {
        board: Board::default(),
        outbox: Outbox::default(),
        table: Arc::new([]),
        next_no: index.get(Tree::Meta, meta::NEXT)?.as_deref().and_then(number).unwrap_or(1),
        latest: index
            .get(Tree::Meta, meta::LATEST)?
            .as_deref()
            .and_then(super::group::idem_time)
            .unwrap_or(Timestamp::UNIX_EPOCH),
    };
    index.range(Tree::Open, &[], None, |key, value| {
        let no = MentionNo(number(key).unwrap_or_default());
        memory.board.set(no, Some(record::decode::<OpenRow>(value)?));
        Ok(true)
    })?;
    index.range(Tree::Outbox, &[], None, |_, value| {
        let (place, effect) = decode_effect(value)?;
        memory.put(place, effect);
        Ok(true)
    })?;
    index.range(Tree::Meta, &[meta::NAME], Some(&[meta::NAME + 1]), |key, value| {
        // Keys are the byte and two more; `next_no` and its like are longer.
        if key.len() == 3 {
            names.add(&String::from_utf8_lossy(value));
        }
        Ok(true)
    })?;
    memory.table = names.list.as_slice().into();
    Ok((memory, names))
}

/// An effect and its place in the order, as it lies in the index.
pub fn decode_effect(value: &[u8]) -> Result<(u64, Effect), Fault> {
    let (place, rest) = value.split_first_chunk::<8>().ok_or_else(|| Fault("an effect is cut off".to_owned()))?;
    Ok((u64::from_be_bytes(*place), record::decode(rest)?))
}

/// Applies what a group changed to the memory.
pub fn remember(memory: &mut Memory, live: Vec<Live>) {
    for change in live {
        match change {
            Live::Open(no, row) => {
                memory.outbox.rank(no, row.as_ref());
                memory.board.set(no, row);
            }
            Live::Put(place, effect) => memory.put(place, effect),
            Live::Done(id) => memory.outbox.remove(&id),
        }
    }
}
