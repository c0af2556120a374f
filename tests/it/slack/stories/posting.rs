//! Cards that go out once, whatever Slack does: limits, failures, deletions, restarts.

use super::{asked, card, cards, thread};
use crate::harness::World;
use crate::harness::slack::CHANNEL;
use crate::slack::fake::Fail;

#[tokio::test]
async fn a_card_whose_posting_was_not_confirmed_is_found_instead_of_posted_twice() {
    for fail in [Fail::AcceptThenDrop, Fail::AcceptThenStatus(503), Fail::AcceptThenStatus(200)] {
        let desk = World::in_slack().await;
        desk.slack().will("chat.postMessage", [fail]);
        desk.hears("Hello Acme, is the app down?").from("bob").on("mastodon").await;
        desk.waits("2m").await;
        let at = card(&desk);
        desk.slack().click("UANA", CHANNEL, &at, "Claim").await.text().await;
        desk.settles().await;
        assert!(desk.slack().room_text(CHANNEL).contains("Claimed by Ana"));
        desk.room();
        desk.ends().await;
    }
}

#[tokio::test]
async fn a_card_that_did_not_arrive_is_posted_again() {
    for fail in [Fail::DropBefore, Fail::Status(500), Fail::Garbage, Fail::Error("fatal_error"), Fail::RateLimited(7)] {
        let desk = World::in_slack().await;
        desk.slack().will("chat.postMessage", [fail]);
        desk.hears("Hello Acme, is the app down?").from("bob").on("mastodon").await;
        desk.waits("2m").await;
        card(&desk);
        desk.room();
        desk.ends().await;
    }
}

#[tokio::test]
async fn a_crash_between_posting_and_recording_does_not_double_the_card() {
    let mut desk = World::in_slack().await;
    desk.dies_while_posting().await;
    desk.settles().await;
    desk.waits("2m").await;
    let at = card(&desk);
    desk.slack().click("UANA", CHANNEL, &at, "Claim").await.text().await;
    desk.settles().await;
    assert!(desk.slack().room_text(CHANNEL).contains("Claimed by Ana"));
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_deleted_card_is_posted_anew_and_nothing_leaks_into_the_channel() {
    let desk = World::in_slack().await;
    let old = asked(&desk).await;
    desk.slack().delete(CHANNEL, &old);
    desk.person("ana").runs("note 1 between ourselves").await;
    desk.settles().await;
    desk.waits("2m").await;
    let new = card(&desk);
    assert_ne!(new, old);
    assert!(desk.slack().leaked().is_empty(), "{:?}", desk.slack().leaked());
    let said = thread(&desk, &new);
    assert!(said.iter().any(|line| line.contains("between ourselves")), "{said:?}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_channel_that_cannot_be_written_to_holds_up_no_other_and_loses_nothing() {
    let desk = World::in_slack().await;
    desk.slack().kick(CHANNEL);
    desk.hears("Hello Acme, is the app down?").from("bob").on("mastodon").await;
    desk.waits("5m").await;
    assert!(cards(&desk).is_empty());
    let state = desk.slack_state();
    assert!(state.say.contains("/invite"), "{}", state.say);
    desk.slack().change_channel(CHANNEL, |c| {
        c.members.insert("UBOT".to_owned());
    });
    desk.waits("15m").await;
    card(&desk);
    desk.room();
    desk.slack().forgive();
    desk.ends_with_errors().await;
}

#[tokio::test]
async fn hostile_text_pings_nobody_and_unfolds_nothing() {
    let desk = World::in_slack().await;
    let hostile = "Acme <!channel> <!here> <!everyone> <@UANA> <!subteam^S1> @here @channel @everyone \
                   <https://evil.example|your bank> *bold* _it_ ~no~ `code` ```block``` > quote\n:tada: \u{202e}evil \
                   https://evil.example/x &amp; &lt;!channel&gt; <!date^1^{date}|x>";
    desk.hears(hostile).from("<!channel>").on("mastodon").await;
    desk.hears(&format!("{hostile}\n{}", "Acme \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} ".repeat(3000)))
        .from("eve")
        .on("mastodon")
        .await;
    desk.person("ana").runs("claim 1").await;
    desk.person("ana").runs(&format!("note 1 {hostile}")).await;
    desk.person("ana").runs(&format!("draft 1 {hostile}")).await;
    desk.settles().await;
    let slack = desk.slack();
    assert!(slack.pings().is_empty(), "{:?}", slack.pings());
    assert!(slack.unfurls().is_empty(), "{:?}", slack.unfurls());
    let raw = serde_json::to_string(&slack.channel(CHANNEL).iter().map(|m| m.json(true)).collect::<Vec<_>>()).unwrap();
    for forbidden in ["<!channel", "<!here", "<!everyone", "<@UANA", "<!subteam", "<https://evil", "@here", "@channel"]
    {
        assert!(!raw.contains(forbidden), "{forbidden} stands in what was sent");
    }
    desk.room();
    desk.ends().await;
}
