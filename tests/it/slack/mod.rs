//! Slack, and the fake of it.

mod fake;
mod fake_checks;
