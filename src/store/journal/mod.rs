//! The journal: every commit in order, checksummed, on the medium before anybody is told. It is the truth; the indexes
//! behind it can be thrown away.

pub mod disk;
pub mod frame;
pub mod segment;
pub mod stream;

use super::StoreError;
use super::fault::{disk_trouble, is_full};
use disk::{Disk, DiskFile};
use frame::Frame;
use segment::{Damage, Instance};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl From<Damage> for StoreError {
    fn from(damage: Damage) -> Self {
        StoreError::Broken(damage.to_string())
    }
}

/// An open journal, positioned behind its last commit.
pub struct Journal {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    instance: Instance,
    /// The numbers of the first commits of all segments, in order.
    firsts: Vec<u64>,
    file: Option<Box<dyn DiskFile>>,
    end: u64,
    allocated: u64,
    last: u64,
    /// Set when a failed write could not be taken back: nothing may be appended until it could.
    wounded: bool,
    segment_bytes: u64,
    step: u64,
    /// Bytes appended since it was opened or since [`Journal::forget_bytes`].
    written: u64,
}

impl Journal {
    /// Opens the journal in `dir` and is ready behind the last commit; a torn tail after it is cut off with the next one. `floor` is the number of
    /// the newest snapshot: the journal must reach back to it.
    pub fn open(
        disk: Arc<dyn Disk>,
        dir: &Path,
        instance: Instance,
        floor: u64,
        segment_bytes: u64,
        step: u64,
    ) -> Result<Self, StoreError> {
        let mut firsts = list(&*disk, dir).map_err(|e| disk_trouble("reading", dir, &e))?;
        if let Some(newest) = firsts.last().copied() {
            let path = dir.join(segment::name(newest));
            let bytes = disk::read_whole(&*disk, &path).map_err(|e| disk_trouble("reading", &path, &e))?;
            if segment::unborn(&bytes) {
                disk.remove(&path).and_then(|()| disk.sync_dir(dir)).map_err(|e| disk_trouble("tidying", &path, &e))?;
                firsts.pop();
            }
        }
        let mut journal = Self {
            disk,
            dir: dir.to_owned(),
            instance,
            firsts,
            file: None,
            end: 0,
            allocated: 0,
            last: floor,
            wounded: false,
            segment_bytes,
            step: step.max(4096),
            written: 0,
        };
        let Some(newest) = journal.firsts.last().copied() else { return Ok(journal) };
        if journal.firsts.first().is_some_and(|f| *f > floor + 1) {
            return Err(StoreError::Broken(format!(
                "the journal in {} begins at commit {}, but the snapshot ends at commit {floor}: files are missing. \
                 Nothing was changed. Put the missing files back, or restore a backup into a new folder (hearback restore)",
                journal.dir.display(),
                journal.firsts.first().copied().unwrap_or_default(),
            )));
        }
        let path = journal.dir.join(segment::name(newest));
        let trouble = |e: io::Error| disk_trouble("opening", &path, &e);
        let bytes = disk::read_whole(&*journal.disk, &path).map_err(trouble)?;
        let end = segment::walk::<Damage>(&path, &bytes, &instance, true, |_| Ok(()))?;
        journal.last = end.last.max(floor);
        journal.end = end.at as u64;
        if end.last < floor {
            // Everything in it is older than the snapshot: the next commit begins a new segment.
            return Ok(journal);
        }
        journal.allocated = bytes.len() as u64;
        journal.file = Some(journal.disk.open(&path, false).map_err(trouble)?);
        // Cut off with the first commit, not before: until then a person may still want to look at it.
        journal.wounded = end.torn;
        Ok(journal)
    }

    /// True if it has no file yet.
    pub fn is_new(&self) -> bool {
        self.firsts.is_empty()
    }

    /// Makes sure that there is a file, so that a missing journal can be told from a new one.
    pub fn begin(&mut self) -> io::Result<()> {
        if self.firsts.is_empty() { self.begin_segment() } else { Ok(()) }
    }

    /// The number of the last commit.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// Which store it belongs to.
    pub fn instance(&self) -> Instance {
        self.instance
    }

    /// Bytes appended since the last snapshot that this process made.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Begins to count the appended bytes anew.
    pub fn forget_bytes(&mut self) {
        self.written = 0;
    }

    /// Appends payloads as the next commits and returns when they are on the medium. On an error nothing of them
    /// remains, and the journal is as before.
    pub fn append(&mut self, schema: u32, payloads: &[Vec<u8>]) -> io::Result<()> {
        self.heal()?;
        let mut buffer = Vec::with_capacity(payloads.iter().map(|p| p.len() + frame::HEADER).sum());
        for (i, payload) in payloads.iter().enumerate() {
            let lsn = self.last + 1 + i as u64;
            frame::encode(&mut buffer, &Frame { schema, lsn, durable: self.last, payload });
        }
        let done = self.write(&buffer);
        match done {
            Ok(()) => {
                self.last += payloads.len() as u64;
                self.end += buffer.len() as u64;
                self.written += buffer.len() as u64;
                Ok(())
            }
            Err(e) => {
                self.wounded = true;
                // Taking it back now keeps a refused commit from coming back at the next start.
                match self.heal() {
                    Ok(()) => Err(e),
                    Err(worse) if is_full(&worse) || is_full(&e) => Err(e),
                    Err(worse) => Err(worse),
                }
            }
        }
    }

