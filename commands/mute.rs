//! `/mute [mention] [until]`: what its author says comes without a card from now on.

use crate::domain::{Found, Muted, Query, Refusal, Role, Ruling, Text};
use crate::slash::{Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, When, author, choices};

choices! {
    Off { Off = "off" }
}

const MENTION: Opt<Optional<MentionRef>> =
    Opt::new("mention", "A mention of the author; without it, your only claimed one");
const OFF: Opt<Optional<Off>> = Opt::new("off", "Hear them again");
const UNTIL: Opt<Optional<When>> = Opt::new("until", "How long, or until when: 30d, mon 9:00; for good if left out");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "mute",
    aliases: &[],
    summary: "Set aside what an author says: no cards, counted as spam, found again with `find set-aside`",
    options: &[MENTION.spec(), OFF.spec(), UNTIL.spec()],
    role: Role::Lead,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::MyOnly,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &["mute 142 30d", "mute 142", "mute 142 off"],
};

fn query(call: &Call<'_>) -> Result<Query, Refusal> {
    call.no.map(Query::Mention).ok_or_else(|| Refusal::new("Whom? Name a mention of theirs: `mute 142`."))
}

fn decide(call: &Call<'_>, found: &Found) -> Result<Ruling, Refusal> {
    let Found::Mention(m, ..) = found else {
        return Err(Refusal::new("There is no such mention. `find` looks for words and authors."));
    };
    let no = m.no;
    let key = Muted::key_of(&m.post).filter(|_| !m.erased).ok_or_else(|| {
        Refusal::new(format!("The author of {no} is not known by an id, so nothing tells their next post from others."))
    })?;
    let who = author(m);
    if call.args.get(&OFF).is_some() {
        let mut ruling = Ruling::say(format!("{who} is heard again. What was set aside stays so: `find set-aside`."));
        ruling.settings.push((key, None));
        return Ok(ruling);
    }
    let until = call.args.get(&UNTIL).map(|until| until.resolve(call.at, &call.zone())).transpose()?;
    let muted =
        Muted { called: who.clone(), network: m.post.network.clone(), by: call.who.id.clone(), no, at: call.at, until };
    let value = serde_json::to_string(&muted)
        .map_err(|_| Refusal::new(format!("The author of {no} cannot be muted. `done {no} spam` closes this one.")))?;
    let words = Text::plain(format!("Muted: what {who} says on {} comes without a card", m.post.network));
    let words = match until {
        Some(until) => words.say(" until ").time(until).say("."),
        None => words.say(" from now on."),
    };
    let mut ruling = Ruling::say(words.say(" `muted` lists them all."));
    ruling.settings.push((key, Some(value)));
    let answer = ruling.answer.offering("Hear them again", format!("mute {} off", no.0));
    ruling.answer = if m.state.is_closed() { answer } else { answer.offering("Spam", format!("done {} spam", no.0)) };
    Ok(ruling)
}
