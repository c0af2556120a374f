//! What waits for one destination: what may go next, and how much there is.

use super::{Effect, Kind, Lane};
use jiff::Timestamp;

/// What a destination may be asked for at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct May {
    /// Something new: a message, a reply.
    pub post: bool,
    /// An edit that a person waits for.
    pub edit: bool,
    /// Any other edit.
    pub told: bool,
}

impl May {
    /// Anything.
    pub const ALL: May = May { post: true, edit: true, told: true };
    /// Nothing.
    pub const NOTHING: May = May { post: false, edit: false, told: false };
}

/// A destination for which something waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneState {
    /// Which.
    pub lane: Lane,
    /// What of it is due.
    pub due: May,
    /// When the next of what is not due yet will be.
    pub next: Option<Timestamp>,
}

/// What a destination does next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NextEffect {
    /// The most important effect that is due and may go.
    pub effect: Option<Effect>,
    /// How many new cards wait for this destination, due or not.
    pub cards: usize,
}

/// The mentions that wait to be shown in a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unshown {
    /// All of them.
    pub total: usize,
    /// Those that are open, in the order of [`Kind::ALL`].
    pub kinds: [usize; 4],
    /// Open, and due.
    pub overdue: usize,
    /// Open, and direct.
    pub direct: usize,
}

impl Unshown {
    /// How many of a kind.
    pub fn of(&self, kind: Kind) -> usize {
        Kind::ALL.into_iter().zip(self.kinds).find(|(k, _)| *k == kind).map_or(0, |(_, n)| n)
    }
}
