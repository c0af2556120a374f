//! The store without its thread: takes groups of commits, one after the other.

use super::StoreError;
use super::fault::{Fault, disk_trouble};
use super::folder::{Folder, LastRun};
use super::group::{Group, Live, Names, No};
use super::index::Index;
use super::journal::Journal;
use super::lock::{self, Lock};
use super::options::{Options, Tell};
use super::record::{self, SCHEMA};
use super::recover::{self, Memory};
use super::snapshot::{self, SnapshotError};
use super::{hear, idem};
use crate::domain::{Commit, Ingested, Intake};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// One thing to do in a group.
#[derive(Debug)]
pub enum Work {
    /// A commit, as decided.
    Commit(Commit),
    /// What a source heard.
    Ingest(Intake),
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Done {
    /// It is durable and visible.
    Committed,
    /// What became of each post.
    Ingested(Vec<Ingested>),
}

/// What readers see.
pub struct Shared {
    index: RwLock<Result<Arc<Index>, StoreError>>,
    /// Board, outbox, names.
    pub memory: RwLock<Memory>,
    trouble: Mutex<Option<String>>,
}

impl Shared {
    /// The indexes, or why there are none.
    pub fn index(&self) -> Result<Arc<Index>, StoreError> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_index(&self, index: Result<Arc<Index>, StoreError>) -> Result<Arc<Index>, StoreError> {
        std::mem::replace(&mut *self.index.write().unwrap_or_else(PoisonError::into_inner), index)
    }

    /// What went wrong last.
    pub fn trouble(&self) -> MutexGuard<'_, Option<String>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, live: Vec<Live>, next_no: u64, latest: jiff::Timestamp, table: Option<Arc<[String]>>) {
        let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        recover::remember(&mut memory, live);
        memory.next_no = next_no;
        memory.latest = latest;
        if let Some(table) = table {
            memory.table = table;
        }
    }
}

/// The store.
pub struct Engine {
    /// Where it lies.
    pub folder: Folder,
    options: Options,
    journal: Journal,
    names: Names,
    shared: Arc<Shared>,
    snapshot: u64,
    groups: u64,
    purged_hour: i64,
    /// Why nothing can be committed at present.
    down: bool,
    healed_for_reader: bool,
    job: Option<SnapshotJob>,
    _lock: Lock,
}

struct SnapshotJob {
    lsn: u64,
    stop: Arc<std::sync::atomic::AtomicBool>,
    thread: std::thread::JoinHandle<Result<(), SnapshotError>>,
}

enum Failed {
    /// Nothing was written: all are refused.
    All(StoreError),
    /// The indexes failed before anything was written: rebuild and try again.
    Index(Fault),
}

impl Engine {
    /// Opens or creates the store in a folder.
    pub fn open(root: &Path, options: Options, tell: Tell<'_>) -> Result<Self, StoreError> {
        std::fs::create_dir_all(root).map_err(|e| disk_trouble("creating", root, &e))?;
        let lock = lock::take(root, options.lock_wait)?;
        let folder = Folder::create(root)?;
        folder.balance(&options);
        let opened = recover::open(&folder, &options, tell)?;
        let (memory, names) = recover::load(&opened.index).map_err(|f| recover::full_or(&folder, &options, &f))?;
        let shared = Arc::new(Shared {
            index: RwLock::new(Ok(Arc::new(opened.index))),
            memory: RwLock::new(memory),
            trouble: Mutex::new(opened.trouble),
        });
        Ok(Self {
            folder,
            options,
            journal: opened.journal,
            names,
            shared,
            snapshot: opened.snapshot,
            groups: 0,
            purged_hour: i64::MIN,
            down: false,
            healed_for_reader: false,
            job: None,
            _lock: lock,
        })
    }

    /// What readers see.
    pub fn shared(&self) -> Arc<Shared> {
        self.shared.clone()
    }

    /// The number of the last commit.
    pub fn last(&self) -> u64 {
        self.journal.last()
    }

