//! How well labelled texts are judged.

use super::file::{Label, Row};
use super::table::{Score, Table, share};
use crate::domain::{Kind, Odds, pii};
use crate::triage::{Classified, Classifier, language};
use serde::Serialize;
use std::collections::BTreeMap;

/// What the program makes of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The classifier's word.
    pub class: Classified,
    /// Shares of negative, neutral and positive; `None` if the language is not the model's.
    pub feeling: Option<[f32; 3]>,
    /// The likeliest feeling: 0 negative, 1 neutral, 2 positive.
    pub feels: usize,
    /// It asks something.
    pub question: bool,
    /// The language, from the words alone.
    pub language: Option<String>,
}

/// Below this score a post in another language than the model's is unhappy, and above its opposite happy.
const FOREIGN: f32 = 0.3;

/// Judges a text as a post is judged. `hint` is the language that its network states.
pub fn judge(classifier: &dyn Classifier, text: &str, hint: Option<&str>) -> Judged {
    let told = language(text, hint);
    let class = classifier.classify(text, told.as_deref());
    let reading = classifier.reading(text, told.as_deref());
    let largest = |shares: [f32; 3]| {
        let mut best = 0;
        for (i, share) in shares.iter().enumerate() {
            if shares.get(best).is_some_and(|most| share > most) {
                best = i;
            }
        }
        best
    };
    let by_score = match class.score {
        s if s <= -FOREIGN => 0,
        s if s >= FOREIGN => 2,
        _ => 1,
    };
    Judged {
        feeling: reading.map(|r| r.feeling),
        feels: reading.map_or(by_score, |r| largest(r.feeling)),
        question: reading.map_or(class.kind == Kind::Question, |r| r.question >= 0.5),
        language: if hint.is_some() { language(text, None) } else { told },
        class,
    }
}

/// Whether a label was read rightly; `None` without a label.
pub fn right(row: &Row, judged: &Judged) -> Option<bool> {
    row.label.map(|label| match label {
        Label::Feeling(feeling) => feeling == judged.feels,
        Label::Kind(kind) => kind == judged.class.kind,
    })
}

/// Everything that the labels of a file tell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Texts.
    pub texts: usize,
    /// Negative, neutral, positive, if texts have such labels.
    pub feeling: Option<Told>,
    /// Kinds, if texts have such labels.
    pub kind: Option<Told>,
    /// Praise for the digest.
    pub praise: Option<Praise>,
    /// Questions.
    pub question: Option<Score>,
    /// What waits for an answer.
    pub needs_reply: Option<Score>,
    /// Languages.
    pub language: Option<Languages>,
    /// Personal data, by sort as the file calls it.
    pub pii: BTreeMap<String, Score>,
}

/// How well labels are told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// The counts.
    pub table: Table,
    /// Each label.
    pub labels: Vec<(&'static str, Score)>,
    /// The share told rightly.
    pub accuracy: f64,
    /// The mean F1 of the labels.
    pub macro_f1: f64,
    /// The mean recall of the labels.
    pub macro_recall: f64,
    /// How often it is right when it is so sure, in five steps: its mean share, the share that is right, and how many.
    pub calibration: Vec<(f64, f64, usize)>,
    /// The mean distance between how sure it is and how often it is right.
    pub calibration_error: f64,
}

/// The digest's praise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Praise {
    /// The share of praise from which on a post goes into the digest.
    pub threshold: Option<f32>,
    /// How good that is.
    pub at_threshold: Score,
    /// How many would be in the digest.
    pub taken: usize,
    /// The lowest share from which on four of five are praise in this file, and how good that is.
    pub at_80: Option<(f32, Score)>,
}

/// Languages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Languages {
    /// Texts whose language is labelled.
    pub n: usize,
    /// Of those with an answer, the share that is right.
    pub accuracy: f64,
    /// Texts that were left undetermined.
    pub undetermined: usize,
}

const FEELINGS: [&str; 3] = ["negative", "neutral", "positive"];
const STEPS: usize = 5;

/// Counts everything.
pub fn figures(rows: &[Row], judged: &[Judged], threshold: Option<f32>) -> Figures {
    let pairs: Vec<(&Row, &Judged)> = rows.iter().zip(judged).collect();
    let (mut feeling, mut feeling_sure) = (Table::new(&FEELINGS), Vec::new());
    let (mut kind, mut kind_sure) = (Table::new(&Kind::ALL.map(Kind::word)), Vec::new());
    for (row, judged) in &pairs {
        match row.label {
            Some(Label::Feeling(label)) => {
                feeling.count(label, judged.feels);
                if let Some(share) = judged.feeling.and_then(|f| f.get(judged.feels).copied()) {
                    feeling_sure.push((share, label == judged.feels));
                }
            }
            Some(Label::Kind(label)) => {
                let place = |k: Kind| Kind::ALL.iter().position(|other| *other == k).unwrap_or_default();
                kind.count(place(label), place(judged.class.kind));
                kind_sure.push((judged.class.confidence, label == judged.class.kind));
            }
            None => {}
        }
    }
    let yes_no = |label: fn(&Row) -> Option<bool>, read: fn(&Judged) -> bool| {
        let labelled: Vec<(bool, bool)> = pairs.iter().filter_map(|(r, j)| Some((label(r)?, read(j)))).collect();
        let count = |of: fn(&(bool, bool)) -> bool| labelled.iter().filter(|pair| of(pair)).count();
        (!labelled.is_empty()).then(|| Score::of(count(|p| p.0 && p.1), count(|p| p.1), count(|p| p.0)))
    };
    Figures {
        texts: rows.len(),
        feeling: told(feeling, &feeling_sure),
        kind: told(kind, &kind_sure),
        praise: praise(&pairs, threshold),
        question: yes_no(|r| r.question, |j| j.question),
        needs_reply: yes_no(|r| r.needs_reply, |j| j.class.needs_reply),
        language: languages(&pairs),
        pii: personal(rows),
    }
}

