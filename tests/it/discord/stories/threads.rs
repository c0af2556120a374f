//! Threads of cards: opened, named, deleted, put away, locked.

use super::{asked, card, thread};
use crate::discord::fake::{Fail, rights};
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};
use hearback::chat::{Chat, PostKey};
use hearback::domain::{CardPlace, MessageId, Text};

const OPENED: &str = "POST /channels/{channel}/messages/{message}/threads";

fn lines(desk: &World, at: &str, words: &str) -> usize {
    thread(desk, at).iter().filter(|line| line.contains(words)).count()
}

fn healthy(desk: &World) {
    assert_eq!(desk.discord_state().say, "connected");
}

#[tokio::test]
async fn the_first_note_opens_it_without_a_claim_and_it_says_what_it_is_about() {
    let desk = World::in_discord().await;
    let words = "Acme @everyone <@1> **why**\nis `it` \u{202e}down? ".repeat(9);
    desk.hears(&words).from("@here").on("mastodon").await;
    let at = card(&desk);
    assert!(desk.discord().channel(&at).is_none(), "nobody has said anything yet");
    desk.person("ana").runs("note 1 looking into it").await;
    desk.settles().await;
    let opened = desk.discord().channel(&at).unwrap();
    assert!(opened.name.contains("#1") && opened.name.chars().count() <= 100, "{:?}", opened.name);
    assert!(!opened.name.contains(['\n', '\u{202e}']), "{:?}", opened.name);
    assert_eq!(lines(&desk, &at, "looking into it"), 1);
    assert!(desk.discord().pings().is_empty());
    healthy(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn after_a_restart_too_its_first_line_opens_it() {
    let mut desk = World::in_discord().await;
    let at = asked(&desk).await;
    desk.restarts().await;
    desk.person("ana").runs("note 1 after a restart").await;
    desk.settles().await;
    let opened = desk.discord().channel(&at).unwrap();
    assert!(opened.name.contains("#1"), "{:?}", opened.name);
    assert_eq!(lines(&desk, &at, "after a restart"), 1);
    desk.person("ana").runs("claim 1").await;
    desk.settles().await;
    healthy(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn one_that_was_deleted_is_opened_again_at_the_same_card() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    desk.person("ana").runs("claim 1").await;
    desk.settles().await;
    desk.discord().delete_channel(&at);
    desk.person("ana").runs("note 1 where is it").await;
    desk.waits("1m").await;
    assert_eq!(card(&desk), at);
    assert_eq!(lines(&desk, &at, "where is it"), 1);
    healthy(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn where_one_that_was_deleted_cannot_be_opened_again_a_new_card_takes_the_line() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    desk.person("ana").runs("claim 1").await;
    desk.settles().await;
    desk.discord().delete_channel(&at);
    desk.discord().will(OPENED, [Fail::Error(400, 160_004)]);
    desk.person("ana").runs("note 1 where is it").await;
    desk.waits("2m").await;
    let (newest, _) = super::said(&desk, CHANNEL).pop().unwrap();
    assert_ne!(newest, at);
    assert_eq!(lines(&desk, &newest, "where is it"), 1);
    healthy(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_card_that_was_deleted_with_its_thread_leaves_no_trouble_behind() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    desk.discord().delete_message(CHANNEL, &at);
    desk.person("ana").runs("note 1 where did it go").await;
    desk.waits("1m").await;
    let now = card(&desk);
    assert_eq!(lines(&desk, &now, "where did it go"), 1);
    healthy(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_card_that_was_deleted_while_its_thread_lives_on() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    desk.person("ana").runs("note 1 the first").await;
    desk.settles().await;
    desk.discord().delete_message(CHANNEL, &at);
    desk.person("ana").runs("claim 1").await;
    desk.waits("1m").await;
    let now = card(&desk);
    assert_ne!(now, at);
    assert!(desk.discord().room_text(CHANNEL).contains("Claimed]] by Ana"));
    desk.person("ana").runs("note 1 the second").await;
    desk.settles().await;
    assert_eq!(lines(&desk, &now, "the second"), 1, "in the thread of the card that there is");
    assert_eq!(lines(&desk, &at, "the second"), 0);
    // In the old thread nothing is taken for another mention.
    desk.hears("Acme, where is my parcel?").from("eve").on("mastodon").await;
    let said = desk.discord().slash(&user("sam"), &at, "note", &[("text", "to whom?")]).await.text().await;
    assert!(!said.contains("Noted"), "{said}");
    desk.settles().await;
    healthy(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn one_that_was_put_away_wakes_for_a_line() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    desk.person("ana").runs("note 1 the first").await;
    desk.settles().await;
    desk.discord().archive(&at, true);
    desk.person("ana").runs("note 1 the second").await;
    desk.settles().await;
    assert_eq!(lines(&desk, &at, "the second"), 1);
    assert!(!desk.discord().channel(&at).unwrap().thread.unwrap().archived);
    // A week later nobody has touched it, and Discord puts it away by itself.
    desk.sleeps("8d").await;
    assert!(desk.discord().channel(&at).unwrap().thread.unwrap().archived);
    let said = desk.discord().slash(&user("ana"), &at, "note", &[("text", "the third")]).await.text().await;
    assert!(said.contains("Noted"), "{said}");
    desk.settles().await;
    assert_eq!(lines(&desk, &at, "the third"), 1);
    healthy(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn one_that_is_locked_takes_its_line_when_it_is_open_again_and_holds_up_no_card() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    desk.person("ana").runs("note 1 the first").await;
    desk.settles().await;
    let discord = desk.discord();
    discord.without_rights(rights::MANAGE_THREADS);
    discord.lock(&at, true);
    desk.person("ana").runs("note 1 the second").await;
    desk.waits("2m").await;
    assert_eq!(lines(&desk, &at, "the second"), 0);
    assert!(desk.discord_state().say.contains("unlock it"), "{:?}", desk.discord_state());
    desk.hears("Acme, where is my parcel?").from("eve").on("mastodon").await;
    desk.person("ana").runs("claim 1").await;
    desk.waits("2m").await;
    let room = discord.room_text(CHANNEL);
    assert!(room.contains("parcel") && room.contains("Claimed]] by Ana"), "{room}");
    discord.lock(&at, false);
    desk.waits("20m").await;
    assert_eq!(lines(&desk, &at, "the second"), 1);
    healthy(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn two_first_lines_at_once_open_one_thread() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    let front = desk.discord_front();
    let place = CardPlace { place: desk.place(), message: MessageId::new(&at) };
    let texts = ["one", "another", "a third"].map(Text::plain);
    let say = |n: usize| front.thread(&place, 1, &texts[n], None, PostKey::fresh(["a", "b", "c"][n]));
    let (one, other, third) = tokio::join!(say(0), say(1), say(2));
    assert!(one.is_ok() && other.is_ok() && third.is_ok(), "{one:?} {other:?} {third:?}");
    assert_eq!(desk.discord().threads(CHANNEL).len(), 1);
    assert_eq!(thread(&desk, &at).len(), 3);
    healthy(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_line_whose_answer_was_lost_is_said_once() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    desk.person("ana").runs("note 1 the first").await;
    desk.settles().await;
    let post = "POST /channels/{channel}/messages";
    for (n, fail) in [Fail::AcceptThenDrop, Fail::AcceptThenStatus(502), Fail::Garbage].into_iter().enumerate() {
        desk.discord().will(post, [fail]);
        desk.person("ana").runs(&format!("note 1 number {n}")).await;
        desk.waits("5m").await;
        assert_eq!(lines(&desk, &at, &format!("number {n}")), 1);
    }
    desk.discord().will(OPENED, [Fail::AcceptThenDrop]);
    desk.hears("Acme, where is my parcel?").from("eve").on("mastodon").await;
    let (second, _) = super::said(&desk, CHANNEL).pop().unwrap();
    desk.person("ana").runs("note 2 the first here").await;
    desk.waits("5m").await;
    assert_eq!(lines(&desk, &second, "the first here"), 1);
    healthy(&desk);
    desk.room();
    desk.ends().await;
}
