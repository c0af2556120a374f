//! One file of the journal: a header and frames with consecutive numbers.

use super::frame::{self, Frame};
use std::path::Path;

/// Which store a file belongs to.
pub type Instance = [u8; 16];

/// Bytes before the first frame.
pub const START: usize = 64;
const MAGIC: &[u8; 8] = b"hearJ\x00\x01\n";

/// The name of the segment whose first commit has that number.
pub fn name(first: u64) -> String {
    format!("seg-{first:020}.hbj")
}

/// The number of the first commit, from a segment's name.
pub fn first_of(name: &str) -> Option<u64> {
    name.strip_prefix("seg-")?.strip_suffix(".hbj")?.parse().ok()
}

/// The header of a segment (or, with another magic, of a snapshot): which store, and which number.
pub fn header(magic: &[u8; 8], instance: &Instance, number: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(START);
    bytes.extend_from_slice(magic);
    bytes.extend_from_slice(instance);
    bytes.extend_from_slice(&number.to_le_bytes());
    let crc = crc32c::crc32c(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    bytes.resize(START, 0);
    bytes
}

/// Reads a header. `None` if it is not a sound one of that kind.
pub fn read_header(magic: &[u8; 8], bytes: &[u8]) -> Option<(Instance, u64)> {
    if bytes.first_chunk::<8>()? != magic || bytes.len() < START {
        return None;
    }
    let crc = u32::from_le_bytes(*bytes.get(32..)?.first_chunk()?);
    if crc32c::crc32c(bytes.get(..32)?) != crc {
        return None;
    }
    Some((*bytes.get(8..)?.first_chunk()?, u64::from_le_bytes(*bytes.get(24..)?.first_chunk()?)))
}

/// The header of a new segment.
pub fn new_header(instance: &Instance, first: u64) -> Vec<u8> {
    header(MAGIC, instance, first)
}

/// Something is wrong with a file that was once acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{file} is damaged at byte {at}: {what}. Nothing was changed. Restore a backup into a new folder (hearback restore), \
     or copy the folder and ask for help; hearback verify lists what is wrong"
)]
pub struct Damage {
    /// Which file.
    pub file: String,
    /// At which byte.
    pub at: usize,
    /// What is wrong, in words.
    pub what: String,
}

/// Where the sound frames of a segment end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// The byte after the last sound frame.
    pub at: usize,
    /// The number of the last sound frame; one less than the first number if there is none.
    pub last: u64,
    /// Something that is not zero follows: a write that was cut off.
    pub torn: bool,
}

/// Reads the frames of a segment in order. `newest` says that no later segment follows, so that it may end in a torn
/// write. The visitor's error stops the walk.
pub fn walk<E: From<Damage>>(
    path: &Path,
    bytes: &[u8],
    instance: &Instance,
    newest: bool,
    mut visit: impl FnMut(&Frame<'_>) -> Result<(), E>,
) -> Result<End, E> {
    let damage = |at: usize, what: String| Damage { file: path.display().to_string(), at, what };
    let first = path.file_name().and_then(|n| n.to_str()).and_then(first_of);
    let Some((owner, number)) = read_header(MAGIC, bytes) else {
        return Err(damage(0, "it does not begin like a journal file".to_owned()).into());
    };
    if owner != *instance {
        return Err(damage(0, "it belongs to another store".to_owned()).into());
    }
    if Some(number) != first {
        return Err(damage(0, format!("its name does not fit its first commit, {number}")).into());
    }
    let (mut at, mut last) = (START, number.saturating_sub(1));
    while let Some(f) = frame::read(bytes, at) {
        if f.lsn != last + 1 {
            return Err(damage(at, format!("commit {} follows commit {last}", f.lsn)).into());
        }
        visit(&f)?;
        last = f.lsn;
        at += f.size();
    }
    let torn = bytes.get(at..).is_some_and(|rest| rest.iter().any(|b| *b != 0));
    if torn {
        let broken = last + 1;
        // A later frame that knows this one as durable proves that it was acknowledged; without that it is the tail of
        // a group that nobody was told about.
        if !newest || frame::find(bytes, at, |f| f.durable >= broken && f.lsn > broken).is_some() {
            return Err(
                damage(at, format!("the checksum of commit {broken} is wrong, but later commits follow")).into()
            );
        }
    }
    Ok(End { at, last, torn })
}

/// True if nothing in it was ever acknowledged: it was created, but its header did not reach the medium.
pub fn unborn(bytes: &[u8]) -> bool {
    read_header(MAGIC, bytes).is_none() && frame::find(bytes, 0, |_| true).is_none()
}

/// Which store a segment belongs to.
pub fn owner(bytes: &[u8]) -> Option<Instance> {
    read_header(MAGIC, bytes).map(|(instance, _)| instance)
}
