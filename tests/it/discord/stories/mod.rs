//! hearback in a team's Discord.

mod both;
mod closed;
mod day;
mod digest;
mod drops;
mod edges;
mod forms;
mod forum;
mod found;
mod http;
mod identity;
mod odd;
mod posting;
mod posts;
mod races;
mod rates;
mod replays;
mod slow;
mod threads;

use crate::discord::fake::{APP, Channel, said as words};
use crate::harness::World;
use crate::harness::discord::CHANNEL;

/// The message of the one card in the channel.
fn card(desk: &World) -> String {
    let cards = said(desk, CHANNEL);
    assert_eq!(cards.len(), 1, "one card, edited in place: {}", desk.discord().room_text(CHANNEL));
    cards[0].0.clone()
}

/// Somebody asks; the message of the card.
async fn asked(desk: &World) -> String {
    desk.hears("Hello Acme, is the app down for everybody?").from("bob").on("mastodon").await;
    card(desk)
}

/// Our messages in a channel or thread: their ids, and what people read.
fn said(desk: &World, channel: &str) -> Vec<(String, String)> {
    let discord = desk.discord();
    if discord.channel(channel).is_none() {
        return Vec::new();
    }
    let ours = discord.messages(channel).into_iter().filter(|m| m.author == APP && m.kind == 0);
    let state = discord.inner.state();
    ours.map(|m| (m.id.clone(), words::message(&state, &m))).collect()
}

/// What was said in the thread of a card.
fn thread(desk: &World, card: &str) -> Vec<String> {
    said(desk, card).into_iter().map(|(_, words)| words).collect()
}

/// What somebody was told in direct messages.
fn told_directly(desk: &World, user: &str) -> Vec<String> {
    let with = |c: &Channel| c.recipient.as_deref() == Some(user);
    let channel = desk.discord().inner.state().channels.values().find(|c| with(c)).map(|c| c.id.clone());
    channel.map(|channel| thread(desk, &channel)).unwrap_or_default()
}
