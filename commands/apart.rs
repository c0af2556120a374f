//! `/apart [mention]` gives a copy a card of its own.

use crate::domain::{Answer, Decision, EventKind, Mention, Refusal, Role};
use crate::slash::{Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which copy; it must be named");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "apart",
    aliases: &["own"],
    summary: "Give a copy a card of its own: it does not say the same after all, or needs its own thread",
    options: &[MENTION.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::Ask,
    run: Run::Act(decide),
    prompt: None,
    samples: &["apart 142"],
};

fn decide(_: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    if m.erased {
        return Err(Refusal::new(format!("#{no} was erased on request: there is nothing left to show.")));
    }
    let Some(lead) = m.lead() else {
        return Err(Refusal::new(format!("#{no} has a card of its own already. `show {no}` tells all about it."))
            .offering("Show it", format!("show {no}")));
    };
    let answer = Answer::new(format!("#{no} gets a card of its own; the card of {lead} counts one less."))
        .offering("Claim", format!("claim {no}"));
    Ok(Decision::new(vec![EventKind::Parted], answer))
}
