//! A journal file with arbitrary content, on a disk that is only memory.

use hearback::store::journal::disk::{Disk, DiskFile, Space};
use hearback::store::journal::frame::{self, Frame};
use hearback::store::journal::stream::Stream;
use hearback::store::journal::{Journal, segment};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Content = Arc<Mutex<Vec<u8>>>;

/// A disk in memory.
#[derive(Clone, Debug, Default)]
struct Memory(Arc<Mutex<BTreeMap<PathBuf, Content>>>);

struct MemoryFile(Content);

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn index(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

impl Memory {
    fn with(path: &Path, bytes: &[u8]) -> Self {
        let disk = Self::default();
        locked(&disk.0).insert(path.to_owned(), Arc::new(Mutex::new(bytes.to_vec())));
        disk
    }

    fn content(&self, path: &Path) -> Option<Vec<u8>> {
        locked(&self.0).get(path).map(|c| locked(c).clone())
    }
}

impl Disk for Memory {
    fn open(&self, path: &Path, create: bool) -> io::Result<Box<dyn DiskFile>> {
        let mut files = locked(&self.0);
        if create {
            files.insert(path.to_owned(), Content::default());
        }
        let content = files.get(path).cloned().ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(MemoryFile(content)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut files = locked(&self.0);
        let content = files.remove(from).ok_or(io::ErrorKind::NotFound)?;
        files.insert(to.to_owned(), content);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        locked(&self.0).remove(path).map(|_| ()).ok_or(io::ErrorKind::NotFound.into())
    }

    fn sync_dir(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let files = locked(&self.0);
        let names = files.keys().filter(|p| p.parent() == Some(dir)).filter_map(|p| p.file_name());
        Ok(names.map(|n| n.to_string_lossy().into_owned()).collect())
    }

    fn space(&self, _dir: &Path) -> io::Result<Space> {
        Ok(Space { free: 1 << 40, total: 1 << 41 })
    }
}

impl DiskFile for MemoryFile {
    fn len(&self) -> io::Result<u64> {
        Ok(locked(&self.0).len() as u64)
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let content = locked(&self.0);
        let rest = content.get(index(at)..).unwrap_or_default();
        let count = rest.len().min(into.len());
        into.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        Ok(count)
    }

    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut content = locked(&self.0);
        let end = index(at) + bytes.len();
        if content.len() < end {
            content.resize(end, 0);
        }
        content.iter_mut().skip(index(at)).zip(bytes).for_each(|(to, from)| *to = *from);
        Ok(())
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        locked(&self.0).resize(index(len), 0);
        Ok(())
    }

    fn sync_data(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const OURS: segment::Instance = [7; 16];
const SEGMENT: u64 = 1 << 20;

/// The bytes as a whole file, as what follows a sound header, and as what follows two commits that were acknowledged.
pub fn journal(data: &[u8]) {
    let header = segment::new_header(&OURS, 1);
    let mut acknowledged = header.clone();
    for lsn in 1..=2 {
        frame::encode(&mut acknowledged, &Frame { schema: 1, lsn, durable: lsn - 1, payload: b"{}" });
    }
    opens_or_says_why(data, 0);
    opens_or_says_why(&[header.as_slice(), data].concat(), 0);
    opens_or_says_why(&[acknowledged.as_slice(), data].concat(), 2);
    // Damage inside what was acknowledged: never fewer commits without a word, unless it is the last one's.
    let at =
        data.iter().fold(data.len(), |sum, b| sum.wrapping_mul(31).wrapping_add(usize::from(*b))) % acknowledged.len();
    if let (Some(byte), Some(change)) = (acknowledged.get_mut(at), data.first()) {
        *byte ^= change;
    }
    opens_or_says_why(&acknowledged, 0);
    frames(data);
}

/// Frame by frame: what is read is what is written, and a stream of any bytes ends.
fn frames(data: &[u8]) {
    let mut at = 0;
    while let Some(found) = frame::find(data, at, |_| true) {
        let sound = frame::read(data, found).expect("a sound frame was found there");
        let mut again = Vec::new();
        frame::encode(&mut again, &sound);
        assert_eq!(data.get(found..found + sound.size()), Some(again.as_slice()));
        at = found + sound.size();
    }
    let file = Box::new(MemoryFile(Arc::new(Mutex::new(data.to_vec()))));
    let mut stream = Stream::new(file, 0).expect("memory is read");
    while stream.take().expect("memory is read").is_some() {}
    assert!(stream.position() <= stream.len());
}

/// Opens a journal whose only file is `bytes`. Either it opens with at least so many commits, can be added to and opens
/// again with all of them, or a sentence says what is wrong and the file is untouched.
fn opens_or_says_why(bytes: &[u8], least: u64) {
    let dir = Path::new("journal");
    let path = dir.join(segment::name(1));
    let memory = Memory::with(&path, bytes);
    let disk: Arc<dyn Disk> = Arc::new(memory.clone());
    let mut journal = match Journal::open(disk.clone(), dir, OURS, 0, SEGMENT, 4096) {
        Ok(journal) => journal,
        Err(e) => {
            let say = e.to_string();
            assert!(say.contains("Nothing was changed") && say.contains("hearback restore"), "{say}");
            assert_eq!(memory.content(&path).as_deref(), Some(bytes), "a damaged file is left as it is");
            return;
        }
    };
    let count = journal.last();
    assert!(count >= least, "{count} of {least} acknowledged commits");
    journal.append(1, &[b"more".to_vec(), Vec::new()]).expect("memory has room");
    let again = Journal::open(disk, dir, OURS, 0, SEGMENT, 4096).expect("what we wrote opens");
    assert_eq!(again.last(), count + 2);
    let mut seen = Vec::new();
    let read = again.replay(0, |f| {
        seen.push((f.lsn, f.payload.len()));
        Ok(())
    });
    read.expect("what opened is read");
    assert!(seen.iter().zip(1..).all(|((lsn, _), n)| *lsn == n) && seen.len() as u64 == count + 2, "{seen:?}");
    assert_eq!(seen.last_chunk::<2>(), Some(&[(count + 1, 4), (count + 2, 0)]));
}
