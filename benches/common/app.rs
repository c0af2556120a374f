//! The same load on whatever app connects, in a process of its own: figures to `results.tsv` in a folder.

use super::figures::count;
use super::load::{self, Measured, PEOPLE, Typing};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

/// For the app to connect.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// Everybody has used the app before it is measured.
const WARM: Duration = Duration::from_secs(2);

/// Tells where to connect, as a file of variables for a shell that is there in whole or not at all.
pub fn tell(folder: &Path, file: &str, variables: &[(&str, &str)]) {
    let half = folder.join(format!("{file}.half"));
    let text: String = variables.iter().fold(String::new(), |mut text, (name, value)| {
        writeln!(text, "export {name}={value}").expect("a string");
        text
    });
    fs::write(&half, text).expect("it is written");
    fs::rename(half, folder.join(file)).expect("it is renamed");
}

/// Lets people use the app that is connected, and appends what came of it to `results.tsv` in the folder. If there is an
/// `app.pid`, what that process used is measured, too.
pub async fn measure<T: Typing>(chat: &T, people: &[String], folder: &Path, name: &str, text: &str, lasting: Duration) {
    load::measure(chat, people, text, WARM).await;
    let mut lines = String::new();
    for n in PEOPLE {
        let used = used_us(folder);
        let measured = load::measure(chat, &people[..n], text, lasting).await;
        line(&mut lines, name, n, &measured, used_us(folder) - used, resident_mib(folder));
    }
    let file = fs::OpenOptions::new().create(true).append(true).open(folder.join("results.tsv"));
    file.and_then(|mut file| file.write_all(lines.as_bytes())).expect("it is written");
}

fn line(lines: &mut String, name: &str, people: usize, measured: &Measured, used: f64, resident: f64) {
    let figures: Vec<String> = measured.figures().iter().map(f64::to_string).collect();
    let each = used / count(measured.answers());
    writeln!(lines, "{name}\t{people}\t{}\t{each}\t{resident}\t{}", figures.join("\t"), measured.failed)
        .expect("a string");
}

fn of_app(folder: &Path, file: &str) -> Option<String> {
    let pid = fs::read_to_string(folder.join("app.pid")).ok()?;
    fs::read_to_string(format!("/proc/{}/{file}", pid.trim())).ok()
}

/// Processor time of the app, in microseconds, from the system's hundredths of a second.
fn used_us(folder: &Path) -> f64 {
    let stat = of_app(folder, "stat").unwrap_or_default();
    let ticks: Vec<f64> =
        stat.rsplit(')').next().unwrap_or_default().split(' ').filter_map(|n| n.parse().ok()).collect();
    // What stands behind the name and the state, from the fourth field on: user and system time are the 14th and 15th.
    ticks.get(10).zip(ticks.get(11)).map_or(f64::NAN, |(user, system)| (user + system) * 10_000.0)
}

/// Resident memory of the app.
fn resident_mib(folder: &Path) -> f64 {
    let status = of_app(folder, "status").unwrap_or_default();
    let kib = status.lines().find_map(|l| l.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.map_or(f64::NAN, |kib| kib / 1024.0)
}
