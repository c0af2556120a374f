//! A modal as a person sees it: its fields, what stands in them, and sending it.

use super::interactions::Interaction;
use super::payload::{self, Place};
use super::payload_options::{Refusal, wrong};
use super::person::{Done, check_sees, chosen};
use super::person_said::Said;
use super::{FakeDiscord, State};
use serde_json::{Value, json};
use std::fmt::Write;

/// An open modal.
#[derive(Clone, Debug)]
pub struct Modal {
    /// The interaction that opened it.
    pub interaction: String,
    pub channel: String,
    /// The message whose button opened it.
    message: Option<String>,
    /// As the app sent it.
    pub data: Value,
}

/// One field: its label and its component.
struct Field<'a> {
    label: &'a str,
    component: &'a Value,
}

impl Modal {
    pub(super) fn of(interaction: &Interaction, data: Value) -> Self {
        let message = interaction.message.clone();
        Self { interaction: interaction.id.clone(), channel: interaction.channel.clone(), message, data }
    }

    pub fn title(&self) -> &str {
        self.data["title"].as_str().unwrap_or_default()
    }

    pub fn custom_id(&self) -> &str {
        self.data["custom_id"].as_str().unwrap_or_default()
    }

    fn fields(&self) -> Vec<Field<'_>> {
        let tops = self.data["components"].as_array().into_iter().flatten();
        tops.filter_map(|top| {
            let component = if top["type"] == 1 { &top["components"][0] } else { &top["component"] };
            let label = top["label"].as_str().or(component["label"].as_str())?;
            Some(Field { label, component })
        })
        .collect()
    }

    /// What stands in a field (by label or `custom_id`) when the modal opens.
    pub fn value(&self, field: &str) -> String {
        let fields = self.fields();
        let found = fields.iter().find(|f| f.label == field || f.component["custom_id"] == field);
        let found = found.unwrap_or_else(|| panic!("there is no field {field:?} in:\n{}", self.text()));
        found.component["value"].as_str().unwrap_or_default().to_owned()
    }

    /// What a person reads.
    pub fn text(&self) -> String {
        let mut text = format!("= {} =\n", self.title());
        for top in self.data["components"].as_array().into_iter().flatten() {
            let line = |text: &mut String, line: String| writeln!(text, "{line}").expect("a string takes all");
            if top["type"] == 10 {
                line(&mut text, top["content"].as_str().unwrap_or_default().to_owned());
                continue;
            }
            let component = if top["type"] == 1 { &top["components"][0] } else { &top["component"] };
            let label = top["label"].as_str().or(component["label"].as_str()).unwrap_or_default();
            let needed = if component["required"] == false { "" } else { " *" };
            let part = |name: &str| component[name].as_str().filter(|t| !t.is_empty());
            let shown = if component["type"] == 4 {
                let hint = part("placeholder").map(|hint| format!("({hint})")).unwrap_or_default();
                format!("[{}]", part("value").unwrap_or(&hint))
            } else {
                let options = component["options"].as_array().into_iter().flatten();
                let labels: Vec<String> = options
                    .map(|o| {
                        let label = o["label"].as_str().unwrap_or_default();
                        if o["default"] == true { format!("*{label}") } else { label.to_owned() }
                    })
                    .collect();
                format!("{{{}: {}}}", part("placeholder").unwrap_or("choose"), labels.join(" | "))
            };
            line(&mut text, format!("{label}{needed}: {shown}"));
            if let Some(description) = top["description"].as_str() {
                line(&mut text, format!("  ({description})"));
            }
        }
        text.trim_end().to_owned()
    }

    /// Fills the fields in and makes the data of the submission, in the shape in which the modal was sent.
    fn filled(&self, state: &State, place: Place, values: &[(&str, &str)]) -> Result<Value, Refusal> {
        let fields = self.fields();
        for (name, _) in values {
            if !fields.iter().any(|f| f.label == *name || f.component["custom_id"] == *name) {
                return wrong(format!("there is no field {name:?} in:\n{}", self.text()));
            }
        }
        let mut number = 0;
        let mut next = || {
            number += 1;
            number
        };
        let mut resolved = json!({});
        let mut sent = Vec::new();
        for top in self.data["components"].as_array().into_iter().flatten() {
            let id = top["id"].as_u64().filter(|id| *id > 0).unwrap_or_else(&mut next);
            if top["type"] == 10 {
                sent.push(json!({"type": 10, "id": id}));
                continue;
            }
            let component = if top["type"] == 1 { &top["components"][0] } else { &top["component"] };
            let label = top["label"].as_str().or(component["label"].as_str()).unwrap_or_default();
            let given = values.iter().find(|(n, _)| *n == label || component["custom_id"] == *n).map(|(_, v)| *v);
            let mut shown = input(state, place, component, given, &mut resolved)
                .map_err(|why| Refusal::Wrong(format!("{label:?}: {why}")))?;
            shown["id"] = json!(component["id"].as_u64().filter(|id| *id > 0).unwrap_or_else(&mut next));
            sent.push(if top["type"] == 1 {
                json!({"type": 1, "id": id, "components": [shown]})
            } else {
                json!({"type": 18, "id": id, "component": shown})
            });
        }
        let mut data = json!({"custom_id": self.custom_id(), "components": sent});
        if resolved.as_object().is_some_and(|r| !r.is_empty()) {
            data["resolved"] = resolved;
        }
        Ok(data)
    }
}

