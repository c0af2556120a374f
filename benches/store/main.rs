//! The store: durable ingest, claims, lists, figures, memory and disk, over growing numbers of old mentions.
//!
//! `cargo bench --bench store` measures 10,000 and 100,000 mentions in about two minutes; with `--features compare`
//! beside `SQLite` with the same rows in the same run. `HEARBACK_BENCH_BIG=1` adds a million, `HEARBACK_BENCH_SIZES=5000`
//! chooses other sizes, `HEARBACK_BENCH_ROUNDS=5` more rounds (3), `HEARBACK_BENCH_DIR` another disk. Run as a test
//! (`cargo test --benches`), it only shows on 300 mentions that it works.

mod measure;
#[cfg(feature = "compare")]
mod plain;
mod sample;
mod table;

use hearback::store::{Embedded, Options, Store};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;
use table::{Better, Table, disk_mib, median, resident_mib};

/// Names the store that a child process opens, to see its memory by itself.
const CHILD: &str = "HEARBACK_BENCH_CHILD";

/// Which store.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Ours,
    Plain,
}

/// How much is measured.
#[derive(Clone, Copy)]
pub struct Effort {
    /// Rounds of everything that changes the stores, interleaved.
    pub rounds: usize,
    /// Posts of a round, by how many are in flight.
    pub posts: [(usize, u64); 3],
    /// Random reads.
    pub reads: usize,
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

fn open(side: Side, folder: &Path) -> Arc<dyn Store> {
    match side {
        Side::Ours => {
            // As in production, except that a full disk of the machine that measures is not its matter.
            let options = Options { ballast_bytes: 0, low_bytes: 0, low_percent: 0, ..Options::default() };
            Arc::new(Embedded::open(folder, options, &|_| {}).expect("the store opens"))
        }
        #[cfg(feature = "compare")]
        Side::Plain => Arc::new(plain::Plain::open(folder).expect("SQLite opens")),
        #[cfg(not(feature = "compare"))]
        Side::Plain => unreachable!("only with the feature"),
    }
}

fn name(side: Side) -> &'static str {
    match side {
        Side::Ours => "ours",
        Side::Plain => "plain",
    }
}

/// Opens a store in this process, reads in it, and prints milliseconds to open, MiB then, and MiB after the reading.
fn child(which: &str) {
    let (side, folder) = which.split_once(':').expect("side:folder");
    let side = if side == "ours" { Side::Ours } else { Side::Plain };
    let began = Instant::now();
    let store = open(side, Path::new(folder));
    let opened = began.elapsed().as_secs_f64() * 1000.0;
    let at_start = resident_mib();
    runtime().block_on(measure::read_around(&*store));
    println!("{opened} {at_start} {}", resident_mib());
    runtime().block_on(store.close()).expect("closes");
}

/// What a child process says of a store; the median of so many.
fn ask_child(side: Side, folder: &Path, times: usize) -> [f64; 3] {
    let mut said: [Vec<f64>; 3] = Default::default();
    for _ in 0..times {
        let me = std::env::current_exe().expect("this program");
        let which = format!("{}:{}", name(side), folder.display());
        let out = Command::new(me).env(CHILD, which).output().expect("it runs again");
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        let figures: Vec<f64> = text.split_whitespace().filter_map(|w| w.parse().ok()).collect();
        assert_eq!(figures.len(), 3, "{text}{}", String::from_utf8_lossy(&out.stderr));
        for (all, one) in said.iter_mut().zip(figures) {
            all.push(one);
        }
    }
    said.map(|all| median(&all))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}

/// Fills, measures and prints one size.
fn size(n: u64, base: &Path, effort: Effort) -> String {
    let sides: &[Side] = if cfg!(feature = "compare") { &[Side::Ours, Side::Plain] } else { &[Side::Ours] };
    let temporary = tempfile::Builder::new().prefix("store").tempdir_in(base).expect("a folder");
    let folders: Vec<PathBuf> = sides.iter().map(|s| temporary.path().join(name(*s))).collect();
    let rt = runtime();
    println!("\n### {n} mentions over a year, 95 % closed\n");
    println!("| figure | unit | hearback | SQLite | ratio |\n|---|---|---|---|---|");
    let mut table = Table::default();
    let mut disk = Vec::new();
    let mut filled = Vec::new();
    for (side, folder) in sides.iter().zip(&folders) {
        let store = open(*side, folder);
        let began = Instant::now();
        rt.block_on(measure::fill(&*store, n));
        #[expect(clippy::cast_precision_loss, reason = "a count")]
        filled.push(n as f64 / began.elapsed().as_secs_f64());
        rt.block_on(store.close()).expect("closes");
        drop(store);
        disk.push(disk_mib(folder));
    }
    let both = |all: &[f64]| (all[0], all.get(1).copied());
    let mut line = |what: &str, unit: &str, better: Better, all: &[f64]| {
        let (ours, plain) = both(all);
        table.line(what, unit, better, ours, plain);
    };
    line("filled, 64 posts a commit, then their lives", "mentions/s", Better::More, &filled);
    line("disk", "MiB", Better::Less, &disk);
    let children: Vec<[f64; 3]> =
        sides.iter().zip(&folders).map(|(side, folder)| ask_child(*side, folder, effort.rounds)).collect();
    for (i, (what, unit)) in
        [("reopened in", "ms"), ("memory after opening", "MiB"), ("memory after reading around", "MiB")]
            .into_iter()
            .enumerate()
    {
        line(what, unit, Better::Less, &children.iter().map(|c| c[i]).collect::<Vec<_>>());
    }
    let stores: Vec<Arc<dyn Store>> = sides.iter().zip(&folders).map(|(s, f)| open(*s, f)).collect();
    rt.block_on(measure::reads(&stores, n, effort, &mut line));
    rt.block_on(measure::writes(&stores, n, effort, &mut line));
    for store in stores {
        rt.block_on(store.close()).expect("closes");
    }
    table.lines().to_owned()
}

fn main() {
    if let Some(which) = variable(CHILD) {
        return child(&which);
    }
    let real = std::env::args().any(|a| a == "--bench");
    let number = |name: &str| variable(name).map(|v| v.parse::<usize>().expect("a number"));
    let effort = if real {
        let rounds = number("HEARBACK_BENCH_ROUNDS").unwrap_or(3);
        Effort { rounds, posts: [(1, 800), (16, 4_000), (256, 12_000)], reads: 3_000 }
    } else {
        Effort { rounds: 1, posts: [(1, 20), (16, 100), (256, 300)], reads: 50 }
    };
    let mut sizes = if real { vec![10_000, 100_000] } else { vec![300] };
    if variable("HEARBACK_BENCH_BIG").is_some() {
        sizes.push(1_000_000);
    }
    if let Some(chosen) = variable("HEARBACK_BENCH_SIZES") {
        sizes = chosen.split(',').map(|s| s.trim().parse().expect("sizes such as 10000,100000")).collect();
    }
    let base = variable("HEARBACK_BENCH_DIR").unwrap_or_else(|| env!("CARGO_TARGET_TMPDIR").to_owned());
    std::fs::create_dir_all(&base).expect("the folder to measure in");
    println!(
        "Medians; {} rounds, interleaved. Ratio: how many times better than SQLite (more than 1: ahead).",
        effort.rounds
    );
    for n in sizes {
        size(n, Path::new(&base), effort);
    }
}
