//! Polling a feed over HTTP: conditional requests, redirects, and everything a server can do wrong.

use super::fake::{Fake, Reply, Seen, closed_port};
use super::{at, now};
use hearback::domain::{Capabilities, Cursor};
use hearback::networks::feed::{FeedConfig, FeedNetwork};
use hearback::networks::{Batch, CallError, First, Network};
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn item(n: u32, title: &str) -> String {
    format!(
        "<item><title>{title}</title><link>/p/{n}</link><guid isPermaLink=\"false\">g{n}</guid><pubDate>Fri, 20 Nov 2026 10:00:{n:02} GMT</pubDate></item>"
    )
}

fn rss(items: &[String]) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>News</title><link>https://news.example/</link>{}</channel></rss>",
        items.concat()
    )
}

fn network(url: &str) -> FeedNetwork {
    let mut config = FeedConfig::new("news", url, Duration::from_mins(5));
    config.limit = 1 << 20;
    FeedNetwork::new(config).unwrap()
}

async fn poll(feed: &FeedNetwork, cursor: Option<&Cursor>) -> Batch {
    feed.poll(cursor, First::Now, now()).await.unwrap()
}

/// A server with one document that can be changed, and an entity tag that it insists on.
async fn publisher() -> (Fake, Arc<Mutex<Vec<String>>>) {
    let items = Arc::new(Mutex::new(Vec::new()));
    let shown = Arc::clone(&items);
    let fake = Fake::start(move |request: &Seen| {
        let body = rss(&shown.lock().unwrap());
        let etag = format!("\"{:08x}\"", crc32c::crc32c(body.as_bytes()));
        if request.header("if-none-match") == Some(etag.as_str()) {
            assert!(request.header("if-modified-since").is_some(), "both validators are sent back");
            return Reply::status(304);
        }
        Reply::ok(body).with("etag", etag).with("last-modified", "Fri, 20 Nov 2026 10:00:00 GMT")
    })
    .await;
    (fake, items)
}

fn texts(batch: &Batch) -> Vec<&str> {
    batch.posts.iter().map(|p| p.text.as_str()).collect()
}

#[tokio::test]
async fn the_first_sight_marks_and_later_only_what_is_new_comes() {
    let (fake, items) = publisher().await;
    let feed = network(&fake.url);
    *items.lock().unwrap() = vec![item(2, "two"), item(1, "one")];
    let first = poll(&feed, None).await;
    assert_eq!(texts(&first), Vec::<&str>::new());
    let marked = first.cursor.expect("a position is marked");

    let same = poll(&feed, Some(&marked)).await;
    assert_eq!(same, Batch::default(), "304: nothing, and the position stays");
    assert_eq!(fake.seen()[1].header("accept-encoding"), Some("gzip"));

    *items.lock().unwrap() = vec![item(4, "four"), item(3, "three"), item(2, "two, edited"), item(1, "one")];
    let next = poll(&feed, Some(&marked)).await;
    assert_eq!(texts(&next), ["three", "four"], "oldest first, the edited item does not come again");
    let post = &next.posts[0];
    assert_eq!((post.network.as_str(), post.source.as_str()), ("feed", "news"));
    assert_eq!(post.external_id, format!("{}/p/3", fake.url));
    assert_eq!(post.url.as_deref(), Some(format!("{}/p/3", fake.url).as_str()));
    assert_eq!((post.author.name.as_str(), post.posted_at), ("News", at("2026-11-20T10:00:03Z")));

    let marked = next.cursor.unwrap();
    *items.lock().unwrap() = vec![item(5, "five")];
    let marked = poll(&feed, Some(&marked)).await.cursor.unwrap();
    *items.lock().unwrap() = vec![item(5, "five"), item(4, "four is back"), item(1, "so is one")];
    assert_eq!(poll(&feed, Some(&marked)).await.posts, Vec::new(), "what left the feed and returns is not new");
}

