//! What Slack sends, as far as it matters here: read leniently, so that a field that is new, missing or odd loses
//! nothing.
//!
//! Shapes: docs "Implementing slash commands", "Interaction payloads", "The Events API".

use serde_json::Value;
use std::collections::BTreeMap;

/// A delivery of Slack's.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Payload {
    /// A slash command.
    Command(Command),
    /// A click, a form, a shortcut.
    Interaction(Value),
    /// An event: its id, and the event itself.
    Event(String, Value),
}

impl Payload {
    /// Where a slash command can still be answered after its acknowledgement was lost.
    pub(super) fn command_url(&self) -> Option<String> {
        match self {
            Payload::Command(command) => Some(command.response_url.clone()).filter(|url| !url.is_empty()),
            Payload::Interaction(_) | Payload::Event(..) => None,
        }
    }
}

/// A slash command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Command {
    pub member: String,
    pub channel: String,
    /// With its slash.
    pub verb: String,
    pub text: String,
    pub response_url: String,
    pub trigger: String,
}

impl Command {
    /// Reads the fields of a form or of an envelope. `None` if it is no command.
    pub(super) fn read(field: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let or_empty = |name: &str| field(name).unwrap_or_default();
        Some(Self {
            member: field("user_id")?,
            channel: field("channel_id")?,
            verb: field("command")?,
            text: or_empty("text"),
            response_url: or_empty("response_url"),
            trigger: or_empty("trigger_id"),
        })
    }
}

/// Where something was clicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// On a message.
    Message {
        /// Its moment, which is its name.
        ts: String,
        /// Only one person sees it.
        ephemeral: bool,
        /// The thread that it stands in.
        thread: Option<String>,
    },
    /// In a modal.
    Modal {
        /// Which.
        view: String,
        /// What we wrote into it.
        metadata: String,
    },
    /// On a person's own page.
    Home,
}

/// A click, a form, a shortcut.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Interaction {
    /// A button or menu.
    Click {
        member: String,
        channel: String,
        trigger: String,
        response_url: String,
        origin: Origin,
        /// The action's id and value.
        action: String,
        value: String,
    },
    /// A form was handed in.
    Submit { member: String, trigger: String, view: String, hash: String, metadata: String, state: Value },
    /// A shortcut without a message.
    Shortcut { member: String, callback: String, trigger: String },
    /// A shortcut on a message.
    MessageShortcut {
        member: String,
        callback: String,
        trigger: String,
        response_url: String,
        channel: String,
        ts: String,
        thread: Option<String>,
        text: String,
    },
    /// Nothing that has to be done: a closed form, a link that was followed.
    Idle,
}

fn text(of: &Value, at: &str) -> Option<String> {
    of.pointer(at).and_then(Value::as_str).filter(|s| !s.is_empty()).map(str::to_owned)
}

impl Interaction {
    /// Reads an interaction. `None` if it is of a kind that this version does not know, or lacks what it needs.
    pub(super) fn read(payload: &Value) -> Option<Self> {
        let or_empty = |at: &str| text(payload, at).unwrap_or_default();
        let member = text(payload, "/user/id").or_else(|| text(payload, "/user"))?;
        let trigger = or_empty("/trigger_id");
        Some(match payload.get("type").and_then(Value::as_str)? {
            "block_actions" => {
                let action = payload.pointer("/actions/0")?;
                let value = text(action, "/value").or_else(|| text(action, "/selected_option/value"));
                Interaction::Click {
                    channel: text(payload, "/channel/id")
                        .or_else(|| text(payload, "/container/channel_id"))
                        .unwrap_or_default(),
                    response_url: or_empty("/response_url"),
                    origin: origin(payload)?,
                    action: text(action, "/action_id")?,
                    value: value.unwrap_or_default(),
                    member,
                    trigger,
                }
            }
            "view_submission" => Interaction::Submit {
                view: text(payload, "/view/id")?,
                hash: or_empty("/view/hash"),
                metadata: or_empty("/view/private_metadata"),
                state: payload.pointer("/view/state/values").cloned().unwrap_or_default(),
                member,
                trigger,
            },
            "shortcut" => Interaction::Shortcut { callback: text(payload, "/callback_id")?, member, trigger },
            "message_action" => Interaction::MessageShortcut {
                callback: text(payload, "/callback_id")?,
                response_url: or_empty("/response_url"),
                channel: text(payload, "/channel/id")?,
                ts: text(payload, "/message/ts").or_else(|| text(payload, "/message_ts"))?,
                thread: text(payload, "/message/thread_ts"),
                text: or_empty("/message/text"),
                member,
                trigger,
            },
            "view_closed" => Interaction::Idle,
            _ => return None,
        })
    }
}

