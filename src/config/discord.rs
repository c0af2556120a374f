//! `[discord]`: how hearback speaks in Discord, and who may do what there. Plain values; the token stays where it is kept.

use super::discord_ids::{PORTAL, application, application_of, channel, guild, role};
use super::known::Known;
use super::noted::Ctx;
use super::person::{self, Staff};
use super::problem::did_you_mean;
use super::reader::Section;
use super::schema::{self, Key, Table};
use super::secret::{self, Secret};
use super::{discord_words, source, values};
use crate::domain::Role;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

const TOKEN: Key = Key::required("token", "{ env = \"NAME\" } or { file = \"path\" } of the bot token");
const GUILD: Key = Key::required(
    "guild",
    "the id of your server, digits in quotes (in Discord switch on Developer Mode under Settings, Advanced, then right-click \
     the server and Copy Server ID)",
);
const APPLICATION: Key = Key::optional("application", "the application's id, digits in quotes");
const TRANSPORT: Key = Key::with_default("transport", "\"gateway\" or \"http\"", "gateway");
const PUBLIC_KEY: Key = Key::optional("public_key", "the application's public key, 64 characters of 0-9 and a-f");
const PATH: Key = Key::with_default("path", "a path such as \"/discord\"", "/discord");
const COMMANDS_FOR: Key = Key::with_default(
    "commands_for",
    "\"everyone\", \"administrators\" or a permission such as \"manage_messages\"",
    "manage_messages",
);
const API: Key = Key::with_default("api", "the address of Discord's API", "https://discord.com");
const CA: Key = Key::optional("ca", "{ file = \"path\" } of a certificate in PEM");
const ROLES: Key = Key::optional("roles", "a table [discord.roles]");
const CHANNELS: Key = Key::optional("channels", "a table [discord.channels]");
const NAMES: Key = Key::optional("names", "tables such as [discord.names.de]");

/// Discord.
pub const TABLE: Table = Table {
    title: "[discord]",
    keys: &[
        &TOKEN,
        &GUILD,
        &APPLICATION,
        &TRANSPORT,
        &PUBLIC_KEY,
        &PATH,
        &COMMANDS_FOR,
        &API,
        &CA,
        &ROLES,
        &CHANNELS,
        &NAMES,
    ],
};

const FILE: Key = Key::required("file", "the path of a file with the certificate");

/// Where a certificate is.
pub const CERTIFICATE: Table = Table { title: "a certificate", keys: &[&FILE] };

/// How commands come in from Discord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscordTransport {
    /// The gateway: we call Discord.
    Gateway,
    /// HTTP requests to a path of `[web]`, signed with the key that belongs to this public key.
    Http([u8; 32]),
}

/// Where Discord's API is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiscordApi {
    /// At discord.com.
    Discord,
    /// A proxy that keeps Discord's rate limits, by its address without a slash at its end.
    Proxy(String),
    /// An address that shows a certificate for discord.com which the one in this file has signed.
    Relay(SocketAddr, PathBuf),
}

/// `[discord]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discord {
    /// The bot token.
    pub token: Secret,
    /// The server's id.
    pub guild: String,
    /// The application's id, if it is said; otherwise the token begins with it, see [`application_of`].
    pub application: Option<String>,
    /// How commands come in.
    pub transport: DiscordTransport,
    /// Where Discord calls with HTTP, from the slash on.
    pub path: String,
    /// The permissions, as Discord's bits, without which a member is not shown the commands. `None`: everybody sees them;
    /// 0: administrators alone.
    pub commands_for: Option<u64>,
    /// Where Discord's API is.
    pub api: DiscordApi,
    /// What those may do who have a role, by its id.
    pub roles: BTreeMap<String, Role>,
    /// What those may do who act in a channel, by its id.
    pub channels: BTreeMap<String, Role>,
    /// What a command is called for people who use Discord in a language: by the language, then by the command.
    pub names: BTreeMap<String, BTreeMap<String, String>>,
}

