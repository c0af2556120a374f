//! The assistant: what it is asked, what leaves for it, how its answers are read, and an endpoint that is strict.

mod check;
mod client;
pub mod fake;
mod mask;
mod read;
