//! Discord: cards, commands with options, modals, forum channels.

/// Links that people copy.
pub mod link;

use crate::domain::{Person, Role};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

/// A bot token; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Keeps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Where Discord's API is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// At discord.com.
    #[default]
    Discord,
    /// Through a proxy that keeps Discord's rate limits for several programs, such as `http://127.0.0.1:3000`.
    Proxy(String),
    /// At another address that shows a certificate for discord.com, signed by this authority (PEM): a relay, or what
    /// stands in for Discord in tests. Discord's rate limits are kept as always.
    Relay(SocketAddr, String),
}

/// How commands come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// The gateway: we call Discord; no public address and no privileged intent is needed.
    Gateway,
    /// HTTP: Discord calls us at the listener. The application's public key, by which it signs.
    Http([u8; 32]),
}

/// Who may do what, by what Discord says of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiscordStaff {
    /// By user id: the staff that the configuration names.
    pub named: BTreeMap<String, Person>,
    /// By role id: what those may do who have it.
    pub roles: BTreeMap<String, Role>,
    /// By channel id: what those may do who act there, or in a thread of it.
    pub channels: BTreeMap<String, Role>,
    /// What every other member of the server may do; `None`: nothing.
    pub others: Option<Role>,
    /// The IANA zone of those who have none of their own: Discord knows of no zones.
    pub zone: String,
}

/// What the Discord front end needs.
#[derive(Clone)]
pub struct DiscordConfig {
    /// Where the API is.
    pub reach: Reach,
    /// The bot token.
    pub token: Token,
    /// How commands come in.
    pub transport: Transport,
    /// The server ("guild") whose members are staff: its id.
    pub guild: String,
    /// Who may do what.
    pub staff: DiscordStaff,
    /// The time, by the desk's clock.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}
