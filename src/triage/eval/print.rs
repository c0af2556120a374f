//! Figures as people read them.

use super::figures::{Figures, Told};
use super::stream::Stop;
use super::table::Score;
use std::fmt::Write;

fn pct(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}

fn line(out: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    if out.write_fmt(words).is_ok() {
        out.push('\n');
    }
}

/// Figures as text, with a line feed at the end.
pub fn print(figures: &Figures) -> String {
    let mut out = String::new();
    line(&mut out, format_args!("{} texts", figures.texts));
    for (what, told) in [("Feeling", &figures.feeling), ("Kind", &figures.kind)] {
        if let Some(told) = told {
            print_told(&mut out, what, told);
        }
    }
    if let Some(praise) = &figures.praise {
        let s = &praise.at_threshold;
        let from = praise.threshold.map_or_else(String::new, |t| format!(" (from {t:.2} on)"));
        line(
            &mut out,
            format_args!(
                "\nPraise for the digest{from}: {} taken, precision {}, recall {}",
                praise.taken,
                pct(s.precision),
                pct(s.recall)
            ),
        );
        match &praise.at_80 {
            Some((share, s)) => line(
                &mut out,
                format_args!("80 % precision on these texts: from {share:.2} on, recall {}", pct(s.recall)),
            ),
            None => line(&mut out, format_args!("80 % precision is not reached on these texts")),
        }
    }
    for (what, score) in [("Question", &figures.question), ("Needs a reply", &figures.needs_reply)] {
        if let Some(score) = score {
            line(&mut out, format_args!("\n{what}: {}", one(score)));
        }
    }
    if let Some(l) = &figures.language {
        let (n, accuracy) = (l.n, pct(l.accuracy));
        line(
            &mut out,
            format_args!(
                "\nLanguage: {accuracy} % of those determined are right; {} of {n} undetermined",
                l.undetermined
            ),
        );
    }
    if !figures.pii.is_empty() {
        line(&mut out, format_args!("\nPersonal data"));
        for (sort, score) in &figures.pii {
            line(&mut out, format_args!("  {sort}: {}", one(score)));
        }
    }
    out
}

fn one(s: &Score) -> String {
    format!("precision {}, recall {}, F1 {} (n {})", pct(s.precision), pct(s.recall), pct(s.f1), s.n)
}

fn print_told(out: &mut String, what: &str, told: &Told) {
    let (accuracy, f1, recall) = (pct(told.accuracy), pct(told.macro_f1), pct(told.macro_recall));
    line(
        out,
        format_args!("\n{what}: accuracy {accuracy}, macro-F1 {f1}, macro-recall {recall} (n {})", told.table.n()),
    );
    let names = &told.table.names;
    let head: Vec<String> = names.iter().map(|name| format!("{name:>10}")).collect();
    line(out, format_args!("  label \\ read{}   precision   recall       F1", head.concat()));
    for (name, row) in names.iter().zip(&told.table.counts) {
        let Some((_, s)) = told.labels.iter().find(|(label, _)| label == name) else { continue };
        let cells: Vec<String> = row.iter().map(|n| format!("{n:>10}")).collect();
        let (p, r, f) = (pct(s.precision), pct(s.recall), pct(s.f1));
        line(out, format_args!("  {name:<12}{}{p:>12}{r:>9}{f:>9}", cells.concat()));
    }
    let steps: Vec<String> =
        told.calibration.iter().map(|(sure, is, n)| format!("{}: {} ({n})", pct(*sure), pct(*is))).collect();
    if !steps.is_empty() {
        line(
            out,
            format_args!("  sure % : right % (n)   {}   error {}", steps.join("   "), pct(told.calibration_error)),
        );
    }
}

/// How it went while learning, with a line feed at the end.
pub fn print_stops(stops: &[Stop]) -> String {
    let mut out = String::new();
    line(
        &mut out,
        format_args!(
            "Learning: macro-F1 / macro-recall / accuracy on the texts that follow, and on all so far, each judged before it was seen"
        ),
    );
    line(
        &mut out,
        format_args!(
            "corrections    seen    left      shipped model     with what was learned   so far              used"
        ),
    );
    for s in stops {
        let of = |h: &super::stream::Hits| format!("{} {} {}", pct(h.macro_f1), pct(h.macro_recall), pct(h.accuracy));
        let so_far = if s.seen == 0 { "-".to_owned() } else { of(&s.so_far) };
        let used = pct(f64::from(s.strength));
        line(
            &mut out,
            format_args!(
                "{:>11} {:>7} {:>7}     {:<18} {:<22} {:<18} {used:>5} %",
                s.corrections,
                s.seen,
                s.left,
                of(&s.shipped),
                of(&s.learned),
                so_far
            ),
        );
    }
    out
}
