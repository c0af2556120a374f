//! Hacker News' peer: the search of its own tests, which filters, pages and caps.

use super::troubles::On;
use super::{Clock, PATIENCE, Peer, Shape, Troubles, WORD};
use crate::networks::fake::{Fake, Reply};
use crate::networks::hackernews::Index;
use hearback::networks::Network;
use hearback::networks::hackernews::{HackerNews, HackerNewsConfig};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub struct News {
    fake: Fake,
    clock: Clock,
    troubles: Arc<Troubles>,
    index: Index,
    last: AtomicU64,
}

#[async_trait::async_trait]
impl Peer for News {
    const SHAPE: Shape = Shape { page: 100, ..Shape::READ_ONLY };

    async fn start(clock: Clock) -> Self {
        let troubles = Arc::new(Troubles::new(|status, rest| {
            let reply = Reply::status(status);
            rest.map_or(Reply::status(status), |rest| reply.with("retry-after", rest.as_secs().to_string()))
        }));
        let index = Index::default();
        let (waiting, shown) = (Arc::clone(&troubles), index.clone());
        let fake = Fake::start(move |request| waiting.serve(On::Reads, || shown.search(request))).await;
        Self { fake, clock, troubles, index, last: AtomicU64::new(1_000) }
    }

    fn network(&self) -> Arc<dyn Network> {
        let mut config = HackerNewsConfig::new("hn", vec![WORD.to_owned()], Duration::from_mins(2));
        config.base = format!("{}/api/v1", self.fake.url);
        config.timeout = PATIENCE;
        Arc::new(HackerNews::new(config).unwrap())
    }

    fn troubles(&self) -> &Troubles {
        &self.troubles
    }

    fn says(&self, author: &str, text: &str) -> String {
        let id = self.last.fetch_add(1, Ordering::SeqCst);
        let html = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        self.index.comment_by(author, id, self.clock.now().as_second(), &html);
        id.to_string()
    }

    fn delete(&self, id: &str) {
        self.index.remove(id);
    }
}
