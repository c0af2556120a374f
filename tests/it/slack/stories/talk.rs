//! What is said among colleagues stays there, and nothing is approved or lost that somebody did not read.

use super::asked;
use crate::harness::World;
use crate::harness::slack::CHANNEL;
use crate::slack::fake::Submitted;
use serde_json::json;

#[tokio::test]
async fn naming_the_app_in_passing_is_talk_and_never_a_command() {
    let desk = World::in_slack_in_mode("approve").await;
    let at = asked(&desk).await;
    let slack = desk.slack();
    slack.slash("UANA", CHANNEL, "/hearback", "reply 1 We are on it.").await.text().await;
    desk.settles().await;
    for text in ["<@UANA> approve <@UBOT> posted?", "did <@UBOT> approve 1", "approve 1 <@UBOT>"] {
        let event = json!({
            "type": "app_mention", "user": "USAM", "channel": CHANNEL, "text": text, "ts": "1772445700.000100",
            "thread_ts": at, "event_ts": "1772445700.000100",
        });
        slack.event(event).await;
    }
    slack.quiet().await;
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty(), "{:?}", desk.network("mastodon").arrived());
    assert_eq!(desk.mention(1).await.drafts.len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_card_that_is_not_up_to_date_approves_nothing_else() {
    let desk = World::in_slack_in_mode("approve").await;
    let at = asked(&desk).await;
    let slack = desk.slack();
    slack.slash("UANA", CHANNEL, "/hearback", "reply 1 The first text.").await.text().await;
    desk.settles().await;
    // Both are on their way at the same moment: the card still shows v1.
    slack.slash("UANA", CHANNEL, "/hearback", "reply 1 Another text.").await.text().await;
    let said = slack.click("USAM", CHANNEL, &at, "Approve & send").await.text().await;
    assert!(said.contains("v1") && said.contains("v2 waits"), "{said}");
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty());
    let said = slack.click("USAM", CHANNEL, &at, "Approve & send").await.text().await;
    assert!(said.contains("on its way"), "{said}");
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived()[0].1, "Another text.");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_form_says_that_nothing_was_sent_while_everything_is_paused() {
    let desk = World::in_slack_in_mode("direct").await;
    asked(&desk).await;
    desk.person("root").runs("pause maintenance").await;
    let slack = desk.slack();
    let form = slack.slash("UANA", CHANNEL, "/reply", "1").await.view().await;
    match slack.submit("UANA", &form, &[("text", "We are back!")]).await {
        Submitted::Next(view) => {
            let said = slack.view_text(&view).unwrap();
            assert!(said.to_lowercase().contains("paused"), "{said}");
        }
        Submitted::Errors(errors) => assert!(errors["text"].to_lowercase().contains("paused"), "{errors:?}"),
        other => panic!("{other:?}"),
    }
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty());
    desk.room();
    desk.ends().await;
}
