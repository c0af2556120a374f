//! `/muted` lists the authors whose posts come without a card.

use crate::domain::{Found, MUTED, Muted, Query, Refusal, Role, Ruling, Text};
use crate::slash::{Call, NoRef, Run, Spec, Visibility, ago};

/// So many are listed.
const LINES: usize = 20;

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "muted",
    aliases: &[],
    summary: "The authors whose posts come without a card",
    options: &[],
    role: Role::Viewer,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::Unused,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &["muted"],
};

fn query(_: &Call<'_>) -> Result<Query, Refusal> {
    Ok(Query::Settings(MUTED.to_owned()))
}

fn decide(call: &Call<'_>, found: &Found) -> Result<Ruling, Refusal> {
    let Found::Settings(said) = found else {
        return Err(Refusal::new("The list could not be read. Try `muted` again in a moment."));
    };
    let read = said.iter().filter_map(|(_, json)| serde_json::from_str::<Muted>(json).ok());
    let mut all: Vec<Muted> = read.filter(|muted| muted.holds(call.at)).collect();
    if all.is_empty() {
        return Ok(Ruling::say("Nobody is muted. `mute 142` mutes the author of #142."));
    }
    all.sort_by_key(|muted| std::cmp::Reverse(muted.at));
    let mut words = Text::new().bold(match all.len() {
        1 => "One author is muted".to_owned(),
        n => format!("{n} authors are muted"),
    });
    for muted in all.iter().take(LINES) {
        let by = call.rules.person_name(&muted.by);
        words = words.line().say(format!("{} on {}, by {by} {}", muted.called, muted.network, ago(muted.at, call.at)));
        if let Some(until) = muted.until {
            words = words.say(", until ").time(until);
        }
        words = words.say(": ").code(format!("mute {} off", muted.no.0));
    }
    if all.len() > LINES {
        words = words.line().say(format!("and {} more", all.len() - LINES));
    }
    Ok(Ruling::say(words))
}
