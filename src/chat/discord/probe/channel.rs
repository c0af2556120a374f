//! Whether the channels are there, are of a kind that cards can be in, and hearback may do there what it needs.

use super::super::ask::{Asker, bits, list, say, text, wanted_id};
use super::super::channels::TAG_NEEDED;
use super::super::{DiscordConfig, invite, render, rights};
use super::shown;
use crate::chat::Seen;
use serde_json::Value;
use serenity::http::Route;
use std::collections::BTreeSet;

/// What the bot's permissions follow from.
pub(super) struct Rights<'r> {
    /// The bot's id.
    pub(super) me: &'r str,
    /// Its name, as it can be printed.
    pub(super) name: &'r str,
    /// The server, with its roles.
    pub(super) guild: &'r Value,
    /// The bot as a member.
    pub(super) member: &'r Value,
}

/// Looks at those for cards, then at those that only give a role.
pub(super) async fn all(
    asker: &Asker,
    config: &DiscordConfig,
    wanted: &BTreeSet<String>,
    rights: &Rights<'_>,
) -> Vec<Seen> {
    let only_named: Vec<&String> = config.staff.channels.keys().filter(|id| !wanted.contains(*id)).collect();
    if wanted.is_empty() && only_named.is_empty() {
        return Vec::new();
    }
    let listed = match wanted_id(&config.guild) {
        Ok(guild_id) => asker.get(Route::GuildChannels { guild_id }).await,
        Err(why) => Err(why),
    };
    let listed = match listed {
        Ok(Value::Array(listed)) => listed,
        Ok(_) => Vec::new(),
        Err(why) => return vec![Seen::wrong("Discord: the channels", say(&why))],
    };
    let mut seen = Vec::new();
    for id in wanted {
        seen.push(match listed.iter().find(|channel| text(channel, "id") == id) {
            Some(channel) => for_cards(id, channel, rights).noting(open_to_all(id, channel, config, rights)),
            None => elsewhere(asker, config, id).await,
        });
    }
    for id in only_named {
        seen.push(match listed.iter().find(|channel| text(channel, "id") == id) {
            Some(channel) => Seen::fine(format!("Discord: channel {id}, #{}", shown(text(channel, "name"))))
                .noting(open_to_all(id, channel, config, rights)),
            None => elsewhere(asker, config, id).await,
        });
    }
    seen
}

/// Whether everybody in the server can act in a channel that gives a role.
fn open_to_all(id: &str, channel: &Value, config: &DiscordConfig, rights: &Rights<'_>) -> Option<String> {
    let role = config.staff.channels.get(id)?;
    let seen = rights.of_everyone_in(channel) & invite::VIEW_CHANNEL != 0;
    seen.then(|| format!("everybody in the server sees it, and may do there what role = {:?} may", role.word()))
}

/// Why a channel is not among those of the server.
async fn elsewhere(asker: &Asker, config: &DiscordConfig, id: &str) -> Seen {
    let what = format!("Discord: channel {id}");
    let found = match wanted_id(id) {
        Ok(channel_id) => asker.get(Route::Channel { channel_id }).await,
        Err(why) => Err(why),
    };
    let channel = match found {
        Ok(channel) => channel,
        // Unknown Channel, Missing Access.
        Err(why) if why.is(10003) || why.is(50001) => {
            return Seen::wrong(
                what,
                "is not in this server, or hidden from the bot; right-click the channel and Copy Channel ID, and allow the bot View \
                 Channel in its settings",
            );
        }
        Err(why) => return Seen::wrong(what, say(&why)),
    };
    let what = format!("{what}, #{}", shown(text(&channel, "name")));
    if text(&channel, "guild_id") != config.guild {
        return Seen::wrong(what, "is not in this server; choose a channel of the server that guild names");
    }
    match kind(&channel) {
        10..=12 => Seen::wrong(what, format!("is a thread; write its channel, {}", text(&channel, "parent_id"))),
        _ => Seen::wrong(what, "is of a kind that cannot hold cards; choose a text channel or a forum"),
    }
}

/// Channel Types: Discord's documentation, "Channel".
fn kind(channel: &Value) -> u64 {
    channel.get("type").and_then(Value::as_u64).unwrap_or(u64::MAX)
}

/// Whether cards can be posted in a channel of the server.
fn for_cards(id: &str, channel: &Value, rights: &Rights<'_>) -> Seen {
    let what = format!("Discord: channel {id}, #{}", shown(text(channel, "name")));
    let is = match kind(channel) {
        0 | 5 => "",
        15 => ", a forum",
        other => {
            let found = match other {
                2 | 13 => "a voice channel",
                4 => "a category",
                16 => "a media channel",
                _ => "of a kind that cannot hold cards",
            };
            return Seen::wrong(what, format!("is {found}; choose a text channel, an announcement channel or a forum"));
        }
    };
    let forum = kind(channel) == 15;
    let may = rights.in_channel(channel);
    let missing: Vec<&str> = invite::NEEDED
        .iter()
        .filter(|one| may & one.bit == 0 && !(forum && one.not_in_forums))
        .map(|one| one.name)
        .collect();
    let what = format!("{what}{is}");
    if !missing.is_empty() {
        return Seen::wrong(
            what,
            format!(
                "{} lacks {} there; open the channel's settings, Permissions, and allow it",
                rights.name,
                missing.join(", ")
            ),
        );
    }
    if forum { tags(what, channel) } else { Seen::fine(what) }
}

/// Whether a forum has the tags by which its posts can be told apart. Those that only moderators set do not count.
fn tags(what: String, forum: &Value) -> Seen {
    let there: BTreeSet<String> = list(forum, "available_tags")
        .iter()
        .filter(|tag| tag.get("moderated").and_then(Value::as_bool) != Some(true))
        .map(|tag| text(tag, "name").to_lowercase())
        .collect();
    let flags = forum.get("flags").and_then(Value::as_u64).unwrap_or_default();
    if flags & TAG_NEEDED != 0 && there.is_empty() {
        return Seen::wrong(
            what,
            "every post there must have a tag, and there is none that everybody may use; add the tags question, complaint, \
             praise and other, or switch off Require people to select tags",
        );
    }
    let missing: Vec<&str> = render::all_tags().into_iter().filter(|word| !there.contains(*word)).collect();
    if missing.is_empty() {
        return Seen::fine(what);
    }
    Seen::fine(format!("{what}; with the tags {} its posts would show what they are", missing.join(", ")))
}

impl Rights<'_> {
    /// What every member of the server may do in a channel.
    fn of_everyone_in(&self, channel: &Value) -> u64 {
        let guild_id = text(self.guild, "id");
        let everyone = |one: &&Value| text(one, "id") == guild_id;
        let base = list(self.guild, "roles").iter().find(everyone).map_or(0, |role| bits(role.get("permissions")));
        rights::apply(base, list(channel, "permission_overwrites").iter().filter(everyone))
    }

    /// What the bot may do in a channel.
    pub(super) fn in_channel(&self, channel: &Value) -> u64 {
        rights::in_channel(self.me, self.guild, self.member, channel)
    }
}
