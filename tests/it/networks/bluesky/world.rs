//! What there is on the fake network: accounts, their records, who blocks whom; and what follows from it.

use crate::networks::contract::Clock;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

pub const BRAND: &str = "did:plc:brandbrandbrandbrandbran";
pub const HANDLE: &str = "acme.example";
pub const PASSWORD: &str = "abcd-efgh-ijkl-mnop";
pub const POSTS: &str = "app.bsky.feed.post";

/// A record in somebody's repository.
#[derive(Clone)]
pub struct Row {
    pub uri: String,
    pub cid: String,
    pub did: String,
    pub record: Value,
    /// When the network saw it.
    pub indexed: Timestamp,
}

impl Row {
    /// Where lists have it: the earlier of what it says and when it was seen.
    pub fn sort_at(&self) -> Timestamp {
        let said: Timestamp = self.record["createdAt"].as_str().and_then(|t| t.parse().ok()).unwrap_or(self.indexed);
        said.min(self.indexed)
    }

    pub fn is_post(&self) -> bool {
        self.uri.contains("/app.bsky.feed.post/")
    }

    pub fn parent(&self) -> Option<&str> {
        self.record["reply"]["parent"]["uri"].as_str()
    }
}

pub struct World {
    pub clock: Clock,
    pub handles: BTreeMap<String, String>,
    pub rows: Vec<Row>,
    pub blocks: BTreeSet<(String, String)>,
    /// Posts that only some may answer.
    pub gated: BTreeSet<String>,
    pub messages: Vec<(String, String)>,
    pub sessions: super::xrpc::Sessions,
    /// The app password may write direct messages.
    pub privileged: bool,
    /// Strangers may search.
    pub open_search: bool,
    /// The `AppView` has seen nothing yet; repositories have it.
    pub behind: bool,
    /// Points of writes that are left.
    pub points: i64,
    last: u64,
    /// What a stream would have carried.
    pub carried: Vec<(i64, Value)>,
}

pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// A hash that looks like a CID, of the content.
pub fn cid(record: &Value) -> String {
    let hash = Sha256::digest(record.to_string());
    let letters = hash.iter().chain(hash.iter()).take(52);
    format!(
        "bafyrei{}",
        letters.map(|b| char::from(b"abcdefghijklmnopqrstuvwxyz234567"[usize::from(b & 31)])).collect::<String>()
    )
}

impl World {
    pub fn new(clock: Clock) -> Self {
        let people = ["ann", "bob", "cleo"];
        let mut handles: BTreeMap<String, String> =
            people.map(|name| (did(name), format!("{name}.example"))).into_iter().collect();
        handles.insert(BRAND.to_owned(), HANDLE.to_owned());
        Self {
            clock,
            handles,
            rows: Vec::new(),
            blocks: BTreeSet::new(),
            gated: BTreeSet::new(),
            messages: Vec::new(),
            sessions: super::xrpc::Sessions::default(),
            privileged: true,
            open_search: true,
            behind: false,
            points: 5_000,
            last: 0,
            carried: Vec::new(),
        }
    }

    /// The next key and revision: its moment is the clock's.
    pub fn tid(&mut self) -> String {
        self.last += 1;
        let micros = u64::try_from(self.clock.now().as_microsecond()).unwrap();
        let number = (micros << 10) | (self.last & 0x3ff);
        (0..13)
            .rev()
            .map(|i| {
                char::from(b"234567abcdefghijklmnopqrstuvwxyz"[usize::try_from((number >> (5 * i)) & 31).unwrap()])
            })
            .collect()
    }

    pub fn put(&mut self, did: &str, collection: &str, key: &str, record: Value) -> Row {
        let uri = format!("at://{did}/{collection}/{key}");
        let row = Row { cid: cid(&record), uri, did: did.to_owned(), record, indexed: self.clock.now() };
        self.rows.retain(|r| r.uri != row.uri);
        self.rows.push(row.clone());
        if collection == POSTS {
            let at = self.carried.last().map_or(0, |(at, _)| *at + 1).max(self.clock.now().as_microsecond());
            let commit = json!({
                "rev": key, "operation": "create", "collection": collection, "rkey": key, "record": row.record, "cid": row.cid,
            });
            self.carried.push((at, json!({ "did": did, "time_us": at, "kind": "commit", "commit": commit })));
        }
        row
    }