/// Reads the table, if there is one.
pub(super) fn read(root: &Section<'_>, known: &mut Known) -> Option<Discord> {
    if !root.has(&schema::DISCORD) {
        return None;
    }
    let section = root.table(&schema::DISCORD, &TABLE);
    if !section.is_present() {
        return None;
    }
    if !super::known::has_chat("discord") {
        let say = "this build has no Discord; build it with the feature \"discord\", or take [discord] out";
        root.problem(&schema::DISCORD, say);
        return None;
    }
    let token = secret::read_one(&section, &TOKEN, &wrong_token);
    let guild = section.optional(&GUILD, guild);
    let application = section.optional(&APPLICATION, application);
    if let (Some(token), Ctx { env: Some(env), .. }) = (&token, section.ctx)
        && !section.has(&APPLICATION)
        && token.reveal(*env).is_ok_and(|token| application_of(&token).is_none())
    {
        section.missing(&APPLICATION, "the token does not begin with it");
    }
    let http = section.optional(&TRANSPORT, |typed| values::word(typed, &[("gateway", false), ("http", true)]));
    let public_key = section.optional(&PUBLIC_KEY, public_key);
    let path = section.parsed(&PATH, source::path);
    let commands_for = section.optional(&COMMANDS_FOR, commands_for);
    let api = section.optional(&API, address);
    let ca = certificate(&section);
    let api = match api? {
        Address::Discord => Some(DiscordApi::Discord),
        Address::Proxy(url, local) => {
            if !local {
                section.warning(&API, "the token travels unprotected over http://; use a proxy on this machine");
            }
            Some(DiscordApi::Proxy(url))
        }
        Address::Relay(at) => {
            if !section.has(&CA) {
                section.missing(&CA, "hearback must know by which certificate to trust the address in api");
            }
            ca.map(|ca| DiscordApi::Relay(at, ca))
        }
    };
    let roles = section.named_texts(&ROLES, "a role such as \"responder\"", role, person::role);
    let channels = section.named_texts(&CHANNELS, "a role such as \"responder\"", channel, person::role);
    let names = names(&section);
    let transport = if http? {
        if let Some(say) = known.add_path(&path) {
            section.problem(&PATH, say);
        }
        if !section.has(&PUBLIC_KEY) {
            section.missing(&PUBLIC_KEY, "with transport = \"http\" what Discord sends is checked by it");
        }
        DiscordTransport::Http(public_key?)
    } else {
        DiscordTransport::Gateway
    };
    Some(Discord {
        token: token?,
        guild: guild?,
        application,
        transport,
        path,
        commands_for: commands_for?,
        api: api?,
        roles,
        channels,
        names,
    })
}

/// Notes if nobody could do anything in Discord.
pub(super) fn check_staff(root: &Section<'_>, discord: Option<&Discord>, staff: &[Staff], others: Option<Role>) {
    let Some(discord) = discord else { return };
    let named = staff.iter().filter(|one| one.ids.contains_key("discord")).map(|one| one.person.role);
    let all = named.chain(discord.roles.values().copied()).chain(discord.channels.values().copied()).chain(others);
    if !all.into_iter().any(|role| role >= Role::Responder) {
        root.warning(
            &schema::DISCORD,
            "nobody may claim or reply in Discord; give a [[person]] a discord id, or your team a role in [discord.roles] or \
             [discord.channels]",
        );
    }
}

/// `[discord.names.de]` and its like.
fn names(section: &Section<'_>) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for (typed, table) in section.named_tables(&NAMES, None) {
        // Whether there is such a command, whoever registers them knows.
        let names = table.texts("a name such as \"antworten\"", values::text, discord_words::command_name);
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for (verb, name) in &names {
            // Those in the menu of messages have blanks in their names, and nobody types them.
            if !verb.contains(' ') && !discord_words::is_slash_name(name) {
                table.wrong(format!(
                    "{name:?} cannot be typed after a slash; use letters in lower case, digits, \"-\" and \"_\""
                ));
            }
            if let Some(other) = seen.insert(name, verb) {
                // Discord refuses them all then.
                table.wrong(format!("both {other:?} and {verb:?} are called {name:?}; give each its own name"));
            }
        }
        match discord_words::locale(&typed) {
            Ok(locale) => {
                all.insert(locale, names);
            }
            Err(say) => table.wrong(say),
        }
    }
    all
}

/// The file of the relay's certificate, if there is one, and whether it can be read.
fn certificate(section: &Section<'_>) -> Option<PathBuf> {
    if !section.has(&CA) {
        return None;
    }
    let table = section.table(&CA, &CERTIFICATE);
    if !table.is_present() {
        return None;
    }
    let file = table.optional(&FILE, |typed| values::text(typed).map(|path| section.ctx.folder.join(path)))?;
    if section.ctx.env.is_none() {
        return Some(file);
    }
    match std::fs::read_to_string(&file) {
        Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => return Some(file),
        Ok(_) => table.problem(&FILE, format!("{} is no certificate in PEM; name one", file.display())),
        Err(e) => table.problem(&FILE, format!("{} cannot be read ({e}); name the certificate's file", file.display())),
    }
    None
}

