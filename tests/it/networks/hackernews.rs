//! Hacker News against a search that filters, pages and caps as Algolia documents it.

use super::fake::{Fake, Reply, Seen};
use super::{at, now};
use hearback::domain::{Capabilities, Cursor, Extra, ExtraKind};
use hearback::networks::hackernews::{HackerNews, HackerNewsConfig};
use hearback::networks::{Batch, CallError, First, Network};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The search index: whatever is in it is found by words, newest first, and never more than 1,000 hits.
#[derive(Clone, Default)]
pub struct Index(Arc<Mutex<Vec<Value>>>);

impl Index {
    fn comment(&self, id: u64, seconds: i64, text: &str) {
        self.comment_by("pg", id, seconds, text);
    }

    pub fn comment_by(&self, author: &str, id: u64, seconds: i64, text: &str) {
        self.0.lock().unwrap().push(json!({
            "objectID": id.to_string(), "created_at_i": seconds, "author": author, "comment_text": text,
            "story_id": 7, "parent_id": 8, "story_title": "not the commenter's words", "_tags": ["comment"],
        }));
    }

    pub fn remove(&self, id: &str) {
        self.0.lock().unwrap().retain(|hit| hit["objectID"] != id);
    }

    pub fn search(&self, request: &Seen) -> Reply {
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/api/v1/search_by_date"));
        let get = |key: &str| request.query.get(key).unwrap_or_else(|| panic!("{key} is missing")).clone();
        assert_eq!(get("tags"), "(story,comment)");
        let (page, size): (usize, usize) = (get("page").parse().unwrap(), get("hitsPerPage").parse().unwrap());
        assert!((1..=1_000).contains(&size));
        let filters: Vec<(bool, i64)> = get("numericFilters")
            .split(',')
            .map(|f| match f.strip_prefix("created_at_i<=") {
                Some(to) => (false, to.parse().unwrap()),
                None => (true, f.strip_prefix("created_at_i>").expect("a known filter").parse().unwrap()),
            })
            .collect();
        let query = get("query").to_lowercase();
        let mut hits: Vec<Value> = self.0.lock().unwrap().clone();
        hits.retain(|hit| {
            let posted = hit["created_at_i"].as_i64().unwrap();
            let words =
                [&hit["title"], &hit["comment_text"]].map(|w| w.as_str().unwrap_or_default().to_lowercase()).concat();
            filters.iter().all(|(after, t)| if *after { posted > *t } else { posted <= *t }) && words.contains(&query)
        });
        hits.sort_by_key(|h| std::cmp::Reverse(h["created_at_i"].as_i64()));
        let total = hits.len();
        hits.truncate(1_000);
        let shown: Vec<Value> = hits.iter().skip(page * size).take(size).cloned().collect();
        let answer = json!({ "hits": shown, "nbHits": total, "page": page, "nbPages": hits.len().div_ceil(size), "hitsPerPage": size });
        Reply::ok(answer.to_string())
    }
}

async fn server(index: &Index) -> Fake {
    let index = index.clone();
    Fake::start(move |request| index.search(request)).await
}

fn network(fake: &Fake, terms: &[&str]) -> HackerNews {
    let terms = terms.iter().map(|t| (*t).to_owned()).collect();
    let mut config = HackerNewsConfig::new("hn", terms, Duration::from_mins(1));
    config.base = format!("{}/api/v1", fake.url);
    HackerNews::new(config).unwrap()
}

fn ids(batch: &Batch) -> Vec<&str> {
    batch.posts.iter().map(|p| p.external_id.as_str()).collect()
}

async fn poll(hn: &HackerNews, cursor: &mut Option<Cursor>, now: Timestamp) -> Batch {
    let batch = hn.poll(cursor.as_ref(), First::Now, now).await.unwrap();
    if batch.cursor.is_some() {
        cursor.clone_from(&batch.cursor);
    }
    batch
}

#[tokio::test]
async fn stories_and_comments_become_posts() {
    let index = Index::default();
    let start = now().as_second();
    index.0.lock().unwrap().push(json!({
        "objectID": "100", "created_at_i": start + 5, "author": "dang", "title": "Acme &amp; Co raise money",
        "url": "https://news.example/acme", "story_text": "What do you <i>think</i>?<p>I&#x27;m unsure.",
    }));
    index.comment(
        101,
        start + 6,
        "Acme broke <a href=\"https:&#x2F;&#x2F;x.example\">https:&#x2F;&#x2F;x.example</a> &gt; me\u{1b}[2J",
    );
    let fake = server(&index).await;
    let hn = network(&fake, &["acme"]);
    let mut cursor = None;
    assert_eq!(poll(&hn, &mut cursor, now()).await.posts, Vec::new(), "the first sight marks the position");
    let batch = poll(&hn, &mut cursor, at("2026-11-22T10:01:00Z")).await;
    let [story, comment] = &batch.posts[..] else { panic!("{batch:?}") };
    assert_eq!(story.text, "Acme & Co raise money\n\nWhat do you think?\n\nI'm unsure.");
    assert_eq!(story.native.extras, [Extra { what: ExtraKind::Link, text: "https://news.example/acme".to_owned() }]);
    assert_eq!(story.url.as_deref(), Some("https://news.ycombinator.com/item?id=100"));
    assert_eq!((story.conversation.as_deref(), story.parent.as_deref()), (Some("100"), None));
    assert_eq!(comment.text, "Acme broke https://x.example > me[2J");
    assert_eq!((comment.conversation.as_deref(), comment.parent.as_deref()), (Some("7"), Some("8")));
    assert_eq!((comment.author.handle.as_str(), comment.network.as_str()), ("pg", "hackernews"));
    assert_eq!(comment.author.url.as_deref(), Some("https://news.ycombinator.com/user?id=pg"));
    assert_eq!(comment.posted_at.as_second(), start + 6);
    assert_eq!(hn.capabilities(), Capabilities::READ_ONLY);
}

