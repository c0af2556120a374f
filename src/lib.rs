//! hearback watches what people say about a brand, posts each mention as a card into chat, lets staff claim, draft and
//! send the reply from there, and measures how long the customer waited.
//!
//! The map is docs/architecture.md. Layers, from the inside out:

// Words from an endpoint of the OpenAI kind: suggestions, never more.
pub mod assist;
// Cards out, commands in: one folder or file per chat.
pub mod chat;
// The command line.
pub mod cli;
// What people can type: one file per slash command, and the table.
#[path = "../commands/mod.rs"]
pub mod commands;
// bot.toml.
pub mod config;
// What `hearback demo` shows.
pub mod demo;
// The shell: posts in, commands in, effects out, the schedule, the clock.
pub mod desk;
// What a mention is and how it changes. Pure.
pub mod domain;
// Watching and answering: one folder or file per network.
pub mod networks;
// Figures from facts. Pure.
pub mod report;
// The vocabulary for declaring commands.
pub mod slash;
// Where everything is kept.
pub mod store;
// Which posts matter, what they are, where they go. Pure.
pub mod triage;
// The HTTP listener.
pub mod web;
