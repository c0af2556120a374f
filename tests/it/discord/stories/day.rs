//! A team's day in a channel.

use super::{asked, card, thread};
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};

#[tokio::test]
async fn from_the_card_to_the_answer_with_buttons_and_modals_alone() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));

    let said = discord.click(&ana, CHANNEL, &at, "Claim").await.text().await;
    assert!(said.contains("#1"), "{said}");
    desk.settles().await;
    assert!(discord.room_text(CHANNEL).contains("Claimed]] by Ana"), "{}", discord.room_text(CHANNEL));

    let form = discord.click(&ana, CHANNEL, &at, "Reply…").await.modal().await;
    assert!(form.text().contains("is the app down for everybody?"), "{}", form.text());
    let preview = discord.submit(&ana, &form, &[("text", "We are back. Sorry!")]).await;
    let shown = preview.text().await;
    assert!(shown.contains("Preview") && shown.contains("We are back. Sorry!"), "{shown}");
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty(), "a preview sends nothing");

    desk.waits("10m").await;
    let sent = discord.click_in(&preview, "Send").await.text().await;
    assert!(sent.contains("n its way"), "{sent}");
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    let room = discord.room_text(CHANNEL);
    assert!(room.contains("Replied") && room.contains("by Ana, after 10 min"), "{room}");
    let thread = thread(&desk, &at);
    assert_eq!(thread.len(), 2, "the draft and what was sent: {thread:?}");
    assert!(thread[0].contains("Draft v1") && thread[1].contains("Sent"), "{thread:?}");
    assert_eq!(card(&desk), at, "one card, edited in place");
    assert!(discord.pings().is_empty(), "{:?}", discord.pings());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn commands_with_options_in_the_channel_and_in_the_thread() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let said = discord.slash(&ana, CHANNEL, "claim", &[]).await.text().await;
    assert!(said.contains("#1"), "{said}");
    desk.settles().await;
    let said = discord.slash(&ana, CHANNEL, "hearback help", &[]).await.text().await;
    assert!(said.contains("claim"), "help: {said}");
    let said = discord.slash(&ana, CHANNEL, "queue", &[("which", "mine")]).await.text().await;
    assert!(said.contains("#1"), "{said}");

    // The claim opened the thread; there the mention is implied.
    let noted = "asked & waiting for @sam -- 142 **soon**";
    let said = discord.slash(&ana, &at, "note", &[("text", noted)]).await.text().await;
    assert!(said.contains("Noted"), "{said}");
    assert_eq!(desk.mention(1).await.notes[0].text, noted);
    let said = discord.slash(&ana, &at, "claim", &[("user", "sam")]).await.text().await;
    assert!(said.contains("Sam"), "{said}");
    desk.settles().await;
    let pings = discord.pings();
    assert_eq!(pings.len(), 1, "whom it was given to, once: {pings:?}");
    let said = discord.slash(&ana, CHANNEL, "claim", &[("mention", "what")]).await.text().await;
    assert!(said.contains("mention"), "{said}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_is_typed_is_completed_ones_own_claims_first() {
    let desk = World::in_discord().await;
    for text in ["Acme, is the app down?", "Acme, where is my parcel?", "Acme, how do I pay?"] {
        desk.hears(text).from("bob").on("mastodon").await;
    }
    let (discord, ana) = (desk.discord(), user("ana"));
    desk.person("ana").runs("claim 2").await;
    desk.settles().await;
    let offered = discord.autocomplete(&ana, CHANNEL, "reply", &[], "mention", "").await;
    assert_eq!(offered[0].1, "2", "{offered:?}");
    assert!(offered[0].0.contains("parcel"), "{offered:?}");
    assert!(offered.iter().any(|(_, value)| value == "1"), "{offered:?}");
    let offered = discord.autocomplete(&ana, CHANNEL, "reply", &[], "mention", "pay").await;
    assert_eq!(offered[0].1, "3", "{offered:?}");
    let offered = discord.autocomplete(&ana, CHANNEL, "claim", &[("mention", "1")], "user", "sa").await;
    assert!(offered.iter().any(|(name, value)| name.contains("Sam") && value.contains("sam")), "{offered:?}");
    let nobody = discord.autocomplete(&user("vic"), CHANNEL, "reply", &[], "mention", "").await;
    assert!(nobody.is_empty(), "a viewer cannot reply: {nobody:?}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn commands_in_the_menu_of_a_message() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let said = discord.message_command(&ana, CHANNEL, &at, "Claim mention").await.text().await;
    assert!(said.contains("#1"), "{said}");
    desk.settles().await;
    let form = discord.message_command(&ana, CHANNEL, &at, "Note on mention").await.modal().await;
    let said = discord.submit(&ana, &form, &[("text", "all well")]).await.text().await;
    assert!(said.contains("Noted"), "{said}");
    assert_eq!(desk.mention(1).await.notes.len(), 1);
    let form = discord.message_command(&ana, CHANNEL, &at, "Reply to mention").await.modal().await;
    assert!(form.text().contains("is the app down"), "{}", form.text());

    let chat = discord.writes(&user("sam"), CHANNEL, "lunch?");
    let said = discord.message_command(&ana, CHANNEL, &chat, "Claim mention").await.text().await;
    assert!(said.contains("no card"), "{said}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn the_menu_of_a_card_and_the_digest() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let form = discord.choose(&ana, CHANNEL, &at, "More…", "Note…").await.modal().await;
    discord.submit(&ana, &form, &[("text", "seen")]).await.text().await;
    assert_eq!(desk.mention(1).await.notes.len(), 1);
    for n in 1..=7 {
        desk.hears(super::digest::PRAISE[n - 1]).from("fan").on("mastodon").await;
    }
    desk.room();
    let said = discord.slash(&ana, CHANNEL, "digest", &[("action", "now")]).await.text().await;
    assert!(!said.is_empty());
    desk.settles().await;
    let digest = desk.room();
    assert!(digest.contains("#2") && digest.contains("#8"), "{digest}");
    let (_, shown) = super::said(&desk, CHANNEL).pop().unwrap();
    assert!(shown.contains("Claim") && shown.contains("Thanks"), "{shown}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}
