//! `/kind [mention] question|complaint|praise|other` corrects the classifier.

use crate::domain::{Answer, Decision, EventKind, Form, Found, Kind, Mention, Refusal, Role, Text};
use crate::slash::{
    Asked, Call, MentionRef, NoRef, Opt, Optional, Prompt, Run, Spec, Visibility, choice, meant, no_query, said,
};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const KIND: Opt<Kind> = Opt::new("kind", "What it is");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "kind",
    aliases: &[],
    summary: "Say what a mention is, when hearback got it wrong",
    options: &[MENTION.spec(), KIND.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: Some(Prompt { missing: |args| args.get(&KIND).is_err(), query: no_query, asks_mention: false, form }),
    samples: &["kind 142 praise", "kind 142 question"],
};

fn form(call: &Call<'_>, m: Option<&Mention>, _: &Found) -> Asked {
    let m = meant(m)?;
    let now = call.args.get(&KIND).unwrap_or(m.kind);
    let all = Kind::ALL.map(|kind| (capital(a(kind)), kind.word().to_owned())).to_vec();
    let field = choice("kind", "It is", now.word(), all);
    let form = Form::text(format!("Kind of {}", m.no), format!("kind {} {{kind}}", m.no.0), field);
    Ok(Some(Form { about: said(m), ..form }))
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let to = call.args.get(&KIND)?;
    if to == m.kind && m.confidence >= 1.0 {
        return Ok(Decision::new(Vec::new(), Answer::new(format!("#{no} is {} already.", a(to)))));
    }
    let due_at = call.targets.due_for(&m.brand, to, m.signals.urgent.is_some(), m.cycle().started_at);
    let mut words = Text::plain(format!("Thanks, noted: #{no} is {}, not {}.", a(to), a(m.kind)));
    if to == m.kind {
        words = Text::plain(format!("Thanks, noted: #{no} is {} indeed.", a(to)));
    }
    if let (Some(due), false) = (due_at, m.state.is_closed()) {
        words = words.say(" An answer is due ").time(due).say(".");
    }
    words = words.say(" hearback learns from it.");
    let mut answer = Answer::new(words);
    // Whoever said what it is not may say what it is.
    if (m.kind, to) == (Kind::Praise, Kind::Other) {
        answer = answer
            .offering("It is a complaint", format!("kind {no} complaint"))
            .offering("It is a question", format!("kind {no} question"));
    }
    Ok(Decision::new(vec![EventKind::KindSet { to, due_at }], answer))
}

fn a(kind: Kind) -> &'static str {
    match kind {
        Kind::Question => "a question",
        Kind::Complaint => "a complaint",
        Kind::Praise => "praise",
        Kind::Other => "something else",
    }
}
