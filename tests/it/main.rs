//! The one integration-test binary.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics on what cannot be")]
mod assist;
mod commands;
mod config;
mod console;
mod derived;
mod discord;
mod discord_render;
mod fuzz;
mod harness;
mod networks;
mod pii;
mod report;
mod slack;
mod slack_render;
mod store;
mod store_crash;
mod stories;
mod texts;
mod tidy;
mod torture;
mod triage;
