//! Exports: every wait with everything needed to work the figures out again elsewhere.
//!
//! CSV: one row per mention and wait. JSON Lines: one object per mention. Moments are RFC 3339 in UTC, cut to
//! milliseconds. In CSV a text cell that a spreadsheet would take for a formula gets a leading apostrophe.

use super::ttfr::begins_within;
use crate::domain::Hours;
use crate::domain::{Cycle, Ending, Event, Fact, Mention, PersonId, ResponseSource};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What an export depends on besides the mentions.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportAsk {
    /// The moment of exporting: waits that are not over are observed until here.
    pub now: Timestamp,
    /// Only waits that began then or later; `None`: from the first on.
    pub from: Option<Timestamp>,
    /// Only waits that began before then; `None`: all.
    pub to: Option<Timestamp>,
    /// Business hours of the brands without hours of their own.
    pub hours: Hours,
    /// Business hours of the others, by brand.
    pub brand_hours: BTreeMap<String, Hours>,
}

impl ExportAsk {
    /// Whether one of the mention's waits began in the range: otherwise it is not in the export.
    pub fn wants(&self, mention: &Mention) -> bool {
        mention.cycles.iter().any(|cycle| self.covers(cycle))
    }

    /// As for the figures of the same range.
    fn covers(&self, cycle: &Cycle) -> bool {
        begins_within(cycle.started_at.as_millisecond(), self.from, self.to)
    }
}

/// The columns of the CSV, in order; what each holds is in docs/figures.md.
pub const COLUMNS: [&str; 36] = [
    "mention",
    "cycle",
    "brand",
    "network",
    "source",
    "kind",
    "direct",
    "language",
    "state",
    "author",
    "posted_at",
    "seen_at",
    "card_at",
    "claimed_at",
    "claimed_by",
    "approval_asked_at",
    "approved_at",
    "response_at",
    "response_source",
    "credited",
    "response_url",
    "closed_at",
    "close_reason",
    "ending",
    "excluded",
    "observed_until",
    "wait_seconds",
    "wait_business_seconds",
    "ttfr_seconds",
    "ttfr_business_seconds",
    "exported_at",
    "due_at",
    "url",
    "tags",
    "text",
    "like",
];

/// The first line of the CSV, with its line end (CR LF as in RFC 4180).
pub fn csv_header() -> String {
    csv_line(COLUMNS)
}

/// The rows of a mention, one per wait that began in the range, each with its line end.
pub fn csv_rows(mention: &Mention, ask: &ExportAsk) -> String {
    let waits = waits(mention, ask);
    waits.iter().map(|wait| csv_line(cells(mention, wait, ask))).collect()
}

/// A mention as one JSON object on one line, with its line end, and with those of its waits that began in the range; with
/// all its events, if they are handed in.
pub fn json_line(mention: &Mention, events: Option<&[Event]>, ask: &ExportAsk) -> String {
    let m = mention;
    let cycles: Vec<Value> = waits(m, ask).iter().map(|wait| wait_json(wait)).collect();
    let follow_ups: Vec<Value> = m
        .follow_ups
        .iter()
        .map(
            |f| json!({ "external_id": f.external_id, "posted_at": moment(f.posted_at), "text": f.text, "url": f.url }),
        )
        .collect();
    let mut object = json!({
        "mention": m.no.0,
        "brand": m.brand.0,
        "network": m.post.network,
        "source": m.post.source.0,
        "external_id": m.post.external_id,
        "kind": m.kind.word(),
        "confidence": m.confidence,
        "direct": m.direct,
        "language": m.language,
        "state": m.state.word(),
        "author": { "id": m.post.author.id, "name": m.post.author.name, "handle": m.post.author.handle },
        "posted_at": moment(m.post.posted_at),
        "due_at": m.due_at.map(moment),
        "url": m.post.url,
        "text": m.post.text,
        "tags": m.tags,
        "matched": m.matched,
        "like": m.like.map(|like| like.of.0),
        "follow_ups": follow_ups,
        "cycles": cycles,
        "exported_at": moment(ask.now),
    });
    if let (Some(events), Some(fields)) = (events, object.as_object_mut()) {
        fields.insert("events".to_owned(), json!(events));
    }
    format!("{object}\n")
}

/// A wait with what follows from it.
struct Exported<'a> {
    fact: Fact<String>,
    cycle: &'a Cycle,
    last: bool,
    until: Timestamp,
    seconds: u64,
    business_seconds: u64,
}

fn waits<'a>(mention: &'a Mention, ask: &ExportAsk) -> Vec<Exported<'a>> {
    let all = mention.facts();
    let count = all.len();
    let hours = ask.brand_hours.get(&mention.brand.0).unwrap_or(&ask.hours);
    all.into_iter()
        .zip(&mention.cycles)
        .enumerate()
        .filter(|(_, (_, cycle))| ask.covers(cycle))
        .map(|(i, (fact, cycle))| {
            let until = match fact.ending {
                Ending::Waiting => ask.now,
                _ => Timestamp::from_millisecond(fact.end_ms).unwrap_or(ask.now),
            };
            let ms = until.as_millisecond() - fact.started_ms;
            Exported {
                last: i + 1 == count,
                until,
                seconds: u64::try_from(ms / 1000).unwrap_or(0),
                business_seconds: hours.business_seconds(cycle.started_at, until),
                fact,
                cycle,
            }
        })
        .collect()
}

