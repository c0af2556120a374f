//! What `hearback check` asks Discord: is the token right, is the application set up as bot.toml says, is the bot in its
//! server and may it post in its channels, are the roles and people there, does Discord know the commands. A handful of
//! requests, one after the other, that change nothing.

mod channel;

use super::ask::{Asker, UNAUTHORISED, list, say, text, unauthorised, wanted_id};
use super::client::Failed;
use super::register::{Registered, Scope, Table, look};
use super::{DiscordConfig, Transport, invite};
use crate::chat::{Seen, sanitise};
use crate::domain::Role;
use channel::Rights;
use serde_json::Value;
use serenity::http::Route;
use std::collections::BTreeSet;

/// Looks at everything that `[discord]` names. `channels` are those to which cards go, by id.
pub async fn probe(config: &DiscordConfig, channels: &BTreeSet<String>, table: &Table) -> Vec<Seen> {
    let asker = match Asker::new(config) {
        Ok(asker) => asker,
        Err(why) => return vec![Seen::wrong("Discord", why)],
    };
    let me = match asker.get(Route::UserMe).await {
        Ok(me) => me,
        Err(why) if unauthorised(&why) => return vec![Seen::wrong("Discord: the bot token", UNAUTHORISED)],
        // Without an answer there is none to the rest either.
        Err(why) => return vec![Seen::wrong("Discord", say(&why))],
    };
    let name = shown(text(&me, "username"));
    let mut seen = vec![Seen::fine(format!("Discord: the bot token, as {name}"))];
    seen.extend(application(&asker, config).await);
    let what = format!("Discord: server {}", config.guild);
    let (guild, member) = match server(&asker, config, text(&me, "id")).await {
        Ok(both) => both,
        Err(why) => {
            seen.push(Seen::wrong(what, absent(&why, config)));
            return seen;
        }
    };
    seen.push(Seen::fine(format!("{what}, {}", shown(text(&guild, "name")))));
    let rights = Rights { me: text(&me, "id"), name: &name, guild: &guild, member: &member };
    seen.extend(channel::all(&asker, config, channels, &rights).await);
    seen.extend(config.staff.roles.keys().map(|id| role(id, &guild)));
    seen.push(Seen::fine(others(config.staff.others)));
    for (id, person) in &config.staff.named {
        seen.push(self::member(&asker, config, id, &person.name).await);
    }
    seen.push(commands(&asker, config, table).await);
    seen
}

/// A name that people at Discord have chosen, as it can be printed.
fn shown(name: &str) -> String {
    sanitise::name(name, 60)
}

/// The server, and the bot as its member.
async fn server(asker: &Asker, config: &DiscordConfig, me: &str) -> Result<(Value, Value), Failed> {
    let guild_id = wanted_id(&config.guild)?;
    let guild = asker.get(Route::Guild { guild_id }).await?;
    let member = asker.get(Route::GuildMember { guild_id, user_id: wanted_id(me)? }).await?;
    Ok((guild, member))
}

/// Why there is no server, in words. Codes: 10004 Unknown Guild, 50001 Missing Access, 10007 Unknown Member.
fn absent(why: &Failed, config: &DiscordConfig) -> String {
    if !(why.is(10004) || why.is(50001) || why.is(10007)) {
        return say(why);
    }
    format!(
        "there is no such server, or the bot is not in it; if the id is right, add the bot: {}",
        invite::link(&config.application, Some(&config.guild))
    )
}

/// Intents that Discord gives only to those who ask for them, by the bits of an application's flags, with and without
/// limits: Discord's documentation, "Application", Application Flags. hearback needs none.
const PRIVILEGED: [(u64, &str); 3] =
    [(0b11 << 12, "Presence Intent"), (0b11 << 14, "Server Members Intent"), (0b11 << 18, "Message Content Intent")];

/// Whether the application is set up as bot.toml says.
async fn application(asker: &Asker, config: &DiscordConfig) -> Vec<Seen> {
    let what = format!("Discord: application {}", config.application);
    let app = match asker.get(Route::Oauth2ApplicationCurrent).await {
        Ok(app) => app,
        Err(why) => return vec![Seen::wrong(what, say(&why))],
    };
    let id = text(&app, "id");
    if id != config.application {
        let say =
            format!("the token belongs to the application {id:?}; write that, or take application out of [discord]");
        return vec![Seen::wrong(what, say)];
    }
    let mut what = format!("{what}, {}", shown(text(&app, "name")));
    let flags = app.get("flags").and_then(Value::as_u64).unwrap_or_default();
    let needless: Vec<&str> =
        PRIVILEGED.iter().filter(|(bits, _)| flags & bits != 0).map(|(_, intent)| *intent).collect();
    if !needless.is_empty() {
        what = format!("{what}; {} can be switched off under Bot, hearback needs none", needless.join(", "));
    }
    let mut seen = vec![Seen::fine(what)];
    let endpoint = text(&app, "interactions_endpoint_url");
    seen.extend(match &config.transport {
        Transport::Gateway if endpoint.is_empty() => None,
        Transport::Gateway => Some(Seen::wrong(
            "Discord: transport = \"gateway\"",
            "Discord sends commands to the Interactions Endpoint URL and not to the gateway: empty it in the Developer \
             Portal under General Information, or write transport = \"http\"",
        )),
        Transport::Http(key) => Some(http(key, text(&app, "verify_key"), endpoint)),
    });
    seen
}

