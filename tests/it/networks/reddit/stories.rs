//! What only Reddit does: errors inside a success, scopes, lists whose place is gone, one list and another.

use super::super::contract::{Clock, On, Peer, Trouble};
use super::state::{ACCOUNT, LINK};
use super::{Forum, fake, refresh};
use crate::networks::now;
use hearback::domain::{Cursor, Idempotency, Post, SourceName};
use hearback::networks::reddit::{Hidden, Login, Reddit};
use hearback::networks::{Batch, CallError, First, Look, Network, Outgoing};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn poll(reddit: &Reddit, cursor: &mut Option<Cursor>, clock: &Clock) -> Batch {
    let batch = reddit.poll(cursor.as_ref(), First::Now, clock.now()).await.unwrap();
    if batch.cursor.is_some() {
        cursor.clone_from(&batch.cursor);
    }
    batch
}

fn ids(batch: &Batch) -> Vec<&str> {
    batch.posts.iter().map(|p| p.external_id.as_str()).collect()
}

struct World {
    forum: Forum,
    clock: Clock,
    reddit: Reddit,
    cursor: Option<Cursor>,
}

async fn world(subreddits: &[&str], queries: &[&str]) -> World {
    let clock = Clock::new();
    let forum = Forum::start(clock.clone()).await;
    let mut config = forum.config(refresh());
    config.subreddits = subreddits.iter().map(|s| (*s).to_owned()).collect();
    config.queries = queries.iter().map(|s| (*s).to_owned()).collect();
    let reddit = forum.made(config);
    let mut world = World { forum, clock, reddit, cursor: None };
    world.poll().await;
    world
}

impl World {
    async fn poll(&mut self) -> Batch {
        self.clock.pass(1);
        poll(&self.reddit, &mut self.cursor, &self.clock).await
    }

    async fn mention(&mut self) -> Post {
        self.clock.pass(1);
        self.forum.says("bob", "acme is down");
        self.poll().await.posts.remove(0)
    }

    fn reply(&self, post: &Post, text: &str) -> Outgoing {
        let (post, text, at) = (post.clone(), text.to_owned(), self.clock.now());
        let (key, by) = ("k".to_owned(), "Ana".to_owned());
        Outgoing { key, post, text, no: 7, by, at, after: None, known: Vec::new() }
    }
}

#[tokio::test]
async fn what_reddit_refuses_inside_a_success_is_said_plainly() {
    let mut world = world(&[], &[]).await;
    let post = world.mention().await;
    let long = "Looks like you've been doing that a lot. Take a break for 9 minutes before trying again.";
    let table: &[(&str, &str, &str)] = &[
        ("THREAD_LOCKED", "Comments are locked.", "locked"),
        ("DELETED_COMMENT", "that comment has been deleted", "deleted"),
        ("TOO_OLD", "that's a piece of history now; it's too late to reply to it", "archived"),
        ("SUBREDDIT_NOTALLOWED", "you aren't allowed to post there.", "ask its moderators"),
        ("SOMETHING_IS_BROKEN", "Something is broken, please try again later.", "blocked"),
        ("USER_BLOCKED", "you can't send to a user that you have blocked", "unblock"),
        ("NEW_ONE", "something that nobody knows \u{202e}yet", "(NEW_ONE: something that nobody knows yet)"),
    ];
    for (code, said, words) in table {
        world.forum.state().refusals.push_back(json!({ "json": { "errors": [[code, said, "parent"]] } }));
        let error = world.reddit.reply(&world.reply(&post, "hello"), world.clock.now()).await.unwrap_err();
        assert!(matches!(&error, CallError::Never { why } if why.contains(words)), "{code}: {error:?}");
    }
    let limits: [(Value, u64); 2] = [
        (json!({ "json": { "errors": [["RATELIMIT", long, "ratelimit"]] } }), 600),
        (json!({ "json": { "ratelimit": 531.25, "errors": [["RATELIMIT", long, "ratelimit"]] } }), 532),
    ];
    for (answer, seconds) in limits {
        world.forum.state().refusals.push_back(answer);
        let error = world.reddit.reply(&world.reply(&post, "hello"), world.clock.now()).await.unwrap_err();
        let after = matches!(&error, CallError::Later { after: Some(after), .. } if after.as_secs() == seconds);
        assert!(after, "{error:?}");
    }
    assert_eq!(world.forum.replies(), Vec::new());
}

