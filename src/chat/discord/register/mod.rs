//! The commands, as Discord is to know them: told only when something has changed. Fields and limits: Discord's
//! documentation, "Application Commands".

mod difference;

use super::ask::{Asker, UNAUTHORISED, say, unauthorised, wanted_id};
use super::client::Failed;
use super::{DiscordConfig, MESSAGE_COMMANDS, Shown, invite};
use difference::difference;
use serde_json::{Value, json};
use serenity::http::Route;
use std::collections::BTreeMap;

/// A command, as far as registering needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its name, such as `claim`.
    pub name: String,
    /// One line about it: at most 100 characters.
    pub about: String,
    /// Its options, in the order in which they are typed.
    pub options: Vec<Opt>,
}

/// An option of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opt {
    /// Its name.
    pub name: String,
    /// What it is: at most 100 characters.
    pub about: String,
    /// It must be there.
    pub required: bool,
    /// What is given for it.
    pub kind: Kind,
}

/// What is given for an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Free text.
    Text {
        /// At most so many characters: 1 to 6000.
        longest: u16,
    },
    /// Something that is suggested while it is typed.
    Suggested,
    /// One of these words.
    Choice(Vec<String>),
    /// A whole number, from 1.
    Count,
}

/// The command whose subcommands are about hearback itself, rather than about a mention.
pub const CONTROL_NAME: &str = "hearback";

/// All that is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Commands of their own.
    pub own: Vec<Command>,
    /// The subcommands of [`CONTROL_NAME`].
    pub control: Vec<Command>,
}

impl Table {
    /// Every name that can be given another one in some language.
    fn names(&self) -> impl Iterator<Item = &str> {
        let slash = self.own.iter().chain(&self.control).map(|command| command.name.as_str());
        slash.chain([CONTROL_NAME]).chain(MESSAGE_COMMANDS.map(|(name, _)| name))
    }

    /// Whether the names in other languages are about commands that are there, and leave every command its own.
    ///
    /// # Errors
    /// A sentence that names the key of bot.toml.
    pub fn check(&self, shown: &Shown) -> Result<(), String> {
        for (locale, names) in &shown.names {
            for (verb, name) in names {
                let at = format!("[discord.names.{locale}]");
                if !self.names().any(|known| known == verb) {
                    return Err(format!(
                        "{at}: there is no command {verb:?}; write one that `hearback help` lists, {CONTROL_NAME:?}, or \
                         \"Claim mention\" and its like"
                    ));
                }
                if let Some(other) = self.names().find(|known| known == name && known != verb) {
                    return Err(format!("{at}: {verb:?} cannot be called {name:?}; the command {other:?} is"));
                }
            }
        }
        Ok(())
    }
}

/// Where commands are registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In the one server: they are there at once.
    Guild,
    /// In every server that the bot is in.
    Global,
}

impl Scope {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Scope::Guild => Scope::Global,
            Scope::Global => Scope::Guild,
        }
    }

    /// In words.
    pub fn say(self) -> &'static str {
        match self {
            Scope::Guild => "in the server",
            Scope::Global => "globally",
        }
    }
}

/// What was different at Discord, by the commands' names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registered {
    /// Not there.
    pub added: Vec<String>,
    /// There, but not like this.
    pub changed: Vec<String>,
    /// There, but not of this version.
    pub removed: Vec<String>,
    /// Already right.
    pub same: usize,
}

impl Registered {
    /// Everything was right.
    pub fn is_same(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }

    /// Discord knows no command at all.
    pub fn is_nothing(&self) -> bool {
        self.same == 0 && self.changed.is_empty() && self.removed.is_empty()
    }

    /// In words: `2 added: claim, note; 1 removed: old`.
    pub fn say(&self) -> String {
        let parts = [("added", &self.added), ("changed", &self.changed), ("removed", &self.removed)];
        let said: Vec<String> = parts
            .iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(word, names)| format!("{} {word}: {}", names.len(), names.join(", ")))
            .collect();
        if said.is_empty() { format!("all {} are as they should be", self.same) } else { said.join("; ") }
    }
}

/// Compares what Discord knows with what it should know; changes nothing.
///
/// # Errors
/// A sentence for the person.
pub async fn compare(config: &DiscordConfig, table: &Table, scope: Scope) -> Result<Registered, String> {
    let asker = Asker::new(config)?;
    look(&asker, config, table, scope).await.map_err(|why| trouble(&why, config))
}

/// The same, for who asks already.
pub(super) async fn look(
    asker: &Asker,
    config: &DiscordConfig,
    table: &Table,
    scope: Scope,
) -> Result<Registered, Failed> {
    let there = registered(asker, config, scope).await?;
    Ok(difference(&there, &bodies(table, &config.commands, scope), scope))
}

/// Registers the commands, if something is different from what Discord knows: all of them at once, so that nothing else is
/// left there. What was different is returned.
///
/// # Errors
/// A sentence for the person.
pub async fn register(config: &DiscordConfig, table: &Table, scope: Scope) -> Result<Registered, String> {
    let asker = Asker::new(config)?;
    let there = registered(&asker, config, scope).await.map_err(|why| trouble(&why, config))?;
    let bodies = bodies(table, &config.commands, scope);
    let difference = difference(&there, &bodies, scope);
    if !difference.is_same() {
        replace(&asker, config, scope, &bodies).await.map_err(|why| trouble(&why, config))?;
    }
    Ok(difference)
}

