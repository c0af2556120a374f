//! bot.toml.example shows every setting there is, and the defaults that it shows are the defaults.

use super::parse;
use hearback::config::{Config, TABLES, Table};
use std::path::Path;
use toml::{Table as Toml, Value};

const EXAMPLE: &str = include_str!("../../../bot.toml.example");

/// The example with everything switched on: `#key = …` is a setting, `# words` are words.
fn switched_on() -> String {
    let on = |line: &str| match line.strip_prefix('#') {
        Some(setting) if setting.starts_with(|c: char| c.is_ascii_lowercase() || c == '[') => setting.to_owned(),
        _ => line.to_owned(),
    };
    EXAMPLE.lines().map(on).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_is_right_and_says_the_defaults() {
    let example = parse(EXAMPLE).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(example.warnings.to_string(), "");
    let least = "[[brand]]\nname = \"acme\"\nterms = [\"acme\"]\n[[source]]\nname = \"hn\"\ntype = \"hackernews\"\n\
                 [[person]]\nname = \"ana\"\n[[digest]]\nchannel = \"console:support\"\n";
    assert_eq!(example, parse(least).unwrap());
}

#[test]
fn the_example_is_right_with_everything_switched_on() {
    let all = switched_on();
    let config =
        Config::parse("all", all.as_bytes(), Path::new(""), None).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(config.sources.len(), 7);
    let warnings = config.warnings.to_string();
    assert!(warnings.contains("warning: roles.others: every member of the Discord server may read"), "{warnings}");
    assert_eq!(warnings.lines().count(), 1, "{warnings}");
}

#[test]
fn the_example_shows_every_key_with_its_default() {
    let all: Toml = toml::from_str(&switched_on()).unwrap();
    for table in TABLES {
        let shown = places_of(table, &all);
        assert!(!shown.is_empty(), "{} is not shown", table.title);
        for key in table.keys {
            let values: Vec<&Value> = shown.iter().filter_map(|place| place.get(key.name)).collect();
            assert!(!values.is_empty(), "{}: {} is not shown", table.title, key.name);
            if let Some(default) = key.default {
                let says = |value: &&Value| value.as_str() == Some(default);
                assert!(values.iter().any(says), "{}: {} is {values:?}, not {default:?}", table.title, key.name);
            }
        }
    }
}

/// Where a kind of table stands in the file.
fn places_of<'t>(table: &Table, all: &'t Toml) -> Vec<&'t Toml> {
    let list = |key: &str| -> Vec<&'t Toml> {
        all.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table).collect()
    };
    let sources = |kind: &str| -> Vec<&'t Toml> {
        list("source").into_iter().filter(|s| s.get("type").and_then(Value::as_str) == Some(kind)).collect()
    };
    let within = |tables: Vec<&'t Toml>, key: &str| -> Vec<&'t Toml> {
        tables.into_iter().filter_map(|t| t.get(key)).filter_map(Value::as_table).collect()
    };
    let slack = || within(vec![all], "slack");
    let discord = || within(vec![all], "discord");
    let callbacks = || within(list("source"), "callback");
    match table.title {
        "the file" => vec![all],
        "[[source]]" => list("source"),
        "a [[source]] of type \"bluesky\"" => sources("bluesky"),
        "a [[source]] of type \"feed\"" => sources("feed"),
        "a [[source]] of type \"hackernews\"" => sources("hackernews"),
        "a [[source]] of type \"mastodon\"" => sources("mastodon"),
        "a [[source]] of type \"reddit\"" => sources("reddit"),
        "a [[source]] of type \"webhook\"" => sources("webhook"),
        "a [[source]] of type \"x\"" => sources("x"),
        "a callback" => callbacks(),
        "a secret" => {
            let hooks = within([list("source"), callbacks()].concat(), "secret");
            let discord = within(discord(), "token");
            [hooks, within(slack(), "bot_token"), within(slack(), "signing_secret"), discord].concat()
        }
        "a certificate" => within(discord(), "ca"),
        "[[privacy.pattern]]" => within(vec![all], "privacy")
            .into_iter()
            .filter_map(|privacy| privacy.get("pattern").and_then(Value::as_array))
            .flatten()
            .filter_map(Value::as_table)
            .collect(),
        "week" => within(within(vec![all], "hours"), "week"),
        "[hours.brands.NAME]" => within(within(vec![all], "hours"), "brands")
            .into_iter()
            .flat_map(Toml::values)
            .filter_map(Value::as_table)
            .collect(),
        title => match title.strip_prefix("[[").and_then(|t| t.strip_suffix("]]")) {
            Some(key) => list(key),
            None => within(vec![all], title.trim_matches(['[', ']'])),
        },
    }
}