#[tokio::test]
async fn what_was_typed_is_what_shows() {
    let mut world = world(&[], &[]).await;
    let post = world.mention().await;
    for text in [
        "2 * 3 * 4 = 24, and snake_case_names",
        "first line\nsecond line\n\nnew paragraph",
        "# not a heading\n- not a list\n1. nor this",
        "see https://acme.example/a_b_c (not [this](x))",
        "~~kept~~ ^up `code` \\o/",
    ] {
        let sent = world.reddit.reply(&world.reply(&post, text), world.clock.now()).await.unwrap();
        let shown = world.forum.replies().remove(0).1;
        assert_eq!(shown, text);
        let found = world.reddit.find_reply(&world.reply(&post, text)).await.unwrap().unwrap();
        assert_eq!(found.external_id, sent.external_id);
    }
    let stars = "*".repeat(5_001);
    let error = world.reddit.reply(&world.reply(&post, &stars), world.clock.now()).await.unwrap_err();
    assert!(error.to_string().contains("10002 of 10000"), "{error}");
}

#[tokio::test]
async fn a_page_whose_place_is_gone_is_begun_at_the_one_before() {
    let mut world = world(&[], &[]).await;
    let mut said = BTreeSet::new();
    for i in 0..250 {
        world.clock.pass(1);
        said.insert(world.forum.says("bob", &format!("acme {i}")));
    }
    // What the first page ended with is deleted before the second is asked for.
    let names: Vec<String> = world.forum.state().newest().map(|t| t.name.clone()).take(100).collect();
    let gone = names[99].clone();
    let state = std::sync::Arc::clone(&world.forum.state);
    let delete = gone.clone();
    let meanwhile = Trouble::Meanwhile(Box::new(move || state.lock().unwrap().remove(&delete)));
    world.forum.troubles().next(On::Reads, [Trouble::Fine, meanwhile]);
    let batch = world.poll().await;
    said.remove(&gone);
    let heard: BTreeSet<String> = batch.posts.iter().map(|p| p.external_id.clone()).collect();
    assert!(said.is_subset(&heard), "{:?}", said.difference(&heard).collect::<Vec<_>>());
}

#[tokio::test]
async fn subreddits_and_searches_are_read_and_private_messages_are_not() {
    let mut world = world(&["acme", "help"], &["acme cloud"]).await;
    world.clock.pass(5);
    let (post, comment, own) = {
        let mut state = world.forum.state();
        state.private_message();
        let post = state.post("cleo", "Acme Cloud & its bill", "Is 1 < 2?\n\nsee [this](https://x.example)");
        let comment = state.comment("cleo", LINK, "I like it");
        let own = state.comment(ACCOUNT, LINK, "so do we");
        (post, comment, own)
    };
    let batch = world.poll().await;
    assert_eq!(ids(&batch).into_iter().collect::<BTreeSet<_>>(), [&*post, &comment, &own].into());
    let by_id = |id: &str| batch.posts.iter().find(|p| p.external_id == id).unwrap();
    assert!(by_id(&post).text.starts_with("Acme Cloud & its bill\n\nIs 1 < 2?"), "{:?}", by_id(&post).text);
    assert_eq!((by_id(&post).parent.clone(), by_id(&post).addressed), (None, false));
    assert_eq!(by_id(&own).author.id, world.reddit.account().unwrap().id);
    world.clock.pass(5);
    assert_eq!(ids(&world.poll().await), Vec::<&str>::new());
    let mention = world.mention().await;
    assert!(mention.addressed, "the inbox is read first");
    let lines = world.reddit.check(world.clock.now()).await.unwrap();
    assert!(lines[0].contains("u/acme_help") && lines[1].contains("r/acme+help"), "{lines:?}");
}

