//! What is measured, the same for every store.

use crate::Effort;
use crate::sample::{self, after, claim, intake, lives, seen, spread, stays_open};
use crate::table::{Better, median, processor_us, quantile};
use hearback::domain::{Ingested, MentionNo, OpenQuery};
use hearback::report::{StatsAsk, stats_text};
use hearback::store::Store;
use jiff::Timestamp;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Where a line of the table goes: what, its unit, which way is better, the figures of each store.
pub type Line<'a> = dyn FnMut(&str, &str, Better, &[f64]) + 'a;

/// Waits of which there are equally many whatever the size: if their figures take longer in a larger store, something
/// grows with the old mentions.
const NEWEST: u64 = 800;

/// The threads that write, of each store: the writer and, for sled, what it hands its own threads.
const WRITERS: [&[&str]; 2] = [&["hearback-store", "sled-"], &["plain-store"]];

fn micros(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e6
}

/// Fills an empty store with a year.
pub async fn fill(store: &dyn Store, n: u64) {
    for first in (0..n).step_by(64) {
        let batch: Vec<_> = (first..n.min(first + 64)).map(|i| seen(i, spread(i, n))).collect();
        let count = batch.len();
        let became = store.ingest(intake(batch)).await.expect("taken in");
        assert!(became.iter().all(|b| matches!(b, Ingested::New(_))), "all are new");
        let mentions = store.scan(MentionNo(first + 1), count).await.expect("they are there");
        assert_eq!(mentions.len(), count);
        store.commit(lives(&mentions)).await.expect("they live");
    }
    assert_eq!(store.health().await.expect("healthy").mentions, n);
}

fn random_nos(n: u64, count: usize, seed: u64) -> impl Iterator<Item = MentionNo> {
    let mut rng = fastrand::Rng::with_seed(seed);
    (0..count).map(move |_| MentionNo(rng.u64(1..=n)))
}

/// Reads what a day's work would read: mentions everywhere and the figures of a month.
pub async fn read_around(store: &dyn Store) {
    let n = store.health().await.expect("healthy").mentions;
    for no in random_nos(n, 2000, 5) {
        assert!(store.mention(no).await.expect("reads").is_some());
    }
    stats(store, after(-30 * 86_400)).await;
}

async fn stats(store: &dyn Store, from: Timestamp) -> usize {
    let (to, now) = (after(0), after(0));
    let facts = store.facts(from, to).await.expect("facts");
    let ask = StatsAsk { from, to, now, by: None, hours: None };
    black_box(stats_text(&facts, &ask));
    facts.rows.len()
}

/// Random mentions, a page of the queue, and figures.
pub async fn reads(stores: &[Arc<dyn Store>], n: u64, effort: Effort, line: &mut Line<'_>) {
    let (mut p50, mut p99) = (Vec::new(), Vec::new());
    for store in stores {
        let mut took = Vec::new();
        for no in random_nos(n, effort.reads, 3) {
            let began = Instant::now();
            black_box(store.mention(no).await.expect("reads"));
            took.push(micros(began));
        }
        p50.push(median(&took));
        p99.push(quantile(&took, 0.99));
    }
    line("a random mention, p50", "µs", Better::Less, &p50);
    line("a random mention, p99", "µs", Better::Less, &p99);

    let query = OpenQuery { limit: 10, ..OpenQuery::default() };
    let (mut took, mut total) = (Vec::new(), 0);
    for _ in 0..effort.reads / 10 {
        let began = Instant::now();
        let page = stores[0].open(&query).await.expect("a page");
        took.push(micros(began));
        total = page.total;
    }
    let what = |p: &str| format!("queue page, {total} open, {p}");
    line(&what("p50"), "µs", Better::Less, &[median(&took)]);
    line(&what("p99"), "µs", Better::Less, &[quantile(&took, 0.99)]);

    let newest = spread(n.saturating_sub(NEWEST), n);
    for (what, from) in [
        ("stats, the newest waits", newest),
        ("stats 30 d", after(-30 * 86_400)),
        ("stats 365 d", after(-sample::YEAR)),
    ] {
        let mut each = Vec::new();
        let mut rows = 0;
        for store in stores {
            let mut took = Vec::new();
            for _ in 0..(effort.reads / 100).clamp(3, 15) {
                let began = Instant::now();
                rows = stats(&**store, from).await;
                took.push(micros(began) / 1000.0);
            }
            each.push(median(&took));
        }
        line(&format!("{what} ({rows} waits)"), "ms", Better::Less, &each);
    }
}

