//! `/show mention` tells everything about one mention.

use crate::domain::{
    Actor, Assisted, Event, EventKind, Found, Mention, Query, Refusal, Role, Ruling, Text, language_name,
};
use crate::slash::{
    Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, ago, author, past_lines, past_offers,
};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; it must be named");

/// Events that are listed, the newest ones.
const EVENTS: usize = 20;

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "show",
    aliases: &["history"],
    summary: "Everything about one mention: text, drafts, notes, history and its clock",
    options: &[MENTION.spec()],
    role: Role::Viewer,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::Ask,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &["show 142"],
};

fn query(call: &Call<'_>) -> Result<Query, Refusal> {
    call.no
        .map(Query::Mention)
        .ok_or_else(|| Refusal::new("Which one? For example: `show 142`. `queue` lists what is open."))
}

fn decide(call: &Call<'_>, found: &Found) -> Result<Ruling, Refusal> {
    let Found::Mention(m, history, past) = found else {
        return Err(Refusal::new("There is no such mention. `queue` lists what is open, `find` looks for words."));
    };
    let mut words = Text::new().bold(m.no.to_string()).say(format!(
        " {}, {}, on {} about {}, {}",
        m.kind.word(),
        if m.direct { "direct" } else { "indirect" },
        m.post.network,
        m.brand,
        m.state.word()
    ));
    if let Some(claim) = &m.holder {
        words = words.say(format!(", held by {} since ", call.rules.person_name(&claim.by))).time(claim.at);
    }
    words = words.line().say(format!("{}, ", author(m))).time(m.post.posted_at);
    if m.nth > 1 {
        words = words.say(format!(", mention {} of this author", m.nth));
    }
    if let Some(aside) = &m.signals.aside {
        words = words.line().bold("Set aside").say(format!(": {}", aside.why));
    }
    if m.post.is_private() {
        words = words.say(", a private message");
    }
    if let Some(like) = m.like {
        words = words.line().say(format!("Says the same as {}, where the others are listed: ", like.of));
        words = words.code(format!("copies {}", like.of.0));
    }
    if m.repeats.total > 0 {
        let (total, authors) = (m.repeats.total, m.repeats.authors);
        words = words.line().say(format!("+{total} more like this, authors besides its own: {authors}. "));
        words = words.code(format!("copies {}", m.no.0));
    }
    if !m.context.is_empty() {
        words = words.line().bold("Before that");
        for line in &m.context {
            words = line.said(words.line());
        }
        words = words.line().bold("Then");
    }
    words = words.line().quote(&m.post.text);
    if let Some(translation) = &m.assist.translation {
        let from = translation.from.as_deref().map(language_name);
        let from = from.map_or_else(String::new, |from| format!(" from {from}"));
        words = words.line().bold(format!("Translated{from} by {}", translation.model)).line().quote(&translation.text);
    }
    if let Some(model) = &m.assist.kind {
        let kind = m.kind.word();
        words = words
            .line()
            .say(format!("Its kind is suggested by {model}; if it is right: "))
            .code(format!("kind {} {kind}", m.no.0));
    }
    if let Some(url) = &m.post.url {
        words = words.line().link("open post", url);
    }
    words = words.then(clock_of(call, m)).then(texts(call, m));
    words = words.then(past_lines(call, past)).then(events(call, history));
    let mut ruling = Ruling::say(words);
    for button in crate::domain::Card::of(m).buttons {
        ruling.answer.buttons.push(button);
    }
    // Whoever may only look writes no draft.
    if call.who.role >= Role::Responder {
        ruling.answer.buttons.extend(past_offers(m, past));
    }
    Ok(ruling)
}

