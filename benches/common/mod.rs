//! What the benchmarks of the chats share: a desk, people who type, bursts of mentions, figures.

pub mod app;
pub mod burst;
pub mod counted;
pub mod desk;
pub mod figures;
pub mod load;
pub mod report;
