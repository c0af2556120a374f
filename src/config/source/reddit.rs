//! `[[source]]` of type `reddit`.

use super::super::brand::Brand;
use super::super::reader::Section;
use super::super::schema::{Key, Table};
use super::super::secret::{self, Secret};
use super::super::values;
use super::{BRANDS, NAME, TYPE, every};
use std::collections::BTreeSet;
use std::time::Duration;

const CLIENT_ID: Key = Key::required("client_id", "the app's id, such as \"p-jcoLKBynTLew\"");
const CLIENT_SECRET: Key = Key::required("client_secret", "{ env = \"NAME\" } or { file = \"path\" }");
const REFRESH_TOKEN: Key = Key::optional("refresh_token", "{ env = \"NAME\" } or { file = \"path\" }");
const USERNAME: Key = Key::optional("username", "the account's name without u/, such as \"acme_help\"");
const PASSWORD: Key = Key::optional("password", "{ env = \"NAME\" } or { file = \"path\" }");
const OPERATOR: Key = Key::optional("operator", "a user name without u/, such as \"acme_it\"");
const SUBREDDITS: Key = Key::optional("subreddits", "names without r/, such as [\"acme\", \"gadgets\"]");
const QUERY: Key = Key::optional("query", "what to search for, such as [\"acme\", \"acme.example\"]");
const EVERY: Key = Key::with_default("every", "a duration such as \"2m\"", "2m");
const AUTH: Key = Key::with_default("auth", "the address where tokens are made", "https://www.reddit.com");
const API: Key = Key::with_default("api", "the API's address", "https://oauth.reddit.com");

/// An account at Reddit.
pub const TABLE: Table = Table {
    title: "a [[source]] of type \"reddit\"",
    keys: &[
        &NAME,
        &TYPE,
        &BRANDS,
        &CLIENT_ID,
        &CLIENT_SECRET,
        &REFRESH_TOKEN,
        &USERNAME,
        &PASSWORD,
        &OPERATOR,
        &SUBREDDITS,
        &QUERY,
        &EVERY,
        &AUTH,
        &API,
    ],
};

/// How it logs in as the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedditLogin {
    /// With a permanent refresh token.
    Refresh(Secret),
    /// With a name and a password: an app of type "script".
    Password(String, Secret),
}

/// An account at Reddit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedditSource {
    /// The app's id.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: Secret,
    /// How it logs in.
    pub login: RedditLogin,
    /// To whom Reddit can write.
    pub operator: String,
    /// Subreddits that are read as a whole.
    pub subreddits: Vec<String>,
    /// What is searched for, each on its own: as configured, or else the terms, phrases and domains of the brands.
    pub queries: Vec<String>,
    /// How often to look.
    pub every: Duration,
    /// Where tokens are made, without a slash at its end.
    pub auth: String,
    /// Where the API is, without a slash at its end.
    pub api: String,
}

pub(super) fn read(section: &Section<'_>, brands: &[&Brand]) -> Option<RedditSource> {
    section.refuse_unknown(&TABLE);
    let blanks = |word: &str| {
        (word.trim() != word || word.contains('\n'))
            .then(|| "begins or ends with a blank or holds several lines; keep only the secret there".to_owned())
    };
    let client_id = section.optional(&CLIENT_ID, values::text);
    let client_secret = secret::read_one(section, &CLIENT_SECRET, &blanks);
    let refresh = secret::read_one(section, &REFRESH_TOKEN, &blanks);
    let username = section.optional(&USERNAME, |typed| name(typed, "u/"));
    let password = secret::read_one(section, &PASSWORD, &blanks);
    let operator = section.optional(&OPERATOR, |typed| name(typed, "u/"));
    let subreddits = section.list(&SUBREDDITS, |typed| name(typed, "r/"));
    let mut queries = section.list(&QUERY, values::text);
    if !section.has(&QUERY) {
        queries = brands.iter().flat_map(|brand| brand.search_terms()).collect();
    }
    let mut seen = BTreeSet::new();
    queries.retain(|query| seen.insert(query.clone()));
    let every = every(section, &EVERY);
    let address =
        |key: &Key| section.optional(key, values::url).map(|url| url.as_str().trim_end_matches('/').to_owned());
    let (auth, api) = (address(&AUTH).unwrap_or_default(), address(&API).unwrap_or_default());
    if !section.has(&OPERATOR) && !section.has(&USERNAME) {
        section.absence("Reddit wants to know to whom it can write; name your own account there as operator");
    }
    let operator = operator.or_else(|| username.clone());
    let login = match (section.has(&REFRESH_TOKEN), section.has(&PASSWORD)) {
        (true, _) => refresh.map(RedditLogin::Refresh),
        (false, true) if !section.has(&USERNAME) => {
            section.absence("has a password and no username; add it");
            None
        }
        (false, true) => username.zip(password).map(|(username, password)| RedditLogin::Password(username, password)),
        (false, false) => {
            section.absence("cannot log in; add a refresh_token, or username and password for an app of type script");
            None
        }
    };
    let (client_id, client_secret, login, operator) = (client_id?, client_secret?, login?, operator?);
    Some(RedditSource { client_id, client_secret, login, operator, subreddits, queries, every, auth, api })
}

fn name(typed: &str, before: &str) -> Result<String, String> {
    let text = values::text(typed)?;
    let name = text.trim_start_matches('/');
    let name = name.strip_prefix(before).unwrap_or(name);
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !(2..=30).contains(&name.len()) || !name.chars().all(fits) {
        return Err(format!(
            "{typed:?} is no name at Reddit; write it as Reddit shows it, of letters, digits and \"_\""
        ));
    }
    Ok(name.to_owned())
}
