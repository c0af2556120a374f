//! Backup and restore: one file with the newest snapshot and every commit behind it.
//!
//! Header | frames | trailer. The frames are those of the snapshot (numbered 0) and of the journal (with their own
//! numbers); the trailer tells how many there are and a hash over all of them, so that a cut or altered file is noticed.

use super::super::engine::Engine;
use super::super::fault::disk_trouble;
use super::super::folder::{Folder, LastRun};
use super::super::journal::disk::{self, Disk, DiskFile};
use super::super::journal::frame::{self, Frame};
use super::super::journal::segment::{self, Instance};
use super::super::journal::stream::Stream;
use super::super::journal::{self, Journal};
use super::super::options::{Options, Progress, Tell};
use super::super::{StoreError, snapshot};
use sha2::{Digest, Sha256};
use std::io;
use std::path::Path;

const MAGIC: &[u8; 8] = b"hearB\x00\x01\n";
const TRAILER: u64 = u64::MAX;
/// How often a backup begins again because the store removed files under it.
const TRIES: usize = 5;

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// Everything up to that commit.
    pub last: u64,
    /// Records in the file.
    pub records: u64,
    /// Its size in bytes.
    pub bytes: u64,
}

struct Out {
    file: Box<dyn DiskFile>,
    at: u64,
    buffer: Vec<u8>,
    hash: Sha256,
    count: u64,
}

impl Out {
    fn put(&mut self, f: &Frame<'_>) -> io::Result<()> {
        self.count += 1;
        let start = self.buffer.len();
        frame::encode(&mut self.buffer, f);
        self.hash.update(self.buffer.get(start..).unwrap_or_default());
        if self.buffer.len() > 1 << 20 { self.drain() } else { Ok(()) }
    }

