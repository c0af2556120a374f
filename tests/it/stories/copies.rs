//! Reposts and copy-paste storms: one card with a counter, and nobody is lost behind it.

use crate::harness::{What, World};
use hearback::domain::{CopiesQuery, DoneReason, Kind, MentionNo, State};
use std::time::Duration;

const FIRST: &str = "Acme charged me twice this month and nobody there answers my mails, what is going on?";

super::everywhere! {
    those_who_say_the_same_are_counted_on_one_card_and_each_can_be_answered,
    whoever_is_claimed_gets_a_card_of_their_own,
    spam_that_is_repeated_is_closed_with_it,
}

/// Three people say what bob said: one shares it, one adds a tag, one changes a word.
async fn storm(desk: &World) {
    desk.hears(FIRST).from("bob").on("mastodon").await;
    desk.hears(&format!("RT @bob: {FIRST}")).from("eve").on("mastodon").heard_by(1000).await;
    desk.hears(&format!("{FIRST} #acmefail #refund")).from("dan").on("mastodon").heard_by(200).await;
    desk.hears(&FIRST.replace("mails", "calls")).from("zoe").on("mastodon").await;
}

/// The counter is brought up to date every few seconds.
async fn counted(desk: &World) -> String {
    desk.waits("10s").await;
    desk.room()
}

async fn copies(desk: &World, of: u64) -> (usize, usize, Vec<u64>) {
    let query = CopiesQuery { of: MentionNo(of), open: false, offset: 0, limit: 50 };
    let copies = desk.desk().store().copies(&query).await.unwrap();
    (copies.total, copies.open, copies.mentions.iter().map(|m| m.no.0).collect())
}

async fn those_who_say_the_same_are_counted_on_one_card_and_each_can_be_answered(desk: World) {
    storm(&desk).await;
    let room = desk.room() + &counted(&desk).await;
    assert!(!["#2 ·", "#3 ·", "#4 ·"].iter().any(|other| room.contains(other)), "one card: {room}");
    assert!(room.contains("+3 more like this by 3 authors, reach 1,200"), "{room}");
    assert_eq!(desk.mentions().await, 4, "each is a mention of its own");
    assert_eq!(copies(&desk, 1).await, (3, 3, vec![2, 3, 4]));

    let list = desk.person("ana").runs("copies 1").await;
    for who in ["#2", "@eve", "#3", "@dan", "#4", "@zoe", "1 to 3 of 3, 3 open"] {
        assert!(list.contains(who), "{who}: {list}");
    }
    let by_another = desk.person("ana").runs("copies 3").await;
    assert!(by_another.contains("1 to 3 of 3, 3 open"), "by whichever is named: {by_another}");

    desk.person("ana").runs("reply 3 Sorry, dan, we have sent the money back!").await;
    desk.person("ana").runs("send 3 1").await;
    let room = counted(&desk).await;
    assert!(room.contains("+2 more like this by 2 authors, reach 1,000"), "counted no more: {room}");
    assert!(room.contains("Says the same as #1"), "a card of its own: {room}");
    assert!(room.contains("we have sent the money back"), "with its thread: {room}");
    let sent = desk.network("mastodon").arrived();
    assert_eq!(sent.len(), 1);
    assert_eq!(desk.mention(3).await.state, State::Replied);
    assert_eq!(copies(&desk, 1).await, (2, 2, vec![2, 4]));
    let stats = desk.person("ana").runs("stats").await;
    assert!(stats.contains('4'), "each has its own clock: {stats}");
    desk.ends().await;
}

