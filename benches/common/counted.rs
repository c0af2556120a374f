//! The real disk, with a count of how often it was made durable.

use hearback::store::journal::disk::{Disk, DiskFile, RealDisk, Space};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The disk of the journal.
#[derive(Clone, Debug, Default)]
pub struct Counted(Arc<AtomicU64>);

impl Counted {
    /// So many times the journal was made durable.
    pub fn syncs(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Disk for Counted {
    fn open(&self, path: &Path, create: bool) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(File { inner: RealDisk.open(path, create)?, syncs: Arc::clone(&self.0) }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        RealDisk.sync_dir(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        RealDisk.list(dir)
    }

    fn space(&self, dir: &Path) -> io::Result<Space> {
        RealDisk.space(dir)
    }
}

struct File {
    inner: Box<dyn DiskFile>,
    syncs: Arc<AtomicU64>,
}

impl DiskFile for File {
    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        self.inner.read_at(at, into)
    }

    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.inner.write_at(at, bytes)
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        self.inner.set_len(len)
    }

    fn sync_data(&mut self) -> io::Result<()> {
        self.syncs.fetch_add(1, Ordering::Relaxed);
        self.inner.sync_data()
    }
}