    /// Takes the last commits back, which must not have been acknowledged: `end` and `last` as they were before.
    pub fn take_back(&mut self, mark: (u64, u64)) -> io::Result<()> {
        let began = self.firsts.last() == Some(&(mark.1 + 1));
        self.end = if began { segment::START as u64 } else { mark.0 };
        self.last = mark.1;
        self.wounded = true;
        self.heal()
    }

    /// Where it ends now, for [`Journal::take_back`].
    pub fn mark(&self) -> (u64, u64) {
        (self.end, self.last)
    }

    fn heal(&mut self) -> io::Result<()> {
        if !self.wounded {
            return Ok(());
        }
        if let Some(file) = &mut self.file {
            file.set_len(self.end)?;
            file.sync_data()?;
            self.allocated = self.end;
        }
        self.wounded = false;
        Ok(())
    }

    fn write(&mut self, buffer: &[u8]) -> io::Result<()> {
        let size = buffer.len() as u64;
        let fits = self.end + size <= self.segment_bytes || self.end <= segment::START as u64;
        if self.file.is_none() || !fits {
            self.begin_segment()?;
        }
        let end = self.end;
        let Some(file) = &mut self.file else { return Err(io::Error::other("no segment")) };
        file.write_at(end, buffer)?;
        if end + size > self.allocated {
            // Zeros ahead: the next groups overwrite, and overwriting is synced in half the time of growing.
            let upto = (end + size).next_multiple_of(self.step);
            let zeros = vec![0; usize::try_from(upto - end - size).unwrap_or(0)];
            file.write_at(end + size, &zeros)?;
            self.allocated = upto;
        }
        file.sync_data()
    }

    fn begin_segment(&mut self) -> io::Result<()> {
        let first = self.last + 1;
        let path = self.dir.join(segment::name(first));
        let mut file = self.disk.open(&path, true)?;
        let begun = file
            .write_at(0, &segment::new_header(&self.instance, first))
            .and_then(|()| file.sync_data())
            .and_then(|()| self.disk.sync_dir(&self.dir));
        if let Err(e) = begun {
            drop(file);
            // A file that remains is empty of commits and is tidied away at the next start.
            return self.disk.remove(&path).and(Err(e));
        }
        self.file = Some(file);
        self.end = segment::START as u64;
        self.allocated = self.end;
        if self.firsts.last() != Some(&first) {
            self.firsts.push(first);
        }
        Ok(())
    }

    /// Reads the commits after `after`, in order. The visitor's error stops it.
    pub fn replay(
        &self,
        after: u64,
        mut visit: impl FnMut(&Frame<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        replay(&*self.disk, &self.dir, &self.instance, &self.firsts, after, &mut visit).map(|_| ())
    }

    /// Removes the segments all of whose commits are at or before `upto`. The one that is written to stays.
    pub fn drop_upto(&mut self, upto: u64) -> io::Result<()> {
        while let [first, next, ..] = *self.firsts.as_slice()
            && next <= upto + 1
        {
            self.disk.remove(&self.dir.join(segment::name(first)))?;
            self.firsts.remove(0);
        }
        self.disk.sync_dir(&self.dir)
    }

    /// Removes all segments: a snapshot holds everything up to the last commit, and the next one begins a new segment.
    pub fn drop_all(&mut self) -> io::Result<()> {
        self.file = None;
        while let Some(first) = self.firsts.first().copied() {
            self.disk.remove(&self.dir.join(segment::name(first)))?;
            self.firsts.remove(0);
        }
        (self.end, self.allocated, self.wounded) = (0, 0, false);
        self.disk.sync_dir(&self.dir)
    }

    /// Goes on behind that number in a new segment: the indexes know more than the journal, and a snapshot of them
    /// was just made.
    pub fn skip_to(&mut self, last: u64) -> io::Result<()> {
        self.last = last;
        self.drop_all()
    }
}

/// The first numbers of all segments in a folder, in order.
pub fn list(disk: &dyn Disk, dir: &Path) -> io::Result<Vec<u64>> {
    let mut firsts: Vec<u64> = disk.list(dir)?.iter().filter_map(|n| segment::first_of(n)).collect();
    firsts.sort_unstable();
    Ok(firsts)
}

/// Reads the commits after `after` from segments, in order, and returns the number of the last one (`after` if none).
pub fn replay(
    disk: &dyn Disk,
    dir: &Path,
    instance: &Instance,
    firsts: &[u64],
    after: u64,
    visit: &mut dyn FnMut(&Frame<'_>) -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let mut last = after;
    for (i, first) in firsts.iter().enumerate() {
        let next = firsts.get(i + 1).copied();
        if next.is_some_and(|n| n <= after + 1) {
            continue;
        }
        let path = dir.join(segment::name(*first));
        let bytes = disk::read_whole(disk, &path).map_err(|e| disk_trouble("reading", &path, &e))?;
        if next.is_none() && segment::unborn(&bytes) {
            break;
        }
        let end = segment::walk(&path, &bytes, instance, next.is_none(), |f| {
            if f.lsn <= after {
                return Ok(());
            }
            last = f.lsn;
            visit(f)
        })?;
        if let Some(next) = next.filter(|n| *n != end.last + 1) {
            let file = path.display().to_string();
            let what = format!("it ends with commit {}, but the next file begins with commit {next}", end.last);
            return Err(Damage { file, at: end.at, what }.into());
        }
    }
    Ok(last)
}
