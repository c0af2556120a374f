//! The model of kinds: texts a second on one core, taken apart and judged, and judged alone. `cargo bench --bench classifier`.

use divan::counter::ItemsCount;
use hearback::triage::model::{Delta, Features, Model};
use hearback::triage::{Classifier, ModelClassifier};

fn main() {
    divan::main();
}

const POSTS: usize = 2_000;

/// Invented posts of the length of posts: 5 to 25 words, a handle, now and then a link, a sign, a question.
fn posts() -> Vec<String> {
    const WORDS: &[&str] = &[
        "flight",
        "still",
        "waiting",
        "thanks",
        "the",
        "a",
        "is",
        "not",
        "great",
        "and",
        "my",
        "order",
        "you",
        "for",
        "worst",
        "love",
        "service",
        "how",
        "do",
        "I",
        "get",
        "refund",
        "to",
        "Leeds",
        "tomorrow!",
        "please,",
        "help.",
        "it's",
        "don't",
        "soooo",
        "HAPPY",
        "with",
        "this",
        "new",
        "app",
        "#NeverAgain",
        "3",
        "hours",
        "on",
        "hold",
        "https://example.org/x",
        "😡",
        ":)",
        "really?",
        "in",
        "Monday",
        "team",
        "because",
        "of",
        "delays",
    ];
    let mut rng = fastrand::Rng::with_seed(7);
    (0..POSTS)
        .map(|_| {
            let words: Vec<&str> = (0..rng.usize(5..25)).map(|_| WORDS[rng.usize(..WORDS.len())]).collect();
            format!("@acme {}", words.join(" "))
        })
        .collect()
}

fn model() -> &'static Model {
    Model::shipped().expect("the shipped weights fit")
}

#[divan::bench]
fn features_and_read(bencher: divan::Bencher<'_, '_>) {
    let (posts, model, nothing) = (posts(), model(), Delta::default());
    let question = |p: &String| model.read(&model.features(p), &nothing).question;
    bencher.counter(ItemsCount::new(POSTS)).bench(|| posts.iter().map(question).sum::<f32>());
}

#[divan::bench]
fn read(bencher: divan::Bencher<'_, '_>) {
    let (model, nothing) = (model(), Delta::default());
    let features: Vec<Features> = posts().iter().map(|p| model.features(p)).collect();
    let question = |f: &Features| model.read(f, &nothing).question;
    bencher.counter(ItemsCount::new(POSTS)).bench(|| features.iter().map(question).sum::<f32>());
}

#[divan::bench]
fn classify(bencher: divan::Bencher<'_, '_>) {
    let posts = posts();
    let classifier = ModelClassifier::new(&[]).expect("the shipped weights fit");
    let confidence = |p: &String| classifier.classify(p, Some("en")).confidence;
    bencher.counter(ItemsCount::new(POSTS)).bench(|| posts.iter().map(confidence).sum::<f32>());
}
