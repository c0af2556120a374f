//! `[[source]]` of type `webhook`.

use super::super::known::Known;
use super::super::reader::Section;
use super::super::schema::{Key, Table};
use super::super::secret::{self, Secret};
use super::super::values;
use super::{BRANDS, NAME, TYPE};
use url::Url;

const PATH: Key = Key::optional("path", "a path such as \"/in/shop\"");
const SECRET: Key = Key::required("secret", "{ env = \"NAME\" } or { file = \"path\" }, or a list of these");
const NETWORK: Key = Key::optional("network", "a short name such as \"reviews\"");
const MAX_CHARS: Key = Key::optional("max_chars", "a number of at least 1, such as 2000");
const CALLBACK_KEY: Key = Key::optional("callback", "{ url = \"https://…\", secret = { env = \"NAME\" } }");

/// Mentions in over HTTP, replies out to a callback.
pub const TABLE: Table = Table {
    title: "a [[source]] of type \"webhook\"",
    keys: &[&NAME, &TYPE, &BRANDS, &PATH, &SECRET, &NETWORK, &MAX_CHARS, &CALLBACK_KEY],
};

const CALLBACK_URL: Key = Key::required("url", "where replies are sent, such as \"https://shop.example/replies\"");
const CALLBACK_SECRET: Key = Key::required("secret", "{ env = \"NAME\" } or { file = \"path\" }");

/// Where a webhook's replies go.
pub const CALLBACK: Table = Table { title: "a callback", keys: &[&CALLBACK_URL, &CALLBACK_SECRET] };

/// Mentions in over HTTP, replies out to a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookSource {
    /// Where it listens, from the slash on.
    pub path: String,
    /// Signatures by any of these are good: several while the secret is being changed.
    pub secrets: Vec<Secret>,
    /// The kind of network that is shown unless the mention says another.
    pub network: String,
    /// The longest reply, in Unicode scalar values.
    pub max_chars: Option<usize>,
    /// Where replies go; read-only without.
    pub callback: Option<Callback>,
}

/// Where replies go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The address.
    pub url: Url,
    /// What they are signed with.
    pub secret: Secret,
}

pub(super) fn read(section: &Section<'_>, name: &str, known: &mut Known) -> WebhookSource {
    section.refuse_unknown(&TABLE);
    let path = section.optional(&PATH, path).unwrap_or_else(|| format!("/in/{name}"));
    if let Some(say) = known.add_path(&path) {
        section.problem(&PATH, say);
    }
    let secrets = secret::read(section, &SECRET);
    let mut callback = None;
    if section.has(&CALLBACK_KEY) {
        let table = section.table(&CALLBACK_KEY, &CALLBACK);
        if table.is_present() {
            let url = table.optional(&CALLBACK_URL, values::url);
            let mut signed = secret::read(&table, &CALLBACK_SECRET);
            if signed.len() > 1 {
                table.problem(&CALLBACK_SECRET, "replies are signed with one secret; keep one");
            }
            callback = url.zip(signed.pop()).map(|(url, secret)| Callback { url, secret });
        }
    }
    // Two sources must not take each other's ids for the same post.
    let network = section.optional(&NETWORK, values::name).unwrap_or_else(|| name.to_owned());
    WebhookSource { path, secrets, network, max_chars: section.count(&MAX_CHARS), callback }
}

/// Where something listens, from the slash on.
pub fn path(typed: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~');
    let good = typed.starts_with('/') && typed.len() > 1 && !typed.contains("//") && typed.chars().all(fits);
    if !good || typed.ends_with('/') {
        return Err(format!(
            "{typed:?} is not a path; write it such as \"/in/shop\", of letters, digits, \"/\", \"-\" and \"_\""
        ));
    }
    if matches!(typed, "/healthz" | "/readyz" | "/metrics") {
        return Err(format!("{typed:?} is taken by hearback itself; choose another path"));
    }
    Ok(typed.to_owned())
}
