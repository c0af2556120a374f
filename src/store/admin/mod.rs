//! What the command line does to a store.

mod verify;

pub use verify::{Report, verify};
