//! Discord: the fake of it, and hearback in it.

mod check;
mod discordjs;
pub mod fake;
mod fake_checks;
mod register;
mod setup;
mod stories;
