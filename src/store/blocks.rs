//! Facts packed for scanning: all waits that began on one UTC day in up to 32 neighbouring mentions lie in one value, so
//! that a million of them are a few ten thousand reads.

use super::fault::Fault;
use crate::domain::{Ending, Fact, Kind, MentionNo, ResponseSource};

/// Bytes of one packed fact.
pub const ROW: usize = 50;
/// The code of every name that came after the table was full.
pub const OTHERS: u16 = u16::MAX;
const NONE: u32 = u32::MAX;

/// The UTC day of a moment, counted from 1970.
pub fn day(ms: i64) -> i64 {
    ms.div_euclid(86_400_000)
}

fn opt(n: Option<u32>) -> [u8; 4] {
    n.map_or(NONE, |n| n.min(NONE - 1)).to_be_bytes()
}

fn ending_code(ending: Ending) -> u8 {
    match ending {
        Ending::Waiting => 0,
        Ending::Answered(ResponseSource::Sent) => 1,
        Ending::Answered(ResponseSource::Native) => 2,
        Ending::Answered(ResponseSource::Stated) => 3,
        Ending::Closed => 4,
        Ending::Excluded => 5,
    }
}

fn ending_of(code: u8) -> Option<Ending> {
    Some(match code {
        0 => Ending::Waiting,
        1 => Ending::Answered(ResponseSource::Sent),
        2 => Ending::Answered(ResponseSource::Native),
        3 => Ending::Answered(ResponseSource::Stated),
        4 => Ending::Closed,
        5 => Ending::Excluded,
        _ => return None,
    })
}

fn kind_code(kind: Kind) -> u8 {
    match kind {
        Kind::Question => 0,
        Kind::Complaint => 1,
        Kind::Praise => 2,
        Kind::Other => 3,
    }
}

/// Appends a fact.
pub fn pack(out: &mut Vec<u8>, f: &Fact<u16>) {
    let start = out.len();
    out.extend_from_slice(&f.no.0.to_be_bytes());
    out.extend_from_slice(&f.started_ms.to_be_bytes());
    out.extend_from_slice(&f.end_ms.to_be_bytes());
    out.extend_from_slice(&f.cycle.to_be_bytes());
    out.extend_from_slice(&f.brand.to_be_bytes());
    out.extend_from_slice(&f.network.to_be_bytes());
    out.extend_from_slice(&f.person.unwrap_or(0).to_be_bytes());
    for part in [f.detection_s, f.pickup_s, f.handling_s, f.approval_s] {
        out.extend_from_slice(&opt(part));
    }
    out.push(kind_code(f.kind) | u8::from(f.direct) << 4 | u8::from(f.person.is_some()) << 5);
    out.push(ending_code(f.ending));
    debug_assert_eq!(out.len() - start, ROW);
}

fn row(r: &[u8; ROW]) -> Option<Fact<u16>> {
    let two = |at: usize| Some(u16::from_be_bytes(*r.get(at..)?.first_chunk()?));
    let four = |at: usize| Some(u32::from_be_bytes(*r.get(at..)?.first_chunk()?));
    let eight = |at: usize| Some(i64::from_be_bytes(*r.get(at..)?.first_chunk()?));
    let part = |at: usize| four(at).map(|n| (n != NONE).then_some(n));
    let flags = r[48];
    Some(Fact {
        no: MentionNo(u64::from_be_bytes(*r.first_chunk()?)),
        started_ms: eight(8)?,
        end_ms: eight(16)?,
        cycle: two(24)?,
        brand: two(26)?,
        network: two(28)?,
        person: (flags & 0x20 != 0).then_some(two(30)?),
        detection_s: part(32)?,
        pickup_s: part(36)?,
        handling_s: part(40)?,
        approval_s: part(44)?,
        kind: Kind::ALL.get(usize::from(flags & 0x0F)).copied()?,
        direct: flags & 0x10 != 0,
        ending: ending_of(r[49])?,
    })
}

/// Hands over every fact of a block.
pub fn unpack(block: &[u8], mut visit: impl FnMut(Fact<u16>)) -> Result<(), Fault> {
    let (rows, rest) = block.as_chunks::<ROW>();
    let bad = || Fault("a block of facts is damaged".to_owned());
    if !rest.is_empty() {
        return Err(bad());
    }
    for r in rows {
        visit(row(r).ok_or_else(bad)?);
    }
    Ok(())
}

/// The block with the facts of one mention replaced; empty if nothing is left.
pub fn replace(block: &[u8], no: MentionNo, facts: &[Fact<u16>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(block.len() + facts.len() * ROW);
    for r in block.as_chunks::<ROW>().0 {
        if r.first_chunk() != Some(&no.0.to_be_bytes()) {
            out.extend_from_slice(r);
        }
    }
    for f in facts {
        pack(&mut out, f);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_facts_come_back() {
        let mut facts = Vec::new();
        for (i, ending) in (0_u8..6).filter_map(ending_of).enumerate() {
            let i = u16::try_from(i).expect("small");
            facts.push(Fact {
                no: MentionNo(u64::from(i) + 40),
                cycle: i + 1,
                brand: i,
                network: 7,
                person: (i % 2 == 0).then_some(i),
                kind: Kind::ALL[usize::from(i) % 4],
                direct: i % 3 == 0,
                started_ms: -5 + i64::from(i),
                ending,
                end_ms: 1_700_000_000_000,
                detection_s: Some(u32::from(i)),
                pickup_s: None,
                handling_s: Some(u32::MAX - 1),
                approval_s: None,
            });
        }
        let mut block = Vec::new();
        for f in &facts {
            pack(&mut block, f);
        }
        let mut back = Vec::new();
        unpack(&block, |f| back.push(f)).expect("sound");
        assert_eq!(back, facts);
        let without = replace(&block, MentionNo(41), &[]);
        assert_eq!(without.len(), block.len() - ROW);
        assert!(unpack(&without[1..], |_| {}).is_err());
    }
}
