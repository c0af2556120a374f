//! `hearback init`: a few questions, and a commented bot.toml from the answers.

use super::{Cli, Exit, InitArgs, World};
use crate::config::{self, Config};
use anyhow::Context;
use std::io::Write;
use std::path::Path;

/// The answers.
struct Answers {
    title: String,
    terms: Vec<String>,
    feed: Option<String>,
    hackernews: bool,
    person: String,
    zone: String,
    digest: String,
    /// The id of a channel in Slack.
    slack: Option<String>,
    discord: Option<InDiscord>,
}

/// Ids in Discord.
struct InDiscord {
    channel: String,
    guild: String,
    user: Option<String>,
}

/// What a question is about and how an answer is read: a wrong one gets a sentence and the question again.
struct Question<'q, T> {
    ask: &'q str,
    suggested: &'q str,
    read: &'q dyn Fn(&str) -> Result<T, String>,
}

/// A wrong answer, and nothing more to read.
struct NoAnswer;

pub(super) fn run(cli: &Cli, args: &InitArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let path = &cli.config;
    if path.exists() && !args.force {
        writeln!(
            world.err,
            "{} is there already and was left alone; use --force to replace it, or --config PATH for another file",
            path.display()
        )?;
        return Ok(Exit::Usage);
    }
    let Ok(answers) = ask_all(args.yes, world)? else {
        writeln!(world.err, "no usable answer and nothing more to read; nothing was written")?;
        return Ok(Exit::Usage);
    };
    let text = render(&answers);
    // What is written must be what `check` accepts, whatever was answered.
    let folder = path.parent().unwrap_or(Path::new(""));
    Config::parse(&path.display().to_string(), text.as_bytes(), folder, None)
        .context("the new bot.toml is not right")?;
    if !write_new(path, &text, args.force)? {
        writeln!(world.err, "{} appeared in the meantime and was left alone", path.display())?;
        return Ok(Exit::Usage);
    }
    let next = match (&answers.slack, &answers.discord) {
        (None, Some(_)) => {
            "make an application at discord.com/developers/applications and put its bot token into DISCORD_TOKEN; open the link \
             that hearback manifest discord prints; then hearback register discord, hearback check and hearback run"
        }
        (Some(_), _) => {
            "open what hearback manifest slack --link prints and create the app; put its two tokens into SLACK_BOT_TOKEN and \
             SLACK_APP_TOKEN; invite it into the channel; then hearback check and hearback run"
        }
        (None, None) => "hearback check, then hearback run",
    };
    writeln!(world.out, "Wrote {}. Next: {next}. Every setting is in bot.toml.example.", path.display())?;
    Ok(Exit::Ok)
}

fn ask_all(yes: bool, world: &mut World<'_>) -> anyhow::Result<Result<Answers, NoAnswer>> {
    let zone = suggested_zone(world);
    if !yes {
        writeln!(world.out, "A few questions; Enter takes the suggestion in [brackets].")?;
    }
    macro_rules! ask {
        ($ask:expr, $suggested:expr, $read:expr) => {
            match ask(yes, world, &Question { ask: $ask, suggested: $suggested, read: &$read })? {
                Ok(answer) => answer,
                Err(none) => return Ok(Err(none)),
            }
        };
    }
    let title = ask!("The brand to watch for", "Acme", plain);
    let suggested = title.clone();
    let terms = ask!("Words people call it by, with commas between", &suggested, list);
    let hackernews = ask!("Watch Hacker News (yes or no)", "yes", yes_or_no);
    let feed = if hackernews {
        ask!("The address of a feed to watch, or none", "none", |typed: &str| feed(typed))
    } else {
        ask!("The address of a feed to watch", "", |typed: &str| feed(typed)
            .and_then(|feed| feed.map(Some).ok_or_else(|| "without Hacker News a feed is needed".to_owned())))
    };
    let person = ask!("Your name", "Me", plain);
    let zone = ask!("Your time zone", &zone, config::zone);
    let digest = ask!("The daily digest comes at", "09:00", config::local_time);
    let slack = if cfg!(feature = "slack") {
        ask!("The id of a Slack channel for the cards, such as C012AB3CD, or none", "none", channel)
    } else {
        None
    };
    // Cards go to one place at first; a [[route]] may name both.
    let discord = if cfg!(feature = "discord") && slack.is_none() {
        ask!("The id of a Discord channel for the cards, such as 80351110224678913, or none", "none", discord_channel)
    } else {
        None
    };
    let discord = match discord {
        Some(channel) => {
            let guild = ask!("The id of its Discord server", "", config::discord_guild);
            let user = ask!("Your own user id in Discord, such as 80351110224678912, or none", "none", discord_user);
            Some(InDiscord { channel, guild, user })
        }
        None => None,
    };
    Ok(Ok(Answers { title, terms, feed, hackernews, person, zone, digest, slack, discord }))
}

