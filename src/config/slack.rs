//! `[slack]`: how hearback speaks in Slack, and who may do what there. Plain values; the tokens stay where they are kept.

use super::known::Known;
use super::person::{self, Staff};
use super::problem::one_of;
use super::reader::Section;
use super::schema::{self, Key, Table};
use super::secret::{self, Secret};
use super::{source, values};
use crate::domain::Role;
use std::collections::BTreeMap;

const BOT_TOKEN: Key = Key::required("bot_token", "{ env = \"NAME\" } or { file = \"path\" } of the token xoxb-…");
const APP_TOKEN: Key = Key::optional("app_token", "{ env = \"NAME\" } or { file = \"path\" } of the token xapp-…");
const SIGNING: Key = Key::optional("signing_secret", "{ env = \"NAME\" } or { file = \"path\" }");
const TRANSPORT: Key = Key::with_default("transport", "\"socket\" or \"http\"", "socket");
const PATH: Key = Key::with_default("path", "a path such as \"/slack\"", "/slack");
const PREFIX: Key = Key::with_default("prefix", "what stands before every slash command, such as \"acme-\"", "");
pub(super) const API: Key = Key::with_default("api", "the address of Slack's Web API", "https://slack.com/api");
const REACTIONS: Key = Key::optional("reactions", "a table such as { eyes = \"claim\", white_check_mark = \"done\" }");
const GROUPS: Key = Key::optional("groups", "a table [slack.groups]");
const CHANNELS: Key = Key::optional("channels", "a table [slack.channels]");

/// Slack.
pub const TABLE: Table = Table {
    title: "[slack]",
    keys: &[&BOT_TOKEN, &APP_TOKEN, &SIGNING, &TRANSPORT, &PATH, &PREFIX, &API, &REACTIONS, &GROUPS, &CHANNELS],
};

/// Longest prefix: with it, the longest command stays within the 32 characters of Slack's app manifest.
const LONGEST_PREFIX: usize = 20;

/// What a reaction on a card may do: commands that need nothing but the mention, and send nothing.
pub const REACTION_COMMANDS: [&str; 8] =
    ["claim", "done", "done none", "done spam", "done notus", "release", "reopen", "snooze"];

/// Commands that send, or lead there; named here only to say why a reaction cannot be one of them.
const SENDING: [&str; 4] = ["reply", "send", "approve", "thanks"];

/// What a reaction does where `reactions` is left out.
const USUAL_REACTIONS: [(&str, &str); 2] = [("eyes", "claim"), ("white_check_mark", "done")];

/// How commands come in from Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlackTransport {
    /// Socket Mode, with the app-level token.
    Socket(Secret),
    /// HTTP requests to a path of `[web]`, with the signing secret.
    Http(Secret),
}

/// `[slack]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slack {
    /// The bot token.
    pub bot_token: Secret,
    /// How commands come in.
    pub transport: SlackTransport,
    /// Where Slack calls with HTTP, from the slash on.
    pub path: String,
    /// What stands before every slash command; possibly empty.
    pub prefix: String,
    /// The Web API, without a slash at its end.
    pub api: String,
    /// What an emoji on a card does: its name without colons, and one of [`REACTION_COMMANDS`].
    pub reactions: BTreeMap<String, String>,
    /// What the members of a user group may do, by its id.
    pub groups: BTreeMap<String, Role>,
    /// What those may do who act in a channel, by its id.
    pub channels: BTreeMap<String, Role>,
}

