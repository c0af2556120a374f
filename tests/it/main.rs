//! The one integration-test binary.
mod commands;
mod config;
mod console;
mod derived;
mod fuzz;
mod harness;
mod networks;
mod report;
mod store;
mod store_crash;
mod stories;
mod tidy;
mod triage;
