//! Slack, and the fake of it.

mod bolt;
mod fake;
mod fake_checks;
