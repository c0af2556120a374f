//! Numbers in a row of bytes, little-endian.

use super::weights::Broken;

/// Writes numbers.
#[derive(Debug, Default)]
pub(super) struct Writer(pub Vec<u8>);

impl Writer {
    pub(super) fn u8(&mut self, n: u8) {
        self.0.push(n);
    }

    pub(super) fn u32(&mut self, n: u32) {
        self.0.extend(n.to_le_bytes());
    }

    pub(super) fn u64(&mut self, n: u64) {
        self.0.extend(n.to_le_bytes());
    }

    pub(super) fn f32(&mut self, n: f32) {
        self.0.extend(n.to_le_bytes());
    }

    /// A number below 65536, in two bytes. All counts in the file are; the reader compares them with what follows.
    pub(super) fn length(&mut self, n: usize) {
        self.0.extend(u16::try_from(n).unwrap_or(u16::MAX).to_le_bytes());
    }
}

/// Reads them back.
#[derive(Debug)]
pub(super) struct Reader<'b>(pub &'b [u8]);

impl<'b> Reader<'b> {
    pub(super) fn take(&mut self, n: usize) -> Result<&'b [u8], Broken> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or(Broken::Short)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        self.take(N)?.try_into().map_err(|_| Broken::Short)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Broken> {
        self.array::<1>().map(|[b]| b)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Broken> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Broken> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn f32(&mut self) -> Result<f32, Broken> {
        self.array().map(f32::from_le_bytes)
    }

    pub(super) fn length(&mut self) -> Result<usize, Broken> {
        self.array().map(|b| usize::from(u16::from_le_bytes(b)))
    }
}
