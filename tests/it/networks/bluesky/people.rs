//! Bluesky's peers in the contract: an account with its notifications, and a search without an account.

use super::config;
use super::world::{PASSWORD, World};
use crate::networks::contract::{Clock, On, PATIENCE, Peer, Shape, Troubles, WORD};
use crate::networks::fake::{Fake, Reply};
use hearback::domain::Act;
use hearback::networks::bluesky::{Bluesky, BlueskyConfig};
use hearback::networks::{Network, Tools};
use serde_json::json;
use std::sync::{Arc, Mutex, MutexGuard};

/// The fake's world, its server and what befalls requests.
pub struct Account {
    fake: Fake,
    pub world: Arc<Mutex<World>>,
    troubles: Arc<Troubles>,
    tools: Tools,
}

impl Account {
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub fn url(&self) -> &str {
        &self.fake.url
    }

    /// The names of the calls so far.
    pub fn calls(&self) -> Vec<String> {
        let seen = self.fake.seen();
        seen.iter().map(|s| s.path.rsplit(['.', '/']).next().unwrap_or_default().to_owned()).collect()
    }
}

/// How Bluesky says that it failed (docs.bsky.app/docs/advanced-guides/rate-limits).
fn failure(clock: &Clock, status: u16, rest: Option<std::time::Duration>) -> Reply {
    let error = match status {
        400 => "InvalidRequest",
        401 => "AuthenticationRequired",
        403 => "Forbidden",
        404 => "NotFound",
        429 => "RateLimitExceeded",
        502 => "UpstreamFailure",
        _ => "InternalServerError",
    };
    let body = json!({ "error": error, "message": "It is what it is" }).to_string();
    let now = clock.now();
    let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&now).unwrap();
    let reply =
        Reply::Http(status, vec![("content-type", "application/json".to_owned()), ("date", date)], body.into_bytes());
    match rest {
        None => reply,
        Some(rest) => reply
            .with("ratelimit-limit", "3000")
            .with("ratelimit-remaining", "0")
            .with("ratelimit-reset", (now.as_second() + i64::try_from(rest.as_secs()).unwrap()).to_string())
            .with("ratelimit-policy", "3000;w=300"),
    }
}

#[async_trait::async_trait]
impl Peer for Account {
    const SHAPE: Shape =
        Shape { page: 100, threads: true, native: true, blocks: true, history: true, ..Shape::READ_ONLY };

    async fn start(clock: Clock) -> Self {
        let world = Arc::new(Mutex::new(World::new(clock.clone())));
        let told = clock.clone();
        let troubles = Arc::new(Troubles::new(move |status, rest| failure(&told, status, rest)));
        let (waiting, shown) = (Arc::clone(&troubles), Arc::clone(&world));
        let fake = Fake::start(move |request| {
            let on = match (request.method.as_str(), request.path.contains("com.atproto.server.")) {
                (_, true) => On::Session,
                ("GET", _) => On::Reads,
                _ => On::Writes,
            };
            waiting.serve(on, || shown.lock().unwrap().answer_to(request))
        })
        .await;
        Self { fake, world, troubles, tools: clock.tools() }
    }

    fn network(&self) -> Arc<dyn Network> {
        Arc::new(Bluesky::new(config(self.url()), self.tools.clone()).unwrap())
    }

    fn troubles(&self) -> &Troubles {
        &self.troubles
    }

    fn says(&self, author: &str, text: &str) -> String {
        self.world().mention(author, text)
    }

    fn answers(&self, author: &str, to: &str, text: &str) -> String {
        self.world().answer(author, to, text)
    }

    fn natively(&self, to: &str, text: &str) -> String {
        self.world().answer("brand", to, text)
    }

    fn replies(&self) -> Vec<(String, String)> {
        let rows = self.world().own(super::world::POSTS);
        let said = |row: &super::world::Row| {
            (row.parent().unwrap_or_default().to_owned(), row.record["text"].as_str().unwrap_or_default().to_owned())
        };
        rows.iter().map(said).collect()
    }

    fn deeds(&self) -> Vec<(Act, String)> {
        let world = self.world();
        let mut deeds = Vec::new();
        for (act, collection) in [
            (Act::Like, "app.bsky.feed.like"),
            (Act::Repost, "app.bsky.feed.repost"),
            (Act::Follow, "app.bsky.graph.follow"),
        ] {
            let subject = |row: &super::world::Row| {
                let subject = &row.record["subject"];
                subject.as_str().or(subject["uri"].as_str()).unwrap_or_default().to_owned()
            };
            deeds.extend(world.own(collection).iter().map(|row| (act, subject(row))));
        }
        deeds.extend(world.messages.iter().map(|(to, _)| (Act::Message, to.clone())));
        deeds
    }

    fn delete(&self, id: &str) {
        self.world().delete(id);
    }

    fn block(&self, author: &str) {
        self.world().block(author);
    }

    fn expire(&self) {
        self.world().expire();
    }

    fn secrets(&self) -> Vec<String> {
        let tokens = self.world().sessions.access.keys().cloned().collect::<Vec<_>>();
        [vec![PASSWORD.to_owned()], tokens].concat()
    }
}

/// Only the search, by a stranger.
pub struct Search(Account);

#[async_trait::async_trait]
impl Peer for Search {
    const SHAPE: Shape = Shape { page: 100, ..Shape::READ_ONLY };

    async fn start(clock: Clock) -> Self {
        Self(Account::start(clock).await)
    }

    fn network(&self) -> Arc<dyn Network> {
        let mut config = BlueskyConfig::new("bluesky", vec![WORD.to_owned()]);
        (config.appview, config.timeout) = (self.0.url().to_owned(), PATIENCE);
        Arc::new(Bluesky::new(config, self.0.tools.clone()).unwrap())
    }

    fn troubles(&self) -> &Troubles {
        self.0.troubles()
    }

    fn says(&self, author: &str, text: &str) -> String {
        self.0.world().says(author, text)
    }

    fn delete(&self, id: &str) {
        self.0.delete(id);
    }
}
