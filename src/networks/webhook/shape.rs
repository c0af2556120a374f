//! The one JSON shape of mentions that come in (docs/webhook.md). Strict: an unknown field is refused by name, because a
//! mistyped `posted_at` that is silently dropped would falsify every figure. Whatever else a sender has goes into `extra`.

use crate::domain::{Author, Extra, ExtraKind, Native, Post, SourceName};
use crate::networks::plain;
use jiff::Timestamp;
use serde_json::{Map, Value};
use url::Url;

/// Mentions of one hook.
const MOST: usize = 64;
/// Problems that are listed before the rest is only counted.
const LISTED: usize = 10;

const ENVELOPE: &[&str] = &["type", "timestamp", "mentions", "extra"];
const MENTION: &[&str] = &[
    "id",
    "text",
    "author",
    "url",
    "posted_at",
    "network",
    "conversation",
    "parent",
    "language",
    "addressed",
    "title",
    "link",
    "description",
    "tags",
    "alt",
    "quote",
    "warning",
    "extra",
];
/// What a post may show besides its words, each at most so many characters.
const EXTRAS: [(&str, ExtraKind, usize); 7] = [
    ("title", ExtraKind::Title, 500),
    ("link", ExtraKind::Link, 2_000),
    ("description", ExtraKind::Description, 2_000),
    ("tags", ExtraKind::Tag, 200),
    ("alt", ExtraKind::Alt, 2_000),
    ("quote", ExtraKind::Quote, 5_000),
    ("warning", ExtraKind::Warning, 500),
];
const AUTHOR: &[&str] = &["id", "name", "handle", "reach", "url"];

/// Nothing that anybody answers was posted before 2000 (seconds since 1970).
const EARLIEST: i64 = 946_684_800;

/// Why a body is not mentions.
pub enum Problems {
    /// It is not JSON at all.
    NotJson(String),
    /// It has another shape: every problem, with its place.
    Shape(String),
}

/// Reads a body whose signature holds. All or nothing: one bad mention refuses the whole hook.
pub fn posts(body: &[u8], source: &SourceName, network: &str, now: Timestamp) -> Result<Vec<Post>, Problems> {
    let value: Value =
        serde_json::from_slice(body).map_err(|e| Problems::NotJson(format!("The body is not valid JSON: {e}.")))?;
    let mut reader = Reader { problems: Vec::new(), source, network, now };
    let posts = reader.hook(&value);
    if reader.problems.is_empty() {
        return Ok(posts);
    }
    let more = reader.problems.len().saturating_sub(LISTED);
    reader.problems.truncate(LISTED);
    if more > 0 {
        reader.problems.push(format!("and {more} more"));
    }
    let say = reader.problems.join("; ");
    Err(Problems::Shape(format!("Nothing was taken in: {say}. The shape is in docs/webhook.md.")))
}

struct Reader<'a> {
    problems: Vec<String>,
    source: &'a SourceName,
    network: &'a str,
    now: Timestamp,
}

