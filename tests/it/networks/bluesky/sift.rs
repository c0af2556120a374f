//! What is sifted unread is exactly what reading everything would have kept.

use hearback::domain::BrandId;
use hearback::networks::bluesky::{sift, sift_plainly};
use hearback::triage::{BrandTerms, Matcher};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

const ME: &str = "did:plc:me";

static MATCHER: LazyLock<Matcher> = LazyLock::new(|| {
    let words = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
    let brand = BrandTerms {
        terms: words(&["acme", "AT&T", "at acme.example", "アクメ"]),
        hashtags: words(&["acmelife"]),
        handles: words(&["acme"]),
        domains: words(&["acme.example"]),
        ..BrandTerms::new(BrandId::from("acme"))
    };
    Matcher::new(&[brand]).expect("few terms compile")
});

#[track_caller]
fn agrees(message: &str) {
    let wanted = |text: &str| MATCHER.may_name(text);
    for me in [None, Some(ME)] {
        assert_eq!(sift(message, me, &wanted), sift_plainly(message, me, &wanted), "{me:?}: {message}");
    }
}

/// As the stream writes it: its own fields in this order, `&` and its like escaped.
fn streamed(operation: &str, collection: &str, record: &Value) -> String {
    let record = record.to_string().replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
    format!(
        "{{\"did\":\"did:plc:bob\",\"time_us\":1760000000000000,\"kind\":\"commit\",\"commit\":{{\"rev\":\"3abc\",\"operation\":\
         \"{operation}\",\"collection\":\"{collection}\",\"rkey\":\"3k\",\"record\":{record},\"cid\":\"bafy\"}}}}"
    )
}

fn post(record: &Value) -> String {
    streamed("create", "app.bsky.feed.post", record)
}

/// Whether a record matters to nobody in particular.
fn matters(record: &Value) -> bool {
    let message = post(record);
    agrees(&message);
    sift(&message, None, &|text| MATCHER.may_name(text)).post.is_some()
}

#[test]
fn every_part_of_a_post_is_searched() {
    let external = |key: &str, text: &str| json!({ "text": "look", "embed": { "$type": "app.bsky.embed.external", "external": { key: text } } });
    let facet = |feature: Value| json!({ "text": "look here", "facets": [{ "index": { "byteStart": 0, "byteEnd": 4 }, "features": [feature] }] });
    let found = [
        json!({ "text": "my ACME phone" }),
        json!({ "text": "AT&T is down" }),
        json!({ "text": "line\nacme" }),
        json!({ "text": "a tab\tacme \"quoted\" \\ back" }),
        json!({ "text": "アクメです" }),
        json!({ "text": "look", "tags": ["x", "AcmeLife"] }),
        json!({ "text": "look", "embed": { "images": [{ "alt": "" }, { "alt": "an acme phone" }] } }),
        json!({ "text": "look", "embed": { "media": { "video": { "$type": "blob" }, "alt": "acme" }, "record": { "uri": "at://x" } } }),
        external("title", "All about Acme"),
        external("description", "Acme, since 1901"),
        external("uri", "https://shop.acme.example/x"),
        facet(json!({ "uri": "https://acme.example/" })),
        facet(json!({ "tag": "acmelife" })),
        json!({ "text": "at acme.ex… now", "facets": [{ "index": { "byteStart": 3, "byteEnd": 13 }, "features": [{ "uri": "acme.example" }] }] }),
    ];
    for record in found {
        assert!(matters(&record), "{record}");
    }
    let nothing = [
        json!({ "text": "look" }),
        json!({ "text": "macmet" }),
        json!({ "$type": "acme", "text": "look", "acme": "x", "langs": ["en"], "via": "Acme for iPhone" }),
        json!({ "text": "look", "embed": { "record": { "uri": "at://did:plc:acme/app.bsky.feed.post/3k" } } }),
        json!({ "text": "ac", "tags": ["me"] }),
        json!({ "text": 5, "embed": "acme" }),
    ];
    for record in nothing {
        assert!(!matters(&record), "{record}");
    }
}

#[test]
fn what_calls_or_answers_the_account_matters_whatever_it_says() {
    let uri = format!("at://{ME}/app.bsky.feed.post/3k");
    let to_us = [
        json!({ "text": "hi", "reply": { "parent": { "uri": uri, "cid": "bafy" } } }),
        json!({ "text": "hi", "embed": { "record": { "uri": uri } } }),
        json!({ "text": "hi", "facets": [{ "index": { "byteStart": 0, "byteEnd": 2 }, "features": [{ "did": ME }] }] }),
    ];
    for record in to_us {
        assert!(!matters(&record), "{record}");
        assert!(sift(&post(&record), Some(ME), &|_| false).post.is_some(), "{record}");
    }
}

