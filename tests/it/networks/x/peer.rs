//! X in the contract of all networks: a self-serve app that is named, and an app under contract that searches.

use super::fake::Server;
use super::world::{HANDLE, World};
use crate::networks::contract::{Clock, PATIENCE, Peer, Shape, Troubles, WORD};
use async_trait::async_trait;
use hearback::domain::Act;
use hearback::networks::x::{Tier, X, XConfig};
use hearback::networks::{Network, Tools};
use std::sync::Arc;
use std::time::Duration;

const SHAPE: Shape = Shape {
    polls: true,
    history: true,
    page: 100,
    overlaps: false,
    threads: true,
    native: true,
    edits: true,
    blocks: true,
    repeats: false,
};

/// A self-serve app: it is named by those who speak to it.
pub struct PayPerUse(Common);
/// An app under contract: it finds those who only name the word.
pub struct Contract(Common);

struct Common {
    server: Server,
    config: XConfig,
    tools: Tools,
    named: bool,
}

impl Common {
    async fn start(clock: Clock, tier: Tier) -> Self {
        let named = tier == Tier::PayPerUse;
        let server = Server::start(clock.clone(), named).await;
        let mut config = server.config("x");
        config.tier = tier;
        config.timeout = PATIENCE;
        config.every = Duration::from_mins(5);
        // The contract reads a lot.
        config.budget = 1_000_000;
        if !named {
            config.words = vec![WORD.to_owned()];
        }
        Self { server, config, tools: Server::tools(&clock), named }
    }

    fn world<T>(&self, with: impl FnOnce(&mut World) -> T) -> T {
        with(&mut self.server.world.lock().unwrap())
    }

    fn says(&self, author: &str, text: &str) -> String {
        let text = if self.named { format!("@{HANDLE} {text}") } else { text.to_owned() };
        self.world(|w| w.post(author, &text, None, None)).to_string()
    }

    fn replies(&self) -> Vec<(String, String)> {
        let shown = |text: &str, skip: usize| text.chars().skip(skip).collect::<String>();
        self.world(|w| {
            let own = w.tweets.iter().filter(|t| t.author == HANDLE && !t.deleted);
            own.filter_map(|t| {
                let above = w.tweets.iter().find(|a| a.has(t.parent.unwrap_or(0)))?;
                Some((above.first().to_string(), shown(t.text(), t.automatic)))
            })
            .collect()
        })
    }
}

fn number(id: &str) -> u64 {
    id.parse().unwrap()
}

macro_rules! peer {
    ($name:ident, $tier:expr, $overlaps:expr) => {
        #[async_trait]
        impl Peer for $name {
            const SHAPE: Shape = Shape { overlaps: $overlaps, ..SHAPE };

            async fn start(clock: Clock) -> Self {
                Self(Common::start(clock, $tier).await)
            }
            fn network(&self) -> Arc<dyn Network> {
                Arc::new(X::new(self.0.config.clone(), self.0.tools.clone()).unwrap())
            }
            fn troubles(&self) -> &Troubles {
                &self.0.server.troubles
            }
            fn says(&self, author: &str, text: &str) -> String {
                self.0.says(author, text)
            }
            fn answers(&self, author: &str, to: &str, text: &str) -> String {
                self.0.world(|w| w.post(author, text, Some(number(to)), None)).to_string()
            }
            fn natively(&self, to: &str, text: &str) -> String {
                self.0.world(|w| w.post(HANDLE, text, Some(number(to)), None)).to_string()
            }
            fn replies(&self) -> Vec<(String, String)> {
                self.0.replies()
            }
            fn deeds(&self) -> Vec<(Act, String)> {
                self.0.world(|w| w.deeds.clone())
            }
            fn delete(&self, id: &str) {
                self.0.world(|w| w.delete(number(id)));
            }
            fn edit(&self, id: &str, text: &str) {
                self.0.world(|w| w.edit(number(id), text));
            }
            fn block(&self, author: &str) {
                self.0.world(|w| w.blocked.insert(author.to_owned()));
            }
            fn secrets(&self) -> Vec<String> {
                use super::oauth::{ACCESS_SECRET, ACCESS_TOKEN, API_KEY, API_SECRET, BEARER};
                [ACCESS_SECRET, ACCESS_TOKEN, API_KEY, API_SECRET, BEARER].map(str::to_owned).into()
            }
        }
    };
}

peer!(PayPerUse, Tier::PayPerUse, false);
// What is said between two calls may be in the second list now, and in the first one next time.
peer!(Contract, Tier::Enterprise, true);