#[tokio::test]
async fn a_token_with_few_scopes_offers_little_and_says_why() {
    let mut world = world(&[], &[]).await;
    let post = world.mention().await;
    world.forum.state().scopes = "identity read privatemessages".to_owned();
    world.forum.expire();
    // The first poll still asks for what the old token could.
    let called = world.mention().await;
    assert!(called.addressed, "the inbox is handed in all the same");
    let notes = world.reddit.notes(now());
    assert!(notes.iter().any(|n| n.contains("at the scopes")), "{notes:?}");
    world.poll().await;
    let can = world.reddit.capabilities();
    assert!(!can.reply && !can.like && !can.retract && can.look && can.direct_message, "{can:?}");
    assert_eq!(can.idempotency, Idempotency::Look);
    let notes = world.reddit.notes(now());
    assert!(notes.iter().any(|n| n.contains("submit")) && notes.len() == 4, "{notes:?}");
    let error = world.reddit.reply(&world.reply(&post, "hello"), world.clock.now()).await.unwrap_err();
    assert!(matches!(&error, CallError::Never { why } if why.contains("scope")), "{error:?}");
}

#[tokio::test]
async fn a_log_in_that_is_refused_says_what_to_do() {
    let clock = Clock::new();
    let forum = Forum::start(clock.clone()).await;
    let password = |word: &str| Login::Password { username: ACCOUNT.to_owned(), password: Hidden::new(word) };
    forum.made(forum.config(password(fake::PASSWORD))).poll(None, First::Now, clock.now()).await.unwrap();
    for login in [password("wrong-word"), Login::Refresh(Hidden::new("wrong-token"))] {
        let error = forum.made(forum.config(login)).poll(None, First::Now, clock.now()).await.unwrap_err();
        assert!(matches!(&error, CallError::Never { why } if why.contains("refresh token")), "{error:?}");
        assert!(!error.to_string().contains("wrong-"), "{error}");
    }
    let mut config = forum.config(refresh());
    config.client_secret = Hidden::new("wrong");
    let error = forum.made(config.clone()).poll(None, First::Now, clock.now()).await.unwrap_err();
    assert!(matches!(&error, CallError::Never { why } if why.contains("client_id")), "{error:?}");
    assert!(!format!("{config:?}").contains("wrong"), "{config:?}");
    config.subreddits = vec!["r/acme".to_owned()];
    let error = Reddit::new(config, clock.tools()).err().expect("refused");
    assert!(error.to_string().contains("without r/"), "{error}");
}

#[tokio::test]
async fn one_token_serves_until_it_ends_also_over_a_restart() {
    let mut world = world(&[], &[]).await;
    for _ in 0..3 {
        world.poll().await;
        world.reddit = world.forum.made(world.forum.config(refresh()));
        assert_eq!(world.reddit.account().unwrap().handle, ACCOUNT, "known at once");
    }
    assert_eq!(world.forum.state().issued.len(), 1);
    world.clock.pass(3600);
    world.poll().await;
    assert_eq!(world.forum.state().issued.len(), 2, "renewed before it is refused");
}

#[tokio::test]
async fn a_comment_in_a_quarantined_subreddit_is_found_among_our_own() {
    let mut world = world(&[], &[]).await;
    let post = world.mention().await;
    world.forum.state().quarantined = true;
    let reply = world.reply(&post, "hello");
    let error = world.reddit.reply(&reply, world.clock.now()).await.unwrap_err();
    assert!(matches!(error, CallError::Unknown { .. }), "{error:?}");
    assert!(world.reddit.find_reply(&reply).await.unwrap().is_some());
}

