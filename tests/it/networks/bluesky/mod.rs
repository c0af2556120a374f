//! Bluesky: a strict fake of a PDS with its `AppView` and of Jetstream, what only Bluesky has, and, where the environment
//! names one, a real server.

mod people;
mod real;
mod records;
mod sessions;
mod sift;
mod stream;
mod streaming;
mod views;
mod watching;
mod world;
mod writing;
mod xrpc;

pub use people::{Account, Search};
pub use stream::Stream;
pub use world::{HANDLE, PASSWORD};

use super::contract::Clock;
use hearback::domain::{Cursor, Post};
use hearback::networks::bluesky::{Bluesky, BlueskyConfig, Password};
use hearback::networks::{Batch, First, Network, Outgoing, Tools};
use std::time::Duration;

/// A configuration for that server, with the account.
pub fn config(url: &str) -> BlueskyConfig {
    let mut config = BlueskyConfig::new("bluesky", Vec::new());
    config.handle = Some(HANDLE.to_owned());
    config.password = Some(Password::new(PASSWORD));
    url.clone_into(&mut config.service);
    url.clone_into(&mut config.appview);
    config.timeout = super::contract::PATIENCE;
    config
}

/// A fake and an adapter for it, with its position.
pub struct Bench {
    pub account: Account,
    pub clock: Clock,
    pub tools: Tools,
    pub network: Bluesky,
    pub cursor: Option<Cursor>,
}

impl Bench {
    /// With the position marked.
    pub async fn start() -> Self {
        let mut bench = Self::with(|_| ()).await;
        bench.poll().await;
        bench.clock.pass(5);
        bench
    }

    pub async fn with(change: impl FnOnce(&mut BlueskyConfig)) -> Self {
        use super::contract::Peer as _;
        let clock = Clock::new();
        let account = Account::start(clock.clone()).await;
        let tools = clock.tools();
        let mut config = config(account.url());
        change(&mut config);
        let network = Bluesky::new(config, tools.clone()).unwrap();
        Self { account, clock, tools, network, cursor: None }
    }

    pub async fn poll(&mut self) -> Batch {
        let batch = self.network.poll(self.cursor.as_ref(), First::Now, self.clock.now()).await.unwrap();
        if batch.cursor.is_some() {
            self.cursor.clone_from(&batch.cursor);
        }
        batch
    }

    pub fn reply(&self, post: &Post, key: &str, text: &str) -> Outgoing {
        Outgoing {
            key: key.to_owned(),
            post: post.clone(),
            text: text.to_owned(),
            no: 1,
            by: "Ana".to_owned(),
            at: self.clock.now(),
            after: None,
            known: Vec::new(),
        }
    }

    /// Somebody mentions the account, and it has come.
    pub async fn mention(&mut self, text: &str) -> Post {
        let id = self.account.world().mention("bob", text);
        self.clock.pass(1);
        let batch = self.poll().await;
        batch.posts.into_iter().find(|p| p.external_id == id).unwrap()
    }
}

/// Polls until something is so, for what arrives by itself.
pub async fn eventually(mut what: impl AsyncFnMut() -> bool) {
    for _ in 0..400 {
        if what().await {
            return;
        }
        tokio::time::timeout(Duration::from_millis(25), std::future::pending::<()>()).await.ok();
    }
    panic!("it never came");
}
