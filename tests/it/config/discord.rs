//! `[discord]`: what is wrong with it is said while reading, and what is right means what it says.

use super::{LEAST, complaints};
use hearback::config::{Config, DiscordApi, DiscordTransport, Problems};
use hearback::domain::{Place, Role};
use std::path::{Path, PathBuf};

/// Made up for these tests: an id in base64, and two parts that say nothing.
pub const TOKEN: &str = "ODAzNTExMTAyMjQ2Nzg5MTA.made-up.never_seen";
pub const APPLICATION: &str = "80351110224678910";
pub const GUILD: &str = "80351110224678911";
const KEY: &str = "00ff102030405060708090a0b0c0d0e0f0112233445566778899aabbccddeeff";
const CLIENT_SECRET: &str = "abcdefghijklmnopqrstuvwxyz012345";

pub fn env(name: &str) -> Option<String> {
    let value = match name {
        "TOKEN" => TOKEN.to_owned(),
        "BARE" => "made.up.token".to_owned(),
        "KEY" => KEY.to_owned(),
        "SECRET" => CLIENT_SECRET.to_owned(),
        "ID" => APPLICATION.to_owned(),
        "BOT" => format!("Bot {TOKEN}"),
        "USER" => "mfa.made-up.never_seen".to_owned(),
        "SLACK" => "xoxb-1-made-up".to_owned(),
        "ODD" => "made up".to_owned(),
        _ => return None,
    };
    Some(value)
}

pub fn read(more: &str) -> Result<Config, Problems> {
    Config::parse("bot.toml", format!("{LEAST}{more}").as_bytes(), Path::new(""), Some(&env))
}

/// What is said about `[discord]` on line 8 with these lines in it.
fn says(more: &str) -> String {
    match read(&format!("[discord]\n{more}")) {
        Ok(config) => format!("fine\n{}", config.warnings),
        Err(problems) => problems.to_string(),
    }
}

fn least() -> String {
    format!("token = {{ env = \"TOKEN\" }}\nguild = \"{GUILD}\"\n")
}

#[test]
fn the_least_table_means_the_gateway_and_the_defaults() {
    let config = read(&format!(
        "[desk]\nchannel = \"discord:{GUILD}\"\n[[person]]\nname = \"ana\"\ndiscord = \"{GUILD}\"\n[discord]\n{}",
        least()
    ))
    .unwrap();
    assert_eq!(config.warnings.to_string(), "");
    assert_eq!(config.places(), [Place::new("discord", GUILD)]);
    let discord = config.discord.unwrap();
    assert_eq!(discord.token.reveal(&env).unwrap(), TOKEN);
    assert_eq!((discord.guild.as_str(), discord.application.as_deref()), (GUILD, None));
    assert_eq!((discord.transport, discord.path.as_str()), (DiscordTransport::Gateway, "/discord"));
    assert_eq!((discord.commands_for, discord.api), (Some(1 << 13), DiscordApi::Discord));
    assert!(discord.roles.is_empty() && discord.channels.is_empty() && discord.names.is_empty());
    assert_eq!(hearback::config::application_of(TOKEN).as_deref(), Some(APPLICATION));
    assert_eq!(hearback::config::application_of("made.up.token"), None);
}

