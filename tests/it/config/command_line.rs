//! `init` and `check`, as typed.

use clap::Parser;
use hearback::cli::{Cli, Exit, Moment, World, dispatch};
use hearback::config::Config;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::path::Path;

/// What a command line did.
pub struct Done {
    pub exit: Exit,
    pub out: String,
    pub err: String,
}

pub async fn hearback(line: &[&str], typed: &str) -> Done {
    let cli = Cli::try_parse_from(std::iter::once("hearback").chain(line.iter().copied())).expect("a right line");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let env = |name: &str| match name {
        "TZ" => Some("Europe/Madrid".to_owned()),
        "SHOP_SECRET" => Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()),
        _ => None,
    };
    let now: Timestamp = "2026-03-28T12:00:00Z".parse().expect("a moment");
    let mut input = typed.as_bytes();
    let mut world = World { now, env: &env, input: &mut input, out: &mut out, err: &mut err };
    let exit = dispatch(&cli, &mut world).await.expect("no bug");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Done { exit, out: text(out), err: text(err) }
}

fn load(path: &Path) -> Config {
    Config::load(path, &|_| None).unwrap_or_else(|problems| panic!("{problems}"))
}

#[tokio::test]
async fn init_writes_what_check_accepts_and_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let config = path.to_str().unwrap();
    let done = hearback(&["--config", config, "init", "--yes"], "").await;
    assert_eq!((done.exit, done.err.as_str()), (Exit::Ok, ""));
    assert_eq!(load(&path).warnings.to_string(), "");
    assert_eq!(load(&path).desk.zone, "Europe/Madrid");
    let first = std::fs::read_to_string(&path).unwrap();

    let done = hearback(&["--config", config, "init"], "Other\n").await;
    assert_eq!(done.exit, Exit::Usage);
    assert!(done.err.contains("left alone; use --force"), "{}", done.err);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), first);

    let done = hearback(&["--config", config, "init", "--force"], "Other\n").await;
    assert_eq!(done.exit, Exit::Ok);
    assert_eq!(load(&path).brands.first().map(|b| b.title.clone()), Some("Other".to_owned()));
}

#[tokio::test]
async fn init_asks_again_after_a_wrong_answer_and_keeps_odd_names_intact() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let line = ["--config", path.to_str().unwrap(), "init"];
    let typed = "Müller \"&\" \\Söhne\nmüller, müller söhne\nmaybe\nno\n\nhttps://x.example/f\n日本\nLondon\nEurope/London\n8\n8:05\n";
    let done = hearback(&line, typed).await;
    assert_eq!((done.exit, done.err.as_str()), (Exit::Ok, ""));
    for again in ["yes or no, please", "did you mean \"Europe/London\"?", "\"8\" is not a time of day"] {
        assert!(done.out.contains(again), "{}", done.out);
    }
    let config = load(&path);
    let brand = config.brands.first().unwrap();
    assert_eq!((brand.id.as_str(), brand.title.as_str()), ("m-ller-s-hne", "Müller \"&\" \\Söhne"));
    assert_eq!(
        (brand.terms.as_slice(), brand.phrases.as_slice()),
        (&["müller".to_owned()][..], &["müller söhne".to_owned()][..])
    );
    assert_eq!(config.console_person().name, "日本");
    assert_eq!(config.digests.first().map(|(_, plan)| plan.at.clone()), Some("08:05".to_owned()));
}

#[cfg(feature = "slack")]
#[tokio::test]
async fn init_offers_slack() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let typed = "\n\n\n\n\n\n\n#care\nC012AB3CD\n";
    let done = hearback(&["--config", path.to_str().unwrap(), "init"], typed).await;
    assert_eq!((done.exit, done.err.as_str()), (Exit::Ok, ""));
    assert!(done.out.contains("\"#care\" is not the id of a channel"), "{}", done.out);
    assert!(done.out.contains("hearback manifest slack --link"), "{}", done.out);
    let tokens = |name: &str| match name {
        "SLACK_BOT_TOKEN" => Some("xoxb-1-made-up".to_owned()),
        "SLACK_APP_TOKEN" => Some("xapp-1-made-up".to_owned()),
        _ => None,
    };
    let config = Config::load(&path, &tokens).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(config.warnings.to_string(), "");
    assert_eq!(config.desk.channel.to_string(), "slack:C012AB3CD");
    assert!(config.slack.is_some_and(|slack| slack.channels.contains_key("C012AB3CD")));
}