/// What is wrong with a bot token, without repeating any of it. Its form: Discord's documentation, "API Reference",
/// Authentication; three parts of letters, digits, `-` and `_` with dots between.
fn wrong_token(token: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let parts: Vec<&str> = token.split('.').collect();
    if parts.len() == 3
        && parts.iter().all(|part| !part.is_empty() && part.chars().all(fits))
        && !token.starts_with("mfa.")
    {
        return None;
    }
    let hex = |c: char| c.is_ascii_hexdigit();
    let found = if token.len() == 64 && token.chars().all(hex) {
        "the public key, which is no secret and belongs into public_key"
    } else if token.len() == 32 && token.chars().all(fits) {
        "the client secret, which hearback does not need"
    } else if token.chars().all(|c| c.is_ascii_digit()) {
        "an id"
    } else if token.starts_with("Bot ") {
        "the word Bot before the token; keep the token alone"
    } else if token.starts_with("mfa.") {
        "the token of a person's account, which Discord forbids to use"
    } else if token.starts_with("http") {
        "an address"
    } else if token.starts_with("xox") || token.starts_with("xapp-") {
        "a token of Slack's"
    } else {
        "something else"
    };
    Some(format!(
        "holds {found}; the bot token is three parts with dots between, Reset Token shows it at {PORTAL} under Bot"
    ))
}

/// The application's public key: Discord's documentation, "Overview of Interactions", Validating Security Request Headers.
fn public_key(typed: &str) -> Result<[u8; 32], String> {
    let mut key = [0u8; 32];
    let digits: Vec<u32> = typed.chars().filter_map(|c| c.to_digit(16)).collect();
    if typed.chars().count() != 64 || digits.len() != 64 {
        return Err(format!(
            "not a public key; it is 64 characters of 0-9 and a-f and stands at {PORTAL} under General Information"
        ));
    }
    for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
        *byte = pair.iter().fold(0, |all, digit| all * 16 + u8::try_from(*digit).unwrap_or_default());
    }
    Ok(key)
}

fn commands_for(typed: &str) -> Result<Option<u64>, String> {
    match typed {
        "everyone" => Ok(None),
        "administrators" => Ok(Some(0)),
        _ => discord_words::permission(typed).map(Some).ok_or_else(|| {
            let words = ["everyone", "administrators"].into_iter();
            let near = did_you_mean(typed, words.chain(discord_words::PERMISSIONS.map(|(name, _)| name)));
            let near = if near.is_empty() {
                "; write \"everyone\", \"administrators\", or the permission that your team has, such as \
                 \"manage_messages\" or \"moderate_members\""
                    .to_owned()
            } else {
                near
            };
            format!("{typed:?} is no permission of Discord's{near}")
        }),
    }
}

/// What an address in `api` means.
#[derive(Clone)]
enum Address {
    Discord,
    /// Whether it is on this machine, too.
    Proxy(String, bool),
    Relay(SocketAddr),
}

fn address(typed: &str) -> Result<Address, String> {
    let url = values::url(typed)?;
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let ip = host.parse::<IpAddr>().ok();
    if url.query().is_some() || url.fragment().is_some() {
        return Err("has a \"?\" or \"#\" in it; write the address without".to_owned());
    }
    if url.scheme() == "http" {
        let local = host == "localhost" || ip.is_some_and(|ip| ip.is_loopback());
        return Ok(Address::Proxy(url.as_str().trim_end_matches('/').to_owned(), local));
    }
    if url.path() != "/" {
        return Err("has a path; write the address alone, such as https://discord.com".to_owned());
    }
    match (ip, url.port()) {
        (None, None) if host == "discord.com" => Ok(Address::Discord),
        (Some(ip), Some(port)) => Ok(Address::Relay(SocketAddr::new(ip, port))),
        _ => Err("neither Discord nor a way to it; write \"https://discord.com\", or http://HOST:PORT of a proxy that keeps \
                  Discord's rate limits, or https://IP:PORT of a relay with its certificate in ca"
            .to_owned()),
    }
}
