//! What the pretend server holds: people, roles, channels, threads, messages, and the application itself.

use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// The server ("guild"); `@everyone` has the same id.
pub const GUILD: &str = "1191168914227200000";
/// A server that the bot is not in.
pub const OTHER_GUILD: &str = "1191531302092800000";
/// Our application; its bot user has the same id.
pub const APP: &str = "1191893689958400000";
pub const ANA: &str = "1192256077824000000";
pub const BEN: &str = "1192618465689600000";
/// Owns the server, and so may do everything.
pub const SAM: &str = "1192980853555200000";
/// A member without a role, whose direct messages are closed.
pub const GUS: &str = "1193343241420800000";
/// Not a member.
pub const XENA: &str = "1193705629286400000";
/// A role that ana and ben have; anybody may mention it.
pub const CARE: &str = "1194068017152000000";
/// A role that ana has.
pub const LEAD: &str = "1194430405017600000";
/// The bot's own role.
pub const BOT_ROLE: &str = "1194792792883200000";
pub const SUPPORT: &str = "1195155180748800000";
pub const PRAISE: &str = "1195517568614400000";
/// A text channel that the bot cannot see.
pub const RANDOM: &str = "1195879956480000000";
/// An announcement channel.
pub const NEWS: &str = "1196242344345600000";
/// A forum with tags.
pub const FORUM: &str = "1196604732211200000";
/// A channel of the other server.
pub const ELSEWHERE: &str = "1196967120076800000";
/// The forum's tags.
pub const TAG_COMPLAINT: &str = "1197329507942400000";
pub const TAG_OPEN: &str = "1197691895808000000";
pub const TAG_DONE: &str = "1198054283673600000";

/// Channel types (docs.discord.com/developers, "Channel Types").
pub const TEXT: u8 = 0;
pub const DM: u8 = 1;
pub const ANNOUNCEMENT: u8 = 5;
pub const ANNOUNCEMENT_THREAD: u8 = 10;
pub const PUBLIC_THREAD: u8 = 11;
pub const FORUM_KIND: u8 = 15;
/// Of a forum: every post needs a tag.
pub const REQUIRE_TAG: u64 = 1 << 4;

/// Message flags (docs.discord.com/developers, "Message Flags").
pub const SUPPRESS_EMBEDS: u64 = 1 << 2;
pub const HAS_THREAD: u64 = 1 << 5;
pub const EPHEMERAL: u64 = 1 << 6;
pub const LOADING: u64 = 1 << 7;
pub const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
pub const COMPONENTS_V2: u64 = 1 << 15;

#[derive(Clone, Debug)]
pub struct User {
    pub id: String,
    /// The unique name, lower case.
    pub name: String,
    /// What people see.
    pub global_name: Option<String>,
    pub bot: bool,
    pub dms_closed: bool,
    /// Of the client: `en-US`, `de`.
    pub locale: String,
}

impl User {
    pub fn new(id: &str, name: &str, global_name: &str) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            global_name: Some(global_name.into()),
            bot: false,
            dms_closed: false,
            locale: "en-US".into(),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Member {
    pub user: String,
    pub nick: Option<String>,
    pub roles: Vec<String>,
    pub joined: Timestamp,
}

#[derive(Clone, Debug)]
pub struct Role {
    pub id: String,
    pub name: String,
    pub permissions: u64,
    pub mentionable: bool,
    /// The role of a bot, which nobody can give away.
    pub managed: bool,
}

impl Role {
    pub fn new(id: &str, name: &str, permissions: u64) -> Self {
        Self { id: id.into(), name: name.into(), permissions, mentionable: false, managed: false }
    }
}

/// What a channel allows or denies to a role (0) or a member (1).
#[derive(Clone, Debug)]
pub struct Overwrite {
    pub id: String,
    pub kind: u8,
    pub allow: u64,
    pub deny: u64,
}

#[derive(Clone, Debug)]
pub struct Tag {
    pub id: String,
    pub name: String,
    pub moderated: bool,
}

/// What a thread has beyond a channel.
#[derive(Clone, Debug)]
pub struct Thread {
    pub owner: String,
    pub archived: bool,
    pub locked: bool,
    pub archived_at: Timestamp,
    pub auto_archive: u64,
    pub tags: Vec<String>,
    /// How many messages were ever sent in it, the starter aside.
    pub sent: usize,
}

#[derive(Clone, Debug)]
pub struct Channel {
    pub id: String,
    pub kind: u8,
    /// `None`: a direct message.
    pub guild: Option<String>,
    pub name: String,
    pub parent: Option<String>,
    pub topic: Option<String>,
    pub overwrites: Vec<Overwrite>,
    pub tags: Vec<Tag>,
    pub flags: u64,
    pub thread: Option<Thread>,
    /// The other side of a direct message.
    pub recipient: Option<String>,
    /// Minutes after which a new thread is archived, where the channel says so.
    pub default_auto_archive: Option<u64>,
    /// In the order of their ids; also those that one person sees.
    pub messages: Vec<Message>,
}

impl Channel {
    pub fn new(id: &str, kind: u8, name: &str) -> Self {
        Self {
            id: id.into(),
            kind,
            guild: Some(GUILD.into()),
            name: name.into(),
            parent: None,
            topic: None,
            overwrites: Vec::new(),
            tags: Vec::new(),
            flags: 0,
            thread: None,
            recipient: None,
            default_auto_archive: None,
            messages: Vec::new(),
        }
    }

