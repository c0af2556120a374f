//! Discord: the fake of it, and hearback in it.

mod discordjs;
pub mod fake;
mod fake_checks;
mod stories;
