//! A store that is slow, and answers that get lost: Discord is told to wait, and everybody hears once what came of it.

use super::{asked, told_directly};
use crate::discord::fake::{Fail, FakeDiscord, First, Said};
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};
use hearback::chat::discord::Transport;

const CALLBACK: &str = "POST /interactions/{interaction}/{token}/callback";
const ORIGINAL: &str = "PATCH /webhooks/{application}/{token}/messages/@original";
const MESSAGES: &str = "POST /channels/{channel}/messages";

/// Ana types a note; its first answer is there.
async fn notes(desk: &World, text: &str) -> Said {
    desk.discord().slash(&user("ana"), CHANNEL, "note", &[("mention", "1"), ("text", text)]).await
}

async fn noted(desk: &World, text: &str) -> usize {
    desk.mention(1).await.notes.iter().filter(|note| note.text == text).count()
}

/// A note while the store does not answer: Discord has been told to wait.
async fn waiting(desk: &World, text: &str) -> Said {
    desk.disk().hang(true);
    let said = notes(desk, text).await;
    assert_eq!(said.first(), First::Thinking);
    said
}

async fn slow_store(desk: World) {
    let at = asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let said = waiting(&desk, "slowly").await;
    desk.disk().hang(false);
    let told = said.text().await;
    assert!(told.contains("Noted"), "{told}");
    let all = said.messages();
    assert!(all.len() == 1 && all[0].ephemeral_for.as_deref() == Some(ana.as_str()), "{all:?}");
    assert_eq!(noted(&desk, "slowly").await, 1);
    desk.settles().await;

    let form = discord.click(&ana, CHANNEL, &at, "Reply…").await.modal().await;
    desk.disk().hang(true);
    let preview = discord.submit(&ana, &form, &[("text", "A text that took long to write")]).await;
    let shown = preview.so_far();
    assert!(shown.contains("Working on it") && shown.contains("A text that took long to write"), "{shown}");
    desk.disk().hang(false);
    desk.until(|_| preview.so_far().contains("Preview")).await;
    assert_eq!(preview.messages().len(), 1, "in the same place");
    desk.settles().await;

    desk.disk().hang(true);
    let sent = discord.click_in(&preview, "Send").await;
    assert_eq!(sent.first(), First::Later);
    desk.disk().hang(false);
    let told = sent.text().await;
    assert!(told.contains("n its way"), "{told}");
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    assert!(told_directly(&desk, &ana).is_empty());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_slow_store_is_waited_for_in_the_same_place() {
    slow_store(World::in_discord_on_a_small_disk().await).await;
}

#[tokio::test]
async fn a_slow_store_is_waited_for_over_http() {
    let by_http = |config: &mut hearback::chat::discord::DiscordConfig| {
        config.transport = Transport::Http(FakeDiscord::verify_key());
    };
    slow_store(World::in_discord_on_a_small_disk_with(by_http).await).await;
}

#[tokio::test]
async fn a_refusal_that_took_long_leaves_the_preview_standing() {
    let desk = World::in_discord_on_a_small_disk().await;
    asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let first = discord.slash(&ana, CHANNEL, "reply", &[("mention", "1"), ("text", "We are back.")]).await;
    first.text().await;
    desk.settles().await;
    desk.disk().hang(true);
    // A note stands before it in the store's queue, and a newer text is written meanwhile.
    let note = notes(&desk, "first of all").await;
    let draft = discord.slash(&ana, CHANNEL, "draft", &[("mention", "1"), ("text", "We are back!")]).await;
    let sent = discord.click_in(&first, "Send").await;
    assert_eq!(sent.first(), First::Later);
    desk.disk().hang(false);
    for said in [&note, &draft, &sent] {
        desk.until(|_| !said.so_far().is_empty()).await;
    }
    desk.settles().await;
    let arrived = desk.network("mastodon").arrived();
    let stands = first.so_far();
    if arrived.is_empty() {
        assert!(stands.contains("We are back.") && stands.contains("Send"), "{stands}\n{}", sent.so_far());
    } else {
        assert_eq!(arrived[0].1, "We are back.", "it was sent before the other was written");
    }
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_took_longer_than_its_token_lives_is_told_directly() {
    let desk = World::in_discord_on_a_small_disk().await;
    asked(&desk).await;
    let said = waiting(&desk, "very slowly").await;
    said.expects_no_answer();
    desk.clock().advance(std::time::Duration::from_mins(16));
    desk.disk().hang(false);
    desk.until(|desk| told_directly(desk, &user("ana")).iter().any(|dm| dm.contains("Noted"))).await;
    assert!(desk.discord().requests_to(ORIGINAL).is_empty(), "the token is not used any more");
    assert_eq!(noted(&desk, "very slowly").await, 1);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn who_takes_no_direct_messages_is_not_told_in_front_of_everybody() {
    let desk = World::in_discord_on_a_small_disk().await;
    asked(&desk).await;
    let discord = desk.discord();
    discord.close_dms(&user("ana"), true);
    let said = waiting(&desk, "for nobody else").await;
    said.expects_no_answer();
    desk.clock().advance(std::time::Duration::from_mins(16));
    desk.disk().hang(false);
    desk.until(|desk| desk.discord().requests_to(MESSAGES).iter().any(|r| r.code == Some(50007))).await;
    discord.quiet().await;
    assert_eq!(said.so_far(), "");
    assert!(told_directly(&desk, &user("ana")).is_empty());
    assert_eq!(super::said(&desk, CHANNEL).len(), 1, "the card and nothing else");
    assert_eq!(noted(&desk, "for nobody else").await, 1, "it is done all the same");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_first_answer_that_is_lost_is_given_once() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    let discord = desk.discord();
    let fails = [
        Fail::AcceptThenDrop,
        Fail::AcceptThenHang,
        Fail::AcceptThenStatus(502),
        Fail::Status(500),
        Fail::DropBefore,
        Fail::Garbage,
    ];
    for fail in fails {
        let text = format!("{fail:?}");
        discord.will(CALLBACK, [fail]);
        let said = notes(&desk, &text).await;
        let told = said.text().await;
        assert!(told.contains("Noted"), "{text}: {told}");
        assert_eq!(said.messages().len(), 1, "{text}");
        assert_eq!(noted(&desk, &text).await, 1, "{text}");
    }
    discord.will(CALLBACK, [Fail::AcceptThenDrop]);
    let form = discord.choose(&user("ana"), CHANNEL, &at, "More…", "Note…").await.modal().await;
    assert!(form.text().contains("#1"), "{}", form.text());
    assert!(told_directly(&desk, &user("ana")).is_empty());
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_discord_puts_off_for_too_long_is_told_directly_and_once() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let discord = desk.discord();
    discord.will(CALLBACK, [Fail::RateLimited(40)]);
    discord.will("POST /users/@me/channels", [Fail::Status(500)]);
    discord.will(MESSAGES, [Fail::AcceptThenDrop]);
    let said = notes(&desk, "put off").await;
    said.expects_no_answer();
    desk.until(|desk| !told_directly(desk, &user("ana")).is_empty()).await;
    discord.quiet().await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    discord.quiet().await;
    let told = told_directly(&desk, &user("ana"));
    assert!(told.len() == 1 && told[0].contains("Noted") && told[0].contains("did not wait"), "{told:?}");
    assert_eq!(noted(&desk, "put off").await, 1);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_late_answer_that_is_lost_is_given_again_and_at_last_directly() {
    let desk = World::in_discord_on_a_small_disk().await;
    asked(&desk).await;
    let discord = desk.discord();
    discord.will(ORIGINAL, [Fail::Status(500), Fail::AcceptThenDrop, Fail::RateLimited(1)]);
    let said = waiting(&desk, "lost on the way").await;
    desk.disk().hang(false);
    let told = said.text().await;
    assert!(told.contains("Noted") && said.messages().len() == 1, "{told}");
    discord.until("the last try", || discord.requests_to(ORIGINAL).len() == 4).await;
    assert!(told_directly(&desk, &user("ana")).is_empty());

    discord.will(ORIGINAL, std::iter::repeat_n(Fail::Status(503), 4));
    let said = waiting(&desk, "never taken").await;
    said.expects_no_answer();
    desk.disk().hang(false);
    desk.until(|desk| told_directly(desk, &user("ana")).iter().any(|dm| dm.contains("Noted"))).await;
    assert_eq!(noted(&desk, "never taken").await, 1);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn autocomplete_comes_with_a_slow_store_too() {
    let desk = World::in_discord_on_a_small_disk().await;
    asked(&desk).await;
    desk.disk().hang(true);
    let offered = desk.discord().autocomplete(&user("ana"), CHANNEL, "show", &[], "mention", "").await;
    assert!(offered.iter().any(|(_, value)| value == "1"), "{offered:?}");
    desk.disk().hang(false);
    desk.room();
    desk.ends().await;
}

/// The program is told to stop while a command is in hand.
async fn stopped(mut desk: World, by_gateway: bool) {
    asked(&desk).await;
    let said = waiting(&desk, "in hand").await;
    let (medium, discord) = (desk.disk().clone(), desk.discord().clone());
    let slow = async {
        if by_gateway {
            discord.until("the connection ends", || discord.sessions() == 0).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        medium.hang(false);
    };
    tokio::join!(desk.restarts(), slow);
    let told = said.text().await;
    assert!(told.contains("Noted"), "{told}");
    assert_eq!(noted(&desk, "in hand").await, 1);
    desk.settles().await;
    assert!(!super::said(&desk, CHANNEL).is_empty());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_stop_waits_for_the_answer_that_is_still_to_come() {
    stopped(World::in_discord_on_a_small_disk().await, true).await;
}

#[tokio::test]
async fn a_stop_waits_for_the_answer_that_is_still_to_come_over_http() {
    let by_http = |config: &mut hearback::chat::discord::DiscordConfig| {
        config.transport = Transport::Http(FakeDiscord::verify_key());
    };
    stopped(World::in_discord_on_a_small_disk_with(by_http).await, false).await;
}
