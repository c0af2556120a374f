//! The same load on whatever app connects: in this process, or in another one.

use super::common::counted::Counted;
use super::common::load::{self, PEOPLE};
use super::common::{app, desk};
use super::office::{self, Crowd};
use hearback::chat::{Chat, Front};
use hearback::desk::{Clock, SystemClock};
use hearback::networks::First;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// hearback and Slack in one process, for a first look.
pub async fn in_process(lasting: Duration) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let fake = Arc::new(office::workspace(&clock).await);
    let people = office::colleagues(&fake, PEOPLE[2]);
    let folder = tempfile::tempdir().expect("a folder");
    let front = office::front(&fake, &clock);
    let chat: Arc<dyn Chat> = Arc::clone(&front) as _;
    let desk = desk::open(folder.path(), &Counted::default(), clock, vec![chat], office::place()).await;
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(front.serve(Arc::clone(&desk) as _, stopped.clone()));
    let (_commands, heard) = mpsc::channel(1);
    let working = {
        let desk = Arc::clone(&desk);
        tokio::spawn(async move { desk.serve(heard, First::Now, stopped).await })
    };
    desk::hears(&desk, 0..PEOPLE[2] as u64).await;
    fake.connected(2).await;
    println!("\n## From a command to its answer, hearback and the fake Slack in one process (ms)\n");
    let crowd = Crowd::new(&fake, "/hearback");
    let lines = [("version", "version"), ("claim, release (durable)", "claim {me}|release {me}")];
    load::table(&crowd, &people, &lines, lasting).await;
    stop.send_replace(true);
    serving.await.expect("it ends");
    working.await.expect("it ends");
    load::complain("Slack", &fake.complaints());
    desk.store().close().await.expect("it closes");
}

/// Waits for an app, lets people use it, and appends what came of it to `results.tsv` in the folder. Where to connect
/// stands in `slack.env`.
pub async fn serve(folder: &Path, name: &str, command: &str, text: &str, lasting: Duration) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let fake = Arc::new(office::workspace(&clock).await);
    let people = office::colleagues(&fake, PEOPLE[2]);
    let (bot, token) = (fake.bot_token(), fake.app_token());
    let variables = [("SLACK_API", &*fake.api()), ("SLACK_BOT_TOKEN", &*bot), ("SLACK_APP_TOKEN", &*token)];
    app::tell(folder, "slack.env", &variables);
    if tokio::time::timeout(app::PATIENCE, fake.connected(1)).await.is_err() {
        eprintln!("{name} did not connect");
        std::process::exit(1);
    }
    let crowd = Crowd::new(&fake, command);
    app::measure(&crowd, &people, folder, name, text, lasting).await;
    load::complain("Slack", &fake.complaints());
}

/// A store in which so many cards wait to be posted.
pub async fn fill(folder: &Path, mentions: u64) {
    desk::fill(folder, Arc::new(SystemClock), mentions, office::place()).await;
}

/// The table of `results.tsv`.
pub fn report(file: &Path) {
    super::common::report::print(file, load::names::<Crowd>());
}
