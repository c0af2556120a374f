//! Answers that were given before, where the next one like them is written.

use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};
use hearback::domain::{DoneReason, State};

super::everywhere! {
    an_answer_is_shown_to_the_next_one_like_it_without_its_readers_name,
    what_was_answered_before_a_restart_is_found_again,
}

const ASKED: &str = "Acme, where is my parcel? The courier never came";
const AGAIN: &str = "Acme, is the courier on strike? My package is late, where is it?";
const ANSWER: &str = "Hello Bob, sorry for the wait! The courier is a day late.";

/// A question that was answered, and another one like it.
async fn answered(desk: &World) {
    desk.hears(ASKED).from("bob").on("mastodon").await;
    answer(desk, 1, ANSWER).await;
    desk.hears(AGAIN).from("eve").on("mastodon").await;
    desk.room();
}

async fn answer(desk: &World, no: u64, text: &str) {
    desk.person("ana").runs(&format!("reply {no} {text}")).await;
    desk.person("ana").runs(&format!("send {no} 1")).await;
    desk.settles().await;
    assert_eq!(desk.mention(no).await.state, State::Replied);
}

async fn an_answer_is_shown_to_the_next_one_like_it_without_its_readers_name(desk: World) {
    answered(&desk).await;
    for line in ["show 2", "past 2"] {
        let said = desk.person("ana").runs(line).await;
        assert!(said.contains("sorry for the wait") && said.contains("author") && !said.contains("Bob"), "{said}");
        assert!(said.contains("Use #1's answer…"), "{said}");
    }
    let said = desk.person("ana").runs("show 1").await;
    assert!(!said.contains("Use #"), "what is closed needs no answer: {said}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

async fn what_was_answered_before_a_restart_is_found_again(mut desk: World) {
    answered(&desk).await;
    desk.restarts().await;
    // Nothing is read yet.
    let said = desk.person("ana").runs("past 2").await;
    assert!(said.contains("Nothing like #2"), "{said}");
    desk.waits("1s").await;
    let said = desk.person("ana").runs("past 2").await;
    assert!(said.contains("sorry for the wait"), "{said}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn typed_without_a_form_it_becomes_a_draft_and_nothing_is_sent() {
    let desk = World::new().await;
    answered(&desk).await;
    for line in ["draft 2", "reply 2"] {
        let said = desk.person("ana").runs(line).await;
        assert!(said.contains("#1 (under a minute ago, Ana): “Acme, where is my parcel?"), "{said}");
        assert!(said.contains("-> “Hello {author}, sorry for the wait!"), "{said}");
        assert!(said.contains("[Use #1's answer…: past 2 1]"), "{said}");
    }
    assert!(desk.mention(2).await.drafts.is_empty());
    let preview = desk.person("ana").runs("past 2 1").await;
    assert!(preview.contains("Hello eve, sorry for the wait!") && preview.contains("[Send: send 2 1]"), "{preview}");
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1, "nothing is sent by itself");
    let none = desk.person("ana").runs("past 2 2").await;
    assert!(none.contains("#2 has no answer that could be used for #2"), "{none}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn in_slack_it_opens_the_form_with_the_answer_in_it() {
    let desk = World::in_slack().await;
    answered(&desk).await;
    let slack = desk.slack();
    let view = slack.slash("UANA", crate::harness::slack::CHANNEL, "/reply", "2").await.view().await;
    let form = slack.view_text(&view).unwrap();
    assert!(form.contains("Answered before") && form.contains("Hello {author}, sorry"), "{form}");
    let view = slack.slash("UANA", crate::harness::slack::CHANNEL, "/hearback", "past 2 1").await.view().await;
    let form = slack.view_text(&view).unwrap();
    assert!(form.contains("Hello eve, sorry for the wait!") && form.contains("Save draft"), "{form}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn in_discord_it_opens_the_form_with_the_answer_in_it() {
    let desk = World::in_discord().await;
    answered(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let shown = discord.slash(&ana, CHANNEL, "show", &[("mention", "2")]).await;
    let form = discord.click_in(&shown, "Use #1's answer…").await.modal().await;
    assert_eq!(form.value("text"), "Hello eve, sorry for the wait! The courier is a day late.");
    let kept = discord.submit(&ana, &form, &[]).await.text().await;
    assert!(kept.contains("Kept as v1 of #2, not sent"), "{kept}");
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn an_answer_that_is_gone_is_not_shown_any_more() {
    let desk = World::new().await;
    desk.network("mastodon").can(|can| can.retract = true);
    answered(&desk).await;
    let said = desk.person("ana").runs("retract 1").await;
    let (_, rest) = said.split_once("[Delete it: ").unwrap_or_else(|| panic!("{said}"));
    desk.person("ana").runs(rest.split_once(']').unwrap().0).await;
    desk.settles().await;
    let said = desk.person("ana").runs("past 2").await;
    assert!(said.contains("Nothing like #2"), "{said}");
    let said = desk.person("ana").runs("past 2 1").await;
    assert!(said.contains("#1 has no answer that could be used"), "{said}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn spam_what_was_private_praise_and_what_is_unlike_are_left_out() {
    let desk = World::new().await;
    desk.hears(ASKED).from("bob").on("mastodon").in_private().await;
    answer(&desk, 1, "Hello Bob, it is at 5 Elm Road.").await;
    desk.hears("I love Acme! The courier brought my parcel, thank you!").from("joe").on("mastodon").await;
    answer(&desk, 2, "Thank you, Joe!").await;
    desk.hears(ASKED).from("spammer").on("mastodon").await;
    answer(&desk, 3, "Which parcel do you mean?").await;
    desk.person("ana").runs("reopen 3").await;
    desk.person("ana").runs("done 3 spam").await;
    assert_eq!(desk.mention(3).await.state, State::Done(DoneReason::Spam));
    desk.hears("Acme, are your cookies vegan?").from("liz").on("mastodon").await;
    answer(&desk, 4, "The oat ones are, Liz.").await;
    desk.hears(AGAIN).from("eve").on("mastodon").await;
    for line in ["past 5", "draft 5", "show 5"] {
        let said = desk.person("ana").runs(line).await;
        for other in ["Elm Road", "Thank you", "Which parcel", "oat ones", "Use #"] {
            assert!(!said.contains(other), "{line}: {said}");
        }
    }
    for no in 1..=3 {
        let said = desk.person("ana").runs(&format!("past 5 {no}")).await;
        assert!(said.contains("has no answer that could be used for #5"), "{said}");
    }
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_was_meant_for_one_customer_is_a_hole_that_stops_sending() {
    let desk = World::new().await;
    desk.hears(ASKED).from("bob").on("mastodon").await;
    answer(&desk, 1, "Dear Bobby Jones, locker 47115 is on its way, @bob. Look at https://track.test/AB123456 please")
        .await;
    desk.hears(AGAIN).from("eve").on("mastodon").await;
    let said = desk.person("ana").runs("past 2").await;
    for theirs in ["Bobby", "Jones", "4711", "bob.", "AB123456"] {
        assert!(!said.contains(theirs), "{theirs}: {said}");
    }
    let kept = desk.person("ana").runs("past 2 1").await;
    assert!(kept.contains("Dear eve, locker {") && kept.contains("is still to be filled in"), "{kept}");
    let sent = desk.person("ana").runs("send 2 1").await;
    assert!(sent.contains("is still to be filled in"), "{sent}");
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.room();
    desk.ends().await;
}
