//! The same load on whatever app connects: in this process, or in another one.

use super::common::counted::Counted;
use super::common::load::{self, PEOPLE};
use super::common::{app, desk};
use super::fake::{APP, FakeDiscord, GUILD, story};
use super::office::{self, CHANNEL, Crowd};
use hearback::chat::discord::{Reach, Transport};
use hearback::chat::{Chat, Front};
use hearback::desk::{Clock, SystemClock};
use hearback::networks::First;
use hearback::web::{Limits, Listener, Site};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};

/// hearback and Discord in one process, for a first look.
pub async fn in_process(lasting: Duration) {
    for (how, transport) in [("the gateway", Transport::Gateway), ("HTTP", Transport::Http(FakeDiscord::verify_key()))]
    {
        println!("\n## From a command to its answer over {how}, hearback and the fake Discord in one process (ms)\n");
        one(transport, lasting).await;
    }
}

async fn one(transport: Transport, lasting: Duration) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let fake = office::server(&clock, false).await;
    let people = office::colleagues(&fake, PEOPLE[2]);
    let folder = tempfile::tempdir().expect("a folder");
    let (relay, authority) = fake.relay();
    let front = office::front(&fake, &clock, Reach::Relay(relay, authority), transport).await;
    let chat: Arc<dyn Chat> = Arc::clone(&front) as _;
    let desk = desk::open(folder.path(), &Counted::default(), Arc::clone(&clock), vec![chat], office::place()).await;
    let listening = match Arc::clone(&front).door(Arc::clone(&desk) as _) {
        Some(door) => {
            let site = Site::new(Arc::new(move || clock.now())).route("POST", "/discord", hearback::desk::door(door));
            let listener = Listener::bind("127.0.0.1:0".parse().expect("an address"), Limits::default());
            let listener = listener.await.expect("a free port");
            fake.http_target(&format!("http://{}/discord", listener.addr()));
            Some(tokio::spawn(listener.serve(site, std::future::pending())))
        }
        None => None,
    };
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(Arc::clone(&front).serve(Arc::clone(&desk) as _, stopped.clone()));
    let (_commands, heard) = mpsc::channel(1);
    let working = {
        let desk = Arc::clone(&desk);
        tokio::spawn(async move { desk.serve(heard, First::Now, stopped).await })
    };
    desk::hears(&desk, 0..PEOPLE[2] as u64).await;
    fake.until("hearback is connected", || front.state().ready).await;
    let lines = [("version", "version"), ("claim, release (durable)", "claim {me}|release {me}")];
    load::table(&Crowd(fake.clone()), &people, &lines, lasting).await;
    stop.send_replace(true);
    serving.await.expect("it ends");
    working.await.expect("it ends");
    if let Some(listening) = listening {
        listening.abort();
    }
    load::complain("Discord", &fake.complaints());
    desk.store().close().await.expect("it closes");
}

/// Waits for an app, lets people use it, and appends what came of it to `results.tsv` in the folder. Where to connect
/// stands in `discord.env`. With a port, interactions go to that port of this machine, and to `/discord`, instead of over
/// the gateway.
pub async fn serve(folder: &Path, name: &str, port: u16, text: &str, lasting: Duration) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let fake = office::server(&clock, false).await;
    let people = office::colleagues(&fake, PEOPLE[2]);
    let (relay, authority) = fake.relay();
    let ca = folder.join("ca.pem");
    fs::write(&ca, authority).expect("it is written");
    let (api, token, key) = (format!("https://{relay}"), fake.token(), story::hex(&FakeDiscord::verify_key()));
    let variables = [
        ("DISCORD_API", &*api),
        ("DISCORD_CA", ca.to_str().expect("a folder with a plain name")),
        ("DISCORD_TOKEN", &*token),
        ("DISCORD_GUILD", GUILD),
        ("DISCORD_APP", APP),
        ("DISCORD_CHANNEL", CHANNEL),
        ("DISCORD_PUBLIC_KEY", &*key),
    ];
    app::tell(folder, "discord.env", &variables);
    if tokio::time::timeout(app::PATIENCE, connected(&fake, port)).await.is_err() {
        eprintln!("{name} did not connect");
        std::process::exit(1);
    }
    app::measure(&Crowd(fake.clone()), &people, folder, name, text, lasting).await;
    load::complain("Discord", &fake.complaints());
}

/// The app has registered its commands, and interactions can reach it.
async fn connected(fake: &FakeDiscord, port: u16) {
    let began = Instant::now();
    loop {
        let there = if port == 0 { fake.sessions() > 0 } else { TcpStream::connect(("127.0.0.1", port)).await.is_ok() };
        if there && !fake.commands().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    if port > 0 {
        fake.http_target(&format!("http://127.0.0.1:{port}/discord"));
        assert!(fake.verify_endpoint().await, "Discord would not take this address");
    }
    println!("connected after {:.1} s", began.elapsed().as_secs_f64());
}

/// A store in which so many cards wait to be posted.
pub async fn fill(folder: &Path, mentions: u64) {
    desk::fill(folder, Arc::new(SystemClock), mentions, office::place()).await;
}

/// The table of `results.tsv`.
pub fn report(file: &Path) {
    super::common::report::print(file, load::names::<Crowd>());
}
