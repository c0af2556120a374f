//! Learning from a file as a desk learns from its staff: one text after the other, each judged before its label is seen.

use super::figures::{Judged, judge, right};
use super::file::{Label, Row};
use super::table::Table;
use crate::domain::{Kind, PersonId};
use crate::triage::Classifier;
use crate::triage::learn::{Example, Target};
use jiff::Timestamp;
use serde::Serialize;
use std::sync::Arc;

/// How a file is streamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streaming {
    /// The first stop comes after so many corrections, each further one after twice as many as the one before.
    pub every: usize,
    /// Every label is said aloud, not only those of texts that were judged wrongly.
    pub all: bool,
}

/// Where it stands after so many corrections.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stop {
    /// Corrections so far.
    pub corrections: usize,
    /// Texts so far.
    pub seen: usize,
    /// The texts that follow.
    pub left: usize,
    /// Those, by the shipped model.
    pub shipped: Hits,
    /// Those, with what was learned so far.
    pub learned: Hits,
    /// All texts so far, each judged with what had been learned before it.
    pub so_far: Hits,
    /// How much of what was learned is used, 0 to 1.
    pub strength: f32,
}

/// How well texts were told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Hits {
    /// The share told rightly.
    pub accuracy: f64,
    /// The mean F1 of the labels.
    pub macro_f1: f64,
    /// The mean recall of the labels.
    pub macro_recall: f64,
}

/// Learned anew after so many corrections between two stops: a desk does after each.
const STEPS: usize = 5;

/// Streams labelled texts. The order is that of their moments if all have one, or else that of the file.
pub fn stream(rows: &[Row], shipped: &Arc<dyn Classifier>, how: Streaming) -> Vec<Stop> {
    let mut rows: Vec<&Row> = rows.iter().filter(|r| r.label.is_some()).collect();
    if rows.iter().all(|r| r.at.is_some()) {
        rows.sort_by(|a, b| a.at.cmp(&b.at));
    }
    let first: Vec<Judged> = rows.iter().map(|r| at(&**shipped, r)).collect();
    let mut classifier = Arc::clone(shipped);
    let mut examples: Vec<Example> = Vec::new();
    let (mut corrections, mut next, mut strength) = (0, how.every, 0.0);
    let (mut stops, mut live) = (Vec::new(), Vec::new());
    stops.push(stop(&rows, &first, 0, &classifier, &live, (0, 0.0)));
    for (i, row) in rows.iter().enumerate() {
        let judged = at(&*classifier, row);
        let wrong = right(row, &judged) == Some(false);
        live.push(judged);
        let spoken = wrong || how.all;
        examples.extend(example(row, i, spoken));
        corrections += usize::from(spoken);
        if !spoken {
            continue;
        }
        let due = corrections >= next;
        if (due || corrections.is_multiple_of((how.every / STEPS).max(1)))
            && let Some(learned) = shipped.learn(&examples)
        {
            strength = learned.report.feeling.strength;
            classifier = shipped.taught(Arc::new(learned)).unwrap_or(classifier);
        }
        if due {
            next *= 2;
            stops.push(stop(&rows, &first, i + 1, &classifier, &live, (corrections, strength)));
        }
    }
    stops
}

fn at(classifier: &dyn Classifier, row: &Row) -> Judged {
    judge(classifier, &row.text, row.language.as_deref())
}

fn example(row: &Row, i: usize, spoken: bool) -> Option<Example> {
    let target = match row.label? {
        Label::Feeling(feeling) => Target::feels(feeling),
        Label::Kind(kind) => Target::of(kind),
    };
    let second = i64::try_from(i).unwrap_or_default();
    Some(Example {
        text: row.text.clone(),
        target,
        spoken,
        by: PersonId::new("the file"),
        author: row.author.clone(),
        at: Timestamp::from_second(second).unwrap_or_default(),
    })
}

fn stop(
    rows: &[&Row],
    first: &[Judged],
    seen: usize,
    classifier: &Arc<dyn Classifier>,
    live: &[Judged],
    (corrections, strength): (usize, f32),
) -> Stop {
    let left = rows.get(seen..).unwrap_or_default();
    let now: Vec<Judged> = left.iter().map(|row| at(&**classifier, row)).collect();
    Stop {
        corrections,
        seen,
        left: left.len(),
        shipped: hits(left, first.get(seen..).unwrap_or_default()),
        learned: hits(left, &now),
        so_far: hits(rows, live),
        strength,
    }
}

fn hits(rows: &[&Row], judged: &[Judged]) -> Hits {
    let place = |kind: Kind| Kind::ALL.iter().position(|k| *k == kind).unwrap_or_default();
    // Feelings and kinds in one table: a file has one of them.
    let mut table = Table::new(&["negative", "neutral", "positive", "question", "complaint", "praise", "other"]);
    for (row, judged) in rows.iter().zip(judged) {
        match row.label {
            Some(Label::Feeling(label)) => table.count(label, judged.feels),
            Some(Label::Kind(kind)) => table.count(3 + place(kind), 3 + place(judged.class.kind)),
            None => {}
        }
    }
    Hits { accuracy: table.accuracy(), macro_f1: table.macro_f1(), macro_recall: table.macro_recall() }
}