/// One component as the client sends it; the error is what the client marks.
fn input(
    state: &State,
    place: Place,
    component: &Value,
    given: Option<&str>,
    resolved: &mut Value,
) -> Result<Value, String> {
    let needed = component["required"] != false;
    let kind = component["type"].as_u64().unwrap_or_default();
    let custom_id = &component["custom_id"];
    let all = || component["options"].as_array().into_iter().flatten();
    match kind {
        4 => {
            let text = given.or(component["value"].as_str()).unwrap_or_default();
            let count = u64::try_from(text.chars().count()).expect("it is a length");
            let least = component["min_length"].as_u64().unwrap_or(0);
            let most = component["max_length"].as_u64().unwrap_or(4_000);
            if needed && text.trim().is_empty() {
                return Err("this field is required".to_owned());
            }
            if count > 0 && count < least || count > most {
                return Err(format!("{count} characters; {least} to {most} are allowed"));
            }
            if component["style"] == 1 && text.contains('\n') {
                return Err("a short field holds one line".to_owned());
            }
            Ok(json!({"type": 4, "custom_id": custom_id, "value": text}))
        }
        3 | 5..=8 | 22 => {
            let preset: Vec<&str> =
                all().filter(|o| o["default"] == true).filter_map(|o| o["value"].as_str()).collect();
            let picked: Vec<&str> = given.map_or(preset, |g| g.split(", ").filter(|p| !p.is_empty()).collect());
            if picked.is_empty() && !needed {
                return Ok(json!({"type": kind, "custom_id": custom_id, "values": []}));
            }
            let (values, more) = chosen(state, place, component, &picked).map_err(|why| why.to_string())?;
            if let (Some(into), Value::Object(more)) = (resolved.as_object_mut(), more) {
                into.extend(more);
            }
            Ok(json!({"type": kind, "custom_id": custom_id, "values": values}))
        }
        21 => {
            let preset = all().find(|o| o["default"] == true);
            let picked = given.map_or(preset, |g| all().find(|o| o["label"] == g || o["value"] == g));
            if picked.is_none() && (needed || given.is_some()) {
                return Err("one must be chosen".to_owned());
            }
            Ok(json!({"type": 21, "custom_id": custom_id, "value": picked.map(|p| p["value"].clone())}))
        }
        23 => {
            let on = given.map_or(component["default"] == true, |g| g == "true");
            Ok(json!({"type": 23, "custom_id": custom_id, "value": on}))
        }
        _ => Err(format!("the driver cannot fill a component of type {kind}")),
    }
}

impl FakeDiscord {
    /// Fills fields in, by label or `custom_id`, and sends the modal; what is not named keeps what stands in it.
    pub async fn submit(&self, user: &str, modal: &Modal, values: &[(&str, &str)]) -> Said {
        let said = self.try_submit(user, modal, values).await;
        said.unwrap_or_else(|why| panic!("{user} cannot send the modal: {why}\n{}", modal.text()))
    }

    /// Like `submit`, but says why the client does not let them.
    pub async fn try_submit(&self, user: &str, modal: &Modal, values: &[(&str, &str)]) -> Result<Said, Refusal> {
        let place = Place { user, channel: &modal.channel };
        let opener = self.inner.book.get(&modal.interaction);
        assert_eq!(opener.user, user, "the modal was opened for somebody else");
        let done = {
            let state = self.inner.state();
            check_sees(&state, place)?;
            let data = modal.filled(&state, place, values)?;
            let opened_by = payload::metadata(&state, &opener);
            Done { message: modal.message.clone(), opened_by, ..Done::new(5, modal.title(), data) }
        };
        Ok(self.act(place, done).await)
    }
}
