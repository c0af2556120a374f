//! What a network can do. What it cannot do is not offered.

use super::{Post, Visibility};
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

/// Something to do at a post besides answering it. None of it counts as a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Like the post.
    Like,
    /// Repost it, unchanged.
    Repost,
    /// Follow its author.
    Follow,
    /// Write to its author in private.
    Message,
    /// Delete our reply to it.
    Retract,
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
    /// The conversation above a post can be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub context: bool,
    /// An own reply can be continued by a further one: a long answer may become a numbered thread.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub thread: bool,
    /// A like, a repost and a follow can be taken back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undo: bool,
    /// A reply is taken only where the author called the account ([`super::Native::summons`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub summoned_only: bool,
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
        context: false,
        thread: false,
        undo: false,
        summoned_only: false,
    };

    /// Whether it can do that.
    pub fn allows(self, act: Act) -> bool {
        match act {
            Act::Like => self.like,
            Act::Repost => self.repost,
            Act::Follow => self.follow,
            Act::Message => self.direct_message,
            Act::Retract => self.retract,
        }
    }

    /// What of this the network allows for one post.
    #[must_use]
    pub fn for_post(self, post: &Post) -> Capabilities {
        let seen_by_all = !matches!(post.native.visibility, Some(Visibility::Followers | Visibility::Direct));
        Capabilities {
            reply: self.reply && (!self.summoned_only || post.native.summons),
            repost: self.repost && seen_by_all,
            ..self
        }
    }
}
