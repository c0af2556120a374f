//! The fake X: what of its API the adapter uses, as strict as its `OpenAPI` description and its guides.

use super::oauth::{self, Who};
use super::world::{HANDLE, ME, Tweet, World, weighted};
use crate::networks::contract::{Clock, On, Troubles};
use crate::networks::fake::{Fake, Reply, Seen};
use hearback::domain::Act;
use hearback::networks::Tools;
use hearback::networks::x::{UserKeys, XConfig};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// The running fake.
pub struct Server {
    pub world: Arc<Mutex<World>>,
    pub troubles: Arc<Troubles>,
    fake: Fake,
}

pub fn problem(status: u16, kind: &str, detail: &str) -> Reply {
    let kind = if kind == "about:blank" { kind.to_owned() } else { format!("https://api.x.com/2/problems/{kind}") };
    let body = json!({ "title": "Problem", "detail": detail, "type": kind, "status": status });
    Reply::Http(status, vec![("content-type", "application/problem+json".to_owned())], body.to_string().into_bytes())
}

fn invalid(parameter: &str, message: &str) -> Reply {
    let body = json!({
        "errors": [{ "parameters": { parameter: [] }, "message": message }],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": "https://api.x.com/2/problems/invalid-request",
    });
    Reply::Http(400, vec![("content-type", "application/json".to_owned())], body.to_string().into_bytes())
}

fn answer(status: u16, body: &Value) -> Reply {
    Reply::Http(status, vec![("content-type", "application/json".to_owned())], body.to_string().into_bytes())
}

impl Server {
    pub async fn start(clock: Clock, summoned_only: bool) -> Self {
        let world = Arc::new(Mutex::new(World::new(clock.clone(), summoned_only)));
        let troubles = Arc::new(Troubles::new(move |status, after| {
            let no = problem(status, "about:blank", "something is wrong here");
            match after {
                Some(after) => {
                    no.with("x-rate-limit-reset", (clock.now().as_second() + after.as_secs().cast_signed()).to_string())
                }
                None => no,
            }
        }));
        let url: Arc<OnceLock<String>> = Arc::default();
        let fake = {
            let (world, troubles, url) = (Arc::clone(&world), Arc::clone(&troubles), Arc::clone(&url));
            Fake::start(move |seen| {
                let on = if seen.method == "GET" { On::Reads } else { On::Writes };
                troubles.serve(on, || serve(&mut world.lock().unwrap(), url.get().unwrap(), seen))
            })
            .await
        };
        url.set(fake.url.clone()).unwrap();
        Self { world, troubles, fake }
    }

    /// What an adapter is handed; no number comes twice, also after a restart.
    pub fn tools(clock: &Clock) -> Tools {
        let next = AtomicU64::new(1);
        Tools { chance: Arc::new(move || next.fetch_add(1, Ordering::Relaxed)), ..clock.tools() }
    }

    /// A watch on it with all five keys.
    pub fn config(&self, name: &str) -> XConfig {
        let mut config = XConfig::new(name);
        config.base.clone_from(&self.fake.url);
        config.user = Some(UserKeys {
            api_key: oauth::API_KEY.to_owned(),
            api_secret: oauth::API_SECRET.to_owned(),
            access_token: oauth::ACCESS_TOKEN.to_owned(),
            access_secret: oauth::ACCESS_SECRET.to_owned(),
        });
        config.bearer = Some(oauth::BEARER.to_owned());
        config
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.fake.seen()
    }
}

