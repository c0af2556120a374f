//! From Bluesky's records and views to posts. Everything is read leniently: other people's records may hold anything.

use super::{NETWORK, tid};
use crate::domain::{Author, Native, Post, SourceName};
use crate::networks::plain;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The collection of posts.
pub(super) const POSTS: &str = "app.bsky.feed.post";
/// Characters of a text that are kept.
const TEXT: usize = 20_000;
/// Characters of an address.
const ADDRESS: usize = 2_000;
/// What an author says of the time counts if it is at most so much before the network saw the post, in seconds: enough
/// for a post that was written without a connection, not for one that claims to be of another year.
const BACKDATED: i64 = 24 * 3_600;

/// A post by its address and the hash of its content (`com.atproto.repo.strongRef`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Strong {
    pub(super) uri: String,
    pub(super) cid: String,
}

/// What is kept with a post to answer it later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reference {
    /// The hash of its content.
    pub(super) cid: String,
    /// The beginning of its conversation, if it is not the beginning itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) root: Option<Strong>,
}

/// An account, as views show it.
#[derive(Clone, Debug, Default)]
pub(super) struct Profile {
    pub(super) did: String,
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) reach: Option<u64>,
}

/// The text at a path of names, such as `/reply/parent/uri`.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    value.pointer(path).and_then(Value::as_str).filter(|s| !s.is_empty())
}

/// A moment at a path.
pub(super) fn moment(value: &Value, path: &str) -> Option<Timestamp> {
    at(value, path)?.parse().ok()
}

pub(super) fn graphic(text: &str, longest: usize) -> bool {
    !text.is_empty() && text.len() <= longest && text.chars().all(|c| c.is_ascii_graphic())
}

/// The account, the collection and the key of an address such as `at://did:plc:…/app.bsky.feed.post/3k…`.
pub(super) fn parts(uri: &str) -> Option<(&str, &str, &str)> {
    let mut parts = uri.strip_prefix("at://")?.split('/');
    let (did, collection, key) = (parts.next()?, parts.next()?, parts.next()?);
    let good = parts.next().is_none() && did.starts_with("did:") && !collection.is_empty() && !key.is_empty();
    (good && graphic(uri, 1_024) && !uri.contains(['?', '#', '"', '<', '>'])).then_some((did, collection, key))
}

/// A strong reference at a path, if it is one to a post.
pub(super) fn strong(value: &Value, path: &str) -> Option<Strong> {
    let value = value.pointer(path)?;
    let (uri, cid) = (at(value, "/uri")?, at(value, "/cid")?);
    (parts(uri).is_some() && graphic(cid, 200)).then(|| Strong { uri: uri.to_owned(), cid: cid.to_owned() })
}

/// An account at the top of `value`; a handle that does not hold counts as none.
pub(super) fn profile(value: &Value) -> Option<Profile> {
    let did = at(value, "/did").filter(|did| did.starts_with("did:") && graphic(did, 256))?.to_owned();
    let handle = at(value, "/handle").filter(|h| graphic(h, 253) && *h != "handle.invalid").unwrap_or_default();
    let name = plain::first_line(at(value, "/displayName").unwrap_or_default(), 100);
    let reach = value.get("followersCount").and_then(Value::as_u64);
    Some(Profile { did, handle: handle.to_owned(), name, reach })
}

/// The account as a card shows it.
pub(super) fn author(profile: &Profile) -> Author {
    let shown = if profile.handle.is_empty() { &profile.did } else { &profile.handle };
    Author {
        id: profile.did.clone(),
        name: profile.name.clone(),
        handle: profile.handle.clone(),
        reach: profile.reach,
        url: Some(format!("https://bsky.app/profile/{shown}")),
    }
}

/// Where a person can open a post.
pub(super) fn web(author: &Profile, key: &str) -> String {
    let shown = if author.handle.is_empty() { &author.did } else { &author.handle };
    format!("https://bsky.app/profile/{shown}/post/{key}")
}

