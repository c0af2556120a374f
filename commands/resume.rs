//! `/resume` lets everything outgoing go on.

use crate::domain::{Found, Query, Refusal, Role, Ruling};
use crate::slash::{Call, NoRef, Run, Spec, Visibility, ago};

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "resume",
    aliases: &["unpause"],
    summary: "Let everything outgoing go on after a pause",
    options: &[],
    role: Role::Admin,
    visibility: Visibility::Card,
    without_ref: NoRef::Unused,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &["resume"],
};

fn query(_: &Call<'_>) -> Result<Query, Refusal> {
    Ok(Query::Nothing)
}

fn decide(call: &Call<'_>, _: &Found) -> Result<Ruling, Refusal> {
    let Some(paused) = &call.rules.paused else {
        return Ok(Ruling::say("Nothing is paused. `status` shows how everything is."));
    };
    let mut ruling = Ruling::say(format!("Going on, after a pause of {}.", ago(paused.at, call.at)));
    ruling.settings.push(("paused".to_owned(), None));
    Ok(ruling)
}
