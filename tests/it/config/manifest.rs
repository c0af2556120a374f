//! `hearback manifest slack`: what Slack accepts, derived from the table of commands.

use super::command_line::hearback;
use hearback::chat::slack::manifest::{EVENTS, EVERYTHING, SCOPES, SHORTCUTS, TOP_LEVEL};
use hearback::cli::{Cli, Exit};
use hearback::commands;
use serde_json::Value;
use std::path::Path;

/// Prints a manifest; the file named first need not be there.
async fn printed(config: &Path, more: &[&str]) -> (Exit, String, String) {
    let line = [&["--config", config.to_str().unwrap(), "manifest", "slack"], more].concat();
    let done = hearback(&line, "").await;
    (done.exit, done.out, done.err)
}

async fn made(more: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let (exit, out, err) = printed(&folder.path().join("bot.toml"), more).await;
    assert_eq!((exit, err.as_str()), (Exit::Ok, ""));
    serde_json::from_str(&out).unwrap()
}

fn texts<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    list.as_array().unwrap().iter().map(|one| one[key].as_str().unwrap()).collect()
}

#[tokio::test]
async fn it_is_valid_by_the_schema() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/specs/slack-manifest.schema.json");
    let Ok(text) = std::fs::read_to_string(&schema) else {
        println!("skipped: Slack's schema of manifests is not beside the repository");
        return;
    };
    let validator = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
    for more in
        [&[][..], &["--prefix", "abcdefghijklmnopqrst"], &["--url", "https://x.example/", "--name", "Käse & Co"]]
    {
        let manifest = made(more).await;
        let errors: Vec<String> =
            validator.iter_errors(&manifest).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{more:?}: {errors:?}");
    }
    // The validator does look.
    let mut wrong = made(&[]).await;
    wrong["features"]["slash_commands"][0]["command"] = "claim".into();
    assert!(!validator.is_valid(&wrong));
}

#[tokio::test]
async fn it_keeps_slacks_limits() {
    let manifest = made(&["--prefix", "abcdefghijklmnopqrst", "--name", &"n".repeat(35)]).await;
    let slash = &manifest["features"]["slash_commands"];
    let long = |text: &Value| text.as_str().map_or(0, |text| text.chars().count());
    assert!(slash.as_array().unwrap().len() <= 50);
    for one in slash.as_array().unwrap() {
        assert!((2..=32).contains(&long(&one["command"])), "{one}");
        assert!((1..=2000).contains(&long(&one["description"])) && long(&one["usage_hint"]) <= 1000, "{one}");
        assert_ne!(one["usage_hint"], "", "{one}");
        assert_eq!(one["should_escape"], true);
    }
    let shortcuts = manifest["features"]["shortcuts"].as_array().unwrap();
    assert!(shortcuts.len() <= 10);
    for one in shortcuts {
        assert!((1..=24).contains(&long(&one["name"])) && (1..=150).contains(&long(&one["description"])), "{one}");
    }
    let about = &manifest["display_information"];
    assert!((1..=35).contains(&long(&about["name"])) && (1..=140).contains(&long(&about["description"])));
    assert!((175..=4000).contains(&long(&about["long_description"])), "{about}");
}

#[tokio::test]
async fn every_verb_can_be_reached_and_the_prefix_is_everywhere() {
    for prefix in ["", "acme-"] {
        let manifest = made(&["--prefix", prefix]).await;
        let slash = &manifest["features"]["slash_commands"];
        let own = texts(slash, "command");
        let expected: Vec<String> =
            TOP_LEVEL.iter().chain([&EVERYTHING]).map(|name| format!("/{prefix}{name}")).collect();
        assert_eq!(own, expected);
        let all = slash.as_array().unwrap().last().unwrap();
        let verbs: Vec<&str> = all["usage_hint"].as_str().unwrap().split(" | ").collect();
        assert_eq!(verbs, commands::ALL.iter().map(|spec| spec.name).collect::<Vec<_>>());
        for (name, one) in TOP_LEVEL.iter().zip(slash.as_array().unwrap()) {
            let spec = commands::ALL.iter().find(|spec| spec.name == *name).unwrap();
            assert_eq!(one["description"], spec.summary);
        }
    }
    let manifest = made(&[]).await;
    assert_eq!(manifest["features"]["slash_commands"][0]["usage_hint"], "[mention] [@user]");
    for shortcut in texts(&manifest["features"]["shortcuts"], "callback_id") {
        assert!(commands::ALL.iter().any(|spec| spec.name == shortcut), "{shortcut}");
    }
    assert_eq!(SHORTCUTS.iter().filter(|shortcut| !shortcut.on_message).count(), 1);
}

