//! The HTTP side of the fake: who may call what with which parameters, and how it says no.

use super::records;
use super::world::{BRAND, HANDLE, PASSWORD, World, cid, did};
use crate::networks::fake::{Reply, Seen};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Tokens that were given out.
#[derive(Default)]
pub struct Sessions {
    /// Access tokens, and whether they still hold.
    pub access: BTreeMap<String, bool>,
    /// Refresh tokens, and until when, in seconds since 1970.
    refresh: BTreeMap<String, i64>,
    pub made: u32,
    pub refreshed: u32,
    at: Vec<i64>,
}

fn no(status: u16, error: &str, message: &str) -> Reply {
    Reply::Http(
        status,
        vec![("content-type", "application/json; charset=utf-8".to_owned())],
        json!({ "error": error, "message": message }).to_string().into_bytes(),
    )
}

fn yes(body: &Value) -> Reply {
    Reply::ok(body.to_string()).with("content-type", "application/json; charset=utf-8")
}

/// The parameters of a request: only those, each in its limits.
struct Params<'s>(&'s [(String, String)]);

impl Params<'_> {
    fn only(&self, names: &[&str]) {
        for (name, _) in self.0 {
            assert!(names.contains(&name.as_str()), "{name} is no parameter");
        }
    }
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    fn need(&self, name: &str) -> &str {
        self.get(name).unwrap_or_else(|| panic!("{name} is missing"))
    }
    fn all(&self, name: &str, most: usize) -> Vec<String> {
        let all: Vec<String> = self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect();
        assert!(all.len() <= most, "at most {most} {name}");
        all
    }
    fn number(&self, name: &str, most: usize, default: usize) -> usize {
        let n = self.get(name).map_or(default, |n| n.parse().expect("a number"));
        assert!(n <= most, "{name} is at most {most}");
        n
    }
}

fn only(body: &Value, names: &[&str]) {
    for name in body.as_object().expect("an object").keys() {
        assert!(names.contains(&name.as_str()), "{name} is no field");
    }
}

impl World {
    fn token(&mut self, refresh: bool) -> String {
        let scope = match (refresh, self.privileged) {
            (true, _) => "com.atproto.refresh",
            (false, true) => "com.atproto.appPassPrivileged",
            (false, false) => "com.atproto.appPass",
        };
        let exp = self.clock.now().as_second() + if refresh { 60 * 86_400 } else { 7_200 };
        let claims = json!({ "scope": scope, "sub": BRAND, "exp": exp, "jti": self.tid() });
        let token = format!("eyJhbGciOiJFUzI1NksifQ.{}.c2lnbmVk", URL_SAFE_NO_PAD.encode(claims.to_string()));
        if refresh {
            self.sessions.refresh.insert(token.clone(), exp);
        } else {
            self.sessions.access.insert(token.clone(), true);
        }
        token
    }

    fn session(&mut self) -> Reply {
        let (access, refresh) = (self.token(false), self.token(true));
        yes(&json!({
            "did": BRAND, "handle": HANDLE, "accessJwt": access, "refreshJwt": refresh, "active": true,
            "didDoc": { "id": BRAND, "service": [{
                "id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": "https://elsewhere.example",
            }] },
        }))
    }

    fn log_in(&mut self, body: &Value) -> Reply {
        only(body, &["identifier", "password", "authFactorToken", "allowTakendown"]);
        let now = self.clock.now().as_second();
        self.sessions.at.retain(|at| now - at < 300);
        if self.sessions.at.len() >= 30 {
            return no(429, "RateLimitExceeded", "Rate Limit Exceeded")
                .with("ratelimit-remaining", "0")
                .with("retry-after", "300");
        }
        self.sessions.at.push(now);
        if body["identifier"] != HANDLE || body["password"] != PASSWORD {
            return no(401, "AuthenticationRequired", "Invalid identifier or password");
        }
        self.sessions.made += 1;
        self.session()
    }

    fn refresh(&mut self, token: &str) -> Reply {
        let now = self.clock.now().as_second();
        match self.sessions.refresh.get_mut(token) {
            None => no(400, "InvalidToken", "Token could not be verified"),
            Some(until) if *until <= now => no(400, "ExpiredToken", "Token has expired"),
            Some(until) => {
                // The old one holds for two more hours, for whoever did not get the answer.
                *until = (*until).min(now + 7_200);
                self.sessions.refreshed += 1;
                self.session()
            }
        }
    }

