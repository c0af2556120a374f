//! `/reopen [mention]` opens a closed mention again; one whose reply may be out, once a person saw that it is not.

use crate::domain::{Answer, Decision, EventKind, Mention, Refusal, ReopenCause, Role, State};
use crate::slash::{Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; it must be named");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "reopen",
    aliases: &[],
    summary: "Open a closed mention again",
    options: &[MENTION.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::Ask,
    run: Run::Act(decide),
    prompt: None,
    samples: &["reopen 142"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let claim = |answer: Answer| answer.offering("Claim", format!("claim {no}"));
    match m.state {
        State::Unknown if m.sending.as_ref().is_some_and(|s| !s.out.is_empty()) => Ok(not_the_next(call, m)),
        State::Unknown => {
            let why = format!("{} looked, and the reply is not there. It may be sent again.", call.who.name);
            let answer = Answer::new(format!("#{no} is back at work; its text is kept. `reply {no}` shows it again."))
                .offering("Preview", format!("reply {no}"));
            Ok(Decision::new(vec![EventKind::SendFailed { why }], answer))
        }
        state if state.is_closed() => {
            // Closed by mistake, the customer is still waiting since they wrote; otherwise a new wait begins now.
            let waiting = m.cycle().response.is_none();
            let from = if waiting { m.cycle().started_at } else { call.at };
            let due_at = call.targets.due_for(&m.brand, m.kind, m.signals.urgent.is_some(), from);
            let cause = ReopenCause::Person;
            let say =
                if waiting { "is open again; its clock was never stopped." } else { "is open again: a new wait." };
            Ok(Decision::new(
                vec![EventKind::Reopened { cause, from, due_at }],
                claim(Answer::new(format!("#{no} {say}"))),
            ))
        }
        _ => Err(Refusal::new(format!("#{no} is not closed. `show {no}` says where it stands."))
            .offering("Show it", format!("show {no}"))),
    }
}

/// Of a numbered thread, the part that may have been out is not: the rest may be sent.
fn not_the_next(call: &Call<'_>, m: &Mention) -> Decision {
    let Some(sending) = &m.sending else { return Decision::default() };
    let (out, rest) = (m.out_of(sending).unwrap_or_default(), m.send_the_rest(sending.version));
    let why = format!("{out}; {} looked, and the next one is not there. {rest}", call.who.name);
    let answer = Answer::new(format!("{out}. {rest}."))
        .offering("Send the rest", format!("send {} {}", m.no.0, sending.version));
    Decision::new(vec![EventKind::SendFailed { why }], answer)
}