#[tokio::test]
async fn windows_overlap_so_that_late_indexing_loses_nothing_and_nothing_comes_twice() {
    let index = Index::default();
    let start = now().as_second();
    let fake = server(&index).await;
    let hn = network(&fake, &["acme", "Co"]);
    let mut cursor = None;
    index.comment(1, start - 30, "acme before the watch began");
    poll(&hn, &mut cursor, now()).await;
    index.comment(2, start + 100, "acme");
    index.comment(3, start + 200, "acme and co: both terms");
    assert_eq!(ids(&poll(&hn, &mut cursor, at("2026-11-22T10:05:00Z")).await), ["2", "3"]);
    assert_eq!(poll(&hn, &mut cursor, at("2026-11-22T10:06:00Z")).await, Batch::default());
    index.comment(4, start + 90, "acme, indexed late");
    index.comment(5, start - 20, "acme, indexed late and older than the watch");
    assert_eq!(ids(&poll(&hn, &mut cursor, at("2026-11-22T10:07:00Z")).await), ["4"]);
    index.comment(6, start + 7_000, "acme");
    assert_eq!(ids(&poll(&hn, &mut cursor, at("2026-11-22T12:00:00Z")).await), ["6"]);
    assert!(!cursor.clone().unwrap().0.contains("\"2\":"), "ids outside the overlap are forgotten: {cursor:?}");
}

#[tokio::test]
async fn a_clock_that_jumps_loses_nothing() {
    let index = Index::default();
    let start = now().as_second();
    let fake = server(&index).await;
    let hn = network(&fake, &["acme"]);
    let mut cursor = None;
    poll(&hn, &mut cursor, now()).await;
    index.comment(1, start + 10, "acme");
    assert_eq!(ids(&poll(&hn, &mut cursor, at("2031-01-01T00:00:00Z")).await), ["1"]);
    index.comment(2, start + 20, "acme");
    assert_eq!(ids(&poll(&hn, &mut cursor, at("2026-11-22T09:00:00Z")).await), ["2"]);
    let mut ahead = None;
    poll(&hn, &mut ahead, at("2031-01-01T00:00:00Z")).await;
    poll(&hn, &mut ahead, at("2026-11-22T10:00:30Z")).await;
    index.comment(3, start + 60, "acme");
    assert_eq!(
        ids(&poll(&hn, &mut ahead, at("2026-11-22T10:01:30Z")).await),
        ["3"],
        "begun with a clock that was ahead"
    );
}

#[tokio::test]
async fn history_beyond_the_cap_comes_whole_in_narrower_windows() {
    let index = Index::default();
    let start = now().as_second();
    for n in 0..2_600_u32 {
        // Twenty in the same second, and a burst at the end.
        let posted = if n < 100 { start - 90_000 - i64::from(n) * 50 } else { start - 1_300 + i64::from(n) / 20 * 10 };
        index.comment(u64::from(10_000 + n), posted, "acme");
    }
    let fake = server(&index).await;
    let hn = network(&fake, &["acme"]);
    let since = First::Since(Timestamp::from_second(start - 89_990 - 5_000).unwrap());
    let (mut cursor, mut seen, mut last) = (None, BTreeSet::new(), i64::MIN);
    loop {
        let batch = hn.poll(cursor.as_ref(), since, now()).await.unwrap();
        for post in &batch.posts {
            assert!(seen.insert(post.external_id.clone()), "{} came twice", post.external_id);
            assert!(post.posted_at.as_second() >= last, "oldest first over all pages");
            last = post.posted_at.as_second();
        }
        if !batch.more {
            break;
        }
        cursor = batch.cursor.or(cursor);
    }
    assert_eq!(seen.len(), 2_600);
}

#[tokio::test]
async fn trouble_is_told_and_what_other_terms_brought_is_kept() {
    let index = Index::default();
    let start = now().as_second();
    index.comment(1, start - 10, "acme");
    index.comment(2, start - 5, "globex");
    let (answers, failing) = (index.clone(), Arc::new(Mutex::new(true)));
    let switch = Arc::clone(&failing);
    let fake = Fake::start(move |request| {
        let term = request.query.get("query").cloned().unwrap_or_default();
        if term == "globex" && *switch.lock().unwrap() {
            return Reply::status(429).with("retry-after", "90");
        }
        if term == "odd" { Reply::ok("<html>") } else { answers.search(request) }
    })
    .await;
    let since = First::Since(Timestamp::from_second(start - 60).unwrap());
    let hn = network(&fake, &["acme", "globex"]);
    let batch = hn.poll(None, since, now()).await.unwrap();
    assert_eq!((ids(&batch), batch.rest), (vec!["1"], Some(Duration::from_secs(90))));
    let again = hn.poll(batch.cursor.as_ref(), First::Now, now()).await.unwrap_err();
    assert!(matches!(again, CallError::Later { after: Some(_), .. }), "{again:?}");
    *failing.lock().unwrap() = false;
    let last = hn.poll(batch.cursor.as_ref(), First::Now, now()).await.unwrap();
    assert_eq!(ids(&last), ["2"], "the history of the term that failed is still fetched");

    let error = network(&fake, &["odd"]).poll(None, since, now()).await.unwrap_err();
    assert!(error.to_string().contains("unreadable"), "{error}");
}