fn origin(payload: &Value) -> Option<Origin> {
    let view = text(payload, "/view/id").or_else(|| text(payload, "/container/view_id"));
    if let Some(view) = view {
        if payload.pointer("/view/type").and_then(Value::as_str) == Some("home") {
            return Some(Origin::Home);
        }
        return Some(Origin::Modal { view, metadata: text(payload, "/view/private_metadata").unwrap_or_default() });
    }
    let Some(ts) = text(payload, "/container/message_ts").or_else(|| text(payload, "/message/ts")) else {
        // Neither message nor view is named: whoever clicked is answered in a modal, as on their own page.
        return text(payload, "/trigger_id").map(|_| Origin::Home);
    };
    Some(Origin::Message {
        ts,
        ephemeral: payload.pointer("/container/is_ephemeral").and_then(Value::as_bool).unwrap_or(false),
        thread: text(payload, "/container/thread_ts").or_else(|| text(payload, "/message/thread_ts")),
    })
}

/// What a form's fields hold, by the name of the block: typed or chosen.
pub(super) fn filled(state: &Value) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for (block, actions) in state.as_object().into_iter().flatten() {
        for field in actions.as_object().into_iter().flat_map(|actions| actions.values()) {
            let value = text(field, "/value").or_else(|| text(field, "/selected_option/value")).unwrap_or_default();
            values.insert(block.clone(), value);
        }
    }
    values
}

/// An event that something is done about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// Somebody addressed the app in a channel or thread.
    Mention { member: String, channel: String, ts: String, thread: Option<String>, text: String },
    /// An emoji was put on a message.
    Reaction { member: String, emoji: String, channel: String, ts: String },
    /// Somebody opened their own page.
    Home { member: String },
}

impl Event {
    /// Reads an event. `None` for all others, and for what a bot did.
    pub(super) fn read(event: &Value) -> Option<Self> {
        let member = text(event, "/user")?;
        Some(match event.get("type").and_then(Value::as_str)? {
            "app_mention" if event.get("bot_id").is_none() => Event::Mention {
                channel: text(event, "/channel")?,
                ts: text(event, "/ts")?,
                thread: text(event, "/thread_ts"),
                text: text(event, "/text").unwrap_or_default(),
                member,
            },
            "reaction_added" if text(event, "/item/type").as_deref() == Some("message") => Event::Reaction {
                emoji: text(event, "/reaction")?,
                channel: text(event, "/item/channel")?,
                ts: text(event, "/item/ts")?,
                member,
            },
            "app_home_opened" if text(event, "/tab").as_deref().is_none_or(|tab| tab == "home") => {
                Event::Home { member }
            }
            _ => return None,
        })
    }
}

/// What a person typed, without what Slack makes of it (docs "Formatting text", "Escaping text"): `<@U1|ana>` becomes
/// `@` and what `person` says, links their address, `&amp;` `&`.
pub(super) fn unescape(typed: &str, person: impl Fn(&str) -> String) -> String {
    let mut plain = String::with_capacity(typed.len());
    let mut rest = typed;
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(&entities(before));
        let Some((inside, tail)) = after.split_once('>') else {
            plain.push('<');
            rest = after;
            continue;
        };
        let (what, label) = inside.split_once('|').map_or((inside, None), |(what, label)| (what, Some(label)));
        match what.chars().next() {
            Some('@') => {
                plain.push('@');
                plain.push_str(&person(what.trim_start_matches('@')));
            }
            Some('#') => {
                plain.push('#');
                plain.push_str(label.unwrap_or_else(|| what.trim_start_matches('#')));
            }
            Some('!') => {
                let word = what.trim_start_matches('!').split('^').next().unwrap_or_default();
                let said = label.map_or_else(|| format!("@{word}"), str::to_owned);
                plain.push_str(&entities(&said));
            }
            // A link is taken by its address, but for what Slack made of a bare word: `<http://acme.com|acme.com>`.
            _ => {
                let bare = label.filter(|label| what.split_once("://").is_some_and(|(_, host)| host == *label));
                plain.push_str(&entities(bare.unwrap_or(what).trim_start_matches("mailto:")));
            }
        }
        rest = tail;
    }
    plain.push_str(&entities(rest));
    plain
}

fn entities(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// What follows our name, if a message begins with it. While we do not know our own member id (`me`), any name that
/// stands first is taken for ours: Slack sends only messages in which we are named.
pub(super) fn addressed<'t>(text: &'t str, me: Option<&str>) -> Option<&'t str> {
    let (name, rest) = text.trim_start().strip_prefix("<@")?.split_once('>')?;
    let id = name.split('|').next().unwrap_or_default();
    Some(rest).filter(|_| me.is_none_or(|me| me == id))
}

/// The member ids in what was typed.
pub(super) fn members(typed: &str) -> Vec<String> {
    let ids = typed.split("<@").skip(1).filter_map(|after| after.split(['>', '|']).next());
    ids.filter(|id| super::identity::is_member_id(id)).map(str::to_owned).collect()
}
