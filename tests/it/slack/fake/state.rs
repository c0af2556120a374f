//! Everything that the fake remembers, behind one lock.

use super::limits::Limits;
use super::record::{Event, Fail, Ping, Seen};
use super::world::{BOT_USER, Channel, Ephemeral, Group, Hook, Message, Origin, Standing, TEAM, Trigger, User, View};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;
use tokio::sync::mpsc::UnboundedSender;

/// What a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    Good,
    Revoked,
    Inactive,
}

#[derive(Debug)]
pub struct Tokens {
    pub bot: String,
    pub app: String,
    pub secret: String,
    pub bot_scopes: BTreeSet<String>,
    pub app_scopes: BTreeSet<String>,
    pub bot_state: TokenState,
    pub app_state: TokenState,
}

#[derive(Debug)]
pub struct State {
    pub users: BTreeMap<String, User>,
    pub groups: BTreeMap<String, Group>,
    pub channels: BTreeMap<String, Channel>,
    pub tokens: Tokens,
    pub views: BTreeMap<String, View>,
    /// The modals that a person sees, the topmost last.
    pub stacks: BTreeMap<String, Vec<String>>,
    pub homes: BTreeMap<String, String>,
    pub triggers: BTreeMap<String, Trigger>,
    pub hooks: BTreeMap<String, Hook>,
    pub ephemerals: Vec<Ephemeral>,
    pub requests: Vec<Seen>,
    pub violations: Vec<String>,
    pub pings: Vec<Ping>,
    pub unfurls: Vec<String>,
    pub by_name: Vec<String>,
    pub leaked: Vec<String>,
    pub events: Vec<Event>,
    pub scripts: BTreeMap<String, VecDeque<Fail>>,
    pub limits: Limits,
    /// Who is told at once, by the machine's clock, that a person was shown a private message.
    pub listener: Option<UnboundedSender<(String, Instant)>>,
    /// Seconds after which a message can no longer be edited, if the workspace says so.
    pub edit_window: Option<i64>,
    pub in_flight: usize,
    pub hangs: usize,
    last_ts: i64,
    counter: u64,
}

impl State {
    /// A small workspace: three colleagues, a guest, a stranger, a user group, and four channels, the app in three of them.
    pub fn new() -> Self {
        let zone = "Europe/London";
        let users = [
            User::new(BOT_USER, "hearback", "hearback", "UTC", Standing::Bot),
            User::new("UANA", "ana", "Ana Diaz", "Europe/Madrid", Standing::Member),
            User::new("UBEN", "ben", "Ben Cole", zone, Standing::Member),
            User::new("USAM", "sam", "Sam Lee", "America/New_York", Standing::Member),
            User::new("UGUEST", "gus", "Gus Guest", zone, Standing::SingleChannelGuest),
            User::new("USTRANGE", "xena", "Xena of Elsewhere", zone, Standing::Stranger),
        ];
        let everybody = ["UANA", "UBEN", "USAM", BOT_USER];
        let mut shared = Channel::new("C1", "support", &[&everybody[..], &["UGUEST", "USTRANGE"]].concat());
        shared.is_ext_shared = true;
        let mut private = Channel::new("C4", "leads", &["UANA", BOT_USER]);
        private.is_private = true;
        let channels = [
            shared,
            Channel::new("C2", "praise", &everybody),
            Channel::new("C3", "random", &["UANA", "UBEN", "USAM"]),
            private,
        ];
        let care = Group { id: "S1".into(), handle: "care".into(), users: vec!["UANA".into(), "UBEN".into()] };
        Self {
            users: users.into_iter().map(|u| (u.id.clone(), u)).collect(),
            groups: BTreeMap::from([(care.id.clone(), care)]),
            channels: channels.into_iter().map(|c| (c.id.clone(), c)).collect(),
            tokens: Tokens {
                bot: "xoxb-1-2-bot".into(),
                app: "xapp-1-A1-3-app".into(),
                secret: "8f742231b10e8888abcd99yyyzzz85a5".into(),
                bot_scopes: BOT_SCOPES.iter().map(|s| (*s).to_owned()).collect(),
                app_scopes: BTreeSet::from(["connections:write".to_owned()]),
                bot_state: TokenState::Good,
                app_state: TokenState::Good,
            },
            views: BTreeMap::new(),
            stacks: BTreeMap::new(),
            homes: BTreeMap::new(),
            triggers: BTreeMap::new(),
            hooks: BTreeMap::new(),
            ephemerals: Vec::new(),
            requests: Vec::new(),
            violations: Vec::new(),
            pings: Vec::new(),
            unfurls: Vec::new(),
            by_name: Vec::new(),
            leaked: Vec::new(),
            events: Vec::new(),
            scripts: BTreeMap::new(),
            limits: Limits::default(),
            listener: None,
            edit_window: None,
            in_flight: 0,
            hangs: 0,
            last_ts: 0,
            counter: 0,
        }
    }