#[test]
fn other_messages_only_say_when_they_came() {
    let record = json!({ "text": "acme" });
    let others = [
        streamed("create", "app.bsky.feed.like", &record),
        streamed("update", "app.bsky.feed.post", &record),
        streamed("delete", "app.bsky.feed.post", &json!(null)),
        json!({ "did": "did:plc:bob", "time_us": 5, "kind": "identity", "identity": {} }).to_string(),
        json!({ "did": "did:plc:bob", "kind": "account" }).to_string(),
        "{\"did\":\"did:plc:bob\",\"time_us\":007,\"kind\":\"commit\"".to_owned(),
        String::new(),
        "acme".to_owned(),
    ];
    for message in others {
        agrees(&message);
        assert_eq!(sift(&message, None, &|_| true).post, None, "{message}");
    }
}

#[test]
fn fields_in_another_order_are_read_as_well() {
    let message = json!({ "kind": "commit", "time_us": 7, "commit": { "collection": "app.bsky.feed.post", "operation": "create", "record": { "text": "acme" } } });
    agrees(&message.to_string());
    assert!(sift(&message.to_string(), None, &|text| MATCHER.may_name(text)).post.is_some());
    assert_eq!(sift(&message.to_string(), None, &|_| false).at, Some(7));
}

/// Values with the names and texts that matter, in any depth and mixture.
fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        prop::sample::select(vec![
            "acme",
            "Acme\n",
            "AT&T",
            "look",
            "at acme.ex…",
            "acme.example",
            "https://acme.example/x",
            "#acmelife",
            "acmelife",
            "at://did:plc:me/app.bsky.feed.post/3k",
            "did:plc:me",
            "ac\u{7f}me",
            "ac\u{1}me",
            "ac\u{200b}me",
            "\"",
            "\\",
            "アクメ",
            "ac\u{80}me",
            "\u{202e}acme",
            "é",
            "@acme",
            "x.com/acme",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ];
    let leaf = prop_oneof![
        4 => text.prop_map(Value::from),
        1 => any::<u32>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    let name = prop::sample::select(vec![
        "text",
        "uri",
        "tag",
        "tags",
        "title",
        "description",
        "alt",
        "embed",
        "external",
        "images",
        "media",
        "record",
        "facets",
        "features",
        "index",
        "byteStart",
        "byteEnd",
        "reply",
        "parent",
        "did",
        "langs",
        "video",
        "$type",
        "acme",
        "ta\ng",
    ]);
    leaf.prop_recursive(5, 40, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..5).prop_map(|fields| Value::Object(
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            )),
        ]
    })
}

/// The shapes that posts have, filled with anything.
fn record() -> impl Strategy<Value = Value> {
    (value(), value(), value(), value(), value(), 0..30_u32, 0..30_u32).prop_map(|(a, b, c, d, e, from, to)| {
        json!({
            "$type": "app.bsky.feed.post",
            "text": a,
            "tags": [b, c],
            "facets": [{ "index": { "byteStart": from, "byteEnd": to }, "features": [{ "uri": d, "tag": e, "did": c }] }],
            "embed": { "external": { "title": b, "uri": d }, "images": [{ "alt": c }], "media": { "alt": e } },
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn sifting_is_reading(record in prop_oneof![record(), value()], spaced in any::<bool>(), escaped in any::<bool>()) {
        let mut message = post(&record);
        if escaped {
            // Any character may be written by its number.
            message = message.replace("acme", "a\\u0063me").replace("did:plc:me", "did:plc:\\u006de");
        }
        if spaced {
            message = message.replace("\":", "\" :\n ");
        }
        agrees(&message);
    }

    /// Half a message, or one with a byte too many, never brings a post that reading it would not.
    #[test]
    fn broken_messages_bring_nothing(record in record(), at in 0..1000_usize, put in "[\"{}\\[\\]:,\\\\]") {
        let message = post(&record);
        let at = message.floor_char_boundary(at);
        let wanted = |text: &str| MATCHER.may_name(text);
        let (head, tail) = message.split_at(at);
        for broken in [head.to_owned(), format!("{head}{put}{tail}")] {
            let read = sift_plainly(&broken, Some(ME), &wanted);
            prop_assert_eq!(sift(&broken, Some(ME), &wanted).post, read.post, "{}", broken);
        }
    }
}