fn serve(world: &mut World, url: &str, seen: &Seen) -> Reply {
    let now = world.clock.now();
    let who = match oauth::who(url, seen, now.as_second(), &mut world.nonces) {
        Ok(who) => who,
        Err(why) => return problem(401, "about:blank", &why),
    };
    let path: Vec<&str> = seen.path.trim_start_matches("/2/").split('/').collect();
    if path.starts_with(&["tweets", "search", "stream"]) {
        return if who == Who::App { stream(world, seen, &path) } else { problem(401, "about:blank", "Unauthorized") };
    }
    let reading = seen.method == "GET" && path != ["users", "me"];
    if who == Who::App && !reading {
        let why = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.";
        return problem(403, "unsupported-authentication", why);
    }
    let reply = match (seen.method.as_str(), path.as_slice()) {
        ("GET", ["users", "me"]) => {
            known(seen, &[]).unwrap_or_else(|| answer(200, &json!({ "data": user(HANDLE, false) })))
        }
        ("GET", ["users", id, list @ ("mentions" | "tweets")]) => {
            assert_eq!(*id, ME);
            let wanted =
                |t: &Tweet| if *list == "tweets" { t.author == HANDLE } else { t.author != HANDLE && t.names_me() };
            let own: &[&str] = if *list == "tweets" { &["exclude"] } else { &[] };
            list_of(world, seen, 5, &[&["pagination_token"], own].concat(), wanted)
        }
        ("GET", ["tweets", "search", "recent"]) => search(world, seen, now),
        ("GET", ["tweets", "counts", "recent"]) => known(seen, &["query", "granularity"])
            .unwrap_or_else(|| answer(200, &json!({ "data": [], "meta": { "total_tweet_count": 70 } }))),
        ("GET", ["tweets", id]) => one(world, seen, id),
        ("POST", ["tweets"]) => create(world, seen),
        ("DELETE", ["tweets", id]) => delete(world, id),
        ("POST", ["users", ME, "retweets"]) => deed(world, Act::Repost, &body(seen)["tweet_id"], "retweeted"),
        ("POST", ["users", ME, "likes"]) => deed(world, Act::Like, &body(seen)["tweet_id"], "liked"),
        ("POST", ["users", ME, "following"]) => deed(world, Act::Follow, &body(seen)["target_user_id"], "following"),
        ("DELETE", ["users", ME, "retweets", id]) => undo(world, Act::Repost, id, "retweeted"),
        ("DELETE", ["users", ME, "likes", id]) => undo(world, Act::Like, id, "liked"),
        ("DELETE", ["users", ME, "following", id]) => undo(world, Act::Follow, id, "following"),
        ("POST", ["dm_conversations", "with", id, "messages"]) => {
            let body = body(seen);
            assert!(body["text"].as_str().is_some_and(|t| !t.is_empty()) && body.as_object().unwrap().len() == 1);
            world.deeds.push((Act::Message, (*id).to_owned()));
            let event = world.id().to_string();
            answer(201, &json!({ "data": { "dm_conversation_id": format!("{ME}-{id}"), "dm_event_id": event } }))
        }
        _ => problem(404, "about:blank", "no such endpoint"),
    };
    reply.with("x-rate-limit-remaining", "200").with("x-rate-limit-limit", "300")
}

fn body(seen: &Seen) -> Value {
    assert_eq!(seen.header("content-type"), Some("application/json"));
    serde_json::from_slice(&seen.body).expect("JSON")
}

/// A parameter that the endpoint does not have.
fn known(seen: &Seen, allowed: &[&str]) -> Option<Reply> {
    let fields = ["tweet.fields", "expansions", "user.fields"];
    let strange = seen.query.keys().find(|k| !allowed.contains(&k.as_str()) && !fields.contains(&k.as_str()));
    if let Some(name) = strange {
        return Some(invalid(name, &format!("The query parameter [{name}] is not one of {allowed:?}")));
    }
    let tweet = "attachments author_id conversation_id created_at display_text_range edit_controls edit_history_tweet_ids \
                 entities id in_reply_to_user_id lang note_tweet public_metrics referenced_tweets reply_settings text";
    let user = "id name public_metrics username created_at description";
    for (parameter, names) in
        [("tweet.fields", tweet), ("expansions", "author_id referenced_tweets.id"), ("user.fields", user)]
    {
        let asked = seen.query.get(parameter).map(String::as_str).unwrap_or_default();
        if let Some(bad) = asked.split(',').find(|n| !n.is_empty() && !names.split_ascii_whitespace().any(|k| k == *n))
        {
            return Some(invalid(
                parameter,
                &format!("The `{parameter}` query parameter value [{bad}] is not one of [{names}]"),
            ));
        }
    }
    None
}

fn asked<'s>(seen: &'s Seen, name: &str) -> Option<&'s str> {
    seen.query.get(name).map(String::as_str)
}

fn moment(text: &str) -> Timestamp {
    assert!(text.len() == 20 && text.ends_with('Z'), "{text}: YYYY-MM-DDTHH:mm:ssZ");
    text.parse().unwrap()
}