/// A post as a list, a thread or the stream brings it.
pub(super) struct Raw<'v> {
    pub(super) uri: &'v str,
    pub(super) cid: &'v str,
    pub(super) author: Profile,
    pub(super) record: &'v Value,
    /// When the network saw it.
    pub(super) indexed: Timestamp,
}

impl<'v> Raw<'v> {
    /// From a view of a post (`app.bsky.feed.defs#postView`) or a notification: both have these fields.
    pub(super) fn view(value: &'v Value) -> Option<Self> {
        let record = value.get("record").filter(|record| record.is_object())?;
        Some(Self {
            uri: at(value, "/uri")?,
            cid: at(value, "/cid")?,
            author: profile(value.get("author")?)?,
            record,
            indexed: moment(value, "/indexedAt")?,
        })
    }

    /// The post. `me` is the account that watches; `called`: the network itself says that it was addressed.
    pub(super) fn post(self, source: &SourceName, me: Option<&str>, called: bool, now: Timestamp) -> Option<Post> {
        let (did, collection, key) = parts(self.uri)?;
        if collection != POSTS || !graphic(self.cid, 200) || did != self.author.did {
            return None;
        }
        let parent = strong(self.record, "/reply/parent");
        let root = strong(self.record, "/reply/root").filter(|_| parent.is_some());
        let named = me.is_some_and(|me| calls(self.record, me));
        let answered = me.zip(parent.as_ref()).is_some_and(|(me, parent)| of(&parent.uri, me));
        let reference = Reference { cid: self.cid.to_owned(), root: root.clone() };
        let language = self.record.pointer("/langs/0").and_then(Value::as_str);
        let language = language.filter(|l| l.len() <= 35 && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        Some(Post {
            network: NETWORK.to_owned(),
            source: source.clone(),
            external_id: self.uri.to_owned(),
            conversation: Some(root.map_or_else(|| self.uri.to_owned(), |root| root.uri)),
            parent: parent.map(|parent| parent.uri),
            url: Some(web(&self.author, key)),
            author: author(&self.author),
            text: text(self.record),
            language: language.filter(|l| !l.is_empty()).map(str::to_owned),
            posted_at: said_at(self.record, self.indexed, tid::moment(key).filter(|made| *made <= now)).min(now),
            addressed: called || named || answered,
            native: Native { summons: named, reference: serde_json::to_string(&reference).ok(), ..Native::default() },
        })
    }
}

/// Whether that address is in the repository of that account.
pub(super) fn of(uri: &str, did: &str) -> bool {
    parts(uri).is_some_and(|(owner, _, _)| owner == did)
}

/// When it was posted: what its author says, if that can be, or else when the network saw it, or when its key was made:
/// lists show the time that the author says as the one when it was seen.
fn said_at(record: &Value, indexed: Timestamp, made: Option<Timestamp>) -> Timestamp {
    let seen = made.map_or(indexed, |made| made.max(indexed));
    let said = moment(record, "/createdAt").unwrap_or(indexed).min(indexed);
    let early = seen.as_second().saturating_sub(said.as_second()) > BACKDATED;
    if early { seen } else { said }
}

/// Whether a record calls that account: names it so that it is told, or quotes one of its posts.
pub(super) fn calls(record: &Value, did: &str) -> bool {
    let named = facets(record).any(|(_, _, feature)| at(feature, "/did") == Some(did));
    named
        || ["/embed/record/uri", "/embed/record/record/uri"]
            .iter()
            .any(|path| at(record, path).is_some_and(|uri| of(uri, did)))
}

/// The features of a text with the bytes that they are about (`app.bsky.richtext.facet`).
fn facets(record: &Value) -> impl Iterator<Item = (usize, usize, &Value)> {
    let all = record.get("facets").and_then(Value::as_array).into_iter().flatten();
    all.flat_map(|facet| {
        let byte = |name: &str| usize::try_from(facet.pointer(name)?.as_u64()?).ok();
        let (from, to) = (byte("/index/byteStart").unwrap_or(usize::MAX), byte("/index/byteEnd").unwrap_or(0));
        let features = facet.get("features").and_then(Value::as_array).into_iter().flatten();
        features.map(move |feature| (from, to, feature))
    })
}

/// What a reader sees of a record: its words, with shortened addresses in full; below it what stands on its pictures and
/// its link.
pub(super) fn text(record: &Value) -> String {
    let said = at(record, "/text").unwrap_or_default();
    let mut links: Vec<(usize, usize, &str)> =
        facets(record).filter_map(|(from, to, feature)| Some((from, to, at(feature, "/uri")?))).collect();
    links.sort_unstable();
    let (mut words, mut done, mut below) = (String::with_capacity(said.len()), 0, Vec::new());
    for (from, to, uri) in links {
        // A facet that is outside of the text, cuts a character or overlaps another is none.
        let Some(shown) = said.get(from..to).filter(|_| from >= done && from < to) else { continue };
        if shortened(shown, uri) {
            words.push_str(said.get(done..from).unwrap_or_default());
            words.push_str(uri);
            done = to;
        } else if bare(shown) != bare(uri) {
            below.push(uri);
        }
    }
    words.push_str(said.get(done..).unwrap_or_default());
    let media = ["/embed", "/embed/media"].map(|path| record.pointer(path)).into_iter().flatten();
    for embed in media {
        let link = ["/external/title", "/external/uri"].map(|path| at(embed, path));
        let pictures = embed.get("images").and_then(Value::as_array).into_iter().flatten();
        let alts = pictures
            .map(|picture| at(picture, "/alt"))
            .chain([at(embed, "/alt").filter(|_| at(embed, "/video/$type").is_some())]);
        below.extend(link.into_iter().chain(alts).flatten());
    }
    let mut all = plain::clean(&words).trim().to_owned();
    for line in below {
        let line = plain::first_line(line, ADDRESS);
        if !line.is_empty() && !all.contains(&line) {
            all.push_str("\n\n");
            all.push_str(&line);
        }
    }
    plain::clip(&all, TEXT)
}

/// An address without what people leave out.
fn bare(address: &str) -> &str {
    let without = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(address);
    without.trim_end_matches('/')
}

/// Whether the words are the beginning of the address, cut.
fn shortened(shown: &str, uri: &str) -> bool {
    let beginning = shown.strip_suffix('…').or_else(|| shown.strip_suffix("..."));
    beginning.is_some_and(|b| !b.is_empty() && bare(uri).starts_with(bare(b)))
}

#[cfg(test)]
mod tests {
    use super::{parts, text};
    use serde_json::json;