    pub fn is_thread(&self) -> bool {
        self.thread.is_some()
    }

    pub fn message(&self, id: &str) -> Option<&Message> {
        self.messages.iter().rev().find(|m| m.id == id)
    }

    pub fn message_mut(&mut self, id: &str) -> Option<&mut Message> {
        self.messages.iter_mut().rev().find(|m| m.id == id)
    }
}

#[derive(Clone, Debug)]
pub struct Message {
    pub id: String,
    pub author: String,
    /// 0 a message, 19 a reply, 20 the answer to a command, 23 to a message command, 18 and 21 of threads.
    pub kind: u8,
    pub content: String,
    /// As Discord gives them back.
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub attachments: Vec<Value>,
    pub flags: u64,
    pub tts: bool,
    pub edited: Option<Timestamp>,
    /// Users, in the order in which they are named.
    pub mentions: Vec<String>,
    pub mention_roles: Vec<String>,
    pub mention_everyone: bool,
    pub nonce: Option<Value>,
    pub reference: Option<Value>,
    /// The thread that began here.
    pub thread: Option<String>,
    /// Who alone sees it.
    pub ephemeral_for: Option<String>,
    /// `interaction_metadata` of a message that answers an interaction.
    pub interaction: Option<Value>,
    /// Sent by our app.
    pub ours: bool,
}

impl Message {
    pub fn by(id: &str, author: &str, content: &str) -> Self {
        Self {
            id: id.into(),
            author: author.into(),
            kind: 0,
            content: content.into(),
            embeds: Vec::new(),
            components: Vec::new(),
            attachments: Vec::new(),
            flags: 0,
            tts: false,
            edited: None,
            mentions: Vec::new(),
            mention_roles: Vec::new(),
            mention_everyone: false,
            nonce: None,
            reference: None,
            thread: None,
            ephemeral_for: None,
            interaction: None,
            ours: author == APP,
        }
    }
}

/// A registered command.
#[derive(Clone, Debug)]
pub struct Command {
    /// `None`: global.
    pub guild: Option<String>,
    /// As Discord gives it back.
    pub body: Value,
}

impl Command {
    pub fn id(&self) -> &str {
        self.body["id"].as_str().unwrap_or_default()
    }

    pub fn name(&self) -> &str {
        self.body["name"].as_str().unwrap_or_default()
    }

    /// 1 slash, 2 user, 3 message.
    pub fn kind(&self) -> u64 {
        self.body["type"].as_u64().unwrap_or(1)
    }
}

/// Our application.
#[derive(Clone, Debug)]
pub struct Application {
    pub name: String,
    pub description: String,
    /// Intents that are switched on in the developer portal, among others.
    pub flags: u64,
    /// Where interactions are sent by HTTP.
    pub endpoint: Option<String>,
    /// The public key by which those are signed, in hex.
    pub verify_key: String,
    pub token: String,
    pub token_good: bool,
}

/// Everything by id.
pub type ById<T> = BTreeMap<String, T>;