fn list_of(world: &World, seen: &Seen, fewest: usize, more: &[&str], wanted: impl Fn(&Tweet) -> bool) -> Reply {
    let allowed = ["max_results", "since_id", "until_id", "start_time", "end_time"];
    if let Some(no) = known(seen, &[&allowed, more].concat()) {
        return no;
    }
    let many: usize = asked(seen, "max_results").map_or(10, |n| n.parse().unwrap());
    if !(fewest..=100).contains(&many) {
        return invalid(
            "max_results",
            &format!("The `max_results` query parameter value [{many}] is not between {fewest} and 100"),
        );
    }
    let number = |name: &str| asked(seen, name).map(|n| n.parse::<u64>().unwrap());
    let token = asked(seen, "pagination_token").or(asked(seen, "next_token"));
    let below = token.map(|t| t.strip_prefix("below").expect("a token of ours").parse::<u64>().unwrap());
    let from = asked(seen, "start_time").map(moment);
    let since = |t: &Tweet, id: &str| {
        let newest = t.newest();
        if world.ids_are_texts { newest.to_string().as_str() > id } else { newest > id.parse::<u64>().unwrap() }
    };
    let mut found: Vec<&Tweet> = world
        .tweets
        .iter()
        .filter(|t| !t.deleted && !world.blocked.contains(&t.author) && wanted(t))
        .filter(|t| asked(seen, "since_id").is_none_or(|id| since(t, id)))
        .filter(|t| number("until_id").is_none_or(|until| t.newest() < until))
        .filter(|t| below.is_none_or(|below| t.newest() < below) && from.is_none_or(|from| t.at >= from))
        .collect();
    found.sort_by_key(|t| std::cmp::Reverse(t.newest()));
    let next = (found.len() > many).then(|| found[many - 1].newest());
    found.truncate(many);
    let mut meta = json!({ "result_count": found.len() });
    if let (Some(first), Some(last)) = (found.first(), found.last()) {
        meta["newest_id"] = json!(first.newest().to_string());
        meta["oldest_id"] = json!(last.newest().to_string());
    }
    if let Some(next) = next {
        meta["next_token"] = json!(format!("below{next}"));
    }
    let mut whole = json!({ "meta": meta });
    if !found.is_empty() {
        whole["data"] = found.iter().map(|t| tweet(seen, t, t.newest())).collect();
        include(seen, &mut whole, &found);
    }
    answer(200, &whole)
}

fn include(seen: &Seen, whole: &mut Value, found: &[&Tweet]) {
    if asked(seen, "expansions") == Some("author_id") {
        let mut handles: Vec<&str> = found.iter().map(|t| t.author.as_str()).collect();
        handles.sort_unstable();
        handles.dedup();
        let metrics = asked(seen, "user.fields").is_some_and(|f| f.contains("public_metrics"));
        whole["includes"] = json!({ "users": handles.iter().map(|h| user(h, metrics)).collect::<Vec<_>>() });
    }
}

fn user(handle: &str, metrics: bool) -> Value {
    let mut user = json!({ "id": World::user(handle), "name": handle.to_uppercase(), "username": handle });
    if metrics {
        user["public_metrics"] =
            json!({ "followers_count": 7, "following_count": 3, "tweet_count": 1, "listed_count": 0 });
    }
    user
}

/// A version of a post with the fields that were asked for; three come always.
fn tweet(seen: &Seen, tweet: &Tweet, version: u64) -> Value {
    let (_, text) = tweet.versions.iter().find(|(id, _)| *id == version).unwrap();
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let ids: Vec<String> = tweet.versions.iter().map(|(id, _)| id.to_string()).collect();
    let mut all = Map::new();
    let mentions: Vec<Value> = Tweet::named(text)
        .into_iter()
        .map(
            |(at, name)| json!({ "start": at, "end": at + name.len() + 1, "username": name, "id": World::user(&name) }),
        )
        .collect();
    let mut refers = Vec::new();
    refers.extend(tweet.parent.map(|p| json!({ "type": "replied_to", "id": p.to_string() })));
    refers.extend(tweet.quoted.iter().map(|(q, _)| json!({ "type": "quoted", "id": q.to_string() })));
    let mut entities = json!({});
    if !mentions.is_empty() {
        entities["mentions"] = json!(mentions);
    }
    if let Some((quoted, by)) = &tweet.quoted {
        let url = format!("https://twitter.com/{by}/status/{quoted}");
        entities["urls"] = json!([{ "start": 0, "end": 1, "url": "https://t.co/abcdefghij", "expanded_url": url }]);
    }
    all.insert("author_id".to_owned(), json!(World::user(&tweet.author)));
    all.insert("conversation_id".to_owned(), json!(tweet.conversation.to_string()));
    all.insert("created_at".to_owned(), json!(tweet.at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()));
    all.insert("display_text_range".to_owned(), json!([tweet.automatic, text.chars().count()]));
    all.insert("entities".to_owned(), entities);
    all.insert("lang".to_owned(), json!("en"));
    if !refers.is_empty() {
        all.insert("referenced_tweets".to_owned(), json!(refers));
    }
    let fields = asked(seen, "tweet.fields").unwrap_or_default().to_owned();
    all.retain(|name, _| fields.split(',').any(|f| f == name));
    all.insert("id".to_owned(), json!(version.to_string()));
    all.insert("text".to_owned(), json!(escaped));
    all.insert("edit_history_tweet_ids".to_owned(), json!(ids));
    Value::Object(all)
}

