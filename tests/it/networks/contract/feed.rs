//! A feed's peer: one document with an entity tag, and an author for every item.

use super::troubles::On;
use super::{Clock, PATIENCE, Peer, Shape, Troubles};
use crate::networks::fake::{Fake, Reply, Seen};
use hearback::networks::Network;
use hearback::networks::feed::{FeedConfig, FeedNetwork};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub struct Feed {
    fake: Fake,
    clock: Clock,
    troubles: Arc<Troubles>,
    /// The items by their address, the newest last.
    items: Arc<Mutex<Vec<(String, String)>>>,
}

/// Once for XML; a title is HTML inside, as most feeds write it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn document(request: &Seen, items: &[(String, String)]) -> Reply {
    let shown: String = items.iter().rev().map(|(_, xml)| xml.as_str()).collect();
    let head = "<title>News</title><link>https://news.example/</link>";
    let dc = "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"";
    let body = format!("<rss version=\"2.0\" {dc}><channel>{head}{shown}</channel></rss>");
    let etag = format!("\"{:08x}\"", crc32c::crc32c(body.as_bytes()));
    if request.header("if-none-match") == Some(etag.as_str()) {
        return Reply::status(304);
    }
    Reply::ok(body).with("etag", etag)
}

#[async_trait::async_trait]
impl Peer for Feed {
    const SHAPE: Shape = Shape::READ_ONLY;

    async fn start(clock: Clock) -> Self {
        let troubles = Arc::new(Troubles::new(|status, rest| {
            let reply = Reply::status(status);
            rest.map_or(Reply::status(status), |rest| reply.with("retry-after", rest.as_secs().to_string()))
        }));
        let items = Arc::new(Mutex::new(Vec::new()));
        let (waiting, shown) = (Arc::clone(&troubles), Arc::clone(&items));
        let fake = Fake::start(move |request| {
            assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/feed.xml"));
            waiting.serve(On::Reads, || document(request, &shown.lock().unwrap()))
        })
        .await;
        Self { fake, clock, troubles, items }
    }

    fn network(&self) -> Arc<dyn Network> {
        let mut config = FeedConfig::new("news", format!("{}/feed.xml", self.fake.url), Duration::from_mins(5));
        (config.timeout, config.limit) = (PATIENCE, 1 << 20);
        Arc::new(FeedNetwork::new(config).unwrap())
    }

    fn troubles(&self) -> &Troubles {
        &self.troubles
    }

    fn says(&self, author: &str, text: &str) -> String {
        let mut items = self.items.lock().unwrap();
        let link = format!("https://news.example/p/{}", items.len());
        let date = jiff::fmt::rfc2822::to_string(&self.clock.now().to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
        let xml = format!(
            "<item><title>{}</title><link>{link}</link><guid>{link}</guid><pubDate>{date}</pubDate><dc:creator>{author}</dc:creator></item>",
            escaped(&escaped(text))
        );
        items.push((link.clone(), xml));
        link
    }

    fn delete(&self, id: &str) {
        // What was published keeps its number.
        self.items.lock().unwrap().iter_mut().filter(|(link, _)| link == id).for_each(|(_, xml)| xml.clear());
    }
}
