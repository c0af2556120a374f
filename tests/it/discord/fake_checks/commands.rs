//! What Discord refuses in a command.

use super::super::fake::APP;
use super::start;
use serde_json::{Value, json};

fn command(mut more: Value) -> Value {
    let mut base = json!({"name": "claim", "description": "Take it"});
    base.as_object_mut().unwrap().append(more.as_object_mut().unwrap());
    base
}

fn option(mut more: Value) -> Value {
    let mut base = json!({"type": 3, "name": "mention", "description": "Which"});
    base.as_object_mut().unwrap().append(more.as_object_mut().unwrap());
    base
}

fn options(list: &[Value]) -> Value {
    command(json!({"options": list}))
}

/// A command, where it is wrong, and by which code.
#[rustfmt::skip]
fn wrong() -> Vec<(Value, &'static str, &'static str)> {
    let name = "APPLICATION_COMMAND_INVALID_NAME";
    let length = "BASE_TYPE_BAD_LENGTH";
    let long = "BASE_TYPE_MAX_LENGTH";
    let choice = |n: usize| json!({"name": n.to_string(), "value": n.to_string()});
    let other = |i: usize, description: usize| json!({"type": 3, "name": format!("o{i}"), "description": "d".repeat(description)});
    let big: Vec<Value> = (0..25).map(|i| {
        let choices: Vec<Value> = (0..10).map(|c| json!({"name": format!("{c:0>20}"), "value": format!("{c:0>20}")})).collect();
        let mut option = other(i, 1);
        option["choices"] = json!(choices);
        option
    }).collect();
    vec![
        (command(json!({"name": "Claim"})), "0.name", name),
        (command(json!({"name": "claim it"})), "0.name", name),
        (command(json!({"name": "x".repeat(33)})), "0.name", length),
        (command(json!({"description": ""})), "0.description", length),
        (command(json!({"description": "x".repeat(101)})), "0.description", length),
        (json!({"name": "claim"}), "0.description", "BASE_TYPE_REQUIRED"),
        (command(json!({"name_localizations": {"nb": "ta"}})), "0.name_localizations", "BASE_TYPE_CHOICES"),
        (command(json!({"name_localizations": {"de": "Nehmen"}})), "0.name_localizations.de", name),
        (command(json!({"default_member_permissions": "many"})), "0.default_member_permissions", "BITFIELD_TYPE_CONVERT"),
        (command(json!({"contexts": [7]})), "0.contexts.0", "BASE_TYPE_CHOICES"),
        (json!({"name": "Claim", "type": 3, "description": "no"}), "0.description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION"),
        (options(&(0..26).map(|i| other(i, 1)).collect::<Vec<_>>()), "0.options", long),
        (options(&[option(json!({})), option(json!({}))]), "0.options.1", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"),
        (options(&[other(1, 1), option(json!({"required": true}))]), "0.options.1", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"),
        (options(&[option(json!({"type": 99}))]), "0.options.0.type", "BASE_TYPE_CHOICES"),
        (options(&[option(json!({"name": "Mention"}))]), "0.options.0.name", name),
        (options(&[option(json!({"choices": (0..26).map(choice).collect::<Vec<_>>()}))]), "0.options.0.choices", long),
        (options(&[option(json!({"choices": [choice(1), choice(1)]}))]), "0.options.0.choices.1", "APPLICATION_COMMAND_OPTIONS_CHOICES_DUPLICATE"),
        (options(&[option(json!({"choices": [{"name": "a", "value": 1}]}))]), "0.options.0.choices.0.value", "APPLICATION_COMMAND_OPTIONS_CHOICES_VALUE_INVALID"),
        (options(&[option(json!({"choices": [choice(1)], "autocomplete": true}))]), "0.options.0", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID"),
        (options(&[option(json!({"min_value": 1}))]), "0.options.0.min_value", "APPLICATION_COMMAND_OPTIONS_BOUNDS_INVALID"),
        (options(&[option(json!({"max_length": 6_001}))]), "0.options.0.max_length", "NUMBER_TYPE_MAX"),
        (options(&big), "0", "APPLICATION_COMMAND_TOO_LARGE"),
    ]
}

#[tokio::test]
async fn what_is_wrong_is_refused_at_its_place() {
    let (fake, client, _) = start().await;
    let path = format!("/applications/{APP}/commands");
    for (body, place, code) in wrong() {
        let got = client.put(&path, json!([body])).await;
        assert_eq!(got.error(), (400, 50035), "{body} {got:?}");
        assert_eq!(got.at(place), code, "{body} {got:?}");
    }
    let twice = client.put(&path, json!([command(json!({})), command(json!({}))])).await;
    assert_eq!(twice.at("1"), "APPLICATION_COMMANDS_DUPLICATE_NAME");
    assert_eq!(fake.forgive().len(), wrong().len() + 1);
    assert!(fake.commands().is_empty());
    let many = |n: usize, kind: u64| -> Vec<Value> {
        let text = if kind == 1 { "d" } else { "" };
        (0..n).map(|i| json!({"name": format!("c{i}"), "type": kind, "description": text})).collect()
    };
    assert_eq!(client.put(&path, json!(many(101, 1))).await.error(), (400, 30032));
    assert_eq!(client.put(&path, json!(many(16, 3))).await.error(), (400, 30032));
    fake.forgive();
    client.put(&path, json!([many(100, 1), many(15, 3)].concat())).await.ok();
    assert_eq!(client.post(&path, json!({"name": "one-more", "description": "d"})).await.error(), (400, 30032));
    fake.forgive();
    fake.ends();
}

#[tokio::test]
async fn names_in_every_script() {
    let (fake, client, _) = start().await;
    let names = ["claim", "übernehmen", "ta_notat", "l'aide", "引き受ける", "हिंदी", "ไทย", "1st-look"];
    let commands: Vec<Value> = names.iter().map(|n| json!({"name": n, "description": "d"})).collect();
    let menus = json!([{"name": "Reply to Mention…", "type": 3}]);
    let all: Vec<Value> = commands.into_iter().chain(menus.as_array().unwrap().clone()).collect();
    client.put(&format!("/applications/{APP}/commands"), json!(all)).await.ok();
    assert_eq!(fake.commands().len(), names.len() + 1);
    fake.ends();
}

#[tokio::test]
async fn two_hundred_new_ones_a_day() {
    let (fake, client, clock) = start().await;
    let path = format!("/applications/{APP}/commands");
    let hundred = |letter: char| -> Vec<Value> {
        (0..100).map(|i| json!({"name": format!("{letter}{i}"), "description": "d"})).collect()
    };
    for letter in ['a', 'a', 'b'] {
        client.put(&path, json!(hundred(letter))).await.ok();
    }
    assert_eq!(client.put(&path, json!([{"name": "c", "description": "d"}])).await.error(), (400, 30034));
    assert_eq!(fake.commands().len(), 100);
    client.put(&path, json!([])).await.ok();
    clock.passes(24 * 60 * 60 * 1_000);
    client.put(&path, json!(hundred('a'))).await.ok();
    assert_eq!(fake.forgive().len(), 1);
    fake.ends();
}
