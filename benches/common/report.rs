//! The table of `results.tsv`: medians over the rounds, and how many times better hearback is.

use super::figures::{median, most, number};
use std::collections::BTreeMap;
use std::path::Path;

/// The app that the others are compared with.
const OURS: &str = "hearback";
/// How often there was no answer in time.
const FAILED: &str = "failed";

/// The rounds of each app under each load: by people, then by app.
type Rounds = BTreeMap<usize, BTreeMap<String, Vec<Vec<f64>>>>;

fn read(file: &Path) -> Rounds {
    let text = std::fs::read_to_string(file).expect("results.tsv");
    let mut rounds = Rounds::new();
    for line in text.lines() {
        let mut cells = line.split('\t');
        let name = cells.next().expect("a name").to_owned();
        let people = cells.next().and_then(|n| n.parse().ok()).expect("how many people");
        let figures = cells.map(|f| f.parse().expect("a figure")).collect();
        rounds.entry(people).or_default().entry(name).or_default().push(figures);
    }
    rounds
}

/// One figure of an app over its rounds: the median; of the longest and of failures the worst.
fn over(rounds: &[Vec<f64>], at: usize, name: &str) -> f64 {
    let all: Vec<f64> = rounds.iter().filter_map(|r| r.get(at)).copied().collect();
    if name.ends_with("longest") || name == FAILED { most(&all) } else { median(&all) }
}

/// Prints it, of a chat whose figures have these names.
pub fn print(file: &Path, mut names: Vec<String>) {
    // The median of the answer: the first of the last four.
    let answer = names.len() - 4;
    names.extend(["processor µs", "MiB", FAILED].map(str::to_owned));
    for (people, apps) in read(file) {
        println!("\n### {people} at once (times in ms)\n");
        println!("| app | rounds | {} | answer: ratio | commands/s: ratio |", names.join(" | "));
        println!("|---|---|{}---|---|", "---|".repeat(names.len()));
        let ours = apps.get(OURS);
        for (name, rounds) in &apps {
            let cells: Vec<String> =
                names.iter().enumerate().map(|(at, name)| number(over(rounds, at, name))).collect();
            let ratio = |at: usize, more: bool| {
                let (Some(ours), true) = (ours, name != OURS) else { return String::new() };
                let (ours, theirs) = (over(ours, at, ""), over(rounds, at, ""));
                number(if more { ours / theirs } else { theirs / ours })
            };
            println!(
                "| {name} | {} | {} | {} | {} |",
                rounds.len(),
                cells.join(" | "),
                ratio(answer, false),
                ratio(0, true)
            );
        }
    }
}
