//! One desk over two chats.

use crate::harness::World;
use crate::harness::{discord, slack};

/// Both cards say who has it.
fn held_by(desk: &World, name: &str) {
    let slack = desk.slack().room_text(slack::CHANNEL);
    assert!(slack.contains(&format!("Claimed by {name}")), "{slack}");
    let discord = desk.discord().room_text(discord::CHANNEL);
    assert!(discord.contains(&format!("Claimed]] by {name}")), "{discord}");
}

#[tokio::test]
async fn a_claim_in_one_shows_at_once_in_the_other() {
    let desk = World::in_both().await;
    desk.hears("Hello Acme, is the app down?").from("bob").on("mastodon").await;
    desk.person("ana").in_discord().runs("claim 1").await;
    desk.settles().await;
    held_by(&desk, "Ana");
    desk.person("ana").in_slack().runs("release 1").await;
    desk.person("sam").in_slack().runs("claim 1").await;
    desk.settles().await;
    held_by(&desk, "Sam");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_race_across_chats_has_one_winner_and_each_is_told_in_their_own() {
    let desk = World::in_both().await;
    for n in 1..=10u64 {
        desk.hears(&format!("Acme, question {n}?")).from("bob").on("mastodon").await;
        let line = format!("claim {n}");
        let (ana, sam) =
            tokio::join!(desk.person("ana").in_slack().runs(&line), desk.person("sam").in_discord().runs(&line));
        let holder = desk.mention(n).await.holder.unwrap().by;
        let (winner, loser) = if holder.as_str() == "ana" { (&ana, &sam) } else { (&sam, &ana) };
        let name = if holder.as_str() == "ana" { "Ana" } else { "Sam" };
        assert!(loser.contains(name) && winner != loser, "the loser hears who has it: {loser}");
        desk.settles().await;
    }
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn one_person_in_two_chats_answers_once() {
    let desk = World::in_both().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.person("ana").in_slack().runs("reply 1 We are back").await;
    let (one, other) =
        tokio::join!(desk.person("ana").in_slack().runs("send 1 1"), desk.person("ana").in_discord().runs("send 1 1"),);
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1, "{one}\n{other}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn whoever_is_in_both_gets_one_ping() {
    let desk = World::in_both().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.person("lee").in_discord().runs("claim 1 @sam").await;
    desk.settles().await;
    let (slack, discord) = (desk.slack().pings(), desk.discord().pings());
    assert_eq!(slack.len() + discord.len(), 1, "{slack:?} {discord:?}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn one_chat_that_is_down_does_not_hold_up_the_other() {
    let desk = World::in_both().await;
    desk.discord()
        .will("POST /channels/{channel}/messages", std::iter::repeat_n(crate::discord::fake::Fail::Status(503), 3));
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    assert!(desk.slack().room_text(slack::CHANNEL).contains("#1"));
    desk.person("ana").in_slack().runs("claim 1").await;
    desk.waits("10m").await;
    assert!(desk.discord().room_text(discord::CHANNEL).contains("Claimed]] by Ana"), "it comes as it is by then");
    desk.room();
    desk.ends().await;
}
