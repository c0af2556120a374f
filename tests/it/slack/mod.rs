//! Slack, and the fake of it.

mod bolt;
pub mod fake;
mod fake_checks;
mod stories;