/// Whether Discord calls us, and signs with the key that we know.
fn http(key: &[u8; 32], theirs: &str, endpoint: &str) -> Seen {
    let what = "Discord: transport = \"http\"";
    let ours: Vec<String> = key.iter().map(|byte| format!("{byte:02x}")).collect();
    if !theirs.eq_ignore_ascii_case(&ours.concat()) {
        return Seen::wrong(
            what,
            format!("public_key is not that of the application; it is {}", sanitise::name(theirs, 80)),
        );
    }
    if endpoint.is_empty() {
        return Seen::wrong(
            what,
            "Discord does not know where to call; start hearback, then write its public https:// address and path as \
             Interactions Endpoint URL in the Developer Portal under General Information",
        );
    }
    Seen::fine(format!("{what}, Discord calls {}", sanitise::name(endpoint, 200)))
}

/// Whether a role is there.
fn role(id: &str, guild: &Value) -> Seen {
    let what = format!("Discord: role {id}");
    if id == text(guild, "id") {
        return Seen::wrong(what, "is @everyone; for everybody who is not named, write others in [roles]");
    }
    let roles = list(guild, "roles");
    if let Some(role) = roles.iter().find(|role| text(role, "id") == id) {
        return Seen::fine(format!("{what}, @{}", shown(text(role, "name"))));
    }
    // Those of people; the others belong to bots.
    let people = roles.iter().filter(|role| {
        text(role, "id") != text(guild, "id") && role.get("managed").and_then(Value::as_bool) != Some(true)
    });
    let known: Vec<String> =
        people.take(10).map(|role| format!("@{} is {}", shown(text(role, "name")), text(role, "id"))).collect();
    let known = if known.is_empty() { "the server has none".to_owned() } else { known.join(", ") };
    Seen::wrong(what, format!("is not there; correct [discord.roles]: {known}"))
}

/// What those may do who are neither named nor have a role.
fn others(role: Option<Role>) -> String {
    let may = match role {
        None => "may do nothing".to_owned(),
        Some(Role::Viewer) => "may read every mention, with its notes and drafts".to_owned(),
        Some(role) => format!("may read every mention, and do what role = \"{}\" may", role.word()),
    };
    format!("Discord: everybody else in the server {may}")
}

/// Whether a member of staff is there.
async fn member(asker: &Asker, config: &DiscordConfig, id: &str, name: &str) -> Seen {
    let what = format!("Discord: {name}, {id}");
    let route =
        wanted_id(&config.guild).and_then(|guild_id| Ok(Route::GuildMember { guild_id, user_id: wanted_id(id)? }));
    let found = match route {
        Ok(route) => asker.get(route).await,
        Err(why) => Err(why),
    };
    let member = match found {
        Ok(member) => member,
        // Unknown Member, Unknown User.
        Err(why) if why.is(10007) || why.is(10013) => {
            return Seen::wrong(what, "nobody in this server has that id; right-click the person and Copy User ID");
        }
        Err(why) => return Seen::wrong(what, say(&why)),
    };
    let user = member.get("user").unwrap_or(&Value::Null);
    let what = format!("{what}, @{}", shown(text(user, "username")));
    if user.get("bot").and_then(Value::as_bool) == Some(true) {
        return Seen::wrong(what, "is a bot, not a person; name the person's own id");
    }
    Seen::fine(what)
}

/// Whether Discord knows the commands of this version, in one place.
async fn commands(asker: &Asker, config: &DiscordConfig, table: &Table) -> Seen {
    let what = "Discord: the commands";
    let guild = look(asker, config, table, Scope::Guild).await;
    let global = look(asker, config, table, Scope::Global).await;
    let (guild, global) = match (guild, global) {
        (Ok(guild), Ok(global)) => (guild, global),
        (Err(why), _) | (_, Err(why)) if why.is(50001) => {
            return Seen::wrong(
                what,
                format!(
                    "the bot was added without them; open {} and add it again",
                    invite::link(&config.application, Some(&config.guild))
                ),
            );
        }
        (Err(why), _) | (_, Err(why)) => return Seen::wrong(what, say(&why)),
    };
    let differ = |seen: &Registered, flags: &str| {
        Seen::wrong(
            what,
            format!("are those of another version or set-up ({}); run hearback register discord{flags}", seen.say()),
        )
    };
    match (guild.is_nothing(), global.is_nothing()) {
        (true, true) => Seen::wrong(what, "Discord does not know them yet; run hearback register discord"),
        (false, false) => Seen::wrong(
            what,
            "are registered in the server and globally, so people see them twice; run hearback register discord --clear",
        ),
        (false, true) if guild.is_same() => Seen::fine(format!("{what}, {} in the server", guild.same)),
        (true, false) if global.is_same() => Seen::fine(format!("{what}, {} in every server", global.same)),
        (false, true) => differ(&guild, ""),
        (true, false) => differ(&global, " --global"),
    }
}
