//! `[slack]`: what is wrong with it is said while reading, and what is right means what it says.

use super::{LEAST, complaints};
use hearback::commands;
use hearback::config::{Config, Problems, REACTION_COMMANDS, SlackTransport};
use hearback::domain::{Place, Role};
use hearback::slash::OptKind;
use std::path::Path;

/// Made up for these tests.
const BOT: &str = "xoxb-1-made-up";
const APP: &str = "xapp-1-made-up";
const SIGNING: &str = "0123456789abcdef0123456789abcdef";

fn env(name: &str) -> Option<String> {
    let value = match name {
        "BOT" => BOT,
        "APP" => APP,
        "SIGNING" => SIGNING,
        "USER" => "xoxp-1-made-up",
        "ROTATING" => "xoxe.xoxb-1-made-up",
        _ => return None,
    };
    Some(value.to_owned())
}

fn read(more: &str) -> Result<Config, Problems> {
    Config::parse("bot.toml", format!("{LEAST}{more}").as_bytes(), Path::new(""), Some(&env))
}

/// What is said about `[slack]` on line 8 with these lines in it.
fn says(more: &str) -> String {
    match read(&format!("[slack]\n{more}")) {
        Ok(config) => format!("fine\n{}", config.warnings),
        Err(problems) => problems.to_string(),
    }
}

const TOKENS: &str = "bot_token = { env = \"BOT\" }\napp_token = { env = \"APP\" }\n";

#[test]
fn the_least_table_means_socket_mode_and_the_defaults() {
    let config =
        read(&format!("[desk]\nchannel = \"slack:C012AB3CD\"\n[slack]\n{TOKENS}[roles]\nothers = \"responder\"\n"))
            .unwrap();
    assert_eq!(config.warnings.to_string(), "");
    assert_eq!(config.places(), [Place::new("slack", "C012AB3CD")]);
    let slack = config.slack.unwrap();
    let SlackTransport::Socket(app) = &slack.transport else { panic!("no socket") };
    assert_eq!((slack.bot_token.reveal(&env).unwrap(), app.reveal(&env).unwrap()), (BOT.to_owned(), APP.to_owned()));
    assert_eq!(
        (slack.api.as_str(), slack.path.as_str(), slack.prefix.as_str()),
        ("https://slack.com/api", "/slack", "")
    );
    let reactions: Vec<_> = slack.reactions.iter().map(|(emoji, does)| (emoji.as_str(), does.as_str())).collect();
    assert_eq!(reactions, [("eyes", "claim"), ("white_check_mark", "done")]);
    assert!(slack.groups.is_empty() && slack.channels.is_empty());
}

#[test]
fn everything_said() {
    let config = read(
        "[[person]]\nname = \"ana\"\nslack = \"W1\"\n\
         [[route]]\nto = [\"slack:G9\", \"console:support\"]\n[[digest]]\nchannel = \"slack:G9\"\n\
         [slack]\nbot_token = { env = \"BOT\" }\nsigning_secret = { env = \"SIGNING\" }\ntransport = \"http\"\n\
         path = \"/from/slack\"\nprefix = \"acme-\"\napi = \"http://127.0.0.1:9/api/\"\nreactions = { \"+1\" = \"claim\" }\n\
         [slack.groups]\nS1 = \"lead\"\n[slack.channels]\nC1 = \"viewer\"\n",
    )
    .unwrap();
    assert_eq!(config.warnings.to_string(), "");
    assert_eq!(config.digests.first().map(|(place, _)| place.clone()), Some(Place::new("slack", "G9")));
    let slack = config.slack.unwrap();
    assert!(matches!(slack.transport, SlackTransport::Http(_)));
    assert_eq!(
        (slack.path.as_str(), slack.prefix.as_str(), slack.api.as_str()),
        ("/from/slack", "acme-", "http://127.0.0.1:9/api")
    );
    assert_eq!(slack.reactions.get("+1").map(String::as_str), Some("claim"));
    assert_eq!((slack.groups.get("S1"), slack.channels.get("C1")), (Some(&Role::Lead), Some(&Role::Viewer)));
    assert!(read(&format!("[slack]\n{TOKENS}reactions = {{}}\n")).unwrap().slack.unwrap().reactions.is_empty());
}

