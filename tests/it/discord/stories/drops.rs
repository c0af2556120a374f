//! The connection drops, at every point: no command is lost, none is done twice.

use super::{asked, told_directly};
use crate::discord::fake::{Done, Moment, Place, Trouble};
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};
use serde_json::json;
use std::time::Duration;

/// A note is typed while something goes wrong with the connection; it is taken once, and answered in time.
async fn noted_once(trouble: impl Fn(&World), what: &str) {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let discord = desk.discord();
    for n in 1..=3 {
        trouble(&desk);
        let text = format!("{what} {n}");
        let said = discord.slash(&user("ana"), CHANNEL, "note", &[("mention", "1"), ("text", &text)]).await;
        let said = said.text().await;
        assert!(said.contains("Noted"), "{what} {n}: {said}");
        discord.connected(1).await;
        let notes = desk.mention(1).await.notes;
        assert_eq!(notes.iter().filter(|note| note.text == text).count(), 1, "{what}: {notes:?}");
    }
    assert_eq!(discord.pending_troubles(), 0, "{what}: it did not happen");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn cut_before_or_after_a_command() {
    noted_once(|desk| desk.discord().at(Moment::BeforeDispatch, Trouble::Cut), "cut before").await;
    noted_once(|desk| desk.discord().at(Moment::AfterDispatch, Trouble::Cut), "cut after").await;
}

#[tokio::test]
async fn closed_before_or_after_a_command() {
    for code in [1000, 1001, 4000, 4008] {
        noted_once(|desk| desk.discord().at(Moment::AfterDispatch, Trouble::Close(code)), &format!("{code}")).await;
    }
    noted_once(|desk| desk.discord().at(Moment::BeforeDispatch, Trouble::Close(4000)), "4000 before").await;
}

#[tokio::test]
async fn trouble_while_it_resumes() {
    let while_resuming = |moment: Moment| {
        move |desk: &World| {
            desk.discord().at(Moment::BeforeDispatch, Trouble::Cut);
            desk.discord().at(moment, Trouble::Cut);
        }
    };
    noted_once(while_resuming(Moment::Resume), "cut when it resumes").await;
    noted_once(while_resuming(Moment::Replay(1)), "cut in the replay").await;
    noted_once(while_resuming(Moment::Resumed), "cut after the replay").await;
    noted_once(while_resuming(Moment::Hello), "cut instead of a greeting").await;
}

#[tokio::test]
async fn discord_asks_for_another_connection() {
    noted_once(|desk| desk.discord().reconnect(Some(Duration::from_millis(50))), "op 7").await;
}

#[tokio::test]
async fn what_was_seen_already_comes_again() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let discord = desk.discord();
    let note = [("mention", "1"), ("text", "once")];
    discord.slash(&user("ana"), CHANNEL, "note", &note).await.text().await;
    discord.event_again();
    discord.replay_more(5);
    discord.cut();
    discord.noise();
    let said = discord.slash(&user("ana"), CHANNEL, "queue", &[]).await.text().await;
    assert!(said.contains("#1"), "{said}");
    assert_eq!(desk.mention(1).await.notes.len(), 1);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_was_typed_while_the_gateway_was_away_is_done_and_told_directly() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let discord = desk.discord();
    discord.down(true).await;
    let said = discord.slash(&user("ana"), CHANNEL, "note", &[("mention", "1"), ("text", "late")]).await;
    said.expects_no_answer();
    assert!(desk.mention(1).await.notes.is_empty());
    assert!(!desk.discord_state().ready, "{:?}", desk.discord_state());
    discord.down(false).await;
    desk.until(|desk| told_directly(desk, &user("ana")).iter().any(|dm| dm.contains("Noted"))).await;
    assert_eq!(desk.mention(1).await.notes.len(), 1);
    assert_eq!(discord.identifies(), 1, "the session was resumed");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn nothing_is_sent_that_somebody_was_told_had_failed() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let preview = discord.slash(&ana, CHANNEL, "reply", &[("mention", "1"), ("text", "We are back")]).await;
    assert!(preview.text().await.contains("Preview"));
    discord.down(true).await;
    let sent = discord.click_in(&preview, "Send").await;
    sent.expects_no_answer();
    let typed = discord.slash(&ana, CHANNEL, "reply", &[("mention", "1"), ("text", "Another text")]).await;
    typed.expects_no_answer();
    discord.down(false).await;
    desk.until(|desk| told_directly(desk, &user("ana")).len() == 2).await;
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty(), "Discord had said that it failed");
    let told = told_directly(&desk, &ana);
    assert!(told[0].contains("Nothing was sent") && told[1].contains("Another text"), "{told:?}");
    discord.click_in(&preview, "Send").await.text().await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_session_that_is_forgotten_is_begun_anew() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let discord = desk.discord();
    discord.invalidate(false);
    desk.until(|desk| desk.discord().identifies() == 2 && desk.discord_state().ready).await;
    let said = discord.slash(&user("ana"), CHANNEL, "note", &[("mention", "1"), ("text", "again")]).await.text().await;
    assert!(said.contains("Noted"), "{said}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_connection_without_acknowledgements_is_resumed() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let discord = desk.discord();
    discord.heartbeat_interval(Duration::from_secs(1));
    discord.cut();
    desk.until(|desk| desk.discord().heartbeats() > 0).await;
    let before = discord.opened();
    discord.no_acks(true);
    desk.until(|desk| desk.discord().opened() > before).await;
    discord.no_acks(false);
    desk.until(|desk| desk.discord_state().ready).await;
    assert_eq!(discord.identifies(), 1, "it was resumed, not begun anew");
    let said = discord.slash(&user("ana"), CHANNEL, "queue", &[]).await.text().await;
    assert!(said.contains("#1"), "{said}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_token_that_is_not_valid_any_more_is_said_and_not_tried_again_and_again() {
    let desk = World::in_discord().await;
    let discord = desk.discord();
    discord.token_is_good(false);
    discord.close(4004);
    desk.until(|desk| !desk.discord_state().ready).await;
    desk.until(|desk| desk.discord_state().say.contains("token")).await;
    let opened = discord.opened();
    desk.waits("1m").await;
    assert_eq!(discord.opened(), opened);
    desk.ends_with_errors().await;
}

#[tokio::test]
async fn an_interaction_that_nobody_knows_gets_an_answer() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let said = desk
        .discord()
        .act(
            Place { user: &user("ana"), channel: CHANNEL },
            Done::new(3, "something new", json!({ "component_type": 99 })),
        )
        .await
        .text()
        .await;
    assert!(said.contains("does not know what that is"), "{said}");
    desk.room();
    desk.ends().await;
}
