//! Who may do what (docs.discord.com/developers, "Permissions").

use super::state::State;
use super::state_world::{APP, Channel, GUILD};

pub const ADMINISTRATOR: u64 = 1 << 3;
pub const MANAGE_CHANNELS: u64 = 1 << 4;
pub const ADD_REACTIONS: u64 = 1 << 6;
pub const VIEW_CHANNEL: u64 = 1 << 10;
pub const SEND_MESSAGES: u64 = 1 << 11;
pub const SEND_TTS_MESSAGES: u64 = 1 << 12;
pub const MANAGE_MESSAGES: u64 = 1 << 13;
pub const EMBED_LINKS: u64 = 1 << 14;
pub const ATTACH_FILES: u64 = 1 << 15;
pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
pub const MENTION_EVERYONE: u64 = 1 << 17;
pub const USE_APPLICATION_COMMANDS: u64 = 1 << 31;
pub const MANAGE_THREADS: u64 = 1 << 34;
pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
/// All that are documented: bits 0 to 52.
pub const ALL: u64 = (1 << 53) - 1;

/// What `@everyone` has in a new server, as far as it matters here.
pub const EVERYBODY: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | ADD_REACTIONS
    | USE_APPLICATION_COMMANDS
    | SEND_MESSAGES_IN_THREADS
    | CREATE_PUBLIC_THREADS;

/// In a direct message everybody may do the usual.
const IN_DM: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | ADD_REACTIONS
    | USE_APPLICATION_COMMANDS;

impl State {
    /// What a member may do in the server as a whole.
    pub fn base_rights(&self, user: &str) -> u64 {
        let Some(member) = self.members.get(user) else { return 0 };
        if self.owner == user {
            return ALL;
        }
        let everyone = self.roles.get(GUILD).map_or(0, |r| r.permissions);
        let own = member.roles.iter().filter_map(|id| self.roles.get(id));
        let rights = own.fold(everyone, |all, role| all | role.permissions);
        if rights & ADMINISTRATOR != 0 { ALL } else { rights }
    }

    /// What somebody may do in a channel; a thread has what its parent has.
    pub fn rights(&self, user: &str, channel: &Channel) -> u64 {
        if channel.guild.is_none() {
            return if user == APP || channel.recipient.as_deref() == Some(user) { IN_DM } else { 0 };
        }
        if channel.guild.as_deref() != Some(GUILD) {
            return 0;
        }
        let place = match &channel.parent {
            Some(parent) if channel.is_thread() => self.channels.get(parent).unwrap_or(channel),
            _ => channel,
        };
        let base = self.base_rights(user);
        if base == ALL || base == 0 {
            return base;
        }
        let roles = self.members.get(user).map(|m| m.roles.as_slice()).unwrap_or_default();
        let mut rights = base;
        if let Some(all) = place.overwrites.iter().find(|o| o.kind == 0 && o.id == GUILD) {
            rights = (rights & !all.deny) | all.allow;
        }
        let of_roles = place.overwrites.iter().filter(|o| o.kind == 0 && o.id != GUILD && roles.contains(&o.id));
        let (allow, deny) = of_roles.fold((0, 0), |(a, d), o| (a | o.allow, d | o.deny));
        rights = (rights & !deny) | allow;
        if let Some(own) = place.overwrites.iter().find(|o| o.kind == 1 && o.id == user) {
            rights = (rights & !own.deny) | own.allow;
        }
        implied(rights, channel.is_thread())
    }
}

/// Without sight nothing is possible, without the right to send nothing that goes with it ("Implicit Permissions").
fn implied(rights: u64, thread: bool) -> u64 {
    if rights & VIEW_CHANNEL == 0 {
        return 0;
    }
    let send = if thread { SEND_MESSAGES_IN_THREADS } else { SEND_MESSAGES };
    if rights & send == 0 {
        return rights & !(MENTION_EVERYONE | SEND_TTS_MESSAGES | ATTACH_FILES | EMBED_LINKS);
    }
    rights
}
