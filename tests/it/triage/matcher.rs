//! Which brands a text names.

use super::naive;
use hearback::domain::BrandId;
use hearback::triage::{BrandHit, BrandTerms, Matcher};
use proptest::prelude::*;
use std::sync::LazyLock;

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| (*s).to_owned()).collect()
}

fn acme() -> BrandTerms {
    BrandTerms {
        terms: words(&["Acme", "AT&T", "H&M", "C++", "Yahoo!", ".NET", "アクメ", "삼성", "Wendy's"]),
        phrases: words(&["Acme Cloud", "road runner"]),
        exclude: words(&["acme bread", "#acmeband"]),
        hashtags: words(&["#AcmeLife", "fridayacme"]),
        handles: words(&["@acme", "acme@social.example", "acme.bsky.social"]),
        domains: words(&["acme.com", "https://www.münchen.de/"]),
        case_sensitive: words(&["GAP", "Target Store"]),
        ..BrandTerms::new(BrandId::from("acme"))
    }
}

/// What a text matches, joined, with `direct` in front if a handle does.
fn shown(text: &str) -> String {
    match Matcher::new(&[acme()]).expect("few terms compile").hits(text).as_slice() {
        [] => "-".to_owned(),
        [hit] => format!("{}{}", if hit.direct_handle { "direct: " } else { "" }, hit.matched.join(", ")),
        more => panic!("one brand, {more:?}"),
    }
}

fn table(cases: &[(&str, &str)]) {
    let wrong: Vec<_> =
        cases.iter().map(|(text, want)| (text, want, shown(text))).filter(|(_, want, got)| *want != got).collect();
    assert!(wrong.is_empty(), "(text, expected, got): {wrong:#?}");
}

#[test]
fn whole_words() {
    table(&[
        ("Acme", "Acme"),
        ("I like ACME.", "Acme"),
        ("(acme)", "Acme"),
        ("acme's toaster", "Acme"),
        ("acme’s toaster", "Acme"),
        ("the line ends\nAcme begins", "Acme"),
        ("line ends\\nAcme", "-"),
        ("acmed", "-"),
        ("pacme", "-"),
        ("acme2", "-"),
        ("_Acme_ and __x__", "Acme"),
        ("my_acme", "-"),
        ("acme_support", "-"),
        ("acme-support", "Acme"),
        ("Acmé", "-"),
        ("Acme™ rocks", "Acme"),
        ("ＡＣＭＥ", "Acme"),
        ("A\u{200B}cme", "Acme"),
        ("😀Acme😀", "Acme"),
        ("我爱Acme很久了", "Acme"),
        ("新しいアクメです", "アクメ"),
        ("삼성은 좋아요", "삼성"),
        ("Acme는 좋아요", "Acme"),
        ("wendy’s", "Wendy's"),
        ("", "-"),
    ]);
}

#[test]
fn names_with_punctuation() {
    table(&[
        ("at&t is down", "AT&T"),
        ("at & t", "-"),
        ("xAT&T", "-"),
        ("h&m!", "H&M"),
        ("I write C++11 daily", "C++"),
        ("c++, c", "C++"),
        ("xc++", "-"),
        ("Yahoo!!! wow", "Yahoo!"),
        ("yahoo", "-"),
        ("use .net", ".NET"),
        ("example.net", "-"),
    ]);
}

#[test]
fn phrases_and_spelling_of_capitals() {
    table(&[
        ("acme\u{A0} \n cloud", "Acme, Acme Cloud"),
        ("ACME CLOUDS", "Acme"),
        ("a Road\tRunner", "road runner"),
        ("roadrunner", "-"),
        ("mind the gap", "-"),
        ("the GAP store", "GAP"),
        ("ＧＡＰ", "GAP"),
        ("Target  Store", "Target Store"),
        ("target store", "-"),
    ]);
}

#[test]
fn hashtags() {
    table(&[
        ("#acmelife", "#AcmeLife"),
        ("so #AcmeLife!", "#AcmeLife"),
        ("#AcmeLifeStyle", "-"),
        ("acmelife", "-"),
        ("page.html#acmelife", "-"),
        ("see example.org/#acmelife", "-"),
        ("＃ＦｒｉｄａｙＡｃｍｅ", "fridayacme"),
        ("#Acme", "Acme"),
    ]);
}

#[test]
fn handles() {
    table(&[
        ("hey @acme, help", "direct: Acme, @acme"),
        ("@Acme.", "direct: Acme, @acme"),
        (".@acme", "direct: Acme, @acme"),
        ("@acme_uk", "-"),
        ("@acmeuk", "-"),
        ("me@acme", "Acme"),
        ("@acme@elsewhere.example", "Acme"),
        ("@acme@social.example hi", "direct: Acme, acme@social.example"),
        ("@acme@social.example.evil.example", "Acme"),
        ("https://social.example/@acme", "direct: Acme, @acme, acme@social.example"),
        ("@acme.bsky.social", "direct: Acme, acme.bsky.social"),
        ("https://x.com/acme/status/1", "direct: Acme, @acme"),
        ("https://netflix.com/acme", "Acme"),
        ("https://x.com/acmeuk", "-"),
        ("ask u/acme", "direct: Acme, @acme"),
        ("https://bsky.app/profile/acme.bsky.social/post/3", "direct: Acme, acme.bsky.social"),
    ]);
}

