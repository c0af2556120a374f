//! Texts compared and split: pure functions.

use hearback::domain::{LengthRule, MOST_PARTS, changes, split};
use proptest::prelude::*;

#[test]
fn a_difference_is_readable() {
    for (old, new, said) in [
        ("is it open today", "is it closed today", "is it [open -> closed] today"),
        ("it is down", "it is down, please help", "it is [down -> down, please help]"),
        ("it is down now", "it is down", "it is down [-now]"),
        ("help", "please help", "[+please] help"),
        ("", "hello", "[+hello]"),
        (
            "one two three four five six seven x",
            "one two three four five six seven y",
            "… four five six seven [x -> y]",
        ),
        ("a b c d", "a x c y", "a [b -> x] c [d -> y]"),
    ] {
        assert_eq!(changes(old, new), said);
    }
    assert!(changes(&"a ".repeat(20_000), &"b ".repeat(20_000)).chars().count() <= 801);
}

#[test]
fn a_thread_breaks_after_sentences() {
    let text = "The first sentence is here. The second one follows it. And a third one ends.";
    let parts = split(text, LengthRule::Chars(60)).unwrap();
    assert_eq!(parts, ["The first sentence is here. The second one follows it. (1/2)", "And a third one ends. (2/2)"]);
    assert_eq!(split("short", LengthRule::Chars(60)), None);
    assert_eq!(split(&"word ".repeat(5000), LengthRule::Chars(60)), None, "more than {MOST_PARTS} posts");
    assert_eq!(split(&format!("https://acme.test/{}", "x".repeat(90)), LengthRule::Chars(60)), None);
}

#[test]
fn what_has_no_spaces_is_cut_between_graphemes() {
    let family = "👨‍👩‍👧‍👦".repeat(90);
    let rule = LengthRule::GraphemesAndBytes { graphemes: 50, bytes: 3000 };
    let parts = split(&family, rule).unwrap();
    assert_eq!(parts.len(), 3);
    let joined: String = parts.iter().map(|p| p.rsplit_once(" (").unwrap().0).collect();
    assert_eq!(joined, family);
}

proptest! {
    #[test]
    fn every_part_fits_and_no_word_is_lost(
        words in proptest::collection::vec("[a-zé日]{1,12}[.!]?|https://acme\\.test/[a-z]{1,20}", 1..120),
        limit in 60_usize..300,
    ) {
        let text = words.join(" ");
        let rule = LengthRule::GraphemesAndBytes { graphemes: limit, bytes: 3000 };
        if let Some(parts) = split(&text, rule) {
            let all = parts.len();
            prop_assert!((2..=MOST_PARTS).contains(&all));
            let mut told = Vec::new();
            for (i, part) in parts.iter().enumerate() {
                prop_assert!(rule.fits(part), "{}", part);
                let rest = part.strip_suffix(&format!(" ({}/{all})", i + 1)).unwrap();
                told.extend(rest.split_whitespace().map(str::to_owned));
            }
            prop_assert_eq!(told, words);
        } else {
            prop_assert!(rule.fits(&text) || text.chars().count() > (MOST_PARTS - 1) * limit / 3);
        }
    }

    #[test]
    fn a_difference_never_panics(a in "(?s).{0,60}", b in "(?s).{0,60}") {
        let said = changes(&a, &b);
        prop_assert!(a != b || a.contains('[') || !said.contains('['), "{}", said);
    }
}
