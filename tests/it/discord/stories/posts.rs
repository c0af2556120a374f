//! Forums that ask for tags, lose them, and put posts away.

use crate::discord::fake::{FORUM, TAG_COMPLAINT, TAG_DONE, TAG_OPEN, rights};
use crate::harness::World;
use crate::harness::discord::user;

const ANGRY: &str = "Acme, this is terrible, nothing works, I am angry!";

fn posts(desk: &World) -> Vec<String> {
    desk.discord().threads(FORUM).into_iter().map(|post| post.id).collect()
}

fn tags(desk: &World, post: &str) -> Vec<String> {
    desk.discord().channel(post).unwrap().thread.unwrap().tags
}

fn healthy(desk: &World) {
    assert_eq!(desk.discord_state().say, "connected");
}

#[tokio::test]
async fn a_forum_that_asks_for_a_tag_gets_one_that_fits_or_any() {
    let desk = World::in_discord_forum().await;
    desk.discord().require_tag(FORUM);
    desk.hears(ANGRY).from("bob").on("mastodon").await;
    desk.hears("Acme, where is my parcel?").from("eve").on("mastodon").await;
    let made = posts(&desk);
    assert_eq!(tags(&desk, &made[0]), [TAG_COMPLAINT, TAG_OPEN]);
    assert_eq!(tags(&desk, &made[1]), [TAG_OPEN], "there is none for questions");
    desk.person("ana").runs("claim 2").await;
    desk.settles().await;
    assert_eq!(tags(&desk, &made[1]).len(), 1, "neither for questions nor for what is claimed");
    desk.person("ana").runs("done 2 none").await;
    desk.settles().await;
    assert_eq!(tags(&desk, &made[1]), [TAG_DONE]);
    healthy(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn tags_for_moderators_are_not_used_and_a_forum_with_no_others_says_what_to_do() {
    let desk = World::in_discord_forum().await;
    let discord = desk.discord();
    discord.require_tag(FORUM);
    discord.change_channel(FORUM, |forum| forum.tags.iter_mut().for_each(|tag| tag.moderated = true));
    desk.hears(ANGRY).from("bob").on("mastodon").await;
    desk.waits("2m").await;
    assert!(posts(&desk).is_empty());
    assert!(desk.discord_state().say.contains("wants a tag on every post"), "{:?}", desk.discord_state());
    assert!(discord.forgive().iter().all(|wrong| wrong.contains("40067")));
    discord.change_channel(FORUM, |forum| forum.tags[1].moderated = false);
    desk.waits("15m").await;
    let made = posts(&desk);
    assert_eq!(made.len(), 1, "nothing is lost");
    assert_eq!(tags(&desk, &made[0]), [TAG_OPEN]);
    healthy(&desk);
    discord.forgive();
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_tag_that_somebody_deleted_takes_no_card_along() {
    let desk = World::in_discord_forum().await;
    desk.hears(ANGRY).from("bob").on("mastodon").await;
    let discord = desk.discord();
    discord.change_channel(FORUM, |forum| forum.tags.retain(|tag| tag.id != TAG_OPEN));
    desk.hears("Acme is terrible, I want a refund!").from("eve").on("mastodon").await;
    let made = posts(&desk);
    assert_eq!(made.len(), 2);
    assert_eq!(tags(&desk, &made[1]), [TAG_COMPLAINT]);
    discord.change_channel(FORUM, |forum| forum.tags.retain(|tag| tag.id != TAG_DONE));
    desk.person("ana").runs("done 1 none").await;
    desk.settles().await;
    assert_eq!(tags(&desk, &made[0]), [TAG_COMPLAINT]);
    assert!(discord.room_text(&made[0]).contains("Done"), "{}", discord.room_text(&made[0]));
    healthy(&desk);
    // Discord said no to a tag that it does not know any more; that was asked once each.
    let said_no = discord.forgive();
    assert!(said_no.len() <= 2 && said_no.iter().all(|wrong| wrong.contains("Unknown tag")), "{said_no:?}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_forum_without_tags_will_do() {
    let desk = World::in_discord_forum().await;
    desk.discord().change_channel(FORUM, |forum| forum.tags.clear());
    desk.hears(ANGRY).from("bob").on("mastodon").await;
    let made = posts(&desk);
    assert!(made.len() == 1 && tags(&desk, &made[0]).is_empty());
    let said = desk.discord().click(&user("ana"), &made[0], &made[0], "Claim").await.text().await;
    assert!(said.contains("#1"), "{said}");
    desk.settles().await;
    healthy(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn the_digest_is_a_post_with_its_day_as_the_title_and_its_buttons_work() {
    let mut desk = World::in_discord_forum().await;
    desk.discord().require_tag(FORUM);
    desk.hears("I love Acme, wonderful service, thank you!").from("bob").on("mastodon").await;
    desk.waits_until("2026-03-03T09:01:00Z").await;
    let discord = desk.discord().clone();
    let digest = discord.threads(FORUM).pop().unwrap();
    assert!(digest.name.contains("Digest for Tuesday"), "{:?}", digest.name);
    assert_eq!(tags(&desk, &digest.id).len(), 1);
    let said = discord.click(&user("ana"), &digest.id, &digest.id, "Claim #1").await.text().await;
    assert!(said.contains("#1 is yours"), "{said}");
    desk.settles().await;
    desk.restarts().await;
    desk.waits("10m").await;
    assert_eq!(posts(&desk).len(), 2, "the card's and the digest's");
    assert_eq!(desk.digests().len(), 1);
    healthy(&desk);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_post_that_was_put_away_or_locked_still_shows_where_it_stands() {
    let desk = World::in_discord_forum().await;
    desk.hears(ANGRY).from("bob").on("mastodon").await;
    let (discord, post) = (desk.discord(), posts(&desk)[0].clone());
    // Once it is late, nothing more happens to it.
    desk.sleeps("2h").await;
    desk.sleeps("8d").await;
    assert!(discord.channel(&post).unwrap().thread.unwrap().archived, "a week without news");
    desk.person("ana").runs("claim 1").await;
    desk.settles().await;
    assert!(discord.room_text(&post).contains("Claimed]] by Ana"));
    assert_eq!(tags(&desk, &post), [TAG_COMPLAINT]);

    discord.without_rights(rights::MANAGE_THREADS);
    discord.lock(&post, true);
    discord.archive(&post, true);
    desk.person("ana").runs("release 1").await;
    desk.waits("2m").await;
    assert!(!desk.discord_state().say.ends_with("connected"), "{:?}", desk.discord_state());
    discord.lock(&post, false);
    desk.waits("20m").await;
    assert!(discord.room_text(&post).contains("Open"), "{}", discord.room_text(&post));
    assert_eq!(tags(&desk, &post), [TAG_COMPLAINT, TAG_OPEN]);
    healthy(&desk);
    desk.room();
    desk.ends().await;
}