/// How many commands are registered.
///
/// # Errors
/// A sentence for the person.
pub async fn count(config: &DiscordConfig, scope: Scope) -> Result<usize, String> {
    let asker = Asker::new(config)?;
    Ok(registered(&asker, config, scope).await.map_err(|why| trouble(&why, config))?.len())
}

/// Takes all commands away; how many there were is returned.
///
/// # Errors
/// A sentence for the person.
pub async fn clear(config: &DiscordConfig, scope: Scope) -> Result<usize, String> {
    let asker = Asker::new(config)?;
    let there = registered(&asker, config, scope).await.map_err(|why| trouble(&why, config))?.len();
    if there > 0 {
        replace(&asker, config, scope, &[]).await.map_err(|why| trouble(&why, config))?;
    }
    Ok(there)
}

/// The commands as Discord takes them.
pub fn bodies(table: &Table, shown: &Shown, scope: Scope) -> Vec<Value> {
    let whole = |mut body: Value| {
        // Written as a text, like all of Discord's permissions. Null: everybody.
        body["default_member_permissions"] = shown.to.map_or(Value::Null, |bits| json!(bits.to_string()));
        // Only in servers, and not in direct messages. In a server's own commands Discord knows no such choice.
        if scope == Scope::Global {
            body["contexts"] = json!([0]);
            body["integration_types"] = json!([0]);
        }
        body
    };
    let mut all: Vec<Value> = table.own.iter().map(|command| slash(command, shown)).collect();
    if !table.control.is_empty() {
        // A subcommand is an option of type 1, and otherwise like a command.
        let subcommands: Vec<Value> = table.control.iter().map(|command| slash(command, shown)).collect();
        let about = "hearback itself: how it is doing, pausing it, help";
        let mut body = json!({ "type": 1, "name": CONTROL_NAME, "description": about, "options": subcommands });
        localise(&mut body, CONTROL_NAME, shown);
        all.push(body);
    }
    for (name, _) in MESSAGE_COMMANDS {
        let mut body = json!({ "type": 3, "name": name });
        localise(&mut body, name, shown);
        all.push(body);
    }
    all.into_iter().map(whole).collect()
}

fn slash(command: &Command, shown: &Shown) -> Value {
    let mut body = json!({
        "type": 1,
        "name": command.name,
        "description": command.about,
        "options": options(&command.options),
    });
    localise(&mut body, &command.name, shown);
    body
}

/// The options; Discord wants the required ones first.
fn options(all: &[Opt]) -> Vec<Value> {
    let (required, optional): (Vec<&Opt>, Vec<&Opt>) = all.iter().partition(|option| option.required);
    required.into_iter().chain(optional).map(option).collect()
}

fn option(option: &Opt) -> Value {
    let kind = if option.kind == Kind::Count { 4 } else { 3 };
    let mut body = json!({
        "type": kind,
        "name": option.name,
        "description": option.about,
        "required": option.required,
    });
    match &option.kind {
        Kind::Text { longest } => body["max_length"] = json!(longest),
        Kind::Suggested => body["autocomplete"] = json!(true),
        Kind::Choice(words) => {
            body["choices"] = words.iter().map(|word| json!({ "name": word, "value": word })).collect();
        }
        Kind::Count => body["min_value"] = json!(1),
    }
    body
}

/// Adds what the command is called in other languages.
fn localise(body: &mut Value, name: &str, shown: &Shown) {
    let names: BTreeMap<&String, &String> =
        shown.names.iter().filter_map(|(locale, names)| Some((locale, names.get(name)?))).collect();
    if !names.is_empty() {
        body["name_localizations"] = json!(names);
    }
}

/// What Discord knows, with all names.
async fn registered(asker: &Asker, config: &DiscordConfig, scope: Scope) -> Result<Vec<Value>, Failed> {
    let all = asker.get_with(route(config, scope)?, &[("with_localizations", "true".to_owned())]).await?;
    match all {
        Value::Array(all) => Ok(all),
        _ => Err(Failed::Unsure("its answer cannot be read".to_owned())),
    }
}

async fn replace(asker: &Asker, config: &DiscordConfig, scope: Scope, bodies: &[Value]) -> Result<(), Failed> {
    asker.put(route(config, scope)?, &json!(bodies)).await.map(drop)
}

fn route(config: &DiscordConfig, scope: Scope) -> Result<Route<'static>, Failed> {
    let application_id = wanted_id(&config.application)?;
    Ok(match scope {
        Scope::Guild => Route::GuildCommands { application_id, guild_id: wanted_id(&config.guild)? },
        Scope::Global => Route::Commands { application_id },
    })
}

/// What happened, in words.
fn trouble(why: &Failed, config: &DiscordConfig) -> String {
    // 50001: Missing Access. 10004: Unknown Guild. 20012: not the application of this token. 10002: Unknown Application.
    let link = invite::link(&config.application, Some(&config.guild));
    match why {
        _ if why.is(50001) || why.is(10004) => format!(
            "hearback is not in the server {}, or may not register commands there; open {link} and add it",
            config.guild
        ),
        _ if why.is(20012) || why.is(10002) => format!(
            "{} is not the application of this token; correct application in [discord], it stands at \
             discord.com/developers/applications under General Information",
            config.application
        ),
        Failed::Limited(_) => {
            "Discord asks to wait; run this again in a minute, or tomorrow if there were 200 new commands today"
                .to_owned()
        }
        _ if unauthorised(why) => format!("the bot token: {UNAUTHORISED}"),
        _ => say(why),
    }
}
