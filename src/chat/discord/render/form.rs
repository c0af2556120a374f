//! Forms. serenity has no builders for what stands in them today: labels and words.

use super::Names;
use super::markdown::fitting;
use super::text::{clip, label, units};
use crate::domain::{Field, FieldKind, Form};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The types of components (Discord, "Component Types").
const STRING_SELECT: u8 = 3;
const TEXT_INPUT: u8 = 4;
const TEXT_DISPLAY: u8 = 10;
const LABEL: u8 = 18;
/// Most components of a form, words included (Discord, "Interaction Callback Data Structure", modal: 1 to 5).
const COMPONENTS: usize = 5;
/// Longest title, and longest label and description of a field, in units (Discord, "Modal", "Label").
const TITLE: usize = 45;
const NAME: usize = 45;
const HINT: usize = 100;
/// Longest text that a field takes, in units: as much as any form holds, so that it can be opened again with all of it
/// (`Form::whole`; Discord, "Text Input": 4,000).
const INPUT: usize = 3_000;
/// Most of the words above the fields, in units: the fields must be in sight (Discord, "Text Display": 4,000).
const ABOUT: usize = 1_500;
/// Most choices, and their longest text and value, in units (Discord, "String Select").
const CHOICES: usize = 25;
const CHOICE: usize = 100;

/// A form to be filled in. Its fields are found again by their names. A text that stands in it at first is what was written
/// before, and stays exactly as it is up to 3,000 units: whoever opens a form for a longer one must refuse it first.
pub fn form(form: &Form, names: &Names, custom_id: &str) -> Value {
    let mut components: Vec<Value> = form.fields.iter().take(COMPONENTS).map(field).collect();
    let about = fitting(&form.about, names, None, ABOUT);
    if components.len() < COMPONENTS && !about.is_empty() {
        components.insert(0, json!({ "type": TEXT_DISPLAY, "content": about }));
    }
    json!({ "custom_id": custom_id, "title": label(&form.title, TITLE), "components": components })
}

fn field(field: &Field) -> Value {
    let component = match &field.kind {
        FieldKind::Choice(choices) => select(field, choices).unwrap_or_else(|| input(field, false)),
        FieldKind::Text { lines, .. } => input(field, *lines),
    };
    let mut labelled = json!({ "type": LABEL, "label": label(&field.label, NAME), "component": component });
    if !field.hint.trim().is_empty() {
        labelled["description"] = json!(label(&field.hint, HINT));
    }
    labelled
}

/// A field for text. Discord's limit holds here, never the network's: too long a text is refused with the reason when it is
/// handed in.
fn input(field: &Field, lines: bool) -> Value {
    let mut input = json!({
        "type": TEXT_INPUT,
        "custom_id": field.name,
        "style": if lines || field.initial.contains('\n') { 2 } else { 1 },
        "required": !field.optional,
        "max_length": INPUT,
    });
    if !field.initial.is_empty() {
        input["value"] = json!(clip(&field.initial, INPUT));
    }
    input
}

/// A field for a choice. What need not be chosen says so twice: without `min_values`, Discord's telephones let nobody take a
/// choice back (discord/discord-api-docs#8272). `None` if there is nothing to choose.
fn select(field: &Field, choices: &[(String, String)]) -> Option<Value> {
    let mut values = BTreeSet::new();
    let options: Vec<Value> = choices
        .iter()
        .filter(|(_, value)| !value.trim().is_empty() && units(value) <= CHOICE && values.insert(value))
        .take(CHOICES)
        .map(|(said, value)| {
            let mut option = json!({ "label": label(said, CHOICE), "value": value });
            if *value == field.initial {
                option["default"] = json!(true);
            }
            option
        })
        .collect();
    if options.is_empty() {
        return None;
    }
    let mut select = json!({
        "type": STRING_SELECT,
        "custom_id": field.name,
        "required": !field.optional,
        "options": options,
    });
    if field.optional {
        select["min_values"] = json!(0);
    }
    Some(select)
}
