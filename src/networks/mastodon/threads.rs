//! What a status goes on with, by ids that hold on all servers. Statuses name the one above them by an id of their own
//! server, so the thread above is asked for, once.

use super::api::{Api, Failed};
use super::post::{Thread, external_id};
use super::wire::{Context, Status};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// So many statuses are remembered; then it begins anew.
const KNOWN: usize = 5_000;
/// A server that fails to show a thread is asked so many times more; then the status is taken without it.
const TRIES: u32 = 5;

/// What is known of threads.
#[derive(Default)]
pub(super) struct Threads {
    /// By the status' own id: its id for all servers, and the beginning of its thread.
    known: Mutex<BTreeMap<String, (String, Option<String>)>>,
    failures: Mutex<Failures>,
}

/// Threads that the server failed to show.
#[derive(Default)]
struct Failures {
    /// Of whatever status, since one was shown.
    row: u32,
    /// By the status' own id.
    each: BTreeMap<String, u32>,
}

impl Threads {
    /// Remembers a status.
    pub(super) fn know(&self, id: &str, uri: &str, conversation: Option<&str>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN {
            known.clear();
        }
        known.insert(id.to_owned(), (uri.to_owned(), conversation.map(str::to_owned)));
    }

    /// The own id of a status that was seen before.
    pub(super) fn local(&self, uri: &str) -> Option<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find(|(_, (known, _))| known == uri).map(|(id, _)| id.clone())
    }

    /// The id for all servers of a status that was seen before.
    pub(super) fn uri(&self, id: &str) -> Option<String> {
        self.known(id).map(|(uri, _)| uri)
    }

    fn known(&self, id: &str) -> Option<(String, Option<String>)> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Notes a failure; whether the thread is worth another try.
    fn once_more(&self, id: &str) -> bool {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.each.len() >= KNOWN {
            failures.each.clear();
        }
        failures.row = failures.row.saturating_add(1);
        let times = failures.each.get(id).copied().unwrap_or_default().saturating_add(1);
        failures.each.insert(id.to_owned(), times);
        times <= TRIES && failures.row <= TRIES
    }

    fn shown(&self, id: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.row = 0;
        failures.each.remove(id);
    }

    /// The thread of a status. Where the server does not tell it, it has none.
    pub(super) async fn of(&self, api: &Api, status: &Status) -> Result<Thread, Failed> {
        let uri = external_id(status).unwrap_or_default();
        let Some(parent) = &status.in_reply_to_id else {
            self.know(&status.id, &uri, Some(&uri));
            return Ok(Thread { parent: None, conversation: Some(uri) });
        };
        if let Some((above, Some(conversation))) = self.known(parent) {
            self.know(&status.id, &uri, Some(&conversation));
            return Ok(Thread { parent: Some(above), conversation: Some(conversation) });
        }
        let context: Context = match api.get(&["api", "v1", "statuses", &status.id, "context"], &[]).await {
            Ok(context) => context,
            // Nobody would be heard any more if one thread that cannot be shown held up everything.
            Err(failed @ (Failed::Refused(429, ..) | Failed::Unsent(_) | Failed::Lost(_))) => return Err(failed),
            Err(failed @ (Failed::Refused(408 | 500..=599, ..) | Failed::Unreadable(_)))
                if self.once_more(&status.id) =>
            {
                return Err(failed);
            }
            Err(_) => return Ok(Thread { parent: self.known(parent).map(|(uri, _)| uri), conversation: None }),
        };
        self.shown(&status.id);
        Ok(self.learn(status, &context))
    }

    /// The thread of a status by what stands above it.
    fn learn(&self, status: &Status, context: &Context) -> Thread {
        let uri = external_id(status);
        let first = context.ancestors.first();
        let conversation = match first {
            Some(first) => external_id(first),
            None if status.in_reply_to_id.is_none() => uri.clone(),
            None => None,
        };
        for above in &context.ancestors {
            if let Some(uri) = external_id(above) {
                self.know(&above.id, &uri, conversation.as_deref());
            }
        }
        if let Some(uri) = &uri {
            self.know(&status.id, uri, conversation.as_deref());
        }
        let parent = status.in_reply_to_id.as_ref().and_then(|id| self.known(id)).map(|(uri, _)| uri);
        Thread { parent, conversation }
    }
}
