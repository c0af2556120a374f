//! Interactions: which there were, how the app answers them (Discord's documentation, "Receiving and Responding to
//! Interactions"). An interaction lives three seconds of the machine's time until its first answer, and its token fifteen
//! minutes of the story's.

use super::{ApiError, Call, Inner, Reply, interactions_first, interactions_later};
use jiff::Timestamp;
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// A first answer must come within this time.
pub const LIMIT: Duration = Duration::from_secs(3);

/// How an interaction was answered first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Not yet.
    Nothing,
    /// The answer to a ping (1).
    Pong,
    /// A message (4), also one that was "thinking" before.
    Message,
    /// "hearback is thinking…" (5).
    Thinking,
    /// The component's message will be changed, or not (6).
    Later,
    /// The component's message was changed (7).
    Update,
    /// Choices for autocomplete (8).
    Choices,
    /// A modal (9).
    Modal,
}

/// One thing that a person did, as the app was told of it.
#[derive(Clone, Debug)]
pub struct Interaction {
    pub id: String,
    pub token: String,
    /// 1 ping, 2 command, 3 component, 4 autocomplete, 5 modal submit.
    pub kind: u8,
    pub user: String,
    pub channel: String,
    /// The command, the button's label, the modal's title: for messages.
    pub what: String,
    /// The message that the component is in, also for a modal that it opened.
    pub message: Option<String>,
    /// The message that a message command is about.
    pub target: Option<String>,
    /// For a modal: the metadata of what opened it.
    pub opened_by: Value,
    /// The type of the option in which the cursor is.
    pub focus: u64,
    pub born: Instant,
    pub created: Timestamp,
    pub first: First,
    /// How long the first answer took, by the machine's clock.
    pub answered: Option<Duration>,
    /// The message that answers it, or that it changes.
    pub original: Option<String>,
    pub followups: Vec<String>,
    /// What came to the callback.
    pub callbacks: Vec<Value>,
    /// Errors that the app got for its answers: status and code.
    pub errors: Vec<(u16, u32)>,
    /// The modal that was opened.
    pub modal: Option<Value>,
    pub choices: Vec<Value>,
    /// The story expects that nobody answers, or that it comes too late.
    pub excused: bool,
    /// Over HTTP it failed: what came instead of an answer.
    pub failed: Option<String>,
    /// How many sessions were there to get it.
    pub sent_to: usize,
    /// Its answer came, or failed.
    pub told: Arc<Notify>,
}

impl Interaction {
    /// Its answer can still come in time.
    pub fn is_open(&self) -> bool {
        self.first == First::Nothing && self.failed.is_none() && self.born.elapsed() < LIMIT
    }
}

/// All interactions, in order.
#[derive(Debug, Default)]
pub struct Book(Mutex<Vec<Interaction>>);

impl Book {
    /// Take the state first where both are needed.
    pub fn list(&self) -> MutexGuard<'_, Vec<Interaction>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many interactions wait for their answer.
    pub fn waiting(&self) -> usize {
        self.list().iter().filter(|i| i.is_open() && i.sent_to > 0 && !i.excused).count()
    }

    /// Changes one.
    pub fn with(&self, id: &str, change: impl FnOnce(&mut Interaction)) {
        if let Some(interaction) = self.list().iter_mut().rev().find(|i| i.id == id) {
            change(interaction);
        }
    }

    /// An answer to it can still come in time.
    pub fn is_open(&self, id: &str) -> bool {
        self.list().iter().rev().find(|i| i.id == id).is_some_and(Interaction::is_open)
    }

    pub fn get(&self, id: &str) -> Interaction {
        self.list().iter().rev().find(|i| i.id == id).cloned().expect("a story asks for what it started")
    }

    /// What is held against the app: no first answer in time, an answer that stays "thinking".
    pub fn complaints(&self) -> Vec<String> {
        let list = self.list();
        let complain = |i: &Interaction| {
            if i.excused {
                return None;
            }
            let who = format!("{} by {} (interaction {})", i.what, i.user, i.id);
            match (i.first, &i.failed) {
                (First::Nothing, Some(why)) => Some(format!("{who}: {why}")),
                (First::Nothing, None) if i.is_open() => Some(format!("{who} still waits for an answer")),
                (First::Nothing, None) => {
                    Some(format!("{who}: the application did not respond; the app got {:?}", i.errors))
                }
                (First::Thinking, _) => Some(format!("{who}: the app is still thinking")),
                _ => None,
            }
        };
        list.iter().filter_map(complain).collect()
    }
}

/// `POST /interactions/{id}/{token}/callback` and everything below `/webhooks/{app}/{token}`.
pub fn handle(inner: &Arc<Inner>, call: &Call) -> Reply {
    match (call.method.as_str(), call.parts().as_slice()) {
        ("POST", ["interactions", id, token, "callback"]) => interactions_first::callback(inner, call, id, token),
        (_, ["interactions", _, _, "callback"]) => ApiError::not_allowed().into(),
        (_, ["webhooks", app, token, rest @ ..]) => interactions_later::webhook(inner, call, app, token, rest),
        _ => ApiError::not_found().into(),
    }
}
