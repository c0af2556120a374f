//! Buttons, menus and inputs, as docs.slack.dev limits them ("Block elements", "Composition objects").

use super::blocks::Check;
use serde_json::Value;
use std::collections::BTreeSet;

const PICKERS: &[&str] = &["datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons"];
const MENUS: &[&str] = &[
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
];
const INPUTS: &[&str] =
    &["plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"];

/// The elements of an actions block.
pub fn actions(check: &mut Check, elements: &Value, at: &str) {
    let mut names = BTreeSet::new();
    for (i, element) in check.list(elements, at, 25).iter().enumerate() {
        let at = format!("{at}/{i}");
        if let Some(id) = element["action_id"].as_str().filter(|id| !names.insert(*id)) {
            check.wrong(&format!("{at}/action_id"), format!("`action_id` {id} already exists for another element"));
        }
        one(check, element, &at, &["button", "overflow", "workflow_button"], false);
    }
}

/// What stands beside the text of a section.
pub fn accessory(check: &mut Check, element: &Value, at: &str) {
    if element["type"] == "image" {
        return picture(check, element, at);
    }
    one(check, element, at, &["button", "overflow", "workflow_button"], false);
}

/// What stands in an input block.
pub fn field(check: &mut Check, element: &Value, at: &str) {
    one(check, element, at, INPUTS, true);
}

pub fn picture(check: &mut Check, element: &Value, at: &str) {
    check.fields(element, at, &["alt_text"], &["image_url", "slack_file"]);
    check.url(&element["image_url"], &format!("{at}/image_url"));
    check.string(&element["alt_text"], &format!("{at}/alt_text"), 2_000);
}

fn one(check: &mut Check, element: &Value, at: &str, also: &[&str], input: bool) {
    let Some(kind) = element["type"].as_str() else { return check.wrong(at, "missing required field: type") };
    if !(also.contains(&kind) || MENUS.contains(&kind) || PICKERS.contains(&kind)) {
        return check.wrong(&format!("{at}/type"), format!("unsupported type: {kind}"));
    }
    check.string(&element["action_id"], &format!("{at}/action_id"), 255);
    confirm(check, &element["confirm"], &format!("{at}/confirm"));
    check.text(&element["placeholder"], &format!("{at}/placeholder"), 150, true);
    match kind {
        "button" => button(check, element, at),
        "overflow" => {
            check.fields(element, at, &["options"], &["action_id", "confirm"]);
            options(check, &element["options"], &format!("{at}/options"), 5, true);
        }
        "static_select" | "multi_static_select" => select(check, element, at),
        "checkboxes" | "radio_buttons" => {
            let mine = ["action_id", "confirm", "initial_option", "initial_options", "focus_on_load"];
            check.fields(element, at, &["options"], &mine);
            options(check, &element["options"], &format!("{at}/options"), 10, false);
            initial(check, element, at);
        }
        "plain_text_input" => text_input(check, element, at),
        _ => {}
    }
    if input && kind == "button" {
        check.wrong(&format!("{at}/type"), "a button is no input");
    }
}

fn button(check: &mut Check, element: &Value, at: &str) {
    check.fields(element, at, &["text"], &["action_id", "url", "value", "style", "confirm", "accessibility_label"]);
    check.text(&element["text"], &format!("{at}/text"), 75, true);
    check.string(&element["value"], &format!("{at}/value"), 2_000);
    check.url(&element["url"], &format!("{at}/url"));
    check.string(&element["accessibility_label"], &format!("{at}/accessibility_label"), 75);
    style(check, element, at);
}

fn style(check: &mut Check, element: &Value, at: &str) {
    if !element["style"].is_null() && !matches!(element["style"].as_str(), Some("primary" | "danger")) {
        check.wrong(&format!("{at}/style"), "must be primary or danger");
    }
}

