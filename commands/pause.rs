//! `/pause [reason]` stops everything outgoing at once.

use crate::domain::{Found, Paused, Query, Refusal, Role, Ruling};
use crate::slash::{Call, NoRef, Opt, Optional, Run, Spec, Visibility, clock};

const REASON: Opt<Optional<String>> = Opt::new("reason", "Why, for your colleagues");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "pause",
    aliases: &[],
    summary: "Stop everything outgoing at once; cards say so",
    options: &[REASON.spec()],
    role: Role::Admin,
    visibility: Visibility::Card,
    without_ref: NoRef::Unused,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &["pause an incident, see #ops", "pause"],
};

fn query(_: &Call<'_>) -> Result<Query, Refusal> {
    Ok(Query::Nothing)
}

fn decide(call: &Call<'_>, _: &Found) -> Result<Ruling, Refusal> {
    let reason = call.args.get(&REASON).map(|r| r.trim().to_owned()).unwrap_or_default();
    if let Some(paused) = &call.rules.paused {
        let who = call.rules.person_name(&paused.by);
        let since = clock(paused.at, call.at, &call.zone());
        return Ok(Ruling::say(format!(
            "Everything outgoing is paused already, by {who} since {since}. `resume` ends it."
        )));
    }
    let paused = Paused { by: call.who.id.clone(), at: call.at, reason };
    let value = serde_json::to_string(&paused)
        .map_err(|_| Refusal::new("This reason cannot be saved. Try `pause` without it."))?;
    let why = if paused.reason.is_empty() { String::new() } else { format!(" (reason: {})", paused.reason) };
    let mut ruling = Ruling::say(format!(
        "Paused{why}: nothing goes out until somebody types `resume`. Mentions are still heard, and drafts are kept."
    ));
    ruling.answer = ruling.answer.offering("Resume", "resume");
    ruling.settings.push(("paused".to_owned(), Some(value)));
    Ok(ruling)
}
