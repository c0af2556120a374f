//! `[urgency]`, `[[urgent]]` and `[filter]`: what cannot wait, and what comes without a card.

use super::reader::Section;
use super::schema::{self, Key, Table};
use super::values;
use std::time::Duration;

const PATTERNS: &str = "patterns such as [\"caught fire\", \"recall*\"]";

const SHIPPED: Key = Key::optional("shipped", "true or false");
const WITHIN: Key = Key::with_default("within", "a duration such as \"30m\", or \"none\"", "30m");
const REACH: Key = Key::optional("reach", "a number of followers such as 100000");

/// What cannot wait.
pub const URGENCY: Table = Table { title: "[urgency]", keys: &[&SHIPPED, &WITHIN, &REACH] };

const NAME: Key = Key::required("name", "a short name such as \"outage\"");
const WORDS: Key = Key::required("words", PATTERNS);

/// One list of words.
pub const URGENT: Table = Table { title: "[[urgent]]", keys: &[&NAME, &WORDS] };

const SPAM: Key = Key::optional("spam", PATTERNS);

/// What comes without a card.
pub const FILTER: Table = Table { title: "[filter]", keys: &[&SPAM] };

/// What cannot wait, and what comes without a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concern {
    /// The words that hearback has for safety, security, law and press count.
    pub shipped: bool,
    /// When a response to what cannot wait is due at the latest, counted by the calendar.
    pub within: Option<Duration>,
    /// Questions and complaints of authors whom so many hear cannot wait.
    pub reach: Option<u64>,
    /// Lists by name.
    pub urgent: Vec<(String, Vec<String>)>,
    /// Patterns of what is nobody's voice.
    pub spam: Vec<String>,
}

pub(super) fn read(root: &Section<'_>) -> Concern {
    let section = root.table(&schema::URGENCY, &URGENCY);
    let mut urgent: Vec<(String, Vec<String>)> = Vec::new();
    for list in root.tables(&schema::URGENT) {
        list.refuse_unknown(&URGENT);
        let name = list.parsed(&NAME, values::text);
        if list.is_empty_list(&WORDS) {
            list.problem(&WORDS, "an empty list finds nothing; name some, or leave the whole [[urgent]] out");
        }
        if urgent.iter().any(|(other, _)| *other == name) {
            list.problem(&NAME, format!("{name:?} has another [[urgent]]; put all its words into one"));
        }
        urgent.push((name, list.list(&WORDS, values::pattern)));
    }
    Concern {
        shipped: section.flag(&SHIPPED).unwrap_or(true),
        within: section.parsed(&WITHIN, |typed| match typed {
            "none" => Ok(None),
            _ => values::duration(typed).map(Some),
        }),
        reach: section.count(&REACH).map(|n| n as u64),
        urgent,
        spam: root.table(&schema::FILTER, &FILTER).list(&SPAM, values::pattern),
    }
}