async fn whoever_is_claimed_gets_a_card_of_their_own(mut desk: World) {
    storm(&desk).await;
    counted(&desk).await;
    desk.person("ana").runs("claim 2").await;
    let room = counted(&desk).await;
    assert!(room.contains("Claimed by Ana"), "{room}");
    assert!(room.contains("+2 more like this by 2 authors, reach 200"), "{room}");
    assert!(
        !desk.mention(1).await.held_by(&hearback::domain::PersonId::new("ana")),
        "the first one is not claimed by it"
    );
    assert_eq!(desk.mention(2).await.cards.len(), 1);

    let again = desk.person("sam").runs("apart 2").await;
    assert!(again.contains("has a card of its own already"), "{again}");
    let apart = desk.person("sam").runs("apart 4").await;
    assert!(apart.contains("gets a card of its own"), "{apart}");
    let room = counted(&desk).await;
    assert!(room.contains("Says the same as #1") && room.contains("+1 more like this by 1 author"), "{room}");

    desk.restarts().await;
    desk.hears(&format!("So true! {FIRST}")).from("max").on("mastodon").await;
    counted(&desk).await;
    assert_eq!(copies(&desk, 1).await, (2, 2, vec![3, 5]), "known after a restart");
    desk.ends().await;
}

async fn spam_that_is_repeated_is_closed_with_it(desk: World) {
    storm(&desk).await;
    counted(&desk).await;
    let said = desk.person("ana").runs("done 1 spam").await;
    assert!(said.contains("3 others that say the same are still open"), "{said}");
    assert!(said.contains("Close those 3, too"), "{said}");
    let said = desk.person("ana").runs("done 1 spam all").await;
    assert!(said.contains("so are the 3"), "{said}");
    for no in 1..=4 {
        assert_eq!(desk.mention(no).await.state, State::Done(DoneReason::Spam));
    }
    assert!(desk.mention(1).await.lesson.is_some(), "learned from once");
    assert!(desk.mention(2).await.lesson.is_none(), "not from every copy");
    counted(&desk).await;

    desk.hears(&format!("{FIRST} !!!")).from("bot").on("mastodon").await;
    let room = counted(&desk).await;
    assert!(room.contains("+4 more like this") && !room.contains("#5"), "{room}");
    assert_eq!(desk.mention(5).await.state, State::Done(DoneReason::Spam));
    assert_eq!(copies(&desk, 1).await, (4, 0, vec![2, 3, 4, 5]));
    let reopened = desk.person("ana").runs("reopen 5").await;
    assert!(reopened.contains("#5"), "{reopened}");
    assert_eq!(copies(&desk, 1).await, (4, 1, vec![2, 3, 4, 5]), "nobody is lost");
    counted(&desk).await;
    desk.ends().await;
}

#[tokio::test]
async fn what_was_answered_and_is_said_again_is_told_once_and_stays_open() {
    let desk = World::in_mode("direct").await;
    storm(&desk).await;
    counted(&desk).await;
    desk.person("ana").runs("reply 1 We are on it, sorry for the trouble!").await;
    counted(&desk).await;
    desk.hears(&format!("{FIRST} Same here")).from("max").on("mastodon").await;
    let room = counted(&desk).await;
    assert!(room.contains("Said again since") && room.contains("#5"), "{room}");
    assert!(room.contains("+4 more like this"), "{room}");
    desk.hears(&format!("And me. {FIRST}")).from("kim").on("mastodon").await;
    let room = counted(&desk).await;
    assert!(!room.contains("Said again since") && room.contains("+5 more like this"), "once: {room}");
    assert_eq!(desk.mention(5).await.state, State::Open);
    let queue = desk.person("ana").runs("queue").await;
    assert!(queue.contains("#2") && queue.contains("(+4 alike") && !queue.contains("#5"), "one line for all: {queue}");
    desk.ends().await;
}

#[tokio::test]
async fn an_author_who_goes_on_or_says_something_else_has_a_card_of_their_own() {
    let desk = World::new().await;
    desk.hears(FIRST).from("bob").on("mastodon").await;
    desk.hears(&format!("{FIRST} Help!")).from("eve").on("mastodon").under_id("e1").await;
    desk.hears(&format!("{FIRST} Wow!")).from("dan").on("mastodon").under_id("d1").await;
    counted(&desk).await;
    desk.hears("@acmehelp it was 20 pounds, by the way").from("eve").on("mastodon").answering("e1").await;
    let room = counted(&desk).await;
    assert!(room.contains("#2") && room.contains("it was 20 pounds"), "{room}");
    assert_eq!(desk.mention(2).await.lead(), None);
    desk.hears("Acme sent me flowers for my birthday, which I did not expect at all")
        .from("dan")
        .on("mastodon")
        .under_id("d1")
        .await;
    let room = counted(&desk).await;
    assert!(room.contains("#3") && room.contains("flowers"), "{room}");
    assert_eq!(desk.mention(1).await.repeats.total, 0);
    desk.ends().await;
}

