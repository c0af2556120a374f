//! `hearback run`: watch, post cards, take commands, send replies, until told to stop.

use super::chats::Chats;
use super::{Cli, Exit, RunArgs, World, load_config, start_log, wire};
use crate::chat::Chat;
use crate::chat::console::{Console, ConsoleConfig, Input};
use crate::config::{Config, Log, LogLevel};
use crate::desk::{Chance, Clock, Desk, Setup, SystemClock, complete, hook};
use crate::domain::{Health, Rules, SourceName, Text};
use crate::networks::First;
use crate::networks::webhook::Inbox;
use crate::store::{Embedded, Options, Progress, Store, StoreError, admin};
use crate::web::{BindError, Limits, Listener, Readiness, Site};
use anyhow::Context;
use jiff::tz::TimeZone;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tracing::{error, info};

/// How often the store is asked for `/readyz`.
const HEALTH_EVERY: Duration = Duration::from_secs(5);

/// What was typed at the prompt, in the store's folder.
pub(super) const HISTORY: &str = "console-history";

pub(super) async fn run(cli: &Cli, args: &RunArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let Some(config) = load_config(cli, world)? else { return Ok(Exit::Usage) };
    start_log(cli, log_beside_a_prompt(config.log));
    let zone = TimeZone::get(&config.desk.zone).context("the desk's zone")?;
    let first = match &args.since {
        None => First::Now,
        Some(moment) => match moment.resolve(world.now, &zone) {
            Ok(since) => First::Since(since),
            Err(why) => {
                writeln!(world.err, "--since: {why}")?;
                return Ok(Exit::Usage);
            }
        },
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut parts = match wire::parts(&config, world.env, &clock) {
        Ok(parts) => parts,
        Err(why) => {
            writeln!(world.err, "{}: {why:#}", cli.config.display())?;
            return Ok(Exit::Usage);
        }
    };
    let chats = match Chats::new(&mut parts, &config) {
        Ok(chats) => chats,
        Err(why) => {
            writeln!(world.err, "hearback: {why}")?;
            return Ok(Exit::Failed);
        }
    };
    let wire::Parts { networks, triage, promise, hours, assistant, .. } = parts;
    // From here on nothing is printed to the screen but by the console.
    let console = console(&config, &zone, &clock);
    let store = match open_store(&config).await? {
        Ok(store) => store,
        Err(exit) => return exit.say(world),
    };
    let listener = match bind(&config, !networks.inboxes.is_empty() || chats.want_listener()).await {
        Ok(listener) => listener,
        Err(why) => {
            store_closed(store.close().await)?;
            writeln!(world.err, "hearback: {why}")?;
            return Ok(Exit::TryAgain);
        }
    };
    // Before anything is taken in: from here on, being told to stop means to finish what is in hand.
    let mut signals = Signals::listen()?;
    let desk = Desk::open(Setup {
        store: Arc::clone(&store) as _,
        clock: Arc::clone(&clock),
        chance: Chance::from_os(),
        networks: networks.all,
        chats: std::iter::once(Arc::clone(&console) as Arc<dyn Chat>).chain(chats.all()).collect(),
        triage,
        rules: Rules { hours, ..config.rules_base() },
        targets: Arc::new(promise),
        digests: config.digests.clone(),
        notices: vec![config.desk.channel.clone()],
        assistant,
    })
    .await?;

    let (stop, stopped) = watch::channel(false);
    let web = listener.map(|listener| {
        let site = site(&desk, networks.inboxes, &chats, &clock, &stopped);
        info!(address = %listener.addr(), "listening");
        let mut stopped = stopped.clone();
        tokio::spawn(listener.serve(site, async move {
            // An error means that nobody is left to say stop, which is a stop as well.
            drop(stopped.wait_for(|stop| *stop).await);
        }))
    });

    let (commands, heard) = mpsc::channel(64);
    let serving = {
        let (desk, stopped) = (Arc::clone(&desk), stopped.clone());
        tokio::spawn(async move { desk.serve(heard, first, stopped).await })
    };
    let mut talking = chats.serve(&desk, &stopped);
    welcome(&console, &config, &desk)?;
    let history = config.store.folder.join(HISTORY);
    let input = Input::standard(Some(history), complete(&desk));
    let scripted = matches!(input, Input::Script(_));
    let typing = tokio::spawn(Arc::clone(&console).serve(input, commands, config.console_person(), Arc::new(())));
    wait_for_the_end(typing, scripted, &mut signals).await?;

    info!("stopping: finishing what is in hand");
    stop.send_replace(true);
    tokio::spawn(async move {
        if signals.stop().await.is_ok() {
            eprintln!("hearback: stopped at once; nothing that was acknowledged is lost");
            std::process::exit(i32::from(Exit::Failed.code()));
        }
    });
    while talking.join_next().await.is_some() {}
    serving.await?;
    if let Some(web) = web {
        web.await?;
    }
    // What came in by the listener to the last may still have to be answered.
    chats.finish().await;
    store_closed(desk.store().close().await)?;
    info!("stopped");
    Ok(Exit::Ok)
}

async fn bind(config: &Config, wanted: bool) -> Result<Option<Listener>, BindError> {
    Ok(if wanted { Some(Listener::bind(config.web.listen, Limits::default()).await?) } else { None })
}

/// What the listener serves: health, webhooks, the requests of chats.
fn site(
    desk: &Arc<Desk>,
    inboxes: Vec<(String, SourceName, Inbox)>,
    chats: &Chats,
    clock: &Arc<dyn Clock>,
    stopped: &watch::Receiver<bool>,
) -> Site {
    let now = Arc::clone(clock);
    let store = readiness(Arc::clone(desk.store()), stopped.clone());
    let connected = chats.clone();
    let ready = Arc::new(move || store().and_then(|()| connected.ready()));
    let mut site = Site::new(Arc::new(move || now.now())).ready_when(ready);
    for (path, source, inbox) in inboxes {
        site = site.route("POST", &path, hook(desk, source, inbox));
    }
    chats.routes(site, desk)
}

/// What the store says for `/readyz`: whether it could take something in when it was last asked. It is asked every few
/// seconds by a task of its own, so that a slow disk keeps nobody waiting.
fn readiness(store: Arc<dyn Store>, mut stopped: watch::Receiver<bool>) -> Readiness {
    let (tell, told) = watch::channel(Ok(()));
    tokio::spawn(async move {
        loop {
            let now = can_take_in(store.health().await);
            tell.send_modify(|said| *said = now);
            tokio::select! {
                () = tokio::time::sleep(HEALTH_EVERY) => {}
                // Nobody left to say stop is a stop as well.
                _ = stopped.wait_for(|stop| *stop) => break,
            }
        }
        tell.send_modify(|said| *said = Err("hearback is stopping".to_owned()));
    });
    Arc::new(move || told.borrow().clone())
}

/// Whether a store in that state takes mentions in; if not, a sentence.
fn can_take_in(health: Result<Health, StoreError>) -> Result<(), String> {
    match health {
        Err(why) => Err(format!("the store does not answer: {why}")),
        Ok(Health { trouble: Some(why), .. }) => Err(why),
        Ok(Health { low_disk: true, free_bytes, .. }) => {
            Err(format!("too little space is free ({free_bytes} bytes); make room on the store's disk"))
        }
        Ok(_) => Ok(()),
    }
}

/// On a terminal that is typed at, only what goes wrong is logged, unless somebody asks for more.
fn log_beside_a_prompt(configured: Log) -> Log {
    let typed_at = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if typed_at && configured == Log::default() { Log { level: LogLevel::Warn, ..configured } } else { configured }
}

fn store_closed(closed: Result<(), StoreError>) -> anyhow::Result<()> {
    closed.context("the store could not be closed; it repairs itself at the next start")
}

fn console(config: &Config, zone: &TimeZone, clock: &Arc<dyn Clock>) -> Arc<Console> {
    let clock = Arc::clone(clock);
    let terminal = std::io::stdout().is_terminal();
    Console::new(ConsoleConfig {
        out: Box::new(std::io::stdout()),
        zone: zone.clone(),
        colour: terminal && std::env::var_os("NO_COLOR").is_none(),
        width: 100,
        people: config.people(),
        channel: config.desk.channel.channel.clone(),
        now: Arc::new(move || clock.now()),
    })
}

fn welcome(console: &Console, config: &Config, desk: &Desk) -> anyhow::Result<()> {
    let me = config.console_person();
    let text = Text::new()
        .bold(config.desk.name.clone())
        .say(format!(
            ": watching {} for {}. ",
            count(config.sources.len(), "source"),
            count(config.brands.len(), "brand")
        ))
        .say(format!("You are {} ({}). ", me.name, me.role.word()))
        .say("It is ")
        .time(desk.clock().now())
        .say(". Type ")
        .code("help")
        .say(" for the commands, ")
        .code("quit")
        .say(" to stop.");
    Ok(console.say(&text)?)
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Opens the store off the async threads, since it may have to be rebuilt.
pub(super) async fn open_store(config: &Config) -> anyhow::Result<Result<Arc<Embedded>, StoreProblem>> {
    let folder = config.store.folder.clone();
    let options = wire::store_options(config);
    let opened = tokio::task::spawn_blocking(move || Embedded::open(&folder, options, &show_progress)).await?;
    Ok(opened.map(Arc::new).map_err(StoreProblem))
}

pub(super) fn show_progress(progress: Progress) {
    let Progress { doing, done, total } = progress;
    if total > 0 {
        eprintln!("hearback: {doing}: {done} of {total}");
    } else {
        eprintln!("hearback: {doing}: {done}");
    }
}

/// Opens the store to look only: while another hearback is using it, a copy of it as it is now.
pub(super) async fn open_to_look(config: &Config) -> anyhow::Result<Result<Look, StoreProblem>> {
    let folder = config.store.folder.clone();
    let options = Options { lock_wait: Duration::ZERO, ..wire::store_options(config) };
    let opened = tokio::task::spawn_blocking(move || match Embedded::open(&folder, options.clone(), &show_progress) {
        Err(StoreError::Busy(_)) => look_at_copy(&folder, options),
        opened => opened.map(|store| Look { store: Arc::new(store), _copy: None }),
    });
    Ok(opened.await?.map_err(StoreProblem))
}

fn look_at_copy(folder: &Path, options: Options) -> Result<Look, StoreError> {
    eprintln!("hearback: hearback is running, so this is read from a copy of its store as it is now");
    let broken = |e: std::io::Error| StoreError::Broken(format!("no room for a copy of the store: {e}"));
    let copy = tempfile::Builder::new().prefix("hearback-copy-").tempdir().map_err(broken)?;
    let (file, inside) = (copy.path().join("copy"), copy.path().join("store"));
    admin::backup(folder, &file, &options, &show_progress)?;
    let options = Options { ballast_bytes: 0, ..options };
    admin::restore(&file, &inside, &options, &show_progress)?;
    std::fs::remove_file(&file).map_err(broken)?;
    let store = Embedded::open(&inside, options, &show_progress)?;
    Ok(Look { store: Arc::new(store), _copy: Some(copy) })
}

/// A store that is only looked at.
pub(super) struct Look {
    pub(super) store: Arc<Embedded>,
    /// Removed when nobody looks any more.
    _copy: Option<tempfile::TempDir>,
}

/// The store could not be opened.
pub(super) struct StoreProblem(pub(super) StoreError);

impl StoreProblem {
    /// Says so, and how the program ends.
    pub(super) fn say(&self, world: &mut World<'_>) -> anyhow::Result<Exit> {
        writeln!(world.err, "hearback: {}", self.0)?;
        Ok(if matches!(self.0, StoreError::Busy(_)) { Exit::TryAgain } else { Exit::Failed })
    }
}

/// Until Ctrl-C, SIGTERM, or the end of what is typed; a script's end is not the end of watching unless it says `quit`.
async fn wait_for_the_end(
    mut typing: tokio::task::JoinHandle<std::io::Result<crate::chat::console::End>>,
    scripted: bool,
    signals: &mut Signals,
) -> anyhow::Result<()> {
    use crate::chat::console::End;
    let told = signals.stop();
    tokio::pin!(told);
    let mut listening = true;
    loop {
        tokio::select! {
            told = &mut told => return Ok(told?),
            end = &mut typing, if listening => match end? {
                Ok(End::Eof) if scripted => {
                    info!("the script has ended; hearback goes on until it is stopped");
                    listening = false;
                }
                Ok(_) => return Ok(()),
                Err(why) => {
                    error!(%why, "the console ended; hearback goes on until it is stopped");
                    listening = false;
                }
            },
        }
    }
}

/// Ctrl-C and SIGTERM, which no longer end the program by themselves.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// Those that come from now on are kept until somebody asks.
    fn listen() -> std::io::Result<Signals> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Returns when one has come.
    #[cfg(unix)]
    async fn stop(&mut self) -> std::io::Result<()> {
        tokio::select! {
            _ = self.interrupt.recv() => Ok(()),
            _ = self.terminate.recv() => Ok(()),
        }
    }

    /// Returns when Ctrl-C has come.
    #[cfg(not(unix))]
    async fn stop(&mut self) -> std::io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}