#[test]
fn domains() {
    table(&[
        ("see acme.com", "Acme, acme.com"),
        ("https://shop.ACME.com/x?y", "Acme, acme.com"),
        ("notacme.com", "-"),
        ("not-acme.com", "Acme"),
        ("acme.community", "Acme"),
        ("acme.com.evil.example", "Acme"),
        ("at acme.com.", "Acme, acme.com"),
        ("info@acme.com", "Acme, acme.com"),
        ("MÜNCHEN.de", "https://www.münchen.de/"),
        ("https://xn--mnchen-3ya.de/rathaus", "https://www.münchen.de/"),
    ]);
}

#[test]
fn exclusions() {
    table(&[
        ("Acme Bread is tasty", "-"),
        ("acme  bread by @acme", "-"),
        ("acme breads", "Acme"),
        ("#AcmeBand plays acme", "-"),
    ]);
}

#[test]
fn brands_whose_names_overlap_are_all_found() {
    let brand = |name: &str, terms: &[&str], exclude: &[&str]| BrandTerms {
        terms: words(terms),
        exclude: words(exclude),
        ..BrandTerms::new(BrandId::from(name))
    };
    let brands = [
        brand("york", &["York"], &[]),
        brand("new york", &["New York", "New York Times"], &[]),
        brand("times", &["York Times", "times"], &["New York Times"]),
        brand("twin", &["york"], &[]),
        brand("empty", &["", " ", "™", "\u{200B}"], &[""]),
    ];
    let hits = Matcher::new(&brands).unwrap().hits("The New  York Times");
    let got: Vec<_> = hits.iter().map(|h| (h.brand.as_str(), h.matched.join("|"))).collect();
    assert_eq!(
        got,
        [("york", "York".to_owned()), ("new york", "New York|New York Times".to_owned()), ("twin", "york".to_owned())]
    );
    assert_eq!(Matcher::new(&[]).unwrap().hits("anything"), []);
}

#[test]
fn ten_thousand_terms_work_together() {
    let brands: Vec<BrandTerms> = (0..100)
        .map(|b| BrandTerms {
            terms: (0..100).map(|t| format!("name{b}x{t}")).collect(),
            ..BrandTerms::new(BrandId::new(format!("brand{b}")))
        })
        .collect();
    let matcher = Matcher::new(&brands).unwrap();
    let hits = matcher.hits("name7x3 name7x33 NAME99x99 name100x1 name7x100");
    let expected = [("brand7", words(&["name7x3", "name7x33"])), ("brand99", words(&["name99x99"]))]
        .map(|(brand, matched)| BrandHit { brand: BrandId::from(brand), matched, direct_handle: false });
    assert_eq!(hits, expected);
}

/// Two brands whose terms collide in every way, and their matcher.
static COLLIDING: LazyLock<(Vec<BrandTerms>, Matcher)> = LazyLock::new(|| {
    let brands = vec![
        BrandTerms {
            terms: words(&["acme", "at&t", "c++", ".net", "アク", "cloud"]),
            phrases: words(&["acme cloud"]),
            hashtags: words(&["#acme", "cloud"]),
            handles: words(&["acme", "acme@a.b"]),
            domains: words(&["acme.com", "a.b"]),
            exclude: words(&["bread", "acme bread"]),
            case_sensitive: words(&["GAP", "ACME"]),
            ..BrandTerms::new(BrandId::from("one"))
        },
        BrandTerms {
            terms: words(&["acm", "acme", "com", "アクメ", "a", "b"]),
            phrases: words(&["cloud acme"]),
            exclude: words(&["c++ c++"]),
            ..BrandTerms::new(BrandId::from("two"))
        },
    ];
    let matcher = Matcher::new(&brands).expect("few terms compile");
    (brands, matcher)
});

/// The same among so many others that terms are found by their words instead of one by one.
static CROWDED: LazyLock<Matcher> = LazyLock::new(|| {
    let terms = (0..200).map(|i| format!("crowd{i}")).collect();
    let crowd = BrandTerms { terms, ..BrandTerms::new(BrandId::from("crowd")) };
    let brands: Vec<BrandTerms> = COLLIDING.0.iter().cloned().chain([crowd]).collect();
    Matcher::new(&brands).expect("few terms compile")
});

/// Pieces that meet at boundaries in every way.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "acme",
            "ACME",
            "cloud",
            "acme cloud",
            "at&t",
            "c++",
            ".net",
            "GAP",
            "gap",
            "アク",
            "アクメ",
            "#acme",
            "#",
            "@",
            "@acme",
            "@acme@a.b",
            "a.b",
            "x.com/",
            "acme.com",
            "shop.",
            ".",
            "-",
            "_",
            "__",
            "'",
            "’",
            "/",
            " ",
            "  ",
            "\n",
            "\u{200B}",
            "™",
            "é",
            "\u{301}",
            "世",
            "s",
            "1",
            "😀",
            "!",
            "bread",
            "ａｃｍｅ",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,2}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// The same pairs of brand and term as a search that looks at every position for every term.
    #[test]
    fn finds_what_a_naive_search_finds(pieces in prop::collection::vec(piece(), 0..10)) {
        let text = pieces.concat();
        let expected = naive::hits(&COLLIDING.0, &text);
        prop_assert_eq!(&COLLIDING.1.hits(&text), &expected, "{:?}", text);
        prop_assert_eq!(&CROWDED.hits(&text), &expected, "{:?}", text);
    }
}