    pub fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// The time of a message: never the same twice, always rising.
    pub fn next_ts(&mut self, now: Timestamp) -> String {
        let base = now.as_microsecond() / 100 * 100 + 100;
        self.last_ts = base.max(self.last_ts + 100);
        format!("{}.{:06}", self.last_ts / 1_000_000, self.last_ts % 1_000_000)
    }

    pub fn trigger(&mut self, user: &str, now: Timestamp, view: Option<String>) -> String {
        let id = format!("{}.{TEAM}.{:08x}", self.next(), now.as_second());
        self.triggers.insert(id.clone(), Trigger { user: user.into(), born: now, used: false, view });
        id
    }

    /// A new `response_url`, as the last part of its path.
    pub fn hook(&mut self, user: &str, channel: &str, now: Timestamp, origin: Option<Origin>) -> String {
        let id = format!("h{}", self.next());
        let hook = Hook { user: user.into(), channel: channel.into(), born: now, uses: 0, origin };
        self.hooks.insert(id.clone(), hook);
        id
    }

    pub fn violation(&mut self, what: impl Into<String>) {
        self.violations.push(what.into());
    }

    /// The channel by id, by name with or without `#`, or the direct message with a user.
    pub fn find_channel(&mut self, wanted: &str) -> Option<String> {
        if self.channels.contains_key(wanted) {
            return Some(wanted.to_owned());
        }
        if self.users.contains_key(wanted) && wanted != BOT_USER {
            return Some(self.direct(wanted));
        }
        let name = wanted.strip_prefix('#').unwrap_or(wanted);
        let id = self.channels.values().find(|c| c.im.is_none() && c.name == name).map(|c| c.id.clone())?;
        self.by_name.push(wanted.to_owned());
        Some(id)
    }

    /// The direct message between the app and a person.
    pub fn direct(&mut self, user: &str) -> String {
        let id = format!("D{}", user.trim_start_matches('U'));
        self.channels.entry(id.clone()).or_insert_with(|| {
            let mut channel = Channel::new(&id, "directmessage", &[user, BOT_USER]);
            channel.im = Some(user.to_owned());
            channel.is_private = true;
            channel
        });
        id
    }

    pub fn channel(&self, id: &str) -> &Channel {
        self.channels.get(id).unwrap_or_else(|| panic!("there is no channel {id} in the fake"))
    }

    pub fn channel_mut(&mut self, id: &str) -> &mut Channel {
        self.channels.get_mut(id).unwrap_or_else(|| panic!("there is no channel {id} in the fake"))
    }

    pub fn user(&self, id: &str) -> &User {
        self.users.get(id).unwrap_or_else(|| panic!("there is no user {id} in the fake"))
    }

    /// Puts a message into a channel, in the order of its time.
    pub fn post(&mut self, channel: &str, message: Message) {
        self.events.push(Event::Posted { channel: channel.into(), ts: message.ts.clone() });
        self.channel_mut(channel).messages.push(message);
    }

    /// Takes a message away as Slack does: a parent of replies leaves a tombstone.
    pub fn remove(&mut self, channel: &str, ts: &str) -> bool {
        let place = self.channel_mut(channel);
        if place.message(ts).is_none() {
            return false;
        }
        if place.replies(ts).next().is_some() {
            let message = place.message_mut(ts).expect("it was there a line ago");
            message.tombstone = true;
            message.ours = false;
            message.text = "This message was deleted.".into();
            message.blocks.clear();
            message.attachments.clear();
            message.metadata = None;
        } else {
            place.messages.retain(|m| m.ts != ts);
        }
        self.events.push(Event::Deleted { channel: channel.into(), ts: ts.into() });
        true
    }
}

/// What the manifest of a complete installation asks for.
pub const BOT_SCOPES: &[&str] = &[
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
];
