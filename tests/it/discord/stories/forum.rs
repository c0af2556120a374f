//! A forum as the channel of the cards: one post a mention.

use crate::discord::fake::{FORUM, TAG_COMPLAINT, TAG_DONE, TAG_OPEN, Tag};
use crate::harness::World;
use crate::harness::discord::user;

fn posts(desk: &World) -> Vec<String> {
    desk.discord().threads(FORUM).into_iter().map(|post| post.id).collect()
}

fn tags(desk: &World, post: &str) -> Vec<String> {
    desk.discord().channel(post).unwrap().thread.unwrap().tags
}

#[tokio::test]
async fn one_post_a_mention_with_tags_for_kind_and_state() {
    let desk = World::in_discord_forum().await;
    desk.hears("Acme, this is terrible, nothing works, I am angry!").from("bob").on("mastodon").await;
    let discord = desk.discord();
    let made = posts(&desk);
    assert_eq!(made.len(), 1);
    let post = made[0].clone();
    assert!(discord.channel(&post).unwrap().name.contains("#1"), "{}", discord.channel(&post).unwrap().name);
    assert_eq!(tags(&desk, &post), [TAG_COMPLAINT, TAG_OPEN]);
    let ana = user("ana");
    let said = discord.click(&ana, &post, &post, "Claim").await.text().await;
    assert!(said.contains("#1"), "{said}");
    desk.settles().await;
    assert_eq!(tags(&desk, &post), [TAG_COMPLAINT], "no tag for claimed");
    let said = discord.slash(&ana, &post, "note", &[("text", "looking")]).await.text().await;
    assert!(said.contains("Noted"), "{said}");
    desk.settles().await;
    assert!(discord.room_text(&post).contains("looking"));
    discord.archive(&post, true);
    discord.slash(&ana, FORUM, "done", &[("mention", "1"), ("reason", "none")]).await.text().await;
    desk.settles().await;
    assert_eq!(tags(&desk, &post), [TAG_COMPLAINT, TAG_DONE]);
    assert_eq!(posts(&desk).len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn tags_that_people_put_on_a_post_stay() {
    let desk = World::in_discord_forum().await;
    let vip = "1299999999999999999";
    desk.discord().change_channel(FORUM, |forum| {
        forum.tags.push(Tag { id: vip.to_owned(), name: "vip".to_owned(), moderated: false });
    });
    desk.hears("Acme, this is terrible, nothing works, I am angry!").from("bob").on("mastodon").await;
    let post = posts(&desk)[0].clone();
    desk.discord().change_channel(&post, |post| post.thread.as_mut().unwrap().tags.push(vip.to_owned()));
    desk.person("ana").runs("done 1 none").await;
    desk.settles().await;
    assert_eq!(tags(&desk, &post), [TAG_COMPLAINT, TAG_DONE, vip]);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_post_that_was_deleted_comes_back() {
    let desk = World::in_discord_forum().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    let discord = desk.discord();
    let post = posts(&desk)[0].clone();
    discord.delete_channel(&post);
    desk.person("ana").runs("note 1 where is it").await;
    desk.waits("1m").await;
    let now = posts(&desk);
    assert_eq!(now.len(), 1);
    assert_ne!(now[0], post);
    assert!(discord.room_text(&now[0]).contains("where is it"));
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn the_program_dies_while_a_post_is_made() {
    let mut desk = World::in_discord_forum().await;
    desk.dies_while_posting_in_discord().await;
    desk.settles().await;
    assert_eq!(posts(&desk).len(), 1, "posted once");
    desk.room();
    desk.ends().await;
}
