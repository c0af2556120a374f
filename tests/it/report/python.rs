//! The recipe of docs/figures.md, run over an export, gives our figures.

use super::make::{facts_of, mention, ts};
use hearback::domain::{Facts, Kind};
use hearback::report::{COLUMNS, ExportAsk, Figures, Hours, OpenSpan, csv_header, csv_rows, figures};
use std::io::Write as _;
use std::process::Command;

const DOC: &str = include_str!("../../../docs/figures.md");

/// The Python block of the document.
fn recipe() -> &'static str {
    let (_, rest) = DOC.split_once("```python\n").expect("a Python block");
    rest.split_once("```").expect("its end").0
}

#[test]
fn every_column_is_explained() {
    for column in COLUMNS {
        assert!(DOC.contains(&format!("`{column}`")), "docs/figures.md says nothing of {column}");
    }
}

/// A line as the recipe prints it.
fn line(name: &str, f: &Figures) -> String {
    let quantile = |q: Option<u64>| q.map_or_else(|| "not reached".to_owned(), |s| s.to_string());
    format!(
        "{name}: n {}, answered {} ({:.1} %), median {}, p90 {}, business median {}",
        f.n,
        f.answered,
        f.answered_share().unwrap_or(0.0) * 100.0,
        quantile(f.calendar.median),
        quantile(f.calendar.p90),
        quantile(f.business.as_ref().expect("hours were given").median),
    )
}

#[test]
fn the_recipe_gives_the_same_figures() {
    let python = |args: &[&std::ffi::OsStr]| Command::new("python3").args(args).output();
    if !python(&["--version".as_ref()]).is_ok_and(|out| out.status.success()) {
        println!("skipped: there is no python3 here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (script, table) = (folder.path().join("figures.py"), folder.path().join("export.csv"));
    std::fs::write(&script, recipe()).unwrap();
    let week = std::array::from_fn(|day| if day < 5 { vec![OpenSpan::parse("09:00-17:00").unwrap()] } else { vec![] });
    let hours = Hours::new("America/New_York", week, []).unwrap();
    for (seed, count) in [(1, 2), (2, 40), (3, 400)] {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mentions: Vec<_> = (1..=count).map(|no| mention(&mut rng, no).0).collect();
        let now = ts("2026-02-10T12:00:00Z");
        let ask = ExportAsk {
            now,
            from: None,
            to: None,
            hours: hours.clone(),
            brand_hours: std::collections::BTreeMap::new(),
        };
        let mut file = std::fs::File::create(&table).unwrap();
        file.write_all(csv_header().as_bytes()).unwrap();
        for m in &mentions {
            file.write_all(csv_rows(m, &ask).as_bytes()).unwrap();
        }
        let out = python(&[script.as_os_str(), table.as_os_str()]).unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));

        let Facts { rows, .. } = facts_of(&mentions);
        let calendar = hours.calendar(ts("2025-12-01T00:00:00Z"), ts("2026-12-31T00:00:00Z"));
        let mut expected = vec![line("all", &figures(&rows, now, Some(&calendar)))];
        for kind in Kind::ALL {
            let f = figures(rows.iter().filter(|f| f.kind == kind), now, Some(&calendar));
            if f.n > 0 {
                expected.push(line(kind.word(), &f));
            }
        }
        let said = String::from_utf8_lossy(&out.stdout);
        assert_eq!(said.lines().collect::<Vec<_>>(), expected, "{count} mentions");
    }
}
