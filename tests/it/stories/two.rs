//! One desk over two chats: what is done in one is seen in the other, and the trouble of one is its own.

use crate::harness::{Pair, Trouble, What};
use hearback::chat::FrontDesk;
use hearback::desk::Desk;
use hearback::domain::{ChatName, MentionNo, Person, PersonId};

const CHATS: [&str; 2] = ["left", "right"];

fn lines(pair: &Pair, chat: &str) -> Vec<(u64, String)> {
    pair.room(chat).lines()
}

#[tokio::test]
async fn what_is_done_in_one_chat_is_shown_in_both() {
    let pair = Pair::new().await;
    pair.hears("Acme, is the app down?").await;
    for chat in CHATS {
        assert_eq!(pair.room(chat).shows(1).as_deref(), Some("Open"), "{chat}");
    }
    assert!(pair.runs("left", "ana", "claim 1").await.contains("#1 is yours"));
    pair.passes(2).await;
    let shown = CHATS.map(|chat| pair.room(chat).shows(1).unwrap());
    assert!(shown[0].contains("Claimed") && shown[0] == shown[1], "{shown:?}");
    // Ana goes on in the other chat, as the same person; `last` is what she touched in the first.
    assert!(pair.runs("right", "ana", "note last seen in the logs").await.contains("Noted on #1"));
    pair.runs("left", "ana", "draft mine Hello").await;
    pair.passes(3).await;
    assert_eq!(lines(&pair, "left"), lines(&pair, "right"));
    assert_eq!(lines(&pair, "left").len(), 2);
    for chat in CHATS {
        assert_eq!(pair.room(chat).standing(1), 1, "{chat}");
    }
    pair.ends().await;
}

#[tokio::test]
async fn a_race_across_chats_has_one_winner_and_each_is_told_in_their_own() {
    let pair = Pair::new().await;
    for n in 1..=20 {
        pair.hears(&format!("Acme, question {n}?")).await;
        let line = format!("claim {n}");
        let (ana, sam) = tokio::join!(pair.runs("left", "ana", &line), pair.runs("right", "sam", &line));
        let holder = pair.mention(n).await.holder.unwrap().by;
        let (winner, loser, name) = if holder.as_str() == "ana" { (ana, sam, "Ana") } else { (sam, ana, "Sam") };
        assert!(winner.contains(&format!("#{n} is yours")), "{winner}");
        assert!(loser.contains(&format!("{name} holds #{n}")), "{loser}");
    }
    pair.passes(30).await;
    for chat in CHATS {
        for n in 1..=20 {
            assert!(pair.room(chat).shows(n).unwrap().contains("Claimed"), "{chat} {n}");
        }
        assert_eq!(pair.room(chat).messages("support"), [] as [&str; 0], "what one person reads is for them alone");
    }
    pair.ends().await;
}

#[tokio::test]
async fn a_card_that_is_lost_in_one_chat_comes_back_there_alone() {
    let pair = Pair::new().await;
    pair.hears("Acme, is the app down?").await;
    let before = (pair.card("left", 1).await, pair.card("right", 1).await);
    pair.room("right").delete(|no, _| no == Some(1));
    pair.runs("left", "ana", "claim 1").await;
    pair.runs("left", "ana", "note 1 a remark").await;
    pair.passes(10).await;
    for chat in CHATS {
        assert_eq!(pair.room(chat).standing(1), 1, "{chat}");
        assert!(pair.room(chat).shows(1).unwrap().contains("Claimed"), "{chat}");
        assert_eq!(lines(&pair, chat).len(), 1, "{chat}");
    }
    assert_eq!(pair.room("left").cards().len(), 1, "nothing was posted anew in the other");
    assert_eq!(pair.room("right").cards().len(), 2);
    assert_eq!(pair.card("left", 1).await, before.0);
    assert_ne!(pair.card("right", 1).await, before.1);
    pair.ends().await;
}

#[tokio::test]
async fn a_chat_that_is_down_delays_nothing_in_the_other_and_misses_nothing() {
    let pair = Pair::new().await;
    pair.room("right")
        .will(usize::MAX, Trouble::Later(Some(20)), |call| call.at < "2026-03-02T10:01:00Z".parse().unwrap());
    pair.hears("Acme, is the app down?").await;
    assert!(pair.runs("left", "ana", "claim 1").await.contains("#1 is yours"));
    assert!(pair.runs("right", "sam", "note 1 I can read, though").await.contains("Noted on #1"));
    pair.passes(3).await;
    assert!(pair.room("left").shows(1).unwrap().contains("Claimed"));
    assert_eq!(lines(&pair, "left").len(), 1);
    assert_eq!(pair.room("right").shows(1), None);
    pair.passes(120).await;
    assert!(pair.room("right").shows(1).unwrap().contains("Claimed"));
    assert_eq!(lines(&pair, "right").len(), 1);
    assert_eq!(pair.room("left").calls().iter().filter(|call| call.done).count(), 3, "a card, its edit, a line");
    pair.ends().await;
}

