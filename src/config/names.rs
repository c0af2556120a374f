//! Names where Slack wants ids, in a file that may not be right yet: read loosely, so that somebody can look the ids up.

use super::secret::{self, Secret};
use super::slack::{API, channel, group, member};
use std::collections::BTreeSet;
use std::path::Path;
use toml::{Table, Value};

/// What a bot.toml says by name, and how to ask Slack for the ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlackNames {
    /// The Web API, without a slash at its end.
    pub api: String,
    /// The bot token.
    pub bot_token: Secret,
    /// Channels, without `#`.
    pub channels: BTreeSet<String>,
    /// Members, without `@`.
    pub members: BTreeSet<String>,
    /// User groups, without `@`.
    pub groups: BTreeSet<String>,
}

/// Reads them; `None` if the file is no TOML or names no bot token.
pub fn slack_names(file: &Path) -> Option<SlackNames> {
    let all: Table = std::fs::read_to_string(file).ok()?.parse().ok()?;
    let slack = all.get("slack")?.as_table()?;
    let bot_token = secret::loosely(slack.get("bot_token")?, file.parent().unwrap_or(Path::new("")))?;
    let api = slack.get("api").and_then(Value::as_str).or(API.default).unwrap_or_default();
    let tables = |key: &str| {
        let list = all.get(key).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_table)
    };
    let keys =
        |key: &str| slack.get(key).and_then(Value::as_table).into_iter().flat_map(Table::keys).map(String::as_str);
    let one_or_more = |value: &Value| -> Vec<String> {
        let list = value.as_array().into_iter().flatten().chain([value]);
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let desk = all.get("desk").and_then(Value::as_table).and_then(|desk| desk.get("channel"));
    let places = desk.into_iter().chain(tables("route").filter_map(|route| route.get("to")));
    let places = places.chain(tables("digest").filter_map(|digest| digest.get("channel")));
    let places: Vec<String> = places.flat_map(one_or_more).collect();
    let places = places.iter().filter_map(|place| place.strip_prefix("slack:"));
    let people: Vec<&str> = tables("person").filter_map(|person| person.get("slack")?.as_str()).collect();
    Some(SlackNames {
        api: api.trim_end_matches('/').to_owned(),
        bot_token,
        channels: named(places.chain(keys("channels")), channel),
        members: named(people.into_iter(), member),
        groups: named(keys("groups"), group),
    })
}

/// What is no id but may be a name.
fn named<'t>(typed: impl Iterator<Item = &'t str>, id: fn(&str) -> Result<String, String>) -> BTreeSet<String> {
    typed
        .filter(|typed| id(typed).is_err())
        .map(|typed| typed.trim_start_matches(['#', '@']).to_lowercase())
        .filter(|name| !name.is_empty() && name.chars().count() <= 80)
        .filter(|name| !name.contains([' ', '/', ':']))
        .collect()
}
