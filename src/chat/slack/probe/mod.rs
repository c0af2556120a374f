//! What `hearback check` asks Slack: are the tokens right, may the app do what it needs, is it in its channels, are the people
//! and groups there. A handful of calls, one after the other, that change nothing.

mod call;
mod names;

pub use names::{Written, look_up};

use super::manifest::{APP_SCOPE, SCOPES};
use super::{SlackConfig, Transport};
use crate::chat::Seen;
use call::{Answer, Caller, Failed, client, flag, lacks, text};
use serde_json::Value;
use std::collections::BTreeSet;

/// What is wrong with a token, if that is what Slack said.
fn token_trouble(code: &str, place: &str) -> Option<String> {
    let install = "under OAuth & Permissions";
    let why = match code {
        "invalid_auth" | "not_authed" => {
            format!("Slack does not know it; copy it again from the app's page, {place}")
        }
        "token_revoked" => format!("was revoked; install the app again and copy the new one, {place}"),
        "account_inactive" => {
            format!(
                "belongs to an app that was removed from the workspace; install it again {install} and copy the new one"
            )
        }
        "token_expired" => format!("has expired; switch token rotation off, install the app again {install}"),
        "not_allowed_token_type" => format!("is the wrong kind of token; copy the right one, {place}"),
        _ => return None,
    };
    Some(why)
}

const BOT_PLACE: &str = "OAuth & Permissions, Bot User OAuth Token (xoxb-…)";
const APP_PLACE: &str = "Basic Information, App-Level Tokens (xapp-…)";

/// Looks at everything that `[slack]` names. `channels` are those to which cards go, by id.
pub async fn probe(config: &SlackConfig, channels: &BTreeSet<String>) -> Vec<Seen> {
    let client = match client() {
        Ok(client) => client,
        Err(why) => return vec![Seen::wrong("Slack", format!("this machine cannot make safe connections: {why}"))],
    };
    let bot = Caller { client: client.clone(), api: &config.api, token: &config.bot_token };
    let mut seen = Vec::new();
    let me = match bot.call("auth.test", &[]).await {
        Ok(answer) => answer,
        Err(why) => {
            let said = match &why {
                Failed::No { code, .. } => token_trouble(code, BOT_PLACE).unwrap_or_else(|| why.say()),
                Failed::Silent(_) => why.say(),
            };
            // Without an answer there is none to the rest either; without a token the rest says the same again.
            let what = if matches!(why, Failed::Silent(_)) { "Slack" } else { "Slack: the bot token" };
            seen.push(Seen::wrong(what, said));
            if matches!(why, Failed::No { .. }) {
                seen.extend(app_token(config, client).await);
            }
            return seen;
        }
    };
    let bot_user = text(&me.body, "/user").to_owned();
    seen.push(Seen::fine(format!("Slack: the bot token, as @{bot_user} in {}", text(&me.body, "/team"))));
    let bot_name = if bot_user.is_empty() { "hearback".to_owned() } else { bot_user };
    seen.extend(scopes(&me));
    seen.extend(app_token(config, client).await);
    let team = text(&me.body, "/team_id");
    for channel in channels.iter().chain(config.staff.channels.keys().filter(|id| !channels.contains(*id))) {
        seen.push(self::channel(&bot, channel, &bot_name, channels.contains(channel)).await);
    }
    for (id, person) in &config.staff.named {
        seen.push(member(&bot, id, &person.name, team).await);
    }
    if !config.staff.groups.is_empty() {
        seen.extend(groups(&bot, config.staff.groups.keys()).await);
    }
    seen
}

/// Whether the bot token has every scope; nothing if Slack does not say which it has.
fn scopes(me: &Answer) -> Option<Seen> {
    let has = me.scopes.as_ref()?;
    let missing: Vec<&str> =
        SCOPES.map(|scope| scope.name).into_iter().filter(|name| !has.iter().any(|h| h == name)).collect();
    let what = "Slack: the scopes of the bot token";
    Some(if missing.is_empty() { Seen::fine(what) } else { Seen::wrong(what, lacks(&missing)) })
}

/// Whether a web socket could be opened; none is.
async fn app_token(config: &SlackConfig, client: reqwest::Client) -> Option<Seen> {
    let Transport::Socket(token) = &config.transport else { return None };
    let what = "Slack: the app-level token";
    let caller = Caller { client, api: &config.api, token };
    let Err(why) = caller.call("apps.connections.open", &[]).await else { return Some(Seen::fine(what)) };
    let said = match &why {
        Failed::No { code, .. } if code == "missing_scope" => {
            format!("lacks the scope {APP_SCOPE}; make another one with it on the app's page, {APP_PLACE}")
        }
        Failed::No { code, .. } if code == "socket_mode_not_enabled" => {
            "Socket Mode is off; switch it on on the app's page under Socket Mode".to_owned()
        }
        Failed::No { code, .. } => token_trouble(code, APP_PLACE).unwrap_or_else(|| why.say()),
        Failed::Silent(_) => why.say(),
    };
    Some(Seen::wrong(what, said))
}

