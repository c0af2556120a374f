//! A Reddit on 127.0.0.1, as strict as its documentation: tokens with scopes and an end, fullnames, listings that go
//! down from the newest, 200 with `json.errors` for what it refuses. The shapes are those that a real Reddit sent.

use super::state::{ACCOUNT, State, Thing};
use crate::networks::contract::{On, Troubles};
use crate::networks::fake::{Reply, Seen};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub const CLIENT: &str = "appid12345";
pub const SECRET: &str = "s3cret-of-the-app";
pub const REFRESH: &str = "refresh-token-of-acme";
pub const PASSWORD: &str = "pass-word-of-acme";
/// The longest comment, in characters.
const LONGEST: usize = 10_000;

type Fields = BTreeMap<String, String>;

/// How Reddit says that something failed.
pub fn troubles() -> Troubles {
    Troubles::new(|status: u16, rest: Option<Duration>| {
        let reply = failed(status);
        let seconds = rest.map_or("300".to_owned(), |rest| rest.as_secs().to_string());
        if status != 429 {
            return reply;
        }
        reply.with("x-ratelimit-remaining", "0.0").with("x-ratelimit-used", "100").with("x-ratelimit-reset", seconds)
    })
}

fn failed(status: u16) -> Reply {
    let body = json!({ "message": "as the status says", "error": status });
    Reply::Http(status, vec![("content-type", "application/json; charset=UTF-8".to_owned())], body.to_string().into())
}

fn said(value: &Value) -> Reply {
    Reply::ok(value.to_string())
        .with("content-type", "application/json; charset=UTF-8")
        .with("x-ratelimit-remaining", "97.0")
        .with("x-ratelimit-used", "3")
        .with("x-ratelimit-reset", "421")
}

fn refused(code: &str, message: &str, field: &str) -> Reply {
    said(&json!({ "json": { "errors": [[code, message, field]] } }))
}

/// One request, through whatever waits for it.
pub fn serve(request: &Seen, state: &Arc<Mutex<State>>, troubles: &Troubles) -> Reply {
    assert!(
        request
            .header("user-agent")
            .is_some_and(|agent| agent.starts_with("hearback/") && agent.ends_with(" by u/acme_ops")),
        "Reddit wants a unique name, and whom to write to: {:?}",
        request.header("user-agent")
    );
    let on = match (request.path.as_str(), request.method.as_str()) {
        ("/api/v1/access_token", _) => On::Session,
        (_, "GET") => On::Reads,
        _ => On::Writes,
    };
    troubles.serve(on, || answer(request, &mut state.lock().unwrap()))
}

fn form(request: &Seen) -> Fields {
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    url::form_urlencoded::parse(&request.body).into_owned().collect()
}

fn only(fields: &Fields, known: &[&str]) {
    assert!(fields.keys().all(|key| known.contains(&key.as_str())), "{fields:?} has more than {known:?}");
}

