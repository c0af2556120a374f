//! Medians, percentiles, what the machine says of a process, and the table that is printed.

use std::fmt::Write as _;
use std::path::Path;

/// The value below which that share (0 to 1) of the values lies.
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
    let at = (sorted.len().saturating_sub(1) as f64 * share).round() as usize;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

/// The median.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// Whether more or less of a figure is better.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// A rate.
    More,
    /// A time or a size.
    Less,
}

/// The lines of one size.
#[derive(Default)]
pub struct Table {
    lines: String,
}

impl Table {
    /// Adds a line. The ratio says how many times better hearback is than the plain baseline: above 1 it is ahead.
    pub fn line(&mut self, what: &str, unit: &str, better: Better, ours: f64, plain: Option<f64>) {
        let plain = plain.filter(|p| p.is_finite());
        let ratio = plain.map_or_else(String::new, |plain| match better {
            Better::More => format!("{:.2}", ours / plain),
            Better::Less => format!("{:.2}", plain / ours),
        });
        let plain = plain.map_or_else(|| "-".to_owned(), number);
        let line = format!("| {what} | {unit} | {} | {plain} | {ratio} |", number(ours));
        println!("{line}");
        writeln!(self.lines, "{line}").expect("a string takes everything");
    }

    /// All lines so far.
    pub fn lines(&self) -> &str {
        &self.lines
    }
}

fn number(n: f64) -> String {
    match n {
        n if n >= 100_000.0 => format!("{:.0} k", n / 1000.0),
        n if n >= 10_000.0 => format!("{:.1} k", n / 1000.0),
        n if n >= 100.0 => format!("{n:.0}"),
        n if n >= 10.0 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}

/// Resident memory of this process, in MiB; not a number where `/proc` is missing.
pub fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status.lines().find_map(|l| l.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.map_or(f64::NAN, |kib| kib / 1024.0)
}

/// Processor time that the threads of this process whose names begin with one of these have used, in microseconds. It
/// hardly depends on what else the machine does; not a number where `/proc` is missing.
pub fn processor_us(names: &[&str]) -> f64 {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return f64::NAN };
    let read = |path: &Path, file: &str| std::fs::read_to_string(path.join(file)).unwrap_or_default();
    let of = |path: &Path| {
        let ours = names.iter().any(|name| read(path, "comm").starts_with(name));
        let ns = read(path, "schedstat").split(' ').next().and_then(|ns| ns.parse::<f64>().ok());
        ns.filter(|_| ours)
    };
    tasks.flatten().filter_map(|task| of(&task.path())).sum::<f64>() / 1000.0
}

/// Bytes of all files below a folder, in MiB.
pub fn disk_mib(folder: &Path) -> f64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0.0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => disk_mib(&entry.path()),
            #[expect(clippy::cast_precision_loss, reason = "a figure in a table")]
            Ok(meta) => meta.len() as f64 / f64::from(1 << 20),
            Err(_) => 0.0,
        })
        .sum()
}
