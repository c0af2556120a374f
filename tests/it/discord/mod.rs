//! Discord, and the fake of it.

mod discordjs;
#[expect(dead_code, unused_imports, reason = "the stories use the rest")]
pub mod fake;
mod fake_checks;
