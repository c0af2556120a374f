//! What a team does in Slack, and what Slack does to us.

mod day;
mod found;
mod http;
mod identity;
mod lines;
mod posting;
mod talk;

use crate::harness::World;
use crate::harness::slack::CHANNEL;

/// The moments of the messages in the channel itself, in order.
fn cards(desk: &World) -> Vec<String> {
    let all = desk.slack().channel(CHANNEL);
    all.into_iter().filter(|m| m.thread_ts.is_none() && m.ours).map(|m| m.ts).collect()
}

/// The only card.
fn card(desk: &World) -> String {
    let cards = cards(desk);
    assert_eq!(cards.len(), 1, "{}", desk.slack().room_text(CHANNEL));
    cards[0].clone()
}

/// What stands in a card's thread.
fn thread(desk: &World, card: &str) -> Vec<String> {
    let all = desk.slack().channel(CHANNEL);
    all.into_iter().filter(|m| m.thread_ts.as_deref() == Some(card) && m.ts != card).map(|m| m.text).collect()
}

/// A question that waits.
async fn asked(desk: &World) -> String {
    desk.hears("Hello Acme, is the app down for everybody?").from("bob").on("mastodon").await;
    card(desk)
}
