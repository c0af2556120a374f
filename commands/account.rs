//! `/account [mention] [source]` says whose account answers a mention, or lets another one answer it.

use crate::domain::{Answer, Decision, EventKind, Mention, Refusal, Role, SourceName, Text, Visibility as Seen};
use crate::slash::{
    Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, Word, at_work, drafted_as, not_anothers,
};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const SOURCE: Opt<Optional<Word>> = Opt::new("source", "Which source's account answers; without it, the list");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "account",
    aliases: &[],
    summary: "Whose account answers a mention, where a network has several",
    options: &[MENTION.spec(), SOURCE.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: None,
    samples: &["account 142 hook", "account 142"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let all = call.rules.answering(m);
    let named = call.args.get(&SOURCE);
    let Some(named) = named else { return Ok(Decision::new(Vec::new(), list(call, m, &all))) };
    let wanted = named.0.trim_start_matches('@');
    let is = |source: &SourceName| {
        let account = call.rules.account_name(source);
        source.0.eq_ignore_ascii_case(wanted) || account.trim_start_matches('@').eq_ignore_ascii_case(wanted)
    };
    let Some(source) = all.iter().copied().find(|source| is(source)) else {
        let mut refusal = Refusal::new(format!(
            "No account that can answer on {} is called `{wanted}`. `account {no}` lists those that can.",
            m.post.network
        ));
        for source in all.iter().take(5) {
            refusal = refusal.offering(call.rules.account_name(source), format!("account {no} {source}"));
        }
        return Err(refusal);
    };
    if *source == m.post.source {
        return Ok(Decision::new(Vec::new(), list(call, m, &all)));
    }
    at_work(call, m)?;
    not_anothers(call, m)?;
    if m.post.native.visibility == Some(Seen::Direct) {
        return Err(Refusal::new(format!(
            "#{no} is private: only {} can see it and answer it. `reply {no} …` answers as that.",
            call.rules.account_name(&m.post.source)
        )));
    }
    let can = call.rules.sources.get(source).map(|s| s.can).unwrap_or_default();
    let mut events = vec![EventKind::SourceChosen { source: source.clone(), can }];
    let name = call.rules.account_name(source);
    let mut answer = Answer::new(format!("#{no} is answered as {name} from now on."));
    // Another version: the Send button of a preview that named the other account sends nothing any more.
    if let Some(draft) = m.draft().filter(|d| d.rejected.is_none()) {
        events.push(drafted_as(m.next_version(), &draft.text, draft.purpose));
        answer = answer.offering("Preview", format!("reply {no}"));
    }
    Ok(Decision::new(events, answer))
}

fn list(call: &Call<'_>, m: &Mention, all: &[&SourceName]) -> Answer {
    let no = m.no.0;
    let now = call.rules.account_name(&m.post.source);
    let mut text = Text::plain(format!("#{no} is answered as {now} on {}", m.post.network));
    let others: Vec<&&SourceName> = all.iter().filter(|source| ***source != m.post.source).collect();
    text = text.say(if others.is_empty() { "; no other account can answer there." } else { ". Others that can:" });
    let mut answer = Answer::default();
    for source in others {
        let name = call.rules.account_name(source);
        text = text.line().say(format!("{name} (source {source})"));
        if answer.buttons.len() < 5 {
            answer = answer.offering(format!("Answer as {name}"), format!("account {no} {source}"));
        }
    }
    answer.text = text;
    answer
}
