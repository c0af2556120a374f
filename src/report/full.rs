//! `hearback report`: every figure of a range, for a terminal or as JSON.

use super::auros::{Auros, text_of};
use super::group::{By, groups_of};
use super::stats::{NOTE, StatsAsk, counts, group_table, parts_table, sources, times_table};
use super::ttfr::{Figures, Part, Pick, Share, Times, figures_by};
use crate::domain::{Fact, Facts, Hours};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// All tables as plain text of at most 100 columns; times in UTC. `ask.by` keeps only that grouping, otherwise all are shown.
/// `own`: the business hours of the brands that have their own, by name.
pub fn report_text(facts: &Facts, ask: &StatsAsk, own: &BTreeMap<String, Hours>) -> String {
    let rows = ask.rows(facts);
    let calendars = ask.calendars(facts, &rows, own);
    let pick = calendars.as_ref().map(|c| move |fact: &Fact<u16>| c.of(fact));
    let business = pick.as_ref().map(|pick| pick as Pick<'_, u16>);
    let all = figures_by(rows.iter().copied(), ask.now, business);
    let second = |t: jiff::Timestamp| t.strftime("%Y-%m-%d %H:%M").to_string();
    let since =
        if ask.from > jiff::Timestamp::UNIX_EPOCH { format!("from {} UTC, ", second(ask.from)) } else { String::new() };
    let mut lines = vec![
        format!("Time to first response, posted {since}before {} UTC", second(ask.to)),
        format!("as of {} UTC", second(ask.now)),
        String::new(),
        counts(&all),
    ];
    lines.extend(times_table(&all));
    lines.push(sources(&all));
    lines.extend(parts_table(&all));
    lines.push(NOTE.to_owned());
    lines.push("Shares: the estimate (plain counts: answered within / known to be within or over).".to_owned());
    for by in By::ALL.into_iter().filter(|by| ask.by.is_none_or(|only| only == *by)) {
        let groups = groups_of(facts, rows.iter().copied(), by, ask.now, business);
        if groups.is_empty() {
            continue;
        }
        lines.push(String::new());
        lines.extend(group_table(by, groups.iter().map(|g| (g.name.as_str(), &g.figures)), business.is_some()));
        if by == By::Person {
            lines.push("person: the answered alone, since the unanswered have nobody to credit".to_owned());
        }
    }
    lines.push(String::new());
    let mut text = lines.join("\n");
    text.push('\n');
    text.push_str(&text_of(&Auros::of_rows(facts, &rows, ask.now)));
    text
}

/// All figures as JSON: times in seconds (`null`: not reached, or nothing to measure), shares from 0 to 1. `own` as for
/// [`report_text`].
pub fn report_json(facts: &Facts, ask: &StatsAsk, own: &BTreeMap<String, Hours>) -> Value {
    let rows = ask.rows(facts);
    let calendars = ask.calendars(facts, &rows, own);
    let pick = calendars.as_ref().map(|c| move |fact: &Fact<u16>| c.of(fact));
    let business = pick.as_ref().map(|pick| pick as Pick<'_, u16>);
    let groups = |by: By| -> Value {
        groups_of(facts, rows.iter().copied(), by, ask.now, business)
            .into_iter()
            .map(|g| json!({ "name": g.name, "figures": figures_json(&g.figures) }))
            .collect()
    };
    let by: serde_json::Map<String, Value> = By::ALL
        .into_iter()
        .filter(|by| ask.by.is_none_or(|only| only == *by))
        .map(|by| (by.word().to_owned(), groups(by)))
        .collect();
    let auros = Auros::of_rows(facts, &rows, ask.now);
    let table: Value = auros
        .rows
        .iter()
        .map(|r| {
            json!({
                "network": r.network,
                "kind": r.kind.word(),
                "direct": figures_json(&r.direct.figures),
                "indirect": figures_json(&r.indirect.figures),
                "published_2011": {
                    "twitter_answered_share": r.published.twitter,
                    "facebook_answered_share": r.published.facebook,
                    "mean_seconds": r.published.mean_s,
                },
            })
        })
        .collect();
    json!({
        "from": ask.from.to_string(),
        "to": ask.to.to_string(),
        "now": ask.now.to_string(),
        "all": figures_json(&figures_by(rows.iter().copied(), ask.now, business)),
        "by": by,
        "auros": { "rows": table, "praise_gap": auros.praise_gap },
    })
}

fn figures_json(f: &Figures) -> Value {
    json!({
        "n": f.n,
        "answered": f.answered,
        "answered_share": f.answered_share(),
        "waiting": f.waiting,
        "closed": f.closed,
        "excluded": f.excluded,
        "sources": { "sent": f.sources.sent, "native": f.sources.native, "stated": f.sources.stated },
        "calendar": times_json(&f.calendar),
        "business": f.business.as_ref().map(times_json),
        "parts": {
            "detection": part_json(f.parts.detection),
            "pickup": part_json(f.parts.pickup),
            "handling": part_json(f.parts.handling),
            "approval": part_json(f.parts.approval),
        },
    })
}

fn times_json(t: &Times) -> Value {
    json!({
        "median_seconds": t.median,
        "p90_seconds": t.p90,
        "longest_seconds": t.longest,
        "within_1h": share_json(&t.within_1h),
        "within_24h": share_json(&t.within_24h),
    })
}

fn share_json(s: &Share) -> Value {
    json!({ "share": s.estimate, "answered": s.answered, "known": s.known })
}

fn part_json(p: Part) -> Value {
    json!({ "n": p.n, "median_seconds": p.median })
}
