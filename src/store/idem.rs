//! Forgetting idempotency keys after 48 hours.

use super::fault::Fault;
use super::group::{REMEMBERED, idem_time};
use super::index::{Index, Tree, Writes};

/// Removes the keys that are too old at that moment (seconds since 1970).
pub fn forget(index: &Index, now_s: i64) -> Result<(), Fault> {
    let limit = now_s.saturating_sub(REMEMBERED.as_secs());
    let mut writes = Writes::new();
    index.range(Tree::Idem, &[], None, |key, value| {
        if idem_time(value).is_none_or(|at| at.as_second() < limit) {
            writes.insert((Tree::Idem, key.to_vec()), None);
        }
        Ok(writes.len() < 10_000)
    })?;
    if writes.is_empty() { Ok(()) } else { index.apply(&writes) }
}
