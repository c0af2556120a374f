//! People who type a command, wait for the answer, and type it again.

use super::figures::{count, median, most, number, quantile};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// So many people at once.
pub const PEOPLE: [usize; 3] = [1, 8, 64];
/// An app that is not there must not be asked as fast as the machine can.
const BREATH: Duration = Duration::from_millis(50);

/// A chat in which people type.
pub trait Typing: Clone + Send + 'static {
    /// What they wait for, in order; the last one is the answer.
    const WAITS: &'static [&'static str];

    /// Somebody types a line; how long they wait, in milliseconds. `None`: there was no answer, or it was late.
    fn types(&self, who: String, line: String) -> impl Future<Output = Option<Vec<f64>>> + Send;
}

/// What came of one load.
pub struct Measured {
    /// For each of the waits all times, in milliseconds.
    waits: Vec<Vec<f64>>,
    per_second: f64,
    /// So many had no answer in time.
    pub failed: usize,
}

/// The names of the figures of a chat, in the order of [`Measured::figures`].
pub fn names<T: Typing>() -> Vec<String> {
    let of = |wait: &&str| ["p50", "p95", "p99", "longest"].map(|what| format!("{wait} {what}"));
    std::iter::once("commands/s".to_owned()).chain(T::WAITS.iter().flat_map(of)).collect()
}

impl Measured {
    pub fn figures(&self) -> Vec<f64> {
        let of = |all: &Vec<f64>| [median(all), quantile(all, 0.95), quantile(all, 0.99), most(all)];
        std::iter::once(self.per_second).chain(self.waits.iter().flat_map(of)).collect()
    }

    /// So many answers came.
    pub fn answers(&self) -> usize {
        self.waits.last().map_or(0, Vec::len)
    }
}

/// These people type the same for so long, everybody one after the other. The text is one or more lines in turn, with `|`
/// between them; `{me}` is the person's own number.
pub async fn measure<T: Typing>(chat: &T, people: &[String], text: &str, lasting: Duration) -> Measured {
    let began = Instant::now();
    let mut all = JoinSet::new();
    for (i, who) in people.iter().enumerate() {
        let (chat, who) = (chat.clone(), who.clone());
        let text = text.replace("{me}", &(i + 1).to_string());
        all.spawn(async move {
            let (mut waits, mut failed) = (vec![Vec::new(); T::WAITS.len()], 0);
            for line in text.split('|').cycle() {
                if began.elapsed() >= lasting {
                    break;
                }
                if let Some(times) = chat.types(who.clone(), line.to_owned()).await {
                    waits.iter_mut().zip(times).for_each(|(all, time)| all.push(time));
                } else {
                    failed += 1;
                    tokio::time::sleep(BREATH).await;
                }
            }
            (waits, failed)
        });
    }
    let mut measured = Measured { waits: vec![Vec::new(); T::WAITS.len()], per_second: 0.0, failed: 0 };
    while let Some(one) = all.join_next().await {
        let (waits, failed) = one.expect("nobody breaks off");
        measured.waits.iter_mut().zip(waits).for_each(|(all, more)| all.extend(more));
        measured.failed += failed;
    }
    measured.per_second = count(measured.answers()) / began.elapsed().as_secs_f64();
    measured
}

/// Measures these lines, each under a name, with few and many people, and prints a table. Everybody can have an answer.
pub async fn table<T: Typing>(chat: &T, people: &[String], lines: &[(&str, &str)], lasting: Duration) {
    let names = names::<T>();
    println!("| command | people | {} |", names.join(" | "));
    println!("|---|---|{}", "---|".repeat(names.len()));
    for (what, text) in lines {
        measure(chat, people, text, lasting / 2).await;
        for n in PEOPLE {
            let measured = measure(chat, &people[..n], text, lasting).await;
            assert_eq!(measured.failed, 0, "every command has its answer");
            let cells: Vec<String> = measured.figures().into_iter().map(number).collect();
            println!("| {what} | {n} | {} |", cells.join(" | "));
        }
    }
}

/// The first complaints of a fake, where people see them.
pub fn complain(chat: &str, complaints: &[String]) {
    for complaint in complaints.iter().take(3) {
        eprintln!("{chat} would complain: {complaint}");
    }
    if complaints.len() > 3 {
        eprintln!("… {} complaints in all", complaints.len());
    }
}
