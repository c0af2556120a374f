//! What is a copy of what, and what is not.

use hearback::domain::{BrandId, Likeness, MentionNo};
use hearback::store::window::Window;
use jiff::Timestamp;
use proptest::prelude::*;

const TOPICS: [&str; 12] = [
    "the train to the coast was late again and nobody at the desk could say when the next one leaves",
    "my new kettle from them broke after two days, and the shop wants me to pay for the way back",
    "does anybody know whether the app can show two accounts at once? I have looked everywhere for it",
    "what a lovely evening, the staff carried my bags up four floors without being asked, thank you",
    "price goes up by nine per cent in May, they told us by a letter that looked like an advert",
    "the new map hides every bicycle lane in the old town, please bring the old colours back soon",
    "ich warte seit drei Wochen auf meine Lieferung, und im Laden weiß niemand etwas davon, schade",
    "le service client a résolu mon problème en cinq minutes, je suis vraiment impressionné, merci",
    "поезд опять опоздал на сорок минут, и никто на станции не знает, когда придёт следующий",
    "電車がまた四十分も遅れています。駅では次がいつ来るのか誰も知りません。困ります。",
    "그 앱은 업데이트한 뒤로 계속 꺼집니다. 언제 고쳐지는지 아시는 분 계신가요? 정말 불편해요.",
    "القطار تأخر مرة أخرى أربعين دقيقة ولا أحد في المحطة يعرف متى يصل القطار التالي من فضلكم",
];

fn share(a: &str, b: &str) -> f32 {
    let (a, b) = (Likeness::of(a).unwrap(), Likeness::of(b).unwrap());
    assert!((a.share(&b) - b.share(&a)).abs() < f32::EPSILON, "symmetric");
    a.share(&b)
}

fn is_copy(a: &str, b: &str) -> bool {
    Likeness::of(a).zip(Likeness::of(b)).is_some_and(|(a, b)| a.is_like(&b))
}

/// What people do to a post that they pass on.
fn passed_on(text: &str) -> Vec<(&'static str, String)> {
    let letters: Vec<char> = text.chars().collect();
    let words: Vec<&str> = text.split(' ').collect();
    let mut changed = words.clone();
    let middle = changed.len() / 2;
    changed[middle] = "very";
    vec![
        ("shared", format!("RT @somebody: {text}")),
        ("shared twice", format!("RT @jo: RT @somebody: {text}")),
        ("shouted", text.to_uppercase()),
        ("tagged", format!("{text} #fail #help")),
        ("linked", format!("{text} https://t.example/aB3dE")),
        ("another link", format!("{text} https://t.example/Zz9")),
        ("quoted", format!("“{text}”")),
        ("punctuated", format!("{} !!!", text.replace([',', '.', '?'], " -"))),
        ("a word changed", changed.join(" ")),
        ("cut off", format!("{}…", letters[..letters.len() * 17 / 20].iter().collect::<String>())),
        ("invisible marks", text.replace(' ', "\u{200B} ")),
    ]
}

#[test]
fn what_is_passed_on_is_a_copy_in_every_script() {
    let (mut all, mut missed) = (0, Vec::new());
    for text in TOPICS {
        for (how, copy) in passed_on(text) {
            // A script without spaces is one word: to change it is to say something else.
            if how == "a word changed" && !text.contains(' ') {
                continue;
            }
            all += 1;
            if !is_copy(text, &copy) {
                missed.push(format!("{how}: {text}"));
            }
        }
    }
    assert!(missed.len() * 50 <= all, "{} of {all}: {missed:#?}", missed.len());
}

#[test]
fn different_things_are_no_copies() {
    for (i, a) in TOPICS.iter().enumerate() {
        for b in &TOPICS[i + 1..] {
            assert!(share(a, b) < 0.3, "{a} / {b}");
        }
    }
    // The same words about it, and something else said.
    let (bad, good) = (
        "Acme was down for me the whole day, I could not work",
        "I could work with Acme the whole day, never down for me",
    );
    assert!(!is_copy(bad, good));
}

#[test]
fn few_words_are_everybodys_own() {
    for text in ["thanks!", "Thank you, Acme!", "", "  ", "👏👏👏👏👏", "great, as always", "@acme help"] {
        assert_eq!(Likeness::of(text), None, "{text}");
    }
    assert!(is_copy("Boycott them: read https://a.example/1", "boycott them, read https://a.example/1"), "one link");
    assert!(!is_copy("Boycott them: read https://a.example/1", "boycott them, read https://a.example/2"), "two links");
    assert!(is_copy("never again with these people", "Never again with these people!"), "the same, if not so short");
    assert!(!is_copy("never again with these people", "never again with those people"), "short, and not the same");
}

