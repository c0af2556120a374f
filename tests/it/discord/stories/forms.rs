//! Forms: nothing that a person typed is lost.

use super::asked;
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};

#[tokio::test]
async fn a_text_that_cannot_be_sent_is_kept_and_opens_again_prefilled() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let long = "We looked & <found> it: *no* `markup`. ".repeat(12);
    let long = long.trim_end();
    let form = discord.click(&ana, CHANNEL, &at, "Reply…").await.modal().await;
    let refused = discord.submit(&ana, &form, &[("text", long)]).await;
    let said = refused.text().await;
    assert!(said.contains("of 280"), "it says how long it is: {said}");
    assert_eq!(desk.mention(1).await.drafts.last().map(|d| d.text.as_str()), Some(long), "kept as a draft");
    let again = discord.click_in(&refused, "Edit again…").await.modal().await;
    assert_eq!(again.value("text"), long, "as it was typed");
    let preview = discord.submit(&ana, &again, &[("text", "We found it.")]).await.text().await;
    assert!(preview.contains("Preview") && preview.contains("We found it."), "{preview}");
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_text_that_is_refused_is_kept_for_whoever_wrote_it_also_over_a_restart() {
    let mut desk = World::in_discord().await;
    let at = asked(&desk).await;
    let (ana, sam) = (user("ana"), user("sam"));
    let form = desk.discord().click(&ana, CHANNEL, &at, "Reply…").await.modal().await;
    desk.person("sam").runs("claim 1").await;
    desk.settles().await;
    let refused = desk.discord().submit(&ana, &form, &[("text", "It is <fixed> now, @everyone.")]).await;
    let said = refused.text().await;
    assert!(said.contains("Sam holds #1") && said.contains("It is <fixed> now"), "{said}");
    desk.restarts().await;
    desk.person("sam").runs("release 1").await;
    let again = desk.discord().click_in(&refused, "Edit again…").await.modal().await;
    assert_eq!(again.value("text"), "It is <fixed> now, @everyone.");
    let preview = desk.discord().submit(&ana, &again, &[]).await.text().await;
    assert!(preview.contains("Preview"), "{preview}");
    assert!(desk.discord().pings().is_empty());
    assert!(desk.discord().try_click(&sam, CHANNEL, &refused.messages()[0].id, "Edit again…").await.is_err());
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_disk_that_is_full_loses_no_text() {
    let desk = World::in_discord_on_a_small_disk().await;
    let at = asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let form = discord.click(&ana, CHANNEL, &at, "Reply…").await.modal().await;
    desk.disk().room(Some(0));
    let said = discord.submit(&ana, &form, &[("text", "A text that took long to write")]).await.text().await;
    assert!(said.contains("A text that took long to write"), "it can be copied: {said}");
    desk.disk().room(None);
    desk.settles().await;
    desk.room();
    desk.ends_with_errors().await;
}
