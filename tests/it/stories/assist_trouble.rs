//! The assistant fails in every way, and nothing else does.

use super::assist::{HAPPY, UNHAPPY, world};
use crate::assist::fake::{Does, Endpoint, rules};
use crate::harness::World;
use hearback::domain::AssistRules;
use std::time::Duration;
use tokio::task::JoinSet;

#[tokio::test]
async fn the_budget_of_a_day_is_kept_over_a_restart_and_said() {
    let endpoint = Endpoint::start().await;
    let few = AssistRules { requests: 3, ..rules() };
    let mut desk = World::with_assistant(endpoint.assistant(), few).await;
    desk.hears(UNHAPPY).from("bob").on("mastodon").await;
    desk.restarts().await;
    desk.hears(HAPPY).from("eve").on("mastodon").await;
    assert_eq!(endpoint.bodies().len(), 3);
    let status = desk.person("ana").runs("status").await;
    assert!(status.contains("3 of 3 requests and 300 of 500000 tokens used today"), "{status}");
    assert!(status.contains("there are more from midnight on"), "{status}");
    desk.person("ana").runs("claim 2").await;
    desk.person("ana").runs("suggest 2").await;
    desk.settles().await;
    let room = desk.room();
    assert!(room.contains("No draft from the assistant: today's requests") && room.contains("@Ana"), "{room}");
    desk.waits_until("2026-03-03T00:00:10Z").await;
    desk.person("ana").runs("suggest 2").await;
    desk.settles().await;
    assert_eq!(endpoint.bodies().len(), 4);
    assert!(desk.room().contains("Suggestion by small-1"));
    desk.ends().await;
}

#[tokio::test]
async fn an_endpoint_that_is_down_for_a_day_delays_nothing_and_is_told_once() {
    let (endpoint, mut desk) = world().await;
    endpoint.does(Does::Status(503));
    desk.hears(UNHAPPY).from("bob").on("mastodon").await;
    desk.person("ana").runs("reply 1 Es tut uns leid").await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1, "the reply goes out at once");
    desk.hears(HAPPY).from("eve").on("mastodon").await;
    assert!(desk.room().contains("#2"), "so does the next card");
    desk.waits("30m").await;
    let told = desk.room().matches("The assistant does not answer").count();
    desk.restarts().await;
    desk.waits("8h").await;
    assert_eq!(told + desk.room().matches("The assistant does not answer").count(), 1);
    assert!(endpoint.bodies().len() < 100, "it is not hammered: {}", endpoint.bodies().len());
    assert!(desk.person("ana").runs("status").await.contains("Failing since"));
    endpoint.does(Does::Right);
    desk.hears("Der Staubsauger von Acme brummt nur noch und saugt seit gestern gar nicht mehr")
        .from("joe")
        .on("mastodon")
        .await;
    desk.waits("15m").await;
    let room = desk.room();
    assert!(room.contains("The assistant answers again"), "{room}");
    assert!(desk.mention(3).await.assist.translation.is_some());
    assert!(desk.mention(2).await.assist.translation.is_none(), "too late to be of use");
    desk.ends().await;
}

#[tokio::test]
async fn a_key_that_is_not_taken_is_told_at_once_with_what_to_do() {
    let (endpoint, desk) = world().await;
    endpoint.does(Does::Status(401));
    desk.hears(UNHAPPY).from("bob").on("mastodon").await;
    assert!(desk.room().contains("check key in [assist]"));
    desk.person("ana").runs("claim 1").await;
    desk.person("ana").runs("suggest 1").await;
    desk.settles().await;
    let room = desk.room();
    assert!(room.contains("No draft from the assistant") && room.contains("check key in [assist]"), "{room}");
    endpoint.does(Does::Right);
    desk.waits("20m").await;
    assert!(desk.mention(1).await.assist.translation.is_some(), "what was not asked for waited");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn whoever_asks_hears_that_nothing_came() {
    let (endpoint, desk) = world().await;
    desk.hears("Acme, where is my parcel?").from("bob").on("mastodon").await;
    desk.person("ana").runs("claim 1").await;
    for does in [Does::Garbage, Does::CutOff, Does::Says("{\"kind\": \"praise\"}".to_owned())] {
        endpoint.does(does.clone());
        desk.room();
        desk.person("ana").runs("suggest 1").await;
        desk.settles().await;
        let room = desk.room();
        assert!(room.contains("No draft from the assistant") && room.contains("@Ana"), "{does:?}: {room}");
    }
    endpoint.does(Does::Drop);
    desk.person("ana").runs("suggest 1").await;
    desk.waits("10m").await;
    let room = desk.room();
    assert!(room.contains("it has not answered in time"), "{room}");
    let mention = desk.mention(1).await;
    assert!(mention.assist.waiting.is_empty() && mention.assist.draft.is_none(), "{mention:?}");
    endpoint.does(Does::Right);
    desk.waits("2m").await;
    desk.person("ana").runs("suggest 1").await;
    desk.waits("2m").await;
    assert!(desk.mention(1).await.assist.draft.is_some(), "and can ask again");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_restart_in_the_middle_asks_again_and_shows_it_once() {
    let (endpoint, mut desk) = world().await;
    desk.hears("Acme, where is my parcel?").from("bob").on("mastodon").await;
    desk.person("ana").runs("claim 1").await;
    desk.settles().await;
    desk.room();
    endpoint.does(Does::Hang);
    desk.person("ana").runs("suggest 1").await;
    let mut tasks = JoinSet::new();
    while endpoint.bodies().is_empty() {
        desk.desk().deliver(&mut tasks).await.unwrap();
        tokio::task::yield_now().await;
    }
    tasks.shutdown().await;
    desk.dies().await;
    endpoint.does(Does::Right);
    desk.waits("1m").await;
    assert_eq!(desk.room().matches("Suggestion by small-1").count(), 1);
    assert_eq!(endpoint.asked("write"), 2);
    desk.ends().await;
}

#[tokio::test]
async fn a_slow_endpoint_holds_up_neither_cards_nor_replies() {
    let endpoint = Endpoint::start().await;
    endpoint.does(Does::Hang);
    let desk = World::with_assistant(endpoint.hasty(Duration::from_mins(1)), rules()).await;
    desk.network("mastodon").says(crate::stories::post("post-9", UNHAPPY, desk.now()));
    let source = hearback::domain::SourceName::new("mastodon");
    desk.desk().poll(&source, hearback::networks::First::Now).await.unwrap();
    let mut tasks = JoinSet::new();
    let mut replied = false;
    while desk.network("mastodon").arrived().is_empty() {
        desk.desk().deliver(&mut tasks).await.unwrap();
        if !replied && !endpoint.bodies().is_empty() {
            desk.person("ana").runs("reply 1 Es tut uns leid").await;
            desk.person("ana").runs("send 1 1").await;
            replied = true;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(endpoint.bodies().len(), 1, "it is still being asked");
    tasks.shutdown().await;
    endpoint.does(Does::Right);
    desk.waits("1m").await;
    desk.room();
    desk.ends().await;
}
