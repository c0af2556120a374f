//! What `check` asks Discord.

use super::{Finding, register};
use crate::chat::discord::DiscordConfig;
use crate::chat::discord::probe::probe;
use crate::config::Config;
use std::collections::BTreeSet;

/// Looks at the token, the application, the server, the channels, the roles and people, and the commands.
pub(super) async fn look(config: &Config, discord: &DiscordConfig) -> Vec<Finding> {
    let digests = config.digests.iter().map(|(place, _)| place.clone());
    let places = config.places().into_iter().chain(digests).filter(|place| place.chat.as_str() == "discord");
    let channels: BTreeSet<String> = places.map(|place| place.channel.as_str().to_owned()).collect();
    let seen = probe(discord, &channels, &register::table()).await;
    seen.into_iter().map(|seen| Finding { what: seen.what, trouble: seen.trouble }).collect()
}
