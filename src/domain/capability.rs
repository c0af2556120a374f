//! What a network can do. What it cannot do is not offered.

use serde::{Deserialize, Serialize};

/// How a network protects against sending the same reply twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Idempotency {
    /// The same key sent again has no second effect: an unknown outcome may simply be tried again.
    Key,
    /// No key, but the conversation can be read: look before trying again.
    Look,
    /// Neither: an unknown outcome goes to a person.
    #[default]
    None,
}

/// What a source can do beyond watching.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "a capability is a yes or a no, and each is asked for by name")]
pub struct Capabilities {
    /// A reply can be sent.
    pub reply: bool,
    /// A post can be read again before sending.
    pub look: bool,
    /// A post can be liked.
    pub like: bool,
    /// A post can be reposted.
    pub repost: bool,
    /// An author can be followed.
    pub follow: bool,
    /// An own reply can be deleted.
    pub retract: bool,
    /// The author can be answered in private.
    pub direct_message: bool,
    /// What protects a reply from being sent twice.
    pub idempotency: Idempotency,
}

impl Capabilities {
    /// Watching only.
    pub const READ_ONLY: Capabilities = Capabilities {
        reply: false,
        look: false,
        like: false,
        repost: false,
        follow: false,
        retract: false,
        direct_message: false,
        idempotency: Idempotency::None,
    };
}
