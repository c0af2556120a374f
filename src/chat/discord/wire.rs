//! What Discord delivers, read leniently: a field that is new, missing or odd must not lose a command.
//!
//! Docs "Receiving and Responding", "Interaction Object". The same for the gateway and for HTTP.

use crate::chat::Given;
use serde_json::Value;
use std::collections::BTreeMap;

/// Who did something, as Discord says with what they did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Doer {
    /// Their user id.
    pub user: String,
    /// What they are called on the server.
    pub name: String,
    /// The ids of their roles.
    pub roles: Vec<String>,
    /// They are a bot.
    pub bot: bool,
    /// The server where they did it; `None` in a direct message.
    pub guild: Option<String>,
    /// The channel where they did it and, of a thread, the one that it belongs to.
    pub places: Vec<String>,
}

impl Doer {
    /// What Discord says of a member of the server.
    pub(super) fn member(&mut self, member: &Value, guild: &str) {
        if let Some(name) = text(member, "/nick").or_else(|| text(member, "/user/global_name")) {
            self.name = name;
        }
        self.roles = list(member, "/roles").filter_map(Value::as_str).map(str::to_owned).collect();
        self.guild = Some(guild.to_owned());
    }
}

/// Where an answer goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    /// The interaction's id.
    pub id: String,
    /// The application's id.
    pub application: String,
    /// What an answer is given by, for 15 minutes; a secret.
    pub token: String,
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Done {
    /// A slash command with its options; a subcommand goes by its own name.
    Command { name: String, given: Vec<Given> },
    /// A command from the menu of a message.
    OnMessage { name: String, target: String },
    /// They are typing an option.
    Typing { name: String, option: String, typed: String, given: Vec<Given> },
    /// They clicked on a button.
    Press { id: String },
    /// They chose from a menu.
    Choose { id: String, values: Vec<String> },
    /// They handed a form in.
    Submit { id: String, values: BTreeMap<String, String> },
}

/// An interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interaction {
    pub way: Way,
    pub doer: Doer,
    pub done: Done,
    /// The channel that cards stand in: of a thread, the one that it belongs to.
    pub channel: String,
    /// The message whose card it may be: where they clicked, or where the thread that they are in began.
    pub card: Option<String>,
    /// They clicked in a message that only they see.
    pub private: bool,
}

/// What was delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Delivery {
    /// Discord asks whether anybody is there.
    Ping,
    /// Somebody did something.
    Interaction(Box<Interaction>),
    /// Something that this version does not know.
    Odd(Option<Way>),
}

/// Only they see it (docs "Message Flags", `EPHEMERAL`).
const PRIVATE: u64 = 1 << 6;
/// Threads of every kind (docs "Channel Types").
const THREADS: std::ops::RangeInclusive<u64> = 10..=12;

fn text(value: &Value, at: &str) -> Option<String> {
    value.pointer(at).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn list<'v>(value: &'v Value, at: &str) -> impl Iterator<Item = &'v Value> {
    value.pointer(at).and_then(Value::as_array).into_iter().flatten()
}

impl Delivery {
    /// Reads a delivery.
    pub(super) fn read(payload: &Value) -> Self {
        let kind = payload.get("type").and_then(Value::as_u64);
        if kind == Some(1) {
            return Delivery::Ping;
        }
        let way = way(payload);
        let read = way.clone().zip(kind.and_then(|kind| done(kind, payload)));
        match read.and_then(|(way, done)| interaction(way, done, payload)) {
            Some(interaction) => Delivery::Interaction(Box::new(interaction)),
            None => Delivery::Odd(way),
        }
    }
}

/// The members of the server that were named in what somebody typed, where Discord says who they are.
pub(super) fn named(payload: &Value, guild: Option<&str>) -> Vec<Doer> {
    let users = payload.pointer("/data/resolved/users").and_then(Value::as_object);
    let named = users.into_iter().flatten().filter_map(|(id, user)| {
        let member = payload.pointer(&format!("/data/resolved/members/{id}"))?;
        let name = text(member, "/nick").or_else(|| text(user, "/global_name")).or_else(|| text(user, "/username"));
        Some(Doer {
            user: id.clone(),
            name: name.unwrap_or_else(|| id.clone()),
            roles: list(member, "/roles").filter_map(Value::as_str).map(str::to_owned).collect(),
            bot: user.get("bot") == Some(&Value::Bool(true)),
            guild: guild.map(str::to_owned),
            places: Vec::new(),
        })
    });
    named.collect()
}

fn way(payload: &Value) -> Option<Way> {
    Some(Way {
        id: text(payload, "/id")?,
        application: text(payload, "/application_id").unwrap_or_default(),
        token: text(payload, "/token")?,
    })
}

