//! What `hearback register discord` sends, derived from the table of commands.

use hearback::chat::discord::register::{CONTROL_NAME, Scope, Table, bodies};
use hearback::chat::discord::{MESSAGE_COMMANDS, Shown};
use hearback::cli::registered_table;
use hearback::commands;
use hearback::slash::OptKind;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn shown() -> Shown {
    let de =
        [("claim", "übernehmen"), ("hearback", "rückmeldung"), ("status", "stand"), ("Claim mention", "Übernehmen")];
    let de: BTreeMap<String, String> = de.iter().map(|(verb, name)| ((*verb).to_owned(), (*name).to_owned())).collect();
    Shown { to: Some(1 << 13), names: BTreeMap::from([("de".to_owned(), de)]) }
}

fn named<'b>(all: &'b [Value], name: &str) -> &'b Value {
    all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn every_verb_can_be_reached() {
    let table = registered_table();
    let all = bodies(&table, &shown(), Scope::Guild);
    for spec in commands::ALL {
        let body = if commands::CONTROL.contains(&spec.name) {
            named(named(&all, CONTROL_NAME)["options"].as_array().unwrap(), spec.name)
        } else {
            named(&all, spec.name)
        };
        assert_eq!((&body["type"], &body["description"]), (&json!(1), &json!(spec.summary)), "{}", spec.name);
        let options = body["options"].as_array().unwrap();
        let names: BTreeSet<&str> = options.iter().map(|option| option["name"].as_str().unwrap()).collect();
        assert_eq!(names, spec.options.iter().map(|option| option.name).collect(), "{}", spec.name);
        // Required ones first, or Discord refuses them all.
        let required: Vec<bool> = options.iter().map(|option| option["required"].as_bool().unwrap()).collect();
        assert!(required.is_sorted_by(|a, b| a >= b), "{}: {required:?}", spec.name);
        for option in spec.options {
            let sent = named(options, option.name);
            match option.kind {
                OptKind::Choice(words) => {
                    let choices: Vec<&str> =
                        sent["choices"].as_array().unwrap().iter().map(|c| c["value"].as_str().unwrap()).collect();
                    assert_eq!((choices.as_slice(), &sent["type"]), (words, &json!(3)));
                }
                OptKind::Count => assert_eq!((&sent["type"], &sent["min_value"]), (&json!(4), &json!(1))),
                OptKind::Text => assert_eq!((&sent["type"], &sent["max_length"]), (&json!(3), &json!(3000))),
                _ => assert_eq!((&sent["type"], &sent["autocomplete"]), (&json!(3), &json!(true)), "{}", option.name),
            }
        }
    }
    for (name, verb) in MESSAGE_COMMANDS {
        assert_eq!(named(&all, name)["type"], 3);
        assert!(commands::ALL.iter().any(|spec| spec.name == verb), "{verb}");
        // A menu item has neither a description nor options.
        assert!(named(&all, name).get("description").is_none() && named(&all, name).get("options").is_none());
    }
    assert_eq!(all.len(), commands::ALL.len() - commands::CONTROL.len() + 1 + MESSAGE_COMMANDS.len());
}

#[test]
fn to_whom_they_are_shown_and_where() {
    let table = registered_table();
    let guild = bodies(&table, &shown(), Scope::Guild);
    assert!(guild.iter().all(|one| one["default_member_permissions"] == "8192" && one.get("contexts").is_none()));
    let global = bodies(&table, &Shown::default(), Scope::Global);
    assert!(global.iter().all(|one| one["default_member_permissions"].is_null()));
    assert!(global.iter().all(|one| one["contexts"] == json!([0]) && one["integration_types"] == json!([0])));
    assert_eq!(named(&guild, "claim")["name_localizations"], json!({ "de": "übernehmen" }));
    assert_eq!(named(&guild, "Claim mention")["name_localizations"], json!({ "de": "Übernehmen" }));
    assert!(named(&guild, "reply").get("name_localizations").is_none());
    let control = named(&guild, CONTROL_NAME);
    assert_eq!(control["name_localizations"]["de"], "rückmeldung");
    assert_eq!(named(control["options"].as_array().unwrap(), "status")["name_localizations"]["de"], "stand");
}

#[test]
fn names_are_those_of_commands_and_take_no_other_commands_name() {
    let table: Table = registered_table();
    assert_eq!(table.check(&shown()), Ok(()));
    let wrong = |verb: &str, name: &str| {
        let names = BTreeMap::from([(verb.to_owned(), name.to_owned())]);
        table.check(&Shown { to: None, names: BTreeMap::from([("fr".to_owned(), names)]) }).unwrap_err()
    };
    assert!(wrong("clam", "prendre").starts_with("[discord.names.fr]: there is no command \"clam\""));
    assert_eq!(
        wrong("claim", "note"),
        "[discord.names.fr]: \"claim\" cannot be called \"note\"; the command \"note\" is"
    );
}

#[test]
fn discord_takes_them() {
    let table = registered_table();
    for scope in [Scope::Guild, Scope::Global] {
        let all = bodies(&table, &shown(), scope);
        // Discord's documentation, "Application Commands": at most 100 commands, and 8000 characters in one.
        assert!(all.len() <= 100);
        for one in &all {
            assert!(characters(one) <= 8000, "{}: {}", one["name"], characters(one));
        }
    }
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/specs/discord-openapi.json");
    let Ok(text) = std::fs::read_to_string(&schema) else {
        println!("skipped: Discord's OpenAPI is not beside the repository");
        return;
    };
    let mut document: Value = serde_json::from_str(&text).unwrap();
    // The document says a number, the documentation and Discord's own answers a text.
    let bits = "/components/schemas/ApplicationCommandUpdateRequest/properties/default_member_permissions";
    *document.pointer_mut(bits).unwrap() = json!({ "type": ["string", "null"], "pattern": "^[0-9]+$" });
    document["$ref"] = json!("#/components/schemas/ApplicationCommandUpdateRequest");
    let validator = jsonschema::validator_for(&document).unwrap();
    for scope in [Scope::Guild, Scope::Global] {
        for one in bodies(&table, &shown(), scope) {
            let errors: Vec<String> =
                validator.iter_errors(&one).map(|e| format!("{e} at {}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{one}: {errors:?}");
        }
    }
    let mut wrong = bodies(&table, &shown(), Scope::Guild).swap_remove(0);
    wrong["options"][0]["name"] = json!("x".repeat(33));
    assert!(!validator.is_valid(&wrong));
}

/// Names, descriptions and values, as Discord counts them together.
fn characters(one: &Value) -> usize {
    let own: usize = ["name", "description", "value"]
        .iter()
        .filter_map(|key| one[key].as_str())
        .map(|text| text.chars().count())
        .sum();
    let inner = ["options", "choices"].iter().filter_map(|key| one[key].as_array()).flatten();
    own + inner.map(characters).sum::<usize>()
}
