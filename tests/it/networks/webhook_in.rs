//! Signed mentions in: what is believed, what is refused, and how the sender is told.

use super::{at, now};
use hearback::domain::{ExtraKind, SourceName};
use hearback::networks::webhook::{Headers, Inbox, Received, Rejected, Secret, accepted, duplicate, unavailable};
use proptest::prelude::*;
use serde_json::{Value, json};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEXT: &str = "whsec_bmV4dCBzZWNyZXQsIGZvciB0aGUgcm90YXRpb24=";

fn secret(text: &str) -> Secret {
    Secret::parse(text).unwrap()
}

fn inbox() -> Inbox {
    Inbox::new(SourceName::new("reviews"), "reviews", vec![secret(SECRET), secret(NEXT)])
}

fn headers(id: &str, timestamp: &str, signature: &str) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in [("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature)] {
        headers.insert(name, value.parse().unwrap());
    }
    headers
}

fn signed(with: &str, body: &[u8], seconds: i64) -> Headers {
    headers("msg_1", &seconds.to_string(), &secret(with).sign("msg_1", seconds, body))
}

fn send(body: &Value) -> Result<Received, Rejected> {
    let body = body.to_string().into_bytes();
    inbox().receive(&signed(SECRET, &body, now().as_second()), &body, now())
}

fn minimal() -> Value {
    json!({ "id": "r-1", "text": "It broke.", "author": { "name": "Kim" }, "posted_at": "2026-11-22T09:58:00Z" })
}

fn refusal(body: &Value) -> String {
    let rejected = send(body).unwrap_err();
    assert_eq!((rejected.status, rejected.code), (422, "bad_shape"), "{rejected}");
    rejected.say
}

#[test]
fn a_single_mention_with_everything() {
    let received = send(&json!({
        "type": "mention", "timestamp": "2026-11-22T09:59:00Z",
        "id": 4711, "text": "Line one\r\nline \u{1b}[31mtwo\u{202e}", "url": "https://r.example/4711",
        "author": { "id": "u1", "name": "Kim\nLee", "handle": "@kim", "reach": 12, "url": "https://r.example/u/kim" },
        "posted_at": "2026-11-22T10:58:00+01:00", "network": "trustpilot", "conversation": "c9", "parent": "p8",
        "language": "pt-BR", "addressed": true, "extra": { "stars": 1 },
    }))
    .unwrap();
    assert_eq!(received.idem.0, "webhook:reviews:msg_1");
    let post = &received.posts[0];
    assert_eq!(
        (post.external_id.as_str(), post.network.as_str(), post.source.as_str()),
        ("4711", "trustpilot", "reviews")
    );
    assert_eq!(post.text, "Line one\nline [31mtwo");
    assert_eq!(
        (post.author.name.as_str(), post.author.handle.as_str(), post.author.reach),
        ("Kim Lee", "kim", Some(12))
    );
    assert_eq!(post.posted_at, at("2026-11-22T09:58:00Z"));
    assert_eq!((post.conversation.as_deref(), post.parent.as_deref()), (Some("c9"), Some("p8")));
    assert!(post.addressed && post.language.as_deref() == Some("pt-BR"));
}

#[test]
fn what_a_post_shows_besides_its_words_is_kept_apart() {
    let mut body = minimal();
    body["title"] = json!("Two stars");
    body["link"] = json!("https://shop.example/acme");
    body["alt"] = json!(["a crack", "a box"]);
    body["tags"] = json!("acmelife");
    let posts = send(&body).unwrap().posts;
    let extras: Vec<(ExtraKind, &str)> = posts[0].native.extras.iter().map(|e| (e.what, e.text.as_str())).collect();
    let expected = [
        (ExtraKind::Title, "Two stars"),
        (ExtraKind::Link, "https://shop.example/acme"),
        (ExtraKind::Tag, "acmelife"),
        (ExtraKind::Alt, "a crack"),
        (ExtraKind::Alt, "a box"),
    ];
    assert_eq!(extras, expected);
    body["alt"] = json!([1]);
    body["link"] = json!("shop");
    let said = refusal(&body);
    assert!(said.contains("`alt` must be text, not a number") && said.contains("`link` must be an address"), "{said}");
}