#[tokio::test]
async fn init_offers_discord() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let typed = "\n\n\n\n\n\n\n\ncare\n80351110224678913\n\n80351110224678911\nana\n80351110224678912\n";
    let done = hearback(&["--config", path.to_str().unwrap(), "init"], typed).await;
    assert_eq!((done.exit, done.err.as_str()), (Exit::Ok, ""));
    assert!(
        done.out.contains("\"care\" is not the id of a channel; in Discord switch on Developer Mode"),
        "{}",
        done.out
    );
    assert!(done.out.contains("\"\" is not the id of a server"), "{}", done.out);
    assert!(done.out.contains("hearback manifest discord prints; then hearback register discord"), "{}", done.out);
    let token = |name: &str| (name == "DISCORD_TOKEN").then(|| super::discord::TOKEN.to_owned());
    let config = Config::load(&path, &token).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(config.warnings.to_string(), "");
    assert_eq!(config.desk.channel.to_string(), "discord:80351110224678913");
    let discord = config.discord.unwrap();
    assert!(discord.guild == "80351110224678911" && discord.channels.is_empty());
    assert_eq!(config.staff[0].ids.get("discord").map(String::as_str), Some("80351110224678912"));
    assert_eq!(config.others_in_discord, None);
}

#[tokio::test]
async fn init_without_a_usable_answer_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let done = hearback(&["--config", path.to_str().unwrap(), "init"], "\n\nmaybe").await;
    assert_eq!(done.exit, Exit::Usage);
    assert!(!path.exists() && done.err.contains("nothing was written"));
}

#[tokio::test]
async fn check_says_in_words_what_will_happen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let text = "[desk]\nname = \"Acme care\"\nzone = \"Europe/London\"\n[store]\nfolder = \"data\"\n\
                [[brand]]\nname = \"acme\"\nterms = [\"acme\"]\nhandles = [\"acme\"]\nexclude = [\"acme, ohio\"]\n\
                [[source]]\nname = \"hn\"\ntype = \"hackernews\"\n\
                [[source]]\nname = \"shop\"\ntype = \"webhook\"\nsecret = { env = \"SHOP_SECRET\" }\n\
                [[route]]\nkinds = [\"complaint\", \"question\"]\ndirect = true\nto = [\"console:urgent\"]\n\
                [[digest]]\nchannel = \"console:urgent\"\nat = \"01:30\"\n\
                [[person]]\nname = \"ana\"\ntitle = \"Ana\"\nrole = \"lead\"\n";
    std::fs::write(&path, text).unwrap();
    let done = hearback(&["--config", path.to_str().unwrap(), "check", "--offline"], "").await;
    assert_eq!((done.exit, done.err.as_str()), (Exit::Ok, ""));
    // The next morning 01:30 does not exist in London: the clocks go from 01:00 to 02:00, and it comes right then.
    let data = folder.path().join("data");
    let expected = format!(
        "Acme care, in Europe/London
Watched for:
  acme: acme, @acme, but not acme, ohio
Watched:
  hn: Hacker News for acme every 2m
  shop: signed webhook at /in/shop, network shop
    the environment variable SHOP_SECRET is set; read-only: no callback for replies
Goes to:
  direct complaint or question -> console:urgent
  what no route matches -> console:support
Due: question after 1h, complaint after 1h, praise after 1d, other never, around the clock
Digest: console:urgent, next Sun 2026-03-29 02:00 BST (Europe/London)
At the console: Ana (lead)
Kept in: {0}
  ok  store {0}
",
        data.display()
    );
    assert!(!data.exists(), "nothing is made by looking");
    let (summary, last) = done.out.split_at_checked(expected.len()).unwrap_or((&done.out, ""));
    assert_eq!(summary, expected);
    assert!(last.ends_with("is fine. The network was left alone.\n"), "{last}");
}

#[tokio::test]
async fn check_asks_the_sources_and_says_what_is_wrong_with_them() {
    // A port that was free a moment ago: nobody answers there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let text = format!(
        "[[brand]]\nname = \"acme\"\nterms = [\"acme\"]\n[[source]]\nname = \"press\"\ntype = \"feed\"\nurl = \"http://{free}/f\"\n"
    );
    std::fs::write(&path, text).unwrap();
    let done = hearback(&["--config", path.to_str().unwrap(), "check"], "").await;
    assert_eq!(done.exit, Exit::Failed);
    assert!(done.out.contains("!!  source press: cannot be reached"), "{}", done.out);
}

/// A bot.toml with one source: a signed webhook.
const HOOK: &str = "[[brand]]\nname = \"acme\"\nterms = [\"acme\"]\n[[source]]\nname = \"shop\"\ntype = \"webhook\"\n";