/// Reads the table, if there is one.
pub(super) fn read(root: &Section<'_>, known: &mut Known) -> Option<Slack> {
    if !root.has(&schema::SLACK) {
        return None;
    }
    let section = root.table(&schema::SLACK, &TABLE);
    if !section.is_present() {
        return None;
    }
    if !super::known::has_chat("slack") {
        root.problem(
            &schema::SLACK,
            "this build has no Slack; build it with the feature \"slack\", or take [slack] out",
        );
        return None;
    }
    let bot_token = secret::read_one(&section, &BOT_TOKEN, &bot_token);
    let app_token = secret::read_one(&section, &APP_TOKEN, &app_token);
    let signing = secret::read_one(&section, &SIGNING, &signing_secret);
    let http = section.optional(&TRANSPORT, |typed| values::word(typed, &[("socket", false), ("http", true)]));
    let path = section.parsed(&PATH, source::path);
    let prefix = section.parsed(&PREFIX, prefix);
    let api = section.optional(&API, values::url).map(|url| {
        let here =
            url.host_str().is_some_and(|host| host == "localhost" || host.starts_with("127.") || host == "[::1]");
        if url.scheme() == "http" && !here {
            section.warning(&API, "the tokens travel unprotected over http://; use https:// outside of tests");
        }
        url.as_str().trim_end_matches('/').to_owned()
    });
    let reactions = if section.has(&REACTIONS) {
        section.named_texts(&REACTIONS, "a command such as \"claim\"", emoji, reaction)
    } else {
        USUAL_REACTIONS.map(|(emoji, command)| (emoji.to_owned(), command.to_owned())).into()
    };
    let groups = section.named_texts(&GROUPS, "a role such as \"responder\"", group, person::role);
    let channels = section.named_texts(&CHANNELS, "a role such as \"responder\"", channel, person::role);
    let transport = if http? {
        if let Some(say) = known.add_path(&path) {
            section.problem(&PATH, say);
        }
        if !section.has(&SIGNING) {
            section.missing(&SIGNING, "with transport = \"http\" what Slack sends is checked by the signing secret");
        }
        SlackTransport::Http(signing?)
    } else {
        if !section.has(&APP_TOKEN) {
            section.missing(&APP_TOKEN, "with transport = \"socket\" hearback calls Slack by the app-level token");
        }
        SlackTransport::Socket(app_token?)
    };
    Some(Slack { bot_token: bot_token?, transport, path, prefix, api: api?, reactions, groups, channels })
}

/// Notes if nobody could do anything in Slack.
pub(super) fn check_staff(root: &Section<'_>, slack: Option<&Slack>, staff: &[Staff], others: Option<Role>) {
    let Some(slack) = slack else { return };
    let named = staff.iter().filter(|one| one.ids.contains_key("slack")).map(|one| one.person.role);
    let all = named.chain(slack.groups.values().copied()).chain(slack.channels.values().copied()).chain(others);
    if !all.into_iter().any(|role| role >= Role::Responder) {
        root.warning(
            &schema::SLACK,
            "nobody may claim or reply in Slack; give a [[person]] a slack id, or a role in [slack.groups], \
             [slack.channels] or [roles]",
        );
    }
}

/// What is wrong with a bot token, without repeating any of it.
fn bot_token(token: &str) -> Option<String> {
    wrong_kind(token, "xoxb-", "the bot token", "OAuth & Permissions, Bot User OAuth Token")
}

/// What is wrong with an app-level token.
fn app_token(token: &str) -> Option<String> {
    wrong_kind(token, "xapp-", "the app-level token", "Basic Information, App-Level Tokens, scope connections:write")
}

/// The prefixes are those of Slack's documentation, "Tokens".
fn wrong_kind(token: &str, prefix: &str, what: &str, where_it_is: &str) -> Option<String> {
    if token.starts_with(prefix) {
        return None;
    }
    let kinds = [
        ("xoxb-", "a bot token (xoxb-…)"),
        ("xapp-", "an app-level token (xapp-…)"),
        ("xoxp-", "a user token (xoxp-…)"),
        ("xoxe", "a token that rotates (xoxe…); switch token rotation off for this app"),
    ];
    let found = kinds.iter().find(|(begins, _)| token.starts_with(begins)).map_or("something else", |(_, kind)| *kind);
    Some(format!(
        "holds {found}; {what} begins with {prefix}, it stands on the app's page at api.slack.com/apps under {where_it_is}"
    ))
}

