//! The ids of what was written by name where Slack wants an id.

use super::call::{Caller, Failed, client, flag, text};
use crate::chat::slack::Token;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What was written where an id belongs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Written {
    /// Instead of a channel's id.
    Channel(String),
    /// Instead of a member's id.
    Member(String),
    /// Instead of a user group's id.
    Group(String),
}

/// The ids of what was written by name: lines such as `#support is C012AB3CD`.
pub async fn look_up(api: &str, bot_token: &Token, written: &BTreeSet<Written>) -> Vec<String> {
    let Ok(client) = client() else { return Vec::new() };
    let bot = Caller { client, api, token: bot_token };
    let some = |kind: fn(&Written) -> bool| written.iter().any(kind);
    let mut known: BTreeMap<Written, String> = BTreeMap::new();
    let mut trouble = Vec::new();
    let mut learn = |list: Result<Vec<Value>, Failed>, name: &str, make: fn(String) -> Written| match list {
        Ok(all) => {
            known.extend(all.iter().map(|one| (make(text(one, name).to_lowercase()), text(one, "/id").to_owned())));
        }
        Err(why) => trouble.push(format!("Slack: {}", why.say())),
    };
    if some(|one| matches!(one, Written::Channel(_))) {
        let args = [("types", "public_channel,private_channel"), ("exclude_archived", "true")];
        learn(bot.list("conversations.list", &args, "channels").await, "/name", Written::Channel);
    }
    if some(|one| matches!(one, Written::Member(_))) {
        let all = bot.list("users.list", &[], "members").await;
        let here = all.map(|all| all.into_iter().filter(|user| !flag(user, "/deleted")).collect::<Vec<Value>>());
        if let Ok(all) = &here {
            learn(Ok(all.clone()), "/profile/display_name", Written::Member);
        }
        learn(here, "/name", Written::Member);
    }
    if some(|one| matches!(one, Written::Group(_))) {
        let all = bot.call("usergroups.list", &[]).await;
        let all =
            all.map(|answer| answer.body.get("usergroups").and_then(Value::as_array).cloned().unwrap_or_default());
        learn(all, "/handle", Written::Group);
    }
    let line = |one: &Written| {
        let (Written::Channel(name) | Written::Member(name) | Written::Group(name)) = one;
        let sign = if matches!(one, Written::Channel(_)) { '#' } else { '@' };
        match known.get(one) {
            Some(id) => format!("Slack: {sign}{name} is {id}; write that"),
            None => format!("Slack: there is no {sign}{name} that the app can see"),
        }
    };
    if trouble.is_empty() { written.iter().map(line).collect() } else { trouble }
}
