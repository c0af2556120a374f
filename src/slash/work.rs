//! What most commands about a mention begin and end with: may this person work on it, and what does a text look like
//! before it is sent.

use super::{Call, ago, clock};
use crate::domain::{
    Act, Actor, Answer, Button, Draft, Event, EventKind, Mention, Mode, PersonId, Purpose, Refusal, Role, State, Text,
};
use jiff::Timestamp;

/// Something waits for nobody any more, or for the network: then no work can be done on it.
pub fn at_work(call: &Call<'_>, m: &Mention) -> Result<(), Refusal> {
    let no = m.no.0;
    match m.state {
        State::Sending => {
            let who = m.sending.as_ref().map_or_else(|| "hearback".to_owned(), |s| call.rules.person_name(&s.by));
            Err(Refusal::new(format!(
                "{who}'s reply to #{no} is on its way. Wait until its card says what became of it, or see `show {no}`."
            ))
            .offering("Show it", format!("show {no}")))
        }
        State::Unknown => Err(Refusal::new(format!(
            "A reply to #{no} may or may not be out. Look at the post first: `done {no} answered` if it is there, \
             `reopen {no}` if it is not."
        ))
        .offering("It is there", format!("done {no} answered"))
        .offering("It is not there", format!("reopen {no}"))),
        state if state.is_closed() => {
            let how = if state == State::Replied { "answered" } else { "closed" };
            Err(Refusal::new(format!("#{no} is {how}. `reopen {no}` opens it again."))
                .offering("Reopen", format!("reopen {no}")))
        }
        _ => Ok(()),
    }
}

/// What makes this person the one who works on it: a claim if nobody has it, nothing if they have it; a refusal that
/// names the holder otherwise.
pub fn take_up(call: &Call<'_>, m: &Mention) -> Result<Vec<EventKind>, Refusal> {
    at_work(call, m)?;
    match &m.holder {
        None => Ok(vec![EventKind::Claimed { by: call.who.id.clone(), given: false }]),
        Some(claim) if claim.by == call.who.id => Ok(Vec::new()),
        Some(_) => Err(held(call, m)),
    }
}

/// Refuses somebody who is neither the holder nor a lead; a mention that nobody holds is everybody's.
pub fn not_anothers(call: &Call<'_>, m: &Mention) -> Result<(), Refusal> {
    match &m.holder {
        Some(claim) if claim.by != call.who.id && call.who.role < Role::Lead => Err(held(call, m)),
        _ => Ok(()),
    }
}

/// Says who holds it and since when, and offers to take it over where that is allowed.
pub fn held(call: &Call<'_>, m: &Mention) -> Refusal {
    let no = m.no.0;
    let Some(claim) = &m.holder else {
        return Refusal::new(format!("Nobody holds #{no}. `claim {no}` takes it."))
            .offering("Claim", format!("claim {no}"));
    };
    let name = call.rules.person_name(&claim.by);
    let since = clock(claim.at, call.at, &call.zone());
    let long = ago(claim.at, call.at);
    let say = format!("{name} holds #{no} since {since} ({long}).");
    if may_take_over(call, m) {
        Refusal::new(format!("{say} You may take it over: `claim {no} @me`."))
            .offering("Take over", format!("claim {no} @me"))
            .offering("Show it", format!("show {no}"))
    } else {
        Refusal::new(format!(
            "{say} Ask them to `release {no}`, or a lead to take it over; `note {no} …` leaves a word for them."
        ))
        .offering("Show it", format!("show {no}"))
    }
}

/// A lead may take over any claim; anybody may take over one that is idle for too long.
pub fn may_take_over(call: &Call<'_>, m: &Mention) -> bool {
    let limit = call.rules.idle_claim_s;
    let idle = touched(m).is_some_and(|at| limit > 0 && call.at.as_second() - at.as_second() > limit);
    call.who.role >= Role::Lead || idle
}

/// When the holder last did something about it.
fn touched(m: &Mention) -> Option<Timestamp> {
    let claim = m.holder.as_ref()?;
    let drafts = m.drafts.iter().filter(|d| d.by == claim.by).map(|d| d.at);
    let notes = m.notes.iter().filter(|n| n.by == claim.by).map(|n| n.at);
    drafts.chain(notes).chain([claim.at]).max()
}

/// The mention as it will be after these events.
pub fn foresee(call: &Call<'_>, m: &Mention, events: &[EventKind]) -> Mention {
    let mut after = m.clone();
    for what in events {
        after.apply(&Event {
            at: call.at,
            by: Actor::Person(call.who.id.clone()),
            via: Some(call.chat.clone()),
            what: what.clone(),
        });
    }
    after
}

/// The version that a text is: the newest one if that has this text and was not rejected, otherwise a new one with the
/// event that makes it.
pub fn version_of(m: &Mention, text: &str) -> (u32, Option<EventKind>) {
    version_for(m, text, Purpose::Reply)
}

/// The same for a text that is for that.
pub fn version_for(m: &Mention, text: &str, purpose: Purpose) -> (u32, Option<EventKind>) {
    match m.draft() {
        Some(draft)
            if draft.text == text && draft.rejected.is_none() && draft.parts.is_empty() && draft.purpose == purpose =>
        {
            (draft.version, None)
        }
        _ => {
            let version = m.next_version();
            (version, Some(drafted_as(version, text, purpose)))
        }
    }
}

/// A new version of a text that is for that.
pub fn drafted_as(version: u32, text: &str, purpose: Purpose) -> EventKind {
    let text = text.to_owned();
    match purpose {
        Purpose::Reply => EventKind::Drafted { version, text },
        Purpose::HandOff => EventKind::HandOffDrafted { version, text, private: false },
        Purpose::Message => EventKind::HandOffDrafted { version, text, private: true },
    }
}

