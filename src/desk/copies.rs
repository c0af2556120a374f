//! Copies of a mention: listed, and closed together.

use super::Desk;
use crate::domain::{Actor, Commit, Copies, CopiesQuery, DoneReason, Event, EventKind, MentionNo, State};
use crate::slash::Call;
use crate::store::StoreError;

/// So many are closed in one commit.
const BATCH: usize = 100;
/// So often a batch is decided anew when others keep changing the same mentions.
const TRIES: usize = 20;

impl Desk {
    /// Copies, whichever of those that say the same is named.
    pub(super) async fn copies(&self, query: CopiesQuery) -> Result<Copies, StoreError> {
        let of = self.store.mention(query.of).await?.and_then(|m| m.lead()).unwrap_or(query.of);
        self.store.copies(&CopiesQuery { of, ..query }).await
    }

    /// Closes the copies of a mention that nobody took up, each with its own event. Cut off in the middle, the same
    /// command closes the rest.
    pub(super) async fn close_copies(
        &self,
        of: MentionNo,
        reason: DoneReason,
        call: &Call<'_>,
    ) -> Result<(), StoreError> {
        let (mut offset, mut tries) = (0, 0);
        loop {
            let page = self.store.copies(&CopiesQuery { of, open: true, offset, limit: BATCH }).await?;
            if page.mentions.is_empty() {
                return Ok(());
            }
            let mut commit = Commit::at(call.at);
            let mut left = 0;
            for copy in &page.mentions {
                if copy.state != State::Open {
                    left += 1;
                    continue;
                }
                let by = Actor::Person(call.who.id.clone());
                let what = EventKind::Closed { reason };
                commit.happen(copy, vec![Event { at: call.at, by, via: Some(call.chat.clone()), what }]);
            }
            if commit.changes.is_empty() {
                offset += left;
                continue;
            }
            match self.store.commit(commit).await {
                Ok(()) => offset += left,
                Err(StoreError::Conflict(_)) if tries < TRIES => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }
}
