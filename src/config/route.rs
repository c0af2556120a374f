//! `[[route]]`: which mentions go where. Every route that matches counts; what none matches goes to `[desk]` channel.

use super::known::{CHATS, Known, has_chat};
use super::problem::{did_you_mean, one_of};
use super::reader::Section;
use super::schema::{self, Key, Table};
use super::values;
use crate::domain::{Kind, Place};

const KINDS: Key = Key::optional("kinds", "some of \"question\", \"complaint\", \"praise\" and \"other\"");
const BRANDS: Key = Key::optional("brands", "names of brands, such as [\"acme\"]");
const NETWORKS: Key = Key::optional("networks", "networks such as [\"hackernews\"]");
const SOURCES: Key = Key::optional("sources", "names of sources, such as [\"hn\"]");
const DIRECT: Key = Key::optional("direct", "true (only direct mentions) or false (only indirect ones)");
const LANGUAGES: Key = Key::optional("languages", "languages such as [\"de\", \"fr\"]");
const URGENT: Key = Key::optional("urgent", "true (only what cannot wait) or false (only what can)");
const TO: Key = Key::required("to", "channels such as [\"console:support\"]");

/// One route.
pub const TABLE: Table =
    Table { title: "[[route]]", keys: &[&KINDS, &BRANDS, &NETWORKS, &SOURCES, &DIRECT, &URGENT, &LANGUAGES, &TO] };

/// A condition and where what meets it goes. An empty list and `None` mean: any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// Of these kinds.
    pub kinds: Vec<Kind>,
    /// Of these brands.
    pub brands: Vec<String>,
    /// On these networks.
    pub networks: Vec<String>,
    /// From these sources.
    pub sources: Vec<String>,
    /// Only direct mentions, or only indirect ones.
    pub direct: Option<bool>,
    /// Only what cannot wait, or only what can.
    pub urgent: Option<bool>,
    /// In these languages, ISO 639-1.
    pub languages: Vec<String>,
    /// There.
    pub to: Vec<Place>,
}

pub(super) fn read_all(root: &Section<'_>, known: &mut Known) -> Vec<Route> {
    root.tables(&schema::ROUTE).into_iter().map(|section| read(&section, known)).collect()
}

fn read(section: &Section<'_>, known: &mut Known) -> Route {
    section.refuse_unknown(&TABLE);
    let route = Route {
        kinds: section.list(&KINDS, kind),
        brands: section.list(&BRANDS, |typed| values::known(typed, "brand", &known.brands)),
        networks: section.list(&NETWORKS, values::name),
        sources: section.list(&SOURCES, |typed| values::known(typed, "source", &known.sources)),
        direct: section.flag(&DIRECT),
        urgent: section.flag(&URGENT),
        languages: section.list(&LANGUAGES, values::language),
        to: section.list(&TO, |typed| place(typed, known)),
    };
    for key in [&KINDS, &BRANDS, &NETWORKS, &SOURCES, &LANGUAGES] {
        if section.is_empty_list(key) {
            section.problem(key, "an empty list matches nothing; name some, or leave the key out to match all");
        }
    }
    if section.is_empty_list(&TO) {
        section.problem(&TO, "names no channel; name some, such as \"console:support\"");
    }
    for network in &route.networks {
        if !known.networks.contains(network) {
            let near = did_you_mean(network, known.networks.iter().map(String::as_str));
            section.warning(&NETWORKS, format!("no source is on the network {network:?}{near}"));
        }
    }
    for place in &route.to {
        known.add_place(place);
    }
    route
}

fn kind(typed: &str) -> Result<Kind, String> {
    values::word(typed, &Kind::ALL.map(|kind| (kind.word(), kind)))
}

/// `CHAT:CHANNEL`.
pub(super) fn place(typed: &str, known: &Known) -> Result<Place, String> {
    let Some((chat, channel)) = typed.split_once(':') else {
        return Err(format!("{typed:?} is not a channel; write it with its chat, such as \"console:support\""));
    };
    let elsewhere = [("slack", "Slack"), ("discord", "Discord")].into_iter().find(|(name, _)| *name == chat);
    if let Some((name, title)) = elsewhere
        && !has_chat(name)
    {
        return Err(format!(
            "this build has no {title}; build it with the feature {name:?}, or use \"console:support\""
        ));
    }
    if !has_chat(chat) {
        let near = did_you_mean(chat, CHATS.iter().copied());
        let near = if near.is_empty() { format!("; this version has {}", one_of(CHATS.iter().copied())) } else { near };
        return Err(format!("there is no chat {chat:?}{near}"));
    }
    if chat == "slack" {
        let channel = super::slack::channel(channel)?;
        if !known.slack {
            return Err(format!("{typed:?} needs a [slack] with the tokens; bot.toml.example shows one"));
        }
        return Ok(Place::new(chat, &channel));
    }
    if chat == "discord" {
        let channel = super::discord_ids::channel(channel)?;
        if !known.discord {
            return Err(format!("{typed:?} needs a [discord] with the token; bot.toml.example shows one"));
        }
        return Ok(Place::new(chat, &channel));
    }
    if channel.is_empty() || channel.len() > 100 || channel.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(format!("{typed:?} names no channel; write one word after the \":\", such as \"console:support\""));
    }
    Ok(Place::new(chat, channel))
}