fn answer(request: &Seen, state: &mut State) -> Reply {
    let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    if parts == ["api", "v1", "access_token"] {
        return token(request, state);
    }
    let Some(scopes) = request.header("authorization").and_then(|a| state.scopes(a.strip_prefix("Bearer ")?)) else {
        return failed(401);
    };
    let scope = match parts.as_slice() {
        ["api", "v1", "me"] => "identity",
        ["message", "inbox"] | ["api", "compose"] => "privatemessages",
        ["user", _, "comments"] => "history",
        ["api", "comment"] => "submit",
        ["api", "vote"] => "vote",
        ["api", "del"] => "edit",
        _ => "read",
    };
    if !scopes.iter().any(|has| has == scope) {
        return failed(403);
    }
    assert_eq!(request.query.get("raw_json").map(String::as_str), Some("1"), "or & comes as &amp;");
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["api", "v1", "me"]) => said(&json!({ "name": ACCOUNT, "id": "acme1", "features": {} })),
        ("GET", ["message", "inbox"]) => {
            let items = state.inbox();
            listing(request, &items, &[])
        }
        ("GET", ["user", name, "comments"]) => {
            let items: Vec<Value> =
                state.newest().filter(|t| t.author == *name && !t.is_link()).map(Thing::json).collect();
            listing(request, &items, &["sort"])
        }
        ("GET", ["r", subreddits, which @ ("comments" | "new")]) => {
            if subreddits.split('+').any(|name| !["acme", "help"].contains(&name)) {
                return failed(404);
            }
            let links = *which == "new";
            let items: Vec<Value> = state.newest().filter(|t| t.is_link() == links).map(Thing::json).collect();
            listing(request, &items, &[])
        }
        ("GET", ["search"]) => {
            assert_eq!((request.query["sort"].as_str(), request.query["type"].as_str()), ("new", "link"));
            let words = request.query["q"].to_lowercase();
            let found = |t: &&Thing| t.is_link() && format!("{} {}", t.title, t.body).to_lowercase().contains(&words);
            let items: Vec<Value> = state.newest().filter(found).map(Thing::json).collect();
            listing(request, &items, &["q", "sort", "t", "type"])
        }
        ("GET", ["comments", link]) => conversation(request, state, link),
        ("POST", ["api", "comment"]) => comment(&form(request), state),
        ("POST", ["api", "vote"]) => vote(&form(request), state),
        ("POST", ["api", "compose"]) => compose(&form(request), state),
        ("POST", ["api", "del"]) => {
            let fields = form(request);
            only(&fields, &["id"]);
            // Also what is gone already, or was never ours, is answered like this.
            state.retract(&fields["id"]);
            said(&json!({}))
        }
        other => panic!("Reddit has no {other:?}"),
    }
}

fn token(request: &Seen, state: &mut State) -> Reply {
    assert_eq!(request.method, "POST");
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{SECRET}")));
    if request.header("authorization") != Some(basic.as_str()) {
        return failed(401);
    }
    let fields = form(request);
    let get = |key: &str| fields.get(key).map(String::as_str);
    match get("grant_type") {
        Some("refresh_token") if get("refresh_token") == Some(REFRESH) => {
            only(&fields, &["grant_type", "refresh_token"]);
        }
        Some("refresh_token") => return failed(400),
        Some("password") => {
            only(&fields, &["grant_type", "username", "password"]);
            if (get("username"), get("password")) != (Some(ACCOUNT), Some(PASSWORD)) {
                return said(&json!({ "error": "invalid_grant" }));
            }
        }
        other => panic!("no such grant: {other:?}"),
    }
    let (token, scopes) = state.issue();
    said(&json!({ "access_token": token, "token_type": "bearer", "expires_in": 3600, "scope": scopes }))
}

/// A page, from the newest. An `after` or `before` that is not in the list (any more) gives nothing at all.
fn listing(request: &Seen, items: &[Value], more: &[&str]) -> Reply {
    let known = [&["limit", "after", "raw_json"], more].concat();
    only(&request.query, &known);
    let limit = request.query.get("limit").map_or(25, |l| l.parse::<usize>().unwrap().min(100));
    let items = &items[..items.len().min(1_000)];
    let name = |item: &Value| item["data"]["name"].as_str().unwrap().to_owned();
    let from = match request.query.get("after") {
        None => Some(0),
        Some(after) => items.iter().position(|item| name(item) == *after).map(|at| at + 1),
    };
    let rest = from.map_or(&[][..], |from| &items[from..]);
    let page = &rest[..rest.len().min(limit)];
    let after = (rest.len() > limit).then(|| page.last().map(name)).flatten();
    said(&list(page, after.as_deref()))
}

fn list(children: &[Value], after: Option<&str>) -> Value {
    let dist = children.len();
    json!({
        "kind": "Listing",
        "data": { "after": after, "before": null, "dist": dist, "modhash": null, "geo_filter": "", "children": children },
    })
}

