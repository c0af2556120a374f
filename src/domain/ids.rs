//! Names and numbers that identify things, each with its own type.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The short number of a mention, shown as `#142`: counted from 1, without gaps, one counter per desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MentionNo(pub u64);

impl fmt::Display for MentionNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// Wraps a name.
            pub fn new(name: impl Into<String>) -> Self {
                Self(name.into())
            }
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.to_owned())
            }
        }
    };
}

name! {
    /// A configured `[[brand]]`, by its name.
    BrandId
}
name! {
    /// A configured `[[source]]`, by its name.
    SourceName
}
name! {
    /// A member of staff, by the name of their `[[person]]` or, where none is configured, by the chat's own id.
    PersonId
}
name! {
    /// A chat front end: `console`, `slack`, `discord`.
    ChatName
}
name! {
    /// A channel within a chat, as the chat names it.
    ChannelId
}
name! {
    /// A message within a chat, as the chat names it.
    MessageId
}