    #[test]
    fn shortened_links_are_shown_in_full_and_hidden_ones_below() {
        let link = |from, to, uri: &str| json!({ "index": { "byteStart": from, "byteEnd": to }, "features": [{ "$type": "app.bsky.richtext.facet#link", "uri": uri }] });
        let record = json!({
            "text": "é acme.example/ab... and here, x.example",
            "facets": [
                link(26, 30, "https://other.example/y"), link(3, 21, "https://acme.example/abc"), link(1, 3, "https://cut.example"),
                link(32, 41, "https://x.example/"), link(0, 900, "https://long.example"), link(7, 3, "https://back.example"),
            ],
            "embed": { "images": [{ "alt": "A broken acme phone" }], "external": { "title": "Help", "uri": "https://acme.example/abc" } },
        });
        let shown = text(&record);
        assert!(shown.starts_with("é https://acme.example/abc and here, x.example"), "{shown}");
        assert!(shown.contains("\n\nA broken acme phone") && shown.contains("\n\nHelp"), "{shown}");
        assert!(!shown.contains("cut.example") && !shown.contains("long.example"), "{shown}");
    }

    #[test]
    fn addresses_are_taken_apart_or_refused() {
        assert_eq!(parts("at://did:plc:a/app.bsky.feed.post/3k"), Some(("did:plc:a", "app.bsky.feed.post", "3k")));
        for odd in [
            "",
            "at://",
            "at://alice.example/app.bsky.feed.post/3k",
            "at://did:plc:a/c",
            "at://did:plc:a/c/k/x",
            "at://did:plc:a/c/k\n",
        ] {
            assert_eq!(parts(odd), None, "{odd}");
        }
    }
}