    pub fn row(&self, uri: &str) -> Option<&Row> {
        self.rows.iter().find(|r| r.uri == uri)
    }

    pub fn strong(&self, uri: &str) -> Value {
        let row = self.row(uri).unwrap();
        json!({ "uri": row.uri, "cid": row.cid })
    }

    /// The references of an answer to that post.
    pub fn refs(&self, to: &str) -> Value {
        let parent = self.strong(to);
        let root = &self.row(to).unwrap().record["reply"]["root"];
        json!({ "root": if root.is_null() { parent.clone() } else { root.clone() }, "parent": parent })
    }

    pub fn post(&mut self, did: &str, text: &str, more: Value) -> String {
        let mut record =
            json!({ "$type": POSTS, "text": text, "createdAt": moment(self.clock.now()), "langs": ["en"] });
        let Value::Object(more) = more else { panic!("more is an object") };
        record.as_object_mut().unwrap().extend(more);
        let key = self.tid();
        self.put(did, POSTS, &key, record).uri
    }

    /// Somebody says something that names nobody.
    pub fn says(&mut self, author: &str, text: &str) -> String {
        self.post(&did(author), text, json!({}))
    }

    /// Somebody mentions the account, in front of the text.
    pub fn mention(&mut self, author: &str, text: &str) -> String {
        let facets = json!([{
            "index": { "byteStart": 0, "byteEnd": 1 + HANDLE.len() },
            "features": [{ "$type": "app.bsky.richtext.facet#mention", "did": BRAND }],
        }]);
        self.post(&did(author), &format!("@{HANDLE} {text}"), json!({ "facets": facets }))
    }

    pub fn answer(&mut self, author: &str, to: &str, text: &str) -> String {
        let reply = self.refs(to);
        let author = if author == "brand" { BRAND.to_owned() } else { did(author) };
        self.post(&author, text, json!({ "reply": reply }))
    }

    /// Its author changes a post.
    pub fn change(&mut self, uri: &str, text: &str) {
        let mut record = self.row(uri).unwrap().record.clone();
        record["text"] = json!(text);
        let (did, key) = (self.row(uri).unwrap().did.clone(), uri.rsplit('/').next().unwrap().to_owned());
        self.put(&did, POSTS, &key, record);
    }

    pub fn delete(&mut self, uri: &str) {
        self.rows.retain(|r| r.uri != uri);
    }

    pub fn blocked(&self, a: &str, b: &str) -> bool {
        [(a, b), (b, a)].iter().any(|(x, y)| self.blocks.contains(&((*x).to_owned(), (*y).to_owned())))
    }

    /// Why the account is told of a post, if it is: once, and a mention before all else.
    pub fn reason(&self, row: &Row) -> Option<&'static str> {
        if !row.is_post() || row.did == BRAND || self.blocked(&row.did, BRAND) {
            return None;
        }
        let named = row.record["facets"].as_array().into_iter().flatten().any(|f| f["features"][0]["did"] == BRAND);
        let ours = |uri: Option<&str>| uri.is_some_and(|u| u.starts_with(&format!("at://{BRAND}/")));
        if named {
            return Some("mention");
        }
        if ours(row.record["embed"]["record"]["uri"].as_str()) {
            return Some("quote");
        }
        // An answer further down in the thread is told too.
        let mut above = row.parent();
        for _ in 0..5 {
            if ours(above) {
                return Some("reply");
            }
            above = above.and_then(|uri| self.row(uri)).and_then(Row::parent);
        }
        None
    }

    /// What the account has written in a collection.
    pub fn own(&self, collection: &str) -> Vec<Row> {
        let begins = format!("at://{BRAND}/{collection}/");
        self.rows.iter().filter(|r| r.uri.starts_with(&begins)).cloned().collect()
    }
}

pub fn did(name: &str) -> String {
    format!("did:plc:{name:a<24}")
}
