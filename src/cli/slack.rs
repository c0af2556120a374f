//! What `check` asks Slack, and the ids of what bot.toml names by name.

use super::Finding;
use crate::chat::slack::probe::{Written, look_up, probe};
use crate::chat::slack::{SlackConfig, Token};
use crate::config::{Config, Env, slack_names};
use std::collections::BTreeSet;
use std::path::Path;

/// Looks at the tokens, channels, people and groups.
pub(super) async fn look(config: &Config, slack: &SlackConfig) -> Vec<Finding> {
    let digests = config.digests.iter().map(|(place, _)| place.clone());
    let places = config.places().into_iter().chain(digests).filter(|place| place.chat.as_str() == "slack");
    let channels: BTreeSet<String> = places.map(|place| place.channel.as_str().to_owned()).collect();
    let seen = probe(slack, &channels).await;
    seen.into_iter().map(|seen| Finding { what: seen.what, trouble: seen.trouble }).collect()
}

/// For a file that could not be read because it has names where ids belong: lines that say the ids. Nothing if there are no
/// such names, or the file gives no bot token to ask with.
pub(super) async fn ids_of_names(file: &Path, env: Env<'_>) -> Vec<String> {
    let Some(names) = slack_names(file) else { return Vec::new() };
    let Ok(token) = names.bot_token.reveal(env) else { return Vec::new() };
    let written: BTreeSet<Written> = (names.channels.into_iter().map(Written::Channel))
        .chain(names.members.into_iter().map(Written::Member))
        .chain(names.groups.into_iter().map(Written::Group))
        .collect();
    if written.is_empty() || !token.starts_with("xoxb-") {
        return Vec::new();
    }
    look_up(&names.api, &Token::new(token), &written).await
}
