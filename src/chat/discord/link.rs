//! Links to messages, as people copy them in Discord.

use crate::domain::MessageId;

/// Where Discord's app is (support pages, "PTB and Canary").
const HOSTS: [&str; 4] = ["discord.com", "ptb.discord.com", "canary.discord.com", "discordapp.com"];

/// The messages that a link may mean: the one it leads to, and the one whose thread it is in, since a thread has the id
/// of the message that it began with (docs, "Threads"). None if it is no link to a message or thread.
/// `https://discord.com/channels/GUILD/CHANNEL/MESSAGE`.
pub fn linked(url: &str) -> Vec<MessageId> {
    ids(url).unwrap_or_default()
}

fn ids(url: &str) -> Option<Vec<MessageId>> {
    let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
    let path = path.split(['?', '#']).next()?.trim_end_matches('/').strip_prefix("channels/")?;
    let (_, places) = path.split_once('/')?;
    let id = |id: &&str| !id.is_empty() && id.len() <= 20 && id.bytes().all(|b| b.is_ascii_digit());
    let all: Vec<&str> = places.split('/').collect();
    let right = HOSTS.contains(&host) && all.len() <= 2 && all.iter().all(id);
    right.then(|| all.into_iter().rev().map(MessageId::from).collect())
}