fn select(check: &mut Check, element: &Value, at: &str) {
    let mine = [
        "action_id",
        "placeholder",
        "options",
        "option_groups",
        "initial_option",
        "initial_options",
        "confirm",
        "max_selected_items",
        "focus_on_load",
    ];
    check.fields(element, at, &[], &mine);
    match (element["options"].is_null(), element["option_groups"].is_null()) {
        (false, true) => options(check, &element["options"], &format!("{at}/options"), 100, true),
        (true, false) => {
            for (i, group) in
                check.list(&element["option_groups"], &format!("{at}/option_groups"), 100).iter().enumerate()
            {
                let at = format!("{at}/option_groups/{i}");
                check.fields(group, &at, &["label", "options"], &[]);
                check.text(&group["label"], &format!("{at}/label"), 75, true);
                options(check, &group["options"], &format!("{at}/options"), 100, true);
            }
        }
        _ => check.wrong(at, "exactly one of options and option_groups is needed"),
    }
    initial(check, element, at);
}

fn options(check: &mut Check, list: &Value, at: &str, most: usize, plain_only: bool) {
    let mut values = BTreeSet::new();
    for (i, option) in check.list(list, at, most).iter().enumerate() {
        let at = format!("{at}/{i}");
        check.fields(option, &at, &["text", "value"], &["description", "url"]);
        check.text(&option["text"], &format!("{at}/text"), 75, plain_only);
        check.string(&option["value"], &format!("{at}/value"), 150);
        check.text(&option["description"], &format!("{at}/description"), 75, plain_only);
        if option["value"].as_str().is_some_and(|v| !values.insert(v)) {
            check.wrong(&at, "two options have the same value");
        }
    }
}

/// What is chosen at first must be one of the options, exactly.
fn initial(check: &mut Check, element: &Value, at: &str) {
    let groups = element["option_groups"].as_array().into_iter().flatten().filter_map(|g| g["options"].as_array());
    let all: Vec<&Value> = element["options"].as_array().into_iter().chain(groups).flatten().collect();
    let first = Some(&element["initial_option"]).filter(|o| !o.is_null());
    let chosen = first.into_iter().chain(element["initial_options"].as_array().into_iter().flatten());
    for option in chosen {
        // `emoji` may be left out on one side.
        let same = |o: &&Value| o["value"] == option["value"] && o["text"]["text"] == option["text"]["text"];
        if !all.iter().any(same) {
            check.wrong(at, "the initial option is not one of the options");
        }
    }
}

fn text_input(check: &mut Check, element: &Value, at: &str) {
    let mine = [
        "action_id",
        "placeholder",
        "initial_value",
        "multiline",
        "min_length",
        "max_length",
        "dispatch_action_config",
        "focus_on_load",
    ];
    check.fields(element, at, &[], &mine);
    let number = |key: &str| element[key].as_u64();
    if number("min_length").is_some_and(|n| n > 3_000) {
        check.wrong(&format!("{at}/min_length"), "must be at most 3000");
    }
    if number("max_length").is_some_and(|n| !(1..=3_000).contains(&n)) {
        check.wrong(&format!("{at}/max_length"), "must be 1 to 3000");
    }
    let length = element["initial_value"].as_str().map_or(0, |v| v.chars().count());
    let most = number("max_length").unwrap_or(3_000);
    if u64::try_from(length).unwrap_or(u64::MAX) > most {
        check.wrong(&format!("{at}/initial_value"), format!("must be less than {} characters", most + 1));
    }
}

fn confirm(check: &mut Check, dialog: &Value, at: &str) {
    if dialog.is_null() || !check.fields(dialog, at, &["title", "text", "confirm", "deny"], &["style"]) {
        return;
    }
    check.text(&dialog["title"], &format!("{at}/title"), 100, true);
    check.text(&dialog["text"], &format!("{at}/text"), 300, false);
    check.text(&dialog["confirm"], &format!("{at}/confirm"), 30, true);
    check.text(&dialog["deny"], &format!("{at}/deny"), 30, true);
    style(check, dialog, at);
}
