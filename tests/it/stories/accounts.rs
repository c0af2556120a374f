//! Several accounts on one network: who was called answers, unless somebody decides otherwise.

use crate::harness::World;
use hearback::domain::{Native, Post, SourceName, State};

/// The post again, as the source of the other account hands it in, which was called.
async fn called(desk: &World, no: u64) {
    let post = desk.mention(no).await.post;
    let native = Native { summons: true, reference: Some("theirs".to_owned()), ..Native::default() };
    let again = Post { source: SourceName::new("help"), addressed: true, native, ..post };
    desk.network("help").says(again);
    desk.polls("help").await;
}

#[tokio::test]
async fn who_was_called_answers() {
    let mut desk = World::with_two_accounts().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    assert!(!desk.mention(1).await.direct);
    called(&desk, 1).await;
    let mention = desk.mention(1).await;
    assert_eq!((mention.direct, mention.post.source.as_str()), (true, "help"));
    assert_eq!(mention.post.native.reference.as_deref(), Some("theirs"));
    assert_eq!(desk.mentions().await, 1);
    assert!(desk.room().contains("Said to us"));
    called(&desk, 1).await;
    assert_eq!(desk.mention(1).await.version, mention.version, "handed in once more, nothing changes");
    let said = desk.person("ana").runs("reply 1 We are on it").await;
    assert!(said.contains("(@acmecare)"), "the preview names the account: {said}");
    desk.restarts().await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    assert_eq!(desk.network("help").arrived().len(), 1);
    assert!(desk.network("mastodon").arrived().is_empty());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_somebody_has_seen_in_a_preview_is_not_sent_as_another() {
    let desk = World::with_two_accounts().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.person("ana").runs("reply 1 We are on it").await;
    called(&desk, 1).await;
    let mention = desk.mention(1).await;
    assert_eq!((mention.direct, mention.post.source.as_str()), (true, "mastodon"));
    assert!(desk.room().contains("account 1 help"));
    // Whoever decides otherwise looks at it again: the old button sends nothing.
    let said = desk.person("ana").runs("account 1 @acmecare").await;
    assert!(said.contains("@acmecare"), "{said}");
    assert_eq!(desk.mention(1).await.post.native.reference.as_deref(), Some("theirs"));
    let old = desk.person("ana").runs("send 1 1").await;
    assert!(old.contains("not the newest"), "{old}");
    desk.person("ana").runs("send 1 2").await;
    desk.settles().await;
    assert_eq!(desk.network("help").arrived().len(), 1);
    assert_eq!(desk.mention(1).await.state, State::Replied);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_is_being_sent_goes_on_as_it_was() {
    let desk = World::with_two_accounts().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.person("ana").runs("reply 1 We are on it").await;
    desk.person("ana").runs("send 1 1").await;
    let said = desk.person("ana").runs("account 1 help").await;
    assert!(said.contains("on its way"), "{said}");
    called(&desk, 1).await;
    desk.settles().await;
    let mention = desk.mention(1).await;
    assert!(mention.direct);
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    assert!(desk.network("help").arrived().is_empty());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn the_account_that_sent_a_reply_deletes_it() {
    let desk = World::with_two_accounts().await;
    desk.network("mastodon").can(|can| can.retract = true);
    desk.hears("Acme, is it down?").from("bob").on("mastodon").in_conversation("c1").await;
    desk.person("ana").runs("reply 1 We are on it").await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    desk.hears("still down").from("bob").on("mastodon").in_conversation("c1").await;
    desk.person("ana").runs("account 1 help").await;
    let said = desk.person("ana").runs("retract 1").await;
    let (_, rest) = said.split_once("[Delete it: ").unwrap_or_else(|| panic!("{said}"));
    desk.person("ana").runs(rest.split_once(']').unwrap().0).await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").deeds().len(), 1);
    assert!(desk.network("help").deeds().is_empty());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn accounts_are_listed_and_unknown_ones_refused() {
    let desk = World::with_two_accounts().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    let said = desk.person("ana").runs("account 1").await;
    assert!(said.contains("account 1 help") && said.contains("@acmecare"), "{said}");
    let said = desk.person("ana").runs("account 1 news").await;
    assert!(said.contains("No account"), "another network's: {said}");
    desk.room();
    desk.ends().await;
}
