//! `/approve [mention] [text]` agrees with another's draft, which is then sent; with a text, that edited version is.

use crate::domain::{Answer, Decision, EventKind, Mention, Refusal, Role, State, guard};
use crate::slash::{Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, at_work, foresee, version_of};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; it must be named");
const TEXT: Opt<Optional<String>> = Opt::new("text", "Your edited text; it is kept as a new version");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "approve",
    aliases: &[],
    summary: "Approve another's draft and send it, edited if you give a text",
    options: &[MENTION.spec(), TEXT.spec()],
    role: Role::Approver,
    visibility: Visibility::Card,
    without_ref: NoRef::Ask,
    run: Run::Act(decide),
    prompt: None,
    samples: &["approve 142 Sorry! We are looking into it.", "approve 142"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    at_work(call, m)?;
    let Some(draft) = m.draft().filter(|_| m.state == State::Waiting) else {
        return Err(Refusal::new(format!("Nothing of #{no} waits for approval. `queue approval` lists what does."))
            .offering("What waits", "queue approval"));
    };
    if draft.by == call.who.id {
        return Err(Refusal::new(format!(
            "You wrote v{}, so somebody else must approve it. Ask another approver, or `draft {no} …` to change it.",
            draft.version
        )));
    }
    let typed = call.args.get(&TEXT);
    let text = typed.as_deref().map(str::trim).filter(|t| !t.is_empty()).unwrap_or(&draft.text);
    guard::personal(call.rules, m, text)?;
    let (version, drafted) = version_of(m, text);
    let edited = drafted.is_some();
    let mut events: Vec<EventKind> = drafted.into_iter().collect();
    events.push(EventKind::Approved { version });
    guard::queue(call.rules, &foresee(call, m, &events), &call.who.id, version, true)?;
    events.push(EventKind::SendQueued { version, send: m.sends.saturating_add(1) });
    let kept = if edited { format!("Your edit is kept as v{version}. ") } else { String::new() };
    let answer = Answer::new(format!(
        "{kept}Approved: v{version} of #{no} is on its way to {}. The card says when it is there.",
        m.post.network
    ));
    Ok(Decision::new(events, answer))
}
