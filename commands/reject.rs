//! `/reject [mention] [reason]` does not agree with another's draft.

use crate::domain::{Answer, Decision, Draft, EventKind, Field, Form, Found, Mention, Refusal, Role, State, Text};
use crate::slash::{
    Asked, Call, MentionRef, NoRef, Opt, Optional, Prompt, Run, Spec, Visibility, at_work, internal, meant, no_query,
    typed,
};

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
    prompt: Some(Prompt { missing: |args| args.get(&REASON).is_none(), query: no_query, asks_mention: false, form }),
    samples: &["reject 142 too stiff, and please name the shop", "reject 142"],
};

/// The draft that waits for somebody other than its author.
fn waiting<'m>(call: &Call<'_>, m: &'m Mention) -> Result<&'m Draft, Refusal> {
    let no = m.no.0;
    at_work(call, m)?;
    let Some(draft) = m.draft().filter(|_| m.state == State::Waiting) else {
        return Err(Refusal::new(format!("Nothing of #{no} waits for approval. `queue approval` lists what does."))
            .offering("What waits", "queue approval"));
    };
    if draft.by == call.who.id {
        return Err(Refusal::new(format!("v{} is your own. Write another with `draft {no} …`.", draft.version)));
    }
    Ok(draft)
}

fn form(call: &Call<'_>, m: Option<&Mention>, _: &Found) -> Asked {
    let m = meant(m)?;
    let draft = waiting(call, m)?;
    let author = call.rules.person_name(&draft.by);
    let about = Text::new().bold(format!("v{} by {author}", draft.version)).line().quote(&draft.text);
    let reason = Field {
        initial: typed(call, &REASON).unwrap_or_default(),
        ..internal("What should change?", &format!("{author} is told. It may be left empty."), true)
    };
    let form = Form::text(format!("Reject reply {}", m.no), format!("reject {} -- {{text}}", m.no.0), reason);
    Ok(Some(Form { about, submit: "Reject".to_owned(), ..form }))
}

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let reason = typed(call, &REASON).unwrap_or_default();
    let draft = waiting(call, m)?;
    let name = call.rules.person_name(&draft.by);
    let answer = Answer::new(format!("v{} of #{no} is rejected; {name} is told.", draft.version));
    Ok(Decision::new(vec![EventKind::Rejected { version: draft.version, reason }], answer))
}
