//! X: a strict stand-in of its API, and what is particular about it: money, calls, versions, the stream.

mod fake;
mod money;
mod oauth;
mod peer;
mod real;
mod world;

pub use peer::{Contract, PayPerUse};
