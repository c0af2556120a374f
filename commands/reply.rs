//! `/reply [mention] [text]` claims if free, then sends by the brand's mode.

use crate::domain::{
    Answer, Button, Decision, EventKind, Form, Found, Mention, Mode, Purpose, Query, Refusal, Role, State, Text, guard,
};
use crate::slash::{
    Asked, Call, Filled, MentionRef, NoRef, Opt, Optional, Prompt, Run, Spec, Visibility, asks, foresee, in_form,
    like_it, meant, past_about, past_offers, past_words, preview, public, take_up, typed, version_of,
};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const TEXT: Opt<Optional<String>> = Opt::new("text", "The public reply; without it, the last draft");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "reply",
    aliases: &["answer"],
    summary: "Answer in public: a preview, an approval or at once, as the brand has it",
    options: &[MENTION.spec(), TEXT.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::ActWith { query, decide },
    prompt: Some(Prompt { missing: |args| args.get(&TEXT).is_none(), query, asks_mention: false, form }),
    samples: &["reply 142 Sorry about that! We are looking into it.", "reply 142"],
};

/// Whoever has no text yet sees how others like it were answered.
fn query(call: &Call<'_>) -> Result<Query, Refusal> {
    if typed(call, &TEXT).is_some() { Ok(Query::Nothing) } else { like_it(call) }
}

/// What must hold whatever the text is.
fn begin(call: &Call<'_>, m: &Mention) -> Result<Vec<EventKind>, Refusal> {
    let last = m.draft().filter(|_| typed(call, &TEXT).is_none());
    guard::may_say(call.rules, m, last.map_or(Purpose::Reply, |d| d.purpose))?;
    take_up(call, m)
}

fn form(call: &Call<'_>, m: Option<&Mention>, found: &Found) -> Asked {
    let m = meant(m)?;
    guard::may_say(call.rules, m, Purpose::Reply)?;
    take_up(call, m)?;
    // What was written for one reader must not become public by filling in a form.
    let last = m.draft().filter(|d| d.purpose != Purpose::Message);
    let text = typed(call, &TEXT).or_else(|| last.map(|d| d.text.clone())).unwrap_or_default();
    let mut about = asks(call, m);
    if let Some(draft) = last {
        if let Some((by, why)) = &draft.rejected {
            let why = if why.is_empty() { ".".to_owned() } else { format!(": {why}") };
            let by = call.rules.person_name(by);
            about = about.line().say(format!("v{} was rejected by {by}{why}", draft.version));
        } else if m.state == State::Waiting {
            about = about.line().say(format!("v{} waits for approval; another text takes its place.", draft.version));
        }
    }
    let about = about.then(past_about(call, m, found.past()));
    let submit = match call.rules.mode(m) {
        Mode::Confirm => "Preview",
        Mode::Approve => "Ask for approval",
        Mode::Direct => "Send",
    };
    let line = format!("reply {} -- {{text}}", m.no.0);
    let form = Form::text(format!("Reply to {}", m.no), line, public(call, m, "Public reply", text));
    Ok(Some(Form { about, submit: submit.to_owned(), ..form }))
}