    fn drain(&mut self) -> io::Result<()> {
        self.file.write_at(self.at, &self.buffer)?;
        self.at += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// Writes a backup of the store in `root` to a file; also while another process uses the store. Ends at the last
/// complete commit. The file appears under its name when it is whole.
pub fn backup(root: &Path, to: &Path, options: &Options, tell: Tell<'_>) -> Result<BackedUp, StoreError> {
    let folder = Folder::at(root);
    if !folder.journal.is_dir() {
        return Err(StoreError::Broken(format!("{} is not the folder of a store: name another one", root.display())));
    }
    let mut tries = 0;
    loop {
        tries += 1;
        match try_backup(&folder, to, options, tell) {
            // The writer goes on meanwhile: a snapshot that was just made removes the files that it replaces, and a file
            // that grows while it is read may look torn. Damage is still there the next time.
            Err(e) if tries < TRIES => tracing::debug!(error = %e, "the backup begins again"),
            done => return done,
        }
    }
}

fn try_backup(folder: &Folder, to: &Path, options: &Options, tell: Tell<'_>) -> Result<BackedUp, StoreError> {
    let disk = &*options.disk;
    let tmp = to.with_extension("tmp");
    let listing = |e: io::Error| disk_trouble("reading", &folder.journal, &e);
    let floor = snapshot::list(disk, &folder.journal).map_err(listing)?.last().copied().unwrap_or(0);
    let firsts = journal::list(disk, &folder.journal).map_err(listing)?;
    let trouble = |e: io::Error| disk_trouble("writing", &tmp, &e);
    let instance = instance(disk, folder, floor, &firsts)?;
    let file = disk.open(&tmp, true).map_err(trouble)?;
    let buffer = segment::header(MAGIC, &instance, floor);
    let mut out = Out { file, at: 0, buffer, hash: Sha256::new(), count: 0 };
    if floor > 0 {
        snapshot::read(disk, &folder.journal, floor, &mut |f| {
            snapshot::doing(out.count, "backing up the snapshot", 0, tell);
            out.put(&Frame { lsn: 0, ..*f }).map_err(trouble)
        })?;
    }
    if firsts.first().is_some_and(|first| *first > floor + 1) {
        return Err(StoreError::Broken(format!("the journal has no commits right behind commit {floor}")));
    }
    let last = journal::replay(disk, &folder.journal, &instance, &firsts, floor, &mut |f| {
        snapshot::doing(out.count, "backing up the journal", 0, tell);
        out.put(f).map_err(trouble)
    })?;
    let mut trailer = out.count.to_be_bytes().to_vec();
    trailer.extend_from_slice(&out.hash.clone().finalize());
    frame::encode(&mut out.buffer, &Frame { schema: 0, lsn: TRAILER, durable: last, payload: &trailer });
    out.drain().and_then(|()| out.file.sync_data()).map_err(trouble)?;
    let done = BackedUp { last, records: out.count, bytes: out.at };
    drop(out);
    disk.rename(&tmp, to).map_err(trouble)?;
    let dir = to.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    disk.sync_dir(dir).map_err(trouble)?;
    tell(Progress { doing: "backing up", done: done.records, total: done.records });
    Ok(done)
}

fn instance(disk: &dyn Disk, folder: &Folder, floor: u64, firsts: &[u64]) -> Result<Instance, StoreError> {
    if floor > 0 {
        return snapshot::owner(disk, &folder.journal, floor);
    }
    let Some(first) = firsts.first() else {
        return Err(StoreError::Broken(format!(
            "there is no journal in {}: nothing to back up",
            folder.journal.display()
        )));
    };
    let path = folder.journal.join(segment::name(*first));
    let bytes = disk::read_whole(disk, &path).map_err(|e| disk_trouble("reading", &path, &e))?;
    segment::owner(&bytes).ok_or_else(|| {
        let what = "it does not begin like a journal file".to_owned();
        segment::Damage { file: path.display().to_string(), at: 0, what }.into()
    })
}

/// Makes a store from a backup, in a folder that is empty or does not exist yet.
pub fn restore(from: &Path, root: &Path, options: &Options, tell: Tell<'_>) -> Result<BackedUp, StoreError> {
    let disk = &*options.disk;
    let checked = read(disk, from, &mut |_, _| Ok(()))?;
    if std::fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(StoreError::Busy(format!(
            "{} is not empty: name a new folder, then move it into place",
            root.display()
        )));
    }
    let folder = Folder::create(root)?;
    let trouble = |e: io::Error| disk_trouble("writing in", &folder.journal, &e);
    let mut journal = None;
    let mut snap = None;
    let (instance, floor) = (checked.instance, checked.floor);
    if floor > 0 {
        snap = Some(snapshot::Writer::begin(disk, &folder.journal, &instance, floor).map_err(trouble)?);
    }
    let mut count = 0;
    let mut waiting: Vec<Vec<u8>> = Vec::new();
    let mut schema = 0;
    let flush = |journal: &mut Option<Journal>, waiting: &mut Vec<Vec<u8>>, schema: u32| {
        if let (Some(journal), false) = (journal.as_mut(), waiting.is_empty()) {
            journal.append(schema, waiting).map_err(trouble)?;
            waiting.clear();
        }
        Ok::<(), StoreError>(())
    };
    let open = || {
        let j = (options.segment_bytes, options.step_bytes);
        Journal::open(options.disk.clone(), &folder.journal, instance, floor, j.0, j.1)
    };
    read(disk, from, &mut |f, _| {
        count += 1;
        snapshot::doing(count, "restoring", checked.done.records, tell);
        if f.lsn == 0 {
            return snap.as_mut().map_or(Ok(()), |s| s.raw(f.schema, f.payload).map_err(trouble));
        }
        if journal.is_none() {
            if let Some(snap) = snap.take() {
                snap.finish().map_err(trouble)?;
            }
            journal = Some(open()?);
        }
        if f.schema != schema || waiting.len() >= 256 {
            flush(&mut journal, &mut waiting, schema)?;
            schema = f.schema;
        }
        waiting.push(f.payload.to_vec());
        Ok(())
    })?;
    flush(&mut journal, &mut waiting, schema)?;
    if let Some(snap) = snap.take() {
        snap.finish().map_err(trouble)?;
    }
    drop(journal);
    if checked.done.last > 0 {
        folder.note(disk, &LastRun { boot: None, clean: false, lsn: checked.done.last }).map_err(trouble)?;
    }
    // Opening builds the indexes and proves that it is whole.
    Engine::open(root, options.clone(), tell)?.close()?;
    Ok(checked.done)
}

struct Checked {
    instance: Instance,
    floor: u64,
    done: BackedUp,
}

fn read(
    disk: &dyn Disk,
    from: &Path,
    visit: &mut dyn FnMut(&Frame<'_>, u64) -> Result<(), StoreError>,
) -> Result<Checked, StoreError> {
    let trouble = |e: io::Error| disk_trouble("reading", from, &e);
    let bad = |at: u64, what: &str| {
        StoreError::Broken(format!("{} is not a whole backup ({what}, byte {at}): use another one", from.display()))
    };
    let mut file = disk.open(from, false).map_err(trouble)?;
    let mut head = vec![0; segment::START];
    file.read_at(0, &mut head).map_err(trouble)?;
    let (instance, floor) =
        segment::read_header(MAGIC, &head).ok_or_else(|| bad(0, "it does not begin like a backup of hearback"))?;
    let mut stream = Stream::new(file, segment::START as u64).map_err(trouble)?;
    let (mut hash, mut count, mut last) = (Sha256::new(), 0_u64, floor);
    let mut again = Vec::new();
    loop {
        let at = stream.position();
        let Some(f) = stream.take().map_err(trouble)? else {
            return Err(bad(at, "a checksum is wrong, or the end is missing"));
        };
        if f.lsn == TRAILER {
            let mut expected = count.to_be_bytes().to_vec();
            expected.extend_from_slice(&hash.finalize());
            if f.payload != expected {
                return Err(bad(at, "the hash of the whole does not fit"));
            }
            let done = BackedUp { last, records: count, bytes: stream.position() };
            return Ok(Checked { instance, floor, done });
        }
        if f.lsn != 0 {
            if f.lsn != last + 1 {
                return Err(bad(at, "a commit is missing"));
            }
            last = f.lsn;
        }
        count += 1;
        again.clear();
        frame::encode(&mut again, &f);
        hash.update(&again);
        visit(&f, count)?;
    }
}