#[tokio::test]
async fn a_person_in_both_chats_is_pinged_once_and_everybody_where_they_are() {
    let pair = Pair::new().await;
    pair.room("left").knows(&["ana", "sam"]);
    pair.room("right").knows(&["ana", "81234"]);
    let only_right = Person { id: PersonId::new("81234"), name: "Sue".to_owned(), ..crate::harness::staff("ana") };
    let front: &Desk = pair.desk();
    FrontDesk::meet(front, &only_right).await;
    pair.hears("Acme, is the app down?").await;
    pair.hears("I love Acme!").await;
    for (line, left, right) in [
        ("claim 1 @ana", vec!["ana"], vec![]),
        ("claim 1 @sue", vec![], vec!["81234"]),
        ("claim 1 @sam", vec!["sam"], vec![]),
        ("claim 1 @root", vec![], vec![]),
        // Its card is in the right chat alone.
        ("claim 2 @ana", vec![], vec!["ana"]),
        ("claim 2 @sam", vec![], vec![]),
    ] {
        let before = CHATS.map(|chat| pair.room(chat).pings().len());
        pair.runs("left", "lee", line).await;
        pair.passes(3).await;
        let after = CHATS.map(|chat| pair.room(chat).pings());
        assert_eq!(after[0][before[0]..], left, "{line}: left");
        assert_eq!(after[1][before[1]..], right, "{line}: right");
    }
    pair.ends().await;
}

#[tokio::test]
async fn a_ping_is_not_made_twice_when_its_chat_stumbles() {
    let pair = Pair::new().await;
    pair.hears("Acme, is the app down?").await;
    pair.room("left").will(2, Trouble::AnswerLost, |call| matches!(call.what, What::Line(..)));
    pair.runs("right", "lee", "claim 1 @ana").await;
    pair.passes(90).await;
    assert_eq!((pair.room("left").pings(), pair.room("right").pings()), (vec!["ana".to_owned()], Vec::new()));
    pair.ends().await;
}

#[tokio::test]
async fn where_a_card_can_never_stand_nobody_waits_for_a_ping() {
    let pair = Pair::new().await;
    pair.room("left").will(1, Trouble::Never, |call| matches!(call.what, What::Card(_)));
    pair.hears("Acme, is the app down?").await;
    pair.runs("right", "lee", "claim 1 @ana").await;
    pair.passes(3).await;
    assert_eq!((pair.room("left").pings(), pair.room("right").pings()), (Vec::new(), vec!["ana".to_owned()]));
    assert!(pair.errors().contains("the chat will not take it"));
    // The line for the thread that is not there is given up in the end.
    pair.skips_in_steps(40, 1_800).await;
    pair.ends().await;
}

#[tokio::test]
async fn the_same_message_id_and_the_same_delivery_key_mean_another_thing_in_the_other_chat() {
    let pair = Pair::new().await;
    pair.hears("I love Acme!").await;
    pair.hears("Acme, is the app down?").await;
    let (in_left, in_right) = (pair.card("left", 2).await.unwrap(), pair.card("right", 1).await.unwrap());
    assert_eq!(in_left, in_right, "the first message of each chat");
    let note = "note a remark";
    for (chat, no) in [("left", 2), ("right", 1)] {
        let said = pair.gives(chat, "ana", note, Some(in_left.clone()), Some("d1")).await.unwrap();
        assert!(format!("{said:?}").contains(&format!("#{no},")), "{chat}: {said:?}");
        let again = pair.gives(chat, "ana", note, Some(in_left.clone()), Some("d1")).await.unwrap();
        assert!(format!("{again:?}").contains("already done"), "{chat}: {again:?}");
        assert_eq!(pair.mention(no).await.notes.len(), 1);
    }
    let link = format!("https://left.test/{in_left}");
    assert!(pair.runs("right", "ana", &format!("claim {link}")).await.contains("#2 is yours"));
    let front: &Desk = pair.desk();
    let card = async |chat: &str| FrontDesk::card(front, &ChatName::new(chat), &in_left).await.unwrap();
    assert_eq!((card("left").await, card("right").await), (Some(MentionNo(2)), Some(MentionNo(1))));
    pair.ends().await;
}

#[tokio::test]
async fn the_digest_and_what_everybody_must_know_come_to_both() {
    let pair = Pair::new().await;
    pair.hears("Acme, is the app down?").await;
    pair.runs("right", "root", "pause an incident").await;
    pair.passes(3).await;
    for chat in CHATS {
        let said = pair.room(chat).messages("support");
        assert!(said.len() == 1 && said[0].contains("Paused by Root"), "{chat}: {said:?}");
    }
    pair.runs("left", "root", "resume").await;
    assert!(pair.runs("left", "lee", "digest at 12:00").await.contains("12:00"));
    assert!(pair.runs("right", "lee", "digest").await.contains("09:00"), "each channel has its own");
    pair.passes(3).await;
    for (seconds, in_left, in_right) in [(7_200, 1, 0), (22 * 3600, 1, 1)] {
        pair.skips(seconds);
        pair.passes(3).await;
        let digests = |chat: &str| {
            let about = |text: &&String| text.starts_with("Digest for");
            pair.room(chat).messages("support").iter().filter(about).count()
        };
        assert_eq!(
            (digests("left"), digests("right")),
            (in_left, in_right),
            "after {seconds} s: {:?}",
            pair.room("left").messages("support")
        );
    }
    pair.ends().await;
}

#[tokio::test]
async fn a_reply_is_sent_once_whichever_chat_it_is_sent_from() {
    let pair = Pair::new().await;
    pair.hears("Acme, is the app down?").await;
    pair.runs("left", "ana", "reply 1 It is back.").await;
    let (left, right) = tokio::join!(pair.runs("left", "ana", "send 1 1"), pair.runs("right", "ana", "send 1 1"));
    let done = [&left, &right].iter().filter(|said| said.contains("is on its way to")).count();
    assert_eq!(done, 1, "{left}\n{right}");
    pair.passes(5).await;
    assert_eq!(pair.network().arrived().len(), 1);
    for chat in CHATS {
        assert!(pair.room(chat).shows(1).unwrap().contains("Replied"), "{chat}");
        assert!(lines(&pair, chat).iter().any(|(_, text)| text.contains("Sent by")), "{chat}");
    }
    pair.ends().await;
}
