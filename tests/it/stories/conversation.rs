//! The same author writes again; a brand account answers in the network's own app.

use crate::harness::World;
use hearback::domain::{Author, DoneReason, Post, State};
use hearback::networks::CallError;

super::everywhere! {
    a_follow_up_lands_in_the_same_thread_and_reopens,
    other_people_in_the_conversation_are_other_mentions,
    an_unanswered_follow_up_is_the_same_wait,
    a_native_answer_closes_and_counts_with_the_networks_time,
    spam_stays_closed_whatever_its_author_writes,
    what_was_said_before_stands_in_the_thread_of_whoever_works_on_it,
    a_conversation_that_cannot_be_read_holds_up_nothing,
}

async fn a_follow_up_lands_in_the_same_thread_and_reopens(desk: World) {
    desk.hears("Acme, is it down?").from("bob").on("mastodon").in_conversation("c1").await;
    desk.person("ana").runs("reply 1 Back now").await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    desk.waits("20m").await;
    desk.room();
    // No brand name in it: it counts because of the conversation.
    desk.hears("still broken for me").from("bob").on("mastodon").in_conversation("c1").await;
    let room = desk.room();
    assert!(room.contains("still broken for me") && !room.contains("#2"), "{room}");
    let mention = desk.mention(1).await;
    assert_eq!(mention.state, State::Open);
    assert_eq!(mention.cycle_no(), 2);
    assert_eq!(desk.mentions().await, 1);

    // What went out once is no draft any more, and an old button sends nothing.
    desk.person("ana").runs("claim 1").await;
    for line in ["send 1 1", "reply 1", "send 1"] {
        desk.person("ana").runs(line).await;
        desk.settles().await;
        assert_eq!(desk.network("mastodon").arrived().len(), 1, "{line}");
    }

    desk.waits("7m").await;
    desk.person("ana").runs("reply 1 Try again please").await;
    desk.person("ana").runs("send 1 2").await;
    desk.settles().await;
    let mention = desk.mention(1).await;
    let facts = mention.facts();
    assert_eq!(facts.iter().map(hearback::domain::Fact::ttfr_s).collect::<Vec<_>>(), [Some(0), Some(420)]);
    desk.room();
    desk.ends().await;
}

async fn other_people_in_the_conversation_are_other_mentions(desk: World) {
    desk.hears("Acme, is it down?").from("bob").on("mastodon").in_conversation("c1").await;
    desk.hears("Acme is fine for me").from("eve").on("mastodon").in_conversation("c1").await;
    assert_eq!(desk.mentions().await, 2);
    desk.room();
    desk.ends().await;
}

async fn an_unanswered_follow_up_is_the_same_wait(desk: World) {
    desk.hears("Acme, is it down?").from("bob").on("mastodon").in_conversation("c1").await;
    desk.waits("10m").await;
    desk.hears("hello?").from("bob").on("mastodon").in_conversation("c1").await;
    let mention = desk.mention(1).await;
    assert_eq!(mention.cycle_no(), 1);
    assert_eq!(mention.follow_ups.len(), 1);
    desk.room();
    desk.ends().await;
}

async fn a_native_answer_closes_and_counts_with_the_networks_time(desk: World) {
    desk.hears("Acme, is it down?").from("bob").on("mastodon").under_id("p1").in_conversation("c1").await;
    desk.waits("12m").await;
    let answered = desk.now();
    desk.hears("We are back!").from("acmehelp").on("mastodon").answering("p1").in_conversation("c1").await;
    let room = desk.room();
    assert!(room.contains("elsewhere") || room.contains("Elsewhere") || room.contains("Replied"), "{room}");
    let mention = desk.mention(1).await;
    assert_eq!(mention.state, State::Done(DoneReason::Elsewhere));
    assert_eq!(mention.cycle().response.as_ref().unwrap().at, answered);
    assert_eq!(desk.mentions().await, 1, "a brand's own post is no mention");
    let said = desk.person("ana").runs("reply 1 hello").await;
    assert!(said.contains("reopen"), "{said}");
    desk.ends().await;
}

async fn spam_stays_closed_whatever_its_author_writes(desk: World) {
    desk.hears("Acme coins, buy now!!!").from("spam").on("mastodon").in_conversation("c1").await;
    desk.person("ana").runs("done 1 spam").await;
    desk.hears("buy now!!! Acme").from("spam").on("mastodon").in_conversation("c1").await;
    assert!(desk.mention(1).await.state.is_closed());
    desk.room();
    desk.ends().await;
}

async fn what_was_said_before_stands_in_the_thread_of_whoever_works_on_it(desk: World) {
    let said = |id: &str, who: &str, text: &str| {
        let author = Author { id: who.to_owned(), handle: who.to_owned(), ..Author::default() };
        Post { author, ..super::post(id, text, desk.now()) }
    };
    let above = vec![said("p-1", "carol", "My box is grey @everyone"), said("p-2", "acmehelp", "Ours are all blue")];
    desk.network("mastodon").said_above(above);
    desk.hears("Acme, not mine!").from("bob").on("mastodon").answering("p-2").await;
    let card = desk.room();
    assert!(!card.contains("My box is grey"), "nobody works on it yet: {card}");
    desk.person("ana").runs("claim 1").await;
    desk.settles().await;
    let room = desk.room();
    assert!(room.contains("Before that") && room.contains("carol") && room.contains("My box is grey"), "{room}");
    assert!(room.contains("acmehelp (us)"), "{room}");
    let shown = desk.person("ana").runs("show 1").await;
    assert!(shown.contains("Ours are all blue"), "{shown}");
    desk.person("ana").runs("release 1").await;
    desk.person("sam").runs("claim 1").await;
    desk.settles().await;
    assert!(!desk.room().contains("Before that"), "once is enough");
    desk.ends().await;
}

async fn a_conversation_that_cannot_be_read_holds_up_nothing(desk: World) {
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    let down = CallError::Later { why: "connection refused".to_owned(), after: None };
    desk.network("mastodon").fails_above(Some(down));
    desk.hears("Acme, not mine!").from("eve").on("mastodon").answering("p-2").await;
    desk.person("ana").runs("reply 2 Sorry").await;
    desk.person("ana").runs("send 2 1").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.network("mastodon").fails_above(None);
    desk.waits("30m").await;
    desk.room();
    desk.ends().await;
}
