//! `/send [mention] [version]` sends exactly that version: what the Send button of a preview stands for.

use crate::domain::{Answer, Decision, EventKind, Mention, Mode, Refusal, Role, State, guard};
use crate::slash::{Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, message, preview};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const VERSION: Opt<Optional<u64>> = Opt::new("version", "Which version of the text; it must be the newest one");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "send",
    aliases: &[],
    summary: "Send the newest text, if you wrote it or saw it in a preview",
    options: &[MENTION.spec(), VERSION.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: None,
    samples: &["send 142 2", "send 142"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let asked = call.args.get(&VERSION).map(|v| u32::try_from(v).unwrap_or(u32::MAX));
    let newest = m.draft().map_or(0, |d| d.version);
    let version = asked.unwrap_or(newest);
    guard::queue(call.rules, m, &call.who.id, version, false)?;
    let Some(draft) = m.draft() else { return Err(Refusal::new(format!("#{no} has no text yet: `reply {no} …`."))) };
    if let Some((by, _)) = &draft.rejected {
        return Err(Refusal::new(format!(
            "v{version} was rejected by {}. Write a new text: `reply {no} …`.",
            call.rules.person_name(by)
        )));
    }
    if draft.approved_by.is_none() && (call.rules.mode(m) == Mode::Approve || m.state == State::Waiting) {
        let refusal = Refusal::new(format!(
            "v{version} of #{no} needs approval by somebody other than its author before it goes out."
        ));
        return Err(if m.state == State::Waiting {
            Refusal { say: format!("{} They type `approve {no}`.", refusal.say), ..refusal }
        } else {
            Refusal { say: format!("{} `reply {no}` asks for it.", refusal.say), ..refusal }
                .offering("Ask for approval", format!("reply {no}"))
        });
    }
    // Without a version, only what this person wrote: a text that they may not have read is shown first.
    if asked.is_none() && draft.by != call.who.id {
        return Ok(Decision::new(Vec::new(), preview(call, m, version, &draft.text)));
    }
    if let Some(message) = message(m, draft) {
        let answer = Answer::new(format!("v{version} is on its way in private. The thread says when it is there."));
        return Ok(Decision::new(vec![message], answer));
    }
    let events = vec![EventKind::SendQueued { version, send: m.sends.saturating_add(1) }];
    let answer =
        Answer::new(format!("v{version} is on its way to {}. The card says when it is there.", m.post.network));
    Ok(Decision::new(events, answer))
}