fn ask<T>(yes: bool, world: &mut World<'_>, question: &Question<'_, T>) -> anyhow::Result<Result<T, NoAnswer>> {
    let suggestion = |world: &mut World<'_>| -> anyhow::Result<Result<T, NoAnswer>> {
        match (question.read)(question.suggested) {
            Ok(answer) => Ok(Ok(answer)),
            Err(say) => {
                writeln!(world.err, "{say}")?;
                Ok(Err(NoAnswer))
            }
        }
    };
    if yes {
        return suggestion(world);
    }
    let mut refused = false;
    loop {
        match question.suggested {
            "" => write!(world.out, "{}: ", question.ask)?,
            suggested => write!(world.out, "{} [{suggested}]: ", question.ask)?,
        }
        world.out.flush()?;
        let mut line = String::new();
        if world.input.read_line(&mut line).context("the answer cannot be read")? == 0 {
            writeln!(world.out)?;
            return if refused { Ok(Err(NoAnswer)) } else { suggestion(world) };
        }
        let typed = if line.trim().is_empty() { question.suggested } else { line.trim() };
        match (question.read)(typed) {
            Ok(answer) => return Ok(Ok(answer)),
            Err(say) => writeln!(world.out, "{say}")?,
        }
        refused = true;
    }
}

fn plain(typed: &str) -> Result<String, String> {
    if typed.chars().any(char::is_control) || typed.chars().count() > 80 {
        return Err("at most 80 characters on one line, please".to_owned());
    }
    Ok(typed.to_owned())
}

fn list(typed: &str) -> Result<Vec<String>, String> {
    let words: Vec<String> =
        typed.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    if words.is_empty() {
        return Err("at least one, please".to_owned());
    }
    words.iter().map(|word| plain(word)).collect()
}

fn yes_or_no(typed: &str) -> Result<bool, String> {
    match typed.to_lowercase().as_str() {
        "y" | "yes" => Ok(true),
        "n" | "no" => Ok(false),
        _ => Err("yes or no, please".to_owned()),
    }
}

fn feed(typed: &str) -> Result<Option<String>, String> {
    if typed == "none" {
        return Ok(None);
    }
    config::url(typed).map(|url| Some(url.to_string()))
}

fn channel(typed: &str) -> Result<Option<String>, String> {
    if typed == "none" {
        return Ok(None);
    }
    config::slack_channel(typed.trim_start_matches("slack:")).map(Some)
}

fn discord_channel(typed: &str) -> Result<Option<String>, String> {
    if typed == "none" {
        return Ok(None);
    }
    config::discord_channel(typed.trim_start_matches("discord:")).map(Some)
}

fn discord_user(typed: &str) -> Result<Option<String>, String> {
    if typed == "none" {
        return Ok(None);
    }
    config::discord_user(typed).map(Some)
}

/// The zone that this machine says it is in, or UTC.
fn suggested_zone(world: &World<'_>) -> String {
    let from_link = || {
        let link = std::fs::read_link("/etc/localtime").ok()?;
        link.to_str()?.split_once("/zoneinfo/").map(|(_, zone)| zone.to_owned())
    };
    let said = (world.env)("TZ").map(|zone| zone.trim_start_matches(':').to_owned());
    said.or_else(from_link)
        .and_then(|zone| config::zone(&zone).ok())
        .filter(|zone| zone != "Etc/UTC")
        .unwrap_or_else(|| "UTC".to_owned())
}

