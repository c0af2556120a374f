//! What the pretend workspace holds: people, groups, channels, messages, views.

use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub const TEAM: &str = "T1";
pub const OTHER_TEAM: &str = "T2";
pub const APP: &str = "A1";
pub const BOT_USER: &str = "UBOT";
pub const BOT: &str = "B1";
pub const DOMAIN: &str = "acme";

/// Who somebody is to the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Member,
    /// A multi-channel guest (`is_restricted`).
    Guest,
    /// A single-channel guest (`is_restricted` and `is_ultra_restricted`).
    SingleChannelGuest,
    /// Of another company, seen through a shared channel (`is_stranger`).
    Stranger,
    Bot,
    /// Deactivated (`deleted`).
    Gone,
}

#[derive(Clone, Debug)]
pub struct User {
    pub id: String,
    pub name: String,
    pub real_name: String,
    pub tz: String,
    pub standing: Standing,
}

impl User {
    pub fn new(id: &str, name: &str, real_name: &str, tz: &str, standing: Standing) -> Self {
        Self { id: id.into(), name: name.into(), real_name: real_name.into(), tz: tz.into(), standing }
    }

    pub fn team(&self) -> &'static str {
        if self.standing == Standing::Stranger { OTHER_TEAM } else { TEAM }
    }

    /// As users.info and users.list give it.
    pub fn json(&self) -> Value {
        if self.standing == Standing::Gone {
            // A deactivated account has no time zone any more (docs.slack.dev, "User object").
            return json!({"id": self.id, "team_id": TEAM, "name": self.name, "deleted": true, "is_bot": false,
                "is_app_user": false, "updated": 1_700_000_000, "profile": self.profile()});
        }
        let guest = matches!(self.standing, Standing::Guest | Standing::SingleChannelGuest);
        let mut user = json!({
            "id": self.id, "team_id": self.team(), "name": self.name, "deleted": false, "color": "9f69e7",
            "real_name": self.real_name, "tz": self.tz, "tz_label": self.tz, "tz_offset": 0, "profile": self.profile(),
            "is_admin": false, "is_owner": false, "is_primary_owner": false, "is_restricted": guest,
            "is_ultra_restricted": self.standing == Standing::SingleChannelGuest,
            "is_bot": self.standing == Standing::Bot, "is_app_user": false, "updated": 1_700_000_000,
        });
        if self.standing == Standing::Stranger {
            user["is_stranger"] = json!(true);
        }
        user
    }

    fn profile(&self) -> Value {
        json!({"real_name": self.real_name, "display_name": self.name, "real_name_normalized": self.real_name,
            "display_name_normalized": self.name, "team": self.team(), "status_text": "", "status_emoji": "",
            "avatar_hash": "g0"})
    }
}

#[derive(Clone, Debug)]
pub struct Group {
    pub id: String,
    pub handle: String,
    pub users: Vec<String>,
}

impl Group {
    pub fn json(&self) -> Value {
        json!({"id": self.id, "team_id": TEAM, "is_usergroup": true, "name": self.handle, "description": "",
            "handle": self.handle, "is_external": false, "date_create": 1_700_000_000, "date_update": 1_700_000_000,
            "date_delete": 0, "auto_type": null, "created_by": "UANA", "updated_by": "UANA", "deleted_by": null,
            "prefs": {"channels": [], "groups": []}, "users": self.users, "user_count": self.users.len()})
    }
}

#[derive(Clone, Debug)]
pub struct Channel {
    pub id: String,
    pub name: String,
    pub is_private: bool,
    pub is_archived: bool,
    pub is_ext_shared: bool,
    pub members: BTreeSet<String>,
    /// The other side of a direct message with the app.
    pub im: Option<String>,
    /// In order of their time; replies too.
    pub messages: Vec<Message>,
}

impl Channel {
    pub fn new(id: &str, name: &str, members: &[&str]) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            is_private: false,
            is_archived: false,
            is_ext_shared: false,
            members: members.iter().map(|m| (*m).to_owned()).collect(),
            im: None,
            messages: Vec::new(),
        }
    }

    pub fn has_bot(&self) -> bool {
        self.members.contains(BOT_USER)
    }

    pub fn message(&self, ts: &str) -> Option<&Message> {
        self.messages.iter().find(|m| m.ts == ts && !m.tombstone)
    }

    pub fn message_mut(&mut self, ts: &str) -> Option<&mut Message> {
        self.messages.iter_mut().find(|m| m.ts == ts && !m.tombstone)
    }

    pub fn replies<'a>(&'a self, parent: &'a str) -> impl Iterator<Item = &'a Message> + 'a {
        self.messages.iter().filter(move |m| m.thread_ts.as_deref() == Some(parent))
    }

    pub fn json(&self) -> Value {
        if let Some(user) = &self.im {
            return json!({"id": self.id, "created": 1_700_000_000, "is_im": true, "is_org_shared": false, "user": user,
                "is_archived": false, "is_channel": false, "is_group": false, "is_private": true});
        }
        json!({
            "id": self.id, "name": self.name, "name_normalized": self.name, "is_channel": !self.is_private,
            "is_group": self.is_private, "is_im": false, "is_mpim": false, "is_private": self.is_private,
            "created": 1_700_000_000, "is_archived": self.is_archived, "is_general": false, "unlinked": 0,
            "is_shared": self.is_ext_shared, "is_org_shared": false, "is_ext_shared": self.is_ext_shared,
            "is_pending_ext_shared": false, "pending_shared": [], "context_team_id": TEAM, "updated": 1_700_000_000_000_i64,
            "creator": "UANA", "is_member": self.has_bot(), "num_members": self.members.len(),
            "shared_team_ids": [TEAM], "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0}, "previous_names": [],
        })
    }
}

