//! Envelopes that were taken: one that comes over two sockets, or again after a socket was lost, is acted on once and
//! acknowledged each time with the same.

use super::lock;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use tokio::sync::OnceCell;

/// So many are remembered; Slack gives up on each after three seconds.
const REMEMBERED: usize = 1_000;

/// What an envelope was acknowledged with, once that is known.
pub(super) type Acknowledged = Arc<OnceCell<Option<Value>>>;

/// The latest envelopes, by their id.
#[derive(Default)]
pub(super) struct Envelopes(Mutex<(HashMap<String, Acknowledged>, VecDeque<String>)>);

impl Envelopes {
    /// The place for the acknowledgement of that envelope. Whoever comes second waits there for what the first one has.
    pub(super) fn place(&self, id: &str) -> Acknowledged {
        let (known, order) = &mut *lock(&self.0);
        if let Some(place) = known.get(id) {
            return Arc::clone(place);
        }
        order.push_back(id.to_owned());
        if order.len() > REMEMBERED
            && let Some(oldest) = order.pop_front()
        {
            known.remove(&oldest);
        }
        Arc::clone(known.entry(id.to_owned()).or_default())
    }
}
