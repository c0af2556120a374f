//! A disk that can be full, and that remembers every call so that a test can work out what would have been on the
//! medium if the power had gone at any moment.

use hearback::store::journal::disk::{Disk, DiskFile, RealDisk, Space};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// One call. Files are known by a number, because their names change.
#[derive(Clone, Debug)]
pub enum Op {
    Create(u64, PathBuf),
    Write(u64, u64, Vec<u8>),
    SetLen(u64, u64),
    Sync(u64),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    SyncDir(PathBuf),
}

#[derive(Debug, Default)]
struct Inner {
    room: Option<u64>,
    fail_sync: bool,
    hanging: bool,
    record: bool,
    log: Vec<Op>,
    files: HashMap<PathBuf, u64>,
    next: u64,
}

/// A real disk with a fault in it.
#[derive(Clone, Debug, Default)]
pub struct Fake(Arc<Mutex<Inner>>, Arc<Condvar>);

impl Fake {
    pub fn recording() -> Self {
        let fake = Self::default();
        fake.lock().record = true;
        fake
    }
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }
    /// Only so many more bytes can be written; `None`: as many as there are.
    pub fn room(&self, bytes: Option<u64>) {
        self.lock().room = bytes;
    }
    /// Syncing fails from now on, or not.
    pub fn fail_sync(&self, fail: bool) {
        self.lock().fail_sync = fail;
    }
    /// Syncing takes until it is told otherwise, or a minute.
    pub fn hang(&self, hanging: bool) {
        self.lock().hanging = hanging;
        self.1.notify_all();
    }
    /// How many calls were remembered.
    pub fn calls(&self) -> usize {
        self.lock().log.len()
    }
    pub fn log(&self) -> Vec<Op> {
        self.lock().log.clone()
    }
}

impl Inner {
    fn note(&mut self, op: Op) {
        if self.record {
            self.log.push(op);
        }
    }
}

