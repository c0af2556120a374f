//! Commands about one mention come one after the other, so that many at once do not spoil each other's decisions.

use super::lock;
use crate::domain::MentionNo;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

/// So many mentions are remembered before those that nobody waits for are forgotten.
const REMEMBERED: usize = 256;

/// Who is at it, and who waits, by mention.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<MentionNo, Arc<Queue<()>>>>);

/// A turn at a mention; the next one begins when it is dropped.
pub(super) struct Turn {
    /// Whose turn it is.
    pub no: MentionNo,
    /// Somebody else was at it before: what was known of the mention may be old.
    pub waited: bool,
    _held: OwnedMutexGuard<()>,
}

impl Turns {
    /// Waits until nobody else is at this mention.
    pub(super) async fn take(&self, no: MentionNo) -> Turn {
        let queue = {
            let mut queues = lock(&self.0);
            if queues.len() >= REMEMBERED {
                queues.retain(|_, queue| Arc::strong_count(queue) > 1);
            }
            Arc::clone(queues.entry(no).or_default())
        };
        match Arc::clone(&queue).try_lock_owned() {
            Ok(held) => Turn { no, waited: false, _held: held },
            Err(_) => Turn { no, waited: true, _held: queue.lock_owned().await },
        }
    }
}
