//! Slack: cards, commands, modals, App Home.

pub mod manifest;
pub mod probe;

use crate::domain::{Person, Role};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A token or signing secret; never printed.
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

/// How commands come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Socket Mode: we call Slack; no public address is needed. The app-level token, `xapp-…`.
    Socket(Token),
    /// HTTP: Slack calls us at the listener. The signing secret.
    Http(Token),
}

/// Who may do what, by what Slack says of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlackStaff {
    /// By member id, such as `U012AB3CD`: the staff that the configuration names.
    pub named: BTreeMap<String, Person>,
    /// By user group id, such as `S0614TZR7`: what its members may do.
    pub groups: BTreeMap<String, Role>,
    /// By channel id: what those may do who act there.
    pub channels: BTreeMap<String, Role>,
    /// What every other full member of the workspace may do; `None`: nothing.
    pub others: Option<Role>,
    /// The IANA zone of those for whom Slack knows none.
    pub zone: String,
}

/// What the Slack front end needs.
#[derive(Clone)]
pub struct SlackConfig {
    /// The Web API without a trailing slash: `https://slack.com/api`.
    pub api: String,
    /// The bot token, `xoxb-…`.
    pub bot_token: Token,
    /// How commands come in.
    pub transport: Transport,
    /// What stands before every slash command, possibly empty: `/acme-claim`.
    pub prefix: String,
    /// What an emoji on a card does: its name without colons, and a command that does not send.
    pub reactions: BTreeMap<String, String>,
    /// Who may do what.
    pub staff: SlackStaff,
    /// The time, by the desk's clock.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}
