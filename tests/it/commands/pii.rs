//! What must not be said in public, and what may.

use hearback::domain::pii::find;
use hearback::domain::{PiiKind, fill};
use proptest::prelude::*;

#[test]
fn personal_data_is_found() {
    for (text, kind) in [
        // The networks' published test numbers; all pass the Luhn check.
        ("your card 4242 4242 4242 4242 was charged", PiiKind::Card),
        ("4242-4242-4242-4242", PiiKind::Card),
        ("card:378282246310005.", PiiKind::Card),
        ("4242424242424242", PiiKind::Card),
        ("٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢", PiiKind::Card),
        ("4242 4242 4242\u{200b} 4242", PiiKind::Card),
        ("write to jo.bloggs+shop@mail.example.com please", PiiKind::Email),
        ("(jo@example.co.uk)", PiiKind::Email),
        ("mailto:jo@example.com,", PiiKind::Email),
        ("jo＠example.com", PiiKind::Email),
        ("call +44 20 7946 0958", PiiKind::Phone),
        ("ring 020 7946 0958 today", PiiKind::Phone),
        ("(212) 555-0134", PiiKind::Phone),
        ("212-555-0134", PiiKind::Phone),
        ("+1-212-555-0134!", PiiKind::Phone),
        ("0049 30 901820", PiiKind::Phone),
        // The examples of the ISO 13616 registry.
        ("IBAN GB82 WEST 1234 5698 7654 32", PiiKind::Iban),
        ("DE89370400440532013000", PiiKind::Iban),
        ("your order 1234567 is late", PiiKind::Order),
        ("order no. 48213-AB", PiiKind::Order),
        ("order #48213", PiiKind::Order),
        ("Bestellung Nr. 4821377", PiiKind::Order),
        ("tracking number is 00340434161094042557", PiiKind::Order),
        ("RR123456785GB is at the depot", PiiKind::Order),
        ("1Z999AA10123456784", PiiKind::Order),
    ] {
        let hits = find(text);
        assert!(hits.iter().any(|h| h.kind == kind), "{text}: {hits:?}");
    }
}

#[test]
fn ordinary_words_are_not() {
    for text in [
        "In 2024 and 2025 we sold 12,000 cups for $1,299.99 each",
        "open 9:00-17:30, Mon-Fri, 24/7 online",
        "version 10.0.19045.3086 fixes it, see v2.13.4",
        "released on 2026-11-22 at 14:05:33",
        "am 22.11.2026 um 14 Uhr, 1/2/2026",
        "100000 thanks! 1000000 even",
        "@jo@mastodon.example and @acme, see https://acme.example/orders/help",
        "the order of things, in order to help: 3 of 5",
        "your order is on its way, 2 days",
        "we have 1 500 000 customers since 1999",
        "bus 42, room 1204, gate B12",
        "score 12 345 678",
        "1-2-3-4-5, 6, 7, 8, 9, 10",
        "+1 from me, +100 for that",
        "order before 2026-12-24",
        "Reference to our 2024 report",
    ] {
        assert_eq!(find(text), [], "{text}");
    }
}

#[test]
fn variables_are_filled_once() {
    let value = |name: &str| match name {
        "author" => Some("{staff}".to_owned()),
        "brand" => Some("Acme".to_owned()),
        _ => None,
    };
    assert_eq!(fill::fill("Hi {author}, {brand} {order} {} {a b", value), "Hi {staff}, Acme {order} {} {a b");
    assert_eq!(fill::unfilled("Hi {order number}!"), Some("{order number}".to_owned()));
    assert_eq!(fill::unfilled("a set {} {1} { x } and }{"), None);
    assert_eq!(fill::unfilled("{{name}}"), Some("{name}".to_owned()));
}

proptest! {
    #[test]
    fn any_text_can_be_looked_at(text in any::<String>()) {
        find(&text);
        fill::unfilled(&fill::fill(&text, |_| Some("x".to_owned())));
    }

    #[test]
    fn digits_and_separators_never_panic(text in "[0-9 +()./@A-Z-]{0,60}") {
        find(&text);
    }

    /// Any number with a right check digit, grouped in any way, is a card.
    #[test]
    fn every_card_is_found(head in proptest::collection::vec(0_u32..10, 15), gap in proptest::sample::select(&["", " ", "-"][..])) {
        prop_assume!(head[0] != 0);
        let sum: u32 = head.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { *d }).sum();
        let check = (10 - sum % 10) % 10;
        let digits: Vec<String> = head.iter().chain([&check]).map(u32::to_string).collect();
        let card = digits.chunks(4).map(<[String]>::concat).collect::<Vec<_>>().join(gap);
        let said = format!("it is {card}, thanks");
        prop_assert!(find(&said).iter().any(|h| h.kind == PiiKind::Card), "{}", said);
    }
}