fn told(table: Table, sure: &[(f32, bool)]) -> Option<Told> {
    if table.n() == 0 {
        return None;
    }
    let mut steps = [(0.0_f64, 0_usize, 0_usize); STEPS];
    for (share, right) in sure {
        let at = (1..STEPS).take_while(|step| f64::from(*share) * 5.0 >= real(*step)).count();
        if let Some((sum, hits, n)) = steps.get_mut(at) {
            *sum += f64::from(*share);
            *hits += usize::from(*right);
            *n += 1;
        }
    }
    let step = |(sum, hits, n): &(f64, usize, usize)| (sum / real((*n).max(1)), share(*hits, *n), *n);
    let calibration: Vec<(f64, f64, usize)> = steps.iter().filter(|s| s.2 > 0).map(step).collect();
    let all = sure.len();
    let calibration_error = calibration.iter().map(|(said, is, n)| (said - is).abs() * share(*n, all)).sum();
    Some(Told {
        labels: table.scores(),
        accuracy: table.accuracy(),
        macro_f1: table.macro_f1(),
        macro_recall: table.macro_recall(),
        calibration,
        calibration_error,
        table,
    })
}

fn real(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

fn praise(pairs: &[(&Row, &Judged)], threshold: Option<f32>) -> Option<Praise> {
    let is = |row: &Row| row.label.map(|l| matches!(l, Label::Feeling(2) | Label::Kind(Kind::Praise)));
    let mut rated: Vec<(f32, bool, bool)> = pairs
        .iter()
        .filter_map(|(row, judged)| {
            let share = judged.class.odds.map_or(0.0, |odds: Odds| odds.praise);
            Some((share, is(row)?, judged.class.sure_praise))
        })
        .collect();
    let there = rated.iter().filter(|r| r.1).count();
    if there == 0 {
        return None;
    }
    let taken = rated.iter().filter(|r| r.2).count();
    let rightly = rated.iter().filter(|r| r.2 && r.1).count();
    rated.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut hits, mut at_80) = (0, None);
    for (i, (share, is, _)) in rated.iter().enumerate() {
        hits += usize::from(*is);
        // Equal shares go together.
        let last = rated.get(i + 1).is_none_or(|next| next.0 < *share);
        if last && hits * 5 >= (i + 1) * 4 {
            at_80 = Some((*share, Score::of(hits, i + 1, there)));
        }
    }
    Some(Praise { threshold, at_threshold: Score::of(rightly, taken, there), taken, at_80 })
}

fn languages(pairs: &[(&Row, &Judged)]) -> Option<Languages> {
    let labelled: Vec<(&str, Option<&str>)> =
        pairs.iter().filter_map(|(r, j)| Some((r.language.as_deref()?, j.language.as_deref()))).collect();
    let answered = labelled.iter().filter(|(_, read)| read.is_some()).count();
    let right = labelled.iter().filter(|(is, read)| *read == Some(*is)).count();
    let (n, undetermined) = (labelled.len(), labelled.len() - answered);
    (n > 0).then(|| Languages { n, accuracy: share(right, answered), undetermined })
}

/// What the file's sorts of personal data are called here. Sorts that are not here cannot be found by rules.
const SORTS: [(&str, &[&str]); 7] = [
    ("a card number", &["CREDIT_CARD", "CARD"]),
    ("a bank account number", &["IBAN_CODE", "IBAN"]),
    ("an e-mail address", &["EMAIL_ADDRESS", "EMAIL"]),
    ("a phone number", &["PHONE_NUMBER", "PHONE"]),
    ("an IP address", &["IP_ADDRESS", "IP"]),
    ("a social security number", &["US_SSN", "SSN"]),
    ("an order or tracking number", &["ORDER", "TRACKING", "ORDER_NUMBER"]),
];

/// Precision counts only what was found in labelled texts; a hit is right if it shares its words with a span.
fn personal(rows: &[Row]) -> BTreeMap<String, Score> {
    let mut counts: BTreeMap<String, (usize, usize, usize)> = BTreeMap::new();
    for row in rows {
        let Some(spans) = &row.spans else { continue };
        let hits: Vec<(String, String)> =
            pii::find(&row.text).into_iter().map(|h| (h.kind.words().to_string(), squeezed(&h.text))).collect();
        for (sort, words) in spans {
            let upper = sort.to_uppercase();
            let Some((name, _)) = SORTS.iter().find(|(_, names)| names.contains(&upper.as_str())) else { continue };
            let span = squeezed(words);
            let found = hits.iter().any(|(kind, text)| kind == name && same(text, &span));
            let (hit, _, there) = counts.entry((*name).to_owned()).or_default();
            *hit += usize::from(found);
            *there += 1;
        }
        for (kind, text) in &hits {
            let is = spans.iter().any(|(sort, words)| {
                let upper = sort.to_uppercase();
                let ours = SORTS.iter().any(|(name, names)| name == kind && names.contains(&upper.as_str()));
                ours && same(text, &squeezed(words))
            });
            let (_, wrong, _) = counts.entry(kind.clone()).or_default();
            *wrong += usize::from(!is);
        }
    }
    counts.into_iter().map(|(sort, (hit, wrong, there))| (sort, Score::of(hit, hit + wrong, there))).collect()
}

fn squeezed(words: &str) -> String {
    words.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn same(a: &str, b: &str) -> bool {
    !a.is_empty() && !b.is_empty() && (a.contains(b) || b.contains(a))
}
