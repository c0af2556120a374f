//! What is done besides answering: likes, reposts, follows, deleted replies. Each once, and none of it is a response.

use crate::harness::{Next, World};
use hearback::domain::{Card, Ending, State};
use jiff::Timestamp;

fn able(desk: &World) {
    desk.network("mastodon").can(|can| {
        (can.like, can.repost, can.follow, can.undo, can.retract) = (true, true, true, true, true);
    });
}

async fn ready() -> World {
    let desk = World::new().await;
    able(&desk);
    desk
}

async fn ending(desk: &World) -> Ending {
    let facts = desk.desk().store().facts(Timestamp::MIN, Timestamp::MAX).await.unwrap();
    assert_eq!(facts.rows.len(), 1, "{facts:?}");
    facts.rows[0].ending
}

async fn replied() -> World {
    let desk = ready().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").in_conversation("c1").await;
    desk.waits("10m").await;
    desk.person("ana").runs("reply 1 We are on it").await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    assert_eq!(desk.mention(1).await.state, State::Replied);
    desk.room();
    desk
}

/// The button that deletes, as the question offers it.
fn delete(said: &str) -> &str {
    let (_, rest) = said.split_once("[Delete it: ").unwrap_or_else(|| panic!("{said}"));
    rest.split_once(']').unwrap().0
}

#[tokio::test]
async fn a_like_is_done_once_shown_and_no_answer() {
    let mut desk = ready().await;
    desk.hears("I love Acme, wonderful!").from("bob").on("mastodon").await;
    desk.room();
    let card = Card::of(&desk.mention(1).await);
    assert_eq!(card.more[0].command, "like 1", "praise offers it first");
    desk.person("ana").runs("like 1").await;
    let twice = desk.person("sam").runs("like 1").await;
    assert!(twice.contains("on its way"), "{twice}");
    desk.settles().await;
    let room = desk.room();
    assert!(room.contains("Liked by") && room.contains("liked by"), "the thread and the card: {room}");
    let twice = desk.person("sam").runs("like 1").await;
    assert!(twice.contains("already") && twice.contains("like 1 undo"), "{twice}");
    let mention = desk.mention(1).await;
    assert_eq!(mention.state, State::Open);
    assert!(mention.cycle().response.is_none());
    assert_eq!(ending(&desk).await, Ending::Waiting);
    assert_eq!(desk.network("mastodon").deeds().len(), 1);

    desk.restarts().await;
    desk.person("sam").runs("like 1 undo").await;
    desk.settles().await;
    assert!(desk.network("mastodon").stands().is_empty());
    assert!(desk.room().contains("Like taken back"));
    let none = desk.person("sam").runs("like 1 undo").await;
    assert!(none.contains("Nothing to take back"), "{none}");
    desk.ends().await;
}

#[tokio::test]
async fn what_the_network_cannot_do_is_refused_with_the_post() {
    let desk = World::new().await;
    desk.hears("I love Acme, wonderful!").from("bob").on("mastodon").await;
    desk.room();
    let card = Card::of(&desk.mention(1).await);
    assert!(card.more.iter().all(|b| !b.command.starts_with("like")), "not offered: {card:?}");
    for line in ["like 1", "repost 1", "follow 1", "like 1 undo"] {
        let said = desk.person("ana").runs(line).await;
        assert!(said.contains("https://social.test/post-1"), "{line}: {said}");
    }
    desk.settles().await;
    assert!(desk.network("mastodon").deeds().is_empty());
    desk.ends().await;
}

#[tokio::test]
async fn a_deed_is_repeated_until_it_is_known_and_stands_once() {
    let mut desk = ready().await;
    desk.hears("I love Acme, wonderful!").from("bob").on("mastodon").await;
    desk.network("mastodon").will_do([Next::AcceptThenDrop, Next::Busy, Next::DropBefore]);
    desk.person("ana").runs("repost 1").await;
    desk.person("ana").runs("follow 1").await;
    desk.waits("30m").await;
    desk.restarts().await;
    desk.waits("30m").await;
    let stands = desk.network("mastodon").stands();
    assert_eq!(stands.into_iter().collect::<Vec<_>>(), ["follow:post-1", "repost:post-1"]);
    let room = desk.room();
    assert!(room.contains("Reposted by") && room.contains("Author followed by"), "{room}");
    desk.ends().await;
}

