//! A snapshot: everything that is alive as commits in one file, so that the journal before it can go.
//!
//! It may be made while the writer goes on: it states a number, and holds at least everything up to that number. What is
//! newer in it is passed over when the journal from there on is replayed, because commits are absolute: a record says
//! its version, an effect, a cursor or a setting says what it is now.

use super::StoreError;
use super::fault::{Fault, disk_trouble};
use super::group::{event_key, idem_time, no_key, number};
use super::index::{Index, Tree};
use super::journal::disk::{Disk, DiskFile};
use super::journal::frame::{self, Frame};
use super::journal::segment::{self, Damage, Instance};
use super::journal::stream::Stream;
use super::options::{Progress, Tell};
use super::record;
use crate::domain::{Change, Commit, Cursor, Effect, EffectChange, Event, IdemKey, MentionNo, SourceName};
use jiff::Timestamp;
use std::io;
use std::path::Path;

const MAGIC: &[u8; 8] = b"hearS\x00\x01\n";
/// The number of the last frame of a snapshot, which tells how many there are.
const TRAILER: u64 = u64::MAX;

/// The name of the snapshot of everything up to that commit.
pub fn name(lsn: u64) -> String {
    format!("snap-{lsn:020}.hbs")
}

/// The commit of a snapshot, from its name.
pub fn lsn_of(name: &str) -> Option<u64> {
    name.strip_prefix("snap-")?.strip_suffix(".hbs")?.parse().ok()
}

/// The numbers of all snapshots in a folder, ascending.
pub fn list(disk: &dyn Disk, dir: &Path) -> io::Result<Vec<u64>> {
    let mut all: Vec<u64> = disk.list(dir)?.iter().filter_map(|n| lsn_of(n)).collect();
    all.sort_unstable();
    Ok(all)
}

/// Why a snapshot was not made.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The indexes failed.
    #[error(transparent)]
    Index(#[from] Fault),
    /// The disk failed.
    #[error("writing the snapshot: {0}")]
    Disk(#[from] io::Error),
    /// Somebody asked to stop.
    #[error("stopped")]
    Stopped,
}

/// Writes a snapshot file frame by frame; it appears under its name when it is whole.
pub struct Writer<'a> {
    disk: &'a dyn Disk,
    dir: &'a Path,
    lsn: u64,
    file: Box<dyn DiskFile>,
    at: u64,
    buffer: Vec<u8>,
    count: u64,
}

impl<'a> Writer<'a> {
    /// Begins the snapshot of everything up to that commit.
    pub fn begin(disk: &'a dyn Disk, dir: &'a Path, instance: &Instance, lsn: u64) -> io::Result<Self> {
        let file = disk.open(&dir.join(name(lsn)).with_extension("tmp"), true)?;
        Ok(Self { disk, dir, lsn, file, at: 0, buffer: segment::header(MAGIC, instance, lsn), count: 0 })
    }

    /// Appends a payload that was written with that version.
    pub fn raw(&mut self, schema: u32, payload: &[u8]) -> io::Result<()> {
        self.count += 1;
        frame::encode(&mut self.buffer, &Frame { schema, lsn: self.count, durable: 0, payload });
        if self.buffer.len() > 1 << 20 { self.drain() } else { Ok(()) }
    }

    fn commit(&mut self, commit: &Commit) -> Result<(), SnapshotError> {
        Ok(self.raw(u32::from(record::SCHEMA), &record::encode_commit(commit)?)?)
    }

    fn drain(&mut self) -> io::Result<()> {
        self.file.write_at(self.at, &self.buffer)?;
        self.at += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Ends it: trailer, sync, name, sync.
    pub fn finish(mut self) -> io::Result<()> {
        let count = self.count.to_be_bytes();
        frame::encode(&mut self.buffer, &Frame { schema: 0, lsn: TRAILER, durable: 0, payload: &count });
        self.drain()?;
        self.file.sync_data()?;
        let path = self.dir.join(name(self.lsn));
        self.disk.rename(&path.with_extension("tmp"), &path)?;
        self.disk.sync_dir(self.dir)
    }
}

/// What a snapshot is made of besides the indexes.
pub struct Scene<'a> {
    /// Everything up to this commit is in the indexes.
    pub lsn: u64,
    /// Which store.
    pub instance: Instance,
    /// The number of the next mention.
    pub next_no: u64,
    /// The effects that wait, in order.
    pub effects: Vec<Effect>,
    /// The newest moment.
    pub latest: Timestamp,
    /// Asks whether to stop.
    pub stop: &'a dyn Fn() -> bool,
}

