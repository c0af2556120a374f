//! Cards go out, whatever Discord does.

use super::{asked, card};
use crate::discord::fake::Fail;
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};

const MESSAGES: &str = "POST /channels/{channel}/messages";
const EDITS: &str = "PATCH /channels/{channel}/messages/{message}";

#[tokio::test]
async fn the_program_dies_while_a_card_is_posted_and_the_card_is_there_once() {
    let mut desk = World::in_discord().await;
    desk.dies_while_posting_in_discord().await;
    desk.settles().await;
    card(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn discord_fails_for_a_while() {
    let desk = World::in_discord().await;
    let fails = [Fail::Status(500), Fail::DropBefore, Fail::AcceptThenDrop, Fail::Garbage, Fail::RateLimited(40)];
    desk.discord().will(MESSAGES, fails);
    desk.hears("Hello Acme, is the app down?").from("bob").on("mastodon").await;
    desk.waits("20m").await;
    card(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn an_edit_that_fails_is_made_later() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    desk.discord().will(EDITS, [Fail::Status(502), Fail::RateLimited(20)]);
    desk.person("ana").runs("claim 1").await;
    desk.waits("10m").await;
    assert!(desk.discord().room_text(CHANNEL).contains("Claimed]] by Ana"));
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_card_that_somebody_deleted_comes_back_with_what_is_said_in_its_thread() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    desk.discord().delete_message(CHANNEL, &at);
    desk.person("ana").runs("note 1 where did it go").await;
    desk.waits("1m").await;
    let now = card(&desk);
    assert_ne!(now, at);
    assert!(super::thread(&desk, &now).iter().any(|line| line.contains("where did it go")));
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn words_that_discord_does_not_let_through_take_no_card_along() {
    let desk = World::in_discord().await;
    let discord = desk.discord();
    discord.will(MESSAGES, [Fail::Error(400, 240_000)]);
    desk.hears("Acme, is https://phish.test/login yours?").from("bob").on("mastodon").await;
    let at = card(&desk);
    let room = discord.room_text(CHANNEL);
    assert!(room.contains("#1") && room.contains("does not let these words through"), "{room}");
    assert!(!room.contains("phish"), "{room}");
    discord.click(&user("ana"), CHANNEL, &at, "Claim").await.text().await;
    discord.will(EDITS, [Fail::Error(400, 200_000)]);
    desk.settles().await;
    let room = discord.room_text(CHANNEL);
    let (_, shown) = super::said(&desk, CHANNEL).remove(0);
    assert!(shown.contains("by Ana") && !shown.contains("phish"), "{room}");
    discord.will(MESSAGES, [Fail::Error(400, 240_000)]);
    desk.person("ana").runs("note 1 phish.test is not ours").await;
    desk.settles().await;
    assert!(super::thread(&desk, &at)[0].contains("does not let these words through"));
    desk.room();
    desk.ends_with_errors().await;
}

#[tokio::test]
async fn hostile_words_neither_ping_nor_link_nor_format() {
    let desk = World::in_discord().await;
    let hostile = "Acme @everyone @here <@1192256077824000000> <@&1194068017152000000> <#1195155180748800000> \
                   [click](https://evil.test) ||spoiler|| **bold** `code` # head\n# head\n> quote\n-# small \
                   https://evil.test/x discord.gg/evil <t:0:R> </claim:1> \u{202e}drawkcab\u{200b}";
    desk.hears(hostile).from("@everyone <@1192256077824000000>").on("mastodon").await;
    let discord = desk.discord();
    assert!(discord.pings().is_empty(), "{:?}", discord.pings());
    assert!(discord.unfurls().is_empty(), "{:?}", discord.unfurls());
    let room = discord.room_text(CHANNEL);
    // What hearback itself says of the card, such as its times, stands below the quote.
    let quote: Vec<&str> = room.lines().filter(|line| line.contains("[[quote: ")).collect();
    assert_eq!(quote.len(), 4, "{room}");
    for markup in
        ["mention", "link", "spoiler", "bold", "heading", "subtext", "code", "time", "command", "channel", "turns"]
    {
        assert!(!quote.concat().contains(&format!("[[{markup}")), "{markup} in {room}");
    }
    let at = card(&desk);
    let form = discord.click(&user("ana"), CHANNEL, &at, "Reply…").await.modal().await;
    assert!(form.text().contains("spoiler"), "{}", form.text());
    desk.settles().await;
    desk.room();
    desk.ends().await;
}
