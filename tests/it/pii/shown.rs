//! What a workspace that has patterns and masks in a channel sees there.

use super::privacy;
use crate::harness::{Pair, place};
use hearback::domain::{Masked, Privacy};
use std::collections::BTreeSet;

const POST: &str = "Acme, where is HB-4821A? I paid with 4242 4242 4242 4242, mail jo@example.com. Why the wait?";

/// Masked on the right alone.
async fn pair() -> Pair {
    Pair::with(Privacy { masked: Masked::In(BTreeSet::from([place("right")])), ..privacy() }).await
}

#[tokio::test]
async fn a_card_is_masked_in_one_channel_and_whole_in_the_other() {
    let pair = pair().await;
    pair.hears(POST).await;
    let (left, right) = (pair.room("left").card(1).unwrap(), pair.room("right").card(1).unwrap());
    assert_eq!((left.quote.as_str(), left.notice), (POST, None));
    assert_eq!(right.quote, "Acme, where is [booking]? I paid with [card], mail [e-mail]. Why the wait?");
    let notice = right.notice.unwrap();
    assert!(notice.contains("masked") && notice.contains("`show 1`"), "{notice}");
    // What one person alone reads is whole, wherever they ask.
    let shown = pair.runs("right", "ana", "show 1").await;
    assert!(shown.contains("4242 4242 4242 4242") && shown.contains("HB-4821A"), "{shown}");
    // So it stays when the card changes.
    pair.runs("left", "ana", "claim 1").await;
    pair.passes(2).await;
    let right = pair.room("right").card(1).unwrap();
    assert!(right.quote.contains("[card]") && right.notice.is_some(), "{right:?}");
    pair.ends().await;
}

#[tokio::test]
async fn a_card_without_personal_data_says_nothing_of_masks() {
    let pair = pair().await;
    pair.hears("Acme, is the app down since 2026-03-01?").await;
    assert_eq!(pair.room("left").card(1), pair.room("right").card(1));
    pair.ends().await;
}

#[tokio::test]
async fn threads_and_digests_are_masked_where_cards_are() {
    let pair = pair().await;
    pair.hears(POST).await;
    pair.runs("left", "ana", "claim 1").await;
    pair.runs("left", "ana", "note 1 she rang from +44 20 7946 0958").await;
    pair.passes(3).await;
    let said = |chat: &str| pair.room(chat).lines().into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n");
    assert!(said("left").contains("+44 20 7946 0958"), "{}", said("left"));
    assert!(said("right").contains("she rang from [phone]"), "{}", said("right"));
    assert!(!said("right").contains("0958"), "{}", said("right"));
    pair.ends().await;
}

#[tokio::test]
async fn a_pause_and_a_mask_are_both_said() {
    let pair = pair().await;
    pair.hears(POST).await;
    pair.runs("left", "root", "pause").await;
    pair.passes(2).await;
    let notice = pair.room("right").card(1).unwrap().notice.unwrap();
    assert!(notice.contains("paused by Root") && notice.contains("masked"), "{notice}");
    assert!(!pair.room("left").card(1).unwrap().notice.unwrap().contains("masked"));
    pair.runs("left", "root", "resume").await;
    pair.ends().await;
}

#[tokio::test]
async fn a_public_reply_with_the_workspaces_own_number_is_stopped_with_the_way_out() {
    let pair = pair().await;
    pair.hears("Acme, where is my parcel?").await;
    pair.runs("left", "ana", "claim 1").await;
    let said = pair.runs("left", "ana", "reply 1 Your HB-4821A is on its way").await;
    assert!(said.contains("seems to contain a booking (HB-•••1A)"), "{said}");
    assert!(said.contains("get in touch in private") && said.contains("say it without the number"), "{said}");
    assert!(!said.contains("4821"), "{said}");
    pair.passes(2).await;
    assert!(pair.network().arrived().is_empty());
    // What is only likely stops nobody: a model number, an address of a router.
    pair.runs("left", "ana", "reply 1 It is the 612 345 678, reset it at 192.168.1.1").await;
    pair.runs("left", "ana", "send 1").await;
    pair.passes(2).await;
    assert_eq!(pair.network().arrived().len(), 1);
    pair.ends().await;
}