impl Reader<'_> {
    fn wrong(&mut self, at: &str, say: &str) {
        self.problems.push(format!("`{at}` {say}"));
    }

    fn hook(&mut self, value: &Value) -> Vec<Post> {
        let Some(object) = value.as_object() else {
            self.problems.push(format!("the body must be a JSON object, not {}", kind(value)));
            return Vec::new();
        };
        if let Some(stated) = object.get("type").filter(|t| !t.is_null())
            && stated.as_str() != Some("mention")
        {
            self.wrong("type", "must be \"mention\" or left out; send no other events here");
        }
        let Some(list) = object.get("mentions") else {
            let mut single = object.clone();
            single.remove("type");
            single.remove("timestamp");
            return self.mention(&single, "").into_iter().collect();
        };
        self.unknown(object, ENVELOPE, "");
        match list.as_array() {
            None => self.wrong("mentions", &format!("must be a list, not {}", kind(list))),
            Some(list) if list.is_empty() || list.len() > MOST => {
                self.wrong("mentions", &format!("must have 1 to {MOST} entries, not {}", list.len()));
            }
            Some(list) => {
                let mut posts = Vec::new();
                for (i, entry) in list.iter().enumerate() {
                    match entry.as_object() {
                        Some(mention) => posts.extend(self.mention(mention, &format!("mentions[{i}]."))),
                        None => {
                            self.wrong(&format!("mentions[{i}]"), &format!("must be an object, not {}", kind(entry)));
                        }
                    }
                }
                return posts;
            }
        }
        Vec::new()
    }

    fn mention(&mut self, of: &Map<String, Value>, at: &str) -> Option<Post> {
        self.unknown(of, MENTION, at);
        let id = self.id(of, "id", at);
        if id.is_none() && !is_there(of, "id") {
            self.wrong(&format!("{at}id"), "is missing");
        }
        let text = self.text(of, "text", at, 20_000, true);
        if text.is_none() && !is_there(of, "text") {
            self.wrong(&format!("{at}text"), "is missing");
        }
        let author = self.author(of, at);
        let posted_at = self.posted_at(of, at);
        let url = self.url(of, "url", at);
        let conversation = self.id(of, "conversation", at);
        let parent = self.id(of, "parent", at);
        let language = self.text(of, "language", at, 35, false);
        if language.as_ref().is_some_and(|l| !l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')) {
            self.wrong(&format!("{at}language"), "must be a language tag such as \"en\" or \"pt-BR\"");
        }
        let network = self.text(of, "network", at, 32, false);
        let label =
            |n: &String| n.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
        if network.as_ref().is_some_and(|n| !label(n)) {
            self.wrong(&format!("{at}network"), "must be lower-case letters, digits, - and _, such as \"trustpilot\"");
        }
        let addressed = match of.get("addressed") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(yes)) => *yes,
            Some(other) => {
                self.wrong(&format!("{at}addressed"), &format!("must be true or false, not {}", kind(other)));
                false
            }
        };
        let extras = self.extras(of, at);
        Some(Post {
            network: network.unwrap_or_else(|| self.network.to_owned()),
            source: self.source.clone(),
            external_id: id?,
            conversation,
            parent,
            author: author?,
            text: text?,
            url,
            language,
            posted_at: posted_at?,
            addressed,
            native: Native { extras, ..Native::default() },
        })
    }

    /// What the post shows besides its words: one text each, of tags and pictures also a list of texts.
    fn extras(&mut self, of: &Map<String, Value>, at: &str) -> Vec<Extra> {
        let mut extras = Vec::new();
        for (key, what, limit) in EXTRAS {
            let texts: Vec<String> = match of.get(key) {
                Some(Value::Array(list)) if matches!(what, ExtraKind::Tag | ExtraKind::Alt) => {
                    if list.len() > MOST {
                        self.wrong(
                            &format!("{at}{key}"),
                            &format!("must have at most {MOST} entries, not {}", list.len()),
                        );
                    }
                    let alone = |value: &Value| -> Map<String, Value> {
                        [(key.to_owned(), value.clone())].into_iter().collect()
                    };
                    list.iter().take(MOST).filter_map(|one| self.text(&alone(one), key, at, limit, false)).collect()
                }
                _ if what == ExtraKind::Link => self.url(of, key, at).into_iter().collect(),
                _ => self.text(of, key, at, limit, false).into_iter().collect(),
            };
            extras.extend(texts.into_iter().map(|text| Extra { what, text }));
        }
        extras
    }

    fn author(&mut self, of: &Map<String, Value>, at: &str) -> Option<Author> {
        let at = format!("{at}author");
        let author = match of.get("author") {
            None | Some(Value::Null) => {
                self.wrong(&at, "is missing");
                return None;
            }
            Some(Value::Object(author)) => author,
            Some(other) => {
                self.wrong(&at, &format!("must be an object, not {}", kind(other)));
                return None;
            }
        };
        let inside = format!("{at}.");
        self.unknown(author, AUTHOR, &inside);
        let id = self.id(author, "id", &inside);
        let name = self.text(author, "name", &inside, 200, false).unwrap_or_default();
        let handle = self.text(author, "handle", &inside, 200, false).unwrap_or_default();
        let handle = handle.strip_prefix('@').unwrap_or(&handle).to_owned();
        let url = self.url(author, "url", &inside);
        let reach = match author.get("reach") {
            None | Some(Value::Null) => None,
            Some(value) => {
                let reach = value.as_u64();
                if reach.is_none() {
                    self.wrong(&format!("{inside}reach"), "must be a whole number, 0 or more");
                }
                reach
            }
        };
        let known = id.or_else(|| [&handle, &name].into_iter().find(|s| !s.is_empty()).cloned());
        if known.is_none() && !["id", "name", "handle"].iter().any(|k| is_there(author, k)) {
            self.wrong(&at, "must have an `id`, a `handle` or a `name`");
        }
        Some(Author { id: known?, name, handle, reach, url })
    }

    fn posted_at(&mut self, of: &Map<String, Value>, at: &str) -> Option<Timestamp> {
        let at = format!("{at}posted_at");
        if !is_there(of, "posted_at") {
            self.wrong(&at, "is missing: the time to first response counts from it");
            return None;
        }
        let stated = of.get("posted_at").and_then(Value::as_str).and_then(|s| s.trim().parse::<Timestamp>().ok());
        if stated.is_none() {
            self.wrong(&at, "must be a moment with its offset (RFC 3339), such as \"2026-11-22T09:30:00Z\"");
        }
        if stated.is_some_and(|s| s.as_second() < EARLIEST) {
            self.wrong(&at, "is before the year 2000: a wrong unit or an empty date?");
        }
        // Nobody can have waited since a moment that has not come.
        stated.map(|s| s.min(self.now))
    }

    /// Cleaned text of 1 to `limit` characters.
    fn text(&mut self, of: &Map<String, Value>, key: &str, at: &str, limit: usize, lines: bool) -> Option<String> {
        let value = of.get(key).filter(|v| !v.is_null())?;
        let path = format!("{at}{key}");
        let Some(text) = value.as_str() else {
            self.wrong(&path, &format!("must be text, not {}", kind(value)));
            return None;
        };
        let text = plain::clean(text);
        let text = if lines { text.trim().to_owned() } else { text.replace('\n', " ").trim().to_owned() };
        let length = text.chars().count();
        if length == 0 {
            self.wrong(&path, "must not be empty");
            return None;
        }
        if length > limit {
            self.wrong(&path, &format!("has {length} characters, at most {limit} are accepted"));
            return None;
        }
        Some(text)
    }

    /// An id: text, or a whole number, of at most 200 characters.
    fn id(&mut self, of: &Map<String, Value>, key: &str, at: &str) -> Option<String> {
        match of.get(key) {
            Some(Value::Number(n)) if n.is_i64() || n.is_u64() => Some(n.to_string()),
            _ => self.text(of, key, at, 200, false),
        }
    }

    fn url(&mut self, of: &Map<String, Value>, key: &str, at: &str) -> Option<String> {
        let text = self.text(of, key, at, 2_000, false)?;
        let url = Url::parse(&text).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
        if url.is_none() {
            self.wrong(&format!("{at}{key}"), "must be an address that begins with http:// or https://");
        }
        url.map(String::from)
    }

    fn unknown(&mut self, object: &Map<String, Value>, known: &[&str], at: &str) {
        for key in object.keys().filter(|k| !known.contains(&k.as_str())) {
            let shown = plain::first_line(key, 60);
            let near = known
                .iter()
                .map(|k| (strsim::damerau_levenshtein(k, &shown.to_ascii_lowercase()), k))
                .min()
                .filter(|(distance, _)| *distance <= 2 && distance * 3 <= shown.chars().count());
            let hint = match near {
                Some((_, near)) => format!("is not known; did you mean `{near}`?"),
                None => "is not known; put it into `extra`, which is ignored".to_owned(),
            };
            self.wrong(&format!("{at}{shown}"), &hint);
        }
    }
}

fn is_there(of: &Map<String, Value>, key: &str) -> bool {
    of.get(key).is_some_and(|v| !v.is_null())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
