//! Mastodon and its like: the strict instance, and what is particular to this network. What all networks have in common is
//! in `contract`.

mod answers;
mod login;
mod oauth;
pub mod server;
mod stories;

mod stream;
