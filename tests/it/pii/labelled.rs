//! How much is found, and how much of what is found is right, on texts that others have labelled.

use hearback::domain::PiiKind;
use hearback::domain::pii::find;
use serde_json::Value;
use std::collections::BTreeMap;

/// Their names of the kinds that rules can find.
const KINDS: [(&str, PiiKind); 6] = [
    ("EMAIL_ADDRESS", PiiKind::Email),
    ("CREDIT_CARD", PiiKind::Card),
    ("IBAN_CODE", PiiKind::Iban),
    ("IP_ADDRESS", PiiKind::Ip),
    ("US_SSN", PiiKind::Ssn),
    ("PHONE_NUMBER", PiiKind::Phone),
];

#[derive(Clone, Copy, Default)]
struct Tally {
    labelled: f64,
    found: f64,
    exact: f64,
    said: f64,
    right: f64,
}

#[test]
fn nearly_all_is_found_and_little_else() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/triage/presidio_synth_v2.json");
    let Ok(file) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/data/triage/presidio_synth_v2.json is not there");
        return;
    };
    let texts: Vec<Value> = serde_json::from_str(&file).unwrap();
    let mut tallies: BTreeMap<PiiKind, Tally> = BTreeMap::new();
    for text in &texts {
        count(text, &mut tallies);
    }
    let mut all = Tally::default();
    for (kind, tally) in &tallies {
        println!("{:24} {}", kind.mark(), in_figures(tally));
        all.labelled += tally.labelled;
        all.found += tally.found;
        all.exact += tally.exact;
        all.said += tally.said;
        all.right += tally.right;
        assert!(tally.found >= 0.99 * tally.labelled, "{}: {}", kind.mark(), in_figures(tally));
    }
    println!("{:24} {}", "all", in_figures(&all));
    assert!(all.right >= 0.95 * all.said, "{}", in_figures(&all));
}

fn in_figures(t: &Tally) -> String {
    format!(
        "{} labelled, recall {:.3} ({:.3} to the character), precision {:.3}",
        t.labelled,
        t.found / t.labelled,
        t.exact / t.labelled,
        t.right / t.said
    )
}

fn count(text: &Value, tallies: &mut BTreeMap<PiiKind, Tally>) {
    let said = text["full_text"].as_str().unwrap();
    // They count characters, we count bytes.
    let bytes: Vec<usize> = said.char_indices().map(|(i, _)| i).chain([said.len()]).collect();
    let at = |span: &Value, key: &str| bytes[usize::try_from(span[key].as_u64().unwrap()).unwrap()];
    let labelled: Vec<(PiiKind, usize, usize)> = text["spans"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|span| {
            let (_, kind) = KINDS.iter().find(|(name, _)| span["entity_type"] == *name)?;
            Some((kind.clone(), at(span, "start_position"), at(span, "end_position")))
        })
        .collect();
    let hits = find(said);
    for (kind, start, end) in &labelled {
        let tally = tallies.entry(kind.clone()).or_default();
        let mut near = hits.iter().filter(|hit| hit.kind == *kind && hit.start < *end && *start < hit.end);
        tally.labelled += 1.0;
        tally.found += f64::from(u8::from(near.clone().next().is_some()));
        tally.exact += f64::from(u8::from(near.any(|hit| (hit.start, hit.end) == (*start, *end))));
    }
    // Order numbers are no kind of theirs.
    for hit in hits.iter().filter(|hit| hit.kind != PiiKind::Order) {
        let tally = tallies.entry(hit.kind.clone()).or_default();
        tally.said += 1.0;
        let right = labelled.iter().any(|(kind, start, end)| *kind == hit.kind && hit.start < *end && *start < hit.end);
        tally.right += f64::from(u8::from(right));
    }
}
