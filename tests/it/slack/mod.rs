//! Slack, and the fake of it.

mod check;
pub mod fake;
mod fake_checks;
