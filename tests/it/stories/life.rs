//! The life of a mention, from the post to the figures: the same in every chat.

use crate::harness::World;

super::everywhere! {
    a_question_is_heard_claimed_drafted_answered_and_measured,
    the_same_post_again_is_the_same_mention,
    numbers_are_short_and_without_gaps,
    a_snoozed_mention_comes_back_with_one_line,
    what_is_due_turns_overdue_once,
    a_read_only_network_links_out_and_takes_a_persons_word,
    notes_and_tags_and_kinds_never_stop_the_clock,
}

async fn a_question_is_heard_claimed_drafted_answered_and_measured(desk: World) {
    desk.hears("Hello Acme, is the app down for everybody?").from("bob").on("mastodon").await;
    let room = desk.room();
    assert!(room.contains("Question") && room.contains("mastodon") && room.contains("#1"), "{room}");
    assert!(room.contains("is the app down for everybody?"), "{room}");

    desk.waits("5m").await;
    let said = desk.person("ana").runs("claim 1").await;
    assert!(said.contains("#1"), "{said}");
    desk.settles().await;
    assert!(desk.room().contains("Claimed by Ana"));

    desk.waits("10m").await;
    let preview = desk.person("ana").runs("reply 1 We are back, sorry for the wait!").await;
    assert!(preview.contains("We are back, sorry for the wait!") && preview.contains("[Send"), "{preview}");
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty(), "a preview sends nothing");
    assert!(desk.room().contains("Draft v1"));

    desk.waits("14m").await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    let room = desk.room();
    assert!(room.contains("Replied") && room.contains("Ana") && room.contains("29 min"), "{room}");

    let stats = desk.person("ana").runs("stats").await;
    assert!(stats.contains("29 min"), "{stats}");
    desk.ends().await;
}

async fn the_same_post_again_is_the_same_mention(mut desk: World) {
    desk.hears("Acme is great").from("bob").on("mastodon").under_id("p1").await;
    desk.hears("Acme is great").from("bob").on("mastodon").under_id("p1").await;
    assert_eq!(desk.room().matches("Acme is great").count(), 1);
    desk.restarts().await;
    desk.hears("Acme is great").from("bob").on("mastodon").under_id("p1").await;
    assert_eq!(desk.room(), "");
    assert_eq!(desk.mentions().await, 1);
    desk.ends().await;
}

async fn numbers_are_short_and_without_gaps(desk: World) {
    for n in 1..=5 {
        desk.hears(&format!("Acme, question {n}?")).from("bob").on("mastodon").await;
        desk.hears("nothing to do with us").from("eve").on("mastodon").await;
    }
    let room = desk.room();
    for n in 1..=5 {
        assert!(room.contains(&format!("#{n}")), "{room}");
    }
    assert_eq!(desk.mentions().await, 5);
    desk.ends().await;
}

async fn a_snoozed_mention_comes_back_with_one_line(desk: World) {
    desk.hears("Acme, when do you open?").from("bob").on("mastodon").await;
    desk.person("ana").runs("claim 1").await;
    desk.person("ana").runs("snooze 1 2h").await;
    desk.settles().await;
    assert!(desk.room().contains("Snoozed"));
    desk.waits("1h 59m").await;
    assert!(!desk.room().contains("Back from snooze"));
    desk.waits("2m").await;
    let room = desk.room();
    assert_eq!(room.matches("Back from snooze").count(), 1, "{room}");
    desk.ends().await;
}

async fn what_is_due_turns_overdue_once(desk: World) {
    desk.hears("Acme, this is broken and useless, terrible service").from("bob").on("mastodon").await;
    desk.room();
    desk.waits("59m").await;
    assert_eq!(desk.room(), "");
    desk.waits("2m").await;
    assert!(desk.room().to_lowercase().contains("overdue"));
    desk.waits("3h").await;
    assert_eq!(desk.room(), "");
    let queue = desk.person("ana").runs("queue overdue").await;
    assert!(queue.contains("#1"), "{queue}");
    desk.ends().await;
}

async fn a_read_only_network_links_out_and_takes_a_persons_word(desk: World) {
    desk.hears("Does anybody use Acme?").from("bob").on("news").await;
    let room = desk.room();
    assert!(room.to_lowercase().contains("read-only") || room.to_lowercase().contains("read only"), "{room}");
    assert!(room.contains("https://social.test/"), "{room}");
    let said = desk.person("ana").runs("reply 1 hello").await;
    assert!(said.contains("done 1 answered"), "{said}");
    desk.waits("30m").await;
    desk.person("ana").runs("done 1 answered").await;
    desk.settles().await;
    assert!(desk.room().contains("30 min"));
    desk.ends().await;
}

async fn notes_and_tags_and_kinds_never_stop_the_clock(desk: World) {
    desk.hears("Acme, where is my parcel?").from("bob").on("mastodon").await;
    for line in ["note 1 asked the warehouse", "tag 1 +parcel", "kind 1 complaint"] {
        desk.person("ana").runs(line).await;
    }
    desk.settles().await;
    let room = desk.room().to_lowercase();
    assert!(room.contains("asked the warehouse") && room.contains("parcel") && room.contains("complaint"), "{room}");
    let mention = desk.mention(1).await;
    assert!(mention.cycle().response.is_none());
    assert!(!mention.state.is_closed());
    desk.ends().await;
}
