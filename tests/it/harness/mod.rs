//! A desk in a pretend world: people, networks and a clock that a story moves. Every story ends with [`World::ends`],
//! which fails if anything is left over.

mod network;
mod recorder;
#[cfg(feature = "slack")]
pub mod slack;
mod words;
mod world;

pub use network::Next;
pub use words::words;
pub use world::World;
