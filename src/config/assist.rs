//! `[assist]`: an endpoint that is asked for suggestions. Without this table there is none.

use super::reader::Section;
use super::schema::{self, Key, Table};
use super::secret::{self, Secret};
use super::values;
use std::net::IpAddr;
use std::time::Duration;
use url::{Host, Url};

const URL: Key = Key::required("url", "the endpoint's address, such as \"http://localhost:11434/v1\"");
const MODEL: Key = Key::required("model", "the name of a model, such as \"llama3.2\"");
const KEY: Key = Key::optional("key", "{ env = \"NAME\" } or { file = \"path\" }");
const KINDS: Key = Key::optional("kinds", "true or false");
const TRANSLATE: Key = Key::optional("translate", "true or false");
const DRAFTS: Key = Key::optional("drafts", "true or false");
const INTO: Key = Key::with_default("into", "a language such as \"en\"", "en");
const TIMEOUT: Key = Key::with_default("timeout", "a duration such as \"20s\"", "20s");
const BUDGET: Key = Key::optional("budget", "requests a day, such as 1000");
const TOKENS: Key = Key::optional("tokens", "tokens a day, such as 500000");

/// The assistant.
pub const TABLE: Table = Table {
    title: "[assist]",
    keys: &[&URL, &MODEL, &KEY, &KINDS, &TRANSLATE, &DRAFTS, &INTO, &TIMEOUT, &BUDGET, &TOKENS],
};

/// Requests of a day, unless it is said.
const REQUESTS_A_DAY: u64 = 1_000;
/// Tokens of a day, unless it is said.
const TOKENS_A_DAY: u64 = 500_000;
/// Longest wait for an answer.
const LONGEST: Duration = Duration::from_mins(2);

/// An endpoint as `OpenAI` has it, and what it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assist {
    /// Up to and without `/chat/completions`.
    pub url: Url,
    /// Which model.
    pub model: String,
    /// The key, where one is needed.
    pub key: Option<Secret>,
    /// Kinds where the classifier is not sure.
    pub kinds: bool,
    /// Translations of what is in another language than `into`.
    pub translate: bool,
    /// Texts for those who ask.
    pub drafts: bool,
    /// The language that the staff reads, ISO 639-1.
    pub into: String,
    /// Longest wait for an answer.
    pub timeout: Duration,
    /// Most requests of a day.
    pub requests: u64,
    /// Most tokens of a day.
    pub tokens: u64,
}

impl Assist {
    /// What it is asked for, in words.
    pub fn does(&self) -> Vec<&'static str> {
        let all = [(self.kinds, "kinds"), (self.translate, "translations"), (self.drafts, "drafts")];
        all.into_iter().filter(|(on, _)| *on).map(|(_, word)| word).collect()
    }
}

pub(super) fn read(root: &Section<'_>) -> Option<Assist> {
    if !root.has(&schema::ASSIST) {
        return None;
    }
    let section = root.table(&schema::ASSIST, &TABLE);
    let blanks = |key: &str| {
        key.contains(char::is_whitespace).then(|| "holds more than a key; keep only the key there".to_owned())
    };
    let key = secret::read_one(&section, &KEY, &blanks);
    let flag = |key: &Key| section.flag(key).unwrap_or(false);
    let (kinds, translate, drafts) = (flag(&KINDS), flag(&TRANSLATE), flag(&DRAFTS));
    if section.is_present() && !kinds && !translate && !drafts {
        section.warning(
            &URL,
            "the assistant is asked for nothing; write kinds, translate or drafts = true, or leave [assist] out",
        );
    }
    let count = |key: &Key, usual: u64| section.count(key).map_or(usual, |n| u64::try_from(n).unwrap_or(u64::MAX));
    let (requests, tokens) = (count(&BUDGET, REQUESTS_A_DAY), count(&TOKENS, TOKENS_A_DAY));
    let timeout = section.parsed(&TIMEOUT, |typed| {
        let timeout = values::duration(typed)?;
        if timeout > LONGEST {
            return Err("longer than two minutes; nobody waits for that, write at most \"2m\"".to_owned());
        }
        Ok(timeout)
    });
    let into = section.parsed(&INTO, values::language);
    let model = section.optional(&MODEL, model);
    let url = section.optional(&URL, address);
    Some(Assist { url: url?, model: model?, key, kinds, translate, drafts, into, timeout, requests, tokens })
}

/// It stands beside everything that is suggested.
fn model(typed: &str) -> Result<String, String> {
    let model = values::text(typed)?;
    if model.chars().count() > 100 || model.contains(char::is_whitespace) {
        return Err(format!(
            "{typed:?} is not the name of a model; write it as the endpoint lists it, such as \"llama3.2\""
        ));
    }
    Ok(model)
}

/// What is said about the brand goes there, and the key: unprotected only to this machine or into a network of one's own.
fn address(typed: &str) -> Result<Url, String> {
    let url = values::url(typed)?;
    if url.path().trim_end_matches('/').ends_with("/completions") {
        return Err("leave /chat/completions off; the address ends in /v1, mostly".to_owned());
    }
    if url.scheme() == "http" && !nearby(&url) {
        return Err(
            "the address must begin with https://, or everything could be read on its way; http:// is only for \
                    this machine and a network of your own"
                .to_owned(),
        );
    }
    Ok(url)
}

/// This machine, a private address, or a name that no public network knows.
fn nearby(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Some(Host::Ipv6(ip)) => {
            let mapped = ip.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback() || v4.is_private());
            IpAddr::V6(ip).is_loopback() || ip.is_unique_local() || mapped
        }
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_lowercase();
            let own = [".localhost", ".local", ".internal", ".lan", ".home.arpa"];
            !name.contains('.') || own.iter().any(|end| name.ends_with(end))
        }
        None => false,
    }
}
