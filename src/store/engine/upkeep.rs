//! What the engine does beside the commits: flushing, checkpoints, snapshots, forgetting, compacting, closing.

use super::super::fault::disk_trouble;
use super::super::folder::{Folder, LastRun};
use super::super::index::Index;
use super::super::options::Tell;
use super::super::snapshot::{self, SnapshotError};
use super::super::{StoreError, idem, recover};
use super::Engine;
use std::sync::{Arc, PoisonError};

/// A snapshot that is being made beside the commits.
pub(super) struct SnapshotJob {
    lsn: u64,
    stop: Arc<std::sync::atomic::AtomicBool>,
    thread: std::thread::JoinHandle<Result<(), SnapshotError>>,
}

impl Engine {
    /// Flushes, checkpoints, snapshots and forgets, each when its time has come. What fails here fails again, and is
    /// said, with the next group.
    pub(super) fn housekeeping(&mut self) {
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
        let written = self.journal.written();
        let wanted = self.options.snapshot_bytes > 0 && written > self.options.snapshot_bytes;
        if self.job.is_some() || !wanted {
            return;
        }
        // Not before the journal has grown by as much as the last snapshot holds: so all snapshots together cost about
        // as much as the journal itself, however large the store is.
        let last = self.folder.journal.join(snapshot::name(self.snapshot));
        if std::fs::metadata(last).is_ok_and(|last| written < last.len()) {
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

    pub(super) fn stop_job(&mut self) {
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
        super::let_go(index);
        self.folder.sync_indexes().map_err(trouble)?;
        let run = LastRun { boot: Folder::boot(&self.options), clean: true, lsn: self.journal.last() };
        self.folder.note(&*self.options.disk, &run).map_err(trouble)
    }
}
