//! The Slack front end under load, against the fake Slack of the tests.
//!
//! `cargo bench --bench slack` shows in about a minute, without anything else: a burst of 1,000 mentions beside the best
//! schedule that Slack's limits allow, and how long a command takes from the delivery to the answer.
//!
//! - `cargo bench --bench slack -- burst 10000` measures a larger burst, all at once and over ten minutes.
//! - `serve`, `fill` and `report` are the parts of `scripts/compare-slack.sh`, which runs the same load against
//!   hearback and against minimal apps on Slack's own framework, each in a process of its own.
//!
//! Run as a test (`cargo test --benches`), it only shows on a few mentions that it works.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark ends at what cannot be")]

mod burst;
#[path = "../common/mod.rs"]
mod common;
#[expect(dead_code, unused_imports, reason = "a part of it is used here")]
#[path = "../../tests/it/slack/fake/mod.rs"]
mod fake;
mod office;
mod serve;

use common::burst::Burst;
use std::path::Path;
use std::time::Duration;

fn main() {
    let all: Vec<String> = std::env::args().skip(1).collect();
    let real = all.iter().any(|a| a == "--bench");
    let words: Vec<&str> = all.iter().map(String::as_str).filter(|a| !a.starts_with("--")).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    match words.as_slice() {
        [] => runtime.block_on(alone(real)),
        ["burst", mentions] => runtime.block_on(bursts(mentions.parse().expect("how many mentions"))),
        ["serve", folder, name, seconds, command, text] => {
            let seconds = Duration::from_secs(seconds.parse().expect("seconds"));
            runtime.block_on(serve::serve(Path::new(folder), name, command, text, seconds));
        }
        ["fill", folder, mentions] => {
            runtime.block_on(serve::fill(Path::new(folder), mentions.parse().expect("how many mentions")));
        }
        ["report", file] => serve::report(Path::new(file)),
        other => {
            eprintln!("slack: not understood: {other:?}. The first lines of benches/slack/main.rs say what there is.");
            std::process::exit(64);
        }
    }
}

/// What is shown without any argument.
async fn alone(real: bool) {
    let (mentions, seconds) = if real { (1_000, 4) } else { (30, 0) };
    bursts(mentions).await;
    serve::in_process(Duration::from_secs(seconds).max(Duration::from_millis(200))).await;
}

async fn bursts(mentions: u64) {
    println!("\n## A burst of {mentions} mentions into one channel\n");
    println!("Seconds from arrival until the card stands in the channel. Best: one a second, the most urgent first.\n");
    for burst in Burst::both(mentions) {
        burst::run(burst).await;
    }
}
