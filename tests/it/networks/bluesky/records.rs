//! The lexicons of records, as a PDS checks them before it writes one; and, stricter than a PDS, that what a record refers
//! to is there.

use super::world::{POSTS, World};
use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

type Checked = Result<(), String>;

fn need(good: bool, what: &str) -> Checked {
    if good { Ok(()) } else { Err(format!("Invalid record: {what}")) }
}

fn only(value: &Value, keys: &[&str]) -> Checked {
    let object = value.as_object().ok_or("Invalid record: not an object")?;
    object.keys().try_for_each(|key| need(keys.contains(&key.as_str()), &format!("unknown {key}")))
}

fn text<'v>(value: &'v Value, key: &str) -> Result<&'v str, String> {
    value[key].as_str().ok_or_else(|| format!("Invalid record: Record must have the property \"{key}\""))
}

pub fn check(world: &World, collection: &str, record: &Value) -> Checked {
    need(record["$type"] == collection, "$type is not the collection")?;
    moment(record)?;
    match collection {
        POSTS => post(world, record),
        "app.bsky.feed.like" | "app.bsky.feed.repost" => {
            only(record, &["$type", "subject", "createdAt"])?;
            strong(world, &record["subject"])
        }
        "app.bsky.graph.follow" => {
            only(record, &["$type", "subject", "createdAt"])?;
            need(world.handles.contains_key(text(record, "subject")?), "subject is nobody")
        }
        _ => Err(format!("Invalid record: {collection} is not known")),
    }
}

/// An RFC 3339 moment with milliseconds in UTC, as the `AppView` sorts by it.
fn moment(record: &Value) -> Checked {
    let at = text(record, "createdAt")?;
    need(at.parse::<jiff::Timestamp>().is_ok() && at.ends_with('Z') && at.len() >= 20, "createdAt must be a datetime")
}

fn strong(world: &World, value: &Value) -> Checked {
    only(value, &["uri", "cid"])?;
    let row = world.row(text(value, "uri")?).ok_or("Invalid record: there is no such post")?;
    need(text(value, "cid")? == row.cid, "the cid is of another version")
}

fn post(world: &World, record: &Value) -> Checked {
    only(record, &["$type", "text", "createdAt", "reply", "facets", "langs", "embed", "tags", "labels"])?;
    let words = text(record, "text")?;
    need(words.len() <= 3_000, "text must not be longer than 3000 characters")?;
    need(words.graphemes(true).count() <= 300, "text must not be longer than 300 graphemes")?;
    if let Some(reply) = record.get("reply") {
        only(reply, &["root", "parent"])?;
        strong(world, &reply["parent"])?;
        strong(world, &reply["root"])?;
        let refs = world.refs(text(&reply["parent"], "uri")?);
        need(refs["root"] == reply["root"], "the root is not that of the conversation")?;
    }
    if let Some(langs) = record.get("langs") {
        let langs = langs.as_array().ok_or("Invalid record: langs must be an array")?;
        need(langs.len() <= 3 && langs.iter().all(Value::is_string), "langs must not have more than 3 elements")?;
    }
    let mut done = 0;
    for facet in
        record.get("facets").map_or(Ok(&Vec::new()), |f| f.as_array().ok_or("Invalid record: facets")).cloned()?
    {
        only(&facet, &["index", "features"])?;
        only(&facet["index"], &["byteStart", "byteEnd"])?;
        let byte = |key: &str| facet["index"][key].as_u64().and_then(|n| usize::try_from(n).ok());
        let (from, to) = byte("byteStart").zip(byte("byteEnd")).ok_or("Invalid record: index")?;
        let shown = words.get(from..to).ok_or("Invalid record: a facet outside of the text or within a character")?;
        need(!shown.is_empty() && from >= done, "facets that overlap")?;
        done = to;
        for feature in facet["features"].as_array().ok_or("Invalid record: features")? {
            one(world, feature, shown)?;
        }
    }
    Ok(())
}

fn one(world: &World, feature: &Value, shown: &str) -> Checked {
    match feature["$type"].as_str() {
        Some("app.bsky.richtext.facet#link") => {
            only(feature, &["$type", "uri"])?;
            let uri = text(feature, "uri")?;
            need(url::Url::parse(uri).is_ok() && uri.ends_with(shown), "uri must be a uri, and the one that is shown")
        }
        Some("app.bsky.richtext.facet#mention") => {
            only(feature, &["$type", "did"])?;
            let handle = world.handles.get(text(feature, "did")?).ok_or("Invalid record: did is nobody's")?;
            need(shown.strip_prefix('@').is_some_and(|name| name.eq_ignore_ascii_case(handle)), "the name is another's")
        }
        Some("app.bsky.richtext.facet#tag") => {
            only(feature, &["$type", "tag"])?;
            let tag = text(feature, "tag")?;
            need(tag.len() <= 640 && tag.graphemes(true).count() <= 64, "tag is too long")?;
            need(shown.trim_start_matches(['#', '＃']) == tag, "the tag is another")
        }
        other => Err(format!("Invalid record: {other:?} is no facet")),
    }
}
