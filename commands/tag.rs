//! `/tag [mention] +a -b` labels a mention.

use crate::domain::{
    Answer, Decision, EventKind, Field, FieldKind, Form, Found, LengthRule, Mention, Refusal, Role, Text,
};
use crate::slash::{
    Asked, Call, MentionRef, NoRef, Opt, Optional, Prompt, Run, Spec, Tags, Visibility, internal, meant, no_query,
    typed_words,
};
use std::collections::BTreeSet;

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const TAGS: Opt<Tags> = Opt::new("labels", "Labels to add with + and to remove with -");

/// The most labels of a mention.
const MOST: usize = 20;
/// The longest label, in characters.
const LONGEST: usize = 30;

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "tag",
    aliases: &["label"],
    summary: "Add and remove labels",
    options: &[MENTION.spec(), TAGS.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: Some(Prompt { missing: |args| args.get(&TAGS).is_err(), query: no_query, asks_mention: false, form }),
    samples: &["tag 142 +refund -urgent"],
};

fn form(call: &Call<'_>, m: Option<&Mention>, _: &Found) -> Asked {
    let m = meant(m)?;
    let labels = Field {
        kind: FieldKind::Text { lines: false, length: LengthRule::Unlimited },
        initial: typed_words(&SPEC, call.args, &[TAGS.name()]),
        ..internal("Labels", "+refund adds one, -urgent removes one; spaces between them.", false)
    };
    let form = Form::text(format!("Labels of {}", m.no), format!("tag {} {{text}}", m.no.0), labels);
    let now = m.tags.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let now = if now.is_empty() { "none".to_owned() } else { now };
    Ok(Some(Form { about: Text::plain(format!("Labels now: {now}.")), ..form }))
}

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let typed = call.args.get(&TAGS)?;
    let add = folded(&typed.add)?;
    let remove: BTreeSet<String> = folded(&typed.remove)?.difference(&add).cloned().collect();
    let added: Vec<String> = add.difference(&m.tags).cloned().collect();
    let removed: Vec<String> = remove.intersection(&m.tags).cloned().collect();
    if m.tags.len() + added.len() - removed.len() > MOST {
        return Err(Refusal::new(format!(
            "A mention has at most {MOST} labels, and #{no} has {}. Remove some first: `tag {no} -old`.",
            m.tags.len()
        )));
    }
    let mut after = m.tags.clone();
    after.retain(|t| !removed.contains(t));
    after.extend(added.iter().cloned());
    let list = after.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let list = if list.is_empty() { "none".to_owned() } else { list };
    if added.is_empty() && removed.is_empty() {
        return Ok(Decision::new(
            Vec::new(),
            Answer::new(format!("Nothing to change: the labels of #{no} are: {list}.")),
        ));
    }
    Ok(Decision::new(vec![EventKind::Tagged { added, removed }], Answer::new(format!("Labels of #{no}: {list}."))))
}

/// Upper and lower case are the same label.
fn folded(labels: &[String]) -> Result<BTreeSet<String>, Refusal> {
    labels
        .iter()
        .map(|label| {
            let label = label.trim().trim_end_matches(',').to_lowercase();
            let plain = !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || "-_/.:&".contains(c));
            if !plain || label.chars().count() > LONGEST {
                return Err(Refusal::new(format!(
                    "A label is one word of letters, digits, - and _, at most {LONGEST} characters. For example: `tag 142 +refund`."
                )));
            }
            Ok(label)
        })
        .collect()
}
