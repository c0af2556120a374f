//! Slack calls us: signatures, forgeries, repetitions, and the same day as over sockets.

use super::{asked, card};
use crate::harness::World;
use crate::harness::slack::CHANNEL;
use crate::slack::fake::{Forgery, Submitted};
use hearback::chat::slack::{SlackConfig, Token, Transport};

/// Slack's own example of a secret (docs, "Verifying requests from Slack").
const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

fn by_http(config: &mut SlackConfig) {
    config.transport = Transport::Http(Token::new(SECRET));
}

#[tokio::test]
async fn a_day_by_http_is_like_a_day_over_sockets() {
    let desk = World::in_slack_with(by_http).await;
    let at = asked(&desk).await;
    let slack = desk.slack();
    assert!(slack.verify_url().await);
    let said = slack.slash("UANA", CHANNEL, "/claim", "1").await.text().await;
    assert!(said.contains("#1"), "{said}");
    let form = slack.click("UANA", CHANNEL, &at, "Reply…").await.view().await;
    let refused = slack.submit("UANA", &form, &[("text", &"long ".repeat(100))]).await;
    assert!(matches!(refused, Submitted::Errors(_)), "{refused:?}");
    let Submitted::Next(preview) = slack.submit("UANA", &form, &[("text", "We are back!")]).await else {
        panic!("a preview was expected");
    };
    slack.click_in_view("UANA", &preview, "Send", None).await.text().await;
    let said = slack.mention("UANA", CHANNEL, Some(&at), "note by HTTP").await.text().await;
    assert!(said.contains("Noted"), "{said}");
    slack.event_again().await;
    slack.quiet().await;
    assert_eq!(desk.mention(1).await.notes.len(), 1);
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    assert_eq!(card(&desk), at);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_is_not_from_slack_is_answered_401_and_does_nothing() {
    let desk = World::in_slack_with(by_http).await;
    asked(&desk).await;
    let slack = desk.slack();
    for forgery in [Forgery::WrongSecret, Forgery::Old, Forgery::BodyChanged, Forgery::NoHeaders] {
        assert_eq!(slack.forge(forgery, "UANA", CHANNEL, "/claim", "1").await, 401, "{forgery:?}");
    }
    assert!(desk.mention(1).await.holder.is_none());
    assert_eq!(slack.forge(Forgery::Genuine, "UANA", CHANNEL, "/claim", "1").await, 200);
    assert!(desk.mention(1).await.holder.is_some());
    desk.settles().await;
    desk.room();
    desk.ends().await;
}
