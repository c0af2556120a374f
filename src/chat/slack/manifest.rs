//! The app manifest: what the app must be at Slack's side, derived from the commands. Its fields and limits are those of
//! Slack's documentation, "App manifest reference".

use serde_json::{Value, json};

/// A command, as far as the manifest needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verb {
    /// Its name, such as `claim`.
    pub name: String,
    /// One line about it.
    pub summary: String,
    /// What is typed after its name, such as `[mention] [@user]`; possibly empty.
    pub usage: String,
}

/// The verbs that are slash commands of their own; all others follow [`EVERYTHING`].
pub const TOP_LEVEL: [&str; 7] = ["claim", "release", "draft", "reply", "done", "note", "queue"];

/// The slash command after which every verb can be typed.
pub const EVERYTHING: &str = "hearback";

/// A permission that the bot token needs, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Its name.
    pub name: &'static str,
    /// What it is needed for.
    pub why: &'static str,
}

/// The permissions of the bot token; without any one of them something of hearback does not work. Slack's documentation
/// names them on the page of each method and event.
pub const SCOPES: [Scope; 10] = [
    Scope { name: "commands", why: "the slash commands and the shortcuts" },
    Scope { name: "chat:write", why: "posting cards, editing them, and answering privately" },
    Scope { name: "app_mentions:read", why: "hearing `@hearback VERB`, which is how commands are typed in threads" },
    Scope { name: "reactions:read", why: "hearing reactions on cards" },
    Scope { name: "channels:read", why: "seeing whether a public channel is there and hearback is in it" },
    Scope { name: "groups:read", why: "the same for private channels that hearback was invited to" },
    Scope {
        name: "channels:history",
        why: "finding a card again, after a crash while it was posted, instead of posting it twice; only channels that \
              hearback was invited to",
    },
    Scope { name: "groups:history", why: "the same in private channels" },
    Scope { name: "users:read", why: "the name and time zone of whoever acts, and whether they are a guest" },
    Scope { name: "usergroups:read", why: "who is in the user groups of `[slack.groups]`" },
];

/// The permission that the app-level token of Socket Mode needs.
pub const APP_SCOPE: &str = "connections:write";

/// The events that Slack sends: typed mentions, the opening of the home tab, reactions.
pub const EVENTS: [&str; 3] = ["app_mention", "app_home_opened", "reaction_added"];

/// A shortcut; its `callback_id` is the verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// The verb that it means.
    pub verb: &'static str,
    /// What the menu says: at most 24 characters.
    pub name: &'static str,
    /// In the menu of a message; otherwise in the one of the whole workspace.
    pub on_message: bool,
    /// One line about it: at most 150 characters.
    pub about: &'static str,
}

/// The shortcuts.
pub const SHORTCUTS: [Shortcut; 5] = [
    Shortcut { verb: "claim", name: "Claim", on_message: true, about: "Take the mention of this card" },
    Shortcut { verb: "reply", name: "Reply", on_message: true, about: "Answer the mention of this card in public" },
    Shortcut {
        verb: "draft",
        name: "Draft from this message",
        on_message: true,
        about: "Keep the text of this message as a draft; nothing is sent",
    },
    Shortcut {
        verb: "note",
        name: "Note",
        on_message: true,
        about: "Leave an internal remark on the mention of this card",
    },
    Shortcut {
        verb: "find",
        name: "Find a mention",
        on_message: false,
        about: "Find a mention by its text, author or label",
    },
];

/// Longest name of an app, in characters.
const LONGEST_NAME: usize = 35;

/// What the manifest depends on.
#[derive(Clone, Debug)]
pub struct AppManifest<'m> {
    /// How the app is called.
    pub name: &'m str,
    /// What stands before every slash command; possibly empty.
    pub prefix: &'m str,
    /// Where Slack calls, in full; `None`: Socket Mode.
    pub request_url: Option<&'m str>,
    /// All commands.
    pub verbs: &'m [Verb],
}

impl AppManifest<'_> {
    /// The manifest.
    pub fn json(&self) -> Value {
        json!({
            "display_information": {
                "name": self.name,
                "description": "What people say about your brand, as cards that your team answers from here",
                "long_description": "hearback posts what people say about your brand as cards into your channels. Your team \
                    claims, drafts and sends the reply without leaving Slack; nothing is sent by accident, and how long \
                    the customer waited is measured. It runs on your own machine.",
                "background_color": "#1f4e5f",
            },
            "features": {
                "bot_user": { "display_name": display_name(self.name), "always_online": true },
                "app_home": {
                    "home_tab_enabled": true,
                    "messages_tab_enabled": false,
                    "messages_tab_read_only_enabled": true,
                },
                "slash_commands": self.slash_commands(),
                "shortcuts": SHORTCUTS.iter().map(shortcut).collect::<Vec<Value>>(),
            },
            "oauth_config": { "scopes": { "bot": SCOPES.iter().map(|scope| scope.name).collect::<Vec<_>>() } },
            "settings": {
                "event_subscriptions": self.called(json!({ "bot_events": EVENTS }), "request_url"),
                "interactivity": self.called(json!({ "is_enabled": true }), "request_url"),
                "org_deploy_enabled": false,
                "socket_mode_enabled": self.request_url.is_none(),
                "token_rotation_enabled": false,
            },
        })
    }

    /// A link that opens Slack's page for a new app with this manifest in it: Slack's documentation, "Configuring apps with
    /// app manifests".
    pub fn link(&self) -> String {
        let text = self.json().to_string();
        // Slack reads a blank as %20; a plus sign itself is %2B here.
        let encoded = url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        format!("https://api.slack.com/apps?new_app=1&manifest_json={encoded}")
    }

    fn slash_commands(&self) -> Vec<Value> {
        let named = |name: &&str| self.verbs.iter().find(|verb| verb.name == **name);
        let own = TOP_LEVEL.iter().filter_map(named).map(|verb| self.slash(&verb.name, &verb.summary, &verb.usage));
        let every: Vec<&str> = self.verbs.iter().map(|verb| verb.name.as_str()).collect();
        let all = self.slash(EVERYTHING, "Every command of hearback; help says more", &every.join(" | "));
        own.chain([all]).collect()
    }

    fn slash(&self, name: &str, about: &str, usage: &str) -> Value {
        let mut command = json!({
            "command": format!("/{}{name}", self.prefix),
            "description": about,
            "should_escape": true,
        });
        if !usage.is_empty() {
            command["usage_hint"] = json!(usage);
        }
        self.called(command, "url")
    }

    /// Adds where Slack calls, if it does.
    fn called(&self, mut part: Value, key: &str) -> Value {
        if let Some(url) = self.request_url {
            part[key] = json!(url);
        }
        part
    }
}

fn shortcut(shortcut: &Shortcut) -> Value {
    json!({
        "name": shortcut.name,
        "type": if shortcut.on_message { "message" } else { "global" },
        "callback_id": shortcut.verb,
        "description": shortcut.about,
    })
}

/// The name of the bot user, of the letters that Slack allows there: a-z, 0-9, `-`, `_` and `.`.
fn display_name(app: &str) -> String {
    let mut name = String::new();
    for c in app.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_matches('-');
    if name.is_empty() { EVERYTHING.to_owned() } else { name.to_owned() }
}

/// The name of an app.
///
/// # Errors
/// A sentence for the person.
pub fn app_name(typed: &str) -> Result<String, String> {
    let name = typed.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(format!("write a name of 1 to {LONGEST_NAME} characters"));
    }
    Ok(name.to_owned())
}