#[test]
fn everything_said() {
    let folder = tempfile::tempdir().unwrap();
    let pem = folder.path().join("ca.pem");
    std::fs::write(&pem, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n").unwrap();
    let config = read(&format!(
        "[[person]]\nname = \"ana\"\ndiscord = \"{GUILD}\"\n\
         [[route]]\nto = [\"discord:80351110224678913\", \"console:support\"]\n[[digest]]\nchannel = \"discord:80351110224678913\"\n\
         [discord]\n{}application = \"{APPLICATION}\"\ntransport = \"http\"\npublic_key = \"{}\"\npath = \"/from/discord\"\n\
         commands_for = \"moderate_members\"\napi = \"https://127.0.0.1:8443\"\nca = {{ file = {pem:?} }}\n\
         [discord.roles]\n80351110224678920 = \"lead\"\n[discord.channels]\n80351110224678913 = \"viewer\"\n\
         [discord.names.de]\nclaim = \"übernehmen\"\n\"Claim mention\" = \"Erwähnung übernehmen\"\n[discord.names.pt-BR]\nclaim = \"pegar\"\n",
        least(),
        KEY.to_uppercase(),
    ))
    .unwrap();
    assert_eq!(config.warnings.to_string(), "");
    let discord = config.discord.unwrap();
    let DiscordTransport::Http(key) = discord.transport else { panic!("no http") };
    assert_eq!((key[0], key[1], key[31]), (0, 0xff, 0xff));
    assert_eq!((discord.path.as_str(), discord.application.as_deref()), ("/from/discord", Some(APPLICATION)));
    assert_eq!(discord.commands_for, Some(1 << 40));
    assert_eq!(discord.api, DiscordApi::Relay("127.0.0.1:8443".parse().unwrap(), PathBuf::from(&pem)));
    assert_eq!(discord.roles.get("80351110224678920"), Some(&Role::Lead));
    assert_eq!(discord.channels.get("80351110224678913"), Some(&Role::Viewer));
    assert_eq!(discord.names["de"]["claim"], "übernehmen");
    assert_eq!(discord.names["pt-BR"]["claim"], "pegar");
}

#[test]
fn a_token_that_is_something_else_is_found_without_repeating_it() {
    for (name, found) in [
        ("KEY", "holds the public key, which is no secret and belongs into public_key"),
        ("SECRET", "holds the client secret, which hearback does not need"),
        ("ID", "holds an id"),
        ("BOT", "holds the word Bot before the token"),
        ("USER", "holds the token of a person's account"),
        ("SLACK", "holds a token of Slack's"),
        ("ODD", "holds something else"),
    ] {
        let said = says(&format!("token = {{ env = \"{name}\" }}\nguild = \"{GUILD}\"\n"));
        assert!(said.starts_with("bot.toml:9:9: discord.token: the environment variable "), "{said}");
        assert!(
            said.contains(found)
                && said.contains("Reset Token shows it at discord.com/developers/applications under Bot"),
            "{said}"
        );
        assert!(!said.contains(&env(name).unwrap()) && !said.contains("made-up"), "{said}");
    }
    for wrong in [format!("token = \"{TOKEN}\"\n"), format!("token = {{ env = \"{TOKEN}\" }}\n")] {
        let said = says(&format!("{wrong}guild = \"{GUILD}\"\n"));
        assert!(!said.starts_with("fine") && !said.contains("made-up"), "{said}");
    }
    let said = says(&format!(
        "token = {{ env = \"BARE\" }}\nguild = \"{GUILD}\"\n[discord.roles]\n80351110224678920 = \"lead\"\n"
    ));
    assert_eq!(
        said,
        "bot.toml:8:1: discord.application: missing; expected the application's id, digits in quotes: the token does not begin \
         with it"
    );
}

#[test]
fn what_is_missing_depends_on_the_transport() {
    assert_eq!(
        says(""),
        "bot.toml:8:1: discord.token: missing; expected { env = \"NAME\" } or { file = \"path\" } of the bot token\n\
         bot.toml:8:1: discord.guild: missing; expected the id of your server, digits in quotes (in Discord switch on \
         Developer Mode under Settings, Advanced, then right-click the server and Copy Server ID)"
    );
    assert_eq!(
        says(&format!("{}transport = \"http\"\n", least())),
        "bot.toml:8:1: discord.public_key: missing; expected the application's public key, 64 characters of 0-9 and a-f: with \
         transport = \"http\" what Discord sends is checked by it"
    );
    let said = says(&format!("{}transport = \"gatway\"\npublic_key = \"{}\"\n", least(), "é".repeat(32)));
    assert!(said.contains("discord.transport: \"gatway\" is unknown; did you mean \"gateway\"?"), "{said}");
    assert!(said.contains("discord.public_key: not a public key; it is 64 characters of 0-9 and a-f"), "{said}");
    let said = says(&format!("token = {{ env = \"TOKEN\" }}\nguild = {GUILD}\n"));
    assert!(
        said.starts_with("bot.toml:10:9: discord.guild: expected the id of your server, digits in quotes"),
        "{said}"
    );
}

#[test]
fn what_is_no_id_is_told_where_the_id_is() {
    let said = says(&format!(
        "{}application = \"hearback\"\n[discord.roles]\nsupport = \"lead\"\n80351110224678920 = \"boss\"\n\
         [discord.channels]\n\"#care\" = \"lead\"\n80351110224678913 = 1\n\
         [[person]]\nname = \"ana\"\ndiscord = \"ana#1234\"\n[[person]]\nname = \"sam\"\ndiscord = \"<@80351110224678930>\"\n",
        least()
    ));
    let how = "in Discord switch on Developer Mode under Settings, Advanced, then right-click";
    let expected = format!(
        "bot.toml:11:15: discord.application: \"hearback\" is not the id of an application; it stands at \
         discord.com/developers/applications under General Information\n\
         bot.toml:13:1: discord.roles.support: \"support\" is not the id of a role; {how} the role under Server Settings, Roles, \
         and Copy Role ID, such as \"80351110224678912\"\n\
         bot.toml:14:21: discord.roles.80351110224678920: \"boss\" is none of \"viewer\", \"responder\", \"approver\", \"lead\" or \
         \"admin\"\n\
         bot.toml:16:1: discord.channels.\"#care\": \"#care\" is not the id of a channel; {how} the channel and Copy Channel ID, \
         such as \"80351110224678912\"\n\
         bot.toml:17:21: discord.channels.80351110224678913: expected a role such as \"responder\", found a number\n\
         bot.toml:20:11: person.ana.discord: \"ana#1234\" is not the id of a person; {how} the person and Copy User ID, such as \
         \"80351110224678912\"\n\
         bot.toml:23:11: person.sam.discord: \"<@80351110224678930>\" is a mention; the person's id is \"80351110224678930\", \
         write that"
    );
    let without: Vec<&str> = said.lines().filter(|line| !line.contains("warning")).collect();
    assert_eq!(without.join("\n"), expected);
    let link = format!("https://discord.com/channels/{GUILD}/80351110224678913");
    let said = says(&format!("token = {{ env = \"TOKEN\" }}\nguild = \"{link}\"\n"));
    assert!(said.ends_with(&format!("is a link; its server is \"{GUILD}\", write that")), "{said}");
    for wrong in ["0", "000000000000000000", "99999999999999999999", "1234"] {
        let said = says(&format!("token = {{ env = \"TOKEN\" }}\nguild = \"{wrong}\"\n"));
        assert!(said.contains("is not the id of a server"), "{said}");
    }
}

#[test]
fn channels_of_discord() {
    let to = |channel: &str| {
        says(&format!(
            "{}[discord.roles]\n80351110224678920 = \"responder\"\n[desk]\nchannel = \"discord:{channel}\"\n",
            least()
        ))
    };
    assert_eq!(to("80351110224678913"), "fine\n");
    for wrong in ["#care", "care", "", "C1"] {
        assert!(to(wrong).contains("is not the id of a channel; in Discord switch on Developer Mode"), "{}", to(wrong));
    }
    let link = to(&format!("https://discord.com/channels/{GUILD}/80351110224678913/80351110224678999"));
    assert!(link.ends_with("is a link; its channel is \"80351110224678913\", write that"), "{link}");
    assert_eq!(
        complaints("[desk]\nchannel = \"discord:80351110224678913\"\n"),
        "bot.toml:9:11: desk.channel: \"discord:80351110224678913\" needs a [discord] with the token; bot.toml.example shows one"
    );
}

#[test]
fn one_route_may_name_both_chats() {
    let config = Config::parse(
        "bot.toml",
        format!(
            "{LEAST}[[route]]\nto = [\"slack:C1\", \"discord:80351110224678913\"]\n[discord.roles]\n80351110224678920 = \"responder\"\n\
             [slack]\nbot_token = {{ env = \"SLACK\" }}\napp_token = {{ env = \"APP\" }}\n[discord]\n{}",
            least()
        )
        .as_bytes(),
        Path::new(""),
        Some(&|name| if name == "APP" { Some("xapp-1".to_owned()) } else { env(name) }),
    )
    .unwrap();
    assert_eq!(config.routes[0].to, [Place::new("slack", "C1"), Place::new("discord", "80351110224678913")]);
}

#[test]
fn who_sees_the_commands_and_where_the_api_is() {
    let for_whom = |word: &str| read(&format!("[discord]\n{}commands_for = \"{word}\"\n", least()));
    for (word, bits) in
        [("everyone", None), ("administrators", Some(0)), ("manage_threads", Some(1 << 34)), ("administrator", Some(8))]
    {
        assert_eq!(for_whom(word).unwrap().discord.unwrap().commands_for, bits, "{word}");
    }
    let near = for_whom("manage_message").unwrap_err().to_string();
    assert!(near.ends_with("is no permission of Discord's; did you mean \"manage_messages\"?"), "{near}");
    let far = for_whom("Chefs").unwrap_err().to_string();
    assert!(far.contains("write \"everyone\", \"administrators\", or the permission that your team has"), "{far}");

    let api = |address: &str| {
        read(&format!("[discord]\n{}api = \"{address}\"\n[discord.roles]\n80351110224678920 = \"lead\"\n", least()))
    };
    assert_eq!(
        api("http://127.0.0.1:3000/").unwrap().discord.unwrap().api,
        DiscordApi::Proxy("http://127.0.0.1:3000".to_owned())
    );
    let far = api("http://proxy.example:3000").unwrap();
    assert!(far.warnings.to_string().contains("discord.api: the token travels unprotected"), "{}", far.warnings);
    let said = |address: &str| api(address).unwrap_err().to_string();
    assert!(said("https://127.0.0.1:8443").contains("discord.ca: missing; expected { file = \"path\" }"));
    for wrong in ["https://discord.example", "https://discord.com:8443", "https://127.0.0.1"] {
        assert!(said(wrong).contains("neither Discord nor a way to it"), "{}", said(wrong));
    }
    assert!(said("https://discord.com/api").contains("has a path; write the address alone"));
    let missing = says(&format!("{}api = \"https://127.0.0.1:1\"\nca = {{ file = \"nobody.pem\" }}\n", least()));
    assert!(missing.contains("discord.ca.file: nobody.pem cannot be read"), "{missing}");
    let flat = says(&format!("{}api = \"https://127.0.0.1:1\"\nca = \"x.pem\"\n", least()));
    assert!(flat.contains("discord.ca: expected { file = \"path\" } of a certificate in PEM, found a text"), "{flat}");
}

#[test]
fn names_in_other_languages() {
    let said = |more: &str| says(&format!("{}[discord.roles]\n80351110224678920 = \"lead\"\n{more}", least()));
    let de = |names: &str| said(&format!("[discord.names.de]\n{names}"));
    assert_eq!(
        de("claim = \"übernehmen\"\nreply = \"ant-wor_ten2\"\n\"Note on mention\" = \"Notiz zur Erwähnung\"\n"),
        "fine\n"
    );
    assert_eq!(said("[discord.names.hi]\nclaim = \"दावा\"\n[discord.names.th]\nclaim = \"รับเรื่อง\"\n"), "fine\n");
    for wrong in ["Antworten", "zwei worte", "a/b", "straße!"] {
        let said = de(&format!("claim = \"{wrong}\"\n"));
        assert!(said.contains(&format!("discord.names.de: {wrong:?} cannot be typed after a slash")), "{said}");
    }
    for wrong in ["", " x", &"ä".repeat(33)] {
        let said = de(&format!("claim = \"{wrong}\"\n"));
        assert!(said.contains("cannot be the name of a command"), "{said}");
    }
    let said_twice = de("claim = \"nehmen\"\nrelease = \"nehmen\"\n");
    assert!(
        said_twice.ends_with("both \"claim\" and \"release\" are called \"nehmen\"; give each its own name"),
        "{said_twice}"
    );
    assert!(
        said("[discord.names.pt]\nclaim = \"pegar\"\n")
            .ends_with("\"pt\" is not a language of Discord's; did you mean \"pt-BR\"?")
    );
    assert!(
        said("[discord.names.klingon]\nclaim = \"x\"\n").contains("is not a language of Discord's; it has ar, bg, cs")
    );
    assert!(said("[discord.names]\nde = \"x\"\n").contains("expected tables such as [discord.names.de], found a text"));
}

#[test]
fn what_is_only_odd_is_a_warning() {
    assert_eq!(
        says(&least()),
        "fine\nbot.toml:8:1: warning: discord: nobody may claim or reply in Discord; give a [[person]] a discord id, or your team a \
         role in [discord.roles] or [discord.channels]"
    );
    let webhook = format!(
        "[[source]]\nname = \"w\"\ntype = \"webhook\"\npath = \"/discord\"\nsecret = {{ env = \"WEBHOOK\" }}\n[discord]\n{}\
         transport = \"http\"\npublic_key = \"{KEY}\"\n",
        least()
    );
    let said = read(&webhook).unwrap_err().to_string();
    assert!(said.contains("another webhook listens at \"/discord\" too"), "{said}");
}