#[tokio::test]
async fn a_changed_guid_or_a_changed_link_is_still_the_same_item() {
    let (fake, items) = publisher().await;
    let feed = network(&fake.url);
    let entry = |link: &str, guid: &str| {
        format!("<item><title>x</title><link>{link}</link><guid isPermaLink=\"false\">{guid}</guid></item>")
    };
    *items.lock().unwrap() = vec![entry("/a", "1")];
    let marked = poll(&feed, None).await.cursor.unwrap();
    *items.lock().unwrap() = vec![entry("/a", "other guid")];
    let next = poll(&feed, Some(&marked)).await;
    assert_eq!(next.posts, Vec::new());
    *items.lock().unwrap() = vec![entry("/a-moved?utm_campaign=x", "other guid")];
    assert_eq!(poll(&feed, next.cursor.as_ref()).await.posts, Vec::new());
}

#[tokio::test]
async fn history_is_fetched_when_asked_for_and_only_then() {
    let (fake, items) = publisher().await;
    let feed = network(&fake.url);
    *items.lock().unwrap() = vec![
        item(9, "nine"),
        item(5, "five"),
        item(1, "one"),
        "<item><title>undated</title><guid>u</guid></item>".into(),
    ];
    let since = First::Since(at("2026-11-20T10:00:05Z"));
    let batch = feed.poll(None, since, now()).await.unwrap();
    assert_eq!(texts(&batch), ["five", "nine", "undated"]);
    assert_eq!(batch.posts[2].posted_at, now(), "without a date: when it was seen");
    assert_eq!(batch.posts[2].external_id, format!("{}#guid:u", fake.url));
    assert_eq!(feed.poll(batch.cursor.as_ref(), since, now()).await.unwrap(), Batch::default());
    let odd = Cursor("not ours".into());
    assert_eq!(
        feed.poll(Some(&odd), since, now()).await.unwrap().posts,
        Vec::new(),
        "no flood from a damaged position"
    );
}

#[tokio::test]
async fn another_address_does_not_flood_and_a_moved_feed_loses_nothing() {
    let (old, items) = publisher().await;
    *items.lock().unwrap() = (1..4).map(|n| item(n, "old").replace("/p/", "https://news.example/p/")).collect();
    let marked = poll(&network(&old.url), None).await.cursor.unwrap();
    let (moved, items) = publisher().await;
    *items.lock().unwrap() = (2..6).map(|n| item(n, "moved").replace("/p/", "https://news.example/p/")).collect();
    assert_eq!(poll(&network(&moved.url), Some(&marked)).await.posts.len(), 2, "items 4 and 5 are new");
    let (other, items) = publisher().await;
    *items.lock().unwrap() =
        (1..9).map(|n| item(n, "x").replace("guid", "no").replace("/p/", "https://other.example/")).collect();
    let batch = poll(&network(&other.url), Some(&marked)).await;
    assert!(batch.posts.is_empty() && batch.cursor.is_some(), "another feed begins from now");
}

#[tokio::test]
async fn the_position_stays_bounded() {
    let (fake, items) = publisher().await;
    let feed = network(&fake.url);
    let mut cursor = None;
    for round in 0..40 {
        *items.lock().unwrap() =
            (0..50).map(|n| format!("<item><title>t</title><link>/r/{round}/{n}</link></item>")).collect();
        let batch = poll(&feed, cursor.as_ref()).await;
        assert_eq!(batch.posts.len(), if round == 0 { 0 } else { 50 });
        cursor = batch.cursor;
    }
    let position: serde_json::Value = serde_json::from_str(&cursor.unwrap().0).unwrap();
    assert_eq!(position["seen"].as_array().unwrap().len(), 1_050);
}

#[tokio::test]
async fn redirects_are_followed_and_links_resolve_against_where_they_end() {
    let fake = Fake::start(|request: &Seen| match request.path.as_str() {
        "/old" => Reply::status(301).with("location", "/newer"),
        "/newer" => Reply::status(308).with("location", "/dir/feed"),
        "/dir/feed" => Reply::ok("<rss version=\"2.0\"><channel><title>n</title><item><link>post</link><title>p</title></item></channel></rss>"),
        "/loop" => Reply::status(302).with("location", "/loop"),
        "/nowhere" => Reply::status(302).with("location", "file:///etc/passwd"),
        _ => Reply::status(404),
    })
    .await;
    let since = First::Since(at("2020-01-01T00:00:00Z"));
    let batch = network(&format!("{}/old", fake.url)).poll(None, since, now()).await.unwrap();
    assert_eq!(batch.posts[0].url.as_deref(), Some(format!("{}/dir/post", fake.url).as_str()));
    for (path, words) in
        [("/loop", "more than 5 times"), ("/nowhere", "redirects to nowhere"), ("/x", "no feed at this address")]
    {
        let error = network(&format!("{}{path}", fake.url)).poll(None, since, now()).await.unwrap_err();
        assert!(matches!(error, CallError::Later { .. }) && error.to_string().contains(words), "{error:?}");
    }
}

