//! `[[source]]` of type `x`.

use super::super::brand::Brand;
use super::super::reader::Section;
use super::super::schema::{Key, Table};
use super::super::secret::{self, Secret};
use super::super::values;
use super::{BRANDS, NAME, TYPE, every};
use std::collections::BTreeSet;
use std::time::Duration;

const SECRET: &str = "{ env = \"NAME\" } or { file = \"path\" }";
const API_KEY: Key = Key::optional("api_key", SECRET);
const API_SECRET: Key = Key::optional("api_secret", SECRET);
const ACCESS_TOKEN: Key = Key::optional("access_token", SECRET);
const ACCESS_SECRET: Key = Key::optional("access_secret", SECRET);
const BEARER_TOKEN: Key = Key::optional("bearer_token", SECRET);
const TIER: Key = Key::with_default("tier", "\"pay-per-use\" or \"enterprise\"", "pay-per-use");
const BUDGET: Key = Key::with_default("budget", "US dollars a month, such as \"10 USD\"", "10 USD");
const QUERY: Key = Key::optional("query", "queries as X writes them, such as [\"acme -is:retweet\"], or [] for none");
const STREAM: Key = Key::optional("stream", "true or false");
const EVERY: Key = Key::with_default("every", "a duration such as \"5m\"", "5m");
const IMPLICIT_SUMMONS: Key = Key::optional("implicit_summons", "true or false");
const API: Key = Key::with_default("api", "the API's address", "https://api.x.com");

/// X, by its API.
pub const TABLE: Table = Table {
    title: "a [[source]] of type \"x\"",
    keys: &[
        &NAME,
        &TYPE,
        &BRANDS,
        &API_KEY,
        &API_SECRET,
        &ACCESS_TOKEN,
        &ACCESS_SECRET,
        &BEARER_TOKEN,
        &TIER,
        &BUDGET,
        &QUERY,
        &STREAM,
        &EVERY,
        &IMPLICIT_SUMMONS,
        &API,
    ],
};

/// X, by its API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XSource {
    /// The keys of the account, for mentions and replies.
    pub account: Option<XKeys>,
    /// The bearer token of the app, for search and the stream.
    pub bearer: Option<Secret>,
    /// A contract instead of payment by use.
    pub enterprise: bool,
    /// What reading may cost in a month, in thousandths of a US dollar.
    pub budget: u64,
    /// Queries as X writes them; `None`: the words and domains below.
    pub queries: Option<Vec<String>>,
    /// The terms and phrases of the brands.
    pub words: Vec<String>,
    /// The domains of the brands.
    pub domains: Vec<String>,
    /// The brands' own accounts at X.
    pub own: Vec<String>,
    /// Searched posts come by the filtered stream.
    pub stream: bool,
    /// How often to look.
    pub every: Duration,
    /// A reply to an own post counts as a call.
    pub implicit_summons: bool,
    /// The base address of the API, without a slash at its end.
    pub api: String,
}

/// The keys of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XKeys {
    /// The app's key.
    pub api_key: Secret,
    /// The app's secret.
    pub api_secret: Secret,
    /// The account's token.
    pub access_token: Secret,
    /// The account's secret.
    pub access_secret: Secret,
}

pub(super) fn read(section: &Section<'_>, brands: &[&Brand]) -> XSource {
    section.refuse_unknown(&TABLE);
    let secret = |key: &Key| if section.has(key) { secret::read_one(section, key, &one_word) } else { None };
    let keys = [&API_KEY, &API_SECRET, &ACCESS_TOKEN, &ACCESS_SECRET];
    let given = keys.iter().filter(|key| section.has(key)).count();
    for key in keys.iter().filter(|key| given > 0 && !section.has(key)) {
        section.missing(key, "an account needs all four keys");
    }
    let account = match keys.map(secret) {
        [Some(api_key), Some(api_secret), Some(access_token), Some(access_secret)] => {
            Some(XKeys { api_key, api_secret, access_token, access_secret })
        }
        _ => None,
    };
    let bearer = secret(&BEARER_TOKEN);
    if given == 0 && !section.has(&BEARER_TOKEN) {
        section.absence(
            "has no keys; give it api_key, api_secret, access_token and access_secret for mentions and replies, bearer_token \
             for searching alone, or all five. They are made at console.x.com",
        );
    }
    let stream = section.flag(&STREAM).unwrap_or_default();
    if stream && !section.has(&BEARER_TOKEN) {
        section.missing(&BEARER_TOKEN, "the stream is the app's, not the account's");
    }
    let queries = section.has(&QUERY).then(|| section.list(&QUERY, query));
    let every = every(section, &EVERY);
    if section.has(&EVERY) && every > Duration::from_hours(24) {
        section.warning(&EVERY, "less often than once a day; customers wait that long");
    }
    let unique = |names: Vec<String>| names.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    let mut words = Vec::new();
    let mut seen = BTreeSet::new();
    for word in brands.iter().flat_map(|b| b.terms.iter().chain(&b.phrases)) {
        if seen.insert(word.to_lowercase()) {
            words.push(word.clone());
        }
    }
    XSource {
        account,
        bearer,
        enterprise: section
            .optional(&TIER, |typed| values::word(typed, &[("pay-per-use", false), ("enterprise", true)]))
            .unwrap_or_default(),
        budget: section.parsed(&BUDGET, budget),
        queries,
        words,
        domains: unique(brands.iter().flat_map(|b| b.domains.iter().cloned()).collect()),
        own: unique(brands.iter().flat_map(|b| b.accounts.iter().filter_map(|a| own(a))).collect()),
        stream,
        every,
        implicit_summons: section.flag(&IMPLICIT_SUMMONS).unwrap_or_default(),
        api: section
            .optional(&API, values::url)
            .map(|url| url.as_str().trim_end_matches('/').to_owned())
            .unwrap_or_default(),
    }
}

/// An account of a brand that may be one at X: `@acme`, `acme`, `x:acme`.
fn own(account: &str) -> Option<String> {
    let name = account.strip_prefix("x:").unwrap_or(account).trim_start_matches('@');
    let fits = !name.is_empty() && name.len() <= 15 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    fits.then(|| name.to_owned())
}

fn query(typed: &str) -> Result<String, String> {
    let query = values::text(typed)?;
    // X's own limit for self-serve apps is shorter; a contract's is this.
    if query.chars().count() > 4_096 {
        return Err("longer than the 4,096 characters that X takes; write several queries".to_owned());
    }
    Ok(query)
}

/// An amount in US dollars, in thousandths.
fn budget(typed: &str) -> Result<u64, String> {
    let wrong = || format!("{typed:?} is no amount; write US dollars a month, such as \"10 USD\" or \"2.50 USD\"");
    let number = typed.trim().strip_suffix("USD").ok_or_else(wrong)?.trim();
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 7 || part.len() > 2 || !digits(whole) || !digits(part) {
        return Err(wrong());
    }
    let whole: u64 = whole.parse().map_err(|_| wrong())?;
    let cents: u64 = format!("{part:0<2}").parse().map_err(|_| wrong())?;
    match whole * 1_000 + cents * 10 {
        0 => Err("a budget of nothing reads nothing; write at least \"1 USD\", or leave the source out".to_owned()),
        mills => Ok(mills),
    }
}

/// What is wrong with a key, without repeating any of it.
fn one_word(key: &str) -> Option<String> {
    let good = key.chars().all(|c| c.is_ascii_graphic() && c != '"');
    (!good)
        .then(|| "holds more than a key: it may have no blanks, quotes or line breaks; copy the key alone".to_owned())
}
