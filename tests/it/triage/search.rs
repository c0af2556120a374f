//! Searching by words gives exactly the places of a plain overlapping Aho-Corasick automaton with the same boundaries.

use aho_corasick::AhoCorasick;
use hearback::triage::{Edge, Place, Search, fold};
use proptest::prelude::*;

/// What the automaton finds, place by place.
fn plainly(automaton: &AhoCorasick, needles: &[(String, Edge)], text: &str) -> Vec<Place> {
    let mut places: Vec<Place> = automaton
        .find_overlapping_iter(text)
        .map(|m| Place { needle: m.pattern().as_u32(), start: m.start(), end: m.end() })
        .filter(|p| needles[p.needle as usize].1.fits(text, p.start, p.end))
        .collect();
    places.sort_unstable();
    places
}

fn by_words(search: &Search, text: &str) -> Vec<Place> {
    let mut places = Vec::new();
    search.each(text, |place| places.push(place));
    places.sort_unstable();
    places
}

fn compiled(needles: &[(String, Edge)]) -> (AhoCorasick, Search) {
    let automaton = AhoCorasick::new(needles.iter().map(|(needle, _)| needle)).unwrap();
    (automaton, Search::new(needles.iter().map(|(needle, edge)| (needle.as_str(), *edge))).unwrap())
}

const SYLLABLES: [&str; 20] = [
    "ac", "me", "ne", "to", "é", "ß", "アク", "世", "삼", "2", "_", "'", "&", "+", "-", ".", "😀", "ก", "ѝ", "\u{940}",
];

/// A name that shares its parts with many others.
fn name(rng: &mut fastrand::Rng) -> String {
    (0..rng.usize(1..7)).map(|_| SYLLABLES[rng.usize(..SYLLABLES.len())]).collect()
}

/// Terms, phrases, hashtags, handles, accounts and domains; some twice, some one inside the other.
fn needles(count: usize) -> Vec<(String, Edge)> {
    let mut rng = fastrand::Rng::with_seed(3);
    (0..count)
        .map(|i| {
            let (a, b) = (name(&mut rng), name(&mut rng));
            let (needle, edge) = match i % 9 {
                0 => (format!("{a} {b}"), Edge::Word),
                1 => (format!("#{a}"), Edge::Tag),
                2 => (format!("@{a}"), Edge::Handle),
                3 => (a, Edge::Account),
                4 => (format!("{a}.com"), Edge::Domain),
                5 => (format!("{b}/@{a}"), Edge::Profile),
                6 => (format!("{}{a}", "international".repeat(3)), Edge::Word),
                _ => (a, Edge::Word),
            };
            (fold(&needle), edge)
        })
        .filter(|(needle, _)| !needle.is_empty())
        .collect()
}

/// A text full of the needles' parts, of needles, and of what may stand around them.
fn text(rng: &mut fastrand::Rng, needles: &[(String, Edge)]) -> String {
    const BETWEEN: [&str; 14] = [" ", " ", " ", " ", "\n", ". ", "x.com/", "@", "#", "_", "/", "", "u/", "’s "];
    let mut text = String::new();
    for _ in 0..rng.usize(0..40) {
        let piece = if rng.u8(..3) == 0 { needles[rng.usize(..needles.len())].0.clone() } else { name(rng) };
        text.push_str(&if rng.bool() { piece } else { piece.to_uppercase() });
        text.push_str(BETWEEN[rng.usize(..BETWEEN.len())]);
    }
    fold(&text)
}

#[test]
fn few_and_many_needles_are_found_at_the_same_places() {
    for count in [1, 5, 99, 101, 3_000] {
        let needles = needles(count);
        let (automaton, search) = compiled(&needles);
        let mut rng = fastrand::Rng::with_seed(5);
        let mut found = 0;
        for _ in 0..400 {
            let text = text(&mut rng, &needles);
            let expected = plainly(&automaton, &needles, &text);
            assert_eq!(by_words(&search, &text), expected, "{count} needles in {text:?}");
            found += expected.len();
        }
        assert!(found >= 100, "{count} needles were found {found} times: the texts prove little");
    }
}

#[test]
fn a_hundred_thousand_names_are_found_at_the_same_places() {
    let mut rng = fastrand::Rng::with_seed(9);
    let needles: Vec<(String, Edge)> =
        (0..100_000).map(|i| (format!("{}{}", name(&mut rng), i % 5_000), Edge::Word)).collect();
    let needles: Vec<(String, Edge)> = needles.into_iter().map(|(n, e)| (fold(&n), e)).collect();
    let (automaton, search) = compiled(&needles);
    for _ in 0..200 {
        let text = text(&mut rng, &needles);
        assert_eq!(by_words(&search, &text), plainly(&automaton, &needles, &text), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Any needles in any text that holds them.
    #[test]
    fn any_needle_is_found_wherever_the_automaton_finds_it(
        names in prop::collection::vec("[a-c_@#.é世 ]{1,5}|\\PC{1,3}", 1..6),
        around in prop::collection::vec("[a-c_@#./é世 -]{0,3}|\\PC{0,2}", 1..12),
        many in any::<bool>(),
    ) {
        let edges = [Edge::Word, Edge::Tag, Edge::Handle, Edge::Account, Edge::Profile, Edge::Domain];
        let mut needles: Vec<(String, Edge)> = Vec::new();
        for name in names.iter().map(|n| fold(n)).filter(|n| !n.is_empty()) {
            needles.extend(edges.map(|edge| (name.clone(), edge)));
        }
        prop_assume!(!needles.is_empty());
        if many {
            // So many that they are found by their words.
            needles.extend((0..120).map(|i| (format!("filler{i}"), Edge::Word)));
        }
        let (automaton, search) = compiled(&needles);
        let mixed: String = around.iter().zip(names.iter().cycle()).flat_map(|(a, n)| [a.clone(), n.clone()]).collect();
        let text = fold(&mixed);
        prop_assert_eq!(by_words(&search, &text), plainly(&automaton, &needles, &text), "{:?}", text);
    }
}
