//! The weights file: what the training program writes and the program carries. It is refused, with the reason, unless
//! every byte is as it was written and the features are computed now as they were in training.

use super::bytes::{Reader, Writer};
use super::features::{BUCKETS, spec_hash};
use super::math::hash;
use super::tables::{PictureNames, Valences};

/// Rows of weights: negative against neutral, positive against neutral, question.
pub const ROWS: usize = 3;

/// Everything that training finds out.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// What is added to each row's sum.
    pub biases: [f32; ROWS],
    /// What one step of a weight is worth, by row.
    pub scales: [f32; ROWS],
    /// The weights in steps, -7 to 7, by feature.
    pub steps: Vec<[i8; ROWS]>,
    /// From this share of praise on four of five are praise.
    pub praise: f32,
    /// What VADER says about words.
    pub valences: Valences,
    /// What pictures show.
    pub pictures: PictureNames,
    /// Hashes of the files that it was trained from, in the order of the program.
    pub data: Vec<[u8; 32]>,
}

/// Why a weights file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Not such a file.
    #[error("this is no weights file of hearback")]
    Magic,
    /// Of another version of the format.
    #[error("the weights file has format {0}, and this program reads format {FORMAT}; train again: {TRAIN}")]
    Format(u8),
    /// Trained with other features.
    #[error("the weights were trained for other features than this program computes; train again: {TRAIN}")]
    Features,
    /// Cut off.
    #[error("the weights file ends too early; get it again, or train again: {TRAIN}")]
    Short,
    /// Changed since it was written.
    #[error("the weights file was changed or damaged (its check sum is wrong); get it again, or train again: {TRAIN}")]
    Damaged,
    /// A cue that is no pattern.
    #[error(transparent)]
    Cue(#[from] super::BadCue),
    /// Undamaged, and yet wrong.
    #[error("the weights file is wrong: {0}; train again: {TRAIN}")]
    Content(&'static str),
}

/// The command that makes the weights.
pub const TRAIN: &str = "cargo run --release --example train -- DATA_DIR --write src/triage/model/weights.bin";

const MAGIC: [u8; 8] = *b"HEARBACK";
const FORMAT: u8 = 1;
/// The largest weight in steps: four bits a weight.
pub const MOST_STEPS: i8 = 7;

impl Weights {
    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(MAGIC.to_vec());
        out.u8(FORMAT);
        out.u8(u8::try_from(ROWS).unwrap_or_default());
        out.u32(u32::try_from(BUCKETS).unwrap_or_default());
        out.u64(spec_hash());
        out.length(self.data.len());
        for hash in &self.data {
            out.0.extend(hash);
        }
        for n in self.biases.iter().chain(&self.scales).chain([&self.praise]) {
            out.f32(*n);
        }
        self.valences.write(&mut out);
        self.pictures.write(&mut out);
        for row in 0..ROWS {
            for pair in self.steps.chunks(2) {
                let nibble = |at: usize| pair.get(at).and_then(|s| s.get(row)).map_or(0, |s| s.to_le_bytes()[0] & 15);
                out.u8(nibble(0) | nibble(1) << 4);
            }
        }
        out.u32(crc32c::crc32c(&out.0));
        out.0
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Broken> {
        let mut from = Reader(bytes);
        if from.take(MAGIC.len()).map_err(|_| Broken::Magic)? != MAGIC {
            return Err(Broken::Magic);
        }
        let format = from.u8()?;
        if format != FORMAT {
            return Err(Broken::Format(format));
        }
        let body = bytes.len().checked_sub(4).and_then(|end| bytes.split_at_checked(end));
        let (body, sum) = body.ok_or(Broken::Short)?;
        if Reader(sum).u32()? != crc32c::crc32c(body) {
            return Err(Broken::Damaged);
        }
        let (rows, buckets) = (from.u8()?, from.u32()?);
        if usize::from(rows) != ROWS || usize::try_from(buckets) != Ok(BUCKETS) || from.u64()? != spec_hash() {
            return Err(Broken::Features);
        }
        let mut data = Vec::new();
        for _ in 0..from.length()? {
            data.push(from.take(32)?.try_into().map_err(|_| Broken::Short)?);
        }
        let mut numbers = [0.0; 2 * ROWS + 1];
        for n in &mut numbers {
            *n = from.f32()?;
            if !n.is_finite() {
                return Err(Broken::Content("a number in it is none"));
            }
        }
        let [b0, b1, b2, s0, s1, s2, praise] = numbers;
        let valences = Valences::read(&mut from)?;
        let pictures = PictureNames::read(&mut from)?;
        let mut steps = vec![[0_i8; ROWS]; BUCKETS];
        for row in 0..ROWS {
            let packed = from.take(BUCKETS / 2)?;
            for (pair, byte) in steps.chunks_mut(2).zip(packed) {
                for (step, nibble) in pair.iter_mut().zip([byte & 15, byte >> 4]) {
                    if let Some(slot) = step.get_mut(row) {
                        // Four bits with a sign.
                        *slot = i8::from_le_bytes([nibble << 4]) >> 4;
                    }
                }
            }
        }
        if from.0.len() != 4 {
            return Err(Broken::Content("something follows the weights"));
        }
        Ok(Self { biases: [b0, b1, b2], scales: [s0, s1, s2], steps, praise, valences, pictures, data })
    }
}

/// One number for a whole weights file, by which people and records name it.
pub fn hash_of(bytes: &[u8]) -> u64 {
    hash(bytes)
}
