//! `/help [command]` says what can be typed.

use crate::domain::{Found, Query, Refusal, Role, Ruling};
use crate::slash::{Call, NoRef, Opt, Optional, Run, Spec, Visibility, Word, find_spec, help_of, help_text, nearest};

const COMMAND: Opt<Optional<Word>> = Opt::new("command", "Which command; without it, all of them");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "help",
    aliases: &["commands"],
    summary: "What can be typed, or everything about one command",
    options: &[COMMAND.spec()],
    role: Role::Viewer,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::Unused,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &["help reply", "help"],
};

fn query(_: &Call<'_>) -> Result<Query, Refusal> {
    Ok(Query::Nothing)
}

fn decide(call: &Call<'_>, _: &Found) -> Result<Ruling, Refusal> {
    let Some(word) = call.args.get(&COMMAND) else { return Ok(Ruling::say(help_text(super::ALL, call.who))) };
    let name = word.0.trim_start_matches('/').to_lowercase();
    if let Some(spec) = find_spec(super::ALL, &name) {
        return Ok(Ruling::say(help_of(spec)));
    }
    let hint = nearest(&name, super::ALL.iter().map(|s| s.name))
        .map_or_else(|| "`help` lists all.".to_owned(), |near| format!("Did you mean `help {near}`?"));
    Err(Refusal::new(format!("There is no such command. {hint}")).offering("All commands", "help"))
}
