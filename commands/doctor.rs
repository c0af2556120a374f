//! `/doctor` checks the set-up and says what to do about what is wrong.

use crate::domain::{Found, Query, Refusal, Role, Ruling, Text};
use crate::slash::{Call, NoRef, Run, Spec, Visibility};

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "doctor",
    aliases: &[],
    summary: "Check the set-up, and say what to do about what is wrong",
    options: &[],
    role: Role::Viewer,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::Unused,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &["doctor"],
};

fn query(_: &Call<'_>) -> Result<Query, Refusal> {
    Ok(Query::Health { checks: true })
}

fn decide(_: &Call<'_>, found: &Found) -> Result<Ruling, Refusal> {
    let Found::Health(health) = found else {
        return Err(Refusal::new("The checks could not be run. Try `doctor` again in a moment."));
    };
    let sources = health.sources.iter().map(|s| (format!("source {}", s.source), s.trouble.clone()));
    let store = ("store".to_owned(), health.store.trouble.clone());
    let disk =
        health.store.low_disk.then(|| "too little space; free some, or move the store to a larger disk".to_owned());
    let checks = health.checks.iter().cloned();
    let all: Vec<(String, Option<String>)> = checks.chain(sources).chain([store, ("disk".to_owned(), disk)]).collect();
    let bad = all.iter().filter(|(_, trouble)| trouble.is_some()).count();
    let title = match bad {
        0 => format!("All {} checks are fine.", all.len()),
        1 => "One thing needs attention:".to_owned(),
        n => format!("{n} things need attention:"),
    };
    let mut words = Text::new().bold(title);
    for (what, trouble) in &all {
        words = match trouble {
            Some(trouble) => words.line().bold("wrong").say(format!("  {what}: {trouble}")),
            None => words.line().say(format!("fine   {what}")),
        };
    }
    Ok(Ruling::say(words))
}