#[tokio::test]
async fn not_everything_that_is_alike_is_a_copy() {
    let desk = World::new().await;
    for who in ["bob", "eve"] {
        desk.hears("Thank you, Acme!").from(who).on("mastodon").await;
    }
    assert_eq!(copies(&desk, 1).await.0, 0, "two people say thank you");
    desk.hears(FIRST).from("bob").on("mastodon").await;
    desk.hears(FIRST).from("eve").on("mastodon").in_private().await;
    assert_eq!(copies(&desk, 3).await.0, 0, "nobody else may see it");
    desk.hears(FIRST).from("dan").on("mastodon").addressed().await;
    assert_eq!(copies(&desk, 3).await.0, 0, "whoever talks to us does not wait behind one who does not");
    desk.hears(FIRST).from("zoe").on("mastodon").await;
    assert_eq!(copies(&desk, 5).await.0, 1, "but the other way round");
    desk.hears(FIRST).from("max").on("mastodon").answering("post-3").await;
    assert_eq!(copies(&desk, 3).await.0 + copies(&desk, 5).await.0, 1, "said to bob");
    desk.sleeps("49h").await;
    desk.hears(FIRST).from("kim").on("mastodon").await;
    assert_eq!(copies(&desk, 3).await.0 + copies(&desk, 5).await.0, 1, "too long ago");
    assert_eq!(desk.mention(8).await.cards.len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn without_folding_everybody_has_a_card() {
    let desk = World::without_copies().await;
    storm(&desk).await;
    assert_eq!(desk.room().matches("direct · Acme").count(), 4);
    desk.ends().await;
}

#[tokio::test]
async fn a_storm_of_praise_is_one_line_of_the_digest() {
    let desk = World::new().await;
    let praise = "I love Acme so much, best support that I have ever had, thank you all!";
    for who in ["bob", "eve", "dan", "zoe"] {
        desk.hears(&format!("{praise} {who}")).from(who).on("mastodon").await;
    }
    assert_eq!(desk.mention(1).await.kind, Kind::Praise);
    counted(&desk).await;
    let digest = desk.person("ana").runs("digest preview").await;
    assert!(digest.contains("Unanswered praise: 1") && digest.contains("(+3 alike)"), "{digest}");
    desk.ends().await;
}

#[tokio::test]
async fn a_storm_in_one_batch_and_over_many_is_a_few_messages() {
    let desk = World::paced_with_copies().await;
    for batch in 0..20 {
        for i in 0..25 {
            let n = batch * 25 + i;
            let post = super::post(&format!("s-{n}"), &format!("{FIRST} {n}"), desk.now());
            let author = hearback::domain::Author { id: format!("a{n}"), ..post.author.clone() };
            desk.network("mastodon").says(hearback::domain::Post { author, ..post });
        }
        desk.polls("mastodon").await;
        desk.clock().advance(Duration::from_secs(1));
        desk.settles().await;
    }
    desk.settles_all().await;
    let first = desk.mention(1).await;
    assert_eq!((desk.mentions().await, first.repeats.total, first.repeats.authors), (500, 499, 499));
    assert_eq!(copies(&desk, 1).await.0, 499);
    let calls = desk.chat().calls();
    let cards = calls.iter().filter(|c| matches!(c.what, What::Card(_))).count();
    assert_eq!((desk.chat().cards().len(), cards <= 1), (1, true));
    assert!(calls.len() < 30, "{} messages and edits", calls.len());
    desk.ends().await;
}
