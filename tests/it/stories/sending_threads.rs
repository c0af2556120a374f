//! A long answer as a numbered thread: on purpose, and each of its posts once.

use crate::harness::{Next, World};
use hearback::domain::{Idempotency, State};
use std::time::Duration;

/// About 600 characters: three posts.
pub fn long() -> String {
    (1..=12).map(|n| format!("This is sentence number {n} of a rather long answer.")).collect::<Vec<_>>().join(" ")
}

/// A desk with a thread of three posts that Ana has seen in a preview.
pub async fn split(idempotency: Idempotency) -> World {
    let desk = World::with_network(idempotency).await;
    desk.network("mastodon").can(|can| can.thread = true);
    desk.hears("Acme, is it down?").from("bob").on("mastodon").under_id("p1").in_conversation("c").await;
    let said = desk.person("ana").runs(&format!("reply 1 {}", long())).await;
    assert!(said.contains("Not sent") && said.contains("split 1"), "{said}");
    let said = desk.person("ana").runs("split 1").await;
    assert!(said.contains("3 posts") && said.contains("(2/3)") && said.contains("of 280"), "{said}");
    assert!(said.contains("send 1 2"), "{said}");
    desk.settles().await;
    desk.room();
    desk
}

async fn sends(desk: &World) {
    desk.person("ana").runs("send 1 2").await;
    desk.settles().await;
}

/// Each of the three is there once, each below the one before.
fn whole(desk: &World) {
    let arrived = desk.network("mastodon").arrived();
    let texts: Vec<&str> = arrived.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts.len(), 3, "{texts:#?}");
    for (i, text) in texts.iter().enumerate() {
        assert!(text.ends_with(&format!("({}/3)", i + 1)) && text.chars().count() <= 280, "{text}");
    }
    let parents = desk.network("mastodon").parents();
    assert_eq!(parents[0], "p1");
    assert_eq!(parents[1], format!("re-{}", arrived[0].0));
    assert_eq!(parents[2], format!("re-{}", arrived[1].0));
}

#[tokio::test]
async fn a_thread_goes_out_post_by_post() {
    let desk = split(Idempotency::Look).await;
    assert!(desk.network("mastodon").arrived().is_empty(), "nothing goes out by itself");
    sends(&desk).await;
    whole(&desk);
    let mention = desk.mention(1).await;
    assert_eq!(mention.state, State::Replied);
    assert_eq!(mention.own_ids().count(), 3);
    // The author answers the last post: that is about the same mention.
    desk.sleeps("5m").await;
    let last = mention.own_ids().last().unwrap().to_owned();
    desk.hears("thanks").from("bob").on("mastodon").answering(&last).await;
    assert_eq!(desk.mention(1).await.cycle_no(), 2);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn where_an_answer_cannot_go_on_it_is_not_split() {
    let desk = World::with_network(Idempotency::Look).await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    let said = desk.person("ana").runs(&format!("reply 1 {}", long())).await;
    assert!(said.contains("too many") && !said.contains("split"), "{said}");
    let said = desk.person("ana").runs("split 1").await;
    assert!(said.contains("no answer in several posts"), "{said}");
    desk.network("mastodon").can(|can| can.thread = true);
    desk.person("ana").runs("draft 1 short").await;
    assert!(desk.person("ana").runs("split 1").await.contains("fits into one post"));
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_is_cut_between_two_posts_goes_on_where_it_was() {
    for idempotency in [Idempotency::Key, Idempotency::Look] {
        let mut desk = split(idempotency).await;
        desk.network("mastodon").will([Next::Accept, Next::AcceptThenDrop, Next::DropBefore, Next::AcceptThenDie]);
        desk.person("ana").runs("send 1 2").await;
        for _ in 0..60 {
            desk.settles_or_dies().await;
            desk.clock().advance(Duration::from_secs(15));
        }
        whole(&desk);
        assert_eq!(desk.mention(1).await.state, State::Replied, "{idempotency:?}");
        desk.room();
        desk.ends().await;
    }
}

#[tokio::test]
async fn half_a_thread_is_an_answer_and_its_rest_can_follow() {
    let desk = split(Idempotency::Look).await;
    let asked = desk.now();
    desk.network("mastodon").will([Next::Accept, Next::Refuse("the text looks like spam to it")]);
    sends(&desk).await;
    let room = desk.room();
    assert!(room.contains("1 of 3 posts are out: the text looks like spam"), "{room}");
    assert!(desk.person("ana").runs("show 1").await.contains("Send the rest"));
    let mention = desk.mention(1).await;
    assert_eq!(mention.state, State::Replied);
    assert_eq!(mention.cycle().response.as_ref().unwrap().at, asked, "the first post's time");
    desk.sleeps("1h").await;
    desk.person("ana").runs("send 1 2").await;
    desk.settles().await;
    whole(&desk);
    let mention = desk.mention(1).await;
    assert_eq!((mention.state, mention.cycle_no()), (State::Replied, 1));
    assert_eq!(mention.cycle().response.as_ref().unwrap().at, asked);
    // Nothing is left to send.
    desk.person("ana").runs("send 1 2").await;
    desk.settles().await;
    whole(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn whether_a_later_post_is_there_may_be_for_a_person_to_say() {
    for there in [true, false] {
        let desk = split(Idempotency::None).await;
        desk.network("mastodon").will([Next::Accept, if there { Next::AcceptThenDrop } else { Next::DropBefore }]);
        sends(&desk).await;
        assert_eq!(desk.mention(1).await.state, State::Unknown);
        let room = desk.room();
        assert!(room.contains("1 of 3 posts are out, and of the next one it is not known"), "{room}");
        if there {
            desk.person("ana").runs("done 1 answered").await;
            desk.settles().await;
            assert_eq!(desk.network("mastodon").arrived().len(), 2);
            assert!(desk.mention(1).await.state.is_closed());
        } else {
            let said = desk.person("ana").runs("reopen 1").await;
            assert!(said.contains("send 1 2"), "{said}");
            desk.person("ana").runs("send 1 2").await;
            desk.settles().await;
            whole(&desk);
        }
        assert_eq!(desk.mention(1).await.cycle_no(), 1);
        desk.room();
        desk.ends().await;
    }
}

#[tokio::test]
async fn an_approver_sends_a_thread_as_it_was_shown() {
    let desk = World::in_mode("approve").await;
    desk.network("mastodon").can(|can| can.thread = true);
    desk.hears("Acme, is it down?").from("bob").on("mastodon").under_id("p1").await;
    desk.person("ana").runs(&format!("draft 1 {}", long())).await;
    assert!(desk.person("ana").runs("split 1").await.contains("Ask for approval"));
    desk.person("ana").runs("reply 1").await;
    assert_eq!(desk.mention(1).await.state, State::Waiting);
    desk.person("sam").runs("approve 1 v2").await;
    desk.settles().await;
    whole(&desk);
    desk.room();
    desk.ends().await;
}
