//! `/claim [mention] [@user]` takes a mention, or gives it to somebody.

use crate::domain::Answer;
use crate::domain::{Decision, EventKind, Mention, PersonId, Refusal, Role, State, Text};
use crate::slash::{
    Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, at_work, held, may_take_over, person,
};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, the open one due first");
const USER: Opt<Optional<PersonId>> = Opt::new("user", "Whom to give it to; without it, you");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "claim",
    aliases: &["take", "assign"],
    summary: "Take a mention, or give it to somebody",
    options: &[MENTION.spec(), USER.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::DueFirst,
    run: Run::Act(decide),
    prompt: None,
    samples: &["claim 142 @ana", "claim", "claim 142"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let asked = call.args.get(&USER);
    let to = asked.as_ref().map_or_else(|| Ok(call.who.id.clone()), |typed| person(call, typed))?;
    let mine = to == call.who.id;
    let name = call.rules.person_name(&to);
    let asleep = matches!(m.state, State::Snoozed(_));
    if m.held_by(&to) && !m.state.is_closed() && !asleep {
        let whose = if mine { "yours".to_owned() } else { format!("{name}'s") };
        return Ok(Decision::new(Vec::new(), next_steps(m, Text::plain(format!("#{no} is {whose} already.")))));
    }
    if m.state != State::Unknown {
        at_work(call, m)?;
    }
    if let Some(claim) = &m.holder
        && claim.by != call.who.id
        && claim.by != to
    {
        let named = asked.is_some();
        if !(named && may_take_over(call, m)) {
            return Err(held(call, m));
        }
    }
    let before = m.holder.as_ref().filter(|c| c.by != to && c.by != call.who.id);
    let from = before.map_or_else(String::new, |c| format!(", taken over from {}", call.rules.person_name(&c.by)));
    let text = if mine {
        Text::plain(format!("#{no} is yours{from}."))
    } else {
        Text::plain(format!("#{no} is {name}'s now{from}; they get one ping."))
    };
    let answer = if mine { next_steps(m, text) } else { Answer::new(text) };
    Ok(Decision::new(vec![EventKind::Claimed { by: to, given: !mine }], answer))
}

fn next_steps(m: &Mention, text: Text) -> Answer {
    let no = m.no.0;
    let answer = Answer::new(text);
    let answer = if m.can.reply {
        answer.offering("Reply…", format!("reply {no}"))
    } else {
        answer.offering("Done", format!("done {no} answered"))
    };
    answer.offering("Release", format!("release {no}"))
}