/// All events of a mention, oldest first, from its record and the spilled ones.
pub fn history(index: &Index, no: MentionNo, stored: &record::Stored) -> Result<Vec<Event>, Fault> {
    let mut events = Vec::with_capacity(stored.spilled as usize + stored.events.len());
    for i in 0..stored.spilled {
        let bytes = index.get(Tree::Events, &event_key(no, i))?;
        let bytes = bytes.ok_or_else(|| Fault(format!("event {i} of {no} is missing")))?;
        events.push(record::decode(&bytes)?);
    }
    events.extend(stored.events.iter().cloned());
    Ok(events)
}

/// Writes a snapshot from the indexes.
pub fn write(
    disk: &dyn Disk,
    dir: &Path,
    index: &Index,
    scene: &Scene<'_>,
    tell: Tell<'_>,
) -> Result<(), SnapshotError> {
    let mut out = Writer::begin(disk, dir, &scene.instance, scene.lsn)?;
    let total = scene.next_no.saturating_sub(1);
    for no in 1..scene.next_no {
        if (scene.stop)() {
            return Err(SnapshotError::Stopped);
        }
        if no % 1024 == 0 {
            tell(Progress { doing: "writing a snapshot", done: no, total });
        }
        let no = MentionNo(no);
        let bytes = index.get(Tree::Mentions, &no_key(no))?;
        let stored = record::decode_mention(&bytes.ok_or_else(|| Fault(format!("the record of {no} is missing")))?)?;
        let events = history(index, no, &stored)?;
        let at = events.last().map_or(scene.latest, |e| e.at);
        let mut commit = Commit::at(at);
        commit.changes.push(Change { expect: 0, after: stored.mention, events });
        out.commit(&commit)?;
    }
    let mut rest = Commit::at(scene.latest);
    rest.effects = scene.effects.iter().cloned().map(EffectChange::Put).collect();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    index.range(Tree::Settings, &[], None, |key, value| {
        rest.settings.push((text(key), Some(text(value))));
        Ok(true)
    })?;
    out.commit(&rest)?;
    let mut more = Vec::new();
    index.range(Tree::Cursors, &[], None, |key, value| {
        let mut commit = Commit::at(scene.latest);
        commit.cursor = Some((SourceName(text(key)), Cursor(text(value))));
        more.push(commit);
        Ok(true)
    })?;
    index.range(Tree::Idem, &[], None, |_, value| {
        if let (Some(at), Some(key)) = (idem_time(value), value.get(8..)) {
            let mut commit = Commit::at(at);
            commit.idem = Some(IdemKey(text(key)));
            more.push(commit);
        }
        Ok(true)
    })?;
    for commit in &more {
        out.commit(commit)?;
    }
    Ok(out.finish()?)
}

/// Reads a snapshot in order and returns which store it belongs to.
pub fn read(
    disk: &dyn Disk,
    dir: &Path,
    lsn: u64,
    visit: &mut dyn FnMut(&Frame<'_>) -> Result<(), StoreError>,
) -> Result<Instance, StoreError> {
    let path = dir.join(name(lsn));
    let trouble = |e: io::Error| disk_trouble("reading", &path, &e);
    let damage = |at: u64, what: &str| Damage {
        file: path.display().to_string(),
        at: usize::try_from(at).unwrap_or(usize::MAX),
        what: what.to_owned(),
    };
    let instance = owner(disk, dir, lsn)?;
    let file = disk.open(&path, false).map_err(trouble)?;
    let mut stream = Stream::new(file, segment::START as u64).map_err(trouble)?;
    let mut count = 0_u64;
    loop {
        let at = stream.position();
        match stream.take().map_err(trouble)? {
            Some(f) if f.lsn == TRAILER => {
                if number(f.payload) != Some(count) {
                    return Err(damage(at, "records are missing").into());
                }
                return Ok(instance);
            }
            Some(f) => {
                count += 1;
                if f.lsn != count {
                    return Err(damage(at, "a record is missing").into());
                }
                visit(&f)?;
            }
            None => return Err(damage(at, "the checksum of a record is wrong, or the end is missing").into()),
        }
    }
}

/// Which store a snapshot belongs to.
pub fn owner(disk: &dyn Disk, dir: &Path, lsn: u64) -> Result<Instance, StoreError> {
    let path = dir.join(name(lsn));
    let mut head = vec![0; segment::START];
    let got = disk.open(&path, false).and_then(|mut f| f.read_at(0, &mut head));
    got.map_err(|e| disk_trouble("reading", &path, &e))?;
    match segment::read_header(MAGIC, &head) {
        Some((instance, number)) if number == lsn => Ok(instance),
        _ => {
            let file = path.display().to_string();
            Err(Damage { file, at: 0, what: "it does not begin like a snapshot of that name".to_owned() }.into())
        }
    }
}

/// How many mentions and other records a number of commits is worth in a count of progress.
pub fn doing(count: u64, doing: &'static str, total: u64, tell: Tell<'_>) {
    if count.is_multiple_of(1024) {
        tell(Progress { doing, done: count, total });
    }
}
