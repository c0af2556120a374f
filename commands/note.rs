//! `/note [mention] text` leaves an internal remark. It never stops the clock.

use crate::domain::{Answer, Decision, EventKind, Field, Form, Found, Mention, Refusal, Role};
use crate::slash::{
    Asked, Call, MentionRef, NoRef, Opt, Optional, Prompt, Run, Spec, Visibility, internal, meant, no_query, said,
};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const TEXT: Opt<String> = Opt::new("text", "What your colleagues should know; the customer never sees it");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "note",
    aliases: &[],
    summary: "Leave an internal remark; it is never sent",
    options: &[MENTION.spec(), TEXT.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: Some(Prompt { missing: |args| args.get(&TEXT).is_err(), query: no_query, asks_mention: false, form }),
    samples: &["note 142 waiting for the warehouse"],
};

fn form(call: &Call<'_>, m: Option<&Mention>, _: &Found) -> Asked {
    let m = meant(m)?;
    let text = Field {
        initial: call.args.get(&TEXT).unwrap_or_default(),
        ..internal("Note", "For colleagues only: it is never sent, and the clock goes on.", false)
    };
    let form = Form::text(format!("Note on {}", m.no), format!("note {} -- {{text}}", m.no.0), text);
    Ok(Some(Form { about: said(m), submit: "Save note".to_owned(), ..form }))
}

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let text = call.args.get(&TEXT)?.trim().to_owned();
    if text.is_empty() {
        return Err(Refusal::new(format!(
            "`text` is empty. For example: `note {} waiting for the warehouse`.",
            m.no.0
        )));
    }
    let answer = Answer::new(format!("Noted on #{}, for colleagues only.", m.no.0));
    Ok(Decision::new(vec![EventKind::Noted { text }], answer))
}
