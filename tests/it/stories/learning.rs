//! Corrections teach: the next mention like it is judged so, over restarts, until somebody says that it is forgotten.

use crate::harness::World;
use hearback::domain::Kind;

const PLACES: [&str; 8] = ["Leeds", "York", "Hull", "Bath", "Ely", "Wells", "Truro", "Ripon"];

async fn kind_of_the_next(desk: &World, text: &str) -> Kind {
    desk.hears(text).from("newcomer").on("mastodon").await;
    let no = desk.desk().store().health().await.unwrap().mentions;
    desk.mention(no).await.kind
}

/// Ana calls parcels that were blorped complaints.
async fn teaches(desk: &World) {
    for place in PLACES {
        desk.hears(&format!("The Acme parcel for {place} was blorped on Monday")).from(place).on("mastodon").await;
        let no = desk.desk().store().health().await.unwrap().mentions;
        let answer = desk.person("ana").runs(&format!("kind {no} complaint")).await;
        assert!(answer.contains("learns from it"), "{answer}");
    }
    desk.settles().await;
}

#[tokio::test]
async fn the_next_one_like_it_is_judged_so() {
    let mut desk = World::without_copies().await;
    let before = kind_of_the_next(&desk, "The Acme parcel for Rome was blorped today").await;
    assert_ne!(before, Kind::Complaint, "the story needs a word that nobody knows");
    teaches(&desk).await;
    assert_eq!(kind_of_the_next(&desk, "The Acme parcel for Oslo was blorped today").await, Kind::Complaint);
    // What is settled stays as it was judged, and what is far from it is judged as ever.
    assert_eq!(desk.mention(1).await.kind, before);
    assert_eq!(kind_of_the_next(&desk, "I love Acme, wonderful, thank you!").await, Kind::Praise);
    desk.restarts().await;
    assert_eq!(kind_of_the_next(&desk, "The Acme parcel for Bonn was blorped today").await, Kind::Complaint);
    let status = desk.person("ana").runs("model").await;
    assert!(status.contains("8 corrections") && status.contains("Ana 8"), "{status}");
    let diff = desk.person("ana").runs("model diff").await;
    assert!(diff.contains("blorped") && diff.contains("would be complaint now"), "{diff}");
    desk.waits("1m").await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_reset_forgets_and_can_be_taken_back() {
    let desk = World::without_copies().await;
    teaches(&desk).await;
    desk.waits("1m").await;
    let refused = desk.person("lee").runs("model reset sure").await;
    assert!(refused.contains("Admin") || refused.contains("admin"), "{refused}");
    let asked = desk.person("root").runs("model reset").await;
    assert!(asked.contains("8 corrections") && asked.contains("model reset sure"), "{asked}");
    assert_eq!(kind_of_the_next(&desk, "The Acme parcel for Oslo was blorped today").await, Kind::Complaint);
    desk.person("root").runs("model reset sure").await;
    desk.settles().await;
    assert_ne!(kind_of_the_next(&desk, "The Acme parcel for Rome was blorped today").await, Kind::Complaint);
    let status = desk.person("ana").runs("model status").await;
    assert!(status.contains("Reset by Root"), "{status}");
    desk.person("root").runs("model reset undo").await;
    desk.settles().await;
    assert_eq!(kind_of_the_next(&desk, "The Acme parcel for Bonn was blorped today").await, Kind::Complaint);
    let none = desk.person("root").runs("model reset undo").await;
    assert!(none.contains("Nothing was reset"), "{none}");
    desk.waits("1m").await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_confused_colleague_is_left_out_and_it_is_said() {
    let desk = World::without_copies().await;
    // What sam says follows from none of the words.
    for i in 0..32 {
        let (from, to) = (PLACES[i % 8], PLACES[(i / 8 + i) % 8]);
        desk.hears(&format!("The Acme parcel from {from} to {to} is here")).from(from).on("mastodon").await;
        let kind = if (i % 8 / 2 + i / 8) % 2 == 0 { "complaint" } else { "praise" };
        desk.person("sam").runs(&format!("kind {} {kind}", i + 1)).await;
    }
    desk.settles().await;
    let status = desk.person("ana").runs("model status").await;
    assert!(status.contains("Left out") && status.contains("Sam"), "{status}");
    let fresh = World::without_copies().await;
    let text = "The Acme parcel from Rome to Oslo is here";
    assert_eq!(kind_of_the_next(&desk, text).await, kind_of_the_next(&fresh, text).await);
    for world in [desk, fresh] {
        world.waits("1m").await;
        world.room();
        world.ends().await;
    }
}

#[tokio::test]
async fn not_praise_is_one_click_and_offers_what_it_is() {
    let desk = World::without_copies().await;
    desk.hears("I love Acme, wonderful service, thank you!").from("bob").on("mastodon").await;
    assert_eq!(desk.mention(1).await.kind, Kind::Praise);
    let answer = desk.person("ana").runs("kind 1 other").await;
    assert!(answer.contains("learns from it") && answer.contains("kind 1 complaint"), "{answer}");
    desk.waits_until("2026-03-03T09:01:00Z").await;
    assert!(!desk.room().contains("Not praise"), "it is praise no more");
    desk.ends().await;
}
