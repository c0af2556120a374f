//! hearback in a team's Discord.

mod both;
mod day;
mod drops;
mod forms;
mod forum;
mod http;
mod identity;
mod posting;

use crate::harness::World;
use crate::harness::discord::CHANNEL;

/// The message of the one card in the channel.
fn card(desk: &World) -> String {
    let cards = desk.discord().messages(CHANNEL);
    assert_eq!(cards.len(), 1, "one card, edited in place: {}", desk.discord().room_text(CHANNEL));
    cards[0].id.clone()
}

/// Somebody asks; the message of the card.
async fn asked(desk: &World) -> String {
    desk.hears("Hello Acme, is the app down for everybody?").from("bob").on("mastodon").await;
    card(desk)
}

/// What was said in the thread of a card.
fn thread(desk: &World, card: &str) -> Vec<String> {
    desk.discord().said_in(card)
}