#[test]
fn a_token_of_the_wrong_kind_is_found_without_repeating_it() {
    let said = says("bot_token = { env = \"APP\" }\napp_token = { env = \"BOT\" }\n");
    assert_eq!(
        said,
        "bot.toml:9:13: slack.bot_token: the environment variable APP holds an app-level token (xapp-…); the bot token \
         begins with xoxb-, it stands on the app's page at api.slack.com/apps under OAuth & Permissions, Bot User OAuth Token\n\
         bot.toml:10:13: slack.app_token: the environment variable BOT holds a bot token (xoxb-…); the app-level token \
         begins with xapp-, it stands on the app's page at api.slack.com/apps under Basic Information, App-Level Tokens, scope \
         connections:write"
    );
    for (name, found) in
        [("USER", "a user token (xoxp-…)"), ("ROTATING", "token rotation off"), ("SIGNING", "something else")]
    {
        let said = says(&format!("bot_token = {{ env = \"{name}\" }}\napp_token = {{ env = \"APP\" }}\n"));
        assert!(said.contains(found) && !said.contains("made-up") && !said.contains(SIGNING), "{said}");
    }
    let said = says("bot_token = { env = \"BOT\" }\nsigning_secret = { env = \"APP\" }\ntransport = \"http\"\n");
    assert!(
        said.contains("slack.signing_secret: the environment variable APP holds a token; the signing secret"),
        "{said}"
    );
}

#[test]
fn a_token_in_the_file_is_refused_without_repeating_it() {
    for wrong in [
        format!("bot_token = \"{BOT}\"\n"),
        format!("bot_token = {{ env = \"{BOT}\" }}\n"),
        format!("signing_secret = {{ env = \"{}\" }}\n", "fedcba98".repeat(4)),
        format!("app_token = [{{ env = \"APP\" }}, {{ env = \"{APP}\" }}]\n"),
    ] {
        let said = says(&wrong);
        assert!(!said.starts_with("fine") && !said.contains("made-up") && !said.contains("fedcba98"), "{said}");
    }
    let two = says("bot_token = [{ env = \"BOT\" }, { env = \"BOT\" }]\napp_token = { env = \"APP\" }\n");
    assert!(two.contains("bot.toml:9:13: slack.bot_token: there can be only one here; keep one"), "{two}");
}

#[test]
fn what_is_missing_depends_on_the_transport() {
    assert_eq!(
        says(""),
        "bot.toml:8:1: slack.bot_token: missing; expected { env = \"NAME\" } or { file = \"path\" } of the token xoxb-…\n\
         bot.toml:8:1: slack.app_token: missing; expected { env = \"NAME\" } or { file = \"path\" } of the token xapp-…: with \
         transport = \"socket\" hearback calls Slack by the app-level token"
    );
    assert_eq!(
        says(&format!("{TOKENS}transport = \"http\"\n")),
        "bot.toml:8:1: slack.signing_secret: missing; expected { env = \"NAME\" } or { file = \"path\" }: with transport = \
         \"http\" what Slack sends is checked by the signing secret"
    );
    assert!(
        says(&format!("{TOKENS}transport = \"https\"\n"))
            .contains("slack.transport: \"https\" is unknown; did you mean \"http\"?")
    );
    assert_eq!(
        complaints("[slack]\nbot_token = { env = \"NOBODY\" }\napp_token = { env = \"APP\" }\n").lines().next(),
        Some("bot.toml:9:21: slack.bot_token.env: the environment variable NOBODY is not set; set it")
    );
}

#[test]
fn what_is_no_id_is_told_where_the_id_is() {
    let said = says(&format!(
        "{TOKENS}[slack.groups]\nsupport = \"lead\"\nS1 = \"boss\"\n[slack.channels]\n\"#care\" = \"lead\"\nC1 = 1\n\
         [[person]]\nname = \"ana\"\nslack = \"@ana\"\n"
    ));
    let expected = "bot.toml:12:1: slack.groups.support: \"support\" is not the id of a user group; in Slack open the group under \
                    People, then the three dots, then Copy group ID, such as \"S0614TZR7\"; `hearback check` looks it up\n\
                    bot.toml:13:6: slack.groups.S1: \"boss\" is none of \"viewer\", \"responder\", \"approver\", \"lead\" or \
                    \"admin\"\n\
                    bot.toml:15:1: slack.channels.\"#care\": \"#care\" is not the id of a channel; in Slack click the channel's \
                    name, its id such as \"C012AB3CD\" is at the end of About; `hearback check` looks it up\n\
                    bot.toml:16:6: slack.channels.C1: expected a role such as \"responder\", found a number\n\
                    bot.toml:19:9: person.ana.slack: \"@ana\" is not the id of a member; in Slack open the profile, then the \
                    three dots, then Copy member ID, such as \"U012AB3CD\"; `hearback check` looks it up";
    let without: Vec<&str> = said.lines().filter(|line| !line.contains("warning")).collect();
    assert_eq!(without.join("\n"), expected);
}

