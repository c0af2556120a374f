//! Reads a long file of frames (a snapshot, a backup) piece by piece.

use super::disk::DiskFile;
use super::frame::{self, Frame, HEADER};
use std::io;

const PIECE: usize = 1 << 20;

/// A file of frames, read in order.
pub struct Stream {
    file: Box<dyn DiskFile>,
    buffer: Vec<u8>,
    /// Where in the file the buffer begins.
    base: u64,
    at: usize,
    len: u64,
}

impl Stream {
    /// Begins at that byte.
    pub fn new(file: Box<dyn DiskFile>, at: u64) -> io::Result<Self> {
        let len = file.len()?;
        Ok(Self { file, buffer: Vec::new(), base: at, at: 0, len })
    }

    /// The byte of the file at which the next frame begins.
    pub fn position(&self) -> u64 {
        self.base + self.at as u64
    }

    /// The length of the file.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// True if the file has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        if self.buffer.len() >= self.at + wanted {
            return Ok(());
        }
        self.buffer.drain(..self.at);
        self.base += self.at as u64;
        self.at = 0;
        let have = self.buffer.len();
        let left = usize::try_from(self.len.saturating_sub(self.base + have as u64)).unwrap_or(usize::MAX);
        let more = wanted.saturating_sub(have).max(PIECE).min(left);
        self.buffer.resize(have + more, 0);
        let got = self.file.read_at(self.base + have as u64, self.buffer.get_mut(have..).unwrap_or_default())?;
        self.buffer.truncate(have + got);
        Ok(())
    }

    /// The next sound frame; `None` at the end of the file or where no sound frame begins ([`Stream::position`]).
    pub fn take(&mut self) -> io::Result<Option<Frame<'_>>> {
        self.fill(HEADER)?;
        let Some(size) = frame::announced(self.buffer.get(self.at..).unwrap_or_default()) else { return Ok(None) };
        self.fill(size)?;
        match frame::read(&self.buffer, self.at) {
            Some(f) => {
                self.at += f.size();
                Ok(Some(f))
            }
            None => Ok(None),
        }
    }
}