#[tokio::test]
async fn who_asked_hears_that_it_failed() {
    let desk = ready().await;
    desk.hears("I love Acme, wonderful!").from("bob").on("mastodon").await;
    desk.room();
    desk.network("mastodon").will_do([Next::Refuse("the post is gone")]);
    desk.person("ana").runs("like 1").await;
    desk.settles().await;
    let room = desk.room();
    assert!(room.contains("Not liked") && room.contains("the post is gone") && room.contains("Ana"), "{room}");
    desk.person("ana").runs("like 1").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").stands().len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_pause_holds_deeds_up_too() {
    let desk = ready().await;
    desk.hears("I love Acme, wonderful!").from("bob").on("mastodon").await;
    desk.person("ana").runs("like 1").await;
    desk.person("root").runs("pause").await;
    desk.waits("10m").await;
    assert!(desk.network("mastodon").deeds().is_empty());
    let said = desk.person("ana").runs("repost 1").await;
    assert!(said.contains("paused"), "{said}");
    desk.person("root").runs("resume").await;
    desk.waits("1m").await;
    assert_eq!(desk.network("mastodon").deeds().len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_reply_does_not_wait_for_a_like() {
    let desk = ready().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.network("mastodon").will_do([Next::Busy, Next::Busy, Next::Busy]);
    desk.person("ana").runs("like 1").await;
    desk.person("ana").runs("reply 1 We are on it").await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    assert_eq!(desk.mention(1).await.state, State::Replied);
    assert!(desk.network("mastodon").deeds().is_empty(), "the network is busy");
    desk.waits("30m").await;
    assert_eq!(desk.network("mastodon").deeds().len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_deleted_reply_is_no_response_and_the_wait_goes_on() {
    let mut desk = replied().await;
    let started = desk.mention(1).await.cycle().started_at;
    assert!(matches!(ending(&desk).await, Ending::Answered(_)));
    let said = desk.person("ana").runs("retract 1").await;
    assert!(said.contains("We are on it"), "shows what is deleted: {said}");
    assert!(desk.network("mastodon").deeds().is_empty(), "it asks first");
    let line = delete(&said).to_owned();
    desk.network("mastodon").will_do([Next::AcceptThenDrop]);
    desk.person("ana").runs(&line).await;
    desk.waits("30m").await;
    assert!(desk.network("mastodon").stands().is_empty());
    let mention = desk.mention(1).await;
    assert_eq!(mention.state, State::Claimed, "whoever had it has it again");
    assert_eq!((mention.cycle().started_at, mention.cycle_no()), (started, 1));
    assert_eq!(ending(&desk).await, Ending::Waiting);
    let room = desk.room();
    assert!(room.contains("Reply deleted") && room.contains("waits on"), "{room}");
    desk.waits("2h").await;
    assert!(desk.mention(1).await.overdue, "what is due is due again");

    // The old button deletes nothing newer.
    desk.person("ana").runs("reply 1 It is up again").await;
    desk.person("ana").runs("send 1 2").await;
    desk.settles().await;
    let old = desk.person("ana").runs(&line).await;
    assert!(old.contains("not the last reply") && old.contains("It is up again"), "{old}");
    desk.settles().await;
    assert_eq!(desk.network("mastodon").stands().len(), 1);
    // What was deleted may still be handed in by a list that lags: it is no answer.
    desk.restarts().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn another_response_of_the_wait_counts_when_the_first_is_deleted() {
    let desk = replied().await;
    desk.waits("5m").await;
    let native = desk.now();
    desk.hears("here is how").from("acmehelp").on("mastodon").answering("post-1").in_conversation("c1").await;
    assert_eq!(desk.mention(1).await.cycle().responses().count(), 2);
    assert_eq!(desk.mention(1).await.state, State::Replied);
    let said = desk.person("ana").runs("retract 1").await;
    desk.person("ana").runs(delete(&said)).await;
    desk.settles().await;
    let mention = desk.mention(1).await;
    assert!(mention.state.is_closed());
    assert_eq!(mention.cycle().response.as_ref().unwrap().at, native);
    let said = desk.person("ana").runs("retract 1").await;
    assert!(said.contains("not from here"), "{said}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_reply_deleted_after_the_author_wrote_again_was_never_there() {
    let desk = replied().await;
    let started = desk.mention(1).await.cycle().started_at;
    desk.waits("5m").await;
    desk.hears("does not help").from("bob").on("mastodon").in_conversation("c1").await;
    assert_eq!(desk.mention(1).await.cycle_no(), 2);
    let said = desk.person("root").runs("retract 1").await;
    desk.person("root").runs(delete(&said)).await;
    desk.settles().await;
    let mention = desk.mention(1).await;
    assert_eq!((mention.state, mention.cycle_no(), mention.cycle().started_at), (State::Open, 1, started));
    assert_eq!(ending(&desk).await, Ending::Waiting);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_was_not_sent_from_here_is_not_deleted_from_here() {
    let desk = ready().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    let said = desk.person("ana").runs("retract 1").await;
    assert!(said.contains("No reply"), "{said}");
    desk.person("ana").runs("done 1 answered").await;
    let said = desk.person("ana").runs("retract 1").await;
    assert!(said.contains("did not send") && said.contains("reopen 1"), "{said}");
    desk.settles().await;
    assert!(desk.network("mastodon").deeds().is_empty());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_numbered_thread_is_deleted_from_its_end() {
    let desk = ready().await;
    desk.network("mastodon").can(|can| can.thread = true);
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.person("ana").runs(&format!("draft 1 {}", "We are looking into it and will tell you more. ".repeat(12))).await;
    desk.person("ana").runs("split 1").await;
    let version = desk.mention(1).await.draft().unwrap().version;
    desk.person("ana").runs(&format!("send 1 {version}")).await;
    desk.settles().await;
    let parts = desk.network("mastodon").stands().len();
    assert!(parts >= 2, "{parts}");
    assert_eq!(desk.mention(1).await.state, State::Replied);
    let said = desk.person("ana").runs("retract 1").await;
    desk.person("ana").runs(delete(&said)).await;
    desk.settles().await;
    let deeds = desk.network("mastodon").deeds();
    let first = deeds[0].targets.last().unwrap();
    assert_eq!(deeds[0].targets.len(), parts);
    assert!(!first.contains("-p2"), "the first part goes last: {deeds:?}");
    assert!(desk.network("mastodon").stands().is_empty());
    let mention = desk.mention(1).await;
    assert_eq!(mention.state, State::Claimed);
    assert!(mention.cycle().response.is_none() && mention.thread.is_empty());
    desk.room();
    desk.ends().await;
}
