//! report

use crate::domain::{Button, DigestInput, Facts, Text};
use jiff::Timestamp;

/// Weekly hours.
#[derive(Clone, Debug)]
pub struct Hours;

/// By what figures are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Kind.
    Kind,
    /// Network.
    Network,
    /// Direct or indirect.
    Direct,
    /// Person.
    Person,
    /// Brand.
    Brand,
}

/// Which figures are asked for.
#[derive(Clone, Debug)]
pub struct StatsAsk {
    /// Not before.
    pub from: Timestamp,
    /// Before.
    pub to: Timestamp,
    /// The moment of asking.
    pub now: Timestamp,
    /// Grouped how.
    pub by: Option<By>,
    /// Business hours beside calendar hours.
    pub hours: Option<Hours>,
}

/// The figures of a range, for chat.
pub fn stats_text(facts: &Facts, ask: &StatsAsk) -> Text {
    Text::plain(format!("{} waits from {} to {}", facts.rows.len(), ask.from, ask.to))
}

/// The digest of a channel.
pub fn digest_message(input: &DigestInput) -> (Text, Vec<Button>) {
    (Text::plain(format!("Digest of {}", input.date)), Vec::new())
}