#[test]
fn the_window_forgets_the_oldest_and_keeps_brands_apart() {
    let (acme, other, at) = (BrandId::new("acme"), BrandId::new("other"), Timestamp::UNIX_EPOCH);
    let text = |i: u64| {
        format!("number {i} of many posts, each about {} and {} things of its own", i * 7919 % 1009, i * 104_729 % 7001)
    };
    let mut window = Window::new(500);
    let likeness = |i| Likeness::of(&format!("{} {}", text(i), TOPICS[usize::try_from(i % 12).unwrap()])).unwrap();
    for i in 0..3000 {
        window.add(MentionNo(i), if i % 2 == 0 { &acme } else { &other }, at, likeness(i));
    }
    let found = |brand, i| window.find(brand, at, &likeness(i)).first().map(|found| (found.no.0, found.share));
    assert_eq!(found(&acme, 2998), Some((2998, 1.0)));
    assert_eq!(found(&other, 2501), Some((2501, 1.0)), "the oldest that is still known");
    assert_ne!(found(&other, 2499).map(|f| f.0), Some(2499), "forgotten");
    assert_ne!(found(&other, 2998).map(|f| f.0), Some(2998), "of another brand");
    let later = at + jiff::SignedDuration::from_hours(1);
    assert!(window.find(&acme, later, &likeness(2998)).is_empty(), "too long ago");
}

proptest! {
    #[test]
    fn whatever_is_said_is_like_itself_and_the_same_both_ways(a in ".{0,200}", b in ".{0,200}") {
        prop_assert_eq!(Likeness::of(&a), Likeness::of(&a));
        if let (Some(a), Some(b)) = (Likeness::of(&a), Likeness::of(&b)) {
            prop_assert!((0.0..=1.0).contains(&a.share(&b)));
            prop_assert!((a.share(&b) - b.share(&a)).abs() < f32::EPSILON);
            prop_assert!((a.share(&a) - 1.0).abs() < f32::EPSILON);
        }
    }

    #[test]
    fn what_is_the_same_is_found(texts in proptest::collection::vec("[a-z]{3,9}( [a-z]{3,9}){7,20}", 1..60), pick in any::<prop::sample::Index>()) {
        let (brand, at) = (BrandId::new("acme"), Timestamp::UNIX_EPOCH);
        let mut window = Window::new(100);
        for (i, text) in texts.iter().enumerate() {
            window.add(MentionNo(i as u64), &brand, at, Likeness::of(text).unwrap());
        }
        let text = pick.get(&texts);
        let found = window.find(&brand, at, &Likeness::of(&format!("RT @x: {text}!")).unwrap());
        let found = found.first().map(|f| &texts[usize::try_from(f.no.0).unwrap()]);
        prop_assert_eq!(found, Some(text));
    }
}

/// On tweets that are not part of the project: by kinds of change, and of pairs that have nothing to do with each other.
#[test]
fn tweets_are_told_apart_as_docs_performance_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/triage/tweeteval_sent_val.jsonl");
    let Ok(raw) = std::fs::read_to_string(file) else {
        println!("skipped: the development data is not beside the project");
        return;
    };
    let read = |line: &str| serde_json::from_str::<serde_json::Value>(line).ok()?["text"].as_str().map(str::to_owned);
    let texts: Vec<String> = raw.lines().filter_map(read).filter(|text| text.chars().count() >= 40).collect();
    let mut found = std::collections::BTreeMap::<&str, (u32, u32)>::new();
    for text in &texts {
        for (how, copy) in passed_on(text) {
            let (all, copies) = found.entry(how).or_default();
            *all += 1;
            *copies += u32::from(is_copy(text, &copy));
        }
    }
    for (how, (all, copies)) in found {
        assert!(f64::from(copies) >= 0.95 * f64::from(all), "{how}: {copies} of {all}");
    }
    let all: Vec<Likeness> = texts.iter().filter_map(|text| Likeness::of(text)).collect();
    let (mut pairs, mut alike) = (0_u64, 0_u64);
    for (i, a) in all.iter().enumerate() {
        for b in &all[i + 1..] {
            pairs += 1;
            alike += u64::from(a.is_like(b));
        }
    }
    // Some do repeat each other.
    assert!(alike * 1_000_000 <= 20 * pairs, "{alike} of {pairs}");
}
