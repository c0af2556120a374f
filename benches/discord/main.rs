//! The Discord front end under load, against the fake Discord of the tests.
//!
//! `cargo bench --bench discord` shows in about two minutes, without anything else: a burst of 1,000 mentions beside the
//! best schedule that Discord's limits allow, and how long a command takes from Discord's delivery until its first answer
//! is there, over the gateway and over HTTP.
//!
//! - `cargo bench --bench discord -- burst 10000` measures a larger burst, all at once and over ten minutes.
//! - `serve`, `fill` and `report` are the parts of `scripts/compare-discord.sh`, which runs the same load against
//!   hearback and against minimal apps on discord.js and Discord's own library, each in a process of its own.
//!
//! Run as a test (`cargo test --benches`), it only shows on a few mentions that it works.
#![expect(clippy::expect_used, reason = "a benchmark ends at what cannot be")]

mod burst;
#[path = "../common/mod.rs"]
mod common;
#[expect(dead_code, unused_imports, reason = "a part of it is used here")]
#[path = "../../tests/it/discord/fake/mod.rs"]
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
        ["serve", folder, name, seconds, port, text] => {
            let seconds = Duration::from_secs(seconds.parse().expect("seconds"));
            let port = port.parse().expect("a port, or 0 for the gateway");
            runtime.block_on(serve::serve(Path::new(folder), name, port, text, seconds));
        }
        ["fill", folder, mentions] => {
            runtime.block_on(serve::fill(Path::new(folder), mentions.parse().expect("how many mentions")));
        }
        ["report", file] => serve::report(Path::new(file)),
        other => {
            eprintln!(
                "discord: not understood: {other:?}. The first lines of benches/discord/main.rs say what there is."
            );
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
    println!(
        "Seconds from arrival until the card stands in the channel. Best: five in each five seconds, the most urgent \
         first.\n"
    );
    for burst in Burst::both(mentions) {
        burst::run(burst).await;
    }
}