#[test]
fn several_mentions_come_oldest_first_and_the_future_is_now() {
    let one = |id: &str, posted: &str| {
        let mut mention = minimal();
        mention["id"] = id.into();
        mention["posted_at"] = posted.into();
        mention
    };
    let body = json!({ "mentions": [one("late", "2026-11-23T00:00:00Z"), one("b", "2026-11-22T09:00:00Z"), one("a", "2026-11-21T09:00:00Z")] });
    let posts = send(&body).unwrap().posts;
    assert_eq!(posts.iter().map(|p| p.external_id.as_str()).collect::<Vec<_>>(), ["a", "b", "late"]);
    assert_eq!(posts[2].posted_at, now());
    assert_eq!((posts[0].network.as_str(), posts[0].author.id.as_str()), ("reviews", "Kim"));
}

#[test]
fn the_signature_must_hold_for_exactly_these_bytes() {
    let body = minimal().to_string().into_bytes();
    let seconds = now().as_second();
    let try_with =
        |headers: &Headers, body: &[u8]| inbox().receive(headers, body, now()).map_err(|r| (r.status, r.code));
    let good = signed(SECRET, &body, seconds);
    assert!(try_with(&good, &body).is_ok());
    assert!(try_with(&signed(NEXT, &body, seconds), &body).is_ok(), "a second secret, for rotation");
    let forged = (401, "bad_signature");
    let spaced = [&body[..], b" "].concat();
    assert_eq!(try_with(&good, &spaced), Err(forged));
    let other = "whsec_b3RoZXIgc2VjcmV0IHRoYXQgbm9ib2R5IGhhcyBoZXJl";
    assert_eq!(try_with(&signed(other, &body, seconds), &body), Err(forged));
    let value = secret(SECRET).sign("msg_1", seconds, &body);
    let with = |id: &str, time: &str, signature: &str| try_with(&headers(id, time, signature), &body);
    let time = seconds.to_string();
    assert!(with("msg_1", &time, &format!("v1a,AAAA v1,AAAA {value}")).is_ok(), "one of several fits");
    assert!(with("msg_1", &time, value.trim_end_matches('=')).is_ok(), "without padding");
    for wrong in ["v1,", "v1", "", " ", "v2,x", &value.replace("v1,", "v1a,"), value.trim_start_matches("v1,")] {
        assert_eq!(with("msg_1", &time, wrong), Err(forged), "{wrong:?}");
    }
    assert_eq!(with("msg_2", &time, &value), Err(forged));
    assert_eq!(with("msg_1", &(seconds + 1).to_string(), &value), Err(forged));
}

#[test]
fn headers_that_are_missing_odd_or_old_are_named() {
    let body = minimal().to_string().into_bytes();
    let seconds = now().as_second();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut headers = signed(SECRET, &body, seconds);
        headers.remove(name);
        let rejected = inbox().receive(&headers, &body, now()).unwrap_err();
        assert!(rejected.status == 400 && rejected.say.contains(name), "{rejected}");
    }
    for (off, fits) in [(-300, true), (-301, false), (300, true), (301, false), (-90_000, false)] {
        let result = inbox().receive(&signed(SECRET, &body, seconds + off), &body, now());
        assert_eq!(result.is_ok(), fits, "{off}: {result:?}");
        assert!(result.err().is_none_or(|r| r.status == 401 && r.code == "timestamp_out_of_range"));
    }
    for odd in ["1e9", "-5", "0x10", " ", "99999999999999999999", "1700000000.5", "+1700000000"] {
        let rejected = inbox().receive(&headers("msg_1", odd, "v1,AAAA"), &body, now()).unwrap_err();
        assert_eq!((rejected.status, rejected.code), (400, "bad_timestamp"), "{odd}");
    }
    for odd in ["", "a.b", "a b", &"x".repeat(201)] {
        let rejected = inbox().receive(&headers(odd, "1700000000", "v1,AAAA"), &body, now()).unwrap_err();
        assert_eq!((rejected.status, rejected.code), (400, "bad_id"), "{odd}");
    }
    let mut twice = signed(SECRET, &body, seconds);
    twice.append("webhook-id", "msg_2".parse().unwrap());
    assert_eq!(inbox().receive(&twice, &body, now()).unwrap_err().code, "repeated_header");
}

#[test]
fn nothing_is_parsed_before_the_signature_holds() {
    let deep = "[".repeat(100_000).into_bytes();
    let unsigned = headers("msg_1", &now().as_second().to_string(), "v1,AAAA");
    assert_eq!(inbox().receive(&unsigned, &deep, now()).unwrap_err().code, "bad_signature");
    let rejected = inbox().receive(&signed(SECRET, &deep, now().as_second()), &deep, now()).unwrap_err();
    assert_eq!((rejected.status, rejected.code), (400, "bad_json"));
    let large = vec![b' '; (1 << 20) + 1];
    assert_eq!(inbox().receive(&unsigned, &large, now()).unwrap_err().status, 413);
}

