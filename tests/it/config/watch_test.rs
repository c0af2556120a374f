//! `hearback watch test`: what a file or the sources would have brought.

use super::command_line::{Done, hearback};
use crate::networks::fake::{Fake, Reply};
use hearback::cli::Exit;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Mutex;

const BRAND: &str = r#"
[[brand]]
name = "acme"
terms = ["acme", "acme cloud", "roadrunner"]
exclude = ["acme bread"]
handles = ["@acme"]
accounts = ["file:acme_hq"]
[[brand]]
name = "orange"
terms = ["orange"]
near = ["phone"]
[[brand.words]]
language = "de"
terms = ["orangen"]
"#;

/// A folder with a bot.toml and a file of posts.
struct Folder {
    dir: tempfile::TempDir,
}

impl Folder {
    fn new(source: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("store").to_str().unwrap().to_owned();
        let text = format!("{BRAND}\n{source}\n[[person]]\nname = \"ana\"\n[store]\nfolder = {folder:?}\n");
        std::fs::write(dir.path().join("bot.toml"), text).unwrap();
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    async fn test(&self, more: &[&str]) -> Done {
        self.typed(more, "").await
    }

    async fn typed(&self, more: &[&str], typed: &str) -> Done {
        let config = self.path("bot.toml");
        let line = [&["--config", config.to_str().unwrap(), "--log-level", "off", "watch", "test"], more].concat();
        hearback(&line, typed).await
    }

    async fn file(&self, text: &str) -> Done {
        let path = self.path("posts");
        std::fs::write(&path, text).unwrap();
        self.test(&[path.to_str().unwrap()]).await
    }
}

const HN: &str = "[[source]]\nname = \"hn\"\ntype = \"hackernews\"";

#[track_caller]
fn says(done: &Done, expected: &[&str]) {
    assert_eq!((done.exit, done.err.as_str()), (Exit::Ok, ""), "{}", done.out);
    for one in expected {
        assert!(done.out.contains(one), "{one:?} is missing in:\n{}", done.out);
    }
}

#[tokio::test]
async fn a_file_is_counted_by_brand_and_term_with_what_was_kept_out() {
    let lines = [
        json!({ "text": "Is ACME down? \u{1b}[2J Acme Cloud is.", "author": "bob", "posted_at": "2026-03-20T08:00:00Z" }),
        json!({ "text": "look", "alt": ["a broken acme phone"], "author": { "handle": "cat" }, "posted_at": "2026-03-22T08:00:00Z" }),
        json!({ "text": "Acme Bread is tasty", "posted_at": "2026-03-21T08:00:00Z" }),
        json!({ "text": "we are Acme", "author": "acme_hq" }),
        json!({ "text": "an orange a day", "title": "Fruit" }),
        json!({ "text": "my orange phone", "quote": null }),
        json!({ "text": "the orangen phone is good and works well", "language": "en" }),
        json!({ "text": "nothing" }),
    ];
    let text = lines.map(|line| line.to_string()).join("\n\n");
    let folder = Folder::new(HN);
    let done = folder.file(&text).await;
    says(
        &done,
        &[
            "8 posts, 1 by the brands' own accounts.",
            "acme: 2 mentions: ",
            "       2  acme\n",
            "       1  acme cloud\n",
            "never matched: roadrunner\n",
            "@bob on file: Is ACME down? ␛[2J Acme Cloud is.  [acme, acme cloud]",
            "@cat on file: look [picture: a broken acme phone]  [acme (in a picture)]",
            "1 post kept out by the exclusion \"acme bread\"\n    e.g. file: Acme Bread is tasty",
            "orange: 1 mention",
            "1 post with \"orange\", but none of the words of `near` near it",
            "1 post with \"orangen\", which counts in another language",
            "About 1.5 cards a day, from 3 cards in 2.0 days.",
        ],
    );
    assert!(!done.out.contains('\u{1b}'), "{:?}", done.out);
    assert!(!folder.path("store").exists(), "nothing is kept");
}

#[tokio::test]
async fn plain_lines_and_the_stream_of_bluesky_are_read_too() {
    let event = |operation: &str, text: &str| {
        json!({
            "did": "did:plc:bob", "time_us": 1_774_000_000_000_000_i64, "kind": "commit",
            "commit": {
                "rev": "3a", "operation": operation, "collection": "app.bsky.feed.post", "rkey": "3lk2qbcd2222a", "cid": "bafy",
                "record": { "$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-03-20T09:46:40Z" },
            },
        })
        .to_string()
    };
    let folder = Folder::new(HN);
    let typed = format!("acme is down\nhello\n{}\n{}\n", event("create", "Acme &amp; co"), event("delete", "acme"));
    let done = folder.typed(&["-"], &typed).await;
    says(&done, &["3 posts, and 1 line that is no post.", "acme: 2 mentions", "How many a day cannot be told"]);
}

#[tokio::test]
async fn too_short_a_time_says_so() {
    let lines = ["2026-03-20T08:00:00Z", "2026-03-20T14:00:00Z"]
        .map(|at| json!({ "text": "acme", "posted_at": at }).to_string());
    let done = Folder::new(HN).file(&lines.join("\n")).await;
    says(&done, &["2 cards in 6.0 hours. At that rate about 8.0 a day, but so short a time says little"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_its_line() {
    let folder = Folder::new(HN);
    for (text, expected) in [
        ("acme\n{\"text\": ", "posts:2: it begins like JSON but is none ("),
        ("\n\n{\"txt\": \"acme\"}", "posts:3: it has no \"text\"; write what was said under that name"),
        ("{\"text\": 5}", "posts:1: \"text\" must be text in quotes"),
        ("{\"text\": \"a\", \"posted_at\": \"today\"}", "posts:1: \"posted_at\" is \"today\"; write a moment such as"),
        ("{\"text\": \"a\", \"tags\": [1]}", "posts:1: \"tags\" must be text in quotes, or a list of it"),
    ] {
        let done = folder.file(text).await;
        assert_eq!(done.exit, Exit::Usage, "{text}");
        assert!(done.err.contains(expected), "{}", done.err);
    }
    let done = folder.test(&["missing.txt"]).await;
    assert!(done.exit == Exit::Usage && done.err.contains("missing.txt cannot be read"), "{}", done.err);
    let done = folder.test(&["--source", "nobody"]).await;
    assert!(
        done.exit == Exit::Usage && done.err.contains("there is no source \"nobody\"; the sources are hn"),
        "{}",
        done.err
    );
}

#[tokio::test]
async fn the_sources_are_asked_for_the_last_days_and_nothing_is_kept() {
    let at = |ago_h: i64| 1_774_699_200 - ago_h * 3600; // before 2026-03-28T12:00:00Z
    let hit = |id: u64, text: &str, ago_h: i64| {
        json!({
            "objectID": id.to_string(), "created_at_i": at(ago_h), "author": "bob", "comment_text": text, "story_id": 1,
            "parent_id": 1, "_tags": ["comment"],
        })
    };
    let hits = Mutex::new(vec![hit(31, "Acme is great", 5), hit(30, "acme is down", 48)]);
    let fake = Fake::start(move |_| {
        let hits = std::mem::take(&mut *hits.lock().unwrap());
        Reply::ok(json!({ "nbHits": hits.len(), "nbPages": 1, "page": 0, "hits": hits }).to_string())
    })
    .await;
    let hook = "[[source]]\nname = \"shop\"\ntype = \"webhook\"\npath = \"/in\"\nsecret = { env = \"SHOP_SECRET\" }";
    let folder = Folder::new(&format!("{HN}\nquery = [\"acme\"]\napi = {:?}\n{hook}", fake.url));
    let done = folder.test(&["--days", "4"]).await;
    says(
        &done,
        &[
            "hn: 2 posts, 2 of them name a brand",
            "shop: waits for what others send, and has no history; try a file instead",
            "acme: 2 mentions",
            "About 0.5 cards a day, from 2 cards in 4.0 days.",
        ],
    );
    assert!(!folder.path("store").exists(), "nothing is kept");
    let done = folder.test(&["--source", "shop"]).await;
    assert!(done.exit == Exit::TryAgain && done.err.contains("no source could be asked"), "{}", done.err);
}