fn interaction(way: Way, done: Done, payload: &Value) -> Option<Interaction> {
    let here = text(payload, "/channel_id").or_else(|| text(payload, "/channel/id")).unwrap_or_default();
    let parent = text(payload, "/channel/parent_id");
    let thread = payload.pointer("/channel/type").and_then(Value::as_u64).is_some_and(|kind| THREADS.contains(&kind));
    let channel = parent.filter(|_| thread).unwrap_or_else(|| here.clone());
    let user = text(payload, "/member/user/id").or_else(|| text(payload, "/user/id"))?;
    let name =
        ["/member/nick", "/member/user/global_name", "/member/user/username", "/user/global_name", "/user/username"];
    let bot = ["/member/user/bot", "/user/bot"];
    let doer = Doer {
        name: name.iter().find_map(|at| text(payload, at)).unwrap_or_else(|| user.clone()),
        user,
        roles: list(payload, "/member/roles").filter_map(Value::as_str).map(str::to_owned).collect(),
        bot: bot.iter().any(|at| payload.pointer(at) == Some(&Value::Bool(true))),
        guild: text(payload, "/guild_id"),
        places: vec![here.clone(), channel.clone()],
    };
    let message = match &done {
        Done::OnMessage { target, .. } => Some(target.clone()),
        _ => text(payload, "/message/id"),
    };
    Some(Interaction {
        way,
        doer,
        done,
        card: if thread { Some(here) } else { message },
        channel,
        private: payload.pointer("/message/flags").and_then(Value::as_u64).is_some_and(|flags| flags & PRIVATE != 0),
    })
}

fn done(kind: u64, payload: &Value) -> Option<Done> {
    Some(match kind {
        2 if matches!(payload.pointer("/data/type").and_then(Value::as_u64), Some(2 | 3)) => {
            Done::OnMessage { name: text(payload, "/data/name")?, target: text(payload, "/data/target_id")? }
        }
        2 => {
            let (name, options) = command(payload)?;
            Done::Command { name, given: options.iter().filter_map(|option| given(option)).collect() }
        }
        4 => {
            let (name, options) = command(payload)?;
            let typing = options.iter().find(|option| option.get("focused") == Some(&Value::Bool(true)))?;
            let Given { name: option, value: typed } = given(typing)?;
            let given = options.iter().filter_map(|option| given(option)).filter(|other| other.name != option);
            Done::Typing { name, given: given.collect(), option, typed }
        }
        3 => {
            let id = text(payload, "/data/custom_id")?;
            if payload.pointer("/data/component_type").and_then(Value::as_u64) == Some(2) {
                return Some(Done::Press { id });
            }
            let values = list(payload, "/data/values").filter_map(Value::as_str).map(str::to_owned).collect();
            Done::Choose { id, values }
        }
        5 => {
            let mut values = BTreeMap::new();
            list(payload, "/data/components").for_each(|component| fields(component, &mut values));
            Done::Submit { id: text(payload, "/data/custom_id")?, values }
        }
        _ => return None,
    })
}

/// The command's name and its options; of a group or subcommand, the innermost.
fn command(payload: &Value) -> Option<(String, Vec<&Value>)> {
    let mut at = payload.get("data")?;
    while let Some(inner) = list(at, "/options").find(|o| matches!(o.get("type").and_then(Value::as_u64), Some(1 | 2)))
    {
        at = inner;
    }
    Some((text(at, "/name")?, list(at, "/options").collect()))
}

fn given(option: &Value) -> Option<Given> {
    let value = match option.get("value")? {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Some(Given { name: text(option, "/name")?, value })
}

/// What was typed or chosen in a form, by the name of its field: in a row, in a label, or wherever Discord puts it next.
fn fields(component: &Value, values: &mut BTreeMap<String, String>) {
    if let Some(name) = text(component, "/custom_id") {
        let typed = component.get("value").and_then(Value::as_str);
        let chosen = || list(component, "/values").find_map(Value::as_str);
        values.insert(name, typed.or_else(chosen).unwrap_or_default().to_owned());
    }
    list(component, "/components").chain(component.get("component")).for_each(|inner| fields(inner, values));
}

/// What a person typed, without what Discord makes of it (docs "Message Formatting"): `<@1>` becomes `@` and what `person`
/// says, an emoji of the server's own its name.
pub(super) fn plain(typed: &str, person: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(typed.len());
    let mut rest = typed;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let Some((said, tail)) = after.split_once('>').and_then(|(inside, tail)| Some((said(inside, &person)?, tail)))
        else {
            out.push('<');
            rest = after;
            continue;
        };
        out.push_str(&said);
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn said(inside: &str, person: impl Fn(&str) -> String) -> Option<String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(user) = inside.strip_prefix("@!").or_else(|| inside.strip_prefix('@')).filter(|id| digits(id)) {
        return Some(format!("@{}", person(user)));
    }
    let (name, id) = inside.strip_prefix("a:").or_else(|| inside.strip_prefix(':'))?.split_once(':')?;
    (digits(id) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')).then(|| format!(":{name}:"))
}
