//! Channels that are closed to us: nothing that matters is lost, and the state says what to do.

use super::{asked, card, said, thread};
use crate::discord::fake::{APP, PRAISE, TEXT, rights};
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};
use hearback::chat::{Chat, Message, PostKey};
use hearback::domain::ChannelId;

fn healthy(desk: &World) {
    assert_eq!(desk.discord_state().say, "connected");
}

/// Something about the channel keeps cards out until it is mended.
async fn kept_out(close: impl Fn(&World), says: &str, open: impl Fn(&World)) {
    let desk = World::in_discord().await;
    let before = desk.discord().channel(CHANNEL).unwrap();
    close(&desk);
    desk.hears("Hello Acme, is the app down?").from("bob").on("mastodon").await;
    desk.waits("3m").await;
    let state = desk.discord_state();
    assert!(state.say.contains(says), "{says}: {state:?}");
    assert!(state.ready, "commands come in all the same");
    if let Some(channel) = desk.discord().channel(CHANNEL) {
        assert_eq!(channel.messages.len(), before.messages.len());
    }
    let shown = status(&desk).await;
    assert!(shown.is_none_or(|shown| shown.contains("Chat discord: connected; Discord says")), "`status` says so");
    open(&desk);
    desk.waits("20m").await;
    card(&desk);
    healthy(&desk);
    desk.person("ana").runs("claim 1").await;
    desk.settles().await;
    assert!(desk.discord().room_text(CHANNEL).contains("Claimed]] by Ana"));
    desk.room();
    desk.ends().await;
}

/// What `status` says to somebody in another channel; `None` where they are not shown the command.
async fn status(desk: &World) -> Option<String> {
    let typed = desk.discord().try_slash(&user("ana"), PRAISE, "hearback status", &[]).await.ok()?;
    Some(typed.text().await)
}

#[tokio::test]
async fn without_the_right_to_see_send_or_embed_cards_wait() {
    for (right, says) in [
        (rights::VIEW_CHANNEL, "let the bot see that channel"),
        (rights::SEND_MESSAGES, "lacks a permission"),
        (rights::EMBED_LINKS, "lacks a permission"),
    ] {
        kept_out(|desk| desk.discord().deny(CHANNEL, right), says, |desk| desk.discord().deny(CHANNEL, 0)).await;
    }
}

#[tokio::test]
async fn kicked_from_the_server_and_let_in_again() {
    kept_out(
        |desk| desk.discord().kick(APP),
        "invite it with the link that `hearback manifest discord` prints",
        |desk| desk.discord().invite_back(),
    )
    .await;
}

#[tokio::test]
async fn a_channel_that_is_not_there() {
    let gone = |desk: &World| desk.discord().delete_channel(CHANNEL);
    let back = |desk: &World| desk.discord().add_channel(crate::discord::fake::Channel::new(CHANNEL, TEXT, "support"));
    kept_out(gone, "mend the channel's id in bot.toml", back).await;
}

#[tokio::test]
async fn a_card_that_lost_the_right_to_show_anything_is_shown_when_it_is_back() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    desk.discord().deny(CHANNEL, rights::EMBED_LINKS);
    desk.person("ana").runs("claim 1").await;
    desk.waits("2m").await;
    assert!(desk.discord_state().say.contains("Embed Links"), "{:?}", desk.discord_state());
    desk.discord().deny(CHANNEL, 0);
    desk.waits("20m").await;
    let room = desk.discord().room_text(CHANNEL);
    assert!(room.contains("Claimed]] by Ana") && room.contains("is the app down"), "{room}");
    healthy(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn without_the_right_to_open_or_write_in_threads_lines_wait() {
    for right in [rights::CREATE_PUBLIC_THREADS, rights::SEND_MESSAGES_IN_THREADS] {
        let desk = World::in_discord().await;
        let at = asked(&desk).await;
        desk.discord().deny(CHANNEL, right);
        desk.person("ana").runs("claim 1").await;
        desk.person("ana").runs("note 1 in the thread").await;
        desk.waits("2m").await;
        let room = desk.discord().room_text(CHANNEL);
        assert!(room.contains("Claimed]] by Ana"), "the card shows it: {room}");
        desk.person("ana").runs("release 1").await;
        desk.waits("30s").await;
        let room = desk.discord().room_text(CHANNEL);
        assert!(!room.contains("Claimed]] by Ana"), "and does not wait for the lines: {room}");
        let state = desk.discord_state().say;
        assert!(state.contains("lacks a permission") && !state.contains("bot.toml"), "{state}");
        desk.discord().deny(CHANNEL, 0);
        desk.waits("20m").await;
        assert_eq!(thread(&desk, &at).iter().filter(|line| line.contains("in the thread")).count(), 1);
        assert_eq!(card(&desk), at);
        healthy(&desk);
        desk.room();
        desk.ends().await;
    }
}

#[tokio::test]
async fn without_history_a_card_whose_answer_was_lost_is_still_there_once() {
    let mut desk = World::in_discord().await;
    desk.discord().deny(CHANNEL, rights::READ_MESSAGE_HISTORY);
    desk.dies_while_posting_in_discord().await;
    desk.settles().await;
    card(&desk);
    desk.discord().deny(CHANNEL, 0);
    desk.waits("15m").await;
    card(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_is_for_those_who_are_there_now_is_dropped_and_cards_wait() {
    let desk = World::in_discord().await;
    let discord = desk.discord();
    discord.deny(CHANNEL, rights::VIEW_CHANNEL);
    desk.hears("I love Acme, wonderful service, thank you!").from("bob").on("mastodon").await;
    desk.person("root").runs("pause an incident").await;
    desk.waits("2m").await;
    desk.person("root").runs("resume").await;
    desk.waits_until("2026-03-03T09:01:00Z").await;
    desk.waits("15m").await;
    discord.deny(CHANNEL, 0);
    desk.waits("20m").await;
    let all = said(&desk, CHANNEL);
    assert_eq!(all.len(), 1, "the card alone: {all:?}");
    assert!(all[0].1.contains("#1") && !all[0].1.contains("Digest"), "{all:?}");
    // The next ones come again.
    desk.waits_until("2026-03-04T09:01:00Z").await;
    assert_eq!(said(&desk, CHANNEL).len(), 2);
    healthy(&desk);
    desk.room();
    desk.ends_with_errors().await;
}

#[tokio::test]
async fn what_is_wrong_with_one_channel_is_not_forgotten_over_another() {
    let desk = World::in_discord().await;
    let front = desk.discord_front();
    let say = async |channel: &str, id: &str| {
        front.post(&ChannelId::new(channel), &Message::say("for all"), PostKey::fresh(id)).await
    };
    desk.discord().deny(CHANNEL, rights::SEND_MESSAGES);
    assert!(say(CHANNEL, "one").await.is_err());
    say(PRAISE, "two").await.unwrap();
    assert!(desk.discord_state().say.contains("lacks a permission"), "{:?}", desk.discord_state());
    desk.discord().deny(CHANNEL, 0);
    say(CHANNEL, "three").await.unwrap();
    healthy(&desk);
    desk.room();
    desk.ends().await;
}
