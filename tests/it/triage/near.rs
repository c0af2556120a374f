//! Words that make an ambiguous name count, and names that only count in one language.

use hearback::domain::BrandId;
use hearback::triage::{BrandTerms, LanguageWords, Looked, Matcher};

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| (*s).to_owned()).collect()
}

/// A name that is also a fruit, and in German also a family.
fn orange() -> BrandTerms {
    BrandTerms {
        terms: words(&["Orange"]),
        phrases: words(&["orange store"]),
        case_sensitive: words(&["ORG"]),
        hashtags: words(&["#orange"]),
        handles: words(&["@orange"]),
        domains: words(&["orange.example"]),
        near: words(&["phone", "store", "mobile plan", "携帯"]),
        near_within: 4,
        words: vec![LanguageWords {
            language: "de".to_owned(),
            terms: words(&["Orangen GmbH"]),
            exclude: words(&["familie"]),
        }],
        ..BrandTerms::new(BrandId::from("orange"))
    }
}

fn look(parts: &[&str], language: Option<&str>) -> Vec<Looked> {
    Matcher::new(&[orange()]).unwrap().look(parts, || language.map(str::to_owned))
}

/// What counts, joined.
fn counts(parts: &[&str], language: Option<&str>) -> String {
    look(parts, language).into_iter().filter_map(Looked::named).map(|hit| hit.matched.join(", ")).collect()
}

#[test]
fn a_bare_name_counts_only_beside_one_of_its_words() {
    let cases = [
        ("an orange a day", ""),
        ("my Orange phone", "Orange"),
        ("phone, orange", "Orange"),
        ("orange one two three phone", "Orange"),
        ("orange one two three four phone", ""),
        ("phone one two three four five orange one mobile plan", "Orange"),
        // The phrase holds a near-by word itself: it needs another.
        ("the orange store", "Orange"),
        ("the orange store, the store", "Orange, orange store"),
        ("オレンジ orange 携帯", "Orange"),
        ("phones and oranges", ""),
        ("ORG phone", "ORG"),
        ("ORG", ""),
        ("org phone", ""),
        ("#orange", "#orange"),
        ("hey @orange", "@orange"),
        ("see orange.example/fruit", "orange.example"),
    ];
    for (text, expected) in cases {
        assert_eq!(counts(&[text], None), expected, "{text:?}");
    }
    let alone = look(&["an orange"], None);
    assert_eq!((alone[0].alone.clone(), alone[0].hit.matched.len()), (words(&["Orange"]), 0));
}

#[test]
fn a_word_in_another_part_of_the_post_is_near() {
    assert_eq!(counts(&["look at my orange", "a phone with a crack"], None), "Orange");
    assert_eq!(counts(&["look", "an orange one two three four five phone"], None), "");
    assert_eq!(counts(&["the phone is", "orange"], None), "Orange");
}

#[test]
fn words_of_a_language_count_in_that_language_alone() {
    assert_eq!(counts(&["die Orangen GmbH hat ein Phone"], Some("de")), "Orangen GmbH");
    assert_eq!(counts(&["die Orangen GmbH hat ein Phone"], Some("de-AT")), "Orangen GmbH");
    assert_eq!(counts(&["the Orangen GmbH phone"], Some("en")), "");
    assert_eq!(counts(&["the Orangen GmbH phone"], None), "");
    assert_eq!(look(&["the Orangen GmbH phone"], Some("en"))[0].foreign, words(&["Orangen GmbH"]));
    // Excluded in German alone.
    assert_eq!(counts(&["orange phone der Familie"], Some("de")), "");
    assert_eq!(look(&["orange phone der Familie"], Some("de"))[0].excluded, words(&["familie"]));
    assert_eq!(counts(&["orange phone of a familie"], Some("en")), "Orange");
}

#[test]
fn an_exclusion_anywhere_in_the_post_holds() {
    let acme = BrandTerms {
        terms: words(&["acme"]),
        exclude: words(&["acme bread"]),
        ..BrandTerms::new(BrandId::from("acme"))
    };
    let matcher = Matcher::new(&[acme]).unwrap();
    let named = |parts: &[&str]| matcher.look(parts, || None).into_iter().filter_map(Looked::named).count();
    assert_eq!((named(&["acme", "a loaf"]), named(&["acme", "Acme Bread, since 1901"])), (1, 0));
    // No term goes from one part to the next.
    assert_eq!((named(&["ac", "me"]), named(&["acme", "bread"])), (0, 1));
    assert!(matcher.may_name("ACME bread") && !matcher.may_name("bread"));
}

#[test]
fn the_language_is_asked_for_only_where_a_term_depends_on_it() {
    let matcher = Matcher::new(&[orange()]).unwrap();
    let mut asked = 0;
    for text in ["my orange phone", "nothing", "Orangen GmbH and Orangen GmbH, phone"] {
        matcher.look(&[text], || {
            asked += 1;
            None
        });
    }
    assert_eq!(asked, 1);
}
