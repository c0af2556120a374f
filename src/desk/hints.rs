//! What the prompt completes: commands, open mentions, people, saved replies.

use super::Desk;
use crate::commands;
use crate::domain::{OpenQuery, PersonId};
use crate::slash::{self, Hints};
use crate::store::StoreError;
use std::sync::Arc;
use tokio::runtime::Handle;

/// So many open mentions are offered.
const OFFERED: usize = 25;

/// From a line and a cursor (a byte offset) to where the completed word begins and what it may become.
pub type Complete = Arc<dyn Fn(&str, usize) -> (usize, Vec<String>) + Send + Sync>;

/// Completes a line at a cursor (a byte offset): where the completed word begins, and what it may become. For a thread
/// of its own, outside the async runtime.
pub fn complete(desk: &Arc<Desk>) -> Complete {
    let desk = Arc::clone(desk);
    let runtime = Handle::current();
    Arc::new(move |line, cursor| {
        let hints = runtime.block_on(desk.hints()).unwrap_or_default();
        let completions = slash::complete(commands::ALL, line, cursor, &hints);
        (completions.start, completions.words)
    })
}

impl Desk {
    async fn hints(&self) -> Result<Hints, StoreError> {
        let open = self.store.open(&OpenQuery { limit: OFFERED, ..OpenQuery::default() }).await?;
        let canned = self.store.settings("canned:").await?;
        let rules = self.rules().await?;
        // One word each: a line could not name the others.
        let word = |id: &&PersonId| !id.0.contains(char::is_whitespace);
        let people: Vec<PersonId> = rules.people.keys().filter(word).cloned().collect();
        Ok(Hints {
            open: open.rows.iter().map(|row| row.no).collect(),
            people,
            canned: canned.into_iter().filter_map(|(key, _)| Some(key.strip_prefix("canned:")?.to_owned())).collect(),
        })
    }
}
