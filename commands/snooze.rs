//! `/snooze [mention] [until]` puts a mention away for a while.

use crate::domain::{
    Answer, Decision, EventKind, Field, FieldKind, Form, Found, LengthRule, Mention, Refusal, Role, State, Text,
};
use crate::slash::{
    Asked, Call, MentionRef, NoRef, Opt, Optional, Prompt, Run, Spec, Visibility, When, at_work, choice, choices,
    internal, meant, no_query, not_anothers, said, typed_words,
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
    prompt: Some(Prompt {
        missing: |args| args.get(&UNTIL).is_none() && args.get(&CANCEL).is_none(),
        query: no_query,
        asks_mention: false,
        form,
    }),
    samples: &["snooze 142 2h", "snooze 142 tomorrow", "snooze 142 mon 9:00", "snooze 142 cancel"],
};

/// What is offered to choose from; each is one word that can be typed as well.
const OFTEN: [(&str, &str); 6] = [
    ("One hour", "1h"),
    ("Two hours", "2h"),
    ("Four hours", "4h"),
    ("Tomorrow, 9:00", "tomorrow"),
    ("Monday, 9:00", "mon"),
    ("A week", "1w"),
];

fn may_rest(m: &Mention) -> Result<(), Refusal> {
    let no = m.no.0;
    if m.state == State::Waiting {
        return Err(Refusal::new(format!(
            "A draft of #{no} waits for approval. `release {no}` takes it back, then it can be put away."
        ))
        .offering("Show it", format!("show {no}")));
    }
    Ok(())
}

fn form(call: &Call<'_>, m: Option<&Mention>, _: &Found) -> Asked {
    let m = meant(m)?;
    at_work(call, m)?;
    not_anothers(call, m)?;
    may_rest(m)?;
    let often = OFTEN.map(|(label, word)| (label.to_owned(), word.to_owned())).to_vec();
    // What was typed before stands there again: chosen, if it is one of these, or else in the words.
    let typed = typed_words(&SPEC, call.args, &[CANCEL.name(), UNTIL.name()]);
    let until = call.args.get(&UNTIL).filter(|_| call.args.unread().is_empty() && call.args.get(&CANCEL).is_none());
    let same = |word: &&str| until.is_some() && When::read(word) == until;
    let chosen = OFTEN.into_iter().map(|(_, word)| word).find(same);
    let initial = if chosen.is_some() { String::new() } else { typed };
    let other = Field {
        name: "other",
        kind: FieldKind::Text { lines: false, length: LengthRule::Unlimited },
        initial,
        ..internal("Or until when, in your words", "90m, 3 days, fri 14:30, 16:00: in your time zone.", true)
    };
    // With the sign, `hours` typed alone does not make the number of the mention a number of hours.
    let line = format!("snooze {} {{other|until}}", m.no);
    let until = choice("until", "It comes back, with one ping", chosen.unwrap_or("2h"), often);
    let form = Form::text(format!("Snooze {}", m.no), line, until);
    let fields = form.fields.into_iter().chain([other]).collect();
    Ok(Some(Form { about: said(m), fields, submit: "Snooze".to_owned(), ..form }))
}

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
    may_rest(m)?;
    let until = until.unwrap_or(When::After(86_400)).resolve(call.at, &call.zone())?;
    let words = Text::plain(format!("#{no} comes back ")).time(until).say(", with one ping. Its clock goes on.");
    let answer = Answer::new(words).offering("Bring it back", format!("snooze {no} cancel"));
    Ok(Decision::new(vec![EventKind::Snoozed { until }], answer))
}