#[tokio::test]
async fn a_compressed_answer_is_read_and_a_bomb_is_not() {
    let zip = |text: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    };
    let (good, bomb) = (zip(rss(&[item(1, "zipped")]).as_bytes()), zip(&vec![b' '; 20 << 20]));
    let fake = Fake::start(move |request: &Seen| {
        let body = if request.path == "/bomb" { bomb.clone() } else { good.clone() };
        Reply::ok(body).with("content-encoding", "gzip")
    })
    .await;
    let since = First::Since(at("2020-01-01T00:00:00Z"));
    assert_eq!(texts(&network(&fake.url).poll(None, since, now()).await.unwrap()), ["zipped"]);
    let error = network(&format!("{}/bomb", fake.url)).poll(None, since, now()).await.unwrap_err();
    assert!(error.to_string().contains("larger than 1048576 bytes"), "{error}");
}

#[tokio::test]
async fn what_the_server_refuses_is_told_in_a_sentence() {
    let fake = Fake::start(|request: &Seen| match request.path.as_str() {
        "/busy" => Reply::status(429).with("retry-after", "120"),
        "/down" => Reply::status(503).with("retry-after", "Sun, 22 Nov 2026 10:05:00 GMT"),
        "/years" => Reply::status(503).with("retry-after", "99999999999"),
        "/gone" => Reply::status(410),
        "/secret" => Reply::status(403),
        "/page" => Reply::ok("<html><head></head></html>"),
        "/cut" => Reply::Truncated(rss(&[item(1, "x")]).into_bytes()),
        "/endless" => Reply::Endless,
        "/dropped" => Reply::Drop,
        _ => Reply::Hang,
    })
    .await;
    let ask = async |path: &str| {
        let mut config = FeedConfig::new("news", format!("{}{path}", fake.url), Duration::from_mins(5));
        config.limit = 1 << 20;
        // Only the server that never answers runs into this; the others answer at once.
        config.timeout = if path == "/hang" { Duration::from_millis(200) } else { Duration::from_secs(30) };
        FeedNetwork::new(config).unwrap().poll(None, First::Now, now()).await.unwrap_err()
    };
    let rest = |error: CallError| match error {
        CallError::Later { after, .. } => after,
        other => panic!("{other:?}"),
    };
    assert_eq!(rest(ask("/busy").await), Some(Duration::from_mins(2)));
    assert_eq!(rest(ask("/down").await), Some(Duration::from_mins(5)));
    assert_eq!(rest(ask("/years").await), Some(Duration::from_hours(24)), "at most a day");
    assert!(matches!(ask("/gone").await, CallError::Never { .. }));
    for (path, words) in [
        ("/secret", "refuses us"),
        ("/page", "web page"),
        ("/cut", "broke off"),
        ("/endless", "larger than"),
        ("/dropped", "could not be fetched"),
        ("/hang", "no complete answer in time"),
    ] {
        let error = ask(path).await;
        assert!(matches!(error, CallError::Later { .. }) && error.to_string().contains(words), "{path}: {error}");
    }
    let nobody = network(&format!("http://user:hunter2@127.0.0.1:{}/", closed_port().await));
    let error = nobody.poll(None, First::Now, now()).await.unwrap_err().to_string();
    assert!(error.contains("refused") && !error.contains("hunter2"), "{error}");
}

#[tokio::test]
async fn a_feed_is_read_only_and_its_address_is_checked() {
    let feed = network("https://x.example/feed");
    assert_eq!((feed.capabilities(), feed.network()), (Capabilities::READ_ONLY, "feed"));
    assert_eq!(feed.interval(), Some(Duration::from_mins(5)));
    for wrong in ["ftp://x.example", "x.example/feed", "file:///etc/passwd", ""] {
        let made = FeedNetwork::new(FeedConfig::new("news", wrong, Duration::from_secs(1)));
        assert!(made.is_err_and(|e| e.to_string().contains("http")), "{wrong}");
    }
}