#[tokio::test]
async fn check_refuses_what_run_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    // Said by TZ in these tests: a word that is no signing secret.
    std::fs::write(&path, format!("{HOOK}secret = {{ env = \"TZ\" }}\n")).unwrap();
    for line in [&["check", "--offline"][..], &["check"], &["run"]] {
        let done = hearback(&[&["--config", path.to_str().unwrap()], line].concat(), "").await;
        assert_eq!((done.exit, done.out.as_str()), (Exit::Usage, ""), "{line:?}: {}", done.err);
        assert!(done.err.contains("source shop: the environment variable TZ: "), "{line:?}: {}", done.err);
    }
    assert!(!folder.path().join("hearback-data").exists());
}

#[tokio::test]
async fn check_says_where_no_store_can_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    std::fs::write(folder.path().join("file"), "").unwrap();
    for (kept, exit) in [("file", Exit::Failed), ("file/data", Exit::Failed), ("new/data", Exit::Ok)] {
        std::fs::write(&path, format!("{HOOK}secret = {{ env = \"SHOP_SECRET\" }}\n[store]\nfolder = \"{kept}\"\n"))
            .unwrap();
        let done = hearback(&["--config", path.to_str().unwrap(), "check", "--offline"], "").await;
        assert_eq!(done.exit, exit, "{kept}: {}", done.out);
        assert_eq!(done.out.contains("file is not a folder; name another folder in [store]"), exit == Exit::Failed);
    }
    assert!(!folder.path().join("new").exists(), "nothing is made by looking");
}

#[tokio::test]
async fn figures_of_a_mistyped_folder_make_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    std::fs::write(&path, format!("{HOOK}secret = {{ env = \"SHOP_SECRET\" }}\n[store]\nfolder = \"mistyped\"\n"))
        .unwrap();
    for line in [&["report"][..], &["export", "csv"]] {
        let done = hearback(&[&["--config", path.to_str().unwrap()], line].concat(), "").await;
        assert_eq!((done.exit, done.out.as_str()), (Exit::Usage, ""), "{line:?}");
        assert!(done.err.contains("there is no store at"), "{line:?}: {}", done.err);
    }
    assert!(!folder.path().join("mistyped").exists());
}

#[tokio::test]
async fn check_of_a_bad_or_absent_file_ends_with_the_usage_code() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let line = ["--config", path.to_str().unwrap(), "check", "--offline"];
    let done = hearback(&line, "").await;
    assert_eq!((done.exit, done.exit.code()), (Exit::Usage, 2));
    assert!(done.err.contains("there is no such file; write one with `hearback init`"), "{}", done.err);
    std::fs::write(&path, "[dsk]\n").unwrap();
    let done = hearback(&line, "").await;
    assert_eq!((done.exit, done.out.as_str()), (Exit::Usage, ""));
    assert!(done.err.contains("bot.toml:1:2: dsk: unknown key; did you mean \"desk\"?"), "{}", done.err);
    assert!(done.err.ends_with("3 problems\n"), "{}", done.err);
}

#[test]
fn moments_as_typed() {
    let now: Timestamp = "2026-03-30T12:00:00Z".parse().unwrap();
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let at = |typed: &str| typed.parse::<Moment>().unwrap().resolve(now, &berlin).unwrap().to_string();
    assert_eq!(at("7d"), "2026-03-23T12:00:00Z");
    assert_eq!(at("2026-03-30"), "2026-03-29T22:00:00Z");
    assert_eq!(at("2026-03-30T09:00:00+02:00"), "2026-03-30T07:00:00Z");
    for wrong in ["", "yesterdayish", "7", "2026-02-30", "-7d"] {
        assert!(wrong.parse::<Moment>().is_err(), "{wrong}");
    }
}

#[test]
fn every_subcommand_has_help_that_holds_together() {
    use clap::CommandFactory;
    let mut command = Cli::command();
    command.build();
    command.clone().debug_assert();
    for sub in command.get_subcommands_mut().filter(|sub| sub.get_name() != "help") {
        assert!(sub.get_about().is_some(), "{}", sub.get_name());
        let help = sub.render_long_help().to_string();
        assert!(help.contains("--config") && help.contains("--log-format"), "{help}");
    }
    for wrong in
        [&["demo", "--speed", "0"][..], &["export"], &["export", "xml"], &["run", "--since", "soon"], &["restore"]]
    {
        let line = std::iter::once("hearback").chain(wrong.iter().copied());
        assert_eq!(Cli::try_parse_from(line).unwrap_err().exit_code(), 2, "{wrong:?}");
    }
}
