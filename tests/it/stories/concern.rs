//! What cannot wait goes first and is due sooner; what nobody needs to see comes without a card, and is never lost.

use crate::harness::World;
use hearback::domain::{BrandId, DoneReason, State};
use hearback::triage::Concern;

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|w| (*w).to_owned()).collect()
}

fn concern() -> Concern {
    let shipped = Concern::shipped().unwrap().reach(Some(100_000));
    let own = shipped.urgent("outage", &words(&["down for everyone"])).unwrap();
    let own = own.spam(&words(&["free crypto|giveaway", "telegram * promo"])).unwrap();
    own.languages(BrandId::new("Acme"), words(&["en"]))
}

#[tokio::test]
async fn a_danger_is_due_within_minutes_and_says_so_on_its_card() {
    let desk = World::with_concern(concern()).await;
    desk.hears("When does the Acme shop open tomorrow?").from("bob").await;
    desk.hears("my acme charger caught fire last night").from("eve").await;
    let room = desk.room();
    assert!(room.contains("Urgent: safety"), "{room}");
    assert_eq!(room.matches("Urgent").count(), 1, "{room}");
    let (bob, eve) = (desk.mention(1).await, desk.mention(2).await);
    assert_eq!(bob.due_at.unwrap().as_second() - bob.post.posted_at.as_second(), 3600);
    assert_eq!(eve.due_at.unwrap().as_second() - eve.post.posted_at.as_second(), 900);
    desk.person("ana").runs("claim").await;
    assert!(desk.mention(2).await.holder.is_some(), "the urgent one is due first");
    desk.room();
    desk.person("ana").runs("done 2 none").await;
    desk.settles().await;
    assert!(!desk.room().contains("Urgent"), "what is closed is urgent to nobody");
    desk.ends().await;
}

#[tokio::test]
async fn words_of_the_workspace_and_reach_count_too() {
    let desk = World::with_concern(concern()).await;
    desk.hears("acme is down for everyone").from("bob").await;
    desk.hears("Acme lost my parcel, terrible service").from("star").heard_by(250_000).await;
    desk.hears("Nobody at Acme picks up the phone, this is awful").from("somebody else").heard_by(25).await;
    let room = desk.room();
    assert!(room.contains("Urgent: outage") && room.contains("Urgent: reach"), "{room}");
    assert_eq!(room.matches("Urgent").count(), 2, "{room}");
    desk.ends().await;
}

#[tokio::test]
async fn spam_comes_without_a_card_and_can_be_brought_back() {
    let desk = World::with_concern(concern()).await;
    desk.hears("Win big! FREE CRYPTO from acme fans, join now").from("bot").await;
    assert_eq!(desk.room(), "");
    let m = desk.mention(1).await;
    assert_eq!(m.state, State::Done(DoneReason::Spam));
    let found = desk.person("ana").runs("find set-aside").await;
    assert!(found.contains("#1"), "{found}");
    let shown = desk.person("ana").runs("show 1").await;
    assert!(shown.contains("your spam list"), "{shown}");
    desk.person("ana").runs("reopen 1").await;
    desk.settles().await;
    assert!(desk.room().contains("#1"), "its card is posted now");
    let m = desk.mention(1).await;
    assert!(m.state == State::Open && m.signals.aside.is_none() && m.tags.is_empty());
    desk.ends().await;
}

#[tokio::test]
async fn what_speaks_to_the_brand_is_marked_not_hidden() {
    let desk = World::with_concern(concern()).await;
    desk.hears("@acmehelp is this free crypto giveaway really yours?").from("bob").await;
    let room = desk.room();
    assert!(room.contains("May be spam"), "{room}");
    assert_eq!(desk.mention(1).await.state, State::Open);
    desk.ends().await;
}

#[tokio::test]
async fn another_language_is_set_aside_until_it_speaks_to_the_brand() {
    let desk = World::with_concern(concern()).await;
    desk.hears("Ich habe gestern bei acme eingekauft und alles war ziemlich teuer")
        .from("uli")
        .under_id("u1")
        .in_conversation("c1")
        .await;
    assert_eq!(desk.room(), "");
    assert_eq!(desk.mention(1).await.state, State::Done(DoneReason::NotUs));
    desk.hears("@acmehelp warum antwortet ihr eigentlich nicht auf meine Frage von gestern?")
        .from("uli")
        .under_id("u2")
        .in_conversation("c1")
        .await;
    assert!(desk.room().contains("#1"), "its card is posted now");
    assert_eq!(desk.mention(1).await.state, State::Open);
    desk.ends().await;
}

#[tokio::test]
async fn a_muted_author_is_heard_without_a_card_until_then() {
    let mut desk = World::new().await;
    desk.hears("acme acme acme").from("parrot").await;
    desk.room();
    let said = desk.person("ana").runs("mute 1 2d").await;
    assert!(said.contains("lead"), "a responder may not: {said}");
    let said = desk.person("lee").runs("mute 1 2d").await;
    assert!(said.contains("without a card"), "{said}");
    desk.hears("acme acme acme acme").from("parrot").await;
    desk.hears("acme acme").from("somebody").await;
    let room = desk.room();
    assert!(!room.contains("#2") && room.contains("#3"), "{room}");
    assert_eq!(desk.mention(2).await.state, State::Done(DoneReason::Spam));
    let list = desk.person("ana").runs("muted").await;
    assert!(list.contains("parrot") && list.contains("mute 1 off"), "{list}");
    desk.restarts().await;
    desk.hears("acme again").from("parrot").await;
    assert!(!desk.room().contains("#4"));
    desk.waits("49h").await;
    desk.room();
    desk.hears("acme once more").from("parrot").await;
    assert!(desk.room().contains("#5"));
    desk.person("lee").runs("mute 1 off").await;
    assert!(desk.person("ana").runs("muted").await.contains("Nobody is muted"));
    desk.ends().await;
}
