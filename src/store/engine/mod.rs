//! The store without its thread: takes groups of commits, one after the other.

mod upkeep;

use super::StoreError;
use super::alike::Alike;
use super::fault::{Fault, disk_trouble};
use super::folder::Folder;
use super::group::{Group, Live, Names, No};
use super::hear;
use super::index::Index;
use super::journal::Journal;
use super::lock::{self, Lock};
use super::options::{Options, Tell};
use super::record::{self, SCHEMA};
use super::recover::{self, Memory};
use crate::domain::{Commit, Ingested, Intake};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use upkeep::SnapshotJob;

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
    alike: Alike,
    snapshot: u64,
    groups: u64,
    purged_hour: i64,
    /// Why nothing can be committed at present.
    down: bool,
    healed_for_reader: bool,
    job: Option<SnapshotJob>,
    _lock: Lock,
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
            alike: Alike::new(options.copies_within),
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
        if done.is_err() {
            self.alike.forget();
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
            match one(&mut group, &mut self.alike, work, lsn) {
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

    /// Checks that there is room, and brings a store that is down up again, if what kept it down has passed.
    fn get_up(&mut self) -> Result<(), StoreError> {
        if let Ok(space) = self.options.disk.space(&self.folder.root)
            && space.free < self.options.reserve_bytes
        {
            let e = disk_trouble("writing in", &self.folder.root, &std::io::ErrorKind::StorageFull.into());
            *self.shared.trouble() = Some(e.to_string());
            return Err(e);
        }
        if self.down { self.rebuild() } else { Ok(()) }
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
        self.stop_job();
        self.alike.forget();
        if let Ok(old) = self.shared.set_index(Err(resting)) {
            let_go(old);
        }
        self.folder.balance(&self.options);
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
}

impl Drop for Engine {
    /// The lock on the folder is let go of last, when nobody can touch the files any more.
    fn drop(&mut self) {
        self.stop_job();
        let closed = StoreError::Broken("the store is closed: start hearback again".to_owned());
        if let Ok(index) = self.shared.set_index(Err(closed)) {
            let_go(index);
        }
    }
}

/// Closes indexes when their last reader has finished, so that nothing of them still writes when new ones are made in
/// their place. Readers are short; one that hangs is left behind.
fn let_go(index: Arc<Index>) {
    let start = std::time::Instant::now();
    while Arc::strong_count(&index) > 1 && start.elapsed().as_secs() < 10 {
        std::thread::park_timeout(std::time::Duration::from_millis(2));
    }
    if let Some(index) = Arc::into_inner(index) {
        index.close();
    }
}

fn one(group: &mut Group<'_>, alike: &mut Alike, work: &Work, lsn: u64) -> Result<(Option<Vec<u8>>, Done), No> {
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
            let (commit, became) = hear::ingest(group, alike, intake)?;
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