fn clock_of(call: &Call<'_>, m: &Mention) -> Text {
    let mut words = Text::new();
    for (i, cycle) in m.cycles.iter().enumerate() {
        let name = if m.cycles.len() > 1 { format!("Wait {}", i + 1) } else { "Wait".to_owned() };
        words = words.line().bold(name).say(": since ").time(cycle.started_at);
        words = match (&cycle.response, &cycle.closed) {
            (Some(r), _) => {
                let by = r.by.as_ref().map_or_else(String::new, |p| format!(" by {}", call.rules.person_name(p)));
                words.say(format!(", answered{by} after {}", ago(cycle.started_at, r.at)))
            }
            (None, Some((at, reason))) => words.say(format!(", closed ({}) ", reason.word())).time(*at),
            (None, None) => words.say(format!(", waiting for {}", ago(cycle.started_at, call.at))),
        };
    }
    match m.due_at {
        Some(due) if !m.state.is_closed() => words.say(if due <= call.at { ", was due " } else { ", due " }).time(due),
        _ => words,
    }
}

fn texts(call: &Call<'_>, m: &Mention) -> Text {
    let mut words = Text::new();
    for follow_up in &m.follow_ups {
        words = words.line().bold("The author wrote again ").time(follow_up.posted_at).line().quote(&follow_up.text);
    }
    for edit in &m.edits {
        words =
            words.line().bold("The author changed it ").time(edit.at).say(", before it was").line().quote(&edit.was);
    }
    for draft in &m.drafts {
        let by = call.rules.person_name(&draft.by);
        words = words.line().bold(format!("Draft v{}", draft.version)).say(format!(" by {by} ")).time(draft.at);
        if let Some(approver) = &draft.approved_by {
            words = words.say(format!(", approved by {}", call.rules.person_name(approver)));
        }
        if let Some((by, why)) = &draft.rejected {
            words = words.say(format!(", rejected by {}: {why}", call.rules.person_name(by)));
        }
        if !draft.parts.is_empty() {
            words = words.say(format!(", as {} posts", draft.parts.len()));
        }
        words = words.line().quote(&draft.text);
    }
    if let Some(draft) = &m.assist.draft {
        words = words.line().bold("Suggestion").say(format!(" by {}, not sent", draft.model)).line().quote(&draft.text);
    }
    for note in &m.notes {
        let by = call.rules.person_name(&note.by);
        words = words.line().bold("Note").say(format!(" by {by} ")).time(note.at).line().quote(&note.text);
    }
    if let Some(why) = &m.gone {
        words = words.line().bold("The post is gone").say(format!(": {why}"));
    }
    if let Some(trouble) = &m.trouble {
        words = words.line().bold("Trouble").say(format!(": {trouble}"));
    }
    if !m.tags.is_empty() {
        let tags: Vec<&str> = m.tags.iter().map(String::as_str).collect();
        words = words.line().say(format!("Labels: {}", tags.join(", ")));
    }
    words
}

fn events(call: &Call<'_>, history: &[Event]) -> Text {
    let mut words = Text::new().line().bold("History");
    let skip = history.len().saturating_sub(EVENTS);
    if skip > 0 {
        words = words.say(format!(" (the last {EVENTS} of {})", history.len()));
    }
    for event in history.iter().skip(skip) {
        let who = match &event.by {
            Actor::Person(person) => call.rules.person_name(person),
            Actor::Desk => "hearback".to_owned(),
        };
        let via = event.via.as_ref().map_or_else(String::new, |chat| format!(" ({chat})"));
        words = words.line().say("  ").time(event.at).say(format!(" {who}{via}: {}", what(call, &event.what)));
    }
    words
}

fn assisted(what: &Assisted) -> String {
    match what {
        Assisted::Asked { want, .. } => format!("asked the assistant for a {}", want.word()),
        Assisted::Kind { to, model, .. } => format!("{model} suggests that it is {}", to.word()),
        Assisted::Translation { model, .. } => format!("translated by {model}"),
        Assisted::Draft { model, .. } => format!("{model} suggests a text"),
        Assisted::Failed { want, why, .. } => format!("no {} from the assistant: {why}", want.word()),
    }
}

