//! The store: what every store must do (contract), and what the embedded one survives.
#![expect(clippy::unwrap_used, reason = "what helps a test fails by panicking, too")]

mod admin;
mod contract;
mod copies;
mod erase;
pub mod fake;
mod full;
mod golden;
mod lanes;
mod recovery;
pub mod sample;