    /// Makes a group durable and visible. Each is refused or done by itself; if the disk fails, all are refused.
    pub fn group(&mut self, works: &[Work]) -> Vec<Result<Done, StoreError>> {
        let all = |e: &StoreError| works.iter().map(|_| Err(e.clone())).collect();
        if let Err(e) = self.get_up() {
            return all(&e);
        }
        let mut done = self.try_group(works);
        if let Err(Failed::Index(fault)) = done {
            done = match self.heal(&fault) {
                Ok(()) => self.try_group(works),
                Err(e) => Err(Failed::All(e)),
            };
        }
        match done {
            Ok(results) => {
                self.housekeeping();
                results
            }
            Err(Failed::All(e)) => all(&e),
            Err(Failed::Index(fault)) => {
                let e = recover::full_or(&self.folder, &self.options, &fault);
                self.set_down(&e);
                all(&e)
            }
        }
    }

    fn try_group(&mut self, works: &[Work]) -> Result<Vec<Result<Done, StoreError>>, Failed> {
        let index = self.shared.index().map_err(Failed::All)?;
        let (next_no, latest) = {
            let memory = self.shared.memory.read().unwrap_or_else(PoisonError::into_inner);
            (memory.next_no, memory.latest)
        };
        let named = self.names.list.len();
        let mut group = Group::new(&index, &mut self.names, next_no, latest);
        let mut results = Vec::with_capacity(works.len());
        let mut payloads = Vec::with_capacity(works.len());
        for work in works {
            let lsn = self.journal.last() + 1 + payloads.len() as u64;
            match one(&mut group, work, lsn) {
                Ok((payload, done)) => {
                    payloads.extend(payload);
                    results.push(Ok(done));
                }
                Err(No::Refused(e)) => results.push(Err(e)),
                Err(No::Fault(fault)) => {
                    self.names.cut(named);
                    return Err(Failed::Index(fault));
                }
            }
        }
        if payloads.is_empty() {
            return Ok(results);
        }
        let last = self.journal.last() + payloads.len() as u64;
        let writes = match group.finish(Some(last)) {
            Ok(writes) => writes,
            Err(fault) => {
                self.names.cut(named);
                return Err(Failed::Index(fault));
            }
        };
        let (live, next_no, latest) = (std::mem::take(&mut group.live), group.next_no, group.latest);
        let mark = self.journal.mark();
        if let Err(e) = self.journal.append(u32::from(SCHEMA), &payloads) {
            let e = disk_trouble("writing in", &self.folder.journal, &e);
            *self.shared.trouble() = Some(e.to_string());
            self.names.cut(named);
            return Err(Failed::All(e));
        }
        match index.apply(&writes) {
            Ok(()) => {
                let grown = (self.names.list.len() > named).then(|| self.names.list.as_slice().into());
                self.shared.remember(live, next_no, latest, grown);
            }
            Err(fault) => {
                // It is durable: if the indexes can be rebuilt, it is done. If not, it must not come back later.
                drop(index);
                if let Err(e) = self.heal(&fault) {
                    self.journal.take_back(mark).map_err(|io| {
                        let e = disk_trouble("taking a refused change back in", &self.folder.journal, &io);
                        Failed::All(e)
                    })?;
                    return Err(Failed::All(e));
                }
            }
        }
        self.groups += 1;
        Ok(results)
    }

    /// Brings a store that is down up again, if what kept it down has passed.
    fn get_up(&mut self) -> Result<(), StoreError> {
        if !self.down {
            return Ok(());
        }
        self.rebuild()
    }

    /// A reader met a fault: rebuilds the indexes, once. If it comes back, a person has to look.
    pub fn heal_for_reader(&mut self, fault: &Fault) {
        if self.healed_for_reader || self.down {
            return;
        }
        self.healed_for_reader = true;
        if let Err(e) = self.heal(fault) {
            tracing::error!(error = %e, "the indexes could not be rebuilt");
        }
    }

    /// Rebuilds the indexes in place after they failed.
    fn heal(&mut self, fault: &Fault) -> Result<(), StoreError> {
        tracing::warn!(%fault, "the indexes failed and are rebuilt");
        *self.shared.trouble() = Some(format!("{fault}; they were rebuilt from the journal"));
        self.rebuild()
    }

