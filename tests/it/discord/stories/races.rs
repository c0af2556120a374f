//! Two at once, and the same person twice.

use super::{asked, said, thread};
use crate::discord::fake::FakeDiscord;
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};

/// Somebody clicks twice before anything has changed; what they read.
async fn twice(discord: &FakeDiscord, who: &str, message: &str, button: &str) -> [String; 2] {
    let who = user(who);
    let (one, other) =
        tokio::join!(discord.click(&who, CHANNEL, message, button), discord.click(&who, CHANNEL, message, button));
    let (one, other) = tokio::join!(one.text(), other.text());
    [one, other]
}

#[tokio::test]
async fn a_double_click_on_claim_takes_it_once_and_scares_nobody() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    let read = twice(desk.discord(), "ana", &at, "Claim").await;
    assert!(read.iter().any(|text| text.contains("#1 is yours")), "{read:?}");
    assert!(read.iter().all(|text| text.contains("yours")), "{read:?}");
    desk.settles().await;
    let claims = desk.desk().store().history(hearback::domain::MentionNo(1)).await.unwrap();
    let claims = claims.iter().filter(|event| format!("{:?}", event.what).starts_with("Claimed")).count();
    assert_eq!(claims, 1);
    assert_eq!(desk.discord().threads(CHANNEL).len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_double_click_on_send_sends_once() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let preview = discord.slash(&ana, CHANNEL, "reply", &[("mention", "1"), ("text", "We are back.")]).await;
    assert!(preview.text().await.contains("Preview"));
    let at = preview.message_with("Send");
    let read = twice(discord, "ana", &at, "Send").await;
    assert!(read.iter().any(|text| text.contains("n its way")), "{read:?}");
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1, "{read:?}");
    let sent = thread(&desk, &super::card(&desk)).into_iter().filter(|line| line.contains("Sent")).count();
    assert_eq!(sent, 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_double_click_on_approve_sends_once() {
    let desk = World::in_discord_in_mode("approve").await;
    let at = asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    discord.slash(&ana, CHANNEL, "reply", &[("mention", "1"), ("text", "We are back.")]).await.text().await;
    desk.settles().await;
    let read = twice(discord, "sam", &at, "Approve & send").await;
    assert!(read.iter().any(|text| text.contains("n its way")), "{read:?}");
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1, "{read:?}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_form_that_is_handed_in_twice_sends_once_also_without_a_preview() {
    for mode in ["confirm", "direct"] {
        let desk = if mode == "direct" { World::in_discord_in_mode("direct").await } else { World::in_discord().await };
        let at = asked(&desk).await;
        let (discord, ana) = (desk.discord(), user("ana"));
        let form = discord.click(&ana, CHANNEL, &at, "Reply…").await.modal().await;
        let text = [("text", "We are back.")];
        let (one, other) = tokio::join!(discord.submit(&ana, &form, &text), discord.submit(&ana, &form, &text));
        let (first, second) = tokio::join!(one.text(), other.text());
        if mode == "confirm" {
            assert!(first.contains("Preview") && second.contains("Preview"), "{first}\n{second}");
            for preview in [&one, &other] {
                // Only the newest version can be sent, and once.
                discord.click_in(preview, "Send").await.text().await;
            }
        }
        desk.settles().await;
        assert_eq!(desk.network("mastodon").arrived().len(), 1, "{mode}: {first}\n{second}");
        desk.room();
        desk.ends().await;
    }
}

#[tokio::test]
async fn two_people_send_the_same_text_from_two_chats() {
    let desk = World::in_both().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.person("ana").in_slack().runs("reply 1 We are back").await;
    desk.settles().await;
    let (ana, sam) =
        tokio::join!(desk.person("ana").in_slack().runs("send 1 1"), desk.person("sam").in_discord().runs("send 1 1"));
    assert!(ana.contains("v1 is on its way") != sam.contains("v1 is on its way"), "one of them: {ana}\n{sam}");
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1, "{ana}\n{sam}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_is_approved_in_one_chat_while_it_changes_in_the_other_was_read() {
    let desk = World::in_both_in_mode("approve").await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.person("ana").in_slack().runs("reply 1 The first text").await;
    desk.settles().await;
    let (discord, sam) = (desk.discord(), user("sam"));
    let (at, shown) = said(&desk, CHANNEL).remove(0);
    assert!(shown.contains("Approve & send"), "{shown}");
    // The card in Discord still shows v1.
    desk.person("ana").in_slack().runs("reply 1 Another text").await;
    let told = discord.click(&sam, CHANNEL, &at, "Approve & send").await.text().await;
    assert!(told.contains("v1") && told.contains("v2"), "{told}");
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty());
    let (told, _) = tokio::join!(
        async { discord.click(&sam, CHANNEL, &at, "Approve & send").await.text().await },
        desk.person("ana").in_slack().runs("reply 1 A third text"),
    );
    desk.settles().await;
    let arrived = desk.network("mastodon").arrived();
    assert!(arrived.iter().all(|(_, text)| text == "Another text"), "{told}: {arrived:?}");
    assert!(arrived.len() <= 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn edit_again_opens_as_often_as_it_is_wanted() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let long = "We looked into it for a very long time and found nothing at all. ".repeat(8);
    let form = discord.click(&ana, CHANNEL, &at, "Reply…").await.modal().await;
    let refused = discord.submit(&ana, &form, &[("text", &long)]).await;
    assert!(refused.text().await.contains("of 280"));
    let (one, other) =
        tokio::join!(discord.click_in(&refused, "Edit again…"), discord.click_in(&refused, "Edit again…"));
    let (one, other) = (one.modal().await, other.modal().await);
    assert_eq!(one.value("text").trim(), long.trim());
    assert_eq!(one.value("text"), other.value("text"));
    let again = discord.submit(&ana, &one, &[]).await;
    assert!(again.text().await.contains("of 280"), "as long as before");
    let preview = discord.submit(&ana, &other, &[("text", "We found it.")]).await.text().await;
    assert!(preview.contains("Preview"), "{preview}");
    let third = discord.click_in(&again, "Edit again…").await.modal().await;
    assert!(!third.value("text").is_empty());
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn everybody_clicks_on_claim_at_once() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    let all = ["ana", "sam", "lee", "root"].map(|who| {
        let (desk, at) = (&desk, &at);
        async move { desk.discord().click(&user(who), CHANNEL, at, "Claim").await.text().await }
    });
    let read = futures_util::future::join_all(all).await;
    let holder = desk.mention(1).await.holder.unwrap().by;
    assert_eq!(read.iter().filter(|text| text.contains("#1 is yours")).count(), 1, "{read:?}");
    let told = |text: &&String| text.to_lowercase().contains(&format!("{holder} holds #1"));
    assert_eq!(read.iter().filter(told).count(), 3, "{read:?}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}
