//! The store: what every store must do (contract), and what the embedded one survives.
mod contract;
mod sample;
