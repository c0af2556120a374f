//! bot.toml: what is wrong is said once, exactly and with its place; what is right means what it says.

mod assist;
mod bad;
pub mod command_line;
#[cfg(feature = "discord")]
mod discord;
mod eval;
mod example;
mod good;
#[cfg(feature = "discord")]
mod invite;
#[cfg(feature = "slack")]
mod manifest;
mod privacy;
mod reddit;
#[cfg(feature = "discord")]
mod register;
mod secrets;
#[cfg(feature = "slack")]
mod slack;
mod watch_test;

use hearback::config::{Config, Problems};
use std::path::Path;

/// The smallest file that is right.
const LEAST: &str =
    "[[brand]]\nname = \"acme\"\nterms = [\"acme\"]\n\n[[source]]\nname = \"hn\"\ntype = \"hackernews\"\n";

/// Reads a text as bot.toml in a world without environment variables.
fn parse(text: &str) -> Result<Config, Problems> {
    Config::parse("bot.toml", text.as_bytes(), Path::new(""), Some(&|_| None))
}

/// The smallest file that is right, and then some; must be right too.
fn with(more: &str) -> Config {
    parse(&format!("{LEAST}{more}")).expect("a right file")
}

/// What is said about the smallest right file with something after it, one problem per line. The addition begins on
/// line 8.
fn complaints(more: &str) -> String {
    match parse(&format!("{LEAST}{more}")) {
        Ok(config) => format!("fine\n{}", config.warnings),
        Err(problems) => problems.to_string(),
    }
}