#[tokio::test]
async fn the_transport_decides_where_slack_calls() {
    let socket = made(&[]).await;
    assert_eq!(socket["settings"]["socket_mode_enabled"], true);
    assert!(!socket.to_string().contains("url\""), "{socket}");
    let http = made(&["--url", "https://bot.example/base/"]).await;
    let at = "https://bot.example/base/slack";
    assert_eq!(http["settings"]["socket_mode_enabled"], false);
    assert_eq!(http["settings"]["event_subscriptions"]["request_url"], at);
    assert_eq!(http["settings"]["interactivity"]["request_url"], at);
    assert!(texts(&http["features"]["slash_commands"], "url").iter().all(|url| *url == at));
    for made in [&socket, &http] {
        assert_eq!(made["settings"]["event_subscriptions"]["bot_events"], serde_json::json!(EVENTS));
        assert_eq!(made["settings"]["interactivity"]["is_enabled"], true);
        assert_eq!(
            (&made["settings"]["org_deploy_enabled"], &made["settings"]["token_rotation_enabled"]),
            (&false.into(), &false.into())
        );
        let scopes = made["oauth_config"]["scopes"]["bot"].as_array().unwrap();
        assert_eq!(scopes.len(), SCOPES.len());
    }
}

#[tokio::test]
async fn bot_toml_says_what_the_line_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let file = |slack: &str| std::fs::write(&path, format!("{}{slack}", super::LEAST)).unwrap();
    // The tokens need not be there yet.
    file("[slack]\nbot_token = { env = \"NOBODY\" }\napp_token = { env = \"NOBODY\" }\nprefix = \"acme-\"\n");
    let (exit, out, _) = printed(&path, &[]).await;
    assert!(
        exit == Exit::Ok && out.contains("\"/acme-claim\"") && out.contains("\"socket_mode_enabled\": true"),
        "{out}"
    );
    let (_, out, _) = printed(&path, &["--prefix", "x"]).await;
    assert!(out.contains("\"/xclaim\""), "{out}");
    file(
        "[slack]\nbot_token = { env = \"NOBODY\" }\nsigning_secret = { env = \"NOBODY\" }\ntransport = \"http\"\npath = \"/s\"\n",
    );
    let (exit, out, err) = printed(&path, &[]).await;
    assert!(exit == Exit::Usage && out.is_empty() && err.contains("add --url https://"), "{err}");
    let (exit, out, _) = printed(&path, &["--url", "https://bot.example"]).await;
    assert!(exit == Exit::Ok && out.contains("\"https://bot.example/s\""), "{out}");
    file("[slak]\n");
    let (exit, out, err) = printed(&path, &[]).await;
    assert!(exit == Exit::Ok && out.contains("\"/claim\"") && err.contains("made without it"), "{err}");
}

#[tokio::test]
async fn the_link_carries_the_same_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let (_, out, _) = printed(&folder.path().join("bot.toml"), &["--link", "--name", "A+B & Söhne"]).await;
    let link = url::Url::parse(out.trim()).unwrap();
    assert!(out.starts_with("https://api.slack.com/apps?new_app=1&manifest_json=%7B") && !out.contains('+'), "{out}");
    let pairs: Vec<(String, String)> = link.query_pairs().into_owned().collect();
    assert_eq!(pairs.len(), 2);
    let carried: Value = serde_json::from_str(&pairs[1].1).unwrap();
    assert_eq!(carried, made(&["--name", "A+B & Söhne"]).await);
    assert_eq!(carried["features"]["bot_user"]["display_name"], "a-b-s-hne");
    // Browsers and servers take addresses of this length.
    assert!(out.len() < 8_000, "{}", out.len());
}

#[test]
fn wrong_flags_are_refused() {
    use clap::Parser;
    for wrong in [&["--prefix", "Acme"][..], &["--url", "http://x.example"], &["--url", "x.example"], &["--name", ""]] {
        let line = ["hearback", "manifest", "slack"].iter().chain(wrong);
        assert_eq!(Cli::try_parse_from(line).unwrap_err().exit_code(), 2, "{wrong:?}");
    }
}

#[test]
fn the_document_lists_the_scopes_with_their_reasons() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/slack.md")).unwrap();
    let rows: Vec<String> = SCOPES.iter().map(|scope| format!("| `{}` | {} |", scope.name, scope.why)).collect();
    let rows = rows.join("\n");
    assert!(text.contains(&rows), "docs/slack.md does not have these rows:\n{rows}");
}
