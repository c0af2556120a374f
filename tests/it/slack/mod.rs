//! Slack, and the fake of it.

mod bolt;
mod check;
pub mod fake;
mod fake_checks;
mod stories;