/// The filtered stream: rules are the app's, a connection brings what a test has put there, and is cut.
fn stream(world: &mut World, seen: &Seen, path: &[&str]) -> Reply {
    let shown = |rules: &[(u64, String, String)]| -> Vec<Value> {
        rules.iter().map(|(id, value, tag)| json!({ "id": id.to_string(), "value": value, "tag": tag })).collect()
    };
    match (seen.method.as_str(), path.len()) {
        ("GET", 4) => {
            answer(200, &json!({ "data": shown(&world.rules), "meta": { "result_count": world.rules.len() } }))
        }
        ("POST", 4) => {
            let body = body(seen);
            for rule in body["add"].as_array().into_iter().flatten() {
                let (value, tag) =
                    (rule["value"].as_str().unwrap().to_owned(), rule["tag"].as_str().unwrap().to_owned());
                assert!(value.chars().count() <= 1_024 && !world.rules.iter().any(|(_, v, _)| *v == value), "{value}");
                let id = world.id();
                world.rules.push((id, value, tag));
            }
            let gone: Vec<String> = serde_json::from_value(body["delete"]["ids"].clone()).unwrap_or_default();
            world.rules.retain(|(id, _, _)| !gone.contains(&id.to_string()));
            answer(200, &json!({ "data": shown(&world.rules), "meta": { "summary": {} } }))
        }
        _ => {
            assert!(!world.rules.is_empty(), "a stream without rules says nothing");
            let matched = json!([{ "id": world.rules[0].0.to_string(), "tag": world.rules[0].2 }]);
            let mut lines = b"\r\n".to_vec();
            for id in world.streams.pop_front().unwrap_or_default() {
                let found = world.find(id).unwrap();
                let mut line = json!({ "data": tweet(seen, found, id), "matching_rules": matched });
                include(seen, &mut line, &[found]);
                lines.extend(format!("{line}\r\n\r\n").bytes());
            }
            Reply::Truncated(lines)
        }
    }
}

fn one(world: &World, seen: &Seen, id: &str) -> Reply {
    if let Some(no) = known(seen, &[]) {
        return no;
    }
    let version: u64 = id.parse().unwrap();
    let gone = |kind: &str, title: &str| {
        let kind = format!("https://api.x.com/2/problems/{kind}");
        let detail = format!("Could not find tweet with id: [{id}].");
        answer(
            200,
            &json!({ "errors": [{ "title": title, "detail": detail, "type": kind, "resource_type": "tweet" }] }),
        )
    };
    match world.find(version) {
        None => gone("resource-not-found", "Not Found Error"),
        Some(found) if world.blocked.contains(&found.author) => {
            gone("not-authorized-for-resource", "Authorization Error")
        }
        Some(found) => {
            let mut whole = json!({ "data": tweet(seen, found, version) });
            include(seen, &mut whole, &[found]);
            answer(200, &whole)
        }
    }
}