/// A short name made of a title: `Acme Ltd.` becomes `acme-ltd`.
fn short_name(title: &str, otherwise: &str) -> String {
    let mut name = String::new();
    for c in title.to_lowercase().chars().take(40) {
        if c.is_ascii_alphanumeric() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_matches('-');
    if name.is_empty() { otherwise.to_owned() } else { name.to_owned() }
}

/// A text as TOML, with quotes: for text without control characters JSON writes it the same.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

fn render(answers: &Answers) -> String {
    let Answers { title, terms, feed, hackernews, person, zone, digest, slack, discord } = answers;
    let (brand, name) = (short_name(title, "brand"), short_name(person, "me"));
    // Terms are single words, phrases several: both count only as whole words.
    let of = |several: bool| -> String {
        let chosen: Vec<String> =
            terms.iter().filter(|term| term.contains(' ') == several).map(|term| quoted(term)).collect();
        chosen.join(", ")
    };
    let mut sources = String::new();
    if *hackernews {
        sources.push_str(
            "\n# Stories and comments on Hacker News. Needs no key; read-only, the card links to the post.\n\
             [[source]]\nname = \"hn\"\ntype = \"hackernews\"\nevery = \"2m\"\n",
        );
    }
    if let Some(url) = feed {
        sources.push_str(
            "\n# An RSS, Atom or JSON feed. Needs no key; read-only.\n[[source]]\nname = \"feed\"\ntype = \"feed\"\n",
        );
        sources.extend(["url = ", &quoted(url), "\nevery = \"5m\"\n"]);
    }
    let place = match (slack, discord) {
        (Some(channel), _) => format!("slack:{channel}"),
        (None, Some(InDiscord { channel, .. })) => format!("discord:{channel}"),
        (None, None) => "console:support".to_owned(),
    };
    let slack = slack.as_ref().map(|id| slack_part(id)).unwrap_or_default();
    let me = discord.as_ref().map(my_id).unwrap_or_default();
    let discord = discord.as_ref().map(|ids| discord_part(&ids.guild)).unwrap_or_default();
    format!(
        r#"# hearback: what is watched, who answers, when the digest comes.
# Check this file with `hearback check`. Every setting there is, with its default, is in bot.toml.example.

[desk]
# Times are read and shown in this zone where nothing nearer says another.
zone = {zone}
# Cards go here unless a [[route]] says otherwise.
channel = "{place}"

[[brand]]
name = "{brand}"
title = {title}
# Whole words; case does not matter.
terms = [{terms}]
phrases = [{phrases}]
# Where one of these is found, the brand is not meant.
exclude = []
# confirm: a preview before sending. approve: somebody else must approve. direct: sent at once.
mode = "confirm"
{sources}
[[person]]
name = "{name}"
title = {person}
role = "admin"
{me}
# When an answer is due, counted from the customer's post.
[targets]
question = "1h"
complaint = "1h"
praise = "24h"
other = "none"

[[digest]]
channel = "{place}"
at = "{digest}"
{slack}{discord}"#,
        zone = quoted(zone),
        title = quoted(title),
        terms = of(false),
        phrases = of(true),
        person = quoted(person),
    )
}

fn slack_part(channel: &str) -> String {
    format!(
        r#"
# The app: hearback manifest slack --link. Everything about Slack is in docs/slack.md.
[slack]
# OAuth & Permissions on the app's page: xoxb-…
bot_token = {{ env = "SLACK_BOT_TOKEN" }}
# Basic Information on the app's page, App-Level Tokens, scope connections:write: xapp-…
app_token = {{ env = "SLACK_APP_TOKEN" }}

# What people may do who are no [[person]] with a slack id, by the channel where they act.
[slack.channels]
{channel} = "responder"
"#
    )
}

/// The line of the [[person]].
fn my_id(ids: &InDiscord) -> String {
    match &ids.user {
        Some(user) => format!("discord = \"{user}\"\n"),
        None => "# Your user id in Discord: right-click your name, Copy User ID.\n#discord = \"80351110224678912\"\n"
            .to_owned(),
    }
}

fn discord_part(guild: &str) -> String {
    format!(
        r#"
# The application: README.md says how to make it. Everything about Discord is in docs/discord.md.
[discord]
# discord.com/developers/applications, Bot, Reset Token.
token = {{ env = "DISCORD_TOKEN" }}
guild = "{guild}"
# Who is shown the commands: those with this permission of Discord's, and whom you allow them under Server Settings,
# Integrations.
commands_for = "manage_messages"

# What your team may do, by the roles that people have in the server; everybody else may do nothing.
#[discord.roles]
#80351110224678920 = "responder"
"#
    )
}

/// Writes the whole file or nothing. False: it is there, and was not to be replaced.
fn write_new(path: &Path, text: &str, replace: bool) -> anyhow::Result<bool> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = || format!("{} cannot be written", path.display());
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(cannot)?;
    file.write_all(text.as_bytes()).with_context(cannot)?;
    file.as_file().sync_all().with_context(cannot)?;
    if replace {
        file.persist(path).with_context(cannot)?;
        return Ok(true);
    }
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(e).with_context(cannot),
    }
}