fn what(call: &Call<'_>, what: &EventKind) -> String {
    match what {
        EventKind::Seen { like: Some(like), .. } => format!("seen, like {}", like.of),
        EventKind::Seen { .. } => "seen".to_owned(),
        EventKind::CardPosted { card } => format!("card in {}", card.place),
        EventKind::CardLost { card } => format!("card in {} was deleted", card.place),
        EventKind::Claimed { by, .. } => format!("claimed for {}", call.rules.person_name(by)),
        EventKind::Released => "released".to_owned(),
        EventKind::Drafted { version, .. } => format!("draft v{version}"),
        EventKind::Split { version, parts } => format!("v{version} is split into {} posts", parts.len()),
        EventKind::ApprovalAsked { version } => format!("asked for approval of v{version}"),
        EventKind::Approved { version } => format!("approved v{version}"),
        EventKind::Rejected { version, .. } => format!("rejected v{version}"),
        EventKind::SendQueued { version, send } => format!("sent v{version} on its way (send {send})"),
        EventKind::PartSent { version, part, .. } => format!("post {part} of v{version} is out"),
        EventKind::Replied { version, .. } => format!("v{version} is out"),
        EventKind::SendFailed { why } => format!("not sent: {why}"),
        EventKind::SendUnknown { why } => format!("may be out: {why}"),
        EventKind::AnsweredNatively { account, .. } => format!("answered elsewhere by {account}"),
        EventKind::FollowedUp { .. } => "the author wrote again".to_owned(),
        EventKind::Edited { .. } => "the author changed the post".to_owned(),
        EventKind::PostGone { why: Some(why) } => format!("the post is gone: {why}"),
        EventKind::PostGone { why: None } => "the post is there again".to_owned(),
        EventKind::ContextFound { said } => format!("the conversation above was read ({})", said.len()),
        EventKind::Noted { .. } => "note".to_owned(),
        EventKind::Assisted { what } => assisted(what),
        EventKind::Snoozed { .. } => "put away".to_owned(),
        EventKind::Woke => "back".to_owned(),
        EventKind::BecameOverdue => "overdue".to_owned(),
        EventKind::Tagged { added, removed } => format!("labels +{} -{}", added.join(" +"), removed.join(" -")),
        EventKind::KindSet { to, .. } => format!("kind is {}", to.word()),
        EventKind::Closed { reason } => format!("closed: {}", reason.word()),
        EventKind::Reopened { .. } => "open again".to_owned(),
        EventKind::HandOffDrafted { version, private: true, .. } => format!("draft v{version} of a private message"),
        EventKind::HandOffDrafted { version, .. } => format!("draft v{version} of a hand-off"),
        EventKind::DeedQueued { n, act, undo: false, .. } => format!("asked for {} (deed {n})", act.noun()),
        EventKind::DeedQueued { n, act, .. } => format!("asked to take back {} (deed {n})", act.noun()),
        EventKind::DeedDone { n, .. } => format!("deed {n} is done"),
        EventKind::DeedFailed { n, why, unknown: false } => format!("deed {n} was not done: {why}"),
        EventKind::DeedFailed { n, why, .. } => format!("deed {n} may be done: {why}"),
        EventKind::Retracted { .. } => "the reply is deleted".to_owned(),
        EventKind::Addressed { source, .. } => format!("said to {}", call.rules.account_name(source)),
        EventKind::SourceChosen { source, .. } => format!("answered as {}", call.rules.account_name(source)),
        EventKind::Repeated { nos, .. } => match nos.as_slice() {
            [only] => format!("{only} says the same"),
            [first, .., last] => format!("{} say the same, {first} to {last}", nos.len()),
            [] => "nobody else says the same".to_owned(),
        },
        EventKind::Parted => "a card of its own".to_owned(),
        EventKind::CopyLeft { no, .. } => format!("{no} has a card of its own now"),
        EventKind::Erased => "erased on request".to_owned(),
    }
}
