//! The same load on whatever app connects: in this process, or in another one.

use super::counted::Counted;
use super::fake::FakeSlack;
use super::figures::{count, number};
use super::load::{Crowd, FIGURES, Measured, Typed};
use super::office;
use hearback::chat::{Chat, Front};
use hearback::desk::{Clock, SystemClock};
use hearback::domain::SourceName;
use hearback::networks::First;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// So many people at once.
const PEOPLE: [usize; 3] = [1, 8, 64];
/// Everybody has used the app before it is measured.
const WARM: Duration = Duration::from_secs(2);
/// For the app to connect.
const PATIENCE: Duration = Duration::from_mins(1);

/// The answer that everybody can give.
fn version() -> Typed {
    Typed { command: "/hearback".to_owned(), text: "version".to_owned() }
}

/// hearback and Slack in one process, for a first look.
pub async fn in_process(lasting: Duration) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let fake = Arc::new(office::workspace(&clock).await);
    let people = office::colleagues(&fake, PEOPLE[2]);
    let folder = tempfile::tempdir().expect("a folder");
    let front = office::front(&fake, &clock);
    let chat: Arc<dyn Chat> = Arc::clone(&front) as _;
    let desk = office::desk(folder.path(), &Counted::default(), Arc::clone(&clock), vec![chat]).await;
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(front.serve(Arc::clone(&desk) as _, stopped.clone()));
    let (_commands, heard) = mpsc::channel(1);
    let working = {
        let desk = Arc::clone(&desk);
        tokio::spawn(async move { desk.serve(heard, First::Now, stopped).await })
    };
    let source = SourceName::new(office::SOURCE);
    let posts = (0..PEOPLE[2] as u64).map(|i| office::post(i, clock.now())).collect();
    desk.hear(&source, posts, None, None).await.expect("it is heard");
    fake.connected(2).await;
    println!("\n## From a command to its answer, hearback and the fake Slack in one process (ms)\n");
    println!("| command | people | {} |", FIGURES.join(" | "));
    println!("|---|---|{}", "---|".repeat(FIGURES.len()));
    let crowd = Crowd::new(Arc::clone(&fake));
    let claim = Typed { text: "claim {me}|release {me}".to_owned(), ..version() };
    for (what, typed) in [("version", version()), ("claim, release (durable)", claim)] {
        crowd.types(&people, &typed, lasting / 2).await;
        for n in PEOPLE {
            let measured = crowd.types(&people[..n], &typed, lasting).await;
            assert_eq!(measured.failed, 0, "every command has its answer");
            let cells: Vec<String> = measured.figures().into_iter().map(number).collect();
            println!("| {what} | {n} | {} |", cells.join(" | "));
        }
    }
    stop.send_replace(true);
    serving.await.expect("it ends");
    working.await.expect("it ends");
    complain(&fake);
    desk.store().close().await.expect("it closes");
}

/// Waits for an app, lets people use it, and appends what came of it to `results.tsv` in the folder. Where to connect
/// stands in `slack.env`; if there is an `app.pid`, what that process used is measured, too.
pub async fn serve(folder: &Path, name: &str, typed: Typed, lasting: Duration) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let fake = Arc::new(office::workspace(&clock).await);
    let people = office::colleagues(&fake, PEOPLE[2]);
    let env = format!(
        "export SLACK_API={}\nexport SLACK_BOT_TOKEN={}\nexport SLACK_APP_TOKEN={}\n",
        fake.api(),
        fake.bot_token(),
        fake.app_token()
    );
    let half = folder.join("slack.env.half");
    fs::write(&half, env).expect("it is written");
    fs::rename(half, folder.join("slack.env")).expect("it is renamed");
    if tokio::time::timeout(PATIENCE, fake.connected(1)).await.is_err() {
        eprintln!("{name} did not connect");
        std::process::exit(1);
    }
    let crowd = Crowd::new(Arc::clone(&fake));
    crowd.types(&people, &typed, WARM).await;
    let mut lines = String::new();
    for n in PEOPLE {
        let used = used_us(folder);
        let measured = crowd.types(&people[..n], &typed, lasting).await;
        line(&mut lines, name, n, &measured, used_us(folder) - used, resident_mib(folder));
    }
    let file = fs::OpenOptions::new().create(true).append(true).open(folder.join("results.tsv"));
    file.and_then(|mut file| file.write_all(lines.as_bytes())).expect("it is written");
    complain(&fake);
}

fn line(lines: &mut String, name: &str, people: usize, measured: &Measured, used: f64, resident: f64) {
    let figures = measured.figures().map(|f| f.to_string()).join("\t");
    let each = used / count(measured.answers.len());
    writeln!(lines, "{name}\t{people}\t{figures}\t{each}\t{resident}\t{}", measured.failed).expect("a string");
}

/// A store in which so many cards wait to be posted.
pub async fn fill(folder: &Path, mentions: u64) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let desk = office::desk(folder, &Counted::default(), Arc::clone(&clock), Vec::new()).await;
    let posts = (0..mentions).map(|i| office::post(i, clock.now())).collect();
    desk.hear(&SourceName::new(office::SOURCE), posts, None, None).await.expect("they are heard");
    desk.store().close().await.expect("it closes");
}

fn complain(fake: &FakeSlack) {
    let complaints = fake.complaints();
    for complaint in complaints.iter().take(3) {
        eprintln!("Slack would complain: {complaint}");
    }
    if complaints.len() > 3 {
        eprintln!("… {} complaints in all", complaints.len());
    }
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
