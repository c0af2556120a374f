//! What was posted is found again and not posted twice, however much stands beside it.

use super::rates::{cards, in_step};
use super::{asked, card, said, thread};
use crate::discord::fake::{FORUM, Fail, Limits, rights};
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};
use hearback::chat::{Chat, PostKey};
use hearback::domain::{CardPlace, MessageId, PersonId, SourceName, Text};
use hearback::networks::First;

const POST: &str = "POST /channels/{channel}/messages";
const READ: &str = "GET /channels/{channel}/messages";
const OPEN: &str = "GET /channels/{channel}/messages/{message}";
const ACTIVE: &str = "GET /guilds/{guild}/threads/active";

/// So many people ask at once; what may go out at once does.
async fn rush(desk: &World, from: usize, to: usize) {
    for n in from..=to {
        let post = crate::stories::post(&format!("p{n}"), &format!("Acme, question number {n}?"), desk.now());
        desk.network("mastodon").says(post);
    }
    desk.desk().poll(&SourceName::new("mastodon"), First::Now).await.unwrap();
    desk.desk().settle().await.unwrap();
}

fn posts(desk: &World) -> Vec<String> {
    desk.discord().threads(FORUM).into_iter().map(|post| post.id).collect()
}

#[tokio::test]
async fn a_restart_in_the_middle_of_a_rush_in_a_channel_full_of_talk() {
    let mut desk = World::in_discord().await;
    rush(&desk, 1, 12).await;
    let before = cards(&desk).len();
    assert!((1..12).contains(&before), "{before}");
    for n in 0..600 {
        desk.discord().writes(&user("sam"), CHANNEL, &format!("talk {n}"));
    }
    desk.dies_in_discord().await;
    desk.discord().limits(Limits::Real);
    in_step(&desk, "twelve cards", || cards(&desk).len() == 12).await;
    let all = cards(&desk);
    for n in 1..=12 {
        let times = all.iter().filter(|words| words.contains(&format!("question number {n}?"))).count();
        assert_eq!(times, 1, "#{n}");
    }
    let reads = desk.discord().requests_to(READ);
    let pages = reads.iter().filter(|read| read.status == 200).count();
    assert!(pages <= 9, "each page once: {pages}");
    assert!(reads.len() > pages, "Discord's limit stood in the way");
    desk.discord().limits(Limits::Off);
    desk.waits("1m").await;
    assert_eq!(cards(&desk).len(), 12);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn where_the_history_is_hidden_nothing_is_posted_before_it_can_be_read() {
    let mut desk = World::in_discord().await;
    desk.dies_while_posting_in_discord().await;
    desk.discord().deny(CHANNEL, rights::READ_MESSAGE_HISTORY);
    desk.waits("30m").await;
    assert_eq!(said(&desk, CHANNEL).len(), 1, "posted once");
    assert!(desk.discord_state().say.contains("Read Message History"), "{:?}", desk.discord_state());
    desk.discord().deny(CHANNEL, 0);
    desk.waits("30m").await;
    card(&desk);
    assert_eq!(desk.discord_state().say, "connected");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn where_the_last_message_was_deleted_nothing_is_taken_for_hidden() {
    let desk = World::in_discord().await;
    let last = desk.discord().writes(&user("sam"), CHANNEL, "hello");
    desk.discord().change_channel(CHANNEL, |channel| channel.messages.retain(|message| message.id != last));
    desk.discord().will(POST, [Fail::DropBefore]);
    asked(&desk).await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn of_two_equal_lines_both_are_there() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    for (n, fail) in
        [None, Some(Fail::RateLimited(40)), Some(Fail::AcceptThenDrop), Some(Fail::DropBefore)].into_iter().enumerate()
    {
        desk.discord().will(POST, fail);
        desk.person("ana").runs("note 1 ok").await;
        desk.waits("90s").await;
        let lines = thread(&desk, &at);
        assert_eq!(lines.iter().filter(|line| line.contains("ok")).count(), n + 1, "{lines:?}");
    }
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_line_with_a_ping_keeps_its_words_without_the_right_to_show_embeds() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    desk.person("ana").runs("note 1 first").await;
    desk.settles().await;
    desk.discord().deny(CHANNEL, rights::EMBED_LINKS);
    let place = CardPlace { place: desk.place(), message: MessageId::new(&at) };
    let (text, who) = (Text::plain("The author wrote again"), PersonId::new("ana"));
    let told = desk.discord_front().thread(&place, 1, &text, Some(&who), PostKey::fresh("a")).await;
    assert_eq!(told, Ok(()));
    let lines = thread(&desk, &at);
    assert!(lines.last().unwrap().contains("The author wrote again"), "{lines:?}");
    assert_eq!(desk.discord().pings().len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_post_that_was_closed_meanwhile_is_found() {
    let mut desk = World::in_discord_forum().await;
    desk.dies_while_posting_in_discord().await;
    let post = posts(&desk).remove(0);
    desk.discord().archive(&post, true);
    desk.waits("5m").await;
    assert_eq!(posts(&desk), [post]);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_post_that_was_called_otherwise_meanwhile_is_found() {
    let mut desk = World::in_discord_forum().await;
    desk.dies_while_posting_in_discord().await;
    let post = posts(&desk).remove(0);
    desk.discord().change_channel(&post, |post| "solved: it was down".clone_into(&mut post.name));
    desk.waits("5m").await;
    assert_eq!(posts(&desk), [post]);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn in_a_forum_of_many_posts_few_are_opened() {
    let mut desk = World::in_discord_forum().await;
    rush(&desk, 1, 15).await;
    desk.settles().await;
    rush(&desk, 16, 30).await;
    let before = posts(&desk).len();
    assert!((15..30).contains(&before), "{before}");
    desk.dies_in_discord().await;
    desk.settles().await;
    assert_eq!(posts(&desk).len(), 30);
    let (listed, opened) = (desk.discord().requests_to(ACTIVE).len(), desk.discord().requests_to(OPEN).len());
    assert_eq!(listed, 1);
    assert!(opened <= 3, "{opened}");
    desk.room();
    desk.ends().await;
}
