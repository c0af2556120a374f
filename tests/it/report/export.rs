//! What can be worked out again outside.

use super::make::{facts_of, mention, ts};
use hearback::domain::{Ending, Mention};
use hearback::report::{COLUMNS, ExportAsk, Hours, OpenSpan, StatsAsk, csv_header, csv_rows, json_line, report_json};
use serde_json::Value;
use std::collections::BTreeMap;

fn ask() -> ExportAsk {
    ExportAsk {
        now: ts("2026-03-01T00:00:00.5Z"),
        from: None,
        to: None,
        hours: Hours::always(),
        brand_hours: BTreeMap::new(),
    }
}

fn mentions(count: u64) -> Vec<Mention> {
    let mut rng = fastrand::Rng::with_seed(42);
    (1..=count).map(|no| mention(&mut rng, no).0).collect()
}

/// The CSV, read back by an ordinary reader, as rows by column.
fn read(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().map(|row| row.expect("every row has all columns")).collect()
}

#[test]
fn one_row_per_wait_with_what_the_facts_say() {
    let mentions = mentions(400);
    let csv = csv_header() + &mentions.iter().map(|m| csv_rows(m, &ask())).collect::<String>();
    let rows = read(&csv);
    let facts: Vec<_> = mentions.iter().flat_map(Mention::facts).collect();
    assert_eq!(rows.len(), facts.len());
    assert!(facts.iter().any(|f| f.cycle > 1), "some were reopened");
    for (row, fact) in rows.iter().zip(&facts) {
        assert_eq!(row.len(), COLUMNS.len());
        assert_eq!(
            (row["mention"].as_str(), row["cycle"].as_str()),
            (&*fact.no.0.to_string(), &*fact.cycle.to_string())
        );
        let ttfr = fact.ttfr_s().map(|s| s.to_string()).unwrap_or_default();
        assert_eq!((&row["ttfr_seconds"], &row["ttfr_business_seconds"]), (&ttfr, &ttfr), "around the clock: the same");
        assert_eq!(row["excluded"], (fact.ending == Ending::Excluded).to_string());
        assert_eq!(ts(&row["posted_at"]).as_millisecond(), fact.started_ms);
        let until = ts(&row["observed_until"]).as_millisecond();
        assert_eq!(until, if fact.ending == Ending::Waiting { ask().now.as_millisecond() } else { fact.end_ms });
        let wait = ((until - fact.started_ms) / 1000).max(0).to_string();
        assert_eq!(row["wait_seconds"], wait);
    }
}

#[test]
fn no_cell_is_a_formula_and_every_text_comes_back() {
    for m in mentions(200) {
        let csv = csv_header() + &csv_rows(&m, &ask());
        for row in read(&csv) {
            for (column, cell) in &row {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{column}: {cell:?}");
            }
            if row["cycle"] == "1" {
                let text = row["text"].strip_prefix('\'').unwrap_or(&row["text"]);
                assert_eq!(text, m.post.text);
            }
        }
    }
}

#[test]
fn json_lines_hold_cycles_and_if_asked_events() {
    let mut rng = fastrand::Rng::with_seed(5);
    for no in 1..=200 {
        let (m, events) = mention(&mut rng, no);
        let line = json_line(&m, Some(&events), &ask());
        assert_eq!(line.find('\n'), Some(line.len() - 1), "one line");
        let json: Value = serde_json::from_str(&line).expect("an object");
        assert_eq!(json["text"], m.post.text, "as it was said: JSON needs no apostrophe");
        let ttfr: Vec<_> = json["cycles"].as_array().unwrap().iter().map(|c| c["ttfr_seconds"].as_u64()).collect();
        assert_eq!(ttfr, m.facts().iter().map(hearback::domain::Fact::ttfr_s).collect::<Vec<_>>());
        assert_eq!(json["events"].as_array().unwrap().len(), events.len());
        let plain: Value = serde_json::from_str(&json_line(&m, None, &ask())).unwrap();
        assert!(plain.get("events").is_none());
    }
}

/// Counted from the rows, as anybody could: waits, and answered ones.
fn counted(rows: &[BTreeMap<String, String>]) -> (usize, usize) {
    let rows = || rows.iter().filter(|row| row["excluded"] == "false");
    (rows().count(), rows().filter(|row| row["ending"] == "answered").count())
}

#[test]
fn a_range_holds_the_waits_of_the_report_of_that_range() {
    let mentions = mentions(400);
    let mut began: Vec<_> = mentions.iter().flat_map(|m| m.cycles.iter().map(|c| c.started_at)).collect();
    began.sort_unstable();
    let (from, to) = (began[began.len() / 4], began[began.len() * 3 / 4]);
    let ask = ExportAsk { from: Some(from), to: Some(to), ..ask() };
    let rows = read(&(csv_header() + &mentions.iter().map(|m| csv_rows(m, &ask)).collect::<String>()));
    let asked = StatsAsk { from, to, now: ask.now, by: None, hours: None };
    let all = &report_json(&facts_of(&mentions), &asked, &BTreeMap::new())["all"];
    let (n, answered) = counted(&rows);
    assert_eq!((all["n"].as_u64(), all["answered"].as_u64()), (Some(n as u64), Some(answered as u64)));
    assert!(rows.iter().all(|row| ts(&row["posted_at"]).as_millisecond() < to.as_millisecond()));
    // Some mentions have waits within and without; those with none within are left out.
    let split = |m: &&Mention| m.cycles.iter().any(|c| c.started_at < from) && ask.wants(m);
    assert!(mentions.iter().any(|m| split(&m)), "the range cuts through a mention");
    for m in &mentions {
        let line: Value = serde_json::from_str(&json_line(m, None, &ask)).unwrap();
        let cycles = line["cycles"].as_array().unwrap();
        assert_eq!(cycles.is_empty(), !ask.wants(m));
        let of_csv: Vec<_> = rows.iter().filter(|r| r["mention"] == m.no.0.to_string()).map(|r| &r["cycle"]).collect();
        assert_eq!(
            cycles.iter().map(|c| c["cycle"].to_string()).collect::<Vec<_>>().iter().collect::<Vec<_>>(),
            of_csv
        );
    }
}

#[test]
fn a_wait_is_counted_in_the_hours_of_its_brand() {
    let night: [Vec<OpenSpan>; 7] = std::array::from_fn(|_| vec![OpenSpan::parse("00:00-06:00").unwrap()]);
    let night = Hours::new("UTC", night, []).unwrap();
    let mentions = mentions(50);
    let brand = mentions[0].brand.0.clone();
    let ask = ExportAsk { brand_hours: BTreeMap::from([(brand.clone(), night.clone())]), ..ask() };
    let rows = read(&(csv_header() + &mentions.iter().map(|m| csv_rows(m, &ask)).collect::<String>()));
    let mut own = 0;
    for row in &rows {
        let (from, until) = (ts(&row["posted_at"]), ts(&row["observed_until"]));
        let hours = if row["brand"] == brand { &night } else { &ask.hours };
        own += usize::from(row["brand"] == brand);
        assert_eq!(row["wait_business_seconds"], hours.business_seconds(from, until).to_string());
    }
    assert!(own > 0 && rows.iter().any(|r| r["wait_business_seconds"] != r["wait_seconds"]));
}
