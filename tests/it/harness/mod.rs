//! A desk in a pretend world: people, networks and a clock that a story moves. Every story ends with [`World::ends`],
//! which fails if anything is left over.

pub mod discord;
mod network;
mod paced;
mod pair;
mod people;
mod recorder;
mod shape;
pub mod slack;
mod time;
mod words;
mod world;

pub use network::{Find, Next};
pub use paced::{Call, Trouble, What};
pub use pair::{Pair, place, who as staff};
pub use words::words;
pub use world::World;