/// Claims and durable ingest, in interleaved rounds.
pub async fn writes(stores: &[Arc<dyn Store>], n: u64, effort: Effort, line: &mut Line<'_>) {
    let mut open: Vec<u64> = (1..=n).filter(|no| stays_open(*no)).collect();
    fastrand::Rng::with_seed(9).shuffle(&mut open);
    let share = (open.len() / (effort.rounds * 3)).max(1);
    let counts = [(1, share.min(300)), (16, (share * 2).min(1500))];
    let mut claims: Vec<[Vec<f64>; 2]> = stores.iter().map(|_| Default::default()).collect();
    let mut rates: Vec<[Vec<f64>; 3]> = stores.iter().map(|_| Default::default()).collect();
    let mut cpu: Vec<[Vec<f64>; 3]> = stores.iter().map(|_| Default::default()).collect();
    let mut next = n;
    for round in 0..effort.rounds {
        let mut order: Vec<usize> = (0..stores.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for (i, (flying, count)) in counts.into_iter().enumerate() {
            let left = open.len().saturating_sub(count);
            let nos = Arc::new(open.split_off(left));
            for side in &order {
                claims[*side][i].extend(claim_all(&stores[*side], &nos, flying).await);
            }
        }
        for (i, (flying, count)) in effort.posts.into_iter().enumerate() {
            for side in &order {
                let before = processor_us(WRITERS[*side]);
                rates[*side][i].push(ingest_all(&stores[*side], next, count, flying).await);
                #[expect(clippy::cast_precision_loss, reason = "a count")]
                cpu[*side][i].push((processor_us(WRITERS[*side]) - before) / count as f64);
            }
            next += count;
        }
    }
    for (i, (flying, _)) in counts.into_iter().enumerate() {
        for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
            let each: Vec<f64> = claims.iter().map(|c| quantile(&c[i], share) / 1000.0).collect();
            line(&format!("claim, durable, {flying} in flight, {name}"), "ms", Better::Less, &each);
        }
    }
    for (i, (flying, _)) in effort.posts.into_iter().enumerate() {
        let each: Vec<f64> = rates.iter().map(|r| median(&r[i])).collect();
        line(&format!("durable ingest, {flying} in flight"), "posts/s", Better::More, &each);
        let each: Vec<f64> = cpu.iter().map(|r| median(&r[i])).collect();
        line("… processor time of the writer, a post", "µs", Better::Less, &each);
    }
}

/// Claims these mentions and returns how long each took, in microseconds: load, decide, commit.
async fn claim_all(store: &Arc<dyn Store>, nos: &Arc<Vec<u64>>, flying: usize) -> Vec<f64> {
    let taken = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..flying)
        .map(|_| {
            let (store, nos, taken) = (store.clone(), nos.clone(), taken.clone());
            tokio::spawn(async move {
                let mut took = Vec::new();
                while let Some(no) =
                    usize::try_from(taken.fetch_add(1, Ordering::Relaxed)).ok().and_then(|i| nos.get(i))
                {
                    let began = Instant::now();
                    let mention = store.mention(MentionNo(*no)).await.expect("reads").expect("is there");
                    store.commit(claim(&mention, 60)).await.expect("claimed");
                    took.push(micros(began));
                }
                took
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.expect("no task panics"));
    }
    all
}

/// Takes in `count` new posts one by one, from as many tasks as are in flight, and returns how many became durable a
/// second.
async fn ingest_all(store: &Arc<dyn Store>, first: u64, count: u64, flying: usize) -> f64 {
    let next = Arc::new(AtomicU64::new(first));
    let end = first + count;
    let began = Instant::now();
    let tasks: Vec<_> = (0..flying)
        .map(|_| {
            let (store, next) = (store.clone(), next.clone());
            tokio::spawn(async move {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= end {
                        return;
                    }
                    let seconds = i64::try_from(i).expect("small");
                    let became = store.ingest(intake(vec![seen(i, after(seconds))])).await.expect("durable");
                    assert!(matches!(became.as_slice(), [Ingested::New(_)]), "{became:?}");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no task panics");
    }
    #[expect(clippy::cast_precision_loss, reason = "a count")]
    let count = count as f64;
    count / began.elapsed().as_secs_f64()
}
