//! How the embedded store is set up.

use super::journal::disk::{Disk, RealDisk, Space};
use jiff::SignedDuration;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Settings of the embedded store. The defaults suit a small server.
#[derive(Clone, Debug)]
pub struct Options {
    /// The file system under the journal and the snapshots.
    pub disk: Arc<dyn Disk>,
    /// The file that tells the boot of the machine: after an unclean end in another boot the indexes are rebuilt.
    pub boot_id: PathBuf,
    /// How long to wait for another process to let go of the folder.
    pub lock_wait: Duration,
    /// A journal file is ended when it has so many bytes.
    pub segment_bytes: u64,
    /// The journal grows by so many bytes at a time.
    pub step_bytes: u64,
    /// A snapshot is made when so many bytes were appended since the last one, and at least as many as that one has; 0:
    /// never by itself.
    pub snapshot_bytes: u64,
    /// How many snapshots (with the journal from there on) are kept, at least 1.
    pub keep_snapshots: usize,
    /// The indexes' cache, in bytes. sled takes up to twice as much.
    pub cache_bytes: u64,
    /// A file of that size is kept so that there is room to open when the disk is full; 0: none.
    pub ballast_bytes: u64,
    /// Nothing is committed when fewer bytes are free: sled does not recover from a full disk, so it never meets one.
    pub reserve_bytes: u64,
    /// Space is low when fewer bytes are free …
    pub low_bytes: u64,
    /// … or fewer per cent of the disk.
    pub low_percent: u64,
    /// Everything is made durable in the indexes, too, every so many groups.
    pub checkpoint_groups: u64,
    /// What repeats a mention that was seen no longer ago becomes a copy of it; `None`: every post has a card of its own.
    pub copies_within: Option<SignedDuration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            disk: Arc::new(RealDisk),
            boot_id: PathBuf::from("/proc/sys/kernel/random/boot_id"),
            lock_wait: Duration::from_secs(5),
            segment_bytes: 16 << 20,
            step_bytes: 1 << 20,
            snapshot_bytes: 512 << 20,
            keep_snapshots: 1,
            cache_bytes: 64 << 20,
            ballast_bytes: 64 << 20,
            reserve_bytes: 8 << 20,
            low_bytes: 256 << 20,
            low_percent: 10,
            checkpoint_groups: 512,
            copies_within: None,
        }
    }
}

impl Options {
    /// True if sources must rest until there is more room.
    pub fn is_low(&self, space: Space) -> bool {
        space.free < self.low_bytes || space.free < space.total / 100 * self.low_percent
    }
}

/// How far something long has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done, as a sentence's beginning: `rebuilding the indexes`.
    pub doing: &'static str,
    /// So many are done …
    pub done: u64,
    /// … of so many; 0 if that is not known.
    pub total: u64,
}

/// Where progress is told.
pub type Tell<'a> = &'a dyn Fn(Progress);