/// `("a" OR b) -is:retweet -from:x`, or `in_reply_to_tweet_id:1`; of the last seven days, half a minute old at least.
fn search(world: &World, seen: &Seen, now: Timestamp) -> Reply {
    let Some(query) = asked(seen, "query").filter(|q| !q.is_empty() && q.chars().count() <= 512) else {
        return invalid("query", "The `query` query parameter must be of 1 to 512 characters");
    };
    let week = now - jiff::SignedDuration::from_hours(7 * 24);
    if let Some(from) = asked(seen, "start_time").map(moment)
        && (from < week || from > now - jiff::SignedDuration::from_secs(30))
    {
        return invalid("start_time", "Invalid 'start_time'. It must be before 'end_time' and within the last 7 days.");
    }
    let oldest = u64::try_from(week.as_millisecond() - 1_288_834_974_657).unwrap() << 22;
    for name in ["since_id", "until_id"] {
        if asked(seen, name).is_some_and(|id| id.parse::<u64>().unwrap() < oldest) {
            let say = format!(
                "'{name}' must be a tweet id created after [{week}]. Please use a '{name}' that is larger than {oldest}"
            );
            return invalid(name, &say);
        }
    }
    let more = ["query", "next_token", "sort_order"];
    if let Some(parent) = query.strip_prefix("in_reply_to_tweet_id:") {
        let parent: u64 = parent.parse().unwrap();
        return list_of(world, seen, 10, &more, |t| t.parent == Some(parent));
    }
    let (words, rest) = query.strip_prefix('(').and_then(|q| q.split_once(')')).unwrap_or((query, ""));
    let words: Vec<String> = words.split(" OR ").map(|w| w.trim_matches('"').to_lowercase()).collect();
    let not: Vec<&str> = rest.split_whitespace().filter_map(|w| w.strip_prefix("-from:")).collect();
    let names = |t: &Tweet| words.iter().any(|w| t.text().to_lowercase().contains(w));
    list_of(world, seen, 10, &more, |t| names(t) && !not.contains(&t.author.as_str()))
}

fn create(world: &mut World, seen: &Seen) -> Reply {
    let body = body(seen);
    let fields: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["reply", "text"], "nothing else is sent");
    let reply = body["reply"].as_object().unwrap();
    assert_eq!(reply.keys().collect::<Vec<_>>(), ["in_reply_to_tweet_id"]);
    let parent: u64 = reply["in_reply_to_tweet_id"].as_str().unwrap().parse().unwrap();
    let text = body["text"].as_str().unwrap().to_owned();
    if text.trim().is_empty() {
        return invalid("text", "Tweet text is empty.");
    }
    if weighted(&text) > 280 {
        return invalid("text", "Your Tweet text is too long.");
    }
    let Some(above) = world.find(parent).filter(|t| !world.blocked.contains(&t.author)) else {
        return problem(403, "about:blank", "You attempted to reply to a Tweet that is deleted or not visible to you.");
    };
    if world.summoned_only && !above.summons() {
        let why = "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by \
                   the author of the post you are replying to.";
        return problem(403, "about:blank", why);
    }
    let said = |t: &Tweet| t.text().chars().skip(t.automatic).collect::<String>();
    if world.tweets.iter().any(|t| t.author == HANDLE && !t.deleted && said(t) == text) {
        return problem(403, "about:blank", "You are not allowed to create a Tweet with duplicate content.");
    }
    let id = world.post(HANDLE, &text, Some(parent), None).to_string();
    answer(201, &json!({ "data": { "id": id, "text": text, "edit_history_tweet_ids": [id] } }))
}

fn delete(world: &mut World, id: &str) -> Reply {
    match world.find(id.parse().unwrap()).map(|t| t.author.clone()) {
        None => problem(404, "resource-not-found", "There is no such post."),
        Some(author) if author != HANDLE => problem(403, "about:blank", "You may not delete this post."),
        Some(_) => {
            world.delete(id.parse().unwrap());
            answer(200, &json!({ "data": { "deleted": true } }))
        }
    }
}

fn deed(world: &mut World, act: Act, target: &Value, field: &str) -> Reply {
    if world.summoned_only && act != Act::Repost {
        return problem(403, "client-forbidden", "This is not part of your plan.");
    }
    let about = target.as_str().unwrap().to_owned();
    if !world.deeds.contains(&(act, about.clone())) {
        world.deeds.push((act, about));
    }
    answer(200, &json!({ "data": { field: true } }))
}

fn undo(world: &mut World, act: Act, about: &str, field: &str) -> Reply {
    world.deeds.retain(|(done, it)| (*done, it.as_str()) != (act, about));
    answer(200, &json!({ "data": { field: false } }))
}
