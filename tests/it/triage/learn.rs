//! What people's corrections do to the next judgement, and what they cannot do.

use hearback::domain::{Kind, Lesson, PersonId, Said};
use hearback::triage::learn::{Doubt, Example, Learned};
use hearback::triage::{Classified, Classifier, ModelClassifier};
use jiff::Timestamp;
use std::sync::{Arc, LazyLock};

static SHIPPED: LazyLock<Arc<dyn Classifier>> = LazyLock::new(|| Arc::new(ModelClassifier::new(&[]).unwrap()));

/// Things that are said about parcels; the word "blorped" is the team's own for a parcel that is lost.
const PLACES: [&str; 16] = [
    "Leeds", "York", "Hull", "Bath", "Ely", "Wells", "Truro", "Ripon", "Derby", "Luton", "Poole", "Hove", "Deal",
    "Rye", "Bude", "Diss",
];

fn lesson(said: Said, was: Kind, by: &str, at: i64) -> Lesson {
    Lesson { said, was, by: PersonId::new(by), at: Timestamp::from_second(at).unwrap() }
}

fn example(text: &str, said: Said, by: &str, at: i64) -> Example {
    let was = SHIPPED.classify(text, Some("en")).kind;
    Example::of(text.to_owned(), String::new(), &lesson(said, was, by, at))
}

fn learn(examples: &[Example]) -> Learned {
    SHIPPED.learn(examples).unwrap()
}

fn taught(learned: Learned) -> Arc<dyn Classifier> {
    SHIPPED.taught(Arc::new(learned)).unwrap()
}

fn class(classifier: &dyn Classifier, text: &str) -> Classified {
    classifier.classify(text, Some("en"))
}

fn blorped(place: &str) -> String {
    format!("The parcel for {place} was blorped on Monday")
}

fn corrections(to: Kind, by: &str) -> Vec<Example> {
    (0..).zip(PLACES).map(|(i, place)| example(&blorped(place), Said::Kind(to), by, i)).collect()
}

#[test]
fn corrections_change_how_the_next_like_it_is_judged() {
    let before = class(&**SHIPPED, &blorped("Rome"));
    assert_ne!(before.kind, Kind::Complaint, "the story needs a word that nobody knows: {before:?}");
    let learned = learn(&corrections(Kind::Complaint, "ana"));
    assert_eq!((learned.report.corrections, learned.report.feeling.strength), (16, 1.0), "{:?}", learned.report);
    let after = taught(learned);
    assert_eq!(class(&*after, &blorped("Rome")).kind, Kind::Complaint);
    // What has nothing to do with it stays as it was.
    for text in ["I love this, thank you so much!", "Where can I find the manual?", "Worst service ever, so angry"] {
        assert_eq!(class(&*after, text).kind, class(&**SHIPPED, text).kind, "{text}");
    }
}

#[test]
fn the_order_does_not_matter_and_the_same_lessons_teach_the_same() {
    let mut mixed = corrections(Kind::Complaint, "ana");
    for place in PLACES {
        mixed.push(example(&format!("The shop in {place} opens at nine"), Said::LeftAlone, "sam", 100));
        mixed.push(example(&format!("Quite glad about the new shop in {place}"), Said::Kind(Kind::Praise), "sam", 50));
    }
    let sorted = learn(&mixed);
    assert_eq!(sorted, learn(&mixed));
    for (i, example) in mixed.iter_mut().enumerate() {
        example.at = Timestamp::from_second(i64::try_from(i * 7 % 48).unwrap()).unwrap();
    }
    let shuffled = learn(&mixed);
    let (one, other) = (taught(sorted), taught(shuffled));
    for text in [blorped("Rome"), "The shop in Rome opens at nine".to_owned(), "Glad about the shop in Rome".to_owned()]
    {
        assert_eq!(class(&*one, &text).kind, class(&*other, &text).kind, "{text}");
    }
}

