//! `/model [status|diff|reset]` is what hearback has learned from corrections.

use crate::domain::{
    Found, MODEL_RESET, MODEL_RESET_BEFORE, ModelReset, ModelState, Query, Refusal, Role, Ruling, Text,
};
use crate::report::{model_diff, model_status};
use crate::slash::{Call, NoRef, Opt, Optional, Run, Spec, Visibility, choices, require};

choices! {
    Action { Status = "status", Diff = "diff", Reset = "reset" }
}
choices! {
    How { Sure = "sure", Undo = "undo" }
}

const ACTION: Opt<Optional<Action>> = Opt::new("action", "What to do; without it, how it learned");
const HOW: Opt<Optional<How>> = Opt::new("how", "For reset: sure forgets, undo remembers again").only_after(&["reset"]);

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "model",
    aliases: &[],
    summary: "What hearback has learned from corrections: status, diff, reset",
    options: &[ACTION.spec(), HOW.spec()],
    role: Role::Responder,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::Unused,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &["model reset sure", "model", "model status", "model diff", "model reset", "model reset undo"],
};

fn query(_: &Call<'_>) -> Result<Query, Refusal> {
    Ok(Query::Model)
}

fn decide(call: &Call<'_>, found: &Found) -> Result<Ruling, Refusal> {
    let Found::Model(state, before) = found else {
        return Err(Refusal::new("What was learned could not be read. Try `model` again in a moment."));
    };
    match call.args.get(&ACTION) {
        None | Some(Action::Status) => {
            let mut ruling = Ruling::say(model_status(state, |who| call.rules.person_name(who)));
            if !state.words.is_empty() {
                ruling.answer = ruling.answer.offering("What changed", "model diff");
            }
            Ok(ruling)
        }
        Some(Action::Diff) => Ok(Ruling::say(model_diff(state))),
        Some(Action::Reset) => reset(call, state, before.as_deref()),
    }
}

fn reset(call: &Call<'_>, state: &ModelState, before: Option<&str>) -> Result<Ruling, Refusal> {
    require(Role::Admin, call.who, "Forgetting what was learned")?;
    match call.args.get(&HOW) {
        None => {
            let words = format!(
                "This forgets what was learned from {} corrections: kinds are told as shipped, and it learns anew from here \
                 on. The mentions stay as they are.",
                state.corrections
            );
            let mut ruling = Ruling::say(Text::plain(words));
            ruling.answer = ruling.answer.offering("Forget it", "model reset sure");
            Ok(ruling)
        }
        Some(How::Sure) => {
            let reset = ModelReset { at: call.at, by: call.who.id.clone() };
            let cannot = |_| Refusal::new("The reset cannot be saved. Try `model reset sure` again.");
            let value = serde_json::to_string(&reset).map_err(cannot)?;
            let old = state.reset.as_ref().map(serde_json::to_string).transpose().map_err(cannot)?;
            let mut ruling = Ruling::say("Forgotten: kinds are told as shipped, and lessons count from here on.");
            ruling.settings.push((MODEL_RESET.to_owned(), Some(value)));
            // Empty: before that everything counted.
            ruling.settings.push((MODEL_RESET_BEFORE.to_owned(), Some(old.unwrap_or_default())));
            ruling.answer = ruling.answer.offering("Undo", "model reset undo");
            Ok(ruling)
        }
        Some(How::Undo) => {
            let (Some(before), Some(_)) = (before, &state.reset) else {
                return Err(Refusal::new(
                    "Nothing was reset that could be taken back. `model status` says what counts.",
                ));
            };
            let mut ruling = Ruling::say("Taken back: what was learned before counts again.");
            let value = Some(before.to_owned()).filter(|json| !json.is_empty());
            ruling.settings.push((MODEL_RESET.to_owned(), value));
            ruling.settings.push((MODEL_RESET_BEFORE.to_owned(), None));
            Ok(ruling)
        }
    }
}
