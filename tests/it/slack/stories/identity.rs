//! Who may do what, by what Slack says of them.

use super::asked;
use crate::harness::World;
use crate::harness::slack::CHANNEL;
use crate::slack::fake::{Standing, User};
use hearback::domain::Role;

#[tokio::test]
async fn guests_and_strangers_are_refused_and_told_why() {
    let desk = World::in_slack_with(|config| config.staff.others = Some(Role::Responder)).await;
    asked(&desk).await;
    let slack = desk.slack();
    let said = slack.slash("UGUEST", CHANNEL, "/claim", "1").await.text().await;
    assert!(said.contains("guest") && said.contains("UGUEST"), "{said}");
    let at = super::card(&desk);
    let said = slack.click("USTRANGE", CHANNEL, &at, "Claim").await.text().await;
    assert!(said.contains("another workspace"), "{said}");
    assert!(desk.mention(1).await.holder.is_none());
    let said = slack.slash("UBEN", CHANNEL, "/claim", "1").await.text().await;
    assert!(said.contains("#1"), "a full member has the role of the others: {said}");
    desk.settles().await;
    assert!(slack.room_text(CHANNEL).contains("Claimed by ben"), "{}", slack.room_text(CHANNEL));
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn roles_come_from_user_groups_and_channels() {
    let desk = World::in_slack_with(|config| {
        config.staff.others = None;
        config.staff.groups.insert("S1".to_owned(), Role::Lead);
        config.staff.channels.insert("C2".to_owned(), Role::Responder);
    })
    .await;
    let slack = desk.slack();
    slack.add_user(User::new("UNEW", "nina", "Nina New", "Asia/Tokyo", Standing::Member));
    for channel in ["C1", "C2"] {
        slack.change_channel(channel, |c| {
            c.members.insert("UNEW".to_owned());
        });
    }
    asked(&desk).await;
    let said = slack.slash("UNEW", CHANNEL, "/claim", "1").await.text().await;
    assert!(said.contains("no role"), "{said}");
    let said = slack.slash("UNEW", "C2", "/claim", "1").await.text().await;
    assert!(said.contains("#1"), "{said}");
    let said = slack.slash("UBEN", CHANNEL, "/claim", "1 @me").await.text().await;
    assert!(said.contains("#1") && !said.contains("holds"), "a lead by the user group takes over: {said}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn whoever_was_met_keeps_their_name_over_a_restart() {
    let mut desk = World::in_slack_with(|config| config.staff.others = Some(Role::Responder)).await;
    asked(&desk).await;
    desk.slack().slash("UBEN", CHANNEL, "/claim", "1").await.text().await;
    desk.settles().await;
    desk.restarts().await;
    desk.person("ana").runs("note 1 still there").await;
    desk.slack().slash("UBEN", CHANNEL, "/hearback", "tag 1 +x").await.text().await;
    desk.settles().await;
    let room = desk.slack().room_text(CHANNEL);
    assert!(room.contains("Claimed by ben"), "{room}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn whoever_comes_later_is_known_by_name_at_once() {
    let desk = World::in_slack_with(|config| config.staff.others = Some(Role::Responder)).await;
    asked(&desk).await;
    desk.person("ana").runs("show 1").await;
    desk.slack().slash("UBEN", CHANNEL, "/claim", "1").await.text().await;
    let said = desk.person("ana").runs("claim 1").await;
    assert!(said.contains("ben") && !said.contains("UBEN"), "{said}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}
