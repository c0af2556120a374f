//! `/snooze [mention] [until]` puts a mention away for a while.

use crate::domain::{Answer, Decision, EventKind, Mention, Refusal, Role, State, Text};
use crate::slash::{
    Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, When, at_work, choices, not_anothers,
};

choices! {
    Cancel { Cancel = "cancel" }
}

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const CANCEL: Opt<Optional<Cancel>> = Opt::new("cancel", "Bring it back now");
const UNTIL: Opt<Optional<When>> =
    Opt::new("until", "How long, or until when: 2h, tomorrow, mon 9:00; one day if left out");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "snooze",
    aliases: &[],
    summary: "Put a mention away for a while; it comes back with one ping",
    options: &[MENTION.spec(), CANCEL.spec(), UNTIL.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: None,
    samples: &["snooze 142 2h", "snooze 142 tomorrow", "snooze 142 mon 9:00", "snooze 142 cancel"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let (cancel, until) = (call.args.get(&CANCEL).is_some(), call.args.get(&UNTIL));
    at_work(call, m)?;
    not_anothers(call, m)?;
    if cancel {
        return match m.state {
            State::Snoozed(_) => Ok(Decision::new(vec![EventKind::Woke], Answer::new(format!("#{no} is back.")))),
            _ => Err(Refusal::new(format!("#{no} is not put away. `snooze {no} 2h` would do that."))),
        };
    }
    if m.state == State::Waiting {
        return Err(Refusal::new(format!(
            "A draft of #{no} waits for approval. `release {no}` takes it back, then it can be put away."
        ))
        .offering("Show it", format!("show {no}")));
    }
    let until = until.unwrap_or(When::After(86_400)).resolve(call.at, &call.zone())?;
    let words = Text::plain(format!("#{no} comes back ")).time(until).say(", with one ping. Its clock goes on.");
    let answer = Answer::new(words).offering("Bring it back", format!("snooze {no} cancel"));
    Ok(Decision::new(vec![EventKind::Snoozed { until }], answer))
}