    fn rebuild(&mut self) -> Result<(), StoreError> {
        let resting = StoreError::Broken("the indexes are being rebuilt: try again in a moment".to_owned());
        if let Ok(old) = self.shared.set_index(Err(resting))
            && let Some(old) = Arc::into_inner(old)
        {
            old.close();
        }
        let built = recover::rebuild(&self.folder, &self.options, &self.journal, self.snapshot, &|p| {
            tracing::info!(done = p.done, total = p.total, "{}", p.doing);
        })
        .and_then(|index| {
            let loaded = recover::load(&index).map_err(|f| recover::full_or(&self.folder, &self.options, &f))?;
            Ok((index, loaded))
        });
        match built {
            Ok((index, (memory, names))) => {
                self.names = names;
                *self.shared.memory.write().unwrap_or_else(PoisonError::into_inner) = memory;
                drop(self.shared.set_index(Ok(Arc::new(index))));
                self.down = false;
                Ok(())
            }
            Err(e) => {
                self.set_down(&e);
                if let Err(io) = self.folder.drop_indexes() {
                    tracing::warn!(error = %io, "removing half-built indexes");
                }
                Err(e)
            }
        }
    }

    fn set_down(&mut self, e: &StoreError) {
        self.down = true;
        *self.shared.trouble() = Some(e.to_string());
        drop(self.shared.set_index(Err(e.clone())));
    }

    /// Flushes, checkpoints, snapshots and forgets, each when its time has come. What fails here fails again, and is
    /// said, with the next group.
    fn housekeeping(&mut self) {
        let Ok(index) = self.shared.index() else { return };
        let due = |every: u64| every > 0 && self.groups.is_multiple_of(every);
        if due(32)
            && let Err(fault) = index.flush()
        {
            drop(index);
            if let Err(e) = self.heal(&fault) {
                tracing::error!(error = %e, "the indexes could not be rebuilt");
            }
            return;
        }
        if due(self.options.checkpoint_groups)
            && let Err(e) = self.checkpoint(&index)
        {
            tracing::warn!(error = %e, "checkpoint");
        }
        let hour = self.shared.memory.read().unwrap_or_else(PoisonError::into_inner).latest.as_second() / 3600;
        if hour > self.purged_hour {
            self.purged_hour = hour;
            if let Err(fault) = idem::forget(&index, hour * 3600) {
                tracing::warn!(%fault, "forgetting old delivery keys");
            }
        }
        self.snapshots(&index);
    }

    fn checkpoint(&self, index: &Index) -> Result<(), StoreError> {
        let trouble = |e: std::io::Error| disk_trouble("writing in", &self.folder.root, &e);
        index.flush().map_err(|f| recover::full_or(&self.folder, &self.options, &f))?;
        self.folder.sync_indexes().map_err(trouble)?;
        let run = LastRun { boot: Folder::boot(&self.options), clean: false, lsn: self.journal.last() };
        self.folder.note(&*self.options.disk, &run).map_err(trouble)
    }

    fn snapshots(&mut self, index: &Arc<Index>) {
        if let Some(job) = self.job.take_if(|job| job.thread.is_finished()) {
            match job.thread.join() {
                Ok(Ok(())) => self.took_snapshot(job.lsn),
                Ok(Err(e)) => tracing::warn!(error = %e, "the snapshot was not made"),
                Err(_) => tracing::warn!("the snapshot was not made: its thread panicked"),
            }
        }
        let wanted = self.options.snapshot_bytes > 0 && self.journal.written() > self.options.snapshot_bytes;
        if self.job.is_some() || !wanted {
            return;
        }
        self.journal.forget_bytes();
        let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let (index, shared, stopped) = (index.clone(), self.shared.clone(), stop.clone());
        let (disk, dir) = (self.options.disk.clone(), self.folder.journal.clone());
        let (lsn, instance) = (self.journal.last(), self.journal.instance());
        let spawned = std::thread::Builder::new().name("hearback-snapshot".to_owned()).spawn(move || {
            let (next_no, effects, latest) = {
                let memory = shared.memory.read().unwrap_or_else(PoisonError::into_inner);
                (memory.next_no, memory.outbox.all(), memory.latest)
            };
            let stop: &dyn Fn() -> bool = &|| stopped.load(std::sync::atomic::Ordering::Relaxed);
            let scene = snapshot::Scene { lsn, instance, next_no, effects, latest, stop };
            snapshot::write(&*disk, &dir, &index, &scene, &|_| {})
        });
        match spawned {
            Ok(thread) => self.job = Some(SnapshotJob { lsn, stop, thread }),
            Err(e) => tracing::warn!(error = %e, "the snapshot was not begun"),
        }
    }

    fn took_snapshot(&mut self, lsn: u64) {
        self.snapshot = lsn;
        if let Err(e) = self.drop_old() {
            tracing::warn!(error = %e, "removing old journal files");
        }
    }