impl Exported<'_> {
    fn answered<T>(&self, value: T) -> Option<T> {
        matches!(self.fact.ending, Ending::Answered(_)).then_some(value)
    }
}

fn cells(m: &Mention, wait: &Exported<'_>, ask: &ExportAsk) -> Vec<String> {
    let (fact, cycle) = (&wait.fact, wait.cycle);
    let response = cycle.response.as_ref();
    let at = |t: Option<Timestamp>| t.map(moment).unwrap_or_default();
    let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    let text = |t: Option<&str>| guarded(t.unwrap_or_default());
    // A later wait began with a follow-up: its words and address are what was waited for.
    let follow_up = m.follow_ups.iter().find(|f| fact.cycle > 1 && f.posted_at == cycle.started_at);
    vec![
        m.no.0.to_string(),
        fact.cycle.to_string(),
        guarded(&m.brand.0),
        guarded(&m.post.network),
        guarded(&m.post.source.0),
        m.kind.word().to_owned(),
        m.direct.to_string(),
        text(m.language.as_deref()),
        m.state.word().to_owned(),
        guarded(if m.post.author.handle.is_empty() { &m.post.author.name } else { &m.post.author.handle }),
        moment(cycle.started_at),
        moment(cycle.seen_at),
        at(cycle.card_at),
        at(cycle.claimed_at),
        text(cycle.claimed_by.as_ref().map(PersonId::as_str)),
        at(cycle.approval_asked_at),
        at(cycle.approved_at),
        at(response.map(|r| r.at)),
        response.map(|r| source_word(r.source).to_owned()).unwrap_or_default(),
        text(response.and_then(|r| r.by.as_ref()).map(PersonId::as_str)),
        text(response.and_then(|r| r.url.as_deref())),
        at(cycle.closed.map(|(at, _)| at)),
        cycle.closed.map(|(_, why)| why.word().to_owned()).unwrap_or_default(),
        ending_word(fact.ending).to_owned(),
        (fact.ending == Ending::Excluded).to_string(),
        moment(wait.until),
        wait.seconds.to_string(),
        wait.business_seconds.to_string(),
        number(wait.answered(wait.seconds)),
        number(wait.answered(wait.business_seconds)),
        moment(ask.now),
        if wait.last { at(m.due_at) } else { String::new() },
        text(follow_up.map_or(m.post.url.as_deref(), |f| f.url.as_deref())),
        guarded(&m.tags.iter().map(String::as_str).collect::<Vec<_>>().join(" ")),
        guarded(follow_up.map_or(m.post.text.as_str(), |f| f.text.as_str())),
        m.like.map(|like| like.of.0.to_string()).unwrap_or_default(),
    ]
}

fn wait_json(wait: &Exported<'_>) -> Value {
    let (fact, cycle) = (&wait.fact, wait.cycle);
    let response = cycle.response.as_ref().map(|r| {
        json!({
            "at": moment(r.at),
            "source": source_word(r.source),
            "credited": r.by,
            "external_id": r.external_id,
            "url": r.url,
        })
    });
    json!({
        "cycle": fact.cycle,
        "posted_at": moment(cycle.started_at),
        "seen_at": moment(cycle.seen_at),
        "card_at": cycle.card_at.map(moment),
        "claimed_at": cycle.claimed_at.map(moment),
        "claimed_by": wait.cycle.claimed_by.as_ref().map(crate::domain::PersonId::as_str),
        "approval_asked_at": cycle.approval_asked_at.map(moment),
        "approved_at": cycle.approved_at.map(moment),
        "response": response,
        "closed_at": cycle.closed.map(|(at, _)| moment(at)),
        "close_reason": cycle.closed.map(|(_, why)| why.word()),
        "ending": ending_word(fact.ending),
        "excluded": fact.ending == Ending::Excluded,
        "observed_until": moment(wait.until),
        "wait_seconds": wait.seconds,
        "wait_business_seconds": wait.business_seconds,
        "ttfr_seconds": wait.answered(wait.seconds),
        "ttfr_business_seconds": wait.answered(wait.business_seconds),
    })
}

fn csv_line<C: AsRef<[u8]>>(cells: impl IntoIterator<Item = C>) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory does not fail, and the cells are UTF-8.
    writer.write_record(cells).ok();
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// A moment as RFC 3339 in UTC, cut to milliseconds, which are left out where they are zero.
fn moment(at: Timestamp) -> String {
    let at = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
    if at.subsec_nanosecond() == 0 { at.to_string() } else { format!("{at:.3}") }
}

/// A text that no spreadsheet takes for a formula: what begins with `=`, `+`, `-`, `@` (also full-width), a tab or a
/// line end gets a leading apostrophe.
fn guarded(text: &str) -> String {
    let formula = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    if text.starts_with(formula) { format!("'{text}") } else { text.to_owned() }
}

fn source_word(source: ResponseSource) -> &'static str {
    match source {
        ResponseSource::Sent => "sent",
        ResponseSource::Native => "native",
        ResponseSource::Stated => "stated",
    }
}

fn ending_word(ending: Ending) -> &'static str {
    match ending {
        Ending::Waiting => "waiting",
        Ending::Answered(_) => "answered",
        Ending::Closed => "closed",
        Ending::Excluded => "excluded",
    }
}