#[tokio::test]
async fn what_a_moderator_locked_or_removed_cannot_be_answered() {
    let mut world = world(&[], &[]).await;
    let post = world.mention().await;
    world.forum.state().thing_mut(LINK).locked = true;
    let gone = |look: &Look, words: &str| matches!(look, Look::Gone(why) if why.contains(words));
    let look = world.reddit.look(&post).await.unwrap();
    assert!(gone(&look, "locked"), "{look:?}");
    world.forum.state().thing_mut(&post.external_id).body = "[removed]".to_owned();
    let look = world.reddit.look(&post).await.unwrap();
    assert!(gone(&look, "removed"), "{look:?}");
    let elsewhere = Post { source: SourceName::new("reddit"), conversation: Some("t3_none".to_owned()), ..post };
    let look = world.reddit.look(&elsewhere).await.unwrap();
    assert!(gone(&look, "any more"), "{look:?}");
}

#[tokio::test]
async fn what_another_list_brought_before_is_a_call_once_the_inbox_has_it() {
    let mut world = world(&["acme"], &[]).await;
    let state = std::sync::Arc::clone(&world.forum.state);
    let says = move || {
        state.lock().unwrap().comment("bob", LINK, &format!("u/{ACCOUNT} hello"));
    };
    // It is said after the inbox was read, and before the subreddit is.
    world.forum.troubles().next(On::Reads, [Trouble::Fine, Trouble::Meanwhile(Box::new(says))]);
    let addressed = |batch: &Batch| batch.posts.iter().map(|p| p.addressed).collect::<Vec<bool>>();
    assert_eq!(addressed(&world.poll().await), [false]);
    assert_eq!(addressed(&world.poll().await), [true]);
    assert_eq!(world.poll().await.posts, Vec::new());
}

#[tokio::test]
async fn a_list_that_is_refused_keeps_back_no_other() {
    let mut world = world(&["acme"], &[]).await;
    world.clock.pass(1);
    let called = world.forum.says("bob", "acme is down");
    let said = world.forum.state().comment("cleo", LINK, "I like it");
    // The inbox, our own, the comments and the posts of the subreddit.
    let refused = [Trouble::Fine, Trouble::Fine, Trouble::Status(403), Trouble::Status(404)];
    world.forum.troubles().next(On::Reads, refused);
    assert_eq!(ids(&world.poll().await), [&*called]);
    assert_eq!(world.reddit.notes(now()).len(), 2);
    assert_eq!(world.poll().await.posts, Vec::new(), "left alone");
    world.clock.pass(1_000);
    assert_eq!(ids(&world.poll().await), [&*said], "nothing is lost");
    assert_eq!(world.reddit.notes(now()), Vec::<String>::new());
}

#[tokio::test]
async fn what_reddit_does_not_show_is_neither_deleted_nor_unsent() {
    let mut world = world(&[], &[]).await;
    let post = world.mention().await;
    let reply = world.reply(&post, "hello");
    let sent = world.reddit.reply(&reply, world.clock.now()).await.unwrap();
    let other = world.reply(&post, "good bye");
    for status in [301, 400, 403, 422] {
        world.forum.troubles().next(On::Reads, [Trouble::Status(status)]);
        let error = world.reddit.look(&post).await.unwrap_err();
        assert!(matches!(&error, CallError::Never { why } if why.contains("does not show")), "{status}: {error:?}");
        // Our own comments are shown, the conversation is not.
        world.forum.troubles().next(On::Reads, [Trouble::Fine, Trouble::Status(status)]);
        let error = world.reddit.find_reply(&other).await.unwrap_err();
        assert!(matches!(error, CallError::Never { .. }), "{status}: {error:?}");
    }
    assert_eq!(world.reddit.find_reply(&other).await.unwrap(), None);
    // The desk's clock may be ahead of Reddit's by anything.
    let ahead = Outgoing { at: reply.at + SignedDuration::from_hours(48), ..reply };
    let found = world.reddit.find_reply(&ahead).await.unwrap();
    assert_eq!(found.map(|s| s.external_id), Some(sent.external_id));
    world.forum.state().remove(&post.external_id);
    let error = world.reddit.find_reply(&other).await.unwrap_err();
    assert!(matches!(error, CallError::Never { .. }), "{error:?}");
}