#[derive(Clone, Debug)]
pub struct Message {
    pub ts: String,
    /// Of a reply: its parent.
    pub thread_ts: Option<String>,
    pub user: String,
    pub text: String,
    pub blocks: Vec<Value>,
    pub attachments: Vec<Value>,
    pub metadata: Option<Value>,
    pub edited: Option<String>,
    /// Emoji name and who.
    pub reactions: Vec<(String, String)>,
    /// A deleted parent of replies that are still there.
    pub tombstone: bool,
    /// A reply that is also shown in the channel.
    pub broadcast: bool,
    /// Sent by our app (for a message of a person: false).
    pub ours: bool,
}

impl Message {
    pub fn by_person(ts: String, user: &str, text: &str, thread_ts: Option<String>) -> Self {
        Self {
            ts,
            thread_ts,
            user: user.into(),
            text: text.into(),
            blocks: Vec::new(),
            attachments: Vec::new(),
            metadata: None,
            edited: None,
            reactions: Vec::new(),
            tombstone: false,
            broadcast: false,
            ours: false,
        }
    }

    /// As the API and payloads show it; metadata only where it was asked for.
    pub fn json(&self, with_metadata: bool) -> Value {
        let mut message = json!({"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": TEAM});
        if self.tombstone {
            message["subtype"] = json!("tombstone");
            message["user"] = json!("USLACKBOT");
            message["hidden"] = json!(true);
        }
        if self.ours {
            message["bot_id"] = json!(BOT);
            message["app_id"] = json!(APP);
            message["bot_profile"] = json!({"id": BOT, "app_id": APP, "user_id": BOT_USER, "name": "hearback",
                "icons": {}, "deleted": false, "updated": 1_700_000_000, "team_id": TEAM});
        }
        if !self.blocks.is_empty() {
            message["blocks"] = json!(self.blocks);
        }
        if !self.attachments.is_empty() {
            message["attachments"] = json!(self.attachments);
        }
        if let Some(thread) = &self.thread_ts {
            message["thread_ts"] = json!(thread);
            if self.broadcast {
                message["subtype"] = json!("thread_broadcast");
            }
        }
        if let Some(ts) = &self.edited {
            message["edited"] = json!({"user": self.user, "ts": ts});
        }
        if let (Some(metadata), true) = (&self.metadata, with_metadata) {
            message["metadata"] = metadata.clone();
        }
        if !self.reactions.is_empty() {
            let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for (name, user) in &self.reactions {
                by_name.entry(name).or_default().push(user);
            }
            message["reactions"] = by_name
                .iter()
                .map(|(name, users)| json!({"name": name, "users": users, "count": users.len()}))
                .collect();
        }
        message
    }
}

/// A modal or a home tab.
#[derive(Clone, Debug)]
pub struct View {
    pub id: String,
    pub user: String,
    /// As the app sent it, with the ids that Slack adds.
    pub body: Value,
    pub hash: String,
    pub root: String,
    pub previous: Option<String>,
    /// What the person has put into the inputs so far: `block_id` -> `action_id` -> state value.
    pub state: BTreeMap<String, BTreeMap<String, Value>>,
    /// Errors that are shown at the inputs.
    pub errors: BTreeMap<String, String>,
    /// The trigger by which it was opened or pushed.
    pub trigger: Option<String>,
}

impl View {
    pub fn is_home(&self) -> bool {
        self.body["type"] == "home"
    }

    pub fn blocks(&self) -> &[Value] {
        self.body["blocks"].as_array().map_or(&[], Vec::as_slice)
    }

    pub fn json(&self) -> Value {
        let mut view = self.body.clone();
        for (key, empty) in [("private_metadata", ""), ("callback_id", ""), ("external_id", "")] {
            if view.get(key).is_none() {
                view[key] = json!(empty);
            }
        }
        for key in ["title", "submit", "close"] {
            if view.get(key).is_none() {
                view[key] = Value::Null;
            }
        }
        for key in ["clear_on_close", "notify_on_close", "submit_disabled"] {
            if view.get(key).is_none() {
                view[key] = json!(false);
            }
        }
        view["id"] = json!(self.id);
        view["team_id"] = json!(TEAM);
        view["state"] = json!({"values": self.state});
        view["hash"] = json!(self.hash);
        view["root_view_id"] = json!(self.root);
        view["previous_view_id"] = json!(self.previous);
        view["app_id"] = json!(APP);
        view["app_installed_team_id"] = json!(TEAM);
        view["bot_id"] = json!(BOT);
        view
    }
}

/// A moment at which somebody did something, for which one modal may be opened within 3 s
/// (docs.slack.dev, "Handling user interaction").
#[derive(Clone, Debug)]
pub struct Trigger {
    pub user: String,
    pub born: Timestamp,
    pub used: bool,
    /// The view in which it happened.
    pub view: Option<String>,
}

/// A `response_url`: 5 uses within 30 minutes (docs.slack.dev, "Handling user interaction").
#[derive(Clone, Debug)]
pub struct Hook {
    pub user: String,
    pub channel: String,
    pub born: Timestamp,
    pub uses: u32,
    /// The message with the button, if there is one.
    pub origin: Option<Origin>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Message(String),
    Ephemeral(String),
}

/// A message that one person sees.
#[derive(Clone, Debug)]
pub struct Ephemeral {
    pub user: String,
    pub channel: String,
    pub message: Message,
    /// Deleted again, or a person reloaded their client.
    pub gone: bool,
}
