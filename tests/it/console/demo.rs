//! The demo's content is what it says it is.

use super::{at, console, mention};
use hearback::chat::console::is_forbidden;
use hearback::chat::{Chat, PostKey};
use hearback::demo::{ACCOUNTS, FIRST_SCREEN, SCRIPT, SOURCES, posts};
use hearback::domain::{Card, ChannelId};
use std::collections::BTreeSet;

#[test]
fn the_posts_are_many_and_various() {
    let start = at("2026-03-02T08:00:00Z");
    let all = posts();
    let out: Vec<_> = all.iter().map(|p| p.post(start)).collect();
    assert!(all.len() >= 24, "{}", all.len());
    let ids: BTreeSet<_> = out.iter().map(|p| (&p.network, &p.external_id)).collect();
    assert_eq!(ids.len(), all.len(), "each id once");
    let languages: BTreeSet<_> = out.iter().filter_map(|p| p.language.as_deref()).collect();
    for language in ["en", "de", "fr", "es", "ja", "ar"] {
        assert!(languages.contains(language), "{language}");
    }
    assert!(out.iter().any(|p| p.text.chars().count() >= 5_000));
    assert!(out.iter().any(|p| p.text.chars().any(is_forbidden)), "some are hostile");
    for source in SOURCES {
        assert!(all.iter().any(|p| p.source == source.source), "{}", source.source);
    }
}

#[test]
fn everything_is_posted_before_it_is_seen_and_handed_in_in_order() {
    let all = posts();
    assert!(all.iter().all(|p| p.posted_s <= p.seen_s));
    assert!(all.is_sorted_by_key(|p| p.seen_s));
    assert!(all.first().is_some_and(|p| p.posted_s < 0 && p.seen_s <= 60), "something waits from the first minute");
}

#[test]
fn there_is_a_follow_up_and_a_native_answer_in_a_conversation_that_was_opened_before() {
    let out: Vec<_> = posts().iter().map(|p| p.post(at("2026-03-02T08:00:00Z"))).collect();
    let answers: Vec<_> = out.iter().filter(|p| p.parent.is_some()).collect();
    assert_eq!(answers.len(), 2);
    for answer in answers {
        let opened = out
            .iter()
            .find(|p| Some(&p.external_id) == answer.parent.as_ref())
            .expect("the conversation has a first post");
        assert!(opened.posted_at < answer.posted_at);
        let own = ACCOUNTS.contains(&(answer.network.as_str(), answer.author.handle.as_str()));
        assert!(own || opened.author == answer.author);
    }
}

#[tokio::test]
async fn every_post_makes_a_card_that_is_safe_and_of_reasonable_size() {
    let (console, screen) = console(false, 80);
    for post in posts() {
        let mut m = mention("");
        m.post = post.post(at("2026-03-02T12:00:00Z"));
        console.post_card(&ChannelId::new("support"), &Card::of(&m), PostKey::fresh("k")).await.expect("printed");
        let shown = screen.take();
        assert!(shown.chars().all(|c| c == '\n' || !is_forbidden(c)), "{shown:?}");
        assert!(shown.lines().count() <= 30, "{shown}");
        assert_eq!(shown.lines().filter(|l| !l.is_empty() && !l.starts_with(' ')).count(), 1, "{shown}");
    }
}

#[test]
fn the_first_screen_has_five_lines_that_fit() {
    assert_eq!(FIRST_SCREEN.lines().count(), 5);
    assert!(FIRST_SCREEN.lines().all(|l| l.chars().count() <= 80));
    assert!(SCRIPT.lines().last().is_some_and(|l| l == "quit"));
}