#[test]
fn every_problem_is_named_with_its_place() {
    let with = |key: &str, value: Value| {
        let mut mention = minimal();
        mention[key] = value;
        refusal(&mention)
    };
    assert!(with("postedAt", json!("x")).contains("`postedAt` is not known; did you mean `posted_at`?"));
    assert!(with("popularity", json!(1)).contains("`popularity` is not known; put it into `extra`"));
    assert!(with("posted_at", json!("yesterday")).contains("`posted_at` must be a moment"));
    assert!(with("posted_at", json!("2026-11-22T09:58:00")).contains("with its offset"));
    assert!(with("url", json!("javascript:alert(1)")).contains("`url` must be an address"));
    assert!(with("author", json!({})).contains("`author` must have an `id`"));
    assert!(with("author", json!({ "name": "x", "reach": -1 })).contains("`author.reach` must be a whole number"));
    assert!(with("author", json!({ "nmae": "x" })).contains("did you mean `name`?"));
    assert!(with("text", json!("x".repeat(20_001))).contains("has 20001 characters, at most 20000"));
    assert!(with("text", json!(" \u{1b}\n")).contains("`text` must not be empty"));
    assert!(with("id", json!(1.5)).contains("`id` must be text, not a number"));
    assert!(with("network", json!("Trust Pilot")).contains("lower-case"));
    assert!(with("language", json!("<b>")).contains("language tag"));
    assert!(with("addressed", json!("yes")).contains("true or false"));
    assert!(with("type", json!("review.deleted")).contains("send no other events here"));
    assert!(refusal(&json!([])).contains("must be a JSON object, not a list"));
    let empty = refusal(&json!({}));
    for field in ["id", "text", "author", "posted_at"] {
        assert!(empty.contains(&format!("`{field}` is missing")), "{empty}");
    }
    let mut bad = minimal();
    bad["text"] = json!(7);
    assert!(
        refusal(&json!({ "mentions": [minimal(), bad] })).contains("`mentions[1].text` must be text, not a number")
    );
    assert!(refusal(&json!({ "mentions": [], "x": 1 })).contains("must have 1 to 64 entries, not 0"));
    assert!(refusal(&json!({ "mentions": vec![minimal(); 65] })).contains("not 65"));
    assert!(refusal(&json!({ "mentions": vec![json!(0); 64] })).contains("and 54 more"));
}

#[test]
fn answers_are_json_with_the_right_status() {
    let read = |(status, body): (u16, String)| (status, serde_json::from_str::<Value>(&body).unwrap());
    assert_eq!(read(accepted(2)), (200, json!({ "status": "accepted", "mentions": 2 })));
    assert_eq!(read(duplicate()), (200, json!({ "status": "duplicate" })), "success, or the sender never stops");
    assert_eq!(read(unavailable()).0, 503);
    let body: Value = serde_json::from_str(&send(&json!({})).unwrap_err().body()).unwrap();
    assert_eq!((body["status"].as_str(), body["code"].as_str()), (Some("refused"), Some("bad_shape")));
}

fn any_json() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        proptest::sample::select(vec![
            "id",
            "text",
            "author",
            "name",
            "handle",
            "reach",
            "url",
            "posted_at",
            "mentions",
            "type",
            "extra",
            "network",
            "language",
            "addressed"
        ])
        .prop_map(str::to_owned),
        ".{0,6}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("2026-11-22T09:58:00Z")),
        Just(json!("https://x.example/")),
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(key.clone(), inner, 0..8)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..300), id in "[ -~]{0,20}", time in "[ -~]{0,14}", signature in "[ -~]{0,60}") {
        prop_assert!(inbox().receive(&headers(&id, &time, &signature), &body, now()).is_err());
        inbox().receive(&signed(SECRET, &body, now().as_second()), &body, now()).ok();
    }

    #[test]
    fn whatever_is_accepted_keeps_the_limits(body in any_json()) {
        if let Ok(received) = send(&body) {
            prop_assert!((1..=64).contains(&received.posts.len()));
            for post in received.posts {
                prop_assert!(post.posted_at <= now());
                prop_assert!(!post.external_id.is_empty() && post.external_id.chars().count() <= 200);
                prop_assert!(!post.text.is_empty() && post.text.chars().all(|c| c == '\n' || !c.is_control()));
                prop_assert!(!post.author.id.is_empty());
            }
        }
    }
}
