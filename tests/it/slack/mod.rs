//! Slack, and the fake of it.

pub mod fake;
mod fake_checks;
mod stories;
