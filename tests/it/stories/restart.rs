//! Stopping at any moment loses nothing and repeats nothing.

use crate::harness::{Next, World};
use hearback::domain::{Idempotency, State};

#[tokio::test]
async fn a_queued_reply_goes_out_after_a_restart() {
    let mut desk = World::with_network(Idempotency::Key).await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.network("mastodon").will([Next::Busy]);
    desk.person("ana").runs("reply 1 We are on it").await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    desk.restarts().await;
    desk.waits("5m").await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    assert_eq!(desk.mention(1).await.state, State::Replied);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_reply_that_was_on_its_way_when_the_program_died_is_not_sent_twice() {
    for (idempotency, expected) in
        [(Idempotency::Key, State::Replied), (Idempotency::Look, State::Replied), (Idempotency::None, State::Unknown)]
    {
        let mut desk = World::with_network(idempotency).await;
        desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
        desk.person("ana").runs("reply 1 We are on it").await;
        desk.person("ana").runs("send 1 1").await;
        desk.dies_while_sending().await;
        assert_eq!(desk.network("mastodon").arrived().len(), 1, "{idempotency:?}: it had arrived");
        desk.waits("30m").await;
        assert_eq!(desk.network("mastodon").arrived().len(), 1, "{idempotency:?}");
        assert_eq!(desk.mention(1).await.state, expected, "{idempotency:?}");
        desk.room();
        if expected == State::Unknown {
            desk.person("ana").runs("done 1 answered").await;
            desk.settles().await;
            desk.room();
        }
        desk.ends().await;
    }
}

#[tokio::test]
async fn claims_drafts_and_snoozes_survive() {
    let mut desk = World::new().await;
    desk.hears("Acme, when do you open?").from("bob").on("mastodon").await;
    desk.person("ana").runs("claim 1").await;
    desk.person("ana").runs("draft 1 At nine").await;
    desk.person("ana").runs("snooze 1 1h").await;
    desk.settles().await;
    desk.room();
    desk.restarts().await;
    desk.waits("2h").await;
    assert_eq!(desk.room().matches("Back from snooze").count(), 1);
    let mention = desk.mention(1).await;
    assert_eq!(mention.holder.as_ref().unwrap().by.as_str(), "ana");
    assert_eq!(mention.draft().unwrap().text, "At nine");
    desk.ends().await;
}