#[test]
fn channels_of_slack() {
    let to =
        |channel: &str| says(&format!("{TOKENS}[roles]\nothers = \"responder\"\n[desk]\nchannel = \"{channel}\"\n"));
    assert_eq!(to("slack:C1"), "fine\n");
    for wrong in ["slack:#care", "slack:care", "slack:", "slack:c1", "slack:U1"] {
        assert!(to(wrong).contains("is not the id of a channel; in Slack click the channel's name"), "{}", to(wrong));
    }
    let link = to("slack:https://acme.slack.com/archives/C1/p1");
    assert!(link.ends_with("is a link; its channel is \"C1\", write that"), "{link}");
    assert!(to("slack:D1").contains("\"D1\" is a direct message; cards need a channel"), "{}", to("slack:D1"));
    assert_eq!(
        complaints("[desk]\nchannel = \"slack:C1\"\n"),
        "bot.toml:9:11: desk.channel: \"slack:C1\" needs a [slack] with the tokens; bot.toml.example shows one"
    );
}

#[test]
fn prefix_path_address_and_reactions() {
    let said = says(&format!(
        "{TOKENS}prefix = \"Acme \"\npath = \"slack\"\napi = \"ftp://x\"\n\
         reactions = {{ \":eyes:\" = \"claim\", \"👀\" = \"claim\", tada = \"thanks\", x = \"draft\" }}\n"
    ));
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines[0]
            .starts_with("bot.toml:11:10: slack.prefix: \"Acme \" cannot stand before a slash command; use up to 20")
    );
    assert!(lines[1].starts_with("bot.toml:12:8: slack.path: \"slack\" is not a path"), "{said}");
    assert!(lines[2].starts_with("bot.toml:13:7: slack.api: \"ftp:\" addresses cannot be used here"), "{said}");
    assert!(lines[3].contains("\":eyes:\" is not the name of an emoji; write it without colons"), "{said}");
    assert!(lines[4].contains("\"👀\" is not the name of an emoji"), "{said}");
    assert!(lines[5].ends_with(
        "slack.reactions.tada: a reaction never sends, so it cannot be \"thanks\"; choose \"claim\", \"done\", \"done none\", \"done \
         spam\", \"done notus\", \"release\", \"reopen\" or \"snooze\""
    ));
    assert!(lines[6].contains("slack.reactions.x: \"draft\" cannot be a reaction"), "{said}");
    for (prefix, good) in
        [("", true), ("a", true), ("acme_2-", true), ("-a", false), ("é", false), ("abcdefghijklmnopqrstu", false)]
    {
        assert_eq!(hearback::config::slack_prefix(prefix).is_ok(), good, "{prefix}");
    }
    let taken = format!(
        "[[source]]\nname = \"w\"\ntype = \"webhook\"\npath = \"/slack\"\nsecret = {{ env = \"SIGNING\" }}\n[slack]\n{TOKENS}signing_secret = {{ env = \"SIGNING\" }}\ntransport = \"http\"\n"
    );
    let said = read(&taken).unwrap_err().to_string();
    assert!(said.contains("another webhook listens at \"/slack\" too"), "{said}");
}

#[test]
fn what_is_only_odd_is_a_warning() {
    assert_eq!(
        says(TOKENS),
        "fine\nbot.toml:8:1: warning: slack: nobody may claim or reply in Slack; give a [[person]] a slack id, or a role in \
         [slack.groups], [slack.channels] or [roles]"
    );
    let said = says(&format!("{TOKENS}api = \"http://slack.example/api\"\n[roles]\nothers = \"lead\"\n"));
    assert!(said.contains("warning: slack.api: the tokens travel unprotected"), "{said}");
}

#[test]
fn reactions_are_commands_that_need_only_the_mention_and_never_send() {
    for line in REACTION_COMMANDS {
        let (name, word) = line.split_once(' ').unwrap_or((line, ""));
        let spec = commands::ALL.iter().find(|spec| spec.name == name).expect("a command");
        assert!(spec.takes_mention() && spec.options.iter().all(|option| !option.required), "{line}");
        let choices = spec.options.iter().filter_map(|option| match option.kind {
            OptKind::Choice(words) => Some(words),
            _ => None,
        });
        assert!(word.is_empty() || choices.flatten().any(|choice| *choice == word), "{line}");
        assert!(!["reply", "send", "approve", "thanks", "draft"].contains(&name), "{line}");
    }
}
