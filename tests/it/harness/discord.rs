//! The team's Discord: the real front end, connected to a pretend server over real sockets.

use super::World;
use super::shape::people;
use crate::discord::fake::{APP, FORUM, Fail, FakeDiscord, GUILD, SUPPORT, User};
use hearback::chat::Front;
use hearback::chat::discord::register::{Scope, register};
use hearback::chat::discord::{Discord, DiscordConfig, DiscordStaff, Reach, Shown, Token, Transport};
use hearback::desk::{Clock, Desk, ManualClock};
use hearback::domain::SourceName;
use hearback::networks::First;
use hearback::web::{Limits, Listener, Site};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// The channel of the cards.
pub const CHANNEL: &str = SUPPORT;

/// The server, and hearback in it.
pub struct Server {
    pub fake: FakeDiscord,
    pub front: Option<Arc<Discord>>,
    serving: Option<(watch::Sender<bool>, JoinHandle<()>)>,
    listening: Option<JoinHandle<()>>,
    change: fn(&mut DiscordConfig),
}

/// The user id of a person of the story.
pub fn user(person: &str) -> String {
    let at = people().iter().position(|p| p.id.as_str() == person).unwrap();
    format!("7000000000000000{at:02}")
}

impl Server {
    /// A server with everybody in it. `change` makes the configuration another than the usual one.
    pub async fn new(clock: &Arc<ManualClock>, change: fn(&mut DiscordConfig)) -> Self {
        let clock = Arc::clone(clock);
        let fake = FakeDiscord::start(Arc::new(move || clock.now())).await;
        for person in people() {
            let id = user(person.id.as_str());
            fake.add_user(User::new(&id, person.id.as_str(), &person.name));
            fake.add_member(&id, &[]);
        }
        // A story may begin again at once.
        fake.identify_every(Duration::ZERO);
        Self { fake, front: None, serving: None, listening: None, change }
    }

    /// Makes the front end and registers its commands; it is not connected yet.
    pub async fn start(&mut self, clock: &Arc<ManualClock>) -> Arc<Discord> {
        let clock = Arc::clone(clock);
        let named = people().into_iter().map(|p| (user(p.id.as_str()), p)).collect();
        let (relay, authority) = self.fake.relay();
        let mut config = DiscordConfig {
            reach: Reach::Relay(relay, authority),
            token: Token::new(self.fake.token()),
            transport: Transport::Gateway,
            guild: GUILD.to_owned(),
            application: APP.to_owned(),
            commands: Shown::default(),
            staff: DiscordStaff { named, zone: "UTC".to_owned(), ..DiscordStaff::default() },
            now: Arc::new(move || clock.now()),
        };
        (self.change)(&mut config);
        register(&config, &hearback::cli::registered_table(), Scope::Guild).await.unwrap();
        let front = Discord::new(config).unwrap();
        self.front = Some(Arc::clone(&front));
        front
    }

    /// Connects the front end to a desk, and waits until commands can come in.
    pub async fn connect(&mut self, desk: &Arc<Desk>) {
        let front = Arc::clone(self.front.as_ref().unwrap());
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(Arc::clone(&front).serve(Arc::clone(desk) as _, stopped));
        self.serving = Some((stop, task));
        if let Some(door) = Arc::clone(&front).door(Arc::clone(desk) as _) {
            let clock = Arc::clone(desk.clock());
            let site = Site::new(Arc::new(move || clock.now())).route("POST", "/discord", hearback::desk::door(door));
            let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), Limits::default()).await.unwrap();
            self.fake.http_target(&format!("http://{}/discord", listener.addr()));
            self.listening = Some(tokio::spawn(listener.serve(site, std::future::pending())));
        }
        let began = std::time::Instant::now();
        while !hearback::chat::Chat::state(front.as_ref()).ready {
            assert!(began.elapsed() < Duration::from_secs(30), "Discord is not connected");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends the connection as a stop of the program does.
    pub async fn stop(&mut self) {
        if let Some((stop, task)) = self.serving.take() {
            stop.send_replace(true);
            task.await.unwrap();
        }
        self.listening.take().inspect(JoinHandle::abort);
        self.front = None;
    }

    /// Ends everything as a kill does.
    pub fn dies(&mut self) {
        if let Some((_, task)) = self.serving.take() {
            task.abort();
        }
        self.listening.take().inspect(JoinHandle::abort);
        self.front = None;
    }

    /// Types a line as a command with options, as far as it can be typed so.
    pub async fn types(&self, person: &str, line: &str) -> String {
        let Some((command, given)) = super::words::options(line) else {
            return format!("cannot be typed in Discord: {line}");
        };
        let given: Vec<(&str, &str)> = given.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.fake.slash(&user(person), CHANNEL, &command, &given).await.text().await
    }
}

impl World {
    /// The pretend server, for what only Discord has.
    pub fn discord(&self) -> &FakeDiscord {
        &self.server.as_ref().unwrap().fake
    }

    /// The front end itself.
    pub fn discord_front(&self) -> &Arc<Discord> {
        self.server.as_ref().unwrap().front.as_ref().unwrap()
    }

    /// How Discord is doing, as `status` says.
    pub fn discord_state(&self) -> hearback::chat::ChatState {
        hearback::chat::Chat::state(self.server.as_ref().unwrap().front.as_ref().unwrap().as_ref())
    }

    /// Waits for what goes on by itself.
    pub async fn until(&self, holds: impl Fn(&World) -> bool) {
        let began = std::time::Instant::now();
        while !holds(self) {
            assert!(began.elapsed() < Duration::from_secs(30), "it did not happen");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The program dies as it is; then it is started again.
    pub async fn dies_in_discord(&mut self) {
        self.killed().await;
    }

    /// The program dies after a card was posted, and before that was recorded; then it is started again.
    pub async fn dies_while_posting_in_discord(&mut self) {
        let place = self.place().channel.0;
        let forum = place == FORUM;
        let route = if forum { "POST /channels/{channel}/threads" } else { "POST /channels/{channel}/messages" };
        self.discord().will(route, [Fail::AcceptThenHang]);
        let network = self.network("mastodon");
        network.says(crate::stories::post("lost", "Hello Acme, is the app down?", self.now()));
        self.desk().poll(&SourceName::new("mastodon"), First::Now).await.unwrap();
        let mut tasks = JoinSet::new();
        while self.discord().messages(&place).is_empty() && self.discord().threads(&place).is_empty() {
            self.desk().deliver(&mut tasks).await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tasks.shutdown().await;
        self.killed().await;
    }
}
