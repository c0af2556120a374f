//! Matcher: posts per second for 5, 100 and 10,000 terms, beside a plain baseline (each term looked for in the folded
//! text, one after the other, without word boundaries). `cargo bench --bench matcher`.

use divan::counter::ItemsCount;
use hearback::domain::BrandId;
use hearback::triage::{BrandTerms, Matcher, fold};

fn main() {
    divan::main();
}

const POSTS: usize = 2_000;
const TERMS: [usize; 3] = [5, 100, 10_000];

/// A word made of syllables, so that terms share beginnings and parts with ordinary words, as names do.
fn word(rng: &mut fastrand::Rng) -> String {
    const SYLLABLES: [&str; 24] = [
        "ac", "me", "ne", "to", "ri", "za", "lo", "vi", "ta", "co", "re", "mi", "so", "la", "no", "fi", "ba", "du",
        "ka", "sto", "ter", "in", "on", "ex",
    ];
    (0..rng.usize(2..5)).map(|_| SYLLABLES[rng.usize(..SYLLABLES.len())]).collect()
}

fn terms(count: usize) -> Vec<String> {
    let mut rng = fastrand::Rng::with_seed(7);
    (0..count)
        .map(|i| if i % 10 == 0 { format!("{} {}", word(&mut rng), word(&mut rng)) } else { word(&mut rng) + "ix" })
        .collect()
}

/// Posts of 5 to 45 words, one in eight with letters outside ASCII, one in a hundred with a term.
fn posts(terms: &[String]) -> Vec<String> {
    let mut rng = fastrand::Rng::with_seed(11);
    (0..POSTS)
        .map(|i| {
            let mut words: Vec<String> = (0..rng.usize(5..46)).map(|_| word(&mut rng)).collect();
            if i % 8 == 0 {
                words.push("è ’tis 😀 über".to_owned());
            }
            if i % 100 == 0 {
                let at = rng.usize(..words.len());
                words.insert(at, terms[rng.usize(..terms.len())].to_uppercase());
            }
            words.join(" ")
        })
        .collect()
}

/// The terms as 1 to 100 brands.
fn brands(terms: &[String]) -> Vec<BrandTerms> {
    let each = terms.len().div_ceil(100);
    (0..)
        .zip(terms.chunks(each))
        .map(|(i, chunk)| BrandTerms { terms: chunk.to_vec(), ..BrandTerms::new(BrandId::new(format!("brand{i}"))) })
        .collect()
}

#[divan::bench(args = TERMS)]
fn matcher(bencher: divan::Bencher<'_, '_>, count: usize) {
    let terms = terms(count);
    let posts = posts(&terms);
    let matcher = Matcher::new(&brands(&terms)).expect("the terms compile");
    assert!(posts.iter().filter(|p| !matcher.hits(p).is_empty()).count() >= POSTS / 100);
    bencher.counter(ItemsCount::new(POSTS)).bench(|| posts.iter().map(|p| matcher.hits(p).len()).sum::<usize>());
}

#[divan::bench(args = TERMS)]
fn baseline_contains(bencher: divan::Bencher<'_, '_>, count: usize) {
    let terms = terms(count);
    let posts = posts(&terms);
    let folded: Vec<String> = terms.iter().map(|t| fold(t)).collect();
    // Fewer posts where it would take minutes; the rate is per post.
    let some = posts.get(..if count > 1000 { 100 } else { POSTS }).unwrap_or(&posts);
    bencher.counter(ItemsCount::new(some.len())).bench(|| {
        let found = |post: &String| {
            let text = fold(post);
            folded.iter().filter(|t| text.contains(t.as_str())).count()
        };
        some.iter().map(found).sum::<usize>()
    });
}

#[divan::bench(args = TERMS)]
fn build(bencher: divan::Bencher<'_, '_>, count: usize) {
    let brands = brands(&terms(count));
    bencher.counter(ItemsCount::new(count)).bench(|| Matcher::new(&brands));
}

#[divan::bench]
fn fold_only(bencher: divan::Bencher<'_, '_>) {
    let posts = posts(&terms(5));
    bencher.counter(ItemsCount::new(POSTS)).bench(|| posts.iter().map(|p| fold(p).len()).sum::<usize>());
}