/// What is wrong with a signing secret. Its form is not documented, so only what is surely something else is refused.
fn signing_secret(secret: &str) -> Option<String> {
    (secret.starts_with("xox") || secret.starts_with("xapp-")).then(|| {
        "holds a token; the signing secret stands on the app's page at api.slack.com/apps under Basic Information"
            .to_owned()
    })
}

/// What stands before every slash command.
///
/// # Errors
/// The sentence for the person.
pub fn prefix(typed: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let begins = typed.chars().next().is_none_or(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if begins && typed.len() <= LONGEST_PREFIX && typed.chars().all(fits) {
        return Ok(typed.to_owned());
    }
    Err(format!(
        "{typed:?} cannot stand before a slash command; use up to {LONGEST_PREFIX} of a-z, 0-9, \"-\" and \"_\", such as \
         \"acme-\" for /acme-claim"
    ))
}

fn emoji(typed: &str) -> Result<String, String> {
    let fits = |c: char| (c.is_alphanumeric() && !c.is_uppercase()) || "_-+'".contains(c);
    if !typed.is_empty() && typed.chars().count() <= 100 && typed.chars().all(fits) {
        return Ok(typed.to_owned());
    }
    Err(format!("{typed:?} is not the name of an emoji; write it without colons, such as eyes or white_check_mark"))
}

fn reaction(typed: &str) -> Result<String, String> {
    if REACTION_COMMANDS.contains(&typed) {
        return Ok(typed.to_owned());
    }
    let can = one_of(REACTION_COMMANDS);
    if SENDING.contains(&typed) {
        return Err(format!("a reaction never sends, so it cannot be {typed:?}; choose {can}"));
    }
    Err(format!("{typed:?} cannot be a reaction: choose a command that needs no more than the card, {can}"))
}

/// A channel's id, such as `C0123ABCD`; `G…` is a private channel of old.
///
/// # Errors
/// The sentence for the person.
pub fn channel(typed: &str) -> Result<String, String> {
    if is_id(typed, &['C', 'G']) {
        return Ok(typed.to_owned());
    }
    if is_id(typed, &['D']) {
        return Err(format!("{typed:?} is a direct message; cards need a channel, whose id begins with \"C\""));
    }
    if let Some(id) = typed.split('/').find(|part| is_id(part, &['C', 'G'])) {
        return Err(format!("{typed:?} is a link; its channel is {id:?}, write that"));
    }
    Err(format!(
        "{typed:?} is not the id of a channel; in Slack click the channel's name, its id such as \"C012AB3CD\" is at the \
         end of About; `hearback check` looks it up"
    ))
}

/// A member's id, such as `U012AB3CD`; `W…` on Enterprise Grid.
///
/// # Errors
/// The sentence for the person.
pub(super) fn member(typed: &str) -> Result<String, String> {
    if is_id(typed, &['U', 'W']) {
        return Ok(typed.to_owned());
    }
    if let Some(id) = typed.split('/').find(|part| is_id(part, &['U', 'W'])) {
        return Err(format!("{typed:?} is a link; its member is {id:?}, write that"));
    }
    Err(format!(
        "{typed:?} is not the id of a member; in Slack open the profile, then the three dots, then Copy member ID, such as \
         \"U012AB3CD\"; `hearback check` looks it up"
    ))
}

pub(super) fn group(typed: &str) -> Result<String, String> {
    if is_id(typed, &['S']) {
        return Ok(typed.to_owned());
    }
    Err(format!(
        "{typed:?} is not the id of a user group; in Slack open the group under People, then the three dots, then Copy \
         group ID, such as \"S0614TZR7\"; `hearback check` looks it up"
    ))
}

/// Slack's ids are capital letters and digits after a letter for the kind; what stands in for Slack in tests also has `_`.
fn is_id(typed: &str, kinds: &[char]) -> bool {
    let rest = typed.strip_prefix(kinds);
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && rest.len() < 40
            && rest.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    })
}
