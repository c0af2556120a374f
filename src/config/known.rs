//! The names that stand in the file so far, for references to them and for finding doubles.

use super::problem::{did_you_mean, one_of};
use crate::domain::Place;

/// The chats of this build.
pub(super) const CHATS: &[&str] = &[
    "console",
    #[cfg(feature = "slack")]
    "slack",
    #[cfg(feature = "discord")]
    "discord",
];

/// Whether this build speaks in that chat.
pub(super) fn has_chat(name: &str) -> bool {
    CHATS.contains(&name)
}

/// Names by what they name.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) brands: Vec<String>,
    pub(super) sources: Vec<String>,
    pub(super) people: Vec<String>,
    /// The networks that the sources hand in.
    pub(super) networks: Vec<String>,
    /// Paths that webhooks listen at.
    pub(super) paths: Vec<String>,
    /// There is a `[slack]`.
    pub(super) slack: bool,
    /// There is a `[discord]`.
    pub(super) discord: bool,
    /// Where cards go.
    pub(super) places: Vec<Place>,
}

impl Known {
    /// Remembers a brand; if there was one of that name, says so.
    pub(super) fn add_brand(&mut self, name: &str) -> Option<String> {
        add(&mut self.brands, "brand", name)
    }
    /// Remembers a source; if there was one of that name, says so.
    pub(super) fn add_source(&mut self, name: &str) -> Option<String> {
        add(&mut self.sources, "source", name)
    }
    /// Remembers a person; if there was one of that name, says so.
    pub(super) fn add_person(&mut self, name: &str) -> Option<String> {
        add(&mut self.people, "person", name)
    }
    /// Remembers a webhook's path; if it was taken, says so.
    pub(super) fn add_path(&mut self, path: &str) -> Option<String> {
        add(&mut self.paths, "webhook at", path)
            .map(|_| format!("another webhook listens at {path:?} too; choose another path"))
    }
    /// A channel where cards go.
    pub(super) fn place(&self, typed: &str) -> Result<Place, String> {
        let place = super::route::place(typed, self)?;
        if self.places.contains(&place) {
            return Ok(place);
        }
        let names: Vec<String> = self.places.iter().map(ToString::to_string).collect();
        let names = || names.iter().map(String::as_str);
        let near = did_you_mean(typed, names());
        let near = if near.is_empty() { format!("; cards go to {}", one_of(names())) } else { near };
        Err(format!("no route and not [desk] channel leads to {typed:?}{near}"))
    }
    /// Remembers where cards go.
    pub(super) fn add_place(&mut self, place: &Place) {
        if !self.places.contains(place) {
            self.places.push(place.clone());
        }
    }
}

/// Empty names are names that could not be read; they are no doubles.
fn add(names: &mut Vec<String>, what: &str, name: &str) -> Option<String> {
    if name.is_empty() {
        return None;
    }
    if names.iter().any(|n| n == name) {
        return Some(format!("there is another {what} {name:?}; give each its own name"));
    }
    names.push(name.to_owned());
    None
}
