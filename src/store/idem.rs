//! Forgetting idempotency keys after 48 hours.

use super::fault::Fault;
use super::group::{REMEMBERED, idem_time};
use super::index::{Index, Tree, Writes};

/// So many are removed in one transaction.
const AT_ONCE: usize = 10_000;

/// Removes the keys that are too old at that moment (seconds since 1970).
pub fn forget(index: &Index, now_s: i64) -> Result<(), Fault> {
    let limit = now_s.saturating_sub(REMEMBERED.as_secs());
    loop {
        let mut writes = Writes::new();
        index.range(Tree::Idem, &[], None, |key, value| {
            if idem_time(value).is_none_or(|at| at.as_second() < limit) {
                writes.insert((Tree::Idem, key.to_vec()), None);
            }
            Ok(writes.len() < AT_ONCE)
        })?;
        let more = writes.len() == AT_ONCE;
        if !writes.is_empty() {
            index.apply(&writes)?;
        }
        if !more {
            return Ok(());
        }
    }
}
