//! Whose posts come without a card.

use super::{Desk, lock};
use crate::domain::{Aside, MUTED, Muted, Post};
use crate::store::StoreError;
use jiff::Timestamp;
use std::collections::BTreeMap;

impl Desk {
    /// Reads the muted authors again: after the start, and when somebody was muted or heard again.
    pub(super) async fn recall_muted(&self) -> Result<(), StoreError> {
        let said = self.store.settings(MUTED).await?;
        let muted: BTreeMap<String, Muted> =
            said.into_iter().filter_map(|(key, json)| Some((key, serde_json::from_str(&json).ok()?))).collect();
        *lock(&self.muted) = muted;
        Ok(())
    }

    /// Why a post is set aside because of its author.
    pub(super) fn muted(&self, post: &Post, now: Timestamp) -> Option<Aside> {
        let key = Muted::key_of(post)?;
        lock(&self.muted).get(&key).filter(|muted| muted.holds(now)).map(Muted::aside)
    }
}
