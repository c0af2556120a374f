//! What lies in the folder of a store, and the small files there: how the last run ended, and the ballast.

use super::StoreError;
use super::fault::disk_trouble;
use super::journal::disk::{self, Disk};
use super::options::Options;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The paths in a store's folder.
#[derive(Clone, Debug)]
pub struct Folder {
    /// The folder itself.
    pub root: PathBuf,
    /// The journal and the snapshots: the truth.
    pub journal: PathBuf,
    /// The indexes.
    pub sled: PathBuf,
    /// Indexes that were moved aside.
    pub aside: PathBuf,
    state: PathBuf,
    ballast: PathBuf,
}

/// How the last run ended, as far as it could say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    /// The boot of the machine that it ran in.
    pub boot: Option<String>,
    /// It finished everything.
    pub clean: bool,
    /// A commit that was certainly in the journal.
    pub lsn: u64,
}

impl Folder {
    /// The paths for a folder; creates what is missing.
    pub fn create(root: &Path) -> Result<Self, StoreError> {
        let folder = Self::at(root);
        fs::create_dir_all(&folder.journal).map_err(|e| disk_trouble("creating", &folder.journal, &e))?;
        Ok(folder)
    }

    /// The paths for a folder.
    pub fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            journal: root.join("journal"),
            sled: root.join("sled"),
            aside: root.join("sled.aside"),
            state: root.join("state.json"),
            ballast: root.join("ballast"),
        }
    }

    /// How the last run ended; a file that is missing or does not read says nothing.
    pub fn last_run(&self, disk: &dyn Disk) -> LastRun {
        disk::read_whole(disk, &self.state)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// True if a store was opened here before.
    pub fn was_used(&self) -> bool {
        self.state.exists()
    }

    /// Writes how things are.
    pub fn note(&self, disk: &dyn Disk, run: &LastRun) -> io::Result<()> {
        let bytes = serde_json::to_vec(run).map_err(io::Error::other)?;
        disk::write_whole(disk, &self.state, &bytes)
    }

    /// The id of this boot of the machine, if the system tells.
    pub fn boot(options: &Options) -> Option<String> {
        let id = fs::read_to_string(&options.boot_id).ok()?;
        Some(id.trim().to_owned()).filter(|id| !id.is_empty())
    }

    /// Gives the reserve back when the disk is nearly full, so that opening can work; otherwise fills it.
    pub fn balance(&self, options: &Options) {
        let Ok(space) = options.disk.space(&self.root) else { return };
        let have = fs::metadata(&self.ballast).map_or(0, |m| m.len());
        if options.is_low(space) {
            if have > 0
                && let Err(e) = fs::remove_file(&self.ballast)
            {
                tracing::warn!(error = %e, "giving the reserve back");
            }
        } else if have < options.ballast_bytes && space.free > options.ballast_bytes.saturating_mul(4) {
            // Real bytes: a file with a hole reserves nothing.
            let fill = || -> io::Result<()> {
                let mut file = fs::File::create(&self.ballast)?;
                let piece = vec![0x5A; 1 << 20];
                let mut left = options.ballast_bytes;
                while left > 0 {
                    let n = left.min(piece.len() as u64);
                    file.write_all(piece.get(..usize::try_from(n).unwrap_or(0)).unwrap_or_default())?;
                    left -= n;
                }
                Ok(())
            };
            if let Err(e) = fill() {
                tracing::debug!(error = %e, "setting a reserve aside");
            }
        }
    }

    /// Throws the indexes away: first aside, so that a half-removed folder is never taken for whole indexes.
    pub fn drop_indexes(&self) -> io::Result<()> {
        remove_tree(&self.aside)?;
        if self.sled.exists() {
            fs::rename(&self.sled, &self.aside)?;
        }
        remove_tree(&self.aside)
    }

    /// Makes the files of the indexes durable. sled itself never does.
    pub fn sync_indexes(&self) -> io::Result<()> {
        let mut dirs = vec![self.sled.clone()];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(&dir)? {
                let path = entry?.path();
                if path.is_dir() {
                    dirs.push(path);
                } else {
                    match fs::File::open(&path).and_then(|f| f.sync_all()) {
                        // sled replaces its snapshot files while we walk.
                        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                        done => done?,
                    }
                }
            }
            if cfg!(unix) {
                fs::File::open(&dir)?.sync_all()?;
            }
        }
        Ok(())
    }

    /// Bytes on disk, all files, without the ballast.
    pub fn bytes(&self) -> u64 {
        let mut sum = 0;
        let mut dirs = vec![self.root.clone()];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
                match entry.metadata() {
                    Ok(m) if m.is_dir() => dirs.push(entry.path()),
                    Ok(m) if entry.path() != self.ballast => sum += m.len(),
                    _ => {}
                }
            }
        }
        sum
    }
}

fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
