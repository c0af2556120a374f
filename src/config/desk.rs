//! `[desk]`, `[targets]`, `[web]`, `[store]`, `[log]`: the settings that exist once.

use super::known::Known;
use super::reader::Section;
use super::schema::{self, Key, Table};
use super::values;
use crate::domain::{Kind, Place};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

const NAME: Key = Key::with_default("name", "the name of this desk", "hearback");
const ZONE: Key = Key::with_default("zone", "a time zone such as \"Europe/London\"", "UTC");
const LANGUAGE: Key = Key::with_default("language", "the language that hearback speaks: \"en\"", "en");
const PERSON: Key = Key::optional("person", "the name of a [[person]], such as \"ana\"");
const CHANNEL: Key = Key::with_default("channel", "a channel such as \"console:support\"", "console:support");
const IDLE_CLAIM: Key = Key::with_default("idle_claim", "a duration such as \"4h\"", "4h");

/// The desk.
pub const DESK: Table = Table { title: "[desk]", keys: &[&NAME, &ZONE, &LANGUAGE, &PERSON, &CHANNEL, &IDLE_CLAIM] };

const TARGET: &str = "a duration such as \"1h\", or \"none\"";
const QUESTION: Key = Key::with_default("question", TARGET, "1h");
const COMPLAINT: Key = Key::with_default("complaint", TARGET, "1h");
const PRAISE: Key = Key::with_default("praise", TARGET, "24h");
const OTHER: Key = Key::with_default("other", TARGET, "none");
const IN: Key = Key::with_default("in", "\"calendar\" or \"business\"", "calendar");

/// When a response is due.
pub const TARGETS: Table = Table { title: "[targets]", keys: &[&QUESTION, &COMPLAINT, &PRAISE, &OTHER, &IN] };

const LISTEN: Key = Key::with_default("listen", "an address and port such as \"127.0.0.1:8787\"", "127.0.0.1:8787");

/// The HTTP listener.
pub const WEB: Table = Table { title: "[web]", keys: &[&LISTEN] };

const FOLDER: Key = Key::with_default("folder", "the path of a folder", "hearback-data");
const MIN_FREE: Key = Key::with_default("min_free", "a size such as \"256MiB\"", "256MiB");

/// Where everything is kept.
pub const STORE: Table = Table { title: "[store]", keys: &[&FOLDER, &MIN_FREE] };

const LEVEL: Key = Key::with_default("level", "a level such as \"info\"", "info");
const FORMAT: Key = Key::with_default("format", "\"text\" or \"json\"", "text");

/// The log.
pub const LOG: Table = Table { title: "[log]", keys: &[&LEVEL, &FORMAT] };

/// The desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// The name of this desk, in reports and messages.
    pub name: String,
    /// The IANA zone where nothing nearer says another.
    pub zone: String,
    /// The language that hearback speaks.
    pub language: String,
    /// Who types at the console, by name; the first `[[person]]` if left out.
    pub person: Option<String>,
    /// Where a mention goes that no route matches.
    pub channel: Place,
    /// How long a claim may be idle before anybody may take it over.
    pub idle_claim: Duration,
}

/// When a response is due, by kind, counted from the customer's post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetTimes {
    /// By kind; `None`: no response is expected.
    pub after: [(Kind, Option<Duration>); 4],
    /// Counted in business hours instead of around the clock.
    pub business: bool,
}

impl TargetTimes {
    /// How long a response to that kind may take.
    pub fn of(&self, kind: Kind) -> Option<Duration> {
        self.after.iter().find(|(k, _)| *k == kind).and_then(|(_, after)| *after)
    }
}

/// The HTTP listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Web {
    /// Where it listens.
    pub listen: SocketAddr,
}

/// Where everything is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreSettings {
    /// The folder, as written; a relative one starts at the folder of bot.toml and is resolved already.
    pub folder: PathBuf,
    /// With fewer bytes free than that, sources rest.
    pub min_free: u64,
}

/// The log, where the command line does not say otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// How much.
    pub level: LogLevel,
    /// In which form.
    pub format: LogFormat,
}

/// How much is logged, each level including the ones before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What went wrong.
    Error,
    /// What may go wrong.
    Warn,
    /// What happens.
    #[default]
    Info,
    /// How it happens.
    Debug,
    /// Everything.
    Trace,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

pub(super) fn desk(root: &Section<'_>, known: &mut Known) -> Desk {
    let section = root.table(&schema::DESK, &DESK);
    let channel = section.optional(&CHANNEL, |typed| super::route::place(typed, known));
    let channel = channel.unwrap_or_else(|| Place::new("console", "support"));
    known.add_place(&channel);
    Desk {
        name: section.parsed(&NAME, values::text),
        zone: section.parsed(&ZONE, values::zone),
        language: section.parsed(&LANGUAGE, |typed| values::word(typed, &[("en", ())]).map(|()| typed.to_owned())),
        person: section.optional(&PERSON, values::name),
        channel,
        idle_claim: section.parsed(&IDLE_CLAIM, values::duration),
    }
}

/// Notes if the person at the console is none of the staff. People are read after the desk, whose zone they share.
pub(super) fn check_person(root: &Section<'_>, desk: &Desk, known: &Known) {
    if desk.person.is_none() {
        return;
    }
    root.table_again(&schema::DESK).optional(&PERSON, |typed| values::known(typed, "person", &known.people));
}

pub(super) fn targets(root: &Section<'_>) -> TargetTimes {
    let section = root.table(&schema::TARGETS, &TARGETS);
    let after =
        [(Kind::Question, &QUESTION), (Kind::Complaint, &COMPLAINT), (Kind::Praise, &PRAISE), (Kind::Other, &OTHER)]
            .map(|(kind, key)| {
                (
                    kind,
                    section.parsed(
                        key,
                        |typed| if typed == "none" { Ok(None) } else { values::duration(typed).map(Some) },
                    ),
                )
            });
    let business = section.parsed(&IN, |typed| values::word(typed, &[("calendar", false), ("business", true)]));
    if business && !root.has(&schema::HOURS) {
        section.warning(&IN, "without [hours] every hour is a business hour; add [hours]");
    }
    TargetTimes { after, business }
}

pub(super) fn web(root: &Section<'_>) -> Web {
    let listen = root.table(&schema::WEB, &WEB).optional(&LISTEN, |typed| {
        typed.parse().map_err(|_| {
            format!("{typed:?} is not an address with a port; write it such as \"127.0.0.1:8787\" or \"[::]:8787\"")
        })
    });
    Web { listen: listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0))) }
}

pub(super) fn store(root: &Section<'_>) -> StoreSettings {
    let section = root.table(&schema::STORE, &STORE);
    StoreSettings {
        folder: section.ctx.folder.join(section.parsed(&FOLDER, values::text)),
        min_free: section.parsed(&MIN_FREE, values::bytes),
    }
}

pub(super) fn log(root: &Section<'_>) -> Log {
    let section = root.table(&schema::LOG, &LOG);
    Log {
        level: section.parsed(&LEVEL, |typed| {
            values::word(
                typed,
                &[
                    ("off", LogLevel::Off),
                    ("error", LogLevel::Error),
                    ("warn", LogLevel::Warn),
                    ("info", LogLevel::Info),
                    ("debug", LogLevel::Debug),
                    ("trace", LogLevel::Trace),
                ],
            )
        }),
        format: section
            .parsed(&FORMAT, |typed| values::word(typed, &[("text", LogFormat::Text), ("json", LogFormat::Json)])),
    }
}
