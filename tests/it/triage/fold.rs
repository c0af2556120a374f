//! What folds to the same, and what does not.

use super::plain_fold;
use hearback::triage::{fold, fold_keeping_case};
use proptest::prelude::*;

#[test]
fn the_same_name_in_many_disguises() {
    let disguises = [
        "Acme",
        "ACME",
        "ａｃｍｅ",
        "Ⓐⓒⓜⓔ",
        "𝐀𝐜𝐦𝐞",
        "𝓐𝓬𝓶𝓮",
        "Ac\u{AD}me",
        "A\u{200B}c\u{200D}m\u{FEFF}e",
        "\u{202E}Acme\u{202C}",
        "Acme™",
        "Acme®",
        "A\u{336}c\u{336}m\u{336}e\u{336}",
        "A\u{315}c\u{322}m\u{340}e\u{35E}\u{489}",
        "  acme\u{A0}\n",
        "acme\0",
    ];
    for text in disguises {
        assert_eq!(fold(text), "acme", "{text:?}");
    }
}

#[test]
fn spelling_and_typography() {
    let cases = [
        ("STRASSE", "straße"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("İŞ BANKASI", "iş bankası"),
        ("Wendy’s", "wendy's"),
        ("Coca\u{2011}Cola", "coca-cola"),
        ("Nestle\u{301}", "nestlé"),
        ("Acme\n\t Cloud", "acme cloud"),
        ("ﬁne", "fine"),
        ("ｶﾞ", "ガ"),
        ("AT＆T", "at&t"),
    ];
    for (a, b) in cases {
        assert_eq!(fold(a), fold(b), "{a:?} and {b:?}");
    }
    assert_ne!(fold("Bär"), fold("Bar"), "accents tell words apart");
    assert_ne!(fold("Acme"), fold("Acmee"));
    assert_eq!(fold_keeping_case("ＧＡＰ  Kids™"), "GAP Kids");
}

proptest! {
    #[test]
    fn folding_twice_changes_nothing(text in "\\PC{0,60}") {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once.clone());
        prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
    }

    #[test]
    fn any_characters_fold(text in any::<String>()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
        let cased = fold_keeping_case(&text);
        prop_assert_eq!(fold_keeping_case(&cased), cased);
    }

    #[test]
    fn ascii_folds_to_lower_case(text in "[ -~]{0,40}") {
        let expected = text.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assert_eq!(fold(&text), expected);
    }

    /// The short cuts change nothing: ASCII, what stands alone, and what needs the tables, in any order.
    #[test]
    fn the_short_cuts_give_the_same(
        pieces in prop::collection::vec(
            prop_oneof![
                Just("’".to_owned()), Just("\u{301}".to_owned()), Just("\u{307}".to_owned()), Just("I".to_owned()),
                Just(" \n".to_owned()), Just("™".to_owned()), Just("\u{FE0F}".to_owned()), Just("か\u{3099}".to_owned()),
                "[ -~\n\t]{0,6}", "[À-ÿА-я’😀か가]{1,3}", "\\PC{0,3}", any::<String>(),
            ],
            0..8,
        )
    ) {
        let text = pieces.concat();
        prop_assert_eq!(fold(&text), plain_fold::fold(&text), "{:?}", text);
        prop_assert_eq!(fold_keeping_case(&text), plain_fold::fold_keeping_case(&text), "{:?}", text);
    }
}

/// Every character of the blocks that people write in, beside a letter and before a mark.
#[test]
fn every_character_folds_as_by_the_tables() {
    let blocks = [0..=0x3FFF, 0xA000..=0xA7FF, 0xABFF..=0xAC80, 0xF900..=0xFFFF, 0x1D400..=0x1D7FF, 0x1F000..=0x1FBFF];
    for c in blocks.into_iter().flatten().filter_map(char::from_u32) {
        for text in [format!("x{c}y ’{c}"), format!("I{c}\u{308} ")] {
            assert_eq!(fold(&text), plain_fold::fold(&text), "{text:?}");
            assert_eq!(fold_keeping_case(&text), plain_fold::fold_keeping_case(&text), "{text:?}");
        }
    }
}
