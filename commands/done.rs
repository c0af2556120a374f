//! `/done [mention] [reason]` closes a mention.

use crate::domain::{
    Answer, CopiesQuery, Decision, DoneReason, EventKind, Form, Found, Mention, Query, Refusal, Role, State,
};
use crate::slash::{
    Asked, Call, MentionRef, NoRef, Opt, Optional, Prompt, Run, Spec, Visibility, at_work, choice, choices, meant,
    no_query, not_anothers, said,
};

choices! {
    Copies { All = "all" }
}

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const REASON: Opt<Optional<DoneReason>> = Opt::new("reason", "Why; without it, answered, if it was");
const COPIES: Opt<Optional<Copies>> = Opt::new("copies", "all: also those that say the same and that nobody took up")
    .only_after(&["answered", "none", "spam", "notus", "duplicate", "elsewhere"]);

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "done",
    aliases: &["close", "resolve"],
    summary: "Close a mention, and say why",
    options: &[MENTION.spec(), REASON.spec(), COPIES.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::ActWith { query, decide },
    prompt: Some(Prompt { missing: |args| args.get(&REASON).is_none(), query: no_query, asks_mention: false, form }),
    samples: &["done 142 spam all", "done 142 none", "done 142", "done 142 answered", "done 142 spam"],
};

/// What must hold whatever the reason is.
fn may_close(call: &Call<'_>, m: &Mention, asked: Option<DoneReason>) -> Result<(), Refusal> {
    let no = m.no.0;
    match m.state {
        State::Done(reason) => {
            return Err(Refusal::new(format!(
                "#{no} is closed already ({}). `reopen {no}` first if that is wrong.",
                reason.word()
            ))
            .offering("Reopen", format!("reopen {no}")));
        }
        State::Unknown if asked == Some(DoneReason::Answered) => {}
        State::Replied => {}
        _ => at_work(call, m)?,
    }
    if matches!(m.state, State::Unknown | State::Replied) { Ok(()) } else { not_anothers(call, m) }
}

fn form(call: &Call<'_>, m: Option<&Mention>, _: &Found) -> Asked {
    let m = meant(m)?;
    may_close(call, m, None)?;
    // With a reason, it is the form that was wanted.
    if m.cycle().response.is_some() && call.args.get(&REASON).is_none() {
        return Ok(None);
    }
    let known = m.cycle().response.is_some();
    let asks = if known { "Why is it done?" } else { "Why is it done? No answer is known" };
    let first = call.args.get(&REASON).unwrap_or(DoneReason::Answered);
    let all = DoneReason::ALL.map(|reason| (label(reason).to_owned(), reason.word().to_owned())).to_vec();
    let field = choice("reason", asks, first.word(), all);
    let form = Form::text(format!("Close {}", m.no), format!("done {} {{reason}}", m.no.0), field);
    Ok(Some(Form { about: said(m), submit: "Close".to_owned(), ..form }))
}

fn query(call: &Call<'_>) -> Result<Query, Refusal> {
    Ok(match call.no {
        Some(of) => Query::Copies(CopiesQuery { of, open: true, offset: 0, limit: 0 }),
        None => Query::Nothing,
    })
}

fn decide(call: &Call<'_>, m: &Mention, found: &Found) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let asked = call.args.get(&REASON);
    let answered = m.cycle().response.is_some();
    // A copy has none of its own: what is found are those of the first one.
    let copies = match found {
        Found::Copies(copies) if m.lead().is_none() => copies.open,
        _ => 0,
    };
    let all = call.args.get(&COPIES).is_some() && copies > 0;
    if let (State::Done(reason), true) = (m.state, all)
        && asked.is_none_or(|asked| asked == reason)
    {
        let say = format!("#{no} was closed already; so are the {copies} now that say the same.");
        return Ok(Decision { copies: Some(reason), ..Decision::new(Vec::new(), Answer::new(say)) });
    }
    may_close(call, m, asked)?;
    let reason = match asked {
        Some(reason) => reason,
        None if answered => DoneReason::Answered,
        None => {
            let mut refusal = Refusal::new(format!(
                "`reason` is missing: no answer to #{no} is known. Say why it is done: `done {no} answered`, none, spam, \
                 notus, duplicate or elsewhere."
            ));
            for reason in DoneReason::ALL {
                refusal = refusal.offering(label(reason), format!("done {no} {}", reason.word()));
            }
            return Err(refusal);
        }
    };
    let mut say = format!("#{no} is closed: {}.", label(reason).to_lowercase());
    if matches!(reason, DoneReason::Answered | DoneReason::Elsewhere) && !answered {
        say.push_str(" Its answer counts from now, since hearback did not see it.");
    }
    if reason.excluded() {
        say.push_str(" It leaves the figures, but stays listed.");
    }
    if all {
        say.push_str(&others(copies, "closed with it"));
    } else if copies > 0 {
        say.push_str(&others(copies, "still open"));
    }
    let mut answer = Answer::new(say).offering("Reopen", format!("reopen {no}"));
    if copies > 0 && !all {
        answer = answer.offering(format!("Close those {copies}, too"), format!("done {no} {} all", reason.word()));
        answer = answer.offering("Show them", format!("copies {no}"));
    }
    let decision = Decision::new(vec![EventKind::Closed { reason }], answer);
    Ok(Decision { copies: all.then_some(reason), ..decision })
}

/// How many others say the same, and what becomes of them.
fn others(copies: usize, what: &str) -> String {
    match copies {
        1 => format!(" One other that says the same is {what}."),
        n => format!(" {n} others that say the same are {what}."),
    }
}

fn label(reason: DoneReason) -> &'static str {
    match reason {
        DoneReason::Answered => "Answered",
        DoneReason::None => "No answer needed",
        DoneReason::Spam => "Spam",
        DoneReason::NotUs => "Not us",
        DoneReason::Duplicate => "Duplicate",
        DoneReason::Elsewhere => "Answered elsewhere",
    }
}
