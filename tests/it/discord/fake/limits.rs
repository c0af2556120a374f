//! Discord's rate limits (docs.discord.com/developers, "Rate Limits"), on the clock of the story.

/// What is held to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limits {
    /// Nothing; the headers say that there is room.
    #[default]
    Off,
    /// What the documentation says.
    Documented,
}

/// What has been used up.
#[derive(Debug, Default)]
pub struct Buckets {
    pub limits: Limits,
}