    /// Removes snapshots and journal files that nobody needs any more.
    fn drop_old(&mut self) -> std::io::Result<()> {
        let disk = &*self.options.disk;
        let mut all = snapshot::list(disk, &self.folder.journal)?;
        while all.len() > self.options.keep_snapshots.max(1) {
            disk.remove(&self.folder.journal.join(snapshot::name(all.remove(0))))?;
        }
        disk.sync_dir(&self.folder.journal)?;
        all.first().map_or(Ok(()), |oldest| self.journal.drop_upto(*oldest))
    }

    /// Writes a snapshot of everything, removes all older files, and builds the indexes anew from it: afterwards no
    /// file holds anything that is not alive.
    pub fn compact(&mut self, tell: Tell<'_>) -> Result<(), StoreError> {
        self.get_up()?;
        self.stop_job();
        let trouble = |e: std::io::Error| disk_trouble("compacting", &self.folder.journal, &e);
        let index = self.shared.index()?;
        let lsn = self.journal.last();
        if lsn > 0 {
            let (next_no, effects, latest) = {
                let memory = self.shared.memory.read().unwrap_or_else(PoisonError::into_inner);
                (memory.next_no, memory.outbox.all(), memory.latest)
            };
            let instance = self.journal.instance();
            let scene = snapshot::Scene { lsn, instance, next_no, effects, latest, stop: &|| false };
            snapshot::write(&*self.options.disk, &self.folder.journal, &index, &scene, tell).map_err(|e| match e {
                SnapshotError::Disk(e) => trouble(e),
                other => StoreError::Broken(other.to_string()),
            })?;
            self.snapshot = lsn;
            self.journal.drop_all().map_err(trouble)?;
            let disk = &*self.options.disk;
            for old in snapshot::list(disk, &self.folder.journal).map_err(trouble)?.into_iter().filter(|s| *s != lsn) {
                disk.remove(&self.folder.journal.join(snapshot::name(old))).map_err(trouble)?;
            }
            disk.sync_dir(&self.folder.journal).map_err(trouble)?;
        }
        drop(index);
        self.rebuild()
    }

    fn stop_job(&mut self) {
        if let Some(job) = self.job.take() {
            job.stop.store(true, std::sync::atomic::Ordering::Relaxed);
            match job.thread.join() {
                Ok(Ok(())) => self.took_snapshot(job.lsn),
                Ok(Err(e)) => tracing::debug!(error = %e, "the snapshot was stopped"),
                Err(_) => tracing::warn!("the snapshot's thread panicked"),
            }
        }
    }

    /// Finishes: everything durable, marked as clean.
    pub fn close(mut self) -> Result<(), StoreError> {
        self.stop_job();
        let trouble = |e: std::io::Error| disk_trouble("closing", &self.folder.root, &e);
        let closed = StoreError::Broken("the store is closed: start hearback again".to_owned());
        let index = self.shared.set_index(Err(closed))?;
        index.flush().map_err(|f| recover::full_or(&self.folder, &self.options, &f))?;
        if let Some(index) = Arc::into_inner(index) {
            index.close();
        }
        self.folder.sync_indexes().map_err(trouble)?;
        let run = LastRun { boot: Folder::boot(&self.options), clean: true, lsn: self.journal.last() };
        self.folder.note(&*self.options.disk, &run).map_err(trouble)
    }
}

fn one(group: &mut Group<'_>, work: &Work, lsn: u64) -> Result<(Option<Vec<u8>>, Done), No> {
    match work {
        Work::Commit(commit) => {
            group.check(commit)?;
            let payload = record::encode_commit(commit)?;
            if payload.len() > super::journal::frame::MAX_PAYLOAD {
                let say = "a change is too big to be stored: split it".to_owned();
                return Err(No::Refused(StoreError::Broken(say)));
            }
            group.apply(commit, lsn)?;
            Ok((Some(payload), Done::Committed))
        }
        Work::Ingest(intake) => {
            let (commit, became) = hear::ingest(group, intake)?;
            let payload = match &commit {
                Some(commit) => {
                    group.apply_rest(commit, lsn)?;
                    Some(record::encode_commit(commit)?)
                }
                None => None,
            };
            Ok((payload, Done::Ingested(became)))
        }
    }
}
