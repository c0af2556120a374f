//! `/draft [mention] [text]` keeps a new version of the text, without sending it.

use crate::domain::{
    Answer, Decision, EventKind, Form, Found, Mention, Purpose, Query, Refusal, Role, State, Text, guard,
};
use crate::slash::{
    Asked, Call, Filled, MentionRef, NoRef, Opt, Optional, Prompt, Run, Spec, Visibility, asks, at_work, in_form,
    like_it, meant, past_about, past_offers, past_words, public, take_up, typed, version_of,
};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const TEXT: Opt<Optional<String>> = Opt::new("text", "The text, to the end of the line and beyond");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "draft",
    aliases: &[],
    summary: "Keep a new version of the text, without sending it",
    options: &[MENTION.spec(), TEXT.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::ActWith { query, decide },
    prompt: Some(Prompt { missing: |args| args.get(&TEXT).is_none(), query, asks_mention: false, form }),
    samples: &["draft 142 Sorry about that! We are looking into it.", "draft 142"],
};

/// Whoever has no text yet sees how others like it were answered.
fn query(call: &Call<'_>) -> Result<Query, Refusal> {
    if typed(call, &TEXT).is_some() { Ok(Query::Nothing) } else { like_it(call) }
}

/// An approver may change what waits, without taking the mention.
fn edits(call: &Call<'_>, m: &Mention) -> bool {
    m.state == State::Waiting && call.who.role >= Role::Approver && !m.held_by(&call.who.id)
}

/// What must hold whatever the text is.
fn begin(call: &Call<'_>, m: &Mention) -> Result<Vec<EventKind>, Refusal> {
    if edits(call, m) { at_work(call, m).map(|()| Vec::new()) } else { take_up(call, m) }
}

fn form(call: &Call<'_>, m: Option<&Mention>, found: &Found) -> Asked {
    let m = meant(m)?;
    begin(call, m)?;
    let text = typed(call, &TEXT)
        .or_else(|| m.draft().filter(|d| d.purpose != Purpose::Message).map(|d| d.text.clone()))
        .unwrap_or_default();
    let line = format!("draft {} -- {{text}}", m.no.0);
    let form = Form::text(format!("Draft for {}", m.no), line, public(call, m, "Draft, not sent yet", text));
    let about = asks(call, m).then(past_about(call, m, found.past()));
    Ok(Some(Form { about, submit: "Save draft".to_owned(), ..form }))
}

fn decide(call: &Call<'_>, m: &Mention, found: &Found) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let editing = edits(call, m);
    let mut events = begin(call, m)?;
    let typed = typed(call, &TEXT);
    in_form(call, m, typed.as_deref())?;
    let Some(text) = typed.as_deref() else {
        return Err(match m.draft() {
            None => {
                let past = found.past();
                let say = format!("Type the text after the number: `draft {no} Hello …`.{}", past_words(call, past));
                Refusal { offers: past_offers(m, past), ..Refusal::new(say) }
            }
            Some(d) => Refusal::new(format!(
                "Type the new text after the number: `draft {no} …`. The last version is v{}:\n{}",
                d.version, d.text
            )),
        });
    };
    let length = call.rules.source(m).length;
    let (version, drafted) = version_of(m, text);
    let Some(drafted) = drafted else {
        let answer = Answer::new(format!("That is v{version} of #{no} already: {}.", length.describe(text)));
        return Ok(Decision::new(events, offer(call, m, answer)));
    };
    events.push(drafted);
    let mut words = Text::plain(format!("Kept as v{version} of #{no}, not sent: {}.", length.describe(text)));
    let unfit = guard::text(call.rules, m, text).err();
    if let Some(trouble) = &unfit {
        words = words.line().bold("It cannot be sent like this.").say(format!(" {}", trouble.say));
    }
    if editing {
        events.push(EventKind::ApprovalAsked { version });
        words = words.line().say("It waits for approval by somebody other than you.");
    } else if m.state == State::Waiting {
        words = words.line().say(format!("It no longer waits for approval: `reply {no}` asks again."));
    }
    let answer = Answer::new(words);
    let again = unfit.is_some() && call.filled == Filled::Closed;
    let answer = if again { answer.offering("Edit again…", format!("draft {no}")) } else { answer };
    Ok(Decision::new(events, offer(call, m, answer)))
}

fn offer(call: &Call<'_>, m: &Mention, answer: Answer) -> Answer {
    let no = m.no.0;
    if call.rules.source(m).can.reply {
        answer.offering("Preview & send", format!("reply {no}"))
    } else {
        answer.offering("Done", format!("done {no} answered"))
    }
}
