//! The link by which the bot is added to a server, with the least permissions that it needs.

/// A permission that the bot needs, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Its bit: Discord's documentation, "Permissions", Bitwise Permission Flags.
    pub bit: u64,
    /// What Discord's settings call it.
    pub name: &'static str,
    /// What it is needed for.
    pub why: &'static str,
    /// In forums it is not needed: a post is its thread already.
    pub not_in_forums: bool,
}

/// View Channels.
pub const VIEW_CHANNEL: u64 = 1 << 10;

/// The permissions of the bot; without any one of them something of hearback does not work.
pub const NEEDED: [Permission; 6] = [
    Permission {
        bit: VIEW_CHANNEL,
        name: "View Channels",
        why: "seeing the channels of the cards",
        not_in_forums: false,
    },
    Permission {
        bit: 1 << 11,
        name: "Send Messages",
        why: "posting cards, digests and notices; in a forum: Create Posts",
        not_in_forums: false,
    },
    Permission {
        bit: 1 << 14,
        name: "Embed Links",
        why: "the coloured frame that a card is; without it cards would be empty",
        not_in_forums: false,
    },
    Permission {
        bit: 1 << 16,
        name: "Read Message History",
        why: "finding a card again, after a crash while it was posted, instead of posting it twice",
        not_in_forums: false,
    },
    Permission {
        bit: 1 << 35,
        name: "Create Public Threads",
        why: "a card's thread, for its notes and what happens to it",
        not_in_forums: true,
    },
    Permission {
        bit: 1 << 38,
        name: "Send Messages in Threads",
        why: "writing there, and in the posts of a forum",
        not_in_forums: false,
    },
];

/// All of them, as Discord's bits.
pub fn permissions() -> u64 {
    NEEDED.iter().fold(0, |all, one| all | one.bit)
}

/// The link: Discord's documentation on OAuth, Bot Authorization Flow. Opened by somebody who may manage a server, it
/// asks them to which one the bot is to be added; with `guild` that one is chosen already.
pub fn link(application: &str, guild: Option<&str>) -> String {
    let mut link = format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={}",
        permissions()
    );
    if let Some(guild) = guild {
        link.push_str("&guild_id=");
        link.push_str(guild);
    }
    // 0: added to a server, not to a person's account.
    link.push_str("&integration_type=0");
    link
}
