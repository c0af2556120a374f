//! `/past [mention] [answer]` shows how mentions like this one were answered, and begins a draft with one of the answers.
//! It never sends.

use crate::domain::{
    Answer, Decision, EventKind, Form, Found, Mention, MentionNo, Past, Query, Refusal, Role, Ruling, State, Text,
    guard,
};
use crate::slash::{
    Args, Asked, Call, MentionRef, NoRef, Opt, Optional, Prompt, Run, Spec, Visibility, asks, filled, foresee, like_it,
    meant, past_lines, preview, public, take_up, version_of,
};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const ANSWER: Opt<Optional<u64>> = Opt::new("answer", "The number of the mention whose answer is the beginning");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "past",
    aliases: &[],
    summary: "How mentions like this one were answered; begin a draft with one of the answers",
    options: &[MENTION.spec(), ANSWER.spec()],
    role: Role::Responder,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::MyOnly,
    run: Run::Depends(run),
    prompt: Some(Prompt { missing: |args| args.get(&ANSWER).is_some(), query, asks_mention: false, form }),
    samples: &["past 142 88", "past 142"],
};

fn run(args: &Args) -> Run {
    if args.get(&ANSWER).is_some() { Run::ActWith { query, decide: begin } } else { Run::Ask { query, decide: list } }
}

fn query(call: &Call<'_>) -> Result<Query, Refusal> {
    match (call.no, call.args.get(&ANSWER)) {
        (Some(no), Some(of)) => Ok(Query::Similar { no, of: Some(MentionNo(of)) }),
        _ => like_it(call),
    }
}

/// The answer that was named.
fn named<'f>(call: &Call<'_>, m: &Mention, found: &'f Found) -> Result<&'f Past, Refusal> {
    let of = call.args.get(&ANSWER).unwrap_or_default();
    found.past().iter().find(|past| past.no.0 == of).ok_or_else(|| {
        let no = m.no.0;
        Refusal::new(format!(
            "#{of} has no answer that could be used for #{no}: it must be another mention of the same brand, answered in public \
             from here. `past {no}` lists those that are like it."
        ))
    })
}

/// What must hold whatever the answer is.
fn may_begin(call: &Call<'_>, m: &Mention) -> Result<Vec<EventKind>, Refusal> {
    let no = m.no.0;
    let events = take_up(call, m)?;
    if m.state == State::Waiting {
        return Err(Refusal::new(format!("A draft of #{no} waits for approval. `draft {no} …` replaces it."))
            .offering("Show it", format!("show {no}")));
    }
    Ok(events)
}

fn form(call: &Call<'_>, m: Option<&Mention>, found: &Found) -> Asked {
    if call.args.get(&ANSWER).is_none() {
        return Ok(None);
    }
    let m = meant(m)?;
    let past = named(call, m, found)?;
    may_begin(call, m)?;
    let field = public(call, m, "Draft, not sent yet", filled(call, m, &past.answer));
    let form = Form::text(format!("Draft for {}", m.no), format!("draft {} -- {{text}}", m.no.0), field);
    let about = asks(call, m).line().say(format!("It begins with the answer to {}: “{}”", past.no, past.asked));
    Ok(Some(Form { about, submit: "Save draft".to_owned(), ..form }))
}

fn begin(call: &Call<'_>, m: &Mention, found: &Found) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let past = named(call, m, found)?;
    let mut events = may_begin(call, m)?;
    let text = filled(call, m, &past.answer);
    let (version, drafted) = version_of(m, &text);
    events.extend(drafted);
    let after = foresee(call, m, &events);
    let answer = match guard::text(call.rules, &after, &text) {
        Ok(()) if call.rules.source(m).can.reply => preview(call, &after, version, &text),
        Ok(()) => Answer::new(Text::plain(format!("Kept as v{version} of #{no}:")).line().quote(text)),
        Err(trouble) => {
            let words =
                Text::plain(format!("Kept as v{version} of #{no}, but it cannot be sent like this. {}", trouble.say));
            Answer::new(words.line().quote(text)).offering("Edit…", format!("draft {no}"))
        }
    };
    Ok(Decision::new(events, answer))
}

fn list(call: &Call<'_>, found: &Found) -> Result<Ruling, Refusal> {
    let no = call.no.map_or(0, |no| no.0);
    let past = found.past();
    if past.is_empty() {
        return Ok(Ruling::say(format!("Nothing like #{no} was answered in public from here yet.")));
    }
    let mut ruling = Ruling::say(past_lines(call, past));
    for past in past {
        ruling.answer =
            ruling.answer.offering(format!("Use #{}'s answer…", past.no.0), format!("past {no} {}", past.no.0));
    }
    Ok(ruling)
}