/// Whether a channel is there, and whether cards can be posted there.
async fn channel(bot: &Caller<'_>, id: &str, bot_name: &str, for_cards: bool) -> Seen {
    let what = format!("Slack: channel {id}");
    let channel = match bot.call("conversations.info", &[("channel", id)]).await {
        Ok(answer) => answer.body.get("channel").cloned().unwrap_or_default(),
        Err(why) if why.is("channel_not_found") => {
            let say = format!(
                "is not there, or private without @{bot_name} in it; if it is private, write /invite @{bot_name} in it, \
                 otherwise correct the id in bot.toml"
            );
            return Seen::wrong(what, say);
        }
        Err(why) => return Seen::wrong(what, why.say()),
    };
    let name = text(&channel, "/name");
    let what = format!("{what}, #{name}");
    if flag(&channel, "/is_archived") {
        return Seen::wrong(what, "is archived; choose another channel, or have this one restored");
    }
    if flag(&channel, "/is_im") || flag(&channel, "/is_mpim") {
        return Seen::wrong(what, "is a direct message; choose a channel");
    }
    if for_cards && !flag(&channel, "/is_member") {
        return Seen::wrong(what, format!("@{bot_name} is not in it; write /invite @{bot_name} in #{name}"));
    }
    Seen::fine(what)
}

/// Whether a member of staff is there and may act.
async fn member(bot: &Caller<'_>, id: &str, name: &str, team: &str) -> Seen {
    let what = format!("Slack: {name}, {id}");
    let user = match bot.call("users.info", &[("user", id)]).await {
        Ok(answer) => answer.body.get("user").cloned().unwrap_or_default(),
        Err(why) if why.is("user_not_found") || why.is("user_not_visible") => {
            return Seen::wrong(what, "nobody has that id; in Slack open the profile, the three dots, Copy member ID");
        }
        Err(why) => return Seen::wrong(what, why.say()),
    };
    let handle = match (text(&user, "/profile/display_name"), text(&user, "/name")) {
        ("", name) | (name, _) => name,
    };
    let what = format!("{what}, @{handle}");
    let trouble = if flag(&user, "/deleted") {
        Some("is deactivated; take the slack id out of this [[person]]")
    } else if flag(&user, "/is_bot") {
        Some("is a bot, not a person; name the person's own id")
    } else if flag(&user, "/is_stranger") || elsewhere(&user, team) {
        Some("belongs to another workspace; only people of this one should be staff")
    } else {
        None
    };
    let guest = flag(&user, "/is_restricted") || flag(&user, "/is_ultra_restricted");
    let what = if guest && trouble.is_none() {
        format!("{what}, a guest, who may act because this [[person]] names them")
    } else {
        what
    };
    Seen { what, trouble: trouble.map(str::to_owned) }
}

/// True for somebody of another workspace. In an organisation of many workspaces, ours may be among theirs.
fn elsewhere(user: &Value, home: &str) -> bool {
    let theirs = user.pointer("/enterprise_user/teams").and_then(Value::as_array);
    let among = theirs.is_some_and(|teams| teams.iter().any(|team| team == home));
    !home.is_empty() && !["", home].contains(&text(user, "/team_id")) && !among
}

/// Whether user groups are there.
async fn groups(bot: &Caller<'_>, wanted: impl Iterator<Item = &String>) -> Vec<Seen> {
    let all = match bot.call("usergroups.list", &[("include_disabled", "true")]).await {
        Ok(answer) => answer.body.get("usergroups").and_then(Value::as_array).cloned().unwrap_or_default(),
        Err(why) if why.is("plan_upgrade_required") => {
            return vec![Seen::wrong(
                "Slack: user groups",
                "this plan of Slack has none; use [slack.channels] or [[person]]",
            )];
        }
        Err(why) => return vec![Seen::wrong("Slack: user groups", why.say())],
    };
    let look = |id: &String| {
        let what = format!("Slack: user group {id}");
        match all.iter().find(|group| text(group, "/id") == id) {
            None => {
                let known: Vec<String> =
                    all.iter().map(|group| format!("@{} is {}", text(group, "/handle"), text(group, "/id"))).collect();
                let known = if known.is_empty() { "there is none".to_owned() } else { known.join(", ") };
                Seen::wrong(what, format!("is not there; correct [slack.groups]: {known}"))
            }
            Some(group) if group.pointer("/date_delete").and_then(Value::as_i64).unwrap_or(0) > 0 => Seen::wrong(
                format!("{what}, @{}", text(group, "/handle")),
                "is switched off; choose another, or enable it",
            ),
            Some(group) => Seen::fine(format!("{what}, @{}", text(group, "/handle"))),
        }
    };
    wanted.map(look).collect()
}
