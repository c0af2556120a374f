//! A team's day in a channel.

use super::{asked, card, thread};
use crate::harness::World;
use crate::harness::slack::CHANNEL;
use crate::slack::fake::Submitted;

#[tokio::test]
async fn from_the_card_to_the_answer_with_buttons_and_modals_alone() {
    let desk = World::in_slack().await;
    let at = asked(&desk).await;
    let slack = desk.slack();

    let said = slack.click("UANA", CHANNEL, &at, "Claim").await.text().await;
    assert!(said.contains("#1"), "{said}");
    desk.settles().await;
    assert!(slack.room_text(CHANNEL).contains("Claimed by Ana"), "{}", slack.room_text(CHANNEL));

    let opened = slack.click("UANA", CHANNEL, &at, "Reply…").await;
    let form = opened.view().await;
    assert!(opened.so_far().contains("is the app down for everybody?"), "{}", opened.so_far());
    let Submitted::Next(preview) = slack.submit("UANA", &form, &[("text", "We are back. Sorry!")]).await else {
        panic!("a preview was expected");
    };
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty(), "a preview sends nothing");

    desk.waits("29m").await;
    let sent = slack.click_in_view("UANA", &preview, "Send", None).await.text().await;
    assert!(sent.contains("On its way") || sent.contains("on its way"), "{sent}");
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    let room = slack.room_text(CHANNEL);
    assert!(room.contains("Replied") && room.contains("by Ana, after 29 min"), "{room}");
    let thread = thread(&desk, &at);
    assert_eq!(thread.len(), 2, "the draft and what was sent: {thread:?}");
    assert!(thread[0].contains("Draft v1") && thread[1].contains("Sent"), "{thread:?}");
    assert_eq!(card(&desk), at, "one card, edited in place");
    assert!(slack.pings().is_empty(), "{:?}", slack.pings());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused_in_the_modal_and_stays_there() {
    let desk = World::in_slack().await;
    asked(&desk).await;
    let slack = desk.slack();
    let form = slack.slash("UANA", CHANNEL, "/reply", "1").await.view().await;
    let Submitted::Errors(errors) = slack.submit("UANA", &form, &[("text", &"ab ".repeat(100))]).await else {
        panic!("an error in the modal was expected");
    };
    let said = errors.get("text").unwrap();
    assert!(said.contains("of 280"), "{said}");
    assert!(desk.mention(1).await.drafts.is_empty(), "nothing is kept of it");
    let typed = "Short & <good>: *no* markup :tada: :+1::skin-tone-3: at 1:100:5 :our-own:";
    let next = slack.submit("UANA", &form, &[("text", typed)]).await;
    assert!(matches!(next, Submitted::Next(_)), "{next:?}");
    let kept = "Short & <good>: *no* markup \u{1f389} \u{1f44d}\u{1f3fc} at 1:100:5 :our-own:";
    assert_eq!(desk.mention(1).await.drafts[0].text, kept, "what was picked is what is sent");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn commands_at_the_top_level_and_in_threads() {
    let desk = World::in_slack().await;
    let at = asked(&desk).await;
    let slack = desk.slack();
    let said = slack.slash("UANA", CHANNEL, "/claim", "").await.text().await;
    assert!(said.contains("#1"), "{said}");
    let said = slack.slash("UANA", CHANNEL, "/hearback", "").await.text().await;
    assert!(said.contains("claim"), "help: {said}");
    let said = slack.slash("UANA", CHANNEL, "/queue", "mine").await.text().await;
    assert!(said.contains("#1"), "{said}");
    let said = slack.mention("UANA", CHANNEL, Some(&at), "note asked & waiting for @sam").await.text().await;
    assert!(said.contains("Noted"), "{said}");
    assert_eq!(desk.mention(1).await.notes[0].text, "asked & waiting for @sam");
    let said = slack.mention("UANA", CHANNEL, Some(&at), "claim @sam").await.text().await;
    assert!(said.contains("Sam"), "{said}");
    desk.settles().await;
    let pings = slack.pings();
    assert_eq!(pings.len(), 1, "whom it was given to, once: {pings:?}");
    let said = slack.mention("UANA", CHANNEL, Some(&at), "frobnicate").await.text().await;
    assert!(said.contains("frobnicate"), "{said}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn shortcuts_on_messages_and_without() {
    let desk = World::in_slack().await;
    let at = asked(&desk).await;
    let slack = desk.slack();
    let said = slack.message_shortcut("UANA", "claim", CHANNEL, &at).await.text().await;
    assert!(said.contains("#1"), "{said}");

    let idea = slack.writes("USAM", CHANNEL, Some(&at), "Tell them: it's &lt;back&gt; &amp; running");
    let form = slack.message_shortcut("UANA", "draft", CHANNEL, &idea).await.view().await;
    let next = slack.submit("UANA", &form, &[]).await;
    assert!(matches!(next, Submitted::Next(_) | Submitted::Closed), "{next:?}");
    assert_eq!(desk.mention(1).await.drafts[0].text, "Tell them: it's <back> & running");

    let form = slack.message_shortcut("UANA", "note", CHANNEL, &at).await.view().await;
    assert!(matches!(slack.submit("UANA", &form, &[("text", "all well")]).await, Submitted::Closed));
    assert_eq!(desk.mention(1).await.notes.len(), 1);

    let chat = slack.writes("USAM", CHANNEL, None, "lunch?");
    let said = slack.message_shortcut("UANA", "claim", CHANNEL, &chat).await.text().await;
    assert!(said.contains("no card"), "{said}");

    let form = slack.shortcut("UANA", "find").await.view().await;
    let Submitted::Next(found) = slack.submit("UANA", &form, &[("text", "everybody")]).await else {
        panic!("what was found was expected");
    };
    let shown = slack.click_in_view("UANA", &found, "Show it", None).await.text().await;
    assert!(shown.contains("is the app down for everybody?"), "{shown}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn reactions_claim_and_close_and_never_send() {
    let desk = World::in_slack_in_mode("direct").await;
    let at = asked(&desk).await;
    let slack = desk.slack();
    slack.react("UGUEST", CHANNEL, &at, "eyes").await;
    slack.react("UANA", CHANNEL, &at, "rocket").await;
    slack.quiet().await;
    assert!(desk.mention(1).await.holder.is_none(), "neither a guest nor another emoji claims");
    slack.react("UANA", CHANNEL, &at, "eyes").await;
    slack.quiet().await;
    assert!(desk.mention(1).await.holder.is_some());
    slack.event_again().await;
    let said = slack.react("UANA", CHANNEL, &at, "white_check_mark").await.text().await;
    assert!(said.contains("reason"), "why it is done is asked: {said}");
    let chat = slack.writes("USAM", CHANNEL, None, "lunch?");
    assert!(slack.react("UANA", CHANNEL, &chat, "eyes").await.nothing().await);
    desk.settles().await;
    assert!(desk.network("mastodon").arrived().is_empty());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_persons_own_page_follows_what_they_do() {
    let desk = World::in_slack().await;
    let at = asked(&desk).await;
    let slack = desk.slack();
    let said = slack.opens_home("UANA").await.text().await;
    assert!(said.contains("you hold 0") && said.contains("1 open"), "{said}");
    slack.click("UANA", CHANNEL, &at, "Claim").await.text().await;
    slack.quiet().await;
    let home = slack.home("UANA").unwrap();
    let said = slack.opens_home("UANA").await.text().await;
    assert!(said.contains("Your claims: 1") && said.contains("#1"), "{said}");
    let opened = slack.click_in_view("UANA", &home, "Reply…", None).await;
    let form = opened.view().await;
    assert!(matches!(slack.submit("UANA", &form, &[("text", "Hello!")]).await, Submitted::Next(_)));
    let said = slack.opens_home("UGUEST").await.text().await;
    assert!(said.contains("staff"), "{said}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn the_digest_has_buttons_that_work() {
    let desk = World::in_slack().await;
    desk.hears("I love Acme, best app ever, thank you so much!").from("eve").on("mastodon").await;
    desk.waits_until("2026-03-03T09:00:30Z").await;
    let slack = desk.slack();
    let digest = slack.channel(CHANNEL).pop().unwrap();
    assert!(slack.room_text(CHANNEL).contains("Digest for"), "{}", slack.room_text(CHANNEL));
    let said = slack.click("UANA", CHANNEL, &digest.ts, "Thanks #1").await.text().await;
    assert!(said.contains("Preview") || said.contains("preview"), "{said}");
    let said = slack.click("USAM", CHANNEL, &digest.ts, "Claim #1").await.text().await;
    assert!(said.contains("Ana holds #1"), "the thanks took it up: {said}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_prefix_stands_before_every_command() {
    let desk = World::in_slack_with(|config| config.prefix = "acme-".to_owned()).await;
    asked(&desk).await;
    let said = desk.slack().slash("UANA", CHANNEL, "/acme-claim", "1").await.text().await;
    assert!(said.contains("#1"), "{said}");
    let said = desk.slack().slash("UANA", CHANNEL, "/acme-hearback", "show 1").await.text().await;
    assert!(said.contains("is the app down"), "{said}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}
