//! What came back to a person after they did something.

use super::interactions::{First, Interaction};
use super::person_modal::Modal;
use super::{Inner, Message, State, said};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a story waits for an answer before it gives up.
const DEADLINE: Duration = Duration::from_secs(10);
/// What the client shows when nobody answered in time.
pub const NO_ANSWER: &str = "The application did not respond";

/// What a person got to see as the answer to one thing that they did.
#[derive(Clone, Debug)]
pub struct Said {
    pub(super) inner: Arc<Inner>,
    /// The interaction's id.
    pub interaction: String,
    pub user: String,
    pub channel: String,
    pub(super) since: usize,
}

impl Said {
    /// The interaction as it is now.
    pub fn record(&self) -> Interaction {
        self.inner.book.get(&self.interaction)
    }

    /// How it was answered first; a deferred answer that was filled since counts as a message.
    pub fn first(&self) -> First {
        self.record().first
    }

    /// Nobody answered in time.
    pub fn failed(&self) -> bool {
        let record = self.record();
        record.first == First::Nothing && !record.is_open()
    }

    /// The messages that answer, the first one first: those that are still there.
    pub fn messages(&self) -> Vec<Message> {
        let record = self.record();
        self.shown(&self.inner.state(), &record).into_iter().cloned().collect()
    }

    /// The answer's messages; of a changed message only if nobody else sees it.
    fn shown<'a>(&self, state: &'a State, record: &Interaction) -> Vec<&'a Message> {
        let channel = state.channels.get(&self.channel);
        let ours = record.original.iter().chain(&record.followups);
        let found = ours.filter_map(|id| channel?.message(id));
        let own = |m: &&Message| record.message.as_ref() != Some(&m.id) || m.ephemeral_for.is_some();
        let spoken = |m: &&Message| m.flags & super::LOADING == 0;
        found.filter(own).filter(spoken).collect()
    }

    /// The message of the answer that has this button or menu in it; panics if there is none.
    pub fn message_with(&self, wanted: &str) -> String {
        let has = |m: &Message| {
            let is =
                |c: &serde_json::Value| c["label"] == wanted || c["custom_id"] == wanted || c["placeholder"] == wanted;
            super::person::component(&m.components, &is).is_some()
        };
        let found = self.messages().into_iter().rev().find(has);
        found.unwrap_or_else(|| panic!("there is no {wanted:?} in what was said:\n{}", self.so_far())).id
    }

    /// What there is by now, without waiting: each message as it looks now, a modal with its title and fields.
    pub fn so_far(&self) -> String {
        let record = self.record();
        if self.failed() {
            return NO_ANSWER.to_owned();
        }
        let state = self.inner.state();
        // What came of a component that changed its own private message counts only if it changed.
        let quiet = record.first == First::Later && !self.changed(&state, &record);
        let messages =
            self.shown(&state, &record).into_iter().filter(|m| !quiet || record.message.as_ref() != Some(&m.id));
        let mut parts: Vec<String> = messages.map(|m| said::message(&state, m).trim_end().to_owned()).collect();
        if let Some(modal) = &record.modal {
            parts.insert(0, Modal::of(&record, modal.clone()).text());
        }
        parts.join("\n")
    }

    fn changed(&self, state: &State, record: &Interaction) -> bool {
        let edited = |e: &super::Event| matches!(e, super::Event::Edited { message, .. } if Some(message) == record.message.as_ref());
        state.events.get(self.since..).unwrap_or_default().iter().any(edited)
    }

    /// Waits until something was said, and until nothing more comes.
    pub async fn text(&self) -> String {
        let began = Instant::now();
        while self.so_far().is_empty() {
            let record = self.record();
            assert!(
                began.elapsed() < DEADLINE,
                "{} was told nothing within {DEADLINE:?} after {} ({:?}, {:?})",
                self.user,
                record.what,
                record.first,
                record.errors
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.inner.quiet().await;
        self.so_far()
    }

    /// The modal that this opened; panics if it opened none.
    pub async fn modal(&self) -> Modal {
        let began = Instant::now();
        loop {
            let record = self.record();
            if let Some(modal) = &record.modal {
                return Modal::of(&record, modal.clone());
            }
            let late = began.elapsed() > DEADLINE || record.first != First::Nothing || self.failed();
            assert!(!late, "{} got no modal after {}: {}", self.user, record.what, self.so_far());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// It was answered, but not within the three seconds.
    pub fn late(&self) -> bool {
        self.record().errors.iter().any(|(_, code)| *code == 10062)
    }

    /// The story knows that no answer, or only "thinking", can come: nothing is held against the app.
    pub fn expects_no_answer(&self) -> &Self {
        self.inner.book.with(&self.interaction, |i| i.excused = true);
        self
    }
}