#[test]
fn who_contradicts_everybody_and_themselves_is_left_out() {
    // What ana says follows from none of the words: each is corrected this way as often as that way.
    let all = PLACES.iter().enumerate().flat_map(|(i, a)| PLACES.iter().enumerate().map(move |(j, b)| (i, a, j, b)));
    let confused = all.filter(|(i, _, j, _)| *i < 8 && *j < 8).map(|(i, a, j, b)| {
        let to = if (i + j) % 2 == 0 { Kind::Complaint } else { Kind::Praise };
        example(
            &format!("The parcel from {a} to {b} is here"),
            Said::Kind(to),
            "ana",
            i64::try_from(i * 8 + j).unwrap(),
        )
    });
    let confused: Vec<Example> = confused.collect();
    let alone = learn(&confused);
    assert_eq!(alone.report.left_out, [PersonId::new("ana")], "{:?}", alone.report);
    let text = "The parcel from Rome to Oslo is here";
    assert_eq!(class(&*taught(alone), text), class(&**SHIPPED, text));
    // Beside her, sam is still listened to.
    let both = learn(&[confused, corrections(Kind::Complaint, "sam")].concat());
    assert_eq!(both.report.left_out, [PersonId::new("ana")], "{:?}", both.report);
    assert_eq!(class(&*taught(both), &blorped("Rome")).kind, Kind::Complaint);
}

#[test]
fn nobody_outweighs_all_the_others() {
    let mut all: Vec<Example> = (0..)
        .zip(PLACES)
        .map(|(i, place)| {
            example(
                &format!("{place}: it was blorped, the parcel"),
                Said::Kind(Kind::Complaint),
                ["ana", "sam", "lee"][i % 3],
                1,
            )
        })
        .collect();
    for (i, place) in (0..).zip(PLACES.iter().flat_map(|p| PLACES.map(move |q| format!("{p} and {q}")))) {
        all.push(example(&blorped(&place), Said::Kind(Kind::Praise), "eve", i));
    }
    let eve_alone: Vec<Example> = all.iter().filter(|e| e.by == PersonId::new("eve")).cloned().collect();
    let praise = |examples: &[Example]| class(&*taught(learn(examples)), "Our parcel was blorped").odds.unwrap().praise;
    let (alone, together) = (praise(&eve_alone), praise(&all));
    assert!(alone > 0.5 && together < alone - 0.1, "{alone} {together}");
}

#[test]
fn of_two_corrections_of_the_same_words_the_newer_one_counts() {
    let mut all = corrections(Kind::Praise, "ana");
    all.extend(
        corrections(Kind::Complaint, "sam")
            .into_iter()
            .map(|e| Example { at: Timestamp::from_second(1000).unwrap(), ..e }),
    );
    let learned = learn(&all);
    assert_eq!(learned.report.corrections, 16);
    assert_eq!(class(&*taught(learned), &blorped("Rome")).kind, Kind::Complaint);
}

#[test]
fn what_was_called_not_us_marks_others_and_hides_nothing() {
    let mut all = Vec::new();
    for (i, place) in (0..).zip(PLACES) {
        all.push(example(&format!("Acme the cartoon coyote in {place} tonight"), Said::NotUs, "ana", i));
        all.push(example(&format!("Acme delivered my box in {place}"), Said::LeftAlone, "sam", i));
    }
    let learned = learn(&all);
    assert!(learned.report.marks, "{:?}", learned.report);
    let after = taught(learned);
    assert_eq!(class(&*after, "The Acme cartoon coyote is back").doubt, Doubt::NotUs);
    assert_eq!(class(&*after, "Acme delivered my chair").doubt, Doubt::None);
    // Two are too few to mark anybody.
    assert!(!learn(all.split_at(4).0).report.marks);
}

#[test]
fn nothing_is_learned_from_nothing() {
    assert_eq!(learn(&[]).delta, Learned::default().delta);
    let silent: Vec<Example> =
        (0..).zip(PLACES).map(|(i, p)| example(&blorped(p), Said::LeftAlone, "ana", i)).collect();
    assert!(learn(&silent).delta.is_empty(), "what was left alone says nothing new by itself");
}