impl Disk for Fake {
    fn open(&self, path: &Path, create: bool) -> io::Result<Box<dyn DiskFile>> {
        let mut inner = self.lock();
        if create && inner.room == Some(0) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let real = RealDisk.open(path, create)?;
        let known = inner.files.get(path).copied();
        let id = match known {
            Some(id) if create => {
                inner.note(Op::SetLen(id, 0));
                id
            }
            Some(id) => id,
            None => {
                inner.next += 1;
                let id = inner.next;
                inner.files.insert(path.to_owned(), id);
                inner.note(Op::Create(id, path.to_owned()));
                id
            }
        };
        Ok(Box::new(FakeFile { disk: self.clone(), id, real }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut inner = self.lock();
        RealDisk.rename(from, to)?;
        if let Some(id) = inner.files.remove(from) {
            inner.files.insert(to.to_owned(), id);
        }
        inner.note(Op::Rename(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut inner = self.lock();
        RealDisk.remove(path)?;
        inner.files.remove(path);
        inner.note(Op::Remove(path.to_owned()));
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        RealDisk.sync_dir(dir)?;
        self.lock().note(Op::SyncDir(dir.to_owned()));
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        RealDisk.list(dir)
    }

    fn space(&self, dir: &Path) -> io::Result<Space> {
        let real = RealDisk.space(dir)?;
        Ok(self.lock().room.map_or(real, |free| Space { free, total: real.total }))
    }
}

struct FakeFile {
    disk: Fake,
    id: u64,
    real: Box<dyn DiskFile>,
}

impl DiskFile for FakeFile {
    fn len(&self) -> io::Result<u64> {
        self.real.len()
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        self.real.read_at(at, into)
    }

    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut inner = self.disk.lock();
        let fits = inner.room.map_or(bytes.len(), |room| bytes.len().min(usize::try_from(room).unwrap()));
        if let Some(room) = &mut inner.room {
            *room -= fits as u64;
        }
        let part = &bytes[..fits];
        self.real.write_at(at, part)?;
        inner.note(Op::Write(self.id, at, part.to_vec()));
        if fits < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        self.real.set_len(len)?;
        self.disk.lock().note(Op::SetLen(self.id, len));
        Ok(())
    }

    fn sync_data(&mut self) -> io::Result<()> {
        let held = self.disk.1.wait_timeout_while(self.disk.lock(), Duration::from_mins(1), |inner| inner.hanging);
        let (mut inner, _) = held.unwrap();
        if inner.fail_sync {
            return Err(io::Error::other("the medium does not answer"));
        }
        // Not the real medium: what counts here is the order of the calls.
        inner.note(Op::Sync(self.id));
        Ok(())
    }
}

#[derive(Clone, Debug)]
enum Pending {
    Write(u64, Vec<u8>),
    SetLen(u64),
}

fn apply(content: &mut Vec<u8>, change: &Pending) {
    match change {
        Pending::SetLen(len) => content.resize(usize::try_from(*len).unwrap(), 0),
        Pending::Write(at, bytes) => {
            let at = usize::try_from(*at).unwrap();
            if content.len() < at + bytes.len() {
                content.resize(at + bytes.len(), 0);
            }
            content[at..at + bytes.len()].copy_from_slice(bytes);
        }
    }
}

#[derive(Default)]
struct Medium {
    content: BTreeMap<u64, (Vec<u8>, Vec<Pending>)>,
    names: BTreeMap<PathBuf, u64>,
    moves: Vec<Op>,
}

impl Medium {
    fn name(&mut self, op: &Op) {
        match op {
            Op::Create(id, path) => {
                self.names.insert(path.clone(), *id);
            }
            Op::Rename(from, to) => {
                if let Some(id) = self.names.remove(from) {
                    self.names.insert(to.clone(), id);
                }
            }
            Op::Remove(path) => {
                self.names.remove(path);
            }
            _ => {}
        }
    }
}

fn parent(op: &Op) -> &Path {
    match op {
        Op::Create(_, path) | Op::Remove(path) | Op::Rename(_, path) => path.parent().unwrap(),
        _ => Path::new(""),
    }
}

/// What could be on the medium if the power went after these calls: everything that was synced; of the rest, as the
/// dice fall, each write whole, torn by sectors, or not at all, in any order; of the names a prefix.
pub fn after_power_cut(log: &[Op], rng: &mut fastrand::Rng) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut medium = Medium::default();
    for op in log {
        match op {
            Op::Create(..) | Op::Rename(..) | Op::Remove(_) => {
                if let Op::Create(id, _) = op {
                    medium.content.insert(*id, Default::default());
                }
                medium.moves.push(op.clone());
            }
            Op::Write(id, at, bytes) => {
                medium.content.get_mut(id).unwrap().1.push(Pending::Write(*at, bytes.clone()));
            }
            Op::SetLen(id, len) => medium.content.get_mut(id).unwrap().1.push(Pending::SetLen(*len)),
            Op::Sync(id) => {
                let (content, pending) = medium.content.get_mut(id).unwrap();
                for change in std::mem::take(pending) {
                    apply(content, &change);
                }
            }
            Op::SyncDir(dir) => {
                let (here, elsewhere) = std::mem::take(&mut medium.moves).into_iter().partition(|op| parent(op) == dir);
                medium.moves = elsewhere;
                let here: Vec<Op> = here;
                for op in &here {
                    medium.name(op);
                }
            }
        }
    }
    let kept = rng.usize(..=medium.moves.len());
    for op in std::mem::take(&mut medium.moves).into_iter().take(kept) {
        medium.name(&op);
    }
    for (content, pending) in medium.content.values_mut() {
        let mut pending = std::mem::take(pending);
        rng.shuffle(&mut pending);
        for change in &pending {
            match (rng.u8(..3), change) {
                (0, _) => {}
                (1, Pending::Write(at, bytes)) => {
                    for (i, sector) in bytes.chunks(512).enumerate() {
                        if rng.bool() {
                            apply(content, &Pending::Write(at + i as u64 * 512, sector.to_vec()));
                        }
                    }
                }
                _ => apply(content, change),
            }
        }
    }
    medium.names.iter().map(|(path, id)| (path.clone(), medium.content[id].0.clone())).collect()
}