fn decide(call: &Call<'_>, m: &Mention, found: &Found) -> Result<Decision, Refusal> {
    let mut events = begin(call, m)?;
    let no = m.no.0;
    let typed = typed(call, &TEXT);
    let typed = typed.as_deref();
    in_form(call, m, typed)?;
    if call.args.mention().is_none()
        && let Some(word) = typed.and_then(|t| t.split_whitespace().next()).filter(|w| nearly_a_reference(w))
    {
        // A slip of the finger must not become a reply to somebody else.
        return Err(Refusal::new(format!(
            "`{word}` looks like a mention, but is none. Name it first: `reply {no} {word} …` answers #{no} with that text."
        )));
    }
    let purpose = m.draft().filter(|_| typed.is_none()).map_or(Purpose::Reply, |d| d.purpose);
    let text = match (typed, m.draft()) {
        (Some(text), _) => text,
        (None, None) => {
            let past = found.past();
            let say = format!("Type the reply after the number: `reply {no} Hello …`.{}", past_words(call, past));
            return Err(Refusal { offers: past_offers(m, past), ..Refusal::new(say) });
        }
        (None, Some(d)) => {
            if let Some((by, why)) = &d.rejected {
                let why = if why.is_empty() { String::new() } else { format!(": {why}") };
                return Err(Refusal::new(format!(
                    "v{} was rejected by {}{why}. Write a new text: `reply {no} …`.",
                    d.version,
                    call.rules.person_name(by)
                )));
            }
            d.text.as_str()
        }
    };
    // Asked before anything is kept: the one who typed it takes it out and types it again. `draft` keeps such a text,
    // says so, and the guard stops it when it is sent. So does what comes from a form that is closed by now.
    if call.filled != Filled::Closed && purpose != Purpose::Message {
        guard::personal(call.rules, m, text)?;
    }
    let (version, drafted) = match (typed, m.draft()) {
        (None, Some(draft)) => (draft.version, None),
        _ => version_of(m, text),
    };
    let mode = call.rules.mode(m);
    if m.state == State::Waiting && drafted.is_none() {
        return Err(Refusal::new(format!(
            "v{version} of #{no} waits for approval already. Somebody with the role approver types `approve {no}`."
        ))
        .offering("Show it", format!("show {no}")));
    }
    // Without a look at it, only what was typed for a mention that was named by its number goes out.
    let named = matches!(call.args.mention(), Some(MentionRef::No(_) | MentionRef::Url(_)));
    let seen = drafted.is_some() || m.draft().is_some_and(|d| d.by == call.who.id);
    events.extend(drafted);
    let after = foresee(call, m, &events);
    if let Err(trouble) = ready(call, &after, version, mode) {
        if events.is_empty() {
            return Err(trouble);
        }
        let mut answer = Answer::new(
            Text::new().bold("Not sent.").say(format!(" {} The text is kept as draft v{version}.", trouble.say)),
        );
        answer.buttons = trouble.offers;
        if call.filled == Filled::Closed {
            answer.buttons.insert(0, Button::new("Edit again…", format!("reply {no}")));
        }
        return Ok(Decision::new(events, answer));
    }
    let approved = after.draft_version(version).is_some_and(|d| d.approved_by.is_some());
    match mode {
        Mode::Approve if !approved => {
            events.push(EventKind::ApprovalAsked { version });
            let answer = Answer::new(format!(
                "v{version} of #{no} waits for approval by somebody other than its author. It is not sent yet."
            ));
            Ok(Decision::new(events, answer))
        }
        // Nor what was written without what the author added or changed since: that is shown first.
        Mode::Direct if seen && typed.is_some() && named && !unread(call, &after, version) => {
            events.push(EventKind::SendQueued { version, send: m.sends.saturating_add(1) });
            let answer = Answer::new(format!("On its way to {}. The card says when it is there.", m.post.network));
            Ok(Decision::new(events, answer))
        }
        _ => {
            let answer = preview(call, &after, version, text);
            Ok(Decision::new(events, answer))
        }
    }
}

/// The author added or changed something after that was written, or a moment ago.
fn unread(call: &Call<'_>, m: &Mention, version: u32) -> bool {
    m.draft_version(version).is_some_and(|d| m.news() > d.news) || m.news_just_now(call.at)
}

/// A word that somebody may have meant as `142` or `#142`.
fn nearly_a_reference(word: &str) -> bool {
    let rest = word.strip_prefix('#').unwrap_or(word);
    rest.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether it could go out now. While everything outgoing is paused, a preview is still shown.
fn ready(call: &Call<'_>, after: &Mention, version: u32, mode: Mode) -> Result<(), Refusal> {
    if mode == Mode::Confirm && call.rules.paused.is_some() {
        return after.draft_version(version).map_or(Ok(()), |draft| guard::draft(call.rules, after, draft));
    }
    guard::queue(call.rules, after, &call.who.id, version, false)
}
