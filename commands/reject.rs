//! `/reject [mention] [reason]` does not agree with another's draft.

use crate::domain::{Answer, Decision, EventKind, Mention, Refusal, Role, State};
use crate::slash::{Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, at_work};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; it must be named");
const REASON: Opt<Optional<String>> = Opt::new("reason", "What its author should change");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "reject",
    aliases: &[],
    summary: "Turn down another's draft, with a reason for its author",
    options: &[MENTION.spec(), REASON.spec()],
    role: Role::Approver,
    visibility: Visibility::Card,
    without_ref: NoRef::Ask,
    run: Run::Act(decide),
    prompt: None,
    samples: &["reject 142 too stiff, and please name the shop", "reject 142"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let reason = call.args.get(&REASON).map(|r| r.trim().to_owned()).unwrap_or_default();
    at_work(call, m)?;
    let Some(draft) = m.draft().filter(|_| m.state == State::Waiting) else {
        return Err(Refusal::new(format!("Nothing of #{no} waits for approval. `queue approval` lists what does."))
            .offering("What waits", "queue approval"));
    };
    if draft.by == call.who.id {
        return Err(Refusal::new(format!("v{} is your own. Write another with `draft {no} …`.", draft.version)));
    }
    let name = call.rules.person_name(&draft.by);
    let answer = Answer::new(format!("v{} of #{no} is rejected; {name} is told.", draft.version));
    Ok(Decision::new(vec![EventKind::Rejected { version: draft.version, reason }], answer))
}
