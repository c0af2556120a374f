//! `/release [mention]` gives a mention back.

use crate::domain::{Answer, Decision, EventKind, Mention, Refusal, Role, State};
use crate::slash::{Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, at_work, held, not_anothers};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "release",
    aliases: &["unclaim"],
    summary: "Give a mention back; the draft stays",
    options: &[MENTION.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: None,
    samples: &["release 142"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    at_work(call, m)?;
    if m.holder.is_none() {
        return Err(held(call, m));
    }
    not_anothers(call, m)?;
    let waited = if m.state == State::Waiting { " It no longer waits for approval." } else { "" };
    let kept = m.draft().map_or_else(String::new, |d| format!(" The draft v{} stays.", d.version));
    let say = format!("#{no} is free again.{waited}{kept}");
    Ok(Decision::new(vec![EventKind::Released], Answer::new(say).offering("Claim", format!("claim {no}"))))
}
