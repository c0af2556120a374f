//! What is wrong with the connection, until it is mended.

use super::{ChatState, lock};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

/// So many are told at once; the rest is counted.
const TOLD: usize = 2;
/// So many are remembered.
const REMEMBERED: usize = 100;

/// What a trouble is about, the worst first. It is mended by a success of the same kind only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::chat) enum About {
    /// The token, and whether the chat can be reached at all.
    Token,
    /// The connection that commands come in by.
    Sockets,
    /// What goes out to one channel, by its id.
    Channel(String),
    /// What goes out, wherever to.
    Out,
}

/// All that is wrong: for each, what it is and what to do.
#[derive(Default)]
pub(in crate::chat) struct Troubles(Mutex<BTreeMap<About, String>>);

impl Troubles {
    fn all(&self) -> MutexGuard<'_, BTreeMap<About, String>> {
        lock(&self.0)
    }

    /// Something is wrong.
    pub(in crate::chat) fn add(&self, about: About, why: impl Into<String>) {
        let mut all = self.all();
        if all.len() < REMEMBERED || all.contains_key(&about) {
            all.insert(about, why.into());
        }
    }

    /// It is not wrong any more.
    pub(in crate::chat) fn mended(&self, about: &About) {
        self.all().remove(about);
    }

    /// How a chat is connected, with what is wrong.
    pub(in crate::chat) fn state(&self, ready: bool, say: String) -> ChatState {
        let say = self.say().into_iter().fold(say, |say, why| format!("{say}; {why}"));
        ChatState { ready, say }
    }

    /// The worst of them in words, each followed by the next after a semicolon; `None` if nothing is wrong.
    fn say(&self) -> Option<String> {
        let all = self.all();
        // Many channels may have the same trouble.
        let mut told: Vec<&str> = Vec::new();
        for why in all.values() {
            if !told.contains(&why.as_str()) {
                told.push(why);
            }
        }
        let more = told.len().saturating_sub(TOLD);
        told.truncate(TOLD);
        let said = told.join("; ");
        match more {
            0 if said.is_empty() => None,
            0 => Some(said),
            more => Some(format!("{said}; and {more} more")),
        }
    }
}

/// An error with what caused it, in one line.
pub(in crate::chat) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut said = error.to_string();
    let mut inner = error.source();
    while let Some(cause) = inner {
        said = format!("{said}: {cause}");
        inner = cause.source();
    }
    said
}
