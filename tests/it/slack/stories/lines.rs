//! Sockets that break, deliveries that come twice, a Slack that is slow.

use super::{asked, card};
use crate::harness::World;
use crate::harness::slack::CHANNEL;
use crate::slack::fake::{Fail, Submitted};
use hearback::chat::Front;
use hearback::chat::slack::{SlackConfig, Token, Transport};
use hearback::chat::{Chat, Message, PostKey, Sending};
use hearback::desk::Clock;
use hearback::domain::{CardPlace, ChannelId, MessageId};
use std::time::{Duration, Instant};

async fn until(what: &str, is: impl Fn() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < Duration::from_mins(1), "{what} does not happen");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn every_kind_of_loss_is_mended_and_commands_come_through() {
    let desk = World::in_slack().await;
    asked(&desk).await;
    let slack = desk.slack();
    for name in ["a warning", "a refresh", "a cut", "a close", "both cut"] {
        let before = slack.connections();
        match name {
            "a warning" => slack.disconnect("warning", Duration::from_millis(300)),
            "a refresh" => slack.disconnect("refresh_requested", Duration::from_millis(30)),
            "a cut" => slack.cut(),
            "a close" => slack.close(),
            _ => slack.cut_all(),
        }
        until(name, || slack.connections() > before && slack.sockets() == 2).await;
        for _ in 0..4 {
            let said = slack.slash("UANA", CHANNEL, "/hearback", "show 1").await.text().await;
            assert!(said.contains("is the app down"), "after {name}: {said}");
        }
    }
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_comes_over_a_socket_with_notice_is_still_done() {
    let desk = World::in_slack().await;
    asked(&desk).await;
    let slack = desk.slack();
    slack.disconnect("warning", Duration::from_secs(2));
    // The old socket is still among those that deliver; none of these may be lost.
    for n in 0..12 {
        let said = slack.slash("UANA", CHANNEL, "/hearback", &format!("note 1 number {n}")).await.text().await;
        assert!(said.contains("Noted"), "{said}");
    }
    assert_eq!(desk.mention(1).await.notes.len(), 12);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn sockets_that_are_refused_or_never_open_are_tried_again() {
    let desk = World::in_slack().await;
    let slack = desk.slack();
    slack.will("apps.connections.open", [Fail::Status(500), Fail::RateLimited(1), Fail::DropBefore]);
    slack.refuse_sockets(Some(503));
    slack.cut_all();
    until("both are gone", || slack.sockets() == 0).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    slack.refuse_sockets(None);
    slack.connected(2).await;
    let said = slack.slash("UANA", CHANNEL, "/hearback", "version").await.text().await;
    assert!(said.contains("hearback"), "{said}");
    slack.forgive();
    desk.ends_with_errors().await;
}

#[tokio::test]
async fn garbage_and_unknown_envelopes_harm_nothing() {
    let desk = World::in_slack().await;
    let slack = desk.slack();
    for text in ["", "{", "null", "[1,2]", "{\"type\":5}", "{\"type\":\"slash_commands\"}", "\u{0}"] {
        slack.send_text(text);
    }
    slack.send_binary(&[0, 159, 146, 150]);
    slack.send_unknown();
    let said = slack.slash("UANA", CHANNEL, "/hearback", "version").await.text().await;
    assert!(said.contains("hearback"), "{said}");
    assert_eq!(slack.connections(), 2, "no socket was given up for it");
    desk.ends().await;
}

#[tokio::test]
async fn an_event_that_comes_twice_acts_once() {
    let desk = World::in_slack().await;
    let at = asked(&desk).await;
    let slack = desk.slack();
    slack.mention("UANA", CHANNEL, Some(&at), "note only once").await.text().await;
    slack.event_again().await;
    slack.event_again().await;
    slack.quiet().await;
    assert_eq!(desk.mention(1).await.notes.len(), 1);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_comes_over_every_socket_at_once_is_done_and_answered_once() {
    let desk = World::in_slack().await;
    let at = asked(&desk).await;
    let slack = desk.slack();
    slack.envelopes_everywhere();
    let said = slack.slash("UANA", CHANNEL, "/claim", "1").await.text().await;
    assert!(said.contains("#1 is yours"), "{said}");
    let said = slack.slash("UANA", CHANNEL, "/hearback", "note 1 once").await.text().await;
    assert!(said.contains("Noted"), "{said}");
    desk.settles().await;
    slack.click("UANA", CHANNEL, &at, "Release").await.text().await;
    let said = slack.slash("UANA", CHANNEL, "/reply", "1").await;
    let view = said.view().await;
    assert!(matches!(slack.submit("UANA", &view, &[("text", "Hello {name}")]).await, Submitted::Errors(_)));
    assert!(matches!(slack.submit("UANA", &view, &[("text", "On it")]).await, Submitted::Next(_)));
    slack.quiet().await;
    assert_eq!(slack.requests_to("views.open").len(), 1);
    assert_eq!(desk.mention(1).await.notes.len(), 1);
    let whispers = slack.whispers("UANA");
    assert!(!whispers.iter().any(|(_, text)| text.contains("already done")), "{whispers:?}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn many_commands_at_once_about_one_mention_are_all_done() {
    let desk = World::in_slack().await;
    asked(&desk).await;
    let slack = desk.slack();
    let all = (0..40).map(|n| async move {
        let said = slack.slash("UANA", CHANNEL, "/hearback", &format!("note 1 number {n}")).await;
        said.text().await
    });
    for said in futures_util::future::join_all(all).await {
        assert!(said.contains("Noted"), "{said}");
    }
    assert_eq!(desk.mention(1).await.notes.len(), 40);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn an_answer_whose_response_address_takes_nothing_any_more_comes_in_the_channel() {
    let desk = World::in_slack().await;
    let at = asked(&desk).await;
    let slack = desk.slack();
    slack.will("response_url", [Fail::Error("expired_url")]);
    slack.click("UANA", CHANNEL, &at, "Claim").await;
    until("the answer in the channel", || slack.whispers("UANA").iter().any(|(_, said)| said.contains("is yours")))
        .await;
    assert_eq!(slack.requests_to("chat.postEphemeral").len(), 1);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn somebody_whom_slack_is_slow_to_name_is_acknowledged_in_time_and_delays_nobody() {
    let desk = World::in_slack().await;
    asked(&desk).await;
    let slack = desk.slack();
    slack.will("users.info", [Fail::Hang]);
    let (slow, quick) =
        tokio::join!(slack.slash("UBEN", CHANNEL, "/hearback", "show 1"), slack.slash("UANA", CHANNEL, "/claim", "1"));
    assert!(slow.failure.is_none(), "{:?}", slow.failure);
    let said = quick.text().await;
    assert!(said.contains("#1"), "{said}");
    desk.settles().await;
    let late = {
        let began = Instant::now();
        while slow.so_far().is_empty() {
            assert!(began.elapsed() < Duration::from_secs(40), "no late answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        slow.so_far()
    };
    assert!(late.contains("cannot say who you are"), "{late}");
    assert!(!card(&desk).is_empty());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn sockets_that_never_live_long_are_not_opened_without_a_pause() {
    let desk = World::in_slack().await;
    let slack = desk.slack();
    slack.limits(false);
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(1_500) {
        slack.disconnect("warning", Duration::ZERO);
        slack.close();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!((3..=12).contains(&slack.connections()), "{} connections", slack.connections());
    slack.connected(2).await;
    until("two open sockets", || desk.slack_state().say.contains("2 sockets")).await;
    desk.ends().await;
}

#[tokio::test]
async fn what_is_wrong_with_one_channel_is_not_forgotten_over_another() {
    let desk = World::in_slack().await;
    let front = desk.front();
    let say = async |channel: &str, id: &str| {
        let key = PostKey { id, maybe_since: None };
        front.post(&ChannelId::new(channel), &Message::say("for all"), key).await
    };
    desk.slack().will("chat.postMessage", [Fail::RateLimited(1)]);
    assert!(say(CHANNEL, "one").await.is_err());
    assert_eq!(desk.slack_state().say, "connected, 2 sockets", "to wait a little is no trouble");
    desk.slack().kick(CHANNEL);
    assert!(say(CHANNEL, "two").await.is_err());
    say("C2", "three").await.unwrap();
    assert!(desk.slack_state().say.contains("/invite"), "{}", desk.slack_state().say);
    desk.slack().change_channel(CHANNEL, |c| {
        c.members.insert("UBOT".to_owned());
    });
    say(CHANNEL, "four").await.unwrap();
    assert_eq!(desk.slack_state().say, "connected, 2 sockets");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_holds_nothing_up() {
    let desk = World::in_slack().await;
    let at = asked(&desk).await;
    let front = desk.front();
    let wait = |what| front.wait(&ChannelId::new(CHANNEL), what);
    let place = CardPlace { place: desk.place(), message: MessageId::new(format!("{CHANNEL}/{at}")) };
    desk.slack().will("chat.update", [Fail::RateLimited(500_000)]);
    assert!(front.edit(&place, &Message::say("anew")).await.is_err());
    assert!(wait(Sending::Edit) <= Duration::from_hours(1), "no rest of days");
    assert!(front.wait(&ChannelId::new("C2"), Sending::Edit) > Duration::from_mins(50), "edits are limited everywhere");
    assert!(wait(Sending::Post) > Duration::ZERO);
    let back = desk.clock().now().checked_sub(jiff::SignedDuration::from_hours(2)).unwrap();
    desk.clock().set(back);
    assert_eq!(wait(Sending::Post), Duration::ZERO);
    assert_eq!(wait(Sending::Edit), Duration::ZERO);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn an_answer_that_the_response_address_does_not_take_reaches_the_person_all_the_same() {
    let desk = World::in_slack().await;
    let at = asked(&desk).await;
    let slack = desk.slack();
    slack.will("response_url", [Fail::Status(500)]);
    slack.click("UANA", CHANNEL, &at, "Claim").await;
    until("the second try", || slack.requests_to("response_url").len() == 2).await;
    until("an answer", || slack.whispers("UANA").iter().any(|(_, text)| text.contains("#1"))).await;
    desk.settles().await;
    slack.will("response_url", [Fail::Error("expired_url")]);
    slack.click("UANA", CHANNEL, &at, "Release").await;
    until("an answer in the channel", || slack.requests_to("chat.postEphemeral").len() == 1).await;
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_came_in_by_http_to_the_last_is_still_answered() {
    let desk = World::in_slack_with(|config: &mut SlackConfig| {
        config.transport = Transport::Http(Token::new("8f742231b10e8888abcd99yyyzzz85a5"));
    })
    .await;
    let at = asked(&desk).await;
    let slack = desk.slack();
    slack.will("response_url", [Fail::Slow(Duration::from_millis(400))]);
    slack.click("UANA", CHANNEL, &at, "Claim").await;
    desk.front().finish().await;
    assert!(slack.whispers("UANA").iter().any(|(_, text)| text.contains("#1")), "{:?}", slack.whispers("UANA"));
    desk.settles().await;
    desk.room();
    desk.ends().await;
}
