//! Personal data: what is found, what is left alone, what is masked, and how often that is right on labelled texts.
mod cases;
mod labelled;
mod shown;

use hearback::domain::pii::{Pattern, PiiHit, find, find_with, mask};
use hearback::domain::{PiiKind, Privacy};
use proptest::prelude::*;

/// A workspace whose bookings look like `HB-4821A`.
pub fn privacy() -> Privacy {
    let pattern = Pattern::new("booking", r"HB-?\d{4}[A-Z]?").unwrap();
    Privacy { patterns: [pattern].into_iter().collect(), ..Privacy::default() }
}

fn in_short(hits: &[PiiHit]) -> String {
    let short = |hit: &PiiHit| format!("{}{}", hit.kind.mark(), if hit.sure { "" } else { "?" });
    hits.iter().map(short).collect::<Vec<_>>().join(",")
}

#[test]
fn personal_data_is_found_in_the_forms_that_people_write() {
    let patterns = privacy().patterns;
    let mut wrong = Vec::new();
    let nothing = cases::NONE.iter().map(|text| (*text, ""));
    for (text, expected) in cases::CASES.iter().copied().chain(nothing) {
        let hits = find_with(text, &patterns);
        if in_short(&hits) != expected {
            wrong.push(format!("{text:?}: {expected:?} expected, {hits:?} found"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_hit_is_where_it_says_with_all_that_belongs_to_it() {
    for (text, expected) in [
        ("Ring (0151) 496-0980 x12, please", "(0151) 496-0980 x12"),
        ("Größe: +49 (0)30 901820.", "+49 (0)30 901820"),
        ("日本: jo＠example.com。", "jo＠example.com"),
        ("card ４２４２ ４２４２ ４２４２ ４２４２!", "４２４２ ４２４２ ４２４２ ４２４２"),
        ("my IBAN is gb82 west 1234 5698 7654 32, ok?", "gb82 west 1234 5698 7654 32"),
        ("at 2001:db8::8a2e:370:7334.", "2001:db8::8a2e:370:7334"),
        ("it is jane (at) example (dot) com (home)", "jane (at) example (dot) com"),
        ("order no. 48213-AB.", "48213-AB"),
        ("👩‍👩‍👧 hb4821a 👍", "hb4821a"),
    ] {
        let hits = find_with(text, &privacy().patterns);
        let [hit] = hits.as_slice() else { panic!("{text}: {hits:?}") };
        assert_eq!(text.get(hit.start..hit.end), Some(expected), "{text}");
    }
}

#[test]
fn what_is_masked_is_replaced_by_its_kind_and_the_rest_stays() {
    for (text, expected, count) in [
        ("Order 1234567, card 4242 4242 4242 4242 😡", "Order [order number], card [card] 😡", 2),
        ("jo@example.com or +44 20 7946 0958?", "[e-mail] or [phone]?", 2),
        ("HB-4821a and GB82WEST12345698765432", "[booking] and [bank account]", 2),
        ("ssn 123-45-6789 from 81.2.69.142", "ssn [social security number] from [IP address]", 2),
        ("[card] is [phone]", "[card] is [phone]", 0),
        ("nothing, since 2019-2023", "nothing, since 2019-2023", 0),
        ("", "", 0),
    ] {
        let masked = mask(text, &privacy().patterns);
        assert_eq!((masked.text.as_str(), masked.count), (expected, count), "{text}");
    }
}

#[test]
fn patterns_that_would_stop_every_reply_or_the_machine_are_refused() {
    for (pattern, expected) in [
        ("AC-(", "is no pattern: unclosed group; write one such as 'AC-\\d{6}'"),
        ("[a-z", "is no pattern: unclosed character class; write one such as 'AC-\\d{6}'"),
        (".*", "finds ordinary words"),
        (r"\d*", "finds ordinary words"),
        (r"\w+", "finds ordinary words"),
        ("(a{1000}){1000}", "needs too much room"),
        ("", "finds ordinary words"),
    ] {
        let said = Pattern::new("x", pattern).unwrap_err();
        assert!(said.starts_with(expected), "{pattern}: {said}");
    }
    assert!(Pattern::new("x", &"a1".repeat(201)).unwrap_err().contains("longer than 400"));
}

/// Long texts of the worst kind are read once, not once for every character: this ends at all.
#[test]
fn hostile_texts_are_read_in_good_time() {
    for piece in [
        "1",
        "1 ",
        "12-",
        "a@",
        "1a ",
        "[card",
        "GB82 ",
        "a at b dot ",
        "(0) ",
        "1.1.1.1.",
        "1:2::",
        "order 1 ",
        "4242 ",
        "+4 ",
        "a (at) ",
        "123-456-7890 ",
        "٤",
        "a.",
        "@a.",
        "1Z",
        "HB4821",
        "\u{200b}1",
    ] {
        let long = piece.repeat(20_000 / piece.len());
        let last = find_with(&long, &privacy().patterns).last().map_or(0, |hit| hit.end);
        assert!(last <= long.len(), "{piece}");
        let masked = mask(&piece.repeat(2_000 / piece.len()), &privacy().patterns);
        assert_eq!(mask(&masked.text, &privacy().patterns).text, masked.text, "{piece}");
    }
}

fn bits() -> impl Strategy<Value = String> {
    let bits = [
        "4242",
        "4242424242424242",
        "12",
        "7",
        "0151",
        "+44",
        "(0)",
        " ",
        " ",
        "-",
        ".",
        "/",
        ",",
        "@",
        "jo",
        "example.com",
        "at",
        "dot",
        "[card]",
        "[",
        "]",
        "order",
        "no.",
        "GB82",
        "WEST",
        "call",
        "1Z999AA1",
        "HB-4821",
        "x12",
        "::",
        "2001:",
        "٤٢",
        "号",
        "é",
        "\u{200b}",
        "\n",
        "2024",
        "#",
        "😀",
    ];
    proptest::collection::vec(proptest::sample::select(bits.to_vec()), 0..30).prop_map(|bits| bits.concat())
}

fn holds(text: &str) {
    let patterns = privacy().patterns;
    let mut end = 0;
    for hit in find_with(text, &patterns) {
        assert!(hit.start >= end && hit.start < hit.end, "{text:?}: {hit:?}");
        assert!(text.get(hit.start..hit.end).is_some(), "{text:?}: {hit:?} is not between characters");
        end = hit.end;
    }
    let once = mask(text, &patterns);
    let again = mask(&once.text, &patterns);
    assert_eq!((again.text.as_str(), again.count), (once.text.as_str(), 0), "{text:?}");
    assert_eq!(once.count > 0, once.text != text, "{text:?}");
}

proptest! {
    #[test]
    fn hits_lie_between_characters_and_masking_again_changes_nothing(text in any::<String>(), bits in bits()) {
        holds(&text);
        holds(&bits);
    }

    /// However a number is masked, none of its digits is left.
    #[test]
    fn nothing_of_a_card_is_left(head in proptest::collection::vec(0_u32..10, 15), gap in proptest::sample::select(vec!["", " ", "-", "."])) {
        prop_assume!(head[0] != 0);
        let sum: u32 = head.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { *d }).sum();
        let digits: Vec<String> = head.iter().chain([&((10 - sum % 10) % 10)]).map(u32::to_string).collect();
        let card = digits.chunks(4).map(<[String]>::concat).collect::<Vec<_>>().join(gap);
        let said = format!("it is {card}, thanks");
        prop_assert_eq!(find(&said).first().map(|hit| hit.kind.clone()), Some(PiiKind::Card));
        prop_assert_eq!(mask(&said, &privacy().patterns).text, "it is [card], thanks");
    }
}
