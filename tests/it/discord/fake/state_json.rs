//! Things as Discord shows them in its API.

use super::state::State;
use super::state_world::{Channel, GUILD, Member, Message, Role, User};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Times as Discord writes them.
pub fn time(at: Timestamp) -> String {
    format!("{at:.6}").replace('Z', "+00:00")
}

/// When an id was made.
pub fn made_at(id: &str) -> Timestamp {
    let number: i64 = id.parse().unwrap_or_default();
    Timestamp::from_millisecond((number >> 22) + 1_420_070_400_000).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Adds fields to an object.
pub fn extend(value: &mut Value, more: Value) {
    if let (Some(fields), Value::Object(more)) = (value.as_object_mut(), more) {
        fields.extend(more);
    }
}

impl User {
    pub fn json(&self) -> Value {
        let mut user = json!({
            "id": self.id, "username": self.name, "global_name": self.global_name, "avatar": null,
            "discriminator": if self.bot { "0042" } else { "0" }, "public_flags": 0, "flags": 0, "banner": null,
            "accent_color": null, "avatar_decoration_data": null, "collectibles": null, "primary_guild": null,
            "display_name_styles": null,
        });
        if self.bot {
            user["bot"] = json!(true);
        }
        user
    }
}

impl Role {
    pub fn json(&self, position: usize) -> Value {
        let mut role = json!({
            "id": self.id, "name": self.name, "permissions": self.permissions.to_string(), "position": position, "color": 0,
            "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null}, "hoist": false,
            "managed": self.managed, "mentionable": self.mentionable, "icon": null, "unicode_emoji": null, "flags": 0,
        });
        if self.managed {
            role["tags"] = json!({"bot_id": super::state_world::APP});
        }
        role
    }
}

impl State {
    /// A member without its user, as in a message.
    pub fn bare_member(member: &Member) -> Value {
        json!({
            "nick": member.nick, "roles": member.roles, "joined_at": time(member.joined), "avatar": null, "banner": null,
            "communication_disabled_until": null, "flags": 0, "pending": false, "premium_since": null, "mute": false,
            "deaf": false,
        })
    }

    pub fn member_json(&self, user: &str) -> Option<Value> {
        let mut member = Self::bare_member(self.members.get(user)?);
        member["user"] = self.users.get(user)?.json();
        Some(member)
    }

    /// A user, or what is left of one.
    pub fn user_json(&self, id: &str) -> Value {
        self.users.get(id).map_or_else(|| User::new(id, "deleted_user", "Deleted User").json(), User::json)
    }

    pub fn channel_json(&self, channel: &Channel) -> Value {
        let last = channel.messages.iter().rev().find(|m| m.ephemeral_for.is_none()).map(|m| m.id.clone());
        let mut shown =
            json!({"id": channel.id, "type": channel.kind, "flags": channel.flags, "last_message_id": last});
        let mut more = |value: Value| extend(&mut shown, value);
        if let Some(recipient) = &channel.recipient {
            more(json!({"recipients": [self.user_json(recipient)]}));
            return shown;
        }
        more(
            json!({"guild_id": channel.guild, "name": channel.name, "parent_id": channel.parent, "rate_limit_per_user": 0}),
        );
        let Some(thread) = &channel.thread else {
            let position = self.channels.keys().position(|id| *id == channel.id).unwrap_or_default();
            let overwrites = channel
                .overwrites
                .iter()
                .map(|o| json!({"id": o.id, "type": o.kind, "allow": o.allow.to_string(), "deny": o.deny.to_string()}));
            more(json!({
                "topic": channel.topic, "position": position, "nsfw": false,
                "permission_overwrites": overwrites.collect::<Vec<_>>(),
            }));
            if let Some(minutes) = channel.default_auto_archive {
                more(json!({"default_auto_archive_duration": minutes}));
            }
            if channel.kind == super::state_world::FORUM_KIND {
                let tags = channel.tags.iter().map(|t| {
                    json!({"id": t.id, "name": t.name, "moderated": t.moderated, "emoji_id": null, "emoji_name": null})
                });
                more(json!({
                    "available_tags": tags.collect::<Vec<_>>(), "default_reaction_emoji": null, "default_sort_order": null,
                    "default_forum_layout": 0,
                }));
            }
            return shown;
        };
        let messages = channel.messages.iter().filter(|m| m.ephemeral_for.is_none() && m.id != channel.id).count();
        more(json!({
            "owner_id": thread.owner, "message_count": messages, "member_count": 1, "total_message_sent": thread.sent,
            "thread_metadata": {
                "archived": thread.archived, "archive_timestamp": time(thread.archived_at),
                "auto_archive_duration": thread.auto_archive, "locked": thread.locked,
                "create_timestamp": time(made_at(&channel.id)),
            },
        }));
        if !thread.tags.is_empty() {
            more(json!({"applied_tags": thread.tags}));
        }
        shown
    }

    pub fn message_json(&self, channel: &str, message: &Message) -> Value {
        let mentions = message.mentions.iter().map(|id| self.user_json(id));
        let mut shown = json!({
            "type": message.kind, "content": message.content, "mentions": mentions.collect::<Vec<_>>(),
            "mention_roles": message.mention_roles, "attachments": message.attachments, "embeds": message.embeds,
            "timestamp": time(made_at(&message.id)), "edited_timestamp": message.edited.map(time), "flags": message.flags,
            "components": message.components, "id": message.id, "channel_id": channel,
            "author": self.user_json(&message.author), "pinned": false, "mention_everyone": message.mention_everyone,
            "tts": message.tts,
        });
        if let Some(nonce) = &message.nonce {
            shown["nonce"] = nonce.clone();
        }
        if message.ours && message.interaction.is_some() {
            shown["webhook_id"] = json!(super::state_world::APP);
            shown["application_id"] = json!(super::state_world::APP);
        }
        if let Some(interaction) = &message.interaction {
            shown["interaction_metadata"] = interaction.clone();
        }
        if let Some(reference) = &message.reference {
            shown["message_reference"] = reference.clone();
            let target = reference["message_id"].as_str().unwrap_or_default();
            let original = self.channels.get(channel).and_then(|c| c.message(target));
            let mut original = original.map(|m| self.message_json(channel, m));
            if let Some(fields) = original.as_mut().and_then(Value::as_object_mut) {
                fields.remove("referenced_message");
            }
            if message.kind == 19 {
                shown["referenced_message"] = original.unwrap_or(Value::Null);
            }
        }
        if let Some(thread) = message.thread.as_ref().and_then(|id| self.channels.get(id)) {
            shown["thread"] = self.channel_json(thread);
        }
        shown
    }

    /// The server's roles, lowest first.
    pub fn roles_json(&self) -> Vec<Value> {
        self.roles.values().enumerate().map(|(i, role)| role.json(i)).collect()
    }

    pub fn is_member(&self, guild: &str) -> bool {
        guild == GUILD && self.members.contains_key(super::state_world::APP)
    }
}
