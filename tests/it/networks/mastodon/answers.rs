//! What the instance answers to each call, and what it refuses.

use super::server::{Flavour, Instance, ME, TOKEN, Toot, account_id, refuse};
use crate::networks::fake::{Reply, Seen};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use unicode_segmentation::UnicodeSegmentation;

/// The limit that the instance states.
pub const LIMIT: usize = 500;

impl Instance {
    /// One request.
    pub fn answer(&self, request: &Seen) -> Reply {
        if request.header("accept") != Some("application/json") {
            return self.complain(format!("{}: accept is {:?}", request.path, request.header("accept")));
        }
        if request.method == "GET" && !request.body.is_empty() {
            return self.complain("a GET has a body".to_owned());
        }
        let path: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        match (request.method.as_str(), path.as_slice()) {
            ("GET", ["api", "v2", "instance"]) if self.flavour == Flavour::Mastodon => return self.instance(),
            ("GET", ["api", "v2", "instance"]) => return refuse(404, "Not Found"),
            ("GET", ["api", "v1", "instance"]) => return self.older_instance(),
            ("GET", [".well-known", "oauth-authorization-server"]) => return self.oauth_server(),
            ("POST", ["api", "v1", "apps"]) => return self.app(request),
            ("POST", ["oauth", "token"]) => return self.token(request),
            _ => {}
        }
        let revoked = self.world.lock().unwrap().revoked;
        if revoked || request.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
            return refuse(401, "The access token is invalid");
        }
        let (scope, act): (&str, Box<dyn FnOnce() -> Reply + '_>) = match (request.method.as_str(), path.as_slice()) {
            ("GET", ["api", "v1", "accounts", "verify_credentials"]) => {
                ("read:accounts", Box::new(move || self.json(&self.account(ME))))
            }
            ("GET", ["api", "v1", "apps", "verify_credentials"]) => ("", Box::new(move || self.app_scopes())),
            ("GET", ["api", "v1", "notifications"]) => ("read:notifications", Box::new(move || self.notes(request))),
            ("GET", ["api", "v1", "accounts", "relationships"]) => {
                ("read:follows", Box::new(move || self.relationships(request)))
            }
            ("GET", ["api", "v1", "accounts", id, "statuses"]) if *id == account_id(ME) => {
                ("read:statuses", Box::new(move || self.own(request)))
            }
            ("GET", ["api", "v1", "timelines", "tag", tag]) => {
                let tag = format!("#{tag}");
                let all = self.listed(|t| t.visibility == "public" && t.text.contains(&tag));
                ("read:statuses", Box::new(move || self.page(request, all, |n| self.id(n), &[])))
            }
            ("GET", ["api", "v2", "search"]) => ("read:search", Box::new(move || self.search(request))),
            ("POST", ["api", "v1", "statuses"]) => ("write:statuses", Box::new(move || self.publish(request))),
            ("GET", ["api", "v1", "statuses", id]) => (
                "read:statuses",
                Box::new(move || match self.visible(id) {
                    Some(toot) => self.json(&self.status(&toot)),
                    None => refuse(404, "Record not found"),
                }),
            ),
            ("GET", ["api", "v1", "statuses", id, "context"]) => ("read:statuses", Box::new(move || self.context(id))),
            ("GET", ["api", "v1", "statuses", id, "source"]) => (
                "read:statuses",
                Box::new(move || match self.visible(id) {
                    Some(toot) if toot.author == ME => {
                        self.json(&json!({ "id": id, "text": toot.text, "spoiler_text": toot.spoiler }))
                    }
                    _ => refuse(404, "Record not found"),
                }),
            ),
            ("DELETE", ["api", "v1", "statuses", id]) => ("write:statuses", Box::new(move || self.remove(id))),
            ("POST", ["api", "v1", "statuses", id, verb @ ("favourite" | "unfavourite")]) => {
                ("write:favourites", Box::new(move || self.act(id, verb)))
            }
            ("POST", ["api", "v1", "statuses", id, verb @ ("reblog" | "unreblog")]) => {
                ("write:statuses", Box::new(move || self.act(id, verb)))
            }
            ("POST", ["api", "v1", "accounts", id, verb @ ("follow" | "unfollow")]) => {
                ("write:follows", Box::new(move || self.follow(id, verb)))
            }
            _ => return self.complain(format!("{} {} is no call", request.method, request.path)),
        };
        if !scope.is_empty() && !self.world.lock().unwrap().scopes.contains(scope) {
            return refuse(403, "This action is outside the authorized scopes");
        }
        act()
    }

    fn instance(&self) -> Reply {
        self.json(&json!({
            "domain": "social.example", "title": "Social", "version": "4.5.2",
            "source_url": "https://github.com/mastodon/mastodon", "api_versions": { "mastodon": 7 },
            "configuration": {
                "urls": { "streaming": self.streams.url },
                "statuses": { "max_characters": LIMIT, "characters_reserved_per_url": 23 },
            },
        }))
    }

    fn older_instance(&self) -> Reply {
        let statuses = json!({ "max_characters": LIMIT, "characters_reserved_per_url": 25 });
        self.json(&match self.flavour {
            Flavour::GoToSocial => json!({
                "uri": "social.example", "version": "0.20.0+git-57cb4fe", "configuration": { "statuses": statuses },
                "urls": { "streaming_api": self.streams.url },
            }),
            _ => json!({
                "uri": "social.example", "version": "4.0.0 (compatible; Mitra 5.9.2)",
                "configuration": { "statuses": { "max_characters": LIMIT } },
            }),
        })
    }

    fn app_scopes(&self) -> Reply {
        if self.flavour != Flavour::Mastodon {
            return refuse(404, "Not Found");
        }
        let scopes: Vec<String> = self.world.lock().unwrap().scopes.iter().cloned().collect();
        self.json(&json!({ "name": "hearback", "scopes": scopes }))
    }

    fn relationships(&self, request: &Seen) -> Reply {
        let world = self.world.lock().unwrap();
        let id = request.query.get("id[]").cloned().unwrap_or_default();
        let blocked = world.blocks.iter().any(|name| account_id(name) == id);
        let following = world.follows.iter().any(|name| account_id(name) == id);
        self.json(&json!([{
            "id": id, "following": following, "requested": false, "blocking": false, "blocked_by": blocked,
            "domain_blocking": false,
        }]))
    }

    fn search(&self, request: &Seen) -> Reply {
        let known = BTreeSet::from(["q", "type", "resolve", "limit", "offset", "account_id"]);
        if let Some(odd) = request.query.keys().find(|key| !known.contains(key.as_str())) {
            return self.complain(format!("search has no parameter {odd}"));
        }
        let Some(q) = request.query.get("q").filter(|q| !q.is_empty()) else { return refuse(400, "q is missing") };
        // Only by address: few instances search what they know.
        let found = self.by_uri(q).and_then(|n| self.visible(&self.id(n)));
        let statuses: Vec<Value> = found.iter().map(|toot| self.status(toot)).collect();
        self.json(&json!({ "accounts": [], "statuses": statuses, "hashtags": [] }))
    }

    fn context(&self, id: &str) -> Reply {
        let Some(toot) = self.visible(id) else { return refuse(404, "Record not found") };
        let all: Vec<Toot> = self.world.lock().unwrap().toots.clone();
        let mut above = Vec::new();
        let mut next = toot.to;
        while let Some(parent) = next.and_then(|n| all.iter().find(|t| t.n == n && !t.deleted)) {
            above.insert(0, self.status(parent));
            next = parent.to;
        }
        let mut in_thread = BTreeSet::from([toot.n]);
        let mut below = Vec::new();
        for one in &all {
            if one.to.is_some_and(|to| in_thread.contains(&to))
                && !one.deleted
                && self.visible(&self.id(one.n)).is_some()
            {
                in_thread.insert(one.n);
                below.push(self.status(one));
            }
        }
        self.json(&json!({ "ancestors": above, "descendants": below }))
    }

    /// What a text counts here.
    fn count(&self, text: &str) -> usize {
        if self.flavour != Flavour::Mastodon {
            return text.chars().count();
        }
        let word = |word: &str| match word {
            link if link.starts_with("https://") => 23,
            name if name.starts_with('@') => name.split('@').nth(1).unwrap().graphemes(true).count() + 1,
            word => word.graphemes(true).count(),
        };
        text.split(' ').map(word).sum::<usize>() + text.matches(' ').count()
    }

    fn publish(&self, request: &Seen) -> Reply {
        self.world.lock().unwrap().posts_asked += 1;
        if request.header("content-type") != Some("application/json") {
            return self.complain("a status is JSON".to_owned());
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let known = ["status", "in_reply_to_id", "visibility", "language", "spoiler_text", "sensitive"];
        if let Some(odd) = body.as_object().unwrap().keys().find(|key| !known.contains(&key.as_str())) {
            return self.complain(format!("a status has no {odd}"));
        }
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        let Some(key) = request.header("idempotency-key") else {
            return self.complain("a status is sent without a key".to_owned());
        };
        let honoured = self.flavour != Flavour::GoToSocial;
        let kept = self.world.lock().unwrap().keys.get(key).copied().filter(|_| honoured);
        if let Some(n) = kept {
            let toot = self.visible(&self.id(n));
            return toot.map_or(refuse(404, "post not found"), |toot| self.json(&self.status(&toot)));
        }
        let (status, visibility) = (text("status"), text("visibility"));
        if !["public", "unlisted", "private", "direct"].contains(&visibility.as_str()) {
            return self.complain(format!("the visibility is {visibility:?}"));
        }
        if status.trim().is_empty() {
            return refuse(422, "Validation failed: Text can't be blank");
        }
        if self.count(&status) + self.count(&text("spoiler_text")) > LIMIT {
            return match self.flavour {
                Flavour::Mastodon => refuse(422, "Validation failed: Text character limit of 500 exceeded"),
                _ => refuse(400, "Bad Request: text with spoiler exceed max chars (500)"),
            };
        }
        let to = match body["in_reply_to_id"].as_str() {
            None => None,
            Some(id) => match self.visible(id) {
                Some(toot) => Some(toot.n),
                None if self.flavour == Flavour::Mitra => return refuse(400, "parent post does not exist"),
                None => return refuse(404, "The post you are trying to reply to does not appear to exist"),
            },
        };
        let toot = self.toot(ME, &status, to, &visibility);
        let mut world = self.world.lock().unwrap();
        world.keys.insert(key.to_owned(), toot.n);
        if let Some(kept) = world.toots.iter_mut().find(|t| t.n == toot.n) {
            kept.spoiler = text("spoiler_text");
        }
        drop(world);
        self.json(&self.status(&toot))
    }

    fn remove(&self, id: &str) -> Reply {
        let Some(toot) = self.visible(id) else { return refuse(404, "Record not found") };
        if toot.author != ME {
            return refuse(403, "This action is not allowed");
        }
        self.delete(toot.n);
        self.json(&self.status(&toot))
    }

    /// It is gone for everybody.
    pub fn delete(&self, n: u64) {
        let mut world = self.world.lock().unwrap();
        let toot = world.toots.iter_mut().find(|t| t.n == n).expect("it is there");
        toot.deleted = true;
        drop(world);
        self.streams.say(&json!({ "stream": ["user"], "event": "delete", "payload": self.id(n) }));
    }

    fn act(&self, id: &str, verb: &str) -> Reply {
        let Some(toot) = self.visible(id) else { return refuse(404, "Record not found") };
        let mut world = self.world.lock().unwrap();
        let there = world.boosts.iter().position(|n| *n == toot.n);
        match (verb, there) {
            ("favourite", _) => {
                world.likes.insert(toot.n);
            }
            ("unfavourite", _) => {
                world.likes.remove(&toot.n);
            }
            ("reblog", Some(_)) if self.flavour == Flavour::Mitra => return refuse(400, "post already exists"),
            ("reblog", Some(_)) if self.flavour == Flavour::Mastodon => {}
            ("reblog", _) => world.boosts.push(toot.n),
            ("unreblog", Some(at)) => {
                world.boosts.remove(at);
            }
            _ if self.flavour == Flavour::Mitra => return refuse(404, "post not found"),
            _ => {}
        }
        drop(world);
        self.json(&self.status(&toot))
    }

    fn follow(&self, id: &str, verb: &str) -> Reply {
        let mut world = self.world.lock().unwrap();
        let Some(name) = ["ann", "bob", "cleo"].into_iter().find(|name| account_id(name) == id) else {
            return refuse(404, "Record not found");
        };
        if verb == "follow" {
            world.follows.insert(name.to_owned());
        } else {
            world.follows.remove(name);
        }
        drop(world);
        self.json(&json!({ "id": id, "following": verb == "follow", "requested": false }))
    }
}
