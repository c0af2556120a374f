//! One checksummed record of a journal, snapshot or backup file.
//!
//! Little-endian: magic (4) | length of the payload (4) | crc32c of everything after it (4) | schema (4) | lsn (8) |
//! durable (8) | payload. `durable` is the newest lsn that was on the medium when the frame was written: it tells a torn
//! tail (never acknowledged) from damage (acknowledged and lost).

/// Bytes before the payload.
pub const HEADER: usize = 32;
/// The longest payload that is believed.
pub const MAX_PAYLOAD: usize = 256 << 20;
const MAGIC: [u8; 4] = [0xF5, b'h', b'b', 0x1F];

/// A frame, as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The version of the payload's shape.
    pub schema: u32,
    /// Its number: commits are counted from 1 without gaps.
    pub lsn: u64,
    /// The newest number that was on the medium when this was written.
    pub durable: u64,
    /// What it says.
    pub payload: &'a [u8],
}

impl Frame<'_> {
    /// How many bytes it takes in the file.
    pub fn size(&self) -> usize {
        HEADER + self.payload.len()
    }
}

/// Appends a frame to a buffer.
pub fn encode(out: &mut Vec<u8>, frame: &Frame<'_>) {
    let start = out.len();
    // Payloads are far below 4 GB: the writer refuses anything above MAX_PAYLOAD before it comes here.
    let len = u32::try_from(frame.payload.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&frame.schema.to_le_bytes());
    out.extend_from_slice(&frame.lsn.to_le_bytes());
    out.extend_from_slice(&frame.durable.to_le_bytes());
    out.extend_from_slice(frame.payload);
    let crc = checksum(len, out.get(start + 12..).unwrap_or_default());
    if let Some(place) = out.get_mut(start + 8..start + 12) {
        place.copy_from_slice(&crc.to_le_bytes());
    }
}

fn checksum(len: u32, rest: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&len.to_le_bytes()), rest)
}

fn le4(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn le8(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// How long the frame that begins there says that it is, header included. `None` if no frame begins there.
pub fn announced(bytes: &[u8]) -> Option<usize> {
    if bytes.first_chunk::<4>()? != &MAGIC {
        return None;
    }
    let len = usize::try_from(le4(bytes, 4)?).ok()?;
    (len <= MAX_PAYLOAD).then_some(HEADER + len)
}

/// The whole and sound frame that begins at `at`, if there is one.
pub fn read(bytes: &[u8], at: usize) -> Option<Frame<'_>> {
    let bytes = bytes.get(at..)?;
    let size = announced(bytes)?;
    let whole = bytes.get(..size)?;
    let crc = le4(whole, 8)?;
    if checksum(le4(whole, 4)?, whole.get(12..)?) != crc {
        return None;
    }
    Some(Frame {
        schema: le4(whole, 12)?,
        lsn: le8(whole, 16)?,
        durable: le8(whole, 24)?,
        payload: whole.get(HEADER..)?,
    })
}

/// The first sound frame at or after `at` that `wanted` accepts.
pub fn find(bytes: &[u8], at: usize, wanted: impl Fn(&Frame<'_>) -> bool) -> Option<usize> {
    let mut at = at;
    loop {
        let rest = bytes.get(at..)?;
        let step = rest.iter().position(|b| *b == MAGIC[0])?;
        at += step;
        if read(bytes, at).is_some_and(|f| wanted(&f)) {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_back_and_any_flipped_bit_is_noticed() {
        let frame = Frame { schema: 1, lsn: 7, durable: 6, payload: b"hello" };
        let mut bytes = vec![1, 2, 3];
        encode(&mut bytes, &frame);
        assert_eq!(read(&bytes, 3), Some(frame));
        assert_eq!(find(&bytes, 0, |f| f.lsn == 7), Some(3));
        for bit in 3 * 8..bytes.len() * 8 {
            let mut bad = bytes.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(read(&bad, 3), None, "bit {bit}");
        }
    }
}
