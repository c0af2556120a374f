//! Posts from a file: a line each, as JSON, as a Jetstream has them, or as plain text.

use crate::domain::{Author, Extra, ExtraKind, Native, Post, SourceName};
use crate::networks::bluesky;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// What a file holds.
pub(super) struct Lines {
    pub(super) posts: Vec<Post>,
    /// When they were posted, of those that say it.
    pub(super) times: Vec<Timestamp>,
    /// Lines that are no posts: what else a stream brings.
    pub(super) skipped: usize,
}

/// The names under which a post may show something besides its words.
const EXTRAS: [(&str, ExtraKind); 7] = [
    ("title", ExtraKind::Title),
    ("link", ExtraKind::Link),
    ("description", ExtraKind::Description),
    ("tags", ExtraKind::Tag),
    ("alt", ExtraKind::Alt),
    ("quote", ExtraKind::Quote),
    ("warning", ExtraKind::Warning),
];

/// Reads a file.
///
/// # Errors
/// The number of the first line that cannot be read, why, and what to write instead.
pub(super) fn posts(bytes: &[u8], now: Timestamp) -> Result<Lines, String> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = Lines { posts: Vec::new(), times: Vec::new(), skipped: 0 };
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if !line.starts_with('{') {
            lines.posts.push(plain(number, line, now));
            continue;
        }
        let value: Value = serde_json::from_str(line).map_err(|e| {
            format!("{number}: it begins like JSON but is none ({e}); write one object on each line, or plain text")
        })?;
        if value.get("did").is_some() && value.get("time_us").is_some() {
            match bluesky::from_stream(&value, &source(), now) {
                Some(post) => {
                    lines.times.push(post.posted_at);
                    lines.posts.push(post);
                }
                None => lines.skipped += 1,
            }
            continue;
        }
        let object = value.as_object().ok_or_else(|| format!("{number}: write an object with a \"text\""))?;
        let post = object_post(number, object, now).map_err(|why| format!("{number}: {why}"))?;
        lines.times.extend(post.1);
        lines.posts.push(post.0);
    }
    Ok(lines)
}

fn source() -> SourceName {
    SourceName::new("file")
}

fn plain(number: usize, text: &str, now: Timestamp) -> Post {
    Post {
        network: "file".to_owned(),
        source: source(),
        external_id: format!("line {number}"),
        conversation: None,
        parent: None,
        author: Author::default(),
        text: text.to_owned(),
        url: None,
        language: None,
        posted_at: now,
        addressed: false,
        native: Native::default(),
    }
}

/// A post and when it was posted, if it says so.
fn object_post(number: usize, of: &Map<String, Value>, now: Timestamp) -> Result<(Post, Option<Timestamp>), String> {
    let text = |key: &str| -> Result<Option<String>, String> {
        match of.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(format!("{key:?} must be text in quotes")),
        }
    };
    let words = text("text")?.ok_or("it has no \"text\"; write what was said under that name")?;
    let posted_at = match text("posted_at")? {
        None => None,
        Some(moment) => Some(moment.parse::<Timestamp>().map_err(|_| {
            format!("\"posted_at\" is {moment:?}; write a moment such as \"2026-11-22T09:30:00Z\", or leave it out")
        })?),
    };
    let author = match of.get("author") {
        None | Some(Value::Null) => Author::default(),
        Some(Value::String(handle)) => Author { id: handle.clone(), handle: handle.clone(), ..Author::default() },
        Some(Value::Object(author)) => {
            let part = |key: &str| author.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (id, handle) = (part("id"), part("handle"));
            Author {
                id: if id.is_empty() { handle.clone() } else { id },
                name: part("name"),
                handle,
                ..Author::default()
            }
        }
        Some(_) => return Err("\"author\" must be a name in quotes, or an object with a \"handle\"".to_owned()),
    };
    let mut extras = Vec::new();
    for (key, what) in EXTRAS {
        let texts: Vec<String> = match of.get(key) {
            Some(Value::Array(list)) => {
                let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
                texts
                    .ok_or_else(|| format!("{key:?} must be text in quotes, or a list of it"))?
                    .into_iter()
                    .map(str::to_owned)
                    .collect()
            }
            _ => text(key)?.into_iter().collect(),
        };
        extras.extend(texts.into_iter().filter(|text| !text.is_empty()).map(|text| Extra { what, text }));
    }
    let post = Post {
        network: text("network")?.unwrap_or_else(|| "file".to_owned()),
        external_id: text("id")?.unwrap_or_else(|| format!("line {number}")),
        author,
        url: text("url")?,
        language: text("language")?,
        posted_at: posted_at.unwrap_or(now),
        native: Native { extras, ..Native::default() },
        ..plain(number, &words, now)
    };
    Ok((post.tidy(), posted_at))
}
