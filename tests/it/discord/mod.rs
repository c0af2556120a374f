//! Discord: the fake of it, and hearback in it.

pub mod fake;
mod fake_checks;
mod stories;
