//! How good the model is, in the usual figures.

use hearback::triage::model::train::Row;
use hearback::triage::model::{Delta, Model};
use std::fmt;

/// Label against prediction: negative, neutral, positive.
#[derive(Default)]
pub struct Confusion([[u32; 3]; 3]);

impl Confusion {
    /// One text.
    pub fn add(&mut self, label: usize, predicted: usize) {
        if let Some(slot) = self.0.get_mut(label).and_then(|row| row.get_mut(predicted)) {
            *slot += 1;
        }
    }

    /// How many texts.
    pub fn all(&self) -> u32 {
        self.0.iter().flatten().sum()
    }

    fn right(&self, class: usize) -> f64 {
        f64::from(self.0[class][class])
    }

    fn recall(&self, class: usize) -> f64 {
        self.right(class) / f64::from(self.0[class].iter().sum::<u32>()).max(1.0)
    }

    fn precision(&self, class: usize) -> f64 {
        self.right(class) / f64::from(self.0.iter().map(|row| row[class]).sum::<u32>()).max(1.0)
    }

    fn f1(&self, class: usize) -> f64 {
        let (p, r) = (self.precision(class), self.recall(class));
        if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }
    }
}

impl fmt::Display for Confusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |n: f64| 100.0 * n;
        let mean = |of: &dyn Fn(usize) -> f64| percent((0..3).map(of).sum::<f64>() / 3.0);
        let accuracy = (0..3).map(|c| self.right(c)).sum::<f64>() / f64::from(self.all()).max(1.0);
        let (f1, recall) = (mean(&|c| self.f1(c)), mean(&|c| self.recall(c)));
        writeln!(f, "accuracy {:.1} %, macro-F1 {f1:.1} %, macro-recall {recall:.1} %", percent(accuracy))?;
        writeln!(f, "           precision  recall    F1   read as negative, neutral, positive")?;
        for (class, name) in ["negative", "neutral", "positive"].iter().enumerate() {
            let (precision, recall, f1) = (self.precision(class), self.recall(class), self.f1(class));
            let [negative, neutral, positive] = self.0[class];
            write!(f, "{name:9}  {:8.1}  {:6.1}  {:4.1}", percent(precision), percent(recall), percent(f1))?;
            write!(f, "   {negative:5} {neutral:5} {positive:5}")?;
            if class < 2 {
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

/// The class with the largest share.
pub fn largest(shares: [f32; 3]) -> usize {
    let best = shares.iter().enumerate().reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map_or(1, |(class, _)| class)
}

/// How the labels of a set are mixed.
pub fn mix(rows: &[Row]) -> [f64; 3] {
    let count = |class: usize| u32::try_from(rows.iter().filter(|r| r.label == class).count()).unwrap_or_default();
    let all = f64::from(u32::try_from(rows.len()).unwrap_or_default()).max(1.0);
    [0, 1, 2].map(|class| f64::from(count(class)) / all)
}

/// How well questions are told without their mark. Nobody labelled them: texts that have a question mark stand for questions.
pub fn questions(model: &Model, rows: &[Row]) -> String {
    let nothing = Delta::default();
    let (mut found, mut missed, mut false_alarms) = (0_u32, 0_u32, 0_u32);
    let mut marked = 0_u32;
    for row in rows {
        let asked = row.text.contains('?');
        let reads = |text: &str| model.read(&model.features(text), &nothing).question >= 0.5;
        marked += u32::from(asked && reads(&row.text));
        match (asked, reads(&row.text.replace('?', " . "))) {
            (true, true) => found += 1,
            (true, false) => missed += 1,
            (false, true) => false_alarms += 1,
            (false, false) => {}
        }
    }
    let (all, told) = (f64::from(found + missed), f64::from(found + false_alarms));
    format!(
        "Questions: {marked} of {all} texts with a question mark are read as questions; with the mark taken away \
         {:.1} % of them, and {:.1} % of those that are then read as questions had one",
        100.0 * f64::from(found) / all.max(1.0),
        100.0 * f64::from(found) / told.max(1.0),
    )
}
