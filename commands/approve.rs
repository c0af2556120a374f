//! `/approve [mention] [text]` agrees with another's draft, which is then sent; with a text, that edited version is. `v2`
//! alone is no text: it says which version is meant, so that a card that is not up to date approves nothing else.

use crate::domain::{Answer, Decision, Draft, EventKind, Form, Found, Mention, Purpose, Refusal, Role, State, guard};
use crate::slash::{
    Asked, Call, Filled, MentionRef, NoRef, Opt, Optional, Prompt, Run, Spec, Visibility, at_work, foresee, meant,
    message, news, no_query, public, said, typed, version_for,
};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; it must be named");
const TEXT: Opt<Optional<String>> =
    Opt::new("text", "Your edited text, kept as a new version; or the version that you read, such as v2");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "approve",
    aliases: &[],
    summary: "Approve another's draft and send it, edited if you give a text",
    options: &[MENTION.spec(), TEXT.spec()],
    role: Role::Approver,
    visibility: Visibility::Card,
    without_ref: NoRef::Ask,
    run: Run::Act(decide),
    // Without a text it approves what waits: only a button that says so asks for another one.
    prompt: Some(Prompt { missing: |_| false, query: no_query, asks_mention: false, form }),
    samples: &["approve 142 Sorry! We are looking into it.", "approve 142 v2", "approve 142"],
};

/// The draft that waits for somebody other than its author.
fn waiting<'m>(call: &Call<'_>, m: &'m Mention) -> Result<&'m Draft, Refusal> {
    let no = m.no.0;
    at_work(call, m)?;
    let Some(draft) = m.draft().filter(|_| m.state == State::Waiting) else {
        return Err(Refusal::new(format!("Nothing of #{no} waits for approval. `queue approval` lists what does."))
            .offering("What waits", "queue approval"));
    };
    if draft.by == call.who.id {
        return Err(Refusal::new(format!(
            "You wrote v{}, so somebody else must approve it. Ask another approver, or `draft {no} …` to change it.",
            draft.version
        )));
    }
    Ok(draft)
}

fn form(call: &Call<'_>, m: Option<&Mention>, _: &Found) -> Asked {
    let m = meant(m)?;
    let draft = waiting(call, m)?;
    let text = typed(call, &TEXT).unwrap_or_else(|| draft.text.clone());
    let author = call.rules.person_name(&draft.by);
    let about = said(m).line().say(format!(
        "v{} is by {author}. What stands below is sent to {} at once; your changes are kept as a new version.",
        draft.version, m.post.network
    ));
    let label = match draft.purpose {
        Purpose::Reply => "Public reply",
        Purpose::HandOff => "Public request to go on in private",
        Purpose::Message => "Private message",
    };
    let line = format!("approve {} -- {{text}}", m.no.0);
    let form = Form::text(format!("Approve reply {}", m.no), line, public(call, m, label, text));
    Ok(Some(Form { about, submit: "Approve & send".to_owned(), ..form }))
}

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let draft = waiting(call, m)?;
    let mut typed = typed(call, &TEXT);
    let mut seen = draft.news;
    if let Some((read, news)) = typed.as_deref().and_then(version_alone).filter(|_| call.filled == Filled::No) {
        seen = news.unwrap_or(seen);
        if read != draft.version {
            return Err(Refusal::new(format!(
                "You read v{read} of #{no}, and v{} waits by now. Read it first, then approve it.",
                draft.version
            ))
            .offering("Show it", format!("show {no}"))
            .offering("Edit…", format!("approve {no}")));
        }
        typed = None;
    }
    // The text of a thread as it stands is no other text.
    typed = typed.filter(|text| draft.parts.is_empty() || *text != draft.text);
    if typed.is_none() && m.news() > seen {
        return Ok(Decision::new(Vec::new(), read_first(m, draft, seen)));
    }
    // Not kept as a draft: then it would be the approver's own, which somebody else would have to approve.
    if call.filled != Filled::No && (draft.parts.is_empty() || typed.is_some()) {
        let text = typed.as_deref().unwrap_or_default();
        match draft.purpose {
            Purpose::Message => guard::says(call.rules, m, draft.purpose, text)?,
            _ => guard::in_form(call.rules, m, text)?,
        }
    }
    let text = typed.as_deref().unwrap_or(&draft.text);
    if draft.purpose != Purpose::Message {
        guard::personal(call.rules, m, text)?;
    }
    let (version, drafted) = if typed.is_some() { version_for(m, text, draft.purpose) } else { (draft.version, None) };
    let edited = drafted.is_some();
    let mut events: Vec<EventKind> = drafted.into_iter().collect();
    events.push(EventKind::Approved { version });
    let after = foresee(call, m, &events);
    guard::queue(call.rules, &after, &call.who.id, version, true)?;
    match after.draft().and_then(|draft| message(m, draft)) {
        Some(message) => events.push(message),
        None => events.push(EventKind::SendQueued { version, send: m.sends.saturating_add(1) }),
    }
    let kept = if edited { format!("Your edit is kept as v{version}. ") } else { String::new() };
    let answer = Answer::new(format!(
        "{kept}Approved: v{version} of #{no} is on its way to {}. The card says when it is there.",
        m.post.network
    ));
    Ok(Decision::new(events, answer))
}

/// What the author added or changed since the draft was written, with the draft: to be read before it is approved.
fn read_first(m: &Mention, draft: &Draft, seen: u32) -> Answer {
    let (no, version) = (m.no.0, draft.version);
    let words = news(m, seen).bold(format!("v{version}, not sent yet")).line().quote(&draft.text);
    Answer::new(words)
        .offering("Approve & send", format!("approve {no} v{version}.{}", m.news()))
        .offering("Edit…", format!("approve {no}"))
        .offering("Reject…", format!("reject {no}"))
}

/// `v2` and nothing else; or `v2.3`, the version and how much of what the author added was read.
fn version_alone(typed: &str) -> Option<(u32, Option<u32>)> {
    let rest = typed.strip_prefix('v')?;
    match rest.split_once('.') {
        Some((version, news)) => Some((version.parse().ok()?, Some(news.parse().ok()?))),
        None => Some((rest.parse().ok()?, None)),
    }
}
