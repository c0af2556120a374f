//! What the `AppView` shows: lists, threads, posts and accounts, as the account or as a stranger sees them.

use super::world::{BRAND, Row, World, moment};
use serde_json::{Value, json};

/// A page of a list, and the place of the next.
type Page = (Vec<Value>, Option<String>);

impl World {
    pub fn profile(&self, did: &str, detailed: bool) -> Value {
        let handle = self.handles.get(did).cloned().unwrap_or_else(|| "handle.invalid".to_owned());
        let name = handle.split('.').next().unwrap_or_default().to_owned();
        let own =
            |collection: &str| self.own(collection).into_iter().find(|r| r.record["subject"] == did).map(|r| r.uri);
        let mut viewer =
            json!({ "muted": false, "blockedBy": self.blocks.contains(&(did.to_owned(), BRAND.to_owned())) });
        if let Some(uri) = own("app.bsky.graph.follow") {
            viewer["following"] = json!(uri);
        }
        let mut profile = json!({ "did": did, "handle": handle, "displayName": name, "viewer": viewer, "labels": [] });
        if detailed {
            profile["followersCount"] = json!(42);
        }
        profile
    }

    pub fn view(&self, row: &Row) -> Value {
        let own = |collection: &str| {
            self.own(collection).into_iter().find(|r| r.record["subject"]["uri"] == row.uri.as_str()).map(|r| r.uri)
        };
        let mut viewer = json!({ "threadMuted": false, "embeddingDisabled": false });
        for (key, uri) in [("like", own("app.bsky.feed.like")), ("repost", own("app.bsky.feed.repost"))] {
            if let Some(uri) = uri {
                viewer[key] = json!(uri);
            }
        }
        if self.gated.contains(&row.uri) {
            viewer["replyDisabled"] = json!(true);
        }
        json!({
            "uri": row.uri, "cid": row.cid, "author": self.profile(&row.did, false), "record": row.record,
            "replyCount": 0, "repostCount": 0, "likeCount": 0, "quoteCount": 0,
            "indexedAt": moment(row.indexed), "viewer": viewer, "labels": [],
        })
    }

    /// Backwards from a moment alone: what has the same moment as the last of a page is on no page.
    pub fn notifications(&self, reasons: &[String], limit: usize, cursor: Option<&str>) -> Page {
        let before: Option<jiff::Timestamp> = cursor.map(|c| c.parse().expect("a cursor of ours"));
        let told =
            |row: &&Row| self.reason(row).is_some_and(|why| reasons.is_empty() || reasons.iter().any(|r| r == why));
        let mut rows: Vec<&Row> = self.rows.iter().filter(told).collect();
        rows.retain(|r| before.is_none_or(|before| r.sort_at() < before));
        rows.sort_by_key(|r| std::cmp::Reverse(r.sort_at()));
        let more = rows.len() > limit;
        rows.truncate(limit);
        let cursor = rows.last().filter(|_| more).map(|r| moment(r.sort_at()));
        let shown = rows.into_iter().map(|row| {
            json!({
                "uri": row.uri, "cid": row.cid, "author": self.profile(&row.did, false), "reason": self.reason(row),
                "record": row.record, "isRead": false, "indexedAt": moment(row.sort_at()), "labels": [],
            })
        });
        (shown.collect(), cursor)
    }

    /// Backwards from a moment and a hash.
    pub fn posts(&self, matching: impl Fn(&Row) -> bool, limit: usize, cursor: Option<&str>) -> Page {
        let before = cursor.map(|c| {
            let (at, cid) = c.split_once("__").expect("a cursor of ours");
            (at.parse::<i64>().unwrap(), cid.to_owned())
        });
        let key = |r: &Row| (r.sort_at().as_millisecond(), r.cid.clone());
        let mut rows: Vec<&Row> = self.rows.iter().filter(|r| r.is_post() && matching(r)).collect();
        rows.retain(|r| before.as_ref().is_none_or(|before| key(r) < *before));
        rows.sort_by_key(|r| std::cmp::Reverse(key(r)));
        let more = rows.len() > limit;
        rows.truncate(limit);
        let cursor = rows.last().filter(|_| more).map(|r| format!("{}__{}", r.sort_at().as_millisecond(), r.cid));
        (rows.into_iter().map(|r| self.view(r)).collect(), cursor)
    }

    fn node(&self, uri: &str, depth: usize, height: usize) -> Value {
        let Some(row) = self.row(uri) else {
            return json!({ "$type": "app.bsky.feed.defs#notFoundPost", "uri": uri, "notFound": true });
        };
        if self.blocked(&row.did, BRAND) {
            let viewer = json!({ "blockedBy": true });
            return json!({
                "$type": "app.bsky.feed.defs#blockedPost", "uri": uri, "blocked": true,
                "author": { "did": row.did, "viewer": viewer },
            });
        }
        let mut node =
            json!({ "$type": "app.bsky.feed.defs#threadViewPost", "post": self.view(row), "threadContext": {} });
        if let Some(parent) = row.parent().filter(|_| height > 0) {
            node["parent"] = self.node(parent, 0, height - 1);
        }
        if depth > 0 {
            let below = self.rows.iter().filter(|r| r.is_post() && r.parent() == Some(uri));
            node["replies"] = below.map(|r| self.node(&r.uri, depth - 1, 0)).collect();
        }
        node
    }

    pub fn thread(&self, uri: &str, depth: usize, height: usize) -> Option<Value> {
        self.row(uri).filter(|_| !self.behind).map(|_| self.node(uri, depth, height))
    }
}
