//! Answers that a real Reddit gave, read as they are, where the recordings are there.

use crate::networks::now;
use hearback::domain::SourceName;
use hearback::networks::reddit::read;
use serde_json::Value;
use std::path::Path;

/// The first answer of a recording; `None` where there are none.
fn recorded(name: &str) -> Option<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/payloads/reddit");
    let Ok(text) = std::fs::read_to_string(folder.join(name)) else {
        eprintln!("skipped: {} is not there", folder.join(name).display());
        return None;
    };
    let all: Value = serde_json::from_str(&text).unwrap();
    Some(all["interactions"][0]["response"]["body"].clone())
}

#[test]
fn a_real_inbox_becomes_posts() {
    for (name, comments) in [
        ("TestInbox.test_mentions.json", 16),
        ("TestInbox.test_comment_replies.json", 64),
        ("TestInbox.test_submission_replies.json", 64),
    ] {
        let Some(body) = recorded(name) else { return };
        let posts = read(body.to_string().as_bytes(), &SourceName::new("reddit"), now()).unwrap();
        assert_eq!(posts.len(), comments, "{name}");
        for post in posts {
            assert!(post.external_id.starts_with("t1_") && post.network == "reddit", "{post:?}");
            assert!(post.conversation.as_ref().is_some_and(|c| c.starts_with("t3_")), "{post:?}");
            assert!(post.parent.is_some() && !post.text.is_empty() && !post.text.contains("SC_OFF"), "{post:?}");
            assert!(post.author.id.starts_with("t2_") && !post.author.handle.is_empty(), "{post:?}");
            let url = post.url.unwrap();
            assert!(url.starts_with("https://www.reddit.com/r/") && !url.contains('?'), "{url}");
        }
    }
}

#[test]
fn private_messages_are_no_mentions() {
    let Some(body) = recorded("TestInbox.test_unread.json") else { return };
    let all = body["data"]["children"].as_array().unwrap().clone();
    let comments = all.iter().filter(|child| child["kind"] == "t1").count();
    let posts = read(body.to_string().as_bytes(), &SourceName::new("reddit"), now()).unwrap();
    assert!(comments < all.len() && posts.len() == comments, "{comments} of {}", all.len());
}

#[test]
fn a_real_search_becomes_posts() {
    let Some(body) = recorded("TestSubreddit.test_search.json") else { return };
    let posts = read(body.to_string().as_bytes(), &SourceName::new("reddit"), now()).unwrap();
    assert!(!posts.is_empty());
    for post in posts {
        assert!(post.external_id.starts_with("t3_") && post.parent.is_none(), "{post:?}");
        assert_eq!(post.conversation.as_ref(), Some(&post.external_id));
        assert!(post.url.as_ref().is_some_and(|u| u.contains("/comments/")), "{post:?}");
    }
}

#[test]
fn a_real_confirmation_has_what_is_looked_for() {
    for name in ["TestComment.test_reply.json", "TestSubmission.test_reply.json"] {
        let Some(body) = recorded(name) else { return };
        let things = body["json"]["data"]["things"].clone();
        let list = serde_json::json!({ "kind": "Listing", "data": { "children": things } });
        let posts = read(list.to_string().as_bytes(), &SourceName::new("reddit"), now()).unwrap();
        assert_eq!(posts.len(), 1, "{name}");
        assert!(posts[0].parent.is_some() && posts[0].conversation.is_some(), "{:?}", posts[0]);
    }
}
