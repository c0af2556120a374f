//! The vocabulary for declaring commands. A command is declared once, as a [`Spec`]; parsing, help, registration with
//! the chats, the README table and the tests derive from it.

mod args;
mod spec;

pub use args::{Args, MentionRef, Value, When};
pub use spec::{Call, NoRef, OptKind, OptSpec, Run, Spec, Visibility};
