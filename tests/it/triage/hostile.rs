//! Text that was made to hurt.

use hearback::domain::{BrandId, Kind};
use hearback::triage::{BrandTerms, Classifier, Matcher, ModelClassifier, fold, language};
use proptest::prelude::*;
use std::sync::LazyLock;

static MATCHER: LazyLock<Matcher> = LazyLock::new(matcher);
static CLASSIFIER: LazyLock<ModelClassifier> = LazyLock::new(|| ModelClassifier::new(&[]).unwrap());

fn matcher() -> Matcher {
    let words = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    let brand = BrandTerms {
        terms: words(&["acme", "C++", "AT&T", "ア", "a"]),
        phrases: words(&["acme cloud"]),
        hashtags: words(&["acme"]),
        handles: words(&["acme", "acme@social.example"]),
        domains: words(&["acme.com", "münchen.de"]),
        exclude: words(&["acme bread"]),
        case_sensitive: words(&["GAP"]),
        ..BrandTerms::new(BrandId::from("acme"))
    };
    Matcher::new(&[brand]).expect("few terms compile")
}

fn everything(text: &str) {
    let hits = MATCHER.hits(text);
    assert!(hits.len() <= 1);
    fold(text);
    let code = language(text, None);
    let got = CLASSIFIER.classify(text, code.as_deref());
    assert!((0.0..=1.0).contains(&got.confidence) && (-1.0..=1.0).contains(&got.score), "{got:?}");
}

#[test]
fn nothing_panics_and_nothing_takes_forever() {
    let zalgo: String =
        "acme".chars().flat_map(|c| [c, '\u{301}', '\u{489}', '\u{36F}']).collect::<String>().repeat(500);
    let texts = [
        String::new(),
        "\0\0acme\0".to_owned(),
        zalgo,
        "a".repeat(100_000),
        "a ".repeat(50_000),
        "_".repeat(100_000),
        "_acme".repeat(20_000),
        "acme ".repeat(20_000),
        "no ".repeat(33_000),
        "!?".repeat(50_000),
        "😡".repeat(25_000),
        "👩‍👩‍👧‍👦".repeat(4_000),
        "שלום acme \u{202E}emca".repeat(1000),
        "\u{FDFA}".repeat(5_000),
        "&amp;".repeat(20_000),
        "@acme@".repeat(15_000),
        "\u{300}".repeat(50_000),
        "เ".repeat(30_000),
        ":)".repeat(50_000),
        "#CamelCase".repeat(10_000),
    ];
    for text in &texts {
        everything(text);
    }
}

#[test]
fn only_emoji_is_read() {
    assert_eq!(CLASSIFIER.classify("😡😡", None).kind, Kind::Complaint);
    assert_eq!(CLASSIFIER.classify("❤️👩🏽‍🚀❤️", None).kind, Kind::Praise);
    assert_eq!(CLASSIFIER.classify("🚲", None).kind, Kind::Other);
}

#[test]
fn null_bytes_do_not_hide_a_name() {
    assert_eq!(MATCHER.hits("\0acme\0").len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text(text in any::<String>()) {
        everything(&text);
    }

    #[test]
    fn any_printable_text_with_names(parts in prop::collection::vec(prop_oneof![
        "\\PC{0,8}".prop_map(|s| s),
        Just("acme".to_owned()),
        Just("@acme".to_owned()),
        Just("not good but?".to_owned()),
        Just("thanks for nothing!".to_owned()),
        Just(":( ".to_owned()),
    ], 0..12)) {
        everything(&parts.concat());
    }
}
