//! Who may do what.

use super::asked;
use crate::discord::fake::{ANA, CARE, Done, ELSEWHERE, Place, SAM, SUPPORT};
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};
use hearback::domain::Role;
use serde_json::json;

#[tokio::test]
async fn roles_and_channels_of_bot_toml_count_and_the_gate_decides() {
    let desk = World::in_discord_with(|config| {
        config.staff.roles.insert(CARE.to_owned(), Role::Responder);
    })
    .await;
    asked(&desk).await;
    let discord = desk.discord();
    let said = discord.slash(ANA, CHANNEL, "claim", &[]).await.text().await;
    assert!(said.contains("#1"), "ana has the role: {said}");
    let said = discord.slash(SAM, CHANNEL, "claim", &[("mention", "1")]).await.text().await;
    assert!(said.contains("no role here") && said.contains(SAM), "{said}");
    let offered = discord.autocomplete(SAM, CHANNEL, "claim", &[], "mention", "").await;
    assert!(offered.is_empty(), "{offered:?}");
    desk.settles().await;
    assert!(desk.discord().room_text(CHANNEL).contains("Claimed]] by Ana Diaz"));
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn members_of_the_server_may_do_nothing_unless_bot_toml_lets_them_look() {
    for (others, desk) in [
        (None, World::in_discord().await),
        (Some(Role::Viewer), World::in_discord_with(|config| config.staff.others = Some(Role::Viewer)).await),
    ] {
        let at = asked(&desk).await;
        let discord = desk.discord();
        for (command, given) in
            [("queue", &[][..]), ("show", &[("mention", "1")]), ("find", &[("text", "down")]), ("stats", &[])]
        {
            let said = discord.slash(SAM, CHANNEL, command, given).await.text().await;
            assert_eq!(said.contains("no role here"), others.is_none(), "{command}: {said}");
            assert!(others.is_some() || !said.contains("bob"), "{command}: {said}");
        }
        let offered = discord.autocomplete(SAM, CHANNEL, "show", &[], "mention", "").await;
        assert_eq!(offered.is_empty(), others.is_none(), "{offered:?}");
        let said = discord.click(SAM, CHANNEL, &at, "Claim").await.text().await;
        assert!(said.contains(if others.is_none() { "no role here" } else { "responder" }), "{said}");
        assert!(desk.mention(1).await.holder.is_none());
        desk.room();
        desk.ends().await;
    }
}

#[tokio::test]
async fn what_somebody_wrote_who_may_not_is_not_lost_for_them() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let note = [("mention", "1"), ("text", "It took long to write this")];
    let said = desk.discord().slash(SAM, CHANNEL, "note", &note).await.text().await;
    assert!(said.contains("no role here") && said.contains("It took long to write this"), "{said}");
    assert!(desk.mention(1).await.notes.is_empty());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn who_acts_in_a_channel_or_its_threads_has_its_role() {
    let desk = World::in_discord_with(|config| {
        config.staff.channels.insert(SUPPORT.to_owned(), Role::Responder);
    })
    .await;
    let at = asked(&desk).await;
    let discord = desk.discord();
    discord.slash(SAM, CHANNEL, "claim", &[]).await.text().await;
    desk.settles().await;
    let said = discord.slash(SAM, &at, "note", &[("text", "from the thread")]).await.text().await;
    assert!(said.contains("Noted"), "{said}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn another_server_is_not_ours() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let said = desk
        .discord()
        .act(
            Place { user: SAM, channel: ELSEWHERE },
            Done::new(2, "queue", json!({ "id": "1", "name": "queue", "type": 1 })),
        )
        .await
        .text()
        .await;
    assert!(said.contains("their own server") && !said.contains("#1"), "{said}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_viewer_may_look_only() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    let (discord, vic) = (desk.discord(), user("vic"));
    let said = discord.click(&vic, CHANNEL, &at, "Claim").await.text().await;
    assert!(said.contains("responder"), "{said}");
    let said = discord.slash(&vic, CHANNEL, "queue", &[]).await.text().await;
    assert!(said.contains("#1"), "{said}");
    assert!(desk.mention(1).await.holder.is_none());
    desk.room();
    desk.ends().await;
}
