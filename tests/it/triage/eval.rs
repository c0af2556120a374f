//! Figures over labelled files, whatever their form.

use hearback::domain::Kind;
use hearback::triage::eval::{Label, Streaming, figures, judge, parse, print, stream};
use hearback::triage::learn::Doubt;
use hearback::triage::{Classified, Classifier, ModelClassifier};
use std::fmt::Write as _;
use std::sync::Arc;

/// Reads one word: what comes of the figures must not depend on the model.
struct OneWord;

impl Classifier for OneWord {
    fn classify(&self, text: &str, _: Option<&str>) -> Classified {
        let (kind, score) = match text {
            t if t.contains("good") => (Kind::Praise, 0.8),
            t if t.contains("bad") => (Kind::Complaint, -0.8),
            t if t.contains('?') => (Kind::Question, 0.0),
            _ => (Kind::Other, 0.0),
        };
        Classified {
            kind,
            confidence: 0.7,
            score,
            odds: None,
            needs_reply: kind == Kind::Question,
            sure_praise: kind == Kind::Praise,
            unsure: false,
            doubt: Doubt::None,
        }
    }
}

#[test]
fn every_form_of_file_is_read() {
    let lines = "{\"text\":\"one good\",\"label\":2}\n\nnonsense\n{\"full_text\":\"two\",\"sentiment\":\"NEG\",\"question\":true}\n\
                 {\"tweet\":\"three\",\"y\":\"1\",\"lang\":\"eng\"}\n{\"label\":1}\n";
    let file = parse(lines);
    let labels: Vec<_> = file.rows.iter().map(|r| (r.line, r.label)).collect();
    let feeling = |n| Some(Label::Feeling(n));
    assert_eq!(labels, [(1, feeling(2)), (4, feeling(0)), (5, feeling(1))]);
    assert_eq!(file.bad.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 6]);
    assert_eq!((file.rows[1].question, file.rows[2].language.as_deref()), (Some(true), Some("en")));
    let array = parse(
        "[{\"text\": \"a\", \"class\": -1}, {\"text\": \"b\", \"class\": 0}, {\"text\": \"c\", \"class\": 1}, 7]",
    );
    assert_eq!(array.rows.iter().map(|r| r.label).collect::<Vec<_>>(), [feeling(0), feeling(1), feeling(2)]);
    assert_eq!(array.bad.len(), 1);
    let table = parse("tweet_id,sentiment,text\n1,positive,\"so, good\"\n2,negative,\"two\nlines\"\n");
    assert_eq!(table.rows.iter().map(|r| r.label).collect::<Vec<_>>(), [feeling(2), feeling(0)]);
    assert_eq!(table.rows[1].text, "two\nlines");
    assert_eq!(parse("{\"text\":\"a\",\"kind\":\"complaint\"}").rows[0].label, Some(Label::Kind(Kind::Complaint)));
    assert!(parse("").rows.is_empty() && parse("[").rows.is_empty());
}

#[test]
fn figures_are_those_that_one_counts_by_hand() {
    let file = parse(
        r#"{"text":"this is good","label":"positive","question":false}
{"text":"this is good too","label":"negative","question":false}
{"text":"this is bad","label":"negative","question":false}
{"text":"who knows?","label":"neutral","question":true,"needs_reply":true}
{"text":"tell me","label":"neutral","question":true,"needs_reply":true}
{"text":"write to bob@example.com","label":"neutral","spans":[{"type":"EMAIL_ADDRESS","start":9,"end":24}]}"#,
    );
    let judged: Vec<_> = file.rows.iter().map(|r| judge(&OneWord, &r.text, Some("en"))).collect();
    let all = figures(&file.rows, &judged, Some(0.5));
    insta::assert_snapshot!(print(&all), @r"
    6 texts

    Feeling: accuracy 83.3, macro-F1 77.8, macro-recall 83.3 (n 6)
      label \ read  negative   neutral  positive   precision   recall       F1
      negative             1         0         1       100.0     50.0     66.7
      neutral              0         3         0       100.0    100.0    100.0
      positive             0         0         1        50.0    100.0     66.7

    Praise for the digest (from 0.50 on): 2 taken, precision 50.0, recall 100.0
    80 % precision is not reached on these texts

    Question: precision 100.0, recall 50.0, F1 66.7 (n 2)

    Needs a reply: precision 100.0, recall 50.0, F1 66.7 (n 2)

    Personal data
      an e-mail address: precision 100.0, recall 100.0, F1 100.0 (n 1)
    ");
}

#[test]
fn learning_from_a_file_tells_the_rest_better() {
    let mut lines = String::new();
    for i in 0..120 {
        let (word, label) = if i % 3 == 0 { ("blorped", 0) } else { ("delivered", 1) };
        let letter = ["a", "b", "c", "d"][i % 4];
        writeln!(lines, "{{\"text\":\"Parcel {letter} for number {i} was {word}\",\"label\":{label}}}").unwrap();
    }
    let shipped: Arc<dyn Classifier> = Arc::new(ModelClassifier::new(&[]).unwrap());
    let stops = stream(&parse(&lines).rows, &shipped, Streaming { every: 2, all: false });
    assert_eq!(stops[0].corrections, 0);
    assert_eq!(stops[0].shipped, stops[0].learned);
    let last = &stops[1];
    assert_eq!(last.corrections, 2);
    assert!(last.learned.macro_recall > last.shipped.macro_recall + 0.2, "{last:?}");
}
