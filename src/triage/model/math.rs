//! Arithmetic that gives the same bits on every machine: only additions, multiplications and comparisons, no library of
//! the system. (`f32::sqrt` and the four operations are exact by IEEE 754, so they need no copy here.)

/// e to the power of x, within 1 part in ten million; 0 and infinity beyond the range of `f32`.
pub(in crate::triage) fn exp(x: f32) -> f32 {
    if x.is_nan() {
        return x;
    }
    let x = f64::from(x.clamp(-87.0, 88.0));
    // x = k ln 2 + r with |r| <= ln 2 / 2; then a Taylor polynomial for r and the exponent for k.
    let k = (x * std::f64::consts::LOG2_E).round();
    let r = x - k * std::f64::consts::LN_2;
    let mut sum = 1.0;
    for n in (1..=11_i32).rev() {
        sum = 1.0 + sum * r / f64::from(n);
    }
    narrow(sum * power_of_two(k))
}

/// The logistic function.
pub(in crate::triage) fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// Shares that sum to 1, the larger the logit the larger.
pub(in crate::triage) fn softmax<const N: usize>(logits: [f32; N]) -> [f32; N] {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let raised = logits.map(|l| exp(l - most));
    let sum: f32 = raised.iter().sum();
    raised.map(|r| r / sum)
}

/// Two to the power of a whole number between -1000 and 1000.
fn power_of_two(k: f64) -> f64 {
    let (base, mut left) = if k < 0.0 { (0.5, -k) } else { (2.0, k) };
    let mut power = 1.0;
    while left >= 1.0 {
        power *= base;
        left -= 1.0;
    }
    power
}

/// Rounds to the nearest `f32`.
#[expect(clippy::cast_possible_truncation, reason = "rounding is what is meant, and it is the same everywhere")]
pub(in crate::triage) fn narrow(x: f64) -> f32 {
    x as f32
}

/// A small number as `f32`, exact up to 2^24.
pub(in crate::triage) fn real(n: usize) -> f32 {
    let n = u32::try_from(n).unwrap_or(u32::MAX);
    narrow(f64::from(n))
}

/// A well mixed 64-bit hash of bytes (FNV-1a, then the finaliser of `MurmurHash3`). Part of the feature specification:
/// never changes.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        h = (h ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    mix(h)
}

/// Mixes two hashes into one; the order matters.
pub(super) fn join(a: u64, b: u64) -> u64 {
    mix(a.rotate_left(23) ^ b.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn mix(mut h: u64) -> u64 {
    h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    h = (h ^ (h >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ (h >> 33)
}

/// The upper half of a hash.
pub(super) fn upper(h: u64) -> u32 {
    (h >> 32) as u32
}