    /// Who calls; or why not.
    fn caller(&self, request: &Seen) -> Result<Option<&'static str>, Reply> {
        let Some(header) = request.header("authorization") else { return Ok(None) };
        let token = header.strip_prefix("Bearer ").expect("a bearer token");
        match self.sessions.access.get(token) {
            Some(true) => Ok(Some(BRAND)),
            Some(false) => Err(no(400, "ExpiredToken", "Token has expired")),
            None => Err(no(400, "InvalidToken", "Token could not be verified")),
        }
    }

    pub fn answer_to(&mut self, request: &Seen) -> Reply {
        let nsid = request.path.strip_prefix("/xrpc/").expect("an XRPC path").to_owned();
        let body: Value = if request.body.is_empty() {
            Value::Null
        } else {
            assert_eq!((request.method.as_str(), request.header("content-type")), ("POST", Some("application/json")));
            serde_json::from_slice(&request.body).expect("JSON")
        };
        let bearer =
            request.header("authorization").and_then(|h| h.strip_prefix("Bearer ")).unwrap_or_default().to_owned();
        match nsid.as_str() {
            "com.atproto.server.createSession" => return self.log_in(&body),
            "com.atproto.server.refreshSession" => {
                assert!(body.is_null(), "no body is expected");
                return self.refresh(&bearer);
            }
            _ => {}
        }
        let caller = match self.caller(request) {
            Ok(caller) => caller,
            Err(reply) => return reply,
        };
        let open = [
            "app.bsky.feed.getPostThread",
            "app.bsky.feed.getPosts",
            "app.bsky.actor.getProfiles",
            "com.atproto.identity.resolveHandle",
        ];
        let search = nsid == "app.bsky.feed.searchPosts" && self.open_search;
        if caller.is_none() && !search && !open.contains(&nsid.as_str()) {
            return match nsid.as_str() {
                "app.bsky.feed.searchPosts" => {
                    Reply::Http(403, Vec::new(), b"<html><h1>403 Forbidden</h1></html>".to_vec())
                }
                _ => no(401, "AuthMissing", "Authentication Required"),
            };
        }
        let chat = nsid.starts_with("chat.bsky.");
        assert_eq!(request.header("atproto-proxy"), chat.then_some("did:web:api.bsky.chat#bsky_chat"));
        if chat && !self.privileged {
            return no(400, "InvalidToken", "Bad token method");
        }
        if request.method == "POST" { self.write(&nsid, &body) } else { self.read(&nsid, &Params(&request.pairs)) }
    }

    fn read(&self, nsid: &str, params: &Params<'_>) -> Reply {
        let page = |key: &str, (items, cursor): (Vec<Value>, Option<String>)| {
            let mut body = json!({ key: items });
            if let Some(cursor) = cursor {
                body["cursor"] = json!(cursor);
            }
            yes(&body)
        };
        match nsid {
            "app.bsky.notification.listNotifications" => {
                params.only(&["reasons", "limit", "cursor", "priority", "seenAt"]);
                let (limit, reasons) = (params.number("limit", 100, 50), params.all("reasons", 20));
                page("notifications", self.notifications(&reasons, limit, params.get("cursor")))
            }
            "app.bsky.feed.getAuthorFeed" => {
                params.only(&["actor", "limit", "cursor", "filter", "includePins"]);
                assert_eq!(params.get("filter"), Some("posts_with_replies"));
                let actor = params.need("actor").to_owned();
                let found = self.posts(|r| r.did == actor, params.number("limit", 100, 50), params.get("cursor"));
                page("feed", (found.0.into_iter().map(|post| json!({ "post": post })).collect(), found.1))
            }
            "app.bsky.feed.searchPosts" => {
                params.only(&["q", "sort", "since", "until", "limit", "cursor"]);
                assert_eq!(params.get("sort"), Some("latest"));
                let words = params.need("q").to_lowercase();
                let holds = |r: &super::world::Row| {
                    r.record["text"].as_str().unwrap_or_default().to_lowercase().contains(&words)
                };
                page("posts", self.posts(holds, params.number("limit", 100, 25), params.get("cursor")))
            }
            "app.bsky.feed.getPostThread" => {
                params.only(&["uri", "depth", "parentHeight"]);
                let (depth, height) = (params.number("depth", 1_000, 6), params.number("parentHeight", 1_000, 80));
                let uri = params.need("uri");
                match self.thread(uri, depth, height) {
                    Some(thread) => yes(&json!({ "thread": thread })),
                    None => no(400, "NotFound", &format!("Post not found: {uri}")),
                }
            }
            "app.bsky.feed.getPosts" => {
                params.only(&["uris"]);
                let uris = params.all("uris", 25);
                let seen = uris
                    .iter()
                    .filter_map(|uri| self.row(uri))
                    .filter(|r| !self.behind && !self.blocked(&r.did, BRAND));
                yes(&json!({ "posts": seen.map(|r| self.view(r)).collect::<Vec<_>>() }))
            }
            "app.bsky.actor.getProfiles" => {
                params.only(&["actors"]);
                let actors = params.all("actors", 25);
                let known = actors.iter().filter(|did| self.handles.contains_key(*did));
                yes(&json!({ "profiles": known.map(|did| self.profile(did, true)).collect::<Vec<_>>() }))
            }
            "com.atproto.identity.resolveHandle" => {
                params.only(&["handle"]);
                let handle = params.need("handle");
                match self.handles.iter().find(|(_, h)| *h == handle) {
                    Some((did, _)) => yes(&json!({ "did": did })),
                    None => no(400, "InvalidRequest", "Unable to resolve handle"),
                }
            }
            "com.atproto.repo.getRecord" => {
                params.only(&["repo", "collection", "rkey", "cid"]);
                let uri = format!("at://{}/{}/{}", params.need("repo"), params.need("collection"), params.need("rkey"));
                match self.row(&uri) {
                    Some(row) => yes(&json!({ "uri": row.uri, "cid": row.cid, "value": row.record })),
                    None => no(400, "RecordNotFound", &format!("Could not locate record: {uri}")),
                }
            }
            "chat.bsky.convo.getConvoForMembers" => {
                params.only(&["members"]);
                let members = params.all("members", 10);
                assert!(!members.is_empty() && members.iter().all(|m| self.handles.contains_key(m)));
                yes(
                    &json!({ "convo": { "id": members.join("+"), "rev": "2", "members": [], "muted": false, "unreadCount": 0 } }),
                )
            }
            other => no(501, "MethodNotImplemented", &format!("{other} is not here")),
        }
    }

    fn write(&mut self, nsid: &str, body: &Value) -> Reply {
        let word = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        match nsid {
            "com.atproto.repo.putRecord" => {
                only(body, &["repo", "collection", "rkey", "validate", "record", "swapRecord", "swapCommit"]);
                assert!(
                    body.as_object().unwrap().contains_key("swapRecord"),
                    "without it a second try would overwrite"
                );
                self.put_record(&word("repo"), &word("collection"), &word("rkey"), &body["record"], &body["swapRecord"])
            }
            "com.atproto.repo.deleteRecord" => {
                only(body, &["repo", "collection", "rkey", "swapRecord", "swapCommit"]);
                if word("repo") != BRAND {
                    return no(401, "AuthenticationRequired", "Authentication Required");
                }
                self.delete(&format!("at://{BRAND}/{}/{}", word("collection"), word("rkey")));
                yes(&json!({}))
            }
            "chat.bsky.convo.sendMessage" => {
                only(body, &["convoId", "message"]);
                only(&body["message"], &["text", "facets", "embed"]);
                let text = body["message"]["text"].as_str().unwrap_or_default().to_owned();
                if text.is_empty() || text.chars().count() > 1_000 {
                    return no(400, "InvalidRequest", "text must not be longer than 1000 graphemes");
                }
                self.messages.push((word("convoId"), text.clone()));
                let at = super::world::moment(self.clock.now());
                yes(&json!({ "id": self.tid(), "rev": "3", "text": text, "sender": { "did": BRAND }, "sentAt": at }))
            }
            other => no(501, "MethodNotImplemented", &format!("{other} is not here")),
        }
    }

    fn put_record(&mut self, repo: &str, collection: &str, key: &str, record: &Value, swap: &Value) -> Reply {
        if repo != BRAND {
            return no(401, "AuthenticationRequired", "Authentication Required");
        }
        let tid = key.len() == 13 && key.bytes().all(|b| b"234567abcdefghijklmnopqrstuvwxyz".contains(&b));
        if !tid || !key.starts_with(|c: char| ('2'..='j').contains(&c)) {
            return no(400, "InvalidRequest", "Invalid record key: expected a TID");
        }
        if self.points < 2 {
            return no(429, "RateLimitExceeded", "Rate Limit Exceeded");
        }
        self.points -= 2;
        let uri = format!("at://{repo}/{collection}/{key}");
        let there = self.row(&uri).map(|r| r.cid.clone());
        if there.as_ref() == Some(&cid(record)) {
            return yes(&json!({ "uri": uri, "cid": there, "validationStatus": "valid" }));
        }
        if let Err(why) = records::check(self, collection, record) {
            return no(400, "InvalidRequest", &why);
        }
        if swap.as_str() != there.as_deref() {
            return no(400, "InvalidSwap", &format!("Record was at {}", there.unwrap_or_else(|| "null".to_owned())));
        }
        let rev = self.tid();
        let row = self.put(repo, collection, key, record.clone());
        yes(
            &json!({ "uri": row.uri, "cid": row.cid, "commit": { "cid": cid(&json!(rev)), "rev": rev }, "validationStatus": "valid" }),
        )
    }

    /// Every access token is over.
    pub fn expire(&mut self) {
        self.sessions.access.values_mut().for_each(|holds| *holds = false);
    }

    /// Every token is over.
    pub fn end_sessions(&mut self) {
        self.expire();
        self.sessions.refresh.clear();
    }

    pub fn block(&mut self, author: &str) {
        self.blocks.insert((did(author), BRAND.to_owned()));
    }
}