/// What puts a draft that is a private message into the outbox; `None` for a draft that is said in public.
pub fn message(m: &Mention, draft: &Draft) -> Option<EventKind> {
    (draft.purpose == Purpose::Message).then(|| EventKind::DeedQueued {
        n: m.besides.next(),
        act: Act::Message,
        undo: false,
        source: m.post.source.clone(),
        version: Some(draft.version),
        text: draft.text.clone(),
        targets: Vec::new(),
    })
}

/// The exact text, its length as the network counts it, where it goes, as whom and who will see it; what the author added
/// or changed since it was written; with what sends it, by whoever has seen all this.
pub fn preview(call: &Call<'_>, m: &Mention, version: u32, text: &str) -> Answer {
    let no = m.no.0;
    let draft = m.draft_version(version);
    let parts = draft.map_or(&[][..], |d| d.parts.as_slice());
    let written = draft.map_or(0, |d| d.news);
    let (brand, length) = (speaks_as(call, m), call.rules.source(m).length);
    let purpose = draft.map_or(Purpose::Reply, |d| d.purpose);
    let what = if purpose.is_reply() { String::new() } else { format!(", {}", purpose.words()) };
    let to = if purpose == Purpose::Message { "for the eyes of" } else { "in answer to" };
    let mut words = news(m, written);
    let posts = if parts.is_empty() { String::new() } else { format!(", {} posts", parts.len()) };
    words = words.bold(format!("Preview of v{version}{what}{posts}, not sent yet")).say(format!(
        ": as {brand} on {}, {to} {}",
        m.post.network,
        author(m)
    ));
    if parts.is_empty() {
        words = words.say(format!(", {}", length.describe(text))).line().quote(text);
    }
    for (i, part) in parts.iter().enumerate() {
        let which = format!("{} of {}", i + 1, parts.len());
        words = words.line().bold(which).say(format!(": {}", length.describe(part))).line().quote(part);
    }
    if m.post.native.visibility.is_some() && purpose != Purpose::Message {
        words = words.line().say(format!("Who sees it: {}.", m.post.answer_seen_by()));
    }
    if call.rules.paused.is_some() {
        words = words.line().say("Everything outgoing is paused: it can be sent after `resume`.");
    }
    let mut answer = Answer::new(words);
    let approved = draft.is_some_and(|d| d.approved_by.is_some());
    let seen = if m.news() > written { format!(" {}", m.news()) } else { String::new() };
    let (label, command) = match call.rules.mode(m) {
        Mode::Approve if !approved => ("Ask for approval".to_owned(), format!("reply {no}")),
        _ if parts.is_empty() => ("Send".to_owned(), format!("send {no} {version}{seen}")),
        _ => (format!("Send {} posts", parts.len()), format!("send {no} {version}{seen}")),
    };
    answer.buttons.push(Button::new(label, command));
    let edit = match purpose {
        Purpose::Reply => format!("draft {no}"),
        Purpose::HandOff => format!("handoff {no} public"),
        Purpose::Message => format!("handoff {no} private"),
    };
    answer.offering("Edit…", edit)
}

/// What the author added or changed beyond what was seen, for the top of an answer; empty if nothing.
pub fn news(m: &Mention, seen: u32) -> Text {
    let new = m.news_since(seen);
    if new.is_empty() { new } else { Text::new().bold("New since then, please read it first").line().then(new) }
}

/// How the brand is called in public.
pub fn brand_title(call: &Call<'_>, m: &Mention) -> String {
    let title = call.rules.brands.get(&m.brand).map(|b| b.title.clone()).filter(|t| !t.is_empty());
    title.unwrap_or_else(|| m.brand.0.clone())
}

/// The brand, with the account that answers where there are several to choose from.
pub fn speaks_as(call: &Call<'_>, m: &Mention) -> String {
    let brand = brand_title(call, m);
    call.rules.chosen(m).map_or_else(|| brand.clone(), |account| format!("{brand} ({account})"))
}

/// How the author is called among staff.
pub fn author(m: &Mention) -> String {
    let author = &m.post.author;
    match (author.name.trim(), author.handle.trim()) {
        ("", "") => "the author".to_owned(),
        ("", handle) => format!("@{handle}"),
        (name, _) => name.to_owned(),
    }
}

/// The person meant by what was typed after `@`: `me`, an id in any case, or a name; a refusal names the nearest.
pub fn person(call: &Call<'_>, typed: &PersonId) -> Result<PersonId, Refusal> {
    let wanted = typed.0.trim_end_matches([',', ':', '.']);
    if wanted.eq_ignore_ascii_case("me") || wanted.eq_ignore_ascii_case(&call.who.id.0) {
        return Ok(call.who.id.clone());
    }
    let people = &call.rules.people;
    let same = |p: &&crate::domain::Person| p.id.0.eq_ignore_ascii_case(wanted) || p.name.eq_ignore_ascii_case(wanted);
    if let Some(person) = people.values().find(same) {
        if person.role < Role::Responder {
            return Err(Refusal::new(format!(
                "{} may only look, so nothing can be given to them. Give it to somebody with the role responder.",
                person.name
            )));
        }
        return Ok(person.id.clone());
    }
    let known: Vec<&str> = people.keys().map(PersonId::as_str).collect();
    let hint = match super::nearest(wanted, known.iter().copied()) {
        Some(near) => format!("Did you mean `@{near}`?"),
        None if known.is_empty() => "Nobody else is named in bot.toml; add a `[[person]]` there.".to_owned(),
        None => format!("Known are {}.", known.iter().take(8).map(|k| format!("@{k}")).collect::<Vec<_>>().join(", ")),
    };
    Err(Refusal::new(format!("I know nobody called `{}`. {hint}", super::parse::short(wanted))))
}
