//! Who may do what. The command's declaration names the least role; one place compares.

use super::PersonId;
use serde::{Deserialize, Serialize};

/// What a person may do, each role including the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May look: queue, show, find, stats, help.
    Viewer,
    /// May claim, draft and reply.
    Responder,
    /// May approve another's draft.
    Approver,
    /// May take over claims, edit the digest and the saved replies.
    Lead,
    /// May pause and resume everything outgoing.
    Admin,
}

impl Role {
    /// The word used in bot.toml and in refusals.
    pub fn word(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Responder => "responder",
            Role::Approver => "approver",
            Role::Lead => "lead",
            Role::Admin => "admin",
        }
    }
}

/// A member of staff, as the desk knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The stable name, also what is typed after `@`.
    pub id: PersonId,
    /// The name that colleagues read.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The IANA zone in which their times are read and shown.
    pub zone: String,
}
