//! `/stats [range] [by …]` shows how long customers waited.

use crate::domain::{Found, Query, Refusal, Role, Ruling};
use crate::report::{By, StatsAsk, stats_text};
use crate::slash::{Call, NoRef, Opt, Optional, Range, Run, Spec, Visibility, choices};
use jiff::Timestamp;

choices! {
    Group { Kind = "kind", Network = "network", Direct = "direct", Person = "person", Brand = "brand" }
}

const RANGE: Opt<Optional<Range>> =
    Opt::new("range", "7d, 30d, 24h, today, yesterday or 2026-01-01..2026-01-31; 7d if left out");
const BY: Opt<Optional<Group>> = Opt::new("by", "One line for each of these");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "stats",
    aliases: &["figures"],
    summary: "How many were answered, and how long customers waited",
    options: &[RANGE.spec(), BY.spec()],
    role: Role::Viewer,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::Unused,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &["stats 30d by kind", "stats", "stats yesterday", "stats 2026-01-01..2026-01-31 by network"],
};

fn range(call: &Call<'_>) -> Result<(Timestamp, Timestamp), Refusal> {
    call.args.get(&RANGE).unwrap_or(Range::Days(7)).resolve(call.at, &call.zone())
}

fn query(call: &Call<'_>) -> Result<Query, Refusal> {
    let (from, to) = range(call)?;
    Ok(Query::Facts { from, to })
}

fn decide(call: &Call<'_>, found: &Found) -> Result<Ruling, Refusal> {
    let (from, to) = range(call)?;
    let Found::Facts(facts) = found else {
        return Err(Refusal::new("The figures could not be read. Try `stats` again in a moment."));
    };
    let by = call.args.get(&BY).map(|group| match group {
        Group::Kind => By::Kind,
        Group::Network => By::Network,
        Group::Direct => By::Direct,
        Group::Person => By::Person,
        Group::Brand => By::Brand,
    });
    Ok(Ruling::say(stats_text(facts, &StatsAsk { from, to, now: call.at, by, hours: call.rules.hours.clone() })))
}
