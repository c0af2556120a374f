//! TIDs: the record keys of posts, likes, reposts and follows (atproto.com/specs/tid). Ours are derived from the moment
//! and the key of what is sent, so that every try of it, also after a restart, writes the same record.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// The sortable base 32 of the specification.
const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
/// Characters of a TID.
const LENGTH: usize = 13;

/// The record key of what is sent as `key`, asked for at `at`; `turn` is 0, or higher where that one is taken by
/// something else. The microseconds below a millisecond and the ten bits of the "clock" tell apart what was asked for in
/// the same millisecond.
pub(super) fn derive(at: Timestamp, key: &str, turn: u32) -> String {
    let hash = Sha256::digest(format!("{turn}:{key}"));
    let salt = hash.iter().take(8).fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
    let micros = u64::try_from(at.as_millisecond()).unwrap_or_default() * 1_000 + salt % 1_000;
    encode(((micros & ((1 << 53) - 1)) << 10) | ((salt >> 32) & 0x3ff))
}

fn encode(number: u64) -> String {
    (0..LENGTH)
        .rev()
        .map(|i| char::from(ALPHABET[usize::try_from((number >> (5 * i)) & 31).unwrap_or_default()]))
        .collect()
}

/// The moment in a TID. A repository's revision is one, by its server's clock.
pub(super) fn moment(tid: &str) -> Option<Timestamp> {
    if tid.len() != LENGTH {
        return None;
    }
    let number = tid.bytes().try_fold(0u64, |sum, byte| {
        let digit = ALPHABET.iter().position(|b| *b == byte)?;
        Some((sum << 5) | u64::try_from(digit).ok()?)
    })?;
    // The first of the 65 bits is not there, the second is always 0.
    Timestamp::from_microsecond(i64::try_from((number >> 10) & ((1 << 53) - 1)).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::{derive, encode, moment};
    use jiff::Timestamp;

    #[test]
    fn a_key_is_stable_and_carries_its_moment() {
        let at: Timestamp = "2026-11-22T10:00:00.123456Z".parse().unwrap();
        let one = derive(at, "hb-1", 0);
        assert_eq!(one, derive(at, "hb-1", 0));
        assert_eq!(one.len(), 13);
        assert_ne!(one, derive(at, "hb-2", 0));
        assert_ne!(one, derive(at, "hb-1", 1));
        assert_eq!(moment(&one).unwrap().as_millisecond(), at.as_millisecond());
        // The specification's first characters: 2 to j.
        assert!(one.starts_with(|c: char| ('2'..='j').contains(&c)), "{one}");
    }

    #[test]
    fn tids_are_those_of_the_specification() {
        assert_eq!(encode(0), "2222222222222");
        assert_eq!(moment("2222222222222").unwrap().as_second(), 0);
        assert_eq!(moment("3jzfcijpj2z2a").unwrap().as_second() / 86_400, 19_538);
        for odd in ["", "3jzfcijpj2z2", "3jzfcijpj2z2A", "0000000000000", "3jzf-cij-pj2z"] {
            assert_eq!(moment(odd), None, "{odd}");
        }
    }
}
