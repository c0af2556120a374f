//! What the bot may do in a channel.

use super::ask::{bits, list, text};
use serde_json::Value;

/// Whoever has it may do everything: Discord's documentation, "Permissions", Bitwise Permission Flags.
const ADMINISTRATOR: u64 = 1 << 3;
/// Read Message History.
pub(super) const READ_HISTORY: u64 = 1 << 16;

/// The bot's permissions there, as Discord's bits: Discord's documentation, "Permissions", Permission Overwrites. `me` is
/// its id, `guild` the server with its roles, `member` the bot as a member. A thread has those of its channel.
pub(super) fn in_channel(me: &str, guild: &Value, member: &Value, channel: &Value) -> u64 {
    let guild_id = text(guild, "id");
    let mine: Vec<&str> = list(member, "roles").iter().filter_map(Value::as_str).collect();
    let roles = list(guild, "roles").iter();
    let base = roles
        .filter(|role| text(role, "id") == guild_id || mine.contains(&text(role, "id")))
        .fold(0, |all, role| all | bits(role.get("permissions")));
    if text(guild, "owner_id") == me || base & ADMINISTRATOR != 0 {
        return u64::MAX;
    }
    let overwrites = list(channel, "permission_overwrites");
    let everyone = overwrites.iter().filter(|one| text(one, "id") == guild_id);
    let of_roles = overwrites.iter().filter(|one| mine.contains(&text(one, "id")));
    let own = overwrites.iter().filter(|one| text(one, "id") == me);
    // From the widest to the nearest; among the roles what one of them allows counts, whatever another denies.
    let base = apply(base, everyone);
    let base = apply(base, of_roles);
    apply(base, own)
}

pub(super) fn apply<'o>(base: u64, overwrites: impl Iterator<Item = &'o Value>) -> u64 {
    let (allow, deny) =
        overwrites.fold((0, 0), |(allow, deny), one| (allow | bits(one.get("allow")), deny | bits(one.get("deny"))));
    base & !deny | allow
}