/// `[the post, its comments]`; with `comment` only the branch of that one, with so many above.
fn conversation(request: &Seen, state: &State, link: &str) -> Reply {
    only(&request.query, &["comment", "context", "depth", "limit", "sort", "raw_json"]);
    let Some(post) = state.thing(&format!("t3_{link}")) else { return failed(404) };
    let depth: usize = request.query.get("depth").map_or(10, |d| d.parse().unwrap());
    let tops: Vec<Value> = match request.query.get("comment") {
        None => state.below(&post.name).map(|t| tree(state, t, depth)).collect(),
        Some(id) => {
            let above: usize = request.query.get("context").map_or(0, |c| c.parse().unwrap());
            assert!(above <= 8, "context is 0 to 8");
            match state.thing(&format!("t1_{id}")) {
                None => Vec::new(),
                Some(comment) => {
                    let mut branch = tree(state, comment, depth);
                    let mut parent = comment.parent.clone();
                    for _ in 0..above {
                        let Some(thing) = parent.as_deref().and_then(|p| state.thing(p)).filter(|t| !t.is_link())
                        else {
                            break;
                        };
                        let mut json = thing.json();
                        json["data"]["replies"] = list(&[branch], None);
                        (branch, parent) = (json, thing.parent.clone());
                    }
                    vec![branch]
                }
            }
        }
    };
    said(&json!([list(&[post.json()], None), list(&tops, None)]))
}

fn tree(state: &State, thing: &Thing, depth: usize) -> Value {
    let mut json = thing.json();
    let below: Vec<Value> =
        if depth > 1 { state.below(&thing.name).map(|t| tree(state, t, depth - 1)).collect() } else { Vec::new() };
    if !below.is_empty() {
        json["data"]["replies"] = list(&below, None);
    }
    json
}

fn comment(fields: &Fields, state: &mut State) -> Reply {
    only(fields, &["api_type", "thing_id", "text"]);
    assert_eq!(fields["api_type"], "json", "or the answer is for a browser");
    if let Some(answer) = state.refusals.pop_front() {
        return said(&answer);
    }
    let (to, text) = (&fields["thing_id"], &fields["text"]);
    if text.trim().is_empty() {
        return refused("NO_TEXT", "we need something here", "text");
    }
    if text.chars().count() > LONGEST {
        return refused("TOO_LONG", "this is too long (max: 10000)", "text");
    }
    let Some(parent) = state.thing(to) else {
        return refused("DELETED_COMMENT", "that comment has been deleted", "parent");
    };
    let locked = parent.locked;
    if locked {
        return refused("THREAD_LOCKED", "Comments are locked.", "parent");
    }
    if state.blocks.contains(&parent.author) {
        return refused("SOMETHING_IS_BROKEN", "Something is broken, please try again later.", "parent");
    }
    let to = to.clone();
    let name = state.comment(ACCOUNT, &to, text);
    let hidden = state.quarantined;
    let thing = state.thing(&name).unwrap().json();
    let things = if hidden { Vec::new() } else { vec![thing] };
    said(&json!({ "json": { "errors": [], "data": { "things": things } } }))
}

fn vote(fields: &Fields, state: &mut State) -> Reply {
    only(fields, &["id", "dir"]);
    let up = match fields["dir"].as_str() {
        "1" => true,
        "0" => false,
        other => panic!("no vote: {other}"),
    };
    if state.thing(&fields["id"]).is_none() {
        return failed(404);
    }
    if up {
        state.likes.insert(fields["id"].clone())
    } else {
        state.likes.remove(&fields["id"])
    };
    said(&json!({}))
}

fn compose(fields: &Fields, state: &mut State) -> Reply {
    only(fields, &["api_type", "to", "subject", "text"]);
    let (to, subject, text) = (&fields["to"], &fields["subject"], &fields["text"]);
    assert!((1..=100).contains(&subject.chars().count()));
    if !["ann", "bob", "cleo"].contains(&to.as_str()) {
        return refused("USER_DOESNT_EXIST", "that user doesn't exist", "to");
    }
    if text.trim().is_empty() {
        return refused("NO_TEXT", "we need something here", "text");
    }
    state.messages.push((to.clone(), text.clone()));
    said(&json!({ "json": { "errors": [] } }))
}
