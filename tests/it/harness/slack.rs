//! The team's Slack: the real front end, connected to a pretend workspace over real sockets.

use super::World;
use super::shape::people;
use crate::slack::fake::{Fail, FakeSlack, Standing, User};
use hearback::chat::Front;
use hearback::chat::slack::{Slack, SlackConfig, SlackStaff, Token, Transport};
use hearback::desk::{Clock, Desk, ManualClock};
use hearback::domain::{Role, SourceName};
use hearback::networks::First;
use hearback::web::{Limits, Listener, Site};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// The channel of the cards.
pub const CHANNEL: &str = "C1";

/// The workspace, and hearback in it.
pub struct Workspace {
    pub fake: FakeSlack,
    pub front: Option<Arc<Slack>>,
    serving: Option<(watch::Sender<bool>, JoinHandle<()>)>,
    listening: Option<JoinHandle<()>>,
    change: fn(&mut SlackConfig),
}

/// The member id of a person of the story.
pub fn member(person: &str) -> String {
    format!("U{}", person.to_uppercase())
}

impl Workspace {
    /// A workspace with everybody in it. `change` makes the configuration another than the usual one.
    pub async fn new(clock: &Arc<ManualClock>, change: fn(&mut SlackConfig)) -> Self {
        let clock = Arc::clone(clock);
        let fake = FakeSlack::start(Arc::new(move || clock.now())).await;
        for person in people() {
            let id = person.id.as_str();
            fake.add_user(User::new(&member(id), id, &person.name, "UTC", Standing::Member));
            for channel in ["C1", "C2"] {
                fake.change_channel(channel, |c| {
                    c.members.insert(member(id));
                });
            }
        }
        Self { fake, front: None, serving: None, listening: None, change }
    }

    /// Makes the front end; it is not connected yet.
    pub fn start(&mut self, clock: &Arc<ManualClock>) -> Arc<Slack> {
        let clock = Arc::clone(clock);
        let named = people().into_iter().map(|p| (member(p.id.as_str()), p)).collect();
        let mut config = SlackConfig {
            api: self.fake.api(),
            bot_token: Token::new(self.fake.bot_token()),
            transport: Transport::Socket(Token::new(self.fake.app_token())),
            prefix: String::new(),
            reactions: BTreeMap::from([
                ("eyes".to_owned(), "claim".to_owned()),
                ("white_check_mark".to_owned(), "done".to_owned()),
            ]),
            staff: SlackStaff { named, others: Some(Role::Viewer), zone: "UTC".to_owned(), ..SlackStaff::default() },
            now: Arc::new(move || clock.now()),
        };
        (self.change)(&mut config);
        let front = Slack::new(config).unwrap();
        self.front = Some(Arc::clone(&front));
        front
    }

    /// Connects the front end to a desk, and waits until commands can come in.
    pub async fn connect(&mut self, desk: &Arc<Desk>) {
        let front = Arc::clone(self.front.as_ref().unwrap());
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(Arc::clone(&front).serve(Arc::clone(desk) as _, stopped));
        self.serving = Some((stop, task));
        let by_http = match Arc::clone(&front).door(Arc::clone(desk) as _) {
            Some(door) => {
                let clock = Arc::clone(desk.clock());
                let site = Site::new(Arc::new(move || clock.now())).route("POST", "/slack", hearback::desk::door(door));
                let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), Limits::default()).await.unwrap();
                self.fake.http_target(&format!("http://{}", listener.addr()), "/slack");
                self.listening = Some(tokio::spawn(listener.serve(site, std::future::pending())));
                true
            }
            None => false,
        };
        let began = std::time::Instant::now();
        while !hearback::chat::Chat::state(front.as_ref()).ready || (self.fake.sockets() < 2 && !by_http) {
            assert!(began.elapsed() < Duration::from_secs(30), "Slack is not connected");
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
}

impl World {
    /// The pretend workspace, for what only Slack has.
    pub fn slack(&self) -> &FakeSlack {
        &self.workspace.as_ref().unwrap().fake
    }

    /// How Slack is doing, as `status` says.
    pub fn slack_state(&self) -> hearback::chat::ChatState {
        hearback::chat::Chat::state(self.front().as_ref())
    }

    /// The real front end.
    pub fn front(&self) -> &Arc<hearback::chat::slack::Slack> {
        self.workspace.as_ref().unwrap().front.as_ref().unwrap()
    }

    /// The program dies after a card was posted, and before that was recorded; then it is started again.
    pub async fn dies_while_posting(&mut self) {
        self.slack().will("chat.postMessage", [Fail::AcceptThenHang]);
        let network = self.network("mastodon");
        network.says(crate::stories::post("lost", "Hello Acme, is the app down?", self.now()));
        self.desk().poll(&SourceName::new("mastodon"), First::Now).await.unwrap();
        let mut tasks = JoinSet::new();
        while self.slack().channel(CHANNEL).is_empty() {
            self.desk().deliver(&mut tasks).await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tasks.shutdown().await;
        self.killed().await;
    }

    /// As [`World::ends`], in a story in which errors are logged as they should be.
    pub async fn ends_with_errors(self) {
        let said = self.errors();
        assert!(said.contains("ERROR"), "no error was logged: {said}");
        self.ends().await;
    }
}
